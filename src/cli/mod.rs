//! The command line: arguments in, findings out, exit status back.
//!
//! Findings go to standard output, talk about the run to standard error.

mod arguments;
mod baseline;
mod changed;
mod configuration;
mod environment;
mod fix;
mod generate;
mod given;
mod output;
mod posture;
mod settings;
mod suggest;
mod suppressions;

use crate::config::Selection;
use crate::diagnostic::{Diagnostic, Kind};
use crate::error::{Error, Result};
use crate::lint::{self, Options, Report};
use crate::project::Reach;
use crate::report::{self, Terminal};
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::Rule;
use crate::source::{Sources, display};
use crate::walk::{self, Found};
use arguments::{
    Arguments, BaselineCommand, Check, Color, Command, ConfigCommand, ConfigSchema, Docs, Expand,
    Explain, Inputs, Rules, RulesCommand, Schema, Test,
};
use clap::FromArgMatches;
use configuration::Applying;
use environment::Environment;
use given::Given;
use std::io::{BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Nothing at or above `--fail-on`.
const CLEAN: u8 = 0;
/// Findings.
const FINDINGS: u8 = 1;
/// Usage or internal error, or a named path that cannot be read.
const FAILED: u8 = 2;
/// Nothing was analysed, or with `--strict` something could not be.
const NOT_ANALYSED: u8 = 3;

/// Runs the program with the arguments it was started with; gives its exit status.
pub fn main() -> u8 {
    let mistyped = || {
        std::env::args_os()
            .nth(1)
            .and_then(|first| suggest::command(&first))
    };
    let command = given::command(&Environment::of_process());
    let parsed = command.clone().try_get_matches().and_then(|matches| {
        let given = Given::of(&matches, &command);
        Arguments::from_arg_matches(&matches).map(|arguments| (arguments, given))
    });
    let (arguments, mut given) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let failed = error.use_stderr();
            // What follows a mistyped command is read as if it followed none, so of that nothing is said.
            if let Some(command) = failed.then(mistyped).flatten() {
                say(&format!("amllint: {command}"));
                return FAILED;
            }
            let _ = error.print();
            return if failed { FAILED } else { CLEAN };
        }
    };
    let is_check = arguments.command.is_none();
    let done = match arguments.command {
        None => check(arguments.check, &mut given),
        Some(Command::Check(check_arguments)) => check(*check_arguments, &mut given),
        Some(Command::Expand(expand_arguments)) => expand(*expand_arguments, &mut given),
        Some(Command::Posture(posture_arguments)) => {
            posture::posture(*posture_arguments, &mut given)
        }
        Some(Command::Graph(graph_arguments)) => posture::graph(*graph_arguments, &mut given),
        Some(Command::Explain(explain_arguments)) => explain(explain_arguments),
        Some(Command::Completions(wanted)) => generate::completions(&wanted),
        Some(Command::Lsp(_)) => Ok(crate::lsp::serve()),
        Some(Command::Man(wanted)) => generate::man(&wanted),
        Some(Command::Rules(rules_arguments)) => match &rules_arguments.command {
            Some(RulesCommand::Schema(schema_arguments)) => schema(schema_arguments),
            Some(RulesCommand::Docs(docs_arguments)) => docs(docs_arguments),
            Some(RulesCommand::Test(test_arguments)) => test(test_arguments),
            None => rules(rules_arguments),
        },
        Some(Command::Config(config)) => match config.command {
            ConfigCommand::Show(mut check_arguments) => {
                check_arguments.show_settings = true;
                check(*check_arguments, &mut given)
            }
            ConfigCommand::Init(wanted) => configuration::init(&wanted.folder),
            ConfigCommand::Schema(wanted) => config_schema(&wanted),
        },
        Some(Command::Suppressions(arguments)) => {
            suppressions::suppressions(*arguments, &mut given)
        }
        Some(Command::Baseline(baseline)) => match baseline.command {
            BaselineCommand::Create(arguments) => baseline::create(*arguments, &mut given),
            BaselineCommand::Update(arguments) => baseline::update(*arguments, &mut given),
            BaselineCommand::Prune(arguments) => baseline::prune(*arguments, &mut given),
        },
    };
    done.unwrap_or_else(|error| {
        let mistyped = is_check.then(mistyped).flatten();
        let said = mistyped.unwrap_or_else(|| suggest::told(&error));
        say(&format!("amllint: {}", report::single_line(&said)));
        FAILED
    })
}

