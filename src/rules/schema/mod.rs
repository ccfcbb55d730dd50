//! The JSON Schema of rule files and of the data they share, for editors: `amllint rules schema`.
//!
//! It takes what [`reader`](super::reader) takes and refuses what that refuses, as far as a schema can say it; the words are the
//! reader's own tables, the names of lists, roles and the like those of the catalogue. `tests/schema.rs` holds the two
//! together, and names what only the reader can tell.
//!
//! Many editors read no draft newer than 7, so only keywords are used that mean the same in it and in 2020-12. Every form
//! refuses keys it does not know, and forms are listed under `anyOf`: an editor then completes the keys of all that still fit.
//! `patternErrorMessage` is what editors say instead of the pattern; others pass it over.

mod condition;
mod data;
mod parts;
mod posture;
mod rule;

use crate::rules::catalogue::Catalogue;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A kind of file in a rule folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A rule, or another handle of one.
    Rule,
    /// `data/lists.yaml`: named lists and maps of values.
    Lists,
    /// `data/regions.yaml`: facts of regions.
    Regions,
    /// `data/relations.yaml`: how bodies refer to other resources.
    Relations,
    /// `data/retirements.yaml`: what is retired when.
    Retirements,
    /// `data/aliases.yaml`: values that the API spells in several ways.
    Aliases,
    /// `data/posture.yaml`: the rows of the posture report.
    Posture,
    /// `data/recommendations.yaml`: what others recommend for the same services.
    Recommendations,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Kind] = &[
        Kind::Rule,
        Kind::Lists,
        Kind::Regions,
        Kind::Relations,
        Kind::Retirements,
        Kind::Aliases,
        Kind::Posture,
        Kind::Recommendations,
    ];

    /// Its word; of a data file also the name without `.yaml`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Rule => "rule",
            Kind::Lists => "lists",
            Kind::Regions => "regions",
            Kind::Relations => "relations",
            Kind::Retirements => "retirements",
            Kind::Aliases => "aliases",
            Kind::Posture => "posture",
            Kind::Recommendations => "recommendations",
        }
    }
}

/// The schema of files of a kind, with the names that the catalogue knows.
pub fn schema(kind: Kind, catalogue: &Catalogue) -> Value {
    let names = Names::of(kind, catalogue);
    let (mut schema, definitions) = match kind {
        Kind::Rule => rule::schema(&names),
        Kind::Lists => (data::lists(), json!({})),
        Kind::Regions => (data::regions(), json!({})),
        Kind::Relations => (data::relations(), parts::definitions()),
        Kind::Retirements => (data::retirements(), json!({})),
        Kind::Aliases => data::aliases(&names),
        Kind::Posture => (posture::services(&names), parts::definitions()),
        Kind::Recommendations => (posture::recommendations(&names), json!({})),
    };
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    // No `title`: editors print that of the whole beside each of its parts.
    schema["description"] = json!(match kind {
        Kind::Rule => "A rule of amllint, or another handle of one.",
        Kind::Lists => "Named lists and maps of values, for rules of amllint.",
        Kind::Regions => "Facts of regions, for rules of amllint.",
        Kind::Relations => "How resources refer to one another, for rules of amllint.",
        Kind::Retirements => "What is retired when, for rules of amllint.",
        Kind::Aliases => "Values that the API spells in several ways, for rules of amllint.",
        Kind::Posture => "The rows of the posture report of amllint.",
        Kind::Recommendations => "What others recommend for the services that amllint looks at.",
    });
    if definitions
        .as_object()
        .is_some_and(|definitions| !definitions.is_empty())
    {
        schema["$defs"] = definitions;
    }
    schema
}

/// What names in a file may mean.
struct Names {
    lists: BTreeSet<String>,
    maps: BTreeSet<String>,
    roles: BTreeSet<String>,
    retirements: BTreeSet<String>,
    /// None where aliases may be used that the file itself defines.
    aliases: Option<BTreeSet<String>>,
    /// Rules and their aliases.
    rules: BTreeSet<String>,
    /// Whether a condition may ask for a parameter.
    parameters: bool,
}

impl Names {
    fn of(kind: Kind, catalogue: &Catalogue) -> Names {
        let is_rule = kind == Kind::Rule;
        let shared = catalogue.shared();
        let aliases = shared.aliases.iter().map(|alias| alias.name.to_string());
        let rules = catalogue.all().map(|(_, rule)| rule.name.to_string());
        // A condition in a data file knows neither roles nor retirements; rows of the posture report name roles.
        let with_roles = is_rule || kind == Kind::Posture;
        let roles = catalogue.relations().relations.iter();
        let roles = roles.filter(|_| with_roles);
        let retirements = catalogue.guidance().retirements.iter();
        Names {
            lists: shared
                .lists
                .iter()
                .map(|(name, _)| name.to_string())
                .collect(),
            maps: shared
                .maps
                .iter()
                .map(|(name, _)| name.to_string())
                .collect(),
            roles: roles.map(|relation| relation.role.to_string()).collect(),
            retirements: retirements
                .filter(|_| is_rule)
                .map(|(table, _)| table.to_string())
                .collect(),
            aliases: is_rule.then(|| aliases.collect()),
            rules: rules
                .chain(catalogue.aliases().map(|alias| alias.name.to_string()))
                .collect(),
            parameters: is_rule,
        }
    }
}
