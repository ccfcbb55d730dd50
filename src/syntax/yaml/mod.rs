//! YAML to the tree that JSON has too: rule files, their data, and what `loadYamlContent` loads.
//!
//! The crate saphyr-parser reads the text and tells events; this module is the only one that knows it. Its places are
//! counted in characters and reach over blanks and comments here and there, so the ends of nodes are found anew in the
//! text, step by step beside the events:
//!
//! ```text
//! sku: "a"  # why    event: scalar, characters 5..15       node: bytes 5..8
//! - one              event: sequence, behind the dash      node: from the dash to the end of its last element
//! ```
//!
//! Plain scalars are typed by the core schema of YAML 1.2: `true`, `null`, `12`, `0x1f`, `.inf` and their kin; anything
//! else, such as `2024-11-01` or `yes`, is text. A number is kept as written, so `+1`, `0o17` and `.5` occur. Keys are
//! always text. Mistakes are reported with the kind that the caller names, because a rule file and a loaded file
//! answer to different people.

mod scan;

pub mod origin;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::node::{Builder, Document, NodeKind};
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use std::sync::Arc;

/// Levels of lists and mappings that are read; what lies deeper is reported and left out.
pub const MAX_DEPTH: usize = 128;

const TOO_DEEP: &str = "nested too deep";

/// Parses a file; `kind` is what its mistakes are reported as.
///
/// Of a broken file everything before the first syntax error is in the tree.
pub fn parse(file: FileId, source: &Arc<SourceFile>, kind: Kind) -> (Document, Vec<Diagnostic>) {
    let mut reader = Reader {
        file,
        text: source.text(),
        kind,
        characters: Characters::of(source.text()),
        builder: Builder::new(file, source.clone(), 0),
        containers: Vec::new(),
        reached: 0,
        diagnostics: Vec::new(),
    };
    reader.read_file();
    reader
        .diagnostics
        .sort_by_key(|said| said.primary.span.start);
    (reader.builder.finish(), reader.diagnostics)
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    kind: Kind,
    characters: Characters,
    builder: Builder,
    /// The open lists and mappings, outermost first.
    containers: Vec<Container>,
    /// The byte after the last node or indicator.
    reached: usize,
    diagnostics: Vec<Diagnostic>,
}

struct Container {
    /// Its node; none inside something that is left out.
    node: Option<u32>,
    start: usize,
    is_mapping: bool,
    /// Between brackets, its own or those of a container around it.
    in_flow: bool,
    /// Why what is inside is left out, if it is.
    left_out: Option<&'static str>,
    /// A key has been read and its value has not.
    awaits_value: bool,
    /// Keys so far, in lower case because the lookup folds case.
    keys: FxHashMap<String, Span>,
}

/// What a node is besides its content.
struct Properties {
    /// A tag or an anchor stands before it.
    any: bool,
    /// It is tagged `!!str`.
    is_text: bool,
}

impl Properties {
    fn of(anchor: usize, tag: Option<&Tag>) -> Properties {
        Properties {
            any: anchor > 0 || tag.is_some(),
            is_text: tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str"),
        }
    }
}

