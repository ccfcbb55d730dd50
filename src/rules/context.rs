//! Where a condition is asked: the resource judged, the item at hand, and what lies around them.

use crate::evaluate::Presence;
use crate::graph::{Resource, ResourceGraph, ResourceIndex, Target};
use crate::path::{Path, PathStart};
use crate::rules::definition::{Literal, Of};
use crate::rules::facts::Facts;
use crate::rules::items::{Items, JoinIndex};
use crate::rules::outcome::{Evidence, Note, Place};
use crate::rules::rule_set::RuleSet;
use crate::value::Value;
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Aliases that ask aliases, at most so deep.
pub const MAX_DEPTH: u32 = 16;

/// What stays the same while one graph is judged.
pub struct Session<'a> {
    /// The resources.
    pub graph: &'a ResourceGraph,
    /// The data.
    pub facts: &'a Facts<'a>,
    /// The rules, which keep their compiled patterns.
    pub rules: &'a RuleSet,
    /// The day of the run.
    pub as_of: Date,
    /// Resources by the value of a path, for `where` with `equals`.
    pub joins: RefCell<FxHashMap<JoinKey, Rc<JoinIndex>>>,
}

/// What a [`JoinIndex`] is made of: resource types, and the path by which they are looked up.
pub type JoinKey = (Vec<Box<str>>, String);

/// A resource of the run, or one that is only referred to.
#[derive(Clone, Debug)]
pub enum Node {
    /// A resource of the graph.
    Resource(ResourceIndex),
    /// A resource outside the run.
    External {
        /// Full type, if it is known.
        resource_type: Option<Arc<str>>,
        /// Last segment of its name.
        name: Value,
        /// What refers to it.
        reference: Value,
    },
    /// It may be any resource.
    Unknown {
        /// What refers to it.
        reference: Value,
    },
}

/// What a path begins at.
#[derive(Clone, Debug)]
pub enum Thing {
    /// A resource.
    Node(Node),
    /// A part of a resource's body.
    Part {
        /// The part.
        value: Value,
        /// Where it is blamed.
        place: Place,
        /// The resource in which it stands.
        host: Node,
    },
}

/// Something a source walks.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub thing: Thing,
    /// How often it is there.
    pub presence: Presence,
    /// The value through which it is linked.
    pub link: Option<(Value, Option<ResourceIndex>)>,
}

/// An item and what lies outside it.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The item at hand.
    pub item: &'a Item,
    /// The item outside.
    pub outer: Option<&'a Frame<'a>>,
}

/// Where a condition is asked.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The graph, the data, the day.
    pub session: &'a Session<'a>,
    /// The rule's parameters.
    pub parameters: &'a [(Box<str>, Literal)],
    /// The resource judged.
    pub judged: &'a Node,
    /// The item at hand.
    pub frame: Option<&'a Frame<'a>>,
    /// The set of `together`.
    pub group: Option<&'a Items>,
    /// How deep aliases ask aliases.
    pub depth: u32,
}

impl<'a> Context<'a> {
    /// The same within an item.
    pub fn within<'b>(&self, frame: &'b Frame<'b>) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            frame: Some(frame),
            ..*self
        }
    }

    /// The resources.
    pub fn graph(&self) -> &'a ResourceGraph {
        self.session.graph
    }

    /// A parameter of the rule.
    pub fn parameter(&self, name: &str) -> Option<&'a Literal> {
        let mut parameters = self.parameters.iter();
        parameters
            .find(|(parameter, _)| parameter.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// What a path starts at; `None` where the resource has no parent.
    pub fn start(&self, path: &Path, of: Option<Of>) -> Option<Thing> {
        match (of, path.start) {
            (None, PathStart::Resource) | (Some(Of::Resource), _) => {
                Some(Thing::Node(self.judged.clone()))
            }
            (None, PathStart::Item) => Some(self.at_hand()),
            (Some(Of::Parent), PathStart::Resource) => {
                parent(self.graph(), self.judged).map(Thing::Node)
            }
            (Some(Of::Parent), PathStart::Item) => {
                parent(self.graph(), &self.node_at_hand()).map(Thing::Node)
            }
            (Some(Of::Outer), _) => Some(self.outer()),
            (Some(Of::Item), _) => Some(self.outermost()),
        }
    }

    /// The resource a source or alias starts at; `None` where the resource has no parent.
    pub fn node(&self, of: Option<Of>) -> Option<Node> {
        match of {
            None => Some(self.node_at_hand()),
            Some(Of::Resource) => Some(self.judged.clone()),
            Some(Of::Parent) => parent(self.graph(), &self.node_at_hand()),
            Some(Of::Outer) => Some(node_of(&self.outer()).clone()),
            Some(Of::Item) => Some(node_of(&self.outermost()).clone()),
        }
    }

    /// The item at hand, else the resource judged.
    fn at_hand(&self) -> Thing {
        match self.frame {
            Some(frame) => frame.item.thing.clone(),
            None => Thing::Node(self.judged.clone()),
        }
    }

    /// The item at hand if it is a resource, else the resource in which it stands.
    pub fn node_at_hand(&self) -> Node {
        match self.frame {
            Some(frame) => node_of(&frame.item.thing).clone(),
            None => self.judged.clone(),
        }
    }

    fn outermost(&self) -> Thing {
        let mut outermost = self.frame;
        while let Some(outer) = outermost.and_then(|frame| frame.outer) {
            outermost = Some(outer);
        }
        outermost.map_or_else(
            || Thing::Node(self.judged.clone()),
            |frame| frame.item.thing.clone(),
        )
    }

    fn outer(&self) -> Thing {
        match self.frame.and_then(|frame| frame.outer) {
            Some(frame) => frame.item.thing.clone(),
            None => Thing::Node(self.judged.clone()),
        }
    }
}

