//! Values that the API spells in several ways: `rules/data/aliases.yaml`.

use crate::graph::Members;
use crate::rules::comparison::value_of;
use crate::rules::condition::evaluate;
use crate::rules::context::{Context, Item, MAX_DEPTH, Node, Thing, place_of_node, resource};
use crate::rules::definition::{AliasChild, ValueAlias, ValueAliasEntry, ValueAliasSource};
use crate::rules::items::{Items, from_parts, unseen};
use crate::rules::outcome::{Evidence, Note, Verdict};
use crate::rules::query::{Selected, causes_outside, reason_outside, select_in, select_parts};
use crate::value::Value;

/// The value of an alias: of the first entry that applies and is present.
pub fn read(context: &Context, node: &Node, name: &str) -> Selected {
    let nothing = blank(context, node, Note::Absent(name.into()));
    let Some(alias) = find(context, node, name) else {
        let reason = format!("`{name}` means nothing for this resource");
        return Selected::Unknown(nothing.because(reason), None);
    };
    let context = inside(context, node);
    let mut absent = None;
    for entry in &alias.entries {
        let decided = match applies(&context, entry) {
            Ok(Some(decided)) => decided,
            Ok(None) => continue,
            Err(reason) => return Selected::Unknown(*reason, None),
        };
        match take(&context, entry, &decided) {
            Selected::Absent(evidence) => {
                absent.get_or_insert(evidence);
            }
            Selected::Present(evidence, value) => return Selected::Present(evidence, value),
            Selected::Unknown(evidence, value) => return Selected::Unknown(evidence, value),
        }
    }
    Selected::Absent(absent.unwrap_or(nothing))
}

/// The items of an alias: those of every entry that applies.
pub fn items(context: &Context, node: &Node, name: &str) -> Items {
    let container = blank(context, node, Note::Container);
    let Some(alias) = find(context, node, name) else {
        let reason = format!("`{name}` means nothing for this resource");
        return Items {
            items: Vec::new(),
            open: Some(container.because(reason)),
            container,
        };
    };
    let of_items = |entry: &ValueAliasEntry| matches!(entry.value, ValueAliasSource::Items(_));
    if !alias.entries.iter().any(of_items) {
        return single(read(context, node, name), node);
    }
    let context = inside(context, node);
    let mut all: Option<Items> = None;
    for entry in &alias.entries {
        let decided = match applies(&context, entry) {
            Ok(Some(decided)) => decided,
            Ok(None) => continue,
            Err(reason) => {
                let all = all.get_or_insert_with(|| empty(container.clone()));
                all.open.get_or_insert(*reason);
                continue;
            }
        };
        let found = take_items(&context, entry, &decided);
        match &mut all {
            None => all = Some(found),
            Some(all) => {
                if all.items.is_empty() && !found.items.is_empty() {
                    all.container = found.container;
                }
                all.items.extend(found.items);
                all.open = all.open.take().or(found.open);
            }
        }
    }
    all.unwrap_or_else(|| empty(container))
}

fn empty(container: Evidence) -> Items {
    Items {
        items: Vec::new(),
        open: None,
        container,
    }
}

/// An alias of one value as items.
fn single(selected: Selected, node: &Node) -> Items {
    match selected {
        Selected::Present(evidence, value) | Selected::Unknown(evidence, Some(value)) => Items {
            items: vec![part(value, &evidence, node)],
            open: None,
            container: evidence,
        },
        Selected::Absent(container) => empty(container),
        Selected::Unknown(container, None) => Items {
            items: Vec::new(),
            open: Some(container.clone()),
            container,
        },
    }
}

fn part(value: Value, evidence: &Evidence, node: &Node) -> Item {
    Item {
        thing: Thing::Part {
            value,
            place: evidence.place.clone(),
            host: node.clone(),
        },
        presence: crate::evaluate::Presence::Certain,
        link: None,
    }
}

fn blank(context: &Context, node: &Node, note: Note) -> Evidence {
    Evidence {
        place: place_of_node(context.graph(), node),
        note,
        value: None,
    }
}

fn find<'a>(context: &Context<'a>, node: &Node, name: &str) -> Option<&'a ValueAlias> {
    if context.depth >= MAX_DEPTH {
        return None;
    }
    let resource_type = match node {
        Node::Resource(_) => (&*resource(context.graph(), node)?.resource_type).into(),
        Node::External { resource_type, .. } => resource_type.clone()?,
        Node::Unknown { .. } => return None,
    };
    context.session.facts.alias(&resource_type, name)
}

