//! What other roots of a folder see of one: its resources and how they belong together; and a graph of several of them.
//!
//! ```text
//! infra/main.bicep            workspace `west`, its registry, a cluster
//! infra/main-secondary.bicep  workspace `north`
//! ```
//!
//! Within a root everything is linked as it was. From one root to another only an id leads that is known whole.

use super::id::ResourceId;
use super::{Doubts, Link, ResourceGraph, ResourceIndex, Snapshot, Target};
use crate::evaluate::{Deployment, Presence};
use crate::source::Span;
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The resources of one root, as they are in one environment or scenario.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The resources, by the positions they have in the graph.
    pub resources: Vec<Outlined>,
    /// What nobody knows of them.
    pub doubts: Doubts,
}

/// A resource with what lies around it.
#[derive(Clone, Debug)]
pub struct Outlined {
    /// The resource itself.
    pub snapshot: Snapshot,
    /// What it refers to.
    pub links: Vec<Link>,
    /// What it is a child of.
    pub parent: Option<Target>,
    /// What it extends.
    pub extends: Option<Target>,
    /// Where the deployments around it are made, the innermost first.
    pub calls: Vec<Span>,
    /// What else its graph says of it.
    pub other: OtherFacts,
}

/// What a graph says of a resource beside what leads to others.
#[derive(Clone, Debug)]
pub struct OtherFacts {
    /// Whether it is another one once more.
    repeats: bool,
    existing: bool,
    extends_container: bool,
    open_children: Vec<Box<str>>,
    handed_on: bool,
    inline: bool,
    place: Box<str>,
}

/// What a graph of several roots shows to one of them.
#[derive(Debug)]
pub struct View {
    /// How surely each root is there beside it; `None`: never.
    pub seen: Vec<Option<Presence>>,
}

impl View {
    /// How often a resource of a root is there, which is there this often in it; `None`: never.
    pub fn presence(&self, root: usize, presence: Presence) -> Option<Presence> {
        let seen = self.seen.get(root).copied().flatten()?;
        Some(seen.and(presence))
    }
}

impl ResourceGraph {
    /// What other roots may see.
    pub fn outline(&self) -> Outline {
        let all = (0..self.resources.len() as u32).map(ResourceIndex);
        Outline {
            resources: all.map(|index| self.outlined(index)).collect(),
            doubts: self.doubts[0].clone(),
        }
    }

    fn outlined(&self, index: ResourceIndex) -> Outlined {
        let resource = self.resource(index);
        Outlined {
            snapshot: self.snapshot(index),
            links: self.all_links(index).cloned().collect(),
            parent: resource.parent.clone(),
            extends: resource.extends.clone(),
            calls: self.calls(index),
            other: OtherFacts {
                repeats: self.repeats.contains_key(&index),
                existing: resource.existing,
                extends_container: resource.extends_container,
                open_children: resource.open_children.clone(),
                handed_on: resource.handed_on,
                inline: self.carrier(index) != index,
                place: (&*resource.place).into(),
            },
        }
    }

    /// A graph of several roots; the number of each says of which template it is. `deployment` holds no resources.
    pub fn of_outlines(
        deployment: Deployment,
        outlines: Vec<Outline>,
        templates: &[usize],
    ) -> ResourceGraph {
        let mut graph = ResourceGraph {
            doubts: Vec::new(),
            ..ResourceGraph::empty(deployment)
        };
        for outline in outlines {
            graph.add_outline(outline);
        }
        graph.resolve_between(templates);
        graph.link_back();
        graph
    }

