//! One rule file.

use super::Names;
use super::condition;
use super::parts::{
    any, boolean, definition, definition_as, has_one_of, list, mapping, message, name,
    not_together, object, one_or_more, suggested_name, text, word,
};
use crate::rules::definition::ParameterKind;
use crate::rules::reader::words::{
    CONCERNS, DEPLOYED, EXPECT, PARAMETER_TYPES, SEVERITIES, WITHOUT_WORKSPACE,
};
use serde_json::{Value, json};

/// The schema of a rule or an alias, and its definitions.
pub fn schema(names: &Names) -> (Value, Value) {
    let mut definitions = condition::definitions(names);
    definitions["say"] =
        text("What is taken for granted, as findings print it behind \"assuming\".");
    definitions["assumption"] = condition::assumption(names);
    definitions["ruleName"] = suggested_name("The name of a rule.", &names.rules);
    definitions["message"] = message();
    definitions["severity"] = word(
        "How grave: the platform rejects it or it is retired; a real gap that the template proves; advice.",
        SEVERITIES,
    );
    definitions["concern"] = word("What a finding is about.", CONCERNS);
    definitions["fix"] = fix(names);
    definitions["written"] = written();
    definitions["case"] = case();
    definitions["rule"] = rule();
    definitions["alias"] = alias();
    let schema = json!({ "anyOf": [definition("rule"), definition("alias")] });
    (schema, definitions)
}

fn rule() -> Value {
    let condition = |description: &str| definition_as("condition", description);
    let mut keys = documented();
    keys.extend([
        (
            "severity",
            definition_as(
                "severity",
                "How grave: `error` if the platform rejects it or it is retired, `warning` for a real gap that the template proves, \
                 `info` for advice. A case may say otherwise.",
            ),
        ),
        (
            "concern",
            definition_as(
                "concern",
                "What it selects by: survive the loss of a zone, of a region, or a mistaken delete (`protect`); retired or retiring \
                 (`lifecycle`); rejected or without effect (`valid`); see what happens (`observe`). A case may say otherwise.",
            ),
        ),
        (
            "enabled",
            boolean("Whether it runs without being asked for; `true` without it."),
        ),
        (
            "profiles",
            mapping(
                "Severities under profiles of the configuration, which also enable it.",
                &definition("severity"),
            ),
        ),
        (
            "when",
            condition("Whether the rule applies to the resource."),
        ),
        (
            "assume",
            one_or_more(
                "What is taken for granted: known to fail, the rule does not apply; unknown, it is judged on, and the finding says so.",
                &definition("assumption"),
            ),
        ),
        (
            "each",
            definition_as(
                "source",
                "Judge each of these items instead of the resource: a finding for each item.",
            ),
        ),
        ("of", definition_as("of", "Where the items of `each` start.")),
        (
            "where",
            condition("Which of the items of `each`; all without it."),
        ),
        ("together", together()),
        (
            "pointAt",
            definition_as(
                "path",
                "What findings underline, instead of the value that decides.",
            ),
        ),
        (
            "parameters",
            mapping(
                "Values that the configuration may set, by name; conditions use them as `{ parameter: name }`.",
                &parameter(),
            ),
        ),
        (
            "withoutWorkspace",
            word(
                "On a resource that no workspace reaches, where the template holds one: the same, one step milder, or silent. Without \
                 it `lower` for the concerns `zone`, `region` and `protect`, else `same`.",
                WITHOUT_WORKSPACE,
            ),
        ),
        (
            "supersedes",
            one_or_more(
                "Names of rules whose findings on the same resource are dropped when this one fires.",
                &definition("ruleName"),
            ),
        ),
        (
            "cases",
            json!({
                "type": "array",
                "items": definition("case"),
                "minItems": 1,
                "description": "Tried in order; the first with a certain fault is the finding. A case takes from the rule what it does not say.",
            }),
        ),
    ]);
    keys.extend(judging());
    let mut rule = object(
        keys,
        [
            "code", "name", "title", "severity", "concern", "resource", "why", "sources",
        ],
    );
    let demand = has_one_of(&["require", "forbid"]);
    let in_every_case = |what: &Value| json!({ "properties": { "cases": { "items": what } }, "required": ["cases"] });
    rule["allOf"] = json!([
        not_together(&["require", "forbid"]),
        { "anyOf": [demand, in_every_case(&demand)] },
        { "anyOf": [{ "required": ["message"] }, in_every_case(&json!({ "required": ["message"] }))] },
        { "anyOf": [{ "required": ["each"] }, not_together(&["of"])] },
    ]);
    rule
}

