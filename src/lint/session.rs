//! A run that goes on while files change: what was found in a file is kept until the file, or one that was read or looked for on its
//! account, is another.

use super::environments::ParameterFiles;
use super::run::Run;
use super::{FEW_FILES, FileReport, Options, Report, in_a_pool, one_by_one, together, whole_run};
use crate::error::Result;
use crate::project::lies;
use crate::rules::catalogue::Catalogue;
use crate::rules::rule_set::RuleSet;
use crate::walk::Found;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Whoever runs a session is asked whether to go on.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// The files of a run, and what was found in them so far.
#[derive(Debug, Default)]
pub struct Session {
    files: Vec<Found>,
    parameter_files: ParameterFiles,
    kept: Mutex<FxHashMap<PathBuf, Kept>>,
}

/// What was found in a file.
#[derive(Clone, Debug)]
struct Kept {
    report: Arc<FileReport>,
    /// Where the file lies, and where its parameter files do.
    lie: Vec<PathBuf>,
}

impl Session {
    /// The files to look at from now on, and which parameter files are for which of them. What is kept of a file with other parameter
    /// files than before is forgotten.
    pub fn set_files(&mut self, files: Vec<Found>, options: &Options) -> Result<()> {
        let parameter_files = ParameterFiles::new(&files, options)?;
        let known: FxHashSet<&PathBuf> = files.iter().map(|found| &found.path).collect();
        let before = &self.parameter_files;
        let is_same = |path: &PathBuf| {
            known.contains(path)
                && before.of(path, &options.reach) == parameter_files.of(path, &options.reach)
        };
        self.kept().retain(|path, _| is_same(path));
        drop(known);
        (self.files, self.parameter_files) = (files, parameter_files);
        Ok(())
    }

    /// The files that are looked at.
    pub fn files(&self) -> &[Found] {
        &self.files
    }

    /// The parameter files of a file.
    pub fn parameter_files(&self, path: &Path, options: &Options) -> Vec<PathBuf> {
        self.parameter_files.of(path, &options.reach)
    }

    /// Forgets what was found in these files, or on account of them.
    pub fn forget(&mut self, changed: impl Fn(&Path) -> bool) {
        let is_touched = |kept: &Kept| {
            let all = kept.lie.iter().chain(&kept.report.looked_for);
            all.map(PathBuf::as_path).any(&changed)
        };
        self.kept().retain(|_, kept| !is_touched(kept));
    }

    /// Forgets everything.
    pub fn forget_all(&mut self) {
        self.kept().clear();
    }

    /// How many files there is nothing kept of.
    pub fn pending(&self) -> usize {
        self.files.len().saturating_sub(self.kept().len())
    }

    /// What was looked for on account of any file.
    pub fn looked_for(&self) -> FxHashSet<PathBuf> {
        let kept = self.kept();
        let all = kept.values().flat_map(|kept| &kept.report.looked_for);
        all.cloned().collect()
    }

    /// The files on whose account a file was read, those of them that are judged by themselves first; each with where it lies.
    pub fn roots_of(&self, path: &Path) -> Vec<Found> {
        let kept = self.kept();
        let reaches = |found: &&Found| {
            kept.get(&found.path).is_some_and(|kept| {
                kept.lie.iter().any(|one| one == path)
                    || kept.report.looked_for.iter().any(|one| one == path)
            })
        };
        self.files.iter().filter(reaches).cloned().collect()
    }

    /// What is found in all files, as far as that is not known yet; `None` if it was stopped, then what was found is kept. The stack
    /// has to be a large one.
    pub fn lint(
        &mut self,
        catalogue: &Catalogue,
        rules: &RuleSet,
        options: &Options,
        threads: usize,
        stop: Stop<'_>,
        seen: &AtomicUsize,
    ) -> Result<Option<Report>> {
        let run = Run::new(catalogue, rules, options, self.files.len() > 1).over(&self.files);
        let missed = AtomicUsize::new(0);
        let one = |found: &Found| {
            let known = self.kept().get(&found.path).map(|kept| kept.report.clone());
            if let Some(known) = known {
                return known;
            }
            if missed.load(Ordering::Relaxed) > 0 || stop() {
                missed.fetch_add(1, Ordering::Relaxed);
                return Arc::new(FileReport::skipped(&found.path));
            }
            let report = self.look(&run, found);
            seen.fetch_add(1, Ordering::Relaxed);
            report
        };
        let given = options.reach.given.as_slice();
        let (mut reports, elsewhere) = if self.pending() < FEW_FILES || threads == 1 {
            one_by_one(&self.files, given, one)
        } else {
            in_a_pool(&self.files, given, threads, one)?
        };
        if missed.load(Ordering::Relaxed) > 0 {
            return Ok(None);
        }
        if run.whole {
            whole_run::judge_again(&run, &mut reports, &elsewhere);
        }
        Ok(Some(together(&run, reports, elsewhere)))
    }

    /// What is found in one file by itself, before others are looked at; nothing if it is none of the files.
    pub fn lint_one(
        &self,
        catalogue: &Catalogue,
        rules: &RuleSet,
        options: &Options,
        path: &Path,
    ) -> Option<Report> {
        let found = self.files.iter().find(|found| found.path == path)?;
        let run = Run::new(catalogue, rules, options, self.files.len() > 1);
        let known = self.kept().get(&found.path).map(|kept| kept.report.clone());
        let report = known.unwrap_or_else(|| self.look(&run, found));
        Some(Report {
            files: vec![FileReport::taken(report)],
            ..Report::default()
        })
    }

    fn look(&self, run: &Run<'_>, found: &Found) -> Arc<FileReport> {
        let parameter_files = self.parameter_files(&found.path, run.options);
        let report = Arc::new(run.guarded(found, &parameter_files));
        let lie = std::iter::once(&found.path).chain(&parameter_files);
        let kept = Kept {
            report: report.clone(),
            lie: lie.map(|path| lies(path)).collect(),
        };
        self.kept().insert(found.path.clone(), kept);
        report
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, FxHashMap<PathBuf, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
