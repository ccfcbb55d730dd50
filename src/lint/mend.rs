//! The fixes of what was found in one deployment.

use crate::diagnostic::{Diagnostic, Fix};
use crate::fix::{Around, Editor};
use crate::graph::{ResourceGraph, ResourceIndex};
use crate::project::Project;
use crate::rules::judge::{Finding, Judgement, RuleOutcome};
use crate::rules::outcome::Place;
use crate::rules::uses::Uses;
use crate::source::{FileId, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::PathBuf;

/// Where the files lie that the fixes of diagnostics would change.
pub fn places(project: &Project, diagnostics: &[Diagnostic]) -> FxHashMap<FileId, PathBuf> {
    let fixes = diagnostics.iter().filter_map(|one| one.fix.as_ref());
    let files = fixes.flat_map(|fix| fix.edits.iter().map(|edit| edit.span.file));
    files
        .filter_map(|file| Some((file, project.path(file)?)))
        .collect()
}

/// What it takes to make fixes for the findings of one deployment.
pub struct Mender<'a> {
    graph: &'a ResourceGraph,
    editor: &'a Editor<'a>,
    uses: Uses<'a>,
    /// How many resources are declared at a place.
    declared: FxHashMap<Span, usize>,
    /// Which of them a rule finds fault with: rule and declaration, how many.
    at_fault: FxHashMap<(usize, Span), usize>,
}

impl<'a> Mender<'a> {
    /// For these judgements of the resources of a graph.
    pub fn new(
        editor: &'a Editor<'a>,
        graph: &'a ResourceGraph,
        judgements: &[Judgement],
    ) -> Mender<'a> {
        let mut mender = Mender {
            graph,
            editor,
            uses: Uses::new(graph),
            declared: FxHashMap::default(),
            at_fault: FxHashMap::default(),
        };
        let mut seen = FxHashSet::default();
        for judgement in judgements {
            let RuleOutcome::Fail(finding) = &judgement.outcome else {
                continue;
            };
            let resource = (judgement.rule, judgement.resource);
            if finding.repair.is_some() && seen.insert(resource) {
                let declaration = graph.resource(judgement.resource).declaration;
                let place = (judgement.rule, declaration);
                *mender.at_fault.entry(place).or_default() += 1;
            }
        }
        if !seen.is_empty() {
            for index in graph.indices() {
                let declaration = graph.resource(index).declaration;
                *mender.declared.entry(declaration).or_default() += 1;
            }
        }
        mender
    }

    /// The fix of a finding, if it has one that can be written.
    pub fn fix(&self, rule: usize, resource: ResourceIndex, finding: &Finding) -> Option<Fix> {
        let repair = finding.repair.as_ref()?;
        let declaration = self.graph.resource(resource).declaration;
        let declared = self.declared.get(&declaration);
        let at_fault = self.at_fault.get(&(rule, declaration));
        let is_shared = |place: &Place| self.uses.is_shared(place.span);
        let around = Around {
            is_shared: &is_shared,
            others_pass: at_fault < declared,
        };
        self.editor.fix(repair, &around)
    }
}
