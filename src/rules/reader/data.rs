//! The files of `rules/data`.

use super::condition::Names;
use super::fields::{Fields, literal};
use super::words::LINK_BY;
use super::{Definitions, mistake, posture};
use crate::diagnostic::Diagnostic;
use crate::guidance::{Region, Retirement, normalised};
use crate::path::Path;
use crate::relation::{InlineChild, LinkBy, Relation};
use crate::rules::definition::{AliasChild, ValueAlias, ValueAliasEntry, ValueAliasSource};
use crate::syntax::node::Node;
use std::cell::RefCell;

/// Reads a file of this name into the definitions.
pub fn read(
    stem: &str,
    root: Node<'_>,
    definitions: &mut Definitions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mistakes = RefCell::default();
    if let Some(fields) = Fields::of(root, &mistakes) {
        let version = fields.require_text("version").unwrap_or_default();
        match stem {
            "lists" => lists(&fields, definitions),
            "regions" => regions(&fields, version, definitions),
            "retirements" => retirements(&fields, definitions),
            "relations" => relations(&fields, definitions),
            "aliases" => aliases(&fields, definitions),
            "posture" => posture::services(&fields, definitions),
            "recommendations" => posture::recommendations(&fields, definitions),
            _ => fields.mistake(
                root,
                "data files are `lists`, `regions`, `retirements`, `relations`, `aliases`, `posture` and `recommendations`",
            ),
        }
        if !matches!(stem, "retirements" | "aliases") {
            fields.finish();
        }
    }
    diagnostics.extend(mistakes.into_inner());
}

/// Puts a named thing in, in place of what has the name.
fn define<T>(things: &mut Vec<(Box<str>, T)>, name: &str, thing: T) {
    match things.iter_mut().find(|(known, _)| **known == *name) {
        Some((_, known)) => *known = thing,
        None => things.push((name.into(), thing)),
    }
}

/// The tables of a file in which every key but `version` names one.
fn tables<'a>(fields: &Fields<'a, '_>) -> impl Iterator<Item = (&'a str, Node<'a>)> {
    let members = fields.mapping_of(fields.node()).into_iter();
    members.filter(|(name, _)| *name != "version")
}

fn lists(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    for (name, node) in fields.mapping("lists") {
        let values = fields.list_of(node).into_iter().map(literal).collect();
        define(&mut definitions.shared.lists, name, values);
    }
    for (name, node) in fields.mapping("maps") {
        let members = fields.mapping_of(node).into_iter();
        let map = members.map(|(key, value)| (key.into(), literal(value)));
        define(&mut definitions.shared.maps, name, map.collect());
    }
}

fn regions(fields: &Fields<'_, '_>, version: &str, definitions: &mut Definitions) {
    fields.require_text("source");
    definitions.guidance.version = version.into();
    for (name, node) in fields.mapping("regions") {
        let Some(region) = Fields::of(node, fields.diagnostics()) else {
            continue;
        };
        let pair = region
            .text("pair")
            .filter(|pair| *pair != "none")
            .map(Into::into);
        let name = normalised(name);
        let facts = Region {
            display: region.require_text("display").unwrap_or(&name).into(),
            zones: region.boolean("zones", false),
            restricted: region.boolean("restricted", false),
            pair,
            name: name.as_str().into(),
        };
        // A row may have a date and a source of its own.
        region.text("date");
        region.text("source");
        region.finish();
        let regions = &mut definitions.guidance.regions;
        match regions.binary_search_by(|other| (*other.name).cmp(&name)) {
            Ok(position) => regions[position] = facts,
            Err(position) => regions.insert(position, facts),
        }
    }
}

fn retirements(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    for (table, node) in tables(fields) {
        let rows = fields.list_of(node).into_iter();
        let rows = rows.filter_map(|row| retirement(row, fields));
        define(&mut definitions.guidance.retirements, table, rows.collect());
    }
}

