//! The configuration: `amllint.toml`, found from the linted file upwards to the root of its repository; the nearest counts.
//!
//! ```text
//! discover    which file is for which template         file, read   what may stand in it, with its mistakes
//! check       words and parameters of rules            resolve      what holds for a template, in an environment
//! ```
//!
//! A configuration that was found comes from the tree that is linted, perhaps from a stranger: it names nothing outside of the root. One
//! that was given with `--config` may.

mod check;
mod discover;
pub mod file;
mod read;
mod resolve;
pub mod schema;
mod text;

pub use discover::{NAME, nearest, plain, shown};
pub use read::Placed;
pub use resolve::{Configurations, Judging, RuleStates, Selection, Source, StateOf};

use crate::diagnostic::{Diagnostic, Kind};
use crate::error::{Error, Result};
use crate::source::{FileId, SourceFile, Sources, Span, display};
use crate::syntax::node::Document;
use crate::walk::Patterns;
use file::File;
use read::{Mistakes, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A configuration to begin with, in which everything is a comment.
pub const TEMPLATE: &str = include_str!("template.toml");
/// A configuration is no longer than this, in bytes.
const MAX_SIZE: u64 = 1 << 20;
/// So many overrides a configuration may have.
const MAX_OVERRIDES: usize = 64;

/// A configuration file that was read.
#[derive(Debug)]
pub struct Configuration {
    /// What it says.
    pub file: File,
    /// Its text, for what is said of it.
    pub sources: Sources,
    /// Its id there.
    pub id: FileId,
    /// The folder that its paths are seen from, symbolic links followed.
    pub folder: PathBuf,
    /// Whether the user named it, so that it may name what lies outside of the root.
    pub is_given: bool,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// What is not looked at.
    exclude: Patterns,
    /// The files of each override.
    overrides: Vec<Patterns>,
    /// The parameter files of each environment, where it names some.
    environments: Vec<Option<Patterns>>,
}

/// Parses a configuration: its tree, and what is wrong with it as TOML.
pub fn parse(file: FileId, source: &Arc<SourceFile>) -> (Document, Vec<Diagnostic>) {
    text::parse(file, source, Kind::CONFIGURATION)
}

impl Configuration {
    /// Reads a file; what is wrong with it is in its diagnostics.
    pub fn read(path: &Path, is_given: bool) -> Result<Configuration> {
        let failed = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let real = std::fs::canonicalize(path).map_err(failed)?;
        let bytes = crate::project::read(path, MAX_SIZE)?.ok_or_else(|| {
            failed(std::io::Error::other(format!(
                "it is larger than {MAX_SIZE} bytes"
            )))
        })?;
        let source = SourceFile::decode(display(path), bytes).0;
        let folder = real.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Configuration::from_source(source, folder, is_given))
    }

    /// Reads a text whose paths are seen from a folder.
    pub fn from_source(source: SourceFile, folder: PathBuf, is_given: bool) -> Configuration {
        let mut sources = Sources::default();
        let id = sources.add(source);
        let (document, mut diagnostics) = parse(id, sources.get(id));
        let mistakes = Mistakes::default();
        let file = File::read(document.root(), &mistakes).unwrap_or_default();
        let patterns =
            |list: &Option<Placed<Vec<Placed<String>>>>| patterns(&folder, list, &mistakes);
        let exclude = patterns(&file.exclude);
        let overrides = file.overrides.iter().flat_map(|list| &list.value);
        let overrides = overrides.map(|one| patterns(&one.paths)).collect();
        let environments = file.environment.iter().flat_map(|map| &map.value.0);
        let environments = environments
            .map(|(_, one)| one.parameters.as_ref().map(|_| patterns(&one.parameters)))
            .collect();
        let mut configuration = Configuration {
            exclude,
            overrides,
            environments,
            file,
            sources,
            id,
            folder,
            is_given,
            diagnostics: Vec::new(),
        };
        configuration.check_shape(&mistakes);
        diagnostics.extend(mistakes.finish());
        configuration.diagnostics = diagnostics;
        configuration
    }

    /// The path as messages call it.
    pub fn path(&self) -> &str {
        self.sources.get(self.id).path()
    }

    /// "amllint.toml:3".
    pub fn place(&self, span: Span) -> String {
        let line = self.sources.get(self.id).line_index(span.start) + 1;
        format!("{}:{line}", self.path())
    }

    /// Whether it says that a file, by its whole path, is not looked at.
    pub fn excludes(&self, path: &Path) -> bool {
        self.exclude.hold(path)
    }

    /// A path that it names, seen from its folder.
    pub fn resolved(&self, path: &str) -> PathBuf {
        let home = path
            .strip_prefix("~/")
            .and_then(|rest| Some(std::env::home_dir()?.join(rest)));
        home.filter(|_| self.is_given)
            .unwrap_or_else(|| discover::plain(&self.folder.join(path)))
    }

    fn check_shape(&self, mistakes: &Mistakes) {
        let Some(overrides) = &self.file.overrides else {
            return;
        };
        for one in &overrides.value {
            if one.paths.is_none() {
                mistakes.say_with(
                    overrides.span,
                    "an override says for which `paths` it is",
                    "add `paths = [\"folder/\"]` to each `[[override]]`",
                );
                break;
            }
        }
        if overrides.value.len() > MAX_OVERRIDES {
            let message = format!("there are more than {MAX_OVERRIDES} overrides");
            mistakes.say_with(overrides.span, message, "join those that say the same");
        }
    }
}

fn patterns(
    folder: &Path,
    list: &Option<Placed<Vec<Placed<String>>>>,
    mistakes: &Mistakes,
) -> Patterns {
    let list = list.as_ref().map_or(&[][..], |list| list.value.as_slice());
    let texts = list.iter().map(|pattern| pattern.value.as_str());
    let (patterns, wrong) = Patterns::new(folder, texts);
    for (position, why) in wrong {
        if let Some(pattern) = list.get(position) {
            let message = format!("`{}` is no pattern: {why}", pattern.value);
            let help = "patterns are written as in `.gitignore`";
            mistakes.say_with(pattern.span, message, help);
        }
    }
    patterns
}

#[cfg(test)]
mod tests;
