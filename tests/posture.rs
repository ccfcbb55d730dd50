//! `amllint posture` and `amllint graph` as they are run: every format, hostile names, and how a cell is decided.
//!
//! Expected output lies in `testdata/posture`; `UPDATE=1 cargo test` rewrites it.

use super::cli::{check, run, run_with_input, status, text};
use serde_json::{Value, json};

const TEMPLATE: &str = "posture/azuredeploy.json";
const HOSTILE: &str = "posture/hostile.json";
const ON: [&str; 2] = ["--as-of", "2026-11-01"];

fn posture(template: &str, format: &str, expected: &str) {
    let arguments = [&["posture", template, "-f", format], &ON[..]].concat();
    check(&arguments, expected);
}

#[test]
fn a_table_for_a_terminal_fits_and_reads_without_colour() {
    posture(TEMPLATE, "text", "posture/azuredeploy.txt");
    posture(HOSTILE, "text", "posture/hostile.txt");
    let plain = text(&run(&[&["posture", TEMPLATE], &ON[..]].concat()).stdout);
    assert!(plain.lines().all(|line| line.chars().count() <= 100));
    let colored = run(&[&["posture", TEMPLATE, "--color", "always"], &ON[..]].concat());
    let escapes = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("it is one");
    assert_eq!(escapes.replace_all(&text(&colored.stdout), ""), plain);
}

#[test]
fn a_table_for_a_pull_request() {
    posture(TEMPLATE, "markdown", "posture/azuredeploy.markdown.txt");
    posture(HOSTILE, "markdown", "posture/hostile.markdown.txt");
}

#[test]
fn a_workspace_of_another_template_in_the_folder_survives_the_loss_of_a_region() {
    let states = |folder: &str| {
        let document = rows(&run(&["posture", folder, "-f", "json"]).stdout);
        let workspaces = document["workspaces"].as_array().expect("a list").clone();
        let state = |workspace: &Value| workspace["rows"][0]["region"]["state"].clone();
        workspaces.iter().map(state).collect::<Vec<_>>()
    };
    assert_eq!(states("whole-run/two-regions"), ["yes", "yes"]);
    assert_eq!(states("whole-run/one-region"), ["no", "no"]);
    assert_eq!(states("whole-run/two-regions/main.bicep"), ["no"]);
    assert_eq!(states("whole-run/unknown-region"), ["unknown", "unknown"]);
    posture("whole-run/parity", "text", "posture/parity.txt");
}

#[test]
fn a_document_for_programs() {
    posture(HOSTILE, "json", "posture/hostile.json.txt");
    let document = rows(&run(&["posture", TEMPLATE, "-f", "json"]).stdout);
    let kinds = document["workspaces"].as_array().expect("a list").iter();
    let kinds: Vec<_> = kinds.map(|workspace| &workspace["kind"]).collect();
    assert_eq!(kinds, ["Default", "Hub", "Project"]);
}

#[test]
fn a_page_by_itself() {
    posture(HOSTILE, "html", "posture/hostile.html.txt");
    for template in [TEMPLATE, HOSTILE, "workspace/azuredeploy.json"] {
        let page = text(&run(&["posture", template, "-f", "html"]).stdout);
        nothing_but_our_own_tags(&page);
        for part in [
            "<script", "<link", "<img", "<iframe", "@import", "url(", " src=\"", "http:",
        ] {
            assert!(!page.contains(part), "{template}: {part}");
        }
    }
}

