//! Findings while one types: in the document, in its callers, modules and parameter files, saved or not.

use super::client::{Client, Folder, codes, point};
use super::{MAIN, MODULE};
use serde_json::{Value, json};

/// Settings with which nothing but one rule is looked at.
fn only(code: &str) -> Value {
    json!({ "select": [code] })
}

fn client(files: &[(&str, &str)]) -> Client {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text);
    }
    Client::in_folder(folder, only("ST001"))
}

fn both() -> [(&'static str, &'static str); 2] {
    [("main.bicep", MAIN), ("modules/storage.bicep", MODULE)]
}

#[test]
fn a_finding_stands_where_the_value_is_written_and_tells_how_it_came_there() {
    let mut client = client(&both());
    let found = client.open("main.bicep");
    assert_eq!(codes(&found), ["ST001"]);
    let finding = &found[0];
    assert_eq!(finding["range"]["start"], point(MAIN, "'Standard_LRS'"));
    assert_eq!(finding["severity"], 2);
    assert_eq!(finding["source"], "amllint");
    let page = finding["codeDescription"]["href"]
        .as_str()
        .unwrap_or_default();
    assert!(page.starts_with("https://learn.microsoft.com/"), "{page}");
    let related = finding["relatedInformation"].as_array().expect("a trace");
    let in_module = client.folder.uri("modules/storage.bicep");
    let of_module: Vec<_> = related
        .iter()
        .filter(|one| one["location"]["uri"] == in_module.as_str())
        .collect();
    assert_eq!(of_module.len(), 1, "{related:?}");
    assert_eq!(
        of_module[0]["location"]["range"]["start"],
        point(MODULE, "skuName }")
    );
    let help = related.iter().filter_map(|one| one["message"].as_str());
    assert!(
        help.clone().any(|text| text.starts_with("help: ")),
        "{related:?}"
    );
}

#[test]
fn typing_takes_a_finding_away_and_brings_it_back() {
    let mut client = client(&both());
    client.open("main.bicep");
    let mut start = point(MAIN, "LRS");
    let mut end = start.clone();
    end["character"] = json!(start["character"].as_u64().unwrap_or(0) + 3);
    let change = |start: &Value, end: &Value, text: &str| json!([{ "range": { "start": start, "end": end }, "text": text }]);
    client.change("main.bicep", 2, change(&start, &end, "ZRS"));
    assert_eq!(client.found_at("main.bicep", 2), json!([]));
    client.change("main.bicep", 3, change(&start, &end, "LRS"));
    assert_eq!(codes(&client.found_at("main.bicep", 3)), ["ST001"]);
    // Several changes at once count one after the other.
    start["character"] = json!(0);
    let two = json!([
        { "range": { "start": end, "end": end }, "text": "x" },
        { "range": { "start": start, "end": end }, "text": "param sku string = 'Standard_Z" },
    ]);
    client.change("main.bicep", 4, two);
    client.found_at("main.bicep", 4);
    assert_eq!(
        client.replace("main.bicep", 5, &MAIN.replace("LRS", "ZRS")),
        json!([])
    );
}

#[test]
fn a_module_that_is_not_saved_counts_for_its_callers() {
    let mut client = client(&[
        ("main.bicep", &MAIN.replace("LRS", "ZRS")),
        ("modules/storage.bicep", MODULE),
    ]);
    assert_eq!(client.open("main.bicep"), json!([]));
    client.open("modules/storage.bicep");
    let other = MODULE.replace("name: skuName", "name: replace(skuName, 'ZRS', 'LRS')");
    let found = client.replace("modules/storage.bicep", 2, &other);
    assert_eq!(codes(&found), ["ST001"]);
    // Once it is closed, what lies on disk counts again.
    let uri = client.folder.uri("modules/storage.bicep");
    client.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri } }),
    );
    client.until_found("modules/storage.bicep", &[]);
}

#[test]
fn a_parameter_file_that_is_not_saved_counts() {
    let main = MAIN.replace(" = 'Standard_LRS'", "");
    let mut client = client(&[("main.bicep", &main), ("modules/storage.bicep", MODULE)]);
    let parameters = "using 'main.bicep'\nparam sku = 'Standard_LRS'\n";
    assert_eq!(
        codes(&client.open_as("prod.bicepparam", parameters)),
        ["ST001"]
    );
    let parameters = parameters.replace("LRS", "ZRS");
    assert_eq!(client.replace("prod.bicepparam", 2, &parameters), json!([]));
}

#[test]
fn a_caller_that_is_not_saved_counts() {
    let mut client = client(&[("modules/storage.bicep", MODULE)]);
    assert_eq!(codes(&client.open_as("new.bicep", MAIN)), ["ST001"]);
}

