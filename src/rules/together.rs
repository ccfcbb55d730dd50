//! Rules that judge all resources of a set as one: `together`.
//!
//! What a root says of its sets is not the last word: `lint` puts sets of the roots of one folder together and asks again.

use crate::evaluate::Presence;
use crate::graph::{ResourceGraph, ResourceIndex};
use crate::rules::comparison::{key, same};
use crate::rules::context::{Item, Node, Thing, place_of_node};
use crate::rules::definition::{Together, TogetherBy};
use crate::rules::facts::Facts;
use crate::rules::items::{Items, UNREAD};
use crate::rules::judge::{Applied, Bench, Reason, RuleOutcome, reason};
use crate::rules::outcome::{Evidence, Note, Verdict};
use crate::rules::query::{Selected, select};
use crate::rules::spanning::spans_roots;
use crate::source::Span;
use crate::value::{Cause, Choices, Value};
use rustc_hash::FxHashMap;

/// Members of a set, at most.
const MAX_GROUP: usize = 1_000;

/// Resources that share something.
struct Set {
    shared: Shared,
    /// Why nobody knows what they share, although it is the same for all of them.
    vague: Option<Evidence>,
    members: Vec<ResourceIndex>,
}

/// The sets of one rule, found by what they share.
#[derive(Default)]
struct Sets {
    all: Vec<Set>,
    by_key: FxHashMap<String, Vec<usize>>,
}

/// What the members of a set share.
enum Shared {
    Everything,
    Declaration(Span),
    Value(Value),
}

impl Shared {
    /// What is shared has the same key; what has the same key need not be shared.
    fn key(&self) -> String {
        match self {
            Shared::Everything => String::new(),
            Shared::Declaration(span) => format!("{span:?}"),
            Shared::Value(value) => key(value).unwrap_or_else(|| value.identity()),
        }
    }
}

/// Whether a resource is in a set.
enum Membership {
    None,
    Perhaps(Vec<Evidence>),
    Of(Box<(Shared, Option<Evidence>)>),
}

impl Membership {
    fn of(shared: Shared, vague: Option<Evidence>) -> Membership {
        Membership::Of(Box::new((shared, vague)))
    }
}

/// Which sets may be one: nobody knows what they share, so it may be the same.
struct Twins {
    /// Positions of sets by how the text they share ends, folded; `None` where nobody knows.
    by_end: FxHashMap<Option<String>, Vec<usize>>,
    any_vague: bool,
}

impl Twins {
    fn new(sets: &[Set]) -> Twins {
        let any_vague = sets.iter().any(|set| set.vague.is_some());
        let mut by_end: FxHashMap<Option<String>, Vec<usize>> = FxHashMap::default();
        if any_vague {
            for (position, set) in sets.iter().enumerate() {
                by_end.entry(end(set)).or_default().push(position);
            }
        }
        Twins { by_end, any_vague }
    }

    /// Why the set at a position may be the same as another one.
    fn of(&self, position: usize, sets: &[Set], facts: &Facts) -> Option<Evidence> {
        if !self.any_vague {
            return None;
        }
        let set = &sets[position];
        let may_be_one = |other: &Set| match (&set.shared, &other.shared) {
            (Shared::Value(left), Shared::Value(right)) => same(left, right, facts).is_none(),
            (Shared::Everything | Shared::Declaration(_) | Shared::Value(_), _) => false,
        };
        // Texts that end differently differ; the first that may be the same is enough.
        let end = end(set);
        let all = 0..sets.len();
        let alike = self.by_end.get(&end).into_iter().flatten().copied();
        let open = self.by_end.get(&None).into_iter().flatten().copied();
        let mut candidates: Box<dyn Iterator<Item = usize>> = match end {
            Some(_) => Box::new(alike.chain(open)),
            None => Box::new(all),
        };
        candidates
            .find(|other| *other != position && may_be_one(&sets[*other]))
            .and_then(|other| set.vague.clone().or_else(|| sets[other].vague.clone()))
    }
}

/// The last segment of the text that a set shares, folded, if it is known.
fn end(set: &Set) -> Option<String> {
    let Shared::Value(value) = &set.shared else {
        return None;
    };
    let last = value.parts().last()?.as_str()?;
    let (_, end) = last.rsplit_once('/')?;
    Some(end.to_ascii_lowercase())
}

/// What is said of the first resource of a set, and which others are in it.
pub(super) struct SetOutcome {
    pub(super) resource: ResourceIndex,
    pub(super) others: Vec<ResourceIndex>,
    pub(super) outcome: RuleOutcome,
    pub(super) choices: Choices,
    pub(super) part: Option<Part>,
}

