//! Putting a [`ResourceGraph`] together: parents, extensions, links, and what the workspaces reach.

use super::id::{ResourceId, all_same, same};
use super::{
    Link, Origin, Resource, ResourceGraph, ResourceIndex, Target, WORKSPACE, choices_along,
};
use crate::evaluate::{self, Deployment, Presence, selected};
use crate::path::{Path, PathStep};
use crate::relation::{InlineChild, LinkBy, Relation, Relations};
use crate::source::Span;
use crate::value::{Choices, Extent, Value};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;

/// Extension resources that, written without a scope, extend what the template is deployed to.
const EXTENSIONS: [&str; 3] = [
    "microsoft.authorization/locks",
    "microsoft.insights/diagnosticsettings",
    "microsoft.authorization/roleassignments",
];

pub(super) fn build(deployment: Deployment, relations: &Relations) -> ResourceGraph {
    let resources = declared(&deployment);
    let mut building = Building {
        graph: ResourceGraph {
            resources,
            ..ResourceGraph::empty(deployment)
        },
        by_names: FxHashMap::default(),
        vague: FxHashMap::default(),
    };
    building.index();
    building.decided();
    building.inline_children(relations);
    building.parents();
    building.links(relations);
    building.reach();
    building.hand_on();
    building.graph
}

/// The resources of the deployment, in its order, so that positions are indices.
fn declared(deployment: &Deployment) -> Vec<Resource> {
    let mut last: Option<(&Rc<evaluate::Target>, Rc<str>)> = None;
    let resources = deployment.resources.iter().enumerate();
    resources
        .map(|(position, resource)| {
            // Most resources go where the one before goes.
            let place = match last.take() {
                Some((target, place)) if Rc::ptr_eq(target, &resource.target) => place,
                Some(_) | None => place(&resource.target),
            };
            last = Some((&resource.target, place.clone()));
            let (resource_type, names, legacy) =
                normalised(&resource.resource_type, &resource.names);
            Resource {
                resource_type,
                type_span: resource.type_span,
                names,
                symbolic_name: resource.symbolic_name.clone(),
                existing: resource.existing,
                presence: resource.presence,
                choices: resource.choices,
                declaration: resource.declaration,
                parent: resource
                    .parent
                    .map(|parent| Target::Resource(ResourceIndex(parent as u32))),
                extends: legacy,
                extends_container: false,
                children: Vec::new(),
                extensions: Vec::new(),
                links: Vec::new(),
                linked_from: Vec::new(),
                open_children: Vec::new(),
                place,
                origin: Origin::Declared(position),
                body: OnceCell::new(),
            }
        })
        .collect()
}

fn place(target: &evaluate::Target) -> Rc<str> {
    let mut place = target.subscription_id.identity();
    place.push('|');
    target.resource_group.add_identity(&mut place);
    place.into()
}

/// `Microsoft.Storage/storageAccounts/providers/locks` named `st/Microsoft.Authorization/lock` is a
/// `Microsoft.Authorization/locks` that extends `st`. What it extends is found later, by the external target given here.
fn normalised(resource_type: &Rc<str>, names: &[Value]) -> (Rc<str>, Vec<Value>, Option<Target>) {
    let Some((extended, extension)) = resource_type.split_once("/providers/") else {
        return (resource_type.clone(), names.to_vec(), None);
    };
    let extended_names = extended.split('/').count() - 1;
    let namespace = names.get(extended_names).and_then(Value::as_str);
    let (Some(namespace), Some(own)) = (namespace, names.get(extended_names + 1..)) else {
        return (resource_type.clone(), names.to_vec(), None);
    };
    let target = Target::External {
        resource_type: Some(extended.into()),
        name: joined(&names[..extended_names]),
    };
    (
        format!("{namespace}/{extension}").into(),
        own.to_vec(),
        Some(target),
    )
}

fn joined(names: &[Value]) -> Value {
    let span = names[0].span;
    let mut parts = Vec::new();
    for name in names {
        if !parts.is_empty() {
            parts.push(Value::string("/", span));
        }
        parts.push(super::textual(name.clone()));
    }
    Value::text(parts, span)
}

