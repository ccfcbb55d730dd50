//! Valid files with their end cut off, with a token too few or too many, and what is not closed.

use super::Cases;
use crate::fuzzing::{self, properties};
use amllint::source::{SourceFile, Sources};
use amllint::syntax::bicep::{Token, TokenKind, lex};
use amllint::syntax::problems::Problems;

fn seeds() -> Vec<String> {
    let seeds = crate::fuzzing::seeds("bicep").into_iter();
    seeds
        .map(|(_, bytes)| String::from_utf8(bytes).expect("the seeds are text"))
        .collect()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("main.bicep", text));
    let mut problems = Problems::new(file, amllint::diagnostic::Kind::SYNTAX_BICEP);
    let tokens = lex(text, &mut problems).tokens;
    tokens
        .into_iter()
        .filter(|token| token.kind != TokenKind::EndOfFile)
        .collect()
}

#[test]
fn every_prefix_of_a_file_is_read() {
    for text in seeds() {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            fuzzing::check(properties::bicep, &text.as_bytes()[..end]);
        }
    }
}

#[test]
fn a_file_that_lacks_a_token_is_read() {
    for text in seeds() {
        for token in tokens(&text) {
            let (start, end) = (token.start as usize, token.end as usize);
            fuzzing::check(
                properties::bicep,
                [&text[..start], &text[end..]].concat().as_bytes(),
            );
        }
    }
}

#[test]
fn a_file_with_a_token_twice_is_read() {
    for text in seeds() {
        for token in tokens(&text) {
            let (start, end) = (token.start as usize, token.end as usize);
            let twice = [&text[..end], " ", &text[start..]].concat();
            fuzzing::check(properties::bicep, twice.as_bytes());
        }
    }
}

#[test]
fn what_cannot_be_judged_of_a_mutilated_file_is_no_reason_to_stop() {
    for text in seeds() {
        for token in tokens(&text).into_iter().step_by(5) {
            let (start, end) = (token.start as usize, token.end as usize);
            fuzzing::check(properties::lint, &text.as_bytes()[..start]);
            fuzzing::check(
                properties::lint,
                [&text[..start], &text[end..]].concat().as_bytes(),
            );
        }
    }
}

#[test]
fn what_is_not_closed_is_told() {
    let mut cases = Cases::default();
    for (name, text) in [
        ("string", "var a = 'b\nvar c = 1\n"),
        ("long-string", "var a = '''b\nvar c = 1\n"),
        ("long-string-of-two-quotes", "var a = '''b''"),
        ("interpolation", "var a = 'b${c\nvar d = 1\n"),
        ("empty-interpolation", "var a = 'b${}'\n"),
        ("long-interpolation", "var a = $'''b${c\nvar d = 1\n"),
        ("interpolation-at-the-end", "var a = '${"),
        ("escape", "var a = 'b\\"),
        ("code-point", "var a = '\\u{"),
        ("comment", "var a = 1 /* b\nvar c = 1\n"),
        ("array", "var a = [\n  1\n"),
        ("array-on-one-line", "var a = [ 1\nvar b = 2\n"),
        ("object", "var a = {\n  b: 1\n"),
        ("parenthesis", "var a = (1\nvar b = 2\n"),
        ("call", "var a = length('b'\nvar c = 2\n"),
        ("index", "var a = [1][0\nvar c = 2\n"),
        ("loop", "var a = [for b in [1]: b\nvar c = 2\n"),
        ("type", "type a = {\n  b: string\n"),
        ("type-arguments", "type a = resourceInput<'b'\n"),
        ("decorator", "@description('a'\nparam b string\n"),
        ("decorator-of-nothing", "@description('a')\n"),
    ] {
        cases.check(&format!("unclosed-{name}"), text, "AM106");
    }
    cases.done();
}

#[test]
fn what_closes_nothing_is_told() {
    let mut cases = Cases::default();
    for (name, text) in [
        ("brace", "}\n"),
        ("bracket", "var a = 1]\n"),
        ("parenthesis", "var a = 1)\n"),
        ("brace-of-a-string", "var a = 'b}c' }\n"),
        ("many", &"}".repeat(100_000)),
    ] {
        cases.check(&format!("closing-{name}"), text, "AM106");
    }
    cases.done();
}
