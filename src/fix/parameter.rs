//! Whether a parameter through which a value goes takes another one, and what has to be written so that it does.

use super::bicep;
use super::json;
use super::layout::Layout;
use super::literal::{Notation, write};
use super::members::Edit;
use super::tree::Tree;
use crate::rules::definition::Literal;
use crate::source::Span;
use crate::syntax::bicep::{List, NodeId, Statement, StatementKind, Syntax, SyntaxTree};
use crate::syntax::node::{Document, Node};

/// References of types are followed so far.
const MAX_REFERENCES: usize = 16;

/// What a parameter says to a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// It takes it.
    Taken,
    /// It takes it once this is written.
    With(Vec<Edit>),
    /// It never does, or nobody knows.
    Refused,
}

/// What the parameter that is read at a place says to a value.
pub fn admission(tree: &Tree, read_at: Span, to: &Literal) -> Admission {
    let said = match tree {
        Tree::Json(document) => in_json(document, read_at, to),
        Tree::Bicep(tree) => in_bicep(tree, read_at, to),
    };
    said.unwrap_or(Admission::Refused)
}

fn in_json(document: &Document, read_at: Span, to: &Literal) -> Option<Admission> {
    let call = document.source().slice(read_at);
    let name = call.split('\'').nth(1)?;
    let template = template_of(document, read_at)?;
    let mut declaration = template.get("parameters")?.get(name)?;
    for _ in 0..MAX_REFERENCES {
        let number = |key: &str| {
            declaration
                .get(key)
                .and_then(|node| node.raw().parse().ok())
        };
        let bounds = Bounds {
            minimum_value: number("minValue"),
            maximum_value: number("maxValue"),
            minimum_length: number("minLength"),
            maximum_length: number("maxLength"),
        };
        if !bounds.hold(to) {
            return None;
        }
        if let Some(allowed) = declaration.get("allowedValues") {
            return allowed_in_json(document, allowed, to);
        }
        let Some(reference) = declaration.get("$ref") else {
            return Some(Admission::Taken);
        };
        let name = reference.as_str()?.strip_prefix("#/definitions/")?;
        declaration = template.get("definitions")?.get(name)?;
    }
    None
}

fn allowed_in_json(document: &Document, allowed: Node<'_>, to: &Literal) -> Option<Admission> {
    let mut values = allowed.elements();
    let is_there = values.any(|value| match value.as_str() {
        Some(text) => text.eq_ignore_ascii_case(&to.to_string()),
        None => value.raw() == to.to_string(),
    });
    if is_there {
        return Some(Admission::Taken);
    }
    let members = json::members(allowed)?;
    let text = document.source().text();
    let written = |layout: &Layout| write(to, Notation::Json, layout);
    let edits = members.add(text, Notation::Json, &[&written]);
    Some(Admission::With(edits))
}

/// The template whose parameters an expression at a place means.
fn template_of(document: &Document, place: Span) -> Option<Node<'_>> {
    let around = json::around(document, place);
    let of_pair = |pair: &[Node<'_>]| {
        let [properties, template] = pair else {
            return false;
        };
        let is_template = properties.get("template").map(Node::span) == Some(template.span());
        let options = properties.get("expressionEvaluationOptions");
        let scope = options.and_then(|options| options.get("scope")?.as_str());
        is_template && scope.is_some_and(|scope| scope.eq_ignore_ascii_case("inner"))
    };
    let nested = around.windows(2).rposition(of_pair);
    match nested {
        Some(position) => around.get(position + 1).copied(),
        None => {
            let root = document.root();
            let held = root
                .get("properties")
                .and_then(|held| held.get("mainTemplate"));
            Some(held.unwrap_or(root))
        }
    }
}

fn in_bicep(tree: &SyntaxTree, read_at: Span, to: &Literal) -> Option<Admission> {
    let name = tree.source().slice(read_at);
    let (statement, declared_type) = tree.statements().find_map(|statement| {
        let StatementKind::Parameter {
            name: own,
            declared_type,
            ..
        } = statement.kind
        else {
            return None;
        };
        (tree.name(own) == name).then_some((statement, declared_type))
    })?;
    decorated(
        tree,
        statement.decorators,
        declared_type,
        to,
        MAX_REFERENCES,
    )
}

/// What a type with decorators says to a value.
fn decorated(
    tree: &SyntaxTree,
    decorators: List,
    declared_type: NodeId,
    to: &Literal,
    depth: usize,
) -> Option<Admission> {
    let mut bounds = Bounds::default();
    for decorator in tree.list(decorators) {
        let (Syntax::Call {
            function,
            arguments,
        }
        | Syntax::MethodCall {
            function,
            arguments,
            ..
        }) = tree.syntax(*decorator)
        else {
            continue;
        };
        let Some(argument) = tree.list(arguments).first() else {
            continue;
        };
        let number = || tree.source().slice(tree.span(*argument)).parse().ok();
        match tree.name(function) {
            "allowed" => return allowed_in_bicep(tree, *argument, to),
            "minValue" => bounds.minimum_value = number(),
            "maxValue" => bounds.maximum_value = number(),
            "minLength" => bounds.minimum_length = number(),
            "maxLength" => bounds.maximum_length = number(),
            _ => {}
        }
    }
    match bounds.hold(to) {
        true => of_type(tree, declared_type, to, depth),
        false => None,
    }
}