struct Building {
    graph: ResourceGraph,
    /// Resources by folded type and identity of their names.
    by_names: FxHashMap<String, Vec<ResourceIndex>>,
    /// Resources with a name that is not known, by folded type.
    vague: FxHashMap<Rc<str>, Vec<ResourceIndex>>,
}

/// What a search for a resource by type and names found.
enum Found {
    One(ResourceIndex),
    Nothing,
    PerhapsOne,
}

impl Building {
    fn index(&mut self) {
        let all = (0..self.graph.resources.len() as u32).map(ResourceIndex);
        let (existing, deployed): (Vec<_>, Vec<_>) =
            all.partition(|index| self.graph.resource(*index).existing);
        for index in deployed.into_iter().chain(existing) {
            let key = self.key(index);
            match self.same_as(index, &key) {
                Some(same) => {
                    self.graph.repeats.insert(index, same);
                }
                None => self.index_one(index, key),
            }
        }
        for indices in self.graph.by_type.values_mut() {
            indices.sort_unstable();
        }
    }

    /// Notes what decides whether there are resources of a type.
    fn decided(&mut self) {
        for (resource_type, choices) in &self.graph.deployment.decisions {
            let folded = resource_type.to_ascii_lowercase().into();
            *self.graph.decided.entry(folded).or_default() |= choices;
        }
    }

    /// The resource that this one is once more: a module that is called twice deploys the same one twice, and `existing` may refer to
    /// what the template itself deploys.
    fn same_as(&self, index: ResourceIndex, key: &str) -> Option<ResourceIndex> {
        let resource = self.graph.resource(index);
        let known = self.by_names.get(key)?;
        known.iter().copied().find(|other| {
            let other = self.graph.resource(*other);
            let is_again = other.declaration == resource.declaration
                && other.presence == resource.presence
                && other.existing == resource.existing;
            let is_reference = resource.existing && !other.existing;
            other.place == resource.place && (is_again || is_reference)
        })
    }

    /// Its type and its names as one text.
    fn key(&self, index: ResourceIndex) -> String {
        let resource = self.graph.resource(index);
        names_key(
            &resource.resource_type.to_ascii_lowercase(),
            &resource.names,
        )
    }

    fn index_one(&mut self, index: ResourceIndex, key: String) {
        let resource = self.graph.resource(index);
        let folded: Rc<str> = resource.resource_type.to_ascii_lowercase().into();
        if resource.names.iter().any(|name| name.as_str().is_none()) {
            self.vague.entry(folded.clone()).or_default().push(index);
        }
        self.by_names.entry(key).or_default().push(index);
        self.graph.by_type.entry(folded).or_default().push(index);
    }

    /// The resource of this type and these names at this place.
    fn find(
        &self,
        folded_type: &str,
        names: &[Value],
        place: impl Fn(&Resource) -> Option<bool>,
    ) -> Found {
        if self.graph.of_type(folded_type).is_empty() {
            return Found::Nothing;
        }
        let exact = self.by_names.get(&names_key(folded_type, names));
        let mut perhaps = false;
        for candidate in exact.into_iter().flatten() {
            match place(self.graph.resource(*candidate)) {
                Some(true) => return Found::One(*candidate),
                Some(false) => {}
                None => perhaps = true,
            }
        }
        // A name that is known can only be meant by one that is not.
        let known = names.iter().all(|name| name.as_str().is_some());
        let candidates = if known {
            self.vague.get(folded_type).map_or(&[][..], Vec::as_slice)
        } else {
            self.graph.of_type(folded_type)
        };
        perhaps = perhaps
            || candidates.iter().any(|candidate| {
                let resource = self.graph.resource(*candidate);
                resource.names.len() == names.len()
                    && may_be_same(&resource.names, names)
                    && place(resource) != Some(false)
            });
        if perhaps {
            Found::PerhapsOne
        } else {
            Found::Nothing
        }
    }

