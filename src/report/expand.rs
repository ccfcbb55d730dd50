//! A deployment as the rules see it, as JSON: loops unrolled, names and types whole, what is unknown left as its expression.

use super::json_text;
use crate::evaluate::{Deployment, Output, Presence, Resource};
use crate::value::{Extent, Value, ValueKind};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::io::Write;

/// The resources and outputs of a deployment.
pub fn expand(deployment: &Deployment) -> String {
    let mut text = Vec::new();
    write(deployment, &mut text).expect("memory takes what is written");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes the resources and outputs of a deployment, which may be far larger than its template.
pub fn write(deployment: &Deployment, to: &mut impl Write) -> std::io::Result<()> {
    json_text::write_pretty(&Expanded(deployment), to)
}

/// A value as `expand` prints it.
pub fn shown(value: &Value) -> serde_json::Value {
    serde_json::to_value(Shown(value.clone())).expect("values of our own making are JSON")
}

struct Expanded<'a>(&'a Deployment);

impl Serialize for Expanded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_map(Some(2))?;
        let declared = self
            .0
            .resources
            .iter()
            .filter(|resource| !resource.existing);
        document.serialize_entry(
            "resources",
            &declared.map(ExpandedResource).collect::<Vec<_>>(),
        )?;
        document.serialize_entry("outputs", &ExpandedOutputs(&self.0.outputs))?;
        document.end()
    }
}

struct ExpandedOutputs<'a>(&'a [Output]);

impl Serialize for ExpandedOutputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|output| (&*output.name, Shown(output.value()))),
        )
    }
}

struct ExpandedResource<'a>(&'a Resource);

impl Serialize for ExpandedResource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resource = self.0;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("type", &*resource.resource_type)?;
        members.serialize_entry("name", &full_name(&resource.names))?;
        if let Some(api_version) = resource.api_version() {
            members.serialize_entry("apiVersion", &Shown(api_version))?;
        }
        if let Some(scope) = resource.extends() {
            members.serialize_entry("scope", &Shown(scope))?;
        }
        match &resource.condition {
            Some(condition) => members.serialize_entry("condition", &Shown(condition.clone()))?,
            None => members.serialize_entry("condition", &true)?,
        }
        if resource.presence == Presence::Repeated {
            members.serialize_entry("copies", "unknown")?;
        }
        for property in resource
            .body()
            .as_object()
            .into_iter()
            .flat_map(|object| object.properties())
        {
            let told = ["type", "name", "apiVersion", "scope", "condition", "copies"];
            if !told
                .iter()
                .any(|key| property.key.eq_ignore_ascii_case(key))
            {
                members.serialize_entry(&*property.key, &Shown(property.value.clone()))?;
            }
        }
        members.end()
    }
}

/// The segments of a name as one text, or as one expression if a part is unknown.
fn full_name(names: &[Value]) -> String {
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
    let secure = names.iter().any(|name| name.secure);
    Value {
        secure,
        ..Value::text(parts, names[0].span)
    }
    .display()
}

/// A value as JSON: what is unknown is its expression in brackets, a secret `***`; text that begins with a bracket is escaped as
/// in a template.
struct Shown(Value);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = &self.0;
        if value.secure {
            return serializer.serialize_str("***");
        }
        match &value.kind {
            ValueKind::Null => serializer.serialize_unit(),
            ValueKind::Boolean(value) => serializer.serialize_bool(*value),
            ValueKind::Integer(number) => serializer.serialize_i64(*number),
            ValueKind::Float(number) => serializer.serialize_f64(*number),
            ValueKind::String(text) if text.starts_with('[') && text.ends_with(']') => {
                serializer.serialize_str(&format!("[{text}"))
            }
            ValueKind::String(text) => serializer.serialize_str(text),
            ValueKind::Unknown(_) => serializer.serialize_str(&value.display()),
            ValueKind::Array(array) => {
                let mut elements = serializer.serialize_seq(None)?;
                for element in array.elements() {
                    elements.serialize_element(&Shown(element.clone()))?;
                }
                match array.extent() {
                    Extent::Closed => {}
                    Extent::Open => elements.serialize_element("[...]")?,
                    Extent::Repeated => elements.serialize_element("[... any number of these]")?,
                }
                elements.end()
            }
            ValueKind::Object(object) => {
                let mut members = serializer.serialize_map(None)?;
                for property in object.properties() {
                    members.serialize_entry(&*property.key, &Shown(property.value.clone()))?;
                }
                if object.is_open() {
                    members.serialize_entry("[...]", "[...]")?;
                }
                members.end()
            }
        }
    }
}
