//! The worker: takes messages in the order in which they come, and looks at what has changed when none does.

use super::client::{Answer, Client};
use super::diagnostics::{ByFile, by_file, may_have_findings, of_document};
use super::documents::Documents;
use super::folder::Folder;
use super::initialize::{Introduction, introduce, watchers};
use super::progress::Telling;
use super::settings::Settings;
use super::threads::Shared;
use super::transport::Incoming;
use super::watch::Watch;
use crate::project::{Buffers, lies};
use crate::source::Encoding;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{LogMessage, PublishDiagnostics};
use lsp_types::request::{RegisterCapability, WorkspaceConfiguration};
use lsp_types::{ConfigurationItem, ConfigurationParams, LogMessageParams, MessageType, Uri};
use rustc_hash::{FxHashMap, FxHashSet};
use std::any::Any;
use std::collections::btree_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// So long one waits for more to be typed.
const PAUSE: Duration = Duration::from_millis(3);
/// But not longer than this.
const LONGEST_PAUSE: Duration = Duration::from_millis(30);
/// How often one looks at what no client watches, while there is nothing to do.
const IDLE: Duration = Duration::from_secs(1);
/// A run over so many files tells how far it is.
const MANY_FILES: usize = 32;

/// How far the conversation has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Beginning,
    Working,
    ShutDown,
}

/// The server.
pub struct Server {
    pub client: Client,
    shared: Arc<Shared>,
    stage: Stage,
    pub encoding: Encoding,
    introduction: Introduction,
    pub settings: Settings,
    pub documents: Documents,
    /// The texts of the documents, as whoever reads files finds them.
    pub buffers: Buffers,
    pub folders: Vec<Folder>,
    /// What was found in each folder, in their order.
    found: Vec<ByFile>,
    /// What the client was told last.
    told: ByFile,
    /// Documents of which something is to be told, be it the same as before.
    touched: FxHashSet<String>,
    /// Documents that something of ours broke over, and what.
    broken: FxHashMap<String, String>,
    /// Since when there is something to do, and when the last of it came.
    due: Option<(Instant, Instant)>,
    /// Requests of ours that wait for settings.
    asked: FxHashSet<RequestId>,
    /// Whether the client takes links that say what they are links of.
    pub links: bool,
    /// Whether the client asks for the reason of a suppression.
    pub asks_for_reason: bool,
    watch: Watch,
    incoming_is_empty: Option<Receiver<Incoming>>,
    runs: u64,
}

impl Server {
    /// A server that nobody has spoken to yet.
    pub fn new(client: Client, shared: Arc<Shared>) -> Server {
        Server {
            client,
            shared,
            stage: Stage::Beginning,
            encoding: Encoding::default(),
            introduction: Introduction::default(),
            settings: Settings::default(),
            documents: Documents::default(),
            buffers: Buffers::default(),
            folders: Vec::new(),
            found: Vec::new(),
            told: ByFile::default(),
            touched: FxHashSet::default(),
            broken: FxHashMap::default(),
            due: None,
            asked: FxHashSet::default(),
            links: false,
            asks_for_reason: false,
            watch: Watch::default(),
            incoming_is_empty: None,
            runs: 0,
        }
    }

    /// Serves until the client is done; gives the exit status.
    pub fn run(mut self, incoming: &Receiver<Incoming>) -> u8 {
        self.incoming_is_empty = Some(incoming.clone());
        loop {
            match incoming.recv_timeout(self.wait()) {
                Ok(incoming) => {
                    if let Some(status) = self.take(incoming) {
                        return status;
                    }
                }
                Err(RecvTimeoutError::Timeout) if self.due.is_some() => self.look(),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return 1,
            }
        }
    }

    fn wait(&self) -> Duration {
        let Some((first, last)) = self.due else {
            return IDLE;
        };
        let now = Instant::now();
        let until = (last + PAUSE).min(first + LONGEST_PAUSE);
        until.saturating_duration_since(now)
    }

    /// There is something to look at.
    pub fn is_due(&mut self) {
        let now = Instant::now();
        let first = self.due.map_or(now, |(first, _)| first);
        self.due = Some((first, now));
    }

    fn take(&mut self, incoming: Incoming) -> Option<u8> {
        match incoming {
            Incoming::Message(Message::Notification(notification)) => {
                if notification.method == "exit" {
                    return Some(u8::from(self.stage != Stage::ShutDown));
                }
                self.notice(notification);
            }
            Incoming::Message(Message::Request(request)) => self.serve(request),
            Incoming::Message(Message::Response(response)) => self.hear(response),
            Incoming::Nonsense { id, code, message } => {
                self.client.refuse(id.as_ref(), code, &message);
            }
        }
        None
    }