    fn inline_children(&mut self, relations: &Relations) {
        for child in &relations.inline_children {
            let Some((parent_type, segment)) = child.resource_type.rsplit_once('/') else {
                continue;
            };
            for parent in self
                .graph
                .of_type(&parent_type.to_ascii_lowercase())
                .to_vec()
            {
                let (elements, open) = walk(self.graph.body(parent), &child.at);
                let choices = choices_along(self.graph.body(parent), &child.at.steps)
                    | self.graph.resource(parent).choices;
                if choices != 0 {
                    let folded = child.resource_type.to_ascii_lowercase().into();
                    *self.graph.decided.entry(folded).or_default() |= choices;
                }
                let repeated = is_repeated(self.graph.body(parent), &child.at);
                if open {
                    self.graph.resources[parent.0 as usize]
                        .open_children
                        .push(segment.into());
                }
                for element in elements {
                    self.inline_child(parent, child, (repeated, choices), element);
                }
            }
        }
    }

    fn inline_child(
        &mut self,
        parent: ResourceIndex,
        child: &InlineChild,
        (repeated, choices): (bool, Choices),
        element: Value,
    ) {
        let InlineChild {
            resource_type,
            flat,
            ..
        } = child;
        let around = self.graph.resource(parent);
        let name = element
            .as_object()
            .and_then(|object| object.get("name"))
            .map(|property| property.value.clone());
        let start = Span {
            end: element.span.start + 1,
            ..element.span
        };
        let name = name.unwrap_or_else(|| Value::string("", start));
        let names: Vec<_> = around.names.iter().cloned().chain([name]).collect();
        let place = around.place.clone();
        // A child of its own with the same name is the later word.
        let own = self.find(&resource_type.to_ascii_lowercase(), &names, |other| {
            Some(other.place == place)
        });
        if matches!(own, Found::One(_)) {
            return;
        }
        let api_version = self
            .graph
            .body(parent)
            .as_object()
            .and_then(|body| body.get("apiVersion"));
        let resource = Resource {
            resource_type: (&**resource_type).into(),
            type_span: start,
            names,
            symbolic_name: None,
            existing: around.existing,
            presence: if repeated {
                Presence::Repeated
            } else {
                around.presence
            },
            choices,
            declaration: element.span,
            parent: Some(Target::Resource(parent)),
            extends: None,
            extends_container: false,
            children: Vec::new(),
            extensions: Vec::new(),
            links: Vec::new(),
            linked_from: Vec::new(),
            open_children: Vec::new(),
            place: place.clone(),
            origin: Origin::Inline {
                element,
                flat: *flat,
                api_version: api_version.map(|property| property.value.clone()),
            },
            body: OnceCell::new(),
        };
        let index = ResourceIndex(self.graph.resources.len() as u32);
        self.graph.resources.push(resource);
        let key = self.key(index);
        self.index_one(index, key);
    }

    fn parents(&mut self) {
        for position in 0..self.graph.resources.len() {
            let index = ResourceIndex(position as u32);
            if self.graph.repeats.contains_key(&index) {
                continue;
            }
            if let Some(Target::Resource(parent)) = &mut self.graph.resources[position].parent
                && let Some(same) = self.graph.repeats.get(parent)
            {
                *parent = *same;
            }
            if self.graph.resource(index).parent.is_none() {
                self.graph.resources[position].parent = self.parent_by_name(index);
            }
            if let Some(Target::Resource(parent)) = self.graph.resource(index).parent {
                self.graph.resources[parent.0 as usize].children.push(index);
            }
            if let Some(Target::Unknown(_)) = self.graph.resource(index).parent {
                let astray = self
                    .graph
                    .resource(index)
                    .resource_type
                    .to_ascii_lowercase();
                self.graph.astray.insert(astray);
            }
            let extends = self.extends(index);
            if let Some(Target::Resource(target)) = &extends {
                self.graph.resources[target.0 as usize]
                    .extensions
                    .push(index);
            }
            let resource = &mut self.graph.resources[position];
            let is_extension = |name: &&str| name.eq_ignore_ascii_case(&resource.resource_type);
            resource.extends_container = extends.is_none() && EXTENSIONS.iter().any(is_extension);
            resource.extends = extends;
        }
    }

