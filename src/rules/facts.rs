//! What conditions ask of the data beside the rules: regions, retirements, aliases.

use crate::guidance::{Guidance, Region};
use crate::rules::definition::ValueAlias;
use rustc_hash::FxHashMap;

/// The data, with aliases found by type and name.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Regions and retirements.
    pub guidance: &'a Guidance,
    aliases: FxHashMap<String, &'a ValueAlias>,
}

impl<'a> Facts<'a> {
    /// Of aliases for the same type and name the last counts.
    pub fn new(guidance: &'a Guidance, aliases: &'a [ValueAlias]) -> Facts<'a> {
        let aliases = aliases.iter();
        Facts {
            guidance,
            aliases: aliases
                .map(|alias| (key(&alias.resource_type, &alias.name), alias))
                .collect(),
        }
    }

    /// The region of this name, however it is written (`East US`, `eastus`); `None` if it is not in the data.
    pub fn region(&self, name: &str) -> Option<&'a Region> {
        self.guidance.region(name)
    }

    /// The alias of this name for a resource type.
    pub fn alias(&self, resource_type: &str, name: &str) -> Option<&'a ValueAlias> {
        self.aliases.get(&key(resource_type, name)).copied()
    }
}

fn key(resource_type: &str, name: &str) -> String {
    format!("{resource_type} {name}").to_ascii_lowercase()
}
