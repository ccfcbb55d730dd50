//! Who is to blame: the places of every construct.

use crate::rules::fixture::{outcome_of, world};
use crate::rules::outcome::Verdict::{self, Fail, Pass, Unknown};

/// What a condition about one resource with this body comes to, and where.
#[track_caller]
fn blames(body: &str, text: &str, verdict: Verdict, places: &[&str]) {
    let template = format!(
        r#"{{"parameters": {{ "p": {{ "type": "string" }}, "a": {{ "type": "array" }}, "sku": {{ "type": "string", "defaultValue": "LRS" }}, "whole": {{ "type": "object", "defaultValue": {{ "name": "inner" }} }} }},
"resources": [ {{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x", {body} }} ] }}"#
    );
    let (actual, texts) = outcome_of(text, &template);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!((actual, texts.as_slice()), (verdict, places), "{text}");
}

#[test]
fn a_value_is_blamed_where_it_was_written() {
    let test = "{ path: $.sku.name, equals: GRS }";
    blames(r#""sku": { "name": "LRS" }"#, test, Fail, &[r#""LRS""#]);
    blames(
        r#""sku": { "name": "[parameters('sku')]" }"#,
        test,
        Fail,
        &[r#""LRS""#],
    );
    blames(
        r#""sku": "[parameters('whole')]""#,
        test,
        Fail,
        &[r#""inner""#],
    );
    blames(
        r#""sku": { "name": "[concat('L', 'RS')]" }"#,
        test,
        Fail,
        &[r#""[concat('L', 'RS')]""#],
    );
    blames(
        r#""sku": { "name": "[parameters('p')]" }"#,
        test,
        Unknown,
        &[r#""p""#],
    );
}

#[test]
fn an_object_or_an_array_is_blamed_by_its_key() {
    blames(
        r#""zones": ["1"]"#,
        "{ path: $.zones, exists: false }",
        Fail,
        &[r#""zones""#],
    );
    blames(
        r#""sku": { "name": 1 }"#,
        "{ path: $.sku, exists: false }",
        Fail,
        &[r#""sku""#],
    );
}

#[test]
fn what_is_absent_is_blamed_at_the_nearest_thing_above() {
    let test = "{ path: $.sku.name, absent: fail, equals: LRS }";
    blames(r#""tags": {}"#, test, Fail, &[r#""A.B/things""#]);
    blames(r#""sku": {}"#, test, Fail, &[r#""sku""#]);
    blames(r#""sku": null"#, test, Fail, &[r#""sku""#]);
    blames(r#""sku": { "name": null }"#, test, Fail, &[r#""name""#]);
    blames(r#""sku": "LRS""#, test, Fail, &[r#""LRS""#]);
    blames(
        r#""zones": []"#,
        r#"{ path: "$.zones[0]", exists: true }"#,
        Fail,
        &[r#""zones""#],
    );
}

#[test]
fn the_operand_follows_the_value() {
    blames(
        r#""location": "eastus", "properties": { "location": "westus" }"#,
        "{ path: $.properties.location, equals: { path: $.location } }",
        Fail,
        &[r#""westus""#, r#""eastus""#],
    );
}

#[test]
fn combinators_blame_what_decides() {
    let (a, b) = ("{ path: $.a, equals: 1 }", "{ path: $.b, equals: 1 }");
    let all = format!("[{a}, {b}]");
    let any = format!("{{ anyOf: [{a}, {b}] }}");
    blames(r#""a": 1, "b": 1"#, &all, Pass, &["1", "1"]);
    blames(r#""a": 1, "b": 2"#, &all, Fail, &["2"]);
    blames(r#""a": 3, "b": 2"#, &any, Fail, &["3", "2"]);
    blames(r#""a": 3, "b": 1"#, &any, Pass, &["1"]);
    blames(
        r#""a": "[parameters('p')]", "b": 1"#,
        &all,
        Unknown,
        &[r#""p""#],
    );
    blames(
        r#""a": 3, "b": 2"#,
        &format!("{{ not: {any} }}"),
        Pass,
        &["3", "2"],
    );
}

#[test]
fn quantifiers_blame_items() {
    let each = r#"{ each: "$.list[*]", require: { path: .n, absent: fail, equals: 1 } }"#;
    let any = r#"{ any: "$.list[*]", where: { path: .n, absent: fail, equals: 1 } }"#;
    blames(
        r#""list": [{ "n": 2 }, { "n": 1 }, { "m": 3 }]"#,
        each,
        Fail,
        &["2", r#"{ "m": 3 }"#],
    );
    blames(r#""list": [{ "n": 1 }]"#, each, Pass, &[r#"{ "n": 1 }"#]);
    blames(
        r#""list": [{ "n": 1 }]"#,
        any,
        Pass,
        &[r#"{ "n": 1 }"#, "1"],
    );
    blames(r#""list": [{ "n": 2 }]"#, any, Fail, &[r#""list""#, "2"]);
    blames(r#""tags": {}"#, any, Fail, &[r#""A.B/things""#]);
    blames(r#""list": "[parameters('a')]""#, each, Unknown, &[r#""a""#]);
    blames(
        r#""list": [{ "name": "a" }, { "name": "b" }, { "name": "A" }]"#,
        r#"{ unique: "$.list[*].name" }"#,
        Fail,
        &[r#""A""#, r#""a""#],
    );
}

#[test]
fn counts_blame_what_to_remove_or_where_to_add() {
    let zones = r#""zones": ["1", "2"]"#;
    let count = |test: &str| format!(r#"{{ count: "$.zones[*]", {test} }}"#);
    let add: &[&str] = &[r#""zones""#, r#""1""#, r#""2""#];
    let remove: &[&str] = &[r#""1""#, r#""2""#];
    blames(zones, &count("greaterOrEquals: 3"), Fail, add);
    blames(zones, &count("greater: 1"), Pass, remove);
    blames(zones, &count("less: 2"), Fail, remove);
    blames(zones, &count("less: 3"), Pass, add);
    blames(zones, &count("equals: 3"), Fail, add);
    blames(zones, &count("equals: 1"), Fail, remove);
    blames(zones, &count("equals: 2"), Pass, remove);
    blames(zones, &count("notEquals: 2"), Fail, remove);
    blames(r#""zones": []"#, &count("equals: 0"), Pass, &[r#""zones""#]);
    blames(
        r#""tags": {}"#,
        &count("greater: 0"),
        Fail,
        &[r#""A.B/things""#],
    );
    blames(
        zones,
        &count("where: { path: ., equals: '1' }, greaterOrEquals: 2"),
        Fail,
        &[r#""zones""#, r#""1""#, r#""2""#],
    );
    blames(
        zones,
        &count("distinct: ., greaterOrEquals: 3"),
        Fail,
        remove,
    );
    blames(zones, &count("distinct: ., equals: 2"), Pass, remove);
}

#[test]
fn sums_blame_values() {
    let sum = r#"{ sum: "$.list[*]", value: .n, greaterOrEquals: 9 }"#;
    blames(
        r#""list": [{ "n": 2 }, { "n": 3 }]"#,
        sum,
        Fail,
        &["2", "3"],
    );
    blames(r#""list": []"#, sum, Fail, &[r#""list""#]);
    blames(
        r#""cap": 4, "list": [{ "n": 2 }, { "n": 3 }]"#,
        r#"{ path: $.cap, less: { sum: "$.list[*]", value: .n } }"#,
        Pass,
        &["4", "2", "3"],
    );
}

const REGISTRY: &str = r#"{ "type": "Microsoft.ContainerRegistry/registries", "apiVersion": "2023-07-01", "name": "cr", "location": "eastus", "sku": { "name": "Premium" } }"#;

fn registry(more: &str) -> String {
    format!("[ {REGISTRY} {more} ]")
}

#[test]
fn children_are_blamed_by_their_type_and_missing_ones_at_the_parent() {
    let any = "{ any: { children: replications }, where: { path: .location, notEquals: { path: $.location } } }";
    let child = |location: &str| {
        format!(
            r#", {{ "type": "Microsoft.ContainerRegistry/registries/replications", "apiVersion": "2023-07-01", "name": "cr/r", "location": "{location}" }}"#
        )
    };
    let check = |more: &str, verdict: Verdict, places: &[&str]| {
        let (actual, texts) = outcome_of(any, &registry(more));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!((actual, texts.as_slice()), (verdict, places), "{more}");
    };
    check("", Fail, &[r#""Microsoft.ContainerRegistry/registries""#]);
    check(
        &child("East US"),
        Fail,
        &[
            r#""Microsoft.ContainerRegistry/registries""#,
            r#""East US""#,
            r#""eastus""#,
        ],
    );
    check(
        &child("westus"),
        Pass,
        &[
            r#""Microsoft.ContainerRegistry/registries/replications""#,
            r#""westus""#,
            r#""eastus""#,
        ],
    );
}

#[test]
fn a_child_under_an_unknown_condition_is_neither_there_nor_not() {
    let text = format!(
        r#"{{ "parameters": {{ "c": {{ "type": "bool" }}, "n": {{ "type": "int" }} }}, "resources": [ {REGISTRY},
  {{ "condition": "[parameters('c')]", "type": "Microsoft.ContainerRegistry/registries/replications", "apiVersion": "2023-07-01", "name": "cr/r", "location": "westus" }} ] }}"#
    );
    for (condition, verdict) in [
        ("{ any: { children: replications } }", Unknown),
        (
            "{ count: { children: replications }, lessOrEquals: 1 }",
            Pass,
        ),
        (
            "{ count: { children: replications }, greaterOrEquals: 1 }",
            Unknown,
        ),
        (
            "{ each: { children: replications }, require: { path: .location, equals: westus } }",
            Pass,
        ),
        (
            "{ each: { children: replications }, require: { path: .location, equals: eastus } }",
            Unknown,
        ),
        (
            "{ any: { children: replications }, where: { path: .location, equals: eastus } }",
            Fail,
        ),
    ] {
        assert_eq!(outcome_of(condition, &text).0, verdict, "{condition}");
    }
    let looped = text.replace(
        r#""condition": "[parameters('c')]""#,
        r#""copy": { "name": "c", "count": "[parameters('n')]" }"#,
    );
    for (condition, verdict) in [
        (
            "{ count: { children: replications }, lessOrEquals: 1 }",
            Unknown,
        ),
        (
            "{ count: { children: replications }, distinct: .location, lessOrEquals: 1 }",
            Pass,
        ),
    ] {
        assert_eq!(outcome_of(condition, &looped).0, verdict, "{condition}");
    }
}

#[test]
fn what_lies_outside_the_run_is_unknown_but_for_its_name_and_type() {
    let workspace = |storage: &str| {
        format!(
            r#"{{ "parameters": {{ "id": {{ "type": "string" }} }}, "resources": [ {{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "mlw", "location": "eastus", "properties": {{ "storageAccount": {storage} }} }} ] }}"#
        )
    };
    let external =
        workspace(r#""[resourceId('other', 'Microsoft.Storage/storageAccounts', 'sa')]""#);
    let unknown = workspace(r#""[parameters('id')]""#);
    let each =
        |require: &str| format!("{{ each: {{ links: default-storage }}, require: {require} }}");
    for (template, condition, verdict) in [
        (
            &external,
            each("{ path: .location, equals: eastus }"),
            Unknown,
        ),
        (&external, each("{ path: .name, equals: sa }"), Pass),
        (
            &external,
            each("{ path: .type, equals: Microsoft.Storage/storageAccounts }"),
            Pass,
        ),
        (&external, each("{ path: .id, exists: true }"), Pass),
        (
            &external,
            each("{ any: { children: blobServices } }"),
            Unknown,
        ),
        (
            &external,
            each("{ path: .location, of: parent, exists: true }"),
            Unknown,
        ),
        (
            &external,
            "{ count: { links: default-storage }, equals: 1 }".to_owned(),
            Pass,
        ),
        (
            &external,
            "{ count: { links: workspace-vault }, equals: 0 }".to_owned(),
            Pass,
        ),
        (
            &unknown,
            each("{ path: .location, equals: eastus }"),
            Unknown,
        ),
        (
            &unknown,
            "{ count: { links: default-storage }, equals: 1 }".to_owned(),
            Pass,
        ),
    ] {
        assert_eq!(outcome_of(&condition, template).0, verdict, "{condition}");
    }
}

#[test]
fn a_link_whose_target_is_unknown_may_point_here() {
    let storage = r#"{ "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "sa" }"#;
    let workspace = |name: &str, storage: &str| {
        format!(
            r#"{{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "{name}", "location": "eastus", "properties": {{ "storageAccount": "[{storage}]" }} }}"#
        )
    };
    let template = |resources: &[&str]| {
        format!(
            r#"{{ "parameters": {{ "id": {{ "type": "string" }} }}, "resources": [ {} ] }}"#,
            resources.join(", ")
        )
    };
    let here = workspace(
        "one",
        "resourceId('Microsoft.Storage/storageAccounts', 'sa')",
    );
    let perhaps = workspace("two", "parameters('id')");
    let role = "{ role: default-storage }";
    assert_eq!(outcome_of(role, &template(&[storage])).0, Fail);
    assert_eq!(outcome_of(role, &template(&[storage, &perhaps])).0, Unknown);
    let (verdict, places) = outcome_of(role, &template(&[storage, &perhaps, &here]));
    assert_eq!(verdict, Pass);
    assert_eq!(
        places,
        [r#""[resourceId('Microsoft.Storage/storageAccounts', 'sa')]""#]
    );
    let count = "{ count: { linkedFrom: default-storage }, greater: 1 }";
    assert_eq!(outcome_of(count, &template(&[storage, &here])).0, Fail);
    assert_eq!(
        outcome_of(count, &template(&[storage, &here, &perhaps])).0,
        Unknown
    );
}

#[test]
fn locks_of_what_contains_a_resource_count_when_inherited() {
    let vault =
        r#"{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv" }"#;
    let lock = |scope: &str| {
        format!(
            r#"{{ "type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "l", {scope} "properties": {{ "level": "CanNotDelete" }} }}"#
        )
    };
    let own = lock(r#""scope": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]","#);
    let group = lock("");
    let locked = |inherited: bool| {
        format!(
            "{{ any: {{ extensions: Microsoft.Authorization/locks, inherited: {inherited} }}, where: {{ path: .properties.level, equals: CanNotDelete }} }}"
        )
    };
    for (resources, inherited, verdict) in [
        (vec![vault], true, Fail),
        (vec![vault, &own], false, Pass),
        (vec![vault, &group], false, Fail),
        (vec![vault, &group], true, Pass),
    ] {
        let template = format!("[ {} ]", resources.join(", "));
        assert_eq!(
            outcome_of(&locked(inherited), &template).0,
            verdict,
            "{template}"
        );
    }
}

#[test]
fn a_module_that_was_not_read_may_hold_other_resources() {
    let module = r#", { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m", "properties": { "mode": "Incremental", "templateLink": { "uri": "https://example.com/t.json" } } }"#;
    let any = "{ any: { resources: Microsoft.KeyVault/vaults } }";
    assert_eq!(outcome_of(any, &registry("")).0, Fail);
    assert_eq!(outcome_of(any, &registry(module)).0, Unknown);
    assert!(world(&registry(module)).graph.is_open());
}

/// A join of 3,000 resources with each other: an equality finds its partners, anything else is not looked through.
#[test]
fn an_equality_finds_its_partners_among_thousands() {
    let resources: Vec<String> = (0..3_000)
        .map(|n| {
            format!(r#"{{ "type": "A.B/things", "apiVersion": "2024-05-01", "name": "x{n}", "properties": {{ "group": "g{}", "n": {n} }} }}"#, n / 2)
        })
        .collect();
    let template = format!("[ {} ]", resources.join(", "));
    let partner = "{ count: { resources: A.B/things }, where: { path: .properties.group, equals: { path: $.properties.group } }, equals: 1 }";
    assert_eq!(outcome_of(partner, &template).0, Pass);
    let larger = "{ any: { resources: A.B/things }, where: { path: .properties.n, greater: { path: $.properties.n } } }";
    assert_eq!(outcome_of(larger, &template).0, Unknown);
}
