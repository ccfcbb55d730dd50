//! JUnit's XML, which test views of CI services read: a suite a file, a failing case a finding that fails the run, a passing
//! case a milder one, and one passing case for a file without findings; what could not be judged is skipped. This is the only door to `quick-junit`.

use super::place::{Shown, shown};
use super::{Context, Finding, escape, single_line, unknown};
use crate::lint::{FileOutcome, Report, UnknownJudgement};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;

pub(super) fn render(report: &Report, findings: &[Finding], context: &Context) -> String {
    let mut suites: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for (path, outcome) in &report.outcomes {
        if *outcome == FileOutcome::Linted {
            let path = context.repository.place(path).path().to_owned();
            suites.entry(path).or_default();
        }
    }
    for finding in findings {
        let shown = shown(context.repository, finding);
        let cases = suites.entry(shown.place.path().to_owned()).or_default();
        cases.push(case(finding, &shown, context));
    }
    if context.shows_unknown {
        for one in &report.coverage.unknown {
            let path = context.repository.place(&one.file).path().to_owned();
            suites.entry(path).or_default().push(skipped(one));
        }
    }
    let mut document = quick_junit::Report::new("amllint");
    for (path, mut cases) in suites {
        let path = single_line(&path);
        if cases.is_empty() {
            cases.push(passing("no findings", &path));
        }
        let mut suite = TestSuite::new(path);
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    let text = document.to_string();
    let text = text.expect("writing into memory does not fail");
    // The schema that Jenkins checks results by knows no `skipped` of all suites, which comes first.
    escape::xml(&text.replacen(" skipped=\"0\"", "", 1))
}

/// A judgement that nobody can make.
fn skipped(one: &UnknownJudgement) -> TestCase {
    let path = one.place.as_ref().map_or(&one.file, |(path, _)| path);
    let mut status = TestCaseStatus::skipped();
    status.set_message(single_line(&unknown::why(one)));
    let name = format!("{} {} of {}", one.code, one.name, unknown::resource(one));
    let mut case = TestCase::new(single_line(&name), status);
    case.set_classname(single_line(path));
    case
}

fn passing(name: &str, path: &str) -> TestCase {
    let mut case = TestCase::new(name, TestCaseStatus::success());
    case.set_classname(path);
    case
}

fn case(finding: &Finding, shown: &Shown, context: &Context) -> TestCase {
    let diagnostic = finding.diagnostic;
    let path = single_line(&shown.path());
    let start = shown.range().start;
    let message = single_line(&diagnostic.message);
    let mut text = format!(
        "{path}:{}:{}: {}[{}] {message}",
        start.line,
        start.column,
        diagnostic.severity.word(),
        diagnostic.code
    );
    for holds in super::text::where_it_holds(diagnostic) {
        text.push_str(&format!("\n{holds}"));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nhelp: {}", single_line(help)));
    }
    let name = format!(
        "{} {} at {}:{}",
        diagnostic.code, diagnostic.name, start.line, start.column
    );
    if !context.fails(finding) {
        let mut case = passing(&name, &path);
        case.set_system_out(text);
        return case;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(message)
        .set_type(diagnostic.severity.word())
        .set_description(text);
    let mut case = TestCase::new(name, status);
    case.set_classname(path);
    case
}
