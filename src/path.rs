//! The paths of rule files: `$.sku.name` from the resource judged, `.sku.name` from the item at hand, `.` the item itself.
//!
//! The syntax is that of JSONPath, RFC 9535, and jsonpath-rust parses it; this module is the only one that knows that
//! crate. Of its queries a path keeps what names one value, and `[*]`, which sources use to name each element. What
//! chooses among values is left to conditions, where an unknown value can be told from an absent one.

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a path begins.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathStart {
    /// `$`: the resource judged.
    Resource,
    /// `.`: the item at hand.
    Item,
}

/// One step of a path.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub enum PathStep {
    /// The property of this name; its case is that of the rule file and does not count.
    Member(Box<str>),
    /// The element at this index, 0-based.
    Index(u32),
    /// Every element or every property's value.
    Each,
}

/// A way to a value.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// Where it begins.
    pub start: PathStart,
    /// The steps from there; none means the start itself.
    pub steps: Vec<PathStep>,
}

/// Why a text is no path.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[error("{message}")]
pub struct PathError {
    /// Lower case start, no full stop.
    pub message: String,
    /// The byte of the path's text it speaks of.
    pub offset: usize,
}

impl PathError {
    fn new(offset: usize, message: impl Into<String>) -> PathError {
        PathError {
            message: message.into(),
            offset,
        }
    }
}

/// Bytes a path may have; where a mistake stands is found by trying its beginnings.
const MAX_LENGTH: usize = 1024;

const USE_ANY: &str = "a path names one value; use `any` with `where` for a filter";

/// Parses a path.
pub fn parse(text: &str) -> Result<Path, PathError> {
    let start = match text.as_bytes().first() {
        Some(b'$') => PathStart::Resource,
        Some(b'.') => PathStart::Item,
        Some(_) => return Err(PathError::new(0, "a path begins with `$` or `.`")),
        None => return Err(PathError::new(0, "the path is empty")),
    };
    if text.len() > MAX_LENGTH {
        let message = format!("the path is longer than {MAX_LENGTH} bytes");
        return Err(PathError::new(0, message));
    }
    check_characters(text)?;
    let query = query(text).map_err(|_| syntax_error(text))?;
    let steps = query.segments.iter().enumerate().map(|(index, segment)| {
        convert(segment).map_err(|message| PathError::new(offset_of(text, index), message))
    });
    Ok(Path {
        start,
        steps: steps.collect::<Result<_, _>>()?,
    })
}

