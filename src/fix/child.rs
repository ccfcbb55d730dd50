//! A resource that is missing below another one, declared behind that one.
//!
//! ```text
//! resource acr 'Microsoft.ContainerRegistry/registries@2023-07-01' = { ... }
//!
//! resource acrReplications 'Microsoft.ContainerRegistry/registries/replications@2023-07-01' = {
//!   parent: acr
//!   name: 'westus'
//!   ...
//! ```

use super::bicep;
use super::json;
use super::layout::{Layout, line_end, rest_of_line, unit};
use super::literal::{Notation, around, member, string, write};
use super::members::Edit;
use super::tree::Tree;
use crate::rules::definition::Literal;
use crate::rules::repair::Child;
use crate::source::Span;
use crate::syntax::arm::{self, Form};
use crate::syntax::bicep::{Statement, StatementKind, Syntax, SyntaxTree};
use crate::syntax::node::{Document, Node};

/// What has to be written so that the resource declared at a place has a child; `None` where that takes more than one declaration.
pub fn add(tree: &Tree, declaration: Span, child: &Child) -> Option<Vec<Edit>> {
    match tree {
        Tree::Json(document) => in_json(document, declaration, child),
        Tree::Bicep(tree) => in_bicep(tree, declaration, child).map(|edit| vec![edit]),
    }
}

/// The members of the body.
fn body(child: &Child) -> &[(Box<str>, Literal)] {
    match &child.body {
        Literal::Object(members) => members,
        Literal::Null
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Float(_)
        | Literal::String(_)
        | Literal::Array(_) => &[],
    }
}

fn in_bicep(tree: &SyntaxTree, declaration: Span, child: &Child) -> Option<Edit> {
    let text = tree.source().text();
    let mut statements = tree.statements();
    let parent: &Statement = statements.find(|statement| {
        (statement.start, statement.end) == (declaration.start, declaration.end)
    })?;
    let StatementKind::Resource { name, body: of, .. } = parent.kind else {
        return None;
    };
    let written = bicep::body_of(tree, of).filter(|body| !body.is_loop)?;
    let condition = written.condition.map(|condition| {
        let said = tree.source().slice(tree.span(condition));
        match tree.syntax(condition) {
            Syntax::Parenthesized(_) => format!("if {said} "),
            _ => format!("if ({said}) "),
        }
    });
    let layout = Layout {
        indentation: Some(String::new()),
        unit: unit(text, "", None),
        line_end: line_end(text, declaration.range().end),
        is_compact: false,
    };
    let inside = layout.inside();
    let mut members = vec![
        format!("parent: {}", tree.name(name)),
        format!("name: {}", string(&child.name, Notation::Bicep)),
    ];
    let of_body = body(child).iter();
    members.extend(of_body.map(|(name, value)| member(name, value, Notation::Bicep, &inside)));
    let end = declaration.range().end;
    let line = rest_of_line(text, end, text.len()).unwrap_or(end);
    let declared = format!(
        "{0}{0}resource {1} '{2}@{3}' = {4}{5}",
        layout.line_end,
        symbol(text, tree.name(name), child),
        child.resource_type,
        child.api_version,
        condition.unwrap_or_default(),
        around(["{", "}"], &members, Notation::Bicep, &layout),
    );
    Some((line..line, declared))
}

/// A name that nothing in the file has.
fn symbol(text: &str, parent: &str, child: &Child) -> String {
    let segment = child.resource_type.rsplit('/').next().unwrap_or_default();
    let (first, rest) = segment.split_at(segment.len().min(1));
    let wanted = format!("{parent}{}{rest}", first.to_ascii_uppercase());
    let is_letter = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let is_taken = |name: &str| {
        text.split(|one: char| !is_letter(one))
            .any(|word| word == name)
    };
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or(wanted)
}

fn in_json(document: &Document, declaration: Span, child: &Child) -> Option<Vec<Edit>> {
    let around_it = json::around(document, declaration);
    let [.., list, parent] = around_it.as_slice() else {
        return None;
    };
    let elsewhere = ["copy", "scope", "subscriptionId", "resourceGroup"];
    let is_plain =
        parent.span() == declaration && elsewhere.iter().all(|key| parent.get(key).is_none());
    let parent_type = parent.get("type")?.as_str()?;
    // The name of a child of a child, and of what is not known, is not put together here.
    if !is_plain || parent_type.split('/').count() != 2 {
        return None;
    }
    let mut members = json::members(*list)?;
    let range = parent.span().range();
    let holds =
        |member: &std::ops::Range<usize>| member.start <= range.start && range.end <= member.end;
    members.last = Some(members.members.iter().position(holds)?);
    let symbol = match list.is_object() {
        true => Some(key_of(*list, *parent)?),
        false => None,
    };
    let text = document.source().text();
    let written =
        |layout: &Layout| declared(*parent, symbol, child, text, layout).unwrap_or_default();
    declared(
        *parent,
        symbol,
        child,
        text,
        &Layout::at(text, range.clone()),
    )?;
    Some(members.add(text, Notation::Json, &[&written]))
}

/// The key of a resource in `resources`, where that is an object.
fn key_of<'a>(resources: Node<'a>, resource: Node<'_>) -> Option<&'a str> {
    let mut members = resources.members();
    let (key, _) = members.find(|(_, value)| value.span() == resource.span())?;
    key.as_str()
}

/// The child as an element of `resources`, or as a property where `resources` is an object.
fn declared(
    parent: Node<'_>,
    symbol: Option<&str>,
    child: &Child,
    text: &str,
    layout: &Layout,
) -> Option<String> {
    let name = expression_of(parent.get("name")?)?;
    let parent_type = parent.get("type")?.as_str()?;
    let depends_on = match symbol {
        Some(symbol) => symbol.to_owned(),
        None => format!("[resourceId('{parent_type}', {name})]"),
    };
    let full_name = format!(
        "[format('{{0}}/{}', {name})]",
        child.name.replace('\'', "''")
    );
    let inside = layout.inside();
    let raw = |key: &str, value: String| match layout.is_compact {
        true => format!("\"{key}\":{value}"),
        false => format!("\"{key}\": {value}"),
    };
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut members = vec![
        raw("type", quoted(&child.resource_type)),
        raw("apiVersion", quoted(&child.api_version)),
        raw("name", quoted(&full_name)),
    ];
    if let Some(condition) = parent.get("condition") {
        members.insert(0, raw("condition", condition.raw().to_owned()));
    }
    let list = around(["[", "]"], &[quoted(&depends_on)], Notation::Json, &inside);
    members.push(raw("dependsOn", list));
    for (key, value) in body(child) {
        members.push(raw(key, write(value, Notation::Json, &inside)));
    }
    let object = around(["{", "}"], &members, Notation::Json, layout);
    Some(match symbol {
        Some(symbol_of_parent) => {
            let own = self::symbol(text, symbol_of_parent, child);
            raw(&own, object)
        }
        None => object,
    })
}

/// What stands in a string, as a part of an expression.
fn expression_of(node: Node<'_>) -> Option<String> {
    let text = node.as_str()?;
    Some(match arm::form(text) {
        Form::Expression => text[1..text.len() - 1].trim().to_owned(),
        Form::Escaped => format!("'{}'", text[1..].replace('\'', "''")),
        Form::Literal => format!("'{}'", text.replace('\'', "''")),
    })
}
