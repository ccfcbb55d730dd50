//! What schemas are put together from: texts, words, objects, paths.

use crate::rules::reader::words::HOLES;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const NO_PATH: &str = "no path such as `$.sku.name`, `.name` or `.`";

/// A path's step by name, without its dot.
const NAME: &str = r"(?:[A-Za-z_]|[^\x00-\x7F])(?:[A-Za-z0-9_]|[^\x00-\x7F])*";
/// What stands between the brackets of a step.
const KEY: &str = r#"0|[1-9][0-9]{0,9}|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*""#;

/// The form of a path; without `each` none of its steps is `[*]`.
fn path_pattern(each: bool) -> String {
    let (star, key) = match each {
        true => (r"|\*", format!(r"\[(?:{KEY}|\*)\]")),
        false => ("", format!(r"\[(?:{KEY})\]")),
    };
    let step = format!(r"(?:\.(?:{NAME}{star})|{key})");
    format!(r"(?:\${step}*|\.(?:(?:{NAME}{star}|{key}){step}*)?)")
}

/// The form of a path with `[*]` or `.*` among its steps.
fn source_pattern() -> String {
    let step = format!(r"(?:\.(?:{NAME}|\*)|\[(?:{KEY}|\*)\])");
    let each = r"(?:\.\*|\[\*\])";
    format!(
        r"(?:\${step}*{each}{step}*|\.(?:(?:{NAME}|\[(?:{KEY}|\*)\]){step}*{each}|\*|\[\*\]){step}*)"
    )
}

/// The form of a message: text with holes.
fn message_pattern() -> String {
    let words: Vec<_> = HOLES
        .iter()
        .map(|(hole, _)| hole.replace('.', r"\."))
        .collect();
    let words = words.join("|");
    // A hole ends at the first `}`, whatever it holds.
    let path = path_pattern(true)
        .replace("[^'", "[^}'")
        .replace("[^\"", "[^}\"");
    format!(r"^(?:[^{{]|\{{(?:{words}|parameter\.[^}}]*|(?:pairOf )?{path})\}})*$")
}

/// What several schemas refer to.
pub fn definitions() -> Value {
    const STEPS: &str = "Steps are `.name`, `['name']` and `[0]`; the case of names does not count. Between braces, write a path \
                         with brackets in quotes.";
    json!({
        "path": {
            "type": "string",
            "pattern": format!("^{}$", path_pattern(true)),
            "patternErrorMessage": NO_PATH,
            "maxLength": 1024,
            "description": format!(
                "A path: `$.sku.name` from the resource judged, `.sku.name` from the item at hand, `.` the item itself; `[*]` names \
                 each element. {STEPS}"
            ),
        },
        "valuePath": {
            "type": "string",
            "pattern": format!("^{}$", path_pattern(false)),
            "patternErrorMessage": "no path to one value, such as `$.sku.name`, `.name` or `.`; for `[*]` use `any`, `each` or `count`",
            "maxLength": 1024,
            "description": format!(
                "A path to one value: `$.sku.name` from the resource judged, `.sku.name` from the item at hand, `.` the item itself. \
                 {STEPS}"
            ),
        },
    })
}

/// What conditions refer to beside [`definitions`].
pub fn source_path() -> Value {
    json!({
        "type": "string",
        "pattern": format!("^{}$", source_pattern()),
        "patternErrorMessage": "no path with `[*]`, such as `$.properties.locations[*]`",
        "maxLength": 1024,
        "description": "A path with `[*]`: each element of an array or each property's value, `$.properties.locations[*]`.",
    })
}

/// Text with holes.
pub fn message() -> Value {
    let holes: Vec<_> = HOLES
        .iter()
        .map(|(hole, _)| format!("`{{{hole}}}`"))
        .collect();
    json!({
        "type": "string",
        "pattern": message_pattern(),
        "patternErrorMessage": "a hole between braces is none: `{subject}`, `{value}`, `{$.location}` and others are",
        "description": format!(
            "Text with holes: {}, `{{parameter.x}}`, `{{pairOf $.location}}`, and paths, `{{$.location}}`. Text that begins with a hole needs quotes.",
            holes.join(", ")
        ),
    })
}

