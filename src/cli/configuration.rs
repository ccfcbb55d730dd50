//! What `amllint.toml` says of a run. What was typed, or stands in a variable, counts before it.

use super::arguments::{Check, Configured, Environments, FailOn, Inputs, Level};
use super::given::Given;
use super::{CLEAN, FAILED, report_mistakes, say};
use crate::config::file::{self, File};
use crate::config::{self, Configuration, Configurations, Placed, shown};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::error::{Error, Result};
use crate::project::default_root;
use crate::source::{Span, display};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Settings that count for a whole run, by their keys: in a configuration for a part of it they would say nothing.
fn of_run(file: &File) -> Vec<(&'static str, Option<Span>)> {
    fn place<T>(setting: &Option<Placed<T>>) -> Option<Span> {
        setting.as_ref().map(|setting| setting.span)
    }
    vec![
        ("rules", place(&file.rules)),
        ("baseline", place(&file.baseline)),
        ("fail-on", place(&file.fail_on)),
        ("strict", place(&file.strict)),
        ("min-severity", place(&file.min_severity)),
        ("environments", place(&file.environments)),
        ("include-generated", place(&file.include_generated)),
        ("module-cache", place(&file.module_cache)),
    ]
}

/// Reads the configuration of each of these files and folders, of which the first says what counts for the whole run.
pub fn find(configured: &Configured, named: &[PathBuf]) -> Result<Configurations> {
    if configured.isolated && configured.config.is_some() {
        let text = "`--isolated` reads no configuration: leave it or `--config` out";
        return Err(Error::Usage(text.to_owned()));
    }
    Configurations::find(named, configured.config.as_deref(), configured.isolated)
}

/// Writes a configuration to begin with, where there is none.
pub fn init(folder: &Path) -> Result<u8> {
    let path = folder.join(config::NAME);
    let failed = |source| Error::Write {
        path: path.clone(),
        source,
    };
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .open(&path)
        .map_err(failed)?;
    file.write_all(config::TEMPLATE.as_bytes())
        .map_err(failed)?;
    say(&format!("amllint: wrote `{}`", display(&path)));
    Ok(CLEAN)
}

/// Folders with rules that the configuration of the working directory names, before those that were typed. The exit status, if
/// there is something wrong with it.
pub fn add_rule_folders(configured: &Configured, folders: &mut Vec<PathBuf>) -> Result<Option<u8>> {
    let here = Path::new(".");
    let mut configurations = find(configured, &[here.to_owned()])?;
    if let Some(configuration) = configurations.of_run_mut(here) {
        let given = &mut Given::default();
        Applying {
            configuration,
            given,
        }
        .rules(folders);
    }
    Ok(tell(&configurations))
}

/// Says what is wrong with configurations; the exit status, if a run makes no sense with them.
pub fn tell(configurations: &Configurations) -> Option<u8> {
    let mut is_sound = true;
    for configuration in configurations.all() {
        let diagnostics = &configuration.diagnostics;
        report_mistakes(&configuration.sources, diagnostics);
        let is_error = |one: &Diagnostic| one.severity == Severity::Error;
        is_sound &= !diagnostics.iter().any(is_error);
    }
    (!is_sound).then_some(FAILED)
}

/// Tells what stands in configurations for a part of a run and counts for all of it.
pub fn tell_unused(configurations: &mut Configurations, run: &Path) {
    let of_whole = configurations.of(run).map(|one| one.path().to_owned());
    for configuration in configurations.all_mut() {
        if of_whole.as_deref() == Some(configuration.path()) {
            continue;
        }
        let set = of_run(&configuration.file).into_iter();
        let set = set.filter_map(|(key, span)| Some((key, span?)));
        let unused = set.map(|(key, span)| {
            let message = format!("`{key}` counts for a whole run, and says nothing here");
            let help = match &of_whole {
                Some(path) => format!("set it in `{path}`"),
                None => "set it in the configuration of the path that is linted".to_owned(),
            };
            Diagnostic::new(Kind::CONFIGURATION_UNUSED, span, message).with_help(help)
        });
        let unused: Vec<_> = unused.collect();
        configuration.diagnostics.extend(unused);
    }
}

/// Takes over what counts for the whole run, as far as it was not given otherwise.
pub struct Applying<'a> {
    /// The configuration of the run.
    pub configuration: &'a mut Configuration,
    /// What was given otherwise.
    pub given: &'a mut Given,
}

