//! Values as they would stand in an ARM expression.

use super::{Residual, Value, ValueKind};
use std::fmt::Write as _;

fn write_list(values: &[Value], out: &mut String) {
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        write_expression(value, out);
    }
}

fn write_quoted(text: &str, out: &mut String) {
    out.push('\'');
    for character in text.chars() {
        if character == '\'' {
            out.push('\'');
        }
        out.push(character);
    }
    out.push('\'');
}

pub(super) fn write_expression(value: &Value, out: &mut String) {
    if value.secure {
        out.push_str("'***'");
        return;
    }
    match &value.kind {
        ValueKind::Null => out.push_str("null()"),
        ValueKind::Boolean(value) => out.push_str(if *value { "true()" } else { "false()" }),
        ValueKind::Integer(value) => {
            let _ = write!(out, "{value}");
        }
        ValueKind::Float(value) => {
            let _ = write!(out, "json('{value}')");
        }
        ValueKind::String(text) => write_quoted(text, out),
        ValueKind::Array(array) => {
            out.push_str("createArray(");
            write_list(&array.elements, out);
            out.push(')');
        }
        ValueKind::Object(object) => {
            if let Some(whole) = &object.whole {
                return write_expression(whole, out);
            }
            out.push_str("createObject(");
            for (position, property) in object.properties.iter().enumerate() {
                if position > 0 {
                    out.push_str(", ");
                }
                write_quoted(&property.key, out);
                out.push_str(", ");
                write_expression(&property.value, out);
            }
            out.push(')');
        }
        ValueKind::Unknown(unknown) => write_residual(&unknown.residual, out),
    }
}

fn write_residual(residual: &Residual, out: &mut String) {
    match residual {
        Residual::Call {
            function,
            arguments,
            ..
        } => {
            out.push_str(function);
            out.push('(');
            write_list(arguments, out);
            out.push(')');
        }
        Residual::Member(base, name) => {
            write_expression(base, out);
            out.push('.');
            out.push_str(name);
        }
        Residual::Index(base, index) => {
            write_expression(base, out);
            out.push('[');
            write_expression(index, out);
            out.push(']');
        }
        Residual::Text(parts) => write_text(parts, out),
        Residual::Opaque(_, text) => out.push_str(text),
    }
}

/// Text in parts, as people would write it: `resourceGroup().id`, `resourceId('type', 'name')`, else `concat(...)`.
fn write_text(parts: &[Value], out: &mut String) {
    match known_id(parts) {
        Some(KnownId::ResourceGroup) => out.push_str("resourceGroup().id"),
        Some(KnownId::Subscription) => out.push_str("subscription().id"),
        Some(KnownId::Resource(resource_type, names)) => {
            out.push_str("resourceId(");
            write_quoted(&resource_type, out);
            for name in &names {
                out.push_str(", ");
                write_expression(name, out);
            }
            out.push(')');
        }
        None => {
            out.push_str("concat(");
            write_list(parts, out);
            out.push(')');
        }
    }
}

/// What people have shorter words for than its parts.
pub(super) enum KnownId {
    ResourceGroup,
    Subscription,
    /// A resource of the resource group: its type, and its names from the outermost parent to itself.
    Resource(String, Vec<Value>),
}

/// What text in parts is the id of.
pub(super) fn known_id(parts: &[Value]) -> Option<KnownId> {
    let is_call = |part: &Value, text: &str| part.is_unknown() && part.expression() == text;
    let [start, subscription, rest @ ..] = parts else {
        return None;
    };
    if start.as_str() != Some("/subscriptions/")
        || !is_call(subscription, "subscription().subscriptionId")
    {
        return None;
    }
    let [groups, group, rest @ ..] = rest else {
        return rest.is_empty().then_some(KnownId::Subscription);
    };
    if groups.as_str() != Some("/resourceGroups/") || !is_call(group, "resourceGroup().name") {
        return None;
    }
    let [first, rest @ ..] = rest else {
        return Some(KnownId::ResourceGroup);
    };
    let provider = first.as_str()?.strip_prefix("/providers/")?;
    let mut parts = vec![Value::string(provider, first.span)];
    parts.extend_from_slice(rest);
    let path = Value::text(parts, first.span).split('/');
    let (namespace, segments) = path.split_first()?;
    let mut resource_type = namespace.display();
    for segment in segments.iter().step_by(2) {
        resource_type.push('/');
        resource_type.push_str(&segment.display());
    }
    let names = segments.iter().skip(1).step_by(2);
    Some(KnownId::Resource(resource_type, names.cloned().collect()))
}
