//! From text to tree. Where the text is wrong, one diagnostic, and on with the next token that makes sense.
//!
//! There is no recursion: the open brackets are on a stack. The tree keeps its shape whatever the text: a key is
//! always followed by a value, if only a missing one.

mod brackets;
mod words;

use super::MAX_DEPTH;
use super::duplicates::Fingerprints;
use super::escapes::{self, EscapeProblem};
use super::lexer::{Lexer, Role, Written};
use crate::diagnostic::Kind;
use crate::source::{FileId, SourceFile};
use crate::syntax::node::{Builder, Document, NodeKind};
use crate::syntax::problems::{Problems, Shown};
use memchr::memchr;
use std::ops::Range;
use std::sync::Arc;
use words::value_kind;

/// What to believe when brackets do not pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Brackets {
    /// Each bracket as it is written.
    AsWritten,
    /// The indentation: what begins a line and stands left of an open bracket's insides is not inside.
    ByIndentation,
}

/// What comes of a file.
pub struct Parsed {
    /// The tree.
    pub document: Document,
    /// Objects that may have duplicate keys.
    pub suspects: Vec<u32>,
    /// The mistakes.
    pub problems: Problems,
    /// Whether the other way to look at brackets may be better.
    pub brackets_do_not_pair: bool,
}

/// Makes one [`Parsed`].
pub struct Parser<'a> {
    lexer: Lexer<'a>,
    builder: Builder,
    open: Vec<OpenBracket>,
    fingerprints: Fingerprints,
    suspects: Vec<u32>,
    decoded: String,
    brackets: Brackets,
    brackets_do_not_pair: bool,
    told_depth: bool,
    line: Line,
    /// Of the line in which the member or element began; only known when brackets are read by indentation.
    item_indentation: usize,
}

/// The line that [`Parser::indentation`] has reached.
#[derive(Default)]
struct Line {
    start: usize,
    indentation: usize,
    seen: usize,
}

/// What was left because of the indentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Left {
    Nothing,
    /// The innermost object or array, whose closing bracket is missing.
    Innermost,
    /// A bracket that closes nothing.
    Bracket,
}

/// An object or array that is not closed yet.
#[derive(Clone, Copy)]
struct OpenBracket {
    node: u32,
    at: usize,
    is_object: bool,
    /// Where the fingerprints of its keys begin.
    keys: usize,
    /// Of the line it stands in; only known when brackets are read by indentation.
    indentation: usize,
}

impl OpenBracket {
    fn closing(&self) -> u8 {
        if self.is_object { b'}' } else { b']' }
    }

    fn noun(&self) -> &'static str {
        if self.is_object { "object" } else { "array" }
    }

    fn range(&self) -> Range<usize> {
        self.at..self.at + 1
    }
}

