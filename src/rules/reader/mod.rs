//! Rule files and their data: YAML to the types of [`definition`](super::definition).
//!
//! The same reader serves the rules amllint is built with, in `build.rs`, and those given with `--rules`. Every mistake is a
//! diagnostic with a span; a broken rule is left out, the others go on.

mod condition;
mod data;
mod fields;
mod message;
mod rule;

use super::definition::{Alias, Documentation, Rule, SharedData};
use crate::diagnostic::{Diagnostic, Kind};
use crate::guidance::Guidance;
use crate::relation::Relations;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::node::Node;
use crate::syntax::yaml;
use std::sync::Arc;

/// Everything that rule files say.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// Rules with the folder they stand in and their documentation, in the order they were read.
    pub rules: Vec<Entry<Rule>>,
    /// Other handles of rules.
    pub aliases: Vec<Entry<Alias>>,
    /// Lists, maps and value aliases.
    pub shared: SharedData,
    /// How resources refer to one another.
    pub relations: Relations,
    /// Regions and retirements.
    pub guidance: Guidance,
    names: Vec<(Box<str>, Span)>,
}

impl Definitions {
    /// Rules and aliases that were read before.
    pub fn with(rules: Vec<Entry<Rule>>, aliases: Vec<Entry<Alias>>) -> Definitions {
        Definitions {
            rules,
            aliases,
            ..Definitions::default()
        }
    }

    /// Whether a code or name is that of a rule or an alias.
    fn is_taken(&self, handle: &str) -> bool {
        self.rules
            .iter()
            .any(|entry| *entry.definition.code == *handle || *entry.definition.name == *handle)
            || self
                .aliases
                .iter()
                .any(|entry| *entry.definition.code == *handle || *entry.definition.name == *handle)
    }
}

/// Something a rule file defines.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The folder it stands in: the service.
    pub service: Box<str>,
    /// What is defined.
    pub definition: T,
    /// What it says for people.
    pub documentation: Documentation,
}

/// A file of a rule folder.
#[derive(Clone, Copy, Debug)]
pub struct RuleFile<'a> {
    /// Its id, for spans.
    pub file: FileId,
    /// Its text.
    pub source: &'a Arc<SourceFile>,
}

impl RuleFile<'_> {
    /// Whether it holds data that rules share: it stands in a folder `data`.
    fn is_data(&self) -> bool {
        self.folder() == "data"
    }

    fn folder(&self) -> &str {
        self.source.path().rsplit('/').nth(1).unwrap_or_default()
    }

    fn stem(&self) -> &str {
        let name = self.source.path().rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// Reads files into `definitions`, data first. What later files define replaces data of the same name; a rule whose code or
/// name is taken is a mistake.
pub fn read(files: &[RuleFile<'_>], definitions: &mut Definitions) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let is_data = |file: &&RuleFile<'_>| file.is_data();
    // Conditions in data may name lists, so lists come first; the order of files is theirs otherwise.
    let mut data: Vec<_> = files.iter().filter(is_data).collect();
    data.sort_by_key(|file| file.stem() == "aliases");
    for file in data {
        let (document, mistakes) = yaml::parse(file.file, file.source, Kind::RULE_FILE);
        diagnostics.extend(mistakes);
        data::read(file.stem(), document.root(), definitions, &mut diagnostics);
    }
    for file in files.iter().filter(|file| !is_data(file)) {
        let (document, mistakes) = yaml::parse(file.file, file.source, Kind::RULE_FILE);
        diagnostics.extend(mistakes);
        rule::read(file, document.root(), definitions, &mut diagnostics);
    }
    diagnostics
}

fn mistake(node: Node<'_>, message: impl Into<String>) -> Diagnostic {
    let mut span = node.span();
    if let Some(length) = node.raw().find(['\r', '\n']) {
        span.end = span.start + length as u32;
    }
    Diagnostic::new(Kind::RULE_FILE, span, message)
}
