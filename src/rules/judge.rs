//! Rules over a graph: what each rule says of each resource of its type.
//!
//! A fault is `when`, and the `when` of a case, and not `require` (or `forbid`). A fault that is certain is a finding; one
//! that may be is unknown; else the rule passes, or does not apply where no `when` held.

use crate::diagnostic::{Certainty, Diagnostic, Severity};
use crate::evaluate::Presence;
use crate::evaluate::functions::arity;
use crate::graph::{ResourceGraph, ResourceIndex, View, WORKSPACE};
use crate::rules::condition::evaluate;
use crate::rules::context::{Context, Frame, Item, Node, Session, evidence_of_item, place_of_node};
use crate::rules::count::filter_outcome;
use crate::rules::definition::{
    Assumption, Case, Condition, Demand, Literal, Rule, Sees, Subject, Test, WithoutWorkspace,
};
use crate::rules::facts::Facts;
use crate::rules::finding::{labels, summary};
use crate::rules::items::{Items, items};
use crate::rules::message::{Topic, render, short};
use crate::rules::outcome::{Evidence, Note, Outcome, Verdict};
use crate::rules::property::property;
use crate::rules::query::{Selected, select};
use crate::rules::repair::{Repair, repair};
use crate::rules::rule_set::RuleSet;
use crate::rules::together::{self, Opening, Part};
use crate::source::Span;
use crate::value::{Cause, Choices, Value};
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// What a region counts as that nobody knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AssumeRegion {
    /// A region with availability zones; the finding says so.
    #[default]
    Zones,
    /// Nothing: what rests on it is unknown.
    Nothing,
}

/// What the configuration says about judging.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What an unknown region counts as.
    pub assume_region: AssumeRegion,
    /// Whether resources that no workspace reaches are judged as gravely as the others.
    pub scope_all: bool,
    /// The profile whose severities rules take.
    pub profile: Option<Box<str>>,
    /// Parameters that are set: rule, parameter, value.
    pub parameters: Vec<(Box<str>, Box<str>, Literal)>,
    /// Whether findings stay that another one on the same resource supersedes.
    pub keep_superseded: bool,
    /// Names of rules that do not run here.
    pub off: Arc<FxHashSet<Box<str>>>,
}

/// What one rule says of one resource.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Position of the rule in the [`RuleSet`].
    pub rule: usize,
    /// The resource; of a set the first.
    pub resource: ResourceIndex,
    /// The others of the set.
    pub others: Vec<ResourceIndex>,
    /// What it says.
    pub outcome: RuleOutcome,
    /// The choices of parameters that this depends on.
    pub choices: Choices,
    /// What a set has to do with those of other roots.
    pub part: Option<Part>,
}

/// What a rule says.
#[derive(Clone, Debug)]
pub enum RuleOutcome {
    /// It applies, and nothing is wrong.
    Pass,
    /// A certain fault.
    Fail(Box<Finding>),
    /// Nobody knows before deployment.
    Unknown(Reason),
    /// It does not apply.
    NotApplicable,
    /// The resource exists already or lies outside the run.
    External,
}

/// A fault.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is told.
    pub diagnostic: Diagnostic,
    /// Position of the case that found it.
    pub case: usize,
    /// The item that is at fault.
    pub item: Option<Item>,
    /// What mends it, if something is known to.
    pub repair: Option<Repair>,
}

/// Why something is unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The place.
    pub span: Span,
    /// In a few words.
    pub message: String,
    /// The value that is not known, if there is one.
    pub value: Option<String>,
    /// What makes it unknown, each cause once.
    pub causes: Vec<Cause>,
}

/// Judges every resource of a graph by every rule of its type.
pub fn judge(
    graph: &ResourceGraph,
    rules: &RuleSet,
    facts: &Facts,
    as_of: Date,
    settings: &Settings,
) -> Vec<Judgement> {
    let session = Session {
        graph,
        facts,
        rules,
        as_of,
        view: None,
        joins: RefCell::default(),
    };
    judge_some(&session, settings, &|_| true, &|_| true)
}

