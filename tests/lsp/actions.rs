//! What can be done about findings, and what else the server does when it is asked.

use super::client::{Client, Folder, codes, point, testdata};
use super::{MAIN, MODULE};
use serde_json::{Value, json};

/// A vault without protection against a mistaken delete, which can be mended in place.
const VAULT: &str = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-prod'
  location: 'westeurope'
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableSoftDelete: false
  }
}
";

fn client(files: &[(&str, &str)], settings: Value) -> Client {
    let folder = Folder::new();
    for (name, text) in files {
        folder.write(name, text);
    }
    Client::in_folder(folder, settings)
}

fn actions(client: &mut Client, name: &str, range: &Value, only: Option<&str>) -> Vec<Value> {
    let uri = client.folder.uri(name);
    let mut context = json!({ "diagnostics": [] });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    let found = client.ask("textDocument/codeAction", params);
    found.as_array().cloned().unwrap_or_default()
}

/// The text of a document after the edits of an action.
fn applied(client: &Client, name: &str, text: &str, action: &Value) -> String {
    let uri = client.folder.uri(name);
    let edits = action["edit"]["changes"][uri.as_str()].as_array();
    let mut edits = edits.cloned().unwrap_or_default();
    assert!(!edits.is_empty(), "{action}");
    let offset = |at: &Value| {
        let (line, column) = (at["line"].as_u64(), at["character"].as_u64());
        let mut lines = text.split_inclusive('\n');
        let lines = lines.by_ref().take(line.unwrap_or(0) as usize);
        let before: usize = lines.map(str::len).sum();
        before + column.unwrap_or(0) as usize
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().unwrap_or_default());
    }
    text
}

fn everything() -> Value {
    json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } })
}

fn titles(actions: &[Value]) -> Vec<&str> {
    let titles = actions
        .iter()
        .map(|one| one["title"].as_str().unwrap_or_default());
    titles.collect()
}

/// The action that silences a rule.
fn silencing<'a>(actions: &'a [Value], code: &str) -> &'a Value {
    let title = format!("Silence {code} here, and say why");
    let action = actions.iter().find(|one| one["title"] == title.as_str());
    action.expect("every finding can be silenced")
}

#[test]
fn a_fix_is_an_action_after_which_the_finding_is_no_more() {
    let mut client = client(&[("main.bicep", VAULT)], json!({}));
    client.open("main.bicep");
    let all = actions(&mut client, "main.bicep", &everything(), Some("quickfix"));
    let fixes: Vec<&Value> = all
        .iter()
        .filter(|one| one["isPreferred"].is_boolean())
        .collect();
    assert!(!fixes.is_empty(), "{:?}", titles(&all));
    let mut version = 1;
    for action in fixes {
        assert_eq!(action["kind"], "quickfix");
        let text = applied(&client, "main.bicep", VAULT, action);
        let code = &action["diagnostics"][0]["code"];
        version += 1;
        let after = codes(&client.replace("main.bicep", version, &text));
        let is_left = after.iter().any(|left| *code == left.as_str());
        assert!(!is_left, "{code} {after:?}\n{text}");
    }
}

#[test]
fn a_fix_that_is_not_safe_says_what_it_means_and_comes_last() {
    let mut client = client(&[("main.bicep", VAULT)], json!({}));
    client.open("main.bicep");
    let all = actions(&mut client, "main.bicep", &everything(), Some("quickfix"));
    let fixes = all.iter().filter(|one| one["isPreferred"].is_boolean());
    let preferred: Vec<bool> = fixes
        .clone()
        .map(|one| one["isPreferred"] == true)
        .collect();
    let mut sorted = preferred.clone();
    sorted.sort_by_key(|safe| !safe);
    assert_eq!(preferred, sorted, "{:?}", titles(&all));
    for action in fixes {
        let title = action["title"].as_str().unwrap_or_default();
        let is_unsafe = action["isPreferred"] == false;
        assert_eq!(title.contains("(unsafe"), is_unsafe, "{title}");
    }
    assert!(preferred.contains(&false), "{:?}", titles(&all));
}

#[test]
fn a_finding_is_silenced_by_a_line_before_it() {
    let files = [("main.bicep", MAIN), ("modules/storage.bicep", MODULE)];
    let mut client = client(&files, json!({ "select": ["ST001"] }));
    let found = client.open("main.bicep");
    let all = actions(&mut client, "main.bicep", &found[0]["range"], None);
    let text = applied(&client, "main.bicep", MAIN, silencing(&all, "ST001"));
    let line = "// amllint: ignore[ST001] reason=\"\"\n";
    assert_eq!(text, format!("{line}{MAIN}"));
}

