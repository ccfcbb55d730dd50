//! Tests of one value.

use crate::guidance::Retirement;
use crate::rules::alias;
use crate::rules::comparison::{self, is_empty, order, same, surely_exists, value_of};
use crate::rules::context::Context;
use crate::rules::count::{self, Tally};
use crate::rules::definition::{
    Absent, Comparison, Literal, Operand, RegionFact, Subject, Test, WrittenAs,
};
use crate::rules::outcome::{Details, Evidence, Note, Outcome, Side, Verdict, all_of};
use crate::rules::quantity::{Quantity, compare, equal};
use crate::rules::query::{Selected, select};
use crate::similar::wildcard;
use crate::source::Span;
use crate::value::{Cause, Extent, Step, Value, ValueKind};
use std::cmp::Ordering;

/// Tests of one subject: all must hold.
pub fn test(context: &Context, subject: &Subject, tests: &[Test], absent: &Absent) -> Outcome {
    match subject {
        Subject::Path { .. } | Subject::Alias { .. } => {
            let selected = read(context, subject);
            all_of(
                tests
                    .iter()
                    .map(|test| test_value(context, &selected, test, absent)),
            )
        }
        Subject::Count { .. } | Subject::Aggregate { .. } => {
            let tally = count::tally(context, subject);
            all_of(
                tests
                    .iter()
                    .map(|test| count::test_tally(context, &tally, test)),
            )
        }
    }
}

/// The value of a subject that is a value: of a list of paths the first that is present.
pub fn read(context: &Context, subject: &Subject) -> Selected {
    match subject {
        Subject::Path { paths, of } => {
            let mut nothing = None;
            for path in paths {
                match select(context, path, *of) {
                    Selected::Absent(evidence) => {
                        nothing.get_or_insert(evidence);
                    }
                    Selected::Present(evidence, value) => {
                        return Selected::Present(evidence, value);
                    }
                    Selected::Unknown(evidence, value) => {
                        return Selected::Unknown(evidence, value);
                    }
                }
            }
            Selected::Absent(nothing.unwrap_or_else(|| nowhere(context)))
        }
        Subject::Alias { name, of } => match context.node(*of) {
            Some(node) => alias::read(context, &node, name),
            None => Selected::Absent(nowhere(context)),
        },
        Subject::Count { .. } | Subject::Aggregate { .. } => {
            let tally = count::tally(context, subject);
            Selected::Unknown(tally.container.because("is a number, not a value"), None)
        }
    }
}

fn nowhere(context: &Context) -> Evidence {
    let place = crate::rules::context::place_of_node(context.graph(), &context.node_at_hand());
    Evidence {
        place,
        note: Note::Absent("value".into()),
        value: None,
    }
}

fn test_value(context: &Context, selected: &Selected, test: &Test, absent: &Absent) -> Outcome {
    match selected {
        Selected::Present(evidence, value) => judge_value(context, evidence, value, test),
        Selected::Absent(evidence) => judge_absence(context, evidence, test, absent),
        Selected::Unknown(evidence, Some(value)) => judge_value(context, evidence, value, test),
        Selected::Unknown(evidence, None) => Outcome::new(Verdict::Unknown, vec![evidence.clone()]),
    }
}

fn judge_absence(context: &Context, evidence: &Evidence, test: &Test, absent: &Absent) -> Outcome {
    let known = match (test, absent) {
        (Test::Exists(wanted), _) => Some(!wanted),
        (Test::Empty(wanted), Absent::Unknown | Absent::Default(_)) => Some(*wanted),
        (Test::Equals(Operand::Literal(Literal::Null)), Absent::Unknown) => Some(true),
        (Test::NotEquals(Operand::Literal(Literal::Null)), Absent::Unknown) => Some(false),
        (Test::Contains(_), Absent::Unknown) => Some(false), // an absent array has no elements
        (_, Absent::Pass) => Some(true),
        (_, Absent::Fail) => Some(false),
        (_, Absent::Unknown) => None,
        (_, Absent::Default(literal)) => {
            let value = value_of(literal, evidence.place.span);
            let evidence = Evidence {
                value: Some(value.clone()),
                ..evidence.clone()
            };
            return judge_value(context, &evidence, &value, test);
        }
    };
    let evidence = match known {
        Some(_) => evidence.clone(),
        None => {
            let label = crate::rules::finding::label(context.graph(), evidence, true);
            let causes = match &evidence.note {
                Note::Absent(name) => vec![Cause::Absent((&**name).into())],
                Note::Value
                | Note::Unknown
                | Note::Part
                | Note::Resource(_)
                | Note::Reference(_)
                | Note::Container
                | Note::Reason(..) => Vec::new(),
            };
            let reason = format!("{label}, and what the API makes of that is not said");
            evidence.because_of(reason, causes)
        }
    };
    Outcome::new(Verdict::from_truth(known), vec![evidence])
}

