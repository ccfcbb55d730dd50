//! Lines of Bicep files that say what is not to be reported: `#disable-next-line ST001`, and `#disable-diagnostics` up to
//! `#restore-diagnostics`, with codes or names of rules.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter#silencing-false-positives>

use crate::diagnostic::Diagnostic;
use crate::project::Project;
use crate::source::{FileId, SourceFile};
use crate::syntax::bicep::{Directive, DirectiveKind};
use crate::template::Templates;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Leaves out what the files themselves say is not to be reported; gives how much that is.
pub fn suppress<T>(
    project: &Project,
    root: &Arc<Templates>,
    diagnostics: &mut Vec<(T, Diagnostic)>,
) -> usize {
    let before = diagnostics.len();
    let mut known: FxHashMap<FileId, Option<Arc<Templates>>> = FxHashMap::default();
    known.insert(root.expressions.file(), Some(root.clone()));
    diagnostics.retain(|(_, diagnostic)| {
        let file = diagnostic.primary.span.file;
        let templates = known
            .entry(file)
            .or_insert_with(|| project.templates_of(file));
        let Some(templates) = templates else {
            return true;
        };
        let source = templates.expressions.source();
        !is_suppressed(source, &templates.directives, diagnostic)
    });
    before - diagnostics.len()
}

/// Whether one of the directives of a file says that a diagnostic in it is not to be reported.
pub fn is_suppressed(
    source: &SourceFile,
    directives: &[Directive],
    diagnostic: &Diagnostic,
) -> bool {
    let start = diagnostic.primary.span.start;
    let mut disabled = false;
    for directive in directives {
        let means = directive.codes.iter().any(|(from, to)| {
            let written = &source.text()[*from as usize..*to as usize];
            written.eq_ignore_ascii_case(&diagnostic.code)
                || written.eq_ignore_ascii_case(&diagnostic.name)
        });
        if !means {
            continue;
        }
        let line = source.line_index(directive.keyword.0);
        match directive.kind {
            DirectiveKind::DisableNextLine if source.line_index(start) == line + 1 => return true,
            DirectiveKind::DisableNextLine => {}
            DirectiveKind::DisableDiagnostics if directive.keyword.0 < start => disabled = true,
            DirectiveKind::RestoreDiagnostics if directive.keyword.0 < start => disabled = false,
            DirectiveKind::DisableDiagnostics | DirectiveKind::RestoreDiagnostics => {}
        }
    }
    disabled
}
