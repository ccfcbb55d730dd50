//! What conditions ask of the data beside the rules: regions, retirements, aliases.

use crate::guidance::{Guidance, Region};
use crate::rules::definition::ValueAlias;

/// The data.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Regions and retirements.
    pub guidance: &'a Guidance,
    aliases: &'a [ValueAlias],
}

impl<'a> Facts<'a> {
    /// Of aliases for the same type and name the last counts.
    pub fn new(guidance: &'a Guidance, aliases: &'a [ValueAlias]) -> Facts<'a> {
        Facts { guidance, aliases }
    }

    /// The region of this name, however it is written (`East US`, `eastus`); `None` if it is not in the data.
    pub fn region(&self, name: &str) -> Option<&'a Region> {
        self.guidance.region(name)
    }

    /// The alias of this name for a resource type.
    pub fn alias(&self, resource_type: &str, name: &str) -> Option<&'a ValueAlias> {
        let is_wanted = |alias: &&ValueAlias| {
            alias.name.eq_ignore_ascii_case(name)
                && alias.resource_type.eq_ignore_ascii_case(resource_type)
        };
        self.aliases.iter().rev().find(is_wanted)
    }
}
