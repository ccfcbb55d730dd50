//! From resource declarations to resources: loops unrolled, conditions taken, names and types put together, nested
//! deployments entered.

use super::expression::evaluate;
use super::frame::Frame;
use super::functions;
use super::module::{self, Instance, instances};
use super::scope::{Evaluator, Scope};
use super::symbol::{self, Identity};
use super::{Deployment, Output, Presence, Resource, Target, UnreadModule};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::template::{ModuleDeclaration, ResourceDeclaration};
use crate::value::{Choices, Property, Value, ValueKind};
use std::cell::OnceCell;
use std::rc::Rc;

/// A deployment of more resources than this is not evaluated to its end; Azure Resource Manager takes 800.
const MAX_RESOURCES: usize = 20_000;

/// What is being deployed, and how surely.
struct Deploying<'a> {
    scope: &'a Rc<Scope>,
    presence: Presence,
    /// The choices that decide whether it is deployed.
    choices: Choices,
    deployment: &'a mut Deployment,
}

/// Deploys the template of a scope.
pub fn deploy(scope: &Rc<Scope>, deployment: &mut Deployment) {
    let mut deploying = Deploying {
        scope,
        presence: Presence::Certain,
        choices: 0,
        deployment,
    };
    deploying.resources();
    deploying.deployment.outputs = outputs(scope);
    asserts(scope);
}

fn outputs(scope: &Rc<Scope>) -> Vec<Output> {
    let mut outputs = Vec::new();
    for declaration in &scope.declared().outputs {
        let condition = declaration
            .condition
            .map(|condition| evaluate(scope, &None, condition, 0));
        if condition.is_some_and(|condition| condition.as_bool() == Some(false)) {
            continue;
        }
        outputs.push(Output {
            name: declaration.name.clone(),
            scope: scope.clone(),
            expression: declaration.value,
            secure: scope.templates.types.is_secure(declaration.declared_type),
        });
    }
    outputs
}

/// Reports the assertions that do not hold.
fn asserts(scope: &Rc<Scope>) {
    for declaration in &scope.declared().asserts {
        let value = evaluate(scope, &None, declaration.value, 0);
        if value.as_bool() == Some(false) {
            let message = format!("assertion `{}` does not hold", declaration.name);
            let diagnostic = Diagnostic::new(Kind::ASSERTION, declaration.name_span, message);
            scope.evaluator.report(diagnostic);
        }
    }
}

