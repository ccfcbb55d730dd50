//! What the examples of rule files came to, for people: `amllint rules test`.
//!
//! ```text
//! XT001 storage-owner-tag: an owner
//!   found, and not expected, in line 2 at column 3:
//!       "tags": { "ownr": "ml-platform" } }
//!       ^^^^^^ info: storage account `st` has no `owner` tag
//! ```

use super::{counted, single_line};
use crate::lint::examples::{Failure, Place, Problem, Tested};
use std::fmt::Write as _;

/// Every failure, and how many there are.
pub fn tested(rules: &[Tested]) -> String {
    let failures = rules.iter().flat_map(|rule| &rule.failures);
    let mut text: String = failures.clone().map(failure).collect();
    let examples = rules.iter().map(|rule| rule.examples).sum();
    let numbers = [
        counted(rules.len(), "rule"),
        counted(examples, "example"),
        counted(failures.count(), "failure"),
    ];
    let _ = writeln!(text, "{}", numbers.join(", "));
    text
}

/// One failure, with an empty line behind it.
pub fn failure(failure: &Failure) -> String {
    let mut text = format!("{} {}", failure.code, failure.name);
    if let Some(example) = &failure.example {
        let _ = write!(text, ": {}", single_line(example));
    }
    text.push('\n');
    for problem in &failure.problems {
        match problem {
            Problem::Missing(place) => write_place(&mut text, "expected, and not found", place),
            Problem::Unexpected(place) => write_place(&mut text, "found, and not expected", place),
            Problem::Other(problem) => {
                let _ = writeln!(text, "  {}", single_line(problem));
            }
        }
    }
    text.push('\n');
    text
}

/// The line and, below it, what is said, as a comment of the example would say it.
fn write_place(text: &mut String, how: &str, place: &Place) {
    let Place { line, column, .. } = place;
    let mark = "^".repeat(place.length.unwrap_or(1).max(1));
    let of_file = place.file.as_ref();
    let of_file = of_file.map(|file| format!(" of `{}`", single_line(file)));
    let of_file = of_file.unwrap_or_default();
    let _ = writeln!(
        text,
        "  {how}, in line {line}{of_file} at column {}:",
        column + 1
    );
    let _ = writeln!(text, "    {}", single_line(&place.text));
    let indent = " ".repeat(*column);
    let _ = writeln!(text, "    {indent}{mark} {}", single_line(&place.said));
}
