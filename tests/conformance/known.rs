//! How much is known of real templates: of their resources, of what rules ask of them, and of the values they are made of; and what
//! makes the rest unknown.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release known -- --ignored --nocapture
//! ```

use super::{corpora, samples, verified_modules};
use amllint::evaluate::{Presence, evaluate, functions};
use amllint::lint::environments::EnvironmentMode;
use amllint::lint::{FileOutcome, Options, Report, lint, load, on_large_stack};
use amllint::project::Reach;
use amllint::rules::catalogue::Catalogue;
use amllint::value::{Cause, Value, ValueKind};
use amllint::walk::{Found, walk};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// Reasons that are printed.
const REASONS: usize = 10;

#[derive(Default)]
struct Known {
    resources: BTreeMap<&'static str, usize>,
    /// Leaves of bodies, by what makes them unknown.
    values: BTreeMap<&'static str, usize>,
    /// Functions that could be computed, and are not.
    unsupported: BTreeMap<String, usize>,
}

impl Known {
    fn look_at(&mut self, path: &Path, options: &Options) {
        let found = Found {
            path: path.to_owned(),
            named: false,
        };
        let loaded = load(&found, &[], options).expect("the copy is readable");
        let Some((loaded, templates)) = loaded
            .and_then(|loaded| Some((loaded.templates.clone()?, loaded)))
            .map(|(templates, loaded)| (loaded, templates))
        else {
            return;
        };
        let deployment = evaluate(&loaded.project, &templates, &loaded.inputs());
        for resource in &deployment.resources {
            let word = match (resource.resource_type.is_empty(), resource.presence) {
                (true, _) => "of an unknown type",
                (false, Presence::Certain) => "certain",
                (false, Presence::Conditional) => "possible",
                (false, Presence::Repeated) => "any number",
            };
            *self.resources.entry(word).or_default() += 1;
            self.leaves(resource.body());
        }
    }

    fn leaves(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Array(array) => array.elements().iter().for_each(|one| self.leaves(one)),
            ValueKind::Object(object) => {
                let properties = object.properties().iter();
                properties.for_each(|property| self.leaves(&property.value));
            }
            ValueKind::Unknown(_) => {
                let word = self.gravest(&value.causes());
                *self.values.entry(word).or_default() += 1;
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => *self.values.entry("known").or_default() += 1,
        }
    }

    /// The cause of a value that says most about us, then about the template.
    fn gravest(&mut self, causes: &[Cause]) -> &'static str {
        let words = causes.iter().map(|cause| match cause {
            Cause::Unsupported(name) if functions::arity(name).is_some() => {
                *self.unsupported.entry(name.to_string()).or_default() += 1;
                (0, "not supported")
            }
            Cause::Bound => (1, "bound"),
            Cause::Unsupported(_) | Cause::Mistake(_) => (2, "mistake in the template"),
            Cause::Function(_) | Cause::Reference(_) | Cause::Module(_) => (3, "runtime function"),
            Cause::Loop => (4, "position in a loop of unknown length"),
            Cause::Parameter(_)
            | Cause::Placeholder(_)
            | Cause::Existing
            | Cause::Outside
            | Cause::Absent(_)
            | Cause::Environment => (5, "parameter"),
        });
        words.min().map_or("without a cause", |(_, word)| word)
    }
}

/// What makes a judgement unknown, as it is counted.
fn words(causes: &[Cause], reason: &str) -> String {
    let word = |cause: &Cause| match cause {
        Cause::Parameter(_) => "a parameter without a value".to_owned(),
        Cause::Module(_) => "a module that was not read".to_owned(),
        Cause::Mistake(_) => "a mistake in the template".to_owned(),
        Cause::Placeholder(_)
        | Cause::Function(_)
        | Cause::Reference(_)
        | Cause::Loop
        | Cause::Existing
        | Cause::Outside
        | Cause::Absent(_)
        | Cause::Unsupported(_)
        | Cause::Environment
        | Cause::Bound => cause.words(),
    };
    let mut words: Vec<String> = causes.iter().map(word).collect();
    words.sort();
    words.dedup();
    match words.is_empty() {
        true => format!("without a cause: {reason}"),
        false => words.join(" + "),
    }
}

fn options(root: &Path) -> Options {
    let reach = Reach::new(Some(root.to_owned()), vec![root.to_owned()], u64::MAX);
    let reach = reach.with_module_caches(Some(corpora().join("module-cache")), None);
    Options {
        environments: EnvironmentMode::Defaults,
        ..Options::new(Arc::new(reach), jiff::civil::date(2026, 11, 1))
    }
}

fn report(folder: &Path, options: &Options) -> Report {
    let files = walk(&[folder.to_owned()], 2)
        .expect("the copy is readable")
        .files;
    lint(
        &files,
        &Catalogue::built_in(),
        options,
        2,
        &AtomicUsize::new(0),
    )
    .expect("the copy is readable")
}

#[expect(clippy::print_stderr, reason = "the table is what the survey is for")]
fn print(name: &str, known: &Known, report: &Report) {
    let coverage = &report.coverage;
    let judged = coverage.pass + coverage.fail;
    eprintln!("{name}: {} templates", coverage.templates);
    eprintln!("  resources: {:?}", known.resources);
    eprintln!(
        "  judgements: {} known ({} pass, {} fail), {} possible, {} unknown",
        judged - coverage.possible,
        coverage.pass,
        coverage.fail - coverage.possible,
        coverage.possible,
        coverage.unknown.len(),
    );
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for one in &coverage.unknown {
        *reasons.entry(words(&one.causes, &one.reason)).or_default() += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(REASONS) {
        eprintln!("    {count:6} {reason}");
    }
    let all: usize = known.values.values().sum();
    eprintln!("  values: {all}");
    for (word, count) in &known.values {
        let share = 100.0 * *count as f64 / all.max(1) as f64;
        eprintln!("    {count:8} {share:6.2} % {word}");
    }
    if !known.unsupported.is_empty() {
        eprintln!("  not supported: {:?}", known.unsupported);
    }
}

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn known() {
    let folders: [(&str, PathBuf); 3] = [
        ("quickstarts", corpora().join("azure-quickstart-templates")),
        ("verified modules", verified_modules()),
        ("samples of the compiler", samples()),
    ];
    for (name, folder) in folders {
        let options = options(&folder);
        let report = report(&folder, &options);
        let mut known = Known::default();
        on_large_stack(|| {
            let roots = report.outcomes.iter();
            let roots = roots.filter(|(_, outcome)| *outcome == FileOutcome::Linted);
            roots.for_each(|(path, _)| known.look_at(Path::new(path), &options));
        });
        print(name, &known, &report);
        assert!(known.unsupported.is_empty(), "{:?}", known.unsupported);
        assert!(!known.values.contains_key("without a cause"));
    }
}
