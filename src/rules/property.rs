//! Which property of a resource a finding is about, told in a way that stays the same when lines move.

use crate::graph::{ResourceGraph, ResourceIndex};
use crate::rules::outcome::{Evidence, Note, Place};
use crate::source::Span;
use crate::value::{Trace, Value, ValueKind};
use std::sync::Arc;

/// Values of a body, at most, among which a place is looked for.
const MAX_LOOKED_AT: usize = 4_096;

/// The path of what decided in the body of the judged resource, `properties.agentPoolProfiles[system].count`; in the body of another
/// one its type comes first. Empty where nothing in a body decided.
pub fn property(
    graph: &ResourceGraph,
    judged: ResourceIndex,
    decided: Option<&Evidence>,
) -> String {
    let Some(evidence) = decided else {
        return String::new();
    };
    let host = evidence.place.host.unwrap_or(judged);
    let resource = graph.resource(host);
    let mut path = if evidence.place.span == resource.type_span {
        String::new()
    } else {
        path_in(graph.body(host), &evidence.place, resource.type_span).unwrap_or_default()
    };
    if let Note::Absent(name) = &evidence.note {
        join(&mut path, name);
    }
    if host != judged {
        path = format!("{}: {path}", resource.resource_type);
    }
    path
}

fn join(path: &mut String, name: &str) {
    if !path.is_empty() && !name.starts_with('[') {
        path.push('.');
    }
    path.push_str(name);
}

/// The path of the value that stands at a place, or of the object whose key does. What was made up for the resource, such as its id, has
/// the place of its type.
fn path_in(body: &Value, place: &Place, made_up: Span) -> Option<String> {
    let mut waiting: Vec<(String, &Value)> = vec![(String::new(), body)];
    let mut looked_at = 0;
    while let Some((path, value)) = waiting.pop() {
        looked_at += 1;
        if looked_at > MAX_LOOKED_AT {
            return None;
        }
        if !path.is_empty() && value.span == place.span && is_same(&value.trace, &place.trace) {
            return Some(path);
        }
        match &value.kind {
            ValueKind::Object(object) => {
                for property in object.properties().iter().rev() {
                    let mut inner = path.clone();
                    join(&mut inner, &property.key);
                    if property.key_span == place.span && property.key_span != made_up {
                        return Some(inner);
                    }
                    if property.value.span != made_up {
                        waiting.push((inner, &property.value));
                    }
                }
            }
            ValueKind::Array(array) => {
                for element in array.elements().iter().rev() {
                    waiting.push((format!("{path}[{}]", name_of(element)), element));
                }
            }
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Unknown(_) => {}
        }
    }
    None
}

/// What an element calls itself, so that one more before it changes nothing.
fn name_of(element: &Value) -> &str {
    let name = element.as_object().and_then(|object| object.get("name"));
    match name.map(|name| (&name.value.kind, name.value.secure)) {
        Some((ValueKind::String(name), false)) => name,
        Some(_) | None => "",
    }
}

fn is_same(left: &Option<Arc<Trace>>, right: &Option<Arc<Trace>>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => Arc::ptr_eq(left, right) || left.span == right.span,
        (Some(_), None) | (None, Some(_)) => false,
    }
}