    /// The parent of `a/b/c` named `x/y` is the `a/b` named `x`.
    fn parent_by_name(&self, index: ResourceIndex) -> Option<Target> {
        let resource = self.graph.resource(index);
        let (parent_type, _) = resource.resource_type.rsplit_once('/')?;
        if !parent_type.contains('/') {
            return None;
        }
        let names = &resource.names[..resource.names.len() - 1];
        let wanted = parent_type.split('/').count() - 1;
        if names.len() != wanted {
            // The whole name is one unknown: nobody sees where the parent's ends.
            return Some(Target::Unknown(vec![
                parent_type.to_ascii_lowercase().into(),
            ]));
        }
        let place = resource.place.clone();
        Some(
            match self.find(&parent_type.to_ascii_lowercase(), names, |other| {
                Some(other.place == place)
            }) {
                Found::One(parent) => Target::Resource(parent),
                Found::Nothing => Target::External {
                    resource_type: Some(parent_type.into()),
                    name: names.last().expect("a child has a parent's name").clone(),
                },
                Found::PerhapsOne => Target::Unknown(vec![parent_type.to_ascii_lowercase().into()]),
            },
        )
    }

    fn extends(&self, index: ResourceIndex) -> Option<Target> {
        let resource = self.graph.resource(index);
        if let Some(Target::External {
            resource_type: Some(extended),
            name,
        }) = &resource.extends
        {
            let place = resource.place.clone();
            let names = name.split('/');
            return Some(
                match self.find(&extended.to_ascii_lowercase(), &names, |other| {
                    Some(other.place == place)
                }) {
                    Found::One(target) => Target::Resource(target),
                    Found::Nothing => resource.extends.clone()?,
                    Found::PerhapsOne => Target::Unknown(Vec::new()),
                },
            );
        }
        let Origin::Declared(position) = resource.origin else {
            return None;
        };
        let scope = self.graph.deployment.resources[position].extends()?;
        if scope.is_null() {
            return None;
        }
        let relative = scope.split('/');
        // `Microsoft.Storage/storageAccounts/name`, relative to the resource group.
        if relative
            .first()
            .and_then(Value::as_str)
            .is_some_and(|first| first.contains('.'))
            && relative.len() >= 3
        {
            let names: Vec<_> = relative.iter().skip(2).step_by(2).cloned().collect();
            let segments = relative.iter().skip(1).step_by(2).map(Value::display);
            let resource_type = std::iter::once(relative[0].display())
                .chain(segments)
                .collect::<Vec<_>>()
                .join("/");
            let place = resource.place.clone();
            return Some(
                match self.find(&resource_type.to_ascii_lowercase(), &names, |other| {
                    Some(other.place == place)
                }) {
                    Found::One(target) => Target::Resource(target),
                    Found::Nothing => Target::External {
                        resource_type: Some(resource_type.into()),
                        name: names.last().cloned().unwrap_or(scope),
                    },
                    Found::PerhapsOne => Target::Unknown(Vec::new()),
                },
            );
        }
        Some(self.by_id(&scope, &[]))
    }

    /// The resource that a value names by id.
    fn by_id(&self, value: &Value, types: &[Box<str>]) -> Target {
        let unknown = || Target::Unknown(types.to_vec());
        let Some(id) = ResourceId::parse(value).map(ResourceId::of_whole) else {
            return if value.is_unknown() {
                unknown()
            } else {
                Target::External {
                    resource_type: None,
                    name: value.clone(),
                }
            };
        };
        let folded = id.resource_type.to_ascii_lowercase();
        let place = |resource: &Resource| self.same_place(resource, &id);
        match self.find(&folded, id.own_names(), place) {
            Found::One(target) => Target::Resource(target),
            Found::PerhapsOne => Target::Unknown(vec![folded.into()]),
            Found::Nothing => match id.names.last() {
                Some(name) => Target::External {
                    resource_type: Some(id.resource_type.as_str().into()),
                    name: name.clone(),
                },
                None => Target::External {
                    resource_type: None,
                    name: value.clone(),
                },
            },
        }
    }

