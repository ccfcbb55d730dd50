//! String functions. <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string>
//!
//! Text that is known in parts stays so: `concat('st', unknown)` still begins with `st`.

use super::unique_string::unique_string;
use super::uri::decode_percent;
use super::{
    Failure, Function, FunctionContext, MANY, Outcome, composed, composed_array, composed_text,
    elements, error, function, integer, text, wrong,
};
use crate::source::SourceFile;
use crate::value::{Extent, MAX_TEXT, Shape, Value, ValueKind, from_node};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("base64", 1, 1, Shape::String, base64),
    function("base64ToJson", 1, 1, Shape::Any, base64_to_json),
    function("base64ToString", 1, 1, Shape::String, base64_to_string),
    function("concat", 1, MANY, Shape::Any, concat),
    function("dataUri", 1, 1, Shape::String, data_uri),
    function("dataUriToString", 1, 1, Shape::String, data_uri_to_string),
    function("endsWith", 2, 2, Shape::Boolean, ends_with),
    function("format", 1, MANY, Shape::String, format),
    function("guid", 1, MANY, Shape::String, guid),
    function("json", 1, 1, Shape::Any, json),
    function("like", 2, 2, Shape::Boolean, like),
    function("padLeft", 2, 3, Shape::String, pad_left),
    function("replace", 3, 3, Shape::String, replace),
    function("split", 2, 2, Shape::Array, split),
    function("startsWith", 2, 2, Shape::Boolean, starts_with),
    function("string", 1, 1, Shape::String, string),
    function("substring", 2, 3, Shape::String, substring),
    function("toLower", 1, 1, Shape::String, to_lower),
    function("toUpper", 1, 1, Shape::String, to_upper),
    function("trim", 1, 1, Shape::String, trim),
    function("uniqueString", 1, MANY, Shape::String, unique),
];

/// A part of a text as `format` and `concat` print it: `True`, `12`, objects as JSON in single quotes.
fn part(value: &Value) -> Result<Value, Failure> {
    let text = match &value.kind {
        ValueKind::String(_) | ValueKind::Unknown(_) => return Ok(value.clone()),
        ValueKind::Null => String::new(),
        ValueKind::Boolean(true) => "True".to_owned(),
        ValueKind::Boolean(false) => "False".to_owned(),
        ValueKind::Integer(number) => number.to_string(),
        ValueKind::Float(number) => number.to_string(),
        ValueKind::Array(_) | ValueKind::Object(_) => json_text(value, '\'')?,
    };
    Ok(Value {
        secure: value.secure,
        ..Value::string(text, value.span)
    })
}

/// A text for functions that take any value as text.
pub(super) fn plain(value: &Value) -> Result<String, Failure> {
    match part(value)?.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Failure::Unknown),
    }
}

fn joined(context: &FunctionContext<'_>, parts: Vec<Value>) -> Outcome {
    let length: usize = parts.iter().filter_map(Value::as_str).map(str::len).sum();
    if length > MAX_TEXT {
        Err(Failure::TooLarge)
    } else {
        Ok(Value::text(parts, context.span))
    }
}

/// Text with holes of Bicep: `format` without a pattern.
pub(super) fn interpolate(context: &FunctionContext<'_>, parts: &[Value]) -> Outcome {
    joined(context, as_text(parts)?)
}

/// Parts of a text as `format` and `concat` print them, as long as they are not too long together.
fn as_text(values: &[Value]) -> Result<Vec<Value>, Failure> {
    let mut length = 0;
    let mut parts = Vec::with_capacity(values.len());
    for value in values {
        let part = part(value)?;
        length += part.as_str().map_or(0, str::len);
        if length > MAX_TEXT {
            return Err(Failure::TooLarge);
        }
        parts.push(part);
    }
    Ok(parts)
}

fn concat(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let is_array = |value: &Value| {
        value.as_array().is_some()
            || value
                .as_unknown()
                .is_some_and(|unknown| unknown.shape == Shape::Array)
    };
    if arguments.iter().any(is_array) {
        return concat_arrays(context, arguments);
    }
    let texts = |value: &Value| match value.as_unknown() {
        Some(unknown) => matches!(
            unknown.shape,
            Shape::String | Shape::Integer | Shape::Boolean
        ),
        None => true,
    };
    if !arguments.iter().any(texts) {
        return Err(Failure::Unknown); // texts or arrays, who knows
    }
    if let Some(value) = arguments
        .iter()
        .find(|value| value.is_null() || value.as_object().is_some())
    {
        return wrong("concat", value, "strings or arrays");
    }
    joined(context, as_text(arguments)?)
}