/// Conditions and paths of an alias begin at the resource it is asked of.
fn inside<'b>(context: &Context<'b>, node: &'b Node) -> Context<'b> {
    Context {
        judged: node,
        frame: None,
        depth: context.depth + 1,
        ..*context
    }
}

/// Whether an entry applies, with what decided that; the reason if that is unknown.
fn applies(
    context: &Context,
    entry: &ValueAliasEntry,
) -> Result<Option<Vec<Evidence>>, Box<Evidence>> {
    let Some(condition) = &entry.when else {
        return Ok(Some(Vec::new()));
    };
    let outcome = evaluate(context, condition);
    match outcome.verdict {
        Verdict::Pass => Ok(Some(outcome.evidence)),
        Verdict::Fail => Ok(None),
        Verdict::Unknown => Err(Box::new(
            outcome.evidence.into_iter().next().unwrap_or_else(|| {
                blank(
                    context,
                    context.judged,
                    Note::Reason("is unknown".to_owned(), Vec::new()),
                )
            }),
        )),
    }
}

/// Where an entry is taken from: the resource, or a child of it. `Err` where there is no such child.
fn taken_from(context: &Context, entry: &ValueAliasEntry) -> Result<Node, Box<Selected>> {
    let Some(AliasChild { segment, name }) = &entry.child else {
        return Ok(context.judged.clone());
    };
    let absent = blank(context, context.judged, Note::Absent(segment.clone()));
    let Node::Resource(index) = context.judged else {
        let reason = reason_outside(context.judged);
        let absent = absent.because_of(reason, causes_outside(context.judged));
        return Err(Box::new(Selected::Unknown(absent, None)));
    };
    let graph = context.graph();
    let Members { items, open } = graph.children(*index, segment);
    let parent = &graph.resource(*index).resource_type;
    graph.look_for_type(&format!("{parent}/{segment}").to_ascii_lowercase());
    let mut unsure = open || graph.resource(*index).existing;
    for child in items {
        match (name, graph.resource(child).name().as_str()) {
            (None, _) => return Ok(Node::Resource(child)),
            (Some(name), Some(own)) if own.eq_ignore_ascii_case(name) => {
                return Ok(Node::Resource(child));
            }
            (Some(_), Some(_)) => {}
            (Some(_), None) => unsure = true,
        }
    }
    if unsure {
        let reason = "may have children that are not in sight";
        let absent = absent.because_of(reason, unseen(graph, *index));
        return Err(Box::new(Selected::Unknown(absent, None)));
    }
    Err(Box::new(Selected::Absent(absent)))
}

fn take(context: &Context, entry: &ValueAliasEntry, decided: &[Evidence]) -> Selected {
    let selected = match &entry.value {
        ValueAliasSource::Is(literal) => {
            let evidence = decided
                .first()
                .cloned()
                .unwrap_or_else(|| blank(context, context.judged, Note::Value));
            let value = value_of(literal, evidence.place.span);
            return Selected::Present(
                Evidence {
                    note: Note::Value,
                    value: Some(value.clone()),
                    ..evidence
                },
                value,
            );
        }
        ValueAliasSource::Take(path) | ValueAliasSource::Items(path) => {
            match taken_from(context, entry) {
                Ok(node) => select_in(context.graph(), &Thing::Node(node), &path.steps),
                Err(selected) => *selected,
            }
        }
    };
    match (selected, &entry.default) {
        (Selected::Absent(evidence), Some(literal)) => {
            let value = value_of(literal, evidence.place.span);
            Selected::Present(
                Evidence {
                    value: Some(value.clone()),
                    ..evidence
                },
                value,
            )
        }
        (
            selected @ (Selected::Present(..) | Selected::Absent(_) | Selected::Unknown(..)),
            Some(_) | None,
        ) => selected,
    }
}

fn take_items(context: &Context, entry: &ValueAliasEntry, decided: &[Evidence]) -> Items {
    if let ValueAliasSource::Items(path) = &entry.value {
        return match taken_from(context, entry) {
            Ok(node) => {
                let thing = Thing::Node(node.clone());
                from_parts(select_parts(context.graph(), &thing, &path.steps), &node)
            }
            Err(selected) => single(*selected, context.judged),
        };
    }
    single(take(context, entry, decided), context.judged)
}
