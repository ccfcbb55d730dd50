//! The keys of a mapping: each is taken once by what reads it, and what is left over is a mistake.

use super::mistake;
use crate::diagnostic::{Diagnostic, Kind};
use crate::path::Path;
use crate::rules::definition::Literal;
use crate::source::Span;
use crate::syntax::node::{Node, NodeKind};
use crate::syntax::yaml::origin::Origin;
use std::cell::RefCell;

/// The keys of a mapping.
pub struct Fields<'a, 'd> {
    node: Node<'a>,
    taken: RefCell<Vec<&'static str>>,
    diagnostics: &'d RefCell<Vec<Diagnostic>>,
}

impl<'a, 'd> Fields<'a, 'd> {
    /// The keys of a node; `None`, and a mistake, if it is no mapping.
    pub fn of(node: Node<'a>, diagnostics: &'d RefCell<Vec<Diagnostic>>) -> Option<Fields<'a, 'd>> {
        if !node.is_object() {
            diagnostics
                .borrow_mut()
                .push(mistake(node, "keys and values are expected here"));
            return None;
        }
        Some(Fields {
            node,
            taken: RefCell::default(),
            diagnostics,
        })
    }

    /// The mapping itself.
    pub fn node(&self) -> Node<'a> {
        self.node
    }

    /// Reports something about a node.
    pub fn mistake(&self, node: Node<'_>, message: impl Into<String>) {
        self.diagnostics.borrow_mut().push(mistake(node, message));
    }

    /// Where mistakes go.
    pub fn diagnostics(&self) -> &'d RefCell<Vec<Diagnostic>> {
        self.diagnostics
    }

    /// The value of a key, which is then known.
    pub fn take(&self, key: &'static str) -> Option<Node<'a>> {
        self.taken.borrow_mut().push(key);
        self.node
            .members()
            .filter(|(name, _)| name.as_str() == Some(key))
            .map(|(_, value)| value)
            .last()
    }

    /// The value of a key that has to be there.
    pub fn require(&self, key: &'static str) -> Option<Node<'a>> {
        let value = self.take(key);
        if value.is_none() {
            let first = self
                .node
                .members()
                .next()
                .map_or(self.node, |(name, _)| name);
            self.mistake(first, format!("the key `{key}` is missing"));
        }
        value
    }

    /// The text of a key.
    pub fn text(&self, key: &'static str) -> Option<&'a str> {
        self.text_of(self.take(key)?)
    }

    /// The text of a key that has to be there.
    pub fn require_text(&self, key: &'static str) -> Option<&'a str> {
        self.text_of(self.require(key)?)
    }

    /// The text of a node.
    pub fn text_of(&self, node: Node<'a>) -> Option<&'a str> {
        let text = node.as_str();
        if text.is_none() {
            self.mistake(node, "text is expected here");
        }
        text
    }

    /// The truth value of a key, or what it is when absent.
    pub fn boolean(&self, key: &'static str, absent: bool) -> bool {
        let Some(node) = self.take(key) else {
            return absent;
        };
        node.as_bool().unwrap_or_else(|| {
            self.mistake(node, "`true` or `false` is expected here");
            absent
        })
    }

    /// The texts of a key that holds one or a list of them.
    pub fn texts(&self, key: &'static str) -> Vec<(Node<'a>, &'a str)> {
        self.take(key)
            .map(|node| self.texts_of(node))
            .unwrap_or_default()
    }

    /// The texts of a node that is one or a list of them.
    pub fn texts_of(&self, node: Node<'a>) -> Vec<(Node<'a>, &'a str)> {
        let nodes = if node.is_array() {
            self.filled_list_of(node)
        } else {
            vec![node]
        };
        nodes
            .into_iter()
            .filter_map(|node| Some((node, self.text_of(node)?)))
            .collect()
    }

    /// The whole number in a node.
    pub fn integer_of(&self, node: Node<'a>) -> Option<i64> {
        if let Literal::Integer(number) = literal(node) {
            return Some(number);
        }
        self.mistake(node, "a whole number is expected here");
        None
    }

    /// The elements of a key's list; none if it is absent.
    pub fn list(&self, key: &'static str) -> Vec<Node<'a>> {
        self.take(key)
            .map(|node| self.list_of(node))
            .unwrap_or_default()
    }

    /// The elements of a list; none, and a mistake, if it is something else.
    pub fn list_of(&self, node: Node<'a>) -> Vec<Node<'a>> {
        if !node.is_array() {
            self.mistake(node, "a list is expected here");
        }
        node.elements().collect()
    }

    /// The elements of a list, of which there has to be one.
    pub fn filled_list_of(&self, node: Node<'a>) -> Vec<Node<'a>> {
        let elements = self.list_of(node);
        if elements.is_empty() && node.is_array() {
            self.mistake(node, "the list is empty");
        }
        elements
    }

    /// The keys and values of a key's mapping; none if it is absent.
    pub fn mapping(&self, key: &'static str) -> Vec<(&'a str, Node<'a>)> {
        self.take(key)
            .map(|node| self.mapping_of(node))
            .unwrap_or_default()
    }

    /// The keys and values of a mapping; none, and a mistake, if it is something else.
    pub fn mapping_of(&self, node: Node<'a>) -> Vec<(&'a str, Node<'a>)> {
        if !node.is_object() {
            self.mistake(node, "keys and values are expected here");
        }
        node.members()
            .filter_map(|(key, value)| Some((key.as_str()?, value)))
            .collect()
    }

    /// The path in a node.
    pub fn path_of(&self, node: Node<'a>) -> Option<Path> {
        let text = self.text_of(node)?;
        match crate::path::parse(text) {
            Ok(path) => Some(path),
            Err(error) => {
                let diagnostic =
                    Diagnostic::new(Kind::RULE_FILE, place_in(node, error.offset), error.message);
                self.diagnostics.borrow_mut().push(diagnostic);
                None
            }
        }
    }

    /// The path of a key.
    pub fn path(&self, key: &'static str) -> Option<Path> {
        self.path_of(self.take(key)?)
    }

    /// The word of a node among those it may be.
    pub fn word<T: Clone>(&self, node: Node<'a>, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text_of(node)?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| value.clone());
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.mistake(node, format!("`{text}` is none of {}", known.join(", ")));
        }
        found
    }

    /// Reports every key that nothing took.
    pub fn finish(&self) {
        let taken = self.taken.borrow();
        for (key, _) in self.node.members() {
            let Some(name) = key.as_str() else { continue };
            if taken.contains(&name) {
                continue;
            }
            let diagnostic = mistake(key, format!("the key `{name}` is not known here"));
            let similar = crate::similar::most_similar(name, taken.iter().copied());
            self.diagnostics.borrow_mut().push(match similar {
                Some(similar) => diagnostic.with_help(format!("did you mean `{similar}`?")),
                None => diagnostic,
            });
        }
    }
}

/// From a byte of a string's text to the string's end, if that is on the same line.
fn place_in(node: Node<'_>, offset: usize) -> Span {
    let whole = node.span();
    let start = Origin::of(node).map_or(whole.start, |origin| origin.offset(offset));
    if start < whole.end && !node.raw().contains('\n') {
        Span { start, ..whole }
    } else {
        whole
    }
}

/// The value of any node.
pub fn literal(node: Node<'_>) -> Literal {
    match node.kind() {
        NodeKind::Object => {
            let members = node
                .members()
                .map(|(key, value)| (key.as_str().unwrap_or_default().into(), literal(value)));
            Literal::Object(members.collect())
        }
        NodeKind::Array => Literal::Array(node.elements().map(literal).collect()),
        NodeKind::PlainString | NodeKind::DecodedString => {
            Literal::String(node.as_str().unwrap_or_default().into())
        }
        NodeKind::Number => match (node.raw().parse(), node.raw().parse()) {
            (Ok(number), _) => Literal::Integer(number),
            (Err(_), Ok(number)) => Literal::Float(number),
            (Err(_), Err(_)) => Literal::String(node.raw().into()),
        },
        NodeKind::True => Literal::Boolean(true),
        NodeKind::False => Literal::Boolean(false),
        NodeKind::Null | NodeKind::Missing => Literal::Null,
    }
}
