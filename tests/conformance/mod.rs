//! Real templates, from local copies that are no part of the project.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release conformance -- --ignored --nocapture
//! ```
//!
//! Each folder of `AMLLINT_CORPORA` is a copy of a repository. For each, the number of templates, resources and what of their
//! names and types is unknown is printed; nothing may panic and no file may take two seconds.

mod bicep_pairs;
mod bicep_syntax;

use amllint::diagnostic::Kind;
use amllint::evaluate::{Inputs, evaluate};
use amllint::lint::{load_text, on_large_stack};
use amllint::report::expand::expand;
use amllint::source::SourceFile;
use amllint::value::{Residual, Value, ValueKind};
use amllint::walk::walk;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Count {
    files: usize,
    templates: usize,
    resources: usize,
    unknown_names: usize,
    unknown_types: usize,
    bodies_unknown: usize,
    /// Leaves of bodies and outputs, by why they are not known.
    leaves: BTreeMap<&'static str, usize>,
    unsupported: BTreeMap<String, usize>,
    slowest: Duration,
    codes: BTreeMap<String, usize>,
}

impl Count {
    fn leaves(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Array(array) => array.elements().iter().for_each(|one| self.leaves(one)),
            ValueKind::Object(object) => {
                let properties = object.properties().iter();
                properties.for_each(|property| self.leaves(&property.value));
            }
            ValueKind::Unknown(unknown) => {
                let cause = self.cause(&unknown.residual);
                *self.leaves.entry(cause).or_default() += 1;
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => *self.leaves.entry("known").or_default() += 1,
        }
    }

    /// Why something is unknown: the gravest reason in it.
    fn cause(&mut self, residual: &Residual) -> &'static str {
        let parts: Vec<&Value> = match residual {
            Residual::Opaque(_, text) if text.starts_with("parameters(") => return "parameter",
            Residual::Opaque(_, text) => {
                *self
                    .unsupported
                    .entry(format!("mistake: {text}"))
                    .or_default() += 1;
                return "mistake in the template";
            }
            Residual::Text(parts) => parts.iter().collect(),
            Residual::Member(of, _) => vec![of],
            Residual::Index(of, index) => vec![of, index],
            Residual::Call { function, .. } if &**function == "parameters" => return "parameter",
            Residual::Call {
                function,
                arguments,
                ..
            } => {
                if RUNTIME
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(function))
                    || function.starts_with("list")
                {
                    return "runtime function";
                }
                arguments.iter().collect()
            }
        };
        let causes: Vec<_> = parts
            .into_iter()
            .filter_map(|part| self.inner(part))
            .collect();
        for cause in [
            "not supported",
            "mistake in the template",
            "runtime function",
            "parameter",
        ] {
            if causes.contains(&cause) {
                return cause;
            }
        }
        let text = match residual {
            Residual::Call { function, .. } => function.to_string(),
            Residual::Text(_)
            | Residual::Member(..)
            | Residual::Index(..)
            | Residual::Opaque(..) => "other".to_owned(),
        };
        *self.unsupported.entry(text).or_default() += 1;
        "not supported"
    }

    fn inner(&mut self, value: &Value) -> Option<&'static str> {
        match &value.kind {
            ValueKind::Unknown(unknown) => Some(self.cause(&unknown.residual)),
            ValueKind::Array(array) => array.elements().iter().find_map(|one| self.inner(one)),
            ValueKind::Object(object) => {
                let mut properties = object.properties().iter();
                let found = properties.find_map(|property| self.inner(&property.value));
                found.or(object.is_open().then_some("parameter"))
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_) => None,
        }
    }
}

/// Functions of which only Azure, the clock or chance knows the value: language reference, 2.1.
const RUNTIME: [&str; 19] = [
    "reference",
    "references",
    "newGuid",
    "utcNow",
    "deployer",
    "providers",
    "roleDefinitions",
    "pickZones",
    "toLogicalZone",
    "toLogicalZones",
    "toPhysicalZone",
    "toPhysicalZones",
    "deployment",
    "tenant",
    "resourceGroup",
    "subscription",
    "managementGroup",
    "externalInputs",
    "copyIndex",
];

