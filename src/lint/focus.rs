//! `--focus` and `--changed-since`: some files say which findings are shown, not which are looked at.
//!
//! A pre-commit hook names what a commit touches. A module among it is judged through the templates that call it, wherever in the
//! repository they are: they are found by a search for its name in the bytes of all templates, and theirs in turn. A parameter
//! file is judged with its template. Of all that is found, what has to do with a named file is shown.

use super::FileReport;
use super::environments::{belongs, name_of, used_template};
use crate::config::{self, Configurations};
use crate::diagnostic::{Diagnostic, Kind};
use crate::error::Result;
use crate::project::{default_root, read};
use crate::source::{Sources, display};
use crate::syntax::bicep::Dialect;
use crate::walk::{self, Found, Walk};
use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// From this number of files on they are read side by side.
const MANY_FILES: usize = 256;
/// Mentions of names in one file, at most, that are looked at.
const MAX_MENTIONS: usize = 1_000;

/// What findings are shown of.
#[derive(Clone, Debug, Default)]
pub struct Focus {
    /// The files, symbolic links followed.
    files: FxHashSet<PathBuf>,
    /// Environments that parameter files among them make, with where the template lies.
    environments: Vec<(PathBuf, String)>,
    /// Folders of which every file is one.
    folders: Vec<PathBuf>,
    /// Files that were and are not there any more.
    gone: FxHashSet<PathBuf>,
    /// Whether what has nothing to do with the files does not count, either.
    counts_only_own: bool,
}

/// Files that changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Those that are there, symbolic links followed.
    there: FxHashSet<PathBuf>,
    /// Those that are not.
    gone: FxHashSet<PathBuf>,
}

impl Changes {
    /// Adds a file by its whole path.
    pub fn add(&mut self, path: PathBuf) {
        match std::fs::canonicalize(&path) {
            Ok(real) => self.there.insert(real),
            Err(_) => self.gone.insert(path),
        };
    }
}

/// What is looked at because some files are in focus.
#[derive(Debug)]
pub struct Focused {
    /// Which findings are shown.
    pub focus: Focus,
    /// The templates among the files, and those they are judged through, sorted by path.
    pub files: Vec<Found>,
    /// Parameter files of the repository.
    pub parameter_files: Vec<PathBuf>,
    /// The folder in which callers were looked for.
    pub root: PathBuf,
}

/// Finds what has to be looked at for the findings of these files. Files larger than `maximum_size` are not searched.
pub fn focus(
    named: &[Found],
    root: Option<&Path>,
    threads: usize,
    maximum_size: u64,
) -> Result<Focused> {
    let root = root.map_or_else(|| root_of(named), Path::to_owned);
    let walk = walk::walk(std::slice::from_ref(&root), threads)?;
    let mut search = Looked {
        real_root: super::real(&root),
        root: root.clone(),
        files: FxHashMap::default(),
    };
    let mut focus = Focus::default();
    for Found { path, .. } in named {
        let lies = super::real(path);
        let templates = templates_of(path);
        for template in &templates {
            let template = search.add(super::real(template));
            let name = name_of(path, &template);
            focus.environments.push((super::real(&template), name));
        }
        if templates.is_empty() {
            search.add(lies.clone());
        }
        // What a parameter file extends, or a template loads, is searched for like a module.
        focus.files.insert(lies);
    }
    search.add_callers(&walk, &focus.files, maximum_size);
    let paths = search.files.into_values();
    let mut files: Vec<Found> = paths.map(|path| Found { path, named: false }).collect();
    files.sort_by_cached_key(|found| walk::order(&found.path));
    Ok(Focused {
        focus,
        files,
        parameter_files: walk.parameter_files,
        root,
    })
}

