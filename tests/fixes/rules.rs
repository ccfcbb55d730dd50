//! The fix of every rule, tried on the examples of its rule file in both languages. `testdata/fixes` has a patch for each rule: what
//! is gone and what is there in each example.

use amllint::apply::examples::{FixedExample, fixed_examples};
use amllint::apply::patch::patch;
use amllint::lint::on_large_stack;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::definition::{Language, Rule};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fixes")
}

fn has_fix(rule: &Rule) -> bool {
    rule.cases.iter().any(|case| case.fix.is_some())
}

/// What the fix of a rule does to its examples.
fn patches(examples: &[FixedExample]) -> String {
    let mut text = String::new();
    for example in examples {
        text.push_str(&format!(
            "# {} ({})\n",
            example.title,
            example.language.word()
        ));
        for fix in &example.fixes {
            let deployed = fix.deployed.map_or("", |deployed| deployed.word());
            let safety = fix.safety.word();
            text.push_str(&format!("# {}: {safety}, {deployed}\n", fix.title));
        }
        let mut files = example.files.clone();
        for file in &mut files {
            for text in [&mut file.before, &mut file.after] {
                *text = unwrapped(text);
            }
        }
        text.push_str(&patch(&files));
        text.push('\n');
    }
    text
}

/// An example of JSON without what makes a template of its resources.
fn unwrapped(text: &str) -> String {
    let start = "\"contentVersion\": \"1.0.0.0\", \"resources\": ";
    match text.split_once(start) {
        Some((before, rest)) if !before.contains('\n') => rest.to_owned(),
        Some(_) | None => text.to_owned(),
    }
}

#[test]
fn every_fix_silences_its_rule_in_its_examples_and_brings_nothing_new() {
    let catalogue = Catalogue::built_in();
    let mut wrong = Vec::new();
    let mut rules = 0;
    for (_, rule) in catalogue.all().filter(|(_, rule)| has_fix(rule)) {
        rules += 1;
        let examples = on_large_stack(|| fixed_examples(&catalogue, rule));
        for language in Language::ALL {
            let mut of_language = examples.iter().filter(|one| one.language == language);
            if !of_language.any(|one| !one.files.is_empty()) {
                wrong.push(format!(
                    "{}: no {} example is fixed",
                    rule.name,
                    language.word()
                ));
            }
        }
        for example in &examples {
            for problem in &example.problems {
                let language = example.language.word();
                wrong.push(format!(
                    "{} ({}, {language}): {problem}",
                    rule.name, example.title
                ));
            }
        }
        let path = folder().join(format!("{}.patch", rule.code));
        let actual = patches(&examples);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &actual).expect("testdata is writable");
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        if actual != wanted.replace("\r\n", "\n") {
            wrong.push(format!("{} differs", path.display()));
        }
    }
    assert!(
        rules > 40,
        "most of the catalogue's fixes are there: {rules}"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_patch_is_of_a_rule() {
    let catalogue = Catalogue::built_in();
    for entry in std::fs::read_dir(folder())
        .expect("the folder is there")
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "patch") {
            let code = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned());
            let code = code.unwrap_or_default();
            let mut rules = catalogue.all();
            assert!(
                rules.any(|(_, rule)| *rule.code == *code && has_fix(rule)),
                "{code} has no fix"
            );
        }
    }
}
