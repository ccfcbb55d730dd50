//! The JSON Schema of `amllint.toml`, with which editors complete and check it: that of its types, and the names of the rules there are.

use super::file::{File, SEVERITY};
use crate::rules::catalogue::Catalogue;
use crate::rules::definition::{Literal, Parameter, ParameterKind, Rule};
use serde_json::{Map, Value, json};

/// The schema; it knows the rules of a catalogue by code and name, with their parameters.
pub fn schema(catalogue: &Catalogue) -> Value {
    let schema = schemars::schema_for!(File);
    let mut schema = schema.to_value();
    without_null(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!("amllint.toml"));
        let id = "https://json-schema.org/draft/2020-12/schema";
        root.insert("$schema".to_owned(), json!(id));
    }
    with_rules(&mut schema, catalogue);
    schema
}

/// What is not there is left out: TOML has no `null`.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|one| one != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|one| one["type"] != "null");
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    object.remove("anyOf");
                    object.extend(only);
                }
            }
            object.values_mut().for_each(without_null);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every table `rule` names the rules there are.
fn with_rules(schema: &mut Value, catalogue: &Catalogue) {
    let mut names = Map::new();
    for (_, rule) in catalogue.all() {
        for word in [&rule.code, &rule.name] {
            names.insert(word.to_string(), of_rule(rule));
        }
    }
    let definition = json!({
        "type": "object",
        "properties": names,
        "additionalProperties": { "$ref": "#/$defs/RuleSetting" },
    });
    let Some(root) = schema.as_object_mut() else {
        return;
    };
    let mut tables = vec!["".to_owned()];
    if let Some(Value::Object(definitions)) = root.get_mut("$defs") {
        definitions.insert("RuleTable".to_owned(), definition);
        tables.extend(definitions.keys().map(|name| format!("/$defs/{name}")));
    }
    for table in tables {
        if let Some(rule) = schema.pointer_mut(&format!("{table}/properties/rule")) {
            let description = rule["description"].take();
            *rule = json!({ "$ref": "#/$defs/RuleTable", "description": description });
        }
    }
}

fn of_rule(rule: &Rule) -> Value {
    let state = json!({ "$ref": "#/$defs/RuleState" });
    let mut properties = Map::new();
    properties.insert(SEVERITY.to_owned(), state.clone());
    for parameter in &rule.parameters {
        properties.insert(parameter.name.to_string(), of_parameter(parameter));
    }
    let table =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    json!({ "description": rule.title, "anyOf": [state, table] })
}

fn of_parameter(parameter: &Parameter) -> Value {
    let (kind, minimum, maximum) = match &parameter.kind {
        ParameterKind::Integer { minimum, maximum } => ("integer", *minimum, *maximum),
        ParameterKind::Boolean => ("boolean", None, None),
        ParameterKind::String => ("string", None, None),
    };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!(kind));
    if let Some(describe) = &parameter.describe {
        schema.insert("description".to_owned(), json!(describe));
    }
    for (key, bound) in [("minimum", minimum), ("maximum", maximum)] {
        if let Some(bound) = bound {
            schema.insert(key.to_owned(), json!(bound));
        }
    }
    schema.insert("default".to_owned(), literal(&parameter.default));
    Value::Object(schema)
}

fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Boolean(value) => json!(value),
        Literal::Integer(value) => json!(value),
        Literal::Float(value) => json!(value),
        Literal::String(value) => json!(value),
        Literal::Null | Literal::Array(_) | Literal::Object(_) => Value::Null,
    }
}
