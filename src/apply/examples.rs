//! The fix of a rule, tried on the examples of its rule file: a finding that has a fix is no more after it, nothing new is found, and
//! doing it twice is doing it once.

use super::{Changed, MAX_ROUNDS, fix, keys};
use crate::diagnostic::{Fix, Safety};
use crate::lint::examples::Subject;
use crate::lint::{FileReport, Options, Report};
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Example, ExampleTemplate, Language, Rule};
use std::cell::RefCell;

/// A template of an example in which the rule's fix changes something, or should.
#[derive(Debug)]
pub struct FixedExample {
    /// Title of the example.
    pub title: Box<str>,
    /// What its main file is written in.
    pub language: Language,
    /// The fixes of what was found first.
    pub fixes: Vec<Fix>,
    /// The files that change.
    pub files: Vec<Changed>,
    /// What is wrong with the fix.
    pub problems: Vec<String>,
}

/// Tries the fix of a rule on its examples; those in which it has nothing to do are left out.
pub fn fixed_examples(catalogue: &Catalogue, rule: &Rule) -> Vec<FixedExample> {
    if rule.cases.iter().all(|case| case.fix.is_none()) {
        return Vec::new();
    }
    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
    let mut fixed = Vec::new();
    for example in &documentation.examples {
        for template in &example.templates {
            fixed.extend(fixed_example(catalogue, rule, example, template));
        }
    }
    fixed
}

fn fixed_example(
    catalogue: &Catalogue,
    rule: &Rule,
    example: &Example,
    template: &ExampleTemplate,
) -> Option<FixedExample> {
    let subject = Subject::new(catalogue, rule, example, template);
    let first = lint(&subject, rule, &subject.options);
    let fixes = first.diagnostics().filter_map(|(_, one)| one.fix.clone());
    let fixes: Vec<Fix> = fixes.collect();
    if fixes.is_empty() {
        return None;
    }
    let last_options = RefCell::new(subject.options.clone());
    let applied = fix(&subject.options, Safety::Unsafe, |options| {
        last_options.replace(options.clone());
        Ok(lint(&subject, rule, options))
    });
    let mut problems = Vec::new();
    let applied = match applied {
        Ok(applied) => applied,
        Err(error) => {
            let problems = vec![error.to_string()];
            return Some(FixedExample {
                title: example.title.clone(),
                language: template.language,
                fixes,
                files: Vec::new(),
                problems,
            });
        }
    };
    for (file, why) in &applied.left {
        problems.push(format!("`{file}` is left as it is: {why}"));
    }
    if applied.rounds > MAX_ROUNDS {
        problems.push(format!(
            "after {MAX_ROUNDS} rounds there is still something to fix"
        ));
    }
    let (before, after) = (keys(&first), keys(&applied.report));
    let fixable = first.diagnostics().filter(|(_, one)| one.fix.is_some());
    for (sources, one) in fixable {
        if after.contains_key(&super::key(sources, one)) {
            problems.push(format!("the finding is still there: {}", one.message));
        }
    }
    for (sources, one) in applied.report.diagnostics() {
        let is_revealed = reveals(rule).any(|name| **name == *one.name);
        if !before.contains_key(&super::key(sources, one)) && !is_revealed {
            problems.push(format!("new after the fix: {} {}", one.code, one.message));
        }
    }
    let again = fix(&last_options.into_inner(), Safety::Unsafe, |options| {
        Ok(lint(&subject, rule, options))
    });
    if again.is_ok_and(|again| !again.files.is_empty()) {
        problems.push("doing it twice is not doing it once".to_owned());
    }
    Some(FixedExample {
        title: example.title.clone(),
        language: template.language,
        fixes,
        files: applied.files,
        problems,
    })
}

/// Names of rules that may find something after the fix of a rule.
fn reveals(rule: &Rule) -> impl Iterator<Item = &Box<str>> {
    let fixes = rule.cases.iter().filter_map(|case| case.fix.as_ref());
    fixes.flat_map(|fix| &fix.reveals)
}

/// What is found in an example, with the fixes of no rule but this one.
fn lint(subject: &Subject, rule: &Rule, options: &Options) -> Report {
    let mut file: FileReport = subject.lint(options);
    for diagnostic in &mut file.diagnostics {
        if diagnostic.code != *rule.code {
            diagnostic.fix = None;
        }
    }
    Report {
        files: vec![file],
        ..Report::default()
    }
}
