//! A client that sends nonsense, and one that goes away.

use super::client::{Client, Folder, codes};
use super::{MAIN, MODULE};
use serde_json::{Value, json};

fn framed(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn client() -> Client {
    Client::with(&[("main.bicep", MAIN), ("modules/storage.bicep", MODULE)])
}

#[test]
fn what_is_no_message_is_refused_and_the_next_one_is_served() {
    let mut client = client();
    for (bytes, code) in [
        (framed("{"), -32700),
        (framed("[1, 2]"), -32600),
        (framed("\u{0}"), -32700),
        (framed(&"[".repeat(100_000)), -32700),
        (framed(r#"{"jsonrpc":"2.0","id":{"a":1}}"#), -32600),
        ([b"noise\r\n\r\n".to_vec(), framed("}")].concat(), -32700),
        (
            [b"Content-Length: 3\r\n\r\n\xff\xfe\xfd".to_vec()].concat(),
            -32700,
        ),
    ] {
        client.send_bytes(&bytes);
        client.wait(|message| message["error"]["code"] == code && message["id"].is_null());
    }
    let found = client.open("main.bicep");
    assert!(!codes(&found).is_empty());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn requests_that_make_no_sense_get_an_error() {
    let mut client = client();
    for (method, params, code) in [
        ("nowhere/nothing", json!({}), -32601),
        ("initialize", json!({ "capabilities": {} }), -32601),
        ("textDocument/hover", json!(null), -32602),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": 7 } }),
            -32602,
        ),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": "file:///a" }, "position": { "line": -1, "character": 0 } }),
            -32602,
        ),
        (
            "workspace/executeCommand",
            json!({ "command": "rm" }),
            -32602,
        ),
    ] {
        let answer = client.ask_for(method, params);
        assert_eq!(answer["error"]["code"], code, "{method} {answer}");
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn notifications_that_make_no_sense_are_passed_over() {
    let mut client = client();
    let uri = client.folder.uri("main.bicep");
    for (method, params) in [
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": 9 }, "contentChanges": [] }),
        ),
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": "file:///nowhere/a.bicep", "version": 9 }, "contentChanges": [{ "text": "" }] }),
        ),
        (
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        ),
        ("textDocument/didClose", json!([])),
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "untitled:Untitled-1", "languageId": "bicep", "version": 1, "text": "param" } }),
        ),
        (
            "textDocument/didSave",
            json!({ "textDocument": { "uri": "git:/x" } }),
        ),
        (
            "workspace/didChangeConfiguration",
            json!({ "settings": "nonsense" }),
        ),
        (
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [{ "uri": "file:///nowhere", "type": 77 }] }),
        ),
        (
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": [{ "uri": "file:///nowhere/at/all", "name": "" }], "removed": [] } }),
        ),
        (
            "workspace/didRenameFiles",
            json!({ "files": [{ "oldUri": "", "newUri": "file://" }] }),
        ),
        ("$/setTrace", json!({ "value": "verbose" })),
        ("nowhere", json!({})),
    ] {
        client.tell(method, params);
    }
    assert!(!codes(&client.open("main.bicep")).is_empty());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn places_outside_of_the_text_are_moved_into_it() {
    let mut client = client();
    client.open("main.bicep");
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let range = json!({ "start": far, "end": { "line": 0, "character": 0 } });
    client.change("main.bicep", 2, json!([{ "range": range, "text": MAIN }]));
    let found = client.found_at("main.bicep", 2);
    assert!(!codes(&found).is_empty());
    let uri = client.folder.uri("main.bicep");
    for method in [
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/completion",
    ] {
        client.ask(
            method,
            json!({ "textDocument": { "uri": uri }, "position": far }),
        );
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn messages_out_of_order_are_refused() {
    let mut client = Client::start(Folder::new());
    let answer = client.ask_for("textDocument/hover", json!({}));
    assert_eq!(answer["error"]["code"], -32002);
    client.tell("textDocument/didOpen", json!({}));
    client.ask("initialize", json!({ "capabilities": {} }));
    client.ask("shutdown", Value::Null);
    let answer = client.ask_for("shutdown", Value::Null);
    assert_eq!(answer["error"]["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.status(), Some(0));
}

#[test]
fn a_file_that_vanishes_while_it_is_open_keeps_its_findings() {
    let mut client = client();
    client.open("main.bicep");
    for gone in ["main.bicep", "modules/storage.bicep"] {
        std::fs::remove_file(client.folder.0.join(gone)).expect("the folder is ours");
    }
    let uri = client.folder.uri("main.bicep");
    let module = client.folder.uri("modules/storage.bicep");
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri, "type": 3 }, { "uri": module, "type": 3 }] }),
    );
    let found = client.replace("main.bicep", 2, MAIN);
    assert_eq!(codes(&found), ["AM303"], "the module is gone");
    assert_eq!(client.end(), Some(0));
}

#[test]
fn a_huge_document_is_not_looked_at() {
    let mut client = client();
    let text = format!("// {}\n{MAIN}", "x".repeat(33 << 20));
    let found = client.open_as("main.bicep", &text);
    assert_eq!(codes(&found), ["AM401"]);
    assert!(!codes(&client.replace("main.bicep", 2, MAIN)).is_empty());
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_was_cancelled_is_not_answered_with_a_result() {
    let mut client = client();
    client.open("main.bicep");
    // The cancellation overtakes the request where it does not wait in the queue.
    client.tell("$/cancelRequest", json!({ "id": 77 }));
    client.tell("$/cancelRequest", json!({ "id": {} }));
    let uri = client.folder.uri("main.bicep");
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    client.send(
        &json!({ "jsonrpc": "2.0", "id": 77, "method": "textDocument/hover", "params": params }),
    );
    let answer = client.answer_to(77);
    assert_eq!(answer["error"]["code"], -32800);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn the_server_ends_when_its_input_does() {
    let mut client = client();
    client.hang_up();
    assert_eq!(client.status(), Some(1));
    let mut client = self::client();
    client.tell("exit", Value::Null);
    assert_eq!(client.status(), Some(1), "nobody asked to shut down");
}

#[cfg(unix)]
#[test]
fn the_server_ends_when_the_process_of_its_client_does() {
    let mut other = std::process::Command::new("sleep")
        .arg("60")
        .spawn()
        .expect("a process starts");
    let mut client = Client::start(Folder::new());
    client.ask(
        "initialize",
        json!({ "processId": other.id(), "capabilities": {} }),
    );
    other.kill().expect("it is ours");
    other.wait().expect("it is ours");
    assert_eq!(client.status(), Some(1));
}
