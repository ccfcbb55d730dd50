//! The pipeline: from a file to what is said about it.
//!
//! Files are looked at side by side and reported in the order of their paths, so that the output does not depend on the number
//! of threads. A panic in one file is a diagnostic of that file.

mod anchor;
mod bicep_parameters;
pub mod examples;
pub mod fingerprint;
pub mod focus;
mod suppression;

use crate::diagnostic::{Certainty, Diagnostic, Kind, Label, Severity};
use crate::error::{Error, Result};
use crate::evaluate::{Deployment, Inputs, evaluate};
use crate::graph::{ResourceGraph, WORKSPACE};
use crate::parameters;
use crate::project::{Project, Reach, encoding_problem, parse, read};
use crate::rules::catalogue::Catalogue;
use crate::rules::judge::{RuleOutcome, Settings, judge};
use crate::source::{EncodingProblem, FileId, SourceFile, Sources, Span, display};
use crate::syntax::bicep::Dialect;
use crate::syntax::json;
use crate::template::{from_json, is_template};
use crate::walk::Found;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Compiled templates that were not looked at because their Bicep source was.
    pub generated: usize,
    /// What could not be judged.
    pub unknown: Vec<UnknownJudgement>,
    /// Files that could not be read as what they claim to be.
    pub skipped: Vec<String>,
}

