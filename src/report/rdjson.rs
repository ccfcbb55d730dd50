//! The diagnostic format of reviewdog; its columns count bytes.
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>

use super::place::{Shown, at, shown};
use super::{Context, Finding, documentation_url, escape};
use crate::diagnostic::{Label, Severity};
use serde::Serialize;

#[derive(Serialize)]
struct Document {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Code {
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

pub(super) fn render(findings: &[Finding], context: &Context) -> String {
    let diagnostics = findings.iter().map(|finding| one(finding, context));
    let document = Document {
        source: Source { name: "amllint" },
        diagnostics: diagnostics.collect(),
    };
    escape::pretty(&document)
}

fn one(finding: &Finding, context: &Context) -> Diagnostic {
    let diagnostic = finding.diagnostic;
    let related = |label: &Label| Related {
        message: label.message.clone(),
        location: location(&at(context.repository, finding.sources, label.span)),
    };
    Diagnostic {
        message: super::said(diagnostic),
        location: location(&shown(context.repository, finding)),
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        code: Code {
            value: diagnostic.code.to_string(),
            url: documentation_url(context.catalogue, &diagnostic.name),
        },
        related_locations: diagnostic.trace.iter().map(related).collect(),
        suggestions: suggestion(finding, context).into_iter().collect(),
    }
}

/// A fix as a suggestion: each of those is one edit of the file in which the finding is shown.
fn suggestion(finding: &Finding, context: &Context) -> Option<Suggestion> {
    let fix = finding.diagnostic.fix.as_ref()?;
    let [edit] = fix.edits.as_slice() else {
        return None;
    };
    let place = at(context.repository, finding.sources, edit.span);
    let shown = shown(context.repository, finding);
    (place.place.path() == shown.place.path()).then(|| Suggestion {
        range: location(&place).range,
        text: edit.text.clone(),
    })
}

fn location(shown: &Shown) -> Location {
    let position = |offset: u32| Position {
        line: shown.file.position(offset).line,
        column: shown.file.byte_column(offset),
    };
    Location {
        path: shown.place.path().to_owned(),
        range: Range {
            start: position(shown.span.start),
            end: position(shown.span.end),
        },
    }
}
