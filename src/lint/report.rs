//! What is said about files, and what was looked at.

use super::baseline;
use super::suppression::{Audited, Silencers};
use super::whole_run::Root;
use crate::diagnostic::{Diagnostic, Kind};
use crate::posture::Workspace;
use crate::source::{FileId, Range, SourceFile, Sources, Span, display};
use crate::value::Cause;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Its path, with `/`.
    pub path: String,
    /// What became of it.
    pub outcome: FileOutcome,
    /// What is said, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that diagnostics point into; only while there are diagnostics.
    pub sources: Sources,
    /// Where the files lie that fixes would change, as they were named.
    pub places: FxHashMap<FileId, PathBuf>,
    /// What was looked at.
    pub coverage: Coverage,
    /// Where the templates lie that it links to, symbolic links followed.
    pub modules: Vec<PathBuf>,
    /// The files that were read for it, and where some were looked for; only where [`crate::project::Reach::is_watched`] says so.
    pub looked_for: Vec<PathBuf>,
    /// What its workspaces survive, if that was asked for.
    pub workspaces: Vec<Workspace>,
    /// Its id among its sources.
    pub file: Option<FileId>,
    /// What other roots need of it, until all are judged.
    pub root: Option<Box<Root>>,
    /// What is found and not to be reported, in the order of the text.
    pub suppressed: Vec<Diagnostic>,
    /// What its files silence, until all are judged.
    pub silencers: Silencers,
    /// What became of that, once it is judged.
    pub suppressions: Vec<Audited>,
}

/// What was said of a place in a file that several templates link to.
#[derive(PartialEq, Eq, Hash)]
pub struct Told {
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
    /// Those of them that rest on a condition, or on the length of a loop, that nobody knows.
    pub possible: usize,
    /// Findings that the files themselves say are not to be reported.
    pub suppressed: usize,
    /// Findings that the baseline accepts.
    pub accepted: usize,
    /// Templates with more choices of parameters than were looked at.
    pub bounded: usize,
    /// Compiled templates that were not looked at because their Bicep source was.
    pub generated: usize,
    /// Files that were judged through the templates that link to them.
    pub elsewhere: usize,
    /// Modules and linked templates that could not be read.
    pub unread_modules: usize,
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
    /// The value that is not known, as it is written, if there is one.
    pub value: Option<String>,
    /// What makes it unknown.
    pub causes: Vec<Cause>,
    /// The file that holds the place to look at, and the place.
    pub place: Option<(String, Range)>,
}

/// What is said about all files.
#[derive(Debug, Default)]
pub struct Report {
    /// Files with something to say, in the order of their paths.
    pub files: Vec<FileReport>,
    /// What was looked at.
    pub coverage: Coverage,
    /// What became of each file, in the order of their paths.
    pub outcomes: Vec<(String, FileOutcome)>,
    /// What the files say is not to be reported, in the order of files and places.
    pub suppressions: Vec<Audited>,
    /// What became of the baseline.
    pub baseline: baseline::Outcome,
}

impl Report {
    /// Every diagnostic, those that are not to be reported among them where they were kept, with the files it points into.
    pub fn with_suppressed(&self) -> impl Iterator<Item = (&Sources, &Diagnostic)> {
        self.files.iter().flat_map(|file| {
            let all = file.with_suppressed().into_iter();
            all.map(|diagnostic| (&file.sources, diagnostic))
        })
    }

    /// Every diagnostic that is reported, with the files it points into.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&Sources, &Diagnostic)> {
        self.files.iter().flat_map(|file| {
            file.diagnostics
                .iter()
                .map(|diagnostic| (&file.sources, diagnostic))
        })
    }
}

impl Coverage {
    /// Adds what another environment of the same template gave: it is still one template.
    pub fn also(&mut self, other: Coverage) {
        self.templates = self.templates.max(other.templates);
        self.workspaces = self.workspaces.max(other.workspaces);
        self.dependencies = self.dependencies.max(other.dependencies);
        self.resources = self.resources.max(other.resources);
        self.pass += other.pass;
        self.fail += other.fail;
        self.possible += other.possible;
        self.unread_modules = self.unread_modules.max(other.unread_modules);
        let mut seen: FxHashSet<&UnknownJudgement> = self.unknown.iter().collect();
        let is_new: Vec<bool> = other.unknown.iter().map(|one| seen.insert(one)).collect();
        let unknown = other.unknown.into_iter().zip(is_new);
        let new = unknown.filter(|(_, is_new)| *is_new).map(|(one, _)| one);
        self.unknown.extend(new);
    }

