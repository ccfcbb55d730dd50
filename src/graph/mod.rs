//! The resources of one deployment and how they belong together: children, extension resources, links and their roles.
//!
//! Rules see this graph and nothing else of a template. Children written inside their parent's body
//! (`properties.agentPoolProfiles[*]` of a cluster) are resources of the graph like any other.

mod build;
pub mod id;
mod snapshot;

pub use snapshot::Snapshot;

use crate::evaluate::{Deployment, Presence};
use crate::path::{Path, PathStep};
use crate::relation::Relations;
use crate::source::Span;
use crate::value::{Cause, Choices, Object, Property, Value, ValueKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

/// Resource type of a workspace, folded.
pub const WORKSPACE: &str = "microsoft.machinelearningservices/workspaces";

/// What a body has whether or not it is written there.
const OWN: [&str; 4] = ["name", "type", "id", "apiVersion"];

/// A resource of a [`ResourceGraph`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ResourceIndex(pub u32);

/// What a link, or a step to a parent, leads to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A resource of the graph.
    Resource(ResourceIndex),
    /// A resource outside the run: its type and name are known as far as written, its body is not.
    External {
        /// Full type, if the id tells it.
        resource_type: Option<Arc<str>>,
        /// Last segment of the name.
        name: Value,
    },
    /// Nobody knows: it may be any resource of these types, folded; of any type if there are none.
    Unknown(Vec<Box<str>>),
}

/// How a resource lies below another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Below {
    /// It is its child.
    Child,
    /// It extends it.
    Extension,
}

/// A reference from one resource to another.
#[derive(Clone, Debug)]
pub struct Link {
    /// What the target is to the resource that refers.
    pub role: Box<str>,
    /// The resource that refers.
    pub from: ResourceIndex,
    /// What is referred to.
    pub target: Target,
    /// The value that refers, with its place and trace.
    pub value: Value,
}

/// Members of a relation, and whether there may be more.
#[derive(Clone, Debug)]
pub struct Members<T> {
    /// Those that are known.
    pub items: Vec<T>,
    /// Whether there may be others: one with an unknown parent, scope or target, or a module that could not be read.
    pub open: bool,
}

/// The resources of one deployment.
#[derive(Debug)]
pub struct ResourceGraph {
    deployment: Deployment,
    resources: Vec<Resource>,
    by_type: FxHashMap<Rc<str>, Vec<ResourceIndex>>,
    /// The choices that what rules looked at depends on.
    looked_at: Cell<Choices>,
    /// The choices that decide whether there are resources of a type, folded; by the empty text, of any type.
    decided: FxHashMap<Box<str>, Choices>,
    /// The choices that decide what is referred to in a role.
    referred: FxHashMap<Box<str>, Choices>,
    /// Resources that are another one once more, and which: only that one counts.
    repeats: FxHashMap<ResourceIndex, ResourceIndex>,
    links: Vec<Link>,
    /// Roles of links whose target is unknown, with the types it may have, folded; `*` for any.
    unknown_links: FxHashSet<(Box<str>, Box<str>)>,
    /// Types of children whose parent is unknown, folded.
    astray: FxHashSet<String>,
    linked: Vec<bool>,
    /// What could not be read was handed something of these names, folded identities.
    handed: Vec<String>,
}

/// A resource of the graph.
#[derive(Debug)]
pub struct Resource {
    /// Full type as written, `Microsoft.Storage/storageAccounts/blobServices`; empty when it is unknown.
    pub resource_type: Rc<str>,
    /// Where the type stands (of an inline child, its element): where a finding about something missing goes.
    pub type_span: Span,
    /// Names from the outermost parent to itself.
    pub names: Vec<Value>,
    /// Symbolic name, where it has one.
    pub symbolic_name: Option<Box<str>>,
    /// Whether it only refers to something that exists already: its body is unknown beside its name.
    pub existing: bool,
    /// How often it is there.
    pub presence: Presence,
    /// The choices that decide whether it is there.
    pub choices: Choices,
    /// The declaration it is an instance of; instances of one loop share it.
    pub declaration: Span,
    /// What it is a child of.
    parent: Option<Target>,
    /// What it extends.
    extends: Option<Target>,
    /// Whether it extends the resource group or subscription it is deployed to.
    extends_container: bool,
    children: Vec<ResourceIndex>,
    extensions: Vec<ResourceIndex>,
    /// Positions in the graph's links.
    links: Vec<u32>,
    linked_from: Vec<u32>,
    /// Type segments of children inside its body of which there may be more than are known.
    open_children: Vec<Box<str>>,
    /// Subscription and resource group as one text, by which two places are the same.
    place: Rc<str>,
    origin: Origin,
    body: OnceCell<Value>,
}

