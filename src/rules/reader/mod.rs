//! Rule files and their data: YAML to the types of [`definition`](super::definition).
//!
//! The same reader serves the rules amllint is built with, in `build.rs`, and those given with `--rules`. Every mistake is a
//! diagnostic with a span; a broken rule is left out, the others go on.

mod condition;
mod data;
mod fields;
mod fix;
mod message;
mod posture;
mod rule;
pub mod words;

use super::definition::{Alias, Documentation, Rule, SharedData};
use super::service::{Recommendation, Service};
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
    /// Rows of the posture report.
    pub services: Vec<Service>,
    /// What others recommend.
    pub recommendations: Vec<Recommendation>,
    names: Vec<(Box<str>, Span)>,
    /// Whether what is read now replaces what was read before by the same code or name, rather than being a mistake.
    replaces: bool,
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

    /// Whether a rule or an alias of this name was read last.
    pub fn was_read(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| **known == *name)
    }

    /// Takes out the rule or alias of this code, and that of this name.
    fn remove(&mut self, code: &str, name: &str) {
        self.rules
            .retain(|entry| *entry.definition.code != *code && *entry.definition.name != *name);
        self.aliases
            .retain(|entry| *entry.definition.code != *code && *entry.definition.name != *name);
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
    /// What is defined; those who judge share it.
    pub definition: Arc<T>,
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

/// Reads files, and puts what they define in place of what was defined before by the same code or name.
pub fn replace(files: &[RuleFile<'_>], definitions: &mut Definitions) -> Vec<Diagnostic> {
    definitions.names.clear();
    definitions.replaces = true;
    let diagnostics = read(files, definitions);
    definitions.replaces = false;
    diagnostics
}

fn mistake(node: Node<'_>, message: impl Into<String>) -> Diagnostic {
    let mut span = node.span();
    if let Some(length) = node.raw().find(['\r', '\n']) {
        span.end = span.start + length as u32;
    }
    Diagnostic::new(Kind::RULE_FILE, span, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn mistakes(path: &str, text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(path, text));
        let source = sources.get(file);
        read(&[RuleFile { file, source }], &mut Definitions::default())
            .into_iter()
            .map(|diagnostic| diagnostic.message)
            .collect()
    }

    #[test]
    fn what_would_be_passed_over_in_silence_is_told() {
        let list = "a list is expected here";
        let mapping = "keys and values are expected here";
        let number = "a whole number is expected here";
        for (part, expected) in [
            // What stands beside a mistake is no mistake.
            (
                "when: { path: $.a, retired: kinds, writtenAs: literal }",
                "there is no retirement table `kinds`",
            ),
            (
                "when: { path: '$.a[', of: parent, in: [a] }",
                "brackets hold a quoted name, an index or `*`",
            ),
            (
                "when: { path: '$.a[*]', equals: a }",
                "a path with `[*]` names several values; use `any`, `each` or `count`",
            ),
            (
                "when: { alias: tier, equals: a }",
                "there is no alias `tier`",
            ),
            (
                "when: { path: $.a, in: names, matches: b }",
                "there is no list `names`",
            ),
            (
                "when: { any: $.a, where: { path: .a, exists: true } }",
                "a source of items has `[*]`",
            ),
            ("profiles: strict", mapping),
            ("parameters: [least]", mapping),
            (
                "parameters: { n: { type: int, default: 1, min: none } }",
                number,
            ),
            (
                "parameters: { n: { type: int, default: many } }",
                "the default is not of the parameter's `type`",
            ),
            ("cases: { message: wrong }", list),
            ("cases: []", "the list is empty"),
            ("resource: []", "the list is empty"),
            ("supersedes: []", "the list is empty"),
            ("when: []", "the list is empty"),
            ("assume: []", "the list is empty"),
            ("when: { anyOf: [] }", "the list is empty"),
            ("examples: { title: one }", list),
            ("examples: [{ title: one, json: x, files: none }]", mapping),
            (
                "assume: { anyOf: [{ path: $.a, exists: true }], region: hasZones }",
                "the key `region` is not known here",
            ),
        ] {
            let rule = "code: XT001\nname: one\ntitle: one\nseverity: info\nconcern: zone\n\
                        require: { path: $.a, exists: true }\nmessage: wrong\nwhy: so\nsources: []\n";
            let resource = match part.starts_with("resource") {
                true => "",
                false => "resource: A.B/c\n",
            };
            let told = mistakes("rules/x/one.yaml", &format!("{rule}{resource}{part}\n"));
            assert_eq!(told, [expected], "{part}");
        }
        for (name, part, expected) in [
            ("lists", "lists: { a: b }", list),
            ("lists", "maps: { a: b }", mapping),
            ("regions", "source: x\nregions: [eastus]", mapping),
            ("retirements", "kinds: { value: a }", list),
            (
                "retirements",
                "kinds: [{ value: a, like: b, date: 2026-08-20, source: x }]",
                "a row has one of `value`, `like`, `matches`",
            ),
            (
                "retirements",
                "kinds: [{ value: a, date: 2026-08-20T10:00, source: x }]",
                "`2026-08-20T10:00` is no date such as `2026-08-20`",
            ),
            ("relations", "relations: { role: a }", list),
            (
                "relations",
                "relations: [{ role: a, from: A.B/c, at: $.a, by: id, when: { equals: b } }]",
                "the key `path` is missing",
            ),
            (
                "relations",
                "relations: [{ role: a, from: A.B/c, at: $.a, by: id, when: { path: $.b } }]",
                "`when` has values in `in` or `equals`",
            ),
            ("relations", "inlineChildren: { type: a }", list),
            ("aliases", "A.B/c: [a]", mapping),
            ("aliases", "A.B/c: { a: [] }", "the list is empty"),
            (
                "aliases",
                "A.B/c: { a: { take: $.a, named: b } }",
                "`named` is the name of a `child`",
            ),
        ] {
            let text = format!("version: 2026-08-20\n{part}\n");
            let told = mistakes(&format!("rules/data/{name}.yaml"), &text);
            assert_eq!(told, [expected], "{part}");
        }
    }
}
