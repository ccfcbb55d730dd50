//! Which resource a row of the table speaks of: along links, children and names from the workspace.

use crate::evaluate::Presence;
use crate::graph::{Link, ResourceGraph, ResourceIndex, Target};
use crate::path::Path;
use crate::rules::message::short;
use crate::rules::service::{Service, Step, StepTo};
use crate::source::Span;
use rustc_hash::FxHashMap;

/// What stands where a row's resource should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The workspace has nothing of the kind.
    Nothing,
    /// A resource of the deployment.
    Resource {
        /// Its full type.
        resource_type: String,
        /// Its name, or the expression that makes it.
        name: String,
        /// Its symbolic name, if it has one.
        symbolic_name: Option<String>,
        /// Where it stands.
        place: Span,
        /// How often it is there.
        presence: Presence,
        /// Whether it exists already: its body is not seen.
        existing: bool,
        /// Whether a link leads to it; else it merely stands in the same deployment.
        linked: bool,
    },
    /// A resource outside of the run.
    External {
        /// Its full type, if that is known.
        resource_type: Option<String>,
        /// Its name, or the expression that makes it.
        name: String,
        /// Where it is referred to.
        place: Span,
        /// Whether the resource is behind this one, so that not even its name is known.
        behind: bool,
    },
    /// Nobody knows which resource it is before deployment.
    Unknown {
        /// What is not known.
        expression: String,
        /// Where it is referred to.
        place: Span,
    },
}

/// A resource and the way to it.
#[derive(Clone, Debug)]
pub struct Place {
    /// What was found.
    pub found: Found,
    /// The resource, if it is one of the deployment.
    pub resource: Option<ResourceIndex>,
    /// The resources in between.
    pub via: Vec<ResourceIndex>,
    /// The hub from which a project takes it.
    pub owner: Option<ResourceIndex>,
}

/// Whether one of the values of a path is one of those listed; `None` if nobody knows.
pub fn holds(
    graph: &ResourceGraph,
    index: ResourceIndex,
    (path, wanted): &(Path, Vec<Box<str>>),
) -> Option<bool> {
    let (values, open) = graph.values(index, path);
    let mut known = !open;
    for value in &values {
        match value.as_str() {
            Some(text) if wanted.iter().any(|one| one.eq_ignore_ascii_case(text)) => {
                return Some(true);
            }
            Some(_) => {}
            None => known &= !value.is_unknown(),
        }
    }
    known.then_some(false)
}

/// The resources of a service; where there is none, one place that says so.
pub fn find(graph: &ResourceGraph, workspace: ResourceIndex, service: &Service) -> Vec<Place> {
    if service.find.is_empty() {
        return vec![Place::of(graph, workspace, Vec::new(), true)];
    }
    let start = match service.inherited.then(|| hub(graph, workspace)).flatten() {
        None => workspace,
        Some(link) => match link.target {
            Target::Resource(hub) => hub,
            Target::External { .. } | Target::Unknown(_) => {
                return vec![Place::with(of_hub_outside(link))];
            }
        },
    };
    let ways = service.find.iter();
    let mut places = merged(ways.flat_map(|way| walk(graph, start, way)));
    if places.is_empty() {
        places.push(nothing(graph, start));
    }
    if start != workspace {
        places
            .iter_mut()
            .for_each(|place| place.owner = Some(start));
    }
    places
}

/// What is there where nothing was found: of a workspace that exists already nobody sees what it refers to.
fn nothing(graph: &ResourceGraph, start: ResourceIndex) -> Place {
    let resource = graph.resource(start);
    let found = match resource.existing {
        false => Found::Nothing,
        true => Found::External {
            resource_type: None,
            name: short(resource.name()),
            place: resource.type_span,
            behind: true,
        },
    };
    Place::with(found)
}

/// How a project refers to its hub.
fn hub(graph: &ResourceGraph, workspace: ResourceIndex) -> Option<&Link> {
    let links = graph.links(workspace, &["project-hub".into()]);
    links.items.first().copied()
}

/// What a hub outside of the run has.
fn of_hub_outside(link: &Link) -> Found {
    match outside(&link.target, link) {
        Found::External { name, place, .. } => Found::External {
            resource_type: None,
            name,
            place,
            behind: true,
        },
        found @ (Found::Nothing | Found::Resource { .. } | Found::Unknown { .. }) => found,
    }
}

/// The same resource by several ways is one.
fn merged(places: impl Iterator<Item = Place>) -> Vec<Place> {
    let mut merged: Vec<Place> = Vec::new();
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    for place in places {
        let key = (place.resource, place.found.names());
        match known.get(&key) {
            Some(position) => merged[*position].via.extend(place.via),
            None => {
                known.insert(key, merged.len());
                merged.push(place);
            }
        }
    }
    merged
}

impl Found {
    /// Where it stands, or is referred to.
    pub fn place(&self) -> Option<Span> {
        match self {
            Found::Nothing => None,
            Found::Resource { place, .. }
            | Found::External { place, .. }
            | Found::Unknown { place, .. } => Some(*place),
        }
    }

    /// What tells one thing that is not seen from another.
    fn names(&self) -> Option<(Option<String>, String)> {
        match self {
            Found::External {
                resource_type,
                name,
                ..
            } => Some((resource_type.clone(), name.clone())),
            Found::Unknown { expression, .. } => Some((None, expression.clone())),
            Found::Nothing | Found::Resource { .. } => None,
        }
    }
}

