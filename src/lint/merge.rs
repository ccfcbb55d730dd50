//! One rule at one place is one finding, whatever the number of instances, callers, environments and scenarios it holds in: the gravest,
//! the surest, with what it is about and where it holds.

use super::environments::DEFAULTS;
use super::report::Coverage;
use super::scenarios::Scenarios;
use crate::diagnostic::{Certainty, Diagnostic, Instance, Kind, Label, ResourceSummary};
use crate::source::{FileId, Sources, Span};
use crate::value::Choices;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Where a finding was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Held {
    /// Position of the environment.
    pub environment: usize,
    /// Position of the scenario in it; the first is the one of the defaults.
    pub scenario: usize,
}

/// What a rule is asked: whether the resources of a declaration are as they should be, in one deployment of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Position of the rule.
    pub rule: usize,
    /// Where the type of the resource stands.
    pub resource: Span,
    /// Where the deployment around it is made.
    pub call: Option<Span>,
}

/// What was asked in one environment or scenario, but for what passed.
#[derive(Debug, Default)]
pub struct Questions {
    /// What is not as it should be.
    pub failed: Vec<Question>,
    /// What nobody knows, in the order of the coverage.
    pub unknown: Vec<Question>,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Met {
    /// Where it holds.
    pub held: Held,
    /// The choices of parameters that it depends on.
    pub choices: Choices,
    /// What it answers, if a rule found it.
    pub question: Option<Question>,
}

impl Met {
    /// What is so whatever the parameters are given.
    pub fn anywhere() -> Met {
        let held = Held {
            environment: 0,
            scenario: 0,
        };
        Met {
            held,
            choices: 0,
            question: None,
        }
    }
}

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// Names of the environments, in the order in which they are told.
    pub environments: Vec<String>,
    /// The scenarios of the only environment; else there is but one.
    pub scenarios: Scenarios,
    failed: FxHashMap<Question, FxHashSet<Held>>,
    unknown: FxHashMap<Question, FxHashSet<Held>>,
}

impl Looked {
    /// Notes what was asked in an environment or scenario.
    pub fn note(&mut self, held: Held, questions: &Questions) {
        let Questions { failed, unknown } = questions;
        for question in failed {
            self.failed.entry(*question).or_default().insert(held);
        }
        for question in unknown {
            self.unknown.entry(*question).or_default().insert(held);
        }
    }

    fn is_failed(&self, question: &Question, held: Held) -> bool {
        let failed = self.failed.get(question);
        failed.is_some_and(|failed| failed.contains(&held))
    }

    fn is_unknown(&self, question: &Question, held: Held) -> bool {
        let unknown = self.unknown.get(question);
        unknown.is_some_and(|unknown| unknown.contains(&held))
    }

    /// What is known for every value that a parameter without a default may be given is not unknown.
    pub fn settle(&self, coverage: &mut Coverage, questions: &Questions) {
        if !self.scenarios.has_demands() {
            return;
        }
        let mut asked = questions.unknown.iter();
        let held = |scenario| Held {
            environment: 0,
            scenario,
        };
        let (mut passed, mut failed) = (0, 0);
        coverage.unknown.retain(|_| {
            let Some(question) = asked.next() else {
                return true;
            };
            let is_known = |scenario| !self.is_unknown(question, held(scenario));
            let is_settled = self.scenarios.is_so_by_default(&is_known);
            match (is_settled, self.failed.contains_key(question)) {
                (false, _) => {}
                (true, true) => failed += 1,
                (true, false) => passed += 1,
            }
            !is_settled
        });
        coverage.pass += passed;
        coverage.fail += failed;
    }
}

