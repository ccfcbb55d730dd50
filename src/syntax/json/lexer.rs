//! Finds where tokens begin and end: white space, comments, strings, words.
//!
//! The parser knows what may come next and asks for it, so there is no type of token.

use crate::syntax::problems::Problems;
use memchr::{memchr, memchr2};
use std::ops::Range;

/// A place in the text, moving forward.
pub struct Lexer<'a> {
    /// The whole file.
    pub text: &'a str,
    /// Where to go on.
    pub at: usize,
    /// What was wrong so far.
    pub problems: Problems,
    /// Whether the file ends within a string or a comment: then nothing else is said about its end.
    pub cut_short: bool,
    bytes: &'a [u8],
}

/// A string or word as it is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// All of it.
    pub range: Range<usize>,
    /// What stands between the quotes.
    pub content: Range<usize>,
    /// Whether the content is the text, and both quotes are there.
    pub is_plain: bool,
}

impl Written {
    /// Whether the closing quote is there.
    pub fn is_closed(&self) -> bool {
        self.content.end < self.range.end
    }
}

/// What a string is for, which tells where one ends that is not closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It ends before the first colon of its line.
    Key,
    /// It ends with its line.
    Value,
}

const WORD: u8 = 1;
const SPACE: u8 = 2;
/// May follow a string; neither another value nor a word may.
const AFTER_STRING: u8 = 4;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [WORD; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\n' => SPACE | AFTER_STRING,
            b',' | b':' | b'}' | b']' | b';' | b'=' => AFTER_STRING,
            b'{' | b'[' | b'"' | b'\'' | b'/' => 0,
            0..=0x20 => AFTER_STRING,
            0x80..=0xff => AFTER_STRING,
            _ => WORD,
        };
        byte += 1;
    }
    classes
}

#[inline]
fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

