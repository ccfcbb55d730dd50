//! Fixes on real templates: after all of them each finding that had one is no more, nothing new is found, every changed file parses, and
//! doing it twice is doing it once.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release fixes_of_copies -- --ignored --nocapture
//! ```

use amllint::apply::{Fixed, MAX_ROUNDS, fix};
use amllint::diagnostic::Safety;
use amllint::lint::environments::EnvironmentMode;
use amllint::lint::{Options, Report, lint};
use amllint::project::Reach;
use amllint::rules::catalogue::Catalogue;
use amllint::walk::{Found, walk};
use std::collections::{BTreeMap, BTreeSet};
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
    wrong: Vec<String>,
}

/// A finding without the place it stands at.
type Key = (String, String, String, String);

fn keys(report: &Report, with_fix: bool) -> BTreeMap<Key, String> {
    let all = report.diagnostics();
    let wanted = all.filter(|(_, one)| !with_fix || one.fix.is_some());
    wanted
        .map(|(sources, one)| {
            let file = sources.get(one.primary.span.file).path().to_owned();
            let about = match &one.resource {
                Some(resource) => format!("{} {}", resource.resource_type, resource.name),
                None => one.message.clone(),
            };
            let certainty = one.certainty.word();
            let key = (one.code.to_string(), file, about, one.property.clone());
            (key, format!("{certainty} {}", one.message))
        })
        .collect()
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

/// Rules that may find something after a fix of another one.
fn revealed(catalogue: &Catalogue) -> BTreeSet<String> {
    let cases = catalogue.all().flat_map(|(_, rule)| &rule.cases);
    let fixes = cases.filter_map(|case| case.fix.as_ref());
    let names = fixes.flat_map(|fix| &fix.reveals);
    let codes = names.filter_map(|name| {
        let mut rules = catalogue.all();
        rules.find(|(_, rule)| rule.name == *name)
    });
    codes.map(|(_, rule)| rule.code.to_string()).collect()
}

/// Applies all fixes of the templates in one folder.
fn of_folder(
    files: &[Found],
    catalogue: &Catalogue,
    options: &Options,
    revealed: &BTreeSet<String>,
    count: &mut Count,
) {
    let run = |options: &Options| lint(files, catalogue, options, 1, &AtomicUsize::new(0));
    let first = run(options).expect("the copy is readable");
    count.templates += first.coverage.templates;
    count.findings += first.diagnostics().count();
    let fixable = keys(&first, true);
    if fixable.is_empty() {
        return;
    }
    for (_, one) in first.diagnostics() {
        if let Some(fix) = &one.fix {
            count.with_fix += 1;
            count.safe += usize::from(fix.safety == Safety::Safe);
            *count.by_rule.entry(one.code.to_string()).or_default() += 1;
        }
    }
    for safety in [Safety::Safe, Safety::Unsafe] {
        let fixed = fix(options, safety, run).expect("the copy is readable");
        let is_tried = |key: &Key| {
            let mut all = first.diagnostics();
            let tried = all.find(|(_, one)| one.code == key.0 && one.fix.is_some());
            safety == Safety::Unsafe
                || tried.is_some_and(|(_, one)| {
                    one.fix.as_ref().is_some_and(|fix| fix.safety == safety)
                })
        };
        compare(&first, &fixed, &is_tried, revealed, count);
        let texts = fixed.files.iter();
        let texts = texts.map(|file| (file.path.clone(), file.after.as_bytes().into()));
        let after = Options {
            reach: Arc::new(options.reach.with_texts(texts.collect())),
            ..options.clone()
        };
        let again = fix(&after, safety, run).expect("the copy is readable");
        if !again.files.is_empty() {
            let file = &again.files[0].shown;
            count.wrong.push(format!("{file}: twice is not once"));
        }
        if safety == Safety::Unsafe {
            count.files += fixed.files.len();
            count.rounds = count.rounds.max(fixed.rounds);
        }
    }
}

fn compare(
    first: &Report,
    fixed: &Fixed,
    is_tried: &dyn Fn(&Key) -> bool,
    revealed: &BTreeSet<String>,
    count: &mut Count,
) {
    for (file, why) in &fixed.left {
        count.wrong.push(format!("{file}: left: {why}"));
    }
    if fixed.rounds > MAX_ROUNDS {
        let file = fixed.files.first().map_or("", |file| &file.shown);
        count.wrong.push(format!("{file}: too many rounds"));
    }
    let (before, after) = (keys(first, false), keys(&fixed.report, false));
    for (key, message) in keys(first, true) {
        if after.contains_key(&key) && is_tried(&key) {
            count
                .wrong
                .push(format!("{} {}: still there: {message}", key.0, key.1));
        }
    }
    for (key, message) in &after {
        if !before.contains_key(key) && !revealed.contains(&key.0) {
            count
                .wrong
                .push(format!("{} {}: new: {message}", key.0, key.1));
        }
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
    let revealed = revealed(&catalogue);
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
            of_folder(&files, &catalogue, &options, &revealed, &mut count);
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
        for problem in &count.wrong {
            eprintln!("  {problem}");
        }
        wrong += count.wrong.len();
    }
    assert_eq!(wrong, 0, "fixes that do not do what they say");
}