/// What a case and a rule have in common.
fn judging() -> [(&'static str, Value); 5] {
    [
        (
            "require",
            definition_as("condition", "What must hold. A rule has this or `forbid`."),
        ),
        (
            "forbid",
            definition_as(
                "conditionForm",
                "What must not hold. It takes no list: write `allOf` or `anyOf`.",
            ),
        ),
        (
            "message",
            definition_as(
                "message",
                "What is wrong, without a full stop, lower case first. Holes: `{subject}` (the resource, \"registry `x`\"), `{name}`, \
                 `{type}`, `{location}`, `{value}`, `{number}`, paths such as `{$.sku.name}`, `{parameter.x}` and others. Text that \
                 begins with a hole needs quotes.",
            ),
        ),
        (
            "help",
            definition_as("message", "What to do, with the same holes as `message`."),
        ),
        ("fix", definition_as("fix", "How to repair what is found.")),
    ]
}

fn case() -> Value {
    let mut keys = vec![
        (
            "when",
            definition_as(
                "condition",
                "Whether the case applies; about the item where there is one.",
            ),
        ),
        (
            "severity",
            definition_as("severity", "How grave in this case."),
        ),
        (
            "concern",
            definition_as(
                "concern",
                "What the finding is about in this case. Without `withoutWorkspace` it also says what becomes of the finding on a \
                 resource that no workspace reaches. The rule is selected by its own.",
            ),
        ),
        (
            "assume",
            one_or_more(
                "What is taken for granted in this case, beside what the rule takes for granted: known to fail, the case does not apply.",
                &definition("assumption"),
            ),
        ),
    ];
    keys.extend(judging());
    let mut case = object(keys, []);
    case["allOf"] = json!([not_together(&["require", "forbid"])]);
    case
}

fn alias() -> Value {
    let mut keys = documented();
    let alias_of = definition_as(
        "ruleName",
        "The name of the rule that is selected by this code and name, too.",
    );
    keys.push(("aliasOf", alias_of));
    object(keys, ["code", "name", "title", "aliasOf", "why", "sources"])
}

/// What rules and aliases have in common.
fn documented() -> Vec<(&'static str, Value)> {
    vec![
        (
            "code",
            json!({
                "type": "string",
                // `AM` is amllint's own.
                "pattern": "^(?:[B-Z][A-Z]|A[A-LN-Z])[0-9]{3}$",
                "patternErrorMessage": "no code: two capital letters, not `AM`, and three digits",
                "description": "Two capital letters and three digits, `XT001`; no other rule has it, and it is never used again. `AM` is amllint's own.",
            }),
        ),
        (
            "name",
            text("The public handle, `storage-owner-tag`; also the name of the file."),
        ),
        ("title", text("One line, without the resource's name.")),
        (
            "resource",
            one_or_more(
                "Types of the resources it judges. `Microsoft.ClassicCompute/*` and `'*'` are patterns; case does not count.",
                &json!({ "type": "string" }),
            ),
        ),
        (
            "why",
            text(
                "Markdown: why it matters, what an absent property means, and what the rule cannot know.",
            ),
        ),
        ("sources", citations()),
        (
            "examples",
            list(
                "Templates and what is found in them: at least one with a finding and one without. They are tests and documentation.",
                &example(),
            ),
        ),
    ]
}

/// Where facts come from.
pub fn citations() -> Value {
    list(
        "Where its facts come from, each with the date at which it said so.",
        &citation(),
    )
}

fn citation() -> Value {
    let url = || text("The address of the page.");
    let date = || text("The day on which it said so, `2026-08-20`.");
    json!({ "anyOf": [
        object(
            [("title", text("The title of the page.")), ("url", url()), ("date", date())],
            ["title", "date"],
        ),
        object(
            [
                ("aprl", text("The id of a recommendation of the Azure Proactive Resiliency Library; one of digits only needs quotes.")),
                ("url", url()),
                ("date", date()),
            ],
            ["aprl", "date"],
        ),
    ] })
}

fn example() -> Value {
    let mut example = object(
        [
            ("title", text("What it shows.")),
            (
                "json",
                text(
                    "A template, one resource, or an array of resources. A comment under a line says what is found there: \
                     `// ^ warning: part of the message`.",
                ),
            ),
            (
                "bicep",
                text(
                    "The same in Bicep, or in Bicep alone. A comment under a line says what is found there.",
                ),
            ),
            (
                "files",
                mapping(
                    "Several files, by name: the first is the template, in the language that its name ends in, and the others lie \
                     beside it.",
                    &json!({ "type": "string" }),
                ),
            ),
            (
                "expect",
                word(
                    "That the rule cannot tell, where no finding is expected.",
                    EXPECT,
                ),
            ),
            (
                "alsoReports",
                one_or_more(
                    "Names of other rules that find something in it.",
                    &definition("ruleName"),
                ),
            ),
            ("asOf", text("The date of the run, `2026-11-01`.")),
            (
                "region",
                text("The region of the resource group, `eastus`."),
            ),
        ],
        ["title"],
    );
    example["anyOf"] = json!([
        { "required": ["json"] },
        { "required": ["bicep"] },
        { "required": ["files"], "properties": { "files": { "minProperties": 1 } } },
    ]);
    example
}

fn together() -> Value {
    let by = json!({
        "description": "What the resources of a set share: the value of a path, or `declaration`: they are copies of one loop.",
        "anyOf": [{ "const": "declaration" }, definition("path")],
    });
    let mut together = object(
        [
            ("say", text("What the set is called in messages.")),
            ("by", by),
        ],
        ["say"],
    );
    together["description"] = json!(
        "Judge all resources for which `when` holds as one set: a finding for each set. `count: group` walks it. A set spans the \
         templates of one folder, if the cases ask nothing but its members and what is written in them (no children, links, parents, \
         other resources or aliases): a finding that does not hold for all of them is left out, one that only holds for all of them is \
         told once, in the last file. With `by` two templates are one set where the value is known whole in both."
    );
    together
}

fn parameter() -> Value {
    let forms: Vec<_> = PARAMETER_TYPES
        .iter()
        .map(|(word, kind)| {
            let value =
                |kind: &str, description: &str| json!({ "type": kind, "description": description });
            let default = "What it is when nobody sets it.";
            let mut keys = vec![
                ("type", json!({ "const": word })),
                ("describe", text("What it means, in a line.")),
            ];
            keys.extend(match kind {
                ParameterKind::Integer { .. } => vec![
                    ("default", value("integer", default)),
                    ("min", value("integer", "The least it may be.")),
                    ("max", value("integer", "The greatest it may be.")),
                ],
                ParameterKind::Boolean => vec![("default", value("boolean", default))],
                ParameterKind::String => vec![("default", value("string", default))],
            });
            object(keys, ["type", "default"])
        })
        .collect();
    json!({ "anyOf": forms })
}

/// What is written into a template: any value, but that `pairOf` names a path.
fn written() -> Value {
    let inside = || definition("written");
    json!({ "anyOf": [
        { "type": ["string", "number", "boolean", "null"] },
        { "type": "array", "items": inside() },
        { "type": "object", "properties": { "pairOf": definition("path") }, "additionalProperties": inside() },
    ] })
}

fn fix(names: &Names) -> Value {
    let deployed = || {
        word(
            "What the change means for a resource that exists: accepted at the same cost, accepted and costs more, accepted and cannot be \
             undone, the service must convert it, only a new resource can have it.",
            DEPLOYED,
        )
    };
    let reveals = || {
        one_or_more(
            "Names of rules that had nothing to judge before, and may find something after it.",
            &definition("ruleName"),
        )
    };
    let set = || definition_as("path", "The property to set.");
    json!({ "anyOf": [
        object(
            [("set", set()), ("to", any("What it is set to; `{ parameter: <name> }` is the value of a parameter of the rule. An object completes the one that is there.")), ("deployed", deployed()), ("reveals", reveals())],
            ["set", "to", "deployed"],
        ),
        object(
            [
                ("set", set()),
                ("map", name("What it is set to, by the value it has: a map of `data/lists.yaml`.", &names.maps)),
                ("deployed", deployed()), ("reveals", reveals()),
            ],
            ["set", "map", "deployed"],
        ),
        object(
            [("remove", definition_as("path", "The property to remove.")), ("deployed", deployed()), ("reveals", reveals())],
            ["remove", "deployed"],
        ),
        object(
            [
                ("addChild", text("The full type of a child resource to add.")),
                ("named", definition_as("message", "Its name, with holes as a message has them.")),
                ("apiVersion", text("The earliest API version that knows it; without it the one of the resource is taken.")),
                ("body", definition_as("written", "Its body, without type and name; `{ pairOf: <path> }` in it is the pair of a region.")),
                ("deployed", deployed()), ("reveals", reveals()),
            ],
            ["addChild", "named", "deployed"],
        ),
    ] })
}
