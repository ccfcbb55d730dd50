//! Where things stand in a JSON file, so that they can be written otherwise.

use super::layout::Layout;
use super::literal::{self, Before, Notation, as_before};
use super::members::{Edit, Members};
use crate::rules::definition::Literal;
use crate::source::Span;
use crate::syntax::arm::{self, Form};
use crate::syntax::node::{Document, Node, NodeKind};

/// The nodes around a place, the outermost first; the last is the smallest.
pub fn around<'a>(document: &'a Document, place: Span) -> Vec<Node<'a>> {
    let mut around = vec![document.root()];
    while let Some(last) = around.last().copied() {
        let members = last.members().flat_map(|(key, value)| [key, value]);
        let mut inside = last.elements().chain(members);
        match inside.find(|node| node.span().contains(place)) {
            Some(node) => around.push(node),
            None => break,
        }
    }
    around
}

/// The node that stands exactly at a place.
pub fn at(document: &Document, place: Span) -> Option<Node<'_>> {
    let node = around(document, place).pop()?;
    (node.span() == place).then_some(node)
}

/// The members of an object or array.
pub fn members(node: Node<'_>) -> Option<Members> {
    if !node.is_object() && !node.is_array() {
        return None;
    }
    let range = node.span().range();
    let text = node.raw();
    let closed = text.len() >= 2 && text.ends_with(['}', ']']);
    let of_object = node
        .members()
        .map(|(key, value)| key.span().range().start..value.span().range().end);
    let of_array = node.elements().map(|element| element.span().range());
    closed.then(|| Members {
        inside: range.start + 1..range.end - 1,
        members: of_object.chain(of_array).collect(),
        last: None,
    })
}

/// The object that has a property whose name stands at a place, and the property's position.
pub fn property(document: &Document, key: Span) -> Option<(Node<'_>, usize)> {
    let around = around(document, key);
    let object = around.iter().rev().find(|node| node.is_object())?;
    let position = object.members().position(|(name, _)| name.span() == key)?;
    Some((*object, position))
}

/// What replaces the value that is written at a place, and the value as it is written there; `None` where it is more than a literal.
pub fn replace(document: &Document, place: Span, to: &Literal) -> Option<(Edit, Literal)> {
    let node = around(document, place).pop()?;
    let text = document.source().text();
    let range = place.range();
    if node.span() != place {
        // Inside of a string: in an expression.
        let written = text.get(range.clone())?;
        let to = as_before(to, kind_in_expression(written)?);
        return Some(((range, literal::in_expression(&to)?), to));
    }
    let kind = kind_of(node)?;
    let to = as_before(to, kind);
    let layout = Layout::at(text, range.clone());
    Some(((range, literal::write(&to, Notation::Json, &layout)), to))
}

/// What a node is, if it is a literal with nothing computed in it.
fn kind_of(node: Node<'_>) -> Option<Before> {
    match node.kind() {
        NodeKind::PlainString | NodeKind::DecodedString => {
            let text = node.as_str()?;
            if arm::form(text) != Form::Expression {
                return Some(Before::Text);
            }
            // The brackets of an expression that is a literal go with it.
            kind_in_expression(text[1..text.len() - 1].trim())
        }
        NodeKind::Number => Some(Before::Number),
        NodeKind::True | NodeKind::False => Some(Before::Truth),
        NodeKind::Null => Some(Before::Other),
        NodeKind::Array => {
            let mut elements = node.elements();
            elements
                .all(|element| kind_of(element).is_some())
                .then_some(Before::Other)
        }
        NodeKind::Object => {
            let mut members = node.members();
            members
                .all(|(_, value)| kind_of(value).is_some())
                .then_some(Before::Other)
        }
        NodeKind::Missing => None,
    }
}

/// What a piece of an expression is, if it is a literal.
fn kind_in_expression(text: &str) -> Option<Before> {
    let folded = text.to_ascii_lowercase();
    let inside = |function: &str| {
        let rest = folded.strip_prefix(function)?.trim_start();
        Some(rest.strip_prefix('(')?.strip_suffix(')')?.trim().to_owned())
    };
    let is_quoted = |text: &str| {
        let inside = text
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        inside.is_some_and(|inside| !inside.replace("''", "").contains('\''))
    };
    if is_quoted(&folded) {
        return Some(Before::Text);
    }
    if folded.parse::<i64>().is_ok() {
        return Some(Before::Number);
    }
    for (function, argument, kind) in [
        ("true", "", Before::Truth),
        ("false", "", Before::Truth),
        ("null", "", Before::Other),
        ("json", "'null'", Before::Other),
        ("json", "'true'", Before::Truth),
        ("json", "'false'", Before::Truth),
    ] {
        if inside(function).is_some_and(|inside| inside == argument) {
            return Some(kind);
        }
    }
    ["bool", "int"].iter().find_map(|function| {
        let inside = inside(function)?;
        let kind = match *function {
            "int" => Before::Number,
            _ => Before::Truth,
        };
        (is_quoted(&inside) || inside.parse::<i64>().is_ok()).then_some(kind)
    })
}

/// Whether a place stands in a loop: of a resource, or of a property.
pub fn is_in_loop(document: &Document, place: Span) -> bool {
    let around = around(document, place);
    around.windows(2).any(|pair| {
        let [outer, inner] = pair else { return false };
        let is_item = inner.get("count").is_some() && inner.get("input").is_some();
        let copy = inner.get("copy");
        copy.is_some_and(Node::is_object) || outer.is_array() && is_item
    })
}