/// One of the roots in a graph of several, and what it sees of the others.
pub struct RootOfFolder<'a> {
    /// The graph.
    pub graph: &'a ResourceGraph,
    /// Which root.
    pub root: usize,
    /// What it sees.
    pub view: &'a View,
}

/// Judges the resources of one root in a folder by the rules that see all of it.
pub fn judge_in_folder(
    of: &RootOfFolder<'_>,
    rules: &RuleSet,
    facts: &Facts,
    as_of: Date,
    settings: &Settings,
) -> Vec<Judgement> {
    let session = Session {
        graph: of.graph,
        facts,
        rules,
        as_of,
        view: Some(of.view),
        joins: RefCell::default(),
    };
    let sees_folder = |rule: &Rule| rule.sees == Sees::Folder;
    let is_own = |index: ResourceIndex| of.graph.root(index) == of.root;
    judge_some(&session, settings, &sees_folder, &is_own)
}

/// Judges some of the resources by some of the rules.
fn judge_some(
    session: &Session,
    settings: &Settings,
    by: &dyn Fn(&Rule) -> bool,
    which: &dyn Fn(ResourceIndex) -> bool,
) -> Vec<Judgement> {
    let (graph, rules) = (session.graph, session.rules);
    let mut matched: Vec<(usize, ResourceIndex)> = Vec::new();
    for resource_type in graph.types() {
        let wanted = rules.for_type(resource_type).into_iter();
        let is_on = |rule: &Rule| by(rule) && !settings.off.contains(&rule.name);
        for rule in wanted.filter(|rule| is_on(&rules.rules()[*rule])) {
            let resources = graph.of_type(resource_type).iter().copied();
            let resources = resources.filter(|resource| which(*resource));
            matched.extend(resources.map(|resource| (rule, resource)));
        }
    }
    matched.sort_unstable();
    let mut judgements = Vec::new();
    for matched in matched.chunk_by(|(one, _), (other, _)| one == other) {
        let position = matched[0].0;
        let rule = &rules.rules()[position];
        let bench = Bench {
            session,
            settings,
            rule,
            parameters: &parameters(rule, settings),
        };
        let outcomes = bench.judge_all(matched.iter().map(|(_, resource)| *resource));
        let outcomes = outcomes.into_iter();
        judgements.extend(outcomes.map(|said| Judgement {
            rule: position,
            resource: said.resource,
            others: said.others,
            outcome: said.outcome,
            choices: said.choices,
            part: said.part,
        }));
    }
    judgements.sort_by_key(|judgement| (judgement.resource, judgement.rule));
    match settings.keep_superseded {
        true => judgements,
        false => without_superseded(judgements, rules),
    }
}

/// Resources of several roots that are one set; the first is the one to blame.
pub struct JoinedSet<'a> {
    /// A graph of the resources and nothing else.
    pub graph: &'a ResourceGraph,
    /// Members, and how often each of them is there.
    pub members: Vec<(ResourceIndex, Presence)>,
    /// Why there may be others.
    pub open: Option<Opening>,
}

/// Judges a set of several roots by the rule at a position.
pub fn judge_joined(
    set: JoinedSet<'_>,
    rule: usize,
    rules: &RuleSet,
    facts: &Facts,
    as_of: Date,
    settings: &Settings,
) -> RuleOutcome {
    let session = Session {
        graph: set.graph,
        facts,
        rules,
        as_of,
        view: None,
        joins: RefCell::default(),
    };
    let rule = &rules.rules()[rule];
    let bench = Bench {
        session: &session,
        settings,
        rule,
        parameters: &parameters(rule, settings),
    };
    together::judge_joined(&bench, &set.members, set.open)
}