#[test]
fn a_line_that_silences_takes_one_more_code() {
    let text = format!("// amllint: ignore[ST009] reason=\"a sandbox\"\n{MAIN}");
    let files = [
        ("main.bicep", text.as_str()),
        ("modules/storage.bicep", MODULE),
    ];
    let mut client = client(&files, json!({ "select": ["ST001"] }));
    let found = client.open("main.bicep");
    let found = found.as_array().cloned().unwrap_or_default();
    let one = found.iter().find(|one| one["code"] == "ST001");
    let range = one.expect("ST009 is another rule")["range"].clone();
    let all = actions(&mut client, "main.bicep", &range, None);
    let after = applied(&client, "main.bicep", &text, silencing(&all, "ST001"));
    assert_eq!(after, text.replace("[ST009]", "[ST009, ST001]"));
}

#[test]
fn a_client_that_asks_for_the_reason_gets_a_command() {
    let settings = json!({ "select": ["ST001"], "asksForReason": true });
    let files = [("main.bicep", MAIN), ("modules/storage.bicep", MODULE)];
    let mut client = client(&files, settings);
    let found = client.open("main.bicep");
    let all = actions(&mut client, "main.bicep", &found[0]["range"], None);
    let command = &silencing(&all, "ST001")["command"];
    assert_eq!(command["command"], "amllint.suppressWithReason");
    let argument = &command["arguments"][0];
    assert_eq!(argument["code"], "ST001");
    let text = "// amllint: ignore[ST001] reason=\"\"\n";
    assert_eq!(argument["edit"]["newText"], text);
}

#[test]
fn a_comment_is_not_written_into_a_string() {
    let text = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st'
  location: 'westeurope'
  kind: 'StorageV2'
  tags: {
    note: '''
two
lines''', owner: 'me'
  }
  sku: { name: 'Standard_LRS' }
  properties: { minimumTlsVersion: concat('''
''', 'TLS1_0') }
}
";
    let mut client = client(&[("main.bicep", text)], json!({}));
    client.open("main.bicep");
    let all = actions(&mut client, "main.bicep", &everything(), Some("quickfix"));
    assert!(!all.is_empty());
    for action in &all {
        let after = applied(&client, "main.bicep", text, action);
        let strings: Vec<&str> = after.split("'''").skip(1).step_by(2).collect();
        assert!(!strings.concat().contains("//"), "{after}");
    }
}

#[test]
fn all_safe_fixes_are_made_only_where_that_is_asked_for() {
    let mut client = client(&[("main.bicep", VAULT)], json!({}));
    client.open("main.bicep");
    let quick = actions(&mut client, "main.bicep", &everything(), None);
    assert!(!titles(&quick).contains(&"amllint: make all safe fixes"));
    let only = Some("source.fixAll");
    let all = actions(&mut client, "main.bicep", &everything(), only);
    let safe = quick.iter().any(|one| one["isPreferred"] == true);
    assert_eq!(all.len(), usize::from(safe), "{:?}", titles(&all));
    for action in all {
        let text = applied(&client, "main.bicep", VAULT, &action);
        let found = codes(&client.replace("main.bicep", 2, &text));
        assert!(!found.iter().any(|code| code.starts_with("AM1")), "{text}");
    }
}

#[test]
fn the_posture_page_is_made() {
    let folder = Folder::new();
    for name in ["main.bicep", "modules/storage.bicep", "modules/types.bicep"] {
        let text = std::fs::read_to_string(testdata("bicep").join(name));
        folder.write(name, &text.expect("the file is ours"));
    }
    let mut client = Client::in_folder(folder, json!({}));
    let uri = client.folder.uri("main.bicep");
    let params = json!({ "command": "amllint.posture", "arguments": [{ "uri": uri }] });
    let page = client.ask("workspace/executeCommand", params);
    let html = page["html"].as_str().unwrap_or_default();
    let begins = html.to_lowercase().starts_with("<!doctype html>");
    assert!(begins && html.contains("mlw-prod"), "{html}");
    assert_eq!(page["workspaces"], 1);
    let params = json!({ "command": "amllint.posture" });
    let page = client.ask("workspace/executeCommand", params);
    assert_eq!(page["workspaces"], 1);
}

