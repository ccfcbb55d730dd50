//! Expressions as they would stand in an ARM template, whichever language they were written in.

use super::expression::{ExpressionId, ExpressionKind, Expressions, List};
use std::fmt::Write as _;

impl Expressions {
    /// The expression as ARM writes it: `lambda('x', add(lambdaVariables('x'), 1))`. What ARM has no words for, such as the symbol of
    /// a resource, is left as it was written.
    pub fn arm(&self, id: ExpressionId) -> String {
        let mut out = String::new();
        self.write(id, 0, &mut out);
        out
    }

    fn write(&self, id: ExpressionId, base: u32, out: &mut String) {
        match self.kind(id) {
            ExpressionKind::Null => out.push_str("null()"),
            ExpressionKind::Boolean(true) => out.push_str("true()"),
            ExpressionKind::Boolean(false) => out.push_str("false()"),
            ExpressionKind::Integer(number) => {
                let _ = write!(out, "{number}");
            }
            ExpressionKind::Number(text) => {
                let _ = write!(out, "json('{}')", self.text(text));
            }
            ExpressionKind::String(text) => quoted(self.text(text), out),
            ExpressionKind::Array(list) => self.call("createArray", list, base, out),
            ExpressionKind::Object(list) => self.call("createObject", list, base, out),
            ExpressionKind::Call {
                function,
                arguments,
            } => self.call(self.text(function), arguments, base, out),
            ExpressionKind::Parameter(name) => named("parameters", self.text(name), out),
            ExpressionKind::Variable(name) => named("variables", self.text(name), out),
            ExpressionKind::Local(name) => named("lambdaVariables", self.text(name), out),
            ExpressionKind::Member { base: of, name } => {
                self.write(of, base, out);
                out.push('.');
                out.push_str(self.text(name));
            }
            ExpressionKind::Index { base: of, index } => {
                self.write(of, base, out);
                out.push('[');
                self.write(index, base, out);
                out.push(']');
            }
            ExpressionKind::Interpolation(parts) => self.interpolation(parts, base, out),
            ExpressionKind::Shared { expression, base } => self.write(expression, base, out),
            ExpressionKind::Copy { .. }
            | ExpressionKind::For { .. }
            | ExpressionKind::Symbol(_)
            | ExpressionKind::Apply { .. }
            | ExpressionKind::Imported { .. }
            | ExpressionKind::Missing => out.push_str(self.source().slice(self.span(id, base))),
        }
    }

    fn call(&self, function: &str, arguments: List, base: u32, out: &mut String) {
        out.push_str(function);
        out.push('(');
        for (position, argument) in self.list(arguments).iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(*argument, base, out);
        }
        out.push(')');
    }

    /// `format('st{0}', ...)`.
    fn interpolation(&self, parts: List, base: u32, out: &mut String) {
        let mut pattern = String::new();
        let mut holes = Vec::new();
        for part in self.list(parts) {
            match self.literal(*part) {
                Some(text) => pattern.push_str(&text.replace('{', "{{").replace('}', "}}")),
                None => {
                    let _ = write!(pattern, "{{{}}}", holes.len());
                    holes.push(*part);
                }
            }
        }
        out.push_str("format(");
        quoted(&pattern, out);
        for hole in holes {
            out.push_str(", ");
            self.write(hole, base, out);
        }
        out.push(')');
    }
}

fn named(function: &str, name: &str, out: &mut String) {
    out.push_str(function);
    out.push('(');
    quoted(name, out);
    out.push(')');
}

fn quoted(text: &str, out: &mut String) {
    let _ = write!(out, "'{}'", text.replace('\'', "''"));
}
