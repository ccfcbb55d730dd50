//! Which rules with `together` can be judged over the resources of several roots: those whose cases ask nothing but the members of
//! the set and what is written in them. What lies around a resource is not at hand there: children, links, other resources.

use crate::rules::definition::{
    Assumption, Case, Condition, Demand, Of, Operand, Rule, Source, SourceKind, Subject, Test,
};

/// Whether a rule can be judged over several roots.
pub(super) fn spans_roots(rule: &Rule) -> bool {
    rule.together.is_some()
        && rule.each.is_none()
        && rule.assume.iter().all(of_assumption)
        && rule.cases.iter().all(of_case)
}

fn of_assumption(assumption: &Assumption) -> bool {
    of_condition(&assumption.condition)
}

fn of_case(case: &Case) -> bool {
    let demand = match &case.demand {
        Demand::Require(condition) | Demand::Forbid(condition) => condition,
    };
    case.when.as_ref().is_none_or(of_condition)
        && case.assume.iter().all(of_assumption)
        && of_condition(demand)
}

fn of_condition(condition: &Condition) -> bool {
    match condition {
        Condition::AllOf(conditions) | Condition::AnyOf(conditions) => {
            conditions.iter().all(of_condition)
        }
        Condition::Not(condition) => of_condition(condition),
        Condition::Test { subject, tests, .. } => of_subject(subject) && tests.iter().all(of_test),
        Condition::Each {
            source,
            filter,
            require,
        } => of_source(source) && of_filter(filter.as_deref()) && of_condition(require),
        Condition::Any { source, filter } => of_source(source) && of_filter(filter.as_deref()),
        Condition::Unique(_) => true,
    }
}

fn of_filter(filter: Option<&Condition>) -> bool {
    filter.is_none_or(of_condition)
}

fn of_subject(subject: &Subject) -> bool {
    match subject {
        Subject::Path { of, .. } => is_at_hand(*of),
        Subject::Alias { .. } => false,
        Subject::Count { source, filter, .. } => of_source(source) && of_filter(filter.as_deref()),
        Subject::Aggregate {
            source,
            filter,
            value,
            ..
        } => of_source(source) && of_filter(filter.as_deref()) && of_subject(value),
    }
}

fn of_source(source: &Source) -> bool {
    let is_written = match &source.kind {
        SourceKind::Path(_) | SourceKind::Group => true,
        SourceKind::Alias(_)
        | SourceKind::Children(_)
        | SourceKind::Extensions { .. }
        | SourceKind::Links(_)
        | SourceKind::LinkedFrom(_)
        | SourceKind::Resources(_) => false,
    };
    is_written && is_at_hand(source.of)
}

fn is_at_hand(of: Option<Of>) -> bool {
    match of {
        None | Some(Of::Resource | Of::Outer | Of::Item) => true,
        Some(Of::Parent) => false,
    }
}

fn of_test(test: &Test) -> bool {
    match test {
        Test::Equals(operand)
        | Test::NotEquals(operand)
        | Test::Contains(operand)
        | Test::Compare(_, operand) => of_operand(operand),
        Test::In(operands) | Test::NotIn(operands) => operands.iter().all(of_operand),
        Test::Exists(_)
        | Test::Empty(_)
        | Test::Like(_)
        | Test::Matches(_)
        | Test::Region(_)
        | Test::Retired(_)
        | Test::Retiring(_)
        | Test::WrittenAs(_) => true,
    }
}

fn of_operand(operand: &Operand) -> bool {
    match operand {
        Operand::Subject { subject, .. } => of_subject(subject),
        Operand::Literal(_)
        | Operand::Parameter(_)
        | Operand::PairOf(_)
        | Operand::DaysFromToday(_) => true,
    }
}