/// What a step leads to.
enum Reached {
    Resource(ResourceIndex),
    Outside(Found),
}

/// The ends of a way. Where a step leads nowhere from something that surely is of the service, the way ends before it: a cluster that
/// Azure Machine Learning makes is no more than the compute that asks for it.
fn walk(graph: &ResourceGraph, start: ResourceIndex, way: &[Step]) -> Vec<Place> {
    let mut fronts: Vec<(ResourceIndex, Vec<ResourceIndex>)> = vec![(start, Vec::new())];
    let mut places = Vec::new();
    for (position, step) in way.iter().enumerate() {
        let is_last = position + 1 == way.len();
        let is_sure = position > 0 && way[position - 1].when.is_some();
        let mut next = Vec::new();
        for (front, via) in fronts {
            let reached = reach(graph, front, step);
            if reached.is_empty() && is_sure {
                let before = via[..via.len() - 1].to_vec();
                places.push(Place::of(graph, front, before, true));
            }
            for target in reached {
                match target {
                    Reached::Resource(index) if !is_last => {
                        next.push((index, [via.as_slice(), &[index]].concat()));
                    }
                    Reached::Resource(index) => {
                        let linked = !matches!(step.to, StepTo::Resources(_));
                        places.push(Place::of(graph, index, via.clone(), linked));
                    }
                    Reached::Outside(mut found) => {
                        if let Found::External { behind, .. } = &mut found {
                            *behind = !is_last;
                        }
                        places.push(Place {
                            via: via.clone(),
                            ..Place::with(found)
                        });
                    }
                }
            }
        }
        fronts = next;
    }
    places
}

/// Where a step leads from a resource.
fn reach(graph: &ResourceGraph, from: ResourceIndex, step: &Step) -> Vec<Reached> {
    let mut reached = Vec::new();
    match &step.to {
        StepTo::Links(roles) => {
            let links = graph.links(from, roles).items.into_iter();
            reached.extend(links.filter_map(|link| target(link, step)));
        }
        StepTo::LinkedFrom(roles) => {
            let links = graph.linked_from(from, roles).items.into_iter();
            reached.extend(links.map(|link| Reached::Resource(link.from)));
        }
        StepTo::Children(segments) => {
            let children = segments.iter();
            let children = children.flat_map(|segment| graph.children(from, segment).items);
            reached.extend(children.map(Reached::Resource));
        }
        StepTo::Resources(types) => {
            let resources = types.iter().flat_map(|one| graph.of_type(one));
            reached.extend(resources.copied().map(Reached::Resource));
        }
    }
    reached.retain(|one| match one {
        Reached::Resource(index) => counts(graph, *index, step),
        Reached::Outside(_) => true,
    });
    reached
}

/// Whether a resource is of the step's types and has the value it asks for.
fn counts(graph: &ResourceGraph, index: ResourceIndex, step: &Step) -> bool {
    let resource_type = &graph.resource(index).resource_type;
    let of_type = step.types.is_empty()
        || step
            .types
            .iter()
            .any(|one| one.eq_ignore_ascii_case(resource_type));
    let when = step.when.as_ref();
    of_type && when.is_none_or(|when| holds(graph, index, when) == Some(true))
}

/// What a link leads to; nothing if that is of another type.
fn target(link: &Link, step: &Step) -> Option<Reached> {
    let is_wanted = |resource_type: &str| {
        let mut types = step.types.iter();
        step.types.is_empty() || types.any(|one| one.eq_ignore_ascii_case(resource_type))
    };
    match &link.target {
        Target::Resource(index) => return Some(Reached::Resource(*index)),
        Target::External { resource_type, .. } => {
            if !is_wanted(resource_type.as_deref().unwrap_or_default()) {
                return None;
            }
        }
        Target::Unknown(types) => {
            let all = !types.is_empty() && types.iter().all(|one| is_wanted(one));
            if !all && !step.types.is_empty() {
                return None;
            }
        }
    }
    Some(Reached::Outside(outside(&link.target, link)))
}

/// What a link to something outside of the run leads to.
fn outside(target: &Target, link: &Link) -> Found {
    let place = link.value.span;
    match target {
        Target::External {
            resource_type,
            name,
        } => Found::External {
            resource_type: resource_type.as_deref().map(str::to_owned),
            name: short(name),
            place,
            behind: false,
        },
        Target::Unknown(_) | Target::Resource(_) => Found::Unknown {
            expression: match link.value.is_null() {
                true => "it".to_owned(),
                false => format!("`{}`", short(&link.value)),
            },
            place,
        },
    }
}

impl Place {
    fn with(found: Found) -> Place {
        Place {
            found,
            resource: None,
            via: Vec::new(),
            owner: None,
        }
    }

    fn of(
        graph: &ResourceGraph,
        index: ResourceIndex,
        via: Vec<ResourceIndex>,
        linked: bool,
    ) -> Place {
        let resource = graph.resource(index);
        let found = Found::Resource {
            resource_type: resource.resource_type.to_string(),
            name: short(resource.name()),
            symbolic_name: resource.symbolic_name.as_deref().map(str::to_owned),
            place: resource.type_span,
            presence: resource.presence,
            existing: resource.existing,
            linked,
        };
        Place {
            found,
            resource: Some(index),
            via,
            owner: None,
        }
    }
}