fn retirement(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Retirement> {
    let fields = Fields::of(node, around.diagnostics())?;
    let (pattern, regex) = match (
        fields.text("value"),
        fields.text("like"),
        fields.text("matches"),
    ) {
        (Some(pattern), None, None) | (None, Some(pattern), None) => {
            (pattern.to_lowercase(), false)
        }
        (None, None, Some(pattern)) => (pattern.to_owned(), true),
        (_, _, _) => {
            fields.mistake(node, "a row has one of `value`, `like`, `matches`");
            return None;
        }
    };
    let date = fields.require("date")?;
    let text = fields.text_of(date)?;
    let parsed = text.parse::<jiff::civil::Date>();
    if !parsed.is_ok_and(|date| date.to_string() == text) {
        fields.mistake(date, format!("`{text}` is no date such as `2026-08-20`"));
        return None;
    }
    fields.require_text("source");
    fields.text("until");
    let replacement = fields.text("use").map(Into::into);
    fields.finish();
    Some(Retirement {
        pattern: pattern.into(),
        regex,
        date: text.into(),
        replacement,
    })
}

fn relations(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    let nodes = fields.list("relations").into_iter();
    let read: Vec<_> = nodes.filter_map(|node| relation(node, fields)).collect();
    let known = &mut definitions.relations.relations;
    if definitions.replaces {
        known.retain(|one| read.iter().all(|other| other.role != one.role));
    }
    known.extend(read);
    for node in fields.list("inlineChildren") {
        let Some(child) = Fields::of(node, fields.diagnostics()) else {
            continue;
        };
        let (resource_type, at) = (
            child.require_text("type"),
            child.require("at").and_then(|at| child.path_of(at)),
        );
        let flat = child.boolean("flat", false);
        child.finish();
        if let (Some(resource_type), Some(at)) = (resource_type, at) {
            let read = InlineChild {
                resource_type: resource_type.into(),
                at,
                flat,
            };
            let known = &mut definitions.relations.inline_children;
            if !known.contains(&read) {
                known.push(read);
            }
        }
    }
}

fn relation(node: Node<'_>, around: &Fields<'_, '_>) -> Option<Relation> {
    let fields = Fields::of(node, around.diagnostics())?;
    let role = fields.require_text("role")?;
    let from = fields.require_text("from")?;
    let keys = fields.take("atKeys");
    let at = match keys {
        Some(keys) => fields.path_of(keys)?,
        None => fields.path_of(fields.require("at")?)?,
    };
    let when = fields
        .take("when")
        .and_then(|when| one_of_values(when, around));
    let by = fields.word(fields.require("by")?, LINK_BY)?;
    let patterns: Vec<_> = fields.texts("pattern").into_iter().collect();
    if by == LinkBy::Host && patterns.is_empty() {
        fields.mistake(node, "`by: host` has a `pattern`");
    }
    for (node, pattern) in &patterns {
        if !pattern.contains("{name}") {
            fields.mistake(*node, "a pattern has `{name}` where the name stands");
        }
    }
    let to = fields
        .texts("to")
        .into_iter()
        .filter(|(_, text)| *text != "*") // no type at all: any
        .map(|(_, text)| text.to_ascii_lowercase().into())
        .collect();
    let dependency = fields.boolean("dependency", true);
    fields.finish();
    Some(Relation {
        role: role.into(),
        from: from.to_ascii_lowercase().into(),
        at,
        keys: keys.is_some(),
        when,
        to,
        dependency,
        by,
        patterns: patterns.into_iter().map(|(_, text)| text.into()).collect(),
    })
}

/// A path and the values of which it must have one.
pub fn one_of_values(node: Node<'_>, around: &Fields<'_, '_>) -> Option<(Path, Vec<Box<str>>)> {
    let when = Fields::of(node, around.diagnostics())?;
    let path = when.require("path").and_then(|path| when.path_of(path));
    let values = when.texts("in").into_iter().chain(when.texts("equals"));
    let values: Vec<_> = values.map(|(_, text)| text.into()).collect();
    if values.is_empty() {
        when.mistake(when.node(), "`when` has values in `in` or `equals`");
    }
    when.finish();
    Some((path?, values))
}

fn aliases(fields: &Fields<'_, '_>, definitions: &mut Definitions) {
    let types: Vec<_> = tables(fields)
        .map(|(resource_type, node)| (resource_type, fields.mapping_of(node)))
        .collect();
    // An entry's condition may name an alias, so all names are known before any is read.
    for (resource_type, aliases) in &types {
        for (name, _) in aliases {
            definitions.shared.aliases.push(ValueAlias {
                resource_type: resource_type.to_ascii_lowercase().into(),
                name: (*name).into(),
                entries: Vec::new(),
            });
        }
    }
    let shared = definitions.shared.clone();
    for (resource_type, aliases) in types {
        for (name, entries) in aliases {
            let nodes = if entries.is_array() {
                fields.filled_list_of(entries)
            } else {
                vec![entries]
            };
            let read = nodes
                .into_iter()
                .filter_map(|node| alias_entry(node, fields, &shared))
                .collect();
            let is_it = |alias: &&mut ValueAlias| {
                *alias.name == *name && alias.resource_type.eq_ignore_ascii_case(resource_type)
            };
            if let Some(alias) = definitions.shared.aliases.iter_mut().rev().find(is_it) {
                alias.entries = read;
            }
        }
    }
}

fn alias_entry(
    node: Node<'_>,
    around: &Fields<'_, '_>,
    shared: &crate::rules::definition::SharedData,
) -> Option<ValueAliasEntry> {
    let names = Names {
        shared,
        roles: &[],
        retirements: &[],
        parameters: &[],
        diagnostics: around.diagnostics(),
    };
    let fields = Fields::of(node, around.diagnostics())?;
    let when = match fields.take("if") {
        Some(node) => Some(names.condition(node)?),
        None => None,
    };
    let value = if let Some(path) = fields.path("take") {
        ValueAliasSource::Take(path)
    } else if let Some(value) = fields.take("is") {
        ValueAliasSource::Is(literal(value))
    } else if let Some(path) = fields.path("items") {
        ValueAliasSource::Items(path)
    } else {
        around
            .diagnostics()
            .borrow_mut()
            .push(mistake(node, "an entry has one of `take`, `is`, `items`"));
        return None;
    };
    let default = fields.take("default").map(literal);
    let name = fields.text("named").map(Into::into);
    if name.is_some() && fields.node().get("child").is_none() {
        fields.mistake(node, "`named` is the name of a `child`");
    }
    let child = fields.text("child").map(|segment| AliasChild {
        segment: segment.into(),
        name,
    });
    fields.finish();
    Some(ValueAliasEntry {
        when,
        child,
        value,
        default,
    })
}
