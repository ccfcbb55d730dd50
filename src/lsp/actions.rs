//! What can be done about findings: their fixes, the safe ones first, and a line that silences them and says why.

use super::cursor::Parsed;
use super::diagnostics::{Places, SOURCE};
use super::documents::Document;
use super::edits::Edits;
use super::folder::Folder;
use super::server::Server;
use crate::diagnostic::{Diagnostic, Fix, Safety};
use crate::lint::{self, Options, Report};
use crate::project::lies;
use crate::source::{EditorLines, Encoding, Sources, Span, display};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, NumberOrString,
    Position, Range, TextEdit,
};
use serde_json::json;
use std::sync::atomic::AtomicUsize;

/// The command of a client that asks for the reason and writes it into the line.
pub const SUPPRESS: &str = "amllint.suppressWithReason";
/// All safe fixes of a document.
const FIX_ALL: CodeActionKind = CodeActionKind::SOURCE_FIX_ALL;

/// Fixes are made for the findings of so many templates at once.
const MAXIMUM_ROOTS: usize = 8;

/// A finding of a document with the files that it points into.
struct Found<'a> {
    /// The template through which it was found.
    root: &'a str,
    sources: &'a Sources,
    diagnostic: &'a Diagnostic,
    range: Range,
    /// What mends it, with the files that that changes.
    fix: Option<(&'a Sources, &'a Fix)>,
}

/// The same of a run that makes fixes.
fn fix_of<'a>(fixed: &'a Report, found: &Found<'_>) -> Option<(&'a Sources, &'a Fix)> {
    let place = |sources: &Sources, diagnostic: &Diagnostic| {
        let span = diagnostic.primary.span;
        let path = sources.get(span.file).path().to_owned();
        (path, span.start, span.end)
    };
    let own = place(found.sources, found.diagnostic);
    let files = fixed.files.iter().filter(|file| file.path == found.root);
    let mut all = files.flat_map(|file| file.diagnostics.iter().map(|one| (&file.sources, one)));
    let (sources, diagnostic) =
        all.find(|(sources, one)| one.code == found.diagnostic.code && place(sources, one) == own)?;
    Some((sources, diagnostic.fix.as_ref()?))
}

