//! How a text is laid out around a place: indentation, line ends, comments behind a member.

use std::ops::Range;

/// What a file that has no indented line is indented by.
const DEFAULT_UNIT: &str = "  ";

/// How a member that is written anew is laid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout<'a> {
    /// What stands before it in its line; `None` where it stands in a line with others.
    pub indentation: Option<String>,
    /// What a line further inside is indented by beside that.
    pub unit: &'a str,
    /// What ends a line.
    pub line_end: &'static str,
    /// Whether no blanks stand between tokens.
    pub is_compact: bool,
}

impl<'a> Layout<'a> {
    /// How a value is laid out that takes the place of another one: on lines of its own if that was, or if it is the only member of
    /// its line.
    pub fn at(text: &'a str, replaced: Range<usize>) -> Layout<'a> {
        let offset = replaced.start;
        let before = &text[line_start(text, offset)..offset];
        let replaced = &text[replaced];
        let is_one_line =
            replaced.len() > 2 && replaced.starts_with(['{', '[']) && !replaced.contains('\n');
        let is_divided = is_one_line || before.contains(['{', '[', ',']) || !text.contains('\n');
        let outer = indentation(text, offset);
        Layout {
            indentation: (!is_divided).then(|| outer.to_owned()),
            unit: unit_of(text),
            line_end: line_end(text, offset),
            is_compact: before.ends_with("\":"),
        }
    }
}

impl Layout<'_> {
    /// The layout of what stands one level further inside.
    pub fn inside(&self) -> Layout<'_> {
        let indentation = self.indentation.as_ref();
        Layout {
            indentation: indentation.map(|indentation| format!("{indentation}{}", self.unit)),
            ..*self
        }
    }

    /// A line end and the indentation, or a blank where everything stands in one line.
    pub fn separator(&self) -> String {
        match (&self.indentation, self.is_compact) {
            (Some(indentation), _) => format!("{}{indentation}", self.line_end),
            (None, true) => String::new(),
            (None, false) => " ".to_owned(),
        }
    }
}

/// The first byte of the line that holds an offset.
pub fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The blanks that the line of an offset begins with.
pub fn indentation(text: &str, offset: usize) -> &str {
    let start = line_start(text, offset);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether nothing but blanks stands in a line before an offset.
pub fn is_first_in_line(text: &str, offset: usize) -> bool {
    text[line_start(text, offset)..offset].trim().is_empty()
}

/// What ends the lines around an offset.
pub fn line_end(text: &str, offset: usize) -> &'static str {
    let before = text[..offset].rfind('\n');
    let newline = before.or_else(|| text.find('\n'));
    match newline {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        Some(_) | None => "\n",
    }
}

/// What `inner` is indented by beside `outer`; where that says nothing, what the file is indented by.
pub fn unit<'a>(text: &'a str, outer: &str, inner: Option<&'a str>) -> &'a str {
    let by_members = inner.and_then(|inner| inner.strip_prefix(outer));
    by_members
        .filter(|unit| !unit.is_empty())
        .unwrap_or_else(|| unit_of(text))
}

/// So many indented lines show how a file is indented.
const TELLING_LINES: usize = 64;

/// The least indentation of the first indented lines.
fn unit_of(text: &str) -> &str {
    let indented = text.lines().filter_map(|line| {
        let rest = line.trim_start_matches([' ', '\t']);
        let blanks = &line[..line.len() - rest.len()];
        (!blanks.is_empty() && !rest.is_empty()).then_some(blanks)
    });
    match indented
        .take(TELLING_LINES)
        .min_by_key(|blanks| blanks.len())
    {
        Some(blanks) if blanks.starts_with('\t') => &blanks[..1],
        Some(blanks) => blanks,
        None => DEFAULT_UNIT,
    }
}

/// The first byte at or behind `start`, before `end`, that belongs to no comment and is no blank.
pub fn skip_blanks(text: &str, mut start: usize, end: usize) -> usize {
    while start < end {
        let rest = &text[start..end];
        let trimmed = rest.trim_start();
        start += rest.len() - trimmed.len();
        let Some(length) = comment(trimmed) else {
            break;
        };
        start += length;
    }
    start.min(end)
}

/// The length of the comment that a text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(text.len(), |end| end + 4))
}

/// Where the line ends that holds `offset`, if only blanks and comments follow in it; trailing blanks are left out.
pub fn rest_of_line(text: &str, offset: usize, end: usize) -> Option<usize> {
    let mut at = offset;
    let mut content = offset;
    loop {
        let rest = &text[at..end];
        let trimmed = rest.trim_start_matches([' ', '\t']);
        at += rest.len() - trimmed.len();
        if trimmed.starts_with(['\n', '\r']) {
            return Some(content);
        }
        let length = comment(trimmed)?;
        if trimmed[..length].contains('\n') {
            return None;
        }
        at += length;
        content = at;
    }
}

/// The first byte of the line after the one that holds an offset.
pub fn next_line(text: &str, offset: usize) -> usize {
    text[offset..]
        .find('\n')
        .map_or(text.len(), |newline| offset + newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_indented_by_its_least_indentation() {
        for (text, expected) in [
            ("{\n    \"a\": {\n        \"b\": 1\n    }\n}", "    "),
            ("{\n\t\"a\": 1\n}", "\t"),
            ("{}", "  "),
            ("{\n   \n \"a\": 1}", " "),
        ] {
            assert_eq!(unit_of(text), expected, "{text}");
        }
        assert_eq!(unit("", "  ", Some("     ")), "   ");
    }

    #[test]
    fn comments_and_blanks_are_skipped() {
        let text = "a /* b */ // c\n , d";
        assert_eq!(skip_blanks(text, 1, text.len()), 16);
        assert_eq!(skip_blanks("  ", 0, 2), 2);
        assert_eq!(skip_blanks("/* x", 0, 4), 4);
    }

    #[test]
    fn what_follows_in_a_line_may_be_a_comment() {
        let end = |text: &str| rest_of_line(text, 1, text.len());
        assert_eq!(end("1 // x\r\n"), Some(6));
        assert_eq!(end("1  \n"), Some(1));
        assert_eq!(end("1 }\n"), None);
        assert_eq!(end("1 /* a\n */\n"), None);
    }

    #[test]
    fn lines_end_as_those_around_them() {
        assert_eq!(line_end("a\r\nb\nc", 3), "\r\n");
        assert_eq!(line_end("a\r\nb\nc", 5), "\n");
        assert_eq!(line_end("abc", 1), "\n");
    }
}
