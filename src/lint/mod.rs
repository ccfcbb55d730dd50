//! The pipeline: from a file to what is said about it.
//!
//! Files are looked at side by side and reported in the order of their paths, so that the output does not depend on the number
//! of threads. A panic in one file is a diagnostic of that file.

mod anchor;
mod bicep_parameters;
mod carry;
pub mod environments;
pub mod examples;
pub mod expectation;
pub mod fingerprint;
pub mod focus;
mod merge;
mod scenarios;
mod suppression;
mod whole_run;

use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::error::{Error, Result};
use crate::evaluate::{Deployment, Inputs, evaluate};
use crate::graph::{ResourceGraph, ResourceIndex, WORKSPACE};
use crate::parameters;
use crate::posture::{self, Workspace};
use crate::project::{Project, Reach, encoding_problem, parse, read};
use crate::rules::catalogue::Catalogue;
use crate::rules::judge::{RuleOutcome, Settings, judge};
use crate::rules::service::Service;
use crate::rules::together::Part;
use crate::source::{EncodingProblem, FileId, SourceFile, Sources, Span, display};
use crate::syntax::bicep::Dialect;
use crate::syntax::json;
use crate::template::{Templates, from_json, is_template};
use crate::walk::Found;
use environments::{DEFAULTS, EnvironmentMode, ParameterFiles};
use jiff::civil::Date;
use merge::{Held, Looked};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use scenarios::{Decisive, Scenarios};
use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use whole_run::{Root, RootSet, Said, Sets};

/// What the run is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The date against which retirements are read.
    pub as_of: Date,
    /// Findings milder than this are not reported.
    pub minimum_severity: Severity,
    /// Files larger than this, in bytes, are not read.
    pub maximum_file_size: u64,
    /// Which files templates may link to.
    pub reach: Arc<Reach>,
    /// Findings of one file beyond this are counted, not reported.
    pub maximum_findings: usize,
    /// `--location`, `--subscription`, `--resource-group`.
    pub place: Inputs,
    /// `--param`: names and texts.
    pub arguments: Vec<(String, String)>,
    /// A file whose bytes are at hand: standard input, by the name it was given.
    pub at_hand: Option<(PathBuf, Vec<u8>)>,
    /// Whether templates that were compiled from a Bicep file beside them are looked at.
    pub include_generated: bool,
    /// `--parameters`.
    pub parameter_files: Vec<PathBuf>,
    /// `--focus`: which findings are shown, if not all.
    pub focus: Option<focus::Focus>,
    /// Parameter files that a walk found.
    pub found_parameter_files: Vec<PathBuf>,
    /// Which environments are looked at.
    pub environments: EnvironmentMode,
    /// Rows of the posture report; without any it is not made.
    pub services: Arc<[Service]>,
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileOutcome {
    /// A template was judged.
    Linted,
    /// It was judged through the templates that link to it.
    Elsewhere,
    /// It is no template and nobody said it was.
    Skipped,
    /// It was compiled from the Bicep file beside it.
    Generated,
    /// It could not be read, or not as what it claims to be.
    Failed,
}

/// What is said about one file.
#[derive(Debug)]
pub struct FileReport {
    /// Its path, with `/`.
    pub path: String,
    /// What became of it.
    pub outcome: FileOutcome,
    /// What is said, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that diagnostics point into; only while there are diagnostics.
    pub sources: Sources,
    /// What was looked at.
    pub coverage: Coverage,
    /// Where the templates lie that it links to, symbolic links followed.
    pub modules: Vec<PathBuf>,
    /// What its workspaces survive, if that was asked for.
    pub workspaces: Vec<Workspace>,
    /// What other roots need of it, until all are judged.
    root: Option<Box<Root>>,
}

/// What was said of a place in a file that several templates link to.
#[derive(PartialEq, Eq, Hash)]
struct Told {
    path: String,
    bytes: (u32, u32),
    code: String,
    message: String,
}

/// What was looked at and how far it could be judged.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Templates.
    pub templates: usize,
    /// Workspaces in them.
    pub workspaces: usize,
    /// Resources that a workspace reaches.
    pub dependencies: usize,
    /// Resources.
    pub resources: usize,
    /// Judgements that passed.
    pub pass: usize,
    /// Judgements that failed.
    pub fail: usize,
    /// Findings that the files themselves say are not to be reported.
    pub suppressed: usize,
    /// Templates with more choices of parameters than were looked at.
    pub bounded: usize,
    /// Compiled templates that were not looked at because their Bicep source was.
    pub generated: usize,
    /// What could not be judged.
    pub unknown: Vec<UnknownJudgement>,
    /// Files that could not be read as what they claim to be.
    pub skipped: Vec<String>,
}

