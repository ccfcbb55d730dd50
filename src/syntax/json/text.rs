//! The text of a JSON string: decoding its escapes, and finding a decoded byte in the file again.

use crate::syntax::node::{Node, NodeKind};

/// Decodes what stands between the quotes. `mistake` gets the bytes and the message of each escape that is none.
pub(super) fn decode(raw: &str, mut mistake: impl FnMut(usize, usize, String)) -> String {
    let mut decoded = String::with_capacity(raw.len());
    for piece in pieces(raw) {
        match piece {
            Piece::Plain { start, end } => decoded.push_str(&raw[start..end]),
            Piece::Escape { character, .. } => decoded.push(character),
            Piece::Wrong { start, end } => {
                let written = &raw[start..end];
                mistake(start, end, format!("`{written}` is no escape"));
                decoded.push_str(written);
            }
            Piece::LoneSurrogate { start, end } => {
                let written = &raw[start..end];
                mistake(start, end, format!("`{written}` is half of a character"));
                decoded.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    decoded
}

/// A part of the raw text; offsets are bytes of it.
enum Piece {
    Plain {
        start: usize,
        end: usize,
    },
    Escape {
        character: char,
        end: usize,
        start: usize,
    },
    Wrong {
        start: usize,
        end: usize,
    },
    LoneSurrogate {
        start: usize,
        end: usize,
    },
}

fn pieces(raw: &str) -> impl Iterator<Item = Piece> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let rest = &raw[position..];
        if rest.is_empty() {
            return None;
        }
        let start = position;
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if plain > 0 {
            position += plain;
            return Some(Piece::Plain {
                start,
                end: position,
            });
        }
        let piece = escape(raw, start);
        position = match piece {
            Piece::Plain { end, .. }
            | Piece::Escape { end, .. }
            | Piece::Wrong { end, .. }
            | Piece::LoneSurrogate { end, .. } => end,
        };
        Some(piece)
    })
}

/// The escape that begins at `start`.
fn escape(raw: &str, start: usize) -> Piece {
    let Some(letter) = raw[start + 1..].chars().next() else {
        return Piece::Wrong {
            start,
            end: raw.len(),
        };
    };
    let end = start + 1 + letter.len_utf8();
    let character = match letter {
        '"' | '\\' | '/' | '\'' => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(raw, start),
        _ => return Piece::Wrong { start, end },
    };
    Piece::Escape {
        character,
        start,
        end,
    }
}

fn unicode_escape(raw: &str, start: usize) -> Piece {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6)?.strip_prefix("\\u")?;
        if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            u32::from_str_radix(digits, 16).ok()
        } else {
            None
        }
    };
    let Some(first) = unit(start) else {
        return Piece::Wrong {
            start,
            end: start + 2,
        };
    };
    if let Some(character) = char::from_u32(first) {
        return Piece::Escape {
            character,
            start,
            end: start + 6,
        };
    }
    if let (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) = (first, unit(start + 6)) {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        let character = char::from_u32(code).expect("two surrogates make a character");
        return Piece::Escape {
            character,
            start,
            end: start + 12,
        };
    }
    Piece::LoneSurrogate {
        start,
        end: start + 6,
    }
}

/// Finds bytes of a string's decoded text in the file.
#[derive(Debug)]
pub struct TextMap {
    /// Offsets in the decoded text, ascending, each with the byte of the file it stands at. Between two of them both sides
    /// grow alike.
    anchors: Vec<(u32, u32)>,
}

impl TextMap {
    /// The map of a string node.
    pub fn of(node: Node<'_>) -> TextMap {
        let first = node.span().start + 1;
        let mut anchors = vec![(0, first)];
        if node.kind() == NodeKind::DecodedString {
            let raw = node.raw();
            let raw = &raw[1..raw.len().saturating_sub(1).max(1)];
            let mut decoded = 0;
            for piece in pieces(raw) {
                let (length, end) = match piece {
                    Piece::Plain { start, end } | Piece::Wrong { start, end } => (end - start, end),
                    Piece::Escape {
                        character,
                        end,
                        start,
                    } => {
                        debug_assert!(start < end);
                        (character.len_utf8(), end)
                    }
                    Piece::LoneSurrogate { end, .. } => {
                        (char::REPLACEMENT_CHARACTER.len_utf8(), end)
                    }
                };
                decoded += length as u32;
                anchors.push((decoded, first + end as u32));
            }
        }
        TextMap { anchors }
    }

    /// The byte of the file at which this byte of the decoded text is written; of an escape its backslash.
    pub fn file_offset(&self, decoded: u32) -> u32 {
        let next = self
            .anchors
            .partition_point(|(offset, _)| *offset <= decoded);
        let (offset, file) = self.anchors[next - 1];
        let limit = self.anchors.get(next).map_or(u32::MAX, |(_, file)| *file);
        (file + (decoded - offset)).min(limit)
    }
}