fn concat_arrays(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let mut joined = Vec::new();
    let mut extent = Extent::Closed;
    for argument in arguments {
        match argument.as_array() {
            Some(array) if array.extent() == Extent::Closed => {
                joined.extend_from_slice(array.elements())
            }
            Some(array) => {
                // The element that stands for many cannot stand beside others as one of them.
                if array.extent() == Extent::Open {
                    joined.extend_from_slice(array.elements());
                }
                extent = Extent::Open;
            }
            None if argument.is_unknown() => extent = Extent::Open,
            None => return wrong("concat", argument, "arrays here"),
        }
        if joined.len() > crate::value::MAX_SIZE as usize {
            return Err(Failure::TooLarge);
        }
    }
    Ok(composed_array(context, joined, extent))
}

/// Composite formatting of .NET: `{0}`, `{{`, `}}`. Alignment and format strings are not computed.
fn format(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let pattern = text("format", &arguments[0])?;
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut length = 0;
    let mut rest = pattern;
    while let Some(position) = rest.find(['{', '}']) {
        literal.push_str(&rest[..position]);
        let bracket = &rest[position..=position];
        rest = &rest[position + 1..];
        if let Some(after) = rest.strip_prefix(bracket) {
            literal.push_str(bracket);
            rest = after;
            continue;
        }
        let hole = rest.find('}').filter(|_| bracket == "{");
        let Some(end) = hole else {
            return error(format!("`{pattern}` is no format"));
        };
        let inside = &rest[..end];
        rest = &rest[end + 1..];
        let Ok(index) = inside.trim().parse::<usize>() else {
            return if inside.starts_with(|first: char| first.is_ascii_digit()) {
                Err(Failure::Unknown)
            } else {
                error(format!("`{{{inside}}}` is no hole of a format"))
            };
        };
        let Some(argument) = arguments.get(index + 1) else {
            return error(format!("`format` has no argument for `{{{index}}}`"));
        };
        let part = part(argument)?;
        length += literal.len() + part.as_str().map_or(0, str::len);
        if length > MAX_TEXT {
            return Err(Failure::TooLarge);
        }
        parts.push(Value::string(std::mem::take(&mut literal), context.span));
        parts.push(part);
    }
    literal.push_str(rest);
    parts.push(Value::string(literal, context.span));
    joined(context, parts)
}

/// JSON without space. `quote` is `"`, or `'` inside of `format`.
pub(super) fn json_text(value: &Value, quote: char) -> Result<String, Failure> {
    let mut out = String::new();
    write_json(value, quote, &mut out)?;
    Ok(out)
}

fn write_json(value: &Value, quote: char, out: &mut String) -> Result<(), Failure> {
    if out.len() > MAX_TEXT {
        return Err(Failure::TooLarge);
    }
    match &value.kind {
        ValueKind::Null => out.push_str("null"),
        ValueKind::Boolean(value) => {
            let _ = write!(out, "{value}");
        }
        ValueKind::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        ValueKind::Float(number) => {
            let _ = write!(out, "{number}");
        }
        ValueKind::String(text) => write_json_string(text, quote, out),
        ValueKind::Array(array) if array.extent() == Extent::Closed => {
            out.push('[');
            for (position, element) in array.elements().iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json(element, quote, out)?;
            }
            out.push(']');
        }
        ValueKind::Object(object) if !object.is_open() => {
            out.push('{');
            for (position, property) in object.properties().iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write_json_string(&property.key, quote, out);
                out.push(':');
                write_json(&property.value, quote, out)?;
            }
            out.push('}');
        }
        ValueKind::Array(_) | ValueKind::Object(_) | ValueKind::Unknown(_) => {
            return Err(Failure::Unknown);
        }
    }
    Ok(())
}

fn write_json_string(text: &str, quote: char, out: &mut String) {
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(character);
            }
            _ if character < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push(quote);
}

fn string(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    match &value.kind {
        ValueKind::String(_) => Ok(value.clone()),
        ValueKind::Unknown(unknown) if unknown.shape == Shape::String => Ok(value.clone()),
        ValueKind::Unknown(_) => Err(Failure::Unknown),
        ValueKind::Boolean(value) => {
            composed_text(context, arguments, if *value { "True" } else { "False" })
        }
        ValueKind::Null
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_) => composed_text(context, arguments, json_text(value, '"')?),
    }
}

