//! The schema of rule files and the reader of rule files: they take and refuse the same.

use amllint::diagnostic::Kind as DiagnosticKind;
use amllint::rules::catalogue::Catalogue;
use amllint::rules::reader::{self, Definitions, RuleFile};
use amllint::rules::schema::{self, Kind};
use amllint::source::{FileId, SourceFile, Sources};
use amllint::syntax::node::{Node, NodeKind};
use amllint::syntax::yaml;
use jsonschema::{Draft, Validator};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A rule folder in which every key, every word that is a key's form, and every kind of file occurs.
const EVERY_KEY: &str = "testdata/every-key";

/// What only the reader can tell, by a part of its message.
const ONLY_THE_READER: &[&str] = &[
    "the rule is called `",        // a schema does not know the name of the file
    "the rule has no parameter `", // nor what another part of the file names
    "is no regular expression",    // nor whether a text can be read as one
    "is no path, no alias and not `", // in the file of aliases, which defines some itself
    "there is no alias `",         // the same
    "the example is written in ",  // nor which key comes first
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The YAML files of a folder, by their paths from the root of the project.
fn yaml_files(folder: &str) -> Vec<String> {
    let files = walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("the folder is readable").into_path())
        .filter(|path| path.extension().is_some_and(|one| one == "yaml"))
        .map(|path| {
            let path = path.strip_prefix(root()).map(PathBuf::from);
            let path = path.expect("it lies in the project");
            path.to_string_lossy().replace('\\', "/")
        });
    let files: Vec<_> = files.collect();
    assert!(!files.is_empty(), "{folder} has rule files");
    files
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("a rule file is text")
}

fn kind_of(path: &str) -> Kind {
    let mut parts = path.rsplit('/');
    let stem = parts.next().map(|name| name.trim_end_matches(".yaml"));
    if parts.next() != Some("data") {
        return Kind::Rule;
    }
    let data = Kind::ALL
        .iter()
        .find(|kind| Some(kind.word()) == stem && **kind != Kind::Rule);
    *data.expect("data files have these names")
}

/// What a YAML file says, as an editor sees it.
fn value(path: &str, text: &str) -> Value {
    fn of(node: Node<'_>) -> Value {
        match node.kind() {
            NodeKind::Object => node
                .members()
                .map(|(key, value)| (key.as_str().unwrap_or_default().to_owned(), of(value)))
                .collect(),
            NodeKind::Array => node.elements().map(of).collect(),
            NodeKind::PlainString | NodeKind::DecodedString => json!(node.as_str()),
            NodeKind::Number => serde_json::from_str(node.raw()).expect("a number"),
            NodeKind::True => json!(true),
            NodeKind::False => json!(false),
            NodeKind::Null | NodeKind::Missing => Value::Null,
        }
    }
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(path, text));
    let (document, mistakes) = yaml::parse(file, sources.get(file), DiagnosticKind::RULE_FILE);
    assert_eq!(mistakes, [], "{path} is YAML");
    of(document.root())
}

/// What the reader says of a file, after the data of the built-in rules and of `EVERY_KEY`.
fn mistakes(path: &str, text: &str) -> Vec<String> {
    static DATA: LazyLock<Definitions> = LazyLock::new(|| {
        let mut definitions = Definitions::default();
        for folder in ["rules/data", &format!("{EVERY_KEY}/data")] {
            let files = yaml_files(folder).into_iter();
            let files: Vec<_> = files
                .map(|path| (path.clone(), self::text(&path)))
                .collect();
            assert_eq!(read(&files, &mut definitions), Vec::<String>::new());
        }
        definitions
    });
    read(&[(path.to_owned(), text.to_owned())], &mut DATA.clone())
}

fn read(files: &[(String, String)], definitions: &mut Definitions) -> Vec<String> {
    let mut sources = Sources::default();
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| sources.add(SourceFile::new(path.as_str(), text.as_str())))
        .collect();
    let source = |file: &FileId| RuleFile {
        file: *file,
        source: sources.get(*file),
    };
    reader::read(&files.iter().map(source).collect::<Vec<_>>(), definitions)
        .into_iter()
        .map(|diagnostic| diagnostic.message)
        .collect()
}

/// The schema of a kind, with the names of the built-in rules and of `EVERY_KEY`.
fn schema_of(kind: Kind) -> Value {
    let mut catalogue = Catalogue::built_in();
    let said = catalogue
        .add_folder(&root().join(EVERY_KEY), &mut Sources::default())
        .expect("the folder is readable");
    assert_eq!(said, []);
    schema::schema(kind, &catalogue)
}

