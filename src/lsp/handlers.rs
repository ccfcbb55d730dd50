//! What is done with each message.

use super::client::Answer;
use super::location::to_path;
use super::server::Server;
use super::settings::Settings;
use crate::project::lies;
use lsp_server::{ErrorCode, RequestId};
use lsp_types::notification as told;
use lsp_types::notification::Notification;
use lsp_types::request as asked;
use lsp_types::request::Request;
use lsp_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, FileChangeType, FileEvent, RenameFilesParams, Uri,
};
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::str::FromStr;

impl Server {
    /// Takes a notification; says what is wrong with it.
    pub fn handle(&mut self, method: &str, params: serde_json::Value) -> Result<(), String> {
        #[cfg(test)]
        assert_ne!(method, "test/break", "a test asked for it");
        match method {
            told::DidOpenTextDocument::METHOD => self.opened(read(params)?),
            told::DidChangeTextDocument::METHOD => self.edited(read(params)?)?,
            told::DidCloseTextDocument::METHOD => self.closed(&read(params)?),
            told::DidSaveTextDocument::METHOD => self.saved(&read(params)?),
            told::DidChangeWatchedFiles::METHOD => self.files_changed(&read(params)?),
            told::DidChangeConfiguration::METHOD => self.configured(&read(params)?),
            told::DidChangeWorkspaceFolders::METHOD => self.folders_changed(&read(params)?),
            told::DidRenameFiles::METHOD => self.renamed(&read(params)?),
            // What the protocol says may be passed over, and what we do not know.
            _ => {}
        }
        Ok(())
    }

    /// Answers a request; `None` if the answer comes later.
    pub fn answer_at_last(
        &mut self,
        id: &RequestId,
        method: &str,
        params: serde_json::Value,
    ) -> Option<Answer> {
        #[cfg(test)]
        assert_ne!(method, "test/break", "a test asked for it");
        if method == asked::ExecuteCommand::METHOD {
            return match given(params) {
                Ok(params) => self.execute(id, &params),
                Err(error) => Some(Err(error)),
            };
        }
        Some(self.answer(method, params))
    }

