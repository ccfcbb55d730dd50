//! Files and places in them. Only this module turns byte offsets into lines and columns.
//!
//! A [`Span`] is born in a lexer and never recomputed; it is 12 bytes and copied freely.

use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// A file of one [`Sources`]; meaningless in another, unless both share it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(u32);

/// Ids from here on are those of files that several [`Sources`] share.
const FIRST_SHARED: u32 = 1 << 31;

/// The lowest bit of an id says whether the file is written in Bicep.
const BICEP: u32 = 1;

impl FileId {
    /// The id of a file that several [`Sources`] share; `number` tells it from the other shared ones.
    pub fn shared(number: u32, file: &SourceFile) -> FileId {
        FileId(FIRST_SHARED | FileId::own(number, file).0)
    }

    fn own(number: u32, file: &SourceFile) -> FileId {
        let bicep = if file.is_bicep() { BICEP } else { 0 };
        FileId((number << 1) | bicep)
    }

    /// Whether the file is written in Bicep, so that what is said of its expressions is said in Bicep.
    pub fn is_bicep(self) -> bool {
        self.0 & BICEP != 0
    }
}

/// A place in a file: bytes `start..end` of its decoded text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    /// The file the place is in.
    pub file: FileId,
    /// First byte, 0-based.
    pub start: u32,
    /// First byte after the place, 0-based.
    pub end: u32,
}

impl Span {
    /// Bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }

    /// The smallest span that holds both, which must be of one file.
    ///
    /// ```text
    ///   sku: { name: 'Standard_LRS' }
    ///   ---                             self
    ///                ~~~~~~~~~~~~~~     other
    ///   ==========================      merged
    /// ```
    pub fn merge(self, other: Span) -> Span {
        debug_assert_eq!(self.file, other.file, "spans of two files do not merge");
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span is a point between two characters.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The byte range within the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A point in a text as people count it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// 1-based line; only `\n` ends a line.
    pub line: u32,
    /// 1-based column in Unicode scalar values.
    pub column: u32,
    /// 0-based byte offset in the text.
    pub offset: u32,
}

/// Two points of a text; the end is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    /// Where the range begins.
    pub start: Position,
    /// First position after the range.
    pub end: Position,
}

/// What was wrong with the bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EncodingProblem {
    /// Bytes that are no UTF-8 (or UTF-16 behind its byte order mark) were replaced by U+FFFD; the first stands at this byte of the text.
    InvalidAt(u32),
}

/// A file's name and decoded text.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

/// A path as it is printed: with `/` on every system, what is no Unicode replaced.
pub fn display(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl SourceFile {
    /// A file whose text is at hand. `path` is printed as it is, with `/` between its parts.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> SourceFile {
        SourceFile {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
        }
    }

    fn is_bicep(&self) -> bool {
        let ending = self.path.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| {
            let is = |text: &str| ending.eq_ignore_ascii_case(text);
            is("bicep") || is("bicepparam")
        })
    }

    /// Decodes a file: UTF-8, or UTF-16 of either byte order behind its byte order mark.
    ///
    /// A UTF-8 byte order mark stays in the text, so that offsets are the file's own bytes; for UTF-16 they are
    /// those of its UTF-8 form.
    pub fn decode(
        path: impl Into<String>,
        bytes: Vec<u8>,
    ) -> (SourceFile, Option<EncodingProblem>) {
        let (text, problem) = match bytes.as_slice() {
            [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
            _ => match String::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to() as u32;
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    (text, Some(EncodingProblem::InvalidAt(at)))
                }
            },
        };
        (SourceFile::new(path, text), problem)
    }

    /// The path to print, with `/` between its parts on every system.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The decoded text, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span of this file; empty when the span lies outside the text or splits a character.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Byte offsets at which lines begin, computed when first asked for.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0)
                .chain(newlines.map(|offset| offset as u32 + 1))
                .collect()
        })
    }

    /// 0-based index of the line that holds the byte at `offset`.
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset) - 1
    }

    /// Bytes of the line with this 0-based index, its newline included; `None` past the last line.
    pub fn line_range(&self, line_index: usize) -> Option<std::ops::Range<usize>> {
        let starts = self.line_starts();
        let start = *starts.get(line_index)? as usize;
        let end = starts
            .get(line_index + 1)
            .map_or(self.text.len(), |next| *next as usize);
        Some(start..end)
    }

    /// The position of a byte offset, clamped to the text.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let line_index = self.line_index(offset as u32);
        let line_start = self.line_starts()[line_index] as usize;
        let before = self.text.as_bytes()[line_start..offset]
            .iter()
            .filter(|byte| !is_continuation(**byte))
            .count();
        let marks =
            usize::from(line_index == 0 && offset > 0 && self.text.starts_with(BYTE_ORDER_MARK));
        Position {
            line: line_index as u32 + 1,
            column: (before - marks) as u32 + 1,
            offset: offset as u32,
        }
    }

    /// 1-based column of a byte offset in UTF-16 units, as SARIF and editors count.
    pub fn utf16_column(&self, offset: u32) -> u32 {
        self.before(offset).encode_utf16().count() as u32 + 1
    }

    /// 1-based column of a byte offset in bytes of UTF-8.
    pub fn byte_column(&self, offset: u32) -> u32 {
        self.before(offset).len() as u32 + 1
    }

    /// What stands on the line before a byte offset, without a byte order mark.
    fn before(&self, offset: u32) -> &str {
        let offset = (offset as usize).min(self.text.len());
        let start = self.line_starts()[self.line_index(offset as u32)] as usize;
        let text = self.text.get(start..offset).unwrap_or_default();
        text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
    }

    /// The two ends of a span of this file.
    pub fn range(&self, span: Span) -> Range {
        Range {
            start: self.position(span.start),
            end: self.position(span.end),
        }
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, Option<EncodingProblem>) {
    let units = bytes.chunks(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0xd800, // half a unit at the end decodes to nothing valid
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut problem = None;
    for decoded in char::decode_utf16(units) {
        let character = decoded.unwrap_or_else(|_| {
            problem.get_or_insert(EncodingProblem::InvalidAt(text.len() as u32));
            char::REPLACEMENT_CHARACTER
        });
        text.push(character);
    }
    (text, problem)
}

/// The files one template reaches.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Those of its own, by id.
    own: Vec<Arc<SourceFile>>,
    /// Those that others reach, too.
    shared: FxHashMap<FileId, Arc<SourceFile>>,
}

