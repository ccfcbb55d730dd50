//! Values as Bicep writes them, for messages about Bicep files.
//!
//! ```text
//! concat('st', parameters('names')[copyIndex()])     st${names[i]}
//! if(parameters('geo'), 'GZRS', 'ZRS')               ${geo ? 'GZRS' : 'ZRS'}
//! ```

use super::written::{KnownId, known_id, placeholder};
use super::{Residual, Value, ValueKind};
use std::fmt::Write as _;

/// Functions of ARM that Bicep has operators for, folded.
const OPERATORS: &[(&str, &str)] = &[
    ("add", "+"),
    ("and", "&&"),
    ("coalesce", "??"),
    ("div", "/"),
    ("equals", "=="),
    ("greater", ">"),
    ("greaterorequals", ">="),
    ("less", "<"),
    ("lessorequals", "<="),
    ("mod", "%"),
    ("mul", "*"),
    ("or", "||"),
    ("sub", "-"),
];

/// An unknown value as what stands in text: its known parts bare, the others as `${...}`.
pub(super) fn write_holes(value: &Value, out: &mut String) {
    if let Some(Residual::Text(parts)) = value.as_unknown().map(|unknown| &unknown.residual)
        && known_id(parts).is_none()
    {
        return parts.iter().for_each(|part| match part.as_str() {
            Some(text) if !part.secure => out.push_str(text),
            Some(_) | None => write_holes(part, out),
        });
    }
    out.push_str("${");
    write(value, out);
    out.push('}');
}

pub(super) fn write(value: &Value, out: &mut String) {
    if value.secure {
        out.push_str("'***'");
        return;
    }
    match &value.kind {
        ValueKind::Null => out.push_str("null"),
        ValueKind::Boolean(truth) => {
            let _ = write!(out, "{truth}");
        }
        ValueKind::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        ValueKind::Float(number) => {
            let _ = write!(out, "json('{number}')");
        }
        ValueKind::String(text) => write_quoted(text, out),
        ValueKind::Array(array) => {
            out.push('[');
            write_list(array.elements(), out);
            out.push(']');
        }
        ValueKind::Object(object) => {
            let properties = object.properties().iter();
            let properties = properties.map(|property| (&*property.key, &property.value));
            write_object(properties, out);
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
        } => write_call(function, arguments, out),
        Residual::Member(base, name) => {
            write_operand(base, out);
            out.push('.');
            out.push_str(name);
        }
        Residual::Index(base, index) => {
            write_operand(base, out);
            out.push('[');
            write(index, out);
            out.push(']');
        }
        Residual::Text(parts) => match known_id(parts) {
            Some(KnownId::ResourceGroup) => out.push_str("resourceGroup().id"),
            Some(KnownId::Subscription) => out.push_str("subscription().id"),
            Some(KnownId::Resource(resource_type, names)) => {
                out.push_str("resourceId(");
                write_quoted(&resource_type, out);
                for name in &names {
                    out.push_str(", ");
                    write(name, out);
                }
                out.push(')');
            }
            None => write_interpolation(parts, out),
        },
        Residual::Opaque(_, text) => out.push_str(text),
    }
}

fn write_call(function: &str, arguments: &[Value], out: &mut String) {
    if let Some(text) = placeholder(function, arguments) {
        return write_quoted(text, out);
    }
    let folded = function.to_ascii_lowercase();
    match (folded.as_str(), arguments) {
        ("parameters" | "variables" | "lambdavariables", [name]) if name.as_str().is_some() => {
            out.push_str(name.as_str().unwrap_or_default());
        }
        ("copyindex", arguments) => write_index(arguments, out),
        ("createarray", elements) => {
            out.push('[');
            write_list(elements, out);
            out.push(']');
        }
        ("if", [condition, yes, no]) => {
            write_operand(condition, out);
            out.push_str(" ? ");
            write_operand(yes, out);
            out.push_str(" : ");
            write_operand(no, out);
        }
        ("not", [operand]) => {
            out.push('!');
            write_operand(operand, out);
        }
        (operator, operands) if operands.len() > 1 && operator_of(operator).is_some() => {
            let operator = operator_of(operator).unwrap_or_default();
            for (position, operand) in operands.iter().enumerate() {
                if position > 0 {
                    let _ = write!(out, " {operator} ");
                }
                write_operand(operand, out);
            }
        }
        (_, arguments) => {
            out.push_str(function);
            out.push('(');
            write_list(arguments, out);
            out.push(')');
        }
    }
}