/// A judgement that nobody can make before deployment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnknownJudgement {
    /// The rule's code.
    pub code: Box<str>,
    /// The rule's name.
    pub name: Box<str>,
    /// The file.
    pub file: String,
    /// The resource, type and name.
    pub resource: (String, String),
    /// Why.
    pub reason: String,
}

/// What is said about all files.
#[derive(Debug)]
pub struct Report {
    /// Files with something to say, in the order of their paths.
    pub files: Vec<FileReport>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What became of each file, in the order of their paths.
    pub outcomes: Vec<(String, FileOutcome)>,
}

impl Report {
    /// Every diagnostic with the files it points into.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&Sources, &Diagnostic)> {
        self.files.iter().flat_map(|file| {
            file.diagnostics
                .iter()
                .map(|diagnostic| (&file.sources, diagnostic))
        })
    }
}

/// How the codes of what was not looked at to its end begin.
const BOUNDS: &str = "AM4";
/// Below this number of files no threads are started.
const FEW_FILES: usize = 8;
/// Deep templates recurse; the stack of a worker in bytes.
const STACK: usize = 16 << 20;

/// Looks at files with `threads` threads. `seen` counts the files that are done.
pub fn lint(
    files: &[Found],
    catalogue: &Catalogue,
    options: &Options,
    threads: usize,
    seen: &AtomicUsize,
) -> Result<Report> {
    let parameter_files = ParameterFiles::new(files, options)?;
    let rules = catalogue.rule_set();
    let run = Run {
        catalogue,
        rules: &rules,
        options,
        whole: files.len() > 1,
    };
    let one = |found: &Found| {
        let report = run.guarded(found, &parameter_files.of(&found.path));
        seen.fetch_add(1, Ordering::Relaxed);
        report
    };
    let look = |positions: &[usize]| -> Vec<FileReport> {
        positions
            .par_iter()
            .map(|position| one(&files[*position]))
            .collect()
    };
    let given = options.reach.given.as_slice();
    let (mut reports, elsewhere) = if files.len() < FEW_FILES || threads == 1 {
        on_large_stack(|| {
            in_turns(files, given, |positions| {
                positions
                    .iter()
                    .map(|position| one(&files[*position]))
                    .collect()
            })
        })
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK)
            .build();
        let pool =
            pool.map_err(|error| Error::Usage(format!("cannot start {threads} threads: {error}")))?;
        pool.install(|| in_turns(files, given, look))
    };
    if run.whole {
        on_large_stack(|| whole_run::judge_again(&run, &mut reports, &elsewhere));
    }
    let mut report = Report {
        files: Vec::new(),
        coverage: Coverage::default(),
        outcomes: Vec::new(),
    };
    let any_elsewhere = elsewhere.contains(&true);
    let mut told = FxHashSet::default();
    for (mut file, elsewhere) in reports.into_iter().zip(elsewhere) {
        let outcome = if elsewhere {
            FileOutcome::Elsewhere
        } else {
            file.outcome
        };
        report.outcomes.push((file.path.clone(), outcome));
        if elsewhere {
            continue;
        }
        if let Some(focus) = &options.focus {
            focus.keep(&mut file);
        }
        if any_elsewhere || !file.modules.is_empty() {
            file.tell_once(&mut told);
        }
        if file.outcome == FileOutcome::Failed {
            report.coverage.skipped.push(file.path.clone());
        }
        report.coverage.add(std::mem::take(&mut file.coverage));
        if !file.is_silent() {
            report.files.push(file);
        }
    }
    Ok(report)
}