fn validator(kind: Kind) -> &'static Validator {
    static VALIDATORS: LazyLock<Vec<(Kind, Validator)>> = LazyLock::new(|| {
        let validator = |kind: &Kind| {
            let schema = schema_of(*kind);
            let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
            (*kind, validator)
        };
        Kind::ALL.iter().map(validator).collect()
    });
    let found = VALIDATORS.iter().find(|(known, _)| *known == kind);
    &found.expect("every kind has one").1
}

#[test]
fn schemas_are_sound_and_mean_the_same_to_editors_that_read_draft_7() {
    let examples: Vec<_> = [yaml_files("rules"), yaml_files(EVERY_KEY)].concat();
    for kind in Kind::ALL {
        let schema = schema_of(*kind);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{kind:?}");
        let mut older = schema.clone();
        older["$schema"] = json!("http://json-schema.org/draft-07/schema#");
        assert!(jsonschema::draft7::meta::is_valid(&older), "{kind:?}");
        let older = jsonschema::options()
            .with_draft(Draft::Draft7)
            .build(&older)
            .expect("the schema is one");
        for path in examples.iter().filter(|path| kind_of(path) == *kind) {
            assert!(older.is_valid(&value(path, &text(path))), "{path}");
        }
        assert!(!older.is_valid(&json!({ "version": 1 })), "{kind:?}");
    }
}

#[test]
fn every_rule_file_and_data_file_is_valid() {
    for folder in ["rules", "testdata/own-rules", EVERY_KEY] {
        for path in yaml_files(folder) {
            let value = value(&path, &text(&path));
            let errors: Vec<_> = validator(kind_of(&path))
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{path}: {}", errors.join("\n"));
        }
    }
}

/// A key that the reader learns has to be described in `src/rules/schema`, and to be used in `EVERY_KEY`.
#[test]
fn every_key_that_the_reader_takes_is_in_a_schema_and_in_an_example() {
    // Words of the reader that are no keys: values, and names of files.
    const NO_KEYS: &[&str] = &[
        "aliases",
        "data",
        "declaration",
        "group",
        "hasZones",
        "here",
        "none",
        "posture",
        "retirements",
    ];
    let word = regex::Regex::new(r#""([a-z][A-Za-z]*)""#).expect("it is one");
    let mut taken = BTreeSet::new();
    for file in ["rule", "fix", "condition", "data", "posture"] {
        let source = text(&format!("src/rules/reader/{file}.rs"));
        let words = word.captures_iter(&source).map(|found| found[1].to_owned());
        taken.extend(words.filter(|word| !NO_KEYS.contains(&&**word)));
    }
    fn described(schema: &Value, keys: &mut BTreeSet<String>) {
        if let Some(properties) = schema["properties"].as_object() {
            keys.extend(properties.keys().cloned());
        }
        children(schema).for_each(|(_, child)| described(child, keys));
    }
    let mut keys = BTreeSet::new();
    Kind::ALL
        .iter()
        .for_each(|kind| described(&schema_of(*kind), &mut keys));
    let different: Vec<_> = taken.symmetric_difference(&keys).collect();
    assert!(different.is_empty(), "reader or schema lacks {different:?}");
    let used: BTreeSet<_> = samples().into_keys().collect();
    let unused: Vec<_> = taken.difference(&used).collect();
    assert!(unused.is_empty(), "{EVERY_KEY} lacks {unused:?}");
}

/// The elements of an array, the values of an object.
fn children(value: &Value) -> Box<dyn Iterator<Item = (String, &Value)> + '_> {
    match value {
        Value::Object(members) => Box::new(members.iter().map(|(key, value)| (key.clone(), value))),
        Value::Array(elements) => Box::new(
            elements
                .iter()
                .enumerate()
                .map(|(index, value)| (index.to_string(), value)),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Box::new(std::iter::empty())
        }
    }
}

/// For every key a value that it has in `EVERY_KEY`.
fn samples() -> BTreeMap<String, Value> {
    fn collect(value: &Value, samples: &mut BTreeMap<String, Value>) {
        for (key, child) in children(value) {
            if value.is_object() && !samples.contains_key(&key) {
                samples.insert(key, child.clone());
            }
            collect(child, samples);
        }
    }
    let mut samples = BTreeMap::new();
    for path in yaml_files(EVERY_KEY) {
        collect(&value(&path, &text(&path)), &mut samples);
    }
    samples
}

/// Pointers to all values, outermost first.
fn pointers(value: &Value, at: &str, pointers: &mut Vec<String>) {
    pointers.push(at.to_owned());
    for (key, child) in children(value) {
        let key = key.replace('~', "~0").replace('/', "~1");
        self::pointers(child, &format!("{at}/{key}"), pointers);
    }
}

