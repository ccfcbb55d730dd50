//! Messages: text with holes, ``registry `{name}` has no replica outside {location}``.

use super::words::HOLES;
use crate::rules::definition::{Message, MessagePart};

/// Reads a message; the error names the hole that is none.
pub fn read(text: &str) -> Result<Message, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        if start > 0 {
            parts.push(MessagePart::Text(rest[..start].into()));
        }
        let Some(length) = rest[start..].find('}') else {
            return Err("a hole of the message has no `}`".to_owned());
        };
        parts.push(hole(&rest[start + 1..start + length])?);
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        parts.push(MessagePart::Text(rest.into()));
    }
    Ok(Message(parts))
}

fn hole(name: &str) -> Result<MessagePart, String> {
    if let Some((_, part)) = HOLES.iter().find(|(hole, _)| *hole == name) {
        return Ok(part.clone());
    }
    let path = |text: &str| crate::path::parse(text).map_err(|error| error.message);
    if let Some(of) = name.strip_prefix("pairOf ") {
        return path(of).map(MessagePart::PairOf);
    }
    match name.strip_prefix("parameter.") {
        Some(parameter) => Ok(MessagePart::Parameter(parameter.into())),
        None if name.starts_with(['$', '.']) => path(name).map(MessagePart::Path),
        None => Err(format!("a message has no hole `{{{name}}}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_found() {
        let message = read("registry `{name}` is in {$.location}").expect("a message");
        assert_eq!(message.0.len(), 4);
        assert_eq!(message.0[1], MessagePart::Name);
        let pair = read("{pairOf $.location}").expect("a message");
        assert_eq!(pair.to_string(), "{pairOf $.location}");
        assert!(read("{pairOf location}").is_err());
        assert_eq!(
            read("{nam}").expect_err("no hole"),
            "a message has no hole `{nam}`"
        );
        assert_eq!(
            read("{name").expect_err("no end"),
            "a hole of the message has no `}`"
        );
    }
}
