//! What is shown where the pointer rests, and where values and paths lead.

use super::client::{Client, Folder, point};
use super::{MAIN, MODULE};
use serde_json::{Value, json};

fn client(files: &[(&str, &str)]) -> Client {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text);
    }
    Client::in_folder(folder, json!({ "select": ["ST001"] }))
}

fn at(client: &Client, name: &str, text: &str, wanted: &str) -> Value {
    json!({ "textDocument": { "uri": client.folder.uri(name) }, "position": point(text, wanted) })
}

fn hover(client: &mut Client, name: &str, text: &str, wanted: &str) -> String {
    let params = at(client, name, text, wanted);
    let shown = client.ask("textDocument/hover", params);
    shown["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn targets(client: &mut Client, name: &str, text: &str, wanted: &str) -> Vec<(String, Value)> {
    let params = at(client, name, text, wanted);
    let found = client.ask("textDocument/definition", params);
    let root = client.folder.uri("");
    let found = found.as_array().cloned().unwrap_or_default();
    let target = |one: &Value| {
        let uri = one["uri"].as_str().unwrap_or_default();
        let file = uri.strip_prefix(&root).unwrap_or(uri).to_owned();
        (file, one["range"]["start"].clone())
    };
    found.iter().map(target).collect()
}

const DEV: &str = "using 'main.bicep'\nparam sku = 'Standard_LRS'\n";
const PROD: &str = "using 'main.bicep'\nparam sku = 'Standard_ZRS'\n";

fn environments() -> Client {
    client(&[
        ("main.bicep", MAIN),
        ("modules/storage.bicep", MODULE),
        ("dev.bicepparam", DEV),
        ("prod.bicepparam", PROD),
    ])
}

#[test]
fn a_finding_is_explained() {
    let mut client = client(&[("main.bicep", MAIN), ("modules/storage.bicep", MODULE)]);
    client.open("main.bicep");
    let shown = hover(&mut client, "main.bicep", MAIN, "'Standard_LRS'");
    for part in [
        "**ST001**",
        "`storage-zone-redundancy` (zone):",
        "**Help:** choose a SKU",
        "](https://learn.microsoft.com/",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_property_is_shown_in_every_environment_with_where_it_comes_from() {
    let mut client = environments();
    client.open("modules/storage.bicep");
    let shown = hover(
        &mut client,
        "modules/storage.bicep",
        MODULE,
        "name: skuName",
    );
    for part in [
        "**name**",
        "- dev: `'Standard_LRS'`, written at [dev.bicepparam:2](file://",
        "- prod: `'Standard_ZRS'`, written at [prod.bicepparam:2](file://",
        "given to `sku`",
        "passed to `skuName` at [main.bicep:4](file://",
        "as `main.bicep` deploys it",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_name_is_shown_where_it_is_declared_and_where_it_is_used() {
    let mut client = environments();
    client.open("main.bicep");
    client.open("modules/storage.bicep");
    for (name, text, wanted) in [
        ("main.bicep", MAIN, "sku string"),
        ("main.bicep", MAIN, "sku }"),
        ("modules/storage.bicep", MODULE, "skuName string"),
        ("modules/storage.bicep", MODULE, "skuName }"),
    ] {
        let shown = hover(&mut client, name, text, wanted);
        for part in ["- dev: `'Standard_LRS'`", "- prod: `'Standard_ZRS'`"] {
            assert!(shown.contains(part), "{wanted}: {shown}");
        }
    }
}

#[test]
fn what_is_typed_counts_before_it_is_saved() {
    let mut client = environments();
    client.open("dev.bicepparam");
    client.open("main.bicep");
    client.replace("dev.bicepparam", 2, &DEV.replace("LRS", "GZRS"));
    let shown = hover(&mut client, "main.bicep", MAIN, "sku string");
    assert!(shown.contains("- dev: `'Standard_GZRS'`"), "{shown}");
}

#[test]
fn what_nobody_knows_is_said_to_be_unknown_and_a_secret_is_not_shown() {
    let text = "@secure()\nparam password string = 'hunter2'\nparam region string = resourceGroup().location
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv'
  location: region
  tags: { secret: password, text: 'a${password}' }
}
";
    let mut client = client(&[("main.bicep", text)]);
    client.open("main.bicep");
    let shown = hover(&mut client, "main.bicep", text, "location: region");
    assert!(shown.contains("(not known before deployment)"), "{shown}");
    for wanted in ["secret:", "password string", "text:", "tags"] {
        let shown = hover(&mut client, "main.bicep", text, wanted);
        assert!(
            shown.contains("***") && !shown.contains("hunter2"),
            "{wanted}: {shown}"
        );
    }
}

#[test]
fn json_is_shown_too() {
    let text = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "sku": { "type": "string", "defaultValue": "Standard_LRS" } },
  "resources": [
    { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "st", "location": "westeurope",
      "kind": "StorageV2", "sku": { "name": "[parameters('sku')]" } }
  ]
}
"#;
    let mut client = client(&[("main.json", text)]);
    client.open("main.json");
    for wanted in ["sku\": { \"type", "name\": \"[param", "sku')]"] {
        let shown = hover(&mut client, "main.json", text, wanted);
        assert!(
            shown.contains("`'Standard_LRS'`, written at [main.json:4]"),
            "{wanted}: {shown}"
        );
    }
    let found = targets(&mut client, "main.json", text, "name\": \"[param");
    assert_eq!(
        found,
        [("main.json".to_owned(), point(text, "\"Standard_LRS\""))]
    );
}

#[test]
fn a_value_leads_to_where_it_was_written() {
    let mut client = environments();
    client.open("modules/storage.bicep");
    let found = targets(&mut client, "modules/storage.bicep", MODULE, "skuName }");
    let expected = [
        ("dev.bicepparam".to_owned(), point(DEV, "'Standard_LRS'")),
        ("prod.bicepparam".to_owned(), point(PROD, "'Standard_ZRS'")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_path_leads_to_its_file() {
    let text = format!(
        "import {{ a }} from 'types.bicep'\nvar text = loadTextContent('a.txt')\n{MAIN}module gone 'gone.bicep' = {{}}\nmodule far '../../../etc/passwd' = {{}}\nmodule other 'br/public:a/b:1' = {{}}\n"
    );
    let mut client = client(&[
        ("main.bicep", &text),
        ("modules/storage.bicep", MODULE),
        ("types.bicep", "@export()\nvar a = 1\n"),
        ("a.txt", "x"),
        ("dev.bicepparam", DEV),
    ]);
    client.open("main.bicep");
    client.open("dev.bicepparam");
    let links = |client: &mut Client, name: &str| {
        let uri = client.folder.uri(name);
        let found = client.ask(
            "textDocument/documentLink",
            json!({ "textDocument": { "uri": uri } }),
        );
        let root = client.folder.uri("");
        let found = found.as_array().cloned().unwrap_or_default();
        let target = |one: &Value| {
            let uri = one["target"].as_str().unwrap_or_default();
            uri.strip_prefix(&root).unwrap_or(uri).to_owned()
        };
        let mut found: Vec<String> = found.iter().map(target).collect();
        found.sort();
        found
    };
    assert_eq!(
        links(&mut client, "main.bicep"),
        ["a.txt", "modules/storage.bicep", "types.bicep"]
    );
    assert_eq!(links(&mut client, "dev.bicepparam"), ["main.bicep"]);
    let found = targets(&mut client, "main.bicep", &text, "modules/storage");
    assert_eq!(
        found,
        [(
            "modules/storage.bicep".to_owned(),
            json!({ "line": 0, "character": 0 })
        )]
    );
}

#[test]
fn where_nothing_stands_nothing_is_shown() {
    let mut client = client(&[
        ("main.bicep", MAIN),
        ("modules/storage.bicep", MODULE),
        ("empty.bicep", ""),
    ]);
    client.open("main.bicep");
    assert_eq!(hover(&mut client, "main.bicep", MAIN, "= {"), "");
    assert!(targets(&mut client, "main.bicep", MAIN, "= {").is_empty());
    client.open("empty.bicep");
    assert_eq!(hover(&mut client, "empty.bicep", "", ""), "");
    // Nor of a document that is not open.
    let params = at(&client, "modules/storage.bicep", MODULE, "skuName");
    assert!(client.ask("textDocument/hover", params).is_null());
}
