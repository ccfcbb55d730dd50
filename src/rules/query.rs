//! Following a path: to a value, to nothing, or to something nobody knows.
//!
//! A path that meets something unknown on its way is unknown, never absent; `null` is absent.

use crate::evaluate::{Presence, selected};
use crate::graph::{ResourceGraph, choices_along};
use crate::path::{Path, PathStep};
use crate::rules::context::{Context, Node, Thing, place_of_node, resource};
use crate::rules::definition::Of;
use crate::rules::outcome::{Evidence, Note, Place};
use crate::value::{Cause, Extent, Value, ValueKind};

/// What a path leads to.
#[derive(Clone, Debug)]
pub enum Selected {
    /// A value, nothing of which needs to be known but that it is there.
    Present(Evidence, Value),
    /// Nothing: the nearest thing above that exists, and the property it lacks.
    Absent(Evidence),
    /// The value, or something on the way, is unknown. The value is the unknown that was met, if the path ends there.
    Unknown(Evidence, Option<Value>),
}

/// What a path with `[*]` leads to.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The parts, where each is blamed, and how often it is there.
    pub parts: Vec<(Value, Place, Presence)>,
    /// Why there may be others.
    pub open: Option<Evidence>,
    /// The array or object that holds them, or what lacks it.
    pub container: Evidence,
}

/// A value on the way, and the place to blame for what it lacks.
struct Cursor {
    value: Value,
    place: Place,
    existing: bool,
}

enum Stepped {
    On(Cursor),
    Absent(Evidence),
    Unknown(Evidence),
}

/// Follows a path from where it starts.
pub fn select(context: &Context, path: &Path, of: Option<Of>) -> Selected {
    match context.start(path, of) {
        Some(thing) => select_in(context.graph(), &thing, &path.steps),
        None => Selected::Absent(absent(
            place_of_node(context.graph(), &context.node_at_hand()),
            "parent",
        )),
    }
}

/// Follows steps from a thing.
pub fn select_in(graph: &ResourceGraph, thing: &Thing, steps: &[PathStep]) -> Selected {
    let cursor = match begin(graph, thing, steps) {
        Ok((cursor, rest)) => {
            graph.look(choices_along(&cursor.value, rest));
            walk(cursor, rest)
        }
        Err(selected) => return *selected,
    };
    match cursor {
        Stepped::On(cursor) => end(cursor, last_name(steps)),
        Stepped::Absent(evidence) => Selected::Absent(evidence),
        Stepped::Unknown(evidence) => Selected::Unknown(evidence, None),
    }
}

/// Follows steps, some of them `[*]`, from a thing.
pub fn select_parts(graph: &ResourceGraph, thing: &Thing, steps: &[PathStep]) -> Parts {
    let (cursor, steps) = match begin(graph, thing, steps) {
        Ok(begun) => begun,
        Err(selected) => return parts_of(*selected),
    };
    graph.look(choices_along(&cursor.value, steps));
    let mut found = Parts {
        parts: Vec::new(),
        open: None,
        container: Evidence {
            place: cursor.place.clone(),
            note: Note::Container,
            value: None,
        },
    };
    let mut holders = Holders::default();
    collect(cursor, steps, Presence::Certain, &mut holders, &mut found);
    if let Some(container) = holders.only() {
        found.container = container;
    }
    found
}

/// The arrays and objects met on the way to parts, or what lacks them.
#[derive(Default)]
struct Holders {
    outermost: Option<Evidence>,
    /// Those that hold parts directly.
    innermost: Vec<Evidence>,
}

impl Holders {
    /// What holds all parts: the one that holds them directly if there is one only, else the outermost.
    fn only(self) -> Option<Evidence> {
        match <[Evidence; 1]>::try_from(self.innermost) {
            Ok([only]) => Some(only),
            Err(_) => self.outermost,
        }
    }
}

/// What is selected as the only part.
fn parts_of(selected: Selected) -> Parts {
    match selected {
        Selected::Present(container, value) => Parts {
            parts: vec![(value, container.place.clone(), Presence::Certain)],
            open: None,
            container,
        },
        Selected::Absent(container) => no_parts(container, false),
        Selected::Unknown(container, _) => no_parts(container, true),
    }
}

fn no_parts(container: Evidence, open: bool) -> Parts {
    Parts {
        parts: Vec::new(),
        open: open.then(|| container.clone()),
        container,
    }
}

/// The body a path begins in. What is outside the run has a name, perhaps a type, and the value that refers to it as its id.
fn begin<'a>(
    graph: &ResourceGraph,
    thing: &Thing,
    steps: &'a [PathStep],
) -> Result<(Cursor, &'a [PathStep]), Box<Selected>> {
    let node = match thing {
        Thing::Part { value, place, .. } => {
            let cursor = Cursor {
                value: value.clone(),
                place: place.clone(),
                existing: false,
            };
            return Ok((cursor, steps));
        }
        Thing::Node(node) => node,
    };
    match node {
        Node::Resource(index) => {
            let value = match steps.first() {
                Some(PathStep::Member(name)) => graph.body_with(*index, name),
                Some(PathStep::Index(_) | PathStep::Each) | None => graph.body(*index).clone(),
            };
            let cursor = Cursor {
                value,
                place: place_of_node(graph, node),
                existing: resource(graph, node).is_some_and(|resource| resource.existing),
            };
            Ok((cursor, steps))
        }
        Node::External { .. } | Node::Unknown { .. } => outside(graph, node, steps),
    }
}

