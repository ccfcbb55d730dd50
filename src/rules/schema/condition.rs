//! Conditions, subjects, tests and sources.

use super::Names;
use super::parts::{
    self, any, boolean, definition, definition_as, has_one_of, list, name, not_together, object,
    one_or_more, text, word,
};
use crate::rules::reader::words::{ABSENT, OF, REGION_FACTS, WRITTEN_AS};
use serde_json::{Map, Value, json};

/// Keys and their values, as `object` takes them.
type Keys = Vec<(&'static str, Value)>;

const DEFAULT: &str =
    "The value the API gives an absent property. Without it and `absent`, absent is unknown.";

/// Everything that a condition refers to: `condition`, `assumption` and their parts.
pub fn definitions(names: &Names) -> Value {
    let mut definitions = parts::definitions();
    for (key, test) in tests(names) {
        definitions[key] = test;
    }
    definitions["sourcePath"] = parts::source_path();
    if !names.roles.is_empty() {
        definitions["role"] = name(
            "The role of a relation of `data/relations.yaml`.",
            &names.roles,
        );
    }
    definitions["source"] = source(names);
    definitions["of"] = word(
        "Where the path or the items start: at the resource judged, at its parent (of an extension resource what it extends), at the \
         item outside the item at hand, or at the outermost item, which is the one that a rule with `each` judges.",
        OF,
    );
    definitions["absent"] = word(
        "What an absent value means for the test. Without it and `default`, absent is unknown.",
        ABSENT,
    );
    definitions["subject"] = json!({ "anyOf": subjects(names, &[]) });
    definitions["operand"] = operand(names);
    definitions["conditionForm"] = json!({ "anyOf": forms(names, false) });
    definitions["condition"] = json!({
        "description": "A condition, or a list of conditions that must all hold. It passes, fails or is unknown.",
        "anyOf": [
            definition("conditionForm"),
            { "type": "array", "items": definition("condition"), "minItems": 1 },
        ],
    });
    definitions
}

/// What is taken for granted: a condition with `say` beside it.
pub fn assumption(names: &Names) -> Value {
    json!({ "anyOf": forms(names, true) })
}

/// The forms of a condition; of an assumption with `say`, which only `region: hasZones` can do without.
fn forms(names: &Names, assumed: bool) -> Vec<Value> {
    let condition = |description: &str| definition_as("condition", description);
    let require = "What every item must meet.";
    let mut forms: Vec<(Keys, Vec<&str>)> = vec![
        (
            vec![("allOf", condition("Every one of these holds."))],
            vec!["allOf"],
        ),
        (
            vec![("anyOf", condition("At least one of these holds."))],
            vec!["anyOf"],
        ),
        (vec![("not", condition("This does not hold."))], vec!["not"]),
        (
            vec![(
                "unique",
                definition_as(
                    "path",
                    "No two values of this path, which has `[*]`, are equal.",
                ),
            )],
            vec!["unique"],
        ),
        (
            with_items(
                "each",
                "Every one of these items for which `where` holds meets `require`.",
                vec![("require", condition(require))],
            ),
            vec!["each", "require"],
        ),
        (
            with_items(
                "any",
                "At least one of these items meets `where`, or is there at all.",
                Vec::new(),
            ),
            vec!["any"],
        ),
    ];
    if !names.roles.is_empty() {
        let role = one_or_more(
            "Something points to the resource by a relation of this role: short for `any: { linkedFrom: ... }`.",
            &definition("role"),
        );
        forms.push((vec![("role", role)], vec!["role"]));
    }
    let mut forms: Vec<_> = forms
        .into_iter()
        .map(|(keys, required)| {
            let mut required = required;
            let mut keys = keys;
            if assumed {
                keys.push(("say", definition("say")));
                required.push("say");
            }
            object(keys, required)
        })
        .collect();
    let tests = tests(names);
    let test_keys: Vec<_> = tests.iter().map(|(key, _)| *key).collect();
    let mut beside: Keys = test_keys
        .iter()
        .map(|key| (*key, definition(key)))
        .collect();
    beside.push(("default", any(DEFAULT)));
    beside.push(("absent", definition("absent")));
    if assumed {
        beside.push(("say", definition("say")));
    }
    for mut form in subjects(names, &beside) {
        let mut rules = vec![has_one_of(&test_keys), not_together(&["default", "absent"])];
        if assumed {
            rules.push(json!({ "anyOf": [
                { "required": ["say"] },
                { "required": ["region"], "properties": { "region": { "const": "hasZones" } } },
            ] }));
        }
        form["allOf"] = json!(rules);
        forms.push(form);
    }
    forms
}

/// A quantifier with the keys that go with its items.
fn with_items(key: &'static str, description: &str, more: Keys) -> Keys {
    let mut keys = vec![
        (key, definition_as("source", description)),
        ("of", definition("of")),
        (
            "where",
            definition_as("condition", "Which of the items; all without it."),
        ),
    ];
    keys.extend(more);
    keys
}

/// The forms of a subject, each with these keys beside its own.
fn subjects(names: &Names, beside: &[(&'static str, Value)]) -> Vec<Value> {
    let path = one_or_more(
        "The value of a path; of several paths the first that is present.",
        &definition("valuePath"),
    );
    let alias_text =
        "A value that the API spells in several ways, by its name in `data/aliases.yaml`.";
    let alias = match &names.aliases {
        Some(aliases) => name(alias_text, aliases),
        None => text(alias_text),
    };
    let count = with_items(
        "count",
        "How many of these items there are.",
        vec![(
            "distinct",
            definition_as("path", "Count the different values of this path instead."),
        )],
    );
    let mut subjects: Vec<(Keys, Vec<&str>)> = vec![
        (vec![("path", path), ("of", definition("of"))], vec!["path"]),
        (
            vec![("alias", alias), ("of", definition("of"))],
            vec!["alias"],
        ),
        (count, vec!["count"]),
    ];
    for (key, description) in [
        ("sum", "The sum of `value` over these items."),
        ("min", "The least `value` among these items."),
        ("max", "The greatest `value` among these items."),
    ] {
        let value = json!({
            "description": "What of each item: a path, or another subject.",
            "anyOf": [definition("path"), definition("subject")],
        });
        let default = any("What it is when there are no items.");
        let keys = with_items(
            key,
            description,
            vec![("value", value), ("default", default)],
        );
        subjects.push((keys, vec![key, "value"]));
    }
    subjects
        .into_iter()
        .map(|(keys, required)| {
            let own: Map<String, Value> = keys
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect();
            let others = beside.iter().filter(|(key, _)| !own.contains_key(*key));
            let keys = own.iter().map(|(key, value)| (&**key, value.clone()));
            object(
                keys.chain(others.map(|(key, value)| (*key, value.clone()))),
                required,
            )
        })
        .collect()
}

/// What is compared with: a value, or where it is found.
fn operand(names: &Names) -> Value {
    let mut forms = vec![json!({ "type": ["string", "number", "boolean", "null", "array"] })];
    if names.parameters {
        let parameter = text("The value of a parameter of this rule, by its name.");
        forms.push(object([("parameter", parameter)], ["parameter"]));
    }
    let pair = definition_as("path", "The pair of the region that this path names.");
    forms.push(object([("pairOf", pair)], ["pairOf"]));
    let days = json!({ "type": "integer", "description": "The date that many days after that of the run." });
    forms.push(object([("daysFromToday", days)], ["daysFromToday"]));
    forms.extend(subjects(
        names,
        &[(
            "default",
            any("What is compared with where that is absent."),
        )],
    ));
    json!({ "anyOf": forms })
}

/// The keys of tests.
fn tests(names: &Names) -> Keys {
    let operand = |description: &str| definition_as("operand", description);
    let in_list = |description: &str| {
        json!({
            "description": description,
            "anyOf": [
                name("A list of `data/lists.yaml`, by its name.", &names.lists),
                list("Values.", &definition("operand")),
            ],
        })
    };
    let mut tests = vec![
        (
            "exists",
            boolean("Whether there is a value; `null` is none."),
        ),
        (
            "empty",
            boolean("Whether it is absent, `''`, `[]` or `{}`."),
        ),
        (
            "equals",
            operand(
                "It is equal to this. Case does not count, `3` equals `'3'`, `East US` equals `eastus`.",
            ),
        ),
        ("notEquals", operand("It is not equal to this.")),
        (
            "in",
            in_list("It is equal to one of these: a list of values, or the name of one."),
        ),
        (
            "notIn",
            in_list("It is equal to none of these: a list of values, or the name of one."),
        ),
        (
            "like",
            text(
                "It has the form of this pattern, in which `*` stands for any text. Case does not count.",
            ),
        ),
        (
            "matches",
            text("This regular expression matches all of it. Case does not count."),
        ),
        (
            "contains",
            operand("One of its elements is equal to this; an absent list has none."),
        ),
        (
            "less",
            operand("It is less: a number, a date, or an API version."),
        ),
        (
            "lessOrEquals",
            operand("It is less or equal: a number, a date, or an API version."),
        ),
        (
            "greater",
            operand("It is greater: a number, a date, or an API version."),
        ),
        (
            "greaterOrEquals",
            operand("It is greater or equal: a number, a date, or an API version."),
        ),
        (
            "region",
            word(
                "A fact of the region it names, from `data/regions.yaml`. It is unknown of a region that is not there, but for \
                 `listed`.",
                REGION_FACTS,
            ),
        ),
        (
            "writtenAs",
            word("How the value is written in the template.", WRITTEN_AS),
        ),
    ];
    if !names.retirements.is_empty() {
        tests.push((
            "retired",
            name(
                "It is retired at the date of the run, by this table of `data/retirements.yaml`.",
                &names.retirements,
            ),
        ));
        tests.push((
            "retiring",
            name(
                "It retires after the date of the run, by this table of `data/retirements.yaml`.",
                &names.retirements,
            ),
        ));
    }
    tests
}

/// The items that `each`, `any`, `count` and the like walk.
fn source(names: &Names) -> Value {
    let types = |description: &str| one_or_more(description, &json!({ "type": "string" }));
    let alias = match &names.aliases {
        Some(aliases) => name("A list alias of `data/aliases.yaml`.", aliases),
        None => {
            json!({ "type": "string", "pattern": "^[^$.]", "description": "A list alias of this file." })
        }
    };
    let extensions = object(
        [
            (
                "extensions",
                text(
                    "Extension resources of this type, `Microsoft.Authorization/locks`, on the resource.",
                ),
            ),
            (
                "inherited",
                boolean("Also those of what contains the resource; `false` without it."),
            ),
        ],
        ["extensions"],
    );
    let mut forms = vec![
        definition("sourcePath"),
        alias,
        json!({ "const": "group", "description": "The set of `together`." }),
        object(
            [(
                "children",
                types("Children of the resource, by the last part of their type."),
            )],
            ["children"],
        ),
        extensions,
        object(
            [(
                "resources",
                types("Other resources of the run, by their types."),
            )],
            ["resources"],
        ),
    ];
    if !names.roles.is_empty() {
        let roles = |description: &str| one_or_more(description, &definition("role"));
        for (key, description) in [
            (
                "links",
                "What the resource points to, by the role of the relation.",
            ),
            (
                "linkedFrom",
                "What points to the resource, by the role of the relation.",
            ),
        ] {
            forms.push(object([(key, roles(description))], [key]));
        }
    }
    json!({ "anyOf": forms })
}
