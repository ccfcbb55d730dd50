//! Scenarios: what a template becomes when other values are chosen for parameters that allow only some, such as a boolean or one with
//! `allowedValues`.
//!
//! ```text
//! by default      the registry's condition depends on `registry`
//! registry = 'new'         the registry's SKU depends on `sku`
//! registry = 'new', sku = 'Premium'
//! ```
//!
//! Values are never sets: each scenario chooses one value for the whole template, so what changes together stays together. A scenario is
//! looked at where something that was seen in another one depends on all that it changes, so that for what depends on several parameters
//! their product is looked at, and no more.

use crate::evaluate::{Choice, Inputs, allowed_values};
use crate::project::Project;
use crate::template::{ParameterType, Templates};
use crate::value::{Choices, Step, Value};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// At most so many parameters are varied at once.
const MAX_PARAMETERS: usize = 4;
/// At most so many scenarios of a template are looked at, the one of the defaults included, if the run is not told otherwise.
pub const MAX_SCENARIOS: usize = 16;

/// A parameter that has a choice of values.
#[derive(Debug)]
struct Chooser {
    /// Its position among the parameters of the root template.
    position: usize,
    name: Box<str>,
    /// The values besides the default; all of them if there is none.
    values: Vec<Value>,
    has_default: bool,
}

/// What is chosen in a scenario, by positions among the choosers and among the values of each; nothing in the one of the defaults.
type Scenario = Vec<(usize, usize)>;

/// The scenarios of a template that were looked at, or are to be.
#[derive(Debug)]
pub struct Scenarios {
    choosers: Vec<Chooser>,
    /// The first chooses nothing: it is what is deployed by default, as far as there are defaults.
    all: Vec<Scenario>,
    positions: FxHashMap<Scenario, usize>,
    maximum: usize,
    left_out: Choices,
}

impl Default for Scenarios {
    fn default() -> Scenarios {
        Scenarios {
            choosers: Vec::new(),
            all: vec![Vec::new()],
            positions: FxHashMap::from_iter([(Vec::new(), 0)]),
            maximum: 1,
            left_out: 0,
        }
    }
}

