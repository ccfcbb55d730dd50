//! The stages of a run, each on its own: `cargo bench`.
//!
//! `AMLLINT_BENCH_FILE` names a template to measure with; without it a template of some 400 kB is made up. `AMLLINT_BENCH_FOLDER` names a
//! folder whose JSON files are parsed one after the other, by us and by the yardstick.

use amllint::evaluate::{Inputs, evaluate};
use amllint::graph::ResourceGraph;
use amllint::lint::load_text;
use amllint::project::Project;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::judge::{Settings, judge};
use amllint::source::{FileId, SourceFile, Sources};
use amllint::syntax::json;
use amllint::template::from_json;
use amllint::walk::walk;
use divan::Bencher;
use divan::counter::BytesCount;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// A template with a storage account, a vault and a registry for each of many workspaces.
fn template() -> String {
    if let Some(path) = std::env::var_os("AMLLINT_BENCH_FILE") {
        return std::fs::read_to_string(path).expect("AMLLINT_BENCH_FILE is a readable template");
    }
    let mut resources = String::new();
    for number in 0..300 {
        resources.push_str(&format!(
            r#"
    {{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "[format('st{{0}}{{1}}', parameters('prefix'), {number})]",
      "location": "[parameters('location')]", "kind": "StorageV2", "sku": {{ "name": "[parameters('sku')]" }}, "properties": {{ "minimumTlsVersion": "TLS1_2" }} }},
    {{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[format('kv{{0}}{{1}}', parameters('prefix'), {number})]",
      "location": "[parameters('location')]", "properties": {{ "enablePurgeProtection": true, "sku": {{ "family": "A", "name": "standard" }} }} }},
    {{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "[format('mlw{{0}}{{1}}', parameters('prefix'), {number})]",
      "location": "[parameters('location')]", "properties": {{
        "storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', format('st{{0}}{{1}}', parameters('prefix'), {number}))]",
        "keyVault": "[resourceId('Microsoft.KeyVault/vaults', format('kv{{0}}{{1}}', parameters('prefix'), {number}))]" }} }},"#
        ));
    }
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
  "parameters": {{ "prefix": {{ "type": "string", "defaultValue": "prod" }}, "location": {{ "type": "string", "defaultValue": "eastus" }},
    "sku": {{ "type": "string", "defaultValue": "Standard_LRS" }} }},
  "resources": [{}
  ] }}"#,
        resources.trim_end_matches(',')
    )
}

/// The texts to parse: those of a folder, else the template.
fn texts() -> Vec<String> {
    let Some(folder) = std::env::var_os("AMLLINT_BENCH_FOLDER") else {
        return vec![template()];
    };
    let files = walk(&[folder.into()], 2).expect("AMLLINT_BENCH_FOLDER is a readable folder");
    let is_json = |path: &Path| path.extension().is_some_and(|ending| ending == "json");
    let files = files.files.iter().map(|found| found.path.as_path());
    let bytes = files.filter(|path| is_json(path)).map(std::fs::read);
    let texts = bytes.filter_map(|bytes| String::from_utf8(bytes.ok()?).ok());
    texts
        .map(|text| text.trim_start_matches('\u{feff}').to_owned())
        .collect()
}

fn bytes(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

#[divan::bench]
fn yardstick_serde_json(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let parsed = |text: &String| serde_json::from_str::<serde_json::Value>(text).is_ok();
    bencher
        .counter(bytes(&texts))
        .bench(|| texts.iter().filter(|text| parsed(text)).count());
}

#[divan::bench]
fn parse_json(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let mut sources = Sources::default();
    let files: Vec<_> = texts
        .iter()
        .map(|text| sources.add(SourceFile::new("a.json", text.as_str())))
        .collect();
    let mistakes = |file: &FileId| json::parse(*file, sources.get(*file)).1.len();
    bencher
        .counter(bytes(&texts))
        .bench(|| files.iter().map(mistakes).sum::<usize>());
}

#[divan::bench]
fn lower(bencher: Bencher<'_, '_>) {
    let text = template();
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("a.json", text.as_str()));
    let (document, _) = json::parse(file, sources.get(file));
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| from_json(&document));
}

#[divan::bench]
fn evaluate_all_bodies(bencher: Bencher<'_, '_>) {
    let text = template();
    let loaded = load_text(
        (SourceFile::new("a.json", text.as_str()), None),
        true,
        &Inputs::default(),
    )
    .expect("it is a template");
    let templates = loaded.templates.clone().expect("it is a template");
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| {
            let project = Rc::new(Project::default());
            let deployment = evaluate(&project, &templates, &loaded.inputs());
            let known = deployment.resources.iter();
            known.filter(|resource| resource.body().is_known()).count()
        });
}

#[divan::bench]
fn graph_and_rules(bencher: Bencher<'_, '_>) {
    let text = template();
    let (mut sources, catalogue) = (Sources::default(), Catalogue::built_in());
    let file = sources.add(SourceFile::new("a.json", text.as_str()));
    let (document, _) = json::parse(file, sources.get(file));
    let templates = Arc::new(from_json(&document).0);
    let (rules, facts) = (catalogue.rule_set(), catalogue.facts());
    let as_of = jiff::civil::date(2026, 11, 1);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| {
            let deployment = evaluate(&Rc::new(Project::default()), &templates, &Inputs::default());
            let graph = ResourceGraph::new(deployment, catalogue.relations());
            judge(&graph, &rules, &facts, as_of, &Settings::default()).len()
        });
}
