//! One rule at one place is one finding, whatever the number of instances, callers, environments and scenarios it holds in: the gravest,
//! the surest, with what it is about and where it holds.

use super::environments::DEFAULTS;
use crate::diagnostic::{Certainty, Diagnostic, Kind, Label, ResourceSummary};
use crate::source::{FileId, Sources, Span};
use rustc_hash::FxHashSet;

/// Where a finding was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Held {
    /// Position of the environment.
    pub environment: usize,
    /// Position of the scenario in it; the first is the one of the defaults.
    pub scenario: usize,
}

/// What was looked at: names of environments, and of each scenario the values that are not the default ones.
#[derive(Debug, Default)]
pub struct Looked {
    /// Names of the environments, in the order in which they are told.
    pub environments: Vec<String>,
    /// Values by parameter that make the scenario; none for the first.
    pub scenarios: Vec<Vec<(String, String)>>,
    /// Whether the first scenario is what is deployed if nobody chooses.
    pub has_defaults: bool,
}

/// Merges what was found. What stands in the file itself comes first, then the others by their paths.
pub fn merged(
    sources: &Sources,
    file: FileId,
    looked: &Looked,
    mut found: Vec<(Held, Diagnostic)>,
) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| {
        let Label { span, .. } = diagnostic.primary;
        (span.file, span.start, span.end, diagnostic.code.clone())
    };
    found.sort_by_cached_key(|(held, diagnostic)| {
        let (written_in, start, end, code) = place(diagnostic);
        let path = sources.get(written_in).path().to_owned();
        (written_in != file, path, start, end, code, *held)
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    let mut rest = found.into_iter().peekable();
    while let Some((held, first)) = rest.next() {
        let mut group = vec![(held, first)];
        // What the tool itself says is told each time, but once of each kind.
        while let Some((_, next)) = rest.peek() {
            let (_, first) = &group[0];
            let same = place(first) == place(next)
                && (next.resource.is_some() || next.message == first.message);
            if !same {
                break;
            }
            group.extend(rest.next());
        }
        kept.push(one(looked, group));
    }
    kept
}

/// The finding that stands for a group of one rule at one place.
fn one(looked: &Looked, group: Vec<(Held, Diagnostic)>) -> Diagnostic {
    let held: Vec<Held> = group.iter().map(|(held, _)| *held).collect();
    let others = group
        .chunk_by(|(left, _), (right, _)| left == right)
        .map(resources)
        .max()
        .unwrap_or(0);
    let certain = is_certain(looked, &group);
    let mut stands_for: Vec<(ResourceSummary, String)> = Vec::new();
    let mut known: FxHashSet<(Vec<Span>, String)> = FxHashSet::default();
    for (_, one) in &group {
        let Some(resource) = &one.resource else {
            continue;
        };
        // The instances of a loop are called alike.
        if known.insert((resource.name_spans.clone(), one.property.clone())) {
            stands_for.push((resource.clone(), one.property.clone()));
        }
    }
    let mut best: Option<Diagnostic> = None;
    for (_, diagnostic) in group {
        match &best {
            Some(kept) if diagnostic.severity <= kept.severity => {}
            Some(_) | None => best = Some(diagnostic),
        }
    }
    let mut finding = best.expect("a group has a member");
    let own = finding.resource.as_ref().map(|one| &one.name_spans);
    let is_other = |(other, property): &(ResourceSummary, String)| {
        Some(&other.name_spans) != own || *property != finding.property
    };
    finding.others = stands_for.into_iter().filter(is_other).collect();
    finding.certainty = match certain {
        true => Certainty::Certain,
        false => Certainty::Possible,
    };
    if others > 1 {
        let others = others - 1;
        finding.notes.push(format!(
            "it holds for {others} more of the resources declared here"
        ));
    }
    if certain {
        finding
            .notes
            .retain(|note| !note.starts_with("the loop may have"));
    }
    if finding.resource.is_some() {
        say_where(looked, &held, &mut finding);
    }
    finding
}

fn resources(group: &[(Held, Diagnostic)]) -> usize {
    let mut resources: Vec<_> = group.iter().map(|(_, one)| one.resource.clone()).collect();
    resources.dedup();
    resources.len()
}

/// Whether it surely holds in some environment: by default, or whatever is chosen.
fn is_certain(looked: &Looked, group: &[(Held, Diagnostic)]) -> bool {
    let surely = group
        .iter()
        .filter(|(_, one)| one.certainty == Certainty::Certain);
    let mut held: Vec<Held> = surely.map(|(held, _)| *held).collect();
    held.dedup();
    let scenarios = looked.scenarios.len().max(1);
    match looked.has_defaults {
        true => held.iter().any(|held| held.scenario == 0),
        false => held.len() >= scenarios,
    }
}

/// Says in which environments it holds, in which not, and what has to be chosen for it.
fn say_where(looked: &Looked, held: &[Held], finding: &mut Diagnostic) {
    let environments = looked.environments.iter().enumerate();
    for (position, name) in environments {
        let holds = held.iter().any(|held| held.environment == position);
        match holds {
            true if looked.environments.len() > 1 || name != DEFAULTS => {
                finding.environments.push(name.clone());
            }
            true => {}
            false => finding.passes_in.push(name.clone()),
        }
    }
    if finding.certainty == Certainty::Certain {
        return;
    }
    let chosen = held
        .iter()
        .filter_map(|held| looked.scenarios.get(held.scenario));
    if let Some(choice) = chosen.min_by_key(|choice| choice.len()) {
        finding.when.clone_from(choice);
    }
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
