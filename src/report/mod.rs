//! What is printed: one file for each format.

mod concise;
pub mod docs;
mod escape;
pub mod examples;
pub mod expand;
pub mod explain;
pub mod graph;
mod json;
mod msbuild;
pub mod posture;
mod text;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Report;
use crate::source::Sources;

/// A format of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Underlined source text, for people.
    Full,
    /// A line a finding, for editors.
    Concise,
    /// A line a finding, as MSBuild writes them.
    Msbuild,
    /// For programs.
    Json,
}

/// The findings in a format. `color` has an effect on [`Format::Full`] only.
pub fn findings(report: &Report, format: Format, color: bool) -> String {
    match format {
        Format::Full => each(report, |sources, diagnostic| {
            text::render(sources, diagnostic, color)
        }),
        Format::Concise => each(report, concise::render),
        Format::Msbuild => each(report, msbuild::render),
        Format::Json => json::render(report),
    }
}

/// One finding as people read it.
pub fn full(sources: &Sources, diagnostic: &Diagnostic, color: bool) -> String {
    text::render(sources, diagnostic, color)
}

fn each(report: &Report, render: impl Fn(&Sources, &Diagnostic) -> String) -> String {
    report
        .diagnostics()
        .map(|(sources, diagnostic)| render(sources, diagnostic))
        .collect()
}

/// "3 findings in 2 of 14 templates; 1 workspace, 6 dependencies, 2 values unknown".
pub fn closing_line(report: &Report) -> String {
    let coverage = &report.coverage;
    let findings = report.diagnostics().count();
    let graver = |severity| {
        report
            .diagnostics()
            .filter(|(_, one)| one.severity == severity)
            .count()
    };
    let with = report.files.len();
    let mut line = format!(
        "{} in {with} of {}",
        counted(findings, "finding"),
        counted(coverage.templates, "template")
    );
    if findings > 0 {
        let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning")];
        let kinds: Vec<_> = kinds
            .iter()
            .map(|(severity, word)| counted(graver(*severity), word))
            .collect();
        line = line.replacen(" in ", &format!(" ({}) in ", kinds.join(", ")), 1);
    }
    line.push_str(&format!(
        "; {}, {}, {} unknown",
        counted(coverage.workspaces, "workspace"),
        if coverage.dependencies == 1 {
            "1 dependency".to_owned()
        } else {
            format!("{} dependencies", coverage.dependencies)
        },
        counted(coverage.unknown.len(), "value"),
    ));
    if coverage.bounded > 0 {
        let count = counted(coverage.bounded, "template");
        line.push_str(&format!("; not every choice of {count} looked at"));
    }
    if coverage.suppressed > 0 {
        line.push_str(&format!(
            "; {} suppressed",
            counted(coverage.suppressed, "finding")
        ));
    }
    if coverage.generated > 0 {
        let count = counted(coverage.generated, "compiled template");
        line.push_str(&format!("; {count} left to the Bicep source"));
    }
    if !coverage.skipped.is_empty() {
        line.push_str(&format!(
            "; {} not judged",
            counted(coverage.skipped.len(), "file")
        ));
    }
    line
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// Whether a character turns the direction in which what follows is written.
fn turns_writing(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in which no character steers a terminal: each of those is replaced by as many `?` as it has bytes, so that
/// offsets stay.
fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let harmful = |character: char| {
        character.is_control() && !matches!(character, '\n' | '\r' | '\t')
            || turns_writing(character)
    };
    if !text.contains(harmful) {
        return text.into();
    }
    let mut replaced = String::with_capacity(text.len());
    for character in text.chars() {
        if harmful(character) {
            replaced.extend(std::iter::repeat_n('?', character.len_utf8()));
        } else {
            replaced.push(character);
        }
    }
    replaced.into()
}

/// A text on one line, in which no build pipeline finds a command.
fn single_line(text: &str) -> String {
    let line = harmless(text).replace(['\n', '\r', '\t'], " ");
    match line.contains("##") {
        true => line.replace("##vso[", "# #vso[").replace("##[", "# #["),
        false => line,
    }
}
