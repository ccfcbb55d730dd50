//! JSON in which no text steers a terminal or a build service; read back, it says the same. This is the only door to the formatters of
//! `serde_json`.

use super::{COMMANDS, holds_command, is_plain, turns_writing};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{Result, Write};

/// A value as indented JSON, with a line end behind it.
pub fn pretty(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    write_pretty(value, &mut text).expect("memory takes what is written");
    String::from_utf8(text).expect("JSON is text")
}

/// Writes a value as indented JSON, with a line end behind it.
pub fn write_pretty(value: &impl Serialize, to: &mut impl Write) -> Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *to, Harmless(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    to.write_all(b"\n")
}

/// A value as JSON on one line, with a line end behind it.
pub fn line(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Harmless(CompactFormatter));
    value
        .serialize(&mut serializer)
        .expect("values of our own making are JSON");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}

/// Writes what another formatter does, with more characters of texts as `\u202e`.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, text: &str) -> Result<()> {
        if is_plain(text) && !holds_command(text) {
            return to.write_all(text.as_bytes());
        }
        to.write_all(escaped(text).as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_object_value(to)
    }
}

/// A text with what steers as `\u....`, and the second `#` of a logging command.
fn escaped(text: &str) -> String {
    let [named, other] = COMMANDS;
    let text = text
        .replace(named, "#\\u0023vso[")
        .replace(other, "#\\u0023[");
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() || turns_writing(character) {
            true => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_steering() {
        for (text, expected) in [
            ("\u{9b}31m\u{7f}\u{202e}", "\"\\u009b31m\\u007f\\u202e\"\n"),
            (
                "##vso[task.complete] ##[error]",
                "\"#\\u0023vso[task.complete] #\\u0023[error]\"\n",
            ),
            ("größe\t\"##\"", "\"größe\\t\\\"##\\\"\"\n"),
        ] {
            assert_eq!(pretty(&text), expected);
            assert_eq!(line(&text), expected);
            let read: String = serde_json::from_str(expected).expect("it is JSON");
            assert_eq!(read, text);
        }
    }

    #[test]
    fn values_lie_as_serde_json_lays_them() {
        let value = serde_json::json!({ "a": [], "b": [1, { "c": null }], "d": {}, "e": "x" });
        let laid = serde_json::to_string_pretty(&value).expect("it is JSON");
        assert_eq!(pretty(&value), laid + "\n");
        assert_eq!(line(&value), format!("{value}\n"));
    }
}