/// Drops findings of rules that a rule which found something on the same resource supersedes.
fn without_superseded(judgements: Vec<Judgement>, rules: &RuleSet) -> Vec<Judgement> {
    let mut dropped: FxHashSet<(ResourceIndex, &str)> = FxHashSet::default();
    for judgement in &judgements {
        if matches!(judgement.outcome, RuleOutcome::Fail(_)) {
            let names = &rules.rules()[judgement.rule].supersedes;
            dropped.extend(names.iter().map(|name| (judgement.resource, &**name)));
        }
    }
    let is_dropped = |judgement: &Judgement| {
        let name = &*rules.rules()[judgement.rule].name;
        matches!(judgement.outcome, RuleOutcome::Fail(_))
            && dropped.contains(&(judgement.resource, name))
    };
    let kept = judgements.into_iter();
    let kept = kept.filter_map(
        |judgement| match (is_dropped(&judgement), &judgement.part) {
            (false, _) => Some(judgement),
            (true, None) => None,
            // Other roots have to know what is in the set.
            (true, Some(_)) => Some(Judgement {
                outcome: RuleOutcome::NotApplicable,
                ..judgement
            }),
        },
    );
    kept.collect()
}

/// A rule's parameters, as set or by default.
fn parameters(rule: &Rule, settings: &Settings) -> Vec<(Box<str>, Literal)> {
    let value = |parameter: &crate::rules::definition::Parameter| {
        let set = settings.parameters.iter().rev().find(|(name, of, _)| {
            name.eq_ignore_ascii_case(&rule.name) && of.eq_ignore_ascii_case(&parameter.name)
        });
        let value = set.map_or(&parameter.default, |(_, _, value)| value);
        (parameter.name.clone(), value.clone())
    };
    rule.parameters.iter().map(value).collect()
}

/// A rule at work.
pub(super) struct Bench<'a> {
    pub(super) session: &'a Session<'a>,
    settings: &'a Settings,
    pub(super) rule: &'a Rule,
    parameters: &'a [(Box<str>, Literal)],
}

/// What the `when` of a rule and its cases left to say.
pub(super) struct Applied {
    pub(super) verdict: Verdict,
    pub(super) evidence: Vec<Evidence>,
}

/// What is taken for granted.
#[derive(Clone, Default)]
struct Assumed {
    says: Vec<String>,
    about_region: bool,
}

impl Assumed {
    fn add(&mut self, other: Assumed) {
        self.says.extend(other.says);
        self.about_region |= other.about_region;
    }
}

/// What the assumptions of a rule come to.
enum Granted {
    /// All hold, or are taken to.
    Yes(Assumed),
    /// One is known not to hold.
    No,
    /// One is unknown, and the configuration takes nothing for granted.
    Unknown(Vec<Evidence>),
}

impl<'a> Bench<'a> {
    /// Judges the resources that the rule is about.
    fn judge_all(
        &self,
        resources: impl Iterator<Item = ResourceIndex>,
    ) -> Vec<together::SetOutcome> {
        let graph = self.session.graph;
        let (existing, own): (Vec<_>, Vec<_>) =
            resources.partition(|resource| graph.resource(*resource).existing);
        let external = existing.into_iter();
        let mut judged: Vec<_> = external
            .map(|resource| together::alone(resource, RuleOutcome::External))
            .collect();
        graph.take_looked_at();
        if self.rule.together.is_some() {
            own.iter().for_each(|resource| graph.look_for(*resource));
            let sets = together::judge_sets(self, &own);
            let choices = graph.take_looked_at();
            judged.extend(sets.into_iter().map(|set| set.depending(choices)));
            return judged;
        }
        for resource in own {
            graph.look_for(resource);
            let outcomes = self.judge_resource(resource).into_iter();
            let choices = graph.take_looked_at();
            judged.extend(
                outcomes.map(|outcome| together::alone(resource, outcome).depending(choices)),
            );
        }
        judged
    }

