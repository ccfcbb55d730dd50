//! Parameter files and values of the command line: what a template's parameters are given.
//!
//! Placeholders that another tool fills in before deployment, such as `${NAME}` or `#{name}#`, are unknown.

use crate::diagnostic::{Diagnostic, Kind};
use crate::placeholder::placeholder;
use crate::source::Span;
use crate::syntax::node::{Document, Node};
use crate::value::{PLACEHOLDER, Property, Residual, Shape, Value, ValueKind, from_node};

/// Whether the root of a document is a parameter file, by its `$schema`.
pub fn is_parameter_file(document: &Document) -> bool {
    let schema = document
        .root()
        .get("$schema")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let address = schema.trim().trim_end_matches('#').to_ascii_lowercase();
    address.contains("schema.management.azure.com/")
        && address.ends_with("deploymentparameters.json")
}

/// The values of a parameter file, by name, in the order of the text.
pub fn read(document: &Document) -> (Vec<(Box<str>, Value)>, Vec<Diagnostic>) {
    let mut values = Vec::new();
    let mut diagnostics = Vec::new();
    let Some(section) = document.root().get("parameters") else {
        let span = Span {
            end: document.root().span().start + 1,
            ..document.root().span()
        };
        diagnostics.push(Diagnostic::new(
            Kind::TEMPLATE_SHAPE,
            span,
            "the file has no `parameters`",
        ));
        return (values, diagnostics);
    };
    for (key, assignment) in section.members() {
        let Some(name) = key.as_str() else { continue };
        let value = match (
            assignment.get("value"),
            assignment.get("reference"),
            assignment.get("expression"),
        ) {
            (Some(value), _, _) => of_node(value),
            // A secret of a key vault: nobody sees it, and it is never printed.
            (None, Some(reference), _) => Value {
                secure: true,
                ..unknown(name, reference.span())
            },
            (None, None, Some(expression)) => unknown(name, expression.span()),
            (None, None, None) => {
                let message =
                    format!("parameter `{name}` is given neither a `value` nor a `reference`");
                diagnostics.push(Diagnostic::new(Kind::TEMPLATE_SHAPE, key.span(), message));
                continue;
            }
        };
        values.push((name.into(), value));
    }
    (values, diagnostics)
}

fn unknown(name: &str, span: Span) -> Value {
    let argument = Value::string(name, span);
    Value::unknown_call(u32::MAX, "parameters", vec![argument], Shape::Any, span)
}

/// The value of a node, which stands where the node does; placeholders are unknown.
fn of_node(node: Node<'_>) -> Value {
    from_node(node, &|span| span, &from_text)
}

fn from_text(text: &str, span: Span) -> Value {
    match placeholder(text) {
        None => Value::string(text, span),
        Some(Some(default)) => Value::string(default, span),
        Some(None) => {
            let text = Value::string(text, span);
            Value::unknown(
                Residual::Call {
                    scope: u32::MAX,
                    function: PLACEHOLDER.into(),
                    arguments: vec![text],
                },
                Shape::Any,
                span,
            )
        }
    }
}

/// A value of the command line: JSON where it is JSON, else text. It stands at `span`.
pub fn from_argument(text: &str, span: Span) -> Value {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if !value.is_string() || text.starts_with('"') => from_json(&value, span),
        Ok(_) | Err(_) => Value::string(text, span),
    }
}

fn from_json(value: &serde_json::Value, span: Span) -> Value {
    match value {
        serde_json::Value::Null => Value::null(span),
        serde_json::Value::Bool(value) => Value::boolean(*value, span),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::integer(number, span),
            None => Value::new(ValueKind::Float(number.as_f64().unwrap_or_default()), span),
        },
        serde_json::Value::String(text) => Value::string(text.as_str(), span),
        serde_json::Value::Array(elements) => Value::array(
            elements
                .iter()
                .map(|element| from_json(element, span))
                .collect(),
            span,
        ),
        serde_json::Value::Object(members) => {
            let property = |(key, value): (&String, &serde_json::Value)| Property {
                key: key.as_str().into(),
                key_span: span,
                value: from_json(value, span),
            };
            Value::object(members.iter().map(property).collect(), span)
        }
    }
}