impl<'a> Parser<'a> {
    /// A parser at the begin of a file.
    pub fn new(file: FileId, source: &'a Arc<SourceFile>, brackets: Brackets) -> Parser<'a> {
        Parser {
            lexer: Lexer::new(source.text(), Problems::new(file, Kind::SYNTAX_JSON)),
            builder: Builder::new(file, Arc::clone(source), 1),
            open: Vec::with_capacity(32),
            fingerprints: Fingerprints::default(),
            suspects: Vec::new(),
            decoded: String::new(),
            brackets,
            brackets_do_not_pair: false,
            told_depth: false,
            line: Line::default(),
            item_indentation: 0,
        }
    }

    /// Parses the file.
    pub fn parse(mut self) -> Parsed {
        match self.lexer.peek() {
            Some(b'}' | b']') => self.missing(self.lexer.at), // told as a stray bracket
            Some(first) => self.parse_value(first),
            None => self.parse_nothing(),
        }
        while let Some(innermost) = self.open.last() {
            if innermost.is_object {
                self.parse_member();
            } else {
                self.parse_element();
            }
        }
        self.parse_after_root();
        Parsed {
            document: self.builder.finish(),
            suspects: self.suspects,
            problems: self.lexer.problems,
            brackets_do_not_pair: self.brackets_do_not_pair,
        }
    }

    fn parse_nothing(&mut self) {
        let end = self.lexer.at;
        self.missing(end);
        if !self.lexer.cut_short {
            self.lexer.problems.error(end..end, "the file has no value");
        }
    }

    /// A member, or the end of the object.
    fn parse_member(&mut self) {
        let end = self.lexer.at;
        let next = self.lexer.peek();
        if self.brackets == Brackets::ByIndentation
            && self.leave_by_indentation(end, next) != Left::Nothing
        {
            return;
        }
        let start = self.lexer.at;
        match next {
            Some(quote @ (b'"' | b'\'')) => {
                let key = self.parse_key(quote);
                self.parse_member_value(key);
            }
            Some(bracket @ (b'}' | b']')) => {
                self.close(bracket, end);
                self.parse_separator();
            }
            Some(b':') => {
                self.lexer
                    .problems
                    .error(start..start, "key is missing before `:`");
                self.missing(start);
                self.parse_member_value(start..start);
            }
            Some(bracket @ (b'{' | b'[')) => {
                self.lexer.problems.error(
                    start..start + 1,
                    format_args!("value `{}` has no key", bracket as char),
                );
                self.missing(start);
                self.parse_value(bracket);
            }
            Some(b',' | b';') => {
                self.lexer.at += 1;
                let message = "member is missing before `,`";
                self.lexer.problems.error(start..start + 1, message);
            }
            Some(_) => self.parse_bare_key(),
            None => self.end_of_file(end),
        }
    }

    #[cold]
    fn parse_bare_key(&mut self) {
        if let Some(string) = self.lexer.string_without_opening_quote(Role::Key) {
            self.add_string(&string, b'"');
            let text = &self.lexer.text.as_bytes()[string.content];
            self.fingerprints.push(text);
            return self.parse_member_value(string.range);
        }
        let word = self.lexer.word();
        let after = self.lexer.at;
        if word.is_empty() || !matches!(self.lexer.peek(), Some(b':' | b'=')) {
            self.lexer.at = word.start;
            self.skip_junk();
            return self.parse_separator();
        }
        self.lexer.at = after;
        let text = &self.lexer.text[word.clone()];
        self.lexer
            .problems
            .error(
                word.clone(),
                format_args!("key {} has no quotes", Shown(text)),
            )
            .help("put it in double quotes");
        self.fingerprints.push(text.as_bytes());
        self.builder
            .decoded(text.to_owned(), word.start as u32, word.end as u32);
        self.parse_member_value(word);
    }

    /// Colon and value.
    #[inline]
    fn parse_member_value(&mut self, key: Range<usize>) {
        if self.lexer.byte(self.lexer.at) == Some(b':') {
            self.lexer.at += 1;
        } else if !self.parse_colon(key) {
            return;
        }
        let end = self.lexer.at;
        match self.lexer.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                let start = self.lexer.at;
                self.parse_member_string(quote, end, start);
            }
            Some(first) => self.parse_value_or_missing(first, end),
            None => self.missing(end),
        }
    }

    /// The rare cases of a colon. Tells whether a value follows; if not, the member is complete.
    #[cold]
    fn parse_colon(&mut self, key: Range<usize>) -> bool {
        let end = self.lexer.at;
        let next = self.lexer.peek();
        let no_value = match next {
            Some(b':') => {
                self.lexer.at += 1;
                return true;
            }
            Some(b'=') => {
                let at = self.lexer.at;
                self.lexer.at += 1;
                let problems = &mut self.lexer.problems;
                problems.error(at..at + 1, "`=` stands where `:` is expected");
                return true;
            }
            Some(quote @ (b'"' | b'\'')) => self.is_key(quote),
            Some(b',' | b';' | b'}' | b']') => true,
            Some(_) => false,
            None => {
                self.missing(end);
                return false;
            }
        };
        if !no_value {
            self.lexer
                .problems
                .error(end..end, "`:` is missing after a key");
            return true;
        }
        let text = &self.lexer.text[key.clone()];
        let message = format_args!("key {} has no value", Shown(text));
        self.lexer.problems.error(key, message);
        self.missing(end);
        if !matches!(next, Some(b'"' | b'\'')) {
            self.parse_separator();
        }
        false
    }

    /// A string after `"key":`, unless it is the key of the next member and the value is missing.
    #[inline]
    fn parse_member_string(&mut self, quote: u8, end: usize, start: usize) {
        let string = self.lexer.string(quote, Role::Value);
        let usual = matches!(
            self.lexer.byte(self.lexer.at),
            Some(b',' | b'\n' | b'\r' | b'}')
        );
        if !usual && string.is_closed() && self.is_followed_by_colon() {
            self.lexer.at = start;
            return self.parse_member_instead_of_value(end);
        }
        self.add_string(&string, quote);
        self.parse_separator();
    }

    /// A key stands where a value is expected: the value is missing, or only its opening bracket.
    ///
    /// ```text
    ///   "sku":
    ///     "name": "x"       indented, so `{` is missing
    ///   }
    /// ```
    #[cold]
    fn parse_member_instead_of_value(&mut self, end: usize) {
        let start = self.lexer.at;
        if self.brackets == Brackets::ByIndentation && self.open.len() < MAX_DEPTH {
            let outer = self.item_indentation;
            let (inner, is_first) = self.indentation(start);
            if is_first && inner > outer {
                self.lexer.problems.error(end..end, "`{` is missing");
                self.open.push(OpenBracket {
                    node: self.builder.open(NodeKind::Object, start as u32),
                    at: start,
                    is_object: true,
                    keys: self.fingerprints.len(),
                    indentation: outer,
                });
                return;
            }
        }
        self.lexer.problems.error(end..end, "value is missing");
        self.missing(end);
    }

    /// Whether the string that is next is a key; nothing is taken.
    fn is_key(&mut self, quote: u8) -> bool {
        let start = self.lexer.at;
        let length = memchr(quote, &self.lexer.text.as_bytes()[start + 1..]);
        self.lexer.at = length.map_or(start, |length| start + 1 + length + 1);
        let is_key = length.is_some() && self.is_followed_by_colon();
        self.lexer.at = start;
        is_key
    }

    fn is_followed_by_colon(&self) -> bool {
        let rest = &self.lexer.text[self.lexer.at..];
        rest.trim_start_matches([' ', '\t', '\r', '\n'])
            .starts_with(':')
    }

    /// An element, or the end of the array.
    fn parse_element(&mut self) {
        let end = self.lexer.at;
        let next = self.lexer.peek();
        if self.brackets == Brackets::ByIndentation
            && self.leave_by_indentation(end, next) != Left::Nothing
        {
            return;
        }
        match next {
            Some(bracket @ (b'}' | b']')) => {
                self.close(bracket, end);
                self.parse_separator();
            }
            Some(first) => self.parse_value_or_missing(first, end),
            None => self.end_of_file(end),
        }
    }

    #[inline]
    fn parse_value_or_missing(&mut self, first: u8, end: usize) {
        match first {
            b',' | b';' | b'}' | b']' => {
                self.lexer.problems.error(end..end, "value is missing");
                self.missing(end);
                self.parse_separator();
            }
            _ => self.parse_value(first),
        }
    }

    /// A value and the comma after it, or the begin of an object or array.
    #[inline]
    fn parse_value(&mut self, first: u8) {
        match first {
            b'"' | b'\'' => {
                let string = self.lexer.string(first, Role::Value);
                self.add_string(&string, first);
            }
            b'{' | b'[' if self.open.len() < MAX_DEPTH => return self.open_bracket(first),
            b'{' | b'[' => self.skip_deep_value(),
            _ => self.parse_word(),
        }
        self.parse_separator();
    }

    #[inline]
    fn open_bracket(&mut self, bracket: u8) {
        let at = self.lexer.at;
        let is_object = bracket == b'{';
        let kind = if is_object {
            NodeKind::Object
        } else {
            NodeKind::Array
        };
        let indentation = match self.brackets {
            Brackets::AsWritten => 0,
            Brackets::ByIndentation => self.indentation(at).0,
        };
        self.open.push(OpenBracket {
            node: self.builder.open(kind, at as u32),
            at,
            is_object,
            keys: self.fingerprints.len(),
            indentation,
        });
        self.lexer.at += 1;
    }

    /// What follows a value: a comma, or the end of what it is in, again and again.
    #[inline]
    fn parse_separator(&mut self) {
        while let Some(innermost) = self.open.last() {
            let end = self.lexer.at;
            let closing = innermost.closing();
            match self.lexer.peek() {
                Some(b',') => {
                    self.lexer.at += 1;
                    return;
                }
                Some(bracket) if bracket == closing && self.brackets == Brackets::AsWritten => {
                    self.lexer.at += 1;
                    self.pop(self.lexer.at);
                }
                Some(bracket @ (b'}' | b']')) => {
                    if self.leave_by_indentation(end, Some(bracket)) == Left::Nothing {
                        self.close(bracket, end);
                    }
                }
                Some(other) => {
                    if self.parse_wrong_separator(other, end) {
                        return;
                    }
                }
                None => return self.end_of_file(end),
            }
        }
    }

    /// Tells whether it is done, so that the next member or element may come.
    #[cold]
    fn parse_wrong_separator(&mut self, next: u8, end: usize) -> bool {
        let at = self.lexer.at;
        if next == b';' {
            self.lexer.at += 1;
            let problems = &mut self.lexer.problems;
            problems.error(at..at + 1, "`;` stands where `,` is expected");
            return true;
        }
        if self.leave_by_indentation(end, Some(next)) == Left::Innermost {
            return true;
        }
        if self.may_begin_item(next) {
            self.lexer.problems.error(end..end, "`,` is missing");
            return true;
        }
        self.skip_junk();
        false
    }

    fn may_begin_item(&mut self, next: u8) -> bool {
        if matches!(next, b'"' | b'\'' | b'{' | b'[') {
            return true;
        }
        let is_object = self
            .open
            .last()
            .is_some_and(|innermost| innermost.is_object);
        let word = self.lexer.word();
        let begins = if word.is_empty() {
            false
        } else if is_object {
            self.is_followed_by_colon()
        } else {
            value_kind(&self.lexer.text[word.clone()]).is_some()
        };
        self.lexer.at = word.start;
        begins
    }

    fn skip_junk(&mut self) {
        let junk = self.lexer.junk();
        let message = format_args!("unexpected {}", Shown(&self.lexer.text[junk.clone()]));
        self.lexer.problems.error(junk, message);
    }

    fn parse_after_root(&mut self) {
        let Some(next) = self.lexer.peek() else {
            return;
        };
        if matches!(next, b'}' | b']') {
            return self.stray_bracket(next);
        }
        self.brackets_do_not_pair = true; // one may have closed the root too early
        let at = self.lexer.at;
        let end = at + self.lexer.text[at..].trim_end().len();
        let problems = &mut self.lexer.problems;
        problems.error(at..end, "text after the end of the root value");
    }

    /// A key in quotes. Gives its place.
    #[inline]
    fn parse_key(&mut self, quote: u8) -> Range<usize> {
        let string = self.lexer.string(quote, Role::Key);
        self.add_string(&string, quote);
        if string.is_plain {
            let text = &self.lexer.text.as_bytes()[string.content.clone()];
            self.fingerprints.push(text);
        } else {
            self.fingerprints.push(self.decoded.as_bytes());
        }
        string.range
    }

    #[inline]
    fn add_string(&mut self, string: &Written, quote: u8) {
        if quote == b'\'' {
            self.lexer
                .problems
                .warning(string.range.clone(), "string in single quotes")
                .help("JSON has double quotes only");
        }
        let (start, end) = (string.range.start as u32, string.range.end as u32);
        if string.is_plain {
            self.builder.leaf(NodeKind::PlainString, start, end);
        } else {
            self.decode(string.content.clone());
            self.builder.decoded(self.decoded.clone(), start, end);
        }
    }

    fn decode(&mut self, content: Range<usize>) {
        let written = &self.lexer.text[content.clone()];
        let problems = &mut self.lexer.problems;
        escapes::decode(written, &mut self.decoded, |start, escape, _| {
            if let Some(problem) = escape.problem {
                let shown = Shown(&written[start..escape.end]);
                let range = content.start + start..content.start + escape.end;
                tell_escape(problems, problem, range, shown);
            }
        });
    }

    fn missing(&mut self, at: usize) {
        self.builder.leaf(NodeKind::Missing, at as u32, at as u32);
    }
}

fn tell_escape(
    problems: &mut Problems,
    problem: EscapeProblem,
    range: Range<usize>,
    shown: Shown<'_>,
) {
    match problem {
        EscapeProblem::Unknown => problems
            .error(range, format_args!("unknown escape {shown}"))
            .help("a backslash is written `\\\\`"),
        EscapeProblem::TooFewDigits => problems
            .error(range, "`\\u` without four hexadecimal digits")
            .help("a backslash is written `\\\\`"),
        EscapeProblem::LoneSurrogate => problems.warning(
            range,
            format_args!("{shown} is half of a surrogate pair, and no character"),
        ),
        EscapeProblem::EscapedApostrophe => problems
            .warning(range, format_args!("{shown} is no escape of JSON"))
            .help("write `'` alone"),
    };
}
