//! The pipeline: from a file to what is said about it.
//!
//! Files are looked at side by side and reported in the order of their paths, so that the output does not depend on the number
//! of threads. A panic in one file is a diagnostic of that file.

mod anchor;
mod aside;
pub mod baseline;
mod bicep_parameters;
mod calls;
mod carry;
pub mod environments;
pub mod examples;
pub mod expectation;
pub mod fingerprint;
pub mod focus;
mod folder;
mod load;
mod mend;
mod merge;
mod report;
mod run;
pub mod scenarios;
pub mod session;
pub mod suppression;
mod threads;
mod whole_run;

pub use load::{Environment, Loaded, load, load_text};
pub use report::{Coverage, FileOutcome, FileReport, Report, UnknownJudgement};
pub use run::{Run, deployment};
pub use threads::{on_large_stack, side_by_side};

use crate::config::Configurations;
use crate::diagnostic::{Certainty, Diagnostic, Severity, SuppressedBy};
use crate::error::{Error, Result};
use crate::evaluate::Inputs;
use crate::project::Reach;
use crate::rules::catalogue::Catalogue;
use crate::rules::service::Service;
use crate::walk::Found;
use baseline::Accepted;
use calls::{in_turns, real};
use environments::{EnvironmentMode, ParameterFiles};
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use threads::STACK;

/// What the run is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The date against which retirements are read.
    pub as_of: Date,
    /// Findings milder than this are not reported.
    pub minimum_severity: Severity,
    /// Findings less sure than this are not reported.
    pub minimum_certainty: Certainty,
    /// Files larger than this, in bytes, are not read.
    pub maximum_file_size: u64,
    /// Which files templates may link to.
    pub reach: Arc<Reach>,
    /// Findings of one file beyond this are counted, not reported.
    pub maximum_findings: usize,
    /// `--location`, `--subscription`, `--resource-group`.
    pub place: Inputs,
    /// `--param`: names and texts.
    pub arguments: Vec<(String, String)>,
    /// A file whose bytes are at hand: standard input, by the name it was given.
    pub at_hand: Option<(PathBuf, Vec<u8>)>,
    /// Whether templates that were compiled from a Bicep file beside them are looked at.
    pub include_generated: bool,
    /// `--parameters`.
    pub parameter_files: Vec<PathBuf>,
    /// `--focus`: which findings are shown, if not all.
    pub focus: Option<focus::Focus>,
    /// Parameter files that a walk found.
    pub found_parameter_files: Vec<PathBuf>,
    /// Which environments are looked at.
    pub environments: EnvironmentMode,
    /// How many choices of its parameters, that of the defaults included, a template is looked at for, at most.
    pub maximum_scenarios: usize,
    /// Rows of the posture report; without any it is not made.
    pub services: Arc<[Service]>,
    /// What `amllint.toml` says of each template.
    pub configurations: Arc<Configurations>,
    /// Whether findings that are not to be reported are kept beside the others.
    pub keeps_suppressed: bool,
    /// Whether fixes are made for what is found.
    pub makes_fixes: bool,
    /// Accepted findings, which are not reported.
    pub accepted: Option<Arc<Accepted>>,
}

impl Options {
    /// What a run is told if nobody says anything else: everything is shown, and the defaults are looked at.
    pub fn new(reach: Arc<Reach>, as_of: Date) -> Options {
        Options {
            as_of,
            minimum_severity: Severity::Info,
            minimum_certainty: Certainty::Possible,
            maximum_file_size: reach.maximum_file_size,
            reach,
            maximum_findings: 0,
            place: Inputs::default(),
            arguments: Vec::new(),
            at_hand: None,
            include_generated: false,
            parameter_files: Vec::new(),
            focus: None,
            found_parameter_files: Vec::new(),
            environments: EnvironmentMode::default(),
            maximum_scenarios: scenarios::MAX_SCENARIOS,
            services: Arc::default(),
            configurations: Arc::default(),
            keeps_suppressed: false,
            makes_fixes: true,
            accepted: None,
        }
    }

    /// Whether everything is looked at that the files may be deployed with.
    fn is_whole(&self) -> bool {
        self.environments == EnvironmentMode::Auto
            && self.arguments.is_empty()
            && self.parameter_files.is_empty()
    }
}