fn survey(folder: &Path) -> Count {
    let mut count = Count::default();
    let files = walk(&[folder.to_owned()], 2)
        .expect("the copy is readable")
        .files;
    count.files = files.len();
    for found in files {
        let started = Instant::now();
        let bytes = std::fs::read(&found.path).expect("the copy is readable");
        let Some(loaded) = load_text(
            SourceFile::decode("template.json", bytes),
            false,
            &Inputs::default(),
        ) else {
            continue;
        };
        let templates = loaded.templates.expect("what is not named is a template");
        count.templates += 1;
        let deployment = evaluate(&loaded.project, &templates, &loaded.inputs);
        for resource in &deployment.resources {
            count.resources += 1;
            count.unknown_types += usize::from(resource.resource_type.is_empty());
            count.unknown_names +=
                usize::from(resource.names.iter().any(|name| name.as_str().is_none()));
            count.bodies_unknown += usize::from(resource.body().as_object().is_none());
            count.leaves(resource.body());
        }
        for output in &deployment.outputs {
            count.leaves(&output.value());
        }
        for diagnostic in loaded
            .diagnostics
            .iter()
            .chain(&deployment.take_diagnostics())
        {
            *count.codes.entry(diagnostic.code.to_string()).or_default() += 1;
            assert_ne!(diagnostic.code, Kind::INTERNAL.code);
        }
        count.slowest = count.slowest.max(started.elapsed());
    }
    count
}

#[test]
#[expect(clippy::print_stderr, reason = "the table is what the survey is for")]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn conformance() {
    let corpora =
        std::env::var_os("AMLLINT_CORPORA").expect("AMLLINT_CORPORA names a folder of copies");
    let mut folders: Vec<_> = std::fs::read_dir(corpora)
        .expect("the folder is readable")
        .flatten()
        .collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for folder in folders {
        let count = on_large_stack(|| survey(&folder.path()));
        eprintln!(
            "{}: {} files, {} templates, {} resources, {} names and {} types unknown, {} bodies unknown, slowest {:?}, {:?}\n  leaves: {:?}\n  {:?}",
            folder.file_name().to_string_lossy(),
            count.files,
            count.templates,
            count.resources,
            count.unknown_names,
            count.unknown_types,
            count.bodies_unknown,
            count.slowest,
            count.codes,
            count.leaves,
            count.unsupported,
        );
        assert!(
            count.slowest < Duration::from_secs(2),
            "a file takes more than two seconds"
        );
    }
}

/// What a template deploys, with everything unknown made alike: the two forms of a compiled template refer to a resource by its id and
/// by its symbolic name.
fn expanded(path: &Path) -> serde_json::Value {
    let bytes = std::fs::read(path).expect("the copy is readable");
    let decoded = SourceFile::decode("template.json", bytes);
    let loaded = load_text(decoded, true, &Inputs::default()).expect("it was named");
    let templates = loaded.templates.expect("it is a template");
    let deployment = evaluate(&loaded.project, &templates, &loaded.inputs);
    let mut expanded: serde_json::Value =
        serde_json::from_str(&expand(&deployment)).expect("it is JSON");
    alike(&mut expanded);
    if let Some(resources) = expanded["resources"].as_array_mut() {
        resources.sort_by_key(ToString::to_string);
    }
    expanded
}

