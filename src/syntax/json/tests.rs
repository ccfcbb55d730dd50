//! What the parser takes, what it tells, and that nothing breaks it.

use super::*;
use crate::source::Sources;
use crate::syntax::node::Node;

fn parse_text(text: &str) -> (Document, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("a.json", text));
    let source = sources.get(file).clone();
    parse(file, &source)
}

/// Prints a tree without space; what is missing as `?`.
fn print(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Object => {
            let members: Vec<_> = node
                .members()
                .map(|(key, value)| format!("{}:{}", print(key), print(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        NodeKind::Array => format!(
            "[{}]",
            node.elements().map(print).collect::<Vec<_>>().join(",")
        ),
        NodeKind::PlainString | NodeKind::DecodedString => {
            node.as_str().expect("a string has text").to_owned()
        }
        NodeKind::Number => node.raw().to_owned(),
        NodeKind::True => "true".to_owned(),
        NodeKind::False => "false".to_owned(),
        NodeKind::Null => "null".to_owned(),
        NodeKind::Missing => "?".to_owned(),
    }
}

/// The tree, and for each diagnostic the characters it underlines and its message.
fn check(text: &str, tree: &str, expected: &[(&str, &str)]) {
    let (document, diagnostics) = parse_text(text);
    assert_eq!(print(document.root()), tree, "{text}");
    let told: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            (
                &text[diagnostic.primary.span.range()],
                diagnostic.message.as_str(),
            )
        })
        .collect();
    assert_eq!(told, expected, "{text}");
}

#[test]
fn json_as_azure_resource_manager_takes_it() {
    check("\u{feff}{ \"a\": 1 }", "{a:1}", &[]);
    check(
        "// first\n{ /* b */ \"a\": 1, // c\n }\n/* end */",
        "{a:1}",
        &[],
    );
    check("{ \"a\": \"one\n  two\" }", "{a:one\n  two}", &[]);
    check("[1, 2,]", "[1,2]", &[]);
    check(
        "{\"a\":{\"b\":[true,false,null,-1.5e+3]},}",
        "{a:{b:[true,false,null,-1.5e+3]}}",
        &[],
    );
    check(
        r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"]"#,
        "[\"\\/\u{8}\u{c}\n\r\té😀]",
        &[],
    );
    check("\u{a0}[]", "[]", &[]);
}

#[test]
fn a_mistake_costs_itself_only() {
    check("", "?", &[("", "the file is empty")]);
    check(
        "{\"a\":1 \"b\":2}",
        "{a:1,b:2}",
        &[("", "expected `,` here")],
    );
    check(
        "{\"a\" 1, \"b\":2}",
        "{a:1,b:2}",
        &[("", "expected `:` after the name of a property")],
    );
    check(
        "{\"a\":, \"b\":2}",
        "{a:?,b:2}",
        &[("", "a value is missing here")],
    );
    check(
        "{\"a\", \"b\":2}",
        "{a:?,b:2}",
        &[("", "expected `:` after the name of a property")],
    );
    check(
        "{a:1}",
        "{a:1}",
        &[("a", "the name of a property has no quotes")],
    );
    check(
        "[1,,2]",
        "[1,2]",
        &[(",", "an element is missing before this comma")],
    );
    check("[1 2]", "[1,2]", &[("", "expected `,` here")]);
    check(
        "{\"a\":[1,2}",
        "{a:[1,2]}",
        &[("}", "expected `]`, not `}`")],
    );
    check("[1}]", "[1]", &[("}", "expected `]`, not `}`")]);
    check(
        "{\"a\":{\"b\":1]}",
        "{a:{b:1}}",
        &[
            ("]", "expected `}`, not `]`"),
            ("{", "this bracket has no `}`"),
        ],
    );
    check("{\"a\":[1", "{a:[1]}", &[("[", "this bracket has no `]`")]);
    check("{\"a\":\"b", "{a:b}", &[("\"", "the string is not closed")]);
    check("[] x", "[]", &[("x", "the text should end here")]);
    check(
        "[01, 1., +1, NaN, yes]",
        "[01,1.,+1,?,?]",
        &[
            ("01", "`01` is no number"),
            ("1.", "`1.` is no number"),
            ("+1", "`+1` is no number"),
            ("NaN", "`NaN` is no value"),
            ("yes", "`yes` is no value"),
        ],
    );
    check(
        r#"["\x", "\ud800", "\u12"]"#,
        "[\\x,\u{fffd},\\u12]",
        &[
            ("\\x", "`\\x` is no escape"),
            ("\\ud800", "`\\ud800` is half of a character"),
            ("\\u", "`\\u` is no escape"),
        ],
    );
    check("[1 /* 2", "[1]", &[("/*", "the comment is not closed")]);
    check(
        "{\"a\":1 ; \"b\":2}",
        "{a:1,b:2}",
        &[(";", "this belongs to no value"), ("", "expected `,` here")],
    );
}

#[test]
fn what_other_tools_refuse_is_a_warning() {
    let single = "Azure Resource Manager takes single quotes, most other tools do not";
    check("{'a':1}", "{a:1}", &[("'a'", single)]);
    let (document, diagnostics) = parse_text("{\"Sku\":1,\"b\":2,\"sku\":3}");
    assert_eq!(
        document.root().get("SKU").map(print).as_deref(),
        Some("3"),
        "the last counts"
    );
    assert_eq!(
        diagnostics[0].message,
        "the name `sku` is there already; this one counts"
    );
    assert_eq!(diagnostics[0].trace[0].span.start, 1);
    let many: Vec<_> = (0..100).map(|number| format!("\"k{number}\":0")).collect();
    let (_, diagnostics) = parse_text(&format!("{{{},\"K7\":1}}", many.join(",")));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn spans_hold_quotes_and_brackets() {
    let text = "{ \"位\": [ 1 ] }";
    let (document, _) = parse_text(text);
    let (key, value) = document.root().members().next().expect("one member");
    assert_eq!(
        (&text[key.span().range()], &text[value.span().range()]),
        ("\"位\"", "[ 1 ]")
    );
}

#[test]
fn a_decoded_byte_is_found_in_the_file() {
    let text = r#"{"a": "x\"y\u00e9z\ud83d\ude00w"}"#;
    let (document, _) = parse_text(text);
    let node = document.root().get("a").expect("the member");
    let (decoded, map) = (node.as_str().expect("text"), TextMap::of(node));
    for character in ['x', 'y', 'z', 'w'] {
        let offset = map.file_offset(decoded.find(character).expect("it is there") as u32) as usize;
        assert_eq!(text[offset..].chars().next(), Some(character));
    }
    let escape = map.file_offset(decoded.find('é').expect("it is there") as u32) as usize;
    assert!(text[escape..].starts_with("\\u00e9"));
}

#[test]
fn nesting_has_a_bound_that_is_told() {
    for text in [
        "[".repeat(100_000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        "{\"a\":".repeat(100_000),
    ] {
        let (_, diagnostics) = parse_text(&text);
        assert!(
            diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == "AM402")
        );
        assert!(diagnostics.len() < 4, "{diagnostics:?}");
    }
}

#[test]
fn mistakes_beyond_a_bound_are_not_told() {
    let (_, diagnostics) = parse_text(&format!("[{}]", "x ".repeat(10_000)));
    assert_eq!(diagnostics.len(), MAX_DIAGNOSTICS + 1);
}

#[test]
fn no_text_breaks_the_parser_and_spans_stay_inside() {
    let sample = r#"{ "$schema": "s", // c
        "a": [ 1, -2.5e3, true, null, "x\n\u00e9" ], /* d */ 'b': { "c": "[concat('位', 1)]" }, }"#;
    let mut seed = 7_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    let mut texts: Vec<String> = (0..sample.len())
        .filter_map(|end| sample.get(..end))
        .map(str::to_owned)
        .collect();
    for _ in 0..20_000 {
        let mut bytes = sample.as_bytes().to_vec();
        for _ in 0..1 + random(4) {
            let at = random(bytes.len());
            match random(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, b"{}[]:,\"'\\/*x1\n"[random(14)]),
                _ => bytes[at] = b"{}[]:,\"'\\/*x1\n"[random(14)],
            }
        }
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    for text in texts {
        let (document, diagnostics) = parse_text(&text);
        for index in 0..document.len() as u32 {
            let node = document.node(index);
            assert!(text.get(node.span().range()).is_some(), "{text}");
            if node.is_string() {
                assert!(node.as_str().is_some(), "{text}");
            }
            for (key, value) in node.members() {
                assert!(
                    node.span().contains(key.span()) && node.span().contains(value.span()),
                    "{text}"
                );
            }
        }
        for diagnostic in diagnostics {
            assert!(
                text.get(diagnostic.primary.span.range()).is_some(),
                "{text}: {}",
                diagnostic.message
            );
        }
    }
}
