//! Rules that see the templates of a whole folder (`sees: folder`).
//!
//! ```text
//! infra/main.bicep            a workspace in westeurope, a cluster     "cluster `cpu` has no counterpart in another region"
//! infra/main-secondary.bicep  a workspace in northeurope
//! ```
//!
//! While a root is judged, what these rules say of it alone is put aside, and what other roots may see of it is kept ([`Outlook`]).
//! When all are judged, each root is judged by them once more, with the others in sight; where there are no others, what was put
//! aside is what they say.
//!
//! Environments and scenarios of one template, and parameter files that are for the same template, are alternatives: none sees
//! another, and others see each as something that may be there.

use super::anchor;
use super::aside::{Outlook, Said, Variant};
use super::carry::{Carrier, Files};
use super::merge::{self, Met, Question};
use super::report::insert;
use super::whole_run::{bring_home, deployment_of_nothing, template_of};
use super::{Coverage, FileReport, Run, UnknownJudgement};
use crate::diagnostic::{Certainty, Diagnostic};
use crate::evaluate::Presence;
use crate::graph::{Outlined, ResourceGraph, ResourceIndex, View};
use crate::posture;
use crate::rules::definition::Sees;
use crate::rules::judge::{Judgement, RootOfFolder, RuleOutcome, judge_in_folder};
use crate::source::{FileId, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Roots, counted once for each environment and scenario, that see one another, at most.
const MAX_ROOTS: usize = 200;

/// Judges the roots of a folder once more by the rules that see all of it.
pub fn judge_again(run: &Run, reports: &mut [Arc<FileReport>], roots: &[usize]) {
    let with_outlook = roots
        .iter()
        .filter(|root| outlook(reports, **root).is_some());
    let roots: Vec<usize> = with_outlook.copied().collect();
    let templates: FxHashSet<&str> = roots
        .iter()
        .map(|root| template_of(reports, *root))
        .collect();
    if templates.len() < 2 {
        return;
    }
    let Some(folder) = Folder::new(reports, &roots) else {
        return;
    };
    for (position, root) in roots.iter().enumerate() {
        let said = folder.judge(run, reports, position);
        if let Some(outlook) = outlook_mut(Arc::make_mut(&mut reports[*root])) {
            outlook.said = said;
        }
    }
}

/// Says what was found in a root, which no other can change any more.
pub fn settle(run: &Run, report: &mut FileReport) {
    let Some(root) = report.root.as_mut() else {
        return;
    };
    let Some(outlook) = root.outlook.take() else {
        return;
    };
    if let Some(judgements) = outlook.judgements.revised() {
        let outline = outlook.variants[0].outline.clone();
        let graph = ResourceGraph::of_outlines(deployment_of_nothing(), vec![outline], &[0]);
        let services = &run.options.services;
        report.workspaces = posture::workspaces(&graph, judgements, run.rules, services);
    }
    let Said {
        mut found,
        coverage,
    } = outlook.said;
    report.coverage.pass += coverage.pass;
    report.coverage.fail += coverage.fail;
    report.coverage.possible += coverage.possible;
    report.coverage.unknown.extend(coverage.unknown);
    drop_superseded(run, report, &found);
    let path = report.path.clone();
    found.retain_mut(|(_, one)| run.adjust(&path, "", &report.sources, one));
    let bench = run.bench(&path);
    for (_, diagnostic) in &mut found {
        report.silencers.look(&bench, diagnostic);
        merge::one_line(&report.sources, diagnostic);
    }
    found.retain(|(_, one)| one.severity >= run.options.minimum_severity);
    let (suppressed, found): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|(_, one)| one.suppressed.is_some());
    let told = |found: Vec<(Met, Diagnostic)>| {
        let mut told = merge::merged(&report.sources, outlook.file, &outlook.looked, found);
        told.retain(|one| one.certainty >= run.options.minimum_certainty);
        told
    };
    let (suppressed, found) = (told(suppressed), told(found));
    suppressed
        .iter()
        .for_each(|one| report.silencers.count(one));
    report.suppressed.extend(suppressed);
    for diagnostic in found {
        insert(report, diagnostic);
    }
}

