//! Conditions: three outcomes, each with the places that decide it.

use crate::evaluate::Presence;
use crate::graph::ResourceGraph;
use crate::rules::comparison::same;
use crate::rules::context::{Context, Frame, Item, Node, Thing, evidence_of_item};
use crate::rules::count::filter_outcome;
use crate::rules::definition::{Condition, Source};
use crate::rules::items::{Items, items};
use crate::rules::outcome::{Evidence, Note, Outcome, Verdict, all_of, any_of};
use crate::rules::query::{Parts, select_parts};
use crate::rules::subject;
use crate::value::Cause;

/// What a condition comes to.
pub fn evaluate(context: &Context, condition: &Condition) -> Outcome {
    match condition {
        Condition::AllOf(conditions) => all_of(
            conditions
                .iter()
                .map(|condition| evaluate(context, condition)),
        ),
        Condition::AnyOf(conditions) => any_of(
            conditions
                .iter()
                .map(|condition| evaluate(context, condition)),
        ),
        Condition::Not(condition) => evaluate(context, condition).negated(),
        Condition::Test {
            subject,
            tests,
            absent,
        } => subject::test(context, subject, tests, absent),
        Condition::Each {
            source,
            filter,
            require,
        } => each(context, source, filter.as_deref(), require),
        Condition::Any { source, filter } => any(context, source, filter.as_deref()),
        Condition::Unique(path) => match context.start(path, None) {
            Some(thing) => unique(context, &select_parts(context.graph(), &thing, &path.steps)),
            None => Outcome::new(Verdict::Unknown, Vec::new()),
        },
    }
}

/// Every item that surely is there and counts must meet the requirement.
fn each(
    context: &Context,
    source: &Source,
    filter: Option<&Condition>,
    require: &Condition,
) -> Outcome {
    let Items { items, open, .. } = items(context, source, filter);
    let mut failed = Outcome::new(Verdict::Fail, Vec::new());
    let mut passed = Outcome::new(Verdict::Pass, Vec::new());
    let mut unknown: Vec<Evidence> = open.into_iter().collect();
    let mut any_unknown = !unknown.is_empty();
    let mut any_failed = false;
    for item in &items {
        let filtered = filter_outcome(context, item, filter);
        if filtered.verdict == Verdict::Fail {
            continue;
        }
        let frame = Frame {
            item,
            outer: context.frame,
        };
        let required = evaluate(&context.within(&frame), require);
        match (filtered.verdict, required.verdict, item.presence) {
            (_, Verdict::Pass, _) => {
                passed
                    .evidence
                    .push(evidence_of_item(context.graph(), item));
            }
            (Verdict::Pass, Verdict::Fail, Presence::Certain) => {
                any_failed = true;
                failed.evidence.extend(required.evidence);
                failed.details.complete_with(required.details);
            }
            (Verdict::Pass | Verdict::Fail | Verdict::Unknown, _, _) => {
                any_unknown = true;
                unknown.extend(reasons(
                    context,
                    item,
                    [
                        (filtered.verdict, filtered.evidence),
                        (required.verdict, required.evidence),
                    ],
                ));
            }
        }
    }
    if any_failed {
        failed
    } else if any_unknown {
        Outcome::new(Verdict::Unknown, unknown)
    } else {
        passed
    }
}

/// Why something may not be there.
pub fn absence(graph: &ResourceGraph, item: &Item) -> Vec<Cause> {
    match (&item.thing, item.presence) {
        (Thing::Node(Node::Resource(index)), Presence::Conditional) => {
            graph.condition_causes(*index)
        }
        (Thing::Node(_) | Thing::Part { .. }, _) => vec![Cause::Loop],
    }
}

/// Why an item decides nothing: what is unknown about it, or that it may not be there.
fn reasons(
    context: &Context,
    item: &Item,
    outcomes: [(Verdict, Vec<Evidence>); 2],
) -> Vec<Evidence> {
    let mut reasons: Vec<Evidence> = outcomes
        .into_iter()
        .filter(|(verdict, _)| *verdict == Verdict::Unknown)
        .flat_map(|(_, evidence)| evidence)
        .collect();
    if reasons.is_empty() {
        let place = evidence_of_item(context.graph(), item);
        reasons.push(place.because_of("may not be there", absence(context.graph(), item)));
    }
    reasons
}

/// An item that surely is there must meet the filter.
fn any(context: &Context, source: &Source, filter: Option<&Condition>) -> Outcome {
    let Items {
        items,
        open,
        container,
    } = items(context, source, filter);
    let mut failed = Outcome::new(Verdict::Fail, vec![container]);
    let mut unknown: Vec<Evidence> = open.into_iter().collect();
    for item in &items {
        let outcome = filter_outcome(context, item, filter);
        match (outcome.verdict, item.presence) {
            (Verdict::Pass, Presence::Certain) => {
                let mut evidence = vec![evidence_of_item(context.graph(), item)];
                evidence.extend(outcome.evidence);
                return Outcome {
                    evidence,
                    ..outcome
                };
            }
            (Verdict::Fail, _) => {
                failed.evidence.extend(outcome.evidence);
                failed.details.complete_with(outcome.details);
            }
            (Verdict::Unknown, _) | (Verdict::Pass, Presence::Conditional | Presence::Repeated) => {
                let nothing = (Verdict::Pass, Vec::new());
                unknown.extend(reasons(
                    context,
                    item,
                    [(outcome.verdict, outcome.evidence), nothing],
                ));
            }
        }
    }
    if unknown.is_empty() {
        failed
    } else {
        Outcome::new(Verdict::Unknown, unknown)
    }
}

/// No two values may be equal.
fn unique(context: &Context, parts: &Parts) -> Outcome {
    let evidence = |position: usize| {
        let (value, place, _) = &parts.parts[position];
        Evidence {
            place: place.clone(),
            note: Note::Value,
            value: Some(value.clone()),
        }
    };
    let mut unknown: Vec<Evidence> = parts.open.iter().cloned().collect();
    for (later, (value, _, presence)) in parts.parts.iter().enumerate() {
        if value.is_unknown() || *presence != Presence::Certain {
            unknown.push(match value.is_unknown() {
                true => Evidence {
                    note: Note::Unknown,
                    ..evidence(later)
                },
                false => evidence(later).because_of("may not be there", vec![Cause::Loop]),
            });
        }
    }
    if let Some((later, earlier)) = twins(context, parts) {
        return Outcome::new(Verdict::Fail, vec![evidence(later), evidence(earlier)]);
    }
    if unknown.is_empty() {
        let all = (0..parts.parts.len()).map(evidence).collect();
        Outcome::new(Verdict::Pass, all)
    } else {
        Outcome::new(Verdict::Unknown, unknown)
    }
}

/// The first two values that are surely there and equal: the later, the earlier.
fn twins(context: &Context, parts: &Parts) -> Option<(usize, usize)> {
    let mut earlier_by_key: rustc_hash::FxHashMap<String, Vec<usize>> = Default::default();
    for (later, (value, _, presence)) in parts.parts.iter().enumerate() {
        if *presence != Presence::Certain {
            continue;
        }
        let key = crate::rules::comparison::key(value).unwrap_or_else(|| value.identity());
        let candidates = earlier_by_key.entry(key).or_default();
        let twin = candidates.iter().find(|earlier| {
            same(value, &parts.parts[**earlier].0, context.session.facts) == Some(true)
        });
        if let Some(earlier) = twin {
            return Some((later, *earlier));
        }
        candidates.push(later);
    }
    None
}
