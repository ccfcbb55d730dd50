//! Changes of several documents, put together file by file.

use lsp_types::{TextEdit, Uri, WorkspaceEdit};
use std::collections::{BTreeMap, HashMap};

/// What is to be written otherwise, by the addresses of files.
#[derive(Debug, Default)]
pub struct Edits(BTreeMap<String, (Uri, Vec<TextEdit>)>);

impl Edits {
    /// Adds a change; the same one is made once.
    pub fn add(&mut self, uri: &Uri, edit: TextEdit) {
        let of_file = self.0.entry(uri.as_str().to_owned());
        let (_, edits) = of_file.or_insert_with(|| (uri.clone(), Vec::new()));
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }

    /// Adds all changes of others.
    pub fn add_all(&mut self, others: Edits) {
        for (uri, edits) in others.0.into_values() {
            for edit in edits {
                self.add(&uri, edit);
            }
        }
    }

    /// Whether a file is changed.
    pub fn has(&self, uri: &Uri) -> bool {
        self.0.contains_key(uri.as_str())
    }

    /// The changes as the client makes them; nothing if there are none.
    #[expect(
        clippy::mutable_key_type,
        reason = "the protocol's type has addresses as keys, which nobody changes"
    )]
    pub fn finish(self) -> Option<WorkspaceEdit> {
        if self.0.is_empty() {
            return None;
        }
        let changes: HashMap<Uri, Vec<TextEdit>> = self.0.into_values().collect();
        Some(WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        })
    }
}
