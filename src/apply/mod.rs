//! Applying fixes: in rounds and in memory, until nothing changes; then to disk, or as a patch.
//!
//! ```text
//! lint --> fixes that do not overlap --> texts --> does each file still parse? --> lint --> is nothing new found? --> ...
//!                      ^                              no |                             no |
//!                      `------- without those of it -----+--------------------------------'            at most ten rounds
//! ```
//!
//! A file that would not parse any more is left as it is, with everything that was to change together with it. A fix after which
//! something new would be found is not made.

pub mod examples;
mod keys;
pub mod patch;
mod pick;
pub mod write;

pub use keys::{Keys, key};

use crate::diagnostic::Safety;
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
/// So often a round is tried without the fixes that were at fault; then all of its root are left.
const MAX_TRIES: usize = 5;

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
    /// How many rounds changed something.
    pub rounds: usize,
    /// Whether there was still something to fix after the last round.
    pub is_cut: bool,
    /// What is left as it is, though it has a fix, and why; the file first.
    pub left: Vec<(String, String)>,
}

/// What is not to be tried again.
#[derive(Debug, Default)]
struct Blocked {
    /// Findings, by their keys.
    findings: FxHashSet<String>,
    /// Files that would not parse any more.
    files: FxHashSet<PathBuf>,
    left: Vec<(String, String)>,
}

/// The files of a run as they are to be.
#[derive(Clone, Default)]
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
    let mut report = lint(options)?;
    let before = Keys::of(&report);
    let mut texts = Texts::default();
    let mut blocked = Blocked::default();
    let mut revealed: FxHashSet<String> = FxHashSet::default();
    let mut applied: FxHashMap<String, usize> = FxHashMap::default();
    let (mut rounds, mut tries) = (0, 0);
    let is_cut = loop {
        let picked = pick(&report, options, safety, &mut blocked);
        if picked.edits.is_empty() {
            break false;
        }
        if rounds == MAX_ROUNDS {
            break true;
        }
        if blocked.what_is_in_vain(&picked, &applied, &before) {
            // What was done in vain is not to stay.
            report = lint(options)?;
            (texts, rounds) = (Texts::default(), 0);
            applied.clear();
            revealed.clear();
            continue;
        }
        let mut changed = texts.clone();
        changed.change(&picked);
        if blocked.what_does_not_parse(&changed) {
            continue;
        }
        let after = lint(&changed.options(options))?;
        let reveals = picked.fixes.iter().flat_map(|fix| fix.reveals.clone());
        let revealed_now: FxHashSet<String> = revealed.iter().cloned().chain(reveals).collect();
        let new = before.new_in(&after, &revealed_now);
        if !new.is_empty() {
            tries += 1;
            blocked.what_brings(&new, &picked, tries > MAX_TRIES);
            continue;
        }
        for fix in &picked.fixes {
            *applied.entry(fix.key.clone()).or_default() += 1;
        }
        (texts, report, revealed) = (changed, after, revealed_now);
        (rounds, tries) = (rounds + 1, 0);
    };
    let mut left = blocked.left;
    left.sort();
    left.dedup();
    Ok(Fixed {
        fixed: before.gone_in(&report),
        report,
        files: texts.changed(),
        rounds,
        is_cut,
        left,
    })
}

impl Blocked {
    /// Blocks what was fixed as often as there were findings of it, and is still found.
    fn what_is_in_vain(
        &mut self,
        picked: &Picked,
        applied: &FxHashMap<String, usize>,
        before: &Keys,
    ) -> bool {
        let is_in_vain = |key: &String| {
            let times = applied.get(key).copied().unwrap_or(0);
            times > 0 && times >= before.count(key)
        };
        let in_vain: Vec<_> = picked
            .fixes
            .iter()
            .filter(|fix| is_in_vain(&fix.key))
            .collect();
        for fix in &in_vain {
            let why = format!("the fix of `{}` does not silence it", fix.name);
            self.left.push((fix.shown.clone(), why));
            self.findings.insert(fix.key.clone());
        }
        !in_vain.is_empty()
    }

    /// Blocks files that would not parse any more.
    fn what_does_not_parse(&mut self, changed: &Texts) -> bool {
        let files = changed.files.values();
        let broken: Vec<_> = files.filter(|file| does_not_parse_any_more(file)).collect();
        for file in &broken {
            let why = "it would not parse any more: this is a bug of amllint";
            self.left.push((file.shown.clone(), why.to_owned()));
            self.files.insert(file.path.clone());
        }
        !broken.is_empty()
    }

    /// Blocks the fixes of the resources of which something new is said; where there are none, and after too many tries, those of
    /// the same root.
    fn what_brings(&mut self, new: &[keys::New], picked: &Picked, all_of_root: bool) {
        for new in new {
            let of_root = |fix: &&pick::PickedFix| fix.root == new.root;
            let of_resource = |fix: &&pick::PickedFix| of_root(fix) && fix.about == new.about;
            let mut guilty: Vec<_> = picked.fixes.iter().filter(of_resource).collect();
            if guilty.is_empty() || all_of_root {
                guilty = picked.fixes.iter().filter(of_root).collect();
            }
            if guilty.is_empty() {
                guilty = picked.fixes.iter().collect();
            }
            for fix in guilty {
                let why = format!("the fix of `{}` would bring `{}`", fix.name, new.name);
                self.left.push((fix.shown.clone(), why));
                self.findings.insert(fix.key.clone());
            }
        }
    }
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