/// Looks at files with `look`, and tells which of them are judged through another one. Files of inner folders come after those of
/// outer ones, so that most of those that are linked to need not be looked at by themselves.
fn in_turns(
    files: &[Found],
    given: &[PathBuf],
    look: impl Fn(&[usize]) -> Vec<FileReport>,
) -> (Vec<FileReport>, Vec<bool>) {
    // The bytes of a path are looked up faster than its parts.
    let folders: FxHashSet<&OsStr> = files
        .iter()
        .filter_map(|found| found.path.parent())
        .map(Path::as_os_str)
        .collect();
    let depth = |found: &Found| {
        let around = found.path.ancestors().skip(2).map(Path::as_os_str);
        around.filter(|folder| folders.contains(folder)).count()
    };
    let depths: Vec<usize> = files
        .iter()
        .map(|found| if found.named { 0 } else { depth(found) })
        .collect();
    let deepest = depths.iter().copied().max().unwrap_or(0);
    let calls = Calls::new(files, given);
    let mut reports: Vec<Option<FileReport>> = files.iter().map(|_| None).collect();
    let mut elsewhere = vec![false; files.len()];
    // After the innermost ones those have their turn whose callers turned out to be judged elsewhere themselves.
    for turn in 0.. {
        let is_due = |position: &usize| {
            reports[*position].is_none() && !elsewhere[*position] && depths[*position] <= turn
        };
        let due: Vec<usize> = (0..files.len()).filter(is_due).collect();
        if due.is_empty() && turn > deepest {
            break;
        }
        for (position, report) in due.iter().zip(look(&due)) {
            reports[*position] = Some(report);
        }
        elsewhere = calls.judged_elsewhere(&reports);
    }
    let skipped = |position: usize| FileReport::skipped(&files[position].path);
    let reports = reports.into_iter().enumerate();
    let reports = reports.map(|(position, one)| one.unwrap_or_else(|| skipped(position)));
    (reports.collect(), elsewhere)
}

/// Which files of a run link to which.
struct Calls<'a> {
    files: &'a [Found],
    /// Their names without their folders.
    names: Vec<&'a OsStr>,
    /// Where the files lie, symbolic links followed; looked up when first needed.
    real_paths: Vec<OnceCell<PathBuf>>,
    /// Where walks began, as their files show it, and where that lies.
    walked: Vec<(&'a Path, OnceCell<PathBuf>)>,
}

impl<'a> Calls<'a> {
    fn new(files: &'a [Found], given: &'a [PathBuf]) -> Calls<'a> {
        let begin = |path: &'a PathBuf| (path.strip_prefix(".").unwrap_or(path), OnceCell::new());
        let name = |found: &'a Found| found.path.file_name().unwrap_or_default();
        Calls {
            files,
            names: files.iter().map(name).collect(),
            real_paths: files.iter().map(|_| OnceCell::new()).collect(),
            walked: given.iter().map(begin).collect(),
        }
    }

    fn real_path(&self, position: usize) -> &Path {
        self.real_paths[position].get_or_init(|| {
            let Found { path, named } = &self.files[position];
            let found = if *named { None } else { self.in_walk(path) };
            found.unwrap_or_else(|| real(path))
        })
    }

    /// Where a file of a walk lies. A walk follows no links, so only where it began has to be asked for.
    fn in_walk(&self, path: &Path) -> Option<PathBuf> {
        let around = self
            .walked
            .iter()
            .filter(|(root, _)| path.starts_with(root));
        let (root, lies) = around.max_by_key(|(root, _)| root.as_os_str().len())?;
        let rest = path.strip_prefix(root).ok()?;
        Some(lies.get_or_init(|| real(root)).join(rest))
    }

    /// Which of the files are judged through another one: what a template links to is judged there, with the values it is given. A
    /// file that was named is judged by itself as well; of files that link to one another in a circle the first is.
    fn judged_elsewhere(&self, reports: &[Option<FileReport>]) -> Vec<bool> {
        let mut elsewhere = vec![false; self.files.len()];
        let modules = |position: usize| {
            let report = reports[position].as_ref();
            report.map_or(&[][..], |report| report.modules.as_slice())
        };
        let mut called: FxHashSet<&OsStr> = FxHashSet::default();
        for position in 0..self.files.len() {
            if !modules(position).is_empty() {
                let own = self.real_path(position).as_os_str();
                let others = modules(position).iter().map(|path| path.as_os_str());
                called.extend(others.filter(|path| *path != own));
            }
        }
        // Only of files that are called like one that is linked to it has to be found out where they lie.
        let called_names = called.iter().filter_map(|path| Path::new(path).file_name());
        let called_names: FxHashSet<_> = called_names.collect();
        let may_be_called: Vec<bool> = self
            .names
            .iter()
            .zip(self.files)
            .map(|(name, found)| !found.named && called_names.contains(name))
            .collect();
        let is_root = |position: &usize| {
            !may_be_called[*position] || !called.contains(self.real_path(*position).as_os_str())
        };
        let (mut order, in_circles): (Vec<usize>, Vec<usize>) =
            (0..self.files.len()).partition(is_root);
        order.extend(in_circles);
        let mut reached: FxHashSet<&OsStr> = FxHashSet::default();
        for position in order {
            if !may_be_called[position] || !reached.contains(self.real_path(position).as_os_str()) {
                reached.extend(modules(position).iter().map(|path| path.as_os_str()));
            } else {
                elsewhere[position] = true;
            }
        }
        elsewhere
    }
}

