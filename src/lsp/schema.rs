//! What a JSON Schema allows at a place of a document: keys, and values of a key.

use serde_json::Value;
use std::collections::BTreeMap;

/// A step into a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An element of a list.
    Element,
}

/// So deep references and alternatives are followed.
const MAXIMUM_DEPTH: u32 = 24;

/// What is allowed at a place, with what the schema says of it.
#[derive(Debug, Default)]
pub struct Allowed {
    /// Keys.
    pub keys: BTreeMap<String, String>,
    /// Values, as they are written.
    pub values: BTreeMap<String, String>,
}

/// What is allowed at the end of these steps.
pub fn allowed(schema: &Value, steps: &[Step]) -> Allowed {
    let mut places = vec![schema];
    for step in steps {
        let mut next = Vec::new();
        for place in places {
            alternatives(schema, place, MAXIMUM_DEPTH, &mut |one| {
                next.extend(enter(one, step));
            });
        }
        // Alternatives say much the same.
        next.dedup_by(|left, right| std::ptr::eq(*left, *right));
        next.truncate(512);
        places = next;
    }
    let mut allowed = Allowed::default();
    for place in places {
        let description = text(place, "description");
        alternatives(schema, place, MAXIMUM_DEPTH, &mut |one| {
            let own = text(one, "description");
            let own = if own.is_empty() { &description } else { &own };
            add(one, own, &mut allowed);
        });
    }
    allowed
}

/// Shows a schema, what it refers to, and each of its alternatives.
fn alternatives<'a>(root: &'a Value, one: &'a Value, depth: u32, see: &mut dyn FnMut(&'a Value)) {
    if depth == 0 {
        return;
    }
    see(one);
    let reference = one.get("$ref").and_then(Value::as_str);
    if let Some(target) = reference.and_then(|path| root.pointer(path.strip_prefix('#')?)) {
        alternatives(root, target, depth - 1, see);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        let all = one.get(word).and_then(Value::as_array);
        for inner in all.into_iter().flatten() {
            alternatives(root, inner, depth - 1, see);
        }
    }
    for word in ["then", "else"] {
        if let Some(inner) = one.get(word) {
            alternatives(root, inner, depth - 1, see);
        }
    }
}

fn enter<'a>(one: &'a Value, step: &Step) -> Option<&'a Value> {
    match step {
        Step::Key(key) => {
            let declared = one.get("properties").and_then(|all| all.get(key));
            let other = || {
                one.get("additionalProperties")
                    .filter(|one| one.is_object())
            };
            declared.or_else(other)
        }
        Step::Element => one.get("items").filter(|one| one.is_object()),
    }
}

fn text(one: &Value, word: &str) -> String {
    let text = one.get(word).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn add(one: &Value, description: &str, allowed: &mut Allowed) {
    let keys = one.get("properties").and_then(Value::as_object);
    for (key, inner) in keys.into_iter().flatten() {
        let known = allowed.keys.entry(key.clone()).or_default();
        if known.is_empty() {
            *known = text(inner, "description");
        }
    }
    let several = one.get("enum").and_then(Value::as_array);
    let values = several.into_iter().flatten().chain(one.get("const"));
    for value in values {
        let text = value.as_str().map(str::to_owned);
        let written = text.unwrap_or_else(|| value.to_string());
        allowed
            .values
            .entry(written)
            .or_insert_with(|| description.to_owned());
    }
    if one.get("type").and_then(Value::as_str) == Some("boolean") {
        for word in ["true", "false"] {
            allowed
                .values
                .entry(word.to_owned())
                .or_insert_with(|| description.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_and_alternatives_are_followed() {
        let schema = json!({
            "properties": { "rules": { "type": "array", "items": { "$ref": "#/$defs/rule" } } },
            "$defs": { "rule": { "anyOf": [
                { "properties": { "severity": { "enum": ["info", "error"], "description": "how grave" } } },
                { "properties": { "enabled": { "type": "boolean" }, "again": { "$ref": "#/$defs/rule" } } },
            ] } },
        });
        let key = |name: &str| Step::Key(name.to_owned());
        let keys = allowed(&schema, &[key("rules"), Step::Element]).keys;
        assert_eq!(
            keys.keys().collect::<Vec<_>>(),
            ["again", "enabled", "severity"]
        );
        assert_eq!(keys["severity"], "how grave");
        let values = |steps: &[Step]| {
            allowed(&schema, steps)
                .values
                .into_keys()
                .collect::<Vec<_>>()
        };
        let steps = [key("rules"), Step::Element, key("severity")];
        assert_eq!(values(&steps), ["error", "info"]);
        let steps = [key("rules"), Step::Element, key("again"), key("enabled")];
        assert_eq!(values(&steps), ["false", "true"]);
        assert!(values(&[key("nowhere")]).is_empty());
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let schema = json!({ "$ref": "#", "anyOf": [{ "$ref": "#/anyOf/0" }] });
        assert!(allowed(&schema, &[Step::Element]).keys.is_empty());
    }
}