    /// Answers a request, whatever becomes of it.
    fn serve(&mut self, request: Request) {
        let Request { id, method, params } = request;
        if self.shared.is_cancelled(&id) {
            let message = "the request was cancelled".to_owned();
            return self
                .client
                .answer(id, Err((ErrorCode::RequestCanceled, message)));
        }
        let uri = uri_of(&params);
        let answer = catch_unwind(AssertUnwindSafe(|| match self.stage {
            Stage::Beginning if method == "initialize" => Some(self.initialize(params)),
            Stage::Beginning => Some(Err((
                ErrorCode::ServerNotInitialized,
                "the first request is `initialize`".to_owned(),
            ))),
            Stage::Working if method == "shutdown" => {
                self.stage = Stage::ShutDown;
                Some(Ok(serde_json::Value::Null))
            }
            Stage::Working => self.answer_at_last(&id, &method, params),
            Stage::ShutDown => Some(Err((
                ErrorCode::InvalidRequest,
                "the server was shut down".to_owned(),
            ))),
        }));
        let answer = answer.unwrap_or_else(|panic| {
            let message = format!("a bug of amllint: {method} failed: {}", words(&*panic));
            self.break_over(uri, &message);
            Some(Err((ErrorCode::InternalError, message)))
        });
        if let Some(answer) = answer {
            self.client.answer(id, answer);
        }
    }

    fn initialize(&mut self, params: serde_json::Value) -> Answer {
        let params = serde_json::from_value(params)
            .map_err(|error| (ErrorCode::InvalidParams, error.to_string()))?;
        let introduction = Introduction::read(params);
        self.shared
            .parent
            .store(introduction.parent, Ordering::Relaxed);
        self.encoding = introduction.encoding;
        self.settings = introduction.settings.clone();
        self.links = introduction.links;
        self.asks_for_reason = introduction.asks_for_reason;
        // Paths are told as `check` tells them in this folder.
        if let Some(first) = introduction.folders.first() {
            let _ = std::env::set_current_dir(first);
        }
        self.set_folders(introduction.folders.clone());
        self.introduction = introduction;
        self.stage = Stage::Working;
        serde_json::to_value(introduce(self.encoding))
            .map_err(|error| (ErrorCode::InternalError, error.to_string()))
    }