    pub(super) fn context<'b>(&self, judged: &'b Node, group: Option<&'b Items>) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            session: self.session,
            parameters: self.parameters,
            judged,
            frame: None,
            group,
            depth: 0,
        }
    }

    /// One outcome, or one for each item that is at fault.
    fn judge_resource(&self, resource: ResourceIndex) -> Vec<RuleOutcome> {
        if self.silent(resource) {
            return vec![RuleOutcome::NotApplicable];
        }
        let judged = Node::Resource(resource);
        let context = self.context(&judged, None);
        let Some(applied) = self.when(&context) else {
            return vec![RuleOutcome::NotApplicable];
        };
        match &self.rule.each {
            None => vec![self.judge_at(&context, resource, &applied)],
            Some(source) => {
                let items = items(&context, source, self.rule.each_where.as_ref());
                self.judge_items(&context, resource, &applied, &items)
            }
        }
    }

    /// The rule's `when`; `None` where it fails.
    pub(super) fn when(&self, context: &Context) -> Option<Applied> {
        let Some(when) = &self.rule.when else {
            return Some(Applied {
                verdict: Verdict::Pass,
                evidence: Vec::new(),
            });
        };
        let Outcome {
            verdict, evidence, ..
        } = evaluate(context, when);
        (verdict != Verdict::Fail).then_some(Applied { verdict, evidence })
    }

    fn judge_items(
        &self,
        context: &Context,
        resource: ResourceIndex,
        applied: &Applied,
        items: &Items,
    ) -> Vec<RuleOutcome> {
        let mut outcomes = Vec::new();
        let mut unknown = items
            .open
            .as_ref()
            .map(|open| reason(self.session.graph, std::slice::from_ref(open), resource));
        let (mut passed, mut applies) = (false, items.items.is_empty());
        for item in &items.items {
            let filtered = filter_outcome(context, item, self.rule.each_where.as_ref());
            let applied = match filtered.verdict {
                Verdict::Fail => {
                    applies = true;
                    continue;
                }
                Verdict::Pass => Applied {
                    verdict: applied.verdict,
                    evidence: applied.evidence.clone(),
                },
                Verdict::Unknown => Applied {
                    verdict: Verdict::Unknown,
                    evidence: filtered.evidence,
                },
            };
            let frame = Frame { item, outer: None };
            match self.judge_at(&context.within(&frame), resource, &applied) {
                RuleOutcome::Pass => passed = true,
                outcome @ RuleOutcome::Fail(_) => outcomes.push(outcome),
                RuleOutcome::Unknown(reason) => {
                    unknown.get_or_insert(reason);
                }
                RuleOutcome::NotApplicable | RuleOutcome::External => {}
            }
        }
        if let Some(reason) = unknown {
            outcomes.push(RuleOutcome::Unknown(reason));
        }
        if outcomes.is_empty() {
            outcomes.push(if passed || applies {
                RuleOutcome::Pass
            } else {
                RuleOutcome::NotApplicable
            });
        }
        outcomes
    }

    /// Assumptions, then cases in order: the first certain fault is the finding.
    pub(super) fn judge_at(
        &self,
        context: &Context,
        resource: ResourceIndex,
        applied: &Applied,
    ) -> RuleOutcome {
        let of_rule = match self.granted(context, &self.rule.assume) {
            Granted::Yes(assumed) => assumed,
            Granted::No => return RuleOutcome::NotApplicable,
            Granted::Unknown(evidence) => {
                return RuleOutcome::Unknown(reason(self.session.graph, &evidence, resource));
            }
        };
        let mut unknown: Option<Vec<Evidence>> = None;
        let mut passed = false;
        for (position, case) in self.rule.cases.iter().enumerate() {
            let mut assumed = of_rule.clone();
            match self.granted(context, &case.assume) {
                Granted::Yes(of_case) => assumed.add(of_case),
                Granted::No => continue,
                Granted::Unknown(evidence) => {
                    unknown.get_or_insert(evidence);
                    continue;
                }
            }
            match judge_case(context, applied, case) {
                CaseOutcome::Skip => {}
                CaseOutcome::Pass => passed = true,
                CaseOutcome::Unknown(evidence) => {
                    unknown.get_or_insert(evidence);
                }
                CaseOutcome::Fault { outcome, backing } => {
                    let fault = Fault {
                        case: position,
                        outcome,
                        backing,
                        assumed,
                    };
                    // What is said of it decides nothing.
                    let finding = || self.finding(context, resource, fault);
                    let finding = self.session.graph.unnoted(finding);
                    return RuleOutcome::Fail(Box::new(finding));
                }
            }
        }
        match unknown {
            Some(evidence) => RuleOutcome::Unknown(reason(self.session.graph, &evidence, resource)),
            None if passed => RuleOutcome::Pass,
            None => RuleOutcome::NotApplicable,
        }
    }

    fn granted(&self, context: &Context, assumptions: &[Assumption]) -> Granted {
        let mut assumed = Assumed::default();
        for Assumption { condition, say } in assumptions {
            let outcome = evaluate(context, condition);
            match outcome.verdict {
                Verdict::Pass => {}
                Verdict::Fail => return Granted::No,
                Verdict::Unknown => {
                    let about_region = tests_region(condition);
                    if about_region && self.settings.assume_region == AssumeRegion::Nothing {
                        return Granted::Unknown(outcome.evidence);
                    }
                    assumed.says.push(say.to_string());
                    assumed.about_region |= about_region;
                }
            }
        }
        Granted::Yes(assumed)
    }

    /// Whether the resource is one that no workspace reaches, where the deployment holds one.
    fn without_workspace(&self, resource: ResourceIndex) -> bool {
        let graph = self.session.graph;
        !self.settings.scope_all && graph.has_workspace(resource) && !graph.is_linked(resource)
    }

    pub(super) fn silent(&self, resource: ResourceIndex) -> bool {
        if self.rule.without_workspace != WithoutWorkspace::Silent {
            return false;
        }
        self.session.graph.look_for_type(WORKSPACE);
        self.without_workspace(resource)
    }

    /// What was taken for granted about a region nobody knows, and what would name it.
    fn region_note(&self, resource: ResourceIndex) -> String {
        let location = self.session.graph.property(resource, "location");
        let name = location.map_or_else(|| "its region".to_owned(), |value| short(&value));
        let help = if name.contains("resourceGroup().location") {
            "--location"
        } else {
            "--param"
        };
        format!("assuming that the region, `{name}`, has availability zones; `{help}` names it")
    }

    fn severity(&self, case: &Case, resource: ResourceIndex, assumed: &Assumed) -> Severity {
        let profile = self.settings.profile.as_deref();
        let mut profiles = self.rule.profiles.iter();
        let of_profile = profiles.find(|(name, _)| Some(&**name) == profile);
        let severity = of_profile.map_or(case.severity, |(_, severity)| *severity);
        let severity = if assumed.says.is_empty() {
            severity
        } else {
            severity.min(Severity::Warning)
        };
        match case.without_workspace {
            WithoutWorkspace::Lower if self.without_workspace(resource) => severity.milder(),
            WithoutWorkspace::Lower | WithoutWorkspace::Same | WithoutWorkspace::Silent => severity,
        }
    }

    fn finding(&self, context: &Context, resource: ResourceIndex, fault: Fault) -> Finding {
        let case = &self.rule.cases[fault.case];
        let topic = Topic {
            context,
            outcome: &fault.outcome,
        };
        let message = render(&case.message, &topic);
        let help = case.help.as_ref().map(|help| render(help, &topic));
        let evidence = self.evidence(context, resource, &fault);
        let own_place = crate::diagnostic::Label::new(
            self.session.graph.resource(resource).type_span,
            String::new(),
        );
        let (primary, trace, way) =
            labels(self.session.graph, &evidence).unwrap_or((own_place, Vec::new(), 0));
        let (certainty, mut notes) = self.certainty(context, resource);
        if fault.assumed.about_region {
            notes.push(self.region_note(resource));
        }
        let graph = self.session.graph;
        let declared = graph.resource(resource);
        let mut sites = vec![declared.type_span, declared.declaration];
        sites.extend(graph.calls(resource));
        let diagnostic = Diagnostic {
            code: Cow::Owned(self.rule.code.to_string()),
            name: Cow::Owned(self.rule.name.to_string()),
            severity: self.severity(case, resource, &fault.assumed),
            certainty,
            concern: case.concern.word(),
            message,
            help,
            primary,
            trace,
            way,
            resource: Some(summary(self.session.graph.resource(resource))),
            instances: Vec::new(),
            property: property(self.session.graph, resource, evidence.first()),
            assumes: fault.assumed.says,
            notes,
            environments: Vec::new(),
            passes_in: Vec::new(),
            unknown_in: Vec::new(),
            when: Vec::new(),
            unless: Vec::new(),
            by_default: Vec::new(),
            fix: None,
            stands_for: Vec::new(),
            sites,
            suppressed: None,
        };
        Finding {
            diagnostic,
            case: fault.case,
            item: context.frame.map(|frame| frame.item.clone()),
            repair: case.fix.as_ref().and_then(|fix| repair(context, fix)),
        }
    }

    /// `pointAt`, what the demand blames, then what lies in other resources that made the rule apply.
    fn evidence(&self, context: &Context, resource: ResourceIndex, fault: &Fault) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        if let Some(path) = &self.rule.point_at {
            evidence.push(match select(context, path, None) {
                Selected::Present(evidence, _) | Selected::Absent(evidence) => evidence,
                Selected::Unknown(evidence, value) => Evidence {
                    note: Note::Value,
                    value,
                    ..evidence
                },
            });
        }
        evidence.extend(fault.outcome.evidence.iter().cloned());
        if evidence.is_empty()
            && let Some(frame) = context.frame
        {
            evidence.push(evidence_of_item(context.graph(), frame.item));
        }
        if evidence.is_empty() {
            evidence.push(Evidence {
                place: place_of_node(context.graph(), context.judged),
                note: Note::Container,
                value: None,
            });
        }
        let elsewhere = |place: &&Evidence| place.place.host != Some(resource);
        let backing = fault.backing.iter().filter(elsewhere).cloned();
        evidence.extend(backing);
        evidence
    }

    fn certainty(&self, context: &Context, resource: ResourceIndex) -> (Certainty, Vec<String>) {
        let own = self.session.graph.resource(resource).presence;
        let items = context.frame.map(|frame| frame.item.presence);
        let presence = items.map_or(own, |items| own.and(items));
        match presence {
            Presence::Certain => (Certainty::Certain, Vec::new()),
            Presence::Conditional => (
                Certainty::Possible,
                vec!["when deployed: its condition is not known before".to_owned()],
            ),
            Presence::Repeated => (
                Certainty::Possible,
                vec!["when deployed: how often its loop runs is not known before".to_owned()],
            ),
        }
    }
}