impl Server {
    /// What can be done about the findings in a range.
    pub fn actions(&mut self, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
        // Fixes are made for what was looked at last.
        if self.is_behind() {
            self.look();
        }
        let document = self.documents.get(&params.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let only = params.context.only.as_deref();
        let is_wanted = |kind: &CodeActionKind| {
            let starts = |wanted: &CodeActionKind| kind.as_str().starts_with(wanted.as_str());
            only.is_none_or(|only| only.iter().any(starts))
        };
        let is_all = only.is_some() && is_wanted(&FIX_ALL);
        let mut found = self.found_in(folder, document);
        found.retain(|one| is_all || touches(&one.range, &params.range));
        let fixed = fixed(folder, &found);
        for one in &mut found {
            let own = one.diagnostic.fix.as_ref();
            let own = own.map(|fix| (one.sources, fix));
            one.fix = own.or_else(|| fix_of(fixed.as_ref()?, one));
        }
        let mut actions = Vec::new();
        if is_wanted(&CodeActionKind::QUICKFIX) {
            let here = found.iter();
            let here: Vec<&Found<'_>> = here
                .filter(|one| touches(&one.range, &params.range))
                .collect();
            actions.extend(self.fixes(folder, &here));
            actions.extend(self.suppressions(folder, document, &here));
        }
        // All of a document are fixed only where that is asked for.
        if is_all {
            actions.extend(self.fix_all(folder, &found));
        }
        Some(
            actions
                .into_iter()
                .map(CodeActionOrCommand::CodeAction)
                .collect(),
        )
    }

    /// What was found in a document.
    fn found_in<'a>(&self, folder: &'a Folder, document: &Document) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        let lines = EditorLines::new(&document.text);
        for file in folder.report.iter().flat_map(|report| &report.files) {
            for diagnostic in &file.diagnostics {
                let span = diagnostic.primary.span;
                let path = file.sources.get(span.file).path();
                let is_here = std::path::Path::new(path).file_name() == document.lies.file_name()
                    && lies(&folder.absolute(path)) == document.lies;
                if is_here {
                    found.push(Found {
                        root: &file.path,
                        fix: None,
                        sources: &file.sources,
                        diagnostic,
                        range: super::location::range(&lines, span, self.encoding),
                    });
                }
            }
        }
        found
    }

    /// The fixes of findings, the safe ones first.
    fn fixes(&self, folder: &Folder, found: &[&Found<'_>]) -> Vec<CodeAction> {
        let mut fixes: Vec<(&Sources, &Fix, &Found<'_>)> = Vec::new();
        for one in found {
            if let Some((sources, fix)) = one.fix
                && !fixes.iter().any(|(_, known, _)| *known == fix)
            {
                fixes.push((sources, fix, one));
            }
        }
        fixes.sort_by_key(|(_, fix, _)| fix.safety);
        let action = |(sources, fix, one): (&Sources, &Fix, &Found<'_>)| {
            let edit = self.edits(folder, sources, fix)?.finish()?;
            Some(CodeAction {
                title: title(fix),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(self.meant(folder, one)),
                edit: Some(edit),
                is_preferred: Some(fix.safety == Safety::Safe),
                ..CodeAction::default()
            })
        };
        fixes.into_iter().filter_map(action).collect()
    }

    /// The findings that the client was told and that this one is.
    fn meant(&self, _: &Folder, found: &Found<'_>) -> Vec<lsp_types::Diagnostic> {
        vec![lsp_types::Diagnostic {
            range: found.range,
            code: Some(NumberOrString::String(found.diagnostic.code.to_string())),
            source: Some(SOURCE.to_owned()),
            message: found.diagnostic.message.clone(),
            ..lsp_types::Diagnostic::default()
        }]
    }

    /// A fix as what the client writes; `None` if one of the files cannot be written.
    fn edits(&self, folder: &Folder, sources: &Sources, fix: &Fix) -> Option<Edits> {
        let mut places = Places::new(folder, &self.documents, sources, self.encoding);
        let mut edits = Edits::default();
        for edit in &fix.edits {
            let uri = places.uri(edit.span.file)?;
            let edit = TextEdit {
                range: places.range(edit.span),
                new_text: edit.text.clone(),
            };
            edits.add(&uri, edit);
        }
        Some(edits)
    }

    /// All safe fixes of a document that do not get into each other's way.
    fn fix_all(&self, folder: &Folder, found: &[Found<'_>]) -> Option<CodeAction> {
        let mut written: Vec<(String, Span)> = Vec::new();
        let mut edits = Edits::default();
        for one in found {
            let Some((sources, fix)) = one.fix else {
                continue;
            };
            let path = |span: Span| sources.get(span.file).path().to_owned();
            let spans = fix.edits.iter().map(|edit| (path(edit.span), edit.span));
            let spans: Vec<(String, Span)> = spans.collect();
            let is_free = |(path, span): &(String, Span)| {
                !written.iter().any(|(other, known)| {
                    other == path && span.start <= known.end && known.start <= span.end
                })
            };
            if fix.safety != Safety::Safe || !spans.iter().all(is_free) {
                continue;
            }
            edits.add_all(self.edits(folder, sources, fix)?);
            written.extend(spans);
        }
        edits.finish().map(|edit| CodeAction {
            title: "amllint: make all safe fixes".to_owned(),
            kind: Some(FIX_ALL),
            edit: Some(edit),
            ..CodeAction::default()
        })
    }

    /// Lines that silence findings, one for each code.
    fn suppressions(
        &self,
        folder: &Folder,
        document: &Document,
        found: &[&Found<'_>],
    ) -> Vec<CodeAction> {
        let called = display(&folder.called(&document.lies));
        let parsed = Parsed::new(&called, &document.text);
        let mut seen: Vec<(&str, u32)> = Vec::new();
        let mut actions = Vec::new();
        for one in found {
            let code = &*one.diagnostic.code;
            let line = one.range.start.line;
            // What the tool itself says of a text is mended, not silenced.
            if one.diagnostic.resource.is_none() || seen.contains(&(code, line)) {
                continue;
            }
            seen.push((code, line));
            let Some(edit) = silencing(&parsed, document, (code, line), self.encoding) else {
                continue;
            };
            let mut action = CodeAction {
                title: format!("Silence {code} here, and say why"),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(self.meant(folder, one)),
                ..CodeAction::default()
            };
            if self.asks_for_reason {
                let arguments = json!({
                    "uri": document.uri, "version": document.version, "code": code, "edit": edit,
                });
                action.command = Some(Command {
                    title: action.title.clone(),
                    command: SUPPRESS.to_owned(),
                    arguments: Some(vec![arguments]),
                });
            } else {
                let mut edits = Edits::default();
                edits.add(&document.uri, edit);
                action.edit = edits.finish();
            }
            actions.push(action);
        }
        actions
    }
}

/// What is found with its fixes in the templates through which something was found.
fn fixed(folder: &Folder, found: &[Found<'_>]) -> Option<Report> {
    let mut roots: Vec<&str> = found.iter().map(|one| one.root).collect();
    roots.sort_unstable();
    roots.dedup();
    let all = folder.session().files().iter();
    let files = all.filter(|found| roots.contains(&display(&found.path).as_str()));
    let files: Vec<_> = files.take(MAXIMUM_ROOTS).cloned().collect();
    if files.is_empty() {
        return None;
    }
    let options = Options {
        makes_fixes: true,
        ..folder.options.clone()
    };
    let seen = AtomicUsize::new(0);
    lint::lint(&files, &folder.catalogue, &options, 1, &seen).ok()
}

/// What a fix does; of one that is not safe, also what it means.
fn title(fix: &Fix) -> String {
    match (fix.safety, fix.deployed) {
        (Safety::Safe, _) => fix.title.clone(),
        (Safety::Unsafe, Some(deployed)) => {
            format!("{} (unsafe: {})", fix.title, deployed.meaning())
        }
        (Safety::Unsafe, None) => format!("{} (unsafe)", fix.title),
    }
}

fn touches(left: &Range, right: &Range) -> bool {
    left.start <= right.end && right.start <= left.end
}

/// A comment on the line before, or one more code in the comment that is there; `None` where a comment would be text of a string.
fn silencing(
    parsed: &Parsed,
    document: &Document,
    (code, line): (&str, u32),
    encoding: Encoding,
) -> Option<TextEdit> {
    let lines: Vec<&str> = document.text.split('\n').collect();
    let own = lines.get(line as usize)?;
    let before = line
        .checked_sub(1)
        .and_then(|before| lines.get(before as usize));
    if let Some(before) = before
        && before.trim_start().starts_with("// amllint: ignore[")
        && let Some(end) = before.find(']')
    {
        let column = EditorLines::new(&before[..end]).point(end, encoding).column;
        let at = Position::new(line - 1, column);
        return Some(TextEdit {
            range: Range::new(at, at),
            new_text: format!(", {code}"),
        });
    }
    let start: usize = lines[..line as usize]
        .iter()
        .map(|line| line.len() + 1)
        .sum();
    if parsed.is_in_string(start) {
        return None;
    }
    let bare = own.trim_start();
    let indent = &own[..own.len() - bare.len()];
    let end = if own.ends_with('\r') { "\r\n" } else { "\n" };
    let at = Position::new(line, 0);
    Some(TextEdit {
        range: Range::new(at, at),
        new_text: format!("{indent}// amllint: ignore[{code}] reason=\"\"{end}"),
    })
}