    /// Adds what was looked at in another file.
    pub fn add(&mut self, other: Coverage) {
        self.templates += other.templates;
        self.workspaces += other.workspaces;
        self.dependencies += other.dependencies;
        self.resources += other.resources;
        self.pass += other.pass;
        self.fail += other.fail;
        self.possible += other.possible;
        self.elsewhere += other.elsewhere;
        self.unread_modules += other.unread_modules;
        self.suppressed += other.suppressed;
        self.accepted += other.accepted;
        self.generated += other.generated;
        self.bounded += other.bounded;
        self.unknown.extend(other.unknown);
        self.skipped.extend(other.skipped);
    }
}

impl FileReport {
    /// Takes a report, or copies of one that is kept what is told of it: not what was counted, nor what other roots need.
    pub fn taken(report: Arc<FileReport>) -> FileReport {
        match Arc::try_unwrap(report) {
            Ok(report) => report,
            Err(report) => FileReport {
                diagnostics: report.diagnostics.clone(),
                sources: report.sources.clone(),
                outcome: report.outcome,
                modules: report.modules.clone(),
                workspaces: report.workspaces.clone(),
                ..FileReport::skipped(Path::new(&report.path))
            },
        }
    }

    /// What is said with what is not to be reported, where that was kept, in the order of the text.
    pub fn with_suppressed(&self) -> Vec<&Diagnostic> {
        if self.suppressed.is_empty() {
            return self.diagnostics.iter().collect();
        }
        let all = self.diagnostics.iter().chain(&self.suppressed);
        let mut all: Vec<&Diagnostic> = all.collect();
        all.sort_by_cached_key(|one| order(&self.path, &self.sources, one));
        all
    }

    /// Whether there is nothing to say about it.
    pub fn is_silent(&self) -> bool {
        self.diagnostics.is_empty() && self.workspaces.is_empty() && self.suppressed.is_empty()
    }

    /// A file of which nothing is said yet.
    pub fn new(path: String, outcome: FileOutcome) -> FileReport {
        FileReport {
            path,
            outcome,
            diagnostics: Vec::new(),
            sources: Sources::default(),
            places: FxHashMap::default(),
            coverage: Coverage::default(),
            modules: Vec::new(),
            looked_for: Vec::new(),
            workspaces: Vec::new(),
            file: None,
            root: None,
            suppressed: Vec::new(),
            silencers: Silencers::default(),
            suppressions: Vec::new(),
        }
    }

    /// A file that is no template.
    pub fn skipped(path: &Path) -> FileReport {
        FileReport::new(display(path), FileOutcome::Skipped)
    }

    /// Leaves out what another template said of the same place.
    pub fn tell_once(&mut self, told: &mut FxHashSet<Told>) {
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
        FileReport {
            diagnostics,
            sources,
            ..FileReport::new(display(path), FileOutcome::Failed)
        }
    }
}

/// By which what is said of a root is sorted.
fn order(root: &str, sources: &Sources, one: &Diagnostic) -> impl Ord + use<> {
    let Span { file, start, end } = one.primary.span;
    let path = sources.get(file).path().to_owned();
    let is_bound = one.code == Kind::FINDINGS.code;
    (is_bound, path != root, path, start, end, one.code.clone())
}

/// Puts a diagnostic where it belongs by its place: what stands in the root's own file comes first.
pub fn insert(report: &mut FileReport, diagnostic: Diagnostic) {
    let place = |one: &Diagnostic| order(&report.path, &report.sources, one);
    let own = place(&diagnostic);
    let follows = |one: &Diagnostic| place(one) > own;
    let at = report.diagnostics.iter().position(follows);
    let at = at.unwrap_or(report.diagnostics.len());
    report.diagnostics.insert(at, diagnostic);
}
