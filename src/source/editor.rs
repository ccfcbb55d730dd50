//! Places as editors count them: lines end with `\n`, `\r\n` or `\r`, lines and columns are 0-based, and columns count what editor and
//! server agreed on.
//!
//! <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position>

use super::BYTE_ORDER_MARK;

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, which every editor knows.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A point between two characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// 0-based line.
    pub line: u32,
    /// 0-based column.
    pub column: u32,
}

/// The lines of a text.
#[derive(Debug)]
pub struct EditorLines<'a> {
    text: &'a str,
    /// Where lines begin; the first after a byte order mark, which editors do not show.
    starts: Vec<usize>,
}

impl<'a> EditorLines<'a> {
    /// The lines of this text.
    pub fn new(text: &'a str) -> EditorLines<'a> {
        let first = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|end| bytes[*end] == b'\n' || bytes.get(end + 1) != Some(&b'\n'));
        let starts = std::iter::once(first).chain(ends.map(|end| end + 1));
        EditorLines {
            text,
            starts: starts.collect(),
        }
    }

    /// The point before the byte at `offset`, which is clamped to the text and to a character.
    pub fn point(&self, offset: usize, encoding: Encoding) -> Point {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let line = line.saturating_sub(1);
        let start = self.starts[line].min(offset);
        Point {
            line: line as u32,
            column: units(&self.text[start..offset], encoding) as u32,
        }
    }

    /// The byte behind a point. One that lies outside of the text means its end, one outside of a line the end of that line.
    pub fn offset(&self, point: Point, encoding: Encoding) -> usize {
        let Some(start) = self.starts.get(point.line as usize) else {
            return self.text.len();
        };
        let line = &self.text[*start..self.end(point.line as usize)];
        let wanted = point.column as usize;
        let mut column = 0;
        for (offset, character) in line.char_indices() {
            // A point inside of a character means the beginning of it.
            column += length(character, encoding);
            if column > wanted {
                return start + offset;
            }
        }
        start + line.len()
    }

    /// Where a line ends, before what ends it.
    fn end(&self, line: usize) -> usize {
        let Some(next) = self.starts.get(line + 1) else {
            return self.text.len();
        };
        let line = &self.text[..*next];
        line.strip_suffix("\r\n")
            .map_or(next - 1, |line| line.len())
            .max(self.starts[0])
    }
}

fn units(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 if text.is_ascii() => text.len(),
        Encoding::Utf16 => text.encode_utf16().count(),
        Encoding::Utf32 => text.chars().count(),
    }
}

fn length(character: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => character.len_utf8(),
        Encoding::Utf16 => character.len_utf16(),
        Encoding::Utf32 => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(line: u32, column: u32) -> Point {
        Point { line, column }
    }

    #[test]
    fn a_point_and_its_byte_lead_to_one_another_in_every_encoding() {
        let text = "\u{feff}a𝒳é\r\nb\rc\n\nd";
        let lines = EditorLines::new(text);
        for (offset, character) in text.char_indices().skip(1) {
            let is_end = matches!(character, '\r' | '\n');
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let there = lines.point(offset, encoding);
                let back = lines.offset(there, encoding);
                assert!(back == offset || is_end, "{offset} {there:?} {back}");
            }
        }
        let column = |encoding| lines.point(text.find('\r').unwrap_or(0), encoding);
        assert_eq!(column(Encoding::Utf8), point(0, 7));
        assert_eq!(column(Encoding::Utf16), point(0, 4));
        assert_eq!(column(Encoding::Utf32), point(0, 3));
        assert_eq!(lines.point(text.len(), Encoding::Utf16), point(4, 1));
    }

    #[test]
    fn points_outside_of_the_text_or_inside_of_a_character_are_moved() {
        let lines = EditorLines::new("a𝒳\nb");
        let offset = |line, column| lines.offset(point(line, column), Encoding::Utf16);
        assert_eq!(offset(0, 2), 1);
        assert_eq!(offset(0, 99), 5);
        assert_eq!(offset(u32::MAX, u32::MAX), 7);
        assert_eq!(lines.point(3, Encoding::Utf16), point(0, 1));
        assert_eq!(EditorLines::new("").point(9, Encoding::Utf16), point(0, 0));
        assert_eq!(
            EditorLines::new("\u{feff}").point(0, Encoding::Utf16),
            point(0, 0)
        );
    }
}