/// What a test makes of a value that is there, though it may be unknown.
fn judge_value(context: &Context, evidence: &Evidence, value: &Value, test: &Test) -> Outcome {
    let mut ruling = rule(context, value, test, evidence.place.span);
    let said = ruling.operand.iter().any(Evidence::is_reason);
    let subject = match (ruling.verdict, ruling.reason) {
        (Verdict::Unknown, Some(reason)) if !value.is_unknown() && !said => {
            evidence.because(reason)
        }
        (Verdict::Pass | Verdict::Fail, _) if value.is_unknown() => Evidence {
            note: Note::Value,
            ..evidence.clone()
        },
        (Verdict::Pass | Verdict::Fail | Verdict::Unknown, _) => evidence.clone(),
    };
    ruling.operand.insert(0, subject);
    Outcome {
        verdict: ruling.verdict,
        evidence: ruling.operand,
        details: ruling.details,
    }
}

/// What a test says of a value, and the operand's places.
struct Ruling {
    verdict: Verdict,
    operand: Vec<Evidence>,
    reason: Option<String>,
    details: Details,
}

impl Ruling {
    fn new(truth: Option<bool>) -> Ruling {
        Ruling {
            verdict: Verdict::from_truth(truth),
            operand: Vec::new(),
            reason: None,
            details: Details::default(),
        }
    }

    fn because(truth: Option<bool>, reason: impl Into<String>) -> Ruling {
        Ruling {
            reason: Some(reason.into()),
            ..Ruling::new(truth)
        }
    }
}

fn rule(context: &Context, value: &Value, test: &Test, span: Span) -> Ruling {
    match test {
        Test::Exists(wanted) => Ruling::new(surely_exists(value).then_some(*wanted)),
        Test::Empty(wanted) => Ruling::new(is_empty(value).map(|empty| empty == *wanted)),
        Test::Equals(operand) => equality(context, value, operand, span),
        Test::NotEquals(operand) => {
            let ruling = equality(context, value, operand, span);
            Ruling {
                verdict: ruling.verdict.negated(),
                ..ruling
            }
        }
        Test::In(operands) => membership(context, value, operands, span),
        Test::NotIn(operands) => {
            let ruling = membership(context, value, operands, span);
            Ruling {
                verdict: ruling.verdict.negated(),
                ..ruling
            }
        }
        Test::Like(pattern) => Ruling::new(
            text_of(value)
                .map(|text| wildcard(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())),
        ),
        Test::Matches(pattern) => match text_of(value) {
            Some(text) => Ruling::because(
                context.session.rules.matches(pattern, &text),
                format!("`{pattern}` is no pattern"),
            ),
            None => Ruling::because(None, "is no text"),
        },
        Test::Contains(operand) => containment(context, value, operand, span),
        Test::Compare(comparison, operand) => ordering(context, value, *comparison, operand, span),
        Test::Region(fact) => region(context, value, *fact),
        Test::Retired(table) => retirement(context, value, table, true),
        Test::Retiring(table) => retirement(context, value, table, false),
        Test::WrittenAs(way) => {
            Ruling::because(written_as(value, *way), "may be a default or a variable")
        }
    }
}

/// A scalar as text.
fn text_of(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::String(text) => Some(text.to_string()),
        ValueKind::Boolean(truth) => Some(truth.to_string()),
        ValueKind::Integer(number) => Some(number.to_string()),
        ValueKind::Float(number) => Some(number.to_string()),
        ValueKind::Null | ValueKind::Array(_) | ValueKind::Object(_) | ValueKind::Unknown(_) => {
            None
        }
    }
}