/// `json('{"a": 1}')`, as lenient as the file itself.
fn json(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let source = Arc::new(SourceFile::new("", text("json", &arguments[0])?));
    let (document, diagnostics) = crate::syntax::json::parse(context.span.file, &source);
    if let Some(diagnostic) = diagnostics
        .iter()
        .find(|one| one.severity == crate::diagnostic::Severity::Error)
    {
        return error(format!("the text is no JSON: {}", diagnostic.message));
    }
    let value = from_node(document.root(), &|_| context.span, &|text, span| {
        Value::string(text, span)
    });
    Ok(Value {
        secure: arguments[0].secure,
        ..value
    })
}

fn base64(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    composed_text(
        context,
        arguments,
        BASE64.encode(text("base64", &arguments[0])?),
    )
}

fn decode_base64(encoded: &str) -> Result<String, Failure> {
    let bytes = BASE64.decode(encoded).ok();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => Ok(text),
        None => error(format!("`{encoded}` is no text in base 64")),
    }
}

fn base64_to_string(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    composed_text(
        context,
        arguments,
        decode_base64(text("base64ToString", &arguments[0])?)?,
    )
}

fn base64_to_json(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let decoded = base64_to_string(context, arguments)?;
    json(context, &[decoded])
}

fn data_uri(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let encoded = BASE64.encode(text("dataUri", &arguments[0])?);
    composed_text(
        context,
        arguments,
        format!("data:text/plain;charset=utf-8;base64,{encoded}"),
    )
}

fn data_uri_to_string(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let uri = text("dataUriToString", &arguments[0])?;
    let parts = uri
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(','));
    let Some((kind, data)) = parts else {
        return error(format!("`{uri}` is no data URI"));
    };
    let decoded = if kind.ends_with(";base64") {
        decode_base64(data)?
    } else {
        decode_percent(data)
    };
    composed_text(context, arguments, decoded)
}

/// Decides about the beginning of a text as far as its first known part goes; case is folded.
fn starts_with(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    affix(
        context,
        arguments,
        "startsWith",
        |value| value.parts().first(),
        |text, affix| {
            let common = common_length(text.chars(), affix.chars());
            if common == affix.chars().count() {
                Some(true)
            } else if common < text.chars().count() {
                Some(false)
            } else {
                None
            }
        },
    )
}

fn ends_with(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    affix(
        context,
        arguments,
        "endsWith",
        |value| value.parts().last(),
        |text, affix| {
            let common = common_length(text.chars().rev(), affix.chars().rev());
            if common == affix.chars().count() {
                Some(true)
            } else if common < text.chars().count() {
                Some(false)
            } else {
                None
            }
        },
    )
}

fn common_length(left: impl Iterator<Item = char>, right: impl Iterator<Item = char>) -> usize {
    left.zip(right)
        .take_while(|(left, right)| left.to_lowercase().eq(right.to_lowercase()))
        .count()
}

fn affix(
    context: &FunctionContext<'_>,
    arguments: &[Value],
    name: &str,
    known_part: fn(&Value) -> Option<&Value>,
    decide: impl Fn(&str, &str) -> Option<bool>,
) -> Outcome {
    let (value, affix) = (&arguments[0], text(name, &arguments[1])?);
    let known = known_part(value).and_then(Value::as_str);
    let decided = match known {
        Some(known) => decide(known, affix).or_else(|| value.as_str().map(|_| false)),
        None if affix.is_empty() && value.is_unknown() => Some(true),
        None => return wrong(name, value, "a string"),
    };
    decided
        .map(|decided| composed(context, arguments, ValueKind::Boolean(decided)))
        .ok_or(Failure::Unknown)
}

/// `*` stands for any text, `?` for any character; case is folded.
fn like(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let (value, pattern) = (text("like", &arguments[0])?, text("like", &arguments[1])?);
    let matches = crate::similar::wildcard(&pattern.to_lowercase(), &value.to_lowercase());
    Ok(composed(context, arguments, ValueKind::Boolean(matches)))
}

fn pad_left(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = plain(&arguments[0])?;
    let width = integer("padLeft", &arguments[1])?.max(0) as usize;
    let fill = arguments
        .get(2)
        .map_or(Ok(" "), |fill| text("padLeft", fill))?;
    let mut characters = fill.chars();
    let (Some(fill), None) = (characters.next(), characters.next()) else {
        return error("`padLeft` fills with one character");
    };
    if width > MAX_TEXT {
        return Err(Failure::TooLarge);
    }
    let missing = width.saturating_sub(value.chars().count());
    composed_text(
        context,
        arguments,
        std::iter::repeat_n(fill, missing)
            .chain(value.chars())
            .collect::<String>(),
    )
}

