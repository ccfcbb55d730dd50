//! JSON templates in which something else stands than should, or that are made to break what reads them: one run over each folder ends
//! soon, says what is wrong, and goes on with the other files.

use crate::bad_bicep::{folder, told, write};
use serde_json::{Value, json};
use std::path::Path;

fn template(mut members: Value) -> Value {
    let own = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [account("st")],
    });
    for (key, value) in own.as_object().expect("it is one") {
        let members = members.as_object_mut().expect("members are given");
        members.entry(key).or_insert(value.clone());
    }
    members
}

fn account(name: &str) -> Value {
    json!({
        "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": name, "location": "eastus",
        "kind": "StorageV2", "sku": { "name": "Standard_ZRS" },
    })
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

fn nested(name: &str, template: Value) -> Value {
    json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name,
        "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" }, "template": template },
    })
}

fn linked(path: &str) -> Value {
    let link = json!({ "mode": "Incremental", "templateLink": { "relativePath": path } });
    template(json!({ "resources": [with(nested("a", Value::Null), "properties", link)] }))
}

/// A template whose one resource is called by an expression, so that it is evaluated.
fn called(expression: &str) -> Value {
    let name = format!("[{expression}]");
    let parameters = json!({ "p": { "type": "string" } });
    template(json!({ "parameters": parameters, "resources": [account(&name)] }))
}

/// Variables of which each is made of the one before.
fn growing(first: &str, next: &str) -> Value {
    let mut variables = json!({ "v0": first });
    for number in 1..65 {
        let before = format!("variables('v{}')", number - 1);
        variables[format!("v{number}")] = next.replace('?', &before).into();
    }
    with(called("string(variables('v64'))"), "variables", variables)
}

#[test]
fn whatever_stands_in_a_template_the_others_are_read() {
    let folder = folder("json-shapes");
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("["),
        json!("[copyIndex()]"),
        json!("[parameters('none')]"),
        json!([]),
        json!([null, [], {}]),
        json!({}),
        json!({ "a": 1, "": {} }),
    ];
    let sections = [
        "languageVersion",
        "parameters",
        "variables",
        "functions",
        "definitions",
        "resources",
        "outputs",
        "asserts",
        "extensions",
    ];
    let members = [
        "type",
        "apiVersion",
        "name",
        "location",
        "sku",
        "properties",
        "copy",
        "condition",
        "scope",
        "existing",
        "dependsOn",
        "resources",
        "zones",
        "identity",
        "tags",
        "subscriptionId",
        "resourceGroup",
        "@options",
        "extension",
    ];
    let of_deployments = [
        "template",
        "templateLink",
        "parameters",
        "parametersLink",
        "mode",
        "expressionEvaluationOptions",
    ];
    let mut files = Vec::new();
    for (position, other) in others.iter().enumerate() {
        for section in sections {
            let changed = with(template(json!({})), section, other.clone());
            files.push((format!("{section}-{position}"), changed));
        }
        for member in members {
            let resource = with(account("st"), member, other.clone());
            let classic = template(json!({ "resources": [resource] }));
            files.push((format!("{member}-{position}"), classic));
            let named =
                json!({ "languageVersion": "2.0", "resources": { "": resource, "[x]": resource } });
            files.push((format!("{member}-{position}-named"), template(named)));
        }
        for member in of_deployments {
            let mut deployment = nested("a", template(json!({})));
            deployment["properties"][member] = other.clone();
            let changed = template(json!({ "resources": [deployment] }));
            files.push((format!("deployment-{member}-{position}"), changed));
        }
    }
    for (name, text) in &files {
        write(
            &folder,
            &format!("{}.json", name.replace('@', "at-")),
            text.to_string(),
        );
    }
    write(
        &folder,
        "last.json",
        with(
            template(json!({})),
            "asserts",
            json!({ "a": "[equals(1, 2)]" }),
        )
        .to_string(),
    );
    let told = told(&folder, ".");
    assert!(told.contains("last.json:1:"), "{told}");
}

/// Writes files of these names, and asserts that something is told of each by the code beside it; nothing, if that is empty.
fn check(name: &str, files: Vec<(&str, String, &str)>) {
    let folder = folder(name);
    for (file, text, _) in &files {
        write(&folder, &format!("{file}.json"), text);
    }
    expect(&folder, &files);
}

fn expect(folder: &Path, files: &[(&str, String, &str)]) {
    let told = told(folder, ".");
    for (file, _, code) in files {
        let of_file = format!("{file}.json:");
        let mut lines = told.lines().filter(|line| line.starts_with(&of_file));
        if code.is_empty() {
            assert_eq!(lines.find(|line| line.contains("[AM")), None, "{file}");
        } else {
            let wanted = format!("[{code}]");
            assert!(
                lines.any(|line| line.contains(&wanted)),
                "{file} {code}: {told}"
            );
        }
    }
}