fn outside<'a>(
    graph: &ResourceGraph,
    node: &Node,
    steps: &'a [PathStep],
) -> Result<(Cursor, &'a [PathStep]), Box<Selected>> {
    let place = place_of_node(graph, node);
    let first = match steps.first() {
        Some(PathStep::Member(name)) => name.to_ascii_lowercase(),
        Some(PathStep::Index(_) | PathStep::Each) | None => String::new(),
    };
    let value = match (node, first.as_str()) {
        (Node::External { name, .. }, "name") => Some(name.clone()),
        (Node::External { resource_type, .. }, "type") => resource_type
            .as_ref()
            .map(|text| Value::string(text.clone(), place.span)),
        (Node::External { reference, .. }, "id") => Some(reference.clone()),
        (Node::Resource(_) | Node::External { .. } | Node::Unknown { .. }, _) => None,
    };
    match value {
        Some(value) => {
            let cursor = Cursor {
                value,
                place,
                existing: false,
            };
            Ok((cursor, &steps[1..]))
        }
        None => Err(Box::new(Selected::Unknown(
            Evidence {
                place,
                note: Note::Reason(reason_outside(node), causes_outside(node)),
                value: None,
            },
            None,
        ))),
    }
}

/// Why nothing is known of what a reference leads to.
pub fn reason_outside(node: &Node) -> String {
    match node {
        Node::Resource(_) | Node::External { .. } => {
            "refers to a resource outside this run".to_owned()
        }
        Node::Unknown { reference } => format!(
            "`{}` may be any resource",
            crate::rules::message::short(reference)
        ),
    }
}

/// The same, as it is counted.
pub fn causes_outside(node: &Node) -> Vec<Cause> {
    match node {
        Node::Resource(_) | Node::External { .. } => vec![Cause::Outside],
        Node::Unknown { reference } => reference.causes(),
    }
}

fn walk(mut cursor: Cursor, steps: &[PathStep]) -> Stepped {
    for step in steps {
        match step_into(cursor, step) {
            Stepped::On(next) => cursor = next,
            Stepped::Absent(evidence) => return Stepped::Absent(evidence),
            Stepped::Unknown(evidence) => return Stepped::Unknown(evidence),
        }
    }
    Stepped::On(cursor)
}

/// The last name in a path, for a message about what it does not lead to.
fn last_name(steps: &[PathStep]) -> &str {
    let names = steps.iter().rev().filter_map(|step| match step {
        PathStep::Member(name) => Some(&**name),
        PathStep::Index(_) | PathStep::Each => None,
    });
    names.into_iter().next().unwrap_or("value")
}

/// What stands where the steps lead; `name` is what it is called when it is `null`.
fn end(cursor: Cursor, name: &str) -> Selected {
    let Cursor { value, place, .. } = cursor;
    if value.is_null() {
        return Selected::Absent(absent(place, name));
    }
    if value.is_unknown() {
        return Selected::Unknown(unknown(&value, place), Some(value));
    }
    let evidence = Evidence {
        place,
        note: Note::Value,
        value: Some(value.clone()),
    };
    Selected::Present(evidence, value)
}

fn step_into(cursor: Cursor, step: &PathStep) -> Stepped {
    match (&cursor.value.kind, step) {
        (ValueKind::Unknown(_), _) => Stepped::Unknown(unknown(&cursor.value, cursor.place)),
        (ValueKind::Object(object), PathStep::Member(name)) => match object.get(name) {
            Some(property) => {
                let beside_key = property.value.trace.is_none();
                let value = selected(&cursor.value, &property.value);
                let place = place_of(&value, beside_key.then_some(property.key_span), &cursor);
                Stepped::On(Cursor {
                    value,
                    place,
                    existing: false,
                })
            }
            None if cursor.existing => Stepped::Unknown(absent(cursor.place, name).because_of(
                "refers to a resource that exists already",
                vec![Cause::Existing],
            )),
            None if object.is_open() => Stepped::Unknown(absent(cursor.place, name).because_of(
                format!("`{name}` may come from a value that is unknown"),
                cursor.value.open_causes(),
            )),
            None => Stepped::Absent(absent(cursor.place, name)),
        },
        (ValueKind::Array(array), PathStep::Index(index)) => {
            let element = array.elements().get(*index as usize);
            match (array.extent(), element) {
                (Extent::Open | Extent::Repeated, _) => {
                    Stepped::Unknown(absent(cursor.place, "element").because_of(
                        "how long the array is, is unknown",
                        cursor.value.open_causes(),
                    ))
                }
                (Extent::Closed, Some(element)) => {
                    let value = selected(&cursor.value, element);
                    let place = place_of(&value, None, &cursor);
                    Stepped::On(Cursor {
                        value,
                        place,
                        existing: false,
                    })
                }
                (Extent::Closed, None) => {
                    Stepped::Absent(absent(cursor.place, &format!("[{index}]")))
                }
            }
        }
        (
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Array(_),
            PathStep::Member(name),
        ) => Stepped::Absent(absent(cursor.place, name)),
        (
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Object(_),
            PathStep::Index(index),
        ) => Stepped::Absent(absent(cursor.place, &format!("[{index}]"))),
        (
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_),
            PathStep::Each,
        ) => Stepped::Unknown(absent(cursor.place, "value").because("`[*]` names several values")),
    }
}

