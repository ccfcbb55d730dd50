//! What a fix changes of what was evaluated: which value that somebody wrote is another one, which object gets a property.
//!
//! ```text
//! fix: { set: $.properties.highAvailability.mode, to: ZoneRedundant }
//!
//!   properties: { version: '16' }        Added     the object at `{`, names highAvailability and mode
//!   ... highAvailability: { mode: m }    Replaced  the text 'Disabled' where `m` was written, and its way from there
//! ```
//!
//! How that is written in the language of the file is not told here.

use crate::diagnostic::Deployed;
use crate::evaluate::selected;
use crate::graph::{ResourceGraph, ResourceIndex};
use crate::path::{Path, PathStep};
use crate::rules::comparison::{same, value_of};
use crate::rules::context::{Context, Node, Thing, host, node_of, resource};
use crate::rules::definition::{Change, Fix, Literal, Message, MessagePart, PAIR_OF};
use crate::rules::message::{name_of, pair_of, render_known, words_for_node};
use crate::rules::outcome::Place;
use crate::rules::query::{Selected, select};
use crate::source::Span;
use crate::value::{Extent, Value, ValueKind};

/// What mends a finding.
#[derive(Clone, Debug)]
pub struct Repair {
    /// "set `sku.name` to `Standard_ZRS`".
    pub title: String,
    /// What it means for a resource that is deployed.
    pub deployed: Deployed,
    /// The declaration of the resource that is changed.
    pub declaration: Span,
    /// What is written otherwise.
    pub changes: Vec<Rewrite>,
    /// Names of rules that had nothing to judge before, and may find something after it.
    pub reveals: Vec<String>,
}

impl Repair {
    /// Where what is changed is written.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        self.changes.iter().filter_map(|change| match change {
            Rewrite::Replaced { place, .. } => Some(place.span),
            Rewrite::Added { within, .. } => Some(within.span),
            Rewrite::Removed { object, .. } => Some(object.span),
            Rewrite::Child(_) => None,
        })
    }
}

/// One thing that is written otherwise.
#[derive(Clone, Debug)]
pub enum Rewrite {
    /// A value is another one.
    Replaced {
        /// Where it is written, and how it came to the resource.
        place: Place,
        /// What it is to be.
        to: Literal,
    },
    /// An object has one property more.
    Added {
        /// Where the object is written, and how it came to the resource.
        within: Place,
        /// The property, and those inside it that have to be made for it.
        names: Vec<Box<str>>,
        /// What the innermost is.
        to: Literal,
    },
    /// An object has one property less.
    Removed {
        /// Where its name is written.
        key: Span,
        /// Where the object is written, and how it came to the resource.
        object: Place,
    },
    /// There is one resource more.
    Child(Child),
}

/// A resource that is to be declared.
#[derive(Clone, Debug)]
pub struct Child {
    /// Full type.
    pub resource_type: Box<str>,
    /// Its own name.
    pub name: String,
    /// The API version it is declared with.
    pub api_version: String,
    /// Its body without name and type.
    pub body: Literal,
}

/// A value on the way, and where it was written.
struct Cursor {
    value: Value,
    place: Place,
}

/// What a fix changes for the finding at hand; `None` where nothing that is known would mend it.
pub fn repair(context: &Context, fix: &Fix) -> Option<Repair> {
    let graph = context.graph();
    let mut changes = Vec::new();
    let (title, index) = match &fix.change {
        Change::Set { path, to } => {
            let to = &resolved(context, to)?;
            let start = begin(context, path)?;
            set(context, start.cursor, &path.steps, to, &mut changes)?;
            (set_title(context, path, to), start.index)
        }
        Change::Map { path, values, .. } => {
            let Selected::Present(_, value) = select(context, path, None) else {
                return None;
            };
            let text = value.as_str()?;
            let mut values = values.iter();
            let (_, to) = values.find(|(known, _)| known.eq_ignore_ascii_case(text))?;
            let start = begin(context, path)?;
            set(context, start.cursor, &path.steps, to, &mut changes)?;
            (set_title(context, path, to), start.index)
        }
        Change::Remove(path) => {
            let start = begin(context, path)?;
            changes.push(remove(start.cursor, &path.steps)?);
            let title = format!("remove {}", named(context, path));
            (title, start.index)
        }
        Change::AddChild {
            resource_type,
            named,
            api_version,
            body,
        } => {
            let name = text_of(context, named)?;
            let body = resolved(context, body)?;
            let segment = resource_type.rsplit('/').next().unwrap_or_default();
            let parent = declared(graph, context.judged)?;
            let index = match child(graph, parent, segment, &name)? {
                Some(there) => {
                    let cursor = body_of(graph, there);
                    set(context, cursor, &[], &body, &mut changes)?;
                    there
                }
                None => {
                    changes.push(Rewrite::Child(Child {
                        resource_type: resource_type.clone(),
                        name: name.clone(),
                        api_version: version(graph, parent, api_version.as_deref())?,
                        body,
                    }));
                    parent
                }
            };
            (format!("add `{segment}` `{name}`"), index)
        }
    };
    let carrier = graph.resource(graph.carrier(index));
    (!changes.is_empty()).then(|| Repair {
        title,
        deployed: fix.deployed,
        declaration: carrier.declaration,
        changes,
        reveals: fix.reveals.iter().map(|name| name.to_string()).collect(),
    })
}

