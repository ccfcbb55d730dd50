//! A rule file tests itself: its examples are linted by it and all enabled rules, and what is found is what their comments say.

use super::expectation::{Expectation, expectations};
use super::{FileReport, Options, Run};
use crate::diagnostic::Diagnostic;
use crate::evaluate::Inputs;
use crate::project::Reach;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Example, ExampleTemplate, Language, Rule};
use crate::rules::rule_set::RuleSet;
use crate::source::{Sources, Span};
use crate::walk::Found;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// The file, where the example has several.
    pub file: Option<String>,
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
    let rules = with_all_enabled(catalogue, rule);
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
        let mut problems = Vec::new();
        let mut firing = Vec::new();
        for template in &example.templates {
            let (fires, wrong) = self.check_template(example, template);
            firing.push(fires);
            problems.extend(wrong);
        }
        let fires = firing.contains(&true);
        if fires && firing.contains(&false) {
            let problem = "a finding is expected in one language only";
            problems.push(Problem::Other(problem.to_owned()));
        }
        (fires, problems)
    }

    /// The same for the template in one language.
    fn check_template(
        &self,
        example: &Example,
        template: &ExampleTemplate,
    ) -> (bool, Vec<Problem>) {
        let (main, shift) = main_text(template);
        let report = self.lint(&main, template, example);
        let view = View {
            sources: &report.sources,
            template,
            shift,
            names_files: example.templates.len() > 1 || template.files.len() > 1,
        };
        let expectations = view.expectations();
        let code = &*self.rule.code;
        let ours = report.diagnostics.iter();
        let ours: Vec<_> = ours.filter(|one| one.code == *code).collect();
        let mut others = said_by_others(&report, example);
        let fires = expectations.iter().any(|(_, one)| one.severity.is_some());
        let mut unknown = report.coverage.unknown.iter();
        match unknown.find(|one| *one.code == *code) {
            None if example.expect_unknown => others.push("the rule is not unknown".to_owned()),
            Some(one) if !example.expect_unknown && !fires => {
                others.push(format!("the rule is unknown: {}", one.reason));
            }
            Some(_) | None => {}
        }
        let mut problems = view.missing(&expectations, &ours);
        problems.extend(view.unexpected(&expectations, &ours));
        let others = others.into_iter().map(|text| view.problem(&text));
        problems.extend(others);
        (fires, problems)
    }

    fn lint(&self, main: &str, template: &ExampleTemplate, example: &Example) -> FileReport {
        let (found, options) = run_over(main, template, example);
        let run = Run::new(self.catalogue, self.rules, &options, false);
        run.file(&found, &[])
    }
}

/// The main file of an example, and the options of a run over it.
fn run_over(main: &str, template: &ExampleTemplate, example: &Example) -> (Found, Options) {
    let day = |text: &str| {
        text.parse()
            .expect("the reader checked the date of the example")
    };
    let named = |name: &str| Found {
        path: name.into(),
        named: true,
    };
    let found = template.files.first().map(|(name, _)| named(name));
    let found = found.unwrap_or_else(|| named("main.json"));
    let files = template.files.iter();
    let files = files.map(|(name, text)| (PathBuf::from(&**name), text.clone()));
    let as_of = example.as_of.as_deref();
    let as_of = as_of.map_or_else(|| jiff::civil::date(2026, 11, 1), day);
    let options = Options {
        at_hand: Some((found.path.clone(), main.as_bytes().to_vec())),
        place: Inputs {
            location: example.region.clone(),
            ..Inputs::default()
        },
        include_generated: true,
        environments: super::EnvironmentMode::None,
        maximum_scenarios: 1,
        ..Options::new(Arc::new(Reach::in_memory(files)), as_of)
    };
    (found, options)
}

/// A template of an example, and how it is linted: by its rule and all enabled ones, as often as it is asked for.
pub struct Subject<'a> {
    catalogue: &'a Catalogue,
    rules: RuleSet,
    found: Found,
    /// The options of the first run.
    pub options: Options,
}

impl<'a> Subject<'a> {
    /// A template of an example of a rule.
    pub fn new(
        catalogue: &'a Catalogue,
        rule: &Rule,
        example: &Example,
        template: &ExampleTemplate,
    ) -> Subject<'a> {
        let (main, _) = main_text(template);
        let (found, options) = run_over(&main, template, example);
        Subject {
            catalogue,
            rules: with_all_enabled(catalogue, rule),
            found,
            options,
        }
    }

    /// What is found with these options.
    pub fn lint(&self, options: &Options) -> FileReport {
        Run::new(self.catalogue, &self.rules, options, false).file(&self.found, &[])
    }
}

/// A rule among all that are enabled; one that runs only when asked for is asked for by its own examples.
fn with_all_enabled(catalogue: &Catalogue, rule: &Rule) -> RuleSet {
    let others = catalogue.enabled().filter(|other| other.name != rule.name);
    RuleSet::new(others.chain([rule]).cloned().collect())
}

/// What other rules say of an example is theirs to test, but for those it names; what the tool itself says is a mistake in it.
fn said_by_others(report: &FileReport, example: &Example) -> Vec<String> {
    let own = report.diagnostics.iter();
    let own = own.filter(|one| one.code.starts_with("AM"));
    let own = own.map(|one| format!("`{}` reports: {}", one.name, one.message));
    let reports = |name: &str| report.diagnostics.iter().any(|one| *one.name == *name);
    let silent = example.also_reports.iter().filter(|name| !reports(name));
    let silent = silent.map(|name| format!("`{name}` reports nothing"));
    own.chain(silent).collect()
}

