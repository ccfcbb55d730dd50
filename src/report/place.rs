//! Where a finding is shown on a platform: in a file of the repository, from the repository's root on.

use super::Finding;
use crate::repository::{Place, Repository};
use crate::source::{Range, SourceFile, Sources, Span};

/// A place in a file, as a platform is told.
pub(super) struct Shown<'a> {
    /// The file.
    pub place: Place,
    /// Its text.
    pub file: &'a SourceFile,
    /// The characters.
    pub span: Span,
}

impl Shown<'_> {
    /// Lines and columns.
    pub fn range(&self) -> Range {
        self.file.range(self.span)
    }

    /// The path as a line may begin with it: with `::` in front a runner of GitHub Actions would obey it.
    pub fn path(&self) -> String {
        super::line_path(self.place.path())
    }
}

/// Where a finding stands: at what decides it, and if that was given on the command line, at the next place of its way that
/// is in a file.
pub(super) fn shown<'a>(repository: &Repository, finding: &Finding<'a>) -> Shown<'a> {
    let diagnostic = finding.diagnostic;
    let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.trace);
    let in_file = |span: Span| finding.sources.get(span.file).path() != ARGUMENT;
    let span = labels.find(|label| in_file(label.span));
    let span = span.map_or(diagnostic.primary.span, |label| label.span);
    let mut place = at(repository, finding.sources, span);
    if !in_file(span) {
        place.place = repository.place(finding.root);
        place.span = Span::new(span.file, 0, 0);
    }
    place
}

/// The name of what is given on the command line.
pub(super) const ARGUMENT: &str = "--param";

/// A place of these sources.
pub(super) fn at<'a>(repository: &Repository, sources: &'a Sources, span: Span) -> Shown<'a> {
    let file = sources.get(span.file);
    Shown {
        place: repository.place(file.path()),
        file,
        span,
    }
}