#[test]
fn what_nests_or_leads_on_without_end_ends() {
    let deep = |open: &str| {
        let before = template(json!({})).to_string();
        let before = before.strip_suffix('}').expect("an object ends");
        format!("{before},\"variables\":{}", open.repeat(200_000))
    };
    let mut inner = template(json!({}));
    for _ in 0..40 {
        inner = template(json!({ "resources": [nested("d", inner)] }));
    }
    let loop_of = |count: u32| json!({ "name": "l", "count": count });
    let mut loops = template(json!({}));
    for _ in 0..4 {
        let deployment = with(
            nested("[concat('d', copyIndex())]", loops),
            "copy",
            loop_of(800),
        );
        loops = template(json!({ "resources": [deployment] }));
    }
    let around = |own: &str, other: &str| {
        let variables = json!({ "a": format!("[{own}]"), "b": format!("[{other}]") });
        with(called("variables('a')"), "variables", variables).to_string()
    };
    check(
        "json-endless",
        vec![
            ("arrays", deep("["), "AM402"),
            ("objects", deep("{\"a\":"), "AM402"),
            (
                "calls",
                called(&format!(
                    "{}'a'{}",
                    "concat(".repeat(5_000),
                    ")".repeat(5_000)
                ))
                .to_string(),
                "AM402",
            ),
            (
                "accesses",
                called(&format!("resourceGroup(){}", ".tags".repeat(4_000))).to_string(),
                "AM405",
            ),
            (
                "indices",
                called(&format!("createArray(1){}", "[0]".repeat(4_000))).to_string(),
                "AM405",
            ),
            ("deployments", inner.to_string(), "AM402"),
            ("loops", loops.to_string(), "AM405"),
            (
                "variables",
                around("variables('b')", "variables('a')"),
                "AM206",
            ),
            ("itself", linked("itself.json").to_string(), "AM206"),
            ("one", linked("other.json").to_string(), ""),
            ("other", linked("one.json").to_string(), "AM206"),
        ],
    );
}

#[test]
fn deployments_that_are_named_by_what_they_give_out_end() {
    let named = |name: &str, other: &str| {
        let deployment = nested(
            &format!("[reference('{other}').outputs.x.value]"),
            template(json!({ "outputs": { "x": { "type": "string", "value": "x" } } })),
        );
        (name.to_owned(), deployment)
    };
    let file = |resources: &[(String, Value)]| {
        let resources: serde_json::Map<_, _> = resources.iter().cloned().collect();
        let account = account("[string(reference('a').mode)]");
        let mut members = json!({ "languageVersion": "2.0", "resources": resources });
        members["resources"]["st"] = account;
        template(members).to_string()
    };
    check(
        "json-named",
        vec![
            ("itself", file(&[named("a", "a")]), "AM206"),
            ("two", file(&[named("a", "b"), named("b", "a")]), "AM206"),
            (
                "full",
                file(&[named("a", "b', '2022-09-01', 'full"), named("b", "a")]),
                "AM206",
            ),
        ],
    );
}

#[test]
fn types_that_lead_to_themselves_end() {
    let reference = |name: &str| json!({ "$ref": format!("#/definitions/{name}") });
    let typed = |definitions: Value, default: Value| {
        let parameter = json!({ "$ref": "#/definitions/a", "defaultValue": default });
        let members = json!({
            "languageVersion": "2.0", "definitions": definitions, "parameters": { "p": parameter },
            "resources": { "s": account("[string(parameters('p'))]") },
        });
        template(members).to_string()
    };
    let variant = json!({ "type": "object", "discriminator": { "propertyName": "k", "mapping": { "a": reference("a") } } });
    let list = json!({ "type": "object", "properties": { "next": { "$ref": "#/definitions/a", "nullable": true } } });
    check(
        "json-types",
        vec![
            (
                "circle",
                typed(
                    json!({ "a": reference("b"), "b": reference("a") }),
                    json!("x"),
                ),
                "AM207",
            ),
            (
                "variant",
                typed(json!({ "a": variant }), json!({ "k": "a" })),
                "",
            ),
            (
                "list",
                typed(json!({ "a": list }), json!({ "next": { "next": {} } })),
                "",
            ),
        ],
    );
}

#[test]
fn small_expressions_do_not_make_large_values() {
    check(
        "json-large",
        vec![
            ("doubled-text", growing("aa", "[concat(?, ?)]").to_string(), "AM406"),
            ("doubled-array", growing("a", "[createArray(?, ?)]").to_string(), "AM405"),
            ("doubled-unknown", growing("[parameters('p')]", "[concat(?, toLower(?))]").to_string(), "AM406"),
            ("padded", called("padLeft('a', 1000000000)").to_string(), "AM406"),
            ("joined", called("join(range(0, 10000), padLeft('b', 1000000))").to_string(), "AM406"),
            ("replaced", called("replace(padLeft('a', 1000000, 'a'), 'a', padLeft('b', 1000000))").to_string(), "AM406"),
            ("mapped", called("string(length(map(range(0, 10000), lambda('x', range(0, 10000)))))").to_string(), "AM406"),
            (
                "mapped-twice",
                called("string(length(map(range(0, 10000), lambda('x', map(range(0, 10000), lambda('y', lambdaVariables('x')))))))")
                    .to_string(),
                "AM405",
            ),
            (
                "united",
                called("string(reduce(range(0, 10000), createObject(), lambda('a', 'b', union(lambdaVariables('a'), createObject(string(lambdaVariables('b')), 1)))))")
                    .to_string(),
                "AM405",
            ),
        ],
    );
}
