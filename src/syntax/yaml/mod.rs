//! YAML to the tree that JSON has, with spans: rule files and their data.
//!
//! The events come from `saphyr-parser`. Scalars are read by the core schema of YAML 1.2; dates and API versions such as
//! `2024-11-01` are text. Anchors are refused: a small file of them can mean an endless tree.

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::node::{Builder, Document, NodeKind};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::sync::Arc;

/// Parses a file; mistakes are reported as `kind`. There is always a document.
pub fn parse(file: FileId, source: &Arc<SourceFile>, kind: Kind) -> (Document, Vec<Diagnostic>) {
    let mut reader = Reader {
        text: source.text(),
        offsets: Offsets::new(source.text()),
        file,
        kind,
        builder: Builder::new(file, source.clone(), 0),
        open: Vec::new(),
        skipping: 0,
        finished: false,
        diagnostics: Vec::new(),
    };
    for event in Parser::new_from_str(source.text()) {
        match event {
            Ok((event, span)) => reader.event(event, span.start.index(), span.end.index()),
            Err(error) => {
                let at = reader.offsets.byte(error.marker().index());
                reader.error(at, at, format!("the text is no YAML: {}", error.info()));
                break;
            }
        }
    }
    reader.finish()
}

/// Byte offsets of characters, looked up in ascending order.
struct Offsets {
    /// Every 64th character's byte.
    marks: Vec<u32>,
    text: String,
}

impl Offsets {
    fn new(text: &str) -> Offsets {
        let marks = text
            .char_indices()
            .step_by(64)
            .map(|(byte, _)| byte as u32)
            .collect();
        Offsets {
            marks,
            text: text.to_owned(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let Some(mark) = self.marks.get(character / 64) else {
            return self.text.len();
        };
        let rest = &self.text[*mark as usize..];
        rest.char_indices()
            .nth(character % 64)
            .map_or(self.text.len(), |(byte, _)| *mark as usize + byte)
    }
}

/// A collection that is not finished.
struct Open {
    index: u32,
    mapping: bool,
    /// Nodes in it so far, keys included.
    count: usize,
    keys: Vec<(String, Span)>,
}

struct Reader<'a> {
    text: &'a str,
    offsets: Offsets,
    file: FileId,
    kind: Kind,
    builder: Builder,
    open: Vec<Open>,
    /// How deep in a collection that is not read.
    skipping: usize,
    finished: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, start: usize, end: usize) {
        let (start, end) = (self.offsets.byte(start), self.offsets.byte(end));
        if self.skipping > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipping += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipping -= 1,
                Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_)
                | Event::DocumentEnd
                | Event::Alias(_)
                | Event::Scalar(..) => {}
            }
            return;
        }
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(_) if self.finished => {
                self.error(start, end, "only the first document of the file is read");
            }
            Event::DocumentStart(_) => {}
            Event::DocumentEnd => self.finished = true,
            _ if self.finished => {}
            Event::Alias(_) => {
                self.error(start, end, "aliases are not taken: write the value again");
                self.place(start);
                self.builder
                    .leaf(NodeKind::Missing, start as u32, end as u32);
            }
            Event::Scalar(text, style, _, _) => {
                let key = self.place(start);
                let end = self.trimmed(start, end);
                if key {
                    self.remember_key(&text, start, end);
                }
                self.scalar(&text, style, start, end);
            }
            Event::SequenceStart(..) => self.open(false, start, end),
            Event::MappingStart(..) => self.open(true, start, end),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.complete(&open, end);
                    let end = self.trimmed(start.min(end), end).max(self.last_end());
                    self.builder.close(open.index, end as u32);
                }
            }
        }
    }

    /// Notes that a node is added to the innermost collection; true if it is a key.
    fn place(&mut self, _start: usize) -> bool {
        let Some(open) = self.open.last_mut() else {
            return false;
        };
        open.count += 1;
        open.mapping && open.count % 2 == 1
    }

    fn open(&mut self, mapping: bool, start: usize, end: usize) {
        let key = self.place(start);
        if key {
            self.error(start, end, "the name of a property is text");
            self.builder
                .leaf(NodeKind::Missing, start as u32, start as u32);
            self.skipping = 1;
            return;
        }
        let kind = if mapping {
            NodeKind::Object
        } else {
            NodeKind::Array
        };
        let index = self.builder.open(kind, start as u32);
        self.open.push(Open {
            index,
            mapping,
            count: 0,
            keys: Vec::new(),
        });
    }

    /// Gives a key without a value one that is missing.
    fn complete(&mut self, open: &Open, end: usize) {
        if open.mapping && open.count % 2 == 1 {
            self.builder.leaf(NodeKind::Missing, end as u32, end as u32);
        }
    }

    fn last_end(&self) -> usize {
        self.builder.last_end() as usize
    }

    /// A scalar ends where its text does, not at the line breaks behind it.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        start
            + self
                .text
                .get(start..end)
                .unwrap_or_default()
                .trim_end()
                .len()
    }

    fn remember_key(&mut self, text: &str, start: usize, end: usize) {
        let span = Span::new(self.file, start as u32, end as u32);
        let Some(open) = self.open.last_mut() else {
            return;
        };
        if let Some((_, earlier)) = open.keys.iter().find(|(key, _)| key == text) {
            let message = format!("the key `{text}` is there already");
            self.diagnostics.push(
                Diagnostic::new(self.kind, span, message).with_related(*earlier, "first here"),
            );
        } else {
            open.keys.push((text.to_owned(), span));
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, start: usize, end: usize) {
        let (from, to) = (start as u32, end as u32);
        let kind = if style == ScalarStyle::Plain {
            plain_kind(text)
        } else {
            NodeKind::PlainString
        };
        if kind == NodeKind::PlainString && self.text.get(start..end) != Some(text) {
            self.builder.decoded(text.to_owned(), from, to);
        } else {
            self.builder.leaf(kind, from, to);
        }
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        let span = Span::new(self.file, start as u32, end as u32);
        self.diagnostics
            .push(Diagnostic::new(self.kind, span, message));
    }

    fn finish(mut self) -> (Document, Vec<Diagnostic>) {
        let end = self.last_end();
        while let Some(open) = self.open.pop() {
            self.complete(&open, end);
            self.builder.close(open.index, end as u32);
        }
        (self.builder.finish(), self.diagnostics)
    }
}

