//! JSON templates and expressions with their end cut off, and with a character of their syntax too few or too many.

use crate::fuzzing::{check, properties, seeds};
use amllint::source::{SourceFile, Sources};
use amllint::syntax::json;

/// What separates and encloses in JSON and in expressions.
const SYNTAX: &str = "{}[]():,.'\"\\";

fn texts(folder: &str) -> Vec<String> {
    let seeds = seeds(folder).into_iter();
    seeds
        .map(|(_, bytes)| String::from_utf8(bytes).expect("the seeds are text"))
        .collect()
}

/// The text without each of the characters that matter, and with each of them twice.
fn mutilated(text: &str) -> impl Iterator<Item = String> {
    let places = text.match_indices(|character| SYNTAX.contains(character));
    places.flat_map(move |(at, character)| {
        let end = at + character.len();
        [
            [&text[..at], &text[end..]].concat(),
            [&text[..end], &text[at..]].concat(),
        ]
    })
}

fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    let ends = (0..text.len()).filter(|end| text.is_char_boundary(*end));
    ends.map(|end| &text[..end])
}

#[test]
fn every_prefix_of_a_template_is_read_and_told_to_be_one() {
    for text in texts("json") {
        for prefix in prefixes(text.trim_end()) {
            check(properties::json, prefix.as_bytes());
            let mut sources = Sources::default();
            let file = sources.add(SourceFile::new("main.json", prefix));
            let (_, diagnostics) = json::parse(file, sources.get(file));
            assert!(!diagnostics.is_empty(), "{prefix}");
        }
    }
}

#[test]
fn a_template_with_a_character_too_few_or_too_many_is_read() {
    for text in texts("json") {
        for text in mutilated(&text) {
            check(properties::json, text.as_bytes());
        }
    }
}

#[test]
fn a_mutilated_expression_is_read() {
    for text in texts("expression") {
        for prefix in prefixes(&text) {
            check(properties::expression, prefix.as_bytes());
        }
        for text in mutilated(&text) {
            check(properties::expression, text.as_bytes());
        }
    }
}

#[test]
fn what_cannot_be_judged_of_a_mutilated_template_is_no_reason_to_stop() {
    for text in texts("json") {
        for text in mutilated(&text).step_by(7) {
            check(properties::lint, text.as_bytes());
        }
        for prefix in prefixes(&text).step_by(29) {
            check(properties::lint, prefix.as_bytes());
        }
    }
}