/// Where a path leads, symbolic links followed.
fn real(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Runs something on a thread whose stack is as deep as a worker's.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => panic!("cannot start a thread: {error}"),
        }
    })
}

/// A template that was read, with everything a run needs to evaluate it.
pub struct Loaded {
    /// The template's file, those of its parameters, and those it links to.
    pub project: Rc<Project>,
    /// The template's file.
    pub file: FileId,
    /// The template, if the file is one.
    pub templates: Option<Arc<crate::template::Templates>>,
    /// What is known of every deployment of it.
    place: Inputs,
    /// What its parameters are given, in each environment; empty until the parameter files were read.
    pub environments: Vec<Environment>,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// One way to deploy a template.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// What is known in it.
    pub inputs: Inputs,
}

impl Loaded {
    /// What is known in the first environment.
    pub fn inputs(&self) -> Inputs {
        let first = self.environments.first();
        first.map_or_else(|| self.place.clone(), |first| first.inputs.clone())
    }
}

/// What a file turned out to be.
enum Reading {
    /// A template, or what was said to be one.
    Template(Box<Loaded>),
    /// No template, and it was not named.
    Other,
    /// A template that was compiled from the Bicep file beside it.
    Generated,
}

/// Reads a template and its parameters. `Ok(None)`: it is no template that has to be looked at, and it was not named.
pub fn load(
    found: &Found,
    parameter_files: &[PathBuf],
    options: &Options,
) -> Result<Option<Loaded>> {
    Ok(match load_found(found, parameter_files, options)? {
        Reading::Template(loaded) => Some(*loaded),
        Reading::Other | Reading::Generated => None,
    })
}

fn load_found(found: &Found, parameter_files: &[PathBuf], options: &Options) -> Result<Reading> {
    let path = display(&found.path);
    let at_hand = options.at_hand.as_ref();
    let bytes = match at_hand.filter(|(path, _)| *path == found.path) {
        Some((_, bytes)) => Some(bytes.clone()),
        None => read(&found.path, options.maximum_file_size)?,
    };
    let Some(bytes) = bytes else {
        let project = Project::default();
        let file = project.add(SourceFile::new(path, ""), None);
        let limit = options.maximum_file_size;
        let message = format!("the file is larger than {limit} bytes and was not read");
        let diagnostic = Diagnostic::new(Kind::FILE_SIZE, Span::new(file, 0, 0), message)
            .with_help("`--max-file-size` raises the limit");
        let (place, diagnostics) = (options.place.clone(), vec![diagnostic]);
        return Ok(Reading::Template(Box::new(Loaded {
            project: Rc::new(project),
            file,
            templates: None,
            place,
            environments: Vec::new(),
            diagnostics,
        })));
    };
    let is_bicep = Dialect::of(&path).is_some();
    if !found.named && !is_bicep && !may_be_template(&bytes) {
        return Ok(Reading::Other);
    }
    if !found.named && !is_bicep && !options.include_generated && is_generated(&found.path, &bytes)
    {
        return Ok(Reading::Generated);
    }
    let project = Project::new(options.reach.clone());
    let (source, problem) = SourceFile::decode(path, bytes);
    let file = project.add(source, Some(&found.path));
    let Some(mut loaded) = load_file(project, file, problem, found.named, &options.place) else {
        return Ok(Reading::Other);
    };
    for parameter_file in parameter_files {
        let bytes = read(parameter_file, u64::MAX)?.unwrap_or_default();
        let name = environments::name_of(parameter_file, &found.path);
        loaded.add_parameter_file(
            name,
            SourceFile::decode(display(parameter_file), bytes),
            Some(parameter_file),
        );
    }
    loaded.add_arguments(&options.arguments);
    Ok(Reading::Template(Box::new(loaded)))
}

/// Reads a template from a decoded text.
pub fn load_text(
    decoded: (SourceFile, Option<EncodingProblem>),
    named: bool,
    place: &Inputs,
) -> Option<Loaded> {
    let (source, problem) = decoded;
    let project = Project::default();
    let file = project.add(source, None);
    load_file(project, file, problem, named, place)
}

