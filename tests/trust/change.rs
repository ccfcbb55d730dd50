//! Changes of templates that a property is tried with.

use crate::fuzzing::Numbers;
use amllint::source::{SourceFile, Sources};
use amllint::syntax::json;
use amllint::syntax::node::{Node, NodeKind};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A text in which something was changed.
pub struct Changed {
    pub text: String,
    /// What stood there.
    pub literal: String,
}

fn is_bicep(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "bicep")
}

/// Writes a parameter file that gives every parameter of a template something; `None` if it has none.
pub fn parameter_file(
    template: &Path,
    folder: &Path,
    name: &str,
    numbers: &mut Numbers,
) -> Option<PathBuf> {
    let mut values = Map::new();
    for (parameter, kind) in parameters(template) {
        values.insert(parameter, json!({ "value": value(&kind, numbers) }));
    }
    if values.is_empty() {
        return None;
    }
    let stem = template.file_stem()?.to_string_lossy();
    let path = folder.join(format!("{stem}.parameters.{name}.json"));
    let document = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": values,
    });
    std::fs::write(&path, document.to_string()).expect("the folder is writable");
    Some(path)
}

/// Names and types of the parameters that a template declares.
fn parameters(template: &Path) -> Vec<(String, String)> {
    let Ok(text) = std::fs::read_to_string(template) else {
        return Vec::new();
    };
    if is_bicep(template) {
        let lines = text.lines().filter_map(|line| line.strip_prefix("param "));
        let words = lines.map(|line| line.split_whitespace().take(2));
        let words = words.map(|mut words| (words.next(), words.next()));
        return words
            .filter_map(|(name, kind)| Some((name?.to_owned(), kind?.to_owned())))
            .collect();
    }
    let mut found = Vec::new();
    with_json(&text, |root| {
        let declared = root.get("parameters").into_iter().flat_map(Node::members);
        for (name, declaration) in declared {
            let kind = declaration.get("type").and_then(Node::as_str);
            let name = name.as_str().unwrap_or_default();
            found.push((name.to_owned(), kind.unwrap_or_default().to_owned()));
        }
    });
    found
}

/// Texts that mean something to rules.
const TEXTS: [&str; 8] = [
    "Standard_LRS",
    "Standard_ZRS",
    "Premium",
    "Basic",
    "westeurope",
    "westcentralus",
    "new",
    "none",
];

fn value(kind: &str, numbers: &mut Numbers) -> Value {
    match kind.to_ascii_lowercase().as_str() {
        "bool" => json!(numbers.below(2) == 0),
        "int" => json!(numbers.below(100)),
        "array" => json!([]),
        "object" | "secureobject" => json!({}),
        _ => json!(TEXTS[numbers.below(TEXTS.len())]),
    }
}