    /// Adds the resources of one more root.
    fn add_outline(&mut self, outline: Outline) {
        let first = self.resources.len() as u32;
        let root = self.doubts.len() as u32;
        let moved = |target: Target| match target {
            Target::Resource(index) => Target::Resource(ResourceIndex(index.0 + first)),
            Target::External { .. } | Target::Unknown(_) => target,
        };
        for outlined in outline.resources {
            let index = ResourceIndex(self.resources.len() as u32);
            let folded: Rc<str> = outlined.snapshot.resource_type.to_ascii_lowercase().into();
            let other = outlined.other;
            match other.repeats {
                true => drop(self.repeats.insert(index, index)),
                false => self.by_type.entry(folded).or_default().push(index),
            }
            self.linked.push(outlined.snapshot.linked);
            self.roots.push(root);
            let mut resource = outlined.snapshot.into_resource(other.inline);
            resource.existing = other.existing;
            resource.extends_container = other.extends_container;
            resource.open_children = other.open_children;
            resource.handed_on = other.handed_on;
            resource.place = format!("{root}|{}", other.place).into();
            resource.parent = outlined.parent.map(moved);
            resource.extends = outlined.extends.map(moved);
            for link in outlined.links {
                resource.links.push(self.links.len() as u32);
                self.links.push(Link {
                    from: index,
                    target: moved(link.target),
                    ..link
                });
            }
            self.resources.push(resource);
        }
        self.doubts.push(outline.doubts);
    }

    /// Lets ids that are known whole lead into other roots. Where a template is there in several ways, nobody knows into which.
    fn resolve_between(&mut self, templates: &[usize]) {
        let ids = self.known_ids();
        let template = |index: ResourceIndex| templates.get(self.root(index));
        let mut found = Vec::new();
        for (position, link) in self.links.iter().enumerate() {
            let Target::External { resource_type, .. } = &link.target else {
                continue;
            };
            let id = known_id(&link.value);
            let there = id.and_then(|id| ids.get(&id)).into_iter().flatten();
            let elsewhere = |index: &&ResourceIndex| template(**index) != template(link.from);
            let there: Vec<_> = there.filter(elsewhere).copied().collect();
            let ways: FxHashSet<_> = there.iter().map(|index| self.root(*index)).collect();
            let folded = resource_type.as_deref().map(str::to_ascii_lowercase);
            match (there.first(), ways.len()) {
                (None, _) => {}
                (Some(only), 1) => found.push((position, Target::Resource(*only))),
                (Some(_), _) => {
                    let types = folded.into_iter().map(Into::into).collect();
                    found.push((position, Target::Unknown(types)));
                }
            }
        }
        for (position, target) in found {
            self.links[position].target = target;
        }
    }

    /// Resources that are deployed, by their ids, as far as these are known whole.
    fn known_ids(&self) -> FxHashMap<String, Vec<ResourceIndex>> {
        let mut ids: FxHashMap<String, Vec<ResourceIndex>> = FxHashMap::default();
        for index in self.indices() {
            if self.resource(index).existing {
                continue;
            }
            let id = self.property(index, "id");
            if let Some(id) = id.as_ref().and_then(known_id) {
                ids.entry(id).or_default().push(index);
            }
        }
        ids
    }

    /// Notes of each resource what is below it, and what refers to it.
    fn link_back(&mut self) {
        for position in 0..self.resources.len() {
            let index = ResourceIndex(position as u32);
            if self.repeats.contains_key(&index) {
                continue;
            }
            let resource = &self.resources[position];
            let parent = target_in_graph(resource.parent.as_ref());
            let extended = target_in_graph(resource.extends.as_ref());
            if let Some(parent) = parent {
                self.resources[parent].children.push(index);
            }
            if let Some(extended) = extended {
                self.resources[extended].extensions.push(index);
            }
        }
        for (position, link) in self.links.iter().enumerate() {
            if let Some(target) = target_in_graph(Some(&link.target)) {
                let linked_from = &mut self.resources[target].linked_from;
                linked_from.push(position as u32);
            }
        }
    }
}

fn target_in_graph(target: Option<&Target>) -> Option<usize> {
    match target? {
        Target::Resource(index) => Some(index.0 as usize),
        Target::External { .. } | Target::Unknown(_) => None,
    }
}

/// An id with subscription and resource group that is known whole, folded; `None` for anything else.
fn known_id(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let id = ResourceId::parse(value)?;
    let is_whole = id.subscription_id.is_some() && id.resource_group.is_some();
    (is_whole && !id.names.is_empty()).then(|| text.trim_end_matches('/').to_ascii_lowercase())
}
