//! How a Bicep file names a module: a path, or an address in a registry that `bicep restore` has brought to the module cache.
//!
//! ```text
//! storage.bicep                          beside the file
//! br:contoso.azurecr.io/bicep/st:1.0     <cache>/br/contoso.azurecr.io/bicep$st/1.0$/main.json
//! br/public:avm/res/storage:0.9.0        <cache>/br/mcr.microsoft.com/bicep$avm$res$storage/0.9.0$/main.json
//! ts:<subscription>/<group>/<name>:<v>   <cache>/ts/<subscription>/<group>/<name>/<v>/main.json
//! ```
//!
//! The layout of the cache is that of the compiler's `OciArtifactRegistry` and `TagEncoder`:
//! <https://github.com/Azure/bicep/tree/main/src/Bicep.Core/Registry>.

use super::configuration::Configuration;
use super::{NotRead, Place, TemplateSpec};
use crate::diagnostic::Kind;
use crate::source::display;
use std::path::{Path, PathBuf};

/// What the text behind `module name` means.
pub enum Reference<'a> {
    /// A path relative to the file.
    Local(&'a str),
    /// Something that has to be restored.
    Restored(Artifact<'a>),
}

/// Something that `bicep restore` brings to the module cache.
pub struct Artifact<'a> {
    /// The whole address.
    written: &'a str,
    /// `br` or `ts`.
    scheme: &'a str,
    /// The word behind `br/` or `ts/`.
    alias: Option<&'a str>,
    /// What stands behind the colon.
    rest: &'a str,
}

impl Artifact<'_> {
    /// The name that `bicepconfig.json` gives a registry.
    pub fn registry_alias(&self) -> Option<&str> {
        self.alias.filter(|_| self.scheme == "br")
    }

    /// What stands before the version.
    pub fn path(&self) -> &str {
        let split = self.rest.split_once('@');
        let split = split.or_else(|| self.rest.rsplit_once(':'));
        split.map_or(self.rest, |(path, _)| path)
    }
}

/// What the public registry is called without a configuration.
const PUBLIC: (&str, &str) = ("mcr.microsoft.com", "bicep");

impl Reference<'_> {
    /// Tells paths and addresses apart.
    pub fn parse(written: &str) -> Result<Reference<'_>, NotRead> {
        let Some((before, rest)) = written.split_once(':') else {
            return Ok(Reference::Local(written));
        };
        let (scheme, alias) = match before.split_once('/') {
            Some((scheme, alias)) => (scheme, Some(alias)),
            None => (before, None),
        };
        if matches!(scheme, "br" | "ts") {
            return Ok(Reference::Restored(Artifact {
                written,
                scheme,
                alias,
                rest,
            }));
        }
        Err(NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("there are no modules at `{before}:`"),
            help: "a module is a path, or an address that begins with `br:`, `br/`, `ts:` or `ts/`",
        })
    }
}

