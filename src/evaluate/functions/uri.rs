//! Addresses, as RFC 3986 has them.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string>,
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-string#builduri>

use super::{
    Failure, Function, FunctionContext, Outcome, composed, composed_text, error, function, object,
    text,
};
use crate::value::{Object, Property, Residual, Shape, Value, ValueKind};
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("buildUri", 1, 1, Shape::String, build_uri),
    function("parseUri", 1, 1, Shape::Object, parse_uri),
    function("uri", 2, 2, Shape::String, uri),
    function("uriComponent", 1, 1, Shape::String, uri_component),
    function(
        "uriComponentToString",
        1,
        1,
        Shape::String,
        uri_component_to_string,
    ),
];

/// `{ scheme, host, port, path, query }` to `scheme://host:port/path?query`; a query may begin with its question mark.
fn build_uri(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let components = object("buildUri", &arguments[0])?;
    if components.is_open() {
        return Err(Failure::Unknown);
    }
    let member = |name: &str| -> Result<Option<&str>, Failure> {
        match components.get(name).map(|property| &property.value) {
            None => Ok(None),
            Some(value) if value.is_null() => Ok(None),
            Some(value) => text("buildUri", value).map(Some),
        }
    };
    let (Some(scheme), Some(host)) = (member("scheme")?, member("host")?) else {
        return error("`buildUri` needs a scheme and a host");
    };
    let mut uri = format!("{scheme}://{host}");
    match components.get("port").map(|property| &property.value) {
        None => {}
        Some(port) if port.is_null() => {}
        Some(port) => {
            let _ = write!(uri, ":{}", super::integer("buildUri", port)?);
        }
    }
    let path = member("path")?.unwrap_or_default();
    if !path.starts_with('/') {
        uri.push('/');
    }
    uri.push_str(path);
    let query = member("query")?.unwrap_or_default();
    if !query.is_empty() && !query.starts_with('?') {
        uri.push('?');
    }
    uri.push_str(query);
    composed_text(context, arguments, uri)
}

/// The parts of an address. A port that is not written is unknown: whether it is `null` or that of the scheme is not documented.
fn parse_uri(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let written = text("parseUri", &arguments[0])?;
    let Some((scheme, rest)) = written
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme))
    else {
        return error(format!("`{written}` is no absolute URI"));
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, port.parse().ok())
        }
        Some(_) | None => (authority, None),
    };
    let string = |text: &str| Value::string(text, context.span);
    let port = port.map_or_else(
        || {
            let call = Value::unknown_call(
                0,
                "parseUri",
                arguments.to_vec(),
                Shape::Object,
                context.span,
            );
            Value::unknown(
                Residual::Member(call, "port".into()),
                Shape::Any,
                context.span,
            )
        },
        |port| Value::integer(port, context.span),
    );
    let path = if path.is_empty() { "/" } else { path };
    let members = [
        ("scheme", string(scheme)),
        ("host", string(host)),
        ("port", port),
        ("path", string(path)),
        ("query", string(query)),
    ];
    let properties = members.into_iter().map(|(key, value)| Property {
        key: key.into(),
        key_span: context.span,
        value,
    });
    let object = Object::new(properties.collect(), false);
    Ok(composed(
        context,
        arguments,
        ValueKind::Object(Arc::new(object)),
    ))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
}

/// Resolves a relative reference as RFC 3986 does.
fn uri(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let (base, relative) = (text("uri", &arguments[0])?, text("uri", &arguments[1])?);
    match resolve(base, relative) {
        Some(uri) => composed_text(context, arguments, uri),
        None => error(format!("`{base}` is no absolute URI")),
    }
}

fn resolve(base: &str, relative: &str) -> Option<String> {
    if relative
        .split_once(':')
        .is_some_and(|(scheme, _)| is_scheme(scheme))
    {
        return Some(relative.to_owned());
    }
    let (scheme, rest) = base
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme))?;
    if let Some(rest) = relative.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (without_query, query) = rest
        .split_once('?')
        .map_or((rest, ""), |(path, query)| (path, query));
    let (authority, path) = without_query
        .find('/')
        .map_or((without_query, ""), |slash| without_query.split_at(slash));
    let end_of_path = relative.find(['?', '#']).unwrap_or(relative.len());
    let (relative_path, suffix) = relative.split_at(end_of_path);
    let (path, suffix) = if relative_path.is_empty() {
        let query = if query.is_empty() || suffix.starts_with('?') {
            String::new()
        } else {
            format!("?{query}")
        };
        (
            if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            },
            format!("{query}{suffix}"),
        )
    } else if relative_path.starts_with('/') {
        (without_dots(relative_path), suffix.to_owned())
    } else {
        let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
        (
            without_dots(&format!("{folder}{relative_path}")),
            suffix.to_owned(),
        )
    };
    Some(format!("{scheme}://{authority}{path}{suffix}"))
}

/// Removes `.` and `..` from an absolute path.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<_> = path.split('/').skip(1).collect();
    for (position, segment) in segments.iter().enumerate() {
        let last = position + 1 == segments.len();
        match *segment {
            "." | ".." => {
                if *segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

fn uri_component(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let mut encoded = String::new();
    for byte in text("uriComponent", &arguments[0])?.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    composed_text(context, arguments, encoded)
}

fn uri_component_to_string(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    composed_text(
        context,
        arguments,
        decode_percent(text("uriComponentToString", &arguments[0])?),
    )
}

pub(super) fn decode_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        let digits = text
            .get(position + 1..position + 3)
            .filter(|_| *byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                position += 3;
            }
            None => {
                decoded.push(*byte);
                position += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
