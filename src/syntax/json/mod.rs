//! JSON as Azure Resource Manager accepts it: comments, line breaks within strings, trailing commas, a byte order mark.
//!
//! A mistake is a diagnostic and costs itself only: a missing comma or colon is taken as written, a key without a value has
//! a [`NodeKind::Missing`] one, and a bracket that closes the wrong thing closes what was forgotten.

mod text;

pub use text::TextMap;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::node::{Builder, Document, NodeKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Objects and arrays nested deeper than this are not read.
pub const MAX_DEPTH: usize = 512;
/// More mistakes than this in one file are not told.
const MAX_DIAGNOSTICS: usize = 50;
/// Objects with more keys than this are searched for duplicates by hash.
const HASHED: usize = 16;

/// Parses a file. There is always a document; what is wrong with the text is in the diagnostics.
pub fn parse(file: FileId, source: &Arc<SourceFile>) -> (Document, Vec<Diagnostic>) {
    let mut parser = Parser {
        text: source.text(),
        bytes: source.text().as_bytes(),
        position: if source.text().starts_with('\u{feff}') {
            3
        } else {
            0
        },
        file,
        builder: Builder::new(file, source.clone(), 1),
        keys: Vec::new(),
        open: Vec::new(),
        diagnostics: Vec::new(),
    };
    parser.document();
    let Parser {
        builder,
        diagnostics,
        ..
    } = parser;
    (builder.finish(), diagnostics)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    file: FileId,
    builder: Builder,
    /// Keys of the objects that are open, outermost first.
    keys: Vec<Key>,
    /// Brackets that are open, outermost first.
    open: Vec<Opening>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy)]
struct Opening {
    bracket: u8,
    position: usize,
}

/// A key, with a signature that tells most keys apart.
#[derive(Clone, Copy)]
struct Key {
    signature: u32,
    start: u32,
    end: u32,
}

impl<'a> Parser<'a> {
    fn document(&mut self) {
        self.skip_trivia();
        if self.peek().is_none() {
            self.error(self.position, self.position, "the file is empty");
            return;
        }
        self.value();
        self.skip_trivia();
        if self.peek().is_some() {
            self.error(
                self.position,
                self.end_of_word(),
                "the text should end here",
            );
        }
    }

    fn value(&mut self) {
        match self.peek() {
            Some(b'"') => self.string(b'"'),
            Some(b'{') => self.nested(Parser::object),
            Some(b'[') => self.nested(Parser::array),
            Some(b'\'') => self.string(b'\''),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            Some(b'}' | b']' | b',' | b':') | None => {
                self.error(self.position, self.position, "a value is missing here");
                self.missing();
            }
            Some(_) => self.word(),
        }
    }

    fn missing(&mut self) {
        let position = self.position as u32;
        self.builder.leaf(NodeKind::Missing, position, position);
    }