#[test]
fn findings_of_files_that_are_not_open_are_told_too_unless_the_user_does_not_want_them() {
    let mut first = client(&both());
    first.until_found("main.bicep", &["ST001"]);
    let folder = Folder::new();
    folder.write("main.bicep", &MAIN.replace("modules/", ""));
    folder.write("storage.bicep", MODULE);
    let settings = json!({ "select": ["ST001"], "onlyOpenFiles": true });
    let mut second = Client::in_folder(folder, settings);
    assert_eq!(second.open("storage.bicep"), json!([]));
    assert_eq!(codes(&second.open("main.bicep")), ["ST001"]);
    assert!(second.kept_of("main.bicep").is_empty());
}

#[test]
fn files_that_come_change_and_go_are_seen_when_the_client_says_so() {
    let mut client = client(&both());
    client.until_found("main.bicep", &["ST001"]);
    let watched = |client: &mut Client, name: &str, kind: u32| {
        let uri = client.folder.uri(name);
        client.tell(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [{ "uri": uri, "type": kind }] }),
        );
    };
    client
        .folder
        .write("main.bicep", &MAIN.replace("LRS", "ZRS"));
    watched(&mut client, "main.bicep", 2);
    client.until_found("main.bicep", &[]);
    client.folder.write("other.bicep", MAIN);
    watched(&mut client, "other.bicep", 1);
    client.until_found("other.bicep", &["ST001"]);
    let path = client.folder.0.join("other.bicep");
    std::fs::remove_file(path).expect("the folder is ours");
    watched(&mut client, "other.bicep", 3);
    client.until_found("other.bicep", &[]);
}

#[test]
fn a_client_that_watches_nothing_is_told_all_the_same() {
    let folder = Folder::new();
    folder.write("main.bicep", MAIN);
    let mut client = Client::with_capabilities(folder, only("ST001"), json!({}));
    // The module is not there: nothing is found in it.
    client.until_found("main.bicep", &["AM303"]);
    client.folder.write("modules/storage.bicep", MODULE);
    client.until_found("main.bicep", &["ST001"]);
    client
        .folder
        .write("main.bicep", &MAIN.replace("LRS", "ZRS"));
    client.until_found("main.bicep", &[]);
}

#[test]
fn another_branch_is_another_state_of_all_files() {
    let mut client = client(&both());
    client.until_found("main.bicep", &["ST001"]);
    client
        .folder
        .write("main.bicep", &MAIN.replace("LRS", "ZRS"));
    let head = client.folder.uri(".git/HEAD");
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": head, "type": 2 }] }),
    );
    client.until_found("main.bicep", &[]);
}

#[test]
fn settings_are_taken_while_the_server_runs() {
    let mut client = client(&both());
    client.until_found("main.bicep", &["ST001"]);
    client.tell(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "amllint": { "select": ["ST001"], "ignore": ["ST001"] } } }),
    );
    client.until_found("main.bicep", &[]);
}

#[test]
fn a_client_that_is_asked_for_settings_is_asked() {
    let folder = Folder::new();
    folder.write("main.bicep", MAIN);
    folder.write("modules/storage.bicep", MODULE);
    let capabilities = json!({ "workspace": { "configuration": true } });
    let mut client =
        Client::with_capabilities(folder, json!({ "select": ["ST001"] }), capabilities);
    client.open("main.bicep");
    let mut version = 1;
    for (select, expected) in [("OP001", &[][..]), ("ST001", &["ST001"])] {
        let asked = client.wait(|message| message["method"] == "workspace/configuration");
        assert_eq!(asked["params"]["items"][0]["section"], "amllint");
        let result = json!([{ "select": [select] }]);
        client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }));
        version += 1;
        assert_eq!(
            codes(&client.replace("main.bicep", version, MAIN)),
            expected
        );
        client.tell(
            "workspace/didChangeConfiguration",
            json!({ "settings": null }),
        );
    }
}

#[test]
fn columns_are_counted_as_the_client_asks() {
    let text = "param 𝒳é string = 'Standard_LRS'\n".replace("𝒳é", "sku /* 𝒳é */") + &MAIN[34..];
    for (encodings, encoding, column) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 32),
        (json!(["utf-32", "utf-16"]), "utf-32", 28),
        (json!(["utf-7"]), "utf-16", 29),
        (json!(null), "utf-16", 29),
    ] {
        let folder = Folder::new();
        folder.write("modules/storage.bicep", MODULE);
        let mut client = Client::start(folder);
        let answer = client.ask(
            "initialize",
            json!({
                "processId": null, "rootUri": client.folder.uri(""),
                "capabilities": { "general": { "positionEncodings": encodings } },
                "initializationOptions": { "select": ["ST001"] },
            }),
        );
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        client.tell("initialized", json!({}));
        let found = client.open_as("main.bicep", &text);
        assert_eq!(
            found[0]["range"]["start"]["character"], column,
            "{encoding} {found}"
        );
    }
}

