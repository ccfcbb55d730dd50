//! `--fix` and `--diff`.

use super::arguments::Check;
use super::{CLEAN, FAILED, FINDINGS, say, write_out};
use crate::apply::{self, Fixed, patch::patch, write};
use crate::diagnostic::Safety;
use crate::error::Result;
use crate::lint::{Options, Report};
use crate::report;

/// What becomes of fixes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// They are printed as a patch.
    Patch,
    /// They are written.
    Written,
}

impl Wanted {
    /// What the arguments say.
    pub fn of(arguments: &Check) -> Option<Wanted> {
        match (arguments.diff, arguments.fix) {
            (true, _) => Some(Wanted::Patch),
            (false, true) => Some(Wanted::Written),
            (false, false) => None,
        }
    }
}

/// What is left to be told once fixes were made.
pub enum Done {
    /// Everything is told: the exit status.
    Told(u8),
    /// What is found in the files as they are now.
    Report {
        /// It.
        report: Box<Report>,
        /// Whether standard output has the fixed text.
        is_printed: bool,
        /// The exit status if files could not be written.
        failed: Option<u8>,
        /// "3 fixed, 2 remain".
        counts: String,
    },
}

/// Makes fixes; `lint` finds what there is.
pub fn fix(
    wanted: Wanted,
    arguments: &Check,
    options: &Options,
    lint: impl Fn(&Options) -> Result<Report>,
) -> Result<Done> {
    let safety = match arguments.unsafe_fixes {
        true => Safety::Unsafe,
        false => Safety::Safe,
    };
    let fixed = apply::fix(options, safety, &lint)?;
    if !arguments.quiet {
        for (shown, why) in &fixed.left {
            tell_left(shown, why);
        }
    }
    if fixed.is_cut && !arguments.quiet {
        let rounds = apply::MAX_ROUNDS;
        say(&format!(
            "amllint: stopped after {rounds} rounds; there may be more to fix"
        ));
    }
    let remaining = fixed.report.diagnostics().count();
    if wanted == Wanted::Patch {
        write_out(&report::harmless_text(&patch(&fixed.files)), None)?;
        if !arguments.quiet {
            let count = fixed.fixed;
            say(&format!("{count} would be fixed, {remaining} would remain"));
        }
        let changes = !fixed.files.is_empty();
        return Ok(Done::Told(if changes { FINDINGS } else { CLEAN }));
    }
    match &options.at_hand {
        Some((path, bytes)) => {
            let changed = fixed.files.iter().find(|file| file.path == *path);
            let text = changed.map(|file| write::encoded_like(bytes, &file.after));
            print(text.as_deref().unwrap_or(bytes))?;
            Ok(finished(fixed, true))
        }
        None => written(fixed, options, &lint),
    }
}

/// Bytes as they are, on standard output.
fn print(bytes: &[u8]) -> Result<()> {
    use std::io::Write;
    super::to_standard_output(std::io::stdout().lock().write_all(bytes))
}

fn finished(fixed: Fixed, is_printed: bool) -> Done {
    let remaining = fixed.report.diagnostics().count();
    Done::Report {
        counts: format!("{} fixed, {remaining} remain", fixed.fixed),
        report: Box::new(fixed.report),
        is_printed,
        failed: None,
    }
}

/// Writes the files. If some of them are left as they were, what is on disk is looked at once more.
fn written(
    fixed: Fixed,
    options: &Options,
    lint: impl Fn(&Options) -> Result<Report>,
) -> Result<Done> {
    let left = write::write(&fixed.files);
    if left.is_empty() {
        return Ok(finished(fixed, false));
    }
    for file in &left {
        tell_left(&file.shown, &file.why);
    }
    let reach = options.reach.with_texts(Default::default());
    let report = lint(&Options {
        reach: reach.into(),
        ..options.clone()
    })?;
    let before = fixed.fixed + fixed.report.diagnostics().count();
    let remaining = report.diagnostics().count();
    let count = before.saturating_sub(remaining);
    Ok(Done::Report {
        report: Box::new(report),
        is_printed: false,
        failed: Some(FAILED),
        counts: format!("{count} fixed, {remaining} remain"),
    })
}

fn tell_left(shown: &str, why: &str) {
    let text = format!("amllint: `{shown}` is left as it is: {why}");
    say(&report::single_line(&text));
}
