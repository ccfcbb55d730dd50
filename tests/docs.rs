//! The pages of `docs` that are made from the rule files, and what they say is covered.

use amllint::report::docs::pages;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::service::{Service, StepTo};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rules that are named before they are written. Nothing is to be left here.
const AWAITED: &[&str] = &[
    "aci-confidential-zones",
    "aci-liveness-probe",
    "aci-multiple-zones-invalid",
    "aci-ngroup-zones",
    "aci-restart-policy",
    "aci-single-zone",
    "aci-spot",
    "aci-standby-pool-not-ha",
    "aci-zone-unsupported-region",
    "acr-private-needs-premium",
    "adla-retired",
    "connection-bing-search-retired",
    "connection-expiry",
    "connection-target-region",
    "cosmos-continuous-backup",
    "cosmos-free-tier",
    "cosmos-location-duplicate",
    "cosmos-multi-write",
    "cosmos-periodic-backup-local",
    "cosmos-strong-multi-write-conflict",
    "cosmos-zone-unsupported-region",
    "databricks-aml-link-v1",
    "databricks-dbfs-geo-unpaired",
    "databricks-dbfs-redundancy",
    "databricks-shared-vnet",
    "databricks-single-region",
    "databricks-standard-tier-retired",
    "delete-lock-missing",
    "deployment-mode-complete",
    "diagnostic-settings-missing",
    "hard-coded-location",
    "hdinsight-compute-attached",
    "hdinsight-head-node-count",
    "hdinsight-metastore",
    "hdinsight-on-aks-retired",
    "hdinsight-version-retired",
    "hdinsight-worker-count",
    "hdinsight-zone",
    "hdinsight-zone-prerequisites",
    "hdinsight-zone-region",
    "mariadb-retired",
    "ml-registry-acr-premium",
    "ml-registry-duplicate-region",
    "ml-registry-home-region-missing",
    "ml-registry-multi-region",
    "ml-registry-storage-redundancy",
    "mysql-cross-region-replica",
    "mysql-standby-zone-conflict",
    "mysql-storage-autogrow",
    "mysql-version-retired",
    "openai-no-auto-upgrade",
    "openai-provisioned-without-spillover",
    "openai-regional-deployment",
    "openai-single-account-region",
    "postgres-backup-retention",
    "postgres-cross-region-replica",
    "postgres-maintenance-window",
    "postgres-standby-zone-conflict",
    "postgres-storage-autogrow",
    "postgres-version-retired",
    "private-endpoint-acr-replicas",
    "private-endpoint-dns-missing",
    "private-endpoint-manual-approval",
    "private-endpoint-second-region",
    "private-endpoint-storage-incomplete",
    "project-dependency-ignored",
    "project-hub-missing",
    "region-without-zones",
    "search-free-tier",
    "search-replica-count",
    "search-single-region",
    "secondary-region-not-paired",
    "secondary-region-restricted",
    "service-health-alert-missing",
    "sql-backup-redundancy",
    "sql-failover-group-policy",
    "sql-failover-group-same-region",
    "sql-fsv2-hardware-retiring",
    "sql-geo-replication",
    "sql-hyperscale-ha-replica",
    "sql-short-term-retention",
    "sql-tier-without-zone-redundancy",
    "sql-zone-redundancy-hardware",
    "sql-zone-unsupported-region",
    "unknown-region",
    "workspace-app-insights-missing",
    "workspace-cmk-cosmos",
    "workspace-cmk-vault-region",
    "workspace-cmk-vault-unprotected",
    "workspace-compute-parity",
    "workspace-dependency-region",
    "workspace-key-vault-missing",
    "workspace-key-vault-same-as-cmk",
    "workspace-managed-network-target-region",
    "workspace-storage-missing",
    "workspace-v1-api-resource",
];

/// Roles that are named before they are written. Nothing is to be left here.
const AWAITED_ROLES: &[&str] = &["connection-target"];

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
        .filter(|name| !known.contains(**name) && !AWAITED.contains(name))
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
                let known = relations.iter().any(|relation| relation.role == *role);
                assert!(
                    known || AWAITED_ROLES.contains(&&**role),
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
        let is_there = |name: &str| known.contains(name) || AWAITED.contains(&name);
        assert!(rules.any(is_there), "{} has no rule", service.name);
    }
}

#[test]
fn every_recommendation_has_a_rule_or_a_reason() {
    let catalogue = Catalogue::built_in();
    let recommendations = catalogue.recommendations();
    assert!(recommendations.len() > 100);
    for one in recommendations {
        let known = one
            .rules
            .iter()
            .any(|name| names(&catalogue).contains(&**name));
        let awaited = one.rules.iter().any(|name| AWAITED.contains(&&**name));
        assert!(
            known || awaited || one.reason.is_some(),
            "{} has neither",
            one.id
        );
    }
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
