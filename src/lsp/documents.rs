//! The documents that the client has open.

use super::location::{offset, to_path};
use crate::project::lies;
use crate::source::{EditorLines, Encoding};
use lsp_types::{Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A document, saved or not.
#[derive(Debug)]
pub struct Document {
    /// What the client calls it.
    pub uri: Uri,
    /// The same as a path.
    pub path: PathBuf,
    /// Where it lies.
    pub lies: PathBuf,
    /// Counts its states, as the client does.
    pub version: i32,
    /// Its text.
    pub text: String,
}

impl Document {
    /// Its text as bytes of a file.
    pub fn bytes(&self) -> Arc<[u8]> {
        self.text.as_bytes().into()
    }

    /// Takes what was typed, one change after the other.
    fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => self.replace(range, &change.text, encoding),
            }
        }
    }

    /// Puts a text in place of another; places outside of the text are moved to its end.
    fn replace(&mut self, range: Range, text: &str, encoding: Encoding) {
        let lines = EditorLines::new(&self.text);
        let start = offset(&lines, range.start, encoding);
        let end = offset(&lines, range.end, encoding);
        self.text
            .replace_range(start.min(end)..start.max(end), text);
    }
}

/// All of them, by where they lie.
#[derive(Debug, Default)]
pub struct Documents {
    open: FxHashMap<PathBuf, Document>,
    /// Where they lie, by what the client calls them.
    by_uri: FxHashMap<String, PathBuf>,
}

impl Documents {
    /// Takes a document that was opened; `None` if it is no file. One that is open already is replaced.
    pub fn open(&mut self, item: TextDocumentItem) -> Option<&Document> {
        let path = to_path(&item.uri)?;
        let lies = lies(&path);
        self.by_uri
            .insert(item.uri.as_str().to_owned(), lies.clone());
        let document = Document {
            uri: item.uri,
            path,
            lies: lies.clone(),
            version: item.version,
            text: item.text,
        };
        self.open.insert(lies.clone(), document);
        self.open.get(&lies)
    }

    /// Takes changes of a document; `None` if it is not open.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Option<&Document> {
        let document = self.open.get_mut(self.by_uri.get(uri.as_str())?)?;
        document.version = version;
        document.change(changes, encoding);
        Some(document)
    }

    /// Forgets a document; gives it if it was open.
    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        self.open.remove(&self.by_uri.remove(uri.as_str())?)
    }

    /// The document that the client calls so.
    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(self.by_uri.get(uri.as_str())?)
    }

    /// The document that lies here.
    pub fn at(&self, lies: &Path) -> Option<&Document> {
        self.open.get(lies)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::Position;
    use std::str::FromStr;

    fn uri() -> Uri {
        Uri::from_str("file:///nowhere/main.bicep").expect("it is an address")
    }

    /// From where to where, line and column, and what is written there.
    type Edit<'a> = ((u32, u32), (u32, u32), &'a str);

    fn changed(text: &str, edits: &[Edit<'_>]) -> String {
        let mut documents = Documents::default();
        documents.open(TextDocumentItem {
            uri: uri(),
            language_id: "bicep".to_owned(),
            version: 1,
            text: text.to_owned(),
        });
        let position = |(line, character)| Position { line, character };
        let edits = edits.iter().map(|(start, end, text)| {
            let range = Range {
                start: position(*start),
                end: position(*end),
            };
            TextDocumentContentChangeEvent {
                range: Some(range),
                range_length: None,
                text: (*text).to_owned(),
            }
        });
        let edits = edits.collect();
        let document = documents.change(&uri(), 2, edits, Encoding::Utf16);
        document.expect("it is open").text.clone()
    }

    #[test]
    fn changes_are_made_one_after_the_other() {
        let text = "param a string\r\nvar 𝒳 = 1\r\n";
        let edits = [((0, 6), (0, 7), "name"), ((1, 6), (1, 6), "Y")];
        assert_eq!(changed(text, &edits), "param name string\r\nvar 𝒳Y = 1\r\n");
        let all = [((0, 0), (9, 9), "")];
        assert_eq!(changed(text, &all), "");
    }

    #[test]
    fn places_outside_of_the_text_are_moved_to_its_end() {
        let edits = [((7, 0), (9, 9), "!"), ((0, 99), (0, 99), "?")];
        assert_eq!(changed("a\nb", &edits), "a?\nb!");
        assert_eq!(changed("abc", &[((0, 2), (0, 1), "-")]), "a-c");
        assert_eq!(changed("𝒳", &[((0, 1), (0, 2), "")]), "");
    }

    #[test]
    fn what_is_not_open_cannot_be_changed_or_closed() {
        let mut documents = Documents::default();
        let change = documents.change(&uri(), 1, Vec::new(), Encoding::Utf8);
        assert!(change.is_none());
        assert!(documents.close(&uri()).is_none());
        let untitled = Uri::from_str("untitled:Untitled-1").expect("it is an address");
        assert!(documents.get(&untitled).is_none());
    }
}
