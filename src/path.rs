//! Paths of rule files, `$.sku.name`: the syntax of RFC 9535, restricted to what names one value.
//!
//! This is the only door to `jsonpath-rust`, whose parser reads the text.

use jsonpath_rust::parser::model::{Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PathStart {
    /// `$`: at the resource judged.
    Resource,
    /// `.`: at the item at hand.
    Item,
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PathStep {
    /// `.name`, case folded.
    Member(Box<str>),
    /// `[0]`.
    Index(u32),
    /// `[*]` or `.*`: every element or property. Only where a path is a source of items.
    Each,
}

/// A parsed path.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Path {
    /// Where it begins.
    pub start: PathStart,
    /// How it goes on.
    pub steps: Vec<PathStep>,
}

impl Path {
    /// Whether it leads to several values.
    pub fn has_each(&self) -> bool {
        self.steps.contains(&PathStep::Each)
    }
}

/// Reads a path: `$.a.b`, `.a[0]`, or `.` for the item itself. The error says what is wrong with it.
pub fn parse(text: &str) -> Result<Path, String> {
    let (start, query) = match text.strip_prefix('$') {
        Some(_) => (PathStart::Resource, text.to_owned()),
        None if text == "." => {
            return Ok(Path {
                start: PathStart::Item,
                steps: Vec::new(),
            });
        }
        None if text.starts_with('.') => (PathStart::Item, format!("${text}")),
        None => return Err(format!("`{text}` is no path: one begins with `$` or `.`")),
    };
    let Ok(query) = parse_json_path(&query) else {
        return Err(format!("`{text}` is no path"));
    };
    let steps = query.segments.iter().map(step).collect::<Result<_, _>>()?;
    Ok(Path { start, steps })
}

fn step(segment: &Segment) -> Result<PathStep, String> {
    let selector = match segment {
        Segment::Selector(selector) => selector,
        Segment::Descendant(_) => {
            return Err("`..` names any number of values; a path names one".to_owned());
        }
        Segment::Selectors(_) => return Err("a path takes one step at a time".to_owned()),
    };
    match selector {
        // The parser keeps the quotes of `['name']`.
        Selector::Name(name) => {
            let quoted = |quote| name.strip_prefix(quote)?.strip_suffix(quote);
            Ok(PathStep::Member(
                quoted('\'').or(quoted('"')).unwrap_or(name).into(),
            ))
        }
        Selector::Wildcard => Ok(PathStep::Each),
        Selector::Index(index) => match u32::try_from(*index) {
            Ok(index) => Ok(PathStep::Index(index)),
            Err(_) => Err("a position counts from 0".to_owned()),
        },
        Selector::Slice(..) => Err("a slice names several values; a path names one".to_owned()),
        Selector::Filter(_) => {
            Err("a filter decides nothing here; use `any` or `count` with `where`".to_owned())
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.start {
            PathStart::Resource => formatter.write_str("$")?,
            PathStart::Item if self.steps.is_empty() => formatter.write_str(".")?,
            PathStart::Item => {}
        }
        for step in &self.steps {
            match step {
                PathStep::Member(name) => write!(formatter, ".{name}")?,
                PathStep::Index(index) => write!(formatter, "[{index}]")?,
                PathStep::Each => formatter.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prints_as_it_is_read() {
        for text in [
            "$",
            ".",
            "$.sku.name",
            ".properties.zones[0]",
            "$.properties.agentPoolProfiles[*]",
        ] {
            assert_eq!(parse(text).expect(text).to_string(), text);
        }
        assert_eq!(parse("$['sku'].*").expect("a path").to_string(), "$.sku[*]");
    }

    #[test]
    fn what_does_not_name_one_value_is_refused() {
        for (text, message) in [
            ("sku", "`sku` is no path: one begins with `$` or `.`"),
            (
                "$..name",
                "`..` names any number of values; a path names one",
            ),
            (
                "$.a[?@.b == 1]",
                "a filter decides nothing here; use `any` or `count` with `where`",
            ),
            ("$.a[1:2]", "a slice names several values; a path names one"),
            ("$.a[-1]", "a position counts from 0"),
            ("$.a[", "`$.a[` is no path"),
        ] {
            assert_eq!(parse(text).expect_err(text), message);
        }
    }
}
