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