fn load_file(
    project: Project,
    file: FileId,
    problem: Option<EncodingProblem>,
    named: bool,
    place: &Inputs,
) -> Option<Loaded> {
    let project = Rc::new(project);
    let source = project.source(file);
    if Dialect::of(source.path()).is_some() {
        return Some(load_bicep(project, file, problem, place));
    }
    let (document, mut diagnostics) = json::parse(file, &source);
    diagnostics.extend(encoding_problem(file, problem));
    if !is_template(&document) {
        if !named || parameters::is_parameter_file(&document) {
            return None;
        }
        // Of an empty file that is told already.
        if !source.text().trim().is_empty() {
            let start = Span::new(file, 0, source.text().len().min(1) as u32);
            let diagnostic = Diagnostic::new(Kind::NOT_A_TEMPLATE, start, "the file is no deployment template")
                .with_help("a template names `https://schema.management.azure.com/schemas/.../deploymentTemplate.json#` in `$schema`");
            diagnostics.push(diagnostic);
        }
        return Some(Loaded {
            project,
            file,
            templates: None,
            place: place.clone(),
            environments: Vec::new(),
            diagnostics,
        });
    }
    let (templates, mistakes) = from_json(&document);
    diagnostics.extend(mistakes);
    Some(Loaded {
        project,
        file,
        templates: Some(Arc::new(templates)),
        place: place.clone(),
        environments: Vec::new(),
        diagnostics,
    })
}

/// Reads a Bicep template, or the template that a Bicep parameter file is for with its values.
fn load_bicep(
    project: Rc<Project>,
    file: FileId,
    problem: Option<EncodingProblem>,
    place: &Inputs,
) -> Loaded {
    let source = project.source(file);
    let parsed = parse(file, &source);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(encoding_problem(file, problem));
    let mut environments = Vec::new();
    let templates = parsed.templates.and_then(|mut templates| {
        project.link(&mut templates, &mut diagnostics);
        if parsed.is_parameter_file {
            let assigned = bicep_parameters::read(&project, Arc::new(templates), place);
            let mut inputs = place.clone();
            inputs.parameters.extend(assigned.values);
            let path = Path::new(source.path());
            let name = environments::name_of(path, path);
            environments.push(Environment { name, inputs });
            diagnostics.extend(assigned.diagnostics);
            assigned.template
        } else {
            Some(Arc::new(templates))
        }
    });
    Loaded {
        project,
        file,
        templates,
        place: place.clone(),
        environments,
        diagnostics,
    }
}

/// Whether a file is worth parsing: it names a template's schema, or is written in UTF-16.
fn may_be_template(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || memchr::memmem::find(bytes, b"eploymentTemplate.json").is_some()
        || memchr::memmem::find(bytes, b"eploymenttemplate.json").is_some()
}

/// Whether Bicep's compiler made a template of the Bicep file that lies beside it.
fn is_generated(path: &Path, bytes: &[u8]) -> bool {
    let Some(start) = memchr::memmem::find(bytes, b"\"_generator\"") else {
        return false;
    };
    let rest = &bytes[start..bytes.len().min(start + 128)];
    memchr::memmem::find(rest, b"\"bicep\"").is_some() && path.with_extension("bicep").is_file()
}

impl Loaded {
    /// Adds the environment of a parameter file; `path` is where it lies.
    pub fn add_parameter_file(
        &mut self,
        name: String,
        decoded: (SourceFile, Option<EncodingProblem>),
        path: Option<&Path>,
    ) {
        let (source, problem) = decoded;
        let is_bicep = Dialect::of(source.path()).is_some();
        let file = self.project.add(source, path);
        let source = self.project.source(file);
        self.diagnostics.extend(encoding_problem(file, problem));
        let mut inputs = self.place.clone();
        if is_bicep {
            let parsed = parse(file, &source);
            self.diagnostics.extend(parsed.diagnostics);
            if let Some(mut templates) = parsed.templates {
                self.project.link(&mut templates, &mut self.diagnostics);
                let assigned =
                    bicep_parameters::values(&self.project, Arc::new(templates), &inputs);
                self.diagnostics.extend(assigned.diagnostics);
                inputs.parameters.extend(assigned.values);
            }
        } else {
            let (document, diagnostics) = json::parse(file, &source);
            self.diagnostics.extend(diagnostics);
            let (values, diagnostics) = parameters::read(&document);
            self.diagnostics.extend(diagnostics);
            inputs.parameters.extend(values);
        }
        self.environments.push(Environment { name, inputs });
    }

    /// Gives parameters by the command line.
    fn add_arguments(&mut self, arguments: &[(String, String)]) {
        if self.environments.is_empty() {
            self.environments.push(Environment {
                name: DEFAULTS.to_owned(),
                inputs: self.place.clone(),
            });
        }
        for (name, text) in arguments {
            // The text of the argument is a file of its own, so that a finding can point into it.
            let line = format!("{name}={text}");
            let start = name.len() as u32 + 1;
            let source = SourceFile::new("--param", line.as_str());
            let file = self.project.add(source, None);
            let value = parameters::from_argument(text, Span::new(file, start, line.len() as u32));
            for environment in &mut self.environments {
                let name = name.as_str().into();
                environment.inputs.parameters.push((name, value.clone()));
            }
        }
    }
}