    /// Answers a request.
    fn answer(&mut self, method: &str, params: serde_json::Value) -> Answer {
        match method {
            asked::HoverRequest::METHOD => answer(self.hover(&given(params)?)),
            asked::GotoDefinition::METHOD => answer(self.definition(&given(params)?)),
            asked::DocumentLinkRequest::METHOD => answer(self.document_links(&given(params)?)),
            asked::CodeActionRequest::METHOD => answer(self.actions(&given(params)?)),
            asked::CodeLensRequest::METHOD => answer(self.lenses(&given(params)?)),
            asked::InlayHintRequest::METHOD => answer(self.hints(&given(params)?)),
            asked::Completion::METHOD => answer(self.completion(&given(params)?)),
            asked::WillRenameFiles::METHOD => answer(self.will_rename(&given(params)?)),
            _ => {
                let message = format!("there is no method `{method}`");
                Err((ErrorCode::MethodNotFound, message))
            }
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let uri = params.text_document.uri.clone();
        let Some(document) = self.documents.open(params.text_document) else {
            return;
        };
        let (path, bytes) = (document.lies.clone(), document.bytes());
        // What was read from disk may be the same: then nothing has changed.
        let is_same = std::fs::read(&path).is_ok_and(|on_disk| *on_disk == *bytes);
        let is_new = std::fs::symlink_metadata(&path).is_err();
        let was_open = self.buffers.get(&path).is_some();
        self.buffers.insert(&path, bytes);
        self.make_room(&path);
        self.touch(&uri);
        let is_loose = self.folder_of(&path).is_some_and(|folder| folder.is_loose);
        let changed = match is_same && !was_open {
            true => FxHashSet::default(),
            false => FxHashSet::from_iter([path]),
        };
        self.changed(changed, is_new || is_loose);
    }

    fn edited(&mut self, params: DidChangeTextDocumentParams) -> Result<(), String> {
        let uri = params.text_document.uri;
        let (version, changes) = (params.text_document.version, params.content_changes);
        let document = self.documents.change(&uri, version, changes, self.encoding);
        let document = document.ok_or_else(|| format!("`{}` is not open", uri.as_str()))?;
        let (path, bytes) = (document.lies.clone(), document.bytes());
        self.buffers.insert(&path, bytes);
        self.touch(&uri);
        self.changed(FxHashSet::from_iter([path]), false);
        Ok(())
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.close(&params.text_document.uri) else {
            return;
        };
        self.buffers.remove(&document.lies);
        let on_disk = std::fs::read(&document.lies);
        let is_same = on_disk
            .as_ref()
            .is_ok_and(|bytes| *bytes == *document.text.as_bytes());
        let is_loose = self
            .folder_of(&document.lies)
            .is_some_and(|folder| folder.is_loose);
        let changed = match is_same {
            true => FxHashSet::default(),
            false => FxHashSet::from_iter([document.lies]),
        };
        self.changed(changed, on_disk.is_err() || is_loose);
    }

    /// What is saved is what is open; only of a document that was never sent the file counts.
    fn saved(&mut self, params: &DidSaveTextDocumentParams) {
        let Some(path) = to_path(&params.text_document.uri) else {
            return;
        };
        let path = lies(&path);
        let is_new = !self.is_known(&path);
        if self.documents.at(&path).is_none() || is_new {
            self.changed(FxHashSet::from_iter([path]), is_new);
        }
    }

    /// Whether a run looks at the file.
    fn is_known(&self, path: &std::path::Path) -> bool {
        self.folder_of(path).is_some_and(|folder| {
            let called = folder.called(path);
            let mut files = folder.session().files().iter();
            files.any(|found| found.path == called)
        })
    }

    fn files_changed(&mut self, params: &DidChangeWatchedFilesParams) {
        let mut changed = FxHashSet::default();
        let mut are_other = false;
        for FileEvent { uri, typ } in &params.changes {
            let Some(path) = to_path(uri) else {
                continue;
            };
            if path.ends_with(".git/HEAD") {
                return self.forget();
            }
            let path = lies(&path);
            if *typ == FileChangeType::CHANGED && self.documents.at(&path).is_some() {
                continue;
            }
            if *typ != FileChangeType::CHANGED || path.is_dir() {
                are_other = true;
                changed.extend(path.parent().map(PathBuf::from));
            }
            changed.insert(path);
        }
        if !changed.is_empty() {
            self.changed(changed, are_other);
        }
    }

    fn configured(&mut self, params: &DidChangeConfigurationParams) {
        if !self.ask_for_settings() && params.settings.is_object() {
            self.set(Settings::read(&params.settings));
        }
    }

    fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let event = &params.event;
        let removed: Vec<PathBuf> = event
            .removed
            .iter()
            .filter_map(|one| to_path(&one.uri))
            .collect();
        let own = self.folders.iter().filter(|folder| !folder.is_loose);
        let mut bases: Vec<PathBuf> = own.map(|folder| folder.base.clone()).collect();
        bases.retain(|base| !removed.contains(base));
        bases.extend(event.added.iter().filter_map(|one| to_path(&one.uri)));
        self.set_folders(bases);
    }

    fn renamed(&mut self, params: &RenameFilesParams) {
        let all = params.files.iter();
        let all = all.flat_map(|file| [&file.old_uri, &file.new_uri]);
        let paths = all.filter_map(|text| to_path(&Uri::from_str(text).ok()?));
        let paths: FxHashSet<PathBuf> = paths.map(|path| lies(&path)).collect();
        let folders: Vec<PathBuf> = paths
            .iter()
            .filter_map(|path| path.parent().map(PathBuf::from))
            .collect();
        self.changed(paths.into_iter().chain(folders).collect(), true);
    }
}

/// Parameters of a message.
pub fn read<T: DeserializeOwned>(params: serde_json::Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

/// Parameters of a request.
fn given<T: DeserializeOwned>(params: serde_json::Value) -> Result<T, (ErrorCode, String)> {
    read(params).map_err(|error| (ErrorCode::InvalidParams, error))
}

/// What a request is answered with.
fn answer(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}
