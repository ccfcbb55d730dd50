//! What files say is not to be reported, in both languages.

use super::*;
use crate::source::Sources;
use crate::syntax::bicep::{self, Dialect};
use crate::syntax::json;

fn read(path: &str, text: &str) -> (Suppressions, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(path, text));
    let suppressions = match Dialect::of(path) {
        Some(dialect) => Suppressions::in_bicep(&bicep::parse(file, sources.get(file), dialect).0),
        None => Suppressions::in_json(&json::parse(file, sources.get(file)).0),
    };
    (suppressions, sources)
}

/// `ignore[ST001,zone] lines 3..3 "why" 2026-12-31 owner`, or `! text: message`.
fn write(path: &str, text: &str) -> Vec<String> {
    let (suppressions, sources) = read(path, text);
    let one = |one: &Suppression| {
        let words: Vec<&str> = one.words.iter().map(|word| &*word.text).collect();
        for word in &one.words {
            assert!(sources.slice(word.span).contains(&*word.text), "{word:?}");
        }
        let scope = match &one.scope {
            Scope::Lines(lines) => format!("lines {}..{}", lines.start() + 1, lines.end() + 1),
            Scope::Within(span) => format!("within {:?}", first_line(sources.slice(*span))),
            Scope::File => "file".to_owned(),
            Scope::From(start) => format!("from {start}"),
        };
        let mut line = format!("{}[{}] {scope}", one.form.word(), words.join(","));
        if let Some(reason) = &one.reason {
            line += &format!(" {reason:?}");
        }
        if let Some(until) = one.until {
            line += &format!(" {until}");
        }
        if let Some(owner) = &one.owner {
            line += &format!(" {owner}");
        }
        line
    };
    let mistake = |one: &Diagnostic| {
        assert!(one.help.is_some(), "{one:?}");
        format!("! {}: {}", sources.slice(one.primary.span), one.message)
    };
    let all = suppressions.all.iter().map(one);
    all.chain(suppressions.mistakes.iter().map(mistake))
        .collect()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The same text between tokens of both languages gives the same.
fn both(comments: &str, expected: &[&str]) {
    let bicep = format!("{comments}\nparam sku string = 'x'\n");
    assert_eq!(write("a.bicep", &bicep), expected, "{bicep}");
    let json = format!("{comments}\n{{ \"sku\": \"x\" }}\n");
    assert_eq!(write("a.json", &json), expected, "{json}");
}

#[test]
fn a_comment_is_about_its_line_or_the_next_one_with_content() {
    both(
        "// amllint: ignore[ST001] reason=\"dev\"",
        &["ignore[ST001] lines 2..2 \"dev\""],
    );
    both(
        "//amllint:ignore[ ST001 , zone ]\n\n// another comment\n/* and one */",
        &["ignore[ST001,zone] lines 5..5"],
    );
    both(
        "/* amllint: ignore[ST] */ // amllint: ignore[zone]",
        &["ignore[ST] lines 2..2", "ignore[zone] lines 2..2"],
    );
    let trailing = "param a string // amllint: ignore[ST001] reason=x\nparam b string\n";
    assert_eq!(
        write("a.bicep", trailing),
        ["ignore[ST001] lines 1..1 \"x\""]
    );
    let trailing = "{ \"a\": 1, // amllint: ignore[ST001] reason=x\n \"b\": 2 }";
    assert_eq!(
        write("a.json", trailing),
        ["ignore[ST001] lines 1..1 \"x\""]
    );
    let last = "param a string\n// amllint: ignore[ST001]\n";
    assert_eq!(write("a.bicep", last), ["ignore[ST001] lines 4..4"]);
}

#[test]
fn details_stand_behind_the_rules_in_any_order() {
    both(
        "// amllint: ignore[ST001] until=2026-12-31 owner=ml-platform reason=\"a \\\"quoted\\\" b\"",
        &["ignore[ST001] lines 2..2 \"a \\\"quoted\\\" b\" 2026-12-31 ml-platform"],
    );
    both(
        "// amllint: ignore[ST001] reason=\"  \"",
        &["ignore[ST001] lines 2..2"],
    );
    both(
        "// amllint: ignore-file[ST] reason=\"vendored\"",
        &["ignore-file[ST] file \"vendored\""],
    );
}

#[test]
fn mistakes_are_told_where_they_stand() {
    for (comment, expected) in [
        (
            "ignroe[ST001]",
            "! ignroe: `ignroe` is nothing that may stand behind `amllint:`",
        ),
        ("", "! \n: `ignore` is expected behind `amllint:`"),
        ("ignore ST001", "! ignore: `ignore` names no rules"),
        ("ignore[]", "! ]: the name of a rule is expected here"),
        ("ignore[ST001", "! \n: `,` or `]` is expected here"),
        ("ignore[ST001 CR002]", "! C: `,` or `]` is expected here"),
        (
            "ignore[a] until=tomorrow",
            "! tomorrow: `tomorrow` is no day",
        ),
        (
            "ignore[a] until=2026-02-30",
            "! 2026-02-30: `2026-02-30` is no day",
        ),
        (
            "ignore[a] because=x",
            "! because: `because` is nothing that may stand here",
        ),
        ("ignore[a] reason=\"x", "! \": the text is not closed"),
        ("ignore[a] reason=", "! \n: a value is expected here"),
        ("ignore[a] reason", "! reason: `reason` has no value"),
        (
            "ignore[a] owner=a owner=b",
            "! owner: `owner` stands here twice",
        ),
        ("ignore[a] !", "! !: this is nothing that may stand here"),
    ] {
        let text = format!("// amllint: {comment}\nparam a string\n");
        let expected = match expected.strip_prefix("! \n") {
            Some(rest) => format!("! {rest}"),
            None => expected.to_owned(),
        };
        assert_eq!(write("a.bicep", &text), [expected], "{comment}");
    }
    let late = "param a string\n// amllint: ignore-file[ST] reason=x\n";
    let expected = "! // amllint: ignore-file[ST] reason=x: `ignore-file` does not stand at the top of the file";
    assert_eq!(write("a.bicep", late), [expected]);
    let late = "{ // amllint: ignore-file[ST] reason=x\n}";
    assert_eq!(write("a.json", late), [expected]);
}

#[test]
fn strings_and_other_comments_say_nothing() {
    for (path, text) in [
        ("a.bicep", "param a string = '// amllint: ignore[ST001]'\n"),
        (
            "a.bicep",
            "param a string = '''\n// amllint: ignore[ST001]\n'''\n",
        ),
        (
            "a.bicep",
            "param a string = '${b}// amllint: ignore[ST001]'\n",
        ),
        (
            "a.bicep",
            "// see amllint: ignore[ST001]\n// amllint is great\n",
        ),
        ("a.json", "{ \"a\": \"// amllint: ignore[ST001]\" }"),
        ("a.json", "{ \"// amllint: ignore[ST001]\": 1 }"),
        ("a.json", "{ \"a\": \"line\n// amllint: ignore[ST001]\n\" }"),
        ("a.json", "// amllint-ignore[ST001]\n{}"),
    ] {
        assert_eq!(write(path, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn metadata_is_about_the_object_it_stands_in() {
    let json = r#"{ "resources": [ { "type": "A.B/c",
        "metadata": { "description": "x", "amllint": { "ignore": [
            { "rule": "ST001", "reason": "dev", "until": "2026-12-31", "owner": "ml" },
            { "rule": [ "zone", "CR002" ] } ] } } } ] }"#;
    assert_eq!(
        write("a.json", json),
        [
            "metadata[ST001] within \"{ \\\"type\\\": \\\"A.B/c\\\",\" \"dev\" 2026-12-31 ml",
            "metadata[zone,CR002] within \"{ \\\"type\\\": \\\"A.B/c\\\",\"",
        ]
    );
    let bicep = "metadata amllint = { ignore: [ { rule: 'ST', reason: 'x' } ] }\n\
        @metadata({ amllint: { ignore: [ { rule: 'ST001', reason: 'dev' } ] } })\n\
        param sku string\n\
        resource a 'A.B/c@1' = {\n  name: 'a'\n  metadata: { amllint: { ignore: [ { rule: 'zone' } ] } }\n}\n";
    assert_eq!(
        write("a.bicep", bicep),
        [
            "metadata[ST] file \"x\"",
            "metadata[ST001] within \"@metadata({ amllint: { ignore: [ { rule: 'ST001', reason: 'dev' } ] } })\" \"dev\"",
            "metadata[zone] within \"{\"",
        ]
    );
}

#[test]
fn mistakes_in_metadata_are_told() {
    for (entry, message) in [
        (
            "{ rule: 'ST001', reasn: 'x' }",
            "! reasn: `reasn` is nothing that may stand here",
        ),
        (
            "{ reason: 'x' }",
            "! { reason: 'x' }: the entry names no `rule`",
        ),
        (
            "{ rule: 'ST001', until: 'soon' }",
            "! 'soon': `soon` is no day",
        ),
        (
            "{ rule: 'ST001', reason: why }",
            "! why: `reason` is no text",
        ),
        ("{ rule: why }", "! why: this names no rule"),
        ("'ST001'", "! 'ST001': an entry of `ignore` is an object"),
    ] {
        let text = format!("metadata amllint = {{ ignore: [ {entry} ] }}\n");
        assert_eq!(write("a.bicep", &text), [message], "{entry}");
    }
    let text = "metadata amllint = { ignroe: [] }\nvar metadata = { amllint: 'a tag' }\n";
    assert_eq!(
        write("a.bicep", text),
        ["! ignroe: `ignroe` is nothing that amllint looks for in metadata"]
    );
    let text = "metadata amllint = { ignore: { rule: 'ST001' } }\n";
    assert_eq!(
        write("a.bicep", text),
        ["! { rule: 'ST001' }: `ignore` is no list"]
    );
}

#[test]
fn what_stands_above_decorators_is_about_the_declaration() {
    let text = "// amllint: ignore[ST001] reason=x\n@description('a')\n@allowed([\n  'a'\n])\nparam a string = 'a'\n";
    assert_eq!(write("a.bicep", text), ["ignore[ST001] lines 2..6 \"x\""]);
}

#[test]
fn directives_take_their_reason_from_the_comment_behind_them() {
    let text = "#disable-next-line ST001 // dev sandbox\n\
        #disable-next-line ST001 CR002 // amllint: reason=\"a b\" until=2026-12-31\n\
        #disable-diagnostics zone\n\
        #restore-diagnostics zone\n\
        #disable-next-line ST001 // amllint: because\nparam a string\n";
    assert_eq!(
        write("a.bicep", text),
        [
            "#disable-next-line[ST001] lines 2..2 \"dev sandbox\"",
            "#disable-next-line[ST001,CR002] lines 3..3 \"a b\" 2026-12-31",
            "#disable-diagnostics[zone] from 113",
            "#restore-diagnostics[zone] from 139",
            "! because: `because` is nothing that may stand here",
        ]
    );
}

#[test]
fn many_comments_take_linear_time() {
    let many = "// amllint: ignore[ST001]\n".repeat(50_000);
    let (found, _) = read("a.bicep", &many);
    assert_eq!(found.all.len(), 50_000);
    let (found, _) = read("a.json", &format!("{many}{{}}"));
    assert_eq!(found.all.len(), 50_000);
}
