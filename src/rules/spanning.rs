//! How far rules look: which with `together` can be judged over the resources of several roots, which resource types the rules that
//! see a folder look for, and what a rule tests.
//!
//! A set of several roots holds its members and what is written in them. What lies around a resource is not at hand there: children,
//! links, other resources.

use crate::rules::definition::{
    Assumption, Case, Condition, Demand, Of, Operand, Rule, Sees, Source, SourceKind, Subject, Test,
};
use rustc_hash::FxHashSet;

/// Whether a rule can be judged over several roots.
pub(super) fn spans_roots(rule: &Rule) -> bool {
    let mut at_hand = true;
    let mut asking = |asked: Asked<'_>| {
        at_hand &= match asked {
            Asked::Source(source) => is_written(source) && is_at_hand(source.of),
            Asked::Path(of) => is_at_hand(of),
            Asked::Alias => false,
            Asked::Test(_) => true,
        };
    };
    rule.assume
        .iter()
        .for_each(|one| of_condition(&one.condition, &mut asking));
    rule.cases
        .iter()
        .for_each(|case| of_case(case, &mut asking));
    rule.together.is_some() && rule.each.is_none() && at_hand
}

/// The resource types, folded, that rules which see a folder judge or look for in any of its templates.
pub fn seen_in_folders<'a>(rules: impl Iterator<Item = &'a Rule>) -> FxHashSet<Box<str>> {
    let mut types = FxHashSet::default();
    for rule in rules.filter(|rule| rule.sees == Sees::Folder) {
        types.extend(rule.resources.iter().cloned());
        of_rule(rule, &mut |asked| match asked {
            Asked::Source(source) => types.extend(looked_for(source)),
            Asked::Path(_) | Asked::Alias | Asked::Test(_) => {}
        });
    }
    types
}

/// What a case tests, in order.
pub fn tests(case: &Case) -> Vec<Test> {
    let mut tests = Vec::new();
    let mut asking = |asked: Asked<'_>| match asked {
        Asked::Test(test) => tests.push(test.clone()),
        Asked::Source(_) | Asked::Path(_) | Asked::Alias => {}
    };
    of_case(case, &mut asking);
    tests
}

/// Everything that a rule tests: whether it applies, what it takes for granted, which items it judges and what has to hold.
pub fn all_tests(rule: &Rule) -> Vec<Test> {
    let mut tests = Vec::new();
    of_rule(rule, &mut |asked| match asked {
        Asked::Test(test) => tests.push(test.clone()),
        Asked::Source(_) | Asked::Path(_) | Asked::Alias => {}
    });
    tests
}

fn looked_for(source: &Source) -> Vec<Box<str>> {
    let types = match &source.kind {
        SourceKind::Resources(types) => types.as_slice(),
        SourceKind::Path(_)
        | SourceKind::Group
        | SourceKind::Alias(_)
        | SourceKind::Children(_)
        | SourceKind::Extensions { .. }
        | SourceKind::Links(_)
        | SourceKind::LinkedFrom(_) => &[],
    };
    let types = types.iter();
    types
        .map(|one| one.to_ascii_lowercase().into_boxed_str())
        .collect()
}

fn is_written(source: &Source) -> bool {
    match &source.kind {
        SourceKind::Path(_) | SourceKind::Group => true,
        SourceKind::Alias(_)
        | SourceKind::Children(_)
        | SourceKind::Extensions { .. }
        | SourceKind::Links(_)
        | SourceKind::LinkedFrom(_)
        | SourceKind::Resources(_) => false,
    }
}

fn is_at_hand(of: Option<Of>) -> bool {
    match of {
        None | Some(Of::Resource | Of::Outer | Of::Item) => true,
        Some(Of::Parent) => false,
    }
}

/// What conditions ask for.
enum Asked<'a> {
    /// Items.
    Source(&'a Source),
    /// A path, and what it starts at.
    Path(Option<Of>),
    /// A value that is written in several ways.
    Alias,
    /// What is tested.
    Test(&'a Test),
}

type Asking<'a> = &'a mut dyn FnMut(Asked<'_>);

fn of_rule(rule: &Rule, asking: Asking<'_>) {
    let conditions = rule.when.iter().chain(&rule.each_where);
    conditions.for_each(|condition| of_condition(condition, asking));
    if let Some(source) = &rule.each {
        asking(Asked::Source(source));
    }
    let assumptions = rule.assume.iter();
    assumptions.for_each(|Assumption { condition, .. }| of_condition(condition, asking));
    rule.cases.iter().for_each(|case| of_case(case, asking));
}

fn of_case(case: &Case, asking: Asking<'_>) {
    if let Some(when) = &case.when {
        of_condition(when, asking);
    }
    let assumptions = case.assume.iter();
    assumptions.for_each(|Assumption { condition, .. }| of_condition(condition, asking));
    match &case.demand {
        Demand::Require(condition) | Demand::Forbid(condition) => of_condition(condition, asking),
    }
}

fn of_condition(condition: &Condition, asking: Asking<'_>) {
    match condition {
        Condition::AllOf(conditions) | Condition::AnyOf(conditions) => {
            conditions.iter().for_each(|one| of_condition(one, asking));
        }
        Condition::Not(condition) => of_condition(condition, asking),
        Condition::Test { subject, tests, .. } => {
            of_subject(subject, asking);
            tests.iter().for_each(|test| of_test(test, asking));
        }
        Condition::Each {
            source,
            filter,
            require,
        } => {
            of_items(source, filter.as_deref(), asking);
            of_condition(require, asking);
        }
        Condition::Any { source, filter } => of_items(source, filter.as_deref(), asking),
        Condition::Unique(_) => {}
    }
}

fn of_items(source: &Source, filter: Option<&Condition>, asking: Asking<'_>) {
    asking(Asked::Source(source));
    if let Some(filter) = filter {
        of_condition(filter, asking);
    }
}

fn of_subject(subject: &Subject, asking: Asking<'_>) {
    match subject {
        Subject::Path { of, .. } => asking(Asked::Path(*of)),
        Subject::Alias { .. } => asking(Asked::Alias),
        Subject::Count { source, filter, .. } => of_items(source, filter.as_deref(), asking),
        Subject::Aggregate {
            source,
            filter,
            value,
            ..
        } => {
            of_items(source, filter.as_deref(), asking);
            of_subject(value, asking);
        }
    }
}

fn of_test(test: &Test, asking: Asking<'_>) {
    asking(Asked::Test(test));
    match test {
        Test::Equals(operand)
        | Test::NotEquals(operand)
        | Test::Contains(operand)
        | Test::Compare(_, operand) => of_operand(operand, asking),
        Test::In(operands) | Test::NotIn(operands) => {
            operands.iter().for_each(|one| of_operand(one, asking));
        }
        Test::Exists(_)
        | Test::Empty(_)
        | Test::Like(_)
        | Test::Matches(_)
        | Test::Region(_)
        | Test::Retired(_)
        | Test::Retiring(_)
        | Test::WrittenAs(_) => {}
    }
}

fn of_operand(operand: &Operand, asking: Asking<'_>) {
    match operand {
        Operand::Subject { subject, .. } => of_subject(subject, asking),
        Operand::Literal(_)
        | Operand::Parameter(_)
        | Operand::PairOf(_)
        | Operand::DaysFromToday(_) => {}
    }
}
