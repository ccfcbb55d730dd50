//! How bodies refer to other resources, as `rules/data/relations.yaml` lists it: data only.

use crate::path::Path;
use serde::{Deserialize, Serialize};

/// What a relation's value names its target by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LinkBy {
    /// A resource id.
    Id,
    /// The last segment of its name.
    Name,
    /// A host name or URL, by the relation's pattern.
    Host,
}

/// A way in which the body of one resource type refers to another resource (`rules/data/relations.yaml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// What the target is to the resource, such as `default-storage`.
    pub role: Box<str>,
    /// Resource type that refers, folded.
    pub from: Box<str>,
    /// The value that refers; with `[*]` each of them. With `keys`, the names of this object's properties refer.
    pub at: Path,
    /// Whether the keys of the object at `at` refer rather than its value.
    pub keys: bool,
    /// The value of this path, if it must be one of those listed, folded.
    pub when: Option<(Path, Vec<Box<str>>)>,
    /// Resource types it may point to, folded; empty for any.
    pub to: Vec<Box<str>>,
    /// Whether the resource stands on what it refers to. On what it only sends its logs to, it does not.
    pub dependency: bool,
    /// How.
    pub by: LinkBy,
    /// `https://{name}.search.windows.net` for [`LinkBy::Host`]. Beside an id or a name other ways to write it: a text of
    /// one of these forms is the name, any other is what `by` says.
    pub patterns: Vec<Box<str>>,
}

/// Children that may be written inside their parent's body (`inlineChildren` of `rules/data/relations.yaml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InlineChild {
    /// Full type of the child, as Microsoft spells it.
    pub resource_type: Box<str>,
    /// Where in the parent's body, ending in `[*]`.
    pub at: Path,
    /// Whether the element is the child's `properties` rather than its body.
    pub flat: bool,
}

/// Everything the graph is told about resource types.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Relations {
    /// Ways to refer.
    pub relations: Vec<Relation>,
    /// Children inside bodies.
    pub inline_children: Vec<InlineChild>,
}
