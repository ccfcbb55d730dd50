//! Values of a template: JSON with expressions inside its strings.

use super::{Lowering, Parsed, first_line};
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::arm::{self, Form, Mistake, Place};
use crate::syntax::expression::{ExpressionId, ExpressionKind, Text};
use crate::syntax::json::TextMap;
use crate::syntax::node::{Node, NodeKind};

impl<'a> Lowering<'a> {
    pub(super) fn value(&mut self, node: Node<'a>) -> ExpressionId {
        let span = node.span();
        let kind = match node.kind() {
            NodeKind::Object => return self.object_value(node),
            NodeKind::Array => {
                let first = self.children.len();
                for element in node.elements() {
                    let element = self.value(element);
                    self.children.push(element);
                }
                return self.add(ExpressionKind::Array, first, node);
            }
            NodeKind::PlainString | NodeKind::DecodedString => return self.string(node),
            NodeKind::Number => self.number(node),
            NodeKind::True => ExpressionKind::Boolean(true),
            NodeKind::False => ExpressionKind::Boolean(false),
            NodeKind::Null => ExpressionKind::Null,
            NodeKind::Missing => ExpressionKind::Missing,
        };
        self.expressions.add(kind, span.start, span.end)
    }

    /// Adds a node whose children are those lowered since there were `first` of them.
    pub(super) fn add(
        &mut self,
        kind: fn(crate::syntax::expression::List) -> ExpressionKind,
        first: usize,
        node: Node<'_>,
    ) -> ExpressionId {
        let list = self.expressions.add_list(&self.children[first..]);
        self.children.truncate(first);
        let span = node.span();
        self.expressions.add(kind(list), span.start, span.end)
    }

    fn object_value(&mut self, node: Node<'a>) -> ExpressionId {
        let first = self.children.len();
        for (key, value) in node.members() {
            if let Some(loops) = copy_loops(key, value) {
                for (name, item) in loops {
                    let pair = [self.value(name), self.copy(item)];
                    self.children.extend(pair);
                }
            } else {
                let pair = [self.value(key), self.value(value)];
                self.children.extend(pair);
            }
        }
        self.add(ExpressionKind::Object, first, node)
    }

    /// `{ "name": "disks", "count": 3, "input": ... }`.
    pub(super) fn copy(&mut self, node: Node<'a>) -> ExpressionId {
        let span = node.span();
        let name = node
            .get("name")
            .filter(|name| name.is_string())
            .map(|name| self.string_text(name));
        let mut required = |property| match node.get(property) {
            Some(node) => self.value(node),
            None => self
                .expressions
                .add(ExpressionKind::Missing, span.start, span.end),
        };
        let (count, input) = (required("count"), required("input"));
        self.expressions.add(
            ExpressionKind::Copy { name, count, input },
            span.start,
            span.end,
        )
    }

    fn number(&mut self, node: Node<'_>) -> ExpressionKind {
        let raw = node.raw();
        match raw.parse() {
            Ok(value) => ExpressionKind::Integer(value),
            Err(_) => {
                let span = node.span();
                ExpressionKind::Number(self.expressions.text_in_file(span.start, span.end))
            }
        }
    }

    fn string(&mut self, node: Node<'a>) -> ExpressionId {
        let text = node.as_str().unwrap_or_default();
        let form = arm::form(text);
        if form == Form::Expression {
            return self.expression(node, text);
        }
        let span = node.span();
        let kind = ExpressionKind::String(self.literal(node, text, form));
        self.expressions.add(kind, span.start, span.end)
    }

    /// The text of a string that is no expression.
    fn string_text(&mut self, node: Node<'_>) -> Text {
        let text = node.as_str().unwrap_or_default();
        self.literal(node, text, arm::form(text))
    }

    fn literal(&mut self, node: Node<'_>, text: &str, form: Form) -> Text {
        let escape = u32::from(form == Form::Escaped);
        let span = node.span();
        match node.kind() {
            NodeKind::PlainString => self
                .expressions
                .text_in_file(span.start + 1 + escape, span.end - 1),
            NodeKind::DecodedString
            | NodeKind::Object
            | NodeKind::Array
            | NodeKind::Number
            | NodeKind::True
            | NodeKind::False
            | NodeKind::Null
            | NodeKind::Missing => self.expressions.add_text(&text[escape as usize..]),
        }
    }

    fn expression(&mut self, node: Node<'a>, text: &'a str) -> ExpressionId {
        let inside = &text[1..text.len() - 1];
        if text.len() > arm::MAX_LENGTH && text.chars().count() > arm::MAX_LENGTH {
            let message = format!(
                "the expression is longer than {} characters",
                arm::MAX_LENGTH
            );
            self.diagnostics.push(Diagnostic::new(
                Kind::EXPRESSION_LENGTH,
                first_line(node),
                message,
            ));
        }
        let span = node.span();
        if node.kind() == NodeKind::DecodedString {
            let map = TextMap::of(node);
            let first = self.expressions.len();
            let (expression, mistake) = arm::parse(inside, Place::Decoded, &mut self.expressions);
            let in_file = |offset| map.file_offset(offset + 1);
            self.expressions.relocate(first, in_file);
            if let Some(mistake) = mistake {
                self.mistake(node, &mistake, in_file);
            }
            self.uses.push((expression, 0));
            return self.expressions.add(
                ExpressionKind::Shared {
                    expression,
                    base: 0,
                },
                span.start,
                span.end,
            );
        }
        let base = span.start + 2; // behind the quote and the bracket
        let Lowering {
            parsed,
            expressions,
            ..
        } = self;
        let parsed = parsed.entry(inside).or_insert_with(|| {
            let (expression, mistake) = arm::parse(inside, Place::InFile(base), expressions);
            Parsed {
                expression,
                mistake,
                template: None,
            }
        });
        let expression = parsed.expression;
        if parsed.template.replace(self.template) != Some(self.template) {
            self.uses.push((expression, base));
        }
        if let Some(mistake) = parsed.mistake.clone() {
            self.mistake(node, &mistake, |offset| base + offset);
        }
        self.expressions.add(
            ExpressionKind::Shared { expression, base },
            span.start,
            span.end,
        )
    }

    fn mistake(&mut self, node: Node<'_>, mistake: &Mistake, in_file: impl Fn(u32) -> u32) {
        let kind = if mistake.too_deep {
            Kind::NESTING_DEPTH
        } else {
            Kind::SYNTAX_EXPRESSION
        };
        let mut span = node.span();
        (span.start, span.end) = (in_file(mistake.start), in_file(mistake.end));
        self.diagnostics.push(
            Diagnostic::new(kind, span, mistake.message.clone())
                .with_help("text that begins with a bracket is written `[[`"),
        );
    }
}

/// Names and loops of `"copy": [ { "name", "count", "input" } ]`; `None` if this is another property of that name.
pub(super) fn copy_loops<'a>(key: Node<'a>, value: Node<'a>) -> Option<Vec<(Node<'a>, Node<'a>)>> {
    if !key.is_called("copy") || !value.is_array() {
        return None;
    }
    value
        .elements()
        .map(|item| {
            let name = item.get("name").filter(|name| name.is_string())?;
            item.get("count")?;
            Some((name, item))
        })
        .collect()
}
