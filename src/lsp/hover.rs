//! What is shown where the pointer rests: the findings there with what their rules say, and the value of what stands there in each
//! environment, with where it comes from.

use super::cursor::{Parsed, UnderKind};
use super::diagnostics::Places;
use super::documents::Document;
use super::folder::Folder;
use super::inspect::{Seen, Sighting, look};
use super::location::{offset, range};
use super::server::Server;
use crate::lint::environments::DEFAULTS;
use crate::report::explain::{Subject, find};
use crate::source::{EditorLines, Sources, Span};
use crate::value::{Step, Value};
use lsp_types::{
    Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, NumberOrString, Position, Range,
};
use std::fmt::Write as _;

/// A value that is longer, in characters, is shown in part.
const LONGEST: usize = 400;

impl Server {
    /// What is shown at a place of a document.
    pub fn hover(&mut self, params: &HoverParams) -> Option<Hover> {
        let place = &params.text_document_position_params;
        let document = self.documents.get(&place.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let mut parts = Vec::new();
        let mut shown = None;
        for finding in self.told(&document.uri) {
            if holds(&finding.range, place.position) {
                shown = shown.or(Some(finding.range));
                parts.extend(explained(folder, finding));
            }
        }
        if let Some((text, range)) = self.value_at(folder, document, place.position) {
            shown = shown.or(Some(range));
            parts.push(text);
        }
        parts.dedup();
        if parts.is_empty() {
            return None;
        }
        let markup = MarkupContent {
            kind: MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        };
        Some(Hover {
            contents: HoverContents::Markup(markup),
            range: shown,
        })
    }

    fn value_at(
        &self,
        folder: &Folder,
        document: &Document,
        position: Position,
    ) -> Option<(String, Range)> {
        let lines = EditorLines::new(&document.text);
        let offset = offset(&lines, position, self.encoding);
        let called = folder.called(&document.lies);
        let parsed = Parsed::new(&crate::source::display(&called), &document.text);
        let sighting = look(folder, document, &parsed.under(offset))?;
        let places = Places::new(folder, &self.documents, &sighting.sources, self.encoding);
        let text = told(&sighting, places);
        let range = range(&lines, sighting.subject.span, self.encoding);
        Some((text, range))
    }
}

fn holds(range: &Range, position: Position) -> bool {
    range.start <= position && position <= range.end
}

/// What the rule of a finding says.
fn explained(folder: &Folder, finding: &lsp_types::Diagnostic) -> Option<String> {
    let Some(NumberOrString::String(code)) = &finding.code else {
        return None;
    };
    let mut text = format!("**{code}** {}\n\n", escaped(&finding.message));
    match find(&folder.catalogue, code)? {
        Subject::Kind(kind) => {
            let _ = write!(text, "{}", kind.meaning.trim());
        }
        Subject::Rule(_, rule) => {
            let documentation = folder.catalogue.documentation(&rule.name);
            let documentation = documentation.unwrap_or_default();
            let name = &rule.name;
            let concern = rule.concern.word();
            let _ = write!(text, "`{name}` ({concern}): {}", documentation.why.trim());
            let help = finding.data.as_ref().and_then(|data| data.get("help"));
            if let Some(help) = help.and_then(serde_json::Value::as_str) {
                let _ = write!(text, "\n\n**Help:** {}", escaped(help));
            }
            for source in &documentation.sources {
                if let Some(url) = &source.url {
                    let _ = write!(text, "\n\n[{}]({url})", escaped(&source.title));
                }
            }
        }
    }
    Some(text)
}

/// What a value is in each environment.
fn told(sighting: &Sighting, mut places: Places<'_>) -> String {
    let mut text = String::new();
    let subject = match &sighting.subject.kind {
        UnderKind::Name(_, name) | UnderKind::Either(name) | UnderKind::Property(_, name) => name,
    };
    let _ = writeln!(text, "**{}**\n", escaped(subject));
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for seen in &sighting.values {
        let line = line(seen, &sighting.sources, &mut places);
        match groups.iter_mut().find(|(known, _)| *known == line) {
            Some((_, environments)) => environments.push(&seen.environment),
            None => groups.push((line, vec![&seen.environment])),
        }
    }
    for (line, mut environments) in groups {
        environments.dedup();
        match environments.as_slice() {
            [only] if *only == DEFAULTS => {
                let _ = writeln!(text, "- {line}");
            }
            several => {
                let names = several.join(", ");
                let _ = writeln!(text, "- {}: {line}", escaped(&names));
            }
        }
    }
    let root = &sighting.values[0].root;
    let own = sighting.sources.find(sighting.values[0].value.span.file);
    if own.is_none_or(|own| own.path() != *root) {
        let _ = writeln!(text, "\nas `{}` deploys it", root.replace('`', "'"));
    }
    text.trim_end().to_owned()
}

/// A value and where it comes from.
fn line(seen: &Seen, sources: &Sources, places: &mut Places<'_>) -> String {
    let value = &seen.value;
    let mut text = code(value);
    let mut at = |span: Span| {
        let path = sources.find(span.file)?.path();
        let name = std::path::Path::new(path).file_name()?.to_string_lossy();
        let location = places.location(span)?;
        let line = location.range.start.line + 1;
        let uri = location.uri.as_str();
        Some(format!("[{}:{line}]({uri}#L{line})", escaped(&name)))
    };
    if let Some(place) = at(value.span) {
        let _ = write!(text, ", written at {place}");
    }
    for step in value.steps() {
        let what = match &step.step {
            Step::Given(name) => format!("given to `{name}`"),
            Step::Passed(name) => format!("passed to `{name}`"),
            Step::Output(name) => format!("given out as `{name}`"),
            Step::LeftOut(name) => format!("`{name}` is left out"),
            Step::Chosen => "chosen by a condition".to_owned(),
            Step::Choice(name) => format!("allowed for `{name}`"),
            Step::Loaded => "loaded".to_owned(),
            Step::Parameter | Step::Variable => continue,
        };
        match at(step.span) {
            Some(place) => {
                let _ = write!(text, "; {what} at {place}");
            }
            None => {
                let _ = write!(text, "; {what}");
            }
        }
    }
    text
}

/// A value as code; a secret is never shown.
pub fn code(value: &Value) -> String {
    let text = value.expression();
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    let shown = shown.replace(['\n', '\r'], " ");
    let unknown = if value.is_unknown() {
        " (not known before deployment)"
    } else {
        ""
    };
    // Two backquotes hold one.
    match shown.contains('`') {
        true => format!("`` {shown} ``{unknown}"),
        false => format!("`{shown}`{unknown}"),
    }
}

/// Text that is no Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&'
        ) {
            escaped.push('\\');
        }
        escaped.push(match character {
            '\n' | '\r' => ' ',
            other => other,
        });
    }
    escaped
}
