//! Findings as the protocol has them. The message is the one that `amllint check` prints; what to do, where it holds and how the value
//! came here is related information.

use super::documents::Documents;
use super::folder::Folder;
use super::location::{range, to_uri};
use crate::diagnostic::{Certainty, Diagnostic, Severity};
use crate::lint::Report;
use crate::project::lies;
use crate::report::where_it_holds;
use crate::source::{EditorLines, Encoding, FileId, Sources, Span};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    Range, Uri,
};
use rustc_hash::FxHashMap;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

/// Who says it.
pub const SOURCE: &str = "amllint";

/// Findings by the address of the file that they stand in.
pub type ByFile = BTreeMap<String, (Uri, Arc<Vec<lsp_types::Diagnostic>>)>;

/// Makes addresses of files and places of spans.
pub struct Places<'a> {
    folder: &'a Folder,
    documents: &'a Documents,
    sources: &'a Sources,
    encoding: Encoding,
    uris: FxHashMap<FileId, Option<Uri>>,
    lines: FxHashMap<FileId, EditorLines<'a>>,
}

impl<'a> Places<'a> {
    /// The places of some sources.
    pub fn new(
        folder: &'a Folder,
        documents: &'a Documents,
        sources: &'a Sources,
        encoding: Encoding,
    ) -> Places<'a> {
        Places {
            folder,
            documents,
            sources,
            encoding,
            uris: FxHashMap::default(),
            lines: FxHashMap::default(),
        }
    }

    /// What the client calls a file; `None` if it cannot open it.
    pub fn uri(&mut self, file: FileId) -> Option<Uri> {
        let known = self.uris.entry(file).or_insert_with(|| {
            let called = self.sources.find(file)?.path();
            uri_of(self.folder, self.documents, called)
        });
        known.clone()
    }

    /// A place as the client counts.
    pub fn range(&mut self, span: Span) -> Range {
        let Some(source) = self.sources.find(span.file) else {
            return Range::default();
        };
        let lines = self.lines.entry(span.file);
        let lines = lines.or_insert_with(|| EditorLines::new(source.text()));
        range(lines, span, self.encoding)
    }

    /// A place in its file.
    pub fn location(&mut self, span: Span) -> Option<Location> {
        Some(Location {
            uri: self.uri(span.file)?,
            range: self.range(span),
        })
    }
}

/// What the client calls a file of a folder.
pub fn uri_of(folder: &Folder, documents: &Documents, called: &str) -> Option<Uri> {
    // What lies in an archive of the module cache is no file.
    if called.contains("source.tgz/") || called.starts_with("--") {
        return None;
    }
    let path = folder.absolute(called);
    match documents.at(&lies(&path)) {
        Some(document) => Some(document.uri.clone()),
        None => to_uri(&path),
    }
}

/// Everything that was found, by file.
pub fn by_file(
    folder: &Folder,
    documents: &Documents,
    report: &Report,
    encoding: Encoding,
) -> ByFile {
    let mut files = ByFile::default();
    for file in &report.files {
        let mut places = Places::new(folder, documents, &file.sources, encoding);
        for diagnostic in &file.diagnostics {
            add(&mut files, &mut places, diagnostic);
        }
    }
    let (sources, mistakes) = &folder.mistakes;
    let mut places = Places::new(folder, documents, sources, encoding);
    for mistake in mistakes {
        add(&mut files, &mut places, mistake);
    }
    files
}

fn add(files: &mut ByFile, places: &mut Places<'_>, diagnostic: &Diagnostic) {
    let span = diagnostic.primary.span;
    // What stands in no file, such as an argument of a command line, is told where it went.
    let on_the_way = diagnostic.trace.iter().map(|label| label.span);
    let place = std::iter::once(span)
        .chain(on_the_way)
        .find_map(|span| Some((span, places.uri(span.file)?)));
    let Some((span, uri)) = place else {
        return;
    };
    let told = told(places, diagnostic, span, &uri);
    let of_file = files.entry(uri.as_str().to_owned());
    let (_, of_file) = of_file.or_insert_with(|| (uri, Arc::default()));
    Arc::make_mut(of_file).push(told);
}

/// A finding as the client shows it.
fn told(
    places: &mut Places<'_>,
    diagnostic: &Diagnostic,
    span: Span,
    uri: &Uri,
) -> lsp_types::Diagnostic {
    let range = places.range(span);
    let page = places.folder.pages.get(&*diagnostic.code);
    let page = page.and_then(|page| Uri::from_str(page).ok());
    lsp_types::Diagnostic {
        range,
        severity: Some(severity(diagnostic)),
        code: Some(NumberOrString::String(diagnostic.code.to_string())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: diagnostic.message.clone(),
        related_information: Some(related(
            places,
            diagnostic,
            &Location {
                uri: uri.clone(),
                range,
            },
        )),
        tags: None,
        data: Some(json!({ "name": diagnostic.name, "help": diagnostic.help })),
    }
}

/// What is not sure is shown as advice.
fn severity(diagnostic: &Diagnostic) -> DiagnosticSeverity {
    match (diagnostic.certainty, diagnostic.severity) {
        (_, Severity::Info) => DiagnosticSeverity::INFORMATION,
        (Certainty::Possible, Severity::Warning | Severity::Error) => {
            DiagnosticSeverity::INFORMATION
        }
        (Certainty::Certain, Severity::Warning) => DiagnosticSeverity::WARNING,
        (Certainty::Certain, Severity::Error) => DiagnosticSeverity::ERROR,
    }
}

/// From what decides to the resource; then, at the place itself, what else there is to say.
fn related(
    places: &mut Places<'_>,
    diagnostic: &Diagnostic,
    own: &Location,
) -> Vec<DiagnosticRelatedInformation> {
    let mut related = Vec::new();
    for label in &diagnostic.trace {
        if let Some(location) = places.location(label.span) {
            let message = match label.message.as_str() {
                "" => "see here",
                message => message,
            };
            related.push(DiagnosticRelatedInformation {
                location,
                message: message.to_owned(),
            });
        }
    }
    related.extend(
        remarks(diagnostic)
            .into_iter()
            .map(|message| DiagnosticRelatedInformation {
                location: own.clone(),
                message,
            }),
    );
    related
}

/// What there is to say beside the message, a line each.
pub fn remarks(diagnostic: &Diagnostic) -> Vec<String> {
    let mut lines = Vec::new();
    let label = diagnostic.primary.message.as_str();
    lines.extend((!label.is_empty()).then(|| label.to_owned()));
    if diagnostic.certainty == Certainty::Possible {
        lines.push("possible: it is not sure before deployment".to_owned());
    }
    lines.extend(where_it_holds(diagnostic));
    lines.extend(
        diagnostic
            .assumes
            .iter()
            .map(|one| format!("assumed: {one}")),
    );
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines
}

/// A message about a document as such.
pub fn of_document(message: String) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(
            crate::diagnostic::Kind::INTERNAL.code.to_owned(),
        )),
        source: Some(SOURCE.to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

/// Whether a file may have findings.
pub fn may_have_findings(path: &Path) -> bool {
    crate::walk::may_be_template(path)
        || crate::walk::may_be_parameter_file(path)
        || path
            .extension()
            .is_some_and(|one| one == "yaml" || one == "yml" || one == "toml")
}