/// What all files of a run share.
pub struct Run<'a> {
    /// The rules there are.
    pub catalogue: &'a Catalogue,
    /// Those that run.
    pub rules: &'a crate::rules::rule_set::RuleSet,
    /// What the run is told.
    pub options: &'a Options,
    /// Whether there is more than one file, so that roots may meet others.
    pub whole: bool,
}

impl Run<'_> {
    /// Looks at a file; a panic is said of the file.
    fn guarded(&self, found: &Found, parameter_files: &[PathBuf]) -> FileReport {
        let looked_at = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.file(found, parameter_files)
        }));
        looked_at.unwrap_or_else(|_| {
            let message = "a bug of amllint: the file could not be judged";
            FileReport::failed(&found.path, Kind::INTERNAL, message.to_owned())
        })
    }

    fn file(&self, found: &Found, parameter_files: &[PathBuf]) -> FileReport {
        match load_found(found, parameter_files, self.options) {
            Ok(Reading::Other) => FileReport::skipped(&found.path),
            Ok(Reading::Generated) => FileReport {
                outcome: FileOutcome::Generated,
                coverage: Coverage {
                    generated: 1,
                    ..Coverage::default()
                },
                ..FileReport::skipped(&found.path)
            },
            Ok(Reading::Template(loaded)) => self.template(display(&found.path), *loaded),
            Err(Error::Read { source, .. }) => FileReport::failed(
                &found.path,
                Kind::UNREADABLE_FILE,
                format!("the file cannot be read: {source}"),
            ),
            Err(error) => FileReport::failed(&found.path, Kind::UNREADABLE_FILE, error.to_string()),
        }
    }

    /// Evaluates and judges a template that was read.
    pub fn template(&self, path: String, loaded: Loaded) -> FileReport {
        let mut loaded = loaded;
        loaded.add_arguments(&[]);
        let Loaded {
            project,
            file,
            templates,
            environments,
            diagnostics,
            ..
        } = loaded;
        let mut found: Vec<(Held, Diagnostic)> = Vec::new();
        let anywhere = Held {
            environment: 0,
            scenario: 0,
        };
        found.extend(diagnostics.into_iter().map(|one| (anywhere, one)));
        let mut coverage = Coverage::default();
        let mut outcome = FileOutcome::Failed;
        let mut workspaces = Vec::new();
        let mut root = None;
        let mut sets = Sets::default();
        let mut looked = Looked {
            has_defaults: true,
            ..Looked::default()
        };
        if let Some(templates) = templates {
            outcome = FileOutcome::Linted;
            let subject = Subject {
                path: &path,
                project: &project,
                templates: &templates,
            };
            let explores = environments.len() == 1
                && environments[0].name == DEFAULTS
                && self.options.environments != EnvironmentMode::None;
            for (position, environment) in environments.iter().enumerate() {
                let held = Held {
                    environment: position,
                    scenario: 0,
                };
                looked.environments.push(environment.name.clone());
                let mut inputs = environment.inputs.clone();
                let choosers = match explores {
                    true => scenarios::choosers(&project, &templates, &inputs),
                    false => Vec::new(),
                };
                inputs.choices = scenarios::bits(&choosers);
                let mut judged = self.judged(&subject, &inputs);
                found.extend(judged.diagnostics.into_iter().map(|one| (held, one)));
                coverage.also(judged.coverage);
                sets.add(judged.sets, true);
                if position == 0 {
                    workspaces.append(&mut judged.workspaces);
                }
                let others = scenarios::scenarios(&choosers, judged.decisive);
                coverage.bounded += usize::from(others.bounded);
                self.explore(
                    &subject,
                    &environment.inputs,
                    others,
                    &mut looked,
                    &mut found,
                    &mut sets,
                );
            }
            // What is wrong inside of a module that was restored is for its author to mend.
            let mut said = project.take_diagnostics();
            said.retain(|one| project.is_own(one.primary.span.file));
            found.extend(said.into_iter().map(|one| (anywhere, one)));
            coverage.suppressed = suppression::suppress(&project, &templates, &mut found);
            root = sets.of_root(file, &templates);
        }
        let modules = project.modules_read();
        let sources = project.take_sources();
        let options = self.options;
        found.retain(|(_, one)| one.severity >= options.minimum_severity);
        for (_, diagnostic) in &mut found {
            merge::one_line(&sources, diagnostic);
        }
        let mut diagnostics = merge::merged(&sources, file, &looked, found);
        merge::bound(&mut diagnostics, options.maximum_findings, file);
        let mut report = FileReport {
            path,
            outcome,
            diagnostics,
            sources,
            coverage,
            modules,
            workspaces,
            root,
        };
        if report.is_silent() && report.root.is_none() {
            report.sources = Sources::default();
        }
        report
    }

    fn settings(&self) -> Settings {
        Settings {
            keep_superseded: !self.options.services.is_empty(),
            ..Settings::default()
        }
    }

    /// Looks at what a template becomes where other values are chosen.
    fn explore(
        &self,
        subject: &Subject<'_>,
        inputs: &Inputs,
        scenarios: Scenarios,
        looked: &mut Looked,
        found: &mut Vec<(Held, Diagnostic)>,
        sets: &mut Sets,
    ) {
        looked.has_defaults = scenarios.has_defaults;
        for (scenario, chosen) in scenarios.all.into_iter().enumerate() {
            let named = chosen
                .iter()
                .map(|(name, value)| (name.to_string(), value.expression()));
            looked.scenarios.push(named.collect());
            if scenario == 0 && scenarios.has_defaults {
                continue;
            }
            let mut inputs = inputs.clone();
            inputs.parameters.extend(chosen);
            // Mistakes are told of what is deployed by default.
            inputs.is_quiet = true;
            let judged = self.judged(subject, &inputs);
            sets.add(judged.sets, false);
            let held = Held {
                environment: 0,
                scenario,
            };
            let of_rules = judged.diagnostics.into_iter();
            let of_rules = of_rules.filter(|one| one.resource.is_some());
            found.extend(of_rules.map(|one| (held, one)));
        }
    }

    /// Evaluates a template with what is known in one environment, and judges what it deploys.
    fn judged(&self, subject: &Subject<'_>, inputs: &Inputs) -> Judged {
        let deployment = evaluate(subject.project, subject.templates, inputs);
        let graph = ResourceGraph::new(deployment, self.catalogue.relations());
        let mut judged = Judged::default();
        let mut parts = Vec::new();
        judged.workspaces = self.judge(
            subject.path,
            subject.project,
            &graph,
            &mut judged.diagnostics,
            &mut judged.coverage,
            &mut parts,
        );
        judged.decisive.looked_at = graph.looked_at();
        for (resource_type, choices) in &graph.deployment().decisions {
            let folded = resource_type.to_ascii_lowercase();
            if folded.is_empty() || !self.rules.for_type(&folded).is_empty() {
                judged.decisive.conditions |= choices;
            }
        }
        let mut said = graph.deployment().take_diagnostics();
        merge::unrestored(&mut said);
        said.retain(|one| {
            one.code.starts_with(BOUNDS) || subject.project.is_own(one.primary.span.file)
        });
        judged.diagnostics.extend(said);
        // Bodies that nobody asked for are evaluated only now.
        let parts = parts.into_iter();
        judged.sets = parts
            .map(|(resource, kept)| Self::root_set(subject.project, &graph, resource, kept))
            .collect();
        judged
    }

    fn root_set(
        project: &Project,
        graph: &ResourceGraph,
        resource: ResourceIndex,
        (rule, part, said): (usize, Part, Said),
    ) -> RootSet {
        let calls = graph.calls(resource);
        let call = anchor::call(project, graph.resource(resource).type_span, &calls);
        RootSet::new(graph, rule, part, said).told_at(call)
    }

    fn judge(
        &self,
        path: &str,
        project: &Project,
        graph: &ResourceGraph,
        diagnostics: &mut Vec<Diagnostic>,
        coverage: &mut Coverage,
        parts: &mut Vec<(ResourceIndex, (usize, Part, Said))>,
    ) -> Vec<Workspace> {
        coverage.templates = 1;
        coverage.resources = graph.indices().count();
        coverage.workspaces = graph.of_type(WORKSPACE).len();
        coverage.dependencies = graph
            .indices()
            .filter(|index| graph.is_linked(*index))
            .count()
            - coverage.workspaces;
        let facts = self.catalogue.facts();
        let Options {
            as_of, services, ..
        } = self.options;
        let judgements = judge(graph, self.rules, &facts, *as_of, &self.settings());
        let workspaces = match services.is_empty() {
            true => Vec::new(),
            false => posture::workspaces(graph, &judgements, self.rules, services),
        };
        for judgement in judgements {
            let mut said = Said::Nothing;
            match judgement.outcome {
                RuleOutcome::Pass => {
                    coverage.pass += 1;
                    said = Said::Pass;
                }
                RuleOutcome::Fail(finding) => {
                    coverage.fail += 1;
                    let mut diagnostic = finding.diagnostic;
                    let calls = graph.calls(judgement.resource);
                    anchor::in_own_file(project, &calls, &mut diagnostic);
                    said = Said::Finding(diagnostic.primary.span, diagnostic.severity);
                    diagnostics.push(diagnostic);
                }
                RuleOutcome::Unknown(reason) => {
                    said = Said::Unknown;
                    let rule = &self.rules.rules()[judgement.rule];
                    let resource = graph.resource(judgement.resource);
                    coverage.unknown.push(UnknownJudgement {
                        code: rule.code.clone(),
                        name: rule.name.clone(),
                        file: path.to_owned(),
                        resource: (
                            resource.resource_type.to_string(),
                            resource.name().display(),
                        ),
                        reason: reason.message,
                    });
                }
                RuleOutcome::NotApplicable | RuleOutcome::External => {}
            }
            if let Some(part) = judgement.part.filter(|_| self.whole) {
                parts.push((judgement.resource, (judgement.rule, part, said)));
            }
        }
        workspaces
    }
}