/// A judgement that nobody can make before deployment.
#[derive(Clone, Debug)]
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
    let bindings = bind_parameter_files(files, options)?;
    let rules = catalogue.rule_set();
    let run = Run {
        catalogue,
        rules: &rules,
        options,
    };
    let one = |found: &Found| {
        let binding = bindings
            .iter()
            .find(|(path, _)| *path == found.path)
            .map(|(_, file)| file.as_path());
        let report = run.guarded(found, binding);
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
    let (reports, elsewhere) = if files.len() < FEW_FILES || threads == 1 {
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
        if !file.diagnostics.is_empty() {
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

/// Which parameter file goes with which template: by name, else with the only template.
fn bind_parameter_files(files: &[Found], options: &Options) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut bindings: Vec<(PathBuf, PathBuf)> = Vec::new();
    for parameter_file in &options.parameter_files {
        let name = parameter_file
            .file_name()
            .map(|name| name.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let belongs = |found: &&Found| {
            let stem = found
                .path
                .file_stem()
                .map(|stem| stem.to_string_lossy().to_lowercase())
                .unwrap_or_default();
            name.strip_prefix(&stem)
                .is_some_and(|rest| rest.contains(".parameters."))
        };
        let by_name: Vec<&Found> = files.iter().filter(belongs).collect();
        let beside: Vec<&Found> = by_name
            .iter()
            .filter(|found| found.path.parent() == parameter_file.parent())
            .copied()
            .collect();
        let template: &Found = match (files, beside.as_slice(), by_name.as_slice()) {
            ([only], _, _) => only,
            (_, [only], _) | (_, [], [only]) => only,
            (_, _, found) => {
                return Err(Error::Usage(format!(
                    "`{}` belongs to {} of the templates by its name; name one template beside it",
                    display(parameter_file),
                    if found.is_empty() { "none" } else { "several" },
                )));
            }
        };
        if bindings.iter().any(|(path, _)| *path == template.path) {
            return Err(Error::Usage(format!(
                "`{}` is given more than one parameter file; a run takes one for each template",
                display(&template.path)
            )));
        }
        bindings.push((template.path.clone(), parameter_file.clone()));
    }
    Ok(bindings)
}

/// A template that was read, with everything a run needs to evaluate it.
pub struct Loaded {
    /// The template's file, those of its parameters, and those it links to.
    pub project: Rc<Project>,
    /// The template's file.
    pub file: FileId,
    /// The template, if the file is one.
    pub templates: Option<Arc<crate::template::Templates>>,
    /// What its parameters are given.
    pub inputs: Inputs,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
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
    parameter_file: Option<&Path>,
    options: &Options,
) -> Result<Option<Loaded>> {
    Ok(match load_found(found, parameter_file, options)? {
        Reading::Template(loaded) => Some(*loaded),
        Reading::Other | Reading::Generated => None,
    })
}

fn load_found(found: &Found, parameter_file: Option<&Path>, options: &Options) -> Result<Reading> {
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
        let (inputs, diagnostics) = (options.place.clone(), vec![diagnostic]);
        return Ok(Reading::Template(Box::new(Loaded {
            project: Rc::new(project),
            file,
            templates: None,
            inputs,
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
    if let Some(parameter_file) = parameter_file {
        let bytes = read(parameter_file, u64::MAX)?.unwrap_or_default();
        loaded.add_parameter_file(SourceFile::decode(display(parameter_file), bytes));
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
        let start = Span::new(file, 0, source.text().len().min(1) as u32);
        let diagnostic = Diagnostic::new(Kind::NOT_A_TEMPLATE, start, "the file is no deployment template")
            .with_help("a template names `https://schema.management.azure.com/schemas/.../deploymentTemplate.json#` in `$schema`");
        diagnostics.push(diagnostic);
        return Some(Loaded {
            project,
            file,
            templates: None,
            inputs: place.clone(),
            diagnostics,
        });
    }
    let (templates, mistakes) = from_json(&document);
    diagnostics.extend(mistakes);
    Some(Loaded {
        project,
        file,
        templates: Some(Arc::new(templates)),
        inputs: place.clone(),
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
    let mut inputs = place.clone();
    let templates = parsed.templates.and_then(|mut templates| {
        project.link(&mut templates, &mut diagnostics);
        if parsed.is_parameter_file {
            let assigned = bicep_parameters::read(&project, Arc::new(templates), place);
            inputs.parameters.extend(assigned.values);
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
        inputs,
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
    /// Gives the parameters of a parameter file; those of the command line go first.
    pub fn add_parameter_file(&mut self, decoded: (SourceFile, Option<EncodingProblem>)) {
        let (source, problem) = decoded;
        let file = self.project.add(source, None);
        let source = self.project.source(file);
        let (document, diagnostics) = json::parse(file, &source);
        self.diagnostics.extend(diagnostics);
        self.diagnostics.extend(encoding_problem(file, problem));
        let (values, diagnostics) = parameters::read(&document);
        self.diagnostics.extend(diagnostics);
        self.inputs.parameters.extend(values);
    }

    /// Gives parameters by the command line.
    fn add_arguments(&mut self, arguments: &[(String, String)]) {
        for (name, text) in arguments {
            // The text of the argument is a file of its own, so that a finding can point into it.
            let line = format!("{name}={text}");
            let start = name.len() as u32 + 1;
            let source = SourceFile::new("--param", line.as_str());
            let file = self.project.add(source, None);
            let value = parameters::from_argument(text, Span::new(file, start, line.len() as u32));
            self.inputs.parameters.push((name.as_str().into(), value));
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
}

impl Run<'_> {
    /// Looks at a file; a panic is said of the file.
    fn guarded(&self, found: &Found, parameter_file: Option<&Path>) -> FileReport {
        let looked_at = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            self.file(found, parameter_file)
        }));
        looked_at.unwrap_or_else(|_| {
            let message = "a bug of amllint: the file could not be judged";
            FileReport::failed(&found.path, Kind::INTERNAL, message.to_owned())
        })
    }

    fn file(&self, found: &Found, parameter_file: Option<&Path>) -> FileReport {
        match load_found(found, parameter_file, self.options) {
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
        let Loaded {
            project,
            file,
            templates,
            inputs,
            mut diagnostics,
        } = loaded;
        let mut coverage = Coverage::default();
        let mut outcome = FileOutcome::Failed;
        if let Some(templates) = templates {
            let deployment = evaluate(&project, &templates, &inputs);
            let graph = ResourceGraph::new(deployment, self.catalogue.relations());
            outcome = FileOutcome::Linted;
            self.judge(&path, &project, &graph, &mut diagnostics, &mut coverage);
            // What is wrong inside of a module that was restored is for its author to mend.
            let mut said = graph.deployment().take_diagnostics();
            said.extend(project.take_diagnostics());
            unrestored(&mut said);
            said.retain(|one| {
                one.code.starts_with(BOUNDS) || project.is_own(one.primary.span.file)
            });
            diagnostics.extend(said);
            coverage.suppressed = suppression::suppress(&project, &templates, &mut diagnostics);
        }
        let modules = project.modules_read();
        let sources = project.take_sources();
        let options = self.options;
        diagnostics.retain(|diagnostic| diagnostic.severity >= options.minimum_severity);
        for diagnostic in &mut diagnostics {
            one_line(&sources, diagnostic);
        }
        let mut diagnostics = merged(&sources, file, diagnostics);
        bound(&mut diagnostics, options.maximum_findings, file);
        let sources = if diagnostics.is_empty() {
            Sources::default()
        } else {
            sources
        };
        FileReport {
            path,
            outcome,
            diagnostics,
            sources,
            coverage,
            modules,
        }
    }

    fn judge(
        &self,
        path: &str,
        project: &Project,
        graph: &ResourceGraph,
        diagnostics: &mut Vec<Diagnostic>,
        coverage: &mut Coverage,
    ) {
        coverage.templates = 1;
        coverage.resources = graph.indices().count();
        coverage.workspaces = graph.of_type(WORKSPACE).len();
        coverage.dependencies = graph
            .indices()
            .filter(|index| graph.is_linked(*index))
            .count()
            - coverage.workspaces;
        let facts = self.catalogue.facts();
        for judgement in judge(
            graph,
            self.rules,
            &facts,
            self.options.as_of,
            &Settings::default(),
        ) {
            match judgement.outcome {
                RuleOutcome::Pass => coverage.pass += 1,
                RuleOutcome::Fail(finding) => {
                    coverage.fail += 1;
                    let mut diagnostic = finding.diagnostic;
                    let calls = graph.calls(judgement.resource);
                    anchor::in_own_file(project, &calls, &mut diagnostic);
                    diagnostics.push(diagnostic);
                }
                RuleOutcome::Unknown(reason) => {
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
        }
    }
}

/// The deployment that a file describes, for `expand`.
pub fn deployment(loaded: &Loaded) -> Option<Deployment> {
    loaded
        .templates
        .as_ref()
        .map(|templates| evaluate(&loaded.project, templates, &loaded.inputs))
}

impl Coverage {
    fn add(&mut self, other: Coverage) {
        self.templates += other.templates;
        self.workspaces += other.workspaces;
        self.dependencies += other.dependencies;
        self.resources += other.resources;
        self.pass += other.pass;
        self.fail += other.fail;
        self.suppressed += other.suppressed;
        self.generated += other.generated;
        self.unknown.extend(other.unknown);
        self.skipped.extend(other.skipped);
    }
}

impl FileReport {
    fn skipped(path: &Path) -> FileReport {
        FileReport {
            path: display(path),
            outcome: FileOutcome::Skipped,
            diagnostics: Vec::new(),
            sources: Sources::default(),
            coverage: Coverage::default(),
            modules: Vec::new(),
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
        }
    }
}

/// One command restores all modules that a template lacks, so one note speaks of all of them.
fn unrestored(diagnostics: &mut Vec<Diagnostic>) {
    let is_one = |diagnostic: &Diagnostic| diagnostic.code == Kind::MODULE_NOT_RESTORED.code;
    let count = diagnostics.iter().filter(|one| is_one(one)).count();
    let mut seen = false;
    diagnostics.retain(|one| !is_one(one) || !std::mem::replace(&mut seen, true));
    if let Some(first) = diagnostics.iter_mut().find(|one| count > 1 && is_one(one)) {
        let note = match count {
            2 => "another module of this template is not there, either".to_owned(),
            _ => format!("{} more modules of this template are not there", count - 1),
        };
        first.notes.push(note);
    }
}

/// Cuts every place to its first line: pull requests only show what lies within one.
fn one_line(sources: &Sources, diagnostic: &mut Diagnostic) {
    for label in std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.trace) {
        if let Some(length) = sources.slice(label.span).find(['\r', '\n']) {
            label.span.end = label.span.start + length as u32;
        }
    }
}

/// One rule at one place is one finding: the gravest, the surest, with how many resources it is about.
///
/// What stands in the file itself comes first, then the others by their paths.
fn merged(sources: &Sources, file: FileId, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| {
        let Label { span, .. } = diagnostic.primary;
        (span.file, span.start, span.end, diagnostic.code.clone())
    };
    diagnostics.sort_by_cached_key(|diagnostic| {
        let (written_in, start, end, code) = place(diagnostic);
        let path = sources.get(written_in).path().to_owned();
        (written_in != file, path, start, end, code)
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut also: Vec<usize> = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        match (kept.last_mut(), also.last_mut()) {
            (Some(last), Some(also))
                if diagnostic.resource.is_some() && place(last) == place(&diagnostic) =>
            {
                if diagnostic.resource != last.resource {
                    *also += 1;
                }
                last.certainty = last.certainty.max(diagnostic.certainty);
                if diagnostic.severity > last.severity {
                    *last = Diagnostic {
                        certainty: last.certainty,
                        ..diagnostic
                    };
                }
            }
            (_, _) => {
                kept.push(diagnostic);
                also.push(0);
            }
        }
    }
    for (diagnostic, also) in kept.iter_mut().zip(also) {
        if also > 0 {
            diagnostic.notes.push(format!(
                "it holds for {also} more of the resources declared here"
            ));
        }
        if diagnostic.certainty == Certainty::Certain {
            diagnostic
                .notes
                .retain(|note| !note.starts_with("the loop may have"));
        }
    }
    kept
}

/// Leaves the first findings of a file and says how many there were.
fn bound(diagnostics: &mut Vec<Diagnostic>, maximum: usize, file: FileId) {
    if maximum == 0 || diagnostics.len() <= maximum {
        return;
    }
    let more = diagnostics.len() - maximum;
    diagnostics.truncate(maximum);
    let message = format!("{more} more findings in this file; at most {maximum} are shown");
    let diagnostic = Diagnostic::new(Kind::FINDINGS, Span::new(file, 0, 0), message);
    diagnostics.push(diagnostic.with_help("`--max-findings 0` shows all"));
}