    fn same_place(&self, resource: &Resource, id: &ResourceId) -> Option<bool> {
        let Origin::Declared(position) = resource.origin else {
            return Some(true);
        };
        let target = &self.graph.deployment.resources[position].target;
        let pair = |of_id: &Option<Value>, of_target: &Value| {
            of_id
                .as_ref()
                .map_or(Some(true), |of_id| same(of_id, of_target))
        };
        let subscription = pair(&id.subscription_id, &target.subscription_id);
        let group = pair(&id.resource_group, &target.resource_group);
        match (subscription, group) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        }
    }

    fn links(&mut self, relations: &Relations) {
        for relation in &relations.relations {
            let decided = self.graph.decided.get(&relation.from).copied();
            self.refers(relation, decided.unwrap_or(0));
            for from in self.graph.of_type(&relation.from).to_vec() {
                if self.graph.resource(from).existing {
                    continue;
                }
                self.links_of(from, relation);
            }
        }
    }

    /// Notes what decides what a relation refers to.
    fn refers(&mut self, relation: &Relation, choices: Choices) {
        if choices != 0 {
            *self
                .graph
                .referred
                .entry(relation.role.clone())
                .or_default() |= choices;
        }
    }

    fn links_of(&mut self, from: ResourceIndex, relation: &Relation) {
        let body = self.graph.body(from);
        let choices = choices_along(body, &relation.at.steps);
        let when = relation.when.as_ref();
        let choices = choices | when.map_or(0, |(path, _)| choices_along(body, &path.steps));
        self.refers(relation, choices);
        let body = self.graph.body(from);
        if let Some((path, wanted)) = &relation.when {
            let (values, _) = walk(body, path);
            let is_wanted = |value: &Value| {
                value.as_str().is_none_or(|text| {
                    wanted
                        .iter()
                        .any(|wanted| wanted.eq_ignore_ascii_case(text))
                })
            };
            if !values.iter().any(is_wanted) {
                return;
            }
        }
        let (values, open) = if relation.keys {
            keys(body, &relation.at)
        } else {
            walk(body, &relation.at)
        };
        let mut links = Vec::new();
        for value in values {
            // What is neither text nor unknown names nothing.
            if !value.is_unknown() && value.as_str().is_none_or(str::is_empty) {
                continue;
            }
            let target = match (named_in(&value, relation), relation.by) {
                (Some(name), _) => self.by_name(&name, from, relation),
                (None, LinkBy::Id) => self.by_id(&value, &relation.to),
                (None, LinkBy::Name) => self.by_name(&value, from, relation),
                (None, LinkBy::Host) if value.as_str().is_none() => {
                    Target::Unknown(relation.to.clone())
                }
                (None, LinkBy::Host) => Target::External {
                    resource_type: None,
                    name: value.clone(),
                },
            };
            // `resourceId` of a project or a connected cluster may stand where another type does.
            let fits = match &target {
                Target::Resource(index) => {
                    let resource_type = &self.graph.resource(*index).resource_type;
                    relation.to.is_empty()
                        || relation
                            .to
                            .iter()
                            .any(|to| to.eq_ignore_ascii_case(resource_type))
                }
                Target::External { .. } | Target::Unknown(_) => true,
            };
            if fits {
                links.push(Link {
                    role: relation.role.clone(),
                    from,
                    target,
                    value,
                });
            }
        }
        if open {
            let value = Value::null(self.graph.resource(from).type_span);
            let target = Target::Unknown(relation.to.clone());
            links.push(Link {
                role: relation.role.clone(),
                from,
                target,
                value,
            });
        }
        for link in links {
            let position = self.graph.links.len() as u32;
            self.graph.resources[from.0 as usize].links.push(position);
            match &link.target {
                Target::Resource(target) => self.graph.resources[target.0 as usize]
                    .linked_from
                    .push(position),
                Target::Unknown(types) => {
                    let role = &link.role;
                    if types.is_empty() {
                        self.graph.unknown_links.insert((role.clone(), "*".into()));
                    }
                    for resource_type in types {
                        self.graph
                            .unknown_links
                            .insert((role.clone(), resource_type.clone()));
                    }
                }
                Target::External { .. } => {}
            }
            self.graph.links.push(link);
        }
    }

    /// A resource of the relation's types whose last name is this; for a child type, of the same parent.
    fn by_name(&self, value: &Value, from: ResourceIndex, relation: &Relation) -> Target {
        let around = self.graph.resource(from);
        let mut perhaps = false;
        for resource_type in &relation.to {
            for candidate in self.graph.of_type(resource_type) {
                let resource = self.graph.resource(*candidate);
                let siblings = resource.names.len() == 1
                    || all_same(
                        resource.names[..resource.names.len() - 1]
                            .iter()
                            .zip(&around.names),
                    ) != Some(false);
                match same(resource.name(), value) {
                    Some(true) if siblings => return Target::Resource(*candidate),
                    None if siblings => perhaps = true,
                    Some(_) | None => {}
                }
            }
        }
        if perhaps {
            return Target::Unknown(relation.to.clone());
        }
        let resource_type = relation.to.first().map(|one| one.as_ref().into());
        Target::External {
            resource_type,
            name: value.clone(),
        }
    }

    /// What the workspaces reach: by their links and those of their children, and on from there.
    fn reach(&mut self) {
        let mut linked = vec![false; self.graph.resources.len()];
        let mut next = self.graph.of_type(WORKSPACE).to_vec();
        while let Some(index) = next.pop() {
            if std::mem::replace(&mut linked[index.0 as usize], true) {
                continue;
            }
            let resource = self.graph.resource(index);
            next.extend(&resource.children);
            next.extend(&resource.extensions);
            for link in &resource.links {
                if let Target::Resource(target) = self.graph.links[*link as usize].target {
                    next.push(target);
                }
            }
        }
        self.graph.linked = linked;
    }

    /// Notes what modules that could not be read were given.
    fn hand_on(&mut self) {
        let modules = &self.graph.deployment.unread_modules;
        let mut handed = Vec::new();
        for module in modules {
            if let Some(parameters) = &module.parameters {
                texts(parameters, &mut handed);
            }
        }
        self.graph.handed = handed;
    }
}

