//! Which files of a run link to which: what a template links to is judged through it, not once more by itself.

use super::FileReport;
use crate::walk::Found;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Looks at files with `look`, and tells which of them are judged through another one. Files of inner folders come after those of
/// outer ones, so that most of those that are linked to need not be looked at by themselves.
pub fn in_turns(
    files: &[Found],
    given: &[PathBuf],
    look: impl Fn(&[usize]) -> Vec<Arc<FileReport>>,
) -> (Vec<Arc<FileReport>>, Vec<bool>) {
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
    let mut reports: Vec<Option<Arc<FileReport>>> = files.iter().map(|_| None).collect();
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
    let skipped = |position: usize| Arc::new(FileReport::skipped(&files[position].path));
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
    fn judged_elsewhere(&self, reports: &[Option<Arc<FileReport>>]) -> Vec<bool> {
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
pub fn real(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