struct Start {
    cursor: Cursor,
    index: ResourceIndex,
}

/// What a path starts at, where that is written in the run.
fn begin(context: &Context, path: &Path) -> Option<Start> {
    let graph = context.graph();
    let thing = context.start(path, None)?;
    let index = host(node_of(&thing))?;
    if graph.resource(index).existing {
        return None;
    }
    let cursor = match thing {
        Thing::Node(_) => body_of(graph, index),
        Thing::Part { value, .. } => Cursor::new(value, index),
    };
    Some(Start { cursor, index })
}

fn body_of(graph: &ResourceGraph, index: ResourceIndex) -> Cursor {
    Cursor::new(graph.body(index).clone(), index)
}

impl Cursor {
    fn new(value: Value, host: ResourceIndex) -> Cursor {
        let place = Place {
            span: value.span,
            trace: value.trace.clone(),
            host: Some(host),
        };
        Cursor { value, place }
    }

    /// A part of it.
    fn part(&self, part: &Value) -> Cursor {
        let value = selected(&self.value, part);
        let place = Place {
            span: value.span,
            trace: value.trace.clone(),
            host: self.place.host,
        };
        Cursor { value, place }
    }
}

/// What has to be written so that the steps lead to a value; `None` where that is not known. An object completes the one that is there.
fn set(
    context: &Context,
    mut cursor: Cursor,
    steps: &[PathStep],
    to: &Literal,
    changes: &mut Vec<Rewrite>,
) -> Option<()> {
    for (position, step) in steps.iter().enumerate() {
        let rest = &steps[position..];
        if cursor.value.is_null() {
            let names = names(rest)?;
            changes.push(Rewrite::Replaced {
                place: cursor.place,
                to: nested(&names, to),
            });
            return Some(());
        }
        match (&cursor.value.kind, step) {
            (ValueKind::Object(object), PathStep::Member(name)) => match object.get(name) {
                Some(property) => cursor = cursor.part(&property.value),
                None if object.is_open() => return None,
                None => {
                    changes.push(Rewrite::Added {
                        names: names(rest)?,
                        within: cursor.place,
                        to: to.clone(),
                    });
                    return Some(());
                }
            },
            (ValueKind::Array(array), PathStep::Index(index)) => {
                let element = array.elements().get(*index as usize);
                let element = element.filter(|_| array.extent() == Extent::Closed)?;
                cursor = cursor.part(element);
            }
            (
                ValueKind::Null
                | ValueKind::Boolean(_)
                | ValueKind::Integer(_)
                | ValueKind::Float(_)
                | ValueKind::String(_)
                | ValueKind::Array(_)
                | ValueKind::Object(_)
                | ValueKind::Unknown(_),
                _,
            ) => return None,
        }
    }
    replace(context, cursor, to, changes)
}

fn replace(
    context: &Context,
    cursor: Cursor,
    to: &Literal,
    changes: &mut Vec<Rewrite>,
) -> Option<()> {
    if cursor.value.is_unknown() {
        return None;
    }
    if let (Literal::Object(members), ValueKind::Object(_)) = (to, &cursor.value.kind) {
        for (name, to) in members {
            let cursor = Cursor {
                value: cursor.value.clone(),
                place: cursor.place.clone(),
            };
            set(
                context,
                cursor,
                &[PathStep::Member(name.clone())],
                to,
                changes,
            )?;
        }
        return Some(());
    }
    let wanted = value_of(to, cursor.value.span);
    if same(&cursor.value, &wanted, context.session.facts) != Some(true) {
        changes.push(Rewrite::Replaced {
            place: cursor.place,
            to: to.clone(),
        });
    }
    Some(())
}

/// The names of steps none of which is an index.
fn names(steps: &[PathStep]) -> Option<Vec<Box<str>>> {
    let name = |step: &PathStep| match step {
        PathStep::Member(name) => Some(name.clone()),
        PathStep::Index(_) | PathStep::Each => None,
    };
    steps.iter().map(name).collect()
}

/// A value inside objects of one property each.
pub fn nested(names: &[Box<str>], value: &Literal) -> Literal {
    let names = names.iter().rev();
    names.fold(value.clone(), |value, name| {
        Literal::Object(vec![(name.clone(), value)])
    })
}