/// The name that a text gives by one of the relation's patterns.
fn named_in(value: &Value, relation: &Relation) -> Option<Value> {
    let segments = value.split('/');
    let mut patterns = relation.patterns.iter();
    patterns.find_map(|pattern| named_by(&segments, pattern))
}

/// What stands in a text, given as what its slashes part, where `{name}` does in a pattern. The name may be unknown, what
/// stands around it may not. Of a URL only the beginning counts: `https://{name}.vault.azure.net` names the vault of a key,
/// too, and a port does not matter.
fn named_by(segments: &[Value], pattern: &str) -> Option<Value> {
    let (before, after) = pattern.split_once("{name}")?;
    let (leading, start) = before.rsplit_once('/').unwrap_or(("", before));
    let leading: Vec<_> = leading
        .split('/')
        .filter(|_| before.contains('/'))
        .collect();
    let (first, rest) = segments.split_at_checked(leading.len())?;
    let is_same = |(segment, wanted): (&Value, &&str)| {
        let text = segment.as_str();
        text.is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    let (named, behind) = rest.split_first()?;
    let is_url = before.contains("://");
    let ends = is_url || behind.iter().all(|one| one.as_str() == Some(""));
    if !ends || !first.iter().zip(&leading).all(is_same) {
        return None;
    }
    let mut parts = named.parts().to_vec();
    let text = parts.first()?.as_str().unwrap_or_default();
    let stripped = strip(text, start)?.to_owned();
    replace_text(&mut parts, 0, &stripped);
    let last = parts.len() - 1;
    let text = parts.last()?.as_str().unwrap_or_default();
    let text = if is_url { without_port(text) } else { text };
    let kept = text.len().checked_sub(after.len())?;
    let end = text.get(kept..)?;
    let stripped = text[..kept].to_owned();
    if !end.eq_ignore_ascii_case(after) {
        return None;
    }
    replace_text(&mut parts, last, &stripped);
    parts.retain(|part| part.as_str() != Some(""));
    (!parts.is_empty()).then(|| Value::text(parts, named.span))
}

/// What follows the beginning of a text, case folded.
fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let beginning = text.get(..start.len())?;
    beginning
        .eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

/// Puts a text in the place of a part that is text.
fn replace_text(parts: &mut [Value], position: usize, text: &str) {
    let part = &mut parts[position];
    if part.as_str().is_some() {
        *part = Value::string(text, part.span);
    }
}

/// `x.documents.azure.com` of `x.documents.azure.com:443`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => host,
    }
}

