//! Rules that judge all resources of a set as one: `together`.

use crate::graph::ResourceIndex;
use crate::rules::comparison::{key, same};
use crate::rules::context::{Item, Node, Thing, place_of_node};
use crate::rules::definition::{Together, TogetherBy};
use crate::rules::facts::Facts;
use crate::rules::items::Items;
use crate::rules::judge::{Applied, Bench, RuleOutcome, reason};
use crate::rules::outcome::{Evidence, Note, Verdict};
use crate::rules::query::{Selected, select};
use crate::source::Span;
use crate::value::Value;
use rustc_hash::FxHashMap;

/// Members of a set, at most.
const MAX_GROUP: usize = 5_000;

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
pub type SetOutcome = (ResourceIndex, Vec<ResourceIndex>, RuleOutcome);

/// Sets of resources for which `when` holds, each judged as one.
pub fn judge_sets(bench: &Bench, resources: &[ResourceIndex]) -> Vec<SetOutcome> {
    let Some(together) = &bench.rule.together else {
        return Vec::new();
    };
    let mut outcomes = Vec::new();
    let mut sets = Sets::default();
    let mut perhaps: Vec<(Span, Evidence)> = Vec::new();
    for resource in resources {
        match membership(bench, together, *resource) {
            Membership::None => {
                outcomes.push((*resource, Vec::new(), RuleOutcome::NotApplicable));
            }
            Membership::Perhaps(evidence) => {
                let reason = reason(bench.session.graph, &evidence, *resource);
                outcomes.push((*resource, Vec::new(), RuleOutcome::Unknown(reason)));
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
        let outcome = judge_set(bench, set, &perhaps, twin);
        let others = set.members[1..].to_vec();
        outcomes.push((set.members[0], others, outcome));
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

fn judge_set(
    bench: &Bench,
    set: &Set,
    perhaps: &[(Span, Evidence)],
    twin: Option<Evidence>,
) -> RuleOutcome {
    let graph = bench.session.graph;
    let first = set.members[0];
    let judged = Node::Resource(first);
    let container = Evidence {
        place: place_of_node(graph, &judged),
        note: Note::Container,
        value: None,
    };
    if set.members.len() > MAX_GROUP {
        let evidence = container.because(format!("more than {MAX_GROUP} resources in one set"));
        return RuleOutcome::Unknown(reason(graph, &[evidence], first));
    }
    let member = |index: &ResourceIndex| Item {
        thing: Thing::Node(Node::Resource(*index)),
        presence: graph.resource(*index).presence,
        link: None,
    };
    let group = Items {
        items: set.members.iter().map(member).collect(),
        open: others(bench, set, perhaps, &container).or(twin),
        container: container.clone(),
    };
    let applied = Applied {
        verdict: Verdict::Pass,
        evidence: Vec::new(),
    };
    bench.judge_at(&bench.context(&judged, Some(&group)), first, &applied)
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
    let reason = "a module that could not be read may hold others";
    member
        .map(|(_, why)| why.clone())
        .or_else(|| unread.then(|| container.because(reason)))
}
