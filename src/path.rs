//! Paths of rule files, `$.sku.name`: RFC 9535's syntax, restricted to what names one value.

use serde::{Deserialize, Serialize};

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PathStart {
    /// `$`: at the resource judged.
    Resource,
    /// `.`: at the item at hand.
    Item,
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PathStep {
    /// `.name`, case folded.
    Member(Box<str>),
    /// `[0]`.
    Index(u32),
    /// `[*]` or `.*`: every element or property. Only where a path is a source of items.
    Each,
}

/// A parsed path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Path {
    /// Where it begins.
    pub start: PathStart,
    /// How it goes on.
    pub steps: Vec<PathStep>,
}
