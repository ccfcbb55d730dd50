//! What verdicts promise, tried on every template of `testdata` with numbers that are the same in each run: no parameter file and no
//! unknown value adds what is certain, no choice takes it away, no order and no number of threads changes anything.
//!
//! `conformance::trust` tries the same on real templates.

mod change;

use crate::cli::{run, testdata, text};
use crate::fuzzing::Numbers;
use amllint::diagnostic::{Certainty, Diagnostic};
use amllint::evaluate::allowed_values;
use amllint::lint::environments::EnvironmentMode;
use amllint::lint::{FileReport, Options, Run, load, on_large_stack};
use amllint::project::Reach;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::rule_set::RuleSet;
use amllint::template::ParameterType;
use amllint::value::Value;
use amllint::walk::{Found, walk};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// What is tried on a template; whether there was something to try.
pub type Property = fn(&Path, &mut Numbers) -> bool;

/// All of it, with the names that are printed.
pub const PROPERTIES: [(&str, Property); 4] = [
    (
        "a parameter file adds nothing outside its environment",
        parameter_file,
    ),
    ("an unknown value adds nothing certain", unknown_value),
    ("no choice takes away what is certain", choice),
    (
        "the order of parameters changes nothing",
        order_of_parameters,
    ),
];

/// How a template is looked at.
#[derive(Clone, Default)]
struct Look {
    /// Its text, where that is not what lies on disk.
    text: Option<String>,
    parameter_files: Vec<PathBuf>,
    arguments: Vec<(String, String)>,
    /// Whether other choices of parameters are looked at, and how many.
    scenarios: usize,
}

/// What is said of a template; nothing if it is none.
fn look_at(path: &Path, look: &Look) -> Option<FileReport> {
    static SHARED: OnceLock<(Catalogue, RuleSet)> = OnceLock::new();
    let (catalogue, rules) = SHARED.get_or_init(|| {
        let catalogue = Catalogue::built_in();
        let rules = catalogue.rule_set();
        (catalogue, rules)
    });
    let options = options(path, look);
    let found = Found {
        path: path.to_owned(),
        named: false,
    };
    let loaded =
        load(&found, &look.parameter_files, &options).expect("the template is readable")?;
    let run = Run::new(catalogue, rules, &options, false);
    Some(run.template(path.display().to_string(), loaded))
}

fn options(path: &Path, look: &Look) -> Options {
    let reach = Reach::new(None, vec![path.to_owned()], u64::MAX);
    let at_hand = look.text.clone().map(String::into_bytes);
    Options {
        include_generated: true,
        environments: EnvironmentMode::Defaults,
        maximum_scenarios: look.scenarios.max(1),
        arguments: look.arguments.clone(),
        at_hand: at_hand.map(|bytes| (path.to_owned(), bytes)),
        ..Options::new(Arc::new(reach), jiff::civil::date(2026, 11, 1))
    }
}

/// What is told in a report by rules that are sure of it, by what it is about.
fn certain(report: &FileReport) -> impl Iterator<Item = &Diagnostic> {
    let of_rules = report.diagnostics.iter();
    of_rules.filter(|one| one.resource.is_some() && one.certainty == Certainty::Certain)
}

/// A finding by what stays when texts move: its rule, the file, and the text that is underlined.
fn words(report: &FileReport, diagnostic: &Diagnostic) -> (String, String, String) {
    let span = diagnostic.primary.span;
    let file = report.sources.get(span.file).path().to_owned();
    let text = report.sources.slice(span).to_owned();
    (diagnostic.code.to_string(), file, text)
}

/// A new parameter file beside others: every finding that holds elsewhere was there before.
fn parameter_file(path: &Path, numbers: &mut Numbers) -> bool {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("trust");
    std::fs::create_dir_all(&folder).expect("the folder of tests is writable");
    let mut new = |name| change::parameter_file(path, &folder, name, numbers);
    let (Some(first), Some(second)) = (new("first"), new("second")) else {
        return false;
    };
    let with = |files: &[&PathBuf]| {
        let parameter_files = files.iter().map(|file| (*file).clone()).collect();
        let look = Look {
            parameter_files,
            ..Look::default()
        };
        look_at(path, &look)
    };
    let (Some(alone), Some(both)) = (with(&[&first]), with(&[&first, &second])) else {
        return false;
    };
    let place = |one: &Diagnostic| (one.code.to_string(), one.primary.span.start);
    let known: BTreeSet<_> = alone.diagnostics.iter().map(place).collect();
    for one in both.diagnostics.iter().filter(|one| one.resource.is_some()) {
        assert!(
            !one.environments.is_empty(),
            "{} names no environment",
            one.code
        );
        let elsewhere = one.environments.iter().any(|name| name != "second");
        assert!(
            !elsewhere || known.contains(&place(one)),
            "{}: {} holds in {:?} only since there is another parameter file",
            path.display(),
            one.code,
            one.environments,
        );
    }
    true
}

