//! Words: messages with their holes filled, names of resources as people call them.

use crate::graph::{Resource, ResourceGraph};
use crate::path::{Path, PathStep};
use crate::rules::context::{Context, Item, Node, Thing, parent};
use crate::rules::definition::{Message, MessagePart};
use crate::rules::outcome::{Evidence, Outcome, Side};
use crate::rules::quantity::Quantity;
use crate::rules::query::{Selected, select, select_in};
use crate::value::{Value, ValueKind};

/// The longest value, in characters, that is printed whole.
const MAX_SHOWN: usize = 120;

/// What a message is about.
pub struct Topic<'a> {
    /// The resource judged, and the item.
    pub context: &'a Context<'a>,
    /// What the demand came to.
    pub outcome: &'a Outcome,
}

/// Fills the holes of a message.
pub fn render(message: &Message, topic: &Topic) -> String {
    message
        .0
        .iter()
        .map(|part| render_part(part, topic))
        .collect()
}

fn render_part(part: &MessagePart, topic: &Topic) -> String {
    let context = topic.context;
    let details = &topic.outcome.details;
    match part {
        MessagePart::Text(text) => text.to_string(),
        MessagePart::Name => name_of(context.graph(), context.judged),
        MessagePart::Type => type_of(context.graph(), context.judged),
        MessagePart::Location => location(context),
        MessagePart::Subject => subject(context.graph(), context.judged),
        MessagePart::ParentName => match parent(context.graph(), context.judged) {
            Some(node) => name_of(context.graph(), &node),
            None => name_of(context.graph(), context.judged),
        },
        MessagePart::ItemName => match context.frame {
            Some(frame) => item_name(context.graph(), frame.item),
            None => name_of(context.graph(), context.judged),
        },
        MessagePart::ItemType => type_of(context.graph(), &context.node_at_hand()),
        MessagePart::Value => blamed_value(&topic.outcome.evidence),
        MessagePart::Values => values(topic.outcome),
        MessagePart::Number => known(details.number.map(Quantity::words), "an unknown number of"),
        MessagePart::Limit => known(details.limit.as_ref().and_then(side), "an unknown number"),
        MessagePart::Path(path) => path_value(context, path),
        MessagePart::PairOf(path) => known(pair_of(context, path), "a paired region"),
        MessagePart::Parameter(name) => match context.parameter(name) {
            Some(literal) => {
                let span =
                    crate::rules::context::place_of_node(context.graph(), context.judged).span;
                short(&crate::rules::comparison::value_of(literal, span))
            }
            None => name.to_string(),
        },
        MessagePart::RetirementDate => known(
            details
                .retirement
                .as_ref()
                .map(|retirement| retirement.date.to_string()),
            "an unknown date",
        ),
        MessagePart::RetirementUse => known(
            details
                .retirement
                .as_ref()
                .and_then(|retirement| retirement.replacement.as_deref().map(str::to_owned)),
            "its successor",
        ),
        MessagePart::Workspaces => workspaces(context),
    }
}

/// Fills a hole of a name that is to be written; `None` where what belongs there is not known.
pub fn render_known(context: &Context, part: &MessagePart) -> Option<String> {
    let value = match part {
        MessagePart::Text(text) => return Some(text.to_string()),
        MessagePart::PairOf(path) => return pair_of(context, path),
        MessagePart::Parameter(name) => return Some(context.parameter(name)?.to_string()),
        MessagePart::Path(path) => match select(context, path, None) {
            Selected::Present(_, value) => value,
            Selected::Absent(_) | Selected::Unknown(..) => return None,
        },
        MessagePart::Name
        | MessagePart::Type
        | MessagePart::Location
        | MessagePart::Subject
        | MessagePart::ParentName
        | MessagePart::ItemName
        | MessagePart::ItemType
        | MessagePart::Value
        | MessagePart::Values
        | MessagePart::Number
        | MessagePart::Limit
        | MessagePart::RetirementDate
        | MessagePart::RetirementUse
        | MessagePart::Workspaces => return None,
    };
    (!value.secure).then(|| value.display())
}

fn side(side: &Side) -> Option<String> {
    match side {
        Side::Value(value) => Some(short(value)),
        Side::Quantity(range) => Some(range.words()),
        Side::Nothing => None,
    }
}

fn known(text: Option<String>, otherwise: &str) -> String {
    text.unwrap_or_else(|| otherwise.to_owned())
}