/// What a scalar without quotes is.
fn plain_kind(text: &str) -> NodeKind {
    match text {
        "true" | "True" | "TRUE" => NodeKind::True,
        "false" | "False" | "FALSE" => NodeKind::False,
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        _ => {
            let digits = text.trim_start_matches(['-', '+']);
            let number = digits.starts_with(|first: char| first.is_ascii_digit())
                && text.parse::<f64>().is_ok();
            if number {
                NodeKind::Number
            } else {
                NodeKind::PlainString
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::node::Node;

    fn parse_text(text: &str) -> (Document, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.yaml", text));
        parse(file, sources.get(file), Kind::RULE_FILE)
    }

    fn print(node: Node<'_>) -> String {
        match node.kind() {
            NodeKind::Object => {
                let members: Vec<_> = node
                    .members()
                    .map(|(key, value)| format!("{}:{}", print(key), print(value)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            NodeKind::Array => format!(
                "[{}]",
                node.elements().map(print).collect::<Vec<_>>().join(",")
            ),
            NodeKind::PlainString | NodeKind::DecodedString => {
                format!("'{}'", node.as_str().expect("text"))
            }
            NodeKind::Number => node.raw().to_owned(),
            NodeKind::True => "true".to_owned(),
            NodeKind::False => "false".to_owned(),
            NodeKind::Null => "null".to_owned(),
            NodeKind::Missing => "?".to_owned(),
        }
    }

    #[test]
    fn yaml_becomes_a_tree() {
        for (text, tree) in [
            (
                "a: 1\nb: [x, 'y', \"z\\n\"]\n",
                "{'a':1,'b':['x','y','z\n']}",
            ),
            (
                "a: {path: $.sku.name, equals: Premium}",
                "{'a':{'path':'$.sku.name','equals':'Premium'}}",
            ),
            (
                "a: true\nb: ~\nc:\nd: 2024-11-01\ne: '1'\nf: 1.5",
                "{'a':true,'b':null,'c':null,'d':'2024-11-01','e':'1','f':1.5}",
            ),
            ("a: |\n  x\n   y\nb: 1", "{'a':'x\n y\n','b':1}"),
            ("- a\n- - b\n", "['a',['b']]"),
            ("# only\n", "?"),
        ] {
            let (document, diagnostics) = parse_text(text);
            assert_eq!(
                (print(document.root()).as_str(), diagnostics),
                (tree, Vec::new()),
                "{text}"
            );
        }
    }

    #[test]
    fn spans_are_bytes_though_characters_are_wide() {
        let text = "位置: 値 # c\nname: 'x y'\nlist: [位, b]\n";
        let (document, _) = parse_text(text);
        let raw: Vec<_> = document
            .root()
            .members()
            .map(|(key, value)| (key.raw(), value.raw()))
            .collect();
        assert_eq!(raw[..2], [("位置", "値"), ("name", "'x y'")]);
        assert_eq!(
            document
                .root()
                .get("list")
                .expect("list")
                .elements()
                .nth(1)
                .expect("b")
                .raw(),
            "b"
        );
    }

    #[test]
    fn mistakes_are_told_and_the_rest_is_read() {
        for (text, tree, message) in [
            (
                "a: &x 1\nb: *x\n",
                "{'a':1,'b':?}",
                "aliases are not taken: write the value again",
            ),
            (
                "a: 1\na: 2\n",
                "{'a':1,'a':2}",
                "the key `a` is there already",
            ),
            (
                "a: 1\n---\nb: 2\n",
                "{'a':1}",
                "only the first document of the file is read",
            ),
            ("? [x]\n: 1\n", "{?:1}", "the name of a property is text"),
        ] {
            let (document, diagnostics) = parse_text(text);
            assert_eq!(print(document.root()), tree, "{text}");
            assert_eq!(
                diagnostics.first().map(|one| one.message.as_str()),
                Some(message),
                "{text}"
            );
        }
        let (document, diagnostics) = parse_text("a: 1\nb: [1, 2\nc: 3\n");
        assert!(diagnostics[0].message.starts_with("the text is no YAML"));
        assert_eq!(document.root().get("a").map(print).as_deref(), Some("1"));
    }

    #[test]
    fn nesting_has_the_bound_of_the_library() {
        let (_, diagnostics) = parse_text(&"[".repeat(400));
        assert!(
            diagnostics
                .iter()
                .any(|one| one.message.contains("recursion limit")),
            "{diagnostics:?}"
        );
    }
}
