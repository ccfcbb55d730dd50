//! Environments: the parameter files that belong to a template, each of which deploys it in its own way.
//!
//! ```text
//! main.bicep   main.parameters.json        environment `main`
//!              main.parameters.prod.json   environment `prod`
//!              main.test.parameters.json   environment `test`
//!              dev.bicepparam              environment `dev`, where `using 'main.bicep'` stands in it
//! ```
//!
//! Without any there is one environment, `defaults`.

use super::Options;
use crate::error::{Error, Result};
use crate::project::Reach;
use crate::source::display;
use crate::syntax::bicep::Dialect;
use crate::walk::{Found, file_name, may_be_parameter_file};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// Which environments of a template are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EnvironmentMode {
    /// Those of the parameter files that belong to it, else its defaults.
    #[default]
    Auto,
    /// Its defaults, and nothing that a choice among the values of a parameter would bring.
    None,
    /// Its defaults, whatever parameter files there are.
    Defaults,
}

/// What the environment without a parameter file is called.
pub const DEFAULTS: &str = "defaults";

/// Parameter files by the template that they are for.
#[derive(Debug, Default)]
pub struct ParameterFiles {
    /// Those that the user named.
    named: FxHashMap<PathBuf, Vec<PathBuf>>,
    /// Those that were found, by the folder they lie in.
    by_folder: FxHashMap<PathBuf, Vec<PathBuf>>,
    /// Bicep parameter files that were found, by where the template lies, symbolic links followed.
    by_using: FxHashMap<PathBuf, Vec<PathBuf>>,
}

impl ParameterFiles {
    /// Finds out which parameter file is for which template: the one that it says it uses, else the one it is called like, else the
    /// only one.
    pub fn new(files: &[Found], options: &Options) -> Result<ParameterFiles> {
        let mut bound = ParameterFiles::default();
        for parameter_file in &options.parameter_files {
            let template = template_of(parameter_file, files, &options.reach)?;
            let all = bound.named.entry(template).or_default();
            if !all.contains(parameter_file) {
                all.push(parameter_file.clone());
            }
        }
        if options.environments != EnvironmentMode::Auto {
            return Ok(bound);
        }
        let named = files.iter().filter(|found| found.named);
        let folders = named.filter_map(|found| found.path.parent());
        let mut found: Vec<PathBuf> = folders.flat_map(parameter_files_in).collect();
        found.extend(options.found_parameter_files.iter().cloned());
        found.sort();
        found.dedup();
        for file in found {
            if let Some(used) = used_template(&file, &options.reach) {
                bound.by_using.entry(used).or_default().push(file);
            } else if let Some(folder) = file.parent() {
                let folder = folder.to_owned();
                bound.by_folder.entry(folder).or_default().push(file);
            }
        }
        Ok(bound)
    }

    /// The parameter files of a template, by name; none where only its defaults are looked at.
    pub fn of(&self, template: &Path, reach: &Reach) -> Vec<PathBuf> {
        if let Some(named) = self.named.get(template) {
            return named.clone();
        }
        let mut files = Vec::new();
        let folder = template.parent().unwrap_or(Path::new(""));
        if let Some(beside) = self.by_folder.get(folder) {
            let of_template = beside.iter().filter(|file| belongs(file, template));
            files.extend(of_template.cloned());
        }
        if !self.by_using.is_empty()
            && let Ok(real) = reach.follow(template)
            && let Some(using) = self.by_using.get(&real)
        {
            files.extend(using.iter().cloned());
        }
        files.sort();
        files
    }
}

/// Parameter files that lie in a folder, by their names.
pub fn parameter_files_in(folder: &Path) -> Vec<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| {
        let path = entry.path();
        path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
    });
    // To open a pipe would be to wait for whoever writes into it.
    let files = paths.filter(|path| may_be_parameter_file(path) && path.is_file());
    files.collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    stem.unwrap_or_default().to_lowercase()
}

