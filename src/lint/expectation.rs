//! What the comments of an example expect, in JSON and in Bicep. A comment speaks of the line above it, whatever comments there are
//! between them.
//!
//! ```text
//!   "sku": { "name": "Standard_LRS" }
//!   //               ^ warning: keeps all copies in one datacenter     the token that begins at this column
//!   //       ^^^^^^ warning: ...                                      exactly these columns
//!   // <- warning: ...                                                the token at the comment's own column
//!   //       ------ text                                              a related label, exactly these columns
//! ```

use crate::diagnostic::Severity;
use crate::rules::definition::ExampleTemplate;

/// What a comment of an example expects.
#[derive(Debug, PartialEq)]
pub struct Expectation {
    /// 0-based line of the example that is spoken of.
    pub line: usize,
    /// 0-based column, in characters, at which the label begins.
    pub column: usize,
    /// Its length in characters, if the comment says it.
    pub length: Option<usize>,
    /// The severity; a related label has none.
    pub severity: Option<Severity>,
    /// Part of the message.
    pub message: String,
}

/// Whether a comment of an example expects a finding, in whichever file.
pub fn fires(template: &ExampleTemplate) -> bool {
    let expectations = template.files.iter().map(|(_, text)| expectations(text));
    expectations.flatten().any(|one| one.severity.is_some())
}

/// What the comments of a text expect, in order.
pub fn expectations(text: &str) -> Vec<Expectation> {
    let mut expectations = Vec::new();
    let mut spoken_of = 0;
    for (number, line) in text.lines().enumerate() {
        match expectation(line) {
            Some(expectation) => expectations.push(Expectation {
                line: spoken_of,
                ..expectation
            }),
            None => spoken_of = number,
        }
    }
    expectations
}

fn expectation(line: &str) -> Option<Expectation> {
    let indent = line
        .chars()
        .take_while(|character| *character == ' ')
        .count();
    let comment = line[indent..].strip_prefix("//")?;
    let space = comment
        .chars()
        .take_while(|character| *character == ' ')
        .count();
    let rest = &comment[space..];
    let make = |column, length, text: &str| {
        let (severity, message) = match text.trim().split_once(": ") {
            Some((word, message)) if Severity::from_word(word).is_some() => {
                (Severity::from_word(word), message)
            }
            Some(_) | None => (None, text.trim()),
        };
        Some(Expectation {
            line: 0,
            column,
            length,
            severity,
            message: message.to_owned(),
        })
    };
    if let Some(text) = rest.strip_prefix("<-") {
        return make(indent, None, text);
    }
    for mark in ['^', '-'] {
        let length = rest
            .chars()
            .take_while(|character| *character == mark)
            .count();
        if length > 0 {
            let exact = (length > 1 || mark == '-').then_some(length);
            return make(indent + 2 + space, exact, &rest[length..]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_say_what_is_expected() {
        let text = "{ \"a\": 1,\n  //   ^ warning: one\n  //   --- two\n  // <- info: three\n  \"b\": 2 // no expectation\n}";
        let read = expectations(text);
        let of = |line, column, length, severity, message: &str| Expectation {
            line,
            column,
            length,
            severity,
            message: message.to_owned(),
        };
        assert_eq!(
            read,
            [
                of(0, 7, None, Some(Severity::Warning), "one"),
                of(0, 7, Some(3), None, "two"),
                of(0, 2, None, Some(Severity::Info), "three"),
            ]
        );
    }
}