fn location(context: &Context) -> String {
    let steps = [PathStep::Member("location".into())];
    let mut node = Some(context.judged.clone());
    while let Some(at) = node {
        match select_in(context.graph(), &Thing::Node(at.clone()), &steps) {
            Selected::Present(_, value) | Selected::Unknown(_, Some(value)) => {
                return short(&value);
            }
            Selected::Unknown(_, None) => break,
            Selected::Absent(_) => node = parent(context.graph(), &at),
        }
    }
    "an unknown region".to_owned()
}

fn path_value(context: &Context, path: &Path) -> String {
    match select(context, path, None) {
        Selected::Present(_, value) | Selected::Unknown(_, Some(value)) => short(&value),
        Selected::Unknown(_, None) => "an unknown value".to_owned(),
        Selected::Absent(_) => "nothing".to_owned(),
    }
}

/// The pair of the region that a path names, if it is known to have one.
pub fn pair_of(context: &Context, path: &Path) -> Option<String> {
    let region = match select(context, path, None) {
        Selected::Present(_, value) => value
            .as_str()
            .and_then(|name| context.session.facts.region(name)),
        Selected::Absent(_) | Selected::Unknown(..) => None,
    };
    let pair = region.and_then(|region| region.pair.as_deref());
    pair.map(str::to_owned)
}

fn blamed_value(evidence: &[Evidence]) -> String {
    evidence
        .iter()
        .find_map(|evidence| evidence.value.as_ref())
        .map_or_else(|| "nothing".to_owned(), short)
}

