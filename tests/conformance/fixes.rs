//! Fixes on real templates: after all of them each finding that had one is no more, nothing new is found, every changed file parses, and
//! doing it twice is doing it once. Nothing is written.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release fixes_of_copies -- --ignored --nocapture
//! ```

use amllint::apply::{Fixed, Keys, fix, key};
use amllint::diagnostic::{Diagnostic, Safety};
use amllint::lint::environments::EnvironmentMode;
use amllint::lint::{Options, Report, lint};
use amllint::project::Reach;
use amllint::rules::catalogue::Catalogue;
use amllint::source::Sources;
use amllint::walk::{Found, walk};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// What became of the findings of one copy.
#[derive(Default)]
struct Count {
    templates: usize,
    findings: usize,
    with_fix: usize,
    safe: usize,
    files: usize,
    rounds: usize,
    by_rule: BTreeMap<String, usize>,
    left: Vec<String>,
    wrong: Vec<String>,
}

fn options(root: &Path, cache: Option<PathBuf>) -> Options {
    let reach = Reach::new(Some(root.to_owned()), Vec::new(), u64::MAX);
    Options {
        environments: EnvironmentMode::Auto,
        include_generated: false,
        reach: Arc::new(reach.with_module_caches(cache, None)),
        ..super::options(root)
    }
}

/// Applies all fixes of the templates in one folder.
fn of_folder(files: &[Found], catalogue: &Catalogue, options: &Options, count: &mut Count) {
    let run = |options: &Options| lint(files, catalogue, options, 1, &AtomicUsize::new(0));
    let first = run(options).expect("the copy is readable");
    count.templates += first.coverage.templates;
    count.findings += first.diagnostics().count();
    let mut has_fix = false;
    for (_, one) in first.diagnostics() {
        if let Some(fix) = &one.fix {
            has_fix = true;
            count.with_fix += 1;
            count.safe += usize::from(fix.safety == Safety::Safe);
            *count.by_rule.entry(one.code.to_string()).or_default() += 1;
        }
    }
    if !has_fix {
        return;
    }
    for safety in [Safety::Safe, Safety::Unsafe] {
        let fixed = fix(options, safety, run).expect("the copy is readable");
        compare(&first, &fixed, safety, catalogue, count);
        let texts = fixed.files.iter();
        let texts = texts.map(|file| (file.path.clone(), file.after.as_bytes().into()));
        let after = Options {
            reach: Arc::new(options.reach.with_texts(texts.collect())),
            ..options.clone()
        };
        let again = fix(&after, safety, run).expect("the copy is readable");
        if fixed.left.is_empty() && !again.files.is_empty() {
            let file = &again.files[0].shown;
            count.wrong.push(format!("{file}: twice is not once"));
        }
        if safety == Safety::Unsafe {
            count.files += fixed.files.len();
            count.rounds = count.rounds.max(fixed.rounds);
            for (file, why) in &fixed.left {
                count.left.push(format!("{file}: {why}"));
            }
        }
    }
}

/// Each finding with a fix is no more, unless it was said to be left, and nothing is found that was not, unless a fix says that it may.
fn compare(
    first: &Report,
    fixed: &Fixed,
    safety: Safety,
    catalogue: &Catalogue,
    count: &mut Count,
) {
    if fixed.is_cut {
        let file = fixed.files.first().map_or("", |file| &file.shown);
        count.wrong.push(format!("{file}: too many rounds"));
    }
    let (before, after) = (Keys::of(first), Keys::of(&fixed.report));
    let is_left = |sources: &Sources, one: &Diagnostic| {
        let file = sources.get(one.primary.span.file).path();
        let mut left = fixed.left.iter();
        left.any(|(shown, why)| shown == file && why.contains(&*one.name))
    };
    for (sources, one) in first.diagnostics() {
        let is_tried = one.fix.as_ref().is_some_and(|fix| fix.safety <= safety);
        if is_tried && after.count(&key(sources, one)) > 0 && !is_left(sources, one) {
            let file = sources.get(one.primary.span.file).path();
            let (code, message) = (&one.code, &one.message);
            count
                .wrong
                .push(format!("{code} {file}: still there: {message}"));
        }
    }
    let cases = catalogue.all().flat_map(|(_, rule)| &rule.cases);
    let fixes = cases.filter_map(|case| case.fix.as_ref());
    let revealed = fixes.flat_map(|fix| fix.reveals.iter().map(|name| name.to_string()));
    for new in before.new_in(&fixed.report, &revealed.collect()) {
        let (root, name, message) = (new.root, new.name, new.message);
        count.wrong.push(format!("{root}: new: {name} {message}"));
    }
}

/// Templates by folder, so that one bad folder hides nothing and parameter files stay with their templates.
fn by_folder(files: Vec<Found>) -> BTreeMap<PathBuf, Vec<Found>> {
    let mut folders: BTreeMap<PathBuf, Vec<Found>> = BTreeMap::new();
    for found in files {
        let folder = found.path.parent().map(Path::to_owned).unwrap_or_default();
        folders.entry(folder).or_default().push(found);
    }
    folders
}

#[test]
#[expect(clippy::print_stderr, reason = "the table is what the survey is for")]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn fixes_of_copies() {
    let corpora =
        std::env::var_os("AMLLINT_CORPORA").expect("AMLLINT_CORPORA names a folder of copies");
    let corpora = PathBuf::from(corpora);
    let cache = Some(corpora.join("module-cache")).filter(|cache| cache.is_dir());
    let only = std::env::var("AMLLINT_CORPUS").unwrap_or_default();
    let mut folders: Vec<_> = std::fs::read_dir(&corpora)
        .expect("the folder is readable")
        .flatten()
        .collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    let catalogue = Catalogue::built_in();
    let mut wrong = 0;
    for folder in folders {
        let name = folder.file_name().to_string_lossy().into_owned();
        if name == "module-cache" || !name.contains(&only) {
            continue;
        }
        let options = options(&folder.path(), cache.clone());
        let files = walk(&[folder.path()], 2).expect("the copy is readable");
        let options = Options {
            found_parameter_files: files.parameter_files,
            ..options
        };
        let mut count = Count::default();
        for (_, files) in by_folder(files.files) {
            of_folder(&files, &catalogue, &options, &mut count);
        }
        eprintln!(
            "{name}: {} templates, {} findings, {} of them with a fix ({} safe), {} files changed, {} rounds at most\n  {:?}",
            count.templates,
            count.findings,
            count.with_fix,
            count.safe,
            count.files,
            count.rounds,
            count.by_rule,
        );
        for left in &count.left {
            eprintln!("  left: {left}");
        }
        for problem in &count.wrong {
            eprintln!("  wrong: {problem}");
        }
        wrong += count.wrong.len();
    }
    assert_eq!(wrong, 0, "fixes that do not do what they say");
}
