//! What holds for a template in an environment: the defaults, what the configuration says of rules, its overrides, the environment,
//! and last what was typed.
//!
//! Within one table the narrower word counts: a code or name before the letters of codes, these before a service, that before a concern,
//! that before `ALL`. A later table counts before an earlier one, whatever its words.

use super::Configuration;
use super::discover::{self, whole};
use super::file::{AssumeRegion, Environment, File, Level, Override, RuleSetting, Scope};
use super::read::{Map, Placed};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::error::Result;
use crate::evaluate::Inputs;
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::Literal;
use crate::rules::judge;
use crate::rules::words::{ALL, Width, Words};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What was typed about rules.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `--select`.
    pub select: Vec<String>,
    /// `--ignore`.
    pub ignore: Vec<String>,
    /// `--mandatory`.
    pub mandatory: Vec<String>,
}

/// What holds for every template of a run.
#[derive(Debug, Default)]
pub struct Configurations {
    all: Vec<Configuration>,
    /// The configuration of a folder, as its files are shown.
    by_folder: FxHashMap<PathBuf, Option<usize>>,
    /// Those that were found, by where they lie.
    known: FxHashMap<PathBuf, usize>,
    /// The one for all files, if it was given.
    given: Option<usize>,
    /// Whether no others are looked for.
    is_closed: bool,
    working: PathBuf,
    selection: Selection,
    words: Words,
    /// Every rule: name, whether it runs by itself, and the profiles that enable it.
    rules: Vec<RuleAtHand>,
    judging: Mutex<FxHashMap<Key, Arc<Judging>>>,
}

/// What is remembered of a rule.
#[derive(Debug)]
struct RuleAtHand {
    name: Box<str>,
    enabled: bool,
    profiles: Vec<Box<str>>,
}

/// A configuration, which of its overrides hold, and which environment.
type Key = (Option<usize>, u64, Option<usize>);

/// Where a setting comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// It was typed.
    CommandLine,
    /// A configuration says it, here.
    Configuration(Span),
}

/// What is said of a rule.
#[derive(Clone, Copy, Debug)]
pub struct StateOf {
    /// Whether it runs.
    pub runs: bool,
    /// Where that comes from.
    pub source: Source,
    /// How grave its findings are, if that is said, and where.
    pub severity: Option<(Severity, Span)>,
}

/// What is said of rules, by their names.
pub type RuleStates = FxHashMap<Box<str>, StateOf>;

/// What holds for a template in an environment.
#[derive(Debug, Default)]
pub struct Judging {
    /// What rules are told.
    pub settings: judge::Settings,
    /// What is said of each rule and message.
    pub states: RuleStates,
    /// Findings are at most so grave, and where that is said.
    pub max_severity: Option<(Severity, Span)>,
    /// The region, and where it is said.
    pub location: Option<(Box<str>, Span)>,
    /// The profile, and where it is said.
    pub profile: Option<(Box<str>, Span)>,
    /// Parameters of rules: rule, parameter, value, and where it is said.
    pub parameters: Vec<(Box<str>, Box<str>, Literal, Span)>,
}

impl Configurations {
    /// Finds the configuration of each path that was named; one that is given is for all files. Mistakes are in their diagnostics.
    pub fn find(
        named: &[PathBuf],
        given: Option<&Path>,
        is_isolated: bool,
    ) -> Result<Configurations> {
        let working = std::env::current_dir().and_then(std::fs::canonicalize);
        let mut found = Configurations {
            working: working.unwrap_or_default(),
            is_closed: given.is_some() || is_isolated,
            ..Configurations::default()
        };
        if let Some(path) = given {
            found.all.push(Configuration::read(path, true)?);
            found.given = Some(0);
        }
        for path in named.iter().filter(|path| path.is_dir()) {
            found.add_folder(path)?;
        }
        let files = named.iter().filter(|path| !path.is_dir());
        found.add(files.map(PathBuf::as_path))?;
        Ok(found)
    }

