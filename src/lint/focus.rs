//! `--focus`: the named files say which findings are shown, not which files are looked at.
//!
//! A pre-commit hook names what a commit touches. A module among it is judged through the templates that call it, wherever in the
//! repository they are: they are found by a search for its name in the bytes of all templates, and theirs in turn. A parameter
//! file is judged with its template. Of all that is found, what has to do with a named file is shown.

use super::FileReport;
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::project::{default_root, read};
use crate::source::{Sources, display};
use crate::syntax::bicep::Dialect;
use crate::walk::{self, Found};
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

/// The files that findings are shown of.
#[derive(Clone, Debug, Default)]
pub struct Focus {
    /// Where they lie, symbolic links followed.
    files: FxHashSet<PathBuf>,
}

/// What is looked at because some files are in focus.
#[derive(Debug)]
pub struct Focused {
    /// Which findings are shown.
    pub focus: Focus,
    /// The files themselves, and those they are judged through, sorted by path.
    pub files: Vec<Found>,
    /// Parameter files in focus that belong to one of them.
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
    let mut in_focus = FxHashSet::default();
    let mut files: FxHashMap<PathBuf, PathBuf> = FxHashMap::default();
    let mut parameter_files = Vec::new();
    for Found { path, .. } in named {
        let lies = super::real(path);
        if let Some(template) = template_of(path, maximum_size) {
            files.insert(super::real(&template), template);
            parameter_files.push(path.clone());
        }
        files.insert(lies.clone(), path.clone());
        in_focus.insert(lies);
    }
    add_callers(&mut files, &root, threads, maximum_size)?;
    let mut files: Vec<Found> = files
        .into_values()
        .map(|path| Found { path, named: false })
        .collect();
    files.sort_by_cached_key(|found| walk::order(&found.path));
    parameter_files.retain(|file| belongs_to_one(file, &files));
    Ok(Focused {
        focus: Focus { files: in_focus },
        files,
        parameter_files,
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

/// A template or parameter file of the repository that may mention others.
struct Candidate {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Adds the templates that mention one of the files, those that mention these, and so on.
fn add_callers(
    files: &mut FxHashMap<PathBuf, PathBuf>,
    root: &Path,
    threads: usize,
    maximum_size: u64,
) -> Result<()> {
    let found = walk::walk_for(&[root.to_owned()], &walk::WITH_PARAMETERS, threads)?.files;
    let candidate = |found: &Found| {
        let bytes = read(&found.path, maximum_size).ok().flatten()?;
        let may_call =
            Dialect::of(&display(&found.path)).is_some() || super::may_be_template(&bytes);
        let path = found.path.clone();
        may_call.then_some(Candidate { path, bytes })
    };
    let mut candidates: Vec<Candidate> = if found.len() < MANY_FILES {
        found.iter().filter_map(candidate).collect()
    } else {
        found.par_iter().filter_map(candidate).collect()
    };
    let mut sought: Vec<PathBuf> = files.keys().cloned().collect();
    while !sought.is_empty() {
        let Some(search) = Search::new(&sought) else {
            break;
        };
        let (callers, others): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|candidate| search.is_called_by(candidate));
        candidates = others;
        sought = Vec::new();
        for caller in callers {
            let lies = super::real(&caller.path);
            if let Entry::Vacant(place) = files.entry(lies) {
                sought.push(place.key().clone());
                place.insert(caller.path);
            }
        }
    }
    Ok(())
}

/// Files that are searched for, by their names.
struct Search<'a> {
    names: AhoCorasick,
    files: FxHashSet<&'a Path>,
}

impl<'a> Search<'a> {
    fn new(sought: &'a [PathBuf]) -> Option<Search<'a>> {
        let names = sought.iter().filter_map(|path| path.file_name());
        let names: FxHashSet<&[u8]> = names.map(OsStr::as_encoded_bytes).collect();
        let names = AhoCorasick::new(names).ok()?;
        let files = sought.iter().map(PathBuf::as_path).collect();
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
            Ok(path) => self.files.contains(path.as_path()),
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

/// The template beside a JSON parameter file that its name belongs to.
fn template_of(path: &Path, maximum_size: u64) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem_end = name.to_lowercase().find(".parameters.")?;
    let bytes = read(path, maximum_size).ok().flatten()?;
    let is_parameter_file = [
        &b"eploymentParameters.json"[..],
        b"eploymentparameters.json",
    ]
    .iter()
    .any(|schema| memchr::memmem::find(&bytes, schema).is_some());
    let stem = name.get(..stem_end)?;
    let endings = ["bicep", "json", "jsonc"].iter();
    let mut beside = endings.map(|ending| path.with_file_name(format!("{stem}.{ending}")));
    beside.find(|template| is_parameter_file && template.is_file())
}

/// Whether a parameter file belongs to exactly one of the files, as [`super::bind_parameter_files`] sees it.
fn belongs_to_one(parameter_file: &Path, files: &[Found]) -> bool {
    let name = parameter_file.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    let belongs = |found: &&Found| {
        let stem = found.path.file_stem().unwrap_or_default();
        let rest = name.strip_prefix(&stem.to_string_lossy().to_lowercase());
        found.path.parent() == parameter_file.parent()
            && rest.is_some_and(|rest| rest.contains(".parameters."))
    };
    files.iter().filter(belongs).count() == 1
}

impl Focus {
    /// Leaves of what is said about a template what has to do with a file in focus.
    pub(super) fn keep(&self, report: &mut FileReport) {
        let mut known: FxHashMap<String, bool> = FxHashMap::default();
        let mut holds = |path: &str| match known.get(path) {
            Some(holds) => *holds,
            None => {
                let holds = self.files.contains(&super::real(Path::new(path)));
                known.insert(path.to_owned(), holds);
                holds
            }
        };
        if holds(&report.path) {
            return;
        }
        let sources = &report.sources;
        report
            .diagnostics
            .retain(|diagnostic| paths(sources, diagnostic).any(&mut holds));
    }
}

/// The files that a finding points into.
fn paths<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> impl Iterator<Item = &'a str> {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.trace);
    labels.map(|label| sources.get(label.span.file).path())
}
