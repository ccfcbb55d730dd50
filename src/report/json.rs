//! For programs: a document with `schema_version`. Members are only added, and never change their meaning. Lines and columns
//! are 1-based, columns count Unicode scalar values, ends are exclusive, offsets are bytes.

use super::escape;
use crate::diagnostic::{Diagnostic, Label, Suppressed, SuppressedBy};
use crate::lint::{Coverage, Report};
use crate::source::{Position, Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// Raised when a member changes its meaning, which none is to do.
pub(super) const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    diagnostics: Vec<Finding<'a>>,
    coverage: Looked<'a>,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    certainty: &'a str,
    concern: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    file: &'a str,
    range: Range,
    resource: Option<Resource<'a>>,
    trace: Vec<Place<'a>>,
    notes: &'a [String],
    environments: &'a [String],
    passes_in: &'a [String],
    when: BTreeMap<&'a str, &'a str>,
    assumes: &'a [String],
    fixes: [&'a str; 0],
    suppressed: Option<Suppression<'a>>,
}

/// Why it is not to be reported; there only with `--show-suppressed`.
#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    reason: Option<&'a str>,
    until: Option<&'a str>,
    owner: Option<&'a str>,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    r#type: &'a str,
    name: &'a str,
    symbolic_name: Option<&'a str>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    range: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
pub(super) struct Looked<'a> {
    templates: usize,
    workspaces: usize,
    dependencies: usize,
    resources: usize,
    judgements: Judgements,
    suppressed: usize,
    accepted: usize,
    unknown: Vec<Unknown<'a>>,
    skipped: &'a [String],
}

#[derive(Serialize)]
struct Judgements {
    pass: usize,
    fail: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct Unknown<'a> {
    code: &'a str,
    name: &'a str,
    file: &'a str,
    reason: &'a str,
    resource: Resource<'a>,
}

pub(super) fn render(report: &Report) -> String {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        diagnostics: report
            .with_suppressed()
            .map(|(sources, one)| finding(sources, one))
            .collect(),
        coverage: looked(&report.coverage),
    };
    escape::pretty(&document)
}

pub(super) fn finding<'a>(sources: &'a Sources, one: &'a Diagnostic) -> Finding<'a> {
    Finding {
        code: &one.code,
        name: &one.name,
        severity: one.severity.word(),
        certainty: one.certainty.word(),
        concern: Some(one.concern).filter(|concern| !concern.is_empty()),
        message: &one.message,
        help: one.help.as_deref(),
        file: sources.get(one.primary.span.file).path(),
        range: range(sources, one.primary.span),
        resource: one.resource.as_ref().map(|resource| Resource {
            r#type: &resource.resource_type,
            name: &resource.name,
            symbolic_name: resource.symbolic_name.as_deref(),
        }),
        trace: one
            .trace
            .iter()
            .map(|label| place(sources, label))
            .collect(),
        notes: &one.notes,
        environments: &one.environments,
        passes_in: &one.passes_in,
        when: one
            .when
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        assumes: &one.assumes,
        fixes: [],
        suppressed: one
            .suppressed
            .as_ref()
            .map(|suppressed| suppression(sources, suppressed)),
    }
}

fn suppression<'a>(sources: &'a Sources, suppressed: &'a Suppressed) -> Suppression<'a> {
    let (kind, place) = match suppressed.by {
        SuppressedBy::InSource(span) => {
            let file = sources.get(span.file).path();
            let range = range(sources, span);
            let message = "";
            let place = Place {
                file,
                range,
                message,
            };
            ("in-source", Some(place))
        }
        SuppressedBy::Baseline => ("baseline", None),
    };
    Suppression {
        kind,
        reason: suppressed.reason.as_deref(),
        until: suppressed.until.as_deref(),
        owner: suppressed.owner.as_deref(),
        place,
    }
}

fn place<'a>(sources: &'a Sources, label: &'a Label) -> Place<'a> {
    let file = sources.get(label.span.file).path();
    Place {
        file,
        range: range(sources, label.span),
        message: &label.message,
    }
}

fn range(sources: &Sources, span: Span) -> Range {
    let range = sources.get(span.file).range(span);
    let point = |at: Position| Point {
        line: at.line,
        column: at.column,
        offset: at.offset,
    };
    Range {
        start: point(range.start),
        end: point(range.end),
    }
}

pub(super) fn looked(coverage: &Coverage) -> Looked<'_> {
    let unknown = coverage.unknown.iter().map(|one| Unknown {
        code: &one.code,
        name: &one.name,
        file: &one.file,
        reason: &one.reason,
        resource: Resource {
            r#type: &one.resource.0,
            name: &one.resource.1,
            symbolic_name: None,
        },
    });
    Looked {
        templates: coverage.templates,
        workspaces: coverage.workspaces,
        dependencies: coverage.dependencies,
        resources: coverage.resources,
        judgements: Judgements {
            pass: coverage.pass,
            fail: coverage.fail,
            unknown: coverage.unknown.len(),
        },
        suppressed: coverage.suppressed,
        accepted: coverage.accepted,
        unknown: unknown.collect(),
        skipped: &coverage.skipped,
    }
}