#[test]
fn lenses_and_hints_are_quiet_until_they_are_wanted() {
    let text = std::fs::read_to_string(testdata("bicep/main.bicep")).expect("the file is ours");
    let loud = json!({ "codeLens": true, "inlayHints": true });
    for (settings, wanted) in [(json!({}), false), (loud, true)] {
        let files = [
            ("main.bicep", text.as_str()),
            ("modules/storage.bicep", MODULE),
        ];
        let mut client = client(&files, settings);
        client.open("main.bicep");
        let document = json!({ "uri": client.folder.uri("main.bicep") });
        let params = json!({ "textDocument": document });
        let lenses = client.ask("textDocument/codeLens", params);
        let lenses = lenses.as_array().cloned().unwrap_or_default();
        let params = json!({ "textDocument": document, "range": everything() });
        let hints = client.ask("textDocument/inlayHint", params);
        let hints = hints.as_array().cloned().unwrap_or_default();
        if !wanted {
            assert!(lenses.is_empty() && hints.is_empty());
            continue;
        }
        assert_eq!(lenses.len(), 1, "{lenses:?}");
        let line = point(&text, "resource workspace")["line"].clone();
        assert_eq!(lenses[0]["range"]["start"]["line"], line);
        assert_eq!(lenses[0]["command"]["command"], "amllint.posture");
        let title = lenses[0]["command"]["title"].as_str().unwrap_or_default();
        assert!(title.starts_with("survives: zone "), "{title}");
        let labels: Vec<&str> = hints
            .iter()
            .filter_map(|hint| hint["label"].as_str())
            .collect();
        assert!(labels.contains(&"= 'westeurope'"), "{labels:?}");
    }
}

#[test]
fn keys_and_values_of_rule_files_are_completed() {
    let folder = Folder::new();
    let name = "my-rules/tags/storage-owner-tag.yaml";
    let rule = std::fs::read_to_string(testdata("own-rules/tags/storage-owner-tag.yaml"));
    let rule = rule.expect("the file is ours");
    folder.write(name, &rule);
    let mut client = Client::in_folder(folder, json!({ "rules": ["my-rules"] }));
    client.open(name);
    let mut labels = |version: i32, text: &str| {
        let offset = text.find('§').expect("the text has a mark");
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        client.replace(name, version, &text.replacen('§', "", 1));
        let params = json!({
            "textDocument": { "uri": client.folder.uri(name) },
            "position": { "line": line, "character": column },
        });
        let items = client.ask("textDocument/completion", params);
        let items = items.as_array().cloned().unwrap_or_default();
        let labels = items.iter().filter_map(|item| item["label"].as_str());
        labels.map(str::to_owned).collect::<Vec<_>>()
    };
    let severities = labels(2, &rule.replace("severity: info", "severity: §"));
    assert_eq!(severities, ["error", "info", "warning"]);
    let keys = labels(3, &format!("{rule}§"));
    let has = |keys: &[String], key: &str| keys.iter().any(|one| one == key);
    assert!(
        has(&keys, "supersedes") && !has(&keys, "severity"),
        "{keys:?}"
    );
    let keys = labels(4, &format!("{rule}when: {{ §"));
    assert!(has(&keys, "path") && has(&keys, "allOf"), "{keys:?}");
}

#[test]
fn when_a_module_is_renamed_the_paths_to_it_are() {
    let parameters = "using 'main.bicep'\nparam sku = 'Standard_ZRS'\n";
    let files = [
        ("main.bicep", MAIN),
        ("modules/storage.bicep", MODULE),
        ("dev.bicepparam", parameters),
    ];
    let mut client = client(&files, json!({ "select": ["ST001"] }));
    client.open("main.bicep");
    let renamed = |client: &Client, old: &str, new: &str| {
        let (old, new) = (client.folder.uri(old), client.folder.uri(new));
        json!({ "files": [{ "oldUri": old, "newUri": new }] })
    };
    let params = renamed(&client, "modules/storage.bicep", "stores/account.bicep");
    let edit = client.ask("workspace/willRenameFiles", params.clone());
    let after = applied(&client, "main.bicep", MAIN, &json!({ "edit": edit }));
    let expected = MAIN.replace("modules/storage.bicep", "stores/account.bicep");
    assert_eq!(after, expected);
    // A template that moves takes its paths along, and parameter files follow it.
    let moves = renamed(&client, "main.bicep", "infra/main.bicep");
    let action = json!({ "edit": client.ask("workspace/willRenameFiles", moves) });
    let moved = applied(&client, "main.bicep", MAIN, &action);
    assert_eq!(moved, MAIN.replace("modules/", "../modules/"));
    let using = applied(&client, "dev.bicepparam", parameters, &action);
    assert_eq!(using, parameters.replace("main.bicep", "infra/main.bicep"));
    // Once it has happened, the findings are those of the new files.
    let folder = client.folder.0.clone();
    std::fs::create_dir_all(folder.join("stores")).expect("the folder is ours");
    let (old, new) = ("modules/storage.bicep", "stores/account.bicep");
    std::fs::rename(folder.join(old), folder.join(new)).expect("the folder is ours");
    client.tell("workspace/didRenameFiles", params);
    assert_eq!(codes(&client.replace("main.bicep", 2, MAIN)), ["AM303"]);
    let found = codes(&client.replace("main.bicep", 3, &after));
    assert!(!found.contains(&"AM303".to_owned()), "{found:?}");
}