    /// Finds the configurations of files, as they are shown.
    pub fn add<'a>(&mut self, files: impl Iterator<Item = &'a Path>) -> Result<()> {
        files
            .map(|file| file.parent().unwrap_or(Path::new("")))
            .try_for_each(|folder| self.add_folder(folder))
    }

    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        if self.is_closed || self.by_folder.contains_key(folder) {
            return Ok(());
        }
        let here = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let position = match discover::nearest(here) {
            None => None,
            Some(path) => Some(self.position_of_file(path)?),
        };
        self.by_folder.insert(folder.to_owned(), position);
        Ok(())
    }

    /// The position of a configuration by where it lies; it is read if it was not.
    fn position_of_file(&mut self, path: PathBuf) -> Result<usize> {
        if let Some(known) = self.known.get(&path) {
            return Ok(*known);
        }
        self.all
            .push(Configuration::read(&discover::shown(&path), false)?);
        let position = self.all.len() - 1;
        self.known.insert(path, position);
        Ok(position)
    }

    /// All that were read.
    pub fn all(&self) -> &[Configuration] {
        &self.all
    }

    /// The configuration of a path, to say what is wrong with what it says of a whole run.
    pub fn of_run_mut(&mut self, path: &Path) -> Option<&mut Configuration> {
        let position = self.position(path)?;
        self.all.get_mut(position)
    }

    /// All that were read, to tell what is wrong with them.
    pub fn all_mut(&mut self) -> &mut [Configuration] {
        &mut self.all
    }

    /// The configuration of a file or folder.
    pub fn of(&self, path: &Path) -> Option<&Configuration> {
        self.position(path).map(|position| &self.all[position])
    }

    fn position(&self, path: &Path) -> Option<usize> {
        if self.given.is_some() || self.all.is_empty() {
            return self.given;
        }
        // A folder is known by itself, a file by the folder it lies in.
        let known = self.by_folder.get(path);
        let known = known.or_else(|| self.by_folder.get(path.parent().unwrap_or(Path::new(""))));
        known.copied().flatten()
    }

    /// Whether a file is one that its configuration excludes.
    pub fn excludes(&self, path: &Path) -> bool {
        let configuration = self.of(path);
        configuration.is_some_and(|one| one.excludes(&whole(&self.working, path)))
    }

    /// Makes the rules known, and what was typed about them; enables every rule that runs for some template.
    pub fn resolve(&mut self, catalogue: &mut Catalogue, selection: Selection) -> Result<()> {
        for words in [&selection.select, &selection.ignore, &selection.mandatory] {
            catalogue.check(words)?;
        }
        let kinds = Kind::ALL.iter().map(|kind| (kind.name, kind.code));
        self.words = catalogue.words(kinds);
        let rules = catalogue.all().map(|(_, rule)| RuleAtHand {
            name: rule.name.clone(),
            enabled: rule.enabled,
            profiles: rule.profiles.iter().map(|(name, _)| name.clone()).collect(),
        });
        let kinds = Kind::ALL.iter().map(|kind| RuleAtHand {
            name: kind.name.into(),
            enabled: true,
            profiles: Vec::new(),
        });
        self.rules = rules.chain(kinds).collect();
        self.selection = selection;
        for configuration in &mut self.all {
            configuration.check_rules(catalogue, &self.words);
        }
        let keys = self.keys();
        let mut enabled: FxHashSet<Box<str>> = FxHashSet::default();
        for key in keys {
            let judging = self.at(key);
            let runs = judging.states.iter().filter(|(_, state)| state.runs);
            enabled.extend(runs.map(|(name, _)| name.clone()));
        }
        catalogue.enable_only(|name| enabled.contains(name));
        Ok(())
    }

    /// What may hold for some template: each configuration by itself, with each of its overrides, in each of its environments.
    fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        let is_for_all = self.given.is_some();
        if !is_for_all {
            keys.push((None, 0, None));
        }
        for (position, configuration) in self.all.iter().enumerate() {
            let position = Some(position);
            keys.push((position, 0, None));
            let overrides = 0..configuration.overrides.len().min(super::MAX_OVERRIDES);
            keys.extend(overrides.map(|bit| (position, 1 << bit, None)));
            let environments = 0..configuration.environments.len();
            keys.extend(environments.map(|environment| (position, 0, Some(environment))));
        }
        keys
    }

    /// What a configuration says by itself, with each of its overrides, and in each of its environments; the first has no title.
    pub fn variants(&self, position: usize) -> Vec<(String, Arc<Judging>)> {
        let file = &self.all[position].file;
        let overrides: Vec<_> = file.overrides.iter().flat_map(|list| &list.value).collect();
        let environments: Vec<_> = file
            .environment
            .iter()
            .flat_map(|map| &map.value.0)
            .collect();
        let title = |(_, mask, environment): &Key| match environment {
            Some(environment) => format!("environment `{}`", environments[*environment].0.value),
            None if *mask > 0 => {
                let paths = &overrides[mask.trailing_zeros() as usize].paths;
                let paths = paths.iter().flat_map(|list| &list.value);
                let paths: Vec<&str> = paths.map(|path| path.value.as_str()).collect();
                format!("override of `{}`", paths.join("`, `"))
            }
            None => String::new(),
        };
        let keys = self.keys().into_iter();
        let own = keys.filter(|(of, ..)| *of == Some(position));
        own.map(|key| (title(&key), self.at(key))).collect()
    }

    /// What holds for a template in the environment of this name.
    pub fn judging(&self, template: &Path, environment: &str) -> Arc<Judging> {
        self.at(self.key(template, environment, None))
    }

    fn key(&self, template: &Path, environment: &str, points_at: Option<&Path>) -> Key {
        let Some(position) = self.position(template) else {
            return (None, 0, None);
        };
        let configuration = &self.all[position];
        let mut mask = 0;
        if !configuration.overrides.is_empty() {
            let paths = std::iter::once(template).chain(points_at);
            let paths: Vec<PathBuf> = paths.map(|path| whole(&self.working, path)).collect();
            for (bit, patterns) in configuration
                .overrides
                .iter()
                .take(super::MAX_OVERRIDES)
                .enumerate()
            {
                if paths.iter().any(|path| patterns.hold(path)) {
                    mask |= 1 << bit;
                }
            }
        }
        let environments = configuration.file.environment.iter();
        let mut environments = environments.flat_map(|map| &map.value.0);
        let environment = environments.position(|(name, _)| name.value == environment);
        (Some(position), mask, environment)
    }

    /// The environment that a parameter file is, where the configuration of its template says so.
    pub fn environment_of(&self, template: &Path, parameter_file: &Path) -> Option<&str> {
        let configuration = self.of(template)?;
        let named = configuration.file.environment.as_ref()?.value.0.iter();
        let path = whole(&self.working, parameter_file);
        let mut named = named.zip(&configuration.environments);
        let is_it = |patterns: &Option<crate::walk::Patterns>| {
            patterns
                .as_ref()
                .is_some_and(|patterns| patterns.hold(&path))
        };
        let ((name, _), _) = named.find(|(_, patterns)| is_it(patterns))?;
        Some(&name.value)
    }

    /// What is known of the deployments of a template: what was typed counts before what its configuration says.
    pub fn place(&self, template: &Path, environment: &str, typed: &Inputs) -> Inputs {
        let mut place = typed.clone();
        let Some(configuration) = self.of(template) else {
            return place;
        };
        let File {
            subscription,
            resource_group,
            ..
        } = &configuration.file;
        let set = |known: &mut Option<Box<str>>, said: Option<&str>| {
            if known.is_none() {
                *known = said.map(Into::into);
            }
        };
        let text = |said: &Option<Placed<String>>| said.as_ref().map(|said| said.value.clone());
        set(&mut place.subscription, text(subscription).as_deref());
        set(&mut place.resource_group, text(resource_group).as_deref());
        let judging = self.judging(template, environment);
        let location = judging.location.as_ref();
        set(
            &mut place.location,
            location.map(|(location, _)| &**location),
        );
        place
    }

    /// Gives a finding the severity that is configured; false if it is not to be told at all. `points_at` is the file it points at.
    pub fn adjust(
        &self,
        template: &Path,
        environment: &str,
        points_at: &str,
        diagnostic: &mut Diagnostic,
    ) -> bool {
        if self.all.is_empty() {
            return true;
        }
        let key = self.key(template, environment, Some(Path::new(points_at)));
        let judging = self.at(key);
        let Some(state) = judging.states.get(&*diagnostic.name) else {
            return true;
        };
        let of_rule = diagnostic.resource.is_some();
        let is_error = diagnostic.severity == Severity::Error;
        // That a file is not what it claims to be stays in sight.
        if !of_rule && is_error {
            return true;
        }
        if let Some((severity, _)) = state.severity {
            diagnostic.severity = severity;
        }
        if let Some((most, _)) = judging.max_severity.filter(|_| of_rule) {
            diagnostic.severity = diagnostic.severity.min(most);
        }
        state.runs
    }

    /// Whether what silences a rule in a template has to say why.
    pub fn requires_reason(&self, template: &Path) -> bool {
        let suppression = self
            .of(template)
            .and_then(|one| one.file.suppression.as_ref());
        let said = suppression.and_then(|table| table.value.require_reason.as_ref());
        said.is_none_or(|said| said.value)
    }

    /// Words of the rules that nobody may silence in a template: what was typed, and what its configuration says.
    pub fn mandatory(&self, template: &Path) -> Vec<String> {
        let mut words = self.selection.mandatory.clone();
        if let Some(said) = self
            .of(template)
            .and_then(|one| one.file.mandatory.as_ref())
        {
            words.extend(said.value.iter().map(|word| word.value.clone()));
        }
        words
    }

    fn at(&self, key: Key) -> Arc<Judging> {
        let mut known = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(judging) = known.get(&key) {
            return judging.clone();
        }
        let judging = Arc::new(self.make(key));
        known.insert(key, judging.clone());
        judging
    }

    fn make(&self, (position, mask, environment): Key) -> Judging {
        let configuration = position.map(|position| &self.all[position]);
        let layers =
            configuration.map_or_else(Layers::default, |one| Layers::of(one, mask, environment));
        let mut judging = Judging {
            max_severity: layers.max_severity,
            location: layers.location.clone(),
            profile: layers.profile.clone(),
            parameters: self.parameters(&layers),
            ..Judging::default()
        };
        if let Some(configuration) = configuration {
            let File {
                assume_region,
                scope,
                ..
            } = &configuration.file;
            judging.settings.assume_region = match assume_region.as_ref().map(|one| one.value) {
                Some(AssumeRegion::None) => judge::AssumeRegion::Nothing,
                Some(AssumeRegion::Zones) | None => judge::AssumeRegion::Zones,
            };
            judging.settings.scope_all = scope.as_ref().is_some_and(|one| one.value == Scope::All);
            let profile = layers.profile.as_ref();
            judging.settings.profile = profile.map(|(profile, _)| profile.clone());
        }
        let mut off = FxHashSet::default();
        for rule in &self.rules {
            let state = self.state(rule, configuration, &layers);
            if !state.runs {
                off.insert(rule.name.clone());
            }
            judging.states.insert(rule.name.clone(), state);
        }
        judging.settings.off = Arc::new(off);
        let parameters = judging.parameters.iter();
        let parameters =
            parameters.map(|(rule, name, value, _)| (rule.clone(), name.clone(), value.clone()));
        judging.settings.parameters = parameters.collect();
        judging
    }

    fn means(&self, word: &str, rule: &RuleAtHand) -> bool {
        self.words.means(word, &rule.name)
    }

    fn state(
        &self,
        rule: &RuleAtHand,
        configuration: Option<&Configuration>,
        layers: &Layers<'_>,
    ) -> StateOf {
        let mut state = StateOf {
            runs: rule.enabled,
            source: Source::Default,
            severity: None,
        };
        // What the tool itself says is there unless somebody says otherwise by its own name.
        let is_kind = Kind::ALL.iter().any(|kind| *kind.name == *rule.name);
        let listed = |list: Option<&Placed<Vec<Placed<String>>>>| -> Option<Span> {
            let mut words = list?.value.iter();
            let word = words.find(|word| self.means(&word.value, rule))?;
            Some(word.span)
        };
        if let Some(select) = configuration.and_then(|one| one.file.select.as_ref())
            && !is_kind
        {
            state.runs = listed(Some(select)).is_some();
            state.source = Source::Configuration(listed(Some(select)).unwrap_or(select.span));
        }
        if let Some((profile, _)) = &layers.profile
            && rule.profiles.contains(profile)
        {
            state.runs = true;
        }
        if let Some(span) = listed(configuration.and_then(|one| one.file.ignore.as_ref())) {
            (state.runs, state.source) = (false, Source::Configuration(span));
        }
        for table in &layers.rules {
            if let Some((word, setting)) = self.narrowest(table, rule)
                && let Some(said) = &setting.state
            {
                let is_wide = self.words.width(&word.value) < Width::One;
                // To say how grave all rules of a service are does not make those run that nobody asked for.
                let only_severity = said.value.severity().is_some() && is_wide;
                if !only_severity {
                    state.source = Source::Configuration(said.span);
                    state.runs = said.value.runs();
                }
                state.severity = said.value.severity().map(|severity| (severity, said.span));
            }
        }
        let typed = |words: &[String]| words.iter().any(|word| self.means(word, rule));
        if !self.selection.select.is_empty() && !is_kind {
            (state.runs, state.source) = (typed(&self.selection.select), Source::CommandLine);
        }
        if typed(&self.selection.ignore) {
            (state.runs, state.source) = (false, Source::CommandLine);
        }
        state
    }

    /// What a table says of a rule by the narrowest word; of equals by the last.
    fn narrowest<'a>(
        &self,
        table: &'a Map<RuleSetting>,
        rule: &RuleAtHand,
    ) -> Option<(&'a Placed<String>, &'a RuleSetting)> {
        let meaning = table
            .0
            .iter()
            .filter(|(word, _)| self.means(&word.value, rule));
        let meaning = meaning.filter(|(_, setting)| setting.state.is_some());
        let narrowest = meaning.max_by_key(|(word, _)| self.words.width(&word.value))?;
        Some((&narrowest.0, &narrowest.1))
    }

    fn parameters(&self, layers: &Layers<'_>) -> Vec<(Box<str>, Box<str>, Literal, Span)> {
        let mut parameters = Vec::new();
        for (word, setting) in layers.rules.iter().flat_map(|table| &table.0) {
            for (name, value) in &setting.parameters {
                let rules = self
                    .rules
                    .iter()
                    .filter(|rule| self.means(&word.value, rule));
                parameters.extend(rules.map(|rule| {
                    let name: Box<str> = name.value.as_str().into();
                    (rule.name.clone(), name, value.value.clone(), value.span)
                }));
            }
        }
        parameters
    }
}