/// Where the body of a resource comes from.
#[derive(Debug)]
enum Origin {
    /// A resource of the deployment, by position.
    Declared(usize),
    /// A part of its parent's body.
    Inline {
        element: Value,
        flat: bool,
        api_version: Option<Value>,
    },
}

impl Resource {
    /// Last segment of its name.
    pub fn name(&self) -> &Value {
        self.names
            .last()
            .expect("a resource has a name, if only an unknown one")
    }

    /// The last segment of its type, `replications`.
    fn segment(&self) -> &str {
        self.resource_type.rsplit('/').next().unwrap_or_default()
    }
}

impl ResourceGraph {
    /// Puts the resources of a deployment together.
    pub fn new(deployment: Deployment, relations: &Relations) -> ResourceGraph {
        build::build(deployment, relations)
    }

    /// A graph of no resources.
    fn empty(deployment: Deployment) -> ResourceGraph {
        ResourceGraph {
            deployment,
            resources: Vec::new(),
            by_type: FxHashMap::default(),
            looked_at: Cell::new(0),
            decided: FxHashMap::default(),
            referred: FxHashMap::default(),
            repeats: FxHashMap::default(),
            links: Vec::new(),
            unknown_links: FxHashSet::default(),
            astray: FxHashSet::default(),
            linked: Vec::new(),
            handed: Vec::new(),
        }
    }

    /// The deployment it was built from.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// Notes that a rule looked at something that depends on these choices.
    pub fn look(&self, choices: Choices) {
        self.looked_at.set(self.looked_at.get() | choices);
    }

    /// The choices that what rules looked at since the last time depends on.
    pub fn take_looked_at(&self) -> Choices {
        self.looked_at.take()
    }

    /// Does something that is not noted as looking.
    pub fn unnoted<T>(&self, look: impl FnOnce() -> T) -> T {
        let before = self.looked_at.get();
        let seen = look();
        self.looked_at.set(before);
        seen
    }

    /// Notes that a rule asked whether a resource is there.
    pub fn look_for(&self, index: ResourceIndex) {
        self.look(self.resource(index).choices);
    }

    /// Notes that a rule asked which resources there are of a type, which must be folded.
    pub fn look_for_type(&self, resource_type: &str) {
        let decided = |of: &str| self.decided.get(of).copied().unwrap_or(0);
        if !self.decided.is_empty() {
            self.look(decided(resource_type) | decided(""));
        }
    }

    /// Notes that a rule asked what is referred to in a role.
    pub fn look_for_role(&self, role: &str) {
        self.look(self.referred.get(role).copied().unwrap_or(0));
    }

    /// A resource.
    pub fn resource(&self, index: ResourceIndex) -> &Resource {
        &self.resources[index.0 as usize]
    }