    /// Takes a notification, whatever becomes of it.
    fn notice(&mut self, notification: Notification) {
        if self.stage != Stage::Working {
            return;
        }
        let Notification { method, params } = notification;
        let uri = uri_of(&params);
        let noticed = catch_unwind(AssertUnwindSafe(|| match method.as_str() {
            "initialized" => {
                self.initialized();
                Ok(())
            }
            _ => self.handle(&method, params),
        }));
        match noticed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.log(MessageType::WARNING, format!("{method}: {error}")),
            Err(panic) => {
                let message = format!("a bug of amllint: {method} failed: {}", words(&*panic));
                self.break_over(uri, &message);
            }
        }
    }

    fn initialized(&mut self) {
        if self.introduction.watches {
            self.client.ask::<RegisterCapability>(watchers());
        }
        self.ask_for_settings();
        self.is_due();
    }

    /// Asks for settings, if the client is one that is asked; whether it is.
    pub fn ask_for_settings(&mut self) -> bool {
        if self.introduction.configures {
            let item = ConfigurationItem {
                scope_uri: None,
                section: Some("amllint".to_owned()),
            };
            let items = vec![item];
            let id = self
                .client
                .ask::<WorkspaceConfiguration>(ConfigurationParams { items });
            self.asked.insert(id);
        }
        self.introduction.configures
    }

    /// Takes the answer to something that the client was asked.
    fn hear(&mut self, response: Response) {
        if !self.asked.remove(&response.id) {
            return;
        }
        if let Ok(result) = response.response_result
            && let Some(settings) = result.get(0).filter(|settings| settings.is_object())
        {
            self.set(Settings::read(settings));
        }
    }

    /// Takes other settings.
    pub fn set(&mut self, settings: Settings) {
        if settings == self.settings {
            return;
        }
        self.settings = settings;
        for folder in &mut self.folders {
            folder.set(&self.settings, self.buffers.clone());
        }
        self.is_due();
    }

    /// Takes the folders that are worked in. One that lies inside of another is looked at with it.
    pub fn set_folders(&mut self, bases: Vec<PathBuf>) {
        let lie: Vec<PathBuf> = bases.iter().map(|base| lies(base)).collect();
        let is_inside = |own: usize| {
            let others = lie.iter().enumerate();
            let mut others = others.filter(|(other, _)| *other != own);
            others.any(|(other, path)| {
                lie[own].starts_with(path) && (lie[own] != *path || other < own)
            })
        };
        let mut folders = std::mem::take(&mut self.folders);
        folders.retain(|folder| !folder.is_loose);
        for (position, base) in bases.into_iter().enumerate() {
            if is_inside(position) {
                continue;
            }
            let known = folders.iter().position(|folder| folder.base == base);
            let folder = known.map(|known| folders.swap_remove(known));
            let new = || Folder::new(base, &self.settings, self.buffers.clone(), false);
            self.folders.push(folder.unwrap_or_else(new));
        }
        self.found = self.folders.iter().map(|_| ByFile::default()).collect();
        for folder in &mut self.folders {
            folder.is_dirty = true;
        }
        let open: Vec<PathBuf> = self.documents.iter().map(|one| one.lies.clone()).collect();
        for document in open {
            self.make_room(&document);
        }
        self.is_due();
    }

    /// Sees to it that a document belongs to a folder.
    pub fn make_room(&mut self, lies: &Path) {
        if self.folders.iter().any(|folder| folder.holds(lies)) {
            return;
        }
        let Some(document) = self.documents.at(lies) else {
            return;
        };
        if let Some(base) = document.path.parent() {
            let base = base.to_owned();
            let folder = Folder::new(base, &self.settings, self.buffers.clone(), true);
            self.folders.push(folder);
            self.found.push(ByFile::default());
        }
    }

    /// The folder that a file lies in.
    pub fn folder_of(&self, lies: &Path) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.holds(lies))
    }

    /// Takes what has changed on disk or in documents.
    pub fn changed(&mut self, changed: FxHashSet<PathBuf>, are_other: bool) {
        for folder in &mut self.folders {
            folder.change(&changed, &self.buffers, &self.settings, are_other);
        }
        self.is_due();
    }

    /// Something is to be told of this document.
    pub fn touch(&mut self, uri: &Uri) {
        self.touched.insert(uri.as_str().to_owned());
        self.broken.remove(uri.as_str());
    }

    /// Looks at what has changed and tells what is found, unless a message comes in between.
    pub fn look(&mut self) {
        let read = SystemTime::now();
        let looked = catch_unwind(AssertUnwindSafe(|| self.look_at_folders()));
        match looked {
            Ok(true) => {
                self.due = None;
                self.publish();
                self.watch_files(read);
            }
            // Whatever came in is taken first; what was found so far is kept.
            Ok(false) => self.is_due(),
            Err(panic) => {
                self.due = None;
                for folder in &mut self.folders {
                    folder.is_dirty = false;
                }
                let message = format!("a bug of amllint: the run failed: {}", words(&*panic));
                self.log(MessageType::ERROR, message);
            }
        }
    }

    /// Whether it came to its end.
    fn look_at_folders(&mut self) -> bool {
        for position in 0..self.folders.len() {
            let folder = &mut self.folders[position];
            if !folder.is_dirty {
                continue;
            }
            folder.refresh(&self.documents);
            let pending = folder.pending();
            if pending > MANY_FILES {
                self.tell_first(position);
            }
            let folder = &mut self.folders[position];
            let progress = (pending > MANY_FILES && self.introduction.shows_progress)
                .then(|| Telling::begin(self.client.clone(), &mut self.runs, pending));
            let incoming = self.incoming_is_empty.as_ref();
            let seen = AtomicUsize::new(0);
            let stop = || {
                if let Some(progress) = &progress {
                    progress.tell(seen.load(Ordering::Relaxed));
                }
                incoming.is_some_and(|incoming| !incoming.is_empty())
            };
            let report = folder.lint(&stop, &seen);
            if let Some(progress) = progress {
                progress.end();
            }
            let Some(report) = report else {
                return false;
            };
            folder.is_dirty = false;
            let folder = &self.folders[position];
            self.found[position] = by_file(folder, &self.documents, &report, self.encoding);
            self.folders[position].report = Some(report);
        }
        true
    }

    /// Tells of the documents that are open before many other files are looked at.
    fn tell_first(&mut self, position: usize) {
        let folder = &self.folders[position];
        let mut all = Vec::new();
        for document in self.documents.iter() {
            let text = document.uri.as_str();
            if !self.touched.contains(text) || !folder.holds(&document.lies) {
                continue;
            }
            let Some(report) = folder.lint_first(&document.lies) else {
                continue;
            };
            let mut found = by_file(folder, &self.documents, &report, self.encoding);
            let found = found.remove(text).map(|(_, found)| found);
            let found = found.unwrap_or_default();
            let is_told = self
                .told
                .get(text)
                .is_some_and(|(_, before)| *before == found);
            if !is_told {
                all.push((document.uri.clone(), found));
            }
        }
        for (uri, found) in all {
            self.tell(&uri, &found);
            self.told.insert(uri.as_str().to_owned(), (uri, found));
        }
    }

    /// Tells the client what is not what it was told last.
    fn publish(&mut self) {
        let now = self.to_tell();
        for (text, (uri, _)) in &self.told {
            if !now.contains_key(text) {
                self.tell(uri, &[]);
            }
        }
        for (text, (uri, diagnostics)) in &now {
            let before = self.told.get(text);
            let is_same = before.is_some_and(|(_, before)| before == diagnostics);
            if !is_same || self.touched.contains(text) {
                self.tell(uri, diagnostics);
            }
        }
        self.told = now;
        self.told
            .retain(|_, (_, diagnostics)| !diagnostics.is_empty());
        self.touched.clear();
    }

    /// What there is to tell, by file; of documents that were touched also that there is nothing.
    fn to_tell(&self) -> ByFile {
        let mut now = ByFile::default();
        for (text, (uri, diagnostics)) in self.found.iter().flatten() {
            if self.settings.only_open_files && self.documents.get(uri).is_none() {
                continue;
            }
            match now.entry(text.clone()) {
                Entry::Vacant(place) => {
                    place.insert((uri.clone(), diagnostics.clone()));
                }
                // A module outside of two folders that both use it.
                Entry::Occupied(mut known) => {
                    let (_, known) = known.get_mut();
                    Arc::make_mut(known).extend(diagnostics.iter().cloned());
                }
            }
        }
        for document in self.documents.iter() {
            let text = document.uri.as_str();
            let broken = self.broken.get(text);
            let is_touched = self.touched.contains(text) && may_have_findings(&document.path);
            if broken.is_none() && !is_touched {
                continue;
            }
            let of_file = now.entry(text.to_owned());
            let (_, of_file) = of_file.or_insert_with(|| (document.uri.clone(), Arc::default()));
            if let Some(message) = broken {
                Arc::make_mut(of_file).push(of_document(message.clone()));
            }
        }
        now
    }

    fn tell(&self, uri: &Uri, diagnostics: &[lsp_types::Diagnostic]) {
        #[derive(serde::Serialize)]
        struct Parameters<'a> {
            uri: &'a Uri,
            diagnostics: &'a [lsp_types::Diagnostic],
            #[serde(skip_serializing_if = "Option::is_none")]
            version: Option<i32>,
        }
        let version = self.documents.get(uri).map(|document| document.version);
        self.client.notify_with::<PublishDiagnostics>(&Parameters {
            uri,
            diagnostics,
            version,
        });
    }

    /// Looks at what no client watches.
    fn look_around(&mut self) {
        let (changed, are_other) = self.watch.changed();
        if changed.is_empty() {
            return;
        }
        if changed.iter().any(|path| path.ends_with(".git/HEAD")) {
            return self.forget();
        }
        self.changed(changed.into_iter().collect(), are_other);
    }

    /// Everything may be another: a branch was checked out.
    pub fn forget(&mut self) {
        for folder in &mut self.folders {
            folder.forget(&self.buffers, &self.settings);
        }
        self.is_due();
    }

    fn watch_files(&mut self, read: SystemTime) {
        let mut paths: Vec<PathBuf> = Vec::new();
        for folder in &self.folders {
            let is_watched =
                |path: &Path| self.introduction.watches && !folder.is_loose && folder.holds(path);
            let git = folder.lies.ancestors().map(|one| one.join(".git/HEAD"));
            paths.extend(git.filter(|head| !is_watched(head) && head.exists()));
            let looked_for = folder.session().looked_for();
            paths.extend(looked_for.into_iter().filter(|path| !is_watched(path)));
            if !self.introduction.watches {
                let files = folder.session().files().iter();
                let files: Vec<PathBuf> = files.map(|found| lies(&found.path)).collect();
                let folders = files.iter().filter_map(|file| file.parent());
                let folders: FxHashSet<PathBuf> = folders.map(Path::to_owned).collect();
                paths.extend(folders);
                paths.extend(files);
                paths.push(folder.lies.clone());
            }
            paths.extend(folder.rule_folders(&self.settings));
        }
        self.watch.set(paths, read);
    }

    /// Says something where the client keeps what is said.
    pub fn log(&self, typ: MessageType, message: String) {
        self.client
            .notify::<LogMessage>(LogMessageParams { typ, message });
    }

    /// Something of ours broke over a document: that is told there, and nothing else suffers.
    fn break_over(&mut self, uri: Option<String>, message: &str) {
        self.log(MessageType::ERROR, message.to_owned());
        if let Some(uri) = uri {
            self.broken.insert(uri, message.to_owned());
            self.is_due();
        }
    }

    /// Whether something has changed that was not looked at yet.
    pub fn is_behind(&self) -> bool {
        self.due.is_some()
    }

    /// What the client was told of a file.
    pub fn told(&self, uri: &Uri) -> &[lsp_types::Diagnostic] {
        let told = self.told.get(uri.as_str());
        told.map_or(&[], |(_, diagnostics)| diagnostics)
    }
}

