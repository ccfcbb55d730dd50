//! The built-in rules and their examples.

use amllint::lint::examples;
use amllint::lint::expectation::fires;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::definition::Language;

/// All rules run over every example: a rule that fires in another's example is noticed.
#[test]
fn every_rule_finds_in_its_examples_what_they_say_and_nothing_else() {
    let catalogue = Catalogue::built_in();
    let rules: Vec<_> = catalogue.all().map(|(_, rule)| rule).collect();
    let tested = examples::check_all(&catalogue, &rules);
    let failures = tested.iter().flat_map(|rule| &rule.failures);
    let failures: String = failures.map(amllint::report::examples::failure).collect();
    assert!(failures.is_empty(), "{failures}");
}

/// What is unknown in an example is no proof that the rule can be silent.
#[test]
fn every_rule_has_an_example_that_fires_and_one_that_is_silent_in_each_language() {
    let catalogue = Catalogue::built_in();
    let mut lacking = Vec::new();
    for (_, rule) in catalogue.all() {
        let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
        let known = documentation.examples.iter();
        let templates: Vec<_> = known
            .filter(|example| !example.expect_unknown)
            .flat_map(|example| &example.templates)
            .collect();
        for language in Language::ALL {
            for (firing, what) in [(true, "fires"), (false, "is silent")] {
                let mut there = templates.iter();
                if !there.any(|one| one.language == language && fires(one) == firing) {
                    let (name, language) = (&rule.name, language.title());
                    lacking.push(format!("{name}: no example in {language} {what}"));
                }
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn rules_of_ones_own_are_tested_by_their_examples_too() {
    let mut catalogue = Catalogue::built_in();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/own-rules");
    let mut sources = amllint::source::Sources::default();
    let diagnostics = catalogue
        .add_folder(&folder, &mut sources)
        .expect("the folder is readable");
    assert_eq!(diagnostics, []);
    let own = catalogue
        .all()
        .find(|(_, rule)| &*rule.code == "XT001")
        .map(|(_, rule)| rule.clone());
    let mut only = catalogue.clone();
    only.select(&["XT001".to_owned()])
        .expect("the rule is there");
    let tested = examples::check(&only, &own.expect("the rule is there"));
    assert_eq!((tested.examples, tested.failures.len()), (3, 0));
}