/// What was found, seen from the texts of the example.
struct View<'a> {
    sources: &'a Sources,
    template: &'a ExampleTemplate,
    /// Characters that wrapping put before the first line of the main file.
    shift: usize,
    /// Whether the example has more than this file, so that messages have to say which.
    names_files: bool,
}

impl View<'_> {
    /// What the comments of all files expect, each with the number of its file.
    fn expectations(&self) -> Vec<(usize, Expectation)> {
        let files = self.template.files.iter().enumerate();
        let expected = files.flat_map(|(file, (_, text))| {
            let expectations = expectations(text).into_iter();
            expectations.map(move |expectation| (file, expectation))
        });
        expected.collect()
    }

    /// Something about the whole template.
    fn problem(&self, text: &str) -> Problem {
        let file = self.named(0);
        Problem::Other(file.map_or_else(|| text.to_owned(), |file| format!("`{file}`: {text}")))
    }

    /// The name of a file, where it has to be said.
    fn named(&self, file: usize) -> Option<&str> {
        let named = self.template.files.get(file).filter(|_| self.names_files);
        named.map(|(name, _)| &**name)
    }

    /// Expectations that no finding meets, and related labels that none has.
    fn missing(
        &self,
        expectations: &[(usize, Expectation)],
        found: &[&Diagnostic],
    ) -> Vec<Problem> {
        let is_met = |expected: &(usize, Expectation)| match expected.1.severity {
            Some(_) => found.iter().any(|one| self.meets(one, expected)),
            None => {
                let mut places = found.iter().flat_map(|one| &one.trace);
                places.any(|label| {
                    label.message.contains(&expected.1.message)
                        && self.stands_at(label.span, expected)
                })
            }
        };
        let missing = expectations.iter().filter(|one| !is_met(one));
        let missing = missing.map(|one| Problem::Missing(self.place_of(one)));
        missing.collect()
    }

    /// Findings that meet no expectation.
    fn unexpected(
        &self,
        expectations: &[(usize, Expectation)],
        found: &[&Diagnostic],
    ) -> Vec<Problem> {
        let expected = |one: &Diagnostic| {
            let mut findings = expectations.iter();
            findings.any(|expected| self.meets(one, expected))
        };
        let unexpected = found.iter().filter(|one| !expected(one));
        let unexpected = unexpected.map(|one| Problem::Unexpected(self.place(one)));
        unexpected.collect()
    }

    fn meets(&self, diagnostic: &Diagnostic, expected: &(usize, Expectation)) -> bool {
        expected.1.severity == Some(diagnostic.severity)
            && diagnostic.message.contains(&expected.1.message)
            && self.stands_at(diagnostic.primary.span, expected)
    }

    fn stands_at(&self, span: Span, (file, expectation): &(usize, Expectation)) -> bool {
        let (there, line, column, length) = self.seen(span);
        (there, line, column) == (*file, expectation.line, expectation.column)
            && expectation.length.is_none_or(|wanted| wanted == length)
    }

    /// The number of its file, line and column, 0-based, and length of a span in the texts of the example.
    fn seen(&self, span: Span) -> (usize, usize, usize, usize) {
        let source = self.sources.get(span.file);
        let mut files = self.template.files.iter();
        let file = files.position(|(name, _)| **name == *source.path());
        let file = file.unwrap_or(0);
        let range = source.range(span);
        let line = range.start.line as usize - 1;
        let column = range.start.column as usize - 1;
        let shift = if (file, line) == (0, 0) {
            self.shift
        } else {
            0
        };
        let length = range.end.column.saturating_sub(range.start.column);
        (file, line, column.saturating_sub(shift), length as usize)
    }

    fn place_of(&self, (file, expectation): &(usize, Expectation)) -> Place {
        let Expectation {
            line,
            column,
            length,
            ..
        } = *expectation;
        let said = match expectation.severity {
            Some(severity) => format!("{}: {}", severity.word(), expectation.message),
            None => format!("related: {}", expectation.message),
        };
        self.place_at((*file, line, column), length, said)
    }

    fn place(&self, diagnostic: &Diagnostic) -> Place {
        let (file, line, column, length) = self.seen(diagnostic.primary.span);
        let said = format!("{}: {}", diagnostic.severity.word(), diagnostic.message);
        self.place_at((file, line, column), Some(length), said)
    }

    fn place_at(
        &self,
        (file, line, column): (usize, usize, usize),
        length: Option<usize>,
        said: String,
    ) -> Place {
        let text = self.template.files.get(file).map(|(_, text)| text.lines());
        let text = text.and_then(|mut lines| lines.nth(line));
        Place {
            file: self.named(file).map(str::to_owned),
            line: line + 1,
            text: text.unwrap_or_default().to_owned(),
            column,
            length,
            said,
        }
    }
}

/// The main file of an example as it is linted, with the number of characters put before its first line.
fn main_text(template: &ExampleTemplate) -> (String, usize) {
    let text = template.files.first().map(|(_, text)| &**text);
    let text = text.unwrap_or_default();
    match template.language {
        Language::Json => wrapped(text),
        Language::Bicep => (text.to_owned(), 0),
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
