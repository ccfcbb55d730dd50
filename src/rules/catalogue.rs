//! The rules there are, and which of them run.
//!
//! The built-in rules are read from `rules/` when amllint is built and stand in the binary as tables; those given with
//! `--rules` stand beside them.

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::guidance::Guidance;
use crate::project::Buffers;
use crate::relation::Relations;
use crate::rules::definition::{Alias, Documentation, Rule, SharedData};
use crate::rules::facts::Facts;
use crate::rules::reader::{self, Definitions, Entry, RuleFile};
use crate::rules::rule_set::RuleSet;
use crate::rules::service::{Recommendation, Service};
use crate::rules::words::{ALL, Width, Words};
use crate::source::{FileId, SourceFile, Sources};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

static BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static DOCUMENTATION: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/documentation.bin"));
static POSTURE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/posture.bin"));

/// What `build.rs` writes: everything that judging needs.
type Tables = (
    Vec<(Box<str>, Rule)>,
    Vec<(Box<str>, Alias)>,
    SharedData,
    Relations,
    Guidance,
);

/// The rules of a run, and which of them are enabled.
#[derive(Clone, Debug)]
pub struct Catalogue {
    definitions: Definitions,
    enabled: Vec<bool>,
}

/// The rule files under a path, sorted.
fn rule_files(path: &Path, buffers: &Buffers, sources: &mut Sources) -> Result<Vec<FileId>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::Read {
            path: error.path().unwrap_or(path).to_owned(),
            source: error
                .into_io_error()
                .unwrap_or_else(|| std::io::ErrorKind::Other.into()),
        })?;
        let extension = entry.path().extension();
        let is_rule_file = extension.is_some_and(|one| one == "yaml" || one == "yml");
        if entry.file_type().is_file() && is_rule_file {
            let bytes = match buffers.get(entry.path()) {
                Some(bytes) => bytes.to_vec(),
                None => std::fs::read(entry.path()).map_err(|source| Error::Read {
                    path: entry.path().to_owned(),
                    source,
                })?,
            };
            let name = entry.path().to_string_lossy().replace('\\', "/");
            files.push(sources.add(SourceFile::decode(name, bytes).0));
        }
    }
    Ok(files)
}

fn with_sources<'a>(files: &[FileId], sources: &'a Sources) -> Vec<RuleFile<'a>> {
    let file = |file: &FileId| RuleFile {
        file: *file,
        source: sources.get(*file),
    };
    files.iter().map(file).collect()
}

/// A handle that selects rules.
struct Handle<'a> {
    word: &'a str,
    rule: usize,
    width: Width,
}

impl Catalogue {
    /// The rules amllint is built with. Their documentation is left out: `documentation` reads it when asked.
    pub fn built_in() -> Catalogue {
        let (rules, aliases, shared, relations, guidance): Tables =
            postcard::from_bytes(BUILT_IN).expect("build.rs wrote the tables for these types");
        let definitions = Definitions::from_tables(rules, aliases, shared, relations, guidance);
        let enabled = definitions
            .rules
            .iter()
            .map(|entry| entry.definition.enabled)
            .collect();
        Catalogue {
            definitions,
            enabled,
        }
    }

    /// Adds the rules and data of a folder, `*.yaml` and `*.yml`, sorted by path. Mistakes in them are diagnostics.
    pub fn add_folder(&mut self, folder: &Path, sources: &mut Sources) -> Result<Vec<Diagnostic>> {
        self.add_folder_with(folder, &Buffers::default(), sources)
    }

    /// The same, where files whose bytes are at hand count in place of what lies on disk.
    pub fn add_folder_with(
        &mut self,
        folder: &Path,
        buffers: &Buffers,
        sources: &mut Sources,
    ) -> Result<Vec<Diagnostic>> {
        let files = rule_files(folder, buffers, sources)?;
        let diagnostics = reader::read(&with_sources(&files, sources), &mut self.definitions);
        let known = self.enabled.len();
        self.enabled.extend(
            self.definitions.rules[known..]
                .iter()
                .map(|entry| entry.definition.enabled),
        );
        Ok(diagnostics)
    }