/// What an operand is, and where it stands.
pub fn operand(context: &Context, operand: &Operand, span: Span) -> (Side, Vec<Evidence>) {
    match operand {
        Operand::Literal(literal) => (Side::Value(value_of(literal, span)), Vec::new()),
        Operand::Parameter(name) => match context.parameter(name) {
            Some(literal) => (Side::Value(value_of(literal, span)), Vec::new()),
            None => (Side::Nothing, Vec::new()),
        },
        Operand::PairOf(path) => match select(context, path, None) {
            Selected::Present(evidence, value) => {
                let region = value
                    .as_str()
                    .and_then(|name| context.session.facts.region(name));
                let side = match region.and_then(|region| region.pair.as_deref()) {
                    Some(pair) => Side::Value(Value::string(pair, value.span)),
                    None => Side::Nothing,
                };
                (side, vec![evidence])
            }
            Selected::Absent(evidence) | Selected::Unknown(evidence, _) => {
                (Side::Nothing, vec![evidence])
            }
        },
        Operand::DaysFromToday(days) => {
            let days = jiff::Span::new().try_days(*days);
            let date = days.and_then(|days| context.session.as_of.checked_add(days));
            match date {
                Ok(date) => (
                    Side::Value(Value::string(date.to_string().as_str(), span)),
                    Vec::new(),
                ),
                Err(_) => (Side::Nothing, Vec::new()),
            }
        }
        Operand::Subject { subject, default } => {
            subject_operand(context, subject, default.as_ref())
        }
    }
}

fn subject_operand(
    context: &Context,
    subject: &Subject,
    default: Option<&Literal>,
) -> (Side, Vec<Evidence>) {
    match subject {
        Subject::Path { .. } | Subject::Alias { .. } => match (read(context, subject), default) {
            (Selected::Present(evidence, value), _) => (Side::Value(value), vec![evidence]),
            (Selected::Absent(evidence), Some(literal)) => {
                let value = value_of(literal, evidence.place.span);
                let evidence = Evidence {
                    value: Some(value.clone()),
                    ..evidence
                };
                (Side::Value(value), vec![evidence])
            }
            (Selected::Unknown(evidence, Some(value)), _) => (Side::Value(value), vec![evidence]),
            (Selected::Absent(evidence), None) | (Selected::Unknown(evidence, None), _) => {
                (Side::Nothing, vec![evidence])
            }
        },
        Subject::Count { .. } | Subject::Aggregate { .. } => {
            let Tally {
                range,
                values,
                counted,
                ..
            } = count::tally(context, subject);
            let evidence = if values.is_empty() { counted } else { values };
            match range {
                Some(range) => (Side::Quantity(range), evidence),
                None => (Side::Nothing, evidence),
            }
        }
    }
}

/// The number an operand is, if it is one.
pub fn quantity_of(side: &Side) -> Option<Quantity> {
    match side {
        Side::Value(value) => comparison::number(value).map(Quantity::exactly),
        Side::Quantity(range) => Some(*range),
        Side::Nothing => None,
    }
}

fn equality(context: &Context, value: &Value, to: &Operand, span: Span) -> Ruling {
    let (side, evidence) = operand(context, to, span);
    let verdict = match &side {
        Side::Value(other) => Verdict::from_truth(same(value, other, context.session.facts)),
        Side::Quantity(range) => match comparison::number(value) {
            Some(number) => equal(Quantity::exactly(number), *range),
            None => Verdict::Unknown,
        },
        Side::Nothing => Verdict::Unknown,
    };
    with_operand(verdict, evidence, &side)
}

fn with_operand(verdict: Verdict, operand: Vec<Evidence>, side: &Side) -> Ruling {
    Ruling {
        verdict,
        operand,
        reason: Some("what it is compared with is unknown".to_owned()),
        details: Details {
            limit: Some(side.clone()),
            ..Details::default()
        },
    }
}

fn membership(context: &Context, value: &Value, among: &[Operand], span: Span) -> Ruling {
    let mut sum = Ruling::new(Some(false));
    for candidate in among {
        let ruling = equality(context, value, candidate, span);
        match ruling.verdict {
            Verdict::Pass => return ruling,
            Verdict::Fail => sum.operand.extend(ruling.operand),
            Verdict::Unknown => sum.verdict = Verdict::Unknown,
        }
    }
    sum.details = Details::default();
    sum
}

fn containment(context: &Context, value: &Value, element: &Operand, span: Span) -> Ruling {
    let Some(array) = value.as_array() else {
        return Ruling::because(None, "is no array");
    };
    let (side, evidence) = operand(context, element, span);
    let Side::Value(wanted) = &side else {
        return with_operand(Verdict::Unknown, evidence, &side);
    };
    let mut found = match array.extent() {
        Extent::Closed => Some(false),
        Extent::Open | Extent::Repeated => None,
    };
    for element in array.elements() {
        match same(element, wanted, context.session.facts) {
            Some(true) if array.extent() != Extent::Repeated => {
                return with_operand(Verdict::Pass, evidence, &side);
            }
            Some(true) | None => found = None,
            Some(false) => {}
        }
    }
    with_operand(Verdict::from_truth(found), evidence, &side)
}

