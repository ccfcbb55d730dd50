//! The files of a run: those that are named, and those a walk finds under the named folders.
//!
//! A walk honours `.gitignore`, leaves hidden files out and takes regular files whose name ends in `.json`, `.jsonc` or
//! `.bicep`.

use crate::error::{Error, Result};
use crate::source::display;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{WalkBuilder, WalkState};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A file to look at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Found {
    /// Its path, as it is opened.
    pub path: PathBuf,
    /// Whether the user named it, rather than a folder around it.
    pub named: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files, sorted by path, each once.
    pub files: Vec<Found>,
    /// Files that may hold values for the parameters of a template, by their names, sorted by path, each once.
    pub parameter_files: Vec<PathBuf>,
    /// Folders that could not be read, with the reason, sorted.
    pub problems: Vec<(PathBuf, String)>,
}

/// The files under these paths. A path that is not there is an error.
pub fn walk(paths: &[PathBuf], threads: usize) -> Result<Walk> {
    let mut walk = Walk::default();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        if metadata.is_dir() {
            folder(path, threads, &mut walk);
        } else if !metadata.is_file() {
            let text = format!("`{}` is neither a file nor a folder", display(path));
            return Err(Error::Usage(text));
        } else {
            walk.files.push(Found {
                path: plain(path.clone()),
                named: true,
            });
        }
    }
    // Of a file that is named and found, the naming counts.
    walk.files
        .sort_by_cached_key(|found| (order(&found.path), !found.named));
    walk.files
        .dedup_by(|later, earlier| later.path == earlier.path);
    walk.parameter_files.sort();
    walk.parameter_files.dedup();
    walk.problems.sort();
    Ok(walk)
}

/// Patterns of paths in the form of `.gitignore`, seen from a folder.
#[derive(Clone, Debug)]
pub struct Patterns {
    folder: PathBuf,
    matcher: Gitignore,
}

impl Patterns {
    /// Patterns seen from a folder; with those that are none, by position, and why.
    pub fn new<'a>(
        folder: &Path,
        patterns: impl Iterator<Item = &'a str>,
    ) -> (Patterns, Vec<(usize, String)>) {
        let mut builder = GitignoreBuilder::new(folder);
        let mut mistakes = Vec::new();
        for (position, pattern) in patterns.enumerate() {
            if let Err(error) = builder.add_line(None, pattern) {
                mistakes.push((position, error.to_string()));
            }
        }
        let matcher = builder.build().unwrap_or_else(|error| {
            mistakes.push((0, error.to_string()));
            Gitignore::empty()
        });
        let folder = folder.to_owned();
        (Patterns { folder, matcher }, mistakes)
    }

    /// Whether a file, or a folder around it, is one of those. The path is whole.
    pub fn hold(&self, path: &Path) -> bool {
        path.starts_with(&self.folder)
            && self
                .matcher
                .matched_path_or_any_parents(path, false)
                .is_ignore()
    }
}

fn folder(path: &Path, threads: usize, walk: &mut Walk) {
    let found = Mutex::new(Walk::default());
    let mut builder = WalkBuilder::new(path);
    builder.require_git(false).threads(threads);
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let mut found = match found.lock() {
                Ok(found) => found,
                Err(poisoned) => poisoned.into_inner(),
            };
            match entry {
                Ok(entry) => {
                    let regular = entry.file_type().is_some_and(|kind| kind.is_file());
                    if regular && may_be_parameter_file(entry.path()) {
                        found.parameter_files.push(plain(entry.path().to_owned()));
                    }
                    if regular && may_be_template(entry.path()) {
                        found.files.push(Found {
                            path: plain(entry.into_path()),
                            named: false,
                        });
                    }
                }
                Err(error) => found.problems.push((path.to_owned(), error.to_string())),
            }
            WalkState::Continue
        })
    });
    let found = match found.into_inner() {
        Ok(found) => found,
        Err(poisoned) => poisoned.into_inner(),
    };
    walk.files.extend(found.files);
    walk.parameter_files.extend(found.parameter_files);
    walk.problems.extend(found.problems);
}

/// Bytes that sort as the parts of the path do, one part after the other.
pub(crate) fn order(path: &Path) -> Vec<u8> {
    let mut order = Vec::with_capacity(path.as_os_str().len() + 1);
    for part in path.components() {
        order.extend(part.as_os_str().as_encoded_bytes());
        order.push(0);
    }
    order
}

/// Whether a file is called like a template.
pub fn may_be_template(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let endings = ["json", "jsonc", "bicep"];
    endings
        .iter()
        .any(|ending| extension.eq_ignore_ascii_case(ending))
}

/// A path without a leading `./`.
fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}

/// Whether a file is called like one with values for the parameters of a template.
pub fn may_be_parameter_file(path: &Path) -> bool {
    let name = file_name(path);
    name.ends_with(".bicepparam")
        || ((name.ends_with(".json") || name.ends_with(".jsonc")) && name.contains(".parameters."))
}

/// The last part of a path, case folded.
pub fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.unwrap_or_default().to_lowercase()
}
