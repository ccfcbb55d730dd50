//! Arrays and objects.

use super::{Array, Extent, Object, Property, Value};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

impl Array {
    /// An array of these elements.
    pub fn new(elements: Vec<Value>, extent: Extent) -> Array {
        let size = elements
            .iter()
            .fold(1_u32, |size, element| size.saturating_add(element.size()));
        let choices = elements
            .iter()
            .fold(0, |choices, element| choices | element.all_choices());
        let depth = depth_around(elements.iter());
        Array {
            elements,
            extent,
            because: None,
            size,
            choices,
            depth,
        }
    }

    /// The elements that are listed.
    pub fn elements(&self) -> &[Value] {
        &self.elements
    }

    /// Whether there may be others.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    pub(super) fn equals(&self, other: &Array) -> Option<bool> {
        if self.extent != Extent::Closed || other.extent != Extent::Closed {
            return None;
        }
        if self.elements.len() != other.elements.len() {
            return Some(false);
        }
        all(self
            .elements
            .iter()
            .zip(&other.elements)
            .map(|(left, right)| left.equals(right)))
    }
}

/// Three-valued conjunction: false if any is, else unknown if any is.
fn all(outcomes: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for outcome in outcomes {
        match outcome {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// Objects with more properties than this are looked up by hash.
const INDEXED: usize = 16;

impl Object {
    /// An object of these properties. Of the very same name the last value counts, in the first's place; names that differ in
    /// case only are there side by side.
    pub fn new(properties: Vec<Property>, open: bool) -> Object {
        let properties = without_duplicates(properties);
        let size = properties.iter().fold(1_u32, |size, property| {
            size.saturating_add(property.value.size())
        });
        let choices = properties.iter().fold(0, |choices, property| {
            choices | property.value.all_choices()
        });
        let depth = depth_around(properties.iter().map(|property| &property.value));
        Object {
            properties,
            open,
            whole: None,
            because: None,
            size,
            choices,
            depth,
            index: OnceLock::new(),
        }
    }

    /// What is known of a value that is unknown otherwise.
    pub fn part_of(whole: Value, properties: Vec<Property>) -> Object {
        let known = Object::new(properties, true);
        Object {
            size: known.size.saturating_add(whole.size()),
            depth: known.depth.max(whole.depth()),
            choices: known.choices | whole.all_choices(),
            whole: Some(Box::new(whole)),
            ..known
        }
    }

    /// The unknown value that these are properties of, if it is one.
    pub fn whole(&self) -> Option<&Value> {
        self.whole.as_deref()
    }

    /// The properties, in the order they were written.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Whether it may have properties that are not listed.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The property of this name, case folded; where several fold to it the one that is written so, else the last.
    pub fn get(&self, name: &str) -> Option<&Property> {
        if self.properties.len() <= INDEXED {
            let mut found = None;
            for property in self.properties.iter().rev() {
                if *property.key == *name {
                    return Some(property);
                }
                if found.is_none() && property.key.eq_ignore_ascii_case(name) {
                    found = Some(property);
                }
            }
            return found;
        }
        let index = self.index.get_or_init(|| {
            let mut index: FxHashMap<String, u32> = FxHashMap::default();
            for (position, property) in self.properties.iter().enumerate() {
                index.insert(property.key.to_string(), position as u32);
                let folded = property.key.to_ascii_lowercase();
                if folded != *property.key {
                    index.insert(folded, position as u32);
                }
            }
            index
        });
        index
            .get(name)
            .or_else(|| index.get(&name.to_ascii_lowercase()))
            .map(|position| &self.properties[*position as usize])
    }

    pub(super) fn equals(&self, other: &Object) -> Option<bool> {
        if let (Some(whole), Some(other)) = (&self.whole, &other.whole)
            && whole.equals(other) == Some(true)
        {
            return Some(true);
        }
        if self.open || other.open {
            return None;
        }
        if self.properties.len() != other.properties.len() {
            return Some(false);
        }
        all(self.properties.iter().map(|property| {
            other
                .get(&property.key)
                .map_or(Some(false), |twin| property.value.equals(&twin.value))
        }))
    }
}

/// Of properties of the very same name the last, in the first's place.
fn without_duplicates(properties: Vec<Property>) -> Vec<Property> {
    let duplicate = if properties.len() <= INDEXED {
        properties.iter().enumerate().any(|(position, property)| {
            properties[..position]
                .iter()
                .any(|earlier| earlier.key == property.key)
        })
    } else {
        true // found out below
    };
    if !duplicate {
        return properties;
    }
    let mut positions: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    let mut kept: Vec<Property> = Vec::with_capacity(properties.len());
    for property in properties {
        match positions.entry(property.key.clone()) {
            std::collections::hash_map::Entry::Occupied(position) => {
                kept[*position.get()] = property
            }
            std::collections::hash_map::Entry::Vacant(position) => {
                position.insert(kept.len());
                kept.push(property);
            }
        }
    }
    kept
}

/// How deep a value nests that is made of these.
pub fn depth_around<'a>(parts: impl IntoIterator<Item = &'a Value>) -> u16 {
    let deepest = parts.into_iter().map(Value::depth).max();
    deepest.unwrap_or(0).saturating_add(1)
}
