//! Which properties a written value becomes: a variable that two different ones are made of cannot be changed for one of them.

use crate::graph::ResourceGraph;
use crate::source::Span;
use crate::value::{Value, ValueKind};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// Values of one deployment, at most, that are looked at; with more, everything counts as used for several things.
const MAX_LOOKED_AT: usize = 200_000;

/// What is used for what in one deployment, found out when first asked.
pub struct Uses<'a> {
    graph: &'a ResourceGraph,
    /// Of what was written elsewhere than in a resource, by its place: the only property it becomes, if there is one only.
    properties: OnceCell<FxHashMap<Span, Option<String>>>,
}

impl<'a> Uses<'a> {
    /// Of the resources of a graph.
    pub fn new(graph: &'a ResourceGraph) -> Uses<'a> {
        Uses {
            graph,
            properties: OnceCell::new(),
        }
    }

    /// Whether what is written at a place becomes different properties, of one type or of several.
    pub fn is_shared(&self, place: Span) -> bool {
        let properties = self.properties.get_or_init(|| {
            let deployment = self.graph.deployment();
            deployment.quietly(|| self.all())
        });
        matches!(properties.get(&place), Some(None))
    }

    fn all(&self) -> FxHashMap<Span, Option<String>> {
        let mut found = FxHashMap::default();
        let mut left = MAX_LOOKED_AT;
        for index in self.graph.indices() {
            let resource = self.graph.resource(index);
            if resource.existing || self.graph.carrier(index) != index {
                continue;
            }
            let name = resource.resource_type.to_ascii_lowercase();
            note(self.graph.body(index), name, &mut left, &mut found);
        }
        if left == 0 {
            found.values_mut().for_each(|property| *property = None);
        }
        found
    }
}

/// Notes what a value and its parts are used for.
fn note(
    value: &Value,
    property: String,
    left: &mut usize,
    found: &mut FxHashMap<Span, Option<String>>,
) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    if value.trace.is_some() {
        found
            .entry(value.span)
            .and_modify(|known| {
                if known.as_ref() != Some(&property) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(property.clone()));
    }
    match &value.kind {
        ValueKind::Object(object) => {
            for inner in object.properties() {
                let name = inner.key.to_ascii_lowercase();
                let name = format!("{property}.{name}");
                // Parts went the way of the whole.
                note(&with_way(value, &inner.value), name, left, found);
            }
        }
        ValueKind::Array(array) => {
            for element in array.elements() {
                note(&with_way(value, element), property.clone(), left, found);
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

/// A part that has a way if the whole has one.
fn with_way(whole: &Value, part: &Value) -> Value {
    let mut part = part.clone();
    part.trace = part.trace.or_else(|| whole.trace.clone());
    part
}
