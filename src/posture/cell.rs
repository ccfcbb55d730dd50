//! What one cell of the table says, and the rules behind it.

use super::{Bench, Found};
use crate::diagnostic::Severity;
use crate::graph::ResourceIndex;
use crate::rules::judge::{Finding, Judgement, RuleOutcome};
use crate::rules::service::{Column, Enough, OtherwiseState};
use crate::source::Span;

/// Whether a loss is survived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// A rule shows that it is.
    Yes,
    /// A rule, or the service itself, shows that it is not.
    No,
    /// Nobody knows before deployment, or it is not documented.
    Unknown,
    /// The resource stands outside of the run.
    External,
    /// There is no such resource, or nothing that decides it.
    NotApplicable,
}

impl State {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            State::Yes => "yes",
            State::No => "no",
            State::Unknown => "unknown",
            State::External => "external",
            State::NotApplicable => "not applicable",
        }
    }
}

/// One cell.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// What it says.
    pub state: State,
    /// Why, where no rule says it.
    pub reason: Option<String>,
    /// What to do, where no rule says it.
    pub help: Option<String>,
    /// The rules that were asked and said something.
    pub rules: Vec<Decision>,
}

/// What one rule has to do with a cell.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it says.
    pub verdict: Verdict,
    /// Whether its pass shows that the loss is survived.
    pub shows: bool,
    /// How grave the fault is.
    pub severity: Option<Severity>,
    /// The fault, or why nobody knows.
    pub message: Option<String>,
    /// What to do about the fault.
    pub help: Option<String>,
    /// The place of the fault, or of what is not known.
    pub place: Option<Span>,
}

/// What a rule says to a cell, mild to grave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It passed.
    Pass,
    /// A fault that is mere advice here.
    Advice,
    /// It cannot be judged before deployment.
    Unknown,
    /// A fault.
    Fail,
}

impl Verdict {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Advice => "advice",
            Verdict::Unknown => "unknown",
            Verdict::Fail => "fail",
        }
    }
}

/// What the rules of one list say.
#[derive(Default)]
struct Said {
    decisions: Vec<Decision>,
    /// Whether one judges the resource but cannot see it.
    external: bool,
    /// The first rule of the list that amllint does not have.
    missing: Option<String>,
}

impl Said {
    fn any(&self, verdict: Verdict) -> bool {
        self.decisions.iter().any(|one| one.verdict == verdict)
    }
}

