//! A workspace and what it depends on, as nodes and edges: what is below it, what it refers to, and on from there; and what refers to
//! any of these.

use crate::graph::{Below, Link, ResourceGraph, ResourceIndex, Target};
use crate::rules::message::{noun, short};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// Extension resources that say nothing about availability.
const LEFT_OUT: &str = "microsoft.authorization/roleassignments";

/// What a workspace depends on; the first node is the workspace.
#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    /// The resources, nearest first.
    pub nodes: Vec<Node>,
    /// How they belong together.
    pub edges: Vec<Edge>,
}

/// A resource.
#[derive(Clone, Debug)]
pub struct Node {
    /// Whether it is seen.
    pub kind: NodeKind,
    /// Its full type; empty where that is not known.
    pub resource_type: String,
    /// What people call such a resource.
    pub noun: String,
    /// Its name, or the expression that makes it.
    pub name: String,
    /// Where it stands, or is referred to.
    pub place: Span,
}

/// How much of a resource is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKind {
    /// All that is written.
    Resource,
    /// Its name: it exists already.
    Existing,
    /// Its name: it stands outside of the run.
    External,
    /// Nothing: which one it is, is not known before deployment.
    Unknown,
}

impl NodeKind {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            NodeKind::Resource => "resource",
            NodeKind::Existing => "existing",
            NodeKind::External => "external",
            NodeKind::Unknown => "unknown",
        }
    }
}

/// How two resources belong together.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Position of the node that refers, or that is the parent.
    pub from: usize,
    /// Position of the other node.
    pub to: usize,
    /// How.
    pub reference: Reference,
}

/// What an edge is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reference {
    /// The second is a child of the first.
    Child,
    /// The second extends the first.
    Extension,
    /// The first refers to the second in this role.
    Role(String),
}

impl Reference {
    /// As it is printed.
    pub fn word(&self) -> &str {
        match self {
            Reference::Child => "child",
            Reference::Extension => "extension",
            Reference::Role(role) => role,
        }
    }
}

/// The drawing while it is made.
struct Drawing<'a> {
    graph: &'a ResourceGraph,
    drawn: Dependencies,
    /// Positions of nodes that are resources.
    resources: FxHashMap<ResourceIndex, usize>,
    /// Positions of nodes that are none, by type and name.
    others: FxHashMap<(String, String), usize>,
    /// The edges that are drawn.
    known: FxHashSet<(usize, usize, Reference)>,
}

/// What a workspace depends on.
pub fn of(graph: &ResourceGraph, workspace: ResourceIndex) -> Dependencies {
    let mut drawing = Drawing {
        graph,
        drawn: Dependencies::default(),
        resources: FxHashMap::default(),
        others: FxHashMap::default(),
        known: FxHashSet::default(),
    };
    let mut next = vec![workspace];
    drawing.resource(workspace);
    let mut position = 0;
    while let Some(index) = next.get(position).copied() {
        position += 1;
        drawing.below(index, &mut next);
        for link in graph.all_links(index) {
            drawing.link(link, &mut next);
        }
    }
    // What refers to all these, without what it depends on itself.
    for index in next {
        for link in graph.all_linked_from(index) {
            if !drawing.resources.contains_key(&link.from) {
                drawing.resource(link.from);
                drawing.link(link, &mut Vec::new());
            }
        }
    }
    drawing.drawn
}

impl Drawing<'_> {
    fn below(&mut self, index: ResourceIndex, next: &mut Vec<ResourceIndex>) {
        let from = self.resource(index);
        for (how, below) in self.graph.below(index) {
            let resource_type = &self.graph.resource(below).resource_type;
            if resource_type.eq_ignore_ascii_case(LEFT_OUT) {
                continue;
            }
            let reference = match how {
                Below::Child => Reference::Child,
                Below::Extension => Reference::Extension,
            };
            if !self.resources.contains_key(&below) {
                next.push(below);
            }
            let to = self.resource(below);
            self.edge(from, to, reference);
        }
    }

    fn link(&mut self, link: &Link, next: &mut Vec<ResourceIndex>) {
        let from = self.resource(link.from);
        let to = match &link.target {
            Target::Resource(index) => {
                if !self.resources.contains_key(index) {
                    next.push(*index);
                }
                self.resource(*index)
            }
            Target::External {
                resource_type,
                name,
            } => {
                let resource_type = resource_type.as_deref().unwrap_or_default();
                self.other(NodeKind::External, resource_type, short(name), link)
            }
            Target::Unknown(types) => {
                let resource_type = types.first().map(|one| &**one).unwrap_or_default();
                let name = match link.value.is_null() {
                    true => "not known before deployment".to_owned(),
                    false => short(&link.value),
                };
                self.other(NodeKind::Unknown, resource_type, name, link)
            }
        };
        self.edge(from, to, Reference::Role(link.role.to_string()));
    }

    /// The node of a resource.
    fn resource(&mut self, index: ResourceIndex) -> usize {
        if let Some(position) = self.resources.get(&index) {
            return *position;
        }
        let resource = self.graph.resource(index);
        let kind = match resource.existing {
            true => NodeKind::Existing,
            false => NodeKind::Resource,
        };
        let position = self.drawn.nodes.len();
        self.drawn.nodes.push(Node {
            kind,
            resource_type: resource.resource_type.to_string(),
            noun: noun(&resource.resource_type),
            name: short(resource.name()),
            place: resource.type_span,
        });
        self.resources.insert(index, position);
        position
    }

    /// The node of something that is not seen.
    fn other(&mut self, kind: NodeKind, resource_type: &str, name: String, link: &Link) -> usize {
        let key = (resource_type.to_ascii_lowercase(), name.clone());
        if let Some(position) = self.others.get(&key) {
            return *position;
        }
        let position = self.drawn.nodes.len();
        let noun = match resource_type {
            "" => "resource".to_owned(),
            known => noun(known),
        };
        self.drawn.nodes.push(Node {
            kind,
            resource_type: resource_type.to_owned(),
            noun,
            name,
            place: link.value.span,
        });
        self.others.insert(key, position);
        position
    }

    fn edge(&mut self, from: usize, to: usize, reference: Reference) {
        if from != to && self.known.insert((from, to, reference.clone())) {
            self.drawn.edges.push(Edge {
                from,
                to,
                reference,
            });
        }
    }
}