fn allowed_in_bicep(tree: &SyntaxTree, allowed: NodeId, to: &Literal) -> Option<Admission> {
    let Syntax::Array(values) = tree.syntax(allowed) else {
        return None;
    };
    if tree.list(values).iter().any(|value| is(tree, *value, to)) {
        return Some(Admission::Taken);
    }
    let members = bicep::members(tree, allowed)?;
    let text = tree.source().text();
    let written = |layout: &Layout| write(to, Notation::Bicep, layout);
    let edits = members.add(text, Notation::Bicep, &[&written]);
    Some(Admission::With(edits))
}

/// Whether a literal of Bicep is this value.
fn is(tree: &SyntaxTree, id: NodeId, value: &Literal) -> bool {
    match tree.string(id) {
        Some(text) => matches!(value, Literal::String(value) if **value == *text),
        None => tree.source().slice(tree.span(id)) == value.to_string(),
    }
}

fn of_type(tree: &SyntaxTree, id: NodeId, to: &Literal, depth: usize) -> Option<Admission> {
    let next = depth.checked_sub(1)?;
    let union = |members: &[NodeId]| {
        let members: Vec<_> = members.iter().map(|id| bare(tree, *id)).collect();
        if members.iter().any(|member| is(tree, *member, to)) {
            return Some(Admission::Taken);
        }
        let are_literal = |id: &NodeId| bicep::kind_of(tree, *id).is_some();
        let last = members.last().filter(|_| members.iter().all(are_literal))?;
        let end = tree.span(*last).range().end;
        let layout = Layout::at(tree.source().text(), end..end);
        let written = write(to, Notation::Bicep, &layout);
        let edit = (end..end, format!(" | {written}"));
        Some(Admission::With(vec![edit]))
    };
    let id = bare(tree, id);
    match tree.syntax(id) {
        Syntax::Identifier(name) => {
            let name = tree.name(name);
            match definition(tree, name) {
                Some((statement, value)) => decorated(tree, statement.decorators, value, to, next),
                None if KEYWORDS.contains(&name) => Some(Admission::Taken),
                None => None,
            }
        }
        Syntax::Union(members) => union(tree.list(members)),
        Syntax::String(_) | Syntax::Integer(_) | Syntax::Boolean(_) => union(&[id]),
        Syntax::Object(_) | Syntax::Array(_) | Syntax::ArrayType(_) => Some(Admission::Taken),
        // The type of a resource's own property takes what Azure takes.
        Syntax::Member { .. } if is_of_resource(tree, id) => Some(Admission::Taken),
        _ => None,
    }
}

/// Types that take everything of their kind.
const KEYWORDS: [&str; 6] = ["string", "int", "bool", "object", "array", "any"];

/// A type without what says that it may be left out.
fn bare(tree: &SyntaxTree, mut id: NodeId) -> NodeId {
    while let Syntax::NullableType(inner) | Syntax::Parenthesized(inner) = tree.syntax(id) {
        id = inner;
    }
    id
}

/// The declaration of a type in the file.
fn definition<'a>(tree: &'a SyntaxTree, name: &str) -> Option<(&'a Statement, NodeId)> {
    tree.statements()
        .find_map(|statement| match statement.kind {
            StatementKind::Type { name: own, value } if tree.name(own) == name => {
                Some((statement, value))
            }
            _ => None,
        })
}

/// Whether a type is a part of `resourceInput<'type@version'>`.
fn is_of_resource(tree: &SyntaxTree, mut id: NodeId) -> bool {
    while let Syntax::Member { base, .. } = tree.syntax(id) {
        id = base;
    }
    matches!(
        tree.syntax(id),
        Syntax::Call { .. } | Syntax::MethodCall { .. }
    )
}

/// What a number, or a length, has to lie between.
#[derive(Default)]
struct Bounds {
    minimum_value: Option<i64>,
    maximum_value: Option<i64>,
    minimum_length: Option<i64>,
    maximum_length: Option<i64>,
}

impl Bounds {
    fn hold(&self, value: &Literal) -> bool {
        let number = match value {
            Literal::Integer(number) => Some(*number),
            Literal::Null
            | Literal::Boolean(_)
            | Literal::Float(_)
            | Literal::String(_)
            | Literal::Array(_)
            | Literal::Object(_) => None,
        };
        let length = match value {
            Literal::String(text) => Some(text.chars().count() as i64),
            Literal::Array(elements) => Some(elements.len() as i64),
            Literal::Null
            | Literal::Boolean(_)
            | Literal::Integer(_)
            | Literal::Float(_)
            | Literal::Object(_) => None,
        };
        let low = self
            .minimum_value
            .zip(number)
            .is_none_or(|(bound, one)| one >= bound);
        let high = self
            .maximum_value
            .zip(number)
            .is_none_or(|(bound, one)| one <= bound);
        let long = self
            .minimum_length
            .zip(length)
            .is_none_or(|(bound, one)| one >= bound);
        let short = self
            .maximum_length
            .zip(length)
            .is_none_or(|(bound, one)| one <= bound);
        low && high && long && short
    }
}