/// The property that the steps lead to, which must be there.
fn remove(mut cursor: Cursor, steps: &[PathStep]) -> Option<Rewrite> {
    let (last, before) = steps.split_last()?;
    for step in before {
        let (Some(object), PathStep::Member(name)) = (cursor.value.as_object(), step) else {
            return None;
        };
        cursor = cursor.part(&object.get(name)?.value);
    }
    let (Some(object), PathStep::Member(name)) = (cursor.value.as_object(), last) else {
        return None;
    };
    let key = object.get(name)?.key_span;
    Some(Rewrite::Removed {
        key,
        object: cursor.place,
    })
}

/// The resource of a node, if it is declared in the run on its own.
fn declared(graph: &ResourceGraph, node: &Node) -> Option<ResourceIndex> {
    let index = host(node)?;
    let resource = resource(graph, node)?;
    let own = graph.carrier(index) == index && !resource.existing;
    // A child of one is none of the other, though both are the same resource to Azure.
    let folded = resource.resource_type.to_ascii_lowercase();
    let is_twin =
        |other: &ResourceIndex| *other != index && graph.identity(*other) == graph.identity(index);
    let has_twin = graph.of_type(&folded).iter().any(is_twin);
    (own && !has_twin).then_some(index)
}

/// The child of this type segment and name that there is already; `None` where one may be it.
fn child(
    graph: &ResourceGraph,
    parent: ResourceIndex,
    segment: &str,
    name: &str,
) -> Option<Option<ResourceIndex>> {
    let children = graph.children(parent, segment);
    if children.open {
        return None;
    }
    for child in children.items {
        let resource = graph.resource(child);
        match resource.name().as_str() {
            None => return None,
            Some(known) if known.eq_ignore_ascii_case(name) => {
                return (!resource.existing).then_some(Some(child));
            }
            Some(_) => {}
        }
    }
    Some(None)
}

/// The API version of a child: its parent's, or the earliest that knows it.
fn version(graph: &ResourceGraph, parent: ResourceIndex, earliest: Option<&str>) -> Option<String> {
    let of_parent = graph.property(parent, "apiVersion").or_else(|| {
        let body = graph.body(parent).as_object()?;
        Some(body.get("apiVersion")?.value.clone())
    });
    let of_parent = of_parent.as_ref().and_then(Value::as_str);
    let version = match (of_parent, earliest) {
        (Some(of_parent), Some(earliest)) => of_parent.max(earliest),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => return None,
    };
    Some(version.to_owned())
}

/// A name with its holes filled; `None` where one of them is unknown.
fn text_of(context: &Context, message: &Message) -> Option<String> {
    let parts = message.0.iter();
    let parts = parts.map(|part: &MessagePart| render_known(context, part));
    parts.collect()
}

/// What is to be written, with the pairs of regions and the parameters it names; `None` where one is not known.
fn resolved(context: &Context, literal: &Literal) -> Option<Literal> {
    Some(match literal {
        Literal::Object(members) => {
            if let Some(parameter) = literal.as_parameter() {
                return context.parameter(parameter).cloned();
            }
            if let [(key, Literal::String(path))] = members.as_slice()
                && **key == *PAIR_OF
            {
                let path = crate::path::parse(path).ok()?;
                return pair_of(context, &path).map(|pair| Literal::String(pair.into()));
            }
            let members = members.iter();
            let members =
                members.map(|(key, value)| Some((key.clone(), resolved(context, value)?)));
            Literal::Object(members.collect::<Option<_>>()?)
        }
        Literal::Array(elements) => {
            let elements = elements.iter();
            let elements = elements.map(|element| resolved(context, element));
            Literal::Array(elements.collect::<Option<_>>()?)
        }
        Literal::Null
        | Literal::Boolean(_)
        | Literal::Integer(_)
        | Literal::Float(_)
        | Literal::String(_) => literal.clone(),
    })
}

fn set_title(context: &Context, path: &Path, to: &Literal) -> String {
    format!("set {} to `{to}`", named(context, path))
}

/// "`properties.enablePurgeProtection` of key vault `x`": the resource is named where it is not the one judged.
fn named(context: &Context, path: &Path) -> String {
    let text = path.to_string();
    let text = text.trim_start_matches(['$', '.']);
    let graph = context.graph();
    let node = context
        .start(path, None)
        .map(|thing| node_of(&thing).clone());
    let other = node.filter(|node| host(node) != host(context.judged));
    match other {
        Some(node) if !name_of(graph, &node).is_empty() => {
            format!("`{text}` of {}", words_for_node(graph, &node))
        }
        Some(_) | None => format!("`{text}`"),
    }
}
