//! A rule file tests itself: its examples are linted by it and all enabled rules, and what is found is what their comments say.
//!
//! ```text
//!   "sku": { "name": "Standard_LRS" }
//!   //               ^ warning: keeps all copies in one datacenter     the token that begins at this column
//!   //       ^^^^^^ warning: ...                                      exactly these columns
//!   // <- warning: ...                                                the token at the comment's own column
//!   //       ------ text                                              a related label, exactly these columns
//! ```

use super::{FileReport, Options, Run, load_text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::evaluate::Inputs;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Example, Rule};
use crate::rules::rule_set::RuleSet;
use crate::source::{SourceFile, Sources, Span};
use std::sync::Arc;

/// What a comment of an example expects.
#[derive(Debug, PartialEq)]
struct Expectation {
    /// 0-based line of the example that is spoken of.
    line: usize,
    /// 0-based column, in characters, at which the label begins.
    column: usize,
    /// Its length in characters, if the comment says it.
    length: Option<usize>,
    /// The severity; a related label has none.
    severity: Option<Severity>,
    /// Part of the message.
    message: String,
}

/// Lints the examples of a rule. Gives what is wrong, each with the example's title.
pub fn check(catalogue: &Catalogue, rule: &Rule) -> Vec<String> {
    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
    let mut problems = Vec::new();
    let (mut firing, mut silent) = (0, 0);
    for example in &documentation.examples {
        let (found, mut wrong) = check_example(catalogue, rule, example);
        if found {
            firing += 1
        } else {
            silent += 1
        }
        problems.extend(
            wrong
                .drain(..)
                .map(|problem| format!("{}: {}: {problem}", rule.name, example.title)),
        );
    }
    if firing == 0 {
        problems.push(format!("{}: no example fires", rule.name));
    }
    if silent == 0 {
        problems.push(format!("{}: no example is silent", rule.name));
    }
    problems
}

/// Whether the example expects a finding of the rule, and what is wrong.
fn check_example(catalogue: &Catalogue, rule: &Rule, example: &Example) -> (bool, Vec<String>) {
    let Some((name, text)) = example.files.first() else {
        return (false, vec!["there is no file".to_owned()]);
    };
    let expectations = expectations(text);
    let (template, shift) = wrapped(text);
    let report = lint(catalogue, rule, (name, &template), example);
    let mut wrong = Vec::new();
    let ours: Vec<_> = report
        .diagnostics
        .iter()
        .filter(|one| one.code == *rule.code)
        .collect();
    // What other rules say of an example is theirs to test; what the tool itself says is a mistake in the example.
    let others = report.diagnostics.iter();
    for other in others.filter(|one| one.code.starts_with("AM")) {
        wrong.push(format!("`{}` reports: {}", other.name, other.message));
    }
    for name in &example.also_reports {
        if !report.diagnostics.iter().any(|one| *one.name == **name) {
            wrong.push(format!("`{name}` reports nothing"));
        }
    }
    let expected: Vec<_> = expectations
        .iter()
        .filter(|one| one.severity.is_some())
        .collect();
    for expectation in &expected {
        if !ours
            .iter()
            .any(|one| meets(&report.sources, one, expectation, shift))
        {
            wrong.push(format!(
                "nothing meets the expectation `{}`",
                expectation.message
            ));
        }
    }
    for related in expectations.iter().filter(|one| one.severity.is_none()) {
        let places = ours.iter().flat_map(|one| &one.trace);
        let mut places = places.filter(|label| label.message.contains(&related.message));
        if !places.any(|label| stands_at(&report.sources, label.span, related, shift)) {
            wrong.push(format!("no related label meets `{}`", related.message));
        }
    }
    for one in &ours {
        if !expected
            .iter()
            .any(|expectation| meets(&report.sources, one, expectation, shift))
        {
            let position = report
                .sources
                .get(one.primary.span.file)
                .position(one.primary.span.start);
            let (severity, message) = (one.severity.word(), &one.message);
            wrong.push(format!(
                "line {} column {}: nobody expects {severity}: {message}",
                position.line, position.column
            ));
        }
    }
    let unknown = report
        .coverage
        .unknown
        .iter()
        .any(|one| one.code == rule.code);
    if example.expect_unknown && !unknown {
        wrong.push("the rule is not unknown".to_owned());
    }
    if unknown && !example.expect_unknown && expected.is_empty() {
        wrong.push("the rule is unknown".to_owned());
    }
    (!expected.is_empty(), wrong)
}

