//! What `bicepconfig.json` says of modules: aliases of registries and template specs, and where they are restored to.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config-modules>

use super::Project;
use super::reach::plain;
use crate::source::{FileId, SourceFile, Sources};
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
}

impl Configuration {
    /// What an alias stands for.
    pub fn alias(&self, scheme: &'static str, name: &str) -> Option<(String, String)> {
        self.aliases.get(&(scheme, name.to_owned())).cloned()
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
            self.look_for(&path);
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
            return configuration;
        }
        Configuration::default()
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