/// A value is blamed where it was written; an object, an array or a `null` by the key beside it.
fn place_of(value: &Value, key: Option<crate::source::Span>, within: &Cursor) -> Place {
    let by_key = match value.kind {
        ValueKind::Null | ValueKind::Array(_) | ValueKind::Object(_) => key,
        ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Unknown(_) => None,
    };
    Place {
        span: by_key.unwrap_or(value.span),
        trace: value.trace.clone(),
        host: within.place.host,
    }
}

fn absent(place: Place, name: &str) -> Evidence {
    Evidence {
        place,
        note: Note::Absent(name.into()),
        value: None,
    }
}

fn unknown(value: &Value, place: Place) -> Evidence {
    Evidence {
        place,
        note: Note::Unknown,
        value: Some(value.clone()),
    }
}

/// Adds the parts that `steps` lead to, and what directly holds them, or lacks what should.
fn collect(
    cursor: Cursor,
    steps: &[PathStep],
    presence: Presence,
    holders: &mut Holders,
    found: &mut Parts,
) {
    let each = steps.iter().position(|step| *step == PathStep::Each);
    let straight = &steps[..each.unwrap_or(steps.len())];
    let cursor = match walk(cursor, straight) {
        Stepped::On(cursor) => cursor,
        Stepped::Absent(evidence) => {
            if each.is_some() {
                holders.innermost.push(evidence);
            }
            return;
        }
        Stepped::Unknown(evidence) => {
            holders.innermost.push(evidence.clone());
            found.open.get_or_insert(evidence);
            return;
        }
    };
    let Some(each) = each else {
        if !cursor.value.is_null() {
            found.parts.push((cursor.value, cursor.place, presence));
        }
        return;
    };
    let container = Evidence {
        place: cursor.place.clone(),
        note: Note::Container,
        value: None,
    };
    let rest = &steps[each + 1..];
    let elements = elements(&cursor, found);
    if !rest.contains(&PathStep::Each) || elements.is_empty() {
        holders.innermost.push(container.clone());
    }
    holders.outermost.get_or_insert(container);
    for (value, place, often) in elements {
        let inner = Cursor {
            value,
            place,
            existing: false,
        };
        collect(inner, rest, presence.and(often), holders, found);
    }
}

/// The elements or properties of a value, noting whether there may be others.
fn elements(cursor: &Cursor, found: &mut Parts) -> Vec<(Value, Place, Presence)> {
    match &cursor.value.kind {
        ValueKind::Array(array) => {
            let often = match array.extent() {
                Extent::Closed => Presence::Certain,
                Extent::Open => {
                    note_open(cursor, "has elements that are unknown", found);
                    Presence::Certain
                }
                Extent::Repeated => Presence::Repeated,
            };
            let element = |element| {
                let value = selected(&cursor.value, element);
                let place = Place {
                    span: value.span,
                    trace: value.trace.clone(),
                    host: cursor.place.host,
                };
                (value, place, often)
            };
            array.elements().iter().map(element).collect()
        }
        ValueKind::Object(object) => {
            if object.is_open() || cursor.existing {
                note_open(cursor, "has properties that are unknown", found);
            }
            let property = |property: &crate::value::Property| {
                let value = selected(&cursor.value, &property.value);
                let place = Place {
                    span: property.key_span,
                    trace: cursor.value.trace.clone(),
                    host: cursor.place.host,
                };
                (value, place, Presence::Certain)
            };
            object.properties().iter().map(property).collect()
        }
        ValueKind::Unknown(_) => {
            let evidence = unknown(&cursor.value, cursor.place.clone());
            found.open.get_or_insert(evidence);
            Vec::new()
        }
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_) => Vec::new(),
    }
}

fn note_open(cursor: &Cursor, reason: &str, found: &mut Parts) {
    let mut causes = cursor.value.open_causes();
    if cursor.existing {
        causes.push(Cause::Existing);
    }
    let evidence = Evidence {
        place: cursor.place.clone(),
        note: Note::Reason(reason.to_owned(), causes),
        value: None,
    };
    found.open.get_or_insert(evidence);
}
