//! For programs: a document with `schema_version`, as `check --format json` is. Members are only added, and never change their
//! meaning.

use super::View;
use crate::posture::{Cell, Decision, Found, Row};
use crate::report::json_text;
use crate::source::Span;
use serde_json::{Value, json};

pub(super) fn render(views: &[View]) -> String {
    let workspaces: Vec<_> = views.iter().map(workspace).collect();
    let document = json!({ "schema_version": 1, "workspaces": workspaces });
    json_text::pretty(&document)
}

fn workspace(view: &View) -> Value {
    let workspace = view.workspace;
    let rows: Vec<_> = workspace.rows.iter().map(|one| row(view, one)).collect();
    json!({
        "name": workspace.name,
        "kind": workspace.kind,
        "location": workspace.location,
        "existing": workspace.existing,
        "times": workspace.times,
        "template": view.file.path,
        "file": view.sources().get(workspace.place.file).path(),
        "range": range(view, workspace.place),
        "rows": rows,
    })
}

fn row(view: &View, row: &Row) -> Value {
    let service = view.service(row);
    let mut rules: Vec<&Decision> = Vec::new();
    for (_, cell) in row.cells() {
        for rule in &cell.rules {
            if !rules.iter().any(|known| known.code == rule.code) {
                rules.push(rule);
            }
        }
    }
    let rules: Vec<_> = rules.iter().map(|rule| decision(view, rule)).collect();
    json!({
        "service": service.title,
        "service_id": service.name,
        "section": service.section.title(),
        "managed_by": service.managed_by.word(),
        "default_ha": service.by_default.word(),
        "resource": resource(view, row),
        "times": row.times,
        "zone": cell(&row.zone),
        "region": cell(&row.region),
        "recovery": cell(&row.recovery),
        "rules": rules,
        "also": row.also.iter().map(|rule| decision(view, rule)).collect::<Vec<_>>(),
        "first_step": row.first_step,
        "note": service.note,
    })
}

fn resource(view: &View, row: &Row) -> Value {
    let at = |place: &Span| (view.sources().get(place.file).path(), range(view, *place));
    match &row.found {
        Found::Nothing => Value::Null,
        Found::Resource {
            resource_type,
            name,
            symbolic_name,
            place,
            existing,
            linked,
            ..
        } => {
            let (file, range) = at(place);
            let seen = if *existing { "existing" } else { "resource" };
            json!({
                "seen": seen, "type": resource_type, "name": name, "symbolic_name": symbolic_name,
                "linked": linked, "via": row.via, "file": file, "range": range,
            })
        }
        Found::External {
            resource_type,
            name,
            place,
            behind,
        } => {
            let (file, range) = at(place);
            // What is behind something that is not seen has no name.
            let name = (!behind).then_some(name);
            json!({
                "seen": "external", "type": resource_type, "name": name, "symbolic_name": null,
                "linked": true, "via": row.via, "file": file, "range": range,
            })
        }
        Found::Unknown { place, .. } => {
            let (file, range) = at(place);
            json!({
                "seen": "unknown", "type": null, "name": null, "symbolic_name": null,
                "linked": true, "via": row.via, "file": file, "range": range,
            })
        }
    }
}

fn cell(cell: &Cell) -> Value {
    let rules = cell.rules.iter();
    let rules: Vec<_> = rules
        .map(|rule| json!({ "code": rule.code, "name": rule.name, "outcome": rule.verdict.word() }))
        .collect();
    json!({ "state": cell.state.word(), "reason": cell.reason, "rules": rules })
}

fn decision(view: &View, rule: &Decision) -> Value {
    let file = rule
        .place
        .map(|place| view.sources().get(place.file).path());
    json!({
        "code": rule.code, "name": rule.name, "outcome": rule.verdict.word(),
        "severity": rule.severity.map(|severity| severity.word()),
        "message": rule.message, "help": rule.help,
        "file": file, "range": rule.place.map(|place| range(view, place)),
    })
}

/// As in `check --format json`.
fn range(view: &View, span: Span) -> Value {
    let range = view.sources().get(span.file).range(span);
    let point = |at: crate::source::Position| json!({ "line": at.line, "column": at.column, "offset": at.offset });
    json!({ "start": point(range.start), "end": point(range.end) })
}
