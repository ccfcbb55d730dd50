//! A small client: starts the server, speaks to it over standard input and output, and waits for what it says.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer nothing is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Client {
    pub server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while something else was waited for.
    kept: VecDeque<Value>,
    next: i32,
    pub folder: Folder,
}

/// A folder of its own, which is gone when the test is done.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("amllint-lsp-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        let path = std::fs::canonicalize(path).expect("the folder is there");
        Folder(path)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        let around = path.parent().expect("it lies in the folder");
        std::fs::create_dir_all(around).expect("the folder is writable");
        std::fs::write(&path, text).expect("the folder is writable");
        path
    }

    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.0.join(name).display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Client {
    /// A server that nothing was said to.
    pub fn start(folder: Folder) -> Client {
        let mut server = Command::new(env!("CARGO_BIN_EXE_amllint"))
            .arg("lsp")
            .current_dir(&folder.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(server.stdout.take().expect("it is piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Client {
            input: server.stdin.take(),
            server,
            messages,
            kept: VecDeque::new(),
            next: 0,
            folder,
        }
    }

    /// A server that works in a folder of these files, for a client that watches files.
    pub fn with(files: &[(&str, &str)]) -> Client {
        let folder = Folder::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        Client::in_folder(folder, json!({}))
    }

    /// A server that works in a folder, with these settings.
    pub fn in_folder(folder: Folder, settings: Value) -> Client {
        Client::with_capabilities(
            folder,
            settings,
            json!({
                "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
            }),
        )
    }

    pub fn with_capabilities(folder: Folder, settings: Value, capabilities: Value) -> Client {
        let mut client = Client::start(folder);
        let root = client.folder.uri("");
        let root = root.trim_end_matches('/');
        let answer = client.ask(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "work" }],
                "capabilities": capabilities,
                "initializationOptions": settings,
            }),
        );
        assert!(answer["capabilities"].is_object(), "{answer}");
        client.tell("initialized", json!({}));
        client
    }

    /// Bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).expect("the server reads");
        input.flush().expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request; gives its id.
    pub fn request(&mut self, method: &str, params: Value) -> i32 {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and waits for its answer, the whole message.
    pub fn ask_for(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer_to(id)
    }

    pub fn answer_to(&mut self, id: i32) -> Value {
        self.wait(|message| message["id"] == id && message["method"].is_null())
    }

    /// Sends a request and waits for its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.ask_for(method, params);
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].take()
    }

    /// Waits for a message.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.wait_for(PATIENCE, wanted)
            .unwrap_or_else(|| panic!("the server did not say it; it said {:?}", self.kept))
    }

    pub fn wait_for(
        &mut self,
        patience: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        if let Some(position) = self.kept.iter().position(&wanted) {
            return self.kept.remove(position);
        }
        let until = Instant::now() + patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).ok()?;
            if wanted(&message) {
                return Some(message);
            }
            self.kept.push_back(message);
        }
    }

    /// Opens a file as it lies on disk.
    pub fn open(&mut self, name: &str) -> Value {
        let text = std::fs::read_to_string(self.folder.0.join(name)).expect("the file is there");
        self.open_as(name, &text)
    }

    /// Opens a document with a text; gives what is found in it.
    pub fn open_as(&mut self, name: &str, text: &str) -> Value {
        let uri = self.folder.uri(name);
        self.tell(
            "textDocument/didOpen",
            json!({
                "textDocument": { "uri": uri, "languageId": "bicep", "version": 1, "text": text },
            }),
        );
        self.found_at(name, 1)
    }

    /// Puts a text in place of all of a document; gives what is found in it then.
    pub fn replace(&mut self, name: &str, version: i32, text: &str) -> Value {
        let change = json!({ "text": text });
        self.change(name, version, json!([change]));
        self.found_at(name, version)
    }

    pub fn change(&mut self, name: &str, version: i32, changes: Value) {
        let uri = self.folder.uri(name);
        self.tell(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version }, "contentChanges": changes,
            }),
        );
    }

    /// What is found in a version of a document.
    pub fn found_at(&mut self, name: &str, version: i32) -> Value {
        let uri = self.folder.uri(name);
        let mut message =
            self.wait(|message| is_told(message, &uri) && message["params"]["version"] == version);
        message["params"]["diagnostics"].take()
    }

    /// Waits until these codes are found in a file.
    pub fn until_found(&mut self, name: &str, expected: &[&str]) {
        let uri = self.folder.uri(name);
        self.wait(|message| {
            is_told(message, &uri) && codes(&message["params"]["diagnostics"]) == expected
        });
    }

    /// What was told of a file and not waited for.
    pub fn kept_of(&self, name: &str) -> Vec<&Value> {
        let is_of = |message: &&Value| {
            let uri = message["params"]["uri"].as_str().unwrap_or_default();
            message["method"] == "textDocument/publishDiagnostics" && uri.ends_with(name)
        };
        self.kept.iter().filter(is_of).collect()
    }

    /// Ends the server; gives its exit status.
    pub fn end(mut self) -> Option<i32> {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.status()
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits for the server's end.
    pub fn status(&mut self) -> Option<i32> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.server.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn is_told(message: &Value, uri: &str) -> bool {
    message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
}

/// The codes of findings.
pub fn codes(found: &Value) -> Vec<String> {
    let found = found.as_array().expect("findings are a list");
    let codes = found
        .iter()
        .map(|one| one["code"].as_str().unwrap_or_default());
    codes.map(str::to_owned).collect()
}

/// The point in a text at which `wanted` begins, columns in units of UTF-16.
pub fn point(text: &str, wanted: &str) -> Value {
    let offset = text.find(wanted).expect("the text holds it");
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Where a test file lies.
pub fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}
