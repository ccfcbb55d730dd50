//! Bicep files against the templates that the compiler made of them: both are expanded, and what they deploy is compared.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release bicep_pairs -- --ignored --nocapture
//! ```
//!
//! `AMLLINT_PAIR=storage` looks only at pairs whose path holds the word, and prints every difference of them.

use amllint::evaluate::{Inputs, evaluate};
use amllint::lint::{Options, lint, load, on_large_stack};
use amllint::project::Reach;
use amllint::report::expand::expand;
use amllint::rules::catalogue::Catalogue;
use amllint::walk::Found;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock};

/// A folder of copies of other repositories, with the restored modules in `module-cache`.
pub fn corpora() -> PathBuf {
    let corpora = std::env::var_os("AMLLINT_CORPORA");
    corpora
        .expect("AMLLINT_CORPORA names a folder of copies")
        .into()
}

/// Options of a run in which nothing is given.
pub fn options(root: &Path) -> Options {
    let cache = corpora().join("module-cache");
    let reach = Reach::new(Some(root.to_owned()), vec![root.to_owned()], 1 << 25)
        .with_module_caches(Some(cache), None);
    Options {
        reach: Arc::new(reach),
        as_of: jiff::civil::date(2026, 11, 1),
        minimum_severity: amllint::diagnostic::Severity::Info,
        maximum_file_size: 1 << 25,
        maximum_findings: 0,
        place: Inputs::default(),
        arguments: Vec::new(),
        at_hand: None,
        include_generated: true,
        parameter_files: Vec::new(),
        focus: None,
        found_parameter_files: Vec::new(),
        environments: amllint::lint::environments::EnvironmentMode::Defaults,
        services: Default::default(),
    }
}

/// What a file deploys, and what was said on the way.
pub fn expanded(path: &Path, options: &Options) -> (Value, Vec<String>) {
    let found = Found {
        path: path.to_owned(),
        named: true,
    };
    let loaded = load(&found, &[], options)
        .expect("the copy is readable")
        .expect("it was named");
    let Some(templates) = &loaded.templates else {
        return (Value::Null, vec!["no template".to_owned()]);
    };
    let deployment = evaluate(&loaded.project, templates, &loaded.inputs());
    let text = expand(&deployment);
    let mut said = loaded.diagnostics;
    said.extend(deployment.take_diagnostics());
    said.extend(loaded.project.take_diagnostics());
    let said = said.iter();
    let said = said
        .map(|one| format!("{} {}", one.code, one.message))
        .collect();
    (serde_json::from_str(&text).expect("it is JSON"), said)
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
fn first_difference(left: &Value, right: &Value, path: &str) -> Option<String> {
    match (left, right) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = ours.keys().chain(theirs.keys());
            let keys: std::collections::BTreeSet<&String> = keys.collect();
            keys.into_iter().find_map(|key| {
                let inner = format!("{path}.{key}");
                let get = |members: &serde_json::Map<String, Value>| {
                    members.get(key).cloned().unwrap_or_default()
                };
                first_difference(&get(ours), &get(theirs), &inner)
            })
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let both = ours.iter().zip(theirs).enumerate();
            let mut both = both.map(|(at, (left, right))| (format!("{path}[{at}]"), left, right));
            both.find_map(|(path, left, right)| first_difference(left, right, &path))
        }
        (left, right) if left == right => None,
        (left, right) => Some(format!("{path}\n      bicep {left}\n      json  {right}")),
    }
}

/// What is different between the two, in words.
fn differences(bicep: &mut Value, json: &mut Value) -> Vec<String> {
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
                let place = first_difference(resource, &other, "").unwrap_or_default();
                said.push(format!("{}: {place}", key(resource)));
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
    said.extend(first_difference(ours, theirs, "outputs"));
    said
}

#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
fn compare(folder: &Path, name: &str) -> (usize, usize) {
    let verbose = std::env::var_os("AMLLINT_PAIR").is_some();
    let options = options(folder);
    let (mut same, mut different) = (0, 0);
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for (bicep, json) in pairs(folder, name) {
        let (mut ours, said) = on_large_stack(|| expanded(&bicep, &options));
        let (mut theirs, _) = on_large_stack(|| expanded(&json, &options));
        for message in &said {
            *codes.entry(message.clone()).or_default() += 1;
        }
        let said = differences(&mut ours, &mut theirs);
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

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_of_verified_modules() {
    let (same, _) = compare(&corpora().join("bicep-registry-modules"), "main.json");
    assert!(same >= 560 || std::env::var_os("AMLLINT_PAIR").is_some());
}

#[test]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn bicep_pairs_of_the_compiler() {
    let samples = corpora().join("bicep/src/Bicep.Core.Samples/Files");
    compare(&samples.join("user_submitted"), "main.json");
    compare(&samples.join("baselines"), "main.json");
    compare(&samples.join("baselines"), "main.symbolicnames.json");
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
    let samples = corpora().join("bicep/src/Bicep.Core.Samples/Files/user_submitted");
    for folder in [corpora().join("bicep-registry-modules/avm"), samples] {
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
    }
}