    /// Reads folders and files, and puts their rules and data in place of what there is by the same code or name. What was
    /// selected before is forgotten.
    pub fn replace(&mut self, paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<Diagnostic>> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(rule_files(path, &Buffers::default(), sources)?);
        }
        let diagnostics = reader::replace(&with_sources(&files, sources), &mut self.definitions);
        let entries = self.definitions.rules.iter();
        self.enabled = entries.map(|entry| entry.definition.enabled).collect();
        Ok(diagnostics)
    }

    /// The rules that `replace` read last, in the order in which they were read.
    pub fn replacements(&self) -> impl Iterator<Item = &Rule> {
        let entries = self.definitions.rules.iter();
        let read = entries.filter(|entry| self.definitions.was_read(&entry.definition.name));
        read.map(|entry| &*entry.definition)
    }

    /// Leaves enabled only what these words select: codes, names, letters of a code, services, concerns, aliases, `ALL`. A word
    /// that selects nothing is a usage error.
    pub fn select(&mut self, words: &[String]) -> Result<()> {
        let mut enabled = vec![false; self.enabled.len()];
        for word in words {
            for rule in self.rules_of(word)? {
                enabled[rule] = true;
            }
        }
        self.enabled = enabled;
        Ok(())
    }

    /// Disables what these words select.
    pub fn ignore(&mut self, words: &[String]) -> Result<()> {
        for word in words {
            for rule in self.rules_of(word)? {
                self.enabled[rule] = false;
            }
        }
        Ok(())
    }

    /// Leaves enabled only the rules whose names are wanted.
    pub fn enable_only(&mut self, wanted: impl Fn(&str) -> bool) {
        let entries = self.definitions.rules.iter();
        self.enabled = entries
            .map(|entry| wanted(&entry.definition.name))
            .collect();
    }

    /// Whether each of these words selects something; it is a usage error if one does not.
    pub fn check(&self, words: &[String]) -> Result<()> {
        words
            .iter()
            .try_for_each(|word| self.rules_of(word).map(drop))
    }

    /// Enables rules by their names; a name that no rule has is passed over.
    pub fn enable<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let names: FxHashSet<&str> = names.collect();
        for (entry, enabled) in self.definitions.rules.iter().zip(&mut self.enabled) {
            *enabled |= names.contains(&*entry.definition.name);
        }
    }

    fn rules_of(&self, word: &str) -> Result<Vec<usize>> {
        if word.eq_ignore_ascii_case(ALL) {
            return Ok((0..self.enabled.len()).collect());
        }
        let handles = self.handles();
        let selected: Vec<_> = handles
            .iter()
            .filter(|handle| handle.word.eq_ignore_ascii_case(word))
            .map(|handle| handle.rule)
            .collect();
        if selected.is_empty() {
            let similar =
                crate::similar::most_similar(word, handles.iter().map(|handle| handle.word));
            let hint = similar.map_or_else(
                || "rules are selected by code, name, service or concern".to_owned(),
                |similar| format!("did you mean `{similar}`?"),
            );
            return Err(Error::Usage(format!("there is no rule `{word}`; {hint}")));
        }
        Ok(selected)
    }

    /// Words of the rules, and of messages of the tool itself: name and code.
    pub fn words<'a>(&self, messages: impl Iterator<Item = (&'a str, &'a str)>) -> Words {
        let mut words = Words::default();
        for handle in self.handles() {
            let name = &self.definitions.rules[handle.rule].definition.name;
            words.add(name, handle.word, handle.width);
            words.add(name, ALL, Width::All);
        }
        for (name, code) in messages {
            let letters = code.get(..2).unwrap_or_default();
            for (word, width) in [
                (code, Width::One),
                (name, Width::One),
                (letters, Width::Letters),
                (ALL, Width::All),
            ] {
                words.add(name, word, width);
            }
        }
        words
    }

    fn handles(&self) -> Vec<Handle<'_>> {
        let mut handles = Vec::new();
        for (rule, entry) in self.definitions.rules.iter().enumerate() {
            let Rule {
                code,
                name,
                concern,
                ..
            } = &*entry.definition;
            for (word, width) in [
                (&**code, Width::One),
                (name, Width::One),
                (&code[..2], Width::Letters),
                (&entry.service, Width::Service),
                (concern.word(), Width::Concern),
            ] {
                handles.push(Handle { word, rule, width });
            }
        }
        for entry in &self.definitions.aliases {
            let Alias {
                code,
                name,
                alias_of,
                ..
            } = &*entry.definition;
            let target = self
                .definitions
                .rules
                .iter()
                .position(|rule| rule.definition.name == *alias_of);
            if let Some(rule) = target {
                let width = Width::One;
                handles.extend([code, name].map(|word| Handle { word, rule, width }));
            }
        }
        handles
    }

    /// The enabled rules, in the order in which they were read.
    pub fn enabled(&self) -> impl Iterator<Item = &Rule> {
        self.enabled_rules().map(|rule| &**rule)
    }

    fn enabled_rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        let rules = self.definitions.rules.iter().zip(&self.enabled);
        rules
            .filter(|(_, enabled)| **enabled)
            .map(|(entry, _)| &entry.definition)
    }

    /// The enabled rules, ready to judge.
    pub fn rule_set(&self) -> RuleSet {
        RuleSet::new(self.enabled_rules().cloned().collect())
    }

    /// A rule and those of the enabled ones that have another name, ready to judge.
    pub fn rule_set_with(&self, rule: &Rule) -> RuleSet {
        let rules = self.enabled_rules();
        let others = rules.filter(|other| other.name != rule.name).cloned();
        RuleSet::new(others.chain([Arc::new(rule.clone())]).collect())
    }

    /// What conditions ask beside the rules.
    pub fn facts(&self) -> Facts<'_> {
        Facts::new(&self.definitions.guidance, &self.definitions.shared.aliases)
    }

    /// All rules with their service.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Rule)> {
        self.definitions
            .rules
            .iter()
            .map(|entry| (&*entry.service, &*entry.definition))
    }

    /// Other handles of rules.
    pub fn aliases(&self) -> impl Iterator<Item = &Alias> {
        self.definitions
            .aliases
            .iter()
            .map(|entry| &*entry.definition)
    }

    /// What a rule says for people.
    pub fn documentation(&self, name: &str) -> Option<Documentation> {
        let entry = self
            .definitions
            .rules
            .iter()
            .find(|entry| *entry.definition.name == *name)?;
        if entry.documentation != Documentation::default() {
            return Some(entry.documentation.clone());
        }
        let mut built_in = built_in_documentation().iter();
        built_in
            .find(|(rule, _)| **rule == *name)
            .map(|(_, documentation)| documentation.clone())
    }

    /// Lists, maps and value aliases.
    pub fn shared(&self) -> &SharedData {
        &self.definitions.shared
    }

    /// How resources refer to one another.
    pub fn relations(&self) -> &Relations {
        &self.definitions.relations
    }

    /// Rows of the posture report; those of users replace the built-in ones of the same name, or follow them.
    pub fn services(&self) -> Vec<Service> {
        let (mut services, _) = built_in_posture();
        for own in &self.definitions.services {
            match services.iter_mut().find(|service| service.name == own.name) {
                Some(service) => *service = own.clone(),
                None => services.push(own.clone()),
            }
        }
        services
    }

    /// What others recommend for these services.
    pub fn recommendations(&self) -> Vec<Recommendation> {
        let (_, mut recommendations) = built_in_posture();
        recommendations.extend(self.definitions.recommendations.iter().cloned());
        recommendations
    }

    /// Regions and retirements.
    pub fn guidance(&self) -> &Guidance {
        &self.definitions.guidance
    }
}