/// The repository of the files, as a path from the working directory on where it can be one.
fn root_of(named: &[Found]) -> PathBuf {
    let first = named.first().map_or(Path::new("."), |found| &found.path);
    let root = default_root(first);
    let working = super::real(Path::new("."));
    match working.strip_prefix(&root) {
        Ok(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
        Ok(inside) => inside.components().map(|_| "..").collect(),
        Err(_) => root,
    }
}

/// The templates that a parameter file is for: the one it says it uses, or those beside it that it is called like.
fn templates_of(path: &Path) -> Vec<PathBuf> {
    if !walk::may_be_parameter_file(path) {
        return Vec::new();
    }
    if let Some(used) = used_template(path) {
        return vec![used];
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let beside = entries.map(|entry| folder.join(entry.file_name()));
    let is_template = |file: &PathBuf| {
        walk::may_be_template(file) && !walk::may_be_parameter_file(file) && belongs(path, file)
    };
    beside.filter(is_template).collect()
}

/// A template or parameter file of the repository that may mention others.
struct Candidate {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// The files that are looked at.
struct Looked {
    root: PathBuf,
    /// Where the root lies, symbolic links followed.
    real_root: PathBuf,
    /// Paths as they are shown, by where they lie.
    files: FxHashMap<PathBuf, PathBuf>,
}

impl Looked {
    /// Adds a file that lies here, called as a walk from the root would call it.
    fn add(&mut self, lies: PathBuf) -> PathBuf {
        let shown = match lies.strip_prefix(&self.real_root) {
            Ok(inside) if self.root == Path::new(".") => inside.to_owned(),
            Ok(inside) => self.root.join(inside),
            Err(_) => lies.clone(),
        };
        self.files.entry(lies).or_insert(shown).clone()
    }

    /// Adds the templates that mention one of the files, those that mention these, and so on.
    fn add_callers(&mut self, walk: &Walk, named: &FxHashSet<PathBuf>, maximum_size: u64) {
        let mut candidates = candidates(walk, maximum_size);
        let mut sought: FxHashSet<PathBuf> = self.files.keys().cloned().collect();
        sought.extend(named.iter().cloned());
        while !sought.is_empty() {
            let Some(search) = Search::new(&sought) else {
                break;
            };
            let (callers, others): (Vec<_>, Vec<_>) = candidates
                .into_iter()
                .partition(|candidate| search.is_called_by(candidate));
            candidates = others;
            sought = FxHashSet::default();
            for caller in callers {
                let template = used_template(&caller.path);
                let lies = super::real(&caller.path);
                if let Some(template) = template {
                    // Another parameter file may extend this one.
                    sought.insert(lies);
                    self.add(template);
                } else if let Entry::Vacant(place) = self.files.entry(lies) {
                    sought.insert(place.key().clone());
                    place.insert(caller.path);
                }
            }
        }
    }
}

/// The files of a walk that may call others.
fn candidates(walk: &Walk, maximum_size: u64) -> Vec<Candidate> {
    let is_bicep = |path: &Path| Dialect::of(&display(path)).is_some();
    let parameter_files = walk.parameter_files.iter().filter(|path| is_bicep(path));
    let templates = walk.files.iter().map(|found| &found.path);
    let paths: Vec<&PathBuf> = templates.chain(parameter_files).collect();
    let candidate = |path: &&PathBuf| {
        let bytes = read(path, maximum_size).ok().flatten()?;
        let path = path.to_path_buf();
        let may_call = is_bicep(&path) || super::load::may_be_template(&bytes);
        may_call.then_some(Candidate { path, bytes })
    };
    if paths.len() < MANY_FILES {
        paths.iter().filter_map(candidate).collect()
    } else {
        paths.par_iter().filter_map(candidate).collect()
    }
}

/// Files that are searched for, by their names.
struct Search<'a> {
    names: AhoCorasick,
    files: &'a FxHashSet<PathBuf>,
}

impl<'a> Search<'a> {
    fn new(files: &'a FxHashSet<PathBuf>) -> Option<Search<'a>> {
        let names = files.iter().filter_map(|path| path.file_name());
        let names: FxHashSet<&[u8]> = names.map(OsStr::as_encoded_bytes).collect();
        let names = AhoCorasick::new(names).ok()?;
        Some(Search { names, files })
    }

    fn is_called_by(&self, candidate: &Candidate) -> bool {
        let folder = candidate.path.parent().unwrap_or(Path::new(""));
        let mentions = self.names.find_iter(&candidate.bytes);
        mentions.take(MAX_MENTIONS).any(|mention| {
            let text = quoted(&candidate.bytes, mention.start(), mention.end());
            text.is_none_or(|text| self.may_be_meant(text, folder))
        })
    }

    /// Whether a text may be a path to one of the files. One that leads to another file is not; of one that leads nowhere nobody knows
    /// what it is relative to.
    fn may_be_meant(&self, text: &str, folder: &Path) -> bool {
        match std::fs::canonicalize(folder.join(text)) {
            Ok(path) => self.files.contains(&path),
            Err(_) => true,
        }
    }
}

/// The text between the quotes around bytes `start..end`; nothing if it is no UTF-8.
fn quoted(bytes: &[u8], start: usize, end: usize) -> Option<&str> {
    let ends = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\n');
    let from = bytes[..start].iter().rposition(ends).map_or(0, |at| at + 1);
    let to = bytes[end..].iter().position(ends);
    let to = to.map_or(bytes.len(), |at| end + at);
    std::str::from_utf8(&bytes[from..to]).ok()
}

/// Files with which everything around them changes.
const SETTINGS: [&str; 2] = [config::NAME, "bicepconfig.json"];

/// What findings are shown of where files changed: what points into one or leads through one, what is loaded from one, what holds only
/// in the environment of one. Where a configuration changed, everything counts that it may be for; where rules did, everything.
pub fn changes(
    changes: Changes,
    found: &[Found],
    configurations: &Configurations,
    rule_folders: &[PathBuf],
    maximum_size: u64,
) -> Focus {
    let Changes { there, gone } = changes;
    let mut focus = Focus {
        counts_only_own: true,
        ..Focus::default()
    };
    let rule_folders: Vec<PathBuf> = rule_folders
        .iter()
        .map(|folder| super::real(folder))
        .collect();
    let mut loaded: FxHashSet<PathBuf> = FxHashSet::default();
    for path in there.iter().chain(&gone) {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let is_given = |one: &config::Configuration| super::real(Path::new(one.path())) == *path;
        if SETTINGS.contains(&name) {
            focus.folders.extend(path.parent().map(Path::to_owned));
        } else if rule_folders.iter().any(|folder| path.starts_with(folder))
            || configurations.all().iter().any(is_given)
        {
            focus.folders.push(PathBuf::from("/"));
        }
        for template in templates_of(path) {
            let lies = super::real(&template);
            let name = configurations.environment_of(&template, path);
            let name = name.map_or_else(|| name_of(path, &template), str::to_owned);
            focus.environments.push((lies, name));
        }
        if Dialect::of(&display(path)).is_none() {
            loaded.insert(path.clone());
        }
    }
    // Of what a template loads nothing is pointed at, so whoever names it counts as changed.
    if let Some(search) = Search::new(&loaded).filter(|_| !loaded.is_empty()) {
        let named = found.par_iter().filter_map(|found| {
            let bytes = read(&found.path, maximum_size).ok().flatten()?;
            let path = found.path.clone();
            let candidate = Candidate { path, bytes };
            search
                .is_called_by(&candidate)
                .then(|| super::real(&candidate.path))
        });
        focus.files.extend(named.collect::<Vec<_>>());
    }
    focus.files.extend(there);
    focus.gone = gone;
    focus
}

impl Focus {
    /// Whether a file, seen as it is shown, is one of them.
    fn holds(&self, path: &str) -> bool {
        let real = super::real(Path::new(path));
        self.files.contains(&real) || self.folders.iter().any(|folder| real.starts_with(folder))
    }

    /// Whether a message says that a file is missing which is gone.
    fn is_about_gone(&self, sources: &Sources, diagnostic: &Diagnostic) -> bool {
        let is_missing = [Kind::MODULE_MISSING.code, Kind::UNREADABLE_FILE.code];
        if self.gone.is_empty() || !is_missing.contains(&&*diagnostic.code) {
            return false;
        }
        let span = diagnostic.primary.span;
        let written = sources.slice(span).trim_matches(['\'', '"']);
        let folder = Path::new(sources.get(span.file).path()).parent();
        let folder = super::real(folder.unwrap_or(Path::new("")));
        self.gone.contains(&config::plain(&folder.join(written)))
    }

    /// Leaves out what could not be judged in a template that has nothing to do with the files.
    pub(super) fn count(&self, report: &mut FileReport) {
        if !self.counts_only_own || self.holds(&report.path) {
            return;
        }
        let reaches = report
            .modules
            .iter()
            .any(|module| self.holds(&display(module)));
        let own = super::real(Path::new(&report.path));
        let in_environment = self
            .environments
            .iter()
            .any(|(template, _)| *template == own);
        if !reaches && !in_environment {
            report.coverage.unknown = Vec::new();
            report.coverage.unread_modules = 0;
        }
    }

    /// Leaves of what is said about a template what has to do with a file in focus: all of it if the template is one, else what points
    /// into one, and what holds in the environment of a parameter file and not in others.
    pub(super) fn keep(&self, report: &mut FileReport) {
        let mut known: FxHashMap<String, bool> = FxHashMap::default();
        let mut holds = |path: &str| match known.get(path) {
            Some(holds) => *holds,
            None => {
                let holds = self.holds(path);
                known.insert(path.to_owned(), holds);
                holds
            }
        };
        let is_silent = report.diagnostics.is_empty() && report.suppressed.is_empty();
        if is_silent || holds(&report.path) {
            return;
        }
        let own = super::real(Path::new(&report.path));
        let environments = self.environments.iter();
        let environments: Vec<&String> = environments
            .filter(|(template, _)| *template == own)
            .map(|(_, name)| name)
            .collect();
        let only_there = |diagnostic: &Diagnostic| {
            let there = |name: &&String| {
                let mut environments = diagnostic.environments.iter();
                environments.any(|known| is_called(known, name))
            };
            !diagnostic.passes_in.is_empty() && environments.iter().any(there)
        };
        let sources = &report.sources;
        let mut stays = |diagnostic: &Diagnostic| {
            only_there(diagnostic)
                || paths(sources, diagnostic).any(&mut holds)
                || self.is_about_gone(sources, diagnostic)
        };
        report.diagnostics.retain(&mut stays);
        report.suppressed.retain(&mut stays);
    }
}

/// Whether an environment is called so; of several that the configuration calls alike the parameter files are named, too.
fn is_called(environment: &str, name: &str) -> bool {
    let rest = environment.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// The files that a finding points into, and those through which what it is about is declared and deployed.
fn paths<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> impl Iterator<Item = &'a str> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.trace);
    let spans = labels.map(|label| label.span);
    let spans = spans.chain(diagnostic.sites.iter().copied());
    spans
        .filter_map(|span| sources.find(span.file))
        .map(|source| source.path())
}
