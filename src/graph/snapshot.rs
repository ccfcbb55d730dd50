//! Resources that outlive their deployment: what other roots of a run need of them, and a graph of nothing else.

use super::{Origin, Resource, ResourceGraph, ResourceIndex};
use crate::evaluate::{Deployment, Presence};
use crate::source::Span;
use crate::value::Value;
use std::cell::OnceCell;
use std::rc::Rc;

/// A resource without what lies around it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Full type as written.
    pub resource_type: Box<str>,
    /// Where the type stands.
    pub type_span: Span,
    /// Names from the outermost parent to itself.
    pub names: Vec<Value>,
    /// Symbolic name, where it has one.
    pub symbolic_name: Option<Box<str>>,
    /// How often it is there.
    pub presence: Presence,
    /// The declaration it is an instance of.
    pub declaration: Span,
    /// Whether a workspace of its deployment reaches it.
    pub linked: bool,
    /// The body as rules see it.
    pub body: Value,
}

impl ResourceGraph {
    /// A resource as other roots may see it.
    pub fn snapshot(&self, index: ResourceIndex) -> Snapshot {
        let resource = self.resource(index);
        Snapshot {
            resource_type: (&*resource.resource_type).into(),
            type_span: resource.type_span,
            names: resource.names.clone(),
            symbolic_name: resource.symbolic_name.clone(),
            presence: resource.presence,
            declaration: resource.declaration,
            linked: self.is_linked(index),
            body: self.body(index).clone(),
        }
    }

    /// A graph of resources of several roots, in their order: none is the child of another or refers to it. `deployment` holds
    /// no resources.
    pub fn of_snapshots(deployment: Deployment, snapshots: Vec<Snapshot>) -> ResourceGraph {
        let mut graph = ResourceGraph::empty(deployment);
        for (position, snapshot) in snapshots.into_iter().enumerate() {
            let index = ResourceIndex(position as u32);
            let folded: Rc<str> = snapshot.resource_type.to_ascii_lowercase().into();
            graph.by_type.entry(folded).or_default().push(index);
            graph.linked.push(snapshot.linked);
            graph.resources.push(snapshot.into_resource());
        }
        graph
    }
}

impl Snapshot {
    fn into_resource(self) -> Resource {
        Resource {
            resource_type: (&*self.resource_type).into(),
            type_span: self.type_span,
            names: self.names,
            symbolic_name: self.symbolic_name,
            existing: false,
            presence: self.presence,
            choices: 0,
            declaration: self.declaration,
            parent: None,
            extends: None,
            extends_container: false,
            children: Vec::new(),
            extensions: Vec::new(),
            links: Vec::new(),
            linked_from: Vec::new(),
            open_children: Vec::new(),
            place: "".into(),
            origin: Origin::Inline {
                element: self.body.clone(),
                flat: false,
                api_version: None,
            },
            body: OnceCell::from(self.body),
        }
    }
}