impl SetOutcome {
    /// The same, which depends on these choices.
    pub(super) fn depending(self, choices: Choices) -> SetOutcome {
        SetOutcome { choices, ..self }
    }
}

/// What a set has to do with sets of the same rule in other roots.
#[derive(Clone, Debug)]
pub struct Part {
    /// What its members share.
    pub common: Common,
    /// Its members; none where nobody knows whether the resource is in a set.
    pub members: Vec<ResourceIndex>,
    /// Why it may have others.
    pub open: Option<String>,
}

/// What the members of sets share.
#[derive(Clone, Debug)]
pub enum Common {
    /// The rule has one set only.
    Everything,
    /// The value of a path, perhaps an unknown one.
    Value(Value),
    /// Nobody knows.
    Anything,
}

impl Common {
    /// Where sets that are one are to be looked for; `None` where it is not known what is shared.
    pub fn key(&self) -> Option<String> {
        match self {
            Common::Everything => Some(String::new()),
            Common::Value(value) => key(value),
            Common::Anything => None,
        }
    }

    /// Whether two sets are one; `None` if nobody knows.
    pub fn is_same(&self, other: &Common, facts: &Facts) -> Option<bool> {
        match (self, other) {
            (Common::Everything, Common::Everything) => Some(true),
            (Common::Value(left), Common::Value(right)) => same(left, right, facts),
            (Common::Everything | Common::Value(_) | Common::Anything, _) => None,
        }
    }
}

/// A resource that no set of another root has anything to do with.
pub(super) fn alone(resource: ResourceIndex, outcome: RuleOutcome) -> SetOutcome {
    SetOutcome {
        resource,
        others: Vec::new(),
        outcome,
        choices: 0,
        part: None,
    }
}

/// Sets of resources for which `when` holds, each judged as one.
pub(super) fn judge_sets(bench: &Bench, resources: &[ResourceIndex]) -> Vec<SetOutcome> {
    let Some(together) = &bench.rule.together else {
        return Vec::new();
    };
    let mut outcomes = Vec::new();
    let mut sets = Sets::default();
    let mut perhaps: Vec<(Span, Evidence)> = Vec::new();
    for resource in resources {
        match membership(bench, together, *resource) {
            Membership::None => {
                outcomes.push(alone(*resource, RuleOutcome::NotApplicable));
            }
            Membership::Perhaps(evidence) => {
                let reason = reason(bench.session.graph, &evidence, *resource);
                let part = together.part_of_perhaps(bench, &reason);
                outcomes.push(SetOutcome {
                    part,
                    ..alone(*resource, RuleOutcome::Unknown(reason))
                });
                let declaration = bench.session.graph.resource(*resource).declaration;
                perhaps.extend(evidence.into_iter().next().map(|why| (declaration, why)));
            }
            Membership::Of(of) => {
                let (shared, vague) = *of;
                join_set(bench.session.facts, &mut sets, shared, vague, *resource);
            }
        }
    }
    let twins = Twins::new(&sets.all);
    for (position, set) in sets.all.iter().enumerate() {
        let twin = twins.of(position, &sets.all, bench.session.facts);
        let container = container(bench, set.members[0]);
        let open = others(bench, set, &perhaps, &container).or(twin);
        let part = part(bench, set, open.as_ref());
        let members = with_presence(bench.session.graph, &set.members);
        outcomes.push(SetOutcome {
            resource: set.members[0],
            others: set.members[1..].to_vec(),
            outcome: judge_set(bench, &members, open),
            choices: 0,
            part,
        });
    }
    outcomes
}

fn join_set(
    facts: &Facts,
    sets: &mut Sets,
    shared: Shared,
    vague: Option<Evidence>,
    resource: ResourceIndex,
) {
    let alike = sets.by_key.entry(shared.key()).or_default();
    let joined = alike
        .iter()
        .find(|position| match (&sets.all[**position].shared, &shared) {
            (Shared::Value(left), Shared::Value(right)) => same(left, right, facts) == Some(true),
            (Shared::Everything | Shared::Declaration(_) | Shared::Value(_), _) => true,
        });
    match joined {
        Some(position) => sets.all[*position].members.push(resource),
        None => {
            alike.push(sets.all.len());
            sets.all.push(Set {
                shared,
                vague,
                members: vec![resource],
            });
        }
    }
}

