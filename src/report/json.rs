//! For programs: a document with `schema_version`. Members are only added, and never change their meaning. Lines and columns
//! are 1-based, columns count Unicode scalar values, ends are exclusive, offsets are bytes.

use crate::diagnostic::{Diagnostic, Label};
use crate::lint::{Coverage, Report};
use crate::source::{Position, Sources, Span};
use serde_json::{Value, json};

pub(super) fn render(report: &Report) -> String {
    let diagnostics: Vec<_> = report
        .diagnostics()
        .map(|(sources, one)| diagnostic(sources, one))
        .collect();
    let document = json!({
        "schema_version": 1,
        "diagnostics": diagnostics,
        "coverage": coverage(&report.coverage),
    });
    let mut text =
        serde_json::to_string_pretty(&document).expect("values of our own making are JSON");
    text.push('\n');
    text
}

fn diagnostic(sources: &Sources, one: &Diagnostic) -> Value {
    let trace: Vec<_> = one
        .trace
        .iter()
        .map(|label| place(sources, label))
        .collect();
    let resource = one.resource.as_ref().map(|resource| {
        json!({ "type": resource.resource_type, "name": resource.name, "symbolic_name": resource.symbolic_name })
    });
    let path = sources.get(one.primary.span.file).path();
    json!({
        "code": one.code, "name": one.name, "severity": one.severity.word(), "certainty": one.certainty.word(),
        "concern": if one.concern.is_empty() { Value::Null } else { one.concern.into() },
        "message": one.message, "help": one.help, "file": path, "range": range(sources, one.primary.span),
        "resource": resource, "trace": trace, "notes": one.notes,
        "environments": [], "passes_in": [], "when": {}, "assumes": one.assumes, "fixes": [],
    })
}

fn place(sources: &Sources, label: &Label) -> Value {
    let path = sources.get(label.span.file).path();
    json!({ "file": path, "range": range(sources, label.span), "message": label.message })
}

fn range(sources: &Sources, span: Span) -> Value {
    let range = sources.get(span.file).range(span);
    let position =
        |at: Position| json!({ "line": at.line, "column": at.column, "offset": at.offset });
    json!({ "start": position(range.start), "end": position(range.end) })
}

fn coverage(coverage: &Coverage) -> Value {
    let unknown: Vec<_> = coverage
        .unknown
        .iter()
        .map(|one| {
            let (resource_type, name) = &one.resource;
            json!({ "code": one.code, "name": one.name, "file": one.file, "reason": one.reason,
                "resource": { "type": resource_type, "name": name } })
        })
        .collect();
    json!({
        "templates": coverage.templates, "workspaces": coverage.workspaces, "dependencies": coverage.dependencies,
        "resources": coverage.resources,
        "judgements": { "pass": coverage.pass, "fail": coverage.fail, "unknown": coverage.unknown.len() },
        "unknown": unknown, "skipped": coverage.skipped,
    })
}