/// Merges what was found. What stands in the file itself comes first, then the others by their paths.
pub fn merged(
    sources: &Sources,
    file: FileId,
    looked: &Looked,
    mut found: Vec<(Met, Diagnostic)>,
) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| {
        let Label { span, .. } = diagnostic.primary;
        (span.file, span.start, span.end, diagnostic.code.clone())
    };
    found.sort_by_cached_key(|(met, diagnostic)| {
        let (written_in, start, end, code) = place(diagnostic);
        let path = sources.get(written_in).path().to_owned();
        (written_in != file, path, start, end, code, met.held)
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    // What the tool itself says is told each time, but once of each kind.
    let groups = found.chunk_by(|(_, left), (_, right)| {
        place(left) == place(right) && (right.resource.is_some() || left.message == right.message)
    });
    for group in groups {
        kept.push(one(sources, looked, group));
    }
    kept
}

/// The finding that stands for a group of one rule at one place.
fn one(sources: &Sources, looked: &Looked, group: &[(Met, Diagnostic)]) -> Diagnostic {
    let certain = is_certain(looked, group);
    let fixes = group.iter().filter_map(|(_, one)| one.fix.as_ref());
    let safety = fixes.map(|fix| fix.safety).max();
    let mut best = &group[0].1;
    for (_, diagnostic) in group {
        let rank = |one: &Diagnostic| (one.severity, one.certainty);
        if rank(diagnostic) > rank(best) {
            best = diagnostic;
        }
    }
    let mut finding = best.clone();
    finding.stands_for = stands_for(group, &finding);
    if let (Some(fix), Some(safety)) = (&mut finding.fix, safety) {
        fix.safety = safety;
    }
    finding.certainty = match certain {
        true => Certainty::Certain,
        false => Certainty::Possible,
    };
    finding.instances = instances(sources, group, &finding);
    if certain {
        finding
            .notes
            .retain(|note| !note.starts_with("the loop may have"));
    }
    if finding.resource.is_some() {
        say_where(looked, group, &mut finding);
        match certain {
            true => say_unless(looked, group, &mut finding),
            false => say_when(looked, group, &mut finding),
        }
    }
    finding
}

/// What a finding stands for beside what it names: each resource as it is written, once with each property.
fn stands_for(group: &[(Met, Diagnostic)], finding: &Diagnostic) -> Vec<(ResourceSummary, String)> {
    let mut all: Vec<(ResourceSummary, String)> = Vec::new();
    let own = finding.resource.as_ref();
    let own = own.map(|resource| (resource.name_spans.clone(), finding.property.clone()));
    let mut known: FxHashSet<(Vec<Span>, String)> = own.into_iter().collect();
    for (_, one) in group {
        let Some(resource) = &one.resource else {
            continue;
        };
        // The instances of a loop are written alike.
        if known.insert((resource.name_spans.clone(), one.property.clone())) {
            all.push((resource.clone(), one.property.clone()));
        }
    }
    all
}

/// The resources beside the one that the finding names, where it is about most of them; with where they are called from, if that is
/// not the same for all.
fn instances(
    sources: &Sources,
    group: &[(Met, Diagnostic)],
    finding: &Diagnostic,
) -> Vec<Instance> {
    let held = group.chunk_by(|(left, _), (right, _)| left.held == right.held);
    let most = held.max_by_key(|alike| alike.len());
    let mut named: Vec<(&String, Option<Span>)> = Vec::new();
    for (met, one) in most.into_iter().flatten() {
        let Some(resource) = &one.resource else {
            continue;
        };
        let call = met.question.and_then(|question| question.call);
        if !named.contains(&(&resource.name, call)) {
            named.push((&resource.name, call));
        }
    }
    let by_one = named.iter().all(|(_, call)| *call == named[0].1);
    let own = finding.resource.as_ref().map(|resource| &resource.name);
    let told = named.iter().position(|(name, _)| Some(*name) == own);
    let others = named.iter().enumerate();
    let others = others.filter(|(position, _)| Some(*position) != told);
    let others = others.filter(|_| told.is_some());
    others
        .map(|(_, (name, call))| Instance {
            name: (*name).clone(),
            call: call.filter(|_| !by_one).map(|call| {
                let source = sources.get(call.file);
                (source.path().to_owned(), source.range(call))
            }),
        })
        .collect()
}

/// Whether it surely holds in some environment: by default, or whatever has to be chosen.
fn is_certain(looked: &Looked, group: &[(Met, Diagnostic)]) -> bool {
    let surely = group
        .iter()
        .filter(|(_, one)| one.certainty == Certainty::Certain);
    let held: FxHashSet<usize> = surely.map(|(met, _)| met.held.scenario).collect();
    looked
        .scenarios
        .is_so_by_default(&|scenario| held.contains(&scenario))
}

/// Says in which environments it holds, in which the rule has nothing to say of these resources, and in which nobody knows.
fn say_where(looked: &Looked, group: &[(Met, Diagnostic)], finding: &mut Diagnostic) {
    let environments = looked.environments.iter().enumerate();
    for (position, name) in environments {
        let held = Held {
            environment: position,
            scenario: 0,
        };
        let mut all = group.iter();
        let holds = all.any(|(met, _)| met.held.environment == position);
        let asked = |is: &dyn Fn(&Question) -> bool| {
            let mut questions = group.iter().filter_map(|(met, _)| met.question.as_ref());
            questions.any(is)
        };
        if holds {
            if looked.environments.len() > 1 || name != DEFAULTS {
                finding.environments.push(name.clone());
            }
        } else if asked(&|question| looked.is_unknown(question, held)) {
            finding.unknown_in.push(name.clone());
        } else if !asked(&|question| looked.is_failed(question, held)) {
            finding.passes_in.push(name.clone());
        }
    }
}

/// Says what has to be chosen for what does not hold by default: as little as is enough, where something is.
fn say_when(looked: &Looked, group: &[(Met, Diagnostic)], finding: &mut Diagnostic) {
    let scenario = |(met, one): &(Met, Diagnostic)| {
        let is_open = one.certainty == Certainty::Possible;
        (is_open, met.held.scenario)
    };
    if let Some((_, first)) = group.iter().map(scenario).min() {
        finding.when = looked.scenarios.words(first);
    }
}

/// Says what may not be chosen if what holds by default is to hold.
fn say_unless(looked: &Looked, group: &[(Met, Diagnostic)], finding: &mut Diagnostic) {
    let scenarios = &looked.scenarios;
    let held = |scenario| Held {
        environment: 0,
        scenario,
    };
    let asked = |is: &dyn Fn(&Question) -> bool| {
        let mut questions = group.iter().filter_map(|(met, _)| met.question.as_ref());
        questions.any(is)
    };
    let holds = |scenario: usize| {
        let mut all = group.iter();
        all.any(|(met, _)| met.held.scenario == scenario)
            || asked(&|question| looked.is_failed(question, held(scenario)))
    };
    let is_open = |scenario| asked(&|question| looked.is_unknown(question, held(scenario)));
    let others: Vec<usize> = (1..scenarios.count()).filter(|one| !holds(*one)).collect();
    let (open, otherwise): (Vec<usize>, Vec<usize>) =
        others.into_iter().partition(|scenario| is_open(*scenario));
    finding.unless = scenarios.smallest(otherwise.into_iter());
    let choices = group.iter().fold(0, |all, (met, _)| all | met.choices);
    let left_out = scenarios.left_out(choices).into_iter().map(str::to_owned);
    let open = scenarios.smallest(open.into_iter()).into_iter().flatten();
    let by_default: BTreeSet<String> = left_out.chain(open.map(|(name, _)| name)).collect();
    finding.by_default = by_default.into_iter().collect();
    let chosen = finding.unless.iter().flatten().map(|(name, _)| name);
    let names: BTreeSet<&String> = chosen.chain(&finding.by_default).collect();
    let assumes = names.into_iter();
    let assumes = assumes.map(|name| format!("parameter `{name}` keeps its default"));
    finding.assumes.extend(assumes.collect::<Vec<_>>());
}

/// Cuts every place to its first line: pull requests only show what lies within one.
pub fn one_line(sources: &Sources, diagnostic: &mut Diagnostic) {
    for label in std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.trace) {
        if let Some(length) = sources.slice(label.span).find(['\r', '\n']) {
            label.span.end = label.span.start + length as u32;
        }
    }
}