/// The resource a thing is, or stands in.
pub fn node_of(thing: &Thing) -> &Node {
    match thing {
        Thing::Node(node) => node,
        Thing::Part { host, .. } => host,
    }
}

/// The parent of a resource, or what it extends; `None` at the top.
pub fn parent(graph: &ResourceGraph, node: &Node) -> Option<Node> {
    match node {
        Node::Resource(index) => {
            let reference = graph.resource(*index).name();
            let target = graph.parent(*index)?;
            match target {
                Target::Resource(parent) => graph.look_for(*parent),
                Target::External {
                    resource_type: Some(resource_type),
                    ..
                } => graph.look_for_type(&resource_type.to_ascii_lowercase()),
                Target::External { .. } | Target::Unknown(_) => {}
            }
            Some(node_of_target(target, reference))
        }
        Node::External { reference, .. } | Node::Unknown { reference } => Some(Node::Unknown {
            reference: reference.clone(),
        }),
    }
}

/// What a reference leads to.
pub fn node_of_target(target: &Target, reference: &Value) -> Node {
    let reference = reference.clone();
    match target {
        Target::Resource(index) => Node::Resource(*index),
        Target::External {
            resource_type,
            name,
        } => Node::External {
            resource_type: resource_type.clone(),
            name: name.clone(),
            reference,
        },
        Target::Unknown(_) => Node::Unknown { reference },
    }
}

/// The resource, where it is one of the run.
pub fn resource<'a>(graph: &'a ResourceGraph, node: &Node) -> Option<&'a Resource> {
    host(node).map(|index| graph.resource(index))
}

/// The index of a resource of the run.
pub fn host(node: &Node) -> Option<ResourceIndex> {
    match node {
        Node::Resource(index) => Some(*index),
        Node::External { .. } | Node::Unknown { .. } => None,
    }
}

/// Where a resource is blamed: its type, or what refers to it.
pub fn place_of_node(graph: &ResourceGraph, node: &Node) -> Place {
    match node {
        Node::Resource(index) => Place {
            span: graph.resource(*index).type_span,
            trace: None,
            host: Some(*index),
        },
        Node::External { reference, .. } | Node::Unknown { reference } => Place {
            span: reference.span,
            trace: reference.trace.clone(),
            host: None,
        },
    }
}

/// An item as a place: an element, the type of a resource, the value of a link.
pub fn evidence_of_item(graph: &ResourceGraph, item: &Item) -> Evidence {
    let (place, note, value) = match (&item.thing, &item.link) {
        (thing, Some((value, from))) => {
            let place = Place {
                span: value.span,
                trace: value.trace.clone(),
                host: *from,
            };
            let note = match from {
                Some(from) => Note::Reference(*from),
                None => Note::Resource(node_of(thing).clone()),
            };
            (place, note, None)
        }
        (Thing::Node(node), None) => {
            let place = place_of_node(graph, node);
            (place, Note::Resource(node.clone()), None)
        }
        (Thing::Part { value, place, .. }, None) => {
            (place.clone(), Note::Part, Some(value.clone()))
        }
    };
    Evidence { place, note, value }
}