/// Says something on standard error; nobody listening is no failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn options(inputs: &Inputs, given: Vec<PathBuf>, maximum_findings: usize) -> Options {
    let own = |text: &Option<String>| text.as_deref().map(Into::into);
    let reach = Reach::new(inputs.root.clone(), given, inputs.max_file_size)
        .with_module_caches(inputs.module_cache.clone(), Reach::default_cache());
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now());
    Options {
        maximum_findings,
        place: crate::evaluate::Inputs {
            location: own(&inputs.location),
            subscription: own(&inputs.subscription),
            resource_group: own(&inputs.resource_group),
            cloud: inputs.cloud.cloud(),
            ..crate::evaluate::Inputs::default()
        },
        arguments: inputs.param.clone(),
        include_generated: inputs.include_generated,
        parameter_files: inputs.parameters.clone(),
        environments: inputs.environments.mode(),
        maximum_scenarios: inputs.max_scenarios.get(),
        ..Options::new(Arc::new(reach), today.date())
    }
}

/// A run that may begin.
struct Prepared {
    environment: Environment,
    outputs: output::Outputs,
    catalogue: Catalogue,
    found: walk::Walk,
    options: Options,
    threads: usize,
}

/// Finds the files, reads configurations and rules; gives the exit status instead, after saying why, where a run makes no sense.
fn prepare(arguments: &mut Check, given: &mut Given) -> Result<std::result::Result<Prepared, u8>> {
    if arguments.unsafe_fixes && fix::Wanted::of(arguments).is_none() {
        let text = "`--unsafe-fixes` says which fixes are made: give `--fix` or `--diff`, too";
        return Err(Error::Usage(text.to_owned()));
    }
    let environment = Environment::of_process();
    let outputs = output::choose(
        &arguments.format,
        arguments.output_file.as_deref(),
        &environment,
    )?;
    let threads = threads(arguments.jobs);
    let targets = Targets::find(&arguments.paths, &arguments.inputs, threads)?;
    let mut configurations = configuration::find(&arguments.configured, &targets.given)?;
    configurations.add(targets.files())?;
    if let Some(configuration) = configurations.of_run_mut(targets.first()) {
        let mut applying = Applying {
            configuration,
            given,
        };
        applying.check(arguments);
    }
    configuration::tell_unused(&mut configurations, targets.first());
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.rules, arguments.color)? {
        return Ok(Err(FAILED));
    }
    configurations.resolve(&mut catalogue, selection(arguments))?;
    if let Some(failed) = configuration::tell(&configurations) {
        return Ok(Err(failed));
    }
    let mut options = options(
        &arguments.inputs,
        arguments.paths.clone(),
        arguments.max_findings,
    );
    options.as_of = arguments.as_of.unwrap_or(options.as_of);
    options.minimum_severity = arguments.min_severity.severity();
    options.minimum_certainty = arguments.min_certainty.certainty();
    options.keeps_suppressed = arguments.show_suppressed;
    let mut found = targets.into_options(&arguments.inputs, &mut options)?;
    let is_looked_at =
        |found: &Found| found.named && !arguments.focus || !configurations.excludes(&found.path);
    found.files.retain(is_looked_at);
    let parameter_files = &mut options.found_parameter_files;
    parameter_files.retain(|path| !configurations.excludes(path));
    if arguments.focus && options.at_hand.is_none() && !arguments.show_settings {
        found.files = focus(&found.files, &arguments.inputs, &mut options, threads)?;
        let templates = found.files.iter().map(|found| found.path.as_path());
        configurations.add(templates)?;
        configurations.resolve(&mut catalogue, selection(arguments))?;
        if let Some(failed) = configuration::tell(&configurations) {
            return Ok(Err(failed));
        }
    }
    if let Some(reference) = &arguments.changed_since {
        let changes = changed::since(reference, &arguments.paths)?;
        let (rules, limit) = (&arguments.rules, options.maximum_file_size);
        let focus = lint::focus::changes(changes, &found.files, &configurations, rules, limit);
        options.focus = Some(focus);
    }
    options.configurations = Arc::new(configurations);
    Ok(Ok(Prepared {
        environment,
        outputs,
        catalogue,
        found,
        options,
        threads,
    }))
}