#[test]
fn a_document_outside_of_every_folder_is_looked_at_alone() {
    let folder = Folder::new();
    let elsewhere = Folder::new();
    elsewhere.write("modules/storage.bicep", MODULE);
    elsewhere.write("main.bicep", MAIN);
    elsewhere.write("other.bicep", MAIN);
    let mut client = Client::in_folder(folder, only("ST001"));
    let uri = elsewhere.uri("main.bicep");
    client.tell(
        "textDocument/didOpen",
        json!({
            "textDocument": { "uri": uri, "languageId": "bicep", "version": 1, "text": MAIN },
        }),
    );
    let found = client.wait(|message| message["params"]["uri"] == uri.as_str());
    assert_eq!(codes(&found["params"]["diagnostics"]), ["ST001"]);
    assert!(client.kept_of("other.bicep").is_empty());
}

#[test]
fn folders_come_and_go() {
    let mut client = client(&both());
    client.until_found("main.bicep", &["ST001"]);
    let other = Folder::new();
    other.write("main.bicep", MAIN);
    other.write("modules/storage.bicep", MODULE);
    let root = other.uri("");
    let root = root.trim_end_matches('/');
    let uri = other.uri("main.bicep");
    let folder = json!([{ "uri": root, "name": "other" }]);
    let event = json!({ "event": { "added": folder, "removed": [] } });
    client.tell("workspace/didChangeWorkspaceFolders", event);
    let found = client.wait(|message| message["params"]["uri"] == uri.as_str());
    assert_eq!(codes(&found["params"]["diagnostics"]), ["ST001"]);
    let event = json!({ "event": { "added": [], "removed": folder } });
    client.tell("workspace/didChangeWorkspaceFolders", event);
    let found = client.wait(|message| message["params"]["uri"] == uri.as_str());
    assert_eq!(found["params"]["diagnostics"], json!([]));
}

#[test]
fn mistakes_in_rule_files_are_told_while_they_are_typed() {
    let folder = Folder::new();
    let rule = std::fs::read_to_string(super::client::testdata(
        "own-rules/tags/storage-owner-tag.yaml",
    ))
    .expect("the file is ours");
    folder.write("my-rules/tags/storage-owner-tag.yaml", &rule);
    folder.write(
        "main.bicep",
        &MODULE.replace("skuName string", "skuName string = 'Standard_LRS'"),
    );
    let settings = json!({ "rules": ["my-rules"], "select": ["XT001"] });
    let mut client = Client::in_folder(folder, settings);
    client.until_found("main.bicep", &["XT001"]);
    let name = "my-rules/tags/storage-owner-tag.yaml";
    assert_eq!(client.open(name), json!([]));
    let found = client.replace(name, 2, &rule.replace("severity: info", "severity: grave"));
    assert_eq!(codes(&found), ["AM501"]);
    assert_eq!(
        client.replace(
            name,
            3,
            &rule.replace("severity: info", "severity: warning")
        ),
        json!([])
    );
    client.until_found("main.bicep", &["XT001"]);
}

#[test]
fn a_long_run_tells_how_far_it_is() {
    let folder = Folder::new();
    for number in 0..60 {
        folder.write(
            &format!("t{number}.bicep"),
            &MODULE.replace("skuName string", "skuName string = 'Standard_LRS'"),
        );
    }
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut client = Client::with_capabilities(folder, only("ST001"), capabilities);
    let created = client.wait(|message| message["method"] == "window/workDoneProgress/create");
    let token = created["params"]["token"].clone();
    for kind in ["begin", "end"] {
        client.wait(|message| {
            message["method"] == "$/progress"
                && message["params"]["token"] == token
                && message["params"]["value"]["kind"] == kind
        });
    }
    client.until_found("t59.bicep", &["ST001"]);
}

#[test]
fn what_is_open_is_told_of_before_many_other_files_are() {
    let folder = Folder::new();
    let text = MODULE.replace("skuName string", "skuName string = 'Standard_LRS'");
    for number in 0..300 {
        folder.write(&format!("t{number}.bicep"), &text);
    }
    let mut client = Client::in_folder(folder, only("ST001"));
    assert_eq!(codes(&client.open("t299.bicep")), ["ST001"]);
    assert!(client.kept_of("t150.bicep").is_empty());
    client.until_found("t150.bicep", &["ST001"]);
}
