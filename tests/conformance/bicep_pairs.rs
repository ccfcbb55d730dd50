//! Bicep files against the templates that the compiler made of them: both are expanded, and what they deploy is compared.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release bicep_pairs -- --ignored --nocapture
//! ```
//!
//! `AMLLINT_PAIR=storage` looks only at pairs whose path holds the word, and prints every difference of them.

use super::{corpora, mock_modules, samples, verified_modules};
use amllint::diagnostic::Kind;
use amllint::evaluate::evaluate;
use amllint::lint::{Options, lint, load, on_large_stack};
use amllint::project::{Project, Reach};
use amllint::report::expand::expand;
use amllint::rules::catalogue::Catalogue;
use amllint::source::SourceFile;
use amllint::walk::Found;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock};

/// Options of a run in which nothing is given.
pub fn options(root: &Path) -> Options {
    options_with(root, corpora().join("module-cache"))
}

fn options_with(root: &Path, cache: PathBuf) -> Options {
    let reach = Reach::new(Some(root.to_owned()), vec![root.to_owned()], 1 << 25)
        .with_module_caches(Some(cache), None);
    Options {
        include_generated: true,
        environments: amllint::lint::environments::EnvironmentMode::Defaults,
        ..Options::new(Arc::new(reach), jiff::civil::date(2026, 11, 1))
    }
}

/// What a file deploys.
#[derive(Default)]
pub struct Expanded {
    /// Resources and outputs.
    pub value: Value,
    /// What was said on the way.
    pub said: Vec<String>,
    /// The text of each expression that has no value, by the template's own fault.
    mistakes: Vec<String>,
}

pub fn expanded(path: &Path, options: &Options) -> Expanded {
    let found = Found {
        path: path.to_owned(),
        named: true,
    };
    let loaded = load(&found, &[], options)
        .expect("the copy is readable")
        .expect("it was named");
    let Some(templates) = &loaded.templates else {
        return Expanded {
            said: vec!["no template".to_owned()],
            ..Expanded::default()
        };
    };
    let deployment = evaluate(&loaded.project, templates, &loaded.inputs());
    let text = expand(&deployment);
    let mut said = loaded.diagnostics;
    said.extend(deployment.take_diagnostics());
    said.extend(loaded.project.take_diagnostics());
    let mistakes = said.iter().filter(|one| one.code == Kind::EVALUATION.code);
    let mistakes = mistakes.map(|one| {
        let span = one.primary.span;
        loaded.project.source(span.file).slice(span).to_owned()
    });
    Expanded {
        value: serde_json::from_str(&text).expect("it is JSON"),
        mistakes: mistakes.collect(),
        said: said
            .iter()
            .map(|one| format!("{} {}", one.code, one.message))
            .collect(),
    }
}

/// Every `main.bicep` under a folder that has the compiled `name` beside it.
fn pairs(folder: &Path, name: &str) -> Vec<(PathBuf, PathBuf)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let entries = entries.into_iter().filter_map(Result::ok);
    let wanted = std::env::var("AMLLINT_PAIR").unwrap_or_default();
    entries
        .filter(|entry| entry.file_name() == "main.bicep")
        .map(|entry| (entry.path().to_owned(), entry.path().with_file_name(name)))
        .filter(|(bicep, json)| json.is_file() && bicep.to_string_lossy().contains(&wanted))
        .collect()
}

/// What each of two files gets wrong, in the text of its expressions.
struct Mistakes {
    bicep: Vec<String>,
    json: Vec<String>,
}

impl Mistakes {
    fn new(bicep: &Expanded, json: &Expanded) -> Mistakes {
        let of = |side: &Expanded| {
            let texts = side.mistakes.iter();
            texts
                .map(|text| normalised(&format!("[{text}"))[1..].to_owned())
                .collect()
        };
        Mistakes {
            bicep: of(bicep),
            json: of(json),
        }
    }

    /// Whether two values are the same, but for what differs by language.
    fn are_same(&self, bicep: &Value, json: &Value) -> bool {
        bicep == json || is_of_some_module(bicep, json) || self.are_wrong(bicep, json)
    }

    /// Whether both are made of a mistake: what has no value prints as it is written, which each language does in its own way.
    fn are_wrong(&self, bicep: &Value, json: &Value) -> bool {
        let is_wrong = |value: &Value, mistakes: &[String]| {
            let text = value.as_str().unwrap_or_default();
            text.starts_with('[') && mistakes.iter().any(|mistake| text.contains(mistake))
        };
        is_wrong(bicep, &self.bicep) && is_wrong(json, &self.json)
    }
}

/// Whether a value is asked of a module of a loop at a position that nobody knows: a classic template names it by its name, which may be
/// that of any of them, where Bicep says which loop is meant.
fn is_of_some_module(bicep: &Value, json: &Value) -> bool {
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let named = text(json);
    let named = named.strip_prefix("[reference(resourceid('microsoft.resources/deployments', ");
    named.is_some_and(|name| !name.starts_with('\'')) && text(bicep).starts_with('[')
}