fn check(mut arguments: Check, given: &mut Given) -> Result<u8> {
    if arguments.unsafe_fixes && fix::Wanted::of(&arguments).is_none() {
        let text = "`--unsafe-fixes` says which fixes are made: give `--fix` or `--diff`, too";
        return Err(Error::Usage(text.to_owned()));
    }
    let prepared = match prepare(&mut arguments, given)? {
        Ok(prepared) => prepared,
        Err(status) => return Ok(status),
    };
    let Prepared {
        environment,
        outputs,
        catalogue,
        found,
        mut options,
        threads,
    } = prepared;
    if arguments.show_settings {
        let run = settings::Run {
            arguments: &arguments,
            outputs: &outputs,
            options: &options,
            catalogue: &catalogue,
            given,
            threads,
        };
        write_out(&run.settings(), None)?;
        return Ok(CLEAN);
    }
    if let Some(path) = &arguments.baseline {
        match baseline::read(path, &environment)? {
            Some(accepted) => options.accepted = Some(Arc::new(accepted)),
            None => return Ok(FAILED),
        }
    }
    let lint = |options: &Options| -> Result<Report> {
        let mut report = with_progress(&found.files, arguments.quiet, |seen| {
            lint::lint(&found.files, &catalogue, options, threads, seen)
        })?;
        let skipped = found.problems.iter().map(|(path, _)| display(path));
        report.coverage.skipped.extend(skipped);
        Ok(report)
    };
    let done = match fix::Wanted::of(&arguments).filter(|_| !arguments.show_files) {
        Some(wanted) => fix::fix(wanted, &arguments, &options, lint)?,
        None => fix::Done::Report {
            report: Box::new(lint(&options)?),
            is_printed: false,
            failed: None,
            counts: String::new(),
        },
    };
    let (mut report, is_printed, failed, counts) = match done {
        fix::Done::Told(status) => return Ok(status),
        fix::Done::Report {
            report,
            is_printed,
            failed,
            counts,
        } => (report, is_printed, failed, counts),
    };
    if let Some(accepted) = &options.accepted {
        baseline::tell_fixed(&mut report, accepted, &arguments);
    }

    if arguments.show_files {
        write_out(&settings::files(&report, &found.files, &options)?, None)?;
        return Ok(CLEAN);
    }
    if !arguments.quiet
        && let Some(platform) = outputs.platform
    {
        say(&platform.notice());
    }
    let context = report::Context {
        catalogue: &catalogue,
        repository: &environment.repository(),
        failing: failing(&arguments),
        shows_unknown: arguments.show_unknown,
        terminal: terminal(&environment, arguments.color, outputs.to_file()),
        threads,
    };
    outputs.write(&report, &context, &environment, is_printed)?;
    if report.coverage.templates == 0 && !arguments.focus {
        say("amllint: no deployment template was found");
    } else if !arguments.quiet {
        say(&report::closing_lines(&report));
    }
    if !arguments.quiet && !counts.is_empty() {
        say(&counts);
    }
    let status = failed.unwrap_or_else(|| status(&report, &arguments));
    // The process ends here and gives all memory back at once, which takes less time than piece by piece.
    std::mem::forget((report, catalogue, options));
    Ok(status)
}

