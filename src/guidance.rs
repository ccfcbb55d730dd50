//! Dated facts about Azure: regions with their zones and pairs, and what is retired when (`rules/data`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Facts about regions and retirements, each as of a date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Guidance {
    /// The date of the region table, `2026-08-20`.
    pub version: Box<str>,
    /// The regions, by name, sorted.
    pub regions: Vec<Region>,
    /// The tables of retirements, by name.
    pub retirements: Vec<(Box<str>, Vec<Retirement>)>,
}

/// A region of Azure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// `eastus2`.
    pub name: Box<str>,
    /// `East US 2`.
    pub display: Box<str>,
    /// Whether it has availability zones.
    pub zones: bool,
    /// Its pair, if it has one.
    pub pair: Option<Box<str>>,
    /// Whether access to it is restricted.
    pub restricted: bool,
}

/// Something that is retired on a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retirement {
    /// The value retired, or a pattern with `*`, folded.
    pub pattern: Box<str>,
    /// Whether the pattern is a regular expression over the whole value.
    pub regex: bool,
    /// The day from which it is gone, `2024-02-29`.
    pub date: Box<str>,
    /// What to use instead.
    pub replacement: Option<Box<str>>,
}

/// A region's name as the API spells it: `East US 2` is `eastus2`.
pub fn normalised(name: &str) -> String {
    name.chars()
        .filter(|character| *character != ' ')
        .flat_map(char::to_lowercase)
        .collect()
}

impl Guidance {
    /// The facts of a region, by either of its names; `None` for one that is not in the table.
    pub fn region(&self, name: &str) -> Option<&Region> {
        let name = normalised(name);
        let position = self
            .regions
            .binary_search_by(|region| (*region.name).cmp(&name))
            .ok()?;
        Some(&self.regions[position])
    }
}

impl Retirement {
    /// Whether it is gone at a date.
    pub fn is_past(&self, date: Date) -> bool {
        self.date
            .parse::<Date>()
            .is_ok_and(|retired| retired <= date)
    }
}
