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
use rayon::prelude::*;
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

/// What the examples of a rule came to.
#[derive(Debug)]
pub struct Tested {
    /// How many examples it has.
    pub examples: usize,
    /// Those that are not as they say, and what is wrong with all of them together.
    pub failures: Vec<Failure>,
}

/// What is wrong with an example, or with all examples of a rule.
#[derive(Debug)]
pub struct Failure {
    /// Code of the rule.
    pub code: Box<str>,
    /// Name of the rule.
    pub name: Box<str>,
    /// Title of the example, if it is about one.
    pub example: Option<Box<str>>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, PartialEq)]
pub enum Problem {
    /// What a comment expects and nothing meets.
    Missing(Place),
    /// A finding that no comment expects.
    Unexpected(Place),
    /// Anything else.
    Other(String),
}

/// A place in the text of an example, and what is said there.
#[derive(Debug, PartialEq)]
pub struct Place {
    /// 1-based line.
    pub line: usize,
    /// The text of the line.
    pub text: String,
    /// 0-based column, in characters.
    pub column: usize,
    /// Length in characters, if it is known.
    pub length: Option<usize>,
    /// `warning: keeps all copies in one datacenter`.
    pub said: String,
}

/// Lints the examples of each of these rules, in order.
pub fn check_all(catalogue: &Catalogue, rules: &[&Rule]) -> Vec<Tested> {
    rules
        .par_iter()
        .map(|rule| super::on_large_stack(|| check(catalogue, rule)))
        .collect()
}

/// Lints the examples of a rule, of which at least one has to find something and one nothing.
pub fn check(catalogue: &Catalogue, rule: &Rule) -> Tested {
    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
    // A rule that runs only when asked for is asked for by its own examples.
    let others = catalogue.enabled().filter(|other| other.name != rule.name);
    let rules = RuleSet::new(others.chain([rule]).cloned().collect());
    let bench = Bench {
        catalogue,
        rules: &rules,
        rule,
    };
    let failure = |example, problems| Failure {
        code: rule.code.clone(),
        name: rule.name.clone(),
        example,
        problems,
    };
    let mut failures = Vec::new();
    let (mut fires, mut silent) = (false, false);
    for example in &documentation.examples {
        let (found, problems) = bench.check(example);
        (fires, silent) = (fires || found, silent || !found);
        if !problems.is_empty() {
            failures.push(failure(Some(example.title.clone()), problems));
        }
    }
    for (there, kind) in [(fires, "fires"), (silent, "is silent")] {
        if !there {
            let problem = Problem::Other(format!("no example {kind}"));
            failures.push(failure(None, vec![problem]));
        }
    }
    Tested {
        examples: documentation.examples.len(),
        failures,
    }
}

/// A rule among those that run over its examples.
struct Bench<'a> {
    catalogue: &'a Catalogue,
    rules: &'a RuleSet,
    rule: &'a Rule,
}

impl Bench<'_> {
    /// Whether the example expects a finding of the rule, and what is wrong.
    fn check(&self, example: &Example) -> (bool, Vec<Problem>) {
        let Some((name, text)) = example.files.first() else {
            return (false, vec![Problem::Other("there is no file".to_owned())]);
        };
        let (template, shift) = wrapped(text);
        let report = self.lint((name, &template), example);
        let expectations = expectations(text);
        let view = View {
            sources: &report.sources,
            text,
            shift,
        };
        let code = &*self.rule.code;
        let ours = report.diagnostics.iter();
        let ours: Vec<_> = ours.filter(|one| one.code == *code).collect();
        let mut problems = said_by_others(&report, example);
        problems.extend(view.missing(&expectations, &ours));
        problems.extend(view.unexpected(&expectations, &ours));
        let fires = expectations.iter().any(|one| one.severity.is_some());
        let mut unknown = report.coverage.unknown.iter();
        match unknown.find(|one| *one.code == *code) {
            None if example.expect_unknown => {
                problems.push(Problem::Other("the rule is not unknown".to_owned()));
            }
            Some(one) if !example.expect_unknown && !fires => {
                let reason = format!("the rule is unknown: {}", one.reason);
                problems.push(Problem::Other(reason));
            }
            Some(_) | None => {}
        }
        (fires, problems)
    }

    fn lint(&self, (name, text): (&str, &str), example: &Example) -> FileReport {
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
            include_generated: true,
            parameter_files: Vec::new(),
            focus: None,
        };
        let run = Run {
            catalogue: self.catalogue,
            rules: self.rules,
            options: &options,
        };
        let source = SourceFile::new(name, text);
        let loaded =
            load_text((source, None), true, &options.place).expect("a named template is loaded");
        run.template(name.to_owned(), loaded)
    }
}

