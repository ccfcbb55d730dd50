//! The resources of one deployment and how they belong together: children, extension resources, links and their roles.
//!
//! Rules see this graph and nothing else of a template. Children written inside their parent's body
//! (`properties.agentPoolProfiles[*]` of a cluster) are resources of the graph like any other.

use crate::evaluate::Presence;
use crate::path::Path;
use crate::source::Span;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A resource of a [`ResourceGraph`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ResourceIndex(pub u32);

/// What a relation's value names its target by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LinkBy {
    /// A resource id.
    Id,
    /// The last segment of its name.
    Name,
    /// A host name or URL, by the relation's pattern.
    Host,
    /// Any expression that names the resource, even if its value is unknown.
    Mention,
}

/// A way in which the body of one resource type refers to another resource (`rules/data/relations.yaml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// What the target is to the resource, such as `default-storage`.
    pub role: Box<str>,
    /// Resource type that refers.
    pub from: Box<str>,
    /// The value that refers; with `[*]` each of them. With `keys`, the names of this object's properties refer.
    pub at: Path,
    /// Whether the keys of the object at `at` refer rather than its value.
    pub keys: bool,
    /// The value of this path, if it must be one of those listed, folded.
    pub when: Option<(Path, Vec<Box<str>>)>,
    /// Resource types it may point to; empty for any.
    pub to: Vec<Box<str>>,
    /// How.
    pub by: LinkBy,
    /// `https://{name}.search.windows.net` for [`LinkBy::Host`].
    pub pattern: Option<Box<str>>,
}

/// Children that may be written inside their parent's body (`inlineChildren` of `rules/data/relations.yaml`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InlineChild {
    /// Full type of the child.
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

/// What a link, or a step to a parent, leads to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A resource of the graph.
    Resource(ResourceIndex),
    /// A resource outside the run: its type, its name (last segment) and its id are known as far as written, its body is not.
    External {
        /// Full type, if the id tells it.
        resource_type: Option<Arc<str>>,
        /// Last segment of the name.
        name: Value,
    },
    /// Nobody knows: it may be any resource.
    Unknown,
}

/// A reference from one resource to another.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the target is to the resource that refers.
    pub role: Arc<str>,
    /// The resource that refers.
    pub from: ResourceIndex,
    /// What is referred to.
    pub target: Target,
    /// The value that refers, with its place and trace.
    pub value: Value,
    /// How often the link is there, the presence of the resource that refers included.
    pub presence: Presence,
}

/// Members of a relation, and whether there may be more.
#[derive(Clone, Debug)]
pub struct Members<T> {
    /// Those that are known.
    pub items: Vec<T>,
    /// Whether there may be others: one with an unknown parent, scope or target, or a module that could not be read.
    pub open: bool,
}

/// The resources of one deployment.
#[derive(Debug, Default)]
pub struct ResourceGraph {
    resources: Vec<Resource>,
}

/// A resource of the graph.
#[derive(Debug)]
pub struct Resource {
    /// Full type as written, `Microsoft.Storage/storageAccounts/blobServices`; empty when it is unknown.
    pub resource_type: Arc<str>,
    /// Where the type stands (of an inline child, its element): where a finding about something missing goes.
    pub type_span: Span,
    /// Names from the outermost parent to itself.
    pub names: Vec<Value>,
    /// Whether it only refers to something that exists already: its body is unknown beside its name.
    pub existing: bool,
    /// How often it is there.
    pub presence: Presence,
    /// The declaration it is an instance of; instances of one loop share it.
    pub declaration: Span,
}

impl Resource {
    /// Last segment of its name.
    pub fn name(&self) -> &Value {
        self.names
            .last()
            .expect("a resource has a name, if only an unknown one")
    }
}

impl ResourceGraph {
    /// A resource.
    pub fn resource(&self, index: ResourceIndex) -> &Resource {
        &self.resources[index.0 as usize]
    }

    /// Every resource, in the order of declaration.
    pub fn indices(&self) -> impl Iterator<Item = ResourceIndex> + use<> {
        (0..self.resources.len() as u32).map(ResourceIndex)
    }

    /// Resources of this type, case folded.
    pub fn of_type(&self, _resource_type: &str) -> &[ResourceIndex] {
        unimplemented!("written elsewhere")
    }

    /// The body as rules see it: an object with `id`, `type` (full), `name` (last segment), `apiVersion`, `location`,
    /// `scope` and everything else that was written. Evaluated when first asked for.
    pub fn body(&self, _index: ResourceIndex) -> &Value {
        unimplemented!("written elsewhere")
    }

    /// What it is a child of, or for an extension resource what it extends. `None` at the top.
    pub fn parent(&self, _index: ResourceIndex) -> Option<Target> {
        unimplemented!("written elsewhere")
    }

    /// Its children of this type segment (`replications`) or of any.
    pub fn children(&self, _index: ResourceIndex, _segment: &str) -> Members<ResourceIndex> {
        unimplemented!("written elsewhere")
    }

    /// Extension resources of this type that extend it; `inherited`: or what contains it.
    pub fn extensions(
        &self,
        _index: ResourceIndex,
        _resource_type: &str,
        _inherited: bool,
    ) -> Members<ResourceIndex> {
        unimplemented!("written elsewhere")
    }

    /// What it refers to in one of these roles.
    pub fn links(&self, _index: ResourceIndex, _roles: &[Box<str>]) -> Members<Link> {
        unimplemented!("written elsewhere")
    }

    /// What refers to it in one of these roles. Open when a link of such a role has an unknown target that may be it.
    pub fn linked_from(&self, _index: ResourceIndex, _roles: &[Box<str>]) -> Members<Link> {
        unimplemented!("written elsewhere")
    }

    /// Whether there may be other resources of any type: a module of the run could not be read.
    pub fn is_open(&self) -> bool {
        unimplemented!("written elsewhere")
    }

    /// The workspaces of the deployment that surely reach it by links.
    pub fn workspaces_of(&self, _index: ResourceIndex) -> Vec<ResourceIndex> {
        unimplemented!("written elsewhere")
    }

    /// Whether the deployment holds a workspace.
    pub fn has_workspace(&self) -> bool {
        unimplemented!("written elsewhere")
    }

    /// Whether a workspace of the deployment surely reaches it by links, itself included.
    pub fn is_linked(&self, _index: ResourceIndex) -> bool {
        unimplemented!("written elsewhere")
    }
}