/// Identities of all texts in a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    if let Some(array) = value.as_array() {
        array
            .elements()
            .iter()
            .for_each(|element| texts(element, found));
    } else if let Some(object) = value.as_object() {
        object
            .properties()
            .iter()
            .for_each(|property| texts(&property.value, found));
    } else if value.as_str().is_some() || value.is_unknown() {
        found.push(value.identity());
    }
}

/// Whether no name is surely another than the one at its place.
fn may_be_same(left: &[Value], right: &[Value]) -> bool {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(left, right)| (left.as_str(), right.as_str()))
        .all(|pair| match pair {
            (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
            (None, _) | (_, None) => true,
        })
}

fn names_key(folded_type: &str, names: &[Value]) -> String {
    let mut key = folded_type.to_owned();
    for name in names {
        key.push('|');
        name.add_identity(&mut key);
    }
    key
}

/// Whether the array that a path's `[*]` walks is a loop of unknown length: its one element stands for 0 to n.
fn is_repeated(value: &Value, path: &Path) -> bool {
    let each = path
        .steps
        .iter()
        .position(|step| *step == PathStep::Each)
        .unwrap_or(0);
    let container = Path {
        start: path.start,
        steps: path.steps[..each].to_vec(),
    };
    let (containers, _) = walk(value, &container);
    containers.iter().any(|one| {
        one.as_array()
            .is_some_and(|array| array.extent() == Extent::Repeated)
    })
}

/// The values a path leads to, and whether there may be more.
pub(super) fn walk(value: &Value, path: &Path) -> (Vec<Value>, bool) {
    let mut values = vec![value.clone()];
    let mut open = false;
    for step in &path.steps {
        let mut next = Vec::new();
        for value in values {
            match step {
                PathStep::Member(name) => match value.as_object() {
                    Some(object) => match object.get(name) {
                        Some(property) => next.push(selected(&value, &property.value)),
                        None => open |= object.is_open(),
                    },
                    None => open |= value.is_unknown(),
                },
                PathStep::Index(index) => match value.as_array() {
                    Some(array) => match array.elements().get(*index as usize) {
                        Some(element) => next.push(selected(&value, element)),
                        None => open |= array.extent() != Extent::Closed,
                    },
                    None => open |= value.is_unknown(),
                },
                PathStep::Each => {
                    if let Some(array) = value.as_array() {
                        next.extend(
                            array
                                .elements()
                                .iter()
                                .map(|element| selected(&value, element)),
                        );
                        open |= array.extent() != Extent::Closed;
                    } else if let Some(object) = value.as_object() {
                        next.extend(
                            object
                                .properties()
                                .iter()
                                .map(|property| selected(&value, &property.value)),
                        );
                        open |= object.is_open();
                    } else {
                        open |= value.is_unknown();
                    }
                }
            }
        }
        values = next;
    }
    (values, open)
}

/// The names of the properties of the object a path leads to, as values.
fn keys(value: &Value, path: &Path) -> (Vec<Value>, bool) {
    let (objects, mut open) = walk(value, path);
    let mut keys = Vec::new();
    for object in objects {
        match object.as_object() {
            Some(object) => {
                open |= object.is_open();
                keys.extend(
                    object
                        .properties()
                        .iter()
                        .map(|one| Value::string(one.key.clone(), one.key_span)),
                );
            }
            None => open |= object.is_unknown(),
        }
    }
    (keys, open)
}
