//! Collects the mistakes of one file, and stops when there are too many.

use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::source::{FileId, Span};
use std::fmt::{self, Display};
use std::ops::Range;

/// So many mistakes of one file are told; one more diagnostic says that others follow.
pub const MAX_DIAGNOSTICS: usize = 50;

/// The mistakes found so far.
#[derive(Debug)]
pub struct Problems {
    file: FileId,
    /// What kind of message an error is.
    error_kind: Kind,
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Problems {
    /// None yet; errors will be of this kind.
    pub fn new(file: FileId, error_kind: Kind) -> Problems {
        Problems {
            file,
            error_kind,
            diagnostics: Vec::new(),
            errors: 0,
            warnings: 0,
        }
    }

    /// How many errors were found, told or not.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether one more error would not be told.
    pub fn is_full(&self) -> bool {
        self.errors >= MAX_DIAGNOSTICS
    }

    /// Records something that is against the syntax.
    #[cold]
    pub fn error(&mut self, range: Range<usize>, message: impl Display) -> Told<'_> {
        self.errors += 1;
        let room = self.errors <= MAX_DIAGNOSTICS;
        self.add(room, self.error_kind, range, message)
    }

    /// Records brackets that nest too deep.
    #[cold]
    pub fn too_deep(&mut self, range: Range<usize>, message: impl Display) -> Told<'_> {
        self.errors += 1;
        let room = self.errors <= MAX_DIAGNOSTICS;
        self.add(room, Kind::NESTING_DEPTH, range, message)
    }

    /// Records something that only some tools take.
    #[cold]
    pub fn warning(&mut self, range: Range<usize>, message: impl Display) -> Told<'_> {
        self.warnings += 1;
        let room = self.warnings <= MAX_DIAGNOSTICS;
        self.add(room, Kind::LENIENT_JSON, range, message)
    }

    fn add(
        &mut self,
        room: bool,
        kind: Kind,
        range: Range<usize>,
        message: impl Display,
    ) -> Told<'_> {
        if !room {
            return Told(None);
        }
        let span = span(self.file, range);
        self.diagnostics
            .push(Diagnostic::new(kind, span, message.to_string()));
        Told(self.diagnostics.last_mut())
    }

    /// The diagnostics in the order of the text. When they are too many, errors go before warnings.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(is_warning);
        self.diagnostics.truncate(MAX_DIAGNOSTICS);
        self.diagnostics
            .sort_by_key(|diagnostic| (diagnostic.primary.span.start, diagnostic.primary.span.end));
        let more = self.errors + self.warnings - self.diagnostics.len();
        if let (1.., Some(last)) = (more, self.diagnostics.last()) {
            let message = format!("{more} more mistakes of the syntax are not shown");
            let more = Diagnostic::new(Kind::FINDINGS, last.primary.span, message);
            self.diagnostics.push(more);
        }
        self.diagnostics
    }
}

fn is_warning(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity < Severity::Error
}

fn span(file: FileId, range: Range<usize>) -> Span {
    Span::new(file, range.start as u32, range.end as u32)
}

/// A mistake just recorded, to which more can be said; nothing is kept when there was no room for it.
pub struct Told<'a>(Option<&'a mut Diagnostic>);

impl Told<'_> {
    /// Adds what to do.
    pub fn help(mut self, help: impl Display) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            diagnostic.help = Some(help.to_string());
        }
        self
    }

    /// Adds a related place.
    pub fn related(mut self, range: Range<usize>, message: &str) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            let file = diagnostic.primary.span.file;
            let label = crate::diagnostic::Label::new(span(file, range), message);
            diagnostic.trace.push(label);
        }
        self
    }
}

/// Text of the file within a message: in backticks, and cut when it is long.
pub struct Shown<'a>(pub &'a str);

impl Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 40;
        match self.0.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(formatter, "`{}...`", &self.0[..end]),
            None => write!(formatter, "`{}`", self.0),
        }
    }
}
