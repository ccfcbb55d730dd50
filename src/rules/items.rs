//! What `each`, `any`, `count`, `sum`, `min` and `max` walk, and whether there may be more of it.

use crate::evaluate::Presence;
use crate::graph::{Link, Members, ResourceGraph, ResourceIndex, Target};
use crate::path::{Path, PathStart};
use crate::rules::alias;
use crate::rules::comparison::key;
use crate::rules::context::{
    Context, Item, Node, Thing, host, node_of, node_of_target, place_of_node,
};
use crate::rules::definition::{Condition, Of, Operand, Source, SourceKind, Subject, Test};
use crate::rules::outcome::{Evidence, Note};
use crate::rules::query::{
    Parts, Selected, causes_outside, reason_outside, select, select_in, select_parts,
};
use crate::value::Cause;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Resources of a type, at most, that a rule looks through without an equality to find them by.
pub const MAX_CANDIDATES: usize = 1_000;
/// Fewer candidates than this are not worth an index.
const MIN_INDEXED: usize = 32;

/// Why there may be resources that nobody sees.
pub const UNREAD: &str = "a module that could not be read may hold others";

/// The items of a source.
#[derive(Clone, Debug)]
pub struct Items {
    /// Those that are known.
    pub items: Vec<Item>,
    /// Why there may be others.
    pub open: Option<Evidence>,
    /// What holds them: an array, or the type of a resource.
    pub container: Evidence,
}

/// Resources by the value of a path.
#[derive(Debug, Default)]
pub struct JoinIndex {
    by_key: FxHashMap<String, Vec<ResourceIndex>>,
    /// Those whose value is unknown, absent, or no scalar.
    unsure: Vec<ResourceIndex>,
}

/// The items of a source. Those that surely fail an equality of `filter` may be left out.
pub fn items(context: &Context, source: &Source, filter: Option<&Condition>) -> Items {
    match &source.kind {
        SourceKind::Path(path) => match context.start(path, source.of) {
            Some(thing) => {
                let host = node_of(&thing).clone();
                from_parts(select_parts(context.graph(), &thing, &path.steps), &host)
            }
            None => none(container(context, &context.node_at_hand())),
        },
        SourceKind::Alias(name) => match context.node(source.of) {
            Some(node) => alias::items(context, &node, name),
            None => none(container(context, &context.node_at_hand())),
        },
        SourceKind::Group => context
            .group
            .cloned()
            .unwrap_or_else(|| none(container(context, context.judged))),
        SourceKind::Resources(types) => resources(context, types, filter),
        SourceKind::Children(_)
        | SourceKind::Extensions { .. }
        | SourceKind::Links(_)
        | SourceKind::LinkedFrom(_) => match context.node(source.of) {
            Some(Node::Resource(index)) => related(context, index, &source.kind),
            Some(node @ (Node::External { .. } | Node::Unknown { .. })) => {
                let container = container(context, &node);
                let reason = reason_outside(&node);
                Items {
                    items: Vec::new(),
                    open: Some(container.because_of(reason, causes_outside(&node))),
                    container,
                }
            }
            None => none(container(context, &context.node_at_hand())),
        },
    }
}

fn none(container: Evidence) -> Items {
    Items {
        items: Vec::new(),
        open: None,
        container,
    }
}

fn container(context: &Context, node: &Node) -> Evidence {
    Evidence {
        place: place_of_node(context.graph(), node),
        note: Note::Container,
        value: None,
    }
}

/// Parts of a body as items.
pub fn from_parts(parts: Parts, host: &Node) -> Items {
    let item = |(value, place, presence)| Item {
        thing: Thing::Part {
            value,
            place,
            host: host.clone(),
        },
        presence,
        link: None,
    };
    Items {
        items: parts.parts.into_iter().map(item).collect(),
        open: parts.open,
        container: parts.container,
    }
}

