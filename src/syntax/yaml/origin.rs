//! Back from the decoded text of a string to the characters it was written with.
//!
//! A rule file holds templates, paths and messages as strings; a mistake inside them is reported where it stands:
//!
//! ```text
//! json: |
//!   { "type":        decoded byte 2 is the quote; in the file it stands two columns further right
//! ```

use super::scan;
use crate::source::Span;
use crate::syntax::node::{Node, NodeKind};
use std::ops::Range;

/// Where the parts of a decoded string stand in its file.
#[derive(Clone, Debug)]
pub struct Origin {
    span: Span,
    /// Decoded offset and file offset of each stretch that was taken over as it stands, both ascending.
    stretches: Vec<(usize, usize)>,
}

impl Origin {
    /// Of a string; `None` of anything else.
    ///
    /// Exact for plain, quoted and literal block scalars (`|`). In a folded one a line break that became a space is
    /// taken for the end of its line.
    pub fn of(node: Node<'_>) -> Option<Origin> {
        let decoded = node.as_str()?;
        let span = node.span();
        let stretches = if node.kind() == NodeKind::PlainString {
            let quotes = (span.len() - decoded.len()) / 2;
            vec![(0, span.start as usize + quotes)]
        } else if is_quoted(node.raw(), decoded) {
            quoted(node.document().source().text(), span, decoded)
        } else {
            by_lines(node.document().source().text(), span, decoded)
        };
        Some(Origin { span, stretches })
    }

    /// The file offset of a byte of the decoded text; the string's end for any offset past it.
    pub fn offset(&self, decoded: usize) -> u32 {
        let after = self.stretches.partition_point(|(from, _)| *from <= decoded);
        let before = after.checked_sub(1).and_then(|at| self.stretches.get(at));
        let limit = self
            .stretches
            .get(after)
            .map_or(self.span.end, |(_, file)| *file as u32);
        match before {
            Some((from, file)) => ((file + (decoded - from)) as u32).min(limit),
            None => self.span.start,
        }
    }

    /// The place in the file of bytes of the decoded text; one that ends behind a line break reaches to the next line.
    pub fn span(&self, decoded: Range<usize>) -> Span {
        let start = self.offset(decoded.start);
        Span::new(self.span.file, start, self.offset(decoded.end).max(start))
    }
}

fn is_quoted(raw: &str, decoded: &str) -> bool {
    let first_line = raw.split(['\n', '\r']).next().unwrap_or_default();
    // A block may begin with a quote as well, but then its first line is taken over as it stands.
    raw.starts_with(['"', '\'']) && !decoded.trim_start_matches('\n').starts_with(first_line)
}

/// The stretches between escapes and line breaks.
fn quoted(text: &str, span: Span, decoded: &str) -> Vec<(usize, usize)> {
    let end = (span.end as usize).saturating_sub(1);
    let single = text[span.range()].starts_with('\'');
    let mut file = span.start as usize + 1;
    let mut at = 0;
    let mut stretches = vec![(at, file)];
    while let Some(character) = text.get(file..end).and_then(|rest| rest.chars().next()) {
        let rest = &text[file..end];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let breaks = scan::lines(rest, 0..blanks).count() - 1;
        let (written, becomes) = match character {
            '\'' if single => (2, 1),
            '\\' if !single => escape(rest, &decoded[at..]),
            // One break becomes a space, several become one less.
            ' ' | '\t' | '\n' | '\r' if breaks > 0 => (blanks, (breaks - 1).max(1)),
            _ => {
                let length = blanks.max(character.len_utf8());
                file += length;
                at += length;
                continue;
            }
        };
        file = (file + written).min(end);
        at += becomes;
        if decoded.get(at..).is_none() {
            break;
        }
        stretches.push((at, file));
    }
    stretches
}

/// Bytes that an escape takes, and bytes of what it stands for, which `decoded` begins with.
fn escape(written: &str, decoded: &str) -> (usize, usize) {
    let length = match written.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        Some(b'\n' | b'\r') => {
            let rest = &written[1..];
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let empty_lines = scan::lines(rest, 0..blanks).count().saturating_sub(2);
            return (1 + blanks, empty_lines);
        }
        Some(_) | None => 2,
    };
    (length, decoded.chars().next().map_or(0, char::len_utf8))
}

