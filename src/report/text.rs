//! Underlined source text, for people. This is the only door to `codespan-reporting`.
//!
//! A long line is shown as a window around what is underlined: a minified template is one line of megabytes.

use super::terminal::Terminal;
use super::{harmless, single_line, suppressed};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceFile, Sources};
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config, StylesWriter, termcolor::Buffer};
use std::borrow::Cow;
use std::ops::Range;

/// Lines longer than this, in bytes, are shown in part; on a terminal, those longer than it is wide.
const LONG_LINE: usize = 240;
/// How much of what is shown of a long line stands before the place it is shown for: one part of this many.
const BEFORE: usize = 3;
/// Columns that stand before a note: line numbers and its bullet.
const BESIDE: usize = 8;

/// A finding. `url` is the page that its rule rests on.
pub(super) fn render(
    sources: &Sources,
    diagnostic: &Diagnostic,
    terminal: &Terminal,
    url: Option<&str>,
) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Info => codespan::Severity::Note,
    };
    let shown: Vec<_> = std::iter::once(&diagnostic.primary)
        .chain(&diagnostic.trace)
        .filter(|label| !sources.get(label.span.file).text().is_empty())
        .collect();
    let view = View {
        sources,
        long_line: terminal.source_width().unwrap_or(LONG_LINE),
        shown: shown.iter().map(|label| label.span).collect(),
    };
    let mut labels = Vec::new();
    for (position, label) in shown.iter().enumerate() {
        let make = if position == 0 {
            codespan::Label::primary
        } else {
            codespan::Label::secondary
        };
        labels.push(
            make(label.span.file, view.visible(label.span))
                .with_message(single_line(&label.message)),
        );
    }
    let mut notes: Vec<String> = diagnostic
        .notes
        .iter()
        .map(|note| format!("note: {}", single_line(note)))
        .collect();
    notes.extend(suppressed::words(sources, diagnostic));
    notes.extend(where_it_holds(diagnostic));
    notes.extend(
        diagnostic
            .help
            .iter()
            .map(|help| format!("help: {}", single_line(help))),
    );
    let fix = diagnostic.fix.iter();
    notes.extend(fix.map(|fix| format!("fix: {}", single_line(&fix.words()))));
    let mut message = single_line(&diagnostic.message);
    if labels.is_empty() {
        message = format!(
            "{}: {message}",
            single_line(sources.get(diagnostic.primary.span.file).path())
        );
    }
    let diagnostic = codespan::Diagnostic::new(severity)
        .with_code(terminal.linked(&format!("{} {}", diagnostic.code, diagnostic.name), url))
        .with_message(message)
        .with_labels(labels)
        .with_notes(
            notes
                .iter()
                .map(|note| terminal.wrapped(note, BESIDE))
                .collect(),
        );
    let (config, styles) = (Config::default(), super::terminal::styles());
    let mut buffer = if terminal.color {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    let mut writer = StylesWriter::new(&mut buffer, &styles);
    term::emit_to_write_style(&mut writer, &config, &view, &diagnostic)
        .expect("writing into memory does not fail");
    String::from_utf8_lossy(buffer.as_slice()).replacen(
        "note[",
        "info[",
        usize::from(severity == codespan::Severity::Note),
    )
}

/// The sources as the renderer sees them.
struct View<'a> {
    sources: &'a Sources,
    /// Lines longer than this, in bytes, are shown in part.
    long_line: usize,
    /// What is underlined.
    shown: Vec<crate::source::Span>,
}

impl View<'_> {
    /// The part of a line that is shown: all of it, or the windows around what is underlined in it.
    fn window(&self, file: FileId, line: Range<usize>) -> Range<usize> {
        if line.len() <= self.long_line {
            return line;
        }
        let inside = self
            .shown
            .iter()
            .filter(|span| span.file == file && line.contains(&(span.start as usize)));
        let start = inside
            .map(|span| span.start as usize)
            .next()
            .unwrap_or(line.start);
        let text = self.sources.get(file).text();
        let before = self.long_line / BEFORE;
        let from = boundary(text, start.saturating_sub(before).max(line.start));
        let to = boundary(text, (start + self.long_line - before).min(line.end));
        from..to
    }

    /// What of a place lies in the window of its line.
    fn visible(&self, span: crate::source::Span) -> Range<usize> {
        let source = self.sources.get(span.file);
        let line = source
            .line_range(source.line_index(span.start))
            .unwrap_or(span.range());
        let window = self.window(span.file, line);
        let clamp = |offset: u32| (offset as usize).clamp(window.start, window.end);
        clamp(span.start)..clamp(span.end)
    }
}

fn boundary(text: &str, mut offset: usize) -> usize {
    while offset > 0 && !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl<'a> Files<'a> for View<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = Cow<'a, str>;

    fn name(&'a self, file: FileId) -> Result<String, Error> {
        Ok(single_line(self.sources.get(file).path()))
    }

    fn source(&'a self, file: FileId) -> Result<Cow<'a, str>, Error> {
        let source: &'a SourceFile = self.sources.get(file);
        Ok(harmless(source.text()))
    }

    fn line_index(&'a self, file: FileId, byte: usize) -> Result<usize, Error> {
        Ok(self.sources.get(file).line_index(byte as u32))
    }

    fn column_number(
        &'a self,
        file: FileId,
        _line_index: usize,
        byte: usize,
    ) -> Result<usize, Error> {
        Ok(self.sources.get(file).position(byte as u32).column as usize)
    }

    fn line_range(&'a self, file: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let lines = self.sources.get(file);
        let max = lines.line_starts().len();
        let line = lines.line_range(line_index).ok_or(Error::LineTooLarge {
            given: line_index,
            max,
        })?;
        Ok(self.window(file, line))
    }
}

/// "also `stlogs`", "environments: dev, test (prod passes)", "when sku = 'Premium'", and "by default; not when sku = 'Premium'".
pub(super) fn where_it_holds(diagnostic: &Diagnostic) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(diagnostic.others().map(|others| single_line(&others)));
    if !diagnostic.environments.is_empty() {
        let mut line = format!("environments: {}", diagnostic.environments.join(", "));
        match diagnostic.passes_in.as_slice() {
            [] => {}
            [only] => line.push_str(&format!(" ({only} passes)")),
            several => line.push_str(&format!(" ({} pass)", several.join(", "))),
        }
        lines.push(single_line(&line));
    }
    lines.extend(diagnostic.choice().map(|choice| single_line(&choice)));
    lines.extend(diagnostic.default_only().map(|only| single_line(&only)));
    lines
}