/// A certain fault.
struct Fault {
    case: usize,
    outcome: Outcome,
    /// What made the rule apply.
    backing: Vec<Evidence>,
    assumed: Assumed,
}

/// What one case comes to.
enum CaseOutcome {
    /// Its `when` does not hold.
    Skip,
    /// Nothing is wrong.
    Pass,
    /// Nobody knows, for these reasons.
    Unknown(Vec<Evidence>),
    /// A certain fault, and what made the case apply.
    Fault {
        outcome: Outcome,
        backing: Vec<Evidence>,
    },
}

fn judge_case(context: &Context, applied: &Applied, case: &Case) -> CaseOutcome {
    let when = match &case.when {
        Some(when) => evaluate(context, when),
        None => Outcome::new(Verdict::Pass, Vec::new()),
    };
    if when.verdict == Verdict::Fail {
        return CaseOutcome::Skip;
    }
    let outcome = demand(context, &case.demand);
    match (outcome.verdict, applied.verdict, when.verdict) {
        (Verdict::Pass, _, _) => CaseOutcome::Pass,
        (_, Verdict::Unknown | Verdict::Fail, _) => CaseOutcome::Unknown(applied.evidence.clone()),
        (_, Verdict::Pass, Verdict::Unknown | Verdict::Fail) => CaseOutcome::Unknown(when.evidence),
        (Verdict::Unknown, Verdict::Pass, Verdict::Pass) => CaseOutcome::Unknown(outcome.evidence),
        (Verdict::Fail, Verdict::Pass, Verdict::Pass) => {
            let mut backing = applied.evidence.clone();
            backing.extend(when.evidence);
            CaseOutcome::Fault { outcome, backing }
        }
    }
}

