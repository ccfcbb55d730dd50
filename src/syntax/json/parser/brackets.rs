//! The ends of objects and arrays, above all where brackets do not pair.

use super::super::MAX_DEPTH;
use super::super::lexer::Role;
use super::{Brackets, Left, OpenBracket, Parser};
use crate::syntax::node::NodeKind;
use memchr::memrchr;

impl Parser<'_> {
    /// Takes the bracket that is next, which should close what is innermost.
    pub(super) fn close(&mut self, bracket: u8, end: usize) {
        let Some(innermost) = self.open.last().copied() else {
            return;
        };
        let at = self.lexer.at;
        if bracket == innermost.closing() {
            self.pop(at + 1);
        } else if self.is_one_too_many(innermost) {
            self.stray_bracket(bracket);
        } else {
            self.close_wrong(bracket, innermost, at, end);
        }
        self.lexer.at = at + 1;
    }

    /// Closes what is innermost.
    #[inline]
    pub(super) fn pop(&mut self, end: usize) {
        if let Some(closed) = self.open.pop() {
            self.builder.close(closed.node, end as u32);
            if closed.is_object && self.fingerprints.close(closed.keys) {
                self.suspects.push(closed.node);
            }
        }
    }

    #[cold]
    fn close_wrong(&mut self, bracket: u8, innermost: OpenBracket, at: usize, end: usize) {
        self.brackets_do_not_pair = true;
        self.lexer
            .problems
            .error(
                at..at + 1,
                format_args!(
                    "`{}` stands where `{}` is expected",
                    bracket as char,
                    innermost.closing() as char
                ),
            )
            .related(innermost.range(), "to close this");
        let partner = match self.brackets {
            Brackets::AsWritten => self.open.iter().rposition(|o| o.closing() == bracket),
            Brackets::ByIndentation => None,
        };
        if let Some(partner) = partner {
            while self.open.len() > partner + 1 {
                self.pop(end);
            }
        }
        self.pop(at + 1);
    }

    #[cold]
    pub(super) fn end_of_file(&mut self, end: usize) {
        let end = end.min(self.lexer.text.trim_end().len());
        if let (Some(innermost), false) = (self.open.last(), self.lexer.cut_short) {
            self.brackets_do_not_pair = true;
            let problems = &mut self.lexer.problems;
            let mut told = match self.open.len() {
                1 => problems.error(end..end, format_args!("{} is not closed", innermost.noun())),
                count => problems.error(end..end, format_args!("{count} brackets are not closed")),
            };
            for open in self.open.iter().rev().take(3) {
                told = told.related(open.range(), "it is opened here");
            }
        }
        while !self.open.is_empty() {
            self.pop(end);
        }
    }

    /// When brackets are read by indentation: decides whether `next` is not inside what is innermost, which is then
    /// closed before it, or is a bracket too many, which is then skipped.
    #[cold]
    pub(super) fn leave_by_indentation(&mut self, end: usize, next: Option<u8>) -> Left {
        let (Some(next), Some(innermost)) = (next, self.open.last().copied()) else {
            return Left::Nothing;
        };
        if self.brackets == Brackets::AsWritten {
            return Left::Nothing;
        }
        let (indentation, is_first) = self.indentation(self.lexer.at);
        self.item_indentation = indentation;
        let begins_sibling = match next {
            b'"' | b'\'' => self.is_key(next),
            b'{' => innermost.is_object,
            _ => false,
        };
        let is_left = indentation < innermost.indentation
            || (indentation == innermost.indentation && begins_sibling);
        if is_first && is_left && self.open.len() > 1 {
            self.close_missing(innermost, end);
            return Left::Innermost;
        }
        let is_closing = matches!(next, b'}' | b']');
        let is_stray = if is_first {
            indentation > innermost.indentation
        } else {
            is_closing && self.open.len() == 1 && self.more_follows()
        };
        if is_closing && is_stray {
            self.stray_bracket(next);
            self.lexer.at += 1;
            return Left::Bracket;
        }
        Left::Nothing
    }

    fn close_missing(&mut self, innermost: OpenBracket, end: usize) {
        self.brackets_do_not_pair = true;
        self.lexer
            .problems
            .error(end..end, format_args!("{} is not closed", innermost.noun()))
            .related(innermost.range(), "it is opened here");
        self.pop(end);
    }

    /// Whether the bracket that is next, of the wrong kind, stands in a later line but before the right one:
    ///
    /// ```text
    ///   [ {
    ///     "a": 1
    ///   }}             the second one
    ///   ]
    /// ```
    fn is_one_too_many(&mut self, innermost: OpenBracket) -> bool {
        if self.brackets == Brackets::AsWritten {
            return false;
        }
        let (_, is_first) = self.indentation(self.lexer.at);
        let rest = &self.lexer.text[self.lexer.at + 1..];
        let is_before = rest.trim_start().starts_with(innermost.closing() as char);
        !is_first && innermost.at < self.line.start && is_before
    }

    /// Whether members or elements follow the bracket that is next.
    fn more_follows(&self) -> bool {
        let rest = &self.lexer.text[self.lexer.at + 1..];
        rest.trim_start().starts_with([',', '"'])
    }

    pub(super) fn stray_bracket(&mut self, bracket: u8) {
        self.brackets_do_not_pair = true;
        let at = self.lexer.at;
        let message = format_args!("`{}` closes nothing", bracket as char);
        self.lexer.problems.error(at..at + 1, message);
    }

    /// How far the line of this place is indented, and whether nothing stands before it. Places must not go back.
    pub(super) fn indentation(&mut self, at: usize) -> (usize, bool) {
        let bytes = self.lexer.text.as_bytes();
        let seen = self.line.seen.min(at);
        if let Some(newline) = memrchr(b'\n', &bytes[seen..at]) {
            self.line.start = seen + newline + 1;
            let line = bytes[self.line.start..at].iter();
            let blank = line.take_while(|byte| matches!(byte, b' ' | b'\t'));
            self.line.indentation = blank.count();
        }
        self.line.seen = at;
        let is_first = self.line.start + self.line.indentation == at;
        (self.line.indentation, is_first)
    }

    /// Skips a value without looking into it.
    #[cold]
    pub(super) fn skip_deep_value(&mut self) {
        let start = self.lexer.at;
        let mut end = start;
        let mut depth = 0;
        while let Some(next) = self.lexer.peek() {
            match next {
                b'"' | b'\'' => {
                    end = self.lexer.string(next, Role::Value).range.end;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            // A character of several bytes may not be split.
            self.lexer.at += 1;
            while !self.lexer.text.is_char_boundary(self.lexer.at) {
                self.lexer.at += 1;
            }
            end = self.lexer.at;
            if depth == 0 {
                break;
            }
        }
        if !self.told_depth {
            self.told_depth = true;
            let message = format_args!("brackets nest deeper than {MAX_DEPTH}");
            self.lexer
                .problems
                .too_deep(start..start + 1, message)
                .help("what is deeper is not read");
        }
        self.builder
            .leaf(NodeKind::Missing, start as u32, end as u32);
    }
}