/// What was typed about rules.
fn selection(arguments: &Check) -> Selection {
    Selection {
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        mandatory: arguments.mandatory.clone(),
    }
}

/// Tells the run what is in focus; gives the files to look at for it.
fn focus(
    named: &[Found],
    inputs: &Inputs,
    options: &mut Options,
    threads: usize,
) -> Result<Vec<Found>> {
    let root = inputs.root.as_deref();
    let focused = lint::focus::focus(named, root, threads, inputs.max_file_size)?;
    let reach = Reach::new(
        inputs.root.clone(),
        vec![focused.root],
        inputs.max_file_size,
    )
    .with_module_caches(inputs.module_cache.clone(), Reach::default_cache());
    options.reach = Arc::new(reach);
    options.found_parameter_files = focused.parameter_files;
    options.focus = Some(focused.focus);
    Ok(focused.files)
}

/// Number of threads.
fn threads(jobs: Option<NonZeroUsize>) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    jobs.map_or_else(all, NonZeroUsize::get)
}

/// What is to be looked at: what a walk found, or standard input.
struct Targets {
    walk: walk::Walk,
    at_hand: Option<(PathBuf, Vec<u8>)>,
    given: Vec<PathBuf>,
}

impl Targets {
    /// Finds the files under these paths. What is named and cannot be read is an error, other trouble is told.
    fn find(paths: &[PathBuf], inputs: &Inputs, threads: usize) -> Result<Targets> {
        let at_hand = standard_input(paths, inputs)?;
        let walk = match &at_hand {
            Some((path, _)) => walk::Walk {
                files: vec![Found {
                    path: path.clone(),
                    named: true,
                }],
                ..walk::Walk::default()
            },
            None => walk::walk(paths, threads)?,
        };
        let given = match &at_hand {
            Some((path, _)) => vec![path.clone()],
            None => paths.to_vec(),
        };
        Ok(Targets {
            walk,
            at_hand,
            given,
        })
    }

    /// The path that says what counts for the whole run.
    fn first(&self) -> &Path {
        self.given.first().map_or(Path::new("."), PathBuf::as_path)
    }

    fn files(&self) -> impl Iterator<Item = &Path> {
        let found = self.walk.files.iter();
        let files = found.map(|found| &found.path);
        files
            .chain(&self.walk.parameter_files)
            .map(PathBuf::as_path)
    }

    /// Tells a run what there is.
    fn into_options(self, inputs: &Inputs, options: &mut Options) -> Result<walk::Walk> {
        let Targets { walk, at_hand, .. } = self;
        options
            .found_parameter_files
            .clone_from(&walk.parameter_files);
        let on_disk = at_hand.is_none();
        options.at_hand = at_hand;
        let templates = walk.files.iter().filter(|file| file.named && on_disk);
        let templates = templates.map(|file| &file.path);
        for named in templates.chain(&inputs.parameters) {
            std::fs::File::open(named).map_err(|source| Error::Read {
                path: named.clone(),
                source,
            })?;
        }
        for (path, problem) in &walk.problems {
            let text = format!("{}: {problem}", display(path));
            say(&format!("amllint: warning: {}", report::single_line(&text)));
        }
        Ok(walk)
    }
}