/// What a demand comes to: fail is a fault.
fn demand(context: &Context, demand: &Demand) -> Outcome {
    match demand {
        Demand::Require(condition) => evaluate(context, condition),
        Demand::Forbid(condition) => evaluate(context, condition).negated(),
    }
}

/// Whether a condition asks a fact of a region.
fn tests_region(condition: &Condition) -> bool {
    match condition {
        Condition::AllOf(conditions) | Condition::AnyOf(conditions) => {
            conditions.iter().any(tests_region)
        }
        Condition::Not(condition) => tests_region(condition),
        Condition::Test { subject, tests, .. } => {
            let of_value = matches!(subject, Subject::Path { .. } | Subject::Alias { .. });
            of_value && tests.iter().any(|test| matches!(test, Test::Region(_)))
        }
        Condition::Each {
            filter, require, ..
        } => tests_region(require) || filter.as_deref().is_some_and(tests_region),
        Condition::Any { filter, .. } => filter.as_deref().is_some_and(tests_region),
        Condition::Unique(_) => false,
    }
}

/// Why something is unknown: the first place that says so.
pub(super) fn reason(
    graph: &ResourceGraph,
    evidence: &[Evidence],
    resource: ResourceIndex,
) -> Reason {
    let told = evidence
        .iter()
        .find(|evidence| evidence.is_reason())
        .or_else(|| evidence.first());
    match told {
        Some(evidence) => Reason {
            span: evidence.place.span,
            message: crate::rules::finding::label(graph, evidence, true),
            value: evidence.value.as_ref().map(short),
            causes: causes(graph, evidence),
        },
        None => Reason {
            span: graph.resource(resource).type_span,
            message: "is not known before deployment".to_owned(),
            value: None,
            causes: Vec::new(),
        },
    }
}