/// Makes alike what two ways of writing the same thing leave different: the compiler writes types as the resource providers spell them,
/// ids are read without regard to case, a loop has the name of its resource only in JSON, and the names of telemetry deployments hold
/// the version that a module was published with.
fn normalise(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(normalise),
        Value::Object(members) => members.values_mut().for_each(normalise),
        Value::String(text) => *text = normalised(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn normalised(text: &str) -> String {
    static INDEX: LazyLock<Regex> = LazyLock::new(|| regex(r"copyindex\('[^']*'\)"));
    static TELEMETRY: LazyLock<Regex> =
        LazyLock::new(|| regex(r"46d3xbcp\.([a-z0-9-]+)\.([a-z0-9_-]+)\.[0-9a-z-]+\."));
    if !text.starts_with('[') {
        return TELEMETRY.replace_all(text, "46d3xbcp.$1.$2.").into_owned();
    }
    let text = text.to_lowercase();
    let text = INDEX.replace_all(&text, "copyindex()");
    TELEMETRY.replace_all(&text, "46d3xbcp.$1.$2.").into_owned()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well formed")
}

fn resources(expanded: &mut Value) -> Vec<Value> {
    let list = expanded["resources"].take();
    let Value::Array(mut resources) = list else {
        return Vec::new();
    };
    for resource in &mut resources {
        normalise(resource);
        let members = resource.as_object_mut().expect("a resource is an object");
        let kind = members["type"].as_str().unwrap_or_default().to_lowercase();
        // What a compiled deployment says beside its template the Bicep file says in other words.
        if kind == "microsoft.resources/deployments" {
            let kept = ["type", "name", "condition", "copies"];
            members.retain(|key, _| kept.contains(&key.as_str()));
        }
        // `@description` of a resource, and which extension a type belongs to.
        for key in ["dependsOn", "metadata", "import", "extension"] {
            members.remove(key);
        }
        members.retain(|key, value| !value.is_null() || key == "name");
        members.insert("type".to_owned(), Value::String(kind));
    }
    resources
}

/// Where two values differ first: a path, and both values.
fn first_difference(
    mistakes: &Mistakes,
    left: &Value,
    right: &Value,
    path: &str,
) -> Option<String> {
    match (left, right) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = ours.keys().chain(theirs.keys());
            let keys: std::collections::BTreeSet<&String> = keys.collect();
            keys.into_iter().find_map(|key| {
                let inner = format!("{path}.{key}");
                let get = |members: &serde_json::Map<String, Value>| {
                    members.get(key).cloned().unwrap_or_default()
                };
                first_difference(mistakes, &get(ours), &get(theirs), &inner)
            })
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let both = ours.iter().zip(theirs).enumerate();
            let mut both = both.map(|(at, (left, right))| (format!("{path}[{at}]"), left, right));
            both.find_map(|(path, left, right)| first_difference(mistakes, left, right, &path))
        }
        (left, right) if mistakes.are_same(left, right) => None,
        (left, right) => Some(format!("{path}\n      bicep {left}\n      json  {right}")),
    }
}

/// What is different between the two, in words.
fn differences(mut bicep: Expanded, mut json: Expanded) -> Vec<String> {
    let mistakes = Mistakes::new(&bicep, &json);
    let (bicep, json) = (&mut bicep.value, &mut json.value);
    let key = |resource: &Value| format!("{} {}", resource["type"], resource["name"]);
    let mut said = Vec::new();
    let ours = resources(bicep);
    let mut theirs = resources(json);
    for resource in &ours {
        if let Some(same) = theirs.iter().position(|other| other == resource) {
            theirs.remove(same);
            continue;
        }
        let alike = theirs.iter().position(|other| key(other) == key(resource));
        match alike {
            Some(alike) => {
                let other = theirs.remove(alike);
                let place = first_difference(&mistakes, resource, &other, "");
                said.extend(place.map(|place| format!("{}: {place}", key(resource))));
            }
            None => said.push(format!("only in Bicep: {}", key(resource))),
        }
    }
    for resource in &theirs {
        said.push(format!("only in JSON: {}", key(resource)));
    }
    normalise(&mut bicep["outputs"]);
    normalise(&mut json["outputs"]);
    let (ours, theirs) = (&bicep["outputs"], &json["outputs"]);
    said.extend(first_difference(&mistakes, ours, theirs, "outputs"));
    said
}

