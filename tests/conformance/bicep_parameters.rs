//! Bicep parameter files against what the compiler makes of them, and whole deployments against the compiler's snapshots.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release bicep_parameters -- --ignored --nocapture
//! ```

use super::bicep_pairs::{Expanded, expanded, options};
use super::{corpora, samples};
use amllint::lint::{load, on_large_stack};
use amllint::report::expand::shown;
use amllint::walk::Found;
use serde_json::{Map, Value};
use std::path::Path;

/// What a parameter file gives, by name; of two values of one name the last counts.
fn values(path: &Path) -> Map<String, Value> {
    let options = options(path.parent().expect("a file lies in a folder"));
    let found = Found {
        path: path.to_owned(),
        named: true,
    };
    let loaded = load(&found, &[], &options).expect("the copy is readable");
    let loaded = loaded.expect("it was named");
    let mut values = Map::new();
    for (name, value) in &loaded.inputs().parameters {
        values.insert(name.to_string(), shown(value));
    }
    values
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the copy is readable");
    serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("it is JSON")
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_parameters_are_those_of_the_compiler() {
    let folders = walkdir::WalkDir::new(samples().join("baselines_bicepparam"))
        .sort_by_file_name()
        .max_depth(1);
    let (mut same, mut different) = (0, 0);
    for folder in folders.into_iter().filter_map(Result::ok) {
        let expected = folder.path().join("parameters.json");
        if !expected.is_file() {
            continue;
        }
        let ours = on_large_stack(|| values(&folder.path().join("parameters.bicepparam")));
        let expected = json(&expected);
        let mut wrong = Vec::new();
        // Of a broken file the compiler makes an empty object.
        let assignments = expected["parameters"].as_object();
        for (name, assignment) in assignments.into_iter().flatten() {
            // What another tool or a key vault fills in nobody knows.
            let is_known = assignment.get("value");
            let own = ours.get(name);
            let fits = match is_known {
                // The compiler's own test sets variables of the environment, which is not read here.
                Some(value) => own == Some(value) || own.is_some_and(is_of_environment),
                None => own.is_some_and(holds_unknown),
            };
            if !fits {
                wrong.push(format!("{name}: {own:?} is not {assignment}"));
            }
        }
        if wrong.is_empty() {
            same += 1;
        } else {
            different += 1;
            eprintln!("{}: {}", folder.path().display(), wrong.join("\n    "));
        }
    }
    eprintln!("{same} parameter files alike, {different} not");
    assert_eq!((same, different), (11, 0));
}

fn is_of_environment(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.contains("readEnvironmentVariable('"))
}

fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "***" || text.starts_with('['),
        Value::Array(elements) => elements.iter().any(holds_unknown),
        Value::Object(members) => members.values().any(holds_unknown),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_parameters_give_the_compilers_snapshots() {
    let samples = "bicep/src/Bicep.Cli.IntegrationTests/Files/SnapshotCommandTests";
    let folders = walkdir::WalkDir::new(corpora().join(samples)).sort_by_file_name();
    let (mut same, mut different) = (0, 0);
    for file in folders.into_iter().filter_map(Result::ok) {
        if file.file_name() != "main.snapshot.json" {
            continue;
        }
        let folder = file.path().parent().expect("a file lies in a folder");
        let mut options = options(folder);
        // What the compiler's own test gives.
        options.place.subscription = Some("00000000-0000-0000-0000-000000000000".into());
        options.place.resource_group = Some("myRg".into());
        let parameters = folder.join("main.bicepparam");
        let Expanded {
            value: ours, said, ..
        } = on_large_stack(|| expanded(&parameters, &options));
        let expected = json(file.path());
        let mut wrong = said;
        let resources = ours["resources"].as_array().cloned().unwrap_or_default();
        let predicted = expected["predictedResources"].as_array().expect("a list");
        if resources.len() != predicted.len() {
            wrong.push(format!(
                "{} resources of {}",
                resources.len(),
                predicted.len()
            ));
        }
        for (resource, predicted) in resources.iter().zip(predicted) {
            for (key, value) in predicted.as_object().expect("an object") {
                // The id is type, name and what the deployment is made in.
                if key == "id" {
                    continue;
                }
                if plain(&resource[key]) != plain(value) {
                    wrong.push(format!("{key}: {} is not {value}", resource[key]));
                }
            }
        }
        for (key, value) in expected["outputs"].as_object().expect("an object") {
            if plain(&ours["outputs"][key]) != plain(value) {
                wrong.push(format!("{key}: {} is not {value}", ours["outputs"][key]));
            }
        }
        if wrong.is_empty() {
            same += 1;
        } else {
            different += 1;
            eprintln!("{}: {}", folder.display(), wrong.join("\n    "));
        }
    }
    eprintln!("{same} snapshots alike, {different} not");
    assert_eq!((same, different), (5, 0));
}

/// A value without what the two print differently: types end in a version, references in one, and holes are said with `format` or `concat`.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => match text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            Some(expression) => understood(&expression.replace(", '2022-09-01'", "")),
            None => Value::String(text.split('@').next().unwrap_or_default().to_owned()),
        },
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.clone(), plain(value)))
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The value of an expression as far as literals, `createObject` and `format` make it.
fn understood(expression: &str) -> Value {
    let call = expression
        .strip_suffix(')')
        .and_then(|call| call.split_once('('));
    match call {
        Some(("createObject", inside)) => {
            let arguments = arguments(inside);
            let pairs = arguments.chunks_exact(2);
            let pairs =
                pairs.map(|pair| (pair[0].trim_matches('\'').to_owned(), understood(pair[1])));
            Value::Object(pairs.collect())
        }
        Some(("format", inside)) => {
            let arguments = arguments(inside);
            let mut text = arguments[0].to_owned();
            for (position, hole) in arguments[1..].iter().enumerate() {
                text = text.replace(&format!("{{{position}}}"), &format!("', {hole}, '"));
            }
            Value::String(format!("[concat({})]", text.replace(", ''", "")))
        }
        Some(_) | None => match (expression.parse::<i64>(), expression.strip_prefix('\'')) {
            (Ok(number), _) => number.into(),
            (Err(_), Some(text)) => Value::String(text.trim_end_matches('\'').to_owned()),
            (Err(_), None) => Value::String(format!("[{expression}]")),
        },
    }
}

/// The arguments of a call, divided at the commas that stand in no brackets or quotes.
fn arguments(inside: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0, false, 0);
    let mut found = Vec::new();
    for (at, character) in inside.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(inside[start..].trim());
    found
}
