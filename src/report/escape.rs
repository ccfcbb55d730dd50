//! Texts of strangers in formats with characters of their own. What steers a terminal, and what turns the direction of writing, is
//! replaced in all of them; what would end a line becomes a blank.

use super::single_line;

/// Code in Markdown, also within a table.
pub fn markdown_code(text: &str) -> String {
    let text = single_line(text);
    let text = text.trim();
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    // Cells of a table end at `|`, also within code; without text there would be no code.
    let text = if text.is_empty() { "-" } else { text }.replace('|', "\\|");
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text in Markdown, also within a table.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in single_line(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Nobody is to be called.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    // What looks like an address is not to become a link.
    escaped
        .replace("://", ":&#47;&#47;")
        .replace("www.", "www&#46;")
}

/// A sentence in Markdown; what stands between backticks stays code.
pub fn markdown_prose(text: &str) -> String {
    prose(text, markdown, markdown_code)
}

/// What stands between two backticks is code, unless one of them is left over.
fn prose(text: &str, plain: impl Fn(&str) -> String, code: impl Fn(&str) -> String) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return plain(text);
    }
    let pieces = pieces.iter().enumerate();
    pieces
        .map(|(position, piece)| match (position % 2, piece.is_empty()) {
            (0, _) => plain(piece),
            (_, true) => plain("``"),
            (_, false) => code(piece),
        })
        .collect()
}

/// A value as indented JSON in which nothing steers.
pub fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("values of our own making are JSON");
    text.push('\n');
    json(&text)
}

/// XML in which no text is a command of a build agent; it says the same.
pub fn xml(text: &str) -> String {
    text.replace("##", "#&#35;")
}

/// JSON in which no character steers a terminal and no text is a command of a build agent; it says the same.
pub fn json(text: &str) -> String {
    // Agents look for `##[` and `##vso[` anywhere in a line.
    if text.contains("##") {
        return json(&text.replace("##", "#\\u0023"));
    }
    let harmful = |character: char| {
        character.is_control() && !matches!(character, '\n' | '\t')
            || super::turns_writing(character)
    };
    if !text.contains(harmful) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match harmful(character) {
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
    fn nothing_of_a_name_counts_in_markdown() {
        for (text, expected) in [
            ("st1", "`st1`"),
            ("a|b", "`a\\|b`"),
            ("`", "`` ` ``"),
            ("a``b", "```a``b```"),
            ("", "`-`"),
        ] {
            assert_eq!(markdown_code(text), expected);
        }
        assert_eq!(
            markdown("<img> @team [a](https://b) *c* | d"),
            "&lt;img&gt; &#64;team \\[a\\](https:&#47;&#47;b) \\*c\\* \\| d"
        );
        assert_eq!(
            markdown_prose("`a|b` is *not* known"),
            "`a\\|b` is \\*not\\* known"
        );
    }

    #[test]
    fn no_text_is_a_command_of_a_build_agent() {
        let text = serde_json::to_string("a ###vso[task.complete]").expect("it is text");
        let escaped = json(&text);
        assert_eq!(escaped, "\"a #\\u0023#vso[task.complete]\"");
        let read: String = serde_json::from_str(&escaped).expect("it is JSON");
        assert_eq!(read, "a ###vso[task.complete]");
        assert_eq!(xml("<a b='##vso['/>"), "<a b='#&#35;vso['/>");
    }

    #[test]
    fn json_says_the_same_without_steering() {
        let text = serde_json::to_string("\u{9b}31m\u{7f}\u{202e}").expect("it is text");
        assert_eq!(json(&text), "\"\\u009b31m\\u007f\\u202e\"");
    }
}
