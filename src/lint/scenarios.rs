//! Scenarios: what a template becomes when other values are chosen for parameters that allow only some, such as a boolean or one with
//! `allowedValues`.
//!
//! Values are never sets: each scenario chooses one value for the whole template, so what changes together stays together. Only the
//! parameters that decide a condition, or what a rule looked at, are varied.

use crate::evaluate::{Choice, Inputs, allowed_values};
use crate::project::Project;
use crate::template::{ParameterType, Templates};
use crate::value::{Choices, Step, Value};
use std::rc::Rc;
use std::sync::Arc;

/// At most so many parameters of a template are varied.
const MAX_PARAMETERS: usize = 4;
/// At most so many scenarios of a template are looked at, the one of the defaults included.
pub const MAX_SCENARIOS: usize = 16;

/// A parameter that has a choice of values.
#[derive(Debug)]
pub struct Chooser {
    /// Its position among the parameters of the root template.
    position: usize,
    name: Box<str>,
    /// The values besides the default; all of them if there is none.
    values: Vec<Value>,
    has_default: bool,
}

/// The parameters of a template that have a choice, unless a value is given to them.
pub fn choosers(
    project: &Rc<Project>,
    templates: &Arc<Templates>,
    inputs: &Inputs,
) -> Vec<Chooser> {
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

/// The bit of each parameter that has a choice.
pub fn bits(choosers: &[Chooser]) -> Vec<Choice> {
    let choosers = choosers.iter().enumerate();
    choosers
        .map(|(bit, chooser)| Choice {
            parameter: chooser.position,
            bit: 1 << bit,
        })
        .collect()
}

/// What is chosen in a scenario: parameters and values; nothing in the one of the defaults.
pub type Chosen = Vec<(Box<str>, Value)>;

/// The scenarios to look at.
#[derive(Debug)]
pub struct Scenarios {
    /// What each of them chooses; the first is the one of the defaults.
    pub all: Vec<Chosen>,
    /// Whether the first is what is deployed if nobody chooses.
    pub has_defaults: bool,
    /// Whether there are others that are not looked at.
    pub bounded: bool,
}

/// What the parameters with a choice decide, a bit each.
#[derive(Clone, Copy, Default, Debug)]
pub struct Decisive {
    /// Whether resources are deployed.
    pub conditions: Choices,
    /// What rules looked at.
    pub looked_at: Choices,
}

/// The scenarios of the parameters that decide something: first of those that decide what is deployed at all.
pub fn scenarios(choosers: &[Chooser], decisive: Decisive) -> Scenarios {
    let of = |choices: Choices| {
        let all = choosers.iter().enumerate();
        all.filter(move |(bit, _)| choices & (1 << bit) != 0)
            .map(|(_, chooser)| chooser)
    };
    let Decisive {
        conditions,
        looked_at,
    } = decisive;
    let varied: Vec<&Chooser> = of(conditions).chain(of(looked_at & !conditions)).collect();
    let mut bounded = varied.len() > MAX_PARAMETERS;
    let mut all: Vec<Chosen> = vec![Vec::new()];
    for chooser in varied.iter().take(MAX_PARAMETERS) {
        let mut more = Vec::new();
        for value in &chooser.values {
            let step = Step::Choice((&*chooser.name).into());
            let value = value.clone().through(value.span, step);
            more.extend(all.iter().map(|chosen| {
                let mut chosen = chosen.clone();
                chosen.push((chooser.name.clone(), value.clone()));
                chosen
            }));
        }
        // Without a default there is no scenario in which nothing is chosen.
        if chooser.has_default {
            all.append(&mut more);
        } else {
            all = more;
        }
    }
    // Scenarios that choose little come first: they say most plainly what it takes.
    all.sort_by_key(Vec::len);
    bounded |= all.len() > MAX_SCENARIOS;
    all.truncate(MAX_SCENARIOS);
    Scenarios {
        has_defaults: varied.iter().all(|chooser| chooser.has_default),
        all,
        bounded,
    }
}