impl Reader<'_> {
    fn read_file(&mut self) {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => return self.give_up(&error),
            };
            match event {
                Event::DocumentStart(explicit) => {
                    documents += 1;
                    let start = self.byte(span.start);
                    if documents > 1 {
                        let place = self.character_at(start);
                        return self.report(place, "a second document is not read");
                    }
                    if explicit {
                        self.reached = self.byte(span.end);
                    }
                }
                Event::Alias(_) => {
                    let (start, end) = (self.byte(span.start), self.byte(span.end));
                    self.step(false);
                    self.add_alias(start, end);
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let properties = Properties::of(anchor, tag.as_deref());
                    let place = (self.byte(span.start), self.byte(span.end));
                    self.add_scalar(text.into_owned(), style, &properties, place);
                }
                Event::SequenceStart(anchor, tag) => {
                    let properties = Properties::of(anchor, tag.as_deref());
                    self.open(NodeKind::Array, &properties, self.byte(span.end));
                }
                Event::MappingStart(anchor, tag) => {
                    let properties = Properties::of(anchor, tag.as_deref());
                    self.open(NodeKind::Object, &properties, self.byte(span.end));
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let start = self.byte(span.start);
                    let bracket = !span.is_empty() && self.text[start..].starts_with([']', '}']);
                    self.close(if bracket { start + 1 } else { self.reached });
                }
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
    }

    fn byte(&self, marker: Marker) -> usize {
        self.characters.byte(marker.index())
    }

    /// The character that begins at `start`; a point at the end of the text.
    fn character_at(&self, start: usize) -> (usize, usize) {
        let character = self.text[start..].chars().next();
        (start, start + character.map_or(0, char::len_utf8))
    }

    fn report(&mut self, (start, end): (usize, usize), message: impl Into<String>) {
        let span = Span::new(self.file, start as u32, end as u32);
        self.diagnostics
            .push(Diagnostic::new(self.kind, span, message));
    }

    fn is_silent(&self) -> bool {
        let innermost = self.containers.last();
        innermost.is_some_and(|inner| inner.node.is_none() || inner.left_out.is_some())
    }

    fn expects_key(&self) -> bool {
        let innermost = self.containers.last();
        innermost.is_some_and(|inner| inner.is_mapping && !inner.awaits_value)
    }

    /// Steps over the indicator that announces the next node, and gives the first byte behind it that is no blank.
    ///
    /// An `empty` node may have no indicator: the `:` that follows then begins the next key, as in `::`.
    fn step(&mut self, empty: bool) -> usize {
        let at = scan::skip_blanks(self.text, self.reached);
        let Some(inner) = self.containers.last() else {
            return at;
        };
        let announced = match self.text.as_bytes().get(at) {
            Some(b':') => {
                inner.awaits_value
                    && (!empty || scan::ends_indicator(self.text, at + 1, inner.in_flow))
            }
            Some(b',') => !inner.awaits_value,
            Some(b'-') => !inner.is_mapping && scan::is_blank(self.text, at + 1),
            Some(b'?') => self.expects_key() && scan::is_blank(self.text, at + 1),
            Some(_) | None => false,
        };
        if !announced {
            return at;
        }
        self.reached = at + 1;
        match self.text.as_bytes()[at] {
            b',' if inner.is_mapping => self.step(empty), // a `?` may follow
            _ => scan::skip_blanks(self.text, self.reached),
        }
    }

    /// Notes that a node is complete: what comes next, and from where on.
    fn finish_node(&mut self, end: usize) {
        self.reached = end.max(self.reached);
        if let Some(inner) = self.containers.last_mut() {
            inner.awaits_value = inner.is_mapping && !inner.awaits_value;
        }
    }

    fn add_alias(&mut self, start: usize, end: usize) {
        if !self.is_silent() {
            self.builder
                .leaf(NodeKind::Missing, start as u32, end as u32);
            self.report((start, end), "aliases are not supported");
        }
        self.finish_node(end);
    }

    /// Adds a scalar whose event spans `place`.
    fn add_scalar(
        &mut self,
        decoded: String,
        style: ScalarStyle,
        properties: &Properties,
        place: (usize, usize),
    ) {
        let announced_at =
            self.step(decoded.is_empty() && style == ScalarStyle::Plain && !properties.any);
        let mut start = announced_at;
        if properties.any {
            start = scan::skip_properties(self.text, announced_at);
        }
        let is_plain = style == ScalarStyle::Plain;
        let (start, end) = match style {
            ScalarStyle::Plain if !decoded.is_empty() => {
                (if properties.any { start } else { place.0 }, place.1)
            }
            // Nothing is written: the point behind the indicator, the tag or the anchor.
            ScalarStyle::Plain if properties.any => (place.1, place.1),
            ScalarStyle::Plain => (self.reached, self.reached),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                (start, scan::quoted_end(self.text, start))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let content = scan::block_content(self.text, start, place.1.max(start), &decoded);
                (content.start, content.end)
            }
        };
        if self.is_silent() {
            return self.finish_node(end);
        }
        let is_key = self.expects_key();
        if is_key {
            self.note_key(&decoded, is_plain, start, end);
        }
        let kind = match is_plain && !is_key && !properties.is_text {
            true => core_schema(&decoded),
            false => NodeKind::PlainString,
        };
        if kind == NodeKind::PlainString && self.text.get(start..end) != Some(decoded.as_str()) {
            self.builder.decoded(decoded, start as u32, end as u32);
        } else {
            self.builder.leaf(kind, start as u32, end as u32);
        }
        self.finish_node(end);
    }

    fn note_key(&mut self, key: &str, is_plain: bool, start: usize, end: usize) {
        if is_plain && key.is_empty() {
            self.report((start, end), "this key has no name");
        }
        let span = Span::new(self.file, start as u32, end as u32);
        let Some(inner) = self.containers.last_mut() else {
            return;
        };
        let first = *inner.keys.entry(key.to_ascii_lowercase()).or_insert(span);
        if first != span {
            let said = Diagnostic::new(self.kind, span, format!("duplicate key `{key}`"));
            self.diagnostics
                .push(said.with_related(first, "first here"));
        }
    }

    /// Opens a list or mapping whose first token ends at `token_end`.
    fn open(&mut self, kind: NodeKind, properties: &Properties, token_end: usize) {
        let is_mapping = kind == NodeKind::Object;
        let mut start = self.step(false);
        if properties.any {
            let behind = scan::skip_properties(self.text, start);
            // A mapping's first key may have tags of its own; then the mapping's empty token tells where it begins.
            start = if is_mapping {
                behind.min(token_end)
            } else {
                behind
            };
        }
        let opens_with = |bracket: char| self.text[start..].starts_with(bracket);
        // A mapping may begin with a brace that is its first key's; then its own token is empty.
        let has_bracket = opens_with('[') && !is_mapping || opens_with('{') && token_end > start;
        let left_out = if self.expects_key() {
            Some("a list or mapping as a key is not supported")
        } else if self.containers.len() >= MAX_DEPTH {
            Some(TOO_DEEP)
        } else {
            None
        };
        let node = match (self.is_silent(), left_out) {
            (true, _) => None,
            (false, Some(_)) => Some(self.builder.open(NodeKind::Missing, start as u32)),
            (false, None) => Some(self.builder.open(kind, start as u32)),
        };
        self.reached = if has_bracket { start + 1 } else { start };
        let around_in_flow = self.containers.last().is_some_and(|around| around.in_flow);
        self.containers.push(Container {
            node,
            start,
            is_mapping,
            in_flow: has_bracket || around_in_flow,
            left_out,
            awaits_value: false,
            keys: FxHashMap::default(),
        });
    }

    fn close(&mut self, end: usize) {
        let Some(container) = self.containers.pop() else {
            return;
        };
        let end = end.max(container.start);
        if let Some(node) = container.node {
            self.builder.close(node, end as u32);
            if let Some(reason) = container.left_out {
                self.report((container.start, end), reason);
            }
        }
        self.finish_node(end);
    }

    /// Reports a syntax error and closes what is open.
    fn give_up(&mut self, error: &ScanError) {
        let place = self.character_at(self.byte(*error.marker()));
        let too_deep = self.containers.len() >= MAX_DEPTH;
        while let Some(inner) = self.containers.last() {
            if inner.awaits_value {
                if !self.is_silent() {
                    let at = self.reached as u32;
                    self.builder.leaf(NodeKind::Missing, at, at);
                }
                self.finish_node(self.reached);
            }
            self.close(self.reached);
        }
        // The parser has a limit of its own; ours has been reported by then.
        if !(too_deep && error.info() == "recursion limit exceeded") {
            self.report(place, explain(error.info()));
        }
    }
}