impl Applying<'_> {
    /// What `amllint check` is told.
    pub fn check(&mut self, arguments: &mut Check) {
        self.inputs(&mut arguments.inputs);
        self.rules(&mut arguments.rules);
        let file = self.configuration.file.clone();
        if let Some(fail_on) = self.taken("fail-on", &file.fail_on) {
            arguments.fail_on = match fail_on {
                file::FailOn::Info => FailOn::Info,
                file::FailOn::Warning => FailOn::Warning,
                file::FailOn::Error => FailOn::Error,
                file::FailOn::Never => FailOn::Never,
            };
        }
        if let Some(strict) = self.taken("strict", &file.strict) {
            arguments.strict = strict;
        }
        if let Some(level) = self.taken("min-severity", &file.min_severity) {
            arguments.min_severity = match level {
                file::Level::Info => Level::Info,
                file::Level::Warning => Level::Warning,
                file::Level::Error => Level::Error,
            };
        }
        if let Some(baseline) = self.taken("baseline", &file.baseline) {
            let span = file.baseline.as_ref().map(|one| one.span);
            arguments.baseline = self.path("baseline", &baseline, span, false);
        }
    }

    /// What templates are read with.
    pub fn inputs(&mut self, inputs: &mut Inputs) {
        let file = self.configuration.file.clone();
        if let Some(environments) = self.taken("environments", &file.environments) {
            inputs.environments = match environments {
                file::Environments::Auto => Environments::Auto,
                file::Environments::None => Environments::None,
                file::Environments::Defaults => Environments::Defaults,
            };
        }
        if let Some(generated) = self.taken("include-generated", &file.include_generated) {
            inputs.include_generated = generated;
        }
        if let Some(cache) = self.taken("module-cache", &file.module_cache) {
            let span = file.module_cache.as_ref().map(|one| one.span);
            inputs.module_cache = self.path("module-cache", &cache, span, false);
        }
        for (key, said) in [
            ("location", &file.location),
            ("subscription", &file.subscription),
            ("resource-group", &file.resource_group),
        ] {
            // They count for the templates that the configuration is for, and only there.
            let _ = self.taken(key, said);
        }
    }

    /// Folders with rules, before those that were typed.
    pub fn rules(&mut self, folders: &mut Vec<PathBuf>) {
        let Some(rules) = self.configuration.file.rules.clone() else {
            return;
        };
        let place = self.configuration.place(rules.span);
        let mut all = Vec::new();
        for folder in &rules.value {
            let span = Some(folder.span);
            all.extend(self.path("rules", &folder.value, span, true));
        }
        all.append(folders);
        *folders = all;
        let place = match self.given.is("rules") {
            true => format!("{place}, {}", self.given.origin("rules")),
            false => place,
        };
        self.given.add("rules", place);
    }

    /// A setting, if it is there and was not given otherwise.
    fn taken<T: Clone>(&mut self, name: &str, setting: &Option<Placed<T>>) -> Option<T> {
        let setting = setting.as_ref().filter(|_| !self.given.is(name))?;
        let place = self.configuration.place(setting.span);
        self.given.add(name, place);
        Some(setting.value.clone())
    }

    /// A path of the configuration, if it may be used: what was found in the linted tree names nothing outside of it.
    fn path(&mut self, key: &str, path: &str, span: Option<Span>, exists: bool) -> Option<PathBuf> {
        let resolved = self.configuration.resolved(path);
        let span = span?;
        let real = std::fs::canonicalize(&resolved);
        if exists && !resolved.is_dir() && self.may_be_read(&resolved) {
            let message = format!("there is no folder `{path}`");
            self.mistake(span, message, "paths are seen from the folder of this file");
            return None;
        }
        // Of a file that is to be written the folder is there.
        let lies = real.or_else(|error| match (resolved.parent(), resolved.file_name()) {
            (Some(folder), Some(name)) => {
                std::fs::canonicalize(folder).map(|folder| folder.join(name))
            }
            _ => Err(error),
        });
        let lies = lies.unwrap_or_else(|_| resolved.clone());
        let is_bicep_cache = key == "module-cache" && in_bicep_folder(&lies);
        if !self.may_be_read(&lies) && !is_bicep_cache {
            let message = format!("`{path}` lies outside of the repository");
            let help = format!("name it with `--{key}`, or name this file with `--config`");
            self.mistake(span, message, help);
            return None;
        }
        Some(shown(&resolved))
    }

    fn may_be_read(&self, path: &Path) -> bool {
        let root = default_root(&self.configuration.folder);
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        self.configuration.is_given || path.starts_with(root)
    }

    fn mistake(&mut self, span: Span, message: String, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(Kind::CONFIGURATION, span, message).with_help(help);
        self.configuration.diagnostics.push(diagnostic);
    }
}

/// Whether a path lies where Bicep's own cache is.
fn in_bicep_folder(path: &Path) -> bool {
    let own = std::env::home_dir().map(|home| home.join(".bicep"));
    let own = own.and_then(|own| std::fs::canonicalize(own).ok());
    own.is_some_and(|own| path.starts_with(own))
}
