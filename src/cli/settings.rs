//! What a run is told, and what becomes of each file: `--show-settings`, `--show-files`.

use super::arguments::Check;
use super::output::Outputs;
use crate::lint::{FileOutcome, FileRole, Options, Report};
use crate::report::{line_path, single_line};
use crate::rules::catalogue::Catalogue;
use crate::source::display;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The settings of a run, one a line, by the names of their flags.
pub fn settings(
    arguments: &Check,
    outputs: &Outputs,
    options: &Options,
    catalogue: &Catalogue,
    threads: usize,
) -> String {
    let paths = |paths: &[std::path::PathBuf]| -> Value {
        paths.iter().map(|path| display(path)).collect()
    };
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

/// What becomes of each file, one a line.
pub fn files(report: &Report) -> String {
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, role) in &report.roles {
        let words = match role {
            FileRole::Module(caller) => {
                format!("judged through the templates that call it, such as {caller}")
            }
            FileRole::Environment(template, name) => format!("environment `{name}` of {template}"),
        };
        lines.entry(path).or_default().push(words);
    }
    for (path, outcome) in &report.outcomes {
        let words = match outcome {
            FileOutcome::Linted => "judged",
            FileOutcome::Elsewhere => "judged through the templates that call it",
            FileOutcome::Skipped => "passed over: no deployment template",
            FileOutcome::Generated => "passed over: compiled from the Bicep file beside it",
            FileOutcome::Failed => "not judged: it cannot be read as what it claims to be",
        };
        lines.entry(path).or_insert_with(|| vec![words.to_owned()]);
    }
    let mut text = String::new();
    for (path, words) in lines {
        for words in words {
            let _ = writeln!(text, "{}: {}", line_path(path), single_line(&words));
        }
    }
    text
}
