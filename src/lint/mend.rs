//! The fixes of what was found in one deployment.

use crate::diagnostic::{Diagnostic, Fix};
use crate::fix::{Around, Editor};
use crate::graph::ResourceGraph;
use crate::project::Project;
use crate::rules::judge::{Finding, Judgement, RuleOutcome};
use crate::rules::outcome::Place;
use crate::rules::uses::Uses;
use crate::source::{FileId, Span};
use rustc_hash::FxHashMap;
use std::path::PathBuf;

/// Where the files lie that the fixes of diagnostics would change.
pub fn places<'a>(
    project: &Project,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) -> FxHashMap<FileId, PathBuf> {
    let fixes = diagnostics.filter_map(|one| one.fix.as_ref());
    let files = fixes.flat_map(|fix| fix.edits.iter().map(|edit| edit.span.file));
    files
        .filter_map(|file| Some((file, project.path(file)?)))
        .collect()
}

/// What it takes to make fixes for the findings of one deployment.
pub struct Mender<'a> {
    editor: &'a Editor<'a>,
    uses: Uses<'a>,
    /// How many resources are declared at a place.
    declared: FxHashMap<Span, usize>,
    /// How often the fixes of a rule change what is written at a place.
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
            editor,
            uses: Uses::new(graph),
            declared: FxHashMap::default(),
            at_fault: FxHashMap::default(),
        };
        for judgement in judgements {
            if let RuleOutcome::Fail(finding) = &judgement.outcome
                && let Some(repair) = &finding.repair
            {
                for place in repair.places() {
                    let place = (judgement.rule, place);
                    *mender.at_fault.entry(place).or_default() += 1;
                }
            }
        }
        if !mender.at_fault.is_empty() {
            for index in graph.indices() {
                let carrier = graph.resource(graph.carrier(index));
                *mender.declared.entry(carrier.declaration).or_default() += 1;
            }
        }
        mender
    }

    /// The fix of a finding, if it has one that can be written.
    pub fn fix(&self, rule: usize, finding: &Finding) -> Option<Fix> {
        let repair = finding.repair.as_ref()?;
        let is_alone = self.declared.get(&repair.declaration) == Some(&1);
        let around = Around {
            may_be_others: !is_alone,
            is_for_all: &|place| self.is_for_all(rule, place),
        };
        self.editor.fix(repair, &around)
    }

    /// Whether the rule finds fault with everything that is made of what is written at a place.
    fn is_for_all(&self, rule: usize, place: &Place) -> bool {
        let at_fault = self.at_fault.get(&(rule, place.span)).copied();
        let times = self.uses.times(place.span);
        times.is_some_and(|times| times <= at_fault.unwrap_or(0))
    }
}