fn with_json(text: &str, look: impl FnOnce(Node<'_>)) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("a.json", text));
    let (document, _) = json::parse(file, sources.get(file));
    look(document.root());
}

/// A template in which a literal became a parameter without a value.
pub fn unknown_literal(template: &Path, numbers: &mut Numbers) -> Option<Changed> {
    let text = std::fs::read_to_string(template).ok()?;
    match is_bicep(template) {
        true => unknown_in_bicep(&text, numbers),
        false => unknown_in_json(&text, numbers),
    }
}

fn unknown_in_json(text: &str, numbers: &mut Numbers) -> Option<Changed> {
    let mut literals: Vec<(usize, usize, &str)> = Vec::new();
    let mut open: Option<usize> = None;
    with_json(text, |root| {
        root.get("resources")
            .into_iter()
            .for_each(|node| literals_of(node, &mut literals));
        open = root
            .get("parameters")
            .map(|node| node.span().start as usize + 1);
        let start = root.span().start as usize + 1;
        // Without a section one is written before all others.
        open = open.or(Some(start)).filter(|_| root.is_object());
    });
    let (start, end, kind) = *literals.get(numbers.below(literals.len()))?;
    let open = open?;
    let name = "zzUnknown";
    let mut has_section = false;
    let mut is_empty = true;
    with_json(text, |root| {
        let section = root.get("parameters");
        has_section = section.is_some();
        is_empty = section.is_none_or(|section| section.members().next().is_none());
    });
    let comma = if is_empty { "" } else { "," };
    let declaration = format!("\"{name}\": {{ \"type\": \"{kind}\" }}{comma}");
    let section = match has_section {
        true => declaration,
        false => format!("\"parameters\": {{ {declaration} }},"),
    };
    if open > start {
        return None;
    }
    let literal = text[start..end].to_owned();
    let mut changed = String::with_capacity(text.len() + 100);
    let _ = write!(
        changed,
        "{}{section}{}\"[parameters('{name}')]\"{}",
        &text[..open],
        &text[open..start],
        &text[end..]
    );
    Some(Changed {
        text: changed,
        literal,
    })
}

fn literals_of(node: Node<'_>, literals: &mut Vec<(usize, usize, &'static str)>) {
    let span = node.span();
    let mut add = |kind| literals.push((span.start as usize, span.end as usize, kind));
    match node.kind() {
        NodeKind::Object => node.members().for_each(|(key, value)| {
            // Templates inside have parameters of their own.
            let is_inside = ["template", "parameters", "variables", "outputs"];
            let name = key.as_str().unwrap_or_default();
            if !is_inside
                .iter()
                .any(|inside| name.eq_ignore_ascii_case(inside))
            {
                literals_of(value, literals);
            }
        }),
        NodeKind::Array => node.elements().for_each(|one| literals_of(one, literals)),
        NodeKind::PlainString => {
            if node.as_str().is_some_and(|text| !text.starts_with('[')) {
                add("string");
            }
        }
        NodeKind::Number => add("int"),
        NodeKind::True | NodeKind::False => add("bool"),
        NodeKind::DecodedString | NodeKind::Null | NodeKind::Missing => {}
    }
}

fn unknown_in_bicep(text: &str, numbers: &mut Numbers) -> Option<Changed> {
    let mut literals: Vec<(usize, usize, &str)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let indented = line.starts_with(' ') && !line.trim_start().starts_with("//");
        if let Some((_, written)) = line.split_once(": ").filter(|_| indented) {
            let written = written.trim_end();
            let start = offset + line.trim_end().len() - written.len();
            let is_text = written.len() > 1
                && written.starts_with('\'')
                && written.ends_with('\'')
                && !written.contains("${")
                && written.matches('\'').count() == 2;
            let kind = match written {
                "true" | "false" => Some("bool"),
                _ if written.parse::<i64>().is_ok() => Some("int"),
                _ if is_text => Some("string"),
                _ => None,
            };
            literals.extend(kind.map(|kind| (start, start + written.len(), kind)));
        }
        offset += line.len();
    }
    let (start, end, kind) = *literals.get(numbers.below(literals.len()))?;
    let literal = text[start..end].to_owned();
    let (before, after) = (&text[..start], &text[end..]);
    let text = format!("{before}zzUnknown{after}\nparam zzUnknown {kind}\n");
    Some(Changed { text, literal })
}

/// A JSON template with its parameters in another order.
pub fn shuffled_parameters(template: &Path, numbers: &mut Numbers) -> Option<String> {
    if is_bicep(template) {
        return None;
    }
    let text = std::fs::read_to_string(template).ok()?;
    let mut members: Vec<(usize, usize)> = Vec::new();
    with_json(&text, |root| {
        let declared = root.get("parameters").into_iter().flat_map(Node::members);
        members.extend(declared.map(|(name, declaration)| {
            (name.span().start as usize, declaration.span().end as usize)
        }));
    });
    let mut order: Vec<usize> = (0..members.len()).collect();
    for position in (1..order.len()).rev() {
        order.swap(position, numbers.below(position + 1));
    }
    let mut shuffled = String::with_capacity(text.len());
    let mut copied = 0;
    for ((start, end), from) in members.iter().zip(order) {
        let (other_start, other_end) = members[from];
        shuffled.push_str(&text[copied..*start]);
        shuffled.push_str(&text[other_start..other_end]);
        copied = *end;
    }
    shuffled.push_str(&text[copied..]);
    (members.len() > 1).then_some(shuffled)
}
