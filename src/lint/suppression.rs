//! Lines of Bicep files that say what is not to be reported: `#disable-next-line ST001`, and `#disable-diagnostics` up to
//! `#restore-diagnostics`, with codes or names of rules.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter#silencing-false-positives>

use crate::diagnostic::Diagnostic;
use crate::project::Project;
use crate::source::SourceFile;
use crate::syntax::bicep::{Directive, DirectiveKind};
use crate::template::Templates;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Leaves out what the files themselves say is not to be reported; gives how much that is.
pub fn suppress<T>(
    project: &Project,
    root: &Arc<Templates>,
    diagnostics: &mut Vec<(T, Diagnostic)>,
) -> usize {
    let before = diagnostics.len();
    let silenced = |templates: &Arc<Templates>| {
        let source = templates.expressions.source();
        (source.clone(), Silenced::new(source, &templates.directives))
    };
    let mut known = FxHashMap::default();
    known.insert(root.expressions.file(), Some(silenced(root)));
    diagnostics.retain(|(_, diagnostic)| {
        let file = diagnostic.primary.span.file;
        let silenced = known
            .entry(file)
            .or_insert_with(|| project.templates_of(file).as_ref().map(silenced));
        let Some((source, silenced)) = silenced else {
            return true;
        };
        !silenced.holds(source, diagnostic)
    });
    before - diagnostics.len()
}

/// What the directives of a file say, by the codes and names they mean, in lower case.
#[derive(Clone, Debug, Default)]
pub struct Silenced {
    words: FxHashMap<String, OfWord>,
}

/// What is said of one code or name.
#[derive(Clone, Debug, Default)]
struct OfWord {
    /// Lines on which it is not reported, 0-based.
    lines: FxHashSet<usize>,
    /// Places from which on it is not reported, or is again, in the order of the text.
    switches: Vec<(u32, bool)>,
}

impl Silenced {
    /// What these directives say.
    pub fn new(source: &SourceFile, directives: &[Directive]) -> Silenced {
        let mut silenced = Silenced::default();
        for directive in directives {
            let place = directive.keyword.0;
            for (from, to) in &directive.codes {
                let written = &source.text()[*from as usize..*to as usize];
                let word = silenced
                    .words
                    .entry(written.to_ascii_lowercase())
                    .or_default();
                match directive.kind {
                    DirectiveKind::DisableNextLine => {
                        word.lines.insert(source.line_index(place) + 1);
                    }
                    DirectiveKind::DisableDiagnostics => word.switches.push((place, true)),
                    DirectiveKind::RestoreDiagnostics => word.switches.push((place, false)),
                }
            }
        }
        silenced
    }

    /// Whether one of the directives says that a diagnostic of this file is not to be reported.
    pub fn holds(&self, source: &SourceFile, diagnostic: &Diagnostic) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let start = diagnostic.primary.span.start;
        let of = |word: &str| self.words.get(&word.to_ascii_lowercase());
        let said = [of(&diagnostic.code), of(&diagnostic.name)];
        let line = source.line_index(start);
        let said = said.iter().flatten();
        // The last directive before it counts, whichever word it has.
        let last = |word: &&&OfWord| {
            let before = word.switches.partition_point(|(place, _)| *place < start);
            before.checked_sub(1).map(|last| word.switches[last])
        };
        said.clone().any(|word| word.lines.contains(&line))
            || said
                .filter_map(|word| last(&word))
                .max()
                .is_some_and(|(_, disabled)| disabled)
    }
}
