//! A deployment as the rules see it, as JSON: loops unrolled, names and types whole, what is unknown left as its expression.

use crate::evaluate::{Deployment, Presence};
use crate::value::{Extent, Value, ValueKind};
use serde_json::{Map, Value as Json, json};

/// The resources and outputs of a deployment.
pub fn expand(deployment: &Deployment) -> String {
    let resources: Vec<Json> = deployment
        .resources
        .iter()
        .filter(|resource| !resource.existing)
        .map(resource)
        .collect();
    let mut outputs = Map::new();
    for output in &deployment.outputs {
        outputs.insert(output.name.to_string(), to_json(&output.value()));
    }
    let document = json!({ "resources": resources, "outputs": outputs });
    let mut text =
        serde_json::to_string_pretty(&document).expect("values of our own making are JSON");
    text.push('\n');
    text
}

fn resource(resource: &crate::evaluate::Resource) -> Json {
    let mut expanded = Map::new();
    expanded.insert("type".to_owned(), json!(&*resource.resource_type));
    let names: Vec<_> = resource.names.iter().map(segment).collect();
    let name = if names.iter().all(|(_, known)| *known) || names.len() == 1 {
        names
            .into_iter()
            .map(|(text, _)| text)
            .collect::<Vec<_>>()
            .join("/")
    } else {
        expression_of_names(&resource.names)
    };
    expanded.insert("name".to_owned(), json!(name));
    if let Some(api_version) = resource.api_version() {
        expanded.insert("apiVersion".to_owned(), to_json(&api_version));
    }
    if let Some(scope) = resource.extends() {
        expanded.insert("scope".to_owned(), to_json(&scope));
    }
    let condition = match &resource.condition {
        Some(condition) => to_json(condition),
        None => json!(true),
    };
    expanded.insert("condition".to_owned(), condition);
    if resource.presence == Presence::Repeated {
        expanded.insert("copies".to_owned(), json!("unknown"));
    }
    let body = resource.body();
    for property in body
        .as_object()
        .into_iter()
        .flat_map(|object| object.properties())
    {
        let known = ["type", "name", "apiVersion", "scope"]
            .iter()
            .any(|key| property.key.eq_ignore_ascii_case(key));
        if !known {
            expanded.insert(property.key.to_string(), to_json(&property.value));
        }
    }
    Json::Object(expanded)
}

fn segment(name: &Value) -> (String, bool) {
    (name.display(), name.as_str().is_some())
}

fn expression_of_names(names: &[Value]) -> String {
    let mut parts = Vec::new();
    for name in names {
        if !parts.is_empty() {
            parts.push(Value::string("/", name.span));
        }
        parts.push(if name.is_unknown() {
            name.clone()
        } else {
            Value::string(name.display(), name.span)
        });
    }
    Value::text(parts, names[0].span).display()
}

/// A value as JSON: what is unknown is its expression in brackets, a secret `***`; text that begins with a bracket is escaped as
/// in a template.
fn to_json(value: &Value) -> Json {
    if value.secure {
        return json!("***");
    }
    match &value.kind {
        ValueKind::Null => Json::Null,
        ValueKind::Boolean(value) => json!(value),
        ValueKind::Integer(number) => json!(number),
        ValueKind::Float(number) => json!(number),
        ValueKind::String(text) if text.starts_with('[') && text.ends_with(']') => {
            json!(format!("[{text}"))
        }
        ValueKind::String(text) => json!(&**text),
        ValueKind::Unknown(_) => json!(value.display()),
        ValueKind::Array(array) => {
            let mut elements: Vec<Json> = array.elements().iter().map(to_json).collect();
            match array.extent() {
                Extent::Closed => {}
                Extent::Open => elements.push(json!("[...]")),
                Extent::Repeated => elements.push(json!("[... any number of these]")),
            }
            Json::Array(elements)
        }
        ValueKind::Object(object) => {
            let mut members = Map::new();
            for property in object.properties() {
                members.insert(property.key.to_string(), to_json(&property.value));
            }
            if object.is_open() {
                members.insert("[...]".to_owned(), json!("[...]"));
            }
            Json::Object(members)
        }
    }
}
