//! The built-in rules and their examples.

use amllint::lint::examples;
use amllint::rules::catalogue::Catalogue;

/// All rules run over every example: a rule that fires in another's example is noticed.
#[test]
fn every_rule_finds_in_its_examples_what_they_say_and_nothing_else() {
    let catalogue = Catalogue::built_in();
    let problems: Vec<_> = catalogue
        .all()
        .flat_map(|(_, rule)| examples::check(&catalogue, rule))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
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
    assert_eq!(
        examples::check(&only, &own.expect("the rule is there")),
        Vec::<String>::new()
    );
}
