//! Numbers and literals, and what is written in their place.

use super::super::lexer::Role;
use super::Parser;
use crate::syntax::node::NodeKind;
use crate::syntax::problems::Shown;
use std::ops::Range;

impl Parser<'_> {
    /// A number or literal, or what is no value.
    #[inline]
    pub(super) fn parse_word(&mut self) {
        let word = self.lexer.word();
        match value_kind(&self.lexer.text[word.clone()]) {
            Some(kind) => {
                self.builder.leaf(kind, word.start as u32, word.end as u32);
            }
            None => self.parse_wrong_word(word),
        }
    }

    #[cold]
    fn parse_wrong_word(&mut self, word: Range<usize>) {
        let text = &self.lexer.text[word.clone()];
        let shown = Shown(text);
        let (start, end) = (word.start as u32, word.end as u32);
        let lower = text.to_ascii_lowercase();
        if let Some(kind) = value_kind(&lower) {
            self.lexer
                .problems
                .error(word, format_args!("{shown} is no value"))
                .help(format_args!("write `{lower}`"));
            self.builder.leaf(kind, start, end);
        } else if is_like_number(&lower) {
            self.lexer
                .problems
                .error(word, format_args!("{shown} is no number of JSON"));
            self.builder.leaf(NodeKind::Number, start, end);
        } else {
            self.lexer.at = word.start;
            if let Some(string) = self.lexer.string_without_opening_quote(Role::Value) {
                return self.add_string(&string, b'"');
            }
            let junk = self.lexer.junk();
            let shown = Shown(&self.lexer.text[junk.clone()]);
            self.lexer
                .problems
                .error(junk.clone(), format_args!("{shown} is no value"))
                .help("put text in double quotes");
            self.builder
                .leaf(NodeKind::Missing, junk.start as u32, junk.end as u32);
        }
    }
}

/// What a word is, if it is a value.
#[inline]
pub(super) fn value_kind(word: &str) -> Option<NodeKind> {
    match word {
        "true" => Some(NodeKind::True),
        "false" => Some(NodeKind::False),
        "null" => Some(NodeKind::Null),
        _ => is_number(word.as_bytes()).then_some(NodeKind::Number),
    }
}

/// `-? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)?`
#[inline]
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let (whole, rest) = split_digits(word);
    match whole {
        [] | [b'0', _, ..] => return false,
        _ if rest.is_empty() => return true,
        _ => {}
    }
    let rest = match rest.strip_prefix(b".").map(split_digits) {
        Some(([], _)) => return false,
        Some((_, rest)) => rest,
        None => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            let (digits, rest) = split_digits(exponent);
            !digits.is_empty() && rest.is_empty()
        }
        _ => false,
    }
}

#[inline]
fn split_digits(word: &[u8]) -> (&[u8], &[u8]) {
    let count = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    word.split_at(count)
}

/// Whether a word in lower case is a number elsewhere, if not in JSON: `01`, `+1`, `1.`, `nan`, `0xff`.
fn is_like_number(word: &str) -> bool {
    match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).is_ok(),
        None => word.parse::<f64>().is_ok(),
    }
}