    fn nested(&mut self, parse: fn(&mut Parser<'a>)) {
        if self.open.len() < MAX_DEPTH {
            return parse(self);
        }
        let message = format!("brackets are nested deeper than {MAX_DEPTH} levels");
        self.report(
            Kind::NESTING_DEPTH,
            self.position,
            self.position + 1,
            message,
        );
        let start = self.position as u32;
        self.skip_nested();
        self.builder
            .leaf(NodeKind::Missing, start, self.position as u32);
    }

    /// Skips a bracket and what is in it.
    fn skip_nested(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    let (end, _, _) = self.string_end(b'"');
                    self.position = end;
                    continue;
                }
                b'/' => {
                    let before = self.position;
                    self.skip_trivia();
                    if self.position > before {
                        continue;
                    }
                }
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                break;
            }
        }
    }

    fn object(&mut self) {
        let opening = self.position;
        let index = self.builder.open(NodeKind::Object, opening as u32);
        self.open.push(Opening {
            bracket: b'{',
            position: opening,
        });
        self.position += 1;
        let first_key = self.keys.len();
        loop {
            self.skip_trivia();
            match self.peek() {
                Some(b'}') => {
                    self.position += 1;
                    break;
                }
                Some(b'"' | b'\'') => {
                    let quote = self.bytes[self.position];
                    let start = self.position;
                    self.string(quote);
                    self.remember_key(start + 1, self.position - 1);
                    self.member_value();
                }
                Some(b',') => {
                    self.error(
                        self.position,
                        self.position + 1,
                        "a property is missing before this comma",
                    );
                    self.position += 1;
                    continue;
                }
                Some(b']') => {
                    if self.closes_outer(b'[') {
                        break;
                    }
                    continue;
                }
                Some(b'{' | b'[' | b':') => {
                    self.error(
                        self.position,
                        self.position + 1,
                        "the name of a property is expected here",
                    );
                    self.missing();
                    if self.peek() == Some(b':') {
                        self.position += 1;
                        self.skip_trivia();
                    }
                    self.value();
                }
                Some(_) => {
                    let (start, end) = (self.position, self.end_of_word());
                    self.error_with_help(
                        start,
                        end,
                        "the name of a property has no quotes",
                        "put it in double quotes",
                    );
                    self.builder.decoded(
                        self.text[start..end].to_owned(),
                        start as u32,
                        end as u32,
                    );
                    self.position = end;
                    self.member_value();
                }
                None => {
                    self.not_closed(opening);
                    break;
                }
            }
            if !self.separator() {
                break;
            }
        }
        self.open.pop();
        self.builder.close(index, self.position as u32);
        self.tell_duplicates(first_key);
        self.keys.truncate(first_key);
    }

    /// The colon and the value behind a key.
    fn member_value(&mut self) {
        let end_of_key = self.position;
        self.skip_trivia();
        if self.peek() == Some(b':') {
            self.position += 1;
            self.skip_trivia();
            return self.value();
        }
        self.error(
            end_of_key,
            end_of_key,
            "expected `:` after the name of a property",
        );
        match self.peek() {
            Some(b',' | b'}' | b']') | None => self.missing(),
            Some(_) => self.value(),
        }
    }

    fn array(&mut self) {
        let opening = self.position;
        let index = self.builder.open(NodeKind::Array, opening as u32);
        self.open.push(Opening {
            bracket: b'[',
            position: opening,
        });
        self.position += 1;
        loop {
            self.skip_trivia();
            match self.peek() {
                Some(b']') => {
                    self.position += 1;
                    break;
                }
                Some(b',') => {
                    self.error(
                        self.position,
                        self.position + 1,
                        "an element is missing before this comma",
                    );
                    self.position += 1;
                    continue;
                }
                Some(b'}') => {
                    if self.closes_outer(b'{') {
                        break;
                    }
                    continue;
                }
                Some(b':') => {
                    self.error(self.position, self.position + 1, "an array has no names");
                    self.position += 1;
                    continue;
                }
                Some(_) => self.value(),
                None => {
                    self.not_closed(opening);
                    break;
                }
            }
            if !self.separator() {
                break;
            }
        }
        self.open.pop();
        self.builder.close(index, self.position as u32);
    }

    /// After an element: a comma, or what ends the bracket. A missing comma is told and taken as written. False at the end
    /// of the file, where the bracket is not closed.
    fn separator(&mut self) -> bool {
        let end_of_element = self.position;
        self.skip_trivia();
        match self.peek() {
            Some(b',') => self.position += 1,
            Some(b'}' | b']') => {}
            None => {
                let opening = self.open.last().map_or(0, |opening| opening.position);
                self.not_closed(opening);
                return false;
            }
            Some(b'"' | b'\'' | b'{' | b'[' | b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => {
                self.error(end_of_element, end_of_element, "expected `,` here");
            }
            Some(b':') => {
                self.error(
                    self.position,
                    self.position + 1,
                    "expected `,` here, not `:`",
                );
                self.position += 1;
            }
            Some(_) => {
                let end = self.end_of_word();
                self.error(self.position, end, "this belongs to no value");
                self.position = end;
                return self.separator();
            }
        }
        true
    }

    /// At a bracket that closes something else than what is open. True if it closes something outside: then what is open
    /// ends before it. If nothing is open that it could close, it is skipped.
    fn closes_outer(&mut self, wanted: u8) -> bool {
        let innermost = *self
            .open
            .last()
            .expect("something is open when a bracket closes the wrong thing");
        let outer = self.open.iter().any(|opening| opening.bracket == wanted);
        let (found, expected) = if wanted == b'{' {
            ('}', ']')
        } else {
            (']', '}')
        };
        let message = format!("expected `{expected}`, not `{found}`");
        let span = self.span(self.position, self.position + 1);
        let related = self.span(innermost.position, innermost.position + 1);
        self.push(
            Diagnostic::new(Kind::SYNTAX_JSON, span, message)
                .with_related(related, "to close this bracket"),
        );
        if !outer {
            self.position += 1;
        }
        outer
    }

    fn not_closed(&mut self, opening: usize) {
        // Of brackets that are all open at the end of the file, the innermost is told.
        if self.position == self.bytes.len() && !self.told_end() {
            let closing = if self.bytes.get(opening) == Some(&b'{') {
                '}'
            } else {
                ']'
            };
            self.error(
                opening,
                opening + 1,
                format!("this bracket has no `{closing}`"),
            );
        }
    }

    fn told_end(&self) -> bool {
        self.diagnostics.last().is_some_and(|last| {
            last.message.starts_with("this bracket has no")
                || last.message.ends_with("is not closed")
        })
    }

    fn string(&mut self, quote: u8) {
        let start = self.position;
        let (end, escapes, closed) = self.string_end(quote);
        self.position = end;
        if !closed {
            self.error(start, start + 1, "the string is not closed");
            let text = self.text[start + 1..end].to_owned();
            self.builder.decoded(text, start as u32, end as u32);
            return;
        }
        if quote == b'\'' {
            let span = self.span(start, end);
            let message = "Azure Resource Manager takes single quotes, most other tools do not";
            self.push(
                Diagnostic::new(Kind::LENIENT_JSON, span, message).with_help("use double quotes"),
            );
        }
        if !escapes {
            self.builder
                .leaf(NodeKind::PlainString, start as u32, end as u32);
            return;
        }
        let mut mistakes = Vec::new();
        let decoded = text::decode(&self.text[start + 1..end - 1], |from, to, message| {
            mistakes.push((start + 1 + from, start + 1 + to, message));
        });
        for (from, to, message) in mistakes {
            self.error(from, to, message);
        }
        self.builder.decoded(decoded, start as u32, end as u32);
    }

    /// The byte after the closing quote, whether there are escapes, and whether there is a closing quote.
    fn string_end(&self, quote: u8) -> (usize, bool, bool) {
        let mut at = self.position + 1;
        let mut escapes = false;
        loop {
            match memchr::memchr2(quote, b'\\', &self.bytes[at.min(self.bytes.len())..]) {
                None => return (self.bytes.len(), escapes, false),
                Some(offset) if self.bytes[at + offset] == quote => {
                    return (at + offset + 1, escapes, true);
                }
                Some(offset) => {
                    escapes = true;
                    at += offset + 2;
                }
            }
        }
    }

    fn number(&mut self) {
        let (start, end) = (self.position, self.end_of_word());
        if !is_number(&self.bytes[start..end]) {
            let written = &self.text[start..end];
            self.error(start, end, format!("`{written}` is no number"));
        }
        self.position = end;
        self.builder
            .leaf(NodeKind::Number, start as u32, end as u32);
    }

    fn word(&mut self) {
        let (start, end) = (self.position, self.end_of_word());
        let written = &self.text[start..end];
        let kind = match written {
            "true" => NodeKind::True,
            "false" => NodeKind::False,
            "null" => NodeKind::Null,
            _ => {
                let shown: String = written.chars().take(40).collect();
                self.error_with_help(
                    start,
                    end,
                    format!("`{shown}` is no value"),
                    "put text in double quotes",
                );
                NodeKind::Missing
            }
        };
        self.position = end;
        self.builder.leaf(kind, start as u32, end as u32);
    }

    /// The end of what stands here without space or punctuation: at least one character, if there is one.
    fn end_of_word(&self) -> usize {
        let rest = &self.bytes[self.position..];
        let is_end = |byte: &u8| {
            matches!(
                byte,
                b' ' | b'\t'
                    | b'\r'
                    | b'\n'
                    | b','
                    | b':'
                    | b'{'
                    | b'}'
                    | b'['
                    | b']'
                    | b'"'
                    | b'/'
            )
        };
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let first = self.text[self.position..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        self.position + length.max(first)
    }

    fn remember_key(&mut self, start: usize, end: usize) {
        let end = end.max(start);
        let ends = (
            self.bytes.get(start).copied(),
            self.bytes.get(end.wrapping_sub(1)).copied(),
        );
        let fold = |byte: Option<u8>| u32::from(byte.unwrap_or_default().to_ascii_lowercase());
        let signature = ((end - start) as u32) << 16 | fold(ends.0) << 8 | fold(ends.1);
        self.keys.push(Key {
            signature,
            start: start as u32,
            end: end as u32,
        });
    }

    fn key_text(&self, key: Key) -> &'a str {
        &self.text[key.start as usize..key.end as usize]
    }

    /// Tells each key that an earlier one of the object folds to, once a name.
    fn tell_duplicates(&mut self, first: usize) {
        let keys = &self.keys[first..];
        let mut duplicates = Vec::new();
        if keys.len() <= HASHED {
            for (position, key) in keys.iter().enumerate().skip(1) {
                let same = |earlier: &&Key| {
                    earlier.signature == key.signature
                        && self
                            .key_text(**earlier)
                            .eq_ignore_ascii_case(self.key_text(*key))
                };
                if let Some(earlier) = keys[..position].iter().find(same) {
                    duplicates.push((*earlier, *key));
                }
            }
        } else {
            let mut seen: FxHashMap<String, Key> = FxHashMap::default();
            for key in keys {
                match seen.entry(self.key_text(*key).to_ascii_lowercase()) {
                    std::collections::hash_map::Entry::Occupied(earlier) => {
                        duplicates.push((*earlier.get(), *key))
                    }
                    std::collections::hash_map::Entry::Vacant(place) => {
                        place.insert(*key);
                    }
                }
            }
        }
        for (earlier, key) in duplicates {
            let message = format!(
                "the name `{}` is there already; this one counts",
                self.key_text(key)
            );
            let span = self.span(key.start as usize - 1, key.end as usize + 1);
            let related = self.span(earlier.start as usize - 1, earlier.end as usize + 1);
            self.push(
                Diagnostic::new(Kind::LENIENT_JSON, span, message)
                    .with_related(related, "first here"),
            );
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    /// Skips space and comments.
    fn skip_trivia(&mut self) {
        loop {
            // Nearly all trivia is space: indentation, most of it.
            let rest = self.bytes.get(self.position..).unwrap_or_default();
            let space = rest
                .iter()
                .position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
            self.position += space.unwrap_or(rest.len());
            match self.peek() {
                Some(b'/') => match self.bytes.get(self.position + 1) {
                    Some(b'/') => {
                        let rest = &self.bytes[self.position..];
                        self.position += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                    }
                    Some(b'*') => {
                        match memchr::memmem::find(&self.bytes[self.position + 2..], b"*/") {
                            Some(offset) => self.position += offset + 4,
                            None => {
                                self.error(
                                    self.position,
                                    self.position + 2,
                                    "the comment is not closed",
                                );
                                self.position = self.bytes.len();
                            }
                        }
                    }
                    Some(_) | None => return,
                },
                // Space that is none to JSON: no-break space and byte order marks that editors left behind.
                Some(0xc2 | 0xef) => match self.text[self.position..].chars().next() {
                    Some(character @ ('\u{a0}' | '\u{feff}')) => {
                        self.position += character.len_utf8()
                    }
                    Some(_) | None => return,
                },
                Some(_) | None => return,
            }
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.report(Kind::SYNTAX_JSON, start, end, message);
    }

    fn error_with_help(
        &mut self,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: &str,
    ) {
        let span = self.span(start, end);
        self.push(Diagnostic::new(Kind::SYNTAX_JSON, span, message).with_help(help));
    }

    fn report(&mut self, kind: Kind, start: usize, end: usize, message: impl Into<String>) {
        let span = self.span(start, end);
        self.push(Diagnostic::new(kind, span, message));
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        match self.diagnostics.len() {
            0..MAX_DIAGNOSTICS => self.diagnostics.push(diagnostic),
            MAX_DIAGNOSTICS => {
                let span = diagnostic.primary.span;
                let message = format!("more than {MAX_DIAGNOSTICS} mistakes; the rest is not told");
                self.diagnostics
                    .push(Diagnostic::new(Kind::SYNTAX_JSON, span, message));
            }
            _ => {}
        }
    }
}

/// `-? (0 | [1-9][0-9]*) ('.' [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_number(bytes: &[u8]) -> bool {
    fn digits(bytes: &[u8]) -> (usize, &[u8]) {
        let count = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        (count, &bytes[count..])
    }
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let (whole, rest) = digits(bytes);
    if whole == 0 || whole > 1 && bytes[0] == b'0' {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => match digits(fraction) {
            (0, _) => return false,
            (_, rest) => rest,
        },
        None => rest,
    };
    match rest.split_first() {
        None => true,
        Some((b'e' | b'E', exponent)) => {
            let exponent = exponent
                .strip_prefix(b"+")
                .or(exponent.strip_prefix(b"-"))
                .unwrap_or(exponent);
            matches!(digits(exponent), (1.., []))
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests;