fn alike(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.starts_with('[') => "[...]".clone_into(text),
        serde_json::Value::Array(elements) => elements.iter_mut().for_each(alike),
        serde_json::Value::Object(members) => {
            // Names of deployments that nobody wrote, and the compiler's own remarks.
            members.remove("metadata");
            members.values_mut().for_each(alike);
        }
        serde_json::Value::String(_)
        | serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_) => {}
    }
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the list is what the comparison is for"
)]
#[ignore = "needs a copy of the Bicep compiler's baselines: see AMLLINT_BASELINES"]
fn both_forms_of_a_compiled_template_expand_alike() {
    let folder = std::env::var_os("AMLLINT_BASELINES").expect("it names the baselines");
    let (mut same, mut different) = (0, Vec::new());
    let mut folders: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is readable")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("main.symbolicnames.json").is_file())
        .collect();
    folders.sort();
    for folder in folders {
        let classic = on_large_stack(|| expanded(&folder.join("main.json")));
        let symbolic = on_large_stack(|| expanded(&folder.join("main.symbolicnames.json")));
        if classic == symbolic {
            same += 1;
        } else {
            for (left, right) in [(&classic, &symbolic), (&symbolic, &classic)] {
                let others = right["resources"].as_array().expect("a list");
                for resource in left["resources"].as_array().expect("a list") {
                    if !others.contains(resource) {
                        eprintln!("{}: {resource}", folder.display());
                    }
                }
            }
            if classic["outputs"] != symbolic["outputs"] {
                eprintln!(
                    "{}: outputs {} {}",
                    folder.display(),
                    classic["outputs"],
                    symbolic["outputs"]
                );
            }
            different.push(folder);
        }
    }
    eprintln!("{same} alike, {} not: {different:?}", different.len());
}

/// Numbers of resources and outputs that a plain walk of the JSON finds, nested templates included.
fn plain_walk(template: &serde_json::Value) -> (usize, usize) {
    let member = |value: &'_ serde_json::Value, name: &str| -> Option<serde_json::Value> {
        let object = value.as_object()?;
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
    };
    fn resources(list: &serde_json::Value) -> Vec<&serde_json::Value> {
        match list {
            serde_json::Value::Array(elements) => elements.iter().collect(),
            serde_json::Value::Object(members) => members.values().collect(),
            serde_json::Value::String(_)
            | serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Number(_) => Vec::new(),
        }
    }
    let outputs = member(template, "outputs").and_then(|outputs| Some(outputs.as_object()?.len()));
    let mut count = (0, outputs.unwrap_or(0));
    let section = member(template, "resources").unwrap_or_default();
    let mut open = resources(&section).into_iter().cloned().collect::<Vec<_>>();
    while let Some(resource) = open.pop() {
        count.0 += 1;
        if let Some(children) = member(&resource, "resources") {
            open.extend(resources(&children).into_iter().cloned());
        }
        let nested =
            member(&resource, "properties").and_then(|properties| member(&properties, "template"));
        let is_deployment = member(&resource, "type").is_some_and(|kind| {
            kind.as_str()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("Microsoft.Resources/deployments"))
        });
        if let Some(nested) = nested.filter(|_| is_deployment) {
            let inner = plain_walk(&nested);
            count = (count.0 + inner.0, count.1 + inner.1);
        }
    }
    count
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the figures are what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn every_declared_resource_and_output_is_found() {
    let corpora = std::env::var_os("AMLLINT_CORPORA").expect("it names a folder of copies");
    let files = walk(&[Path::new(&corpora).join("avm")], 2)
        .expect("the copy is readable")
        .files;
    let (mut templates, mut found, mut wanted) = (0, (0, 0), (0, 0));
    for file in files {
        let bytes = std::fs::read(&file.path).expect("the copy is readable");
        let Ok(plain) = serde_json::from_slice(&bytes) else {
            continue;
        };
        let decoded = SourceFile::decode("template.json", bytes);
        let Some(loaded) = load_text(decoded, false, &Inputs::default()) else {
            continue;
        };
        let lowered = loaded.templates.expect("it is a template");
        let outputs: usize = lowered
            .templates
            .iter()
            .filter(|one| one.function_of.is_none())
            .map(|one| one.outputs.len())
            .sum();
        let declared: usize = lowered
            .templates
            .iter()
            .map(|one| one.resources.len())
            .sum();
        let expected = plain_walk(&plain);
        assert_eq!((declared, outputs), expected, "{}", file.path.display());
        templates += 1;
        found = (found.0 + declared, found.1 + outputs);
        wanted = (wanted.0 + expected.0, wanted.1 + expected.1);
    }
    eprintln!("{templates} templates: {found:?} resources and outputs of {wanted:?}");
}
