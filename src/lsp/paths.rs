//! Paths in a document that lead to other files: modules, imports, templates of parameter files, linked templates, loaded files.

use super::cursor::Parsed;
use super::documents::Document;
use super::folder::Folder;
use crate::project::plain;
use crate::source::Span;
use crate::syntax::bicep::{NodeId, StatementKind, Syntax, SyntaxTree};
use crate::syntax::node::Node;
use std::path::{Path, PathBuf};

/// Functions that load the file that their first argument names.
const LOADS: [&str; 4] = [
    "loadTextContent",
    "loadFileAsBase64",
    "loadJsonContent",
    "loadYamlContent",
];

/// A path as it is written.
pub struct WrittenPath {
    /// Where its text stands, without quotes.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// Where it leads, if there is a file that may be read.
    pub target: Option<PathBuf>,
}

/// All of them, in the order in which they were found.
pub fn paths(parsed: &Parsed, folder: &Folder, document: &Document) -> Vec<WrittenPath> {
    paths_of(parsed, folder, &document.path)
}

/// The same of a file that lies here.
pub fn paths_of(parsed: &Parsed, folder: &Folder, lies: &Path) -> Vec<WrittenPath> {
    let mut found = Vec::new();
    if let Some(tree) = parsed.bicep() {
        in_bicep(tree, &mut found);
    }
    if let Some(document) = parsed.json() {
        in_json(document.root(), &mut found);
    }
    for path in &mut found {
        path.target = target(&path.text, folder, lies);
    }
    found
}

/// Where a path leads that is written in a file.
fn target(text: &str, folder: &Folder, from: &Path) -> Option<PathBuf> {
    // Addresses of registries and template specs are no paths.
    if text.is_empty() || text.starts_with("br:") || text.starts_with("br/") || text.contains("://")
    {
        return None;
    }
    if text.starts_with("ts:") || text.starts_with("ts/") {
        return None;
    }
    let text = text.replace('\\', "/");
    let path = plain(&from.parent()?.join(text.trim_start_matches('/')));
    let real = crate::project::lies(&path);
    let reach = &folder.options.reach;
    // What lies outside of the root is not even said to be there.
    let roots = reach.root_paths();
    if !roots.iter().any(|root| real.starts_with(root)) {
        return None;
    }
    (reach.buffers.get(&real).is_some() || real.is_file()).then_some(path)
}

fn in_bicep(tree: &SyntaxTree, found: &mut Vec<WrittenPath>) {
    for position in 0.. {
        let Some(statement) = tree.get_statement(position) else {
            break;
        };
        let path = match &statement.kind {
            StatementKind::Module { path, .. }
            | StatementKind::Import { path, .. }
            | StatementKind::Extends(path)
            | StatementKind::Using(Some(path)) => *path,
            StatementKind::TargetScope(_)
            | StatementKind::Metadata { .. }
            | StatementKind::Parameter { .. }
            | StatementKind::Variable { .. }
            | StatementKind::Type { .. }
            | StatementKind::Function { .. }
            | StatementKind::Resource { .. }
            | StatementKind::Output { .. }
            | StatementKind::Assert { .. }
            | StatementKind::Test { .. }
            | StatementKind::Extension { .. }
            | StatementKind::Using(None)
            | StatementKind::Assignment { .. }
            | StatementKind::ExtensionConfig
            | StatementKind::Missing => continue,
        };
        found.extend(string(tree, path));
    }
    for node in tree.ids() {
        if let Syntax::Call {
            function,
            arguments,
        } = tree.syntax(node)
            && LOADS.contains(&tree.name(function))
            && let Some(first) = tree.list(arguments).first()
        {
            found.extend(string(tree, *first));
        }
    }
}

fn string(tree: &SyntaxTree, node: NodeId) -> Option<WrittenPath> {
    let text = tree.string(node)?.to_owned();
    Some(WrittenPath {
        span: inner(tree.span(node)),
        text,
        target: None,
    })
}

/// A string without its quotes.
fn inner(span: Span) -> Span {
    let end = span.end.saturating_sub(1).max(span.start);
    Span {
        start: (span.start + 1).min(end),
        end,
        ..span
    }
}

/// `relativePath` of links, anywhere in the template.
fn in_json(node: Node<'_>, found: &mut Vec<WrittenPath>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        for (key, value) in node.members() {
            if key.is_called("relativePath")
                && let Some(text) = value.as_str().filter(|text| !text.starts_with('['))
            {
                found.push(WrittenPath {
                    span: inner(value.span()),
                    text: text.to_owned(),
                    target: None,
                });
            }
            open.push(value);
        }
        open.extend(node.elements());
    }
}