fn replace(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let (value, old, new) = (
        text("replace", &arguments[0])?,
        text("replace", &arguments[1])?,
        text("replace", &arguments[2])?,
    );
    if old.is_empty() {
        return error("`replace` needs a text to replace");
    }
    let growth = value.matches(old).count().saturating_mul(new.len());
    if growth > MAX_TEXT {
        return Err(Failure::TooLarge);
    }
    composed_text(context, arguments, value.replace(old, new))
}

fn split(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let separators = match arguments[1].as_array() {
        Some(_) => {
            let separators = elements("split", &arguments[1])?;
            separators
                .iter()
                .map(|separator| text("split", separator))
                .collect::<Result<Vec<_>, _>>()?
        }
        None => vec![text("split", &arguments[1])?],
    };
    // An id whose unknown parts are the names of the place can still be divided: those hold no slash.
    if let (Some(_), ["/"]) = (arguments[0].as_unknown(), separators.as_slice())
        && arguments[0]
            .parts()
            .iter()
            .all(|part| part.as_str().is_some() || is_of_place(context, part))
    {
        let pieces = arguments[0]
            .split('/')
            .into_iter()
            .map(|piece| piece.at(context.span));
        return Ok(composed_array(context, pieces.collect(), Extent::Closed));
    }
    let mut pieces = vec![text("split", &arguments[0])?];
    for separator in separators
        .into_iter()
        .filter(|separator| !separator.is_empty())
    {
        pieces = pieces
            .into_iter()
            .flat_map(|piece| piece.split(separator))
            .collect();
    }
    let secure = arguments[0].secure;
    let pieces = pieces.into_iter().map(|piece| Value {
        secure,
        ..Value::string(piece, context.span)
    });
    Ok(composed_array(context, pieces.collect(), Extent::Closed))
}

fn is_of_place(context: &FunctionContext<'_>, part: &Value) -> bool {
    let place = context.place;
    [&place.subscription_id, &place.resource_group]
        .into_iter()
        .any(|known| part.equals(known) == Some(true))
}

fn substring(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = text("substring", &arguments[0])?;
    let start = integer("substring", &arguments[1])?;
    let length = arguments
        .get(2)
        .map(|length| integer("substring", length))
        .transpose()?;
    let count = value.chars().count() as i64;
    if start < 0 || start > count {
        return error(format!(
            "`substring` begins at {start}, outside of a text of {count} characters"
        ));
    }
    let length = length.unwrap_or(count - start);
    if length < 0 || length > count - start {
        return error(format!(
            "`substring` ends at {}, past the end of a text of {count} characters",
            start.saturating_add(length)
        ));
    }
    composed_text(
        context,
        arguments,
        value
            .chars()
            .skip(start as usize)
            .take(length as usize)
            .collect::<String>(),
    )
}

/// Changes the case of the known parts; the unknown ones keep the call.
fn change_case(
    context: &FunctionContext<'_>,
    value: &Value,
    name: &str,
    change: fn(&str) -> String,
) -> Outcome {
    if value.as_unknown().is_none() {
        return composed_text(
            context,
            std::slice::from_ref(value),
            change(text(name, value)?),
        );
    }
    let parts = value.parts();
    if parts.len() < 2 {
        return Err(Failure::Unknown);
    }
    let parts = parts.iter().map(|part| match part.as_str() {
        Some(text) => Value::string(change(text), part.span),
        None => Value::unknown_call(0, name, vec![part.clone()], Shape::String, context.span),
    });
    Ok(Value {
        secure: value.secure,
        ..Value::text(parts.collect(), context.span)
    })
}

fn to_lower(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    change_case(context, &arguments[0], "toLower", str::to_lowercase)
}

fn to_upper(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    change_case(context, &arguments[0], "toUpper", str::to_uppercase)
}

fn trim(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    composed_text(context, arguments, text("trim", &arguments[0])?.trim())
}

fn hashed(arguments: &[Value]) -> Result<String, Failure> {
    let mut hashed = String::new();
    for (position, part) in as_text(arguments)?.iter().enumerate() {
        if position > 0 {
            hashed.push('-');
        }
        hashed.push_str(part.as_str().ok_or(Failure::Unknown)?);
    }
    Ok(hashed)
}

fn unique(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    composed_text(context, arguments, unique_string(&hashed(arguments)?))
}

/// A version 5 UUID in the namespace that Azure's deployment engine uses.
fn guid(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x11fb06fb_712d_4ddd_98c7_e71bbd588830);
    let guid = uuid::Uuid::new_v5(&NAMESPACE, hashed(arguments)?.as_bytes());
    composed_text(context, arguments, guid.to_string())
}