/// The tables that hold, the later ones before the earlier.
#[derive(Default)]
struct Layers<'a> {
    rules: Vec<&'a Map<RuleSetting>>,
    profile: Option<(Box<str>, Span)>,
    max_severity: Option<(Severity, Span)>,
    location: Option<(Box<str>, Span)>,
}

impl<'a> Layers<'a> {
    fn of(configuration: &'a Configuration, mask: u64, environment: Option<usize>) -> Layers<'a> {
        let mut layers = Layers::default();
        let file = &configuration.file;
        layers.add(&file.rule, &file.profile, &None, &file.location);
        let overrides = file.overrides.iter().flat_map(|list| &list.value);
        for (bit, one) in overrides.take(super::MAX_OVERRIDES).enumerate() {
            if mask & (1 << bit) != 0 {
                let Override {
                    rule,
                    profile,
                    max_severity,
                    location,
                    ..
                } = one;
                layers.add(rule, profile, max_severity, location);
            }
        }
        let mut environments = file.environment.iter().flat_map(|map| &map.value.0);
        if let Some((_, one)) = environment.and_then(|position| environments.nth(position)) {
            let Environment {
                rule,
                profile,
                max_severity,
                location,
                ..
            } = one;
            layers.add(rule, profile, max_severity, location);
        }
        layers
    }

    fn add(
        &mut self,
        rule: &'a Option<Placed<Map<RuleSetting>>>,
        profile: &Option<Placed<String>>,
        max_severity: &Option<Placed<Level>>,
        location: &Option<Placed<String>>,
    ) {
        self.rules.extend(rule.iter().map(|rule| &rule.value));
        if let Some(profile) = profile {
            self.profile = Some((profile.value.as_str().into(), profile.span));
        }
        if let Some(most) = max_severity {
            self.max_severity = Some((most.value.severity(), most.span));
        }
        if let Some(location) = location {
            self.location = Some((location.value.as_str().into(), location.span));
        }
    }
}

/// Whether a word means every rule.
pub(super) fn is_all(word: &str) -> bool {
    word.eq_ignore_ascii_case(ALL)
}
