//! The files of `data`.

use super::Names;
use super::condition;
use super::parts::{
    any, boolean, definition, definition_as, list, mapping, not_together, object, one_or_more,
    text, word,
};
use crate::relation::LinkBy;
use crate::rules::reader::words::LINK_BY;
use serde_json::{Value, json};

/// The key that every file of data has.
pub fn version() -> (&'static str, Value) {
    ("version", text("The date of the facts, `2026-08-20`."))
}

/// `lists.yaml`.
pub fn lists() -> Value {
    let lists = mapping(
        "Lists of values, by name: `in: storage-sku-geo` is equal to one of them.",
        &list("The values.", &any("A value.")),
    );
    let maps = mapping(
        "What values are replaced by, by name; for the `map` of a fix.",
        &mapping("By a value, what replaces it.", &any("What replaces it.")),
    );
    object([version(), ("lists", lists), ("maps", maps)], ["version"])
}

/// `regions.yaml`.
pub fn regions() -> Value {
    let region = object(
        [
            ("display", text("Its name for people, `East US 2`.")),
            (
                "zones",
                boolean("Whether it has availability zones; `false` without it."),
            ),
            (
                "restricted",
                boolean("Whether access to it is restricted; `false` without it."),
            ),
            ("pair", text("The region it is paired with, or `none`.")),
            (
                "date",
                text("The date of this row, if it is not that of the file."),
            ),
            (
                "source",
                text("The source of this row, if it is not that of the file."),
            ),
        ],
        ["display"],
    );
    object(
        [
            version(),
            ("source", text("Where the facts come from.")),
            (
                "regions",
                mapping(
                    "The regions, by the names the API gives them, `eastus2`.",
                    &region,
                ),
            ),
        ],
        ["version", "source"],
    )
}

/// `retirements.yaml`.
pub fn retirements() -> Value {
    let patterns = [
        (
            "value",
            text("The value that is retired; case does not count."),
        ),
        (
            "like",
            text("The form of values that are retired; `*` stands for any text."),
        ),
        (
            "matches",
            text("A regular expression for all of a value that is retired; case does not count."),
        ),
    ];
    let rows: Vec<_> = patterns
        .into_iter()
        .map(|(key, pattern)| {
            let date = json!({
                "type": "string",
                "pattern": "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$",
                "patternErrorMessage": "no date such as `2026-08-20`",
                "description": "The day from which it is gone, `2026-08-20`.",
            });
            let keys = [
                (key, pattern),
                ("date", date),
                ("until", text("The day until which an older date held.")),
                ("use", text("What to use instead.")),
                ("source", text("Where the date comes from.")),
            ];
            object(keys, [key, "date", "source"])
        })
        .collect();
    let table = list(
        "What is retired, by the name of the table: `retired: vm-sizes`.",
        &json!({ "anyOf": rows }),
    );
    tables(&table)
}

/// `relations.yaml`.
pub fn relations() -> Value {
    let inline_child = object(
        [
            (
                "type",
                text("The full type of the child, as Microsoft spells it."),
            ),
            (
                "at",
                definition_as("path", "Where in its parent's body, ending in `[*]`."),
            ),
            (
                "flat",
                boolean("Whether the element is the child's `properties` rather than its body."),
            ),
        ],
        ["type", "at"],
    );
    object(
        [
            version(),
            (
                "relations",
                list("How bodies refer to other resources.", &relation()),
            ),
            (
                "inlineChildren",
                list(
                    "Children that may be written inside their parent's body.",
                    &inline_child,
                ),
            ),
        ],
        ["version"],
    )
}

/// A path and the values of which it must have one.
pub fn one_of_values(description: &str) -> Value {
    let texts = |description: &str| one_or_more(description, &json!({ "type": "string" }));
    let mut when = object(
        [
            ("path", definition_as("path", "The value that tells.")),
            ("in", texts("What it may be.")),
            ("equals", texts("What it must be.")),
        ],
        ["path"],
    );
    when["anyOf"] = json!([{ "required": ["in"] }, { "required": ["equals"] }]);
    when["description"] = json!(description);
    when
}

fn relation() -> Value {
    let texts = |description: &str| one_or_more(description, &json!({ "type": "string" }));
    let when = one_of_values("In which bodies the relation holds.");
    let (host, others): (Vec<_>, Vec<_>) = LINK_BY
        .iter()
        .copied()
        .partition(|(_, by)| *by == LinkBy::Host);
    let mut relation = object(
        [
            (
                "role",
                text(
                    "What the target is to the resource, `default-storage`; rules name the relation by it.",
                ),
            ),
            ("from", text("The resource type whose body refers.")),
            (
                "at",
                definition_as("path", "The value that refers; with `[*]` each of them."),
            ),
            (
                "atKeys",
                definition_as("path", "The object the names of whose properties refer."),
            ),
            ("when", when),
            (
                "to",
                texts("The resource types it may point to; `'*'` for any."),
            ),
            (
                "dependency",
                boolean(
                    "Whether the resource stands on what it refers to, so that a workspace which reaches it reaches that, too; `true` \
                     without it. On what logs are sent to, nothing stands.",
                ),
            ),
            (
                "by",
                word(
                    "How it refers: by a resource id, by the last part of a name, or by a host name of which `pattern` is the form.",
                    LINK_BY,
                ),
            ),
            (
                "pattern",
                one_or_more(
                    "The forms of the host name, such as `https://{name}.search.windows.net`.",
                    &json!({
                        "type": "string",
                        "pattern": r"\{name\}",
                        "patternErrorMessage": "a pattern has `{name}` where the name stands",
                    }),
                ),
            ),
        ],
        ["role", "from", "by"],
    );
    let by = |words: &[(&str, LinkBy)]| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        json!({ "properties": { "by": { "enum": words } } })
    };
    let mut with_pattern = by(&host);
    with_pattern["required"] = json!(["pattern"]);
    let without_pattern = by(&others);
    relation["allOf"] = json!([
        { "anyOf": [with_pattern, without_pattern] },
        { "anyOf": [{ "required": ["at"] }, { "required": ["atKeys"] }] },
        not_together(&["at", "atKeys"]),
    ]);
    relation
}

/// `aliases.yaml`, and its definitions.
pub fn aliases(names: &Names) -> (Value, Value) {
    let definitions = condition::definitions(names);
    let values = [
        ("take", definition_as("path", "The value of this path.")),
        ("is", any("This value.")),
        (
            "items",
            definition_as("path", "Each value of this path, which has `[*]`."),
        ),
    ];
    let entries: Vec<_> = values
        .into_iter()
        .map(|(key, value)| {
            let mut entry = object(
                [
                    (key, value),
                    (
                        "if",
                        definition_as("condition", "Whether the entry counts."),
                    ),
                    ("default", any("What it is when absent there.")),
                    (
                        "child",
                        text("The last part of the type of the child in whose body it is."),
                    ),
                    (
                        "named",
                        text("The name of that child; any child without it."),
                    ),
                ],
                [key],
            );
            entry["anyOf"] = json!([{ "required": ["child"] }, not_together(&["named"])]);
            entry
        })
        .collect();
    let alias = one_or_more(
        "The ways in which the API spells the value; the first that is present counts, of a list all do.",
        &json!({ "anyOf": entries }),
    );
    let of_type = mapping("Aliases of a resource type, by name.", &definition("alias"));
    let mut definitions = definitions;
    definitions["alias"] = alias;
    (tables(&of_type), definitions)
}

/// A file in which every key but `version` names a table.
fn tables(table: &Value) -> Value {
    let mut file = object([version()], ["version"]);
    file["additionalProperties"] = table.clone();
    file
}