fn ordering(
    context: &Context,
    value: &Value,
    comparison: Comparison,
    to: &Operand,
    span: Span,
) -> Ruling {
    let (side, evidence) = operand(context, to, span);
    let verdict = match &side {
        Side::Value(other) => {
            Verdict::from_truth(order(value, other).map(|order| match comparison {
                Comparison::Less => order == Ordering::Less,
                Comparison::LessOrEquals => order != Ordering::Greater,
                Comparison::Greater => order == Ordering::Greater,
                Comparison::GreaterOrEquals => order != Ordering::Less,
            }))
        }
        Side::Quantity(range) => match comparison::number(value) {
            Some(number) => compare(Quantity::exactly(number), comparison, *range),
            None => Verdict::Unknown,
        },
        Side::Nothing => Verdict::Unknown,
    };
    Ruling {
        reason: Some("cannot be compared".to_owned()),
        ..with_operand(verdict, evidence, &side)
    }
}

fn region(context: &Context, value: &Value, fact: RegionFact) -> Ruling {
    let Some(name) = value.as_str() else {
        return Ruling::because(None, "names no region");
    };
    let region = context.session.facts.region(name);
    let truth = match (fact, region) {
        (RegionFact::Listed, _) => Some(region.is_some()),
        (RegionFact::HasZones, Some(region)) => Some(region.zones),
        (RegionFact::NoZones, Some(region)) => Some(!region.zones),
        (RegionFact::HasPair, Some(region)) => Some(region.pair.is_some()),
        (RegionFact::NoPair, Some(region)) => Some(region.pair.is_none()),
        (RegionFact::PairHasZones, Some(region)) => match region.pair.as_deref() {
            Some(pair) => context.session.facts.region(pair).map(|pair| pair.zones),
            None => Some(false),
        },
        (RegionFact::Restricted, Some(region)) => Some(region.restricted),
        (
            RegionFact::HasZones
            | RegionFact::NoZones
            | RegionFact::HasPair
            | RegionFact::NoPair
            | RegionFact::PairHasZones
            | RegionFact::Restricted,
            None,
        ) => None,
    };
    Ruling::because(truth, format!("the region `{name}` is not in the data"))
}

/// Whether a table says that the value is, or will be, gone.
fn retirement(context: &Context, value: &Value, table: &str, past: bool) -> Ruling {
    let Some(text) = value.as_str() else {
        return Ruling::because(None, "is no text");
    };
    let found = retirement_row(context, table, text);
    let gone = found.map(|row| row.is_past(context.session.as_of) == past);
    let mut ruling = Ruling::new(Some(gone == Some(true)));
    ruling.details.retirement = found.cloned();
    ruling
}

/// The row of a table that holds a value.
fn retirement_row<'a>(context: &Context<'a>, table: &str, text: &str) -> Option<&'a Retirement> {
    let tables = &context.session.facts.guidance.retirements;
    let (_, rows) = tables.iter().find(|(name, _)| **name == *table)?;
    let folded = text.to_lowercase();
    rows.iter().find(|row| {
        if row.regex {
            context.session.rules.matches(&row.pattern, text) == Some(true)
        } else {
            wildcard(&row.pattern, &folded)
        }
    })
}

/// Whether a value was written in this way.
fn written_as(value: &Value, way: WrittenAs) -> Option<bool> {
    let steps = value.steps();
    let written = match steps.first().map(|trace| &trace.step) {
        None if value.is_unknown() || !literal_like(value) => WrittenAs::Expression,
        None => WrittenAs::Literal,
        Some(Step::Given(_) | Step::Passed(_)) => WrittenAs::ParameterValue,
        Some(Step::Parameter | Step::Choice(_)) => WrittenAs::ParameterDefault,
        Some(Step::Variable) => WrittenAs::Variable,
        Some(Step::Chosen | Step::Output(_) | Step::Loaded) => WrittenAs::Expression,
    };
    Some(written == way)
}

/// Whether what stands at the span of a value can be the value itself rather than an expression that gives it: text has the
/// length of its literal, quotes included.
pub fn literal_like(value: &Value) -> bool {
    let Some(text) = value.as_str() else {
        return !value.is_unknown();
    };
    let length = value.span.len();
    length == text.len() || length == text.len() + 2
}
