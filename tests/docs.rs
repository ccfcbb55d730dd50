//! The pages of `docs` that are made from the rule files, and what they say is covered.

use amllint::report::docs::pages;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::service::{Service, StepTo};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The services that Microsoft's article names, in its order.
const ARTICLE: [&str; 18] = [
    "Azure Machine Learning infrastructure",
    "Azure Storage",
    "Azure Key Vault",
    "Azure Container Registry",
    "Application Insights",
    "Compute instance",
    "Compute cluster",
    "Azure Kubernetes Service",
    "Azure Databricks",
    "Azure Container Instances",
    "Azure HDInsight",
    "Azure Blob, Azure file shares and Data Lake Storage Gen2",
    "Data Lake Storage Gen1",
    "Azure SQL Database",
    "Azure Database for PostgreSQL",
    "Azure Database for MySQL",
    "Databricks File System",
    "Azure Cosmos DB",
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The files of `docs` that are pages.
fn there() -> BTreeSet<String> {
    let files = walkdir::WalkDir::new(docs())
        .into_iter()
        .filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let paths = files.map(|entry| {
        let path = entry.path().strip_prefix(docs()).expect("it lies in docs");
        path.to_string_lossy().replace('\\', "/")
    });
    paths.collect()
}

#[test]
fn the_pages_are_those_that_the_rule_files_make() {
    let pages = pages(&Catalogue::built_in());
    let update = std::env::var_os("UPDATE").is_some();
    let made: BTreeSet<String> = pages.iter().map(|page| page.path.clone()).collect();
    let is_ours = |path: &&String| path.starts_with("rules/");
    let stale: Vec<_> = there().difference(&made).filter(is_ours).cloned().collect();
    if update {
        std::fs::create_dir_all(docs().join("rules")).expect("docs is writable");
        for path in &stale {
            std::fs::remove_file(docs().join(path)).expect("docs is writable");
        }
    } else {
        assert!(stale.is_empty(), "no rule makes {stale:?}");
    }
    for page in pages {
        let path = docs().join(&page.path);
        if update {
            std::fs::write(&path, &page.text).expect("docs is writable");
        }
        let text = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            text == page.text,
            "docs/{} is not what the rules make: run `cargo run -- rules docs docs`",
            page.path
        );
    }
}

/// Names of rules and aliases.
fn names(catalogue: &Catalogue) -> BTreeSet<String> {
    let rules = catalogue.all().map(|(_, rule)| rule.name.to_string());
    rules
        .chain(catalogue.aliases().map(|alias| alias.name.to_string()))
        .collect()
}

#[test]
fn every_rule_that_the_tables_name_is_there() {
    let catalogue = Catalogue::built_in();
    let known = names(&catalogue);
    let services = catalogue.services();
    let recommendations = catalogue.recommendations();
    let deciding = services.iter().flat_map(Service::rules);
    let related = services
        .iter()
        .flat_map(|service| service.related.iter().map(|name| &**name));
    let covering = recommendations
        .iter()
        .flat_map(|one| one.rules.iter().map(|name| &**name));
    let named: BTreeSet<&str> = deciding.chain(related).chain(covering).collect();
    let missing: Vec<_> = named
        .iter()
        .filter(|name| !known.contains(**name))
        .collect();
    assert!(missing.is_empty(), "there are no rules {missing:?}");
    // A rule that decides a cell is a rule: an alias would be passed over.
    let aliases: BTreeSet<_> = catalogue
        .aliases()
        .map(|alias| alias.name.to_string())
        .collect();
    let mut deciding = services.iter().flat_map(Service::rules);
    assert_eq!(deciding.find(|name| aliases.contains(*name)), None);
}

#[test]
fn every_role_that_the_table_names_is_there() {
    let catalogue = Catalogue::built_in();
    let relations = &catalogue.relations().relations;
    for service in catalogue.services() {
        for step in service.find.iter().flatten() {
            let roles = match &step.to {
                StepTo::Links(roles) | StepTo::LinkedFrom(roles) => roles.as_slice(),
                StepTo::Children(_) | StepTo::Resources(_) => &[],
            };
            for role in roles {
                assert!(
                    relations.iter().any(|relation| relation.role == *role),
                    "{}: {role}",
                    service.name
                );
            }
        }
    }
}

#[test]
fn every_row_of_the_article_has_a_row_and_every_row_has_rules() {
    let catalogue = Catalogue::built_in();
    let services = catalogue.services();
    let rows: Vec<&str> = services
        .iter()
        .filter_map(|service| service.article.as_deref())
        .collect();
    assert_eq!(rows, ARTICLE);
    let known = names(&catalogue);
    for service in &services {
        let deciding = service.rules();
        let related = service.related.iter().map(|name| &**name);
        let mut rules = deciding.chain(related);
        assert!(
            rules.any(|name| known.contains(name)),
            "{} has no rule",
            service.name
        );
    }
}

#[test]
fn every_recommendation_has_a_rule_or_a_reason() {
    let catalogue = Catalogue::built_in();
    let recommendations = catalogue.recommendations();
    assert!(recommendations.len() > 100);
    for one in recommendations {
        let is_covered = !one.rules.is_empty() || one.reason.is_some();
        assert!(is_covered, "{} has neither", one.id);
    }
}

/// Of other services a rule may speak that no workspace stands on.
#[test]
fn every_rule_about_workspaces_has_a_row() {
    let catalogue = Catalogue::built_in();
    let services = catalogue.services();
    let related = services.iter().flat_map(|service| &service.related);
    let named: BTreeSet<&str> = services
        .iter()
        .flat_map(Service::rules)
        .chain(related.map(|name| &**name))
        .collect();
    let is_ours = |resource: &str| resource.starts_with("microsoft.machinelearningservices/");
    let ours = catalogue.all().map(|(_, rule)| rule);
    let ours = ours.filter(|rule| rule.resources.iter().any(|one| is_ours(one)));
    let unnamed: Vec<_> = ours.filter(|rule| !named.contains(&*rule.name)).collect();
    let unnamed: Vec<_> = unnamed.iter().map(|rule| &rule.name).collect();
    assert!(
        unnamed.is_empty(),
        "rules/data/posture.yaml names no {unnamed:?}"
    );
}

#[test]
fn no_row_of_the_pages_is_empty() {
    let pages = pages(&Catalogue::built_in());
    let coverage = pages.iter().find(|page| page.path == "coverage.md");
    let coverage = coverage.expect("there is such a page");
    let rows = coverage.text.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        let cells: Vec<_> = row
            .split(" | ")
            .map(|cell| cell.trim_matches([' ', '|']))
            .collect();
        let said = cells.iter().skip(1).filter(|cell| !cell.is_empty()).count();
        assert!(said >= 1, "{row}");
    }
}
