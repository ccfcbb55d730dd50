//! Counting, adding up, the least and the greatest: numbers over items, within bounds.

use crate::evaluate::Presence;
use crate::rules::comparison::{key, number, same};
use crate::rules::condition::{absence, evaluate};
use crate::rules::context::{Context, Frame, Item, evidence_of_item};
use crate::rules::definition::{AggregateKind, Condition, Literal, Operand, Source, Subject, Test};
use crate::rules::items::{Items, items};
use crate::rules::outcome::{Details, Evidence, Note, Outcome, Verdict};
use crate::rules::quantity::{
    Blame, Quantity, blame_for_equality, blame_for_order, compare, equal, often,
};
use crate::rules::query::{Selected, select};
use crate::rules::subject::{operand, quantity_of, read};
use crate::value::Value;
use rustc_hash::FxHashSet;

/// A number over items, and the places it rests on.
pub struct Tally {
    /// Its bounds; `None` if there is nothing of which it could be the least or greatest.
    pub range: Option<Quantity>,
    /// The items that count, or may.
    pub counted: Vec<Evidence>,
    /// The values of items that were added, compared or told apart.
    pub values: Vec<Evidence>,
    /// What made other items not count.
    pub near_misses: Vec<Evidence>,
    /// Why the number is not known.
    pub unknown: Vec<Evidence>,
    /// What holds the items.
    pub container: Evidence,
    /// The distinct values.
    pub distinct: Vec<Value>,
    blame_values: BlameValues,
}

/// Whether the values of items are blamed rather than the items or what holds them.
#[derive(Clone, Copy)]
enum BlameValues {
    /// Items are counted.
    Never,
    /// Different values are counted, and more are needed.
    ToAdd,
    /// Values make the number.
    Always,
}

/// An item that counts, surely or perhaps.
struct Counted {
    item: Item,
    /// How often it is there and counts.
    often: Quantity,
}

/// Works out a subject that is a number.
pub fn tally(context: &Context, subject: &Subject) -> Tally {
    match subject {
        Subject::Count {
            source,
            filter,
            distinct,
        } => {
            let (mut tally, counted, open) = gather(context, source, filter.as_deref());
            match distinct {
                None => {
                    let sum = counted.iter().map(|counted| counted.often);
                    tally.range = Some(add(sum, open));
                }
                Some(path) => {
                    let read = |context: &Context| select(context, path, None);
                    count_distinct(context, &mut tally, &counted, open, &read);
                }
            }
            tally
        }
        Subject::Aggregate {
            kind,
            source,
            filter,
            value,
            default,
        } => {
            let (mut tally, counted, open) = gather(context, source, filter.as_deref());
            let amounts = amounts(context, &mut tally, &counted, value);
            tally.blame_values = BlameValues::Always;
            tally.range = match kind {
                AggregateKind::Sum => {
                    let addends = amounts.iter().zip(&counted);
                    Some(add(
                        addends.map(|(amount, counted)| amount.times(counted.often)),
                        open,
                    ))
                }
                AggregateKind::Minimum => least(&amounts, &counted, open, default.as_ref()),
                AggregateKind::Maximum => {
                    let negated: Vec<Quantity> =
                        amounts.iter().map(|amount| negate(*amount)).collect();
                    let default = default.as_ref().and_then(number_of).map(|number| -number);
                    least_of(&negated, &counted, open, default).map(negate)
                }
            };
            tally
        }
        Subject::Path { .. } | Subject::Alias { .. } => single(context, subject),
    }
}

/// A subject that is one value, as a number.
fn single(context: &Context, subject: &Subject) -> Tally {
    let (container, range) = match read(context, subject) {
        Selected::Present(evidence, value) => (evidence, number(&value).map(Quantity::exactly)),
        Selected::Absent(evidence) | Selected::Unknown(evidence, _) => (evidence, None),
    };
    Tally {
        range,
        ..empty(container)
    }
}

