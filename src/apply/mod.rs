//! Applying fixes: in rounds and in memory, until nothing changes; then to disk, or as a patch.
//!
//! ```text
//! lint --> fixes that do not overlap --> texts --> does each file still parse? --> lint --> ...     at most ten times
//! ```
//!
//! A file that would not parse any more is left as it is, with everything that was to change together with it.

pub mod examples;
pub mod patch;
mod pick;
pub mod write;

use crate::diagnostic::{Diagnostic, Safety};
use crate::error::Result;
use crate::lint::{Options, Report};
use crate::project::parse;
use crate::source::{SourceFile, Sources};
use pick::{Picked, pick};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// After so many rounds what is left to be fixed is left.
pub const MAX_ROUNDS: usize = 10;

/// A file that fixes change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// As it is called in findings.
    pub shown: String,
    /// Where it lies, symbolic links followed; of a text at hand the name it was given.
    pub path: PathBuf,
    /// Its text as it was linted.
    pub before: String,
    /// Its text as it is to be.
    pub after: String,
    /// Files that are changed by one fix have the same number: they are written together or not at all.
    pub group: usize,
}

/// What fixes come to.
#[derive(Debug)]
pub struct Fixed {
    /// What is found in the files as they are to be.
    pub report: Report,
    /// The files that change, by their paths.
    pub files: Vec<Changed>,
    /// How many findings are no more.
    pub fixed: usize,
    /// How many times findings were looked for.
    pub rounds: usize,
    /// Files that are left as they are, and why.
    pub left: Vec<(String, &'static str)>,
}

/// The files of a run as they are to be.
#[derive(Default)]
struct Texts {
    files: BTreeMap<PathBuf, Changed>,
    groups: usize,
}

/// Applies fixes up to a safety. `lint` finds what there is, as often as it is asked.
pub fn fix(
    options: &Options,
    safety: Safety,
    lint: impl Fn(&Options) -> Result<Report>,
) -> Result<Fixed> {
    let mut broken: FxHashSet<PathBuf> = FxHashSet::default();
    let mut left = Vec::new();
    loop {
        match in_rounds(options, safety, &broken, &lint)? {
            Ok(mut fixed) => {
                left.append(&mut fixed.left);
                left.sort();
                left.dedup();
                return Ok(Fixed { left, ..fixed });
            }
            Err(files) => {
                for (path, shown) in files {
                    left.push((
                        shown,
                        "it would not parse any more: this is a bug of amllint",
                    ));
                    broken.insert(path);
                }
            }
        }
    }
}

/// Files that would not parse any more: where they lie, and how they are called.
type Broken = Vec<(PathBuf, String)>;

fn in_rounds(
    options: &Options,
    safety: Safety,
    broken: &FxHashSet<PathBuf>,
    lint: &impl Fn(&Options) -> Result<Report>,
) -> Result<std::result::Result<Fixed, Broken>> {
    let mut report = lint(options)?;
    let before = keys(&report);
    let mut texts = Texts::default();
    let mut left = Vec::new();
    let mut rounds = 1;
    while rounds <= MAX_ROUNDS {
        let picked = pick(&report, options, safety, broken);
        left.extend(picked.left.iter().cloned());
        if picked.edits.is_empty() {
            break;
        }
        texts.change(&picked);
        let no_more: Broken = texts
            .files
            .values()
            .filter(|file| does_not_parse_any_more(file))
            .map(|file| (file.path.clone(), file.shown.clone()))
            .collect();
        if !no_more.is_empty() {
            return Ok(Err(no_more));
        }
        report = lint(&texts.options(options))?;
        rounds += 1;
    }
    Ok(Ok(Fixed {
        fixed: gone(before, &report),
        report,
        files: texts.changed(),
        rounds,
        left,
    }))
}

impl Texts {
    /// Applies edits to the texts as they are by now.
    fn change(&mut self, picked: &Picked) {
        for (path, file) in &picked.edits {
            let changed = self.files.entry(path.clone()).or_insert_with(|| Changed {
                shown: file.shown.clone(),
                path: path.clone(),
                before: file.text.clone(),
                after: file.text.clone(),
                group: 0,
            });
            let mut edits = file.edits.clone();
            edits.sort_by_key(|(range, _)| (range.start, range.end));
            for (range, text) in edits.into_iter().rev() {
                changed.after.replace_range(range, &text);
            }
        }
        for together in &picked.together {
            self.together(together);
        }
    }

    /// Gives these files, and what is to be written together with them, one number.
    fn together(&mut self, paths: &[PathBuf]) {
        self.groups += 1;
        let numbers: Vec<usize> = paths
            .iter()
            .filter_map(|path| Some(self.files.get(path)?.group))
            .filter(|group| *group > 0)
            .collect();
        for file in self.files.values_mut() {
            if paths.contains(&file.path) || numbers.contains(&file.group) {
                file.group = self.groups;
            }
        }
    }

    /// The options of a run over the texts as they are by now.
    fn options(&self, options: &Options) -> Options {
        let text = |path: &Path| Some(self.files.get(path)?.after.as_bytes().to_vec());
        let at_hand = options.at_hand.clone();
        let at_hand = at_hand.map(|(path, bytes)| {
            let bytes = text(&path).unwrap_or(bytes);
            (path, bytes)
        });
        let files = self.files.values();
        let texts: FxHashMap<PathBuf, Arc<[u8]>> = files
            .map(|file| (file.path.clone(), file.after.as_bytes().into()))
            .collect();
        Options {
            reach: Arc::new(options.reach.with_texts(texts)),
            at_hand,
            ..options.clone()
        }
    }

    fn changed(self) -> Vec<Changed> {
        let files = self.files.into_values();
        files.filter(|file| file.before != file.after).collect()
    }
}

/// Whether something is wrong with the syntax of the text as it is to be that was not before.
fn does_not_parse_any_more(file: &Changed) -> bool {
    problems(&file.shown, &file.after) > problems(&file.shown, &file.before)
}

/// How the codes of mistakes in syntax begin.
const SYNTAX: &str = "AM1";

fn problems(path: &str, text: &str) -> usize {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(path, text));
    let diagnostics = parse(file, sources.get(file)).diagnostics;
    let mistakes = diagnostics.iter();
    mistakes.filter(|one| one.code.starts_with(SYNTAX)).count()
}

/// What tells one finding from another though lines move, and how many there are of it.
type Keys = FxHashMap<String, usize>;

fn keys(report: &Report) -> Keys {
    let mut keys = Keys::default();
    for (sources, diagnostic) in report.diagnostics() {
        *keys.entry(key(sources, diagnostic)).or_default() += 1;
    }
    keys
}

fn key(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let file = sources.get(diagnostic.primary.span.file).path();
    let about = match &diagnostic.resource {
        Some(resource) => format!("{}\0{}", resource.resource_type, resource.name),
        None => diagnostic.message.clone(),
    };
    format!(
        "{}\0{file}\0{about}\0{}",
        diagnostic.code, diagnostic.property
    )
}

/// How many findings are not among those of a report any more.
fn gone(before: Keys, report: &Report) -> usize {
    let after = keys(report);
    let gone = before.into_iter().map(|(key, count)| {
        let still = after.get(&key).copied().unwrap_or(0);
        count.saturating_sub(still)
    });
    gone.sum()
}
