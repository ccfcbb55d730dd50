//! `--baseline`, and `amllint baseline`, which writes the file.

use super::arguments::Check;
use super::environment::Environment;
use super::given::Given;
use super::{CLEAN, FAILED, NOT_ANALYSED, Prepared, prepare, report_mistakes, say};
use crate::error::{Error, Result};
use crate::lint::baseline::{Accepted, Baseline, DEFAULT_NAME, Entry, write};
use crate::lint::{self, FileOutcome, FileReport, Report};
use crate::source::{SourceFile, display};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// A baseline is no longer than this, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// Reads the file; `None`, after saying why, if there are mistakes in it.
pub fn read(path: &Path, environment: &Environment) -> Result<Option<Accepted>> {
    let bytes = crate::project::read(path, MAX_SIZE)?.ok_or_else(|| {
        let text = format!("`{}` is larger than {MAX_SIZE} bytes", display(path));
        Error::Usage(text)
    })?;
    let source = SourceFile::decode(display(path), bytes).0;
    let (baseline, mistakes) = Baseline::parse(source);
    report_mistakes(&baseline.sources, &mistakes);
    Ok(mistakes.is_empty().then(|| Accepted {
        baseline,
        repository: environment.repository(),
    }))
}

/// Says which accepted findings are not there any more: as findings with `--strict`, else in a line.
pub fn tell_fixed(report: &mut Report, accepted: &Accepted, arguments: &Check) {
    let fixed = &report.baseline.fixed;
    // Who asks for a part is not told of the whole.
    let asks_for_part = arguments.focus || arguments.changed_since.is_some();
    if fixed.is_empty() || asks_for_part {
        return;
    }
    let baseline = &accepted.baseline;
    if !arguments.strict {
        if !arguments.quiet {
            say(&format!(
                "amllint: {} of the baseline {} not found any more; `amllint baseline prune` takes {} out",
                counted(fixed.len(), "entry", "entries"),
                if fixed.len() == 1 { "is" } else { "are" },
                if fixed.len() == 1 { "it" } else { "them" },
            ));
        }
        return;
    }
    let diagnostics = fixed.iter().map(|position| baseline.told_fixed(*position));
    let path = arguments
        .baseline
        .as_deref()
        .map_or_else(String::new, display);
    report.files.push(FileReport {
        diagnostics: diagnostics.collect(),
        sources: baseline.sources.clone(),
        ..FileReport::new(path, FileOutcome::Skipped)
    });
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        more => format!("{more} {many}"),
    }
}

/// What is found, held against what is accepted.
struct Looked {
    path: PathBuf,
    accepted: Vec<Entry>,
    report: Report,
}

/// Looks at the templates; the exit status, after saying why, if that makes no sense.
fn look(
    mut arguments: Check,
    given: &mut Given,
    exists: bool,
) -> Result<std::result::Result<Looked, u8>> {
    // Everything counts, whatever is shown.
    arguments.max_findings = 0;
    if arguments.focus || arguments.changed_since.is_some() {
        let text = "a baseline is made of everything: leave `--focus` and `--changed-since` out";
        return Err(Error::Usage(text.to_owned()));
    }
    let prepared = match prepare(&mut arguments, given)? {
        Ok(prepared) => prepared,
        Err(status) => return Ok(Err(status)),
    };
    let Prepared {
        environment,
        catalogue,
        found,
        mut options,
        threads,
        ..
    } = prepared;
    let path = arguments.baseline.unwrap_or_else(|| DEFAULT_NAME.into());
    if !exists && path.exists() {
        let path = display(&path);
        return Err(Error::Usage(format!(
            "`{path}` is there already; `amllint baseline update` writes it anew"
        )));
    }
    let accepted = match exists {
        true => match read(&path, &environment)? {
            Some(accepted) => accepted,
            None => return Ok(Err(FAILED)),
        },
        false => Accepted {
            baseline: Baseline::default(),
            repository: environment.repository(),
        },
    };
    let entries = accepted.baseline.entries.clone();
    options.accepted = Some(Arc::new(accepted));
    let seen = AtomicUsize::new(0);
    let report = lint::lint(&found.files, &catalogue, &options, threads, &seen)?;
    if report.coverage.templates == 0 {
        say("amllint: no deployment template was found");
        return Ok(Err(NOT_ANALYSED));
    }
    Ok(Ok(Looked {
        path,
        accepted: entries,
        report,
    }))
}