impl<'a> Lexer<'a> {
    /// Begins behind the byte order mark.
    pub fn new(text: &'a str, problems: Problems) -> Lexer<'a> {
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Lexer {
            text,
            at: mark,
            problems,
            cut_short: false,
            bytes: text.as_bytes(),
        }
    }

    /// The byte at `at`.
    #[inline]
    pub fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Skips white space and comments; gives the first byte of the next token without taking it.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte(self.at)?;
            if is(byte, SPACE) {
                self.at += 1;
                self.skip_spaces();
                continue;
            }
            let is_usual = byte > b' ' && byte < 0x7f && byte != b'/';
            if is_usual || !self.skip_rarity(byte) {
                return Some(byte);
            }
        }
    }

    /// The indentation of a line is mostly spaces: eight at a time.
    #[inline]
    fn skip_spaces(&mut self) {
        const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
        while let Some(chunk) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            let differs = u64::from_le_bytes(*chunk) ^ SPACES;
            if differs != 0 {
                self.at += (differs.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
    }

    /// Comments, and characters that are white space elsewhere but not in JSON.
    #[cold]
    fn skip_rarity(&mut self, byte: u8) -> bool {
        match (byte, self.byte(self.at + 1)) {
            (b'/', Some(b'/')) => {
                let rest = &self.bytes[self.at..];
                self.at += memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                true
            }
            (b'/', Some(b'*')) => {
                self.skip_block_comment();
                true
            }
            _ => self.skip_foreign_spaces(),
        }
    }

    fn skip_block_comment(&mut self) {
        let start = self.at;
        let inside = &self.bytes[start + 2..];
        match memchr::memmem::find(inside, b"*/") {
            Some(length) => self.at = start + 2 + length + 2,
            None => {
                self.problems
                    .error(start..start + 2, "comment is not closed")
                    .help("end it with `*/`");
                self.at = self.bytes.len();
                self.cut_short = true;
            }
        }
    }

    /// .NET takes every white space of Unicode between tokens, JSON does not.
    fn skip_foreign_spaces(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let length = rest.len() - rest.trim_start().len();
        let Some(character) = rest[..length].chars().next() else {
            return false;
        };
        self.problems.warning(
            self.at..self.at + character.len_utf8(),
            format_args!(
                "character U+{:04X} is no white space of JSON",
                u32::from(character)
            ),
        );
        self.at += length;
        true
    }

    /// Takes the string whose opening quote is next.
    #[inline]
    pub fn string(&mut self, quote: u8, role: Role) -> Written {
        let start = self.at;
        let (end, is_plain) = self.string_end(start + 1, quote);
        match end {
            Some(end) if self.may_follow_string(end + 1) => {
                self.at = end + 1;
                Written {
                    range: start..end + 1,
                    content: start + 1..end,
                    is_plain,
                }
            }
            Some(end) => self.suspect_string(start, end, is_plain, role),
            None => self.open_string(start, role),
        }
    }

    #[inline]
    fn may_follow_string(&self, at: usize) -> bool {
        match self.byte(at) {
            Some(b'/') => matches!(self.byte(at + 1), Some(b'/' | b'*')),
            Some(byte) => is(byte, AFTER_STRING),
            None => true,
        }
    }

    /// Where the closing quote stands, and whether there was no escape before.
    #[inline]
    fn string_end(&self, start: usize, quote: u8) -> (Option<usize>, bool) {
        // Most strings are short, and a word at a time finds their end before a search through vectors has begun.
        const ONES: u64 = u64::from_le_bytes([1; 8]);
        let (quotes, backslashes) = (ONES * u64::from(quote), ONES * u64::from(b'\\'));
        let mut at = start;
        while at < start + 64 {
            let Some(chunk) = self.bytes.get(at..).and_then(<[u8]>::first_chunk) else {
                break;
            };
            let word = u64::from_le_bytes(*chunk);
            let found = zero_bytes(word ^ quotes) | zero_bytes(word ^ backslashes);
            if found != 0 {
                at += (found.trailing_zeros() / 8) as usize;
                return if self.bytes[at] == quote {
                    (Some(at), true)
                } else {
                    (self.string_end_after_escape(at, quote), false)
                };
            }
            at += 8;
        }
        match memchr2(quote, b'\\', &self.bytes[at..]) {
            Some(distance) if self.bytes[at + distance] == quote => (Some(at + distance), true),
            Some(distance) => (self.string_end_after_escape(at + distance, quote), false),
            None => (None, false),
        }
    }

    fn string_end_after_escape(&self, backslash: usize, quote: u8) -> Option<usize> {
        let mut at = backslash + 2;
        loop {
            at += memchr2(quote, b'\\', self.bytes.get(at..)?)?;
            if self.bytes[at] == quote {
                return Some(at);
            }
            at += 2;
        }
    }

    /// A string that is followed by what cannot follow a string: when it has several lines, or is a key with a colon
    /// in it, its end is the begin of another.
    ///
    /// ```text
    ///   "a": "x,
    ///   "b": "y"       `b` cannot follow the string `x,...`
    ///   "c: "z"        nor `z` the string `c: `
    /// ```
    #[cold]
    fn suspect_string(&mut self, start: usize, end: usize, is_plain: bool, role: Role) -> Written {
        let before_end = match role {
            Role::Key => memchr2(b'\n', b':', &self.bytes[start..end]),
            Role::Value => memchr(b'\n', &self.bytes[start..end]),
        };
        // Text can be read twice here; the bound on diagnostics bounds that.
        if before_end.is_some() && !self.problems.is_full() {
            return self.open_string(start, role);
        }
        self.at = end + 1;
        Written {
            range: start..end + 1,
            content: start + 1..end,
            is_plain,
        }
    }

    /// A string that is not closed ends with its line, before the comma.
    #[cold]
    fn open_string(&mut self, start: usize, role: Role) -> Written {
        let rest = &self.text[start + 1..];
        let line = match rest.find(['\n', '\r']) {
            Some(length) if !self.problems.is_full() => &rest[..length],
            _ => rest,
        };
        let content = match role {
            Role::Key => line.split_once(':').map_or(line, |(key, _)| key),
            Role::Value => line,
        };
        let content = content.trim_end();
        let content = content.strip_suffix(',').unwrap_or(content);
        let end = start + 1 + content.len();
        let quote = &self.text[start..start + 1];
        self.problems
            .error(start..end, "string is not closed")
            .help(format_args!("end it with `{quote}`"));
        self.cut_short |= self.text[end..].trim().is_empty();
        self.at = end;
        Written {
            range: start..end,
            content: start + 1..end,
            is_plain: false,
        }
    }

    /// Takes a string that lacks its opening quote, if that is what is next: text up to a quote that something follows
    /// which may follow a string.
    ///
    /// ```text
    ///   name": "x",
    ///   "kind": StorageV2",
    /// ```
    #[cold]
    pub fn string_without_opening_quote(&mut self, role: Role) -> Option<Written> {
        if self.problems.is_full() {
            return None;
        }
        let start = self.at;
        let line = self.text[start..].split(['\n', '\r']).next()?;
        let (content, rest) = line.split_once('"')?;
        let rest = rest.trim_start();
        let is_closing = match role {
            Role::Key => rest.starts_with(':'),
            Role::Value => rest.is_empty() || rest.starts_with([',', '}', ']']),
        };
        if content.is_empty() || !is_closing {
            return None;
        }
        let end = start + content.len();
        self.at = end + 1;
        self.problems
            .error(start..end + 1, "string has no opening quote")
            .help("begin it with `\"`");
        Some(Written {
            range: start..end + 1,
            content: start..end,
            is_plain: false,
        })
    }

    /// Takes the word that is next: a number, a name, or a key without quotes. May be empty.
    #[inline]
    pub fn word(&mut self) -> Range<usize> {
        let start = self.at;
        while self.byte(self.at).is_some_and(|byte| is(byte, WORD)) {
            self.at += 1;
        }
        if self.byte(self.at).is_some_and(|byte| byte >= 0x80) {
            self.at += self.foreign_word_length();
        }
        start..self.at
    }

    #[cold]
    fn foreign_word_length(&self) -> usize {
        let rest = &self.text[self.at..];
        let ends = |character: char| match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => !is(byte, WORD),
            Ok(_) | Err(_) => character.is_whitespace(),
        };
        rest.find(ends).unwrap_or(rest.len())
    }

    /// Takes what makes no sense here, a character at least: up to the end of the line or what may be the next token,
    /// but parentheses are kept together.
    #[cold]
    pub fn junk(&mut self) -> Range<usize> {
        let start = self.at;
        let first = self.text[start..].chars().next();
        let mut at = start + first.map_or(0, char::len_utf8);
        let mut parentheses = usize::from(first == Some('('));
        while let Some(byte) = self.byte(at) {
            match byte {
                b'\n' | b'\r' => break,
                b'(' => parentheses += 1,
                b')' => parentheses = parentheses.saturating_sub(1),
                b',' | b'{' | b'}' | b'[' | b']' | b'"' | b'\'' if parentheses == 0 => break,
                b'/' if matches!(self.byte(at + 1), Some(b'/' | b'*')) => break,
                _ => {}
            }
            at += 1;
        }
        let length = self.text[start..at].trim_end().len();
        self.at = start + length.max(first.map_or(0, char::len_utf8));
        start..self.at
    }
}

/// The high bit of each byte that is zero; bits above the lowest may be wrong.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}
