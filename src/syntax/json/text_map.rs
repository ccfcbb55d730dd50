//! From places in the decoded text of a string back to places in the file, for expressions inside JSON strings.
//!
//! ```text
//! "[concat('caf\u00e9', \"x\")]"     as written
//!  [concat('café', "x")]             decoded: the byte 15, after é, is byte 20 between the quotes
//! ```

use super::escapes;
use crate::syntax::node::{Node, NodeKind};

/// Maps byte offsets of a string node's decoded text to byte offsets of its file.
#[derive(Clone, Debug)]
pub struct TextMap {
    /// Where the text begins, after its quote.
    start: u32,
    escapes: Vec<Escape>,
}

#[derive(Clone, Copy, Debug)]
struct Escape {
    decoded_start: u32,
    decoded_end: u32,
    file_start: u32,
    file_end: u32,
}

impl TextMap {
    /// The map of a string node. Only that of a string with escapes allocates.
    pub fn of(node: Node<'_>) -> TextMap {
        let quoted = node.raw().starts_with(['"', '\'']);
        let start = node.span().start + u32::from(quoted);
        let escapes = match node.kind() {
            NodeKind::DecodedString if quoted => find_escapes(&node.raw()[1..], start),
            NodeKind::DecodedString
            | NodeKind::PlainString
            | NodeKind::Object
            | NodeKind::Array
            | NodeKind::Number
            | NodeKind::True
            | NodeKind::False
            | NodeKind::Null
            | NodeKind::Missing => Vec::new(),
        };
        TextMap { start, escapes }
    }

    /// The place in the file of the byte at `decoded_offset`; the length of the text gives the place of the closing
    /// quote. Every byte of a character that is written as an escape is where the escape begins.
    pub fn file_offset(&self, decoded_offset: u32) -> u32 {
        let after = self
            .escapes
            .partition_point(|escape| escape.decoded_start <= decoded_offset);
        match self.escapes[..after].last() {
            Some(escape) if decoded_offset < escape.decoded_end => escape.file_start,
            Some(escape) => escape.file_end + (decoded_offset - escape.decoded_end),
            None => self.start + decoded_offset,
        }
    }
}

/// `written` may go on past the end of the string: a quote that closes it is no escape.
fn find_escapes(written: &str, file_start: u32) -> Vec<Escape> {
    let mut found = Vec::new();
    escapes::decode(written, &mut String::new(), |start, escape, decoded| {
        if let Some(character) = escape.character {
            found.push(Escape {
                decoded_start: decoded as u32,
                decoded_end: (decoded + character.len_utf8()) as u32,
                file_start: file_start + start as u32,
                file_end: file_start + escape.end as u32,
            });
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    /// `expected` has, for each byte of the decoded text and for its end, the offset in the file.
    fn check(json: &str, decoded: &str, expected: &[u32]) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.json", json));
        let (document, _) = super::super::parse(file, sources.get(file));
        let node = document.root();
        assert_eq!(node.as_str(), Some(decoded), "{json}");
        let map = TextMap::of(node);
        let offsets: Vec<u32> = (0..=decoded.len() as u32)
            .map(|offset| map.file_offset(offset))
            .collect();
        assert_eq!(offsets, expected, "{json}");
    }

    #[test]
    fn a_plain_string_begins_after_its_quote() {
        check(r#" "ab" "#, "ab", &[2, 3, 4]);
        check("'ab'", "ab", &[1, 2, 3]);
        check(r#""é""#, "é", &[1, 2, 3]);
    }

    #[test]
    fn places_after_an_escape_are_moved_by_its_length() {
        check(r#""a\"b""#, "a\"b", &[1, 2, 4, 5]);
        check(r#""\n\n""#, "\n\n", &[1, 3, 5]);
        check(r#""\u00e9x""#, "éx", &[1, 1, 7, 8]);
        check(r#""\ud83d\ude00x""#, "😀x", &[1, 1, 1, 1, 13, 14]);
        check(r#""\ud83dx""#, "\u{fffd}x", &[1, 1, 1, 7, 8]);
    }

    #[test]
    fn an_unknown_escape_keeps_its_bytes() {
        check(r#""\q\n""#, "\\q\n", &[1, 2, 3, 5]);
        check(r#""\u1""#, "\\u1", &[1, 2, 3, 4]);
    }

    #[test]
    fn a_string_that_is_not_closed_has_a_map_too() {
        check(r#""a\nb"#, "a\nb", &[1, 2, 4, 5]);
        check(r#""a\"#, "a\\", &[1, 2, 3]);
        check(r#""a\""#, "a\"", &[1, 2, 4]);
    }
}
