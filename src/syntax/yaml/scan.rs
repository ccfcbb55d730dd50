//! Where YAML's own signs stand: what the events of the parser leave out. Every function takes and gives byte offsets.

use std::ops::Range;

const BYTE_ORDER_MARK: &str = "\u{feff}";
const BREAKS: [char; 2] = ['\n', '\r'];

/// The first byte at or after `at` that is neither blank nor part of a comment.
pub fn skip_blanks(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += match rest.bytes().next() {
            Some(b' ' | b'\t' | b'\n' | b'\r') => 1,
            Some(b'#') => rest.find(BREAKS).unwrap_or(rest.len()),
            Some(_) if rest.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            Some(_) | None => return at.min(text.len()),
        };
    }
}

/// Whether a blank, a line break or the end of the text stands at `at`.
pub fn is_blank(text: &str, at: usize) -> bool {
    let byte = text.as_bytes().get(at);
    byte.is_none_or(|byte| b" \t\n\r".contains(byte))
}

/// Whether what stands at `at` sets off an indicator before it: a blank, or between brackets a bracket or comma.
pub fn ends_indicator(text: &str, at: usize, in_flow: bool) -> bool {
    is_blank(text, at) || in_flow && text[at..].starts_with([',', '[', ']', '{', '}'])
}

/// The first byte after the tags and anchors at `at`, and after the blanks behind them.
pub fn skip_properties(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        let length = if rest.starts_with("!<") {
            rest.find('>').map(|end| end + 1)
        } else if rest.starts_with(['!', '&']) {
            rest.find([' ', '\t', '\n', '\r', ',', '[', ']', '{', '}'])
        } else {
            return at;
        };
        at = skip_blanks(text, at + length.unwrap_or(rest.len()));
    }
}

/// The first byte after the quoted scalar that begins at `start`; the end of the text when it is not closed.
pub fn quoted_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let single = bytes.get(start) == Some(&b'\'');
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\'' if single && bytes.get(at + 1) != Some(&b'\'') => return at + 1,
            b'"' if !single => return at + 1,
            b'\'' if single => 2,
            b'\\' if !single => 2,
            _ => 1,
        };
    }
    text.len()
}

/// The lines of a part of the text, their breaks left out.
pub fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(part.start);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = &text[start..part.end];
        let length = rest.find(BREAKS).unwrap_or(rest.len());
        next = match &rest.as_bytes()[length..] {
            [b'\r', b'\n', ..] => Some(start + length + 2),
            [_, ..] => Some(start + length + 1),
            [] => None,
        };
        Some(start..start + length)
    })
}

/// How many spaces a text begins with.
pub fn leading_spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// How far the lines of `part` are indented more than those of the text they decode to.
///
/// Told by the first line that has content; line breaks before it stand in the decoded text one by one.
pub fn indentation(text: &str, part: Range<usize>, decoded: &str) -> usize {
    let content = decoded.trim_start_matches('\n');
    let empty_lines = decoded.len() - content.len();
    let line = lines(text, part).nth(empty_lines).unwrap_or_default();
    leading_spaces(&text[line]).saturating_sub(leading_spaces(content))
}

/// The content of a block scalar whose `|` or `>` stands at `header` and which ends before `limit`.
///
/// From the first line, its indentation left out, to the last character that is no line break. A block without content
/// gives its header.
pub fn block_content(text: &str, header: usize, limit: usize, decoded: &str) -> Range<usize> {
    let mut block = lines(text, header..limit);
    let header_line = block.next().unwrap_or(header..header);
    let Some(first) = block.next() else {
        return header_range(text, header_line);
    };
    if decoded.trim_matches('\n').is_empty() {
        return header_range(text, header_line);
    }
    let indent = indentation(text, first.start..limit, decoded);
    let start = first.start + indent.min(leading_spaces(&text[first.clone()]));
    let last = text[start..limit].trim_end_matches([' ', '\t', '\n', '\r']);
    let end = lines(text, start + last.len()..limit)
        .next()
        .map_or(limit, |line| line.end);
    start..end
}

fn header_range(text: &str, line: Range<usize>) -> Range<usize> {
    let length = text[line.clone()].find([' ', '\t']).unwrap_or(line.len());
    line.start..line.start + length
}
