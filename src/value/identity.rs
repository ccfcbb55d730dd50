//! Texts that are the same exactly where two values are known to be the same.

use super::written::write_expression;
use super::{Residual, Value, ValueKind};

/// Writes what tells a value apart from others; texts in lower case.
pub fn write_identity(value: &Value, out: &mut String) {
    match &value.kind {
        ValueKind::String(text) => push_folded(text, out),
        ValueKind::Unknown(unknown) => match &unknown.residual {
            Residual::Call {
                scope,
                function,
                arguments,
            } => {
                let is_any_of =
                    |names: [&str; 3]| names.iter().any(|name| function.eq_ignore_ascii_case(name));
                if let [argument] = arguments.as_slice()
                    && is_any_of(["toLower", "toUpper", "string"])
                {
                    return write_identity(argument, out);
                }
                out.push('\u{1}');
                push_number(u64::from(*scope), out);
                out.push(':');
                out.push_str(function);
                out.push('(');
                for argument in arguments {
                    write_identity(argument, out);
                    out.push(',');
                }
                out.push_str(")\u{2}");
            }
            Residual::Member(base, name) => {
                write_identity(base, out);
                out.push('.');
                push_folded(name, out);
            }
            Residual::Index(base, index) => {
                write_identity(base, out);
                out.push('[');
                write_identity(index, out);
                out.push(']');
            }
            Residual::Text(parts) => parts.iter().for_each(|part| write_identity(part, out)),
            Residual::Opaque(identity, _) => {
                out.push_str("\u{1}opaque ");
                push_number(*identity, out);
                out.push('\u{2}');
            }
        },
        ValueKind::Object(object) => match &object.whole {
            Some(whole) => write_identity(whole, out),
            None => write_expression(value, out),
        },
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Array(_) => write_expression(value, out),
    }
}

fn push_folded(text: &str, out: &mut String) {
    let start = out.len();
    out.push_str(text);
    out[start..].make_ascii_lowercase();
}

/// The digits of a number, the last first: identities are compared, not read.
fn push_number(mut number: u64, out: &mut String) {
    loop {
        out.push(char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return;
        }
    }
}