fn empty(container: Evidence) -> Tally {
    Tally {
        range: None,
        counted: Vec::new(),
        values: Vec::new(),
        near_misses: Vec::new(),
        unknown: Vec::new(),
        container,
        distinct: Vec::new(),
        blame_values: BlameValues::Never,
    }
}

/// The items that count, and whether there may be others.
fn gather(
    context: &Context,
    source: &Source,
    filter: Option<&Condition>,
) -> (Tally, Vec<Counted>, bool) {
    let Items {
        items,
        open,
        container,
    } = items(context, source, filter);
    let mut tally = empty(container);
    let is_open = open.is_some();
    tally.unknown.extend(open);
    let mut counted = Vec::new();
    for item in items {
        let outcome = filter_outcome(context, &item, filter);
        let place = evidence_of_item(context.graph(), &item);
        let mut often = often(item.presence);
        match outcome.verdict {
            Verdict::Fail => {
                tally.near_misses.extend(outcome.evidence);
                continue;
            }
            Verdict::Unknown => {
                tally.unknown.extend(outcome.evidence);
                often.low = 0.0;
            }
            Verdict::Pass if item.presence != Presence::Certain => {
                let causes = absence(context.graph(), &item);
                tally
                    .unknown
                    .push(place.because_of("may not be there", causes));
            }
            Verdict::Pass => {}
        }
        tally.counted.push(place);
        counted.push(Counted { item, often });
    }
    (tally, counted, is_open)
}

/// What the `where` of a quantifier says of an item.
pub fn filter_outcome(context: &Context, item: &Item, filter: Option<&Condition>) -> Outcome {
    match filter {
        Some(filter) => {
            let frame = Frame {
                item,
                outer: context.frame,
            };
            evaluate(&context.within(&frame), filter)
        }
        None => Outcome::new(Verdict::Pass, Vec::new()),
    }
}

fn add(quantities: impl Iterator<Item = Quantity>, open: bool) -> Quantity {
    let sum = quantities.fold(Quantity::exactly(0.0), Quantity::plus);
    if open {
        sum.plus(Quantity::any_amount())
    } else {
        sum
    }
}

/// Different values of the items that are surely there, and of all that may be.
fn count_distinct(
    context: &Context,
    tally: &mut Tally,
    counted: &[Counted],
    open: bool,
    read: &dyn Fn(&Context) -> Selected,
) {
    let (mut sure, mut all, mut unknown) = (
        FxHashSet::default(),
        FxHashSet::default(),
        FxHashSet::default(),
    );
    let mut one_is_there = false;
    let mut endless = open;
    // Values of items that are surely there, the known ones once.
    let (mut sure_known, mut sure_unknown) = (Vec::new(), Vec::new());
    for Counted { item, often } in counted {
        let frame = Frame {
            item,
            outer: context.frame,
        };
        let (evidence, value) = match read(&context.within(&frame)) {
            Selected::Present(evidence, value) => (evidence, Some(value)),
            Selected::Absent(_) => continue,
            Selected::Unknown(evidence, value) => (evidence, value),
        };
        one_is_there |= often.low > 0.0;
        match (value.as_ref().and_then(known_key), value) {
            (Some(key), Some(value)) => {
                if often.low > 0.0 && sure.insert(key.clone()) {
                    sure_known.push(value.clone());
                }
                if all.insert(key) {
                    tally.distinct.push(value);
                }
            }
            (_, value) => {
                endless |= often.high.is_infinite();
                sure_unknown.extend(value.clone().filter(|_| often.low > 0.0));
                let identity = value.map_or_else(
                    || format!("item {}", unknown.len()),
                    |value| value.identity(),
                );
                if unknown.insert(identity) {
                    tally.distinct.extend(evidence.value.clone());
                }
                tally.unknown.push(evidence.clone());
            }
        }
        tally.values.push(Evidence {
            note: Note::Value,
            ..evidence
        });
    }
    let apart = apart(context, sure_known, sure_unknown);
    let low = apart.max(usize::from(one_is_there)) as f64;
    let high = if endless {
        f64::INFINITY
    } else {
        (all.len() + unknown.len()) as f64
    };
    tally.blame_values = BlameValues::ToAdd;
    tally.range = Some(Quantity { low, high });
}