/// Below this number of files no threads are started.
const FEW_FILES: usize = 8;

/// Looks at files with `threads` threads. `seen` counts the files that are done.
pub fn lint(
    files: &[Found],
    catalogue: &Catalogue,
    options: &Options,
    threads: usize,
    seen: &AtomicUsize,
) -> Result<Report> {
    let parameter_files = ParameterFiles::new(files, options)?;
    let rules = catalogue.rule_set();
    let run = Run::new(catalogue, &rules, options, files.len() > 1).over(files);
    let one = |found: &Found| {
        let parameter_files = parameter_files.of(&found.path, &options.reach);
        let report = run.guarded(found, &parameter_files);
        seen.fetch_add(1, Ordering::Relaxed);
        Arc::new(report)
    };
    let given = options.reach.given.as_slice();
    let (mut reports, elsewhere) = if files.len() < FEW_FILES || threads == 1 {
        on_large_stack(|| one_by_one(files, given, one))
    } else {
        in_a_pool(files, given, threads, one)?
    };
    if run.whole {
        on_large_stack(|| whole_run::judge_again(&run, &mut reports, &elsewhere));
    }
    Ok(together(&run, reports, elsewhere))
}

/// Looks at one file after the other, those that are judged elsewhere left out; the stack has to be a large one.
fn one_by_one(
    files: &[Found],
    given: &[PathBuf],
    one: impl Fn(&Found) -> Arc<FileReport>,
) -> (Vec<Arc<FileReport>>, Vec<bool>) {
    let look = |positions: &[usize]| {
        let positions = positions.iter();
        positions.map(|position| one(&files[*position])).collect()
    };
    in_turns(files, given, look)
}

/// Looks at files with several threads, whose stacks are large ones.
fn in_a_pool(
    files: &[Found],
    given: &[PathBuf],
    threads: usize,
    one: impl Fn(&Found) -> Arc<FileReport> + Sync,
) -> Result<(Vec<Arc<FileReport>>, Vec<bool>)> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .build();
    let pool =
        pool.map_err(|error| Error::Usage(format!("cannot start {threads} threads: {error}")))?;
    let look = |positions: &[usize]| {
        let positions = positions.par_iter();
        positions.map(|position| one(&files[*position])).collect()
    };
    Ok(pool.install(|| in_turns(files, given, look)))
}

/// What is said of all files, each thing once.
fn together(run: &Run, reports: Vec<Arc<FileReport>>, elsewhere: Vec<bool>) -> Report {
    let (mut reports, options) = (reports, run.options);
    let mut report = Report {
        suppressions: run.tell_of_suppressions(&mut reports, &elsewhere),
        ..Report::default()
    };
    if let Some(accepted) = &options.accepted {
        report.baseline = baseline::accept(run, accepted, &mut reports, &elsewhere);
    }
    let any_elsewhere = elsewhere.contains(&true);
    let mut told = FxHashSet::default();
    for (file, elsewhere) in reports.into_iter().zip(elsewhere) {
        let outcome = if elsewhere {
            FileOutcome::Elsewhere
        } else {
            file.outcome
        };
        report.outcomes.push((file.path.clone(), outcome));
        if elsewhere {
            report.coverage.elsewhere += 1;
            continue;
        }
        let mut file = FileReport::taken(file);
        file.root = None;
        if let Some(focus) = &options.focus {
            focus.keep(&mut file);
            focus.count(&mut file);
        }
        let own = file.file;
        merge::bound(&mut file.diagnostics, options.maximum_findings, own);
        if any_elsewhere || !file.modules.is_empty() {
            file.tell_once(&mut told);
        }
        if file.outcome == FileOutcome::Failed {
            report.coverage.skipped.push(file.path.clone());
        }
        let is_accepted = |one: &&Diagnostic| {
            let suppressed = one.suppressed.as_ref();
            suppressed.is_some_and(|one| one.by == SuppressedBy::Baseline)
        };
        file.coverage.accepted = file.suppressed.iter().filter(is_accepted).count();
        file.coverage.suppressed = file.suppressed.len() - file.coverage.accepted;
        if !options.keeps_suppressed {
            file.suppressed = Vec::new();
        }
        report.coverage.add(std::mem::take(&mut file.coverage));
        if !file.is_silent() {
            report.files.push(file);
        }
    }
    report
}