/// Drops what rules found that are superseded by those that found something now.
fn drop_superseded(run: &Run, report: &mut FileReport, found: &[(Met, Diagnostic)]) {
    if run.settings(&report.path, "").keep_superseded {
        return;
    }
    let rules = run.rules.rules();
    let superseded = found.iter().filter_map(|(_, diagnostic)| {
        let rule = rules.iter().find(|rule| *rule.code == *diagnostic.code)?;
        Some((diagnostic.resource.clone(), &rule.supersedes))
    });
    let superseded: Vec<_> = superseded.filter(|(_, names)| !names.is_empty()).collect();
    report.diagnostics.retain(|one| {
        let is_it = superseded.iter().any(|(resource, names)| {
            *resource == one.resource && names.iter().any(|name| **name == *one.name)
        });
        report.coverage.fail -= usize::from(is_it && report.coverage.fail > 0);
        !is_it
    });
}

fn outlook(reports: &[Arc<FileReport>], root: usize) -> Option<&Outlook> {
    reports[root].root.as_ref()?.outlook.as_ref()
}

fn outlook_mut(report: &mut FileReport) -> Option<&mut Outlook> {
    report.root.as_mut()?.outlook.as_mut()
}

/// The roots of a folder in one graph.
struct Folder {
    graph: ResourceGraph,
    files: Files,
    /// Positions of the reports.
    roots: Vec<usize>,
    /// Of each root in the graph its position in `roots`, and of its variant.
    variants: Vec<(usize, usize)>,
    /// Of each root in the graph its template, by a number.
    templates: Vec<usize>,
    /// The first resource of each root in the graph.
    first: Vec<usize>,
}

impl Folder {
    fn new(reports: &[Arc<FileReport>], roots: &[usize]) -> Option<Folder> {
        let mut files = Files::default();
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let (mut outlines, mut next) = (Vec::new(), 0);
        let (mut variants, mut templates, mut first) = (Vec::new(), Vec::new(), Vec::new());
        for (position, root) in roots.iter().enumerate() {
            let number = numbers.len();
            let number = *numbers.entry(template_of(reports, *root)).or_insert(number);
            let of_root = outlook(reports, *root).map(|outlook| &outlook.variants);
            for (variant, Variant { outline, .. }) in of_root.into_iter().flatten().enumerate() {
                let mut carrier = Carrier {
                    root: *root,
                    number: outlines.len(),
                    sources: &reports[*root].sources,
                    files: &mut files,
                };
                outlines.push(carrier.outline(outline));
                variants.push((position, variant));
                templates.push(number);
                first.push(next);
                next += outline.resources.len();
            }
            if outlines.len() > MAX_ROOTS {
                return None;
            }
        }
        Some(Folder {
            graph: ResourceGraph::of_outlines(deployment_of_nothing(), outlines, &templates),
            files,
            roots: roots.to_vec(),
            variants,
            templates,
            first,
        })
    }

    /// What a root in the graph sees of the others: itself, and of each other template what it surely or perhaps deploys.
    fn view(&self, own: usize) -> View {
        let count = |template: usize| {
            self.templates
                .iter()
                .filter(|one| **one == template)
                .count()
        };
        let seen = self.templates.iter().enumerate().map(|(root, template)| {
            if root == own {
                Some(Presence::Certain)
            } else if *template == self.templates[own] {
                None
            } else if count(*template) > 1 {
                Some(Presence::Conditional)
            } else {
                Some(Presence::Certain)
            }
        });
        View {
            seen: seen.collect(),
        }
    }

    /// What the rules say of the root at a position, in each of its environments and scenarios.
    fn judge(&self, run: &Run, reports: &mut [Arc<FileReport>], position: usize) -> Said {
        let mut said = Said::default();
        for (root, (of, variant)) in self.variants.iter().enumerate() {
            if *of != position {
                continue;
            }
            let view = self.view(root);
            let judgements = judge_in_folder(
                &RootOfFolder {
                    graph: &self.graph,
                    root,
                    view: &view,
                },
                run.rules,
                &run.catalogue.facts(),
                run.options.as_of,
                &run.settings(&reports[self.roots[position]].path, ""),
            );
            let mut coverage = Coverage::default();
            let Some(outlook) = outlook(reports, self.roots[position]) else {
                continue;
            };
            let Variant { held, counted, .. } = outlook.variants[*variant];
            if *variant == 0 {
                self.revise(run, reports, root, &judgements);
            }
            for judgement in judgements {
                let met = Met {
                    held,
                    choices: 0,
                    question: Some(Question {
                        rule: judgement.rule,
                        resource: self.graph.resource(judgement.resource).type_span,
                        call: self.graph.calls(judgement.resource).first().copied(),
                    }),
                };
                let told = self.tell(run, reports, (root, *variant), judgement, &mut coverage);
                said.found.extend(told.map(|told| (met, told)));
            }
            if counted {
                said.coverage.also(coverage);
            }
        }
        said
    }

