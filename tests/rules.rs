//! The built-in rules and their examples.

use amllint::diagnostic::Severity;
use amllint::lint::examples;
use amllint::lint::expectation::fires;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::definition::{
    Example, ExampleTemplate, Language, Operand, RegionFact, Rule, Test,
};
use amllint::rules::spanning::all_tests;

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

/// An example in one language.
type OneExample = (Example, ExampleTemplate);

/// The examples of a rule, each in its languages.
fn templates(catalogue: &Catalogue, rule: &Rule) -> Vec<OneExample> {
    let documentation = catalogue.documentation(&rule.name).unwrap_or_default();
    let examples = documentation.examples.into_iter();
    let in_languages = examples.flat_map(|example| {
        let templates = example.templates.clone().into_iter();
        templates.map(move |template| (example.clone(), template))
    });
    in_languages.collect()
}

/// How grave each finding of a rule is in an example, and what it says, on the day of the example or another one.
fn said(
    catalogue: &Catalogue,
    rule: &Rule,
    (example, template): &OneExample,
    as_of: Option<&str>,
) -> Vec<(Severity, String)> {
    let report = examples::look(catalogue, rule, example, template, as_of);
    let found = report.diagnostics.iter();
    let found = found.filter(|one| *one.code == *rule.code);
    let mut said: Vec<_> = found
        .map(|one| (one.severity, one.message.clone()))
        .collect();
    said.sort_unstable();
    said
}

fn compares_with_the_date(rule: &Rule) -> bool {
    all_tests(rule).iter().any(|test| {
        matches!(
            test,
            Test::Retired(_) | Test::Retiring(_) | Test::Compare(_, Operand::DaysFromToday(_))
        )
    })
}

/// An example lies before a date if a later day says something else of it, and behind one if an earlier day does.
#[test]
fn rules_that_compare_with_a_date_have_an_example_on_each_side_of_it() {
    let catalogue = Catalogue::built_in();
    let mut lacking = Vec::new();
    let dated = catalogue.all().map(|(_, rule)| rule);
    for rule in dated.filter(|rule| compares_with_the_date(rule)) {
        for (day, side) in [("2100-01-01", "before"), ("1990-01-01", "behind")] {
            let lies_there = |example: &OneExample| {
                let then = said(&catalogue, rule, example, Some(day));
                said(&catalogue, rule, example, None) != then
            };
            if !templates(&catalogue, rule).iter().any(lies_there) {
                lacking.push(format!("{}: no example {side} a date", rule.name));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

fn asks_for_zones(rule: &Rule) -> bool {
    all_tests(rule).iter().any(|test| {
        let Test::Region(fact) = test else {
            return false;
        };
        matches!(
            fact,
            RegionFact::HasZones | RegionFact::NoZones | RegionFact::PairHasZones
        )
    })
}

/// Whether the regions that a text names have zones.
fn zones_named(catalogue: &Catalogue, text: &str) -> Vec<bool> {
    let words = text.split(['\'', '"']);
    let regions = words.filter_map(|word| catalogue.facts().region(word));
    regions.map(|region| region.zones).collect()
}

#[test]
fn rules_that_ask_for_zones_have_an_example_with_one_without_and_one_of_which_nobody_knows() {
    let catalogue = Catalogue::built_in();
    let mut lacking = Vec::new();
    let gated = catalogue.all().map(|(_, rule)| rule);
    for rule in gated.filter(|rule| asks_for_zones(rule)) {
        let named = |(example, template): &OneExample| {
            let files = template.files.iter();
            let mut zones: Vec<bool> = files
                .flat_map(|(_, text)| zones_named(&catalogue, text))
                .collect();
            let region = example.region.as_deref().unwrap_or_default();
            zones.extend(zones_named(&catalogue, region));
            zones
        };
        let is_unknown = |(example, template): &OneExample| {
            let report = examples::look(&catalogue, rule, example, template, None);
            let mut found = report.diagnostics.iter();
            let unknown = &report.coverage.unknown;
            let mut files = template.files.iter();
            found.any(|one| one.assumes.iter().any(|what| what.contains("zones")))
                || unknown.iter().any(|one| one.reason.contains("ocation"))
                || example.region.is_none()
                    && files.any(|(_, text)| text.contains("resourceGroup().location"))
        };
        let all = templates(&catalogue, rule);
        if !all.iter().any(|one| named(one).contains(&true)) {
            lacking.push(format!("{}: no example in a region with zones", rule.name));
        }
        if !all.iter().any(|one| named(one).contains(&false)) {
            lacking.push(format!(
                "{}: no example in a region without zones",
                rule.name
            ));
        }
        if !all.iter().any(is_unknown) {
            lacking.push(format!(
                "{}: no example in a region nobody knows",
                rule.name
            ));
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
