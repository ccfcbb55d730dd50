//! TOML to the tree that JSON and YAML have, too: the configuration. This is the only door to the crate `toml`.
//!
//! Members of a table are in the order of the text, by their keys. A table that is written in several places (`[rule]`,
//! `[rule.ST001]`) is one node all the same; its span is that of what it begins with.

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::node::{Builder, Document, NodeKind};
use ::toml::Spanned;
use ::toml::de::{DeString, DeTable, DeValue};
use std::ops::Range;
use std::sync::Arc;

/// Parses a file; `kind` is what its mistakes are reported as. Of a broken file everything that could be read is in the tree.
pub fn parse(file: FileId, source: &Arc<SourceFile>, kind: Kind) -> (Document, Vec<Diagnostic>) {
    let text = source.text();
    // The crate counts bytes from behind a byte order mark.
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (table, errors) = DeTable::parse_recoverable(&text[mark..]);
    let mut writer = Writer {
        builder: Builder::new(file, source.clone(), 0),
        mark,
    };
    writer.table(table.get_ref(), 0..text.len() - mark);
    let diagnostics = errors.iter().map(|error| {
        let range = error.span().unwrap_or(0..0);
        let span = writer.span(file, &range, text);
        Diagnostic::new(kind, span, lower(error.message()))
    });
    let mut diagnostics: Vec<_> = diagnostics.collect();
    diagnostics.sort_by_key(|one| one.primary.span.start);
    (writer.builder.finish(), diagnostics)
}

/// What is said begins in lower case.
fn lower(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

struct Writer {
    builder: Builder,
    mark: usize,
}

impl Writer {
    fn span(&self, file: FileId, range: &Range<usize>, text: &str) -> Span {
        let (start, end) = (range.start + self.mark, range.end + self.mark);
        let end = end.min(text.len());
        Span::new(file, start.min(end) as u32, end as u32)
    }

    fn place(&self, range: &Range<usize>) -> (u32, u32) {
        (
            (range.start + self.mark) as u32,
            (range.end + self.mark) as u32,
        )
    }

    fn table(&mut self, table: &DeTable<'_>, range: Range<usize>) {
        let (start, end) = self.place(&range);
        let node = self.builder.open(NodeKind::Object, start);
        let mut members: Vec<_> = table.iter().collect();
        members.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in members {
            self.key(key);
            self.value(value);
        }
        self.builder.close(node, end);
    }

    fn key(&mut self, key: &Spanned<DeString<'_>>) {
        let (start, end) = self.place(&key.span());
        self.builder.decoded(key.get_ref().to_string(), start, end);
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) {
        let (start, end) = self.place(&value.span());
        match value.get_ref() {
            DeValue::String(text) => {
                self.builder.decoded(text.to_string(), start, end);
            }
            DeValue::Integer(_) | DeValue::Float(_) => {
                self.builder.leaf(NodeKind::Number, start, end);
            }
            DeValue::Boolean(true) => {
                self.builder.leaf(NodeKind::True, start, end);
            }
            DeValue::Boolean(false) => {
                self.builder.leaf(NodeKind::False, start, end);
            }
            // A day is written without quotes, and is read as its text.
            DeValue::Datetime(_) => {
                self.builder.leaf(NodeKind::PlainString, start, end);
            }
            DeValue::Array(elements) => {
                let node = self.builder.open(NodeKind::Array, start);
                elements.iter().for_each(|element| self.value(element));
                self.builder.close(node, end);
            }
            DeValue::Table(table) => self.table(table, value.span()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::node::Node;

    fn write(node: Node<'_>) -> String {
        match node.kind() {
            NodeKind::Object => {
                let member = |(key, value): (Node<'_>, Node<'_>)| {
                    format!("{}:{}", key.as_str().unwrap_or_default(), write(value))
                };
                let members: Vec<String> = node.members().map(member).collect();
                format!("{{{}}}", members.join(","))
            }
            NodeKind::Array => {
                let elements: Vec<String> = node.elements().map(write).collect();
                format!("[{}]", elements.join(","))
            }
            NodeKind::PlainString | NodeKind::DecodedString => {
                format!("{:?}", node.as_str().unwrap_or_default())
            }
            NodeKind::Number | NodeKind::True | NodeKind::False => node.raw().to_owned(),
            NodeKind::Null | NodeKind::Missing => "?".to_owned(),
        }
    }

    fn check(text: &str, tree: &str, mistakes: &[&str]) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("amllint.toml", text));
        let (document, diagnostics) = parse(file, sources.get(file), Kind::CONFIGURATION);
        assert_eq!(write(document.root()), tree, "{text}");
        let said = diagnostics.iter().map(|one| {
            let place = sources.slice(one.primary.span);
            format!("{place}: {}", one.message)
        });
        assert_eq!(said.collect::<Vec<_>>(), mistakes, "{text}");
    }

    #[test]
    fn tables_are_nodes_in_the_order_of_the_text() {
        check("", "{}", &[]);
        check(
            "b = 'x' # why\na = [1, true, \"é\\n\"]\nd = 2026-12-31\n[r.ST001]\nn = 30\n[r]\nzone = 'off'\n",
            "{b:\"x\",a:[1,true,\"é\\n\"],d:\"2026-12-31\",r:{ST001:{n:30},zone:\"off\"}}",
            &[],
        );
        check(
            "[[o]]\np = ['a']\n[[o]]\nq = { x = 1.5 }\n",
            "{o:[{p:[\"a\"]},{q:{x:1.5}}]}",
            &[],
        );
        check("\u{feff}a = 'ü'\n", "{a:\"ü\"}", &[]);
    }

    #[test]
    fn a_broken_file_is_read_as_far_as_it_goes() {
        check(
            "a = \nb = 1\n",
            "{a:\"\",b:1}",
            &[": string values must be quoted, expected literal string"],
        );
    }
}