/// A template to be judged.
struct Subject<'a> {
    path: &'a str,
    project: &'a Rc<Project>,
    templates: &'a Arc<Templates>,
}

/// What was found in one environment.
#[derive(Default)]
struct Judged {
    diagnostics: Vec<Diagnostic>,
    coverage: Coverage,
    workspaces: Vec<Workspace>,
    sets: Vec<RootSet>,
    /// The choices that decide what is deployed, or what rules looked at.
    decisive: Decisive,
}

/// The deployment that a file describes, for `expand`.
pub fn deployment(loaded: &Loaded) -> Option<Deployment> {
    loaded
        .templates
        .as_ref()
        .map(|templates| evaluate(&loaded.project, templates, &loaded.inputs()))
}

impl Coverage {
    /// Adds what another environment of the same template gave: it is still one template.
    fn also(&mut self, other: Coverage) {
        self.templates = self.templates.max(other.templates);
        self.workspaces = self.workspaces.max(other.workspaces);
        self.dependencies = self.dependencies.max(other.dependencies);
        self.resources = self.resources.max(other.resources);
        self.pass += other.pass;
        self.fail += other.fail;
        let mut seen: FxHashSet<&UnknownJudgement> = self.unknown.iter().collect();
        let is_new: Vec<bool> = other.unknown.iter().map(|one| seen.insert(one)).collect();
        let unknown = other.unknown.into_iter().zip(is_new);
        let new = unknown.filter(|(_, is_new)| *is_new).map(|(one, _)| one);
        self.unknown.extend(new);
    }