fn causes(graph: &ResourceGraph, evidence: &Evidence) -> Vec<Cause> {
    let of_value = || evidence.value.as_ref().map_or(Vec::new(), Value::causes);
    let causes = match &evidence.note {
        Note::Reason(_, causes) if !causes.is_empty() => causes.clone(),
        Note::Reason(..)
        | Note::Unknown
        | Note::Value
        | Note::Absent(_)
        | Note::Part
        | Note::Resource(_)
        | Note::Reference(_)
        | Note::Container => of_value(),
    };
    let read = |cause: Cause| match &cause {
        Cause::Reference(name) => graph.unread_module(name).unwrap_or(cause),
        // What is no function at all is for the author of the template to mend.
        Cause::Unsupported(name) if arity(name).is_none() => {
            Cause::Mistake(format!("{name}()").into())
        }
        Cause::Parameter(_)
        | Cause::Placeholder(_)
        | Cause::Function(_)
        | Cause::Module(_)
        | Cause::Loop
        | Cause::Existing
        | Cause::Outside
        | Cause::Absent(_)
        | Cause::Mistake(_)
        | Cause::Unsupported(_)
        | Cause::Environment
        | Cause::Bound => cause,
    };
    let mut told: Vec<Cause> = Vec::new();
    for cause in causes.into_iter().map(read) {
        // Which deployment is referred to matters only where its template is missing.
        let is_told = |other: &Cause| other.words() == cause.words();
        if !told.iter().any(is_told) {
            told.push(cause);
        }
    }
    told
}