/// A literal that becomes a parameter without a value: no rule finds certainly more than before.
fn unknown_value(path: &Path, numbers: &mut Numbers) -> bool {
    let Some(changed) = change::unknown_literal(path, numbers) else {
        return false;
    };
    let of_text = |text: Option<String>| {
        look_at(
            path,
            &Look {
                text,
                ..Look::default()
            },
        )
    };
    let (Some(before), Some(after)) = (of_text(None), of_text(Some(changed.text))) else {
        return false;
    };
    let count = |report: &FileReport, assumed: bool| {
        let mut counted: Vec<(String, String)> = certain(report)
            .filter(|one| assumed || one.assumes.is_empty())
            .flat_map(|one| {
                let of_type = one.resource.as_ref().map(|one| one.resource_type.clone());
                let key = (one.code.to_string(), of_type.unwrap_or_default());
                std::iter::repeat_n(key, 1 + one.instances.len())
            })
            .collect();
        counted.sort();
        counted
    };
    let mut known = count(&before, true);
    for one in count(&after, false) {
        match known.iter().position(|other| *other == one) {
            Some(position) => drop(known.remove(position)),
            None => panic!(
                "{}: {} of {} is certain only since `{}` is unknown",
                path.display(),
                one.0,
                one.1,
                changed.literal,
            ),
        }
    }
    true
}

/// Whatever is chosen among the values that parameters allow, what is certain without saying what it assumes is there.
fn choice(path: &Path, numbers: &mut Numbers) -> bool {
    let look = Look {
        scenarios: amllint::lint::scenarios::MAX_SCENARIOS,
        ..Look::default()
    };
    let Some(explored) = look_at(path, &look) else {
        return false;
    };
    let choices = choices(path);
    if choices.is_empty() {
        return false;
    }
    let arguments = choices.iter().filter_map(|(name, values)| {
        let value = &values[numbers.below(values.len())];
        let chosen = numbers.below(3) > 0;
        chosen.then(|| (name.clone(), value.clone()))
    });
    let chosen = Look {
        arguments: arguments.collect(),
        ..Look::default()
    };
    let Some(report) = look_at(path, &chosen) else {
        return false;
    };
    let found: BTreeSet<_> = report.diagnostics.iter().flat_map(about).collect();
    for one in certain(&explored).filter(|one| one.unless.is_empty() && one.by_default.is_empty()) {
        assert!(
            about(one).iter().any(|about| found.contains(about)),
            "{}: {} at {:?} is said to be certain, and is not there with {:?}",
            path.display(),
            one.code,
            words(&explored, one),
            chosen.arguments,
        );
    }
    true
}

/// What a finding is about: its rule, with its place or with its resource.
fn about(diagnostic: &Diagnostic) -> Vec<(String, String)> {
    let code = diagnostic.code.to_string();
    let resource = diagnostic.resource.as_ref();
    let resource = resource.map(|one| format!("{} {}", one.resource_type, one.name));
    let place = format!("{:?}", diagnostic.primary.span.start);
    let others = diagnostic.instances.iter().map(|one| one.name.clone());
    let names = resource.into_iter().chain([place]).chain(others);
    names.map(|name| (code.clone(), name)).collect()
}

/// The parameters of a template that have a choice, and the texts of their values.
fn choices(path: &Path) -> Vec<(String, Vec<String>)> {
    let found = Found {
        path: path.to_owned(),
        named: false,
    };
    let loaded = load(&found, &[], &options(path, &Look::default()));
    let Some(loaded) = loaded.expect("the template is readable") else {
        return Vec::new();
    };
    let Some(templates) = &loaded.templates else {
        return Vec::new();
    };
    let parameters = &templates.root().parameters;
    let all: Vec<usize> = (0..parameters.len()).collect();
    let allowed = allowed_values(&loaded.project, templates, &loaded.inputs(), &all);
    let mut choices = Vec::new();
    for (parameter, (_, values)) in parameters.iter().zip(allowed) {
        let texts: Vec<String> = values.iter().filter_map(argument).collect();
        let kind = templates.types.parameter_type(parameter.declared_type);
        let texts = match kind {
            ParameterType::Boolean if texts.is_empty() => vec!["true".into(), "false".into()],
            ParameterType::Boolean
            | ParameterType::String
            | ParameterType::Integer
            | ParameterType::Array
            | ParameterType::Object
            | ParameterType::Unknown => texts,
        };
        if !texts.is_empty() && !templates.types.is_secure(parameter.declared_type) {
            choices.push((parameter.name.to_string(), texts));
        }
    }
    choices
}

