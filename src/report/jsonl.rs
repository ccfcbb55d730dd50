//! A line of JSON a finding, then a line of what was looked at; the members are those of [`super::json`], with `kind` to tell lines
//! apart.

use super::{escape, json};
use crate::lint::Report;
use serde::Serialize;

#[derive(Serialize)]
struct Line<T> {
    schema_version: u32,
    kind: &'static str,
    #[serde(flatten)]
    rest: T,
}

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for (sources, diagnostic) in report.with_suppressed() {
        push(&mut text, "diagnostic", json::finding(sources, diagnostic));
    }
    push(&mut text, "coverage", json::looked(&report.coverage));
    text
}

fn push(text: &mut String, kind: &'static str, rest: impl Serialize) {
    let line = Line {
        schema_version: json::SCHEMA_VERSION,
        kind,
        rest,
    };
    let line = serde_json::to_string(&line).expect("values of our own making are JSON");
    text.push_str(&escape::json(line));
    text.push('\n');
}