/// The document that parameters speak of.
fn uri_of(params: &serde_json::Value) -> Option<String> {
    let uri = params.get("textDocument")?.get("uri")?;
    uri.as_str().map(str::to_owned)
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::unbounded;
    use serde_json::{Value, json};

    /// A server that works in no folder, and what it says.
    fn server() -> (Server, Receiver<Vec<u8>>) {
        let (sender, messages) = unbounded();
        let mut server = Server::new(Client::new(sender), Arc::default());
        server.stage = Stage::Working;
        (server, messages)
    }

    fn told(messages: &Receiver<Vec<u8>>) -> Vec<Value> {
        let messages = messages.try_iter();
        let messages = messages.map(|bytes| serde_json::from_slice(&bytes));
        messages
            .map(|message| message.expect("it is JSON"))
            .collect()
    }

    fn send(server: &mut Server, message: Value) {
        let message = serde_json::from_value(message).expect("it is a message");
        assert_eq!(server.take(Incoming::Message(message)), None);
    }

    /// Opens a document that is on no disk.
    fn open(server: &mut Server, name: &str) -> Value {
        let folder = std::env::temp_dir().join("amllint-nowhere");
        let uri = format!("file://{}/{name}", folder.display());
        let document =
            json!({ "uri": uri, "languageId": "bicep", "version": 1, "text": "param a string" });
        let params = json!({ "textDocument": document });
        send(
            server,
            json!({ "method": "textDocument/didOpen", "params": params }),
        );
        json!(uri)
    }

    #[test]
    fn what_breaks_over_a_document_is_told_there_and_nothing_else_suffers() {
        let (mut server, messages) = server();
        let (first, second) = (open(&mut server, "a.bicep"), open(&mut server, "b.bicep"));
        let of = |uri: &Value| json!({ "textDocument": { "uri": uri } });
        let broken = json!({ "id": 1, "method": "test/break", "params": of(&first) });
        send(&mut server, broken);
        send(
            &mut server,
            json!({ "method": "test/break", "params": of(&first) }),
        );
        server.look();
        let told = told(&messages);
        let answer = told.iter().find(|message| message["id"] == 1);
        let answer = answer.expect("the request is answered");
        assert_eq!(answer["error"]["code"], -32603);
        let found = |uri: &Value| {
            let mut all = told
                .iter()
                .filter(|message| message["params"]["uri"] == *uri);
            all.next_back().expect("the document is told of")["params"]["diagnostics"].clone()
        };
        assert_eq!(found(&first)[0]["code"], "AM901");
        assert_eq!(found(&second), json!([]));
    }

    #[test]
    fn it_is_taken_back_when_the_document_changes() {
        let (mut server, messages) = server();
        let uri = open(&mut server, "c.bicep");
        let of = json!({ "textDocument": { "uri": uri } });
        send(&mut server, json!({ "method": "test/break", "params": of }));
        server.look();
        told(&messages);
        let params = json!({
            "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": "" }],
        });
        send(
            &mut server,
            json!({ "method": "textDocument/didChange", "params": params }),
        );
        server.look();
        let told = told(&messages);
        let last = told.last().expect("the document is told of");
        assert_eq!(last["params"]["diagnostics"], json!([]));
        assert_eq!(last["params"]["version"], 2);
    }
}