/// A value as `--param` takes it.
fn argument(value: &Value) -> Option<String> {
    let text = value.as_str().map(|text| format!("{text:?}"));
    let number = value.as_integer().map(|number| number.to_string());
    let truth = value.as_bool().map(|truth| truth.to_string());
    text.or(number).or(truth)
}

/// Parameters that are declared in another order: what is said, and of what, is the same.
fn order_of_parameters(path: &Path, numbers: &mut Numbers) -> bool {
    let Some(shuffled) = change::shuffled_parameters(path, numbers) else {
        return false;
    };
    let of_text = |text: Option<String>| {
        look_at(
            path,
            &Look {
                text,
                scenarios: amllint::lint::scenarios::MAX_SCENARIOS,
                ..Look::default()
            },
        )
    };
    let (Some(before), Some(after)) = (of_text(None), of_text(Some(shuffled))) else {
        return false;
    };
    let said = |report: &FileReport| {
        let mut said: Vec<_> = report
            .diagnostics
            .iter()
            .map(|one| everything(report, one))
            .collect();
        said.sort();
        said
    };
    assert_eq!(said(&before), said(&after), "{}", path.display());
    true
}

/// All that is told of a finding but for where in its file it stands.
fn everything(report: &FileReport, one: &Diagnostic) -> String {
    format!(
        "{:?} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?}",
        words(report, one),
        one.severity,
        one.certainty,
        one.message,
        one.resource.as_ref().map(|one| &one.name),
        one.instances
            .iter()
            .map(|one| &one.name)
            .collect::<Vec<_>>(),
        one.when,
        one.unless,
        one.by_default,
        one.assumes,
    )
}

/// Tries a property on one of so many templates of a folder, `rounds` times each; gives how often there was something to try.
pub fn try_on(folder: &Path, property: Property, rounds: usize, one_of: usize) -> usize {
    let files = walk(&[folder.to_owned()], 1)
        .expect("the folder is readable")
        .files;
    let files = files.iter().step_by(one_of);
    let mut count = 0;
    for (number, found) in files.enumerate() {
        let mut numbers = Numbers::new(number as u64);
        on_large_stack(|| {
            for _ in 0..rounds {
                count += usize::from(property(&found.path, &mut numbers));
            }
        });
    }
    count
}

#[test]
fn a_parameter_file_adds_nothing_outside_its_environment() {
    assert!(try_on(&testdata(), parameter_file, 2, 1) > 40);
}

#[test]
fn an_unknown_value_adds_nothing_certain() {
    assert!(try_on(&testdata(), unknown_value, 8, 1) > 200);
}

#[test]
fn no_choice_takes_away_what_is_certain() {
    assert!(try_on(&testdata(), choice, 8, 1) > 40);
}

#[test]
fn the_order_of_parameters_changes_nothing() {
    assert!(try_on(&testdata(), order_of_parameters, 2, 1) > 20);
}

/// Folders of `testdata` in two orders.
const FOLDERS: [&str; 6] = [
    "choices",
    "bicep",
    "linked",
    "projects",
    "whole-run",
    "workspace",
];

#[test]
fn the_order_of_files_changes_nothing() {
    let reversed: Vec<&str> = FOLDERS.iter().rev().copied().collect();
    let output = |folders: &[&str]| {
        let output = run(&[&["-f", "json", "--root", "."], folders].concat());
        text(&output.stdout)
    };
    assert_eq!(output(&FOLDERS), output(&reversed));
    let files = [
        "environments/dev.bicepparam",
        "environments/prod.bicepparam",
    ];
    let output = |first: &str, second: &str| {
        let files = ["-p", first, "-p", second, "-f", "json"];
        let output = run(&[&["environments/main.bicep"], &files[..]].concat());
        text(&output.stdout)
    };
    assert_eq!(output(files[0], files[1]), output(files[1], files[0]));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for format in ["json", "full", "sarif"] {
        let output = |threads: &str| {
            let output = run(&[
                "-f",
                format,
                "--root",
                ".",
                "--show-unknown",
                "-j",
                threads,
                ".",
            ]);
            (text(&output.stdout), text(&output.stderr))
        };
        let one = output("1");
        assert!(one.0.len() > 1_000);
        assert_eq!(one, output("2"), "{format}");
        assert_eq!(one, output("8"), "{format}");
    }
}