impl Scenarios {
    /// The scenarios of the parameters that are not given a value, at most `maximum`.
    pub fn new(
        project: &Rc<Project>,
        templates: &Arc<Templates>,
        inputs: &Inputs,
        maximum: usize,
    ) -> Scenarios {
        Scenarios {
            choosers: choosers(project, templates, inputs),
            maximum,
            ..Scenarios::default()
        }
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The bit of each parameter that has a choice.
    pub fn bits(&self) -> Vec<Choice> {
        let choosers = self.choosers.iter().enumerate();
        choosers
            .map(|(bit, chooser)| Choice {
                parameter: chooser.position,
                bit: 1 << bit,
            })
            .collect()
    }

    /// What the parameters are given in a scenario.
    pub fn chosen(&self, scenario: usize) -> Vec<(Box<str>, Value)> {
        let chosen = self.all[scenario].iter();
        chosen
            .map(|(chooser, value)| {
                let Chooser { name, values, .. } = &self.choosers[*chooser];
                let value = values[*value].clone();
                let span = value.span;
                (
                    name.clone(),
                    value.through(span, Step::Choice((&**name).into())),
                )
            })
            .collect()
    }

    /// The same in words.
    pub fn words(&self, scenario: usize) -> Vec<(String, String)> {
        let chosen = self.chosen(scenario).into_iter();
        chosen
            .map(|(name, value)| (name.to_string(), in_words(&value)))
            .collect()
    }

    /// Of some scenarios, in their order, those that do not choose all that another one does, and more; in words.
    pub fn smallest(&self, scenarios: impl Iterator<Item = usize>) -> Vec<Vec<(String, String)>> {
        let mut smallest: Vec<usize> = Vec::new();
        for scenario in scenarios {
            let chosen = &self.all[scenario];
            let is_within = |other: &usize| {
                let mut other = self.all[*other].iter();
                other.all(|choice| chosen.contains(choice))
            };
            if !smallest.iter().any(is_within) {
                smallest.push(scenario);
            }
        }
        let words = smallest.into_iter().map(|scenario| self.words(scenario));
        words.collect()
    }

    /// Adds the scenarios that what was seen in one of them asks for: each of `seen` depends on these choices. The first values of all
    /// parameters come before the second ones of any.
    pub fn ask(&mut self, scenario: usize, seen: &[Choices]) {
        let from = self.all[scenario].clone();
        let changed = from.iter().fold(0, |changed, (bit, _)| changed | 1 << bit);
        let mut wanted: Vec<(usize, Scenario)> = Vec::new();
        let mut known: Choices = changed;
        for choices in seen {
            if choices & changed != changed {
                continue;
            }
            for (bit, chooser) in self.choosers.iter().enumerate() {
                if choices & 1 << bit & !known == 0 {
                    continue;
                }
                known |= 1 << bit;
                wanted.extend((0..chooser.values.len()).map(|value| {
                    let mut scenario = from.clone();
                    scenario.push((bit, value));
                    scenario.sort_unstable();
                    (value, scenario)
                }));
            }
        }
        wanted.sort_by_key(|(value, _)| *value);
        for (_, scenario) in wanted {
            self.add(scenario, changed);
        }
    }

    fn add(&mut self, scenario: Scenario, changed_before: Choices) {
        if self.positions.contains_key(&scenario) {
            return;
        }
        if scenario.len() > MAX_PARAMETERS || self.all.len() >= self.maximum {
            let changed = scenario.iter().fold(0, |bits, (bit, _)| bits | 1 << bit);
            self.left_out |= changed & !changed_before;
            return;
        }
        self.positions.insert(scenario.clone(), self.all.len());
        self.all.push(scenario);
    }

    /// Whether there are scenarios that are not looked at.
    pub fn is_bounded(&self) -> bool {
        self.left_out != 0
    }

    /// Names of the parameters among `choices` of which not every value was looked at.
    pub fn left_out(&self, choices: Choices) -> Vec<&str> {
        let choosers = self.choosers.iter().enumerate();
        let left_out = choosers.filter(|(bit, _)| choices & self.left_out & 1 << bit != 0);
        left_out.map(|(_, chooser)| &*chooser.name).collect()
    }

    /// Whether parameters that have to be given have a choice.
    pub fn has_demands(&self) -> bool {
        self.choosers.iter().any(|chooser| !chooser.has_default)
    }

    /// Whether something is so if nobody chooses: in the first scenario, or whatever is given to the parameters without a default.
    pub fn is_so_by_default(&self, is_so: &dyn Fn(usize) -> bool) -> bool {
        self.is_so_from(&Vec::new(), is_so)
    }

    fn is_so_from(&self, scenario: &Scenario, is_so: &dyn Fn(usize) -> bool) -> bool {
        let Some(position) = self.positions.get(scenario) else {
            return false;
        };
        let is_demand = |(bit, chooser): &(usize, &Chooser)| {
            !chooser.has_default && !scenario.iter().any(|(chosen, _)| chosen == bit)
        };
        let with = |bit: usize, value: usize| {
            let mut scenario = scenario.clone();
            scenario.push((bit, value));
            scenario.sort_unstable();
            scenario
        };
        let mut demands = self.choosers.iter().enumerate().filter(is_demand);
        is_so(*position)
            || demands.any(|(bit, chooser)| {
                (0..chooser.values.len()).all(|value| self.is_so_from(&with(bit, value), is_so))
            })
    }
}

/// A value as both languages write it, as far as they agree.
fn in_words(value: &Value) -> String {
    match value.as_bool() {
        Some(value) => value.to_string(),
        None => value.expression(),
    }
}

/// The parameters of a template that have a choice, unless a value is given to them.
fn choosers(project: &Rc<Project>, templates: &Arc<Templates>, inputs: &Inputs) -> Vec<Chooser> {
    let root = templates.root();
    let types = &templates.types;
    let is_boolean = |position: usize| {
        types.parameter_type(root.parameters[position].declared_type) == ParameterType::Boolean
    };
    let has_choice = |position: &usize| {
        let parameter = &root.parameters[*position];
        let mut given = inputs.parameters.iter();
        let is_given = given.any(|(name, _)| name.eq_ignore_ascii_case(&parameter.name));
        let mut declarations = types.chain(parameter.declared_type);
        !is_given
            && !types.is_secure(parameter.declared_type)
            && (is_boolean(*position) || declarations.any(|one| one.allowed.is_some()))
    };
    let positions: Vec<usize> = (0..root.parameters.len()).filter(has_choice).collect();
    let allowed = allowed_values(project, templates, inputs, &positions);
    let mut choosers = Vec::new();
    for (position, (default, mut values)) in positions.into_iter().zip(allowed) {
        let parameter = &root.parameters[position];
        if values.is_empty() && is_boolean(position) {
            let boolean = |value| Value::boolean(value, parameter.name_span);
            values = [true, false].map(boolean).into();
        }
        if let Some(default) = &default {
            values.retain(|value| value.equals(default) == Some(false));
        }
        let has_default = parameter.default.is_some();
        if values.len() > usize::from(!has_default) {
            choosers.push(Chooser {
                position,
                name: parameter.name.clone(),
                values,
                has_default,
            });
        }
    }
    choosers.truncate(Choices::BITS as usize);
    choosers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile, Sources, Span};

