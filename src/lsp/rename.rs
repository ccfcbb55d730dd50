//! When a file is renamed, the paths that lead to it are, and those in it that are relative to where it lay.

use super::cursor::Parsed;
use super::diagnostics::uri_of;
use super::edits::Edits;
use super::folder::Folder;
use super::location::{range, to_path};
use super::paths::paths_of;
use super::server::Server;
use crate::project::{lies, plain};
use crate::source::{EditorLines, display};
use lsp_types::{RenameFilesParams, TextEdit, Uri, WorkspaceEdit};
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

/// Files larger than this, in bytes, are not looked through.
const LARGEST: u64 = 4 << 20;

impl Server {
    /// What has to be written otherwise when files are renamed.
    pub fn will_rename(&mut self, params: &RenameFilesParams) -> Option<WorkspaceEdit> {
        let mut changes = Edits::default();
        for file in &params.files {
            let path = |text: &str| to_path(&Uri::from_str(text).ok()?);
            let (Some(old), Some(new)) = (path(&file.old_uri), path(&file.new_uri)) else {
                continue;
            };
            let old = lies(&old);
            let Some(folder) = self.folder_of(&old) else {
                continue;
            };
            let new = lies(&new);
            for found in folder.session().roots_of(&old) {
                self.rename_in(folder, &found.path, &old, &new, &mut changes);
            }
            for found in callers(folder, &old) {
                self.rename_in(folder, &found, &old, &new, &mut changes);
            }
        }
        changes.finish()
    }

    /// Adds what has to be written otherwise in one file.
    fn rename_in(
        &self,
        folder: &Folder,
        called: &Path,
        old: &Path,
        new: &Path,
        changes: &mut Edits,
    ) {
        let own = lies(called);
        let Some(uri) = uri_of(folder, &self.documents, &display(called)) else {
            return;
        };
        if changes.has(&uri) {
            return;
        }
        let bytes = folder.options.reach.read_named(called, LARGEST);
        let Some(text) = bytes
            .ok()
            .flatten()
            .and_then(|one| String::from_utf8(one).ok())
        else {
            return;
        };
        let parsed = Parsed::new(&display(called), &text);
        let lines = EditorLines::new(&text);
        let after = if own == old { new } else { &own };
        for path in paths_of(&parsed, folder, &own) {
            let Some(target) = path.target else {
                continue;
            };
            let target = lies(&target);
            let target = if target == old { new } else { &target };
            if (own == old || target == new)
                && let Some(text) = relative(after, target, &path.text)
                && text != path.text
            {
                let edit = TextEdit {
                    range: range(&lines, path.span, self.encoding),
                    new_text: text,
                };
                changes.add(&uri, edit);
            }
        }
    }
}

/// Parameter files, which are no templates of their own, and templates that are judged through others.
fn callers(folder: &Folder, old: &Path) -> Vec<PathBuf> {
    let name = old
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let files = folder.session().files().iter().map(|found| &found.path);
    let all = files.chain(&folder.options.found_parameter_files);
    let mentions = |path: &&PathBuf| {
        let bytes = folder.options.reach.read_named(path, LARGEST);
        let bytes = bytes.ok().flatten().unwrap_or_default();
        lies(path) == *old || memchr::memmem::find(&bytes, name.as_bytes()).is_some()
    };
    all.filter(mentions).cloned().collect()
}

/// The path from a file to another, written as another one was; `None` if it cannot be written in quotes.
fn relative(from: &Path, to: &Path, as_written: &str) -> Option<String> {
    let (from, to) = (plain(from), plain(to));
    let around: Vec<Component<'_>> = from.parent()?.components().collect();
    let target: Vec<Component<'_>> = to.components().collect();
    let common = around
        .iter()
        .zip(&target)
        .take_while(|(left, right)| left == right)
        .count();
    let up = std::iter::repeat_n("..".to_owned(), around.len() - common);
    let down = target[common..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let mut text = up.chain(down).collect::<Vec<_>>().join("/");
    if as_written.starts_with("./") && !text.starts_with("../") {
        text = format!("./{text}");
    }
    (!text.contains(['\'', '"', '\\', '$', '\n'])).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_the_one_before_was() {
        for (from, to, before, expected) in [
            (
                "/a/main.bicep",
                "/a/m/s.bicep",
                "x.bicep",
                Some("m/s.bicep"),
            ),
            (
                "/a/main.bicep",
                "/a/s.bicep",
                "./x.bicep",
                Some("./s.bicep"),
            ),
            (
                "/a/b/main.bicep",
                "/a/s.bicep",
                "./x.bicep",
                Some("../s.bicep"),
            ),
            ("/a/main.bicep", "/a/it's.bicep", "x.bicep", None),
        ] {
            let text = relative(Path::new(from), Path::new(to), before);
            assert_eq!(text.as_deref(), expected);
        }
    }
}