#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
fn compare(folder: &Path, name: &str) -> (usize, usize) {
    let verbose = std::env::var_os("AMLLINT_PAIR").is_some();
    let usual = options(folder);
    let (mut same, mut different) = (0, 0);
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for (bicep, json) in pairs(folder, name) {
        let own = mock_modules::restored(bicep.parent().expect("a file lies in a folder"));
        let own = own.map(|cache| options_with(folder, cache));
        let options = own.as_ref().unwrap_or(&usual);
        let ours = on_large_stack(|| expanded(&bicep, options));
        let theirs = on_large_stack(|| expanded(&json, options));
        for message in &ours.said {
            *codes.entry(message.clone()).or_default() += 1;
        }
        let said = differences(ours, theirs);
        if said.is_empty() {
            same += 1;
            continue;
        }
        different += 1;
        let shown = bicep.strip_prefix(folder).unwrap_or(&bicep);
        eprintln!("{}: {} differences", shown.display(), said.len());
        for line in said.iter().take(if verbose { usize::MAX } else { 2 }) {
            let line: String = line
                .chars()
                .take(if verbose { 4000 } else { 700 })
                .collect();
            eprintln!("    {line}");
        }
    }
    for (message, count) in codes {
        eprintln!("  said {count} times: {message}");
    }
    eprintln!("{}: {same} alike, {different} not", folder.display());
    (same, different)
}

/// Compares pairs of which at least so many have to be alike.
fn expect(folder: &Path, name: &str, bar: usize) {
    let (same, _) = compare(folder, name);
    assert!(same >= bar || std::env::var_os("AMLLINT_PAIR").is_some());
}

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_of_verified_modules() {
    expect(&verified_modules(), "main.json", 560);
}

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_of_users() {
    expect(&samples().join("user_submitted"), "main.json", 145);
}

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_of_the_compiler() {
    let baselines = samples().join("baselines");
    expect(&baselines, "main.symbolicnames.json", 39);
    expect(&baselines, "main.json", 39);
}

/// What the rules say of a file: rule, severity and resource.
fn findings(path: &Path, options: &Options, catalogue: &Catalogue) -> Vec<String> {
    let found = Found {
        path: path.to_owned(),
        named: true,
    };
    let seen = AtomicUsize::new(0);
    let report = lint(&[found], catalogue, options, 1, &seen).expect("the copy is readable");
    let of_rules = report
        .diagnostics()
        .filter_map(|(_, one)| Some((one, one.resource.as_ref()?)));
    let mut findings: Vec<String> = of_rules
        .map(|(one, resource)| {
            let severity = one.severity.word();
            let kind = resource.resource_type.to_lowercase();
            let name = normalised(&resource.name);
            format!("{} {severity} {:?} {kind} {name}", one.code, one.certainty)
        })
        .collect();
    findings.sort();
    findings
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_have_the_same_findings() {
    let catalogue = Catalogue::built_in();
    for folder in [verified_modules(), samples().join("user_submitted")] {
        let options = options(folder.parent().expect("it lies in a repository"));
        let (mut same, mut different, mut all) = (0, 0, 0);
        for (bicep, json) in pairs(&folder, "main.json") {
            let ours = findings(&bicep, &options, &catalogue);
            let theirs = findings(&json, &options, &catalogue);
            all += ours.len();
            if ours == theirs {
                same += 1;
                continue;
            }
            different += 1;
            eprintln!(
                "{}",
                bicep.strip_prefix(&folder).unwrap_or(&bicep).display()
            );
            for (left, right, what) in [(&ours, &theirs, "Bicep"), (&theirs, &ours, "JSON")] {
                for finding in left.iter().filter(|finding| !right.contains(finding)) {
                    let finding: String = finding.chars().take(300).collect();
                    eprintln!("    only in {what}: {finding}");
                }
            }
        }
        eprintln!(
            "{}: {same} pairs have the same findings, {different} have not; {all} findings",
            folder.display()
        );
        assert!(different <= 5);
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn every_reference_to_the_public_registry_is_found() {
    let address = regex("'(br/public:[^'$:]+:[^'$:]+)'");
    let files = walkdir::WalkDir::new(verified_modules());
    let files = files.into_iter().filter_map(Result::ok);
    let bicep = files.filter(|file| file.path().extension().is_some_and(|end| end == "bicep"));
    let mut addresses = BTreeMap::new();
    for file in bicep {
        let text = std::fs::read_to_string(file.path()).expect("the copy is readable");
        for found in address.captures_iter(&text) {
            addresses.insert(found[1].to_owned(), file.path().to_owned());
        }
    }
    let project = Project::new(options(&verified_modules()).reach);
    let missing = addresses.iter().filter_map(|(address, path)| {
        let file = project.add(SourceFile::new("main.bicep", ""), Some(path));
        let not_read = project.module(file, address).err()?;
        Some(format!("{address}: {}", not_read.message))
    });
    let missing: Vec<_> = missing.collect();
    eprintln!("{} addresses, not found: {missing:#?}", addresses.len());
    assert!(addresses.len() >= 232 && missing.is_empty());
}