    fn file() -> FileId {
        Sources::default().add(SourceFile::new("a.json", "{}"))
    }

    /// Parameters `a`, `b` ... with so many values besides the default.
    fn scenarios(values: &[(usize, bool)], maximum: usize) -> Scenarios {
        let span = Span::new(file(), 0, 0);
        let choosers = values.iter().enumerate();
        let choosers = choosers.map(|(position, (count, has_default))| Chooser {
            position,
            name: char::from(b'a' + position as u8).to_string().into(),
            values: (0..*count as i64)
                .map(|value| Value::integer(value, span))
                .collect(),
            has_default: *has_default,
        });
        Scenarios {
            choosers: choosers.collect(),
            maximum,
            ..Scenarios::default()
        }
    }

    fn words(scenarios: &Scenarios) -> Vec<String> {
        let all = (0..scenarios.count()).map(|scenario| {
            let words = scenarios.words(scenario).into_iter();
            let words: Vec<_> = words.map(|(name, value)| name + &value).collect();
            words.join(" ")
        });
        all.collect()
    }

    #[test]
    fn what_depends_on_several_parameters_is_seen_for_their_product() {
        let mut together = scenarios(&[(1, true), (1, true)], 16);
        for scenario in 0..4 {
            together.ask(scenario, &[0b11]);
        }
        assert_eq!(words(&together), ["", "a0", "b0", "a0 b0"]);
        let mut apart = scenarios(&[(1, true), (1, true)], 16);
        for scenario in 0..3 {
            apart.ask(scenario, &[0b01, 0b10]);
        }
        assert_eq!(words(&apart), ["", "a0", "b0"]);
    }

    #[test]
    fn each_parameter_has_its_turn_before_the_bound_is_met() {
        let mut scenarios = scenarios(&[(9, true), (1, true)], 4);
        scenarios.ask(0, &[0b01, 0b10]);
        assert_eq!(words(&scenarios), ["", "a0", "b0", "a1"]);
        assert_eq!(scenarios.left_out(0b11), ["a"]);
    }

    #[test]
    fn no_more_than_four_parameters_are_varied_at_once() {
        let mut scenarios = scenarios(&[(1, true); 5], 64);
        for scenario in 0.. {
            if scenario >= scenarios.count() {
                break;
            }
            scenarios.ask(scenario, &[0b11111]);
        }
        assert_eq!(scenarios.count(), 31);
        assert_eq!(scenarios.left_out(0b11111), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn without_a_default_it_must_be_so_for_every_value() {
        let mut scenarios = scenarios(&[(2, false), (1, true)], 16);
        scenarios.ask(0, &[0b11]);
        assert_eq!(words(&scenarios), ["", "a0", "b0", "a1"]);
        let by_default = |so: &[usize]| scenarios.is_so_by_default(&|one| so.contains(&one));
        assert!(by_default(&[0]) && by_default(&[1, 3]));
        assert!(!by_default(&[1]) && !by_default(&[1, 2]));
    }
}