/// What belongs to a resource of the run.
fn related(context: &Context, index: ResourceIndex, kind: &SourceKind) -> Items {
    let graph = context.graph();
    let holder = container(context, &Node::Resource(index));
    let existing = graph.resource(index).existing;
    let (items, open, reason) = match kind {
        SourceKind::Children(segments) => {
            let members = segments
                .iter()
                .map(|segment| graph.children(index, segment));
            let (children, open) = gather(members);
            for segment in segments {
                let parent = &graph.resource(index).resource_type;
                graph.look_for_type(&format!("{parent}/{segment}").to_ascii_lowercase());
            }
            let reason = "may have children that are not in sight";
            (owned(graph, index, children), open || existing, reason)
        }
        SourceKind::Extensions {
            resource_type,
            inherited,
        } => {
            let Members { items, open } = graph.extensions(index, resource_type, *inherited);
            graph.look_for_type(&resource_type.to_ascii_lowercase());
            let reason = "may be extended by resources that are not in sight";
            (owned(graph, index, items), open || existing, reason)
        }
        SourceKind::Links(roles) => {
            let Members { items, open } = graph.links(index, roles);
            look_at_links(graph, &items, roles);
            let item = |link| link_item(graph, index, link, true);
            let reason = "may refer to resources that are not in sight";
            (
                items.into_iter().map(item).collect(),
                open || existing,
                reason,
            )
        }
        SourceKind::LinkedFrom(roles) => {
            let Members { items, open } = graph.linked_from(index, roles);
            look_at_links(graph, &items, roles);
            let item = |link| link_item(graph, index, link, false);
            let reason = "may be what a reference that is unknown leads to";
            (items.into_iter().map(item).collect(), open, reason)
        }
        SourceKind::Path(_)
        | SourceKind::Alias(_)
        | SourceKind::Resources(_)
        | SourceKind::Group => (Vec::new(), false, ""),
    };
    Items {
        items,
        open: open.then(|| holder.because_of(reason, unseen(graph, index))),
        container: holder,
    }
}

/// Why a resource may have what is not in sight.
pub fn unseen(graph: &ResourceGraph, index: ResourceIndex) -> Vec<Cause> {
    match graph.resource(index).existing {
        true => vec![Cause::Existing],
        false => graph.unread_modules(),
    }
}

/// Notes that a rule asked for links of these roles.
fn look_at_links(graph: &ResourceGraph, links: &[&Link], roles: &[Box<str>]) {
    for role in roles {
        graph.look_for_role(role);
    }
    for link in links {
        graph.look_for(link.from);
        match &link.target {
            Target::Resource(target) => graph.look_for(*target),
            Target::External {
                resource_type: Some(resource_type),
                ..
            } => graph.look_for_type(&resource_type.to_ascii_lowercase()),
            Target::External { .. } | Target::Unknown(_) => {}
        }
    }
}

fn gather<T>(members: impl Iterator<Item = Members<T>>) -> (Vec<T>, bool) {
    let (mut all, mut any_open) = (Vec::new(), false);
    for Members { items, open } in members {
        all.extend(items);
        any_open |= open;
    }
    (all, any_open)
}

fn owned(graph: &ResourceGraph, owner: ResourceIndex, indices: Vec<ResourceIndex>) -> Vec<Item> {
    let item = |index| Item {
        thing: Thing::Node(Node::Resource(index)),
        presence: presence_beside(graph, index, owner),
        link: None,
    };
    indices.into_iter().map(item).collect()
}

fn link_item(graph: &ResourceGraph, at: ResourceIndex, link: &Link, outward: bool) -> Item {
    let node = if outward {
        node_of_target(&link.target, &link.value)
    } else {
        Node::Resource(link.from)
    };
    Item {
        thing: Thing::Node(node),
        presence: presence_beside(graph, link.from, at),
        link: Some((link.value.clone(), Some(link.from))),
    }
}

/// How often a resource is there where another one is: what is written in its body is there with it, unless it stands in
/// a loop of its own.
fn presence_beside(graph: &ResourceGraph, index: ResourceIndex, beside: ResourceIndex) -> Presence {
    let carrier = graph.carrier(index);
    let own = graph.resource(index).presence;
    if carrier == graph.carrier(beside) && own == graph.resource(carrier).presence {
        Presence::Certain
    } else {
        own
    }
}