/// The index of a loop, which a `for` may have no name for.
fn write_index(arguments: &[Value], out: &mut String) {
    out.push('i');
    let offset = arguments
        .iter()
        .filter(|argument| argument.as_str().is_none());
    for offset in offset {
        out.push_str(" + ");
        write(offset, out);
    }
}

fn operator_of(function: &str) -> Option<&'static str> {
    let known = OPERATORS.iter().find(|(known, _)| *known == function);
    known.map(|(_, operator)| *operator)
}

/// A part of something larger, in parentheses if it is larger itself.
fn write_operand(value: &Value, out: &mut String) {
    let residual = value.as_unknown().map(|unknown| &unknown.residual);
    let is_compound = matches!(residual, Some(Residual::Call { function, arguments, .. })
    if arguments.len() > 1 && {
        let folded = function.to_ascii_lowercase();
        folded == "if" || operator_of(&folded).is_some()
    });
    if is_compound {
        out.push('(');
    }
    write(value, out);
    if is_compound {
        out.push(')');
    }
}

fn write_interpolation(parts: &[Value], out: &mut String) {
    out.push('\'');
    for part in parts {
        match part.as_str() {
            Some(text) if !part.secure => out.push_str(&escaped(text)),
            Some(_) | None => {
                out.push_str("${");
                write(part, out);
                out.push('}');
            }
        }
    }
    out.push('\'');
}

fn write_list(values: &[Value], out: &mut String) {
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        write(value, out);
    }
}

fn write_object<'a>(properties: impl Iterator<Item = (&'a str, &'a Value)>, out: &mut String) {
    out.push('{');
    for (position, (key, value)) in properties.enumerate() {
        out.push_str(if position > 0 { ", " } else { " " });
        let mut characters = key.chars();
        let is_start = |one: char| one.is_ascii_alphabetic() || one == '_';
        let is_rest = |one: char| one.is_ascii_alphanumeric() || one == '_';
        if characters.next().is_some_and(is_start) && characters.all(is_rest) {
            out.push_str(key);
        } else {
            write_quoted(key, out);
        }
        out.push_str(": ");
        write(value, out);
    }
    out.push_str(if out.ends_with('{') { "}" } else { " }" });
}

fn write_quoted(text: &str, out: &mut String) {
    let _ = write!(out, "'{}'", escaped(text));
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'");
    text.replace("${", "\\${").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources, Span};
    use crate::value::Shape;

    #[test]
    fn values_read_as_bicep_in_a_bicep_file_and_as_arm_elsewhere() {
        for (file, expected) in [
            ("main.bicep", "a-${prefix ?? 'it\\'s \\${x}'}"),
            (
                "main.json",
                "[concat('a-', coalesce(parameters('prefix'), 'it''s ${x}'))]",
            ),
        ] {
            let mut sources = Sources::default();
            let file = sources.add(SourceFile::new(file, ""));
            let span = Span::new(file, 0, 0);
            let text = |text: &str| Value::string(text, span);
            let call = |function: &str, arguments| {
                Value::unknown_call(1, function, arguments, Shape::String, span)
            };
            let prefix = call("parameters", vec![text("prefix")]);
            let name = call("coalesce", vec![prefix, text("it's ${x}")]);
            let name = Value::text(vec![text("a-"), name], span);
            assert_eq!(name.words(), expected);
        }
    }
}
