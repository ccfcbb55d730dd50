//! What a run is told and by whom, and what becomes of each file: `config show`, `--show-settings`, `--show-files`.

use super::arguments::Check;
use super::given::Given;
use super::output::Outputs;
use crate::config::{Configuration, Judging, Source};
use crate::error::Result;
use crate::lint::environments::ParameterFiles;
use crate::lint::{FileOutcome, Options, Report};
use crate::report::{line_path, single_line};
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::Literal;
use crate::source::display;
use crate::walk::{self, Found};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A run that is about to begin.
pub struct Run<'a> {
    /// What was typed, with what the configuration says of the whole run.
    pub arguments: &'a Check,
    /// Where findings would go.
    pub outputs: &'a Outputs,
    /// What the pipeline would be told.
    pub options: &'a Options,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Where it all comes from.
    pub given: &'a Given,
    /// How many threads there would be.
    pub threads: usize,
}

impl Run<'_> {
    /// The settings, one a line, by the names of their flags, and where each comes from; then what configurations say of rules.
    pub fn settings(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.of_run() {
            let origin = match (name, self.given.is(name), &value) {
                // Nobody names it, and it is there.
                ("config", false, Value::String(_)) => "found",
                _ => self.given.origin(name),
            };
            let origin = single_line(origin);
            let value = single_line(&value.to_string());
            let _ = writeln!(text, "{name} = {value}  # {origin}");
        }
        let enabled = self.catalogue.enabled().map(|rule| rule.code.to_string());
        let enabled: Value = enabled.collect();
        let _ = writeln!(text, "enabled-rules = {enabled}");
        for position in 0..self.options.configurations.all().len() {
            self.configuration(position, &mut text);
        }
        text
    }

    fn of_run(&self) -> Vec<(&'static str, Value)> {
        let Run {
            arguments, options, ..
        } = self;
        let inputs = &arguments.inputs;
        let fail_on = arguments.fail_on.severity();
        let parameters = inputs.param.iter().map(|(name, _)| name.clone());
        let roots = options.reach.root_paths().iter().map(|root| display(root));
        let configuration = self.options.configurations.of(self.first());
        let place = self
            .options
            .configurations
            .place(self.first(), "", &options.place);
        let path = |path: &Option<PathBuf>| json!(path.as_deref().map(display));
        vec![
            ("paths", paths(&arguments.paths)),
            ("config", json!(configuration.map(Configuration::path))),
            ("isolated", json!(arguments.configured.isolated)),
            ("parameters", paths(&inputs.parameters)),
            ("param", parameters.collect()),
            ("environments", json!(inputs.environments.word())),
            ("max-scenarios", json!(options.maximum_scenarios)),
            ("location", json!(place.location)),
            ("subscription", json!(place.subscription)),
            ("resource-group", json!(place.resource_group)),
            ("root", roots.collect()),
            ("module-cache", path(&inputs.module_cache)),
            ("include-generated", json!(inputs.include_generated)),
            ("focus", json!(arguments.focus)),
            ("changed-since", json!(arguments.changed_since)),
            ("max-file-size", json!(options.maximum_file_size)),
            ("select", json!(arguments.select)),
            ("ignore", json!(arguments.ignore)),
            ("mandatory", json!(arguments.mandatory)),
            ("rules", paths(&arguments.rules)),
            ("as-of", json!(options.as_of.to_string())),
            ("min-severity", json!(options.minimum_severity.word())),
            ("min-certainty", json!(options.minimum_certainty.word())),
            ("format", self.outputs.words().into()),
            ("max-findings", json!(options.maximum_findings)),
            ("show-unknown", json!(arguments.show_unknown)),
            ("show-suppressed", json!(arguments.show_suppressed)),
            ("quiet", json!(arguments.quiet)),
            ("fail-on", json!(fail_on.map_or("never", |one| one.word()))),
            ("fail-on-possible", json!(arguments.fail_on_possible)),
            ("baseline", path(&arguments.baseline)),
            ("strict", json!(arguments.strict)),
            ("exit-zero", json!(arguments.exit_zero)),
            ("jobs", json!(self.threads)),
        ]
    }

    fn first(&self) -> &Path {
        let at_hand = self.options.at_hand.as_ref();
        let first = at_hand
            .map(|(path, _)| path)
            .or(self.arguments.paths.first());
        first.map_or(Path::new("."), PathBuf::as_path)
    }

    /// What a configuration says that may differ from file to file; of overrides and environments what is different in them.
    fn configuration(&self, position: usize, text: &mut String) {
        let configuration = &self.options.configurations.all()[position];
        let base = self.options.configurations.variants(position).remove(0).1;
        for (title, judging) in self.options.configurations.variants(position) {
            let lines = lines(configuration, &judging);
            let known = match title.is_empty() {
                true => {
                    let _ = writeln!(text, "\n# {}", line_path(configuration.path()));
                    listed(configuration, text);
                    Vec::new()
                }
                false => {
                    let _ = writeln!(
                        text,
                        "# {}, {}",
                        line_path(configuration.path()),
                        single_line(&title)
                    );
                    self::lines(configuration, &base)
                }
            };
            for line in lines.iter().filter(|line| !known.contains(line)) {
                let _ = writeln!(text, "{}", single_line(line));
            }
        }
    }
}