fn membership(bench: &Bench, together: &Together, resource: ResourceIndex) -> Membership {
    let judged = Node::Resource(resource);
    let context = bench.context(&judged, None);
    if bench.silent(resource) {
        return Membership::None;
    }
    let Some(applied) = bench.when(&context) else {
        return Membership::None;
    };
    if applied.verdict == Verdict::Unknown {
        return Membership::Perhaps(applied.evidence);
    }
    match &together.by {
        None => Membership::of(Shared::Everything, None),
        Some(TogetherBy::Declaration) => {
            let declaration = bench.session.graph.resource(resource).declaration;
            Membership::of(Shared::Declaration(declaration), None)
        }
        Some(TogetherBy::Path(path)) => match select(&context, path, None) {
            Selected::Present(_, value) => Membership::of(Shared::Value(value), None),
            Selected::Unknown(evidence, Some(value)) => {
                Membership::of(Shared::Value(value), Some(evidence))
            }
            Selected::Absent(_) => Membership::None,
            Selected::Unknown(evidence, None) => Membership::Perhaps(vec![evidence]),
        },
    }
}

impl Together {
    /// What a resource of which nobody knows whether it is in a set has to do with other roots.
    fn part_of_perhaps(&self, bench: &Bench, reason: &Reason) -> Option<Part> {
        let common = match &self.by {
            None => Common::Everything,
            Some(TogetherBy::Path(_)) => Common::Anything,
            Some(TogetherBy::Declaration) => return None,
        };
        spans_roots(bench.rule).then(|| Part {
            common,
            members: Vec::new(),
            open: Some(reason.message.clone()),
        })
    }
}

fn part(bench: &Bench, set: &Set, open: Option<&Evidence>) -> Option<Part> {
    let common = match &set.shared {
        Shared::Everything => Common::Everything,
        Shared::Value(value) => Common::Value(value.clone()),
        Shared::Declaration(_) => return None,
    };
    let graph = bench.session.graph;
    let open = open.map(|open| reason(graph, std::slice::from_ref(open), set.members[0]).message);
    spans_roots(bench.rule).then(|| Part {
        common,
        members: set.members.clone(),
        open,
    })
}

fn container(bench: &Bench, first: ResourceIndex) -> Evidence {
    Evidence {
        place: place_of_node(bench.session.graph, &Node::Resource(first)),
        note: Note::Container,
        value: None,
    }
}

/// Members, and how often each of them is there.
pub(super) type PresentMembers = Vec<(ResourceIndex, Presence)>;

fn with_presence(graph: &ResourceGraph, members: &[ResourceIndex]) -> PresentMembers {
    let member = |index: &ResourceIndex| (*index, graph.resource(*index).presence);
    members.iter().map(member).collect()
}

/// Judges a set, of which the first member is the one to blame; `open` says why it may have others.
pub(super) fn judge_set(
    bench: &Bench,
    members: &[(ResourceIndex, Presence)],
    open: Option<Evidence>,
) -> RuleOutcome {
    let (first, _) = members[0];
    let judged = Node::Resource(first);
    let container = container(bench, first);
    if members.len() > MAX_GROUP {
        let why = format!("more than {MAX_GROUP} resources in one set");
        let evidence = container.because_of(why, vec![Cause::Bound]);
        return RuleOutcome::Unknown(reason(bench.session.graph, &[evidence], first));
    }
    let member = |(index, presence): &(ResourceIndex, Presence)| Item {
        thing: Thing::Node(Node::Resource(*index)),
        presence: *presence,
        link: None,
    };
    let group = Items {
        items: members.iter().map(member).collect(),
        open,
        container,
    };
    let applied = Applied {
        verdict: Verdict::Pass,
        evidence: Vec::new(),
    };
    bench.judge_at(&bench.context(&judged, Some(&group)), first, &applied)
}

/// Judges a set of several roots.
pub(super) fn judge_joined(
    bench: &Bench,
    members: &[(ResourceIndex, Presence)],
    open: Option<String>,
) -> RuleOutcome {
    let open = open.map(|reason| container(bench, members[0].0).because(reason));
    judge_set(bench, members, open)
}

/// Why a set may have other members. A loop has no copies but its own.
fn others(
    bench: &Bench,
    set: &Set,
    perhaps: &[(Span, Evidence)],
    container: &Evidence,
) -> Option<Evidence> {
    let may_join = |declaration: &Span| match &set.shared {
        Shared::Declaration(own) => own == declaration,
        Shared::Everything | Shared::Value(_) => true,
    };
    let member = perhaps
        .iter()
        .find(|(declaration, _)| may_join(declaration));
    let unread = match &set.shared {
        Shared::Declaration(_) => false,
        Shared::Everything | Shared::Value(_) => bench.session.graph.is_open(),
    };
    let modules = || bench.session.graph.unread_modules();
    member
        .map(|(_, why)| why.clone())
        .or_else(|| unread.then(|| container.because_of(UNREAD, modules())))
}