/// Any text.
pub fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

/// `true` or `false`.
pub fn boolean(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

/// Any value.
pub fn any(description: &str) -> Value {
    json!({ "description": description })
}

/// One word of a table of the reader.
pub fn word<T>(description: &str, words: &[(&str, T)]) -> Value {
    let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    json!({ "enum": words, "description": description })
}

/// One of the names that are known.
pub fn name(description: &str, names: &BTreeSet<String>) -> Value {
    json!({ "enum": names, "description": description })
}

/// Any text; an editor offers the names that are known.
pub fn suggested_name(description: &str, names: &BTreeSet<String>) -> Value {
    json!({ "description": description, "anyOf": [{ "enum": names }, { "type": "string" }] })
}

/// One or a list of them.
pub fn one_or_more(description: &str, one: &Value) -> Value {
    json!({ "description": description, "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}

/// A list of these.
pub fn list(description: &str, element: &Value) -> Value {
    json!({ "description": description, "type": "array", "items": element })
}

/// A mapping whose keys are names of the author's own.
pub fn mapping(description: &str, value: &Value) -> Value {
    json!({ "description": description, "type": "object", "additionalProperties": value })
}

/// A reference to a definition.
pub fn definition(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A reference to a definition, with what it means here.
pub fn definition_as(name: &str, description: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}"), "description": description })
}

/// A mapping with these keys and no others.
pub fn object<'a>(
    keys: impl IntoIterator<Item = (&'a str, Value)>,
    required: impl IntoIterator<Item = &'a str>,
) -> Value {
    let properties: Map<String, Value> = keys
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let required: Vec<_> = required.into_iter().collect();
    let mut object =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

/// An object that has at least one of these keys.
pub fn has_one_of(keys: &[&str]) -> Value {
    let forms: Vec<_> = keys
        .iter()
        .map(|key| json!({ "required": [key] }))
        .collect();
    json!({ "anyOf": forms })
}

/// An object that does not have all of these keys.
pub fn not_together(keys: &[&str]) -> Value {
    json!({ "not": { "required": keys } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    /// The reader is stricter about blanks inside of names and numbers out of range only.
    #[test]
    fn the_pattern_of_a_path_is_its_grammar() {
        let (any, value, source) = (path_pattern(true), path_pattern(false), source_pattern());
        let is = |pattern: &str, text: &str| {
            let pattern = Regex::new(&format!("^{pattern}$")).expect("the pattern is one");
            pattern.is_match(text)
        };
        for text in [
            "",
            "$",
            ".",
            "$.sku.name",
            ".sku.name",
            "$.zones[0]",
            "$.a[*].b",
            ".a[*].b",
            "$['a b']",
            ".['a-b'].c",
            ".[0]",
            ".[*]",
            ".[0][*]",
            ".*",
            ".*.a",
            "$.*",
            "$[*]",
            "$.zones.*",
            ".a.*",
            "$[\"sku\"]['name']",
            "$.tags['位\\'置\\\\\\u000a?(']",
            "$.位置._a1",
            "$['*']",
            "sku.name",
            "$.a[?(@.b == 1)]",
            "$.a[?@.b]",
            "$.a..b",
            "..b",
            "$.位[1:2]",
            "$.a[-1].b",
            "$.a['b','c']",
            "$.a.length()",
            "$.a b",
            "$.tags.my-tag",
            ".my-tag",
            "$.tags.1a",
            "$.a.",
            "$.",
            "$.a[",
            "$.a['b]",
            "$a",
            ".[",
            "$.a[01]",
            "$.a[]",
            "$.a['b'",
            "$ .a",
        ] {
            let path = crate::path::parse(text);
            let each = path.as_ref().is_ok_and(crate::path::Path::has_each);
            assert_eq!(is(&any, text), path.is_ok(), "{text}");
            assert_eq!(is(&value, text), path.is_ok() && !each, "{text}");
            assert_eq!(is(&source, text), each, "{text}");
        }
    }
}