/// The name and bytes of standard input if `-` is the path.
fn standard_input(paths: &[PathBuf], inputs: &Inputs) -> Result<Option<(PathBuf, Vec<u8>)>> {
    let is_dash = |path: &PathBuf| path.as_os_str() == "-";
    if !paths.iter().any(is_dash) {
        return match &inputs.stdin_filename {
            Some(_) => Err(Error::Usage(
                "`--stdin-filename` names what `-` reads: give `-` as the path".to_owned(),
            )),
            None => Ok(None),
        };
    }
    if paths.len() > 1 {
        return Err(Error::Usage(
            "`-` reads one template from standard input and goes with no other path".to_owned(),
        ));
    }
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        return Err(Error::Usage(
            "`-` reads a template from standard input, and that is the terminal: pipe one into it"
                .to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    let read = std::io::Read::read_to_end(
        &mut std::io::Read::take(&mut input, inputs.max_file_size + 1),
        &mut bytes,
    );
    let name = inputs
        .stdin_filename
        .clone()
        .unwrap_or_else(|| "standard-input.json".into());
    read.map_err(|source| Error::Read {
        path: name.clone(),
        source,
    })?;
    if bytes.len() as u64 > inputs.max_file_size {
        let limit = inputs.max_file_size;
        return Err(Error::Usage(format!(
            "standard input holds more than {limit} bytes; `--max-file-size` raises the limit"
        )));
    }
    Ok(Some((name, bytes)))
}

fn explain(mut arguments: Explain) -> Result<u8> {
    let folders = &mut arguments.folders;
    if let Some(failed) = configuration::add_rule_folders(&arguments.configured, folders)? {
        return Ok(failed);
    }
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.folders, Color::Auto)? {
        return Ok(FAILED);
    }
    let mut subjects = Vec::new();
    for word in &arguments.rules {
        let Some(subject) = report::explain::find(&catalogue, word) else {
            let words = report::explain::words(&catalogue);
            let similar = crate::similar::most_similar(word, words.iter().map(String::as_str));
            return Err(Error::Usage(match similar {
                Some(similar) => format!("there is no rule `{word}`; did you mean `{similar}`?"),
                None => format!("there is no rule `{word}`; `amllint rules` lists them"),
            }));
        };
        subjects.push(subject);
    }
    let form = arguments.format.form();
    let text = report::explain::explain(&catalogue, &subjects, form, arguments.all_examples);
    write_out(&text, None)?;
    Ok(CLEAN)
}

fn rules(mut arguments: Rules) -> Result<u8> {
    let folders = &mut arguments.folders;
    if let Some(failed) = configuration::add_rule_folders(&arguments.configured, folders)? {
        return Ok(failed);
    }
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.folders, Color::Auto)? {
        return Ok(FAILED);
    }
    if !arguments.select.is_empty() {
        catalogue.select(&arguments.select)?;
    }
    catalogue.ignore(&arguments.ignore)?;
    let text = report::explain::list(&catalogue, arguments.format.form());
    write_out(&text, None)?;
    Ok(CLEAN)
}

fn schema(arguments: &Schema) -> Result<u8> {
    let mut catalogue = Catalogue::built_in();
    for folder in &arguments.folders {
        // To see the mistakes in these files is what the schema is wanted for: names come from the sound ones.
        catalogue.add_folder(folder, &mut Sources::default())?;
    }
    let schema = crate::rules::schema::schema(arguments.of.kind(), &catalogue);
    write_out(&format!("{schema:#}\n"), None)?;
    Ok(CLEAN)
}

fn docs(arguments: &Docs) -> Result<u8> {
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.folders, Color::Auto)? {
        return Ok(FAILED);
    }
    for page in report::docs::pages(&catalogue) {
        let path = arguments.folder.join(&page.path);
        let folder = path.parent().unwrap_or(&arguments.folder);
        std::fs::create_dir_all(folder).map_err(|source| Error::Write {
            path: folder.to_owned(),
            source,
        })?;
        write_out(&page.text, Some(&path))?;
    }
    Ok(CLEAN)
}