/// Every way in which one key is left out or added, or one value is another, with a word about it.
fn mutations(whole: &Value) -> Vec<(String, Value)> {
    let others = [
        json!("x"),
        json!("$.a"),
        json!("$.a[*]"),
        json!("{x}"),
        json!("group"),
        json!("["),
        json!("2026-13-01"),
        json!(true),
        json!(3),
        json!(2.5),
        json!(null),
        json!([]),
        json!({}),
        json!(["x"]),
        json!({ "path": "$.a", "exists": true }),
        json!([{ "path": "$.a", "exists": true }]),
    ];
    let samples = samples();
    let mut all = Vec::new();
    pointers(whole, "", &mut all);
    let mut mutations = Vec::new();
    for pointer in &all {
        let mut mutate = |word: String, change: &dyn Fn(&mut Value)| {
            let mut mutated = whole.clone();
            change(mutated.pointer_mut(pointer).expect("it was found there"));
            mutations.push((word, mutated));
        };
        for other in &others {
            mutate(format!("{pointer} is {other}"), &|value| {
                *value = other.clone()
            });
        }
        let Some(members) = whole.pointer(pointer).and_then(Value::as_object) else {
            continue;
        };
        for key in members.keys() {
            mutate(format!("{pointer} without {key}"), &|value| {
                value.as_object_mut().expect("it is one").remove(key);
            });
        }
        let unknown = ("unknownKey".to_owned(), json!("x"));
        let added = samples.clone().into_iter().chain([unknown]);
        for (key, sample) in added.filter(|(key, _)| !members.contains_key(key)) {
            mutate(format!("{pointer} with {key}: {sample}"), &|value| {
                value[key.as_str()] = sample.clone();
            });
        }
    }
    mutations
}

