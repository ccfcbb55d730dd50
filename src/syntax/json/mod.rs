//! JSON as Azure Resource Manager accepts it: with comments, strings over several lines and trailing commas.
//!
//! ```text
//! {
//!   // names of the resources
//!   "sku": "[parameters('sku')]",     a flat tree of spanned nodes, see `syntax::node`
//! }
//! ```
//!
//! Parsing never fails. A file whose brackets do not pair is parsed twice: once taking each bracket as it is written,
//! once believing the indentation; the reading that needs fewer excuses is kept.

mod duplicates;
mod escapes;
mod lexer;
mod parser;
mod text_map;

pub use text_map::TextMap;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile};
use crate::syntax::node::Document;
use parser::{Brackets, Parser};
use std::sync::Arc;

/// Brackets may nest this deep; what lies deeper is skipped with a diagnostic.
pub const MAX_DEPTH: usize = 512;

/// Parses a file. The diagnostics are in the order of the text.
pub fn parse(file: FileId, source: &Arc<SourceFile>) -> (Document, Vec<Diagnostic>) {
    let mut parsed = Parser::new(file, source, Brackets::AsWritten).parse();
    if parsed.brackets_do_not_pair {
        let by_indentation = Parser::new(file, source, Brackets::ByIndentation).parse();
        if by_indentation.problems.errors() <= parsed.problems.errors() {
            parsed = by_indentation;
        }
    }
    duplicates::check(&parsed.document, &parsed.suspects, &mut parsed.problems);
    (parsed.document, parsed.problems.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};
    use crate::syntax::node::{Node, NodeKind};
    use crate::syntax::problems::MAX_DIAGNOSTICS;

    fn parse_text(text: &str) -> (Document, Vec<Diagnostic>) {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.json", text));
        let (document, diagnostics) = parse(file, sources.get(file));
        check_spans(&document);
        (document, diagnostics)
    }

    /// Every tree: nodes lie in the file and in their parent, one after the other, and every key has its value.
    fn check_spans(document: &Document) {
        let root = document.root();
        let length = document.source().text().len() as u32;
        let mut work = vec![(root, Span::new(document.file(), 0, length))];
        let mut count = 0;
        while let Some((node, around)) = work.pop() {
            let span = node.span();
            assert!(around.contains(span), "{node:?} is outside {around:?}");
            assert!(document.source().text().get(span.range()).is_some());
            assert_eq!(node.is_string(), node.as_str().is_some());
            count += 1;
            let mut at = span.start;
            let members = node.members().flat_map(|(key, value)| [key, value]);
            for child in node.elements().chain(members) {
                let after = child.span().start >= at;
                assert!(after, "{child:?} begins before {at}");
                at = child.span().end;
                work.push((child, span));
            }
        }
        assert_eq!(count, document.len(), "a node is in no other");
    }

    /// `{"a":["text",1,true,?]}` where `?` is missing.
    fn write_tree(node: Node<'_>) -> String {
        match node.kind() {
            NodeKind::Object => {
                let member = |(key, value)| format!("{}:{}", write_tree(key), write_tree(value));
                let members: Vec<String> = node.members().map(member).collect();
                format!("{{{}}}", members.join(","))
            }
            NodeKind::Array => {
                let elements: Vec<String> = node.elements().map(write_tree).collect();
                format!("[{}]", elements.join(","))
            }
            NodeKind::PlainString | NodeKind::DecodedString => {
                format!("{:?}", node.as_str().unwrap_or_default())
            }
            NodeKind::Number | NodeKind::True | NodeKind::False | NodeKind::Null => {
                node.raw().to_owned()
            }
            NodeKind::Missing => "?".to_owned(),
        }
    }

    /// `error 1..2 message`, and for each related place ` (3..4 message)`.
    fn write_diagnostic(diagnostic: &Diagnostic) -> String {
        let place = |span: Span| format!("{}..{}", span.start, span.end);
        let severity = diagnostic.severity.word();
        let primary = place(diagnostic.primary.span);
        let mut line = format!("{severity} {primary} {}", diagnostic.message);
        for label in &diagnostic.trace {
            line += &format!(" ({} {})", place(label.span), label.message);
        }
        line
    }

    fn check(text: &str, tree: &str, expected: &[&str]) {
        let (document, diagnostics) = parse_text(text);
        assert_eq!(write_tree(document.root()), tree, "{text}");
        let lines: Vec<String> = diagnostics.iter().map(write_diagnostic).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn json_is_read_as_it_is() {
        check("{}", "{}", &[]);
        check(" [ ] ", "[]", &[]);
        check(r#""""#, r#""""#, &[]);
        check(
            r#"{"a": [1, -0, 1.5e+3, 2E-1], "b": {"c": true, "d": false, "e": null}}"#,
            r#"{"a":[1,-0,1.5e+3,2E-1],"b":{"c":true,"d":false,"e":null}}"#,
            &[],
        );
        check(r#"["caf\u00e9\n", "é😀"]"#, r#"["café\n","é😀"]"#, &[]);
    }

    #[test]
    fn long_strings_and_deep_indentation_are_read() {
        for length in 0..200 {
            let (letters, spaces) = ("x".repeat(length), " ".repeat(length));
            let text = format!("[\n{spaces}\"{letters}\",{spaces}\n\"{letters}\\\\{letters}\"]");
            let tree = format!(r#"["{letters}","{letters}\\{letters}"]"#);
            check(&text, &tree, &[]);
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_its_bytes_count() {
        check("\u{feff}{\"a\": 1}", r#"{"a":1}"#, &[]);
        let (document, _) = parse_text("\u{feff}{}");
        assert_eq!(document.root().span().start, 3);
    }

    #[test]
    fn comments_are_white_space() {
        check("// a\n{ /* b */ } // c", "{}", &[]);
        check(
            "{\"a\" /**/ : // x\r\n 1 /* , */, /* \" */ }",
            r#"{"a":1}"#,
            &[],
        );
        check("[1//a\r,2/**/]", "[1,2]", &[]);
        check(
            r#"["http://x", "/* no */"]"#,
            r#"["http://x","/* no */"]"#,
            &[],
        );
    }

    #[test]
    fn strings_may_go_over_several_lines() {
        check("[\"a\n\tb\r\n\"]", r#"["a\n\tb\r\n"]"#, &[]);
        check(
            "{\"a\n\": \"[concat(\n'x')]\"\n}",
            r#"{"a\n":"[concat(\n'x')]"}"#,
            &[],
        );
    }

    #[test]
    fn trailing_commas_are_accepted() {
        check("[1,]", "[1]", &[]);
        check("{\"a\": {\"b\": 1, }\n,}", r#"{"a":{"b":1}}"#, &[]);
    }

    #[test]
    fn single_quotes_are_a_warning() {
        check(
            r#"{'a': 'it"s'}"#,
            r#"{"a":"it\"s"}"#,
            &[
                "warning 1..4 string in single quotes",
                "warning 6..12 string in single quotes",
            ],
        );
    }

    #[test]
    fn white_space_that_only_others_know_is_a_warning() {
        let message = "warning 1..3 character U+00A0 is no white space of JSON";
        check("[\u{a0}\u{a0}1]", "[1]", &[message]);
        let message = "warning 2..4 character U+00A0 is no white space of JSON";
        check("[1\u{a0},2]", "[1,2]", &[message]);
        let message = "warning 1..2 character U+000C is no white space of JSON";
        check("[\u{c}]", "[]", &[message]);
    }

    #[test]
    fn keys_without_quotes_are_taken_as_text() {
        check(
            "{a: 1, $b-c : 2}",
            r#"{"a":1,"$b-c":2}"#,
            &[
                "error 1..2 key `a` has no quotes",
                "error 7..11 key `$b-c` has no quotes",
            ],
        );
        check(
            "{é=1}",
            r#"{"é":1}"#,
            &[
                "error 1..3 key `é` has no quotes",
                "error 3..4 `=` stands where `:` is expected",
            ],
        );
    }

    #[test]
    fn wrong_escapes_are_told_where_they_stand() {
        check(
            r#""C:\dir""#,
            r#""C:\\dir""#,
            &[r"error 3..5 unknown escape `\d`"],
        );
        check(r#""\é""#, r#""\\é""#, &[r"error 1..4 unknown escape `\é`"]);
        let message = r"error 2..6 `\u` without four hexadecimal digits";
        check(r#"["\u12"]"#, r#"["\\u12"]"#, &[message]);
        let message = r"warning 2..8 `\ud83d` is half of a surrogate pair, and no character";
        check(r#""a\ud83d""#, "\"a\u{fffd}\"", &[message]);
        let message = r"warning 1..3 `\'` is no escape of JSON";
        check(r#""\'""#, r#""'""#, &[message]);
        check(
            r#"{"\q": 1}"#,
            r#"{"\\q":1}"#,
            &[r"error 2..4 unknown escape `\q`"],
        );
    }

    #[test]
    fn numbers_that_json_does_not_know_keep_their_node() {
        for number in [
            "01",
            "-01",
            "1.",
            "+1",
            "NaN",
            "-Infinity",
            "0xFF",
            ".5",
            "-.5",
            "1.e2",
            "00",
        ] {
            let message = format!(
                "error 1..{} `{number}` is no number of JSON",
                1 + number.len()
            );
            check(&format!("[{number}]"), &format!("[{number}]"), &[&message]);
        }
        for text in ["-", "1e", "1e+", "1.2.3", "2020-01-01", "--1", "1_000"] {
            let message = format!("error 1..{} `{text}` is no value", 1 + text.len());
            check(&format!("[{text}]"), "[?]", &[&message]);
        }
    }

    #[test]
    fn literals_of_another_case_are_meant() {
        let (document, diagnostics) = parse_text("[True]");
        let root = document.root();
        let kinds: Vec<NodeKind> = root.elements().map(Node::kind).collect();
        assert_eq!(kinds, [NodeKind::True]);
        let expected = "error 1..5 `True` is no value";
        assert_eq!(write_diagnostic(&diagnostics[0]), expected);
        assert_eq!(diagnostics[0].help.as_deref(), Some("write `true`"));
    }

    #[test]
    fn an_expression_without_quotes_is_one_mistake() {
        check(
            r#"{"a": [concat('x', "y: ]")], "b": 1}"#,
            r#"{"a":[?],"b":1}"#,
            &[r#"error 7..26 `concat('x', "y: ]")` is no value"#],
        );
        check(
            "{\"a\": some text\n, \"b\": 1}",
            r#"{"a":?,"b":1}"#,
            &["error 6..15 `some text` is no value"],
        );
    }

    #[test]
    fn a_missing_comma_costs_nothing_else() {
        check(
            r#"{"a": 1 "b": {} "c": "x" "d": [1 "y" [] null]}"#,
            r#"{"a":1,"b":{},"c":"x","d":[1,"y",[],null]}"#,
            &[
                "error 7..7 `,` is missing",
                "error 15..15 `,` is missing",
                "error 24..24 `,` is missing",
                "error 32..32 `,` is missing",
                "error 36..36 `,` is missing",
                "error 39..39 `,` is missing",
            ],
        );
        check(
            "{\"a\": 1; \"b\": 2}",
            r#"{"a":1,"b":2}"#,
            &["error 7..8 `;` stands where `,` is expected"],
        );
        check(
            "{\"a\": \"x\" b: 2}",
            r#"{"a":"x","b":2}"#,
            &[
                "error 9..9 `,` is missing",
                "error 10..11 key `b` has no quotes",
            ],
        );
    }

    #[test]
    fn a_missing_colon_costs_nothing_else() {
        check(
            r#"{"a" 1, "b" {}, "c" "x", "d": 2}"#,
            r#"{"a":1,"b":{},"c":"x","d":2}"#,
            &[
                "error 4..4 `:` is missing after a key",
                "error 11..11 `:` is missing after a key",
                "error 19..19 `:` is missing after a key",
            ],
        );
    }

    #[test]
    fn a_missing_value_keeps_pairs_paired() {
        check(
            r#"{"a": , "b": 1, "c": }"#,
            r#"{"a":?,"b":1,"c":?}"#,
            &[
                "error 5..5 value is missing",
                "error 20..20 value is missing",
            ],
        );
        check(
            "{\"a\":\n \"b\": 1, \"c\" : \"d\" : 2}",
            r#"{"a":?,"b":1,"c":?,"d":2}"#,
            &[
                "error 5..5 value is missing",
                "error 20..20 value is missing",
            ],
        );
        check(
            r#"{"a", "b" "c": 1, "d"}"#,
            r#"{"a":?,"b":?,"c":1,"d":?}"#,
            &[
                r#"error 1..4 key `"a"` has no value"#,
                r#"error 6..9 key `"b"` has no value"#,
                r#"error 18..21 key `"d"` has no value"#,
            ],
        );
        check("[1,,2]", "[1,?,2]", &["error 3..3 value is missing"]);
    }

    #[test]
    fn a_missing_key_keeps_pairs_paired() {
        check(
            r#"{: 1, {"x": 2}, "b": 3}"#,
            r#"{?:1,?:{"x":2},"b":3}"#,
            &[
                "error 1..1 key is missing before `:`",
                "error 6..7 value `{` has no key",
            ],
        );
        check(
            r#"{, "a": 1,, "b": 2}"#,
            r#"{"a":1,"b":2}"#,
            &[
                "error 1..2 member is missing before `,`",
                "error 10..11 member is missing before `,`",
            ],
        );
        check(
            r#"{"a": 1, foo bar, 7, "b": 2}"#,
            r#"{"a":1,"b":2}"#,
            &[
                "error 9..16 unexpected `foo bar`",
                "error 18..19 unexpected `7`",
            ],
        );
    }

    #[test]
    fn text_between_members_is_one_mistake() {
        check(
            r#"{"a": 1 % rest, "b": [2 : 3, 4]}"#,
            r#"{"a":1,"b":[2,4]}"#,
            &[
                "error 8..14 unexpected `% rest`",
                "error 24..27 unexpected `: 3`",
            ],
        );
    }

    #[test]
    fn a_string_that_is_not_closed_ends_with_its_line() {
        check(
            "{\n  \"a\": \"x,\n  \"b\": \"y\"\n}",
            r#"{"a":"x","b":"y"}"#,
            &["error 9..11 string is not closed"],
        );
        check(
            "{\n  \"a: 1,\n  \"b\": 2\n}",
            r#"{"a":1,"b":2}"#,
            &["error 4..6 string is not closed"],
        );
        check(
            "{\n  \"a\": \"é\\n\n}",
            r#"{"a":"é\n"}"#,
            &["error 9..14 string is not closed"],
        );
        check(
            r#"["a\"]"#,
            r#"["a\"]"]"#,
            &["error 1..6 string is not closed"],
        );
    }

    #[test]
    fn a_key_that_is_not_closed_ends_before_the_colon() {
        check(
            r#"{"a": 1, "b: "x", "c": 2, "d: 3}"#,
            r#"{"a":1,"b":"x","c":2,"d":3}"#,
            &[
                "error 9..11 string is not closed",
                "error 26..28 string is not closed",
            ],
        );
    }

    #[test]
    fn a_string_may_lack_its_opening_quote() {
        check(
            "{\n  name\": \"x\",\n  \"sku\": Standard LRS\",\n  \"a\": 2019-01-01\"\n}",
            r#"{"name":"x","sku":"Standard LRS","a":"2019-01-01"}"#,
            &[
                "error 4..9 string has no opening quote",
                "error 25..38 string has no opening quote",
                "error 47..58 string has no opening quote",
            ],
        );
    }

    #[test]
    fn a_comment_that_is_not_closed_takes_the_rest() {
        check(
            r#"{"a": 1, /* "b": 2}"#,
            r#"{"a":1}"#,
            &["error 9..11 comment is not closed"],
        );
    }

    #[test]
    fn a_file_that_ends_too_soon_is_one_mistake() {
        check(
            r#"{"a": 1"#,
            r#"{"a":1}"#,
            &["error 7..7 object is not closed (0..1 it is opened here)"],
        );
        check(
            "[1, ",
            "[1]",
            &["error 3..3 array is not closed (0..1 it is opened here)"],
        );
        let places = "(6..7 it is opened here) (0..1 it is opened here)";
        let message = format!("error 7..7 2 brackets are not closed {places}");
        check(r#"{"a": ["#, r#"{"a":[]}"#, &[&message]);
        let message = "object is not closed (0..1 it is opened here)";
        check(
            r#"{"a": "#,
            r#"{"a":?}"#,
            &[&format!("error 5..5 {message}")],
        );
        check(
            r#"{"a" "#,
            r#"{"a":?}"#,
            &[&format!("error 4..4 {message}")],
        );
    }

    #[test]
    fn a_file_without_a_value_has_a_missing_root() {
        check("", "?", &["error 0..0 the file has no value"]);
        check("\u{feff} // a", "?", &["error 8..8 the file has no value"]);
        check("/*", "?", &["error 0..2 comment is not closed"]);
    }

    #[test]
    fn text_after_the_root_value_is_one_mistake() {
        let message = "error 3..6 text after the end of the root value";
        check("{} x 1 ", "{}", &[message]);
        check("{}}]", "{}", &["error 2..3 `}` closes nothing"]);
        check("]", "?", &["error 0..1 `]` closes nothing"]);
        check(r#""a" // b"#, r#""a""#, &[]);
    }

    #[test]
    fn a_bracket_of_the_wrong_kind_closes_what_is_open() {
        check(
            "[1}",
            "[1]",
            &["error 2..3 `}` stands where `]` is expected (0..1 to close this)"],
        );
        check(
            r#"{"a": [1, 2}, "b": 3}"#,
            r#"{"a":[1,2],"b":3}"#,
            &["error 11..12 `}` stands where `]` is expected (6..7 to close this)"],
        );
    }

    #[test]
    fn a_missing_bracket_is_seen_by_the_next_one() {
        check(
            r#"{"a": [1, 2}"#,
            r#"{"a":[1,2]}"#,
            &["error 11..12 `}` stands where `]` is expected (6..7 to close this)"],
        );
    }

    #[test]
    fn a_missing_bracket_is_seen_by_the_indentation() {
        check(
            "{\n  \"a\": {\n    \"x\": [\n      1\n    ]\n  ,\n  \"b\": 2\n}",
            r#"{"a":{"x":[1]},"b":2}"#,
            &["error 39..39 object is not closed (9..10 it is opened here)"],
        );
        check(
            "{\n  \"a\": [\n    1\n  \"b\": 2\n}",
            r#"{"a":[1],"b":2}"#,
            &["error 16..16 array is not closed (9..10 it is opened here)"],
        );
        check(
            "[\n  {\n    \"a\": {\n      \"b\": 1\n  },\n  {\n  }\n]",
            r#"[{"a":{"b":1}},{}]"#,
            &["error 29..29 object is not closed (15..16 it is opened here)"],
        );
    }

    #[test]
    fn a_missing_opening_bracket_is_seen_by_the_indentation() {
        check(
            "{\n  \"a\":\n    \"b\": 1,\n    \"c\": 2\n  },\n  \"d\": 3\n}",
            r#"{"a":{"b":1,"c":2},"d":3}"#,
            &["error 8..8 `{` is missing"],
        );
    }

    #[test]
    fn a_missing_bracket_and_its_comma_are_one_mistake() {
        check(
            "[\n  {\n    \"a\": 1\n  {\n    \"a\": 2\n  }\n]",
            r#"[{"a":1},{"a":2}]"#,
            &["error 16..16 object is not closed (4..5 it is opened here)"],
        );
    }

    #[test]
    fn a_bracket_too_many_is_skipped() {
        check(
            "{\n  \"a\": 1\n  },\n  \"b\": 2\n}",
            r#"{"a":1,"b":2}"#,
            &["error 13..14 `}` closes nothing"],
        );
        check(
            r#"{"a": {}}, "b": 1}"#,
            r#"{"a":{},"b":1}"#,
            &["error 8..9 `}` closes nothing"],
        );
        check(
            "[\n  {\n    \"a\": 1\n  }}\n]",
            r#"[{"a":1}]"#,
            &["error 20..21 `}` closes nothing"],
        );
    }

    #[test]
    fn duplicate_keys_are_both_kept() {
        check(
            r#"{"a": 1, "b": 2, "a": 3}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            &["warning 17..20 duplicate key `a` (1..4 the first one)"],
        );
        check(
            r#"{"sku": 1, "SKU": 2, "Sku": 3}"#,
            r#"{"sku":1,"SKU":2,"Sku":3}"#,
            &["warning 11..16 key `SKU` differs from `sku` only in case (1..6 the first one)"],
        );
        check(
            r#"{"[x]": 1, "[\u0078]": 2, "": 3, "é": 4, "É": 5}"#,
            r#"{"[x]":1,"[x]":2,"":3,"é":4,"É":5}"#,
            &["warning 11..21 duplicate key `[x]` (1..6 the first one)"],
        );
        check(
            r#"{"a": {"b": 1}, "b": {"a": {"a": 1}}}"#,
            r#"{"a":{"b":1},"b":{"a":{"a":1}}}"#,
            &[],
        );
    }

    #[test]
    fn duplicate_keys_are_found_among_many() {
        let member = |index: usize| format!("\"key{index}\": {index}");
        let mut members: Vec<String> = (0..5000).map(member).collect();
        let (_, diagnostics) = parse_text(&format!("{{{}}}", members.join(",")));
        assert_eq!(diagnostics, []);
        members.push("\"KEY2500\": 0".to_owned());
        let (_, diagnostics) = parse_text(&format!("{{{}}}", members.join(",")));
        let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
        let expected = "key `KEY2500` differs from `key2500` only in case";
        assert_eq!(messages, [expected]);
    }

    #[test]
    fn keys_that_only_look_alike_are_no_duplicates() {
        check(
            r#"{"prefix00-x-suffix00": 1, "prefix00-y-suffix00": 2, "[": 3, "{": 4}"#,
            r#"{"prefix00-x-suffix00":1,"prefix00-y-suffix00":2,"[":3,"{":4}"#,
            &[],
        );
    }

    #[test]
    fn brackets_may_nest_to_the_bound() {
        let nest = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        check(&nest(MAX_DEPTH), &nest(MAX_DEPTH), &[]);
        let tree = nest(MAX_DEPTH - 1).replace('1', "[?,2]");
        let text = nest(MAX_DEPTH - 1).replace('1', "[[{\"]\": 3}, 'é' é], 2]");
        check(
            &text,
            &tree,
            &["error 512..513 brackets nest deeper than 512"],
        );
    }

    #[test]
    fn brackets_without_end_take_linear_time() {
        for text in [
            "[",
            "{\"a\":",
            "[{\"a\":[",
            "]",
            "}\n",
            "[\n}\n",
            "[1}, ",
            "{\"x\" [",
        ] {
            let (_, diagnostics) = parse_text(&text.repeat(20_000));
            let most = MAX_DIAGNOSTICS + 1;
            assert!((1..=most).contains(&diagnostics.len()), "{text}");
        }
    }

    #[test]
    fn open_quotes_and_comments_without_end_take_linear_time() {
        for text in [
            "\"\n\\", "\"a\n'", "'\"\n", "/*", "{\"", "\"a\n:", "/**/", "//\n", "{'a",
        ] {
            let (_, diagnostics) = parse_text(&text.repeat(50_000));
            assert!(!diagnostics.is_empty(), "{text}");
            let indented = format!("[{}{}", " ".repeat(300_000), text.repeat(20_000));
            let (_, diagnostics) = parse_text(&indented);
            assert!(!diagnostics.is_empty(), "{text}");
        }
    }

    #[test]
    fn too_many_mistakes_are_cut_and_counted() {
        let (document, diagnostics) = parse_text(&format!("[{}1]", "1 ".repeat(100)));
        assert_eq!(document.root().elements().count(), 101);
        assert_eq!(diagnostics.len(), MAX_DIAGNOSTICS + 1);
        let last = &diagnostics[MAX_DIAGNOSTICS];
        let message = "50 more mistakes of the syntax are not shown";
        assert_eq!(
            (last.code.as_ref(), last.message.as_str()),
            ("AM407", message)
        );
    }

    #[test]
    fn warnings_do_not_crowd_out_an_error() {
        let (_, diagnostics) = parse_text(&format!("[{}nil]", "'x',".repeat(100)));
        assert_eq!(diagnostics.len(), MAX_DIAGNOSTICS + 1);
        let told = |diagnostic: &Diagnostic| diagnostic.message == "`nil` is no value";
        assert!(diagnostics.iter().any(told));
    }

    #[test]
    fn keys_and_values_have_exact_spans() {
        let text = "{ \"sku\" : {\"é\": \"x\\n\"} , 'b':[ -1.5 ,null ]}";
        let (document, _) = parse_text(text);
        let raw: Vec<&str> = (0..document.len())
            .map(|index| document.node(index as u32).raw())
            .collect();
        let expected = [
            text,
            "\"sku\"",
            "{\"é\": \"x\\n\"}",
            "\"é\"",
            "\"x\\n\"",
            "'b'",
            "[ -1.5 ,null ]",
            "-1.5",
            "null",
        ];
        assert_eq!(raw, expected);
    }

    const SAMPLE: &str = r#"{
  // what is made
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "név": { "type": "string", "defaultValue": "caf\u00e9 \ud83d\ude00 \"x\"" } },
  'resources': [
    {
      "type": "Microsoft.Storage/storageAccounts", /* one */
      "zones": [ 1, -2.5e3, true, false, null, ],
      "tags": { "a": {}, "A": [] },
      "name": "[concat('a',
        'b')]"
    }
  ]
}
"#;

    #[test]
    fn a_file_cut_anywhere_gives_a_tree() {
        for end in (0..=SAMPLE.len()).filter(|end| SAMPLE.is_char_boundary(*end)) {
            parse_text(&SAMPLE[..end]);
            parse_text(&SAMPLE[end..]);
        }
    }

    #[test]
    fn a_file_with_any_byte_changed_gives_a_tree() {
        let bytes = b"{}[]\"'\\:,;=/*\n u0-.e(t\xc3\xa9";
        for at in 0..SAMPLE.len() {
            parse_bytes(SAMPLE.as_bytes(), at..at + 1, &[]);
            for byte in bytes {
                parse_bytes(SAMPLE.as_bytes(), at..at + 1, &[*byte]);
                parse_bytes(SAMPLE.as_bytes(), at..at, &[*byte]);
            }
        }
    }

    #[test]
    fn a_file_with_many_bytes_changed_gives_a_tree() {
        let tokens = [
            "{", "}", "[", "]", "\"", "'", "\\", "\\u", "d83d", ":", ",", "/*", "*/", "//", "\n",
            "\n  ", "\"a\"", "\"a\":", "1", "true", "é", "\u{a0}", ";", "=", "(",
        ];
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        };
        for _ in 0..3000 {
            let mut text = SAMPLE.as_bytes().to_vec();
            for _ in 0..1 + random(8) {
                let start = random(text.len());
                let end = text.len().min(start + random(12));
                let token = tokens[random(tokens.len())];
                text.splice(start..end, token.bytes());
            }
            parse_bytes(&text, 0..0, &[]);
            let soup: String = (0..random(40))
                .map(|_| tokens[random(tokens.len())])
                .collect();
            parse_text(&soup);
        }
    }

    fn parse_bytes(bytes: &[u8], replaced: std::ops::Range<usize>, by: &[u8]) {
        let mut bytes = bytes.to_vec();
        bytes.splice(replaced, by.iter().copied());
        let (document, diagnostics) = parse_text(&String::from_utf8_lossy(&bytes));
        for node in (0..document.len()).map(|index| document.node(index as u32)) {
            let map = TextMap::of(node);
            let length = node.as_str().map_or(0, str::len) as u32;
            let offsets = (0..=length).map(|offset| map.file_offset(offset));
            assert!(offsets.is_sorted(), "{node:?}");
            assert!(map.file_offset(length) <= node.span().end, "{node:?}");
        }
        for diagnostic in &diagnostics {
            let spans = diagnostic.trace.iter().chain([&diagnostic.primary]);
            let places = spans.map(|label| document.source().text().get(label.span.range()));
            assert!(
                places.into_iter().all(|text| text.is_some()),
                "{diagnostic:?}"
            );
        }
    }
}
