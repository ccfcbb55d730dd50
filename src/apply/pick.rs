//! Which fixes are applied in one round: all that are allowed, in the order of the findings, but for those that overlap one before.

use crate::diagnostic::{Fix, Safety};
use crate::lint::{FileReport, Options, Report};
use crate::source::FileId;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What is written otherwise in one round.
#[derive(Default)]
pub struct Picked {
    /// By where the files lie.
    pub edits: BTreeMap<PathBuf, FileEdits>,
    /// Files that one fix changes.
    pub together: Vec<Vec<PathBuf>>,
    /// Files that are left as they are, and why.
    pub left: Vec<(String, &'static str)>,
}

/// What is written otherwise in one file.
pub struct FileEdits {
    /// As it is called in findings.
    pub shown: String,
    /// Its text as it was linted.
    pub text: String,
    /// What comes in the place of what; no two overlap.
    pub edits: Vec<Edit>,
}

/// A range of a text and what comes in its place.
type Edit = (Range<usize>, String);

/// Picks fixes up to a safety that change none of the `broken` files.
pub fn pick(
    report: &Report,
    options: &Options,
    safety: Safety,
    broken: &FxHashSet<PathBuf>,
) -> Picked {
    let mut picked = Picked::default();
    for file in &report.files {
        let fixes = file.diagnostics.iter().filter_map(|one| one.fix.as_ref());
        for fix in fixes.filter(|fix| fix.safety <= safety) {
            if let Some(edits) = placed(file, fix, options, broken, &mut picked.left) {
                picked.add(file, edits);
            }
        }
    }
    picked
}

/// An edit, the file it is made in, and where that lies.
type Placed = (PathBuf, FileId, Edit);

/// The edits of a fix with where their files lie; `None` if one of them is not to be changed.
fn placed(
    report: &FileReport,
    fix: &Fix,
    options: &Options,
    broken: &FxHashSet<PathBuf>,
    left: &mut Vec<(String, &'static str)>,
) -> Option<Vec<Placed>> {
    let mut edits = Vec::with_capacity(fix.edits.len());
    for edit in &fix.edits {
        let file = edit.span.file;
        let named = report.places.get(&file)?;
        match place(named, options) {
            Ok(path) if broken.contains(&path) => return None,
            Ok(path) => edits.push((path, file, (edit.span.range(), edit.text.clone()))),
            Err(why) => {
                let shown = report.sources.get(file).path().to_owned();
                left.push((shown, why));
                return None;
            }
        }
    }
    Some(edits)
}

/// Where a file lies that may be changed.
fn place(named: &Path, options: &Options) -> Result<PathBuf, &'static str> {
    match &options.at_hand {
        Some((path, _)) if path == named => return Ok(named.to_owned()),
        Some(_) if !options.reach.is_in_memory() => {
            return Err("only what comes from standard input is changed");
        }
        Some(_) | None => {}
    }
    let inside = options.reach.real_path(named);
    inside.ok_or("it lies outside of the root")
}

impl Picked {
    /// Takes the edits of a fix, unless one of them overlaps what was taken before. Two fixes may make the same edit.
    fn add(&mut self, report: &FileReport, edits: Vec<Placed>) {
        let is_free = |(path, _, edit): &Placed| {
            let taken = self.edits.get(path);
            taken.is_none_or(|taken| !taken.edits.iter().any(|other| overlap(other, edit)))
        };
        if !edits.iter().all(is_free) {
            return;
        }
        let mut together: Vec<PathBuf> = Vec::new();
        for (path, file, edit) in edits {
            let source = report.sources.get(file);
            let taken = self.edits.entry(path.clone()).or_insert_with(|| FileEdits {
                shown: source.path().to_owned(),
                text: source.text().to_owned(),
                edits: Vec::new(),
            });
            if !taken.edits.contains(&edit) {
                taken.edits.push(edit);
            }
            if !together.contains(&path) {
                together.push(path);
            }
        }
        self.together.push(together);
    }
}

/// Whether two different edits cannot both be made: they share characters, or insert at one place.
fn overlap(one: &Edit, other: &Edit) -> bool {
    let ((one_range, _), (other_range, _)) = (one, other);
    let share = one_range.start < other_range.end && other_range.start < one_range.end;
    one != other && (share || one_range == other_range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_overlap_if_they_share_characters_or_insert_at_one_place() {
        let edit = |start, end, text: &str| (start..end, text.to_owned());
        for (one, other, expected) in [
            (edit(0, 3, "a"), edit(2, 4, "b"), true),
            (edit(0, 3, "a"), edit(3, 4, "b"), false),
            (edit(3, 3, "a"), edit(3, 3, "b"), true),
            (edit(3, 3, "a"), edit(3, 3, "a"), false),
            (edit(0, 3, "a"), edit(3, 3, ","), false),
            (edit(0, 3, "a"), edit(2, 2, ","), true),
        ] {
            assert_eq!(overlap(&one, &other), expected, "{one:?} {other:?}");
            assert_eq!(overlap(&other, &one), expected, "{other:?} {one:?}");
        }
    }
}