/// Whether reader and schema agree on a file; if not, what each says.
fn disagreement(path: &str, value: &Value) -> Result<Vec<String>, String> {
    let said = mistakes(path, &value.to_string());
    let valid = validator(kind_of(path)).is_valid(value);
    if valid == said.is_empty() {
        return Ok(Vec::new());
    }
    let only_the_reader = !said.is_empty()
        && said.iter().all(|message| {
            let is_in = |part: &&str| message.contains(part);
            ONLY_THE_READER.iter().any(is_in)
        });
    match only_the_reader {
        true => Ok(said),
        false if valid => Err(format!(
            "the schema takes what the reader does not: {said:?}"
        )),
        false => Err("the schema refuses what the reader takes".to_owned()),
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses_and_nothing_else() {
    let cases: Vec<_> = yaml_files(EVERY_KEY)
        .into_iter()
        .flat_map(|path| {
            let whole = value(&path, &text(&path));
            let mutations = mutations(&whole).into_iter();
            mutations.map(move |(word, mutated)| (path.clone(), word, mutated))
        })
        .collect();
    let results: Vec<_> = cases
        .par_iter()
        .map(|(path, word, mutated)| {
            disagreement(path, mutated).map_err(|said| format!("{path}: {word}: {said}"))
        })
        .collect();
    let wrong: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}, the first ones:\n{}",
        wrong.len(),
        cases.len(),
        wrong
            .iter()
            .take(40)
            .map(|line| line.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
    let said: Vec<_> = results.iter().flatten().flatten().collect();
    for part in ONLY_THE_READER {
        let occurs = said.iter().any(|message| message.contains(part));
        assert!(occurs, "the schema can tell `{part}` as well as the reader");
    }
}

/// A small rule, with a part of it replaced.
fn rule_with(part: &str, other: &str) -> String {
    const RULE: &str = "\
code: XT001
name: small
title: A small rule
severity: info
concern: zone
resource: A.B/things
require: { path: $.a, equals: 1 }
message: wrong
why: So it is.
sources:
  - { title: A page, date: 2026-08-20 }
";
    assert_eq!(RULE.matches(part).count(), 1, "{part}");
    RULE.replace(part, other)
}

const SMALL: &str = "rules/x/small.yaml";

#[test]
fn mistakes_that_people_make_are_refused_by_both() {
    let wrong = "testdata/broken-rules/tags/wrong.yaml";
    assert!(!validator(Kind::Rule).is_valid(&value(wrong, &text(wrong))));
    assert_eq!(
        mistakes(SMALL, &rule_with("A page", "A page")),
        Vec::<String>::new()
    );
    for (part, other) in [
        ("severity: info", "severity: grave"),
        ("severity: info", "Severity: info"),
        ("concern: zone", "concern: zones"),
        ("concern: zone\n", ""),
        ("code: XT001", "code: XT1"),
        ("code: XT001", "code: AM001"),
        ("resource:", "resources:"),
        ("require:", "requires:"),
        (
            "require: { path: $.a, equals: 1 }",
            "forbid: [{ path: $.a, equals: 1 }]",
        ),
        ("equals: 1 }", "equal: 1 }"),
        ("equals: 1 }", "}"),
        ("equals: 1 }", "exists: yes }"),
        ("equals: 1 }", "equals: {} }"),
        ("equals: 1 }", "default: 1, absent: pass, equals: 1 }"),
        ("equals: 1 }", "in: storage-sku-gio }"),
        ("equals: 1 }", "region: hasZone }"),
        ("path: $.a", "path: a"),
        ("path: $.a", "path: '$.a[*]'"),
        ("path: $.a", "path: '$.a[?@.b]'"),
        ("path: $.a", "alias: tier"),
        ("path: $.a", "any: $.a"),
        ("{ path: $.a, equals: 1 }", "{ role: default-storge }"),
        ("{ path: $.a, equals: 1 }", "{ each: '$.a[*]' }"),
        ("message: wrong\n", ""),
        ("message: wrong", "message: 3"),
        ("message: wrong", "message: '{subjekt} is wrong'"),
        ("message: wrong", "message: '{subject is wrong'"),
        ("message: wrong", "message: '{$.a b} is wrong'"),
        (
            "message: wrong",
            "message: wrong\nassume: { path: $.a, exists: true }",
        ),
        (
            "message: wrong",
            "message: wrong\nfix: { set: $.a, deployed: cost }",
        ),
        ("message: wrong", "message: wrong\nfix: { remove: $.a }"),
        ("message: wrong", "cases: [{ severity: error }]"),
        ("message: wrong", "message: wrong\ntogether: { by: $.a }"),
        (
            "message: wrong",
            "message: wrong\nexamples: [{ title: none }]",
        ),
        (
            "message: wrong",
            "message: wrong\nparameters: { n: { type: number, default: 1 } }",
        ),
        ("why: So it is.", "why: yes\nenabled: no"),
        (", date: 2026-08-20", ""),
        ("title: A page,", "title: A page, aprl: a1,"),
        ("title: A page,", "aprl: 12345678,"),
    ] {
        let text = rule_with(part, other);
        assert_ne!(mistakes(SMALL, &text), Vec::<String>::new(), "{text}");
        assert!(
            !validator(Kind::Rule).is_valid(&value(SMALL, &text)),
            "{text}"
        );
    }
}

/// Each of these is a mistake that an editor with the schema does not show.
#[test]
fn what_a_schema_cannot_say_is_left_to_the_reader() {
    for (path, text, said) in [
        (
            SMALL,
            rule_with("name: small", "name: smaller"),
            "the rule is called `smaller`",
        ),
        (
            SMALL,
            rule_with("equals: 1", "equals: { parameter: n }"),
            "the rule has no parameter `n`",
        ),
        (
            SMALL,
            rule_with("equals: 1", "matches: '('"),
            "`(` is no regular expression",
        ),
        (SMALL, rule_with("$.a", "'$[4294967296]'"), "too large"),
        // In JSON Schema this is a whole number.
        (
            SMALL,
            rule_with("equals: 1", "less: { daysFromToday: 3.0 }"),
            "a whole number",
        ),
        (
            "rules/data/retirements.yaml",
            "version: 2026-08-20\nt: [{ value: a, date: 2026-02-30, source: x }]".to_owned(),
            "`2026-02-30` is no date",
        ),
        (
            "rules/data/aliases.yaml",
            "version: 2026-08-20\nA.B/c: { a: { if: { alias: b, equals: 1 }, take: $.a } }"
                .to_owned(),
            "there is no alias `b`",
        ),
    ] {
        let told = mistakes(path, &text);
        assert!(
            told.iter().any(|message| message.contains(said)),
            "{told:?}"
        );
        assert!(
            validator(kind_of(path)).is_valid(&value(path, &text)),
            "{text}"
        );
    }
    // What other files hold: a code and a name are given once.
    let twice = ["rules/x/small.yaml", "rules/y/small.yaml"];
    let files = twice.map(|path| (path.to_owned(), rule_with("A page", "A page")));
    let told = read(&files, &mut Definitions::default());
    assert_eq!(
        told,
        [
            "there is a rule `XT001` already",
            "there is a rule `small` already"
        ]
    );
    // A key that stands twice is no mapping any more; editors say so without a schema.
    let told = mistakes(SMALL, &rule_with("A page,", "A page, title: B,"));
    assert_eq!(told, ["duplicate key `title`"]);
}