impl Path {
    /// Whether it names several values.
    pub fn has_each(&self) -> bool {
        self.steps.contains(&PathStep::Each)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_item = self.start == PathStart::Item;
        let starts_with_name =
            matches!(self.steps.first(), Some(PathStep::Member(name)) if is_plain_name(name));
        match is_item {
            true if starts_with_name => {} // its own dot is the start
            true => formatter.write_str(".")?,
            false => formatter.write_str("$")?,
        }
        for step in &self.steps {
            match step {
                PathStep::Member(name) if is_plain_name(name) => write!(formatter, ".{name}")?,
                PathStep::Member(name) => write!(formatter, "['{}']", escape(name))?,
                PathStep::Index(index) => write!(formatter, "[{index}]")?,
                PathStep::Each => formatter.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// Refuses what no path has outside of quoted names.
///
/// Filters and functions are refused before they are parsed: the grammar tries nested ones again and again. Blanks are
/// refused because the grammar takes them as part of a name.
fn check_characters(text: &str) -> Result<(), PathError> {
    let mut quote = None;
    let mut escaped = false;
    for (offset, character) in text.char_indices() {
        match (quote, character) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '?') => return Err(PathError::new(offset, USE_ANY)),
            (None, '(') => return Err(PathError::new(offset, "a path has no functions")),
            (None, blank) if blank.is_whitespace() => {
                let message =
                    "a blank stands outside of quotes; a name that has one is written `['a b']`";
                return Err(PathError::new(offset, message));
            }
            (None, _) => {}
        }
    }
    Ok(())
}

fn query(text: &str) -> Result<JpQuery, jsonpath_rust::parser::errors::JsonPathError> {
    match text.strip_prefix('.') {
        Some("") => parse_json_path("$"),
        Some(rest) if rest.starts_with('[') => parse_json_path(&format!("${rest}")),
        Some(_) => parse_json_path(&format!("${text}")),
        None => parse_json_path(text),
    }
}

fn convert(segment: &Segment) -> Result<PathStep, String> {
    let selector = match segment {
        Segment::Selector(selector) => selector,
        Segment::Descendant(_) => {
            return Err("a path names one value; `..` searches for many".into());
        }
        Segment::Selectors(_) => {
            return Err("a path names one value; one pair of brackets holds one step".into());
        }
    };
    match selector {
        Selector::Name(name) => Ok(PathStep::Member(name.as_str().into())),
        Selector::Wildcard => Ok(PathStep::Each),
        Selector::Index(index) => {
            u32::try_from(*index)
                .map(PathStep::Index)
                .map_err(|_| match index.is_negative() {
                    true => format!("an index counts from the front; `{index}` is negative"),
                    false => format!("the index `{index}` is too large"),
                })
        }
        Selector::Slice(..) => Err("a path names one value; a slice names many".into()),
        Selector::Filter(_) => Err(USE_ANY.into()),
    }
}

/// What the grammar could not go on from, told by the longest beginning that is a path.
fn syntax_error(text: &str) -> PathError {
    let offset = valid_beginnings(text).last().map_or(1, |(end, _)| end);
    let rest = &text[offset..];
    match rest.chars().next() {
        None => PathError::new(offset, "the path breaks off"),
        Some('.') if rest == "." => PathError::new(offset, "a name is missing after `.`"),
        Some('.') => PathError::new(
            offset + 1,
            "no name begins here; one with characters other than letters, digits and `_` is written `['a-b']`",
        ),
        Some('[') => PathError::new(offset, "brackets hold a quoted name, an index or `*`"),
        Some(found) => PathError::new(
            offset,
            format!(
                "unexpected `{found}`; a name with characters other than letters, digits and `_` is written `['a-b']`"
            ),
        ),
    }
}

/// Where the step with this index begins.
fn offset_of(text: &str, index: usize) -> usize {
    valid_beginnings(text)
        .filter(|(_, steps)| *steps == index)
        .last()
        .map_or(0, |(end, _)| end)
}

/// Ends of the beginnings of `text` that are paths themselves, and how many steps they have.
fn valid_beginnings(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let ends = text
        .char_indices()
        .map(|(start, character)| start + character.len_utf8());
    ends.filter_map(|end| Some((end, query(&text[..end]).ok()?.segments.len())))
}

/// Whether a name may stand behind a dot.
fn is_plain_name(name: &str) -> bool {
    let is_first = |character: char| {
        character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
    };
    name.starts_with(is_first)
        && name
            .chars()
            .all(|character| is_first(character) || character.is_ascii_digit())
        && !name.contains(char::is_whitespace)
}

fn escape(name: &str) -> String {
    let mut escaped = String::new();
    for character in name.chars() {
        match character {
            '\'' | '\\' => escaped.extend(['\\', character]),
            control if control < ' ' => escaped += &format!("\\u{:04x}", control as u32),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, printed: &str) {
        let path = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(path.to_string(), printed);
        assert_eq!(parse(printed), Ok(path), "{printed} is read back");
    }

    #[test]
    fn paths_are_printed_as_they_are_written() {
        for text in [
            "$",
            ".",
            "$.sku.name",
            ".sku.name",
            "$.zones[0]",
            "$.properties.locations[*]",
            ".containers[*].image",
            "$['a b']",
            ".['a-b'].c",
            ".[0]",
            ".[*]",
            "$.tags['位\\'置\\\\\\u000a?(']",
            "$.位置._a1",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn other_spellings_are_printed_in_one_way() {
        for (text, printed) in [
            ("$.zones.*", "$.zones[*]"),
            (".*", ".[*]"),
            ("$[\"sku\"]['name']", "$.sku.name"),
            (".['sku']", ".sku"),
            ("$['\\u4f4d']", "$.位"),
        ] {
            check(text, printed);
        }
    }

    #[test]
    fn steps_are_told_apart() {
        let steps = vec![
            PathStep::Member("a".into()),
            PathStep::Index(3),
            PathStep::Each,
            PathStep::Member("3".into()),
        ];
        let path = parse("$.a[3][*]['3']").expect("it is a path");
        assert!(path.has_each());
        assert_eq!(
            path,
            Path {
                start: PathStart::Resource,
                steps
            }
        );
        assert!(!parse("$['*']").expect("it is a path").has_each());
    }

    #[test]
    fn what_names_more_than_one_value_is_refused() {
        for (text, offset, part) in [
            ("", 0, "is empty"),
            ("sku.name", 0, "begins with"),
            ("$.a[?(@.b == 1)]", 4, "use `any` with `where`"),
            ("$.a[?@.b]", 4, "use `any` with `where`"),
            ("$.a..b", 3, "`..` searches"),
            ("..b", 1, "`..` searches"),
            ("$.位[1:2]", 5, "a slice"),
            ("$.a[-1].b", 3, "`-1` is negative"),
            ("$.a[4294967296]", 3, "too large"),
            ("$.a['b', 'c']", 8, "a blank"),
            ("$.a['b','c']", 3, "one pair of brackets"),
            ("$.a.length()", 10, "no functions"),
            ("$.a b", 3, "a blank"),
            ("$.tags.my-tag", 9, "unexpected `-`"),
            (".my-tag", 3, "unexpected `-`"),
            ("$.tags.1a", 7, "no name begins here"),
            ("$.a.", 3, "a name is missing"),
            ("$.", 1, "a name is missing"),
            ("$.a[", 3, "brackets hold"),
            ("$.a['b]", 3, "brackets hold"),
            ("$a", 1, "unexpected `a`"),
            (".[", 1, "brackets hold"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.message.contains(part), "{text}: {error:?}");
            assert_eq!(error.offset, offset, "{text}: {error:?}");
        }
    }

    #[test]
    fn paths_pass_through_the_compact_form() {
        let path = parse("$.a[3][*]").expect("it is a path");
        let bytes = postcard::to_allocvec(&path).expect("it has a compact form");
        assert_eq!(postcard::from_bytes(&bytes), Ok(path));
    }
}