fn test(arguments: &Test) -> Result<u8> {
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.folders, Color::Auto)? {
        return Ok(FAILED);
    }
    let mut sources = Sources::default();
    let diagnostics = catalogue.replace(&arguments.paths, &mut sources)?;
    if !tell(&sources, &diagnostics, Color::Auto) {
        return Ok(FAILED);
    }
    let mut selected = catalogue.clone();
    if !arguments.select.is_empty() {
        selected.select(&arguments.select)?;
    }
    let is_selected = |rule: &Rule| {
        arguments.select.is_empty() || selected.enabled().any(|one| one.name == rule.name)
    };
    let rules = catalogue.replacements().filter(|rule| is_selected(rule));
    let rules: Vec<&Rule> = rules.collect();
    let mut tested = lint::examples::check_all(&catalogue, &rules);
    for (rule, tested) in rules.iter().zip(&mut tested) {
        let wrong = lint::on_large_stack(|| crate::apply::examples::failures(&catalogue, rule));
        tested.failures.extend(wrong);
    }
    write_out(&report::examples::tested(&tested), None)?;
    Ok(if tested.is_empty() {
        NOT_ANALYSED
    } else if tested.iter().any(|rule| !rule.failures.is_empty()) {
        FINDINGS
    } else {
        CLEAN
    })
}

/// Adds the rule folders of the user; false, after saying why, when there are mistakes in them.
fn read_rules(catalogue: &mut Catalogue, folders: &[PathBuf], color: Color) -> Result<bool> {
    let mut sound = true;
    for folder in folders {
        let mut sources = Sources::default();
        let diagnostics = catalogue.add_folder(folder, &mut sources)?;
        sound &= tell(&sources, &diagnostics, color);
    }
    Ok(sound)
}

/// The schema of the configuration.
fn config_schema(arguments: &ConfigSchema) -> Result<u8> {
    let mut catalogue = Catalogue::built_in();
    if !read_rules(&mut catalogue, &arguments.folders, Color::Auto)? {
        return Ok(FAILED);
    }
    let schema = crate::config::schema::schema(&catalogue);
    write_out(&format!("{schema:#}\n"), None)?;
    Ok(CLEAN)
}

/// Tells mistakes in a configuration.
fn report_mistakes(sources: &Sources, diagnostics: &[Diagnostic]) {
    tell(sources, diagnostics, Color::Auto);
}

/// Tells mistakes in files of rules or settings; true if there are none.
fn tell(sources: &Sources, diagnostics: &[Diagnostic], color: Color) -> bool {
    let color = colored(color, false);
    for diagnostic in diagnostics {
        say(report::full(sources, diagnostic, color).trim_end());
    }
    diagnostics.is_empty()
}

fn failing(arguments: &Check) -> report::Failing {
    report::Failing {
        mildest: arguments.fail_on.severity(),
        possible: arguments.fail_on_possible,
    }
}

fn status(report: &Report, arguments: &Check) -> u8 {
    let failing = failing(arguments);
    if report
        .diagnostics()
        .any(|(_, one)| one.code == Kind::INTERNAL.code)
    {
        FAILED
    } else if !arguments.exit_zero && report.diagnostics().any(|(_, one)| failing.includes(one)) {
        FINDINGS
    } else {
        let lint::Coverage {
            skipped,
            unknown,
            unread_modules,
            ..
        } = &report.coverage;
        let incomplete = !skipped.is_empty() || !unknown.is_empty() || *unread_modules > 0;
        let nothing = report.coverage.templates == 0 && !arguments.focus;
        if nothing || arguments.strict && incomplete {
            NOT_ANALYSED
        } else {
            CLEAN
        }
    }
}