    fn add(&mut self, other: Coverage) {
        self.templates += other.templates;
        self.workspaces += other.workspaces;
        self.dependencies += other.dependencies;
        self.resources += other.resources;
        self.pass += other.pass;
        self.fail += other.fail;
        self.suppressed += other.suppressed;
        self.generated += other.generated;
        self.bounded += other.bounded;
        self.unknown.extend(other.unknown);
        self.skipped.extend(other.skipped);
    }
}

impl FileReport {
    /// Whether there is nothing to say about it.
    fn is_silent(&self) -> bool {
        self.diagnostics.is_empty() && self.workspaces.is_empty()
    }

    fn skipped(path: &Path) -> FileReport {
        FileReport {
            path: display(path),
            outcome: FileOutcome::Skipped,
            diagnostics: Vec::new(),
            sources: Sources::default(),
            coverage: Coverage::default(),
            modules: Vec::new(),
            workspaces: Vec::new(),
            root: None,
        }
    }

    /// Leaves out what another template said of the same place.
    fn tell_once(&mut self, told: &mut FxHashSet<Told>) {
        let sources = &self.sources;
        self.diagnostics.retain(|diagnostic| {
            let span = diagnostic.primary.span;
            let path = sources.get(span.file).path();
            if path == self.path {
                return true;
            }
            told.insert(Told {
                path: path.to_owned(),
                bytes: (span.start, span.end),
                code: diagnostic.code.to_string(),
                message: diagnostic.message.clone(),
            })
        });
    }

    /// A file of which nothing but its name is known.
    pub fn failed(path: &Path, kind: Kind, message: String) -> FileReport {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(display(path), ""));
        let diagnostics = vec![Diagnostic::new(kind, Span::new(file, 0, 0), message)];
        let coverage = Coverage::default();
        FileReport {
            path: display(path),
            outcome: FileOutcome::Failed,
            diagnostics,
            sources,
            coverage,
            modules: Vec::new(),
            workspaces: Vec::new(),
            root: None,
        }
    }
}
