//! What to do about what a rule finds, without any finding: what only a finding can say is called by what it is.

use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Literal, Message, MessagePart, Operand, Rule, Test};
use crate::rules::spanning::tests;

/// What the cases of a rule say to do, each once.
pub fn helps(catalogue: &Catalogue, rule: &Rule) -> Vec<String> {
    let mut helps: Vec<String> = Vec::new();
    for case in &rule.cases {
        let Some(help) = &case.help else {
            continue;
        };
        let help = in_words(catalogue, rule, &tests(case), help);
        if !helps.contains(&help) {
            helps.push(help);
        }
    }
    helps
}

/// A message before it is known of what.
pub fn in_words(catalogue: &Catalogue, rule: &Rule, tests: &[Test], help: &Message) -> String {
    let part = |part: &MessagePart| match part {
        MessagePart::Text(text) => text.to_string(),
        MessagePart::Name | MessagePart::Subject => "the resource".to_owned(),
        MessagePart::Type => "its type".to_owned(),
        MessagePart::Location => "its region".to_owned(),
        MessagePart::ParentName => "its parent".to_owned(),
        MessagePart::ItemName => "that one".to_owned(),
        MessagePart::ItemType => "that type".to_owned(),
        MessagePart::Value => "that value".to_owned(),
        MessagePart::Values => "those values".to_owned(),
        MessagePart::Number => "that many".to_owned(),
        MessagePart::Limit => limit(rule, tests).unwrap_or_else(|| "the least".to_owned()),
        MessagePart::Path(path) if path.to_string().ends_with(".location") => {
            "that region".to_owned()
        }
        MessagePart::Path(path) => format!("the value of `{path}`"),
        MessagePart::PairOf(_) => "the paired region".to_owned(),
        MessagePart::Parameter(name) => parameter(rule, name),
        MessagePart::RetirementDate => "that day".to_owned(),
        MessagePart::RetirementUse => successor(catalogue, tests),
        MessagePart::Workspaces => "the workspaces".to_owned(),
    };
    help.0.iter().map(part).collect()
}

/// The default of a parameter.
fn parameter(rule: &Rule, name: &str) -> String {
    let mut parameters = rule.parameters.iter();
    let parameter = parameters.find(|one| one.name.eq_ignore_ascii_case(name));
    parameter.map_or_else(|| name.to_owned(), |one| words(&one.default))
}

/// The number that values are compared with, if it is a fixed one or that of a parameter.
fn limit(rule: &Rule, tests: &[Test]) -> Option<String> {
    tests.iter().find_map(|test| match test {
        Test::Compare(_, Operand::Literal(limit)) => Some(words(limit)),
        Test::Compare(_, Operand::Parameter(name)) => Some(parameter(rule, name)),
        Test::Compare(
            _,
            Operand::Subject { .. } | Operand::PairOf(_) | Operand::DaysFromToday(_),
        )
        | Test::Equals(_)
        | Test::NotEquals(_)
        | Test::Contains(_)
        | Test::In(_)
        | Test::NotIn(_)
        | Test::Exists(_)
        | Test::Empty(_)
        | Test::Like(_)
        | Test::Matches(_)
        | Test::Region(_)
        | Test::Retired(_)
        | Test::Retiring(_)
        | Test::WrittenAs(_) => None,
    })
}

/// A value as people write it.
fn words(literal: &Literal) -> String {
    match literal {
        Literal::Null => "nothing".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
        Literal::String(value) => value.to_string(),
        Literal::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(words).collect();
            elements.join(", ")
        }
        Literal::Object(_) => "an object".to_owned(),
    }
}

/// What takes the place of what is retired, if that is the same for all of it.
fn successor(catalogue: &Catalogue, tests: &[Test]) -> String {
    let tables = &catalogue.facts().guidance.retirements;
    let is_tested = |table: &str| {
        tests.iter().any(|test| match test {
            Test::Retired(tested) | Test::Retiring(tested) => **tested == *table,
            Test::Compare(..)
            | Test::Equals(_)
            | Test::NotEquals(_)
            | Test::Contains(_)
            | Test::In(_)
            | Test::NotIn(_)
            | Test::Exists(_)
            | Test::Empty(_)
            | Test::Like(_)
            | Test::Matches(_)
            | Test::Region(_)
            | Test::WrittenAs(_) => false,
        })
    };
    let tested = tables.iter().filter(|(table, _)| is_tested(table));
    let mut uses: Vec<&str> = tested
        .flat_map(|(_, rows)| rows)
        .filter_map(|row| row.replacement.as_deref())
        .collect();
    uses.sort_unstable();
    uses.dedup();
    match uses.as_slice() {
        [only] => (*only).to_owned(),
        [] | [_, _, ..] => "what takes its place".to_owned(),
    }
}
