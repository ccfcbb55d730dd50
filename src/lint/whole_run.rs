//! Rules with `together` over the roots of one folder.
//!
//! ```text
//! infra/main.bicep            a workspace in westeurope     "no workspace is outside of westeurope"   left out
//! infra/main-secondary.bicep  a workspace in northeurope    "no workspace is outside of northeurope"  left out
//! ```
//!
//! While a root is judged, what its sets may mean to others is kept ([`Root`]). When all are judged, sets of one rule that are one are
//! judged again as such: a finding that no longer holds is left out, and one that only holds for all of them is told at the last root.
//! Only what is surely the same makes sets of two roots one; what nobody knows of a set can only take a finding away.
//!
//! Environments and scenarios of one template, and parameter files that are for the same template, are alternatives, and so never two
//! regions.

use super::aside::Outlook;
use super::carry::{Carrier, Files};
use super::folder;
use super::merge::one_line;
use super::report::insert;
use super::{FileOutcome, FileReport, Run, UnknownJudgement, load_text, real};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::evaluate::{Deployment, Inputs, Presence, evaluate};
use crate::graph::{ResourceGraph, ResourceIndex, Snapshot};
use crate::rules::judge::{JoinedSet, Reason, RuleOutcome, judge_joined};
use crate::rules::together::{Common, Opening, Part};
use crate::source::{FileId, SourceFile, Span};
use crate::template::Templates;
use crate::value::{Cause, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Sets that are judged as one, at most.
const MAX_SETS: usize = 2_000;
/// The same where some of them are alternatives, and each root has to be asked by itself.
const MAX_ALTERNATIVES: usize = 64;

/// What the other roots of a folder need of one.
#[derive(Clone, Debug)]
pub struct Root {
    /// The text of the template it is for: its own, or that of the one a parameter file is for.
    source: Arc<SourceFile>,
    /// Its sets.
    pub sets: Vec<RootSet>,
    /// How often it was judged: for each environment and scenario.
    variants: usize,
    /// What others see of it, and what rules say that see others.
    pub outlook: Option<Outlook>,
}

/// Sets of one root, as it is judged for one environment or scenario after the other.
#[derive(Debug, Default)]
pub struct Sets {
    sets: Vec<RootSet>,
    variants: usize,
}

impl Sets {
    /// Adds those of another environment or scenario; `counted`: its judgements are counted.
    pub fn add(&mut self, sets: Vec<RootSet>, counted: bool) {
        let variant = self.variants;
        let sets = sets.into_iter().map(|set| RootSet {
            counted,
            variant,
            ..set
        });
        self.sets.extend(sets);
        self.variants += 1;
    }

    /// What other roots need, if there is anything.
    pub fn of_root(self, template: &Templates, outlook: Option<Outlook>) -> Option<Box<Root>> {
        let Sets { sets, variants } = self;
        if sets.is_empty() && outlook.is_none() {
            return None;
        }
        Some(Box::new(Root {
            source: template.expressions.source().clone(),
            sets,
            variants,
            outlook,
        }))
    }
}

/// A set of one root.
#[derive(Clone, Debug)]
pub struct RootSet {
    rule: usize,
    common: Common,
    members: Vec<Snapshot>,
    /// Where the first member is deployed, for a finding inside of a module that was restored.
    call: Option<Span>,
    open: Option<Opening>,
    said: Said,
    /// The member that it is said of, where there are any.
    resource: Option<ResourceIndex>,
    /// Whether what was said is counted.
    counted: bool,
    /// Which of the environments and scenarios of the root it is a set of, by their number.
    variant: usize,
}

/// What was said of a set.
#[derive(Clone, Copy, Debug)]
pub enum Said {
    /// Nothing, and nothing is to be.
    Nothing,
    /// It passes.
    Pass,
    /// Nobody knows.
    Unknown,
    /// A finding at a place.
    Finding(Span, Severity),
}

impl RootSet {
    /// Keeps a set of a graph.
    pub fn new(graph: &ResourceGraph, rule: usize, part: Part, said: Said) -> RootSet {
        let members = part.members.iter();
        RootSet {
            rule,
            common: part.common,
            members: members.map(|member| graph.snapshot(*member)).collect(),
            call: None,
            open: part.open,
            said,
            resource: part.members.first().copied(),
            counted: true,
            variant: 0,
        }
    }

    /// The same with the place at which a finding inside of a restored module is told.
    pub fn told_at(self, call: Option<Span>) -> RootSet {
        RootSet { call, ..self }
    }
}

/// A set, by positions of its report and in its root.
type Position = (usize, usize);

/// Sets that are one.
struct Cluster {
    rule: usize,
    sets: Vec<Position>,
    /// Why there may be others.
    open: Option<Opening>,
}

/// Judges the sets of all roots once more, together with those of the other roots in their folder.
pub fn judge_again(run: &Run, reports: &mut [Arc<FileReport>], elsewhere: &[bool]) {
    let has_sets = |position: &usize| {
        let report = &reports[*position];
        let of_root = report
            .root
            .as_ref()
            .is_some_and(|root| !root.sets.is_empty() || root.outlook.is_some());
        of_root && !elsewhere[*position] && report.outcome == FileOutcome::Linted
    };
    let roots: Vec<usize> = (0..reports.len()).filter(has_sets).collect();
    if roots.len() > 1 {
        for roots in folders(reports, &roots) {
            for cluster in clusters(run, reports, &roots) {
                judge_cluster(run, reports, &roots, &cluster);
            }
            folder::judge_again(run, reports, &roots);
        }
    }
    for report in reports {
        if report
            .root
            .as_ref()
            .is_some_and(|root| root.outlook.is_some())
        {
            folder::settle(run, Arc::make_mut(report));
        }
    }
}

/// Roots by the folder they lie in, where it holds several; what another of them links to is none.
fn folders(reports: &[Arc<FileReport>], roots: &[usize]) -> Vec<Vec<usize>> {
    let mut lie: FxHashMap<&Path, PathBuf> = FxHashMap::default();
    let mut folders: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for position in roots {
        let path = Path::new(&reports[*position].path);
        let folder = path.parent().unwrap_or(Path::new(""));
        let lies = lie.entry(folder).or_insert_with(|| real(folder));
        folders.entry(lies.clone()).or_default().push(*position);
    }
    let mut several = Vec::new();
    for (folder, mut roots) in folders {
        let modules = roots
            .iter()
            .flat_map(|position| &reports[*position].modules);
        let modules: FxHashSet<&Path> = modules.map(PathBuf::as_path).collect();
        let lies_at = |position: &usize| {
            let name = Path::new(&reports[*position].path).file_name();
            folder.join(name.unwrap_or_default())
        };
        roots.retain(|position| !modules.contains(lies_at(position).as_path()));
        if roots.len() > 1 {
            several.push(roots);
        }
    }
    several
}

fn set_at(reports: &[Arc<FileReport>], (report, set): Position) -> &RootSet {
    let root = reports[report].root.as_ref();
    &root.expect("a position is that of a root").sets[set]
}

/// The template a root is for, by the path of its file.
pub fn template_of(reports: &[Arc<FileReport>], position: usize) -> &str {
    let root = reports[position].root.as_ref();
    let root = root.expect("a position is that of a root");
    root.source.path()
}

/// Sets of the roots of a folder that have something to say to one another.
fn clusters(run: &Run, reports: &[Arc<FileReport>], roots: &[usize]) -> Vec<Cluster> {
    let mut by_rule: BTreeMap<usize, Vec<Position>> = BTreeMap::new();
    for report in roots {
        let sets = reports[*report].root.iter().flat_map(|root| &root.sets);
        for (set, kept) in sets.enumerate() {
            by_rule.entry(kept.rule).or_default().push((*report, set));
        }
    }
    let mut clusters = Vec::new();
    for (rule, sets) in by_rule {
        clusters.extend(clusters_of_rule(run, reports, rule, &sets));
    }
    clusters
}

fn clusters_of_rule(
    run: &Run,
    reports: &[Arc<FileReport>],
    rule: usize,
    sets: &[Position],
) -> Vec<Cluster> {
    let facts = run.catalogue.facts();
    let mut known: Vec<Cluster> = Vec::new();
    let mut by_key: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let mut vague: Vec<Position> = Vec::new();
    for position in sets {
        let common = &set_at(reports, *position).common;
        let Some(key) = common.key() else {
            vague.push(*position);
            continue;
        };
        let alike = by_key.entry(key).or_default();
        let is_one = |cluster: &&usize| {
            let first = &set_at(reports, known[**cluster].sets[0]).common;
            first.is_same(common, &facts) == Some(true)
        };
        if let Some(cluster) = alike.iter().find(is_one).copied() {
            known[cluster].sets.push(*position);
            continue;
        }
        alike.push(known.len());
        known.push(Cluster {
            rule,
            sets: vec![*position],
            open: None,
        });
    }
    // Of what is not known of a set no more can come than that it may be the same as another.
    let others = known.iter().flat_map(|cluster| &cluster.sets);
    let others: Vec<Position> = others.chain(&vague).copied().collect();
    for cluster in &mut known {
        cluster.open = may_be_one(run, reports, cluster.sets[0], &vague);
    }
    let of_vague = vague.iter().map(|position| Cluster {
        rule,
        sets: vec![*position],
        open: may_be_one(run, reports, *position, &others),
    });
    known
        .into_iter()
        .chain(of_vague.collect::<Vec<_>>())
        .collect()
}

/// Why a set may be the same as one of `others` that another root has.
fn may_be_one(
    run: &Run,
    reports: &[Arc<FileReport>],
    position: Position,
    others: &[Position],
) -> Option<Opening> {
    // What is unknown in two roots reads alike and is not the same, so only what is known is compared.
    let set = set_at(reports, position);
    let template = template_of(reports, position.0);
    let may_be = |other: &&Position| {
        let (left, right) = (&set.common, &set_at(reports, **other).common);
        other.0 != position.0
            && template_of(reports, other.0) != template
            && left.is_same(right, &run.catalogue.facts()) != Some(false)
    };
    let other = others.iter().take(MAX_SETS).find(may_be)?;
    let path = &reports[other.0].path;
    let causes = |common: &Common| match common {
        Common::Value(value) => value.causes(),
        Common::Everything | Common::Anything => Vec::new(),
    };
    let mut all = causes(&set_at(reports, *other).common);
    all.extend(causes(&set.common));
    Some(Opening {
        reason: format!("{path} may have others"),
        causes: all,
    })
}

fn judge_cluster(run: &Run, reports: &mut [Arc<FileReport>], roots: &[usize], cluster: &Cluster) {
    let with_members = |position: &&Position| !set_at(reports, **position).members.is_empty();
    let sets: Vec<Position> = cluster.sets.iter().filter(with_members).copied().collect();
    if !is_worth_asking(reports, cluster, &sets) {
        return;
    }
    let templates = Templated::new(reports, roots, &sets);
    let most = match templates.has_alternatives() {
        true => MAX_ALTERNATIVES,
        false => MAX_SETS,
    };
    if sets.len() > most {
        return;
    }
    let joined = Joined::new(reports, &sets);
    let last = sets.len() - 1;
    let ask = |own: usize| {
        let outcomes = templates.worlds(own).into_iter().map(|world| {
            let members = joined.members(own, &world);
            joined.judge(run, reports, cluster, members)
        });
        in_all(outcomes)
    };
    // Without alternatives the answer is the same for all of them.
    let outcomes: Vec<RuleOutcome> = match templates.has_alternatives() {
        true => (0..sets.len()).map(ask).collect(),
        false => vec![ask(last); sets.len()],
    };
    let always = holds_always(reports, &sets, &templates, &outcomes);
    for (own, outcome) in outcomes.into_iter().enumerate() {
        revise(reports, sets[own], &joined.files, &outcome);
        match outcome {
            RuleOutcome::Fail(finding) if own == last && always => {
                tell(run, reports, sets[own], &joined.files, finding.diagnostic);
            }
            RuleOutcome::Fail(_) => {}
            RuleOutcome::Unknown(reason) => {
                leave_out(run, reports, sets[own], Some(reason));
            }
            RuleOutcome::Pass | RuleOutcome::NotApplicable | RuleOutcome::External => {
                leave_out(run, reports, sets[own], None);
            }
        }
    }
}

/// Notes for the posture of a root what is said of a set together with the others, if that is something else.
fn revise(
    reports: &mut [Arc<FileReport>],
    position: Position,
    files: &Files,
    outcome: &RuleOutcome,
) {
    let set = set_at(reports, position);
    let (rule, resource, place) = match (set.resource, set.said) {
        _ if set.variant != 0 => return,
        (Some(resource), Said::Finding(place, _)) => (set.rule, resource, place),
        (Some(resource), Said::Nothing | Said::Pass | Said::Unknown) => {
            (set.rule, resource, set.members[0].type_span)
        }
        (None, _) => return,
    };
    let was_fault = matches!(set.said, Said::Finding(..));
    let mut outcome = outcome.clone();
    match &mut outcome {
        RuleOutcome::Fail(_) if was_fault => return,
        RuleOutcome::Fail(finding) => {
            bring_home(reports, position.0, files, &mut finding.diagnostic);
        }
        RuleOutcome::Unknown(reason) => reason.span = place,
        RuleOutcome::NotApplicable | RuleOutcome::External => outcome = RuleOutcome::Pass,
        RuleOutcome::Pass => {}
    }
    let root = Arc::make_mut(&mut reports[position.0]).root.as_mut();
    if let Some(outlook) = root.and_then(|root| root.outlook.as_mut()) {
        outlook.judgements.revise(rule, resource, outcome);
    }
}

/// What holds whichever of their alternatives the other templates are deployed as.
fn in_all(outcomes: impl Iterator<Item = RuleOutcome>) -> RuleOutcome {
    let mut all: Option<RuleOutcome> = None;
    for outcome in outcomes {
        let Some(before) = all.take() else {
            all = Some(outcome);
            continue;
        };
        all = Some(match (before, outcome) {
            (unknown @ RuleOutcome::Unknown(_), _) | (_, unknown @ RuleOutcome::Unknown(_)) => {
                return unknown;
            }
            (RuleOutcome::Fail(fault), RuleOutcome::Fail(_)) => RuleOutcome::Fail(fault),
            (RuleOutcome::Fail(fault), _) | (_, RuleOutcome::Fail(fault)) => {
                return RuleOutcome::Unknown(Reason {
                    span: fault.diagnostic.primary.span,
                    message: "depends on how another template is deployed".to_owned(),
                    value: None,
                    causes: vec![Cause::Environment],
                });
            }
            (passed, _) => passed,
        });
    }
    all.unwrap_or(RuleOutcome::NotApplicable)
}

/// Whether the last root is at fault in each of its environments and scenarios.
fn holds_always(
    reports: &[Arc<FileReport>],
    sets: &[Position],
    templates: &Templated,
    outcomes: &[RuleOutcome],
) -> bool {
    let last = sets.len() - 1;
    let root = reports[sets[last].0].root.as_ref();
    let same = |set: &usize| templates.first[*set] == templates.first[last];
    let fails = |set: &usize| matches!(outcomes[*set], RuleOutcome::Fail(_));
    let same: Vec<usize> = (0..sets.len()).filter(same).collect();
    same.iter().all(fails) && root.is_some_and(|root| root.variants <= same.len())
}

/// Whether another root may change what was said of sets.
fn is_worth_asking(reports: &[Arc<FileReport>], cluster: &Cluster, sets: &[Position]) -> bool {
    let all = cluster.sets.iter();
    let templates: FxHashSet<&str> = all
        .map(|(report, _)| template_of(reports, *report))
        .collect();
    let is_found =
        |position: &Position| matches!(set_at(reports, *position).said, Said::Finding(..));
    (templates.len() > 1 || cluster.open.is_some()) && (sets.len() > 1 || sets.iter().any(is_found))
}

/// Which sets are of the same template, and so alternatives.
struct Templated {
    /// The first set of the same template, by set.
    first: Vec<usize>,
    /// Whether several roots are for the template of a set.
    alternative: Vec<bool>,
    /// Whether some of those roots have no such set.
    optional: Vec<bool>,
}

/// How often the members of each set are there, beside their own presence: `None` for never.
type World = Vec<Option<Presence>>;

/// Combinations of the alternatives of several templates, at most; more are looked at as one in which each may be there.
const MAX_WORLDS: usize = 64;

impl Templated {
    fn new(reports: &[Arc<FileReport>], roots: &[usize], sets: &[Position]) -> Templated {
        let mut roots_of: FxHashMap<&str, usize> = FxHashMap::default();
        for root in roots {
            let variants = reports[*root].root.as_ref().map(|root| root.variants);
            *roots_of.entry(template_of(reports, *root)).or_default() += variants.unwrap_or(1);
        }
        let mut first_of: FxHashMap<&str, usize> = FxHashMap::default();
        let (mut first, mut alternative) = (Vec::new(), Vec::new());
        let mut sets_of: FxHashMap<&str, usize> = FxHashMap::default();
        for (report, _) in sets {
            *sets_of.entry(template_of(reports, *report)).or_default() += 1;
        }
        let mut optional = Vec::new();
        for (number, (report, _)) in sets.iter().enumerate() {
            let template = template_of(reports, *report);
            first.push(*first_of.entry(template).or_insert(number));
            let roots = roots_of.get(template).copied().unwrap_or(1);
            alternative.push(roots > 1);
            optional.push(sets_of.get(template).is_none_or(|sets| *sets < roots));
        }
        Templated {
            first,
            alternative,
            optional,
        }
    }

    fn has_alternatives(&self) -> bool {
        self.alternative.contains(&true)
    }

    /// How the sets may be there together, seen from one of them: of each other template one alternative at a time.
    fn worlds(&self, own: usize) -> Vec<World> {
        let mut worlds = vec![self.world(own, None)];
        let others = (0..self.first.len()).filter(|set| self.first[*set] == *set);
        let others = others.filter(|set| self.alternative[*set] && *set != self.first[own]);
        for template in others {
            let sets: Vec<usize> = (0..self.first.len())
                .filter(|set| self.first[*set] == template)
                .collect();
            let chosen = sets.iter().copied().map(Some);
            let none = self.optional[template].then_some(None);
            let alternatives: Vec<Option<usize>> = chosen.chain(none).collect();
            if worlds.len() * alternatives.len() > MAX_WORLDS {
                return vec![self.world(own, Some(Presence::Conditional))];
            }
            worlds = worlds
                .iter()
                .flat_map(|world| {
                    alternatives.iter().map(|chosen| {
                        let mut world = world.clone();
                        if let Some(chosen) = chosen {
                            world[*chosen] = Some(Presence::Certain);
                        }
                        world
                    })
                })
                .collect();
        }
        worlds
    }

    /// The sets as one of them sees them, where those that are alternatives of other templates are there so often.
    fn world(&self, own: usize, alternatives: Option<Presence>) -> World {
        let seen = |set: usize| {
            if set == own {
                Some(Presence::Certain)
            } else if self.first[set] == self.first[own] {
                None
            } else if self.alternative[set] {
                alternatives
            } else {
                Some(Presence::Certain)
            }
        };
        (0..self.first.len()).map(seen).collect()
    }
}

/// Members of several sets in one graph.
struct Joined {
    graph: ResourceGraph,
    files: Files,
    /// The set of each resource, by position.
    of_set: Vec<usize>,
}

impl Joined {
    fn new(reports: &[Arc<FileReport>], sets: &[Position]) -> Joined {
        let (mut files, mut of_set) = (Files::default(), Vec::new());
        let mut snapshots = Vec::new();
        for (number, position) in sets.iter().enumerate() {
            let mut carrier = Carrier {
                root: position.0,
                number,
                sources: &reports[position.0].sources,
                files: &mut files,
            };
            for member in &set_at(reports, *position).members {
                snapshots.push(carrier.snapshot(member));
                of_set.push(number);
            }
        }
        Joined {
            graph: graph_of(snapshots),
            files,
            of_set,
        }
    }

    /// Members as they are seen from a set, its own before the others.
    fn members(&self, own: usize, world: &World) -> Vec<(ResourceIndex, Presence)> {
        let all = self.graph.indices().zip(&self.of_set);
        let seen = all.filter_map(|(index, set)| {
            let presence = self.graph.resource(index).presence;
            let presence = presence.and(world[*set]?);
            Some((*set != own, (index, presence)))
        });
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (is_other, member) in seen {
            match is_other {
                true => others.push(member),
                false => own.push(member),
            }
        }
        own.append(&mut others);
        own
    }

    fn judge(
        &self,
        run: &Run,
        reports: &[Arc<FileReport>],
        cluster: &Cluster,
        members: Vec<(ResourceIndex, Presence)>,
    ) -> RuleOutcome {
        let mut sets = cluster.sets.iter();
        let open = sets.find_map(|position| {
            let open = set_at(reports, *position).open.as_ref()?;
            Some(Opening {
                reason: format!("{}: {}", reports[position.0].path, open.reason),
                causes: open.causes.clone(),
            })
        });
        let set = JoinedSet {
            graph: &self.graph,
            members,
            open: open.or_else(|| cluster.open.clone()),
        };
        let facts = run.catalogue.facts();
        let last = cluster
            .sets
            .last()
            .map(|position| &reports[position.0].path);
        let settings = run.settings(last.map_or("", String::as_str), "");
        judge_joined(
            set,
            cluster.rule,
            run.rules,
            &facts,
            run.options.as_of,
            &settings,
        )
    }
}

/// A graph of resources that nothing deploys.
fn graph_of(snapshots: Vec<Snapshot>) -> ResourceGraph {
    ResourceGraph::of_snapshots(deployment_of_nothing(), snapshots)
}

/// A deployment of no resources.
pub fn deployment_of_nothing() -> Deployment {
    let text = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [] }"#;
    let nothing = load_text((SourceFile::new("", text), None), true, &Inputs::default());
    let nothing = nothing.and_then(|nothing| Some((nothing.project, nothing.templates?)));
    let (project, templates) = nothing.expect("a named template is loaded");
    evaluate(&project, &templates, &Inputs::default())
}