impl Deploying<'_> {
    fn resources(&mut self) {
        let declarations = &self.scope.declared().resources;
        for (position, declaration) in declarations.iter().enumerate() {
            if declaration.parent.is_none() {
                self.declaration(position, declaration, None, &None);
            }
        }
    }

    fn declaration(
        &mut self,
        position: usize,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        frame: &Frame,
    ) {
        let copy = declaration.copy.as_ref();
        let instances = instances(self.scope, copy, frame, self.presence);
        if instances.all.is_empty() {
            self.decides_type(declaration, parent, frame, self.choices | instances.choices);
        }
        for instance in instances.all {
            if self.deployment.resources.len() >= MAX_RESOURCES {
                let message = format!("the template deploys more than {MAX_RESOURCES} resources");
                self.scope.evaluator.report(Diagnostic::new(
                    Kind::EVALUATION_STEPS,
                    declaration.span,
                    message,
                ));
                return;
            }
            self.instance(position, declaration, parent, &instance, instances.choices);
        }
    }

    /// Notes what decides that nothing of a declaration is deployed.
    fn decides_type(
        &mut self,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        frame: &Frame,
        choices: Choices,
    ) {
        if choices == 0 || declaration.existing {
            return;
        }
        let evaluator = &self.scope.evaluator;
        let of_type = match declaration.deployment {
            Some(_) => "".into(),
            None => {
                evaluator
                    .quietly(|| self.full_type(declaration, parent, frame))
                    .0
            }
        };
        self.deployment.decisions.push((of_type, choices));
    }

    fn instance(
        &mut self,
        position: usize,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        instance: &Instance,
        of_loop: Choices,
    ) {
        let condition = declaration
            .condition
            .map(|condition| self.evaluate(&instance.frame, condition));
        let deployed = condition
            .as_ref()
            .map_or(Some(true), |condition| match &condition.kind {
                ValueKind::Boolean(value) => Some(*value),
                ValueKind::String(text) => Some(!text.eq_ignore_ascii_case("false")),
                ValueKind::Unknown(_) => None,
                ValueKind::Null
                | ValueKind::Integer(_)
                | ValueKind::Float(_)
                | ValueKind::Array(_)
                | ValueKind::Object(_) => Some(true),
            });
        let choices = condition.as_ref().map_or(0, Value::all_choices) | of_loop;
        let presence = match deployed {
            Some(_) => instance.presence,
            None => instance.presence.and(Presence::Conditional),
        };
        let named_parent = symbol::parent_identity(self.scope, declaration, &instance.frame);
        let named_parent = named_parent.map(|identity| Parent {
            identity,
            index: None,
        });
        let parent = parent.or(named_parent.as_ref());
        let identify = || {
            let resource_type = self.full_type(declaration, parent, &instance.frame);
            (
                resource_type,
                self.full_name(declaration, parent, &instance.frame),
            )
        };
        // What is wrong with the name of something that is perhaps not deployed is nobody's business.
        let ((resource_type, type_span), names) = match deployed {
            Some(true) if !declaration.existing => identify(),
            Some(_) | None => self.scope.evaluator.quietly(identify),
        };
        let choices = self.choices | choices;
        if choices != 0 && !declaration.existing {
            let of_type = match (&declaration.deployment, deployed) {
                (Some(_), Some(false)) => "".into(),
                (Some(_) | None, _) => resource_type.clone(),
            };
            self.deployment.decisions.push((of_type, choices));
        }
        // Children of a resource that is not deployed are sent all the same: they need a condition of their own.
        // https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment
        let mut index = None;
        if deployed != Some(false) {
            if let Some(module) = &declaration.deployment {
                self.module(
                    position,
                    module,
                    declaration,
                    (presence, choices),
                    &instance.frame,
                );
            }
            index = Some(self.deployment.resources.len());
            self.deployment.resources.push(Resource {
                resource_type: resource_type.clone(),
                type_span,
                names: names.clone(),
                symbolic_name: declaration.symbolic_name.clone(),
                existing: declaration.existing,
                presence,
                choices,
                declaration: declaration.span,
                condition: condition.filter(Value::is_unknown),
                target: self.target(declaration, &instance.frame),
                parent: parent.and_then(|parent| parent.index),
                scope_of_names: self.scope.clone(),
                frame: instance.frame.clone(),
                position,
                api_version: declaration.api_version,
                body: declaration.body,
                body_value: OnceCell::new(),
            });
        }
        let identity = Identity {
            resource_type,
            names,
        };
        let parent = Parent { identity, index };
        for (child_position, child) in self
            .scope
            .declared()
            .resources
            .iter()
            .enumerate()
            .skip(position + 1)
        {
            match child.parent {
                Some(parent_position) if parent_position as usize == position => {
                    self.declaration(child_position, child, Some(&parent), &instance.frame);
                }
                // Children follow their parent; behind the next resource without one there are none.
                None => break,
                Some(_) => {}
            }
        }
    }

    fn evaluate(&self, frame: &Frame, expression: ExpressionId) -> Value {
        evaluate(self.scope, frame, expression, 0)
    }

    /// `Microsoft.Storage/storageAccounts` of the parent and `blobServices` of the child make the child's type. Empty when
    /// it is unknown.
    fn full_type(
        &self,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        frame: &Frame,
    ) -> (Rc<str>, Span) {
        let Some(expression) = declaration.resource_type else {
            return ("".into(), first_character(declaration));
        };
        let value = self.evaluate(frame, expression);
        let span = self.scope.templates.expressions.span(expression, 0);
        let Some(written) = value.as_str() else {
            return ("".into(), span);
        };
        let parent = parent.map(|parent| &*parent.identity.resource_type);
        (symbol::full_type(written, parent), span)
    }

    /// The segments of the full name, one for each segment of the type behind its namespace if the name is well made.
    fn full_name(
        &self,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        frame: &Frame,
    ) -> Vec<Value> {
        let evaluator = &self.scope.evaluator;
        let name = match declaration.name {
            Some(name) => evaluator.name(self.evaluate(frame, name), "the name of a resource"),
            None => evaluator.opaque("no name", first_character(declaration)),
        };
        let segments = functions::undivided(name.split('/')).into_iter();
        let segments = segments.map(|segment| Value {
            trace: name.trace.clone(),
            ..segment
        });
        // Resources of extensions have no names that could be joined.
        match parent.filter(|_| !declaration.of_extension) {
            Some(parent) => {
                let names = parent.identity.names.iter().cloned();
                names.chain(segments).collect()
            }
            None => segments.collect(),
        }
    }
}