/// One command restores all modules that a template lacks, so one note speaks of all of them.
pub fn unrestored(diagnostics: &mut Vec<Diagnostic>) {
    let is_one = |diagnostic: &Diagnostic| diagnostic.code == Kind::MODULE_NOT_RESTORED.code;
    let mut spans: Vec<Span> = Vec::new();
    diagnostics.retain(|one| {
        let span = one.primary.span;
        let is_first = spans.is_empty();
        if is_one(one) && !spans.contains(&span) {
            spans.push(span);
        }
        !is_one(one) || is_first
    });
    let count = spans.len();
    if let Some(first) = diagnostics.iter_mut().find(|one| count > 1 && is_one(one)) {
        first.notes.push(match count {
            2 => "another module of this template is not there, either".to_owned(),
            _ => format!("{} more modules of this template are not there", count - 1),
        });
    }
}

/// Leaves the first findings of a file and says how many there were.
pub fn bound(diagnostics: &mut Vec<Diagnostic>, maximum: usize, file: Option<FileId>) {
    let Some(file) = file.filter(|_| maximum > 0 && diagnostics.len() > maximum) else {
        return;
    };
    let more = diagnostics.len() - maximum;
    diagnostics.truncate(maximum);
    let message = format!("{more} more findings in this file; at most {maximum} are shown");
    let diagnostic = Diagnostic::new(Kind::FINDINGS, Span::new(file, 0, 0), message);
    diagnostics.push(diagnostic.with_help("`--max-findings 0` shows all"));
}
