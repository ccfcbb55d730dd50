//! Texts of strangers in formats with characters of their own. What steers a terminal, and what turns the direction of writing, is
//! replaced in all of them; what would end a line becomes a blank.

use super::single_line;

/// For HTML and SVG, between tags and in quoted attributes.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in single_line(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A sentence for HTML; what stands between backticks becomes code.
pub fn html_prose(text: &str) -> String {
    prose(text, html, |code| format!("<code>{}</code>", html(code)))
}

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

/// Text between the double quotes of a DOT file.
pub fn dot(text: &str) -> String {
    single_line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text between the double quotes of a Mermaid diagram, in which HTML and Markdown would count.
pub fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in single_line(text).chars() {
        match character {
            character if character.is_alphanumeric() || " -_.,:/()=$+".contains(character) => {
                escaped.push(character);
            }
            other => escaped.push_str(&format!("#{};", u32::from(other))),
        }
    }
    escaped
}

/// XML in which no text is a command of a build service; it says the same.
pub fn xml(text: &str) -> String {
    text.replace("##vso[", "#&#35;vso[")
        .replace("##[", "#&#35;[")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "<script>\"a\" & 'b'</script>]]>\u{1b}[31m\n|`x`\u{202e}";

    #[test]
    fn nothing_of_a_name_counts_in_html() {
        assert_eq!(
            html(HOSTILE),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;]]&gt;?[31m |`x`???"
        );
        assert_eq!(
            html_prose("storage account `<b>` is `a`"),
            "storage account <code>&lt;b&gt;</code> is <code>a</code>"
        );
        assert_eq!(html("##vso[task.complete]"), "# #vso[task.complete]");
        assert_eq!(
            html_prose("one ` is left <over>"),
            "one ` is left &lt;over&gt;"
        );
    }

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
    fn nothing_of_a_name_counts_in_a_drawing() {
        assert_eq!(dot("a\"\\n<b>\n"), "a\\\"\\\\n<b> ");
        assert_eq!(mermaid("a\"]<b>`#;%"), "a#34;#93;#60;b#62;#96;#35;#59;#37;");
    }

    #[test]
    fn xml_says_the_same_without_commands() {
        let text = "<a b='##vso[task.complete]'/>##[error]##";
        let escaped = "<a b='#&#35;vso[task.complete]'/>#&#35;[error]##";
        assert_eq!(xml(text), escaped);
    }
}
