//! For programs: a document with `schema_version`. Members are only added, and never change their meaning. Lines and columns
//! are 1-based, columns count Unicode scalar values, ends are exclusive, offsets are bytes.

use super::json_text;
use crate::diagnostic::{self, Diagnostic, Instance, Label, Suppressed, SuppressedBy};
use crate::lint::{Coverage, Report};
use crate::source::{self, Position, Sources, Span};
use crate::value::Cause;
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
    also: Vec<Also<'a>>,
    trace: Vec<Place<'a>>,
    notes: &'a [String],
    environments: &'a [String],
    passes_in: &'a [String],
    unknown_in: &'a [String],
    when: BTreeMap<&'a str, &'a str>,
    unless: Vec<BTreeMap<&'a str, &'a str>>,
    assumes: &'a [String],
    fixes: Vec<Fix<'a>>,
    suppressed: Option<Suppression<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    safety: &'a str,
    deployed: Option<&'a str>,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    file: &'a str,
    range: Range,
    text: &'a str,
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

/// Another resource of which the same is true.
#[derive(Serialize)]
struct Also<'a> {
    name: &'a str,
    call: Option<PlaceOf<'a>>,
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
    generated: usize,
    elsewhere: usize,
    unread_modules: usize,
    bounded: usize,
    unknown: Vec<Unknown<'a>>,
    skipped: &'a [String],
}

#[derive(Serialize)]
struct Judgements {
    pass: usize,
    fail: usize,
    possible: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct Unknown<'a> {
    code: &'a str,
    name: &'a str,
    file: &'a str,
    reason: &'a str,
    value: Option<&'a str>,
    because: Vec<Because<'a>>,
    place: Option<PlaceOf<'a>>,
    resource: Resource<'a>,
}

/// One cause of what is unknown.
#[derive(Serialize)]
struct Because<'a> {
    kind: &'static str,
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct PlaceOf<'a> {
    file: &'a str,
    range: Range,
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
    json_text::pretty(&document)
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
        also: one.instances.iter().map(also).collect(),
        trace: one
            .trace
            .iter()
            .map(|label| place(sources, label))
            .collect(),
        notes: &one.notes,
        environments: &one.environments,
        passes_in: &one.passes_in,
        unknown_in: &one.unknown_in,
        when: chosen(&one.when),
        unless: one.unless.iter().map(|choice| chosen(choice)).collect(),
        assumes: &one.assumes,
        fixes: one.fix.iter().map(|fix| fix_of(sources, fix)).collect(),
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

fn also(instance: &Instance) -> Also<'_> {
    Also {
        name: &instance.name,
        call: instance.call.as_ref().map(place_of),
    }
}

fn place_of((file, range): &(String, source::Range)) -> PlaceOf<'_> {
    PlaceOf {
        file,
        range: points(*range),
    }
}

fn chosen(values: &[(String, String)]) -> BTreeMap<&str, &str> {
    let values = values.iter();
    values
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn place<'a>(sources: &'a Sources, label: &'a Label) -> Place<'a> {
    let file = sources.get(label.span.file).path();
    Place {
        file,
        range: range(sources, label.span),
        message: &label.message,
    }
}

fn fix_of<'a>(sources: &'a Sources, fix: &'a diagnostic::Fix) -> Fix<'a> {
    let edit = |edit: &'a diagnostic::TextEdit| Edit {
        file: sources.get(edit.span.file).path(),
        range: range(sources, edit.span),
        text: &edit.text,
    };
    Fix {
        title: &fix.title,
        safety: fix.safety.word(),
        deployed: fix.deployed.map(diagnostic::Deployed::word),
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn range(sources: &Sources, span: Span) -> Range {
    points(sources.get(span.file).range(span))
}

fn because(cause: &Cause) -> Because<'_> {
    Because {
        kind: cause.kind(),
        name: cause.name(),
    }
}

fn points(range: source::Range) -> Range {
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
        value: one.value.as_deref(),
        because: one.causes.iter().map(because).collect(),
        place: one.place.as_ref().map(place_of),
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
            possible: coverage.possible,
            unknown: coverage.unknown.len(),
        },
        suppressed: coverage.suppressed,
        accepted: coverage.accepted,
        generated: coverage.generated,
        elsewhere: coverage.elsewhere,
        unread_modules: coverage.unread_modules,
        bounded: coverage.bounded,
        unknown: unknown.collect(),
        skipped: &coverage.skipped,
    }
}