/// What a plain scalar is: <https://yaml.org/spec/1.2.2/#103-core-schema>
fn core_schema(text: &str) -> NodeKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::True,
        "false" | "False" | "FALSE" => NodeKind::False,
        _ if is_number(text) => NodeKind::Number,
        _ => NodeKind::PlainString,
    }
}

fn is_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(before, after)| (before, Some(after)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_holds = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && are_digits(digits)
    });
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    has_digits && are_digits(whole) && are_digits(fraction) && exponent_holds
}

/// The parser's words in ours, for the mistakes people make.
fn explain(info: &str) -> String {
    match info {
        "simple key expect ':'" | "simple key expected" => "a key without `:`".into(),
        "mapping values are not allowed in this context" => {
            "`:` cannot stand here; text that holds `: ` is quoted".into()
        }
        "while parsing a block mapping, did not find expected key" => {
            "neither a key in the column of the others nor the end of the mapping".into()
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "neither a `-` in the column of the others nor the end of the list".into()
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => {
            "neither `,` nor `}` after a member".into()
        }
        "while parsing a flow sequence, expected ',' or ']'" => {
            "neither `,` nor `]` after an element".into()
        }
        "while scanning a quoted scalar, found unexpected end of stream" => {
            "this quote is not closed".into()
        }
        "recursion limit exceeded" => TOO_DEEP.into(),
        "while parsing node, found unknown anchor" => "an alias without its anchor".into(),
        "while parsing a node, did not find expected node content" => "a value is missing".into(),
        other => format!("the text is not YAML: {}", other.replace('\'', "`")),
    }
}

/// Byte offsets of characters.
enum Characters {
    /// Every character is a byte.
    Ascii(usize),
    /// The byte at which each begins, and the length of the text.
    Wide(Vec<u32>),
}

impl Characters {
    fn of(text: &str) -> Characters {
        if text.is_ascii() {
            return Characters::Ascii(text.len());
        }
        let starts = text.char_indices().map(|(start, _)| start as u32);
        Characters::Wide(starts.chain([text.len() as u32]).collect())
    }

    /// Where a character begins; the end of the text for any past the last.
    fn byte(&self, character: usize) -> usize {
        match self {
            Characters::Ascii(length) => character.min(*length),
            Characters::Wide(starts) => {
                let last = starts.len().saturating_sub(1);
                starts[character.min(last)] as usize
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::node::Node;

    fn read(text: &str) -> (Document, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.yaml", text));
        parse(file, sources.get(file), Kind::RULE_FILE)
    }

    /// A tree in one line: text as `'text'`, with what is written behind it where that differs.
    fn shape(node: Node<'_>) -> String {
        match node.kind() {
            NodeKind::Object => {
                let members = node.members();
                let members = members.map(|(key, value)| shape(key) + ": " + &shape(value));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            NodeKind::Array => {
                let elements = node.elements().map(shape).collect::<Vec<_>>();
                format!("[{}]", elements.join(", "))
            }
            NodeKind::PlainString => format!("'{}'", node.raw()),
            NodeKind::DecodedString => {
                let text = node.as_str().unwrap_or_default();
                let one_line = |text: &str| text.replace('\n', "\\n").replace('\r', "\\r");
                format!("'{}'<{}>", one_line(text), one_line(node.raw()))
            }
            NodeKind::Number | NodeKind::True | NodeKind::False => node.raw().to_owned(),
            NodeKind::Null => format!("null<{}>", node.raw()),
            NodeKind::Missing => format!("missing<{}>", node.raw()),
        }
    }

    fn check(text: &str, expected: &str) {
        check_mistakes(text, expected, &[]);
    }

    /// Mistakes are the text they underline and their message.
    fn check_mistakes(text: &str, expected: &str, mistakes: &[(&str, &str)]) {
        let (document, diagnostics) = read(text);
        assert_eq!(shape(document.root()), expected, "tree of {text:?}");
        let source = document.source();
        let said: Vec<_> = diagnostics
            .iter()
            .map(|said| (source.slice(said.primary.span), said.message.as_str()))
            .collect();
        assert_eq!(said, mistakes, "mistakes in {text:?}");
    }

    #[test]
    fn plain_scalars_are_typed_by_the_core_schema() {
        for (text, expected) in [
            ("true", "true"),
            ("FALSE", "FALSE"),
            ("yes", "'yes'"),
            ("null", "null<null>"),
            ("~", "null<~>"),
            ("12", "12"),
            ("-0.5e+3", "-0.5e+3"),
            (".5", ".5"),
            ("1.", "1."),
            ("0x1F", "0x1F"),
            ("0o17", "0o17"),
            ("-.inf", "-.inf"),
            (".nan", ".nan"),
            ("0x", "'0x'"),
            ("1e", "'1e'"),
            (".", "'.'"),
            ("-", "[null<>]"),
            ("2024-11-01", "'2024-11-01'"),
            ("2024-11-01-preview", "'2024-11-01-preview'"),
            ("0.0.0.0/0", "'0.0.0.0/0'"),
            ("1_000", "'1_000'"),
            ("$.sku.name", "'$.sku.name'"),
            ("!!str 12", "'12'"),
            ("!!str", "''"),
            ("!mine 12", "12"),
            ("&a true", "true"),
            ("'true'", "'true'<'true'>"),
            ("\"12\"", "'12'<\"12\">"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn block_and_flow_style_give_one_tree() {
        for (text, expected) in [
            ("", "missing<>"),
            ("# only a comment", "missing<>"),
            ("---\n", "null<>"),
            (
                "a: 1\nb:\n  - x\n  - y: 2\n",
                "{'a': 1, 'b': ['x', {'y': 2}]}",
            ),
            (
                "a: 1\nb:\n- x\n- - y\nc: z",
                "{'a': 1, 'b': ['x', ['y']], 'c': 'z'}",
            ),
            ("{a: 1, b: [x, {y: 2}]}", "{'a': 1, 'b': ['x', {'y': 2}]}"),
            ("{a, b: , c: [ ],}", "{'a': null<>, 'b': null<>, 'c': []}"),
            (
                "[a: 1, ? b : 2, {c: d}]",
                "[{'a': 1}, {'b': 2}, {'c': 'd'}]",
            ),
            ("? a\n: 1\n? b\n", "{'a': 1, 'b': null<>}"),
            ("1: a\ntrue: b\n~: c", "{'1': 'a', 'true': 'b', '~': 'c'}"),
            ("a: foo\n  bar\n", "{'a': 'foo bar'<foo\\n  bar>}"),
            (
                "%YAML 1.2\n--- # 位\n!!map\n&x a: &y b\n...\n",
                "{'a': 'b'}",
            ),
            ("{\"a\":'it''s'}", "{'a'<\"a\">: 'it's'<'it''s'>}"),
            ("\u{feff}a: b", "{'a': 'b'}"),
            (
                "a: b\r\nc: |\r\n  d\r\n  e\r\n",
                "{'a': 'b', 'c': 'd\\ne\\n'<d\\r\\n  e>}",
            ),
            ("a: # 位置 | >\n  - b # - c\n", "{'a': ['b']}"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn spans_are_bytes_and_end_with_the_node() {
        let text = "# 位置\n位置: \"値\"  # 値\nlist: [ 'a' , b ]  # c\nblock:\n- x: 1\n  y: 値 # z\n- - 2\n\nlast:  \n";
        let (document, diagnostics) = read(text);
        assert_eq!(diagnostics, []);
        let root = document.root();
        assert_eq!(root.span().start, 9);
        assert_eq!(root.span().end as usize, text.len() - "  \n".len());
        let places: Vec<_> = (1..document.len() as u32)
            .map(|index| {
                (
                    document.node(index).span().start,
                    document.node(index).raw(),
                )
            })
            .collect();
        let expected = [
            (9, "位置"),
            (17, "\"値\""),
            (30, "list"),
            (36, "[ 'a' , b ]"),
            (38, "'a'"),
            (44, "b"),
            (53, "block"),
            (60, "- x: 1\n  y: 値 # z\n- - 2"),
            (62, "x: 1\n  y: 値"),
            (62, "x"),
            (65, "1"),
            (69, "y"),
            (72, "値"),
            (82, "- 2"),
            (84, "2"),
            (87, "last"),
            (92, ""),
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn block_scalars_span_their_content() {
        for (text, expected) in [
            (
                "a: |\n  x\n   y\n\n  z\n\nb: 1",
                "{'a': 'x\\n y\\n\\nz\\n'<x\\n   y\\n\\n  z>, 'b': 1}",
            ),
            ("a: |-\n  x\n\n", "{'a': 'x'}"),
            ("a: |+\n  x\n\nb: 1", "{'a': 'x\\n\\n'<x>, 'b': 1}"),
            ("a: >- # 位 |\n  x\n  y\n", "{'a': 'x y'<x\\n  y>}"),
            ("a: |2\n    x\n", "{'a': '  x\\n'<  x>}"),
            ("a: |\n\n  x\n", "{'a': '\\nx\\n'<\\n  x>}"),
            ("a: !!str &b |\n  x\n", "{'a': 'x\\n'<x>}"),
            ("a: |\nb: >+\n", "{'a': ''<|>, 'b': ''<>+>}"),
            ("- |\n 1\n- >\n 2\n", "['1\\n'<1>, '2\\n'<2>]"),
            ("--- |\n位\n置", "'位\\n置\\n'<位\\n置>"),
            ("a: |\n  x ", "{'a': 'x \\n'<x >}"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn mistakes_are_told_and_the_rest_is_read() {
        for (text, expected, mistakes) in [
            (
                "a: &x 1\nb: *x\n*x : 2",
                "{'a': 1, 'b': missing<*x>, missing<*x>: 2}",
                &[("*x", "aliases are not supported"); 2][..],
            ),
            (
                "位: *x",
                "{'位': missing<>}",
                &[("*", "an alias without its anchor")],
            ),
            (
                "a: 1\n---\nb: 2",
                "{'a': 1}",
                &[("-", "a second document is not read")],
            ),
            (
                "a: 1\nA: 2",
                "{'a': 1, 'A': 2}",
                &[("A", "duplicate key `A`")],
            ),
            (
                "{[a, {b: c}]: 1, d: 2}",
                "{missing<[a, {b: c}]>: 1, 'd': 2}",
                &[("[a, {b: c}]", "a list or mapping as a key is not supported")],
            ),
            (": 1", "{'': 1}", &[("", "this key has no name")]),
            (
                "a: [1, {b: 2\nc: 3",
                "{'a': [1, {'b': '2 c'<2\\nc>}]}",
                &[(":", "neither `,` nor `}` after a member")],
            ),
            (
                "a: 1\nb: c: d",
                "{'a': 1, 'b': 'c'}",
                &[(":", "`:` cannot stand here; text that holds `: ` is quoted")],
            ),
            ("a: 1\nb", "{'a': 1}", &[("", "a key without `:`")]),
            (
                "a: '位",
                "{'a': missing<>}",
                &[("'", "this quote is not closed")],
            ),
            (
                "a:\n  - 1\n b: 2",
                "{'a': [1]}",
                &[(
                    "b",
                    "neither a key in the column of the others nor the end of the mapping",
                )],
            ),
        ] {
            check_mistakes(text, expected, mistakes);
        }
    }

    #[test]
    fn a_duplicate_key_points_to_the_first_and_the_last_counts() {
        let (document, diagnostics) = read("a: 1\na: 2\na: 3");
        let firsts: Vec<_> = diagnostics
            .iter()
            .map(|said| said.trace[0].span.start)
            .collect();
        assert_eq!(firsts, [0, 0]);
        assert_eq!(document.root().get("a").map(Node::raw), Some("3"));
    }

    #[test]
    fn deep_nesting_is_left_out() {
        let block: String = (0..200).map(|depth| " ".repeat(depth) + "a:\n").collect();
        for text in [
            "[".repeat(200) + &"]".repeat(200),
            "[".repeat(400),
            "- ".repeat(500) + "x",
            block,
        ] {
            let (document, diagnostics) = read(&text);
            let said: Vec<_> = diagnostics
                .iter()
                .map(|said| said.message.as_str())
                .collect();
            assert_eq!(said, ["nested too deep"], "{text:?}");
            assert!(document.len() <= 2 * MAX_DEPTH + 2);
        }
    }

    /// What holds of every tree: nodes lie in their parents, one after the other, and offsets lie in the file.
    fn check_sound(text: &str) {
        fn visit(node: Node<'_>, mut from: u32, within: Span) -> u32 {
            let span = node.span();
            let text = node.document().source().text();
            assert!(
                within.contains(span) && span.start >= from,
                "{node:?} in {text:?}"
            );
            assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
            if let (Some(decoded), Some(origin)) = (node.as_str(), origin::Origin::of(node)) {
                let offsets: Vec<_> = (0..=decoded.len()).map(|at| origin.offset(at)).collect();
                assert!(
                    offsets.is_sorted()
                        && offsets
                            .iter()
                            .all(|at| span.start <= *at && *at <= span.end),
                    "{offsets:?} of {node:?} in {text:?}"
                );
            }
            from = span.start;
            for element in node.elements() {
                from = visit(element, from, span);
            }
            for (key, value) in node.members() {
                from = visit(key, from, span);
                from = visit(value, from, span);
            }
            span.end
        }
        let (document, diagnostics) = read(text);
        let whole = Span::new(document.file(), 0, text.len() as u32);
        visit(document.root(), 0, whole);
        for said in diagnostics {
            assert!(text.get(said.primary.span.range()).is_some(), "{said:?}");
        }
    }

    #[test]
    fn no_text_breaks_the_parser() {
        let seeds = [
            "# 位置\na: 1\nb:\n  - x # 値\n  - {y: 'it''s', z: \"\\u4f4d\\n\"}\nc: &x |\n  text\n   more\n\nd: *x\n",
            "? a\n: - b\n  - !!str 12\n- >-\n  folded\n  text\n\n  end\n---\n[a: 1, ? b : {c, d: }, \"e\":f]\n...\n",
            "%YAML 1.2\n--- !<tag:yaml.org,2002:map>\nk: foo\n  bar  \n\n  baz\n\"q\\\n  r\n\n s\": |2+\n   x\r\n  y\r\n\n",
        ];
        let pieces = [
            "\n", " ", "  ", "\t", ":", ": ", "- ", "?", "? ", "[", "]", "{", "}", ",", "'", "\"",
            "#", " #", "|", ">", "\\", "&a ", "*a", "!!str ", "!", "---\n", "...\n", "位", "\r\n",
            "\r", "\u{feff}", "\0", "%", "~", "\\L", "0",
        ];
        let mut state: u64 = 42;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        for round in 0..6_000 {
            let mut characters: Vec<char> = seeds[round % seeds.len()].chars().collect();
            for _ in 0..=random(6) {
                let at = random(characters.len());
                let until = (at + random(4)).min(characters.len());
                let piece = pieces[random(pieces.len())].chars();
                characters.splice(at..until, piece);
                if characters.is_empty() {
                    characters.push('a');
                }
            }
            check_sound(&characters.into_iter().collect::<String>());
        }
    }
}