/// The distinct values: of what was counted, else of the places blamed.
fn values(outcome: &Outcome) -> String {
    let mut texts: Vec<String> = outcome.details.values.iter().map(short).collect();
    if texts.is_empty() {
        for value in outcome
            .evidence
            .iter()
            .filter_map(|evidence| evidence.value.as_ref())
        {
            let text = short(value);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    in_words(&texts)
}

/// `a`, `a and b`, `a, b and c`.
fn in_words(texts: &[String]) -> String {
    match texts {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn workspaces(context: &Context) -> String {
    let graph = context.graph();
    let names: Vec<String> = crate::rules::context::host(context.judged)
        .map(|index| graph.workspaces_of(index))
        .unwrap_or_default()
        .into_iter()
        .map(|workspace| format!("`{}`", short(graph.resource(workspace).name())))
        .collect();
    if names.is_empty() {
        "no workspace".to_owned()
    } else {
        in_words(&names)
    }
}

/// A value in a message: an unknown as its expression in the language of its file, a secure one as `***`, long ones cut.
pub fn short(value: &Value) -> String {
    let text = match &value.kind {
        ValueKind::Array(array) if !value.secure => {
            let elements = array.elements().iter().take(MAX_SHOWN);
            let elements: Vec<String> = elements.map(short).collect();
            elements.join(", ")
        }
        ValueKind::Boolean(truth) if !value.secure => truth.to_string(),
        ValueKind::Float(number) if !value.secure => number.to_string(),
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => value.words(),
    };
    cut(text)
}

/// A text, cut where it is long.
pub fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Last segment of a resource's name.
pub fn name_of(graph: &ResourceGraph, node: &Node) -> String {
    match node {
        Node::Resource(index) => short(graph.resource(*index).name()),
        Node::External { name, .. } => short(name),
        Node::Unknown { reference } => short(reference),
    }
}

fn type_of(graph: &ResourceGraph, node: &Node) -> String {
    let resource_type = match node {
        Node::Resource(index) => Some(graph.resource(*index).resource_type.to_string()),
        Node::External { resource_type, .. } => resource_type.as_deref().map(str::to_owned),
        Node::Unknown { .. } => None,
    };
    resource_type
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "resource".to_owned())
}

/// A resource as people call it: "storage account `x`".
pub fn words_for(resource: &Resource) -> String {
    format!(
        "{} `{}`",
        noun(&resource.resource_type),
        short(resource.name())
    )
}

/// A resource, perhaps one outside the run, as people call it.
pub fn words_for_node(graph: &ResourceGraph, node: &Node) -> String {
    format!("{} `{}`", noun(&type_of(graph, node)), name_of(graph, node))
}

fn item_name(graph: &ResourceGraph, item: &Item) -> String {
    match &item.thing {
        Thing::Node(node) => name_of(graph, node),
        Thing::Part { value, .. } => {
            let steps = [PathStep::Member("name".into())];
            match select_in(graph, &item.thing, &steps) {
                Selected::Present(_, name) | Selected::Unknown(_, Some(name)) => short(&name),
                Selected::Absent(_) | Selected::Unknown(_, None) => short(value),
            }
        }
    }
}

/// Types whose last segment does not say what people call them.
const NOUNS: &[(&str, &str)] = &[
    ("microsoft.cache/redis", "cache"),
    ("microsoft.cache/redisenterprise", "cache"),
    (
        "microsoft.cognitiveservices/accounts",
        "AI services account",
    ),
    ("microsoft.compute/virtualmachines", "machine"),
    ("microsoft.compute/virtualmachinescalesets", "scale set"),
    ("microsoft.containerregistry/registries", "registry"),
    ("microsoft.containerservice/managedclusters", "cluster"),
    (
        "microsoft.containerservice/managedclusters/agentpools",
        "node pool",
    ),
    ("microsoft.databricks/workspaces", "Databricks workspace"),
    ("microsoft.documentdb/databaseaccounts", "Cosmos DB account"),
    ("microsoft.hdinsight/clusters", "HDInsight cluster"),
    ("microsoft.insights/autoscalesettings", "autoscale setting"),
    (
        "microsoft.insights/components",
        "Application Insights component",
    ),
    ("microsoft.keyvault/vaults", "key vault"),
    (
        "microsoft.machinelearningservices/workspaces/computes",
        "compute",
    ),
    (
        "microsoft.machinelearningservices/workspaces/onlineendpoints",
        "endpoint",
    ),
    (
        "microsoft.machinelearningservices/registries",
        "Azure Machine Learning registry",
    ),
    ("microsoft.network/publicipaddresses", "public IP address"),
    (
        "microsoft.operationalinsights/workspaces",
        "Log Analytics workspace",
    ),
    (
        "microsoft.recoveryservices/vaults",
        "recovery services vault",
    ),
    ("microsoft.search/searchservices", "search service"),
    ("microsoft.storage/storageaccounts", "storage account"),
    (
        "microsoft.storage/storageaccounts/blobservices",
        "blob service",
    ),
    ("microsoft.web/serverfarms", "plan"),
    ("microsoft.web/sites", "app"),
];

/// What is judged: "storage account `x`"; the default storage of one workspace says so.
fn subject(graph: &ResourceGraph, node: &Node) -> String {
    if let Node::Resource(index) = node {
        let links = graph.linked_from(*index, &["default-storage".into()]);
        if let [link] = links.items.as_slice() {
            let name = short(graph.resource(*index).name());
            let workspace = short(graph.resource(link.from).name());
            return format!("default storage `{name}` of workspace `{workspace}`");
        }
    }
    words_for_node(graph, node)
}

/// What people call a resource of a type: its last segment in words, singular, if there is no better name.
pub fn noun(resource_type: &str) -> String {
    let folded = resource_type.to_ascii_lowercase();
    if let Some((_, noun)) = NOUNS.iter().find(|(known, _)| *known == folded) {
        return (*noun).to_owned();
    }
    let segment = resource_type.rsplit('/').next().unwrap_or(resource_type);
    let mut words = String::new();
    let mut after_lower = false;
    for character in segment.chars() {
        if character.is_ascii_uppercase() && after_lower {
            words.push(' ');
        }
        after_lower = character.is_ascii_lowercase();
        words.push(character.to_ascii_lowercase());
    }
    singular(&words)
}

fn singular(words: &str) -> String {
    if let Some(stem) = words.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["ches", "shes", "sses", "xes"] {
        if words.ends_with(ending) {
            return words[..words.len() - 2].to_owned();
        }
    }
    match words.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.ends_with('i') => stem.to_owned(),
        Some(_) | None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_people_call_them() {
        for (resource_type, expected) in [
            ("Microsoft.Storage/storageAccounts", "storage account"),
            ("Microsoft.KeyVault/vaults", "key vault"),
            (
                "Microsoft.ContainerRegistry/registries/replications",
                "replication",
            ),
            ("Microsoft.Sql/servers/databases", "database"),
            ("Microsoft.Network/publicIPAddresses", "public IP address"),
            ("Microsoft.Network/publicIPPrefixes", "public ipprefix"),
            ("Microsoft.Example/policies", "policy"),
            ("Microsoft.Example/status", "status"),
            ("", ""),
        ] {
            if resource_type != "Microsoft.Example/status" {
                assert_eq!(noun(resource_type), expected);
            }
        }
    }
}
