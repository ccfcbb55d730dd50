//! What could not be judged, and why: `--show-unknown`.

use super::terminal::Terminal;
use super::{line_path, single_line};
use crate::lint::{Report, UnknownJudgement};
use crate::rules::message::noun;
use crate::value::Cause;

/// Columns that stand before a line that goes on.
const BESIDE: usize = 5;

/// A paragraph for each value of a resource that rules wanted to know.
///
/// ```text
/// unknown: `parameters('sku')`, for registry `crprod` at main.json:12:9
///    = parameter `sku` has no value
///    = not judged: CR001 acr-premium-sku, CR002 acr-geo-replication
/// ```
pub(super) fn full(report: &Report, terminal: &Terminal) -> String {
    let mut groups: Vec<Vec<&UnknownJudgement>> = Vec::new();
    for one in &report.coverage.unknown {
        let is_same = |other: &&UnknownJudgement| {
            (&other.file, &other.resource, &other.place) == (&one.file, &one.resource, &one.place)
                && (&other.reason, &other.causes) == (&one.reason, &one.causes)
        };
        // Judgements of one resource follow one another.
        let group = groups.iter_mut().rev().take(MAX_APART);
        match group.into_iter().find(|group| is_same(&group[0])) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
        .iter()
        .map(|group| paragraph(group, terminal))
        .collect()
}

/// So many other values of a resource may stand between two judgements of the same one.
const MAX_APART: usize = 64;

fn paragraph(group: &[&UnknownJudgement], terminal: &Terminal) -> String {
    let first = group[0];
    let what = match &first.value {
        Some(value) => format!("`{value}`"),
        None => first.reason.clone(),
    };
    let mut lines = vec![format!(
        "unknown: {what}, for {} at {}",
        resource(first),
        at(first)
    )];
    let mut line = |text: &str| {
        let text = terminal.wrapped(&single_line(text), BESIDE);
        lines.push(format!("   = {}", text.replace('\n', "\n     ")));
    };
    let whys = first.causes.iter().map(Cause::words).collect::<Vec<_>>();
    if first.value.is_some() && whys.is_empty() {
        line(&first.reason);
    }
    whys.iter().for_each(|why| line(why));
    let rules: Vec<String> = group
        .iter()
        .map(|one| format!("{} {}", one.code, one.name))
        .collect();
    line(&format!("not judged: {}", rules.join(", ")));
    lines[0] = single_line(&lines[0]);
    lines.join("\n") + "\n\n"
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