/// What holds in one place, a setting a line.
fn lines(configuration: &Configuration, judging: &Judging) -> Vec<String> {
    let line = |name: String, value: Value, span| {
        format!("{name} = {value}  # {}", configuration.place(span))
    };
    let mut lines = Vec::new();
    if let Some((location, span)) = &judging.location {
        lines.push(line("location".to_owned(), json!(location), *span));
    }
    if let Some((profile, span)) = &judging.profile {
        lines.push(line("profile".to_owned(), json!(profile), *span));
    }
    if let Some((most, span)) = judging.max_severity {
        lines.push(line("max-severity".to_owned(), json!(most.word()), span));
    }
    let mut by_origin: BTreeMap<(String, &str), Vec<&str>> = BTreeMap::new();
    for (name, state) in &judging.states {
        let runs = if state.runs { "on" } else { "off" };
        let (word, origin) = match (state.severity.filter(|_| state.runs), state.source) {
            (Some((severity, span)), _) => (severity.word(), configuration.place(span)),
            (None, Source::Configuration(span)) => (runs, configuration.place(span)),
            (None, Source::CommandLine) => (runs, "command line".to_owned()),
            (None, Source::Default) => continue,
        };
        by_origin.entry((origin, word)).or_default().push(name);
    }
    for ((origin, word), mut names) in by_origin {
        names.sort_unstable();
        lines.push(format!("rules {word} = {}  # {origin}", json!(names)));
    }
    let parameters = judging.parameters.iter();
    lines.extend(parameters.map(|(rule, name, value, span)| {
        line(format!("rule.{rule}.{name}"), literal(value), *span)
    }));
    lines
}

/// Lists of a configuration, and what it asks of suppressions.
fn listed(configuration: &Configuration, text: &mut String) {
    let file = &configuration.file;
    let mut line = |name: &str, value: Value, span| {
        let line = format!("{name} = {value}  # {}", configuration.place(span));
        let _ = writeln!(text, "{}", single_line(&line));
    };
    for (name, list) in [
        ("select", &file.select),
        ("ignore", &file.ignore),
        ("mandatory", &file.mandatory),
        ("exclude", &file.exclude),
    ] {
        if let Some(list) = list {
            let words = list.value.iter().map(|word| word.value.clone());
            line(name, words.collect(), list.span);
        }
    }
    if let Some(assume) = &file.assume_region {
        line("assume-region", json!(assume.value.word()), assume.span);
    }
    if let Some(scope) = &file.scope {
        line("scope", json!(scope.value.word()), scope.span);
    }
    let suppression = file.suppression.as_ref();
    if let Some(required) = suppression.and_then(|one| one.value.require_reason.as_ref()) {
        line(
            "suppression.require-reason",
            json!(required.value),
            required.span,
        );
    }
}

fn paths(paths: &[PathBuf]) -> Value {
    paths.iter().map(|path| display(path)).collect()
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Boolean(value) => json!(value),
        Literal::Integer(value) => json!(value),
        Literal::String(value) => json!(value),
        Literal::Float(_) | Literal::Null | Literal::Array(_) | Literal::Object(_) => Value::Null,
    }
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
