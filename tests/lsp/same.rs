//! What the server tells of saved files is what `amllint check` does: the same codes, places and messages.

use super::client::{Client, Folder, testdata};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// File, code, message, and where it stands: lines and columns 0-based, columns in Unicode scalar values.
type Finding = (String, String, String, [u64; 4]);

/// What `check` finds in a folder.
fn checked(folder: &Path) -> BTreeSet<Finding> {
    let output = Command::new(env!("CARGO_BIN_EXE_amllint"))
        .args(["check", "--isolated", "--format", "json", "--quiet"])
        .env_remove("AMLLINT_FORMAT")
        .current_dir(folder)
        .output()
        .expect("amllint runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let found = report["diagnostics"]
        .as_array()
        .expect("findings are a list");
    let text = |one: &Value| one.as_str().unwrap_or_default().to_owned();
    let found = found.iter().map(|one| {
        let at = |end: &str, part: &str| one["range"][end][part].as_u64().unwrap_or(1) - 1;
        let range = [
            at("start", "line"),
            at("start", "column"),
            at("end", "line"),
            at("end", "column"),
        ];
        (
            text(&one["file"]),
            text(&one["code"]),
            text(&one["message"]),
            range,
        )
    });
    found.collect()
}

/// What the server tells of a folder.
fn told(folder: Folder) -> BTreeSet<Finding> {
    let root = folder.uri("");
    let capabilities = json!({ "general": { "positionEncodings": ["utf-32"] } });
    let mut client = Client::with_capabilities(folder, json!({}), capabilities);
    // A document of ours, which is opened last: when it is told of, all others were.
    client
        .folder
        .write("zz-last.bicep", "param unused string\n");
    let last = client.folder.uri("zz-last.bicep");
    client.tell("textDocument/didOpen", json!({
        "textDocument": { "uri": last, "languageId": "bicep", "version": 1, "text": "var a =\n" },
    }));
    let mut found = BTreeSet::new();
    loop {
        let message = client.wait_for(Duration::from_secs(120), |message| {
            message["method"] == "textDocument/publishDiagnostics"
        });
        let message = message.expect("the server tells what it found");
        let uri = message["params"]["uri"].as_str().unwrap_or_default();
        if uri == last {
            break;
        }
        let file = uri.strip_prefix(&root).unwrap_or(uri).replace("%24", "$");
        found.retain(|(known, ..): &Finding| *known != file);
        for one in message["params"]["diagnostics"].as_array().expect("a list") {
            let at = |end: &str, part: &str| one["range"][end][part].as_u64().unwrap_or(0);
            let range = [
                at("start", "line"),
                at("start", "character"),
                at("end", "line"),
                at("end", "character"),
            ];
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            found.insert((file.clone(), text("code"), text("message"), range));
        }
    }
    client.end();
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder is ours");
    for entry in std::fs::read_dir(from).expect("testdata is readable") {
        let entry = entry.expect("testdata is readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the folder is ours");
        }
    }
}

/// The folders of testdata that are looked at as a workspace: each project, else each folder.
fn workspaces() -> Vec<PathBuf> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("testdata is readable");
        let paths = entries.map(|entry| entry.expect("testdata is readable").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let mut all = Vec::new();
    for folder in folders(&testdata("")) {
        match folder.ends_with("projects") {
            true => all.extend(folders(&folder)),
            false => all.push(folder),
        }
    }
    all.sort();
    all
}

#[test]
fn the_server_tells_what_check_prints() {
    let (mut files, mut all) = (0, 0);
    for workspace in workspaces() {
        let folder = Folder::new();
        copy(&workspace, &folder.0);
        let expected = checked(&folder.0);
        let told = told(folder);
        let only_checked: Vec<_> = expected.difference(&told).collect();
        let only_told: Vec<_> = told.difference(&expected).collect();
        assert!(
            only_checked.is_empty() && only_told.is_empty(),
            "{}\nonly checked: {only_checked:#?}\nonly told: {only_told:#?}",
            workspace.display()
        );
        files += expected
            .iter()
            .map(|one| &one.0)
            .collect::<BTreeSet<_>>()
            .len();
        all += expected.len();
    }
    let figures = format!("{all} findings in {files} files are told as check prints them");
    let _ = writeln!(std::io::stderr(), "{figures}");
    assert!(all > 50, "testdata has findings");
}