impl Bench<'_> {
    /// What a column says of these resources.
    pub(super) fn cell(&self, column: &Column, found: &Found, subjects: &[ResourceIndex]) -> Cell {
        let denied = self.said(&column.denied_by, subjects, true);
        if *found == Found::Nothing {
            return of_nothing(denied);
        }
        let shown = self.said(&column.shown_by, subjects, false);
        let one = column.enough == Enough::One;
        let enough = one && shown.any(Verdict::Pass);
        let open = one && shown.any(Verdict::Unknown);
        let unknown = denied.any(Verdict::Unknown) || shown.any(Verdict::Unknown) && !enough;
        let state = if denied.any(Verdict::Fail) || shown.any(Verdict::Fail) && !enough && !open {
            State::No
        } else if is_outside(found) || shown.external || denied.external {
            State::External
        } else if unknown || matches!(found, Found::Unknown { .. }) {
            State::Unknown
        } else if shown.any(Verdict::Pass) && !enough && shown.missing.is_some() {
            // What only a part of the rules shows is not shown.
            return self.undecided(&Column::default(), subjects, [shown, denied]);
        } else if shown.any(Verdict::Pass) {
            State::Yes
        } else {
            return self.undecided(column, subjects, [shown, denied]);
        };
        Cell {
            state,
            reason: reason(state, found),
            help: None,
            rules: [shown.decisions, denied.decisions].concat(),
        }
    }

    /// What holds where no rule that decides the column said anything.
    fn undecided(&self, column: &Column, subjects: &[ResourceIndex], said: [Said; 2]) -> Cell {
        let missing = said.iter().find_map(|said| said.missing.clone());
        let decisions = said.into_iter().flat_map(|said| said.decisions);
        let mut cell = Cell {
            state: State::NotApplicable,
            reason: None,
            help: None,
            rules: decisions.collect(),
        };
        let denied = self.said(&column.else_denied_by, subjects, true);
        if denied.any(Verdict::Fail) {
            cell.state = State::No;
            cell.rules.extend(denied.decisions);
        } else if let Some(otherwise) = &column.otherwise {
            cell.state = match otherwise.state {
                OtherwiseState::No => State::No,
                OtherwiseState::Unknown => State::Unknown,
                OtherwiseState::NotApplicable => State::NotApplicable,
            };
            cell.reason = Some(otherwise.because.to_string());
            cell.help = otherwise.help.as_deref().map(str::to_owned);
        } else if denied.any(Verdict::Unknown) {
            cell.state = State::Unknown;
            cell.rules.extend(denied.decisions);
        } else if let Some(missing) = missing {
            cell.state = State::Unknown;
            cell.reason = Some(format!("there is no rule `{missing}`, which decides it"));
        } else {
            cell.reason = Some("no rule applies to it".to_owned());
        }
        cell
    }

    /// What rules of these names find in these resources, without advice.
    pub(super) fn faults(&self, names: &[Box<str>], subjects: &[ResourceIndex]) -> Vec<Decision> {
        let said = self.said(names, subjects, false).decisions.into_iter();
        said.filter(|one| {
            one.severity
                .is_some_and(|severity| severity > Severity::Info)
        })
        .collect()
    }

    /// What rules of these names say of these resources. `mildly`: a fault that is milder than the rule usually is, is advice.
    fn said(&self, names: &[Box<str>], subjects: &[ResourceIndex], mildly: bool) -> Said {
        let mut said = Said::default();
        for name in names {
            let Some(rule) = self.by_name.get(&**name) else {
                said.missing.get_or_insert_with(|| name.to_string());
                continue;
            };
            let positions = subjects
                .iter()
                .filter_map(|subject| self.by_resource.get(&(*rule, *subject)))
                .flatten();
            let mut positions: Vec<usize> = positions.copied().collect();
            positions.sort_unstable();
            positions.dedup();
            let mut gravest: Option<Decision> = None;
            for position in positions {
                let judgement = &self.judgements[position];
                said.external |= matches!(judgement.outcome, RuleOutcome::External);
                let Some(decision) = self.decision(judgement, mildly) else {
                    continue;
                };
                let graver = |known: &Decision| {
                    (decision.verdict, decision.severity) > (known.verdict, known.severity)
                };
                if gravest.as_ref().is_none_or(graver) {
                    gravest = Some(decision);
                }
            }
            said.decisions.extend(gravest);
        }
        said
    }

    fn decision(&self, judgement: &Judgement, mildly: bool) -> Option<Decision> {
        let rule = &self.rules.rules()[judgement.rule];
        let mut decision = Decision {
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            verdict: Verdict::Pass,
            shows: !mildly,
            severity: None,
            message: None,
            help: None,
            place: None,
        };
        match &judgement.outcome {
            RuleOutcome::Pass => {}
            RuleOutcome::Unknown(reason) => {
                decision.verdict = Verdict::Unknown;
                decision.message = Some(reason.message.clone());
                decision.place = Some(reason.span);
            }
            RuleOutcome::Fail(finding) => {
                let Finding { diagnostic, .. } = &**finding;
                let mild = mildly && diagnostic.severity < rule.severity;
                decision.verdict = if mild { Verdict::Advice } else { Verdict::Fail };
                decision.severity = Some(diagnostic.severity);
                decision.message = Some(diagnostic.message.clone());
                decision.help = diagnostic.help.clone();
                decision.place = Some(diagnostic.primary.span);
            }
            RuleOutcome::NotApplicable | RuleOutcome::External => return None,
        }
        Some(decision)
    }
}

/// Whether the resource stands outside of the run, or exists already.
fn is_outside(found: &Found) -> bool {
    match found {
        Found::External { .. } => true,
        Found::Resource { existing, .. } => *existing,
        Found::Nothing | Found::Unknown { .. } => false,
    }
}

/// Why a cell says what it says, where the rules do not say it themselves.
fn reason(state: State, found: &Found) -> Option<String> {
    match (state, found) {
        (State::External, Found::Resource { existing: true, .. }) => {
            Some("it exists already, and its body is not seen".to_owned())
        }
        (State::External, Found::External { .. }) => {
            Some("it stands outside of this run".to_owned())
        }
        (State::External, Found::Nothing | Found::Resource { .. } | Found::Unknown { .. }) => {
            Some("what decides it exists already, and is not seen".to_owned())
        }
        (State::Unknown, Found::Unknown { expression, .. }) => Some(format!(
            "which one it is, {expression}, is not known before deployment"
        )),
        (State::Unknown, Found::Nothing | Found::Resource { .. } | Found::External { .. })
        | (State::Yes | State::No | State::NotApplicable, _) => None,
    }
}

/// Where there is nothing of the kind, only a fault that this is one counts.
fn of_nothing(denied: Said) -> Cell {
    let faults = denied.decisions.into_iter();
    let faults: Vec<_> = faults.filter(|one| one.verdict == Verdict::Fail).collect();
    let state = match faults.is_empty() {
        true => State::NotApplicable,
        false => State::No,
    };
    Cell {
        state,
        reason: None,
        help: None,
        rules: faults,
    }
}