/// Writes a new file.
pub fn create(arguments: Check, given: &mut Given) -> Result<u8> {
    let looked = match look(arguments, given, false)? {
        Ok(looked) => looked,
        Err(status) => return Ok(status),
    };
    let Looked { path, report, .. } = looked;
    let found = report.baseline.found;
    write_file(&path, found.clone())?;
    let count = counted(found.len(), "finding", "findings");
    say(&format!("amllint: wrote {count} to `{}`", display(&path)));
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    say(&format!(
        "amllint: with `{name} merge=union` in .gitattributes, git merges it without conflicts"
    ));
    tell_mandatory(report.baseline.mandatory);
    Ok(CLEAN)
}

/// Writes the file anew, with what is new and without what is mended. What was not looked at stays.
pub fn update(arguments: Check, given: &mut Given) -> Result<u8> {
    let looked = match look(arguments, given, true)? {
        Ok(looked) => looked,
        Err(status) => return Ok(status),
    };
    let Looked {
        path,
        accepted,
        report,
    } = looked;
    let mut kept = without_fixed(&accepted, &report);
    let fixed = accepted.len() - kept.len();
    let before = kept.len();
    add_new(&mut kept, report.baseline.found);
    let new = kept.len() - before;
    write_file(&path, kept)?;
    say(&format!(
        "amllint: `{}`: {} new, {} not found any more",
        display(&path),
        counted(new, "entry", "entries"),
        fixed
    ));
    tell_mandatory(report.baseline.mandatory);
    Ok(CLEAN)
}

/// Takes out what is mended.
pub fn prune(arguments: Check, given: &mut Given) -> Result<u8> {
    let looked = match look(arguments, given, true)? {
        Ok(looked) => looked,
        Err(status) => return Ok(status),
    };
    let Looked {
        path,
        accepted,
        report,
    } = looked;
    let kept = without_fixed(&accepted, &report);
    let fixed = accepted.len() - kept.len();
    if fixed > 0 {
        write_file(&path, kept)?;
    }
    say(&format!(
        "amllint: `{}`: {} not found any more",
        display(&path),
        counted(fixed, "entry", "entries")
    ));
    Ok(CLEAN)
}

fn without_fixed(accepted: &[Entry], report: &Report) -> Vec<Entry> {
    let fixed: FxHashSet<usize> = report.baseline.fixed.iter().copied().collect();
    let entries = accepted.iter().enumerate();
    let kept = entries.filter(|(position, _)| !fixed.contains(position));
    kept.map(|(_, entry)| entry.clone()).collect()
}

/// Adds entries that are not there as often as they are found; of those that are there what is for people is brought up to date.
fn add_new(kept: &mut Vec<Entry>, found: Vec<Entry>) {
    let mut free: Vec<bool> = vec![true; kept.len()];
    let mut by_fingerprint: rustc_hash::FxHashMap<String, Vec<usize>> = Default::default();
    for (position, entry) in kept.iter().enumerate() {
        let positions = by_fingerprint.entry(entry.fingerprint.clone()).or_default();
        positions.push(position);
    }
    for entry in found {
        let positions = by_fingerprint.get(&entry.fingerprint);
        let known = positions.and_then(|all| all.iter().find(|position| free[**position]));
        match known.copied() {
            Some(position) => {
                free[position] = false;
                kept[position] = entry;
            }
            None => kept.push(entry),
        }
    }
}

fn tell_mandatory(count: usize) {
    if count > 0 {
        let count = counted(count, "finding", "findings");
        say(&format!(
            "amllint: {count} of mandatory rules cannot be accepted"
        ));
    }
}

/// Writes through a file beside it, so that nobody finds half of it.
fn write_file(path: &Path, entries: Vec<Entry>) -> Result<()> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, write(entries)).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}