/// Takes back what was found in a set: together with the others it passes, or nobody knows, for this reason.
fn leave_out(
    run: &Run,
    reports: &mut [Arc<FileReport>],
    position: Position,
    unknown: Option<Reason>,
) {
    let set = set_at(reports, position);
    let Said::Finding(place, _) = set.said else {
        return;
    };
    let rule = &run.rules.rules()[set.rule];
    let resource = resource_of(&set.members[0]);
    let (number, counted) = (set.rule, set.counted);
    let report = Arc::make_mut(&mut reports[position.0]);
    // Findings of several sets at one place are one.
    let mut still_found = false;
    for (set, kept) in report
        .root
        .iter_mut()
        .flat_map(|root| &mut root.sets)
        .enumerate()
    {
        if set == position.1 {
            kept.said = Said::Nothing;
        } else if kept.rule == number {
            still_found |= matches!(kept.said, Said::Finding(other, _) if other == place);
        }
    }
    let is_left_out = |one: &Diagnostic| !still_found && is_at(one, &rule.code, place);
    report.diagnostics.retain(|one| !is_left_out(one));
    report.suppressed.retain(|one| !is_left_out(one));
    if !counted {
        return;
    }
    report.coverage.fail -= 1;
    match unknown {
        None => report.coverage.pass += 1,
        Some(Reason {
            message, causes, ..
        }) => report.coverage.unknown.push(UnknownJudgement {
            code: rule.code.clone(),
            name: rule.name.clone(),
            file: report.path.clone(),
            resource,
            reason: message,
            value: None,
            causes,
            place: report.sources.find(place.file).map(|source| {
                let path = source.path().to_owned();
                (path, source.range(place))
            }),
        }),
    }
}