/// Every `<` and `>` is that of a tag we write, every tag is closed, and no attribute is one that a browser runs.
fn nothing_but_our_own_tags(page: &str) {
    let (before, rest) = page.split_once("<style>").expect("there is a style");
    let (_, after) = rest.split_once("</style>").expect("it ends");
    let page = format!("{before}{after}").replace("<!doctype html>", "");
    let tag = regex::Regex::new(r#"<(/?)([a-z0-9]+)((?: [a-zA-Z-]+="[^"<>]*")*)(/?)>"#)
        .expect("it is one");
    let attribute = regex::Regex::new(r#" ([a-zA-Z-]+)="#).expect("it is one");
    let mut open: Vec<String> = Vec::new();
    for found in tag.captures_iter(&page) {
        let name = found[2].to_owned();
        for attribute in attribute.captures_iter(&found[3]) {
            assert!(!attribute[1].starts_with("on"), "{}", &found[0]);
        }
        match (&found[1], &found[4]) {
            ("/", _) => assert_eq!(open.pop().as_ref(), Some(&name)),
            (_, "/") => {}
            (_, _) if name == "meta" => {}
            (_, _) => open.push(name),
        }
    }
    assert_eq!(open, Vec::<String>::new());
    assert!(!tag.replace_all(&page, "").contains(['<', '>']));
}

#[test]
fn what_a_workspace_depends_on() {
    for (template, format, expected) in [
        (TEMPLATE, "text", "posture/azuredeploy.graph.txt"),
        (TEMPLATE, "mermaid", "posture/azuredeploy.mermaid.txt"),
        (TEMPLATE, "dot", "posture/azuredeploy.dot.txt"),
        (HOSTILE, "text", "posture/hostile.graph.txt"),
        (HOSTILE, "json", "posture/hostile.graph.json.txt"),
        (HOSTILE, "mermaid", "posture/hostile.mermaid.txt"),
        (HOSTILE, "dot", "posture/hostile.dot.txt"),
    ] {
        check(&["graph", template, "-f", format], expected);
    }
}

#[test]
fn no_format_lets_a_name_steer_a_terminal_or_a_pipeline() {
    let formats = ["text", "markdown", "html", "json"].map(|format| ("posture", format));
    let graphs = ["text", "json", "dot", "mermaid"].map(|format| ("graph", format));
    for (command, format) in formats.into_iter().chain(graphs) {
        let output = text(&run(&[command, HOSTILE, "-f", format]).stdout);
        assert!(output.contains("onerror=alert"), "{command} {format}");
        let harmful =
            |one: char| one.is_control() && one != '\n' || ('\u{202a}'..='\u{202e}').contains(&one);
        assert!(!output.contains(harmful), "{command} {format}");
        assert!(!output.contains("##vso["), "{command} {format}");
    }
}

#[test]
fn a_workspace_is_found_through_linked_templates() {
    let output = run(&[
        "posture",
        "--root",
        ".",
        "linked/azuredeploy.json",
        "-f",
        "json",
    ]);
    let document = rows(&output.stdout);
    let rows = document["workspaces"][0]["rows"].as_array().expect("rows");
    let found = rows
        .iter()
        .find(|row| row["service_id"] == "default-storage");
    assert_eq!(found.expect("the row")["resource"]["seen"], "resource");
}

#[test]
fn the_exit_status_says_what_happened_and_not_what_is_survived() {
    for (arguments, expected) in [
        (vec!["posture", TEMPLATE], 0),
        (vec!["posture", "workspace/azuredeploy.json"], 0),
        (
            vec![
                "posture",
                "workspace/azuredeploy.json",
                "--strict",
                "--environments",
                "none",
            ],
            3,
        ),
        (vec!["posture", "own-rules"], 3),
        (vec!["graph", "language/symbolic.json"], 3),
        (vec!["posture", "broken/syntax.json"], 1),
        (vec!["posture", "missing.json"], 2),
        (vec!["posture", TEMPLATE, "--rules", "broken-rules"], 2),
        (vec!["posture", TEMPLATE, "-f", "xml"], 2),
        (vec!["graph", TEMPLATE], 0),
    ] {
        let (actual, stderr) = status(&arguments);
        assert_eq!(actual, expected, "{arguments:?}: {stderr}");
    }
}

fn rows(output: &[u8]) -> Value {
    serde_json::from_slice(output).expect("the report is JSON")
}

/// The states of the rows `try-all` and `try-else` of `own-posture` for a default storage with these tags; a tag of null is a
/// parameter nobody gives.
fn states(tags: &Value) -> [String; 6] {
    let tags = tags.as_object().expect("tags").iter();
    let value = |value: &Value| match value.is_null() {
        true => json!("[parameters('unknown')]"),
        false => value.clone(),
    };
    let tags: Value = tags.map(|(tag, one)| (tag.clone(), value(one))).collect();
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": { "unknown": { "type": "string" } },
        "resources": [
            { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "st", "location": "eastus", "tags": tags },
            { "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "mlw", "location": "eastus",
              "properties": { "storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', 'st')]" } },
        ],
    });
    let arguments = ["posture", "-", "--rules", "own-posture", "-f", "json"];
    let document = rows(&run_with_input(&arguments, template.to_string().as_bytes()).stdout);
    let rows = document["workspaces"][0]["rows"].as_array().expect("rows");
    let row = |name: &str| {
        rows.iter()
            .find(|row| row["service_id"] == name)
            .expect("a row")
    };
    let cells = ["try-all", "try-else"].map(|name| {
        ["zone", "region", "recovery"]
            .map(|column| row(name)[column]["state"].as_str().map(str::to_owned))
    });
    let cells: Vec<String> = cells
        .into_iter()
        .flatten()
        .map(|cell| cell.expect("a state"))
        .collect();
    cells.try_into().expect("six of them")
}