/// What other rules say of an example is theirs to test, but for those it names; what the tool itself says is a mistake in it.
fn said_by_others(report: &FileReport, example: &Example) -> Vec<Problem> {
    let own = report.diagnostics.iter();
    let own = own.filter(|one| one.code.starts_with("AM"));
    let own = own.map(|one| format!("`{}` reports: {}", one.name, one.message));
    let reports = |name: &str| report.diagnostics.iter().any(|one| *one.name == *name);
    let silent = example.also_reports.iter().filter(|name| !reports(name));
    let silent = silent.map(|name| format!("`{name}` reports nothing"));
    own.chain(silent).map(Problem::Other).collect()
}

/// What was found, seen from the text of the example.
struct View<'a> {
    sources: &'a Sources,
    text: &'a str,
    /// Characters that wrapping put before the first line.
    shift: usize,
}

impl View<'_> {
    /// Expectations that no finding meets, and related labels that none has.
    fn missing(&self, expectations: &[Expectation], found: &[&Diagnostic]) -> Vec<Problem> {
        let is_met = |expectation: &Expectation| match expectation.severity {
            Some(_) => found.iter().any(|one| self.meets(one, expectation)),
            None => {
                let mut places = found.iter().flat_map(|one| &one.trace);
                places.any(|label| {
                    label.message.contains(&expectation.message)
                        && self.stands_at(label.span, expectation)
                })
            }
        };
        let missing = expectations.iter().filter(|one| !is_met(one));
        let missing = missing.map(|one| Problem::Missing(self.place_of(one)));
        missing.collect()
    }

    /// Findings that meet no expectation.
    fn unexpected(&self, expectations: &[Expectation], found: &[&Diagnostic]) -> Vec<Problem> {
        let expected = |one: &Diagnostic| {
            let mut findings = expectations.iter().filter(|one| one.severity.is_some());
            findings.any(|expectation| self.meets(one, expectation))
        };
        let unexpected = found.iter().filter(|one| !expected(one));
        let unexpected = unexpected.map(|one| Problem::Unexpected(self.place(one)));
        unexpected.collect()
    }

    fn meets(&self, diagnostic: &Diagnostic, expectation: &Expectation) -> bool {
        expectation.severity == Some(diagnostic.severity)
            && diagnostic.message.contains(&expectation.message)
            && self.stands_at(diagnostic.primary.span, expectation)
    }

    fn stands_at(&self, span: Span, expectation: &Expectation) -> bool {
        let (line, column, length) = self.seen(span);
        (line, column) == (expectation.line, expectation.column)
            && expectation.length.is_none_or(|wanted| wanted == length)
    }

    /// Line and column, 0-based, and length of a span in the text of the example.
    fn seen(&self, span: Span) -> (usize, usize, usize) {
        let range = self.sources.get(span.file).range(span);
        let line = range.start.line as usize - 1;
        let column = range.start.column as usize - 1;
        let shift = if line == 0 { self.shift } else { 0 };
        let length = range.end.column.saturating_sub(range.start.column);
        (line, column.saturating_sub(shift), length as usize)
    }

    fn place_of(&self, expectation: &Expectation) -> Place {
        let said = match expectation.severity {
            Some(severity) => format!("{}: {}", severity.word(), expectation.message),
            None => format!("related: {}", expectation.message),
        };
        self.place_at(
            expectation.line,
            expectation.column,
            expectation.length,
            said,
        )
    }

    fn place(&self, diagnostic: &Diagnostic) -> Place {
        let (line, column, length) = self.seen(diagnostic.primary.span);
        let said = format!("{}: {}", diagnostic.severity.word(), diagnostic.message);
        self.place_at(line, column, Some(length), said)
    }

    fn place_at(&self, line: usize, column: usize, length: Option<usize>, said: String) -> Place {
        Place {
            line: line + 1,
            text: self.text.lines().nth(line).unwrap_or_default().to_owned(),
            column,
            length,
            said,
        }
    }
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
