//! What a condition comes to: pass, fail or unknown, and the places that decided it.

use crate::graph::ResourceIndex;
use crate::guidance::Retirement;
use crate::rules::context::Node;
use crate::rules::quantity::Quantity;
use crate::source::Span;
use crate::value::{Cause, Trace, Value};
use std::sync::Arc;

/// The three outcomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// Nobody knows before deployment.
    Unknown,
}

impl Verdict {
    /// The verdict of a three-valued truth.
    pub fn from_truth(truth: Option<bool>) -> Verdict {
        match truth {
            Some(true) => Verdict::Pass,
            Some(false) => Verdict::Fail,
            None => Verdict::Unknown,
        }
    }

    /// Pass and fail change places.
    pub fn negated(self) -> Verdict {
        match self {
            Verdict::Pass => Verdict::Fail,
            Verdict::Fail => Verdict::Pass,
            Verdict::Unknown => Verdict::Unknown,
        }
    }
}

/// Somewhere in a file, on behalf of a resource.
#[derive(Clone, Debug)]
pub struct Place {
    /// The characters.
    pub span: Span,
    /// How what stands there came to the resource.
    pub trace: Option<Arc<Trace>>,
    /// The resource it belongs to; `None` outside the run.
    pub host: Option<ResourceIndex>,
}

/// What stands at a place.
#[derive(Clone, Debug)]
pub enum Note {
    /// A value that was tested.
    Value,
    /// A value that is unknown.
    Unknown,
    /// Something that lacks this property.
    Absent(Box<str>),
    /// A part of a body that was counted or found.
    Part,
    /// A resource that was counted or found.
    Resource(Node),
    /// What this resource refers by.
    Reference(ResourceIndex),
    /// Where items belong.
    Container,
    /// Why nobody knows.
    Reason(String, Vec<Cause>),
}

/// A place that decided an outcome.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub note: Note,
    /// The value there, or the one the API gives to what is absent.
    pub value: Option<Value>,
}

impl Evidence {
    /// Whether it says why something is unknown.
    pub fn is_reason(&self) -> bool {
        match self.note {
            Note::Unknown | Note::Reason(..) => true,
            Note::Value
            | Note::Absent(_)
            | Note::Part
            | Note::Resource(_)
            | Note::Reference(_)
            | Note::Container => false,
        }
    }

    /// The same place as the reason why something is unknown.
    pub fn because(&self, reason: impl Into<String>) -> Evidence {
        Evidence {
            note: Note::Reason(reason.into(), Vec::new()),
            ..self.clone()
        }
    }

    /// The same where these are what makes it unknown.
    pub fn because_of(&self, reason: impl Into<String>, causes: Vec<Cause>) -> Evidence {
        Evidence {
            note: Note::Reason(reason.into(), causes),
            ..self.clone()
        }
    }
}

/// What a value or number is compared with.
#[derive(Clone, Debug)]
pub enum Side {
    /// A value, perhaps an unknown one.
    Value(Value),
    /// A number within bounds.
    Quantity(Quantity),
    /// Nobody knows, or there is nothing to compare with.
    Nothing,
}

/// What messages say beside values: `{number}`, `{limit}`, `{values}`, `{retirement.date}`.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// What was counted or added up.
    pub number: Option<Quantity>,
    /// What it was compared with.
    pub limit: Option<Side>,
    /// The distinct values.
    pub values: Vec<Value>,
    /// What the table says about the value.
    pub retirement: Option<Retirement>,
}

impl Details {
    /// Takes from `other` what is not said yet.
    pub fn complete_with(&mut self, other: Details) {
        let Details {
            number,
            limit,
            values,
            retirement,
        } = other;
        self.number = self.number.take().or(number);
        self.limit = self.limit.take().or(limit);
        self.retirement = self.retirement.take().or(retirement);
        if self.values.is_empty() {
            self.values = values;
        }
    }
}

/// What a condition comes to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which of the three.
    pub verdict: Verdict,
    /// The places that decided it; the first is the one to blame.
    pub evidence: Vec<Evidence>,
    /// What messages say beside.
    pub details: Details,
}

impl Outcome {
    /// An outcome decided by these places.
    pub fn new(verdict: Verdict, evidence: Vec<Evidence>) -> Outcome {
        Outcome {
            verdict,
            evidence,
            details: Details::default(),
        }
    }

    /// The outcome with pass and fail changed, the places the same.
    pub fn negated(self) -> Outcome {
        Outcome {
            verdict: self.verdict.negated(),
            ..self
        }
    }
}

/// All must pass. The first that fails decides; else every unknown; else all of them.
pub fn all_of(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    combine(outcomes, Verdict::Fail)
}

/// One must pass. The first that passes decides; else every unknown; else all of them.
pub fn any_of(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    combine(outcomes, Verdict::Pass)
}

fn combine(outcomes: impl Iterator<Item = Outcome>, deciding: Verdict) -> Outcome {
    let mut known = Outcome::new(deciding.negated(), Vec::new());
    let mut unknown: Option<Outcome> = None;
    for outcome in outcomes {
        if outcome.verdict == deciding {
            return outcome;
        }
        let sum = if outcome.verdict == Verdict::Unknown {
            unknown.get_or_insert_with(|| Outcome::new(Verdict::Unknown, Vec::new()))
        } else {
            &mut known
        };
        sum.evidence.extend(outcome.evidence);
        sum.details.complete_with(outcome.details);
    }
    unknown.unwrap_or(known)
}
