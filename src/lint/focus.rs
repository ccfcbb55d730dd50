//! `--focus` and `--changed-since`: some files say which findings are shown, not which are looked at.
//!
//! A pre-commit hook names what a commit touches. A module among it is judged through the templates that call it, wherever in the
//! repository they are: they are found by a search for its name in the bytes of all templates, and theirs in turn. A parameter
//! file is judged with its template. Of all that is found, what has to do with a named file is shown.

use super::environments::{belongs, name_of, used_template};
use super::{FileReport, side_by_side};
use crate::config::{self, Configurations};
use crate::diagnostic::{Diagnostic, Kind};
use crate::error::Result;
use crate::project::{Reach, default_root, read};
use crate::source::{SourceFile, Sources, display};
use crate::syntax::bicep::Dialect;
use crate::walk::{self, Found, Walk};
use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// From this number of files on they are read side by side.
const MANY_FILES: usize = 64;
/// Mentions of files in one file, at most, that are looked at.
const MAX_MENTIONS: usize = 1_000;
/// So far, in bytes, a path is looked for around the name of a file.
const MAX_PATH: usize = 4_096;

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
    let candidates = candidates(&walk, &focus.files, maximum_size, threads);
    search.add_callers(candidates, &focus.files);
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
    if let Some(used) = used_template(path, &Reach::default()) {
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
    fn add_callers(&mut self, mut candidates: Vec<Candidate>, named: &FxHashSet<PathBuf>) {
        let on_disk = Reach::default();
        let mut sought: FxHashSet<PathBuf> = self.files.keys().cloned().collect();
        sought.extend(named.iter().cloned());
        while !sought.is_empty() {
            let names = sought.iter().filter_map(|path| path.file_name());
            let names: FxHashSet<&[u8]> = names.map(OsStr::as_encoded_bytes).collect();
            let (callers, others): (Vec<_>, Vec<_>) = candidates
                .into_iter()
                .partition(|candidate| candidate.calls(&sought, &names));
            candidates = others;
            sought = FxHashSet::default();
            for caller in callers {
                let template = used_template(&caller.path, &on_disk);
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

/// A template or parameter file of the repository, with what it says of other files.
struct Candidate {
    path: PathBuf,
    mentions: Vec<Mention>,
}

impl Candidate {
    /// Whether it mentions one of the files, which are called so.
    fn calls(&self, files: &FxHashSet<PathBuf>, names: &FxHashSet<&[u8]>) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let mut mentions = self.mentions.iter();
        mentions.any(|mention| names.contains(&*mention.name) && mention.may_mean(files, folder))
    }
}

/// The name of a file of the repository in the text of another one.
struct Mention {
    name: Box<[u8]>,
    /// What stands between the quotes around it; nothing if that is no text.
    quoted: Option<Box<str>>,
}

impl Mention {
    /// What stands in bytes `start..end`.
    fn new(bytes: &[u8], start: usize, end: usize) -> Mention {
        let is_outside = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\n');
        let before = &bytes[start.saturating_sub(MAX_PATH)..start];
        let after = &bytes[end..bytes.len().min(end + MAX_PATH)];
        let from = before.iter().rposition(is_outside).map_or(0, |at| at + 1);
        let to = after.iter().position(is_outside).unwrap_or(after.len());
        let quoted = &bytes[start - (before.len() - from)..end + to];
        Mention {
            name: bytes[start..end].into(),
            quoted: std::str::from_utf8(quoted).ok().map(Into::into),
        }
    }

    /// Whether it may be a path to one of the files. One that leads to another file is not; of one that leads nowhere nobody knows
    /// what it is relative to.
    fn may_mean(&self, files: &FxHashSet<PathBuf>, folder: &Path) -> bool {
        let path = self.quoted.as_deref().map(|text| folder.join(text));
        match path.map(std::fs::canonicalize) {
            Some(Ok(path)) => files.contains(&path),
            Some(Err(_)) | None => true,
        }
    }
}

/// What files are called.
struct Names<'a> {
    names: FxHashSet<&'a [u8]>,
    /// How long the names are, each length once.
    lengths: FxHashSet<usize>,
    /// What they end in, from their last dots on: few texts are found faster than many names.
    endings: Vec<Finder<'a>>,
}

impl<'a> Names<'a> {
    fn new(paths: impl Iterator<Item = &'a PathBuf>) -> Names<'a> {
        let names = paths.filter_map(|path| path.file_name());
        let names: FxHashSet<&[u8]> = names.map(OsStr::as_encoded_bytes).collect();
        let ending = |name: &&'a [u8]| {
            let dot = name.iter().rposition(|byte| *byte == b'.');
            &name[dot.unwrap_or(0)..]
        };
        let endings: FxHashSet<&[u8]> = names.iter().map(ending).collect();
        Names {
            lengths: names.iter().map(|name| name.len()).collect(),
            endings: endings.into_iter().map(Finder::new).collect(),
            names,
        }
    }

    /// Where the files are mentioned.
    fn mentions(&self, bytes: &[u8]) -> Vec<Mention> {
        let ends = self.endings.iter().flat_map(|ending| {
            let starts = ending.find_iter(bytes);
            starts.map(|start| start + ending.needle().len())
        });
        let mentions = ends.flat_map(|end| {
            let starts = self.lengths.iter();
            let starts = starts.filter_map(move |length| end.checked_sub(*length));
            let starts = starts.filter(move |start| self.names.contains(&bytes[*start..end]));
            starts.map(move |start| Mention::new(bytes, start, end))
        });
        mentions.take(MAX_MENTIONS).collect()
    }
}

/// The files of a walk that may call others, or these. Each is read once.
fn candidates(
    walk: &Walk,
    named: &FxHashSet<PathBuf>,
    maximum_size: u64,
    threads: usize,
) -> Vec<Candidate> {
    let is_bicep = |path: &Path| Dialect::of(&display(path)).is_some();
    let parameter_files = walk.parameter_files.iter().filter(|path| is_bicep(path));
    let templates = walk.files.iter().map(|found| &found.path);
    let paths: Vec<&PathBuf> = templates.chain(parameter_files).collect();
    let names = Names::new(paths.iter().copied().chain(named));
    let candidate = |path: &&PathBuf| {
        let bytes = read(path, maximum_size).ok().flatten()?;
        let may_call = is_bicep(path) || super::load::may_be_template(&bytes);
        may_call.then(|| Candidate {
            path: path.to_path_buf(),
            mentions: names.mentions(&as_utf8(bytes)),
        })
    };
    let threads = if paths.len() < MANY_FILES { 1 } else { threads };
    let candidates = side_by_side(&paths, threads, candidate);
    candidates.into_iter().flatten().collect()
}

/// The bytes of a file as those of UTF-8, which names are looked for in.
fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            SourceFile::decode("", bytes).0.text().as_bytes().to_vec()
        }
        _ => bytes,
    }
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
    if !loaded.is_empty() {
        let names = Names::new(loaded.iter());
        let named = found.iter().filter_map(|found| {
            let bytes = read(&found.path, maximum_size).ok().flatten()?;
            let folder = found.path.parent().unwrap_or(Path::new(""));
            let mentions = names.mentions(&as_utf8(bytes));
            let names_one = mentions
                .iter()
                .any(|mention| mention.may_mean(&loaded, folder));
            names_one.then(|| super::real(&found.path))
        });
        focus.files.extend(named);
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
        let all = report.diagnostics.iter().chain(&report.suppressed);
        let names = all.flat_map(|one| one.environments.iter().chain(&one.passes_in));
        let every = names.collect::<FxHashSet<_>>().len();
        let only_there = |diagnostic: &Diagnostic| {
            let there = |name: &&String| {
                let mut environments = diagnostic.environments.iter();
                environments.any(|known| is_called(known, name))
            };
            let is_elsewhere_too = diagnostic.environments.len() == every;
            !is_elsewhere_too && environments.iter().any(there)
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
