//! What a run is told, and what becomes of each file: `--show-settings`, `--show-files`.

use super::arguments::Check;
use super::output::Outputs;
use crate::error::Result;
use crate::lint::environments::ParameterFiles;
use crate::lint::{FileOutcome, Options, Report};
use crate::report::{line_path, single_line};
use crate::rules::catalogue::Catalogue;
use crate::source::display;
use crate::walk::{self, Found};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The settings of a run, one a line, by the names of their flags.
pub fn settings(
    arguments: &Check,
    outputs: &Outputs,
    options: &Options,
    catalogue: &Catalogue,
    threads: usize,
) -> String {
    let paths = |paths: &[PathBuf]| -> Value { paths.iter().map(|path| display(path)).collect() };
    let inputs = &arguments.inputs;
    let enabled: Value = catalogue
        .enabled()
        .map(|rule| rule.code.to_string())
        .collect();
    let parameters: Value = inputs.param.iter().map(|(name, _)| name.clone()).collect();
    let roots = options.reach.root_paths().iter().map(|root| display(root));
    let settings = [
        ("paths", paths(&arguments.paths)),
        ("parameters", paths(&inputs.parameters)),
        ("param", parameters),
        ("environments", json!(inputs.environments.word())),
        ("max-scenarios", json!(options.maximum_scenarios)),
        ("location", json!(inputs.location)),
        ("subscription", json!(inputs.subscription)),
        ("resource-group", json!(inputs.resource_group)),
        ("root", roots.collect()),
        ("include-generated", json!(inputs.include_generated)),
        ("focus", json!(arguments.focus)),
        ("max-file-size", json!(options.maximum_file_size)),
        ("rules", paths(&arguments.rules)),
        ("enabled-rules", enabled),
        ("as-of", json!(options.as_of.to_string())),
        ("min-severity", json!(options.minimum_severity.word())),
        ("min-certainty", json!(options.minimum_certainty.word())),
        ("format", outputs.words().into()),
        ("max-findings", json!(options.maximum_findings)),
        ("show-unknown", json!(arguments.show_unknown)),
        ("quiet", json!(arguments.quiet)),
        (
            "fail-on",
            json!(
                arguments
                    .fail_on
                    .severity()
                    .map_or("never", |severity| severity.word())
            ),
        ),
        ("fail-on-possible", json!(arguments.fail_on_possible)),
        ("strict", json!(arguments.strict)),
        ("exit-zero", json!(arguments.exit_zero)),
        ("jobs", json!(threads)),
    ];
    let mut text = String::new();
    for (name, value) in settings {
        let _ = writeln!(text, "{name} = {}", single_line(&value.to_string()));
    }
    text
}

/// What becomes of each file, one a line, in the order of their paths.
pub fn files(report: &Report, files: &[Found], options: &Options) -> Result<String> {
    let users = users(report, files, options)?;
    let mut lines: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for (found, (_, outcome)) in files.iter().zip(&report.outcomes) {
        let words = match outcome {
            FileOutcome::Linted => "judged",
            FileOutcome::Elsewhere => "judged through the templates that call it",
            FileOutcome::Skipped => "passed over: no deployment template",
            FileOutcome::Generated => "passed over: compiled from the Bicep file beside it",
            FileOutcome::Failed => "not judged: it cannot be read as what it claims to be",
        };
        lines.insert(walk::order(&found.path), line(&found.path, words));
    }
    for (path, templates) in users {
        let words = match templates.is_empty() {
            true => "passed over: no template here is for it".to_owned(),
            false => format!("values for {}", templates.join(", ")),
        };
        lines.insert(walk::order(&path), line(&path, &words));
    }
    Ok(lines.into_values().collect())
}

fn line(path: &Path, words: &str) -> String {
    format!("{}: {words}\n", line_path(&display(path)))
}

/// Parameter files, with the templates that are judged with them.
fn users(
    report: &Report,
    files: &[Found],
    options: &Options,
) -> Result<BTreeMap<PathBuf, Vec<String>>> {
    let parameter_files = ParameterFiles::new(files, options)?;
    let mut users = BTreeMap::new();
    // What is in focus is judged with few of those that a walk through the repository finds.
    if options.focus.is_none() {
        let found = options.found_parameter_files.iter().cloned();
        users.extend(found.map(|file| (file, Vec::new())));
    }
    for (found, (path, outcome)) in files.iter().zip(&report.outcomes) {
        if *outcome == FileOutcome::Linted {
            for file in parameter_files.of(&found.path, &options.reach) {
                let templates = users.entry(file).or_default();
                templates.push(format!("`{}`", single_line(path)));
            }
        }
    }
    Ok(users)
}