/// Values, at most, that are compared with one another one by one.
const MAX_APART: usize = 64;

/// How many values surely differ from one another: the known ones, and of the unknown ones those that differ in the parts that
/// are known.
fn apart(context: &Context, mut apart: Vec<Value>, unknown: Vec<Value>) -> usize {
    for value in unknown {
        if apart.len() >= MAX_APART {
            break;
        }
        let differs = |other: &Value| same(other, &value, context.session.facts) == Some(false);
        if apart.iter().all(differs) {
            apart.push(value);
        }
    }
    apart.len()
}

/// A text that tells values apart which are known.
fn known_key(value: &Value) -> Option<String> {
    key(value).or_else(|| value.is_known().then(|| value.identity()))
}

/// The amount of each item: from nothing to endless where it is unknown.
fn amounts(
    context: &Context,
    tally: &mut Tally,
    counted: &[Counted],
    value: &Subject,
) -> Vec<Quantity> {
    let mut amounts = Vec::new();
    for Counted { item, .. } in counted {
        let frame = Frame {
            item,
            outer: context.frame,
        };
        let (evidence, amount) = match read(&context.within(&frame), value) {
            Selected::Present(evidence, value) => (evidence, number(&value)),
            Selected::Absent(evidence) => {
                let amount = evidence.value.as_ref().and_then(number);
                (evidence, amount)
            }
            Selected::Unknown(evidence, _) => (evidence, None),
        };
        if amount.is_none() {
            tally.unknown.push(evidence.clone());
        }
        tally.values.push(evidence);
        amounts.push(amount.map_or(Quantity::any_amount(), Quantity::exactly));
    }
    amounts
}

fn number_of(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Integer(number) => Some(*number as f64),
        Literal::Float(number) => Some(*number),
        Literal::String(text) => text.parse().ok(),
        Literal::Null | Literal::Boolean(_) | Literal::Array(_) | Literal::Object(_) => None,
    }
}

fn negate(quantity: Quantity) -> Quantity {
    Quantity {
        low: -quantity.high,
        high: -quantity.low,
    }
}

fn least(
    amounts: &[Quantity],
    counted: &[Counted],
    open: bool,
    default: Option<&Literal>,
) -> Option<Quantity> {
    least_of(amounts, counted, open, default.and_then(number_of))
}

/// The least: at most that of the items surely there, at least that of all that may be.
fn least_of(
    amounts: &[Quantity],
    counted: &[Counted],
    open: bool,
    default: Option<f64>,
) -> Option<Quantity> {
    if amounts.is_empty() && !open {
        return default.map(Quantity::exactly);
    }
    let sure = amounts
        .iter()
        .zip(counted)
        .filter(|(_, counted)| counted.often.low > 0.0)
        .map(|(amount, _)| amount.high)
        .reduce(f64::min);
    let lows = amounts.iter().map(|amount| amount.low);
    let highs = amounts.iter().map(|amount| amount.high);
    let (low, high) = match (sure, open) {
        (Some(sure), _) => (lows.fold(f64::INFINITY, f64::min), sure),
        (None, true) => (f64::NEG_INFINITY, f64::INFINITY),
        (None, false) => {
            let default = default?;
            (lows.fold(default, f64::min), highs.fold(default, f64::max))
        }
    };
    let low = if open { f64::NEG_INFINITY } else { low };
    Some(Quantity { low, high })
}