/// Whether a diagnostic is that of a rule at a place, of which the end may have been cut.
fn is_at(diagnostic: &Diagnostic, code: &str, place: Span) -> bool {
    let span = diagnostic.primary.span;
    *diagnostic.code == *code && (span.file, span.start) == (place.file, place.start)
}

/// Tells at the last root what holds for all of them, unless as much is said there already.
fn tell(
    run: &Run,
    reports: &mut [Arc<FileReport>],
    position: Position,
    files: &Files,
    mut diagnostic: Diagnostic,
) {
    let set = set_at(reports, position);
    let earlier = match set.said {
        Said::Nothing => return,
        Said::Finding(_, severity) if severity >= diagnostic.severity => return,
        Said::Finding(place, _) => Some(place),
        Said::Pass | Said::Unknown => None,
    };
    let (call, was_unknown) = (set.call, matches!(set.said, Said::Unknown));
    let (resource, counted) = (resource_of(&set.members[0]), set.counted);
    bring_home(reports, position.0, files, &mut diagnostic);
    if let Some(call) = call {
        let inside = std::mem::replace(&mut diagnostic.primary, Label::new(call, ""));
        diagnostic
            .trace
            .push(Label::new(inside.span, "decided here"));
    }
    let report = Arc::make_mut(&mut reports[position.0]);
    match earlier {
        Some(place) => {
            let code = &diagnostic.code;
            report.diagnostics.retain(|one| !is_at(one, code, place));
        }
        None if !counted => {}
        None => count_finding(report, &diagnostic.code, &resource, was_unknown),
    }
    let options = run.options;
    if !run.adjust(&report.path, "", &report.sources, &mut diagnostic)
        || diagnostic.severity < options.minimum_severity
        || diagnostic.certainty < options.minimum_certainty
    {
        return;
    }
    one_line(&report.sources, &mut diagnostic);
    let bench = run.bench(&report.path);
    report.silencers.look(&bench, &mut diagnostic);
    match diagnostic.suppressed {
        Some(_) => {
            report.silencers.count(&diagnostic);
            report.suppressed.push(diagnostic);
        }
        None => insert(report, diagnostic),
    }
}