/// Whether a parameter file is called like a template: `X.parameters.json`, `X.parameters.prod.json`, `X.prod.parameters.json`.
pub(super) fn belongs(parameter_file: &Path, template: &Path) -> bool {
    let name = file_name(parameter_file);
    name.strip_prefix(&stem(template))
        .is_some_and(|rest| rest.starts_with('.') && rest.contains(".parameters."))
}

/// The name of the environment that a parameter file makes.
pub fn name_of(parameter_file: &Path, template: &Path) -> String {
    let name = parameter_file
        .file_name()
        .map(|name| name.to_string_lossy());
    let name = name.unwrap_or_default();
    let mut words: Vec<&str> = name.split('.').collect();
    words.pop();
    words.retain(|word| !word.eq_ignore_ascii_case("parameters"));
    let of_template = stem(template);
    match words.as_slice() {
        [first, rest @ ..] if first.to_lowercase() == of_template && !rest.is_empty() => {
            rest.join(".")
        }
        _ => words.join("."),
    }
}

/// The template that a Bicep parameter file says it uses, symbolic links followed.
pub(super) fn used_template(parameter_file: &Path, reach: &Reach) -> Option<PathBuf> {
    let dialect = Dialect::of(&display(parameter_file));
    if dialect != Some(Dialect::Parameters) {
        return None;
    }
    let bytes = reach.read_named(parameter_file, u64::MAX).ok()??;
    let using = crate::project::using(String::from_utf8(bytes).ok()?)?;
    let folder = parameter_file.parent().unwrap_or(Path::new(""));
    reach.follow(&folder.join(&*using)).ok()
}

/// The template that a parameter file which the user named is for.
fn template_of(parameter_file: &Path, files: &[Found], reach: &Reach) -> Result<PathBuf> {
    if let Some(used) = used_template(parameter_file, reach) {
        let uses =
            |found: &&Found| std::fs::canonicalize(&found.path).is_ok_and(|real| real == used);
        if let Some(found) = files.iter().find(uses) {
            return Ok(found.path.clone());
        }
    }
    let by_name: Vec<&Found> = files
        .iter()
        .filter(|found| belongs(parameter_file, &found.path))
        .collect();
    let beside: Vec<&Found> = by_name
        .iter()
        .filter(|found| found.path.parent() == parameter_file.parent())
        .copied()
        .collect();
    let all: Vec<&Found> = files.iter().collect();
    match (all.as_slice(), beside.as_slice(), by_name.as_slice()) {
        ([only], _, _) | (_, [only], _) | (_, [], [only]) => Ok(only.path.clone()),
        (_, _, found) => Err(Error::Usage(format!(
            "`{}` belongs to {} of the templates by its name; name one template beside it",
            display(parameter_file),
            if found.is_empty() { "none" } else { "several" },
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_called_by_what_tells_them_apart() {
        let template = Path::new("infra/main.bicep");
        for (file, name) in [
            ("main.parameters.json", "main"),
            ("main.parameters.prod.json", "prod"),
            ("main.test.parameters.json", "test"),
            ("main.prod.weu.parameters.jsonc", "prod.weu"),
            ("dev.bicepparam", "dev"),
            ("main.stage.bicepparam", "stage"),
            ("main.bicepparam", "main"),
        ] {
            assert_eq!(name_of(Path::new(file), template), name, "{file}");
        }
    }

    #[test]
    fn a_parameter_file_belongs_to_the_template_it_is_called_like() {
        let template = Path::new("azuredeploy.json");
        for (file, expected) in [
            ("azuredeploy.parameters.json", true),
            ("azuredeploy.parameters.us.json", true),
            ("AzureDeploy.US.Parameters.json", true),
            ("azuredeploy2.parameters.json", false),
            ("azuredeploy.json", false),
        ] {
            assert_eq!(belongs(Path::new(file), template), expected, "{file}");
        }
    }
}
