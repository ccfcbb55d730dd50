//! `rules/data/posture.yaml` and `rules/data/recommendations.yaml`.

use super::Names;
use super::data::{one_of_values, version};
use super::parts::{boolean, list, object, one_or_more, suggested_name, text, word};
use super::rule::citations;
use crate::rules::reader::words::{BY_DEFAULT, ENOUGH, MANAGERS, OTHERWISE_STATES, SECTIONS};
use serde_json::{Value, json};

/// `posture.yaml`.
pub fn services(names: &Names) -> Value {
    let services = list("The rows of the posture report.", &service(names));
    object([version(), ("services", services)], ["version"])
}

fn service(names: &Names) -> Value {
    let columns = [
        (
            "zone",
            "Whether the loss of an availability zone is survived.",
        ),
        ("region", "Whether the loss of the region is survived."),
        ("recovery", "Whether a mistaken delete can be undone."),
    ];
    let columns = columns.map(|(key, description)| (key, column(description, names)));
    let keys = [
        ("name", text("The handle of the row, `default-storage`.")),
        ("title", text("What people call the service.")),
        (
            "section",
            word("The part of the table it stands in.", SECTIONS),
        ),
        (
            "managedBy",
            word("Who has to see to its availability.", MANAGERS),
        ),
        (
            "byDefault",
            word(
                "Whether it is highly available without doing anything; `zones`: within its region; `nothing`: there is nothing to configure.",
                BY_DEFAULT,
            ),
        ),
        (
            "article",
            text("The row of Microsoft's article that speaks of it."),
        ),
        (
            "kinds",
            texts("Kinds of workspaces that have it; any without it."),
        ),
        (
            "when",
            one_of_values("The value of the workspace by which it has it."),
        ),
        (
            "inherited",
            boolean("Whether a project takes it from its hub."),
        ),
        ("find", ways(names)),
        ("related", rules("Other rules that speak of it.", names)),
        ("note", text("What holds today, a few sentences.")),
        ("sources", citations()),
    ];
    let required = [
        "name",
        "title",
        "section",
        "managedBy",
        "byDefault",
        "zone",
        "region",
        "recovery",
    ];
    object(keys.into_iter().chain(columns), required)
}

fn ways(names: &Names) -> Value {
    let roles = || one_or_more("Roles.", &suggested_name("A role.", &names.roles));
    let forms = [
        ("links", roles()),
        ("linkedFrom", roles()),
        ("children", texts("Last parts of the types of children.")),
        (
            "resources",
            texts("Types of resources anywhere in the deployment."),
        ),
    ];
    let forms: Vec<_> = forms
        .into_iter()
        .map(|(key, value)| {
            let when = one_of_values("The value of what is reached that makes it count.");
            let types = texts("Resource types that count; any without it.");
            object([(key, value), ("when", when), ("to", types)], [key])
        })
        .collect();
    let step = json!({ "anyOf": forms });
    json!({
        "description": "Ways from the workspace to the resource, each a step or a list of steps; the workspace itself without it.",
        "type": "array",
        "items": one_or_more("A way.", &step),
        "minItems": 1,
    })
}

fn column(description: &str, names: &Names) -> Value {
    let otherwise = object(
        [
            (
                "state",
                word(
                    "What holds; that something is survived only a rule shows.",
                    OTHERWISE_STATES,
                ),
            ),
            ("because", text("Why.")),
            ("help", text("What to do.")),
        ],
        ["state", "because"],
    );
    let keys = [
        (
            "shownBy",
            rules(
                "Rules whose pass shows that it is, and whose fault that it is not.",
                names,
            ),
        ),
        (
            "deniedBy",
            rules(
                "Rules whose fault shows that it is not; their pass shows nothing.",
                names,
            ),
        ),
        (
            "elseDeniedBy",
            rules(
                "Rules whose fault shows it where none of the others applies.",
                names,
            ),
        ),
        (
            "enough",
            word(
                "How many of the rules in `shownBy` that apply have to pass; all without it.",
                ENOUGH,
            ),
        ),
        ("otherwise", otherwise),
    ];
    let mut column = object(keys, []);
    column["description"] = json!(description);
    column
}

/// `recommendations.yaml`.
pub fn recommendations(names: &Names) -> Value {
    let recommendation = object(
        [
            ("id", text("The first eight digits of its id.")),
            ("of", text("The resource type it is about.")),
            ("title", text("What it is about.")),
            (
                "rules",
                rules("Rules that cover it, beside those that cite it.", names),
            ),
            ("reason", text("Why no rule does, or what they leave out.")),
        ],
        ["id", "of", "title"],
    );
    let source = text("Where the recommendations come from.");
    let recommendations = list("What is recommended.", &recommendation);
    object(
        [
            version(),
            ("source", source),
            ("recommendations", recommendations),
        ],
        ["version", "source"],
    )
}

fn rules(description: &str, names: &Names) -> Value {
    one_or_more(description, &suggested_name("A rule.", &names.rules))
}

fn texts(description: &str) -> Value {
    one_or_more(description, &json!({ "type": "string" }))
}