impl Sources {
    /// Adds a file and gives the id that spans in it carry.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.adopt(Arc::new(file))
    }

    /// Adds a file that other sources hold, too, under an id of its own here.
    pub fn adopt(&mut self, file: Arc<SourceFile>) -> FileId {
        let id = FileId::own(self.own.len() as u32, &file);
        self.own.push(file);
        id
    }

    /// Adds a file that has an id already, one of [`FileId::shared`].
    pub fn share(&mut self, id: FileId, file: Arc<SourceFile>) {
        self.shared.insert(id, file);
    }

    /// The file with this id, which must be one of these sources.
    pub fn get(&self, file: FileId) -> &Arc<SourceFile> {
        match self.own.get((file.0 >> 1) as usize) {
            Some(own) => own,
            None => &self.shared[&file],
        }
    }

    /// The file with this id, if it is one of these sources.
    pub fn find(&self, file: FileId) -> Option<&Arc<SourceFile>> {
        let own = self.own.get((file.0 >> 1) as usize);
        own.or_else(|| self.shared.get(&file))
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).slice(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_unicode_scalar_values_and_offsets_count_bytes() {
        let file = SourceFile::new("a.json", "{\n  \"位置\": 1\n}");
        let position = file.position(12);
        assert_eq!(
            (position.line, position.column, position.offset),
            (2, 7, 12)
        );
    }

    #[test]
    fn columns_are_counted_in_other_units_too() {
        let file = SourceFile::new("a.json", "\u{feff}{\r\n\"𝒳é\": 1\r\n}");
        assert_eq!((file.utf16_column(4), file.byte_column(4)), (2, 2));
        let colon = file.text().find(':').expect("it is there") as u32;
        let columns = (
            file.position(colon).column,
            file.utf16_column(colon),
            file.byte_column(colon),
        );
        assert_eq!(columns, (5, 6, 9));
        assert_eq!(file.utf16_column(99), 2);
    }

    #[test]
    fn a_byte_order_mark_keeps_its_bytes_but_no_column() {
        let (file, problem) = SourceFile::decode("a.json", b"\xef\xbb\xbf{}".to_vec());
        assert_eq!(problem, None);
        let position = file.position(3);
        assert_eq!((position.column, position.offset), (1, 3));
    }

    #[test]
    fn utf_16_of_both_byte_orders_is_decoded() {
        for bytes in [b"\xff\xfe{\0}\0".to_vec(), b"\xfe\xff\0{\0}".to_vec()] {
            let (file, problem) = SourceFile::decode("a.json", bytes);
            assert_eq!((file.text(), problem), ("{}", None));
        }
    }

    #[test]
    fn invalid_bytes_are_replaced_and_their_place_is_told() {
        let (file, problem) = SourceFile::decode("a.json", b"{\"a\xff\": 1}".to_vec());
        assert_eq!(file.text(), "{\"a\u{fffd}\": 1}");
        assert_eq!(problem, Some(EncodingProblem::InvalidAt(3)));
    }

    #[test]
    fn an_offset_past_the_text_is_the_end() {
        let file = SourceFile::new("a.json", "ab");
        assert_eq!(file.position(99).column, 3);
    }
}
