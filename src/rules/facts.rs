//! What conditions ask of the data beside the rules: regions, retirements, aliases.

use crate::path::Path;
use crate::rules::definition::{Condition, Literal};
use jiff::civil::Date;

/// A region of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Whether it has availability zones.
    pub zones: bool,
    /// Its pair, by its short name.
    pub pair: Option<Box<str>>,
    /// Whether access to it is restricted.
    pub restricted: bool,
}

/// The end of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The day of it.
    pub date: Date,
    /// What to use instead.
    pub use_instead: Option<Box<str>>,
}

/// A value that the API spells in several ways.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAlias {
    /// Whether each alternative adds items rather than the first that is present counting.
    pub items: bool,
    /// Where it may be.
    pub alternatives: Vec<Alternative>,
}

/// One way to spell a [`ValueAlias`].
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// Whether this is the way.
    pub when: Option<Condition>,
    /// The child, by type segment and name, in which it is.
    pub child: Option<(Box<str>, Option<Box<str>>)>,
    /// What is taken.
    pub take: Take,
    /// What the API takes if that is absent.
    pub default: Option<Literal>,
}

/// What an [`Alternative`] takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Take {
    /// The value of this path; of an alias of items, each value where it has `[*]`.
    Path(Path),
    /// This value.
    Literal(Literal),
}

/// Answers from the data.
pub trait Facts {
    /// The region of this name, however it is written (`East US`, `eastus`); `None` if it is not in the data.
    fn region(&self, name: &str) -> Option<Region>;

    /// What a table says about the retirement of a value, by the data as of that day.
    fn retirement(&self, table: &str, value: &str, as_of: Date) -> Option<Retirement>;

    /// The alias of this name for a resource type, both folded by the callee.
    fn alias(&self, resource_type: &str, name: &str) -> Option<&ValueAlias>;
}