/// Type and name, as what is unknown is listed by.
fn resource_of(member: &Snapshot) -> (String, String) {
    let name = member.names.last().map(Value::display);
    (member.resource_type.to_string(), name.unwrap_or_default())
}

/// What passed or was unknown is a finding now.
fn count_finding(
    report: &mut FileReport,
    code: &str,
    resource: &(String, String),
    was_unknown: bool,
) {
    let coverage = &mut report.coverage;
    coverage.fail += 1;
    if !was_unknown {
        coverage.pass -= 1;
        return;
    }
    let is_it = |one: &UnknownJudgement| *one.code == *code && one.resource == *resource;
    if let Some(position) = coverage.unknown.iter().position(is_it) {
        coverage.unknown.remove(position);
    }
}

/// Gives the places of a diagnostic the ids of files that they have in one report; files of other roots become files of it.
pub fn bring_home(
    reports: &mut [Arc<FileReport>],
    home: usize,
    files: &Files,
    diagnostic: &mut Diagnostic,
) {
    let mut adopted: FxHashMap<(usize, FileId), FileId> = FxHashMap::default();
    let labels = std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.trace);
    let names = diagnostic.resource.iter_mut();
    let names = names.flat_map(|resource| &mut resource.name_spans);
    let spans = labels.map(|label| &mut label.span).chain(names);
    for span in spans.chain(&mut diagnostic.sites) {
        let Some((root, file)) = files.origin(span.file) else {
            continue;
        };
        span.file = if root == home {
            file
        } else {
            *adopted.entry((root, file)).or_insert_with(|| {
                let source = reports[root].sources.get(file).clone();
                Arc::make_mut(&mut reports[home]).sources.adopt(source)
            })
        };
    }
}