    /// Notes for the posture of a root what is said of it.
    fn revise(
        &self,
        run: &Run,
        reports: &mut [Arc<FileReport>],
        root: usize,
        judgements: &[Judgement],
    ) {
        let (position, _) = self.variants[root];
        let home = self.roots[position];
        let of_root = |judgement: &Judgement| {
            let index = ResourceIndex(judgement.resource.0 - self.first[root] as u32);
            let place = self.graph.resource(judgement.resource).type_span;
            let mut outcome = judgement.outcome.clone();
            match &mut outcome {
                RuleOutcome::Fail(finding) => {
                    bring_home(reports, home, &self.files, &mut finding.diagnostic);
                }
                RuleOutcome::Unknown(reason) => {
                    let own = self.files.origin(place.file);
                    let file = own.map_or(place.file, |(_, file)| file);
                    reason.span = Span { file, ..place };
                }
                RuleOutcome::Pass | RuleOutcome::NotApplicable | RuleOutcome::External => {}
            }
            Judgement {
                resource: index,
                others: Vec::new(),
                outcome,
                ..judgement.clone()
            }
        };
        let judgements: Vec<Judgement> = judgements.iter().map(of_root).collect();
        let sees_folder = |rule: usize| run.rules.rules()[rule].sees == Sees::Folder;
        if let Some(outlook) = outlook_mut(Arc::make_mut(&mut reports[home])) {
            outlook.judgements.replace(&sees_folder, judgements);
        }
    }

    /// Counts a judgement; gives what was found, at a place in the user's files, unless they say that it is not to be reported.
    fn tell(
        &self,
        run: &Run,
        reports: &mut [Arc<FileReport>],
        (root, variant): (usize, usize),
        judgement: Judgement,
        coverage: &mut Coverage,
    ) -> Option<Diagnostic> {
        let (position, _) = self.variants[root];
        let home = self.roots[position];
        let number = judgement.resource.0 as usize - self.first[root];
        match judgement.outcome {
            RuleOutcome::Pass => coverage.pass += 1,
            RuleOutcome::NotApplicable | RuleOutcome::External => {}
            RuleOutcome::Unknown(reason) => {
                let rule = &run.rules.rules()[judgement.rule];
                let resource = self.graph.resource(judgement.resource);
                coverage.unknown.push(UnknownJudgement {
                    code: rule.code.clone(),
                    name: rule.name.clone(),
                    file: reports[home].path.clone(),
                    resource: (
                        resource.resource_type.to_string(),
                        resource.name().display(),
                    ),
                    reason: reason.message,
                    value: reason.value,
                    causes: reason.causes,
                    place: None,
                });
            }
            RuleOutcome::Fail(finding) => {
                coverage.fail += 1;
                let mut diagnostic = finding.diagnostic;
                coverage.possible += usize::from(diagnostic.certainty == Certainty::Possible);
                if self.is_silenced_elsewhere(run, reports, home, &diagnostic) {
                    return None;
                }
                bring_home(reports, home, &self.files, &mut diagnostic);
                let outlook = outlook(reports, home)?;
                let Outlined { calls, .. } = &outlook.variants[variant].outline.resources[number];
                let is_own = |file: FileId| !outlook.restored.contains(&file);
                diagnostic.sites.extend(calls);
                anchor::in_own_file(&is_own, calls, &mut diagnostic);
                return Some(diagnostic);
            }
        }
        None
    }

    /// Whether another root says that something is not to be reported at a place in one of its files.
    fn is_silenced_elsewhere(
        &self,
        run: &Run,
        reports: &mut [Arc<FileReport>],
        home: usize,
        diagnostic: &Diagnostic,
    ) -> bool {
        let Some((root, file)) = self.files.origin(diagnostic.primary.span.file) else {
            return false;
        };
        if root == home {
            return false;
        }
        let mut there = diagnostic.clone();
        there.primary.span.file = file;
        there.sites.clear();
        let there_report = Arc::make_mut(&mut reports[root]);
        let bench = run.bench(&there_report.path);
        let silencers = &mut there_report.silencers;
        silencers.look(&bench, &mut there);
        silencers.count(&there);
        there.suppressed.is_some()
    }
}
