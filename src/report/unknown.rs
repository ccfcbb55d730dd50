//! What could not be judged, and why: `--show-unknown`.

use super::terminal::Terminal;
use super::{line_path, single_line};
use crate::lint::{Report, UnknownJudgement};
use crate::rules::message::noun;
use crate::value::Cause;
use rustc_hash::FxHashMap;
use std::fmt::Write as _;

/// Columns that stand before a line that goes on.
const BESIDE: usize = 6;

/// A paragraph for each reason, with a line for each value of a resource that rules wanted to know.
///
/// ```text
/// unknown: parameter `sku` has no value
///    main.json:12:9: registry `crprod`, `[parameters('sku')]`: CR001, CR002
/// ```
pub(super) fn full(report: &Report, terminal: &Terminal) -> String {
    let mut paragraphs: Vec<(String, Vec<Line>)> = Vec::new();
    let mut positions: FxHashMap<String, usize> = FxHashMap::default();
    for one in &report.coverage.unknown {
        let causes = one.causes.iter().map(Cause::words);
        let causes = causes.collect::<Vec<_>>().join("; ");
        let heading = if causes.is_empty() {
            one.reason.clone()
        } else {
            causes
        };
        let position = *positions.entry(heading.clone()).or_insert_with(|| {
            paragraphs.push((heading, Vec::new()));
            paragraphs.len() - 1
        });
        add(one, &mut paragraphs[position].1);
    }
    let mut text = String::new();
    for (heading, lines) in paragraphs {
        let heading = format!("unknown: {}", single_line(&heading));
        let _ = writeln!(text, "{}", indented(&heading, terminal));
        for Line { what, codes, .. } in lines {
            let line = format!("{}: {}", single_line(&what), codes.join(", "));
            let _ = writeln!(text, "   {}", indented(&line, terminal));
        }
    }
    text
}

/// What rules wanted to know of one value of a resource.
struct Line<'a> {
    first: &'a UnknownJudgement,
    what: String,
    codes: Vec<&'a str>,
}

fn add<'a>(one: &'a UnknownJudgement, lines: &mut Vec<Line<'a>>) {
    let is_same = |line: &&mut Line| {
        let first = line.first;
        (&first.resource, &first.place, &first.value) == (&one.resource, &one.place, &one.value)
            && first.file == one.file
    };
    // Judgements of one resource follow one another.
    match lines.iter_mut().rev().take(MAX_APART).find(is_same) {
        Some(line) => line.codes.push(&one.code),
        None => {
            let value = one.value.as_ref();
            let value = value.map_or_else(String::new, |value| format!(", `{value}`"));
            lines.push(Line {
                first: one,
                what: format!("{}: {}{value}", at(one), resource(one)),
                codes: vec![&one.code],
            });
        }
    }
}

/// So many other values of a resource may stand between two judgements of the same one.
const MAX_APART: usize = 64;

fn indented(text: &str, terminal: &Terminal) -> String {
    terminal.wrapped(text, BESIDE).replace('\n', "\n      ")
}

/// A line for each judgement: `main.json:12:9: unknown[CR001] registry `crprod`: parameter `sku` has no value`.
pub(super) fn concise(report: &Report) -> String {
    let unknown = report.coverage.unknown.iter();
    let line = |one: &UnknownJudgement| {
        let text = format!("unknown[{}] {}: {}", one.code, resource(one), why(one));
        format!("{}: {}\n", at(one), single_line(&text))
    };
    unknown.map(line).collect()
}

/// What is not known and why, in a sentence.
pub(super) fn why(one: &UnknownJudgement) -> String {
    let is_new = |cause: &&Cause| !matches!(cause, Cause::Absent(_));
    let causes = one.causes.iter().filter(is_new).map(Cause::words);
    let causes: Vec<_> = causes.collect();
    match causes.is_empty() {
        true => one.reason.clone(),
        false => format!("{}: {}", one.reason, causes.join("; ")),
    }
}

/// "registry `crprod`".
pub(super) fn resource(one: &UnknownJudgement) -> String {
    let (resource_type, name) = &one.resource;
    format!("{} `{name}`", noun(resource_type))
}

/// "main.json:12:9".
fn at(one: &UnknownJudgement) -> String {
    match &one.place {
        Some((path, range)) => {
            let start = range.start;
            format!("{}:{}:{}", line_path(path), start.line, start.column)
        }
        None => line_path(&one.file),
    }
}