/// Other resources of these types in the run.
fn resources(context: &Context, types: &[Box<str>], filter: Option<&Condition>) -> Items {
    let graph = context.graph();
    let types: Vec<Box<str>> = types
        .iter()
        .map(|resource_type| resource_type.to_ascii_lowercase().into())
        .collect();
    for resource_type in &types {
        graph.look_for_type(resource_type);
    }
    let judged = host(context.judged);
    let holder = container(context, context.judged);
    let mut candidates: Vec<ResourceIndex> = types
        .iter()
        .flat_map(|resource_type| graph.of_type(resource_type).iter().copied())
        .filter(|index| Some(*index) != judged)
        .collect();
    let mut open = graph
        .is_open()
        .then(|| holder.because_of(UNREAD, graph.unread_modules()));
    if candidates.len() > MIN_INDEXED
        && let Some(found) = filter.and_then(|filter| joined(context, &types, filter))
    {
        candidates = found;
        candidates.retain(|index| Some(*index) != judged);
    }
    if candidates.len() > MAX_CANDIDATES {
        candidates.clear();
        open = Some(holder.because(format!(
            "more than {MAX_CANDIDATES} resources to look through"
        )));
    }
    let item = |index| Item {
        thing: Thing::Node(Node::Resource(index)),
        presence: graph.resource(index).presence,
        link: None,
    };
    Items {
        items: candidates.into_iter().map(item).collect(),
        open,
        container: holder,
    }
}

/// The resources that may meet an equality of the filter between a path of theirs and one of the resource judged.
fn joined(context: &Context, types: &[Box<str>], filter: &Condition) -> Option<Vec<ResourceIndex>> {
    let (theirs, of_ours, ours) = equality(filter)?;
    let Selected::Present(_, value) = select(context, ours, of_ours) else {
        return None;
    };
    let key = key(&value)?;
    let index = join_index(context, types, theirs);
    let mut found = index.by_key.get(&key).cloned().unwrap_or_default();
    found.extend(&index.unsure);
    found.sort_unstable();
    Some(found)
}

/// The first equality of a filter that items can be found by.
fn equality(filter: &Condition) -> Option<(&Path, Option<Of>, &Path)> {
    match filter {
        Condition::AllOf(conditions) => conditions.iter().find_map(equality),
        Condition::Test { subject, tests, .. } => {
            let (theirs, None) = only_path(subject, PathStart::Item)? else {
                return None;
            };
            tests.iter().find_map(|test| match test {
                Test::Equals(Operand::Subject { subject, .. }) => {
                    let (ours, of) = only_path(subject, PathStart::Resource)?;
                    match of {
                        None | Some(Of::Resource | Of::Parent) => Some((theirs, of, ours)),
                        Some(Of::Outer | Of::Item) => None,
                    }
                }
                Test::Exists(_)
                | Test::Empty(_)
                | Test::Equals(_)
                | Test::NotEquals(_)
                | Test::In(_)
                | Test::NotIn(_)
                | Test::Like(_)
                | Test::Matches(_)
                | Test::Contains(_)
                | Test::Compare(..)
                | Test::Region(_)
                | Test::Retired(_)
                | Test::Retiring(_)
                | Test::WrittenAs(_) => None,
            })
        }
        Condition::AnyOf(_)
        | Condition::Not(_)
        | Condition::Each { .. }
        | Condition::Any { .. }
        | Condition::Unique(_) => None,
    }
}

fn only_path(subject: &Subject, start: PathStart) -> Option<(&Path, Option<Of>)> {
    match subject {
        Subject::Path { paths, of } => match paths.as_slice() {
            [path] if path.start == start => Some((path, *of)),
            _ => None,
        },
        Subject::Alias { .. } | Subject::Count { .. } | Subject::Aggregate { .. } => None,
    }
}

fn join_index(context: &Context, types: &[Box<str>], path: &Path) -> Rc<JoinIndex> {
    let join = (types.to_vec(), format!("{:?}", path.steps));
    if let Some(index) = context.session.joins.borrow().get(&join) {
        return index.clone();
    }
    let graph = context.graph();
    let mut index = JoinIndex::default();
    for resource_type in types {
        for candidate in graph.of_type(resource_type) {
            let thing = Thing::Node(Node::Resource(*candidate));
            let value = match select_in(graph, &thing, &path.steps) {
                Selected::Present(_, value) => key(&value),
                Selected::Absent(_) | Selected::Unknown(..) => None,
            };
            match value {
                Some(key) => index.by_key.entry(key).or_default().push(*candidate),
                None => index.unsure.push(*candidate),
            }
        }
    }
    let index = Rc::new(index);
    let mut joins = context.session.joins.borrow_mut();
    joins.insert(join, index.clone());
    index
}