fn expand(mut arguments: Expand, given: &mut Given) -> Result<u8> {
    let at_hand = standard_input(std::slice::from_ref(&arguments.file), &arguments.inputs)?;
    let named = at_hand
        .as_ref()
        .map_or(&arguments.file, |(path, _)| path)
        .clone();
    let paths = std::slice::from_ref(&named);
    let mut configurations = configuration::find(&arguments.configured, paths)?;
    if let Some(configuration) = configurations.of_run_mut(&named) {
        let mut applying = Applying {
            configuration,
            given,
        };
        applying.inputs(&mut arguments.inputs);
    }
    configurations.resolve(&mut Catalogue::built_in(), Selection::default())?;
    if let Some(failed) = configuration::tell(&configurations) {
        return Ok(failed);
    }
    let mut options = options(&arguments.inputs, vec![arguments.file.clone()], 0);
    options.configurations = Arc::new(configurations);
    options.at_hand = at_hand;
    let path = match &options.at_hand {
        Some((path, _)) => path.clone(),
        None => arguments.file.clone(),
    };
    let found = Found { path, named: true };
    let parameter_files = arguments.inputs.parameters.as_slice();
    if parameter_files.len() > 1 {
        return Err(Error::Usage("`expand` takes one parameter file".to_owned()));
    }
    let expanded = lint::on_large_stack(|| {
        let Some(loaded) = lint::load(&found, parameter_files, &options)? else {
            return Ok(None);
        };
        let mut diagnostics = loaded.diagnostics.clone();
        let deployment = lint::deployment(&loaded);
        if let Some(deployment) = &deployment {
            let mut out = BufWriter::new(std::io::stdout().lock());
            let written = report::expand::write(deployment, &mut out);
            to_standard_output(written.and_then(|()| out.flush()))?;
            diagnostics.extend(deployment.take_diagnostics());
        }
        diagnostics.extend(loaded.project.take_diagnostics());
        let sources = loaded.project.take_sources();
        Ok(Some((deployment.is_some(), diagnostics, sources)))
    })?;
    let Some((is_template, diagnostics, sources)) = expanded else {
        return Err(Error::Usage(format!(
            "`{}` is a parameter file, not a template",
            display(&found.path)
        )));
    };
    for diagnostic in &diagnostics {
        say(report::full(&sources, diagnostic, colored(Color::Auto, false)).trim_end());
    }
    Ok(if is_template { CLEAN } else { FAILED })
}

fn colored(color: Color, to_file: bool) -> bool {
    let environment = Environment::of_process();
    environment.colored(color, to_file, std::io::stdout().is_terminal())
}

/// What standard output is shown on.
fn terminal(environment: &Environment, color: Color, to_file: bool) -> Terminal {
    let is_terminal = std::io::stdout().is_terminal() && !to_file;
    let width = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let color = environment.colored(color, to_file, is_terminal);
    Terminal {
        color,
        links: color && is_terminal && environment.shows_links(),
        width: environment
            .columns()
            .filter(|_| !to_file)
            .or_else(|| is_terminal.then(width).flatten()),
    }
}

/// Writes to a file or to standard output.
fn write_out(text: &str, file: Option<&PathBuf>) -> Result<()> {
    match file {
        Some(path) => std::fs::write(path, text).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        }),
        None => to_standard_output(std::io::stdout().lock().write_all(text.as_bytes())),
    }
}

/// What became of writing to standard output, where whoever reads may stop reading.
fn to_standard_output(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(source) if source.kind() != std::io::ErrorKind::BrokenPipe => Err(Error::Write {
            path: "standard output".into(),
            source,
        }),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Runs something that counts files, with a bar on standard error if that is a terminal and it takes longer than a second.
fn with_progress<T: Send>(
    files: &[Found],
    quiet: bool,
    run: impl FnOnce(&AtomicUsize) -> T + Send,
) -> T {
    let seen = AtomicUsize::new(0);
    if quiet || !std::io::stderr().is_terminal() {
        return run(&seen);
    }
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let started = Instant::now();
            let bar = indicatif::ProgressBar::new(files.len() as u64);
            while !finished.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(20));
                if started.elapsed() > Duration::from_secs(1) {
                    bar.set_position(seen.load(Ordering::Relaxed) as u64);
                }
            }
            bar.finish_and_clear();
        });
        let result = run(&seen);
        finished.store(true, Ordering::Relaxed);
        result
    })
}
