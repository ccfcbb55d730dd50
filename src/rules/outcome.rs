//! What a condition comes to: pass, fail or unknown, and the places that decided it.

use crate::graph::ResourceIndex;
use crate::rules::facts::Retirement;
use crate::source::Span;
use crate::value::{Trace, Value};
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
    /// Something that lacks this property.
    Absent(Box<str>),
    /// An item that was counted or found, in words.
    Item(String),
    /// Where items belong.
    Container,
    /// Why nobody knows.
    Reason(String),
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
    /// The same place as the reason why something is unknown.
    pub fn because(&self, reason: impl Into<String>) -> Evidence {
        Evidence {
            note: Note::Reason(reason.into()),
            ..self.clone()
        }
    }
}

/// What messages say beside values: `{number}`, `{limit}`, `{values}`, `{retirement.date}`.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// What was counted or added up.
    pub number: Option<String>,
    /// What it was compared with.
    pub limit: Option<String>,
    /// The distinct values.
    pub values: Vec<String>,
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
