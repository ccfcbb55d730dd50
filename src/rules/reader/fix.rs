//! `fix` of a rule or a case: how a finding is mended.

use super::Definitions;
use super::fields::{Fields, literal};
use super::rule::message;
use super::words::DEPLOYED;
use crate::rules::definition::{Change, Fix, Literal, PAIR_OF};
use crate::syntax::node::Node;

/// Reads `fix`.
pub fn fix(node: Node<'_>, around: &Fields<'_, '_>, definitions: &Definitions) -> Option<Fix> {
    let fields = Fields::of(node, around.diagnostics())?;
    let deployed = fields
        .require("deployed")
        .and_then(|node| fields.word(node, DEPLOYED));
    let change = if let Some(path) = fields.path("set") {
        if let Some(map) = fields.take("map") {
            let name = fields.text_of(map)?;
            let mut maps = definitions.shared.maps.iter().rev();
            let values = maps.find(|(known, _)| **known == *name);
            if values.is_none() {
                fields.mistake(map, format!("there is no map `{name}`"));
            }
            Some(Change::Map {
                path,
                map: name.into(),
                values: values.map(|(_, values)| values.clone()).unwrap_or_default(),
            })
        } else {
            fields.require("to").map(|to| Change::Set {
                path,
                to: literal(to),
            })
        }
    } else if let Some(path) = fields.path("remove") {
        Some(Change::Remove(path))
    } else if let Some(resource_type) = fields.text("addChild") {
        let named = fields.require("named");
        let named = named.and_then(|node| message(&fields, node));
        let api_version = fields.text("apiVersion");
        let body = fields.take("body");
        if let Some(body) = body {
            check_pairs(body, &fields);
        }
        let body = body.map_or(Literal::Object(Vec::new()), literal);
        named.map(|named| Change::AddChild {
            resource_type: resource_type.into(),
            named,
            api_version: api_version.map(Into::into),
            body,
        })
    } else {
        fields.mistake(node, "a fix has one of `set`, `remove`, `addChild`");
        None
    };
    let reveals = fields.texts("reveals").into_iter();
    let reveals = reveals.map(|(_, name)| name.into()).collect();
    fields.finish();
    Some(Fix {
        change: change?,
        deployed: deployed?,
        reveals,
    })
}

/// Each `{ pairOf: <path> }` of a body has to name a path.
fn check_pairs(node: Node<'_>, fields: &Fields<'_, '_>) {
    for (key, value) in node.members() {
        if key.as_str() != Some(PAIR_OF) {
            check_pairs(value, fields);
            continue;
        }
        let path = value.as_str().unwrap_or_default();
        if let Err(error) = crate::path::parse(path) {
            fields.mistake(value, error.message);
        }
    }
    for element in node.elements() {
        check_pairs(element, fields);
    }
}
