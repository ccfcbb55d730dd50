//! A line of JSON a finding, then a line of what was looked at; the members are those of [`super::json`], with `kind` to tell lines
//! apart.

use super::{json, json_text};
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
    let findings = report.with_suppressed();
    let findings = findings.map(|(sources, one)| line("diagnostic", json::finding(sources, one)));
    let looked = line("coverage", json::looked(&report.coverage));
    findings.chain([looked]).collect()
}

fn line(kind: &'static str, rest: impl Serialize) -> String {
    json_text::line(&Line {
        schema_version: json::SCHEMA_VERSION,
        kind,
        rest,
    })
}
