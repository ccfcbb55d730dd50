//! What `bicepconfig.json` says of modules: aliases of registries and template specs, and where they are restored to.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config-modules>

use super::reach::plain;
use super::reference::Artifact;
use super::{NotRead, Place, Project};
use crate::diagnostic::Kind;
use crate::source::{FileId, SourceFile, Sources, display};
use crate::syntax::json;
use crate::syntax::node::Node;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file that says it.
const NAME: &str = "bicepconfig.json";

/// The nearest `bicepconfig.json` of a file.
#[derive(Debug, Default)]
pub struct Configuration {
    /// `cacheRootDirectory`, if it may be read.
    pub cache: Option<PathBuf>,
    /// By `br` or `ts` and by name: registry and path, or subscription and resource group.
    aliases: FxHashMap<(&'static str, String), (String, String)>,
    /// Where it lies, symbolic links followed, and as messages call it.
    folder: (PathBuf, PathBuf),
    /// Folders of Bicep files that take the place of a registry, by its alias.
    stand_ins: FxHashMap<String, PathBuf>,
}

impl Configuration {
    /// What an alias stands for.
    pub fn alias(&self, scheme: &'static str, name: &str) -> Option<(String, String)> {
        self.aliases.get(&(scheme, name.to_owned())).cloned()
    }

    /// The file that takes the place of a module in a registry, seen from here: `<folder>/<path>.bicep` whatever the version.
    fn stand_in(&self, artifact: &Artifact<'_>) -> Option<PathBuf> {
        let folder = self.stand_ins.get(artifact.registry_alias()?)?;
        Some(folder.join(format!("{}.bicep", artifact.path())))
    }

    /// `folder` is where the file lies, as messages call it.
    fn read(text: String, folder: &Path) -> Configuration {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(NAME, text));
        let (document, _) = json::parse(file, sources.get(file));
        let root = document.root();
        let mut configuration = Configuration::default();
        let aliases = root.get("moduleAliases");
        let kinds = [
            ("br", "registry", "modulePath"),
            ("ts", "subscription", "resourceGroup"),
        ];
        for (scheme, first, second) in kinds {
            let section = aliases.and_then(|aliases| aliases.get(scheme));
            for (name, alias) in section.into_iter().flat_map(Node::members) {
                let part = |key| alias.get(key).and_then(Node::as_str).unwrap_or_default();
                let name = name.as_str().unwrap_or_default().to_owned();
                let parts = (part(first).to_owned(), part(second).to_owned());
                configuration.aliases.insert((scheme, name), parts);
            }
        }
        let stand_ins = root.get("moduleAliasesMock");
        let stand_ins = stand_ins.and_then(|aliases| aliases.get("br"));
        for (name, alias) in stand_ins.into_iter().flat_map(Node::members) {
            let path = alias.get("mapToFilePath").and_then(Node::as_str);
            if let (Some(name), Some(path)) = (name.as_str(), path) {
                let path = PathBuf::from(path.replace('\\', "/"));
                configuration.stand_ins.insert(name.to_owned(), path);
            }
        }
        let cache = root.get("cacheRootDirectory").and_then(Node::as_str);
        configuration.cache = cache.map(|cache| at_home(cache, folder));
        configuration
    }
}

/// A folder that may be named from the user's own, `~/.bicep`.
fn at_home(written: &str, folder: &Path) -> PathBuf {
    let home = written
        .strip_prefix('~')
        .and_then(|rest| Some((rest, std::env::home_dir()?)));
    match home {
        Some((rest, home)) => home.join(rest.trim_start_matches(['/', '\\'])),
        None => plain(&folder.join(written)),
    }
}

impl Project {
    /// The configuration that holds for a file: the nearest one around it inside of the root.
    pub(super) fn configuration(&self, file: FileId) -> Arc<Configuration> {
        let folder = self.real_path(file);
        let folder = folder.as_deref().and_then(Path::parent);
        let Some(folder) = folder else {
            return Arc::default();
        };
        if let Some(known) = self.configurations.borrow().get(folder) {
            return known.clone();
        }
        let source = self.source(file);
        let shown = Path::new(source.path()).parent().unwrap_or(Path::new(""));
        let found = Arc::new(self.find_configuration(folder, shown));
        let mut configurations = self.configurations.borrow_mut();
        configurations.insert(folder.to_owned(), found.clone());
        found
    }

    fn find_configuration(&self, folder: &Path, shown: &Path) -> Configuration {
        let around = folder.ancestors().enumerate();
        for (up, folder) in around.take_while(|(_, folder)| self.reach.holds(folder)) {
            // The same folder as the file's own path has it, if it goes so far up.
            let shown = shown.ancestors().nth(up).unwrap_or(folder);
            let path = folder.join(NAME);
            let Ok(real) = self.reach.follow(&path) else {
                continue;
            };
            if !self.reach.holds(&real) {
                continue;
            }
            let bytes = self.bytes(&real, NAME);
            let Ok(text) = bytes
                .map_err(drop)
                .and_then(|bytes| String::from_utf8(bytes).map_err(drop))
            else {
                continue;
            };
            let mut configuration = Configuration::read(text, shown);
            let cache = configuration.cache.take();
            configuration.cache = cache.filter(|cache| self.may_be_cache(cache));
            configuration.folder = (folder.to_owned(), shown.to_owned());
            return configuration;
        }
        Configuration::default()
    }

    /// Where the file lies that takes the place of a module in a registry, if the configuration says that one does.
    pub(super) fn stand_in(
        &self,
        configuration: &Configuration,
        artifact: &Artifact<'_>,
    ) -> Option<Result<Place, NotRead>> {
        let relative = configuration.stand_in(artifact)?;
        let (folder, shown) = &configuration.folder;
        let path = plain(&folder.join(&relative));
        let shown = display(&plain(&shown.join(relative)));
        let not_read = |kind, what: &str| NotRead {
            kind,
            message: format!("`{shown}`, which takes the place of a module, {what}"),
            help: "its folder is the `mapToFilePath` of an alias in `bicepconfig.json`",
        };
        // Outside of the root it is not even said whether there is a file.
        let outside = || not_read(Kind::MODULE_OUTSIDE, "lies outside of the root");
        if !self.reach.holds(&path) {
            return Some(Err(outside()));
        }
        let Ok(path) = self.reach.follow(&path) else {
            return Some(Err(not_read(Kind::MODULE_MISSING, "is not there")));
        };
        if !self.reach.holds(&path) {
            return Some(Err(outside()));
        }
        Some(Ok(Place { path, shown }))
    }

    /// A template may not send us anywhere: its cache lies inside of the root, or where Bicep's own is.
    fn may_be_cache(&self, cache: &Path) -> bool {
        let Ok(cache) = self.reach.follow(cache) else {
            return false;
        };
        let own = std::env::home_dir().map(|home| home.join(".bicep"));
        let own = own.and_then(|own| std::fs::canonicalize(own).ok());
        self.reach.holds(&cache) || own.is_some_and(|own| cache.starts_with(own))
    }
}