#[test]
fn a_cell_says_yes_only_where_a_rule_that_decides_it_passed() {
    const YES: &str = "yes";
    const NO: &str = "no";
    const UNKNOWN: &str = "unknown";
    const NONE: &str = "not applicable";
    for (tags, all, otherwise) in [
        // Nothing applies: nothing is shown, and only the table speaks.
        (json!({}), [NONE, NONE, NONE], [NONE, NO, UNKNOWN]),
        (
            json!({ "a": "yes", "b": "yes" }),
            [YES, YES, YES],
            [YES, NO, UNKNOWN],
        ),
        // Of two rules one passed and one found a fault: not all, but one is enough.
        (
            json!({ "a": "yes", "b": "no" }),
            [NO, YES, YES],
            [YES, NO, UNKNOWN],
        ),
        (json!({ "a": "no", "b": "no" }), [NO, NO, NO], [NO, NO, NO]),
        // What nobody knows is neither.
        (
            json!({ "a": "yes", "b": null }),
            [UNKNOWN, YES, YES],
            [YES, UNKNOWN, UNKNOWN],
        ),
        (
            json!({ "a": "no", "b": null }),
            [NO, UNKNOWN, NO],
            [NO, UNKNOWN, NO],
        ),
        // A rule that does not apply decides nothing.
        (json!({ "a": "yes" }), [YES, YES, YES], [YES, NO, UNKNOWN]),
        // A fault denies; one that is milder than the rule usually is does not.
        (
            json!({ "a": "yes", "mild": "no" }),
            [YES, YES, NO],
            [YES, NO, UNKNOWN],
        ),
        (
            json!({ "a": "yes", "mild": "perhaps" }),
            [YES, YES, YES],
            [YES, NO, UNKNOWN],
        ),
        (
            json!({ "mild": "yes" }),
            [NONE, NONE, NONE],
            [NONE, NO, UNKNOWN],
        ),
        // Asked only where nothing else applies; its pass shows nothing.
        (json!({ "c": "no" }), [NONE, NONE, NONE], [NO, NO, UNKNOWN]),
        (
            json!({ "c": "yes" }),
            [NONE, NONE, NONE],
            [NONE, NO, UNKNOWN],
        ),
        (
            json!({ "c": null }),
            [NONE, NONE, NONE],
            [UNKNOWN, NO, UNKNOWN],
        ),
        (
            json!({ "a": "yes", "c": "no" }),
            [YES, YES, YES],
            [YES, NO, UNKNOWN],
        ),
    ] {
        let expected = [all, otherwise].concat();
        assert_eq!(states(&tags).as_slice(), expected, "{tags}");
    }
}