/// A stretch a line, for blocks and for plain scalars of several lines.
fn by_lines(text: &str, span: Span, decoded: &str) -> Vec<(usize, usize)> {
    let start = span.start as usize;
    let line_start = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let indent = scan::indentation(text, line_start..span.end as usize, decoded);
    let mut stretches = Vec::new();
    let mut at = 0;
    for line in scan::lines(text, start..span.end as usize) {
        let spaces = scan::leading_spaces(&text[line.clone()]);
        let past_indent = line.start + indent.min(spaces);
        let as_written = if line.start == start {
            start
        } else {
            past_indent
        };
        let past_spaces = line.start + spaces;
        let candidates = [
            (as_written, &text[as_written..line.end]),
            (past_spaces, text[line.clone()].trim()),
        ];
        if candidates[1].1.is_empty() {
            continue;
        }
        let found = candidates
            .into_iter()
            .find_map(|(from, content)| Some((find(decoded, at, content)?, from, content.len())));
        if let Some((place, from, length)) = found {
            stretches.push((place, from));
            at = place + length;
        }
    }
    stretches
}

/// Where a line stands in the decoded text, at `at` or behind the breaks and spaces there.
fn find(decoded: &str, at: usize, line: &str) -> Option<usize> {
    let rest = decoded.get(at..)?;
    let separators = rest.len() - rest.trim_start_matches([' ', '\n']).len();
    (0..=separators)
        .find(|skipped| rest[*skipped..].starts_with(line))
        .map(|skipped| at + skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Kind;
    use crate::source::{SourceFile, Sources};

    /// `part` of the decoded text under `a` must lead back to `written`, and to the place of `^` in the text.
    fn check(text: &str, part: &str, written: &str) {
        let mut sources = Sources::default();
        let at = text.find('^').expect("the case marks a place");
        let file = sources.add(SourceFile::new("a.yaml", text.replace('^', "")));
        let (document, _) = crate::syntax::yaml::parse(file, sources.get(file), Kind::RULE_FILE);
        let node = document.root().get("a").expect("the case has a key `a`");
        let decoded = node.as_str().expect("the value is text");
        let start = decoded.find(part).expect("the part is in the text");
        let origin = Origin::of(node).expect("text has an origin");
        let span = origin.span(start..start + part.len());
        assert_eq!(
            (span.start as usize, sources.slice(span)),
            (at, written),
            "{text:?}"
        );
    }

    #[test]
    fn parts_of_strings_lead_back_to_the_file() {
        for (text, part, written) in [
            ("a: 位^置", "置", "置"),
            ("a: '位^置'", "置", "置"),
            ("a: 'it''s ^x'", "x", "x"),
            ("a: 'it^''s'", "'", "''"),
            ("a: \"\\u4f4d\\t^x\"", "x", "x"),
            ("a: \"^\\u4f4dx\"", "位", "\\u4f4d"),
            ("a: \"\\L'^x'\"", "x", "x"),
            ("a: \"b\n\n   c\n  ^d\"", "d", "d"),
            ("a: \"b\\\n   ^c\"", "c", "c"),
            ("a: b\n  位 \n\n  ^c", "c", "c"),
            ("# 位\na: |\n  { 位\n    ^\"x\": 1\n  }\n", "\"x\"", "\"x\""),
            ("a: |\n\n   \n    x\n\n     ^y\n", "y", "y"),
            ("a: |\r\n  b\r\n  ^c\r\n", "c", "c"),
            ("a: |2\n    b\n  ^c\n", "c", "c"),
            ("a: |\n  \"位\"\n  ^\"c\"\n", "\"c\"", "\"c\""),
            ("a: |\n  'it''s\n  ^x'\n", "x", "x"),
            ("a: >\n  b\n  位\n\n  ^c\n   d\n", "c", "c"),
            ("a: >\n  b\n   ^c\n  d\n", "c", "c"),
            ("a: !!str |-\n  b\n  ^c", "c", "c"),
        ] {
            check(text, part, written);
        }
    }

    #[test]
    fn an_offset_past_the_text_is_its_end() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.yaml", "|\n  ab\n"));
        let (document, _) = crate::syntax::yaml::parse(file, sources.get(file), Kind::RULE_FILE);
        let origin = Origin::of(document.root()).expect("text has an origin");
        assert_eq!(
            (origin.offset(0), origin.offset(2), origin.offset(99)),
            (4, 6, 6)
        );
    }
}
