//! Underlined source text, for people. This is the only door to `codespan-reporting`.
//!
//! A long line is shown as a window around what is underlined: a minified template is one line of megabytes.

use super::terminal::Terminal;
use super::{harmless, single_line, suppressed};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::{FileId, Sources, Span};
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{self, Config, StylesWriter, termcolor::Buffer};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// Lines longer than this, in bytes, are shown in part; on a terminal, those longer than it is wide.
const LONG_LINE: usize = 240;
/// How much of what is shown of a long line stands before the place it is shown for: one part of this many.
const BEFORE: usize = 3;
/// Columns that stand before a note: line numbers and its bullet.
const BESIDE: usize = 8;

/// Files with their texts as they are shown. Many findings may point into one file, which may be long.
pub(super) struct Texts<'a> {
    sources: &'a Sources,
    harmless: FxHashMap<FileId, Cow<'a, str>>,
}

impl<'a> Texts<'a> {
    /// The files that these diagnostics point into.
    pub(super) fn new(sources: &'a Sources, diagnostics: &[&Diagnostic]) -> Texts<'a> {
        let mut texts = FxHashMap::default();
        for label in diagnostics.iter().copied().flat_map(labels) {
            let file = label.span.file;
            let text = || harmless(sources.get(file).text());
            texts.entry(file).or_insert_with(text);
        }
        Texts {
            sources,
            harmless: texts,
        }
    }
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    std::iter::once(&diagnostic.primary).chain(&diagnostic.trace)
}

/// A finding. `url` is the page that its rule rests on.
pub(super) fn render(
    texts: &Texts,
    diagnostic: &Diagnostic,
    terminal: &Terminal,
    url: Option<&str>,
) -> String {
    let shown: Vec<_> = labels(diagnostic)
        .filter(|label| !texts.sources.get(label.span.file).text().is_empty())
        .collect();
    let view = View {
        texts,
        long_line: terminal.source_width().unwrap_or(LONG_LINE),
        shown: shown.iter().map(|label| label.span).collect(),
    };
    let labels = shown.iter().enumerate().map(|(position, label)| {
        let make = match position {
            0 => codespan::Label::primary,
            _ => codespan::Label::secondary,
        };
        make(label.span.file, view.visible(label.span)).with_message(single_line(&label.message))
    });
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Info => codespan::Severity::Note,
    };
    let heading = heading(texts.sources, diagnostic, shown.is_empty());
    let shown = codespan::Diagnostic::new(severity)
        .with_code(terminal.linked(&format!("{} {}", diagnostic.code, diagnostic.name), url))
        .with_message(title(diagnostic, &heading, terminal))
        .with_labels(labels.collect())
        .with_notes(notes(texts.sources, diagnostic, terminal));
    let text = drawn(&view, &shown, terminal.color);
    match diagnostic.severity {
        Severity::Info => text.replacen("note[", "info[", 1),
        Severity::Warning | Severity::Error => text,
    }
}

/// The message, with the path before it if no place in the file is shown.
fn heading(sources: &Sources, diagnostic: &Diagnostic, with_path: bool) -> String {
    let message = single_line(&diagnostic.message);
    match with_path {
        true => {
            let path = sources.get(diagnostic.primary.span.file).path();
            format!("{}: {message}", single_line(path))
        }
        false => message,
    }
}

/// What stands below the source text.
fn notes(sources: &Sources, diagnostic: &Diagnostic, terminal: &Terminal) -> Vec<String> {
    let notes = diagnostic.notes.iter();
    let mut lines: Vec<String> = notes
        .map(|note| format!("note: {}", single_line(note)))
        .collect();
    lines.extend(suppressed::words(sources, diagnostic));
    lines.extend(where_it_holds(diagnostic));
    let help = diagnostic.help.iter();
    lines.extend(help.map(|help| format!("help: {}", single_line(help))));
    let fix = diagnostic.fix.iter();
    lines.extend(fix.map(|fix| format!("fix: {}", single_line(&fix.words()))));
    let lines = lines.iter().map(|line| terminal.wrapped(line, BESIDE));
    lines.collect()
}