/// Tests a number over items.
pub fn test_tally(context: &Context, tally: &Tally, test: &Test) -> Outcome {
    let span = tally.container.place.span;
    let one = |to: &Operand| {
        let (side, evidence) = operand(context, to, span);
        (quantity_of(&side), Some(side), evidence)
    };
    let Some(range) = tally.range else {
        return unknown_number(tally);
    };
    let (verdict, blame, limit, evidence) = match test {
        Test::Compare(comparison, to) => {
            let (quantity, limit, evidence) = one(to);
            let verdict = quantity.map_or(Verdict::Unknown, |quantity| {
                compare(range, *comparison, quantity)
            });
            (
                verdict,
                blame_for_order(*comparison, verdict),
                limit,
                evidence,
            )
        }
        Test::Equals(to) | Test::NotEquals(to) => {
            let (quantity, limit, evidence) = one(to);
            let verdict = quantity.map_or(Verdict::Unknown, |quantity| equal(range, quantity));
            let blame =
                quantity.map_or(Blame::Items, |quantity| blame_for_equality(range, quantity));
            let verdict = if matches!(test, Test::NotEquals(_)) {
                verdict.negated()
            } else {
                verdict
            };
            (verdict, blame, limit, evidence)
        }
        Test::In(among) | Test::NotIn(among) => {
            let quantities: Vec<Quantity> = among.iter().filter_map(|to| one(to).0).collect();
            let verdict = among_quantities(range, &quantities, quantities.len() < among.len());
            let nearest = quantities
                .iter()
                .copied()
                .reduce(|left, right| if right.low < left.low { right } else { left });
            let blame = nearest.map_or(Blame::Items, |nearest| blame_for_equality(range, nearest));
            let verdict = if matches!(test, Test::NotIn(_)) {
                verdict.negated()
            } else {
                verdict
            };
            (verdict, blame, None, Vec::new())
        }
        Test::Exists(_)
        | Test::Empty(_)
        | Test::Like(_)
        | Test::Matches(_)
        | Test::Contains(_)
        | Test::Region(_)
        | Test::Retired(_)
        | Test::Retiring(_)
        | Test::WrittenAs(_) => return unknown_number(tally),
    };
    let mut places = match verdict {
        Verdict::Unknown => return unknown_number(tally),
        Verdict::Pass | Verdict::Fail => places(tally, blame),
    };
    places.extend(evidence);
    Outcome {
        verdict,
        evidence: places,
        details: Details {
            number: Some(range),
            limit,
            values: tally.distinct.clone(),
            retirement: None,
        },
    }
}

fn among_quantities(range: Quantity, among: &[Quantity], some_unknown: bool) -> Verdict {
    let mut sum = if some_unknown {
        Verdict::Unknown
    } else {
        Verdict::Fail
    };
    for quantity in among {
        match equal(range, *quantity) {
            Verdict::Pass => return Verdict::Pass,
            Verdict::Unknown => sum = Verdict::Unknown,
            Verdict::Fail => {}
        }
    }
    sum
}

fn unknown_number(tally: &Tally) -> Outcome {
    let mut evidence = tally.unknown.clone();
    if evidence.is_empty() {
        evidence.push(tally.container.because("the number is not known"));
    }
    Outcome::new(Verdict::Unknown, evidence)
}

/// The places of a number that is known: what to remove, or where to add.
fn places(tally: &Tally, blame: Blame) -> Vec<Evidence> {
    let by_values = match (tally.blame_values, blame) {
        (BlameValues::Always, _) | (BlameValues::ToAdd, Blame::Container) => true,
        (BlameValues::ToAdd, Blame::Items) | (BlameValues::Never, _) => false,
    };
    if by_values && !tally.values.is_empty() {
        return tally.values.clone();
    }
    if blame == Blame::Items && !tally.counted.is_empty() {
        return tally.counted.clone();
    }
    let mut places = vec![tally.container.clone()];
    places.extend(tally.counted.iter().cloned());
    places.extend(tally.near_misses.iter().cloned());
    places
}