fn lint(
    catalogue: &Catalogue,
    rule: &Rule,
    (name, text): (&str, &str),
    example: &Example,
) -> FileReport {
    // A rule that runs only when asked for is asked for by its own examples.
    let others = catalogue.enabled().filter(|other| other.name != rule.name);
    let rules = RuleSet::new(others.chain([rule]).cloned().collect());
    let day = |text: &str| {
        text.parse()
            .expect("the reader checked the date of the example")
    };
    let options = Options {
        reach: Arc::default(),
        at_hand: None,
        as_of: example
            .as_of
            .as_deref()
            .map_or_else(|| jiff::civil::date(2026, 11, 1), day),
        minimum_severity: Severity::Info,
        maximum_file_size: u64::MAX,
        maximum_findings: 0,
        place: Inputs {
            location: example.region.clone(),
            ..Inputs::default()
        },
        arguments: Vec::new(),
        parameter_files: Vec::new(),
        services: Arc::default(),
    };
    let run = Run {
        catalogue,
        rules: &rules,
        options: &options,
    };
    let source = SourceFile::new(name, text);
    let loaded =
        load_text((source, None), true, &options.place).expect("a named template is loaded");
    run.template(name.to_owned(), loaded)
}

/// One resource, or an array of them, wrapped into a template; a whole template as it is. With the number of characters put
/// before the first line.
fn wrapped(text: &str) -> (String, usize) {
    if text.contains("\"$schema\"") {
        return (text.to_owned(), 0);
    }
    let one = text.trim_start().starts_with('{');
    let start = "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": ";
    let (before, after) = if one { ("[ ", " ]") } else { ("", "") };
    // The text may end in a comment: what follows stands on a line of its own.
    (
        format!("{start}{before}{text}\n{after} }}"),
        start.len() + before.len(),
    )
}

fn expectations(text: &str) -> Vec<Expectation> {
    let mut expectations = Vec::new();
    let mut spoken_of = 0;
    for (number, line) in text.lines().enumerate() {
        match expectation(line) {
            Some(expectation) => expectations.push(Expectation {
                line: spoken_of,
                ..expectation
            }),
            None => spoken_of = number,
        }
    }
    expectations
}

fn expectation(line: &str) -> Option<Expectation> {
    let indent = line
        .chars()
        .take_while(|character| *character == ' ')
        .count();
    let comment = line[indent..].strip_prefix("//")?;
    let space = comment
        .chars()
        .take_while(|character| *character == ' ')
        .count();
    let rest = &comment[space..];
    let make = |column, length, text: &str| {
        let (severity, message) = match text.trim().split_once(": ") {
            Some((word, message)) if Severity::from_word(word).is_some() => {
                (Severity::from_word(word), message)
            }
            Some(_) | None => (None, text.trim()),
        };
        Some(Expectation {
            line: 0,
            column,
            length,
            severity,
            message: message.to_owned(),
        })
    };
    if let Some(text) = rest.strip_prefix("<-") {
        return make(indent, None, text);
    }
    for mark in ['^', '-'] {
        let length = rest
            .chars()
            .take_while(|character| *character == mark)
            .count();
        if length > 0 {
            let exact = (length > 1 || mark == '-').then_some(length);
            return make(indent + 2 + space, exact, &rest[length..]);
        }
    }
    None
}

fn meets(
    sources: &Sources,
    diagnostic: &Diagnostic,
    expectation: &Expectation,
    shift: usize,
) -> bool {
    expectation.severity == Some(diagnostic.severity)
        && diagnostic.message.contains(&expectation.message)
        && stands_at(sources, diagnostic.primary.span, expectation, shift)
}

fn stands_at(sources: &Sources, span: Span, expectation: &Expectation, shift: usize) -> bool {
    let range = sources.get(span.file).range(span);
    let shift = if expectation.line == 0 { shift } else { 0 };
    range.start.line as usize == expectation.line + 1
        && range.start.column as usize == expectation.column + shift + 1
        && expectation
            .length
            .is_none_or(|length| (range.end.column - range.start.column) as usize == length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_say_what_is_expected() {
        let text = "{ \"a\": 1,\n  //   ^ warning: one\n  //   --- two\n  // <- info: three\n  \"b\": 2 // no expectation\n}";
        let read = expectations(text);
        let of = |line, column, length, severity, message: &str| Expectation {
            line,
            column,
            length,
            severity,
            message: message.to_owned(),
        };
        assert_eq!(
            read,
            [
                of(0, 7, None, Some(Severity::Warning), "one"),
                of(0, 7, Some(3), None, "two"),
                of(0, 2, None, Some(Severity::Info), "three"),
            ]
        );
    }
}