fn drawn(view: &View, diagnostic: &codespan::Diagnostic<FileId>, color: bool) -> String {
    let (config, styles) = (Config::default(), super::terminal::styles());
    let mut buffer = match color {
        true => Buffer::ansi(),
        false => Buffer::no_color(),
    };
    let mut writer = StylesWriter::new(&mut buffer, &styles);
    term::emit_to_write_style(&mut writer, &config, view, diagnostic)
        .expect("writing into memory does not fail");
    String::from_utf8_lossy(buffer.as_slice()).into_owned()
}

/// A message with line ends where it, with what stands before it, would run over the edge.
fn title(diagnostic: &Diagnostic, message: &str, terminal: &Terminal) -> String {
    let word = diagnostic.severity.word();
    let before = format!("{word}[{} {}]: ", diagnostic.code, diagnostic.name);
    let wrapped = terminal.wrapped(&format!("{before}{message}"), 2);
    match wrapped.strip_prefix(&before) {
        Some(wrapped) => wrapped.replace('\n', "\n  "),
        None => message.to_owned(),
    }
}

/// The sources as the renderer sees them.
struct View<'a> {
    texts: &'a Texts<'a>,
    /// Lines longer than this, in bytes, are shown in part.
    long_line: usize,
    /// What is underlined.
    shown: Vec<Span>,
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
        let text = self.texts.sources.get(file).text();
        let before = self.long_line / BEFORE;
        let from = boundary(text, start.saturating_sub(before).max(line.start));
        let to = boundary(text, (start + self.long_line - before).min(line.end));
        from..to
    }

    /// What of a place lies in the window of its line.
    fn visible(&self, span: Span) -> Range<usize> {
        let source = self.texts.sources.get(span.file);
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
        Ok(single_line(self.texts.sources.get(file).path()))
    }

    fn source(&'a self, file: FileId) -> Result<Cow<'a, str>, Error> {
        let text = self.texts.harmless.get(&file);
        Ok(Cow::Borrowed(text.ok_or(Error::FileMissing)?))
    }

    fn line_index(&'a self, file: FileId, byte: usize) -> Result<usize, Error> {
        Ok(self.texts.sources.get(file).line_index(byte as u32))
    }

    fn column_number(
        &'a self,
        file: FileId,
        _line_index: usize,
        byte: usize,
    ) -> Result<usize, Error> {
        Ok(self.texts.sources.get(file).position(byte as u32).column as usize)
    }

    fn line_range(&'a self, file: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let lines = self.texts.sources.get(file);
        let max = lines.line_starts().len();
        let line = lines.line_range(line_index).ok_or(Error::LineTooLarge {
            given: line_index,
            max,
        })?;
        Ok(self.window(file, line))
    }
}

/// "also `stlogs`", "environments: dev, test (prod passes)", "when sku = 'Premium'", and "by default; not when sku = 'Premium'".
pub fn where_it_holds(diagnostic: &Diagnostic) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(diagnostic.others().map(|others| single_line(&others)));
    if !diagnostic.environments.is_empty() {
        let mut line = format!("environments: {}", diagnostic.environments.join(", "));
        let passes = match diagnostic.passes_in.as_slice() {
            [] => None,
            [only] => Some(format!("{only} passes")),
            several => Some(format!("{} pass", several.join(", "))),
        };
        let unknown = &diagnostic.unknown_in;
        let unknown = (!unknown.is_empty()).then(|| format!("not known in {}", unknown.join(", ")));
        let others: Vec<_> = passes.into_iter().chain(unknown).collect();
        if !others.is_empty() {
            line.push_str(&format!(" ({})", others.join("; ")));
        }
        lines.push(single_line(&line));
    }
    lines.extend(diagnostic.choice().map(|choice| single_line(&choice)));
    lines.extend(diagnostic.default_only().map(|only| single_line(&only)));
    lines
}