/// Read when first asked for: judging does without.
fn built_in_documentation() -> &'static [(Box<str>, Documentation)] {
    static READ: OnceLock<Vec<(Box<str>, Documentation)>> = OnceLock::new();
    READ.get_or_init(|| {
        postcard::from_bytes(DOCUMENTATION)
            .expect("build.rs wrote the documentation for these types")
    })
}

/// Read when asked for: judging does without.
fn built_in_posture() -> (Vec<Service>, Vec<Recommendation>) {
    postcard::from_bytes(POSTURE).expect("build.rs wrote the posture table for these types")
}

impl Definitions {
    fn from_tables(
        rules: Vec<(Box<str>, Rule)>,
        aliases: Vec<(Box<str>, Alias)>,
        shared: SharedData,
        relations: Relations,
        guidance: Guidance,
    ) -> Definitions {
        fn entries<T>(things: Vec<(Box<str>, T)>) -> Vec<Entry<T>> {
            let entry = |(service, definition)| Entry {
                service,
                definition: Arc::new(definition),
                documentation: Documentation::default(),
            };
            things.into_iter().map(entry).collect()
        }
        let mut definitions = Definitions::with(entries(rules), entries(aliases));
        definitions.shared = shared;
        definitions.relations = relations;
        definitions.guidance = guidance;
        definitions
    }
}
