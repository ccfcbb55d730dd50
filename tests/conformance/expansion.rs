//! What `expand` finds in compiled templates: the same in both forms, and everything that a plain walk of the JSON finds.

use super::{samples, verified_modules};
use amllint::evaluate::{Inputs, evaluate};
use amllint::lint::{load_text, on_large_stack};
use amllint::report::expand::expand;
use amllint::source::SourceFile;
use amllint::walk::walk;
use std::path::Path;

/// What a template deploys, with everything unknown made alike: the two forms of a compiled template refer to a resource by its id and
/// by its symbolic name.
fn expanded(path: &Path) -> serde_json::Value {
    let bytes = std::fs::read(path).expect("the copy is readable");
    let decoded = SourceFile::decode("template.json", bytes);
    let loaded = load_text(decoded, true, &Inputs::default()).expect("it was named");
    let templates = loaded.templates.clone().expect("it is a template");
    let deployment = evaluate(&loaded.project, &templates, &loaded.inputs());
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
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn both_forms_of_a_compiled_template_expand_alike() {
    let (mut same, mut different) = (0, Vec::new());
    let mut folders: Vec<_> = std::fs::read_dir(samples().join("baselines"))
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
    assert_eq!((same, different.len()), (39, 0));
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
    let files = walk(&[verified_modules()], 2)
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
        let lowered = loaded.templates.clone().expect("it is a template");
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

/// The template with every condition left out and every loop of one turn, nested templates included, and the full types of what it then
/// deploys.
fn opened(template: &mut serde_json::Value, types: &mut Vec<String>) {
    let Some(section) = member(template, "resources") else {
        return;
    };
    open_resources(section, "", types);
}

fn open_resources(section: &mut serde_json::Value, parent: &str, types: &mut Vec<String>) {
    let resources: Vec<&mut serde_json::Value> = match section {
        serde_json::Value::Array(elements) => elements.iter_mut().collect(),
        serde_json::Value::Object(members) => members.values_mut().collect(),
        serde_json::Value::String(_)
        | serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_) => Vec::new(),
    };
    for resource in resources {
        open_resource(resource, parent, types);
    }
}

fn open_resource(resource: &mut serde_json::Value, parent: &str, types: &mut Vec<String>) {
    if let Some(condition) = member(resource, "condition") {
        *condition = true.into();
    }
    if let Some(count) = member(resource, "copy").and_then(|copy| member(copy, "count")) {
        *count = 1.into();
    }
    let written = member(resource, "type").and_then(|kind| kind.as_str().map(str::to_lowercase));
    let written = written.unwrap_or_default();
    let kind = if parent.is_empty() || written.contains('.') {
        written
    } else {
        format!("{parent}/{written}")
    };
    let existing = member(resource, "existing").is_some_and(|existing| existing == true);
    if let Some(children) = member(resource, "resources") {
        open_resources(children, &kind, types);
    }
    if kind == "microsoft.resources/deployments" {
        let nested = member(resource, "properties").and_then(|all| member(all, "template"));
        if let Some(nested) = nested {
            opened(nested, types);
        }
    }
    if !existing {
        types.push(kind);
    }
}

fn member<'a>(value: &'a mut serde_json::Value, name: &str) -> Option<&'a mut serde_json::Value> {
    let mut members = value.as_object_mut()?.iter_mut();
    members
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the figures are what the comparison is for"
)]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn expand_finds_every_resource_once_all_conditions_hold() {
    let files = walk(&[verified_modules()], 2)
        .expect("the copy is readable")
        .files;
    let (mut templates, mut found, mut wanted, mut outputs) = (0, 0, 0, 0);
    for file in files {
        let bytes = std::fs::read(&file.path).expect("the copy is readable");
        let Ok(mut plain) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
            continue;
        };
        let mut types = Vec::new();
        opened(&mut plain, &mut types);
        let text = plain.to_string().into_bytes();
        let expanded = on_large_stack(|| {
            let decoded = SourceFile::decode("template.json", text);
            let loaded = load_text(decoded, false, &Inputs::default())?;
            let lowered = loaded.templates.clone().expect("it is a template");
            Some(expand(&evaluate(
                &loaded.project,
                &lowered,
                &loaded.inputs(),
            )))
        });
        let Some(expanded) = expanded else {
            continue;
        };
        let expanded: serde_json::Value = serde_json::from_str(&expanded).expect("it is JSON");
        let mut declared: Vec<String> = expanded["resources"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|resource| resource["type"].as_str().unwrap_or_default().to_lowercase())
            .collect();
        declared.sort();
        types.sort();
        templates += 1;
        found += declared.len();
        wanted += types.len();
        if declared != types {
            eprintln!(
                "{}: {} of {}",
                file.path.display(),
                declared.len(),
                types.len()
            );
        }
        let names = |all: Option<&serde_json::Value>| {
            let members = all.and_then(serde_json::Value::as_object);
            members.map_or(0, serde_json::Map::len)
        };
        assert_eq!(names(expanded.get("outputs")), names(plain.get("outputs")));
        outputs += names(plain.get("outputs"));
    }
    eprintln!("{templates} templates: {found} resources of {wanted}, {outputs} outputs");
    assert_eq!(found, wanted);
}