    /// Every resource once, in the order of declaration.
    pub fn indices(&self) -> impl Iterator<Item = ResourceIndex> + use<'_> {
        let all = (0..self.resources.len() as u32).map(ResourceIndex);
        all.filter(|index| !self.repeats.contains_key(index))
    }

    /// Resources of this type, which must be folded.
    pub fn of_type(&self, resource_type: &str) -> &[ResourceIndex] {
        self.by_type.get(resource_type).map_or(&[], Vec::as_slice)
    }

    /// Resource types of the graph, folded.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.by_type.keys().map(|folded| &**folded)
    }

    /// Where the deployments around a resource are made, the innermost first.
    pub fn calls(&self, index: ResourceIndex) -> Vec<Span> {
        let resource = self.resource(index);
        match (&resource.origin, &resource.parent) {
            (Origin::Declared(position), _) => self.deployment.resources[*position].calls(),
            (Origin::Inline { .. }, Some(Target::Resource(parent))) => self.calls(*parent),
            (Origin::Inline { .. }, _) => Vec::new(),
        }
    }

    /// The body as rules see it: an object with `id`, `type` (full), `name` (last segment), `apiVersion` and everything else
    /// that was written. Evaluated when first asked for.
    pub fn body(&self, index: ResourceIndex) -> &Value {
        let resource = self.resource(index);
        resource.body.get_or_init(|| self.make_body(resource))
    }

    /// The body, or as much of it as a path needs that begins with this property.
    pub fn body_with(&self, index: ResourceIndex, name: &str) -> Value {
        let resource = self.resource(index);
        // Who looks into `properties` comes back for more of them.
        if let (None, Origin::Declared(position)) = (resource.body.get(), &resource.origin)
            && !name.eq_ignore_ascii_case("properties")
            && let Some(written) = self.deployment.resources[*position].body_with(name)
        {
            let own = OWN.iter().filter(|own| own.eq_ignore_ascii_case(name));
            return self.completed(resource, &written, own);
        }
        self.body(index).clone()
    }

    fn make_body(&self, resource: &Resource) -> Value {
        let written = match &resource.origin {
            Origin::Declared(position) => self.deployment.resources[*position].body().clone(),
            Origin::Inline {
                element,
                flat: false,
                ..
            } => element.clone(),
            Origin::Inline {
                element,
                flat: true,
                ..
            } => {
                let properties = vec![Property {
                    key: "properties".into(),
                    key_span: resource.type_span,
                    value: element.clone(),
                }];
                Value::object(properties, element.span)
            }
        };
        self.completed(resource, &written, OWN.iter())
    }

    /// What was written, with those of a resource's own properties that are asked for.
    fn completed<'a>(
        &self,
        resource: &Resource,
        written: &Value,
        own: impl Iterator<Item = &'a &'a str>,
    ) -> Value {
        let object = written.as_object();
        let mut properties: Vec<Property> = object
            .map(|object| object.properties().to_vec())
            .unwrap_or_default();
        let open = resource.existing || object.is_none_or(Object::is_open);
        for key in own {
            let Some(value) = self.own_property(resource, key) else {
                continue;
            };
            match properties
                .iter_mut()
                .find(|one| one.key.eq_ignore_ascii_case(key))
            {
                Some(property) => property.value = value,
                None => properties.push(Property {
                    key: (*key).into(),
                    key_span: resource.type_span,
                    value,
                }),
            }
        }
        let kind = ValueKind::Object(Arc::new(Object::new(properties, open)));
        Value::new(kind, resource.declaration)
    }

    /// One of [`OWN`].
    fn own_property(&self, resource: &Resource, name: &str) -> Option<Value> {
        match name {
            "name" => Some(resource.name().clone()),
            "type" => Some(Value::string(&*resource.resource_type, resource.type_span)),
            "id" => Some(self.id(resource)),
            _ => match &resource.origin {
                Origin::Declared(position) => self.deployment.resources[*position].api_version(),
                Origin::Inline { api_version, .. } => api_version.clone(),
            },
        }
    }

    /// Its resource id, known in parts.
    fn id(&self, resource: &Resource) -> Value {
        let span = resource.type_span;
        let literal = |text: &str| Value::string(text, span);
        let mut parts = Vec::new();
        if let Origin::Declared(position) = resource.origin {
            let target = &self.deployment.resources[position].target;
            parts.extend([literal("/subscriptions/"), target.subscription_id.clone()]);
            parts.extend([literal("/resourceGroups/"), target.resource_group.clone()]);
        }
        let mut segments = resource.resource_type.split('/');
        parts.push(literal(&format!(
            "/providers/{}",
            segments.next().unwrap_or_default()
        )));
        for (segment, name) in segments.zip(&resource.names) {
            parts.extend([literal(&format!("/{segment}/")), name.clone()]);
        }
        Value::text(parts.into_iter().map(textual).collect(), span)
    }

    /// `$.location` or another property of the body, without computing the rest of it.
    pub fn property(&self, index: ResourceIndex, name: &str) -> Option<Value> {
        let resource = self.resource(index);
        match (&resource.origin, resource.body.get()) {
            (Origin::Declared(position), None) => {
                self.deployment.resources[*position].property(name)
            }
            (Origin::Declared(_) | Origin::Inline { .. }, _) => self
                .body(index)
                .as_object()?
                .get(name)
                .map(|property| property.value.clone()),
        }
    }

    /// What it is a child of, or for an extension resource what it extends. `None` at the top.
    pub fn parent(&self, index: ResourceIndex) -> Option<&Target> {
        let resource = self.resource(index);
        resource.parent.as_ref().or(resource.extends.as_ref())
    }

    /// Its children of this type segment (`replications`), case folded.
    pub fn children(&self, index: ResourceIndex, segment: &str) -> Members<ResourceIndex> {
        let resource = self.resource(index);
        let is_wanted = |child: &ResourceIndex| {
            self.resource(*child)
                .segment()
                .eq_ignore_ascii_case(segment)
        };
        let items = resource
            .children
            .iter()
            .copied()
            .filter(is_wanted)
            .collect();
        let child_type = format!("{}/{segment}", resource.resource_type).to_ascii_lowercase();
        let open = resource
            .open_children
            .iter()
            .any(|open| open.eq_ignore_ascii_case(segment))
            || self.astray.contains(&child_type)
            || self.was_handed_on(resource);
        Members { items, open }
    }

    /// Extension resources of this type that extend it; `inherited`: or what contains it.
    pub fn extensions(
        &self,
        index: ResourceIndex,
        resource_type: &str,
        inherited: bool,
    ) -> Members<ResourceIndex> {
        let resource = self.resource(index);
        let mut items = Vec::new();
        let mut open = self.was_handed_on(resource);
        for candidate in self.of_type(&resource_type.to_ascii_lowercase()) {
            let extension = self.resource(*candidate);
            match &extension.extends {
                Some(Target::Unknown(_)) => open = true,
                Some(Target::Resource(target))
                    if *target == index || inherited && self.is_inside(index, *target) =>
                {
                    items.push(*candidate);
                }
                Some(Target::Resource(_) | Target::External { .. }) => {}
                None if inherited
                    && extension.extends_container
                    && extension.place == resource.place =>
                {
                    items.push(*candidate);
                }
                None => {}
            }
        }
        Members { items, open }
    }

    /// A text by which two declarations of the same resource are equal: where it is deployed to, and its names.
    pub fn identity(&self, index: ResourceIndex) -> String {
        let resource = self.resource(index);
        let names = resource.names.iter().map(Value::identity);
        let mut identity = resource.place.to_string();
        for name in names {
            identity.push('|');
            identity.push_str(&name);
        }
        identity
    }

    /// Itself and everything below it: children, extension resources, and theirs.
    pub fn whole(&self, index: ResourceIndex) -> Vec<ResourceIndex> {
        let mut whole = vec![index];
        let mut seen = FxHashSet::from_iter([index]);
        let mut next = 0;
        while let Some(index) = whole.get(next).copied() {
            let below = self.below(index).map(|(_, below)| below);
            whole.extend(below.filter(|below| seen.insert(*below)));
            next += 1;
        }
        whole
    }

    /// What lies directly below it.
    pub fn below(&self, index: ResourceIndex) -> impl Iterator<Item = (Below, ResourceIndex)> {
        let resource = self.resource(index);
        let children = resource.children.iter();
        let children = children.map(|child| (Below::Child, *child));
        let extensions = resource.extensions.iter();
        children.chain(extensions.map(|extension| (Below::Extension, *extension)))
    }

    /// Everything it refers to.
    pub fn all_links(&self, index: ResourceIndex) -> impl Iterator<Item = &Link> {
        let links = self.resource(index).links.iter();
        links.map(|position| &self.links[*position as usize])
    }

    /// Everything that refers to it.
    pub fn all_linked_from(&self, index: ResourceIndex) -> impl Iterator<Item = &Link> {
        let links = self.resource(index).linked_from.iter();
        links.map(|position| &self.links[*position as usize])
    }

    /// The values of its body that a path leads to, and whether there may be more.
    pub fn values(&self, index: ResourceIndex, path: &Path) -> (Vec<Value>, bool) {
        build::walk(self.body(index), path)
    }

    fn is_inside(&self, mut index: ResourceIndex, outer: ResourceIndex) -> bool {
        while let Some(Target::Resource(parent)) = self.resource(index).parent {
            if parent == outer {
                return true;
            }
            index = parent;
        }
        false
    }

    /// Whether a module that could not be read was handed this resource, so that it may add to it.
    fn was_handed_on(&self, resource: &Resource) -> bool {
        !self.handed.is_empty() && {
            let name = resource.name().identity();
            self.handed.iter().any(|handed| handed.contains(&name))
        }
    }

    /// What it refers to in one of these roles.
    pub fn links(&self, index: ResourceIndex, roles: &[Box<str>]) -> Members<&Link> {
        let links = self
            .resource(index)
            .links
            .iter()
            .map(|position| &self.links[*position as usize]);
        Members {
            items: links.filter(|link| roles.contains(&link.role)).collect(),
            open: false,
        }
    }

    /// What refers to it in one of these roles. Open when a link of such a role has an unknown target that may be it.
    pub fn linked_from(&self, index: ResourceIndex, roles: &[Box<str>]) -> Members<&Link> {
        let resource = self.resource(index);
        let links = resource
            .linked_from
            .iter()
            .map(|position| &self.links[*position as usize]);
        let items = links.filter(|link| roles.contains(&link.role)).collect();
        let folded: Box<str> = resource.resource_type.to_ascii_lowercase().into();
        let open = !self.unknown_links.is_empty()
            && roles.iter().any(|role| {
                let may_be = |one: &str| self.unknown_links.contains(&(role.clone(), one.into()));
                may_be(&folded) || may_be("*")
            });
        Members { items, open }
    }

    /// The resource in whose body it is written, which it is deployed with; itself, if it is declared on its own.
    pub fn carrier(&self, mut index: ResourceIndex) -> ResourceIndex {
        while let (Origin::Inline { .. }, Some(Target::Resource(parent))) =
            (&self.resource(index).origin, &self.resource(index).parent)
        {
            index = *parent;
        }
        index
    }

    /// Whether there may be other resources of any type: a module of the run could not be read.
    pub fn is_open(&self) -> bool {
        !self.deployment.unread_modules.is_empty()
    }

    /// The modules that could not be read, as causes of what is not known.
    pub fn unread_modules(&self) -> Vec<Cause> {
        let modules = self.deployment.unread_modules.iter();
        modules
            .map(|module| Cause::Module((&*module.link).into()))
            .collect()
    }

    /// The module that could not be read and that a reference to a deployment of this name leads to.
    pub fn unread_module(&self, name: &str) -> Option<Cause> {
        let mut modules = self.deployment.unread_modules.iter();
        let module = modules.find(|module| !name.is_empty() && module.name == name)?;
        Some(Cause::Module((&*module.link).into()))
    }

    /// Why the condition of a resource is not known.
    pub fn condition_causes(&self, index: ResourceIndex) -> Vec<Cause> {
        match self.resource(self.carrier(index)).origin {
            Origin::Declared(position) => {
                let condition = &self.deployment.resources[position].condition;
                condition.as_ref().map_or(Vec::new(), Value::causes)
            }
            Origin::Inline { .. } => Vec::new(),
        }
    }

    /// Whether the deployment holds a workspace.
    pub fn has_workspace(&self) -> bool {
        !self.of_type(WORKSPACE).is_empty()
    }

    /// Whether a workspace of the deployment surely reaches it by links, itself included.
    pub fn is_linked(&self, index: ResourceIndex) -> bool {
        self.linked[index.0 as usize]
    }

    /// The workspaces that refer to it directly, in the order of declaration.
    pub fn workspaces_of(&self, index: ResourceIndex) -> Vec<ResourceIndex> {
        let from = self
            .resource(index)
            .linked_from
            .iter()
            .map(|position| self.links[*position as usize].from);
        let mut workspaces: Vec<_> = from
            .filter(|from| {
                self.resource(*from)
                    .resource_type
                    .eq_ignore_ascii_case(WORKSPACE)
            })
            .collect();
        workspaces.sort();
        workspaces.dedup();
        workspaces
    }
}

/// The choices that decide where steps lead from a value.
pub fn choices_along(start: &Value, steps: &[PathStep]) -> Choices {
    if start.all_choices() == 0 {
        return 0;
    }
    let mut choices = start.choices;
    let mut value = start;
    for step in steps {
        let next = match (&value.kind, step) {
            (ValueKind::Object(object), PathStep::Member(name)) => {
                object.get(name).map(|property| &property.value)
            }
            (ValueKind::Array(array), PathStep::Index(index)) => {
                array.elements().get(*index as usize)
            }
            (_, PathStep::Each) => return choices | value.all_choices(),
            (_, PathStep::Member(_) | PathStep::Index(_)) => None,
        };
        let Some(next) = next else {
            return choices;
        };
        choices |= next.choices;
        value = next;
    }
    choices | value.all_choices()
}

/// A value as a part of a text: what is neither text nor unknown is printed.
fn textual(value: Value) -> Value {
    if value.as_str().is_some() || value.is_unknown() {
        value
    } else {
        Value::string(value.display(), value.span)
    }
}