impl Deploying<'_> {
    /// Where a resource is: an existing one may be elsewhere.
    fn target(&self, declaration: &ResourceDeclaration, frame: &Frame) -> Rc<Target> {
        if declaration.existing {
            let around = &self.scope.target;
            let evaluator = &self.scope.evaluator;
            evaluator.quietly(|| module::target_of(self.scope, declaration, frame, around.scope))
        } else {
            self.scope.target.clone()
        }
    }

    /// Deploys what a nested or linked template declares.
    fn module(
        &mut self,
        position: usize,
        module: &ModuleDeclaration,
        declaration: &ResourceDeclaration,
        (presence, choices): (Presence, Choices),
        frame: &Frame,
    ) {
        if let Some(entered) = module::enter(self.scope, position, frame) {
            let mut inner = Deploying {
                scope: &entered.scope,
                presence,
                choices,
                deployment: self.deployment,
            };
            inner.resources();
            return;
        }
        let parameters = module
            .parameters
            .map(|parameters| self.evaluate(frame, parameters));
        let link = module.template_link.or(module.path);
        let span = link.map(|link| self.scope.templates.expressions.span(link, 0));
        let name = declaration.name.map(|name| self.evaluate(frame, name));
        self.deployment.unread_modules.push(UnreadModule {
            span: span.unwrap_or(declaration.span),
            link: link.map_or_else(Box::default, |link| self.link_words(link, frame)),
            name: name.map_or_else(String::new, |name| name.identity()),
            parameters,
        });
    }
}

impl Deploying<'_> {
    /// What a link says: a path, or the `relativePath`, `uri` or `id` of a `templateLink`.
    fn link_words(&self, link: ExpressionId, frame: &Frame) -> Box<str> {
        let link = self.scope.evaluator.quietly(|| self.evaluate(frame, link));
        let members = ["relativePath", "uri", "id"];
        let of_object = link.as_object().and_then(|object| {
            let member = members.iter().find_map(|member| object.get(member));
            member.map(|member| member.value.display())
        });
        of_object.unwrap_or_else(|| link.display()).into()
    }
}

/// What a child is declared inside of.
struct Parent {
    identity: Identity,
    /// Its position among the resources, unless it is not deployed.
    index: Option<usize>,
}

fn first_character(declaration: &ResourceDeclaration) -> Span {
    Span {
        end: declaration.span.start + 1,
        ..declaration.span
    }
}

impl Resource {
    /// The object that was written, without what steers the deployment; computed when first asked for.
    pub fn body(&self) -> &Value {
        self.body_value.get_or_init(|| self.evaluated(self.body))
    }

    /// A part of the body. Mistakes in what is perhaps not deployed may never be seen by Azure.
    fn evaluated(&self, part: ExpressionId) -> Value {
        let value = || evaluate(&self.scope_of_names, &self.frame, part, 0);
        if self.condition.is_some() {
            self.evaluator().quietly(value)
        } else {
            value()
        }
    }

    /// The object that was written with this property alone, if it has it; `None` where only the whole can tell, because names of
    /// properties are computed.
    pub fn body_with(&self, name: &str) -> Option<Value> {
        let expressions = &self.scope_of_names.templates.expressions;
        let ExpressionKind::Object(list) = expressions.kind(self.body) else {
            return None;
        };
        let mut wanted = None;
        for pair in expressions.list(list).chunks_exact(2) {
            let key = expressions.literal(pair[0])?;
            if key.eq_ignore_ascii_case(name) {
                wanted = Some((key, pair));
            }
        }
        let property = wanted.map(|(key, pair)| Property {
            key: key.into(),
            key_span: expressions.span(pair[0], 0),
            value: self.evaluated(pair[1]),
        });
        let span = expressions.span(self.body, 0);
        Some(Value::object(property.into_iter().collect(), span))
    }

    /// A property of the body, `location`, without computing the rest of it.
    pub fn property(&self, name: &str) -> Option<Value> {
        if let Some(body) = self.body_value.get() {
            return body
                .as_object()?
                .get(name)
                .map(|property| property.value.clone());
        }
        let expressions = &self.scope_of_names.templates.expressions;
        let value = expressions.property(self.body, name)?;
        Some(self.evaluated(value))
    }

    /// `apiVersion`.
    pub fn api_version(&self) -> Option<Value> {
        self.api_version
            .map(|expression| evaluate(&self.scope_of_names, &self.frame, expression, 0))
    }

    /// `scope`: the id of what it extends, if that is not what its template is deployed to.
    pub fn extends(&self) -> Option<Value> {
        let id = symbol::scope_of(&self.scope_of_names, self.position, &self.frame)?;
        let own = self.scope_of_names.place.id(id.span);
        (id.identity() != own.identity()).then_some(id)
    }

    /// Where the deployments around it are made, the innermost first.
    pub fn calls(&self) -> Vec<Span> {
        let scopes =
            std::iter::successors(Some(&*self.scope_of_names), |scope| scope.caller.as_deref());
        scopes.filter_map(|scope| scope.called_at).collect()
    }

    fn evaluator(&self) -> &Evaluator {
        &self.scope_of_names.evaluator
    }
}

impl Output {
    /// Its value; unknown if it has none.
    pub fn value(&self) -> Value {
        let value = match self.expression {
            Some(expression) => evaluate(&self.scope, &None, expression, 0),
            None => self
                .scope
                .evaluator
                .opaque("no value", self.scope.declared().span),
        };
        Value {
            secure: value.secure || self.secure,
            ..value
        }
    }
}
