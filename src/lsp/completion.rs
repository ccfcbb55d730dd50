//! What may be typed next in rule files, and in the configuration.

use super::documents::Document;
use super::folder::Folder;
use super::location::offset;
use super::place::{Place, in_toml, in_yaml};
use super::schema::{Allowed, allowed};
use super::server::Server;
use crate::project::lies;
use crate::rules::schema::{Kind, schema};
use crate::source::EditorLines;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, Documentation,
    MarkupContent, MarkupKind,
};
use serde_json::Value;
use std::path::Path;

/// The folder of what rules share, inside of a folder of rules.
const DATA: &str = "data";

impl Server {
    /// What may be typed at a place of a document.
    pub fn completion(&mut self, params: &CompletionParams) -> Option<CompletionResponse> {
        let at = &params.text_document_position;
        let document = self.documents.get(&at.text_document.uri)?;
        let folder = self.folder_of(&document.lies)?;
        let schema = self.schema_of(folder, document)?;
        let lines = EditorLines::new(&document.text);
        let offset = offset(&lines, at.position, self.encoding);
        let is_toml = is_toml(&document.lies);
        let place = match is_toml {
            true => in_toml(&document.text, offset),
            false => in_yaml(&document.text, offset),
        };
        let allowed = allowed(&schema, &place.steps);
        Some(CompletionResponse::Array(items(&place, allowed, is_toml)))
    }

    /// The schema of a document; `None` if it is neither a rule file nor a configuration.
    fn schema_of(&self, folder: &Folder, document: &Document) -> Option<Value> {
        let kind = kind_of(folder, &folder.rule_folders(&self.settings), document)?;
        Some(schema(kind, &folder.catalogue))
    }
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

/// What kind of rule file a document is: one in a folder of rules, or one that says which schema it has.
fn kind_of(_: &Folder, folders: &[std::path::PathBuf], document: &Document) -> Option<Kind> {
    let path = &document.lies;
    let is_yaml = path
        .extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml");
    let inside = folders.iter().any(|folder| path.starts_with(lies(folder)));
    let says = || {
        let first = document.text.lines().next().unwrap_or_default();
        first.contains("yaml-language-server:") && first.contains("rule.schema.json")
    };
    if !is_yaml || !(inside || says()) {
        return None;
    }
    let around = path.parent().and_then(Path::file_name);
    if around.is_none_or(|name| name != DATA) {
        return Some(Kind::Rule);
    }
    let stem = path.file_stem()?.to_str()?;
    let mut kinds = Kind::ALL.iter().copied();
    kinds.find(|kind| kind.word() == stem)
}

fn items(place: &Place, allowed: Allowed, is_toml: bool) -> Vec<CompletionItem> {
    let (words, kind) = match place.is_value {
        true => (allowed.values, CompletionItemKind::VALUE),
        false => (allowed.keys, CompletionItemKind::PROPERTY),
    };
    let is_new = |word: &String| place.is_value || !place.siblings.contains(word);
    let words = words.into_iter().filter(|(word, _)| is_new(word));
    let item = |(word, description): (String, String)| {
        let is_text = word.parse::<f64>().is_err() && word != "true" && word != "false";
        let text = match (place.is_value, is_toml) {
            (true, true) if is_text => format!("\"{word}\""),
            (true, _) => word.clone(),
            (false, true) => format!("{word} = "),
            (false, false) => format!("{word}: "),
        };
        let markup = MarkupContent {
            kind: MarkupKind::Markdown,
            value: description.clone(),
        };
        CompletionItem {
            label: word,
            kind: Some(kind),
            insert_text: Some(text),
            documentation: (!description.is_empty())
                .then_some(Documentation::MarkupContent(markup)),
            ..CompletionItem::default()
        }
    };
    words.map(item).collect()
}
