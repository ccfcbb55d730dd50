//! The suppressions of one file, found by word and line, and what became of them.

use super::Policy;
use crate::diagnostic::Severity;
use crate::source::{SourceFile, Span};
use crate::template::suppression::{Form, Scope, Suppression, Suppressions};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Position of a suppression in its file, and of a word in it.
type Position = (usize, usize);

/// The suppressions of one file.
#[derive(Clone, Debug)]
pub struct OfFile {
    /// The text.
    pub source: Arc<SourceFile>,
    /// Where it lies, if it does.
    path: Option<PathBuf>,
    /// What it says.
    pub suppressions: Arc<Suppressions>,
    /// What became of each, by position.
    pub states: Vec<State>,
    by_word: FxHashMap<String, OfWord>,
}

/// Where one word stands.
#[derive(Clone, Debug, Default)]
struct OfWord {
    /// What is about a line, by the line.
    lines: FxHashMap<usize, Vec<Position>>,
    /// What is about more than lines.
    wide: Vec<Position>,
    /// Directives up to another one, in the order of the text.
    switches: Vec<Position>,
}

/// What became of a suppression.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Which of its words a finding was for.
    pub used: Vec<bool>,
    /// The gravest finding that it silences.
    pub gravest: Option<Severity>,
    /// Whether it would silence something, had it not ended.
    pub has_ended: bool,
    /// A mandatory rule that it does not silence.
    pub mandatory: Option<String>,
    /// How many findings are not reported because of it.
    pub silenced: usize,
    /// Words of rules that found nothing, but do not know all.
    pub unjudged: Vec<bool>,
}

/// A suppression and what became of it in all of a run.
#[derive(Clone, Debug)]
pub struct Audited {
    /// The file.
    pub source: Arc<SourceFile>,
    /// Where it lies, if it does.
    pub path: Option<PathBuf>,
    /// What it says.
    pub suppression: Suppression,
    /// What became of it.
    pub state: State,
    /// Whether the configuration wants a reason, and there is none.
    pub lacks_reason: bool,
    /// What is to be thought of it.
    pub standing: Standing,
}

/// What is to be thought of a suppression, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It names a rule that there is not.
    UnknownRule,
    /// It is about a mandatory rule.
    Mandatory,
    /// Its last day is over.
    Expired,
    /// It silences nothing.
    Unused,
    /// It says no reason, and should.
    WithoutReason,
    /// It silences something.
    Active,
    /// Nobody knows whether it would silence something.
    NotJudged,
}

impl Standing {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Standing::UnknownRule => "unknown rule",
            Standing::Mandatory => "mandatory rule",
            Standing::Expired => "expired",
            Standing::Unused => "unused",
            Standing::WithoutReason => "without reason",
            Standing::Active => "active",
            Standing::NotJudged => "not judged",
        }
    }
}

impl Audited {
    /// Orders them by file and place, and tells them apart.
    pub fn order(&self) -> (&str, u32, u32) {
        let span = self.suppression.span;
        (self.source.path(), span.start, span.end)
    }

    /// Adds what became of the same one at another root.
    pub fn also(&mut self, other: &Audited) {
        let or = |own: &mut Vec<bool>, other: &[bool]| {
            own.iter_mut()
                .zip(other)
                .for_each(|(own, other)| *own |= *other);
        };
        or(&mut self.state.used, &other.state.used);
        or(&mut self.state.unjudged, &other.state.unjudged);
        self.state.gravest = self.state.gravest.max(other.state.gravest);
        self.state.has_ended |= other.state.has_ended;
        self.state.silenced += other.state.silenced;
        self.lacks_reason |= other.lacks_reason;
        if self.state.mandatory.is_none() {
            self.state.mandatory.clone_from(&other.state.mandatory);
        }
    }
}

impl OfFile {
    /// Nothing was silenced yet.
    pub fn new(
        source: Arc<SourceFile>,
        path: Option<PathBuf>,
        suppressions: Arc<Suppressions>,
    ) -> OfFile {
        let state = |one: &Suppression| State {
            used: vec![false; one.words.len()],
            unjudged: vec![false; one.words.len()],
            ..State::default()
        };
        let states = suppressions.all.iter().map(state).collect();
        let mut by_word: FxHashMap<String, OfWord> = FxHashMap::default();
        for (position, one) in suppressions.all.iter().enumerate() {
            for (word, written) in one.words.iter().enumerate() {
                let of_word = by_word
                    .entry(written.text.to_ascii_lowercase())
                    .or_default();
                of_word.add(&one.scope, (position, word));
            }
        }
        OfFile {
            source,
            path,
            suppressions,
            states,
            by_word,
        }
    }

    /// Those that hold for one of these places and a rule of these words.
    pub fn holding(&self, words: &[Box<str>], places: &[Span]) -> Vec<Position> {
        let mut holding = Vec::new();
        let mut switches = Vec::new();
        let lines = places
            .iter()
            .map(|place| self.source.line_index(place.start));
        let lines: Vec<usize> = lines.collect();
        for of_word in words.iter().filter_map(|word| self.by_word.get(&**word)) {
            let on_lines = lines.iter().filter_map(|line| of_word.lines.get(line));
            holding.extend(on_lines.flatten());
            let holds = |(position, _): &&Position| {
                let scope = &self.suppressions.all[*position].scope;
                places.iter().any(|place| scope.holds(&self.source, *place))
            };
            holding.extend(of_word.wide.iter().filter(holds));
            switches.extend(&of_word.switches);
        }
        holding.extend(self.switched_off(&switches, places));
        holding.sort_unstable();
        holding.dedup();
        holding
    }

    /// The last directive before a place counts, whichever word it has.
    fn switched_off(&self, switches: &[Position], places: &[Span]) -> Vec<Position> {
        let one = |position: &Position| &self.suppressions.all[position.0];
        let mut off = Vec::new();
        for place in places {
            let before = switches
                .iter()
                .filter(|position| one(position).span.start <= place.start);
            let last = before.max_by_key(|position| one(position).span.start);
            off.extend(last.filter(|last| one(last).form == Form::DisableDiagnostics));
        }
        off
    }

    /// Counts a finding that the suppression at a place silences.
    pub fn count(&mut self, span: Span) {
        let all = self.suppressions.all.iter();
        let own = all.zip(&mut self.states).find(|(one, _)| one.span == span);
        if let Some((_, state)) = own {
            state.silenced += 1;
        }
    }

    /// What became of each; of restoring directives nothing.
    pub fn audit(mut self, policy: &Policy, is_unjudged: &dyn Fn(&str) -> bool) -> Vec<Audited> {
        let states = std::mem::take(&mut self.states).into_iter();
        let all = self.suppressions.all.iter().zip(states);
        let all = all.filter(|(one, _)| one.form != Form::RestoreDiagnostics);
        let audited = all.map(|(one, mut state)| {
            for (unjudged, word) in state.unjudged.iter_mut().zip(&one.words) {
                *unjudged = is_unjudged(&word.text);
            }
            Audited {
                source: self.source.clone(),
                path: self.path.clone(),
                suppression: one.clone(),
                state,
                lacks_reason: policy.requires_reason && one.reason.is_none(),
                standing: Standing::NotJudged,
            }
        });
        audited.collect()
    }
}

impl OfWord {
    fn add(&mut self, scope: &Scope, position: Position) {
        match scope {
            Scope::Lines(lines) => {
                for line in lines.clone() {
                    self.lines.entry(line).or_default().push(position);
                }
            }
            Scope::Within(_) | Scope::File => self.wide.push(position),
            Scope::From(_) => self.switches.push(position),
        }
    }
}