/// Where an artifact was restored to.
pub fn restored(
    cache: Option<&Path>,
    configuration: &Configuration,
    artifact: &Artifact<'_>,
) -> Result<Place, NotRead> {
    let shape = || NotRead {
        kind: Kind::MODULE_MISSING,
        message: format!("`{}` is no address of a module", artifact.written),
        help: match artifact.scheme {
            "ts" => "an address is `ts:<subscription>/<resource group>/<name>:<version>`",
            _ => "an address is `br:<registry>/<path>:<tag>`, or `br/<alias>:<path>:<tag>`",
        },
    };
    let alias = |section| -> Result<Option<(String, String)>, NotRead> {
        let Some(alias) = artifact.alias else {
            return Ok(None);
        };
        if let Some(found) = configuration.alias(section, alias) {
            return Ok(Some(found));
        }
        if section == "br" && alias == "public" {
            return Ok(Some((PUBLIC.0.to_owned(), PUBLIC.1.to_owned())));
        }
        Err(NotRead {
            kind: Kind::MODULE_MISSING,
            message: format!("there is no module alias `{alias}`"),
            help: "aliases stand under `moduleAliases` in `bicepconfig.json`",
        })
    };
    if artifact.scheme == "ts" {
        let (path, version) = artifact.rest.rsplit_once(':').ok_or_else(shape)?;
        let full = match alias("ts")? {
            Some((subscription, group)) => format!("{subscription}/{group}/{path}"),
            None => path.to_owned(),
        };
        let [subscription_id, resource_group, name] =
            *full.split('/').collect::<Vec<_>>().as_slice()
        else {
            return Err(shape());
        };
        let spec = TemplateSpec {
            subscription_id: subscription_id.to_owned(),
            resource_group: resource_group.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
        };
        return template_spec_in(cache, &spec);
    }
    let (path, tag) = match artifact.rest.split_once('@') {
        Some((path, digest)) => (path, digest.replace(':', "#")),
        None => {
            let (path, tag) = artifact.rest.rsplit_once(':').ok_or_else(shape)?;
            (path, format!("{tag}${}", upper_case_mask(tag)))
        }
    };
    let full = match alias("br")? {
        Some((registry, module_path)) if module_path.is_empty() => format!("{registry}/{path}"),
        Some((registry, module_path)) => format!("{registry}/{module_path}/{path}"),
        None => path.to_owned(),
    };
    let (registry, repository) = full.split_once('/').ok_or_else(shape)?;
    let parts = [
        "br".to_owned(),
        registry.to_lowercase().replace(':', "$"),
        repository.replace('/', "$"),
        tag,
    ];
    in_cache(cache, &parts).ok_or_else(|| NotRead {
        kind: Kind::MODULE_NOT_RESTORED,
        message: format!(
            "the module `{}` is not in the module cache",
            artifact.written
        ),
        help: "`bicep restore` on the root file fetches it; `--module-cache` names the cache",
    })
}

/// The version of a template spec in the module cache.
pub fn template_spec_in(cache: Option<&Path>, spec: &TemplateSpec) -> Result<Place, NotRead> {
    let TemplateSpec {
        subscription_id,
        resource_group,
        name,
        version,
    } = spec;
    let parts = ["ts", subscription_id, resource_group, name, version];
    in_cache(cache, &parts.map(str::to_lowercase)).ok_or_else(|| NotRead {
        kind: Kind::MODULE_NOT_RESTORED,
        message: format!(
            "version `{version}` of the template spec `{name}` is not in the module cache"
        ),
        help: "`bicep restore` fetches it; `--module-cache` names the cache",
    })
}

/// The compiled template in a folder of the cache, if it is there and lies in the cache indeed.
fn in_cache(cache: Option<&Path>, parts: &[String]) -> Option<Place> {
    let is_name = |part: &String| {
        !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '\\'])
    };
    if !parts.iter().all(is_name) {
        return None;
    }
    let given = cache?;
    let mut path: PathBuf = given.to_owned();
    path.extend(parts);
    path.push("main.json");
    let shown = display(&path);
    let path = std::fs::canonicalize(path).ok()?;
    let inside = path.starts_with(std::fs::canonicalize(given).ok()?);
    inside.then_some(Place { path, shown })
}

/// The positions of a tag's capital letters as bits, in hexadecimal: names of folders may differ by more than their case only.
fn upper_case_mask(tag: &str) -> String {
    let bits = tag
        .chars()
        .take(128)
        .enumerate()
        .filter(|(_, letter)| letter.is_uppercase())
        .fold(0_u128, |mask, (position, _)| mask | 1 << position);
    if bits == 0 {
        String::new()
    } else {
        format!("{bits:x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capital_letters_of_a_tag_are_bits() {
        let masks = [("1.0.0", ""), ("v1", ""), ("V1", "1"), ("aBcD", "a")];
        for (tag, mask) in masks {
            assert_eq!(upper_case_mask(tag), mask, "{tag}");
        }
    }

    #[test]
    fn a_path_is_no_address() {
        assert!(matches!(
            Reference::parse("modules/storage.bicep"),
            Ok(Reference::Local("modules/storage.bicep"))
        ));
        assert!(Reference::parse("https://contoso.com/x.json").is_err());
    }
}
