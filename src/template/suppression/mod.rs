//! What the files themselves say is not to be reported: comments, `metadata`, and Bicep's own directives, read alike in both
//! languages. What the words mean, and whether they silence anything, is found out where findings are made.
//!
//! ```text
//! // amllint: ignore[ST001] reason="dev sandbox" until=2026-12-31 owner=ml-platform     the same line, or the next one
//! // amllint: ignore-file[storage, zone] reason="..."                                   at the top of a file
//! "metadata": { "amllint": { "ignore": [ { "rule": "ST001", "reason": "..." } ] } }     the object it stands in
//! #disable-next-line ST001  // dev sandbox                                              Bicep: the comment is the reason
//! ```

mod comment;
mod data;
mod text;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::bicep::SyntaxTree;
use crate::syntax::node::Document;
use crate::syntax::problems::MAX_DIAGNOSTICS;
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// What is written in every form but Bicep's directives.
const TOOL: &str = "amllint";

/// What one file says is not to be reported.
#[derive(Debug, Default)]
pub struct Suppressions {
    /// In the order of the text.
    pub all: Vec<Suppression>,
    /// What is written like one and is none.
    pub mistakes: Vec<Diagnostic>,
}

/// One place that says so.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// How it is written.
    pub form: Form,
    /// All of it.
    pub span: Span,
    /// The rules.
    pub words: Vec<Word>,
    /// What it is about.
    pub scope: Scope,
    /// Why.
    pub reason: Option<Box<str>>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Who answers for it.
    pub owner: Option<Box<str>>,
}

/// How it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `// amllint: ignore[...]`.
    Comment,
    /// `// amllint: ignore-file[...]`.
    FileComment,
    /// `metadata`.
    Metadata,
    /// `#disable-next-line`.
    DisableNextLine,
    /// `#disable-diagnostics`.
    DisableDiagnostics,
    /// `#restore-diagnostics`: it ends what the directive before says.
    RestoreDiagnostics,
}

/// A code, a name or another word that means rules.
#[derive(Clone, Debug)]
pub struct Word {
    /// As it is written.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
}

/// What is silenced: what is decided, declared or deployed there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// On these lines, 0-based.
    Lines(RangeInclusive<usize>),
    /// Inside of these characters.
    Within(Span),
    /// In the file.
    File,
    /// In the file, from this byte on.
    From(u32),
}

impl Scope {
    /// Whether a place of the same file lies there.
    pub fn holds(&self, source: &SourceFile, place: Span) -> bool {
        match self {
            Scope::Lines(lines) => lines.contains(&source.line_index(place.start)),
            Scope::Within(span) => {
                span.start <= place.start && place.start < span.end.max(span.start + 1)
            }
            Scope::File => true,
            Scope::From(start) => *start <= place.start,
        }
    }
}

impl Form {
    /// The word that an audit shows.
    pub fn word(self) -> &'static str {
        match self {
            Form::Comment => "ignore",
            Form::FileComment => "ignore-file",
            Form::Metadata => "metadata",
            Form::DisableNextLine => "#disable-next-line",
            Form::DisableDiagnostics => "#disable-diagnostics",
            Form::RestoreDiagnostics => "#restore-diagnostics",
        }
    }

    /// Whether it is one of Bicep's own, in which words of others may stand.
    pub fn is_directive(self) -> bool {
        match self {
            Form::Comment | Form::FileComment | Form::Metadata => false,
            Form::DisableNextLine | Form::DisableDiagnostics | Form::RestoreDiagnostics => true,
        }
    }
}

impl Suppressions {
    /// Those of a JSON file.
    pub fn in_json(document: &Document) -> Suppressions {
        let mut found = Suppressions::default();
        let text = document.source().text();
        if memchr::memmem::find(text.as_bytes(), TOOL.as_bytes()).is_some() {
            data::in_json(document, &mut found);
            text::in_json(document, &mut found);
        }
        found.sorted()
    }

    /// Those of a Bicep file.
    pub fn in_bicep(tree: &SyntaxTree) -> Suppressions {
        let mut found = Suppressions::default();
        let text = tree.source().text();
        if memchr::memmem::find(text.as_bytes(), TOOL.as_bytes()).is_some() {
            data::in_bicep(tree, &mut found);
            text::in_bicep(tree, &mut found);
        }
        text::directives(tree, &mut found);
        found.sorted()
    }

    fn sorted(mut self) -> Suppressions {
        self.all.sort_by_key(|one| one.span.start);
        self.mistakes.sort_by_key(|one| one.primary.span.start);
        self
    }

    /// Says that something is no suppression.
    fn mistake(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        if self.mistakes.len() >= MAX_DIAGNOSTICS {
            return;
        }
        let diagnostic = Diagnostic::new(Kind::SUPPRESSION_SYNTAX, span, message);
        self.mistakes.push(diagnostic.with_help(help));
    }
}

/// The characters `range` of a file.
fn span(file: FileId, range: std::ops::Range<usize>) -> Span {
    Span::new(file, range.start as u32, range.end as u32)
}

/// Reads the last day: `2026-12-31`.
fn date(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

const DATE_HELP: &str = "a day is written like 2026-12-31";

#[cfg(test)]
mod tests;
