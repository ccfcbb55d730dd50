//! What becomes of a written value: which property it is, and how often. What two different properties are made of, or what is the
//! value of something that a rule finds no fault with, cannot be changed for the one that is at fault.
//!
//! ```text
//! var sku = 'Standard'                      sku.name of a registry and of a load balancer: two properties
//! locations: [for place in places: {
//!   isZoneRedundant: false                  locations.isZoneRedundant, as often as there are places
//! }]
//! ```

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
    found: OnceCell<Found>,
}

/// What one written value is used for.
#[derive(Debug)]
struct Use {
    /// The property, by the type of its resource and its path; `None` if there are several.
    property: Option<u32>,
    /// How often it is the value of something.
    times: usize,
}

#[derive(Debug, Default)]
struct Found {
    uses: FxHashMap<Span, Use>,
    /// Properties by their type and path.
    properties: FxHashMap<String, u32>,
    looked_at: usize,
}

impl<'a> Uses<'a> {
    /// Of the resources of a graph.
    pub fn new(graph: &'a ResourceGraph) -> Uses<'a> {
        Uses {
            graph,
            found: OnceCell::new(),
        }
    }

    /// How often what is written at a place becomes a value, which is always the same property; `None` if it is several.
    pub fn times(&self, place: Span) -> Option<usize> {
        let found = self.found.get_or_init(|| {
            let deployment = self.graph.deployment();
            deployment.quietly(|| self.all())
        });
        if found.looked_at >= MAX_LOOKED_AT {
            return None;
        }
        match found.uses.get(&place) {
            Some(one) => one.property.map(|_| one.times),
            None => Some(0),
        }
    }

    fn all(&self) -> Found {
        let mut found = Found::default();
        for index in self.graph.indices() {
            let resource = self.graph.resource(index);
            if resource.existing || self.graph.carrier(index) != index {
                continue;
            }
            let name = resource.resource_type.to_ascii_lowercase();
            found.note(self.graph.body(index), name);
        }
        found
    }
}

impl Found {
    /// Notes what a value and its parts are used for.
    fn note(&mut self, value: &Value, property: String) {
        self.looked_at += 1;
        if self.looked_at >= MAX_LOOKED_AT {
            return;
        }
        let next = self.properties.len() as u32;
        let number = *self.properties.entry(property.clone()).or_insert(next);
        let one = self.uses.entry(value.span).or_insert(Use {
            property: Some(number),
            times: 0,
        });
        one.times += 1;
        if one.property != Some(number) {
            one.property = None;
        }
        match &value.kind {
            ValueKind::Object(object) => {
                for inner in object.properties() {
                    let name = inner.key.to_ascii_lowercase();
                    self.note(&inner.value, format!("{property}.{name}"));
                }
            }
            ValueKind::Array(array) => {
                for element in array.elements() {
                    self.note(element, format!("{property}[]"));
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
}