#[test]
fn what_is_outside_of_the_run_is_external_and_what_is_not_known_is_unknown() {
    let document = rows(&run(&["posture", TEMPLATE, "-f", "json"]).stdout);
    let row = |workspace: usize, service: &str| {
        let rows = document["workspaces"][workspace]["rows"]
            .as_array()
            .expect("rows");
        rows.iter()
            .find(|row| row["service_id"] == service)
            .expect("a row")
            .clone()
    };
    let vault = row(0, "key-vault");
    assert_eq!(
        (&vault["resource"]["seen"], &vault["region"]["state"]),
        (&json!("unknown"), &json!("unknown"))
    );
    // A project takes storage and vault from its hub, which stands in this template; the hub's storage does not.
    let storage = row(2, "default-storage");
    assert_eq!(
        (&storage["resource"]["seen"], &storage["zone"]["state"]),
        (&json!("external"), &json!("external"))
    );
    let vault = row(2, "key-vault");
    assert_eq!(
        (&vault["resource"]["name"], &vault["recovery"]["state"]),
        (&json!("kv-prod"), &json!("yes"))
    );
    assert_eq!(vault["resource"]["via"], json!(["hub `hub-lab`"]));
    // What is not there is not applicable, but for a fault that it is not there.
    let cluster = row(0, "compute-cluster");
    assert_eq!(
        (&cluster["resource"], &cluster["zone"]["state"]),
        (&Value::Null, &json!("not applicable"))
    );
    let registry = row(1, "container-registry");
    assert_eq!(
        (&registry["resource"], &registry["region"]["state"]),
        (&Value::Null, &json!("no"))
    );
}

/// What the report says of the default storage of each workspace, and of the computes of the first.
fn of_template(resources: Value) -> Value {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "resources": resources,
    });
    let arguments = ["posture", "-", "-f", "json"];
    rows(&run_with_input(&arguments, template.to_string().as_bytes()).stdout)
}

fn workspace(name: &str, location: &str) -> Value {
    json!({
        "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": name, "location": location,
        "properties": { "storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', 'stshared')]" },
    })
}

#[test]
fn what_is_said_of_a_set_holds_for_each_of_its_members() {
    let document = of_template(json!([
        workspace("mlw1", "eastus"),
        workspace("mlw2", "westus2"),
        { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "stshared", "location": "eastus",
          "kind": "StorageV2", "sku": { "name": "Standard_ZRS" } },
    ]));
    for workspace in document["workspaces"].as_array().expect("a list") {
        let rows = workspace["rows"].as_array().expect("rows");
        let row = |service: &str| rows.iter().find(|row| row["service_id"] == service);
        let (own, storage) = (row("workspace"), row("default-storage"));
        assert_eq!(own.expect("a row")["region"]["state"], "yes");
        let region = &storage.expect("a row")["region"];
        assert_eq!(region["state"], "no");
        let rules = region["rules"].as_array().expect("rules");
        let denied = rules.iter().find(|rule| rule["outcome"] == "fail");
        assert_eq!(
            denied.expect("a rule")["name"],
            "workspace-default-storage-shared"
        );
    }
}

/// `aks-compute-dev-test-purpose` supersedes `aks-compute-agent-count` among findings; of the row both speak.
#[test]
fn a_fault_that_another_supersedes_counts() {
    let mut workspace = workspace("mlw", "eastus");
    workspace["resources"] = json!([
        { "type": "computes", "apiVersion": "2024-10-01", "name": "aks", "location": "eastus",
          "properties": { "computeType": "AKS", "properties": { "agentCount": 1, "clusterPurpose": "DevTest" } } },
    ]);
    let document = of_template(json!([workspace]));
    let rows = document["workspaces"][0]["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["service_id"] == "kubernetes");
    let zone = &row.expect("a row")["zone"];
    let rules = zone["rules"].as_array().expect("rules").iter();
    let codes: Vec<_> = rules.map(|rule| &rule["code"]).collect();
    assert_eq!(
        (&zone["state"], codes),
        (&json!("no"), vec![&json!("CP012"), &json!("CP013")])
    );
}

#[test]
fn the_rounds_of_a_loop_that_say_the_same_are_one_workspace() {
    let mut same = workspace("mlw", "eastus");
    same["copy"] = json!({ "name": "rounds", "count": 3 });
    let mut different = workspace("[concat('mlw', copyIndex())]", "eastus");
    different["copy"] = json!({ "name": "rounds", "count": 3 });
    for (resource, expected) in [(same, vec![1]), (different, vec![1, 1, 1])] {
        let document = of_template(json!([resource]));
        let workspaces = document["workspaces"].as_array().expect("a list").iter();
        let times: Vec<_> = workspaces.map(|workspace| &workspace["times"]).collect();
        assert_eq!(times, expected);
    }
}
