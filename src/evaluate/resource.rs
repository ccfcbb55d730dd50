//! From resource declarations to resources: loops unrolled, conditions taken, names and types put together, nested
//! deployments entered.

use super::expression::{Binding, Frame, bind, evaluate, loop_count, unknown_index};
use super::functions::Place;
use super::scope::{Evaluator, Scope};
use super::{Deployment, Output, Presence, Resource, Target, UnreadModule};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::ExpressionId;
use crate::template::{
    EvaluationScope, ModuleDeclaration, ResourceDeclaration, TargetScope, TemplateId,
};
use crate::value::{Residual, Shape, Step, Value, ValueKind};
use std::cell::OnceCell;
use std::rc::Rc;

/// Deployments nested deeper than this are not entered.
const MAX_NESTING: u32 = 8;
/// A deployment of more resources than this is not evaluated to its end; Azure Resource Manager takes 800.
const MAX_RESOURCES: usize = 20_000;

/// What is being deployed, and how surely.
struct Deploying<'a> {
    scope: &'a Rc<Scope>,
    target: &'a Rc<Target>,
    presence: Presence,
    nesting: u32,
    deployment: &'a mut Deployment,
}

/// Deploys the template of a scope.
pub fn deploy(scope: &Rc<Scope>, target: &Rc<Target>, deployment: &mut Deployment) {
    let mut deploying = Deploying {
        scope,
        target,
        presence: Presence::Certain,
        nesting: 0,
        deployment,
    };
    deploying.resources();
    deploying.deployment.outputs = outputs(scope);
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
            secure: declaration.secure,
        });
    }
    outputs
}

/// An instance of a declaration: the loop position it stands for.
struct Instance {
    frame: Frame,
    presence: Presence,
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
        for instance in self.instances(declaration, frame) {
            if self.deployment.resources.len() >= MAX_RESOURCES {
                let message = format!("the template deploys more than {MAX_RESOURCES} resources");
                self.scope.evaluator.report(Diagnostic::new(
                    Kind::EVALUATION_STEPS,
                    declaration.span,
                    message,
                ));
                return;
            }
            self.instance(position, declaration, parent, &instance);
        }
    }

    fn instances(&self, declaration: &ResourceDeclaration, frame: &Frame) -> Vec<Instance> {
        let Some(copy) = &declaration.copy else {
            return vec![Instance {
                frame: frame.clone(),
                presence: self.presence,
            }];
        };
        let name = copy.name.map(|name| self.evaluate(&None, name));
        let name = name.as_ref().and_then(Value::as_str);
        let instance = |index, presence| Instance {
            frame: bind(
                Binding::Resource {
                    name: name.map(Into::into),
                    index,
                },
                frame,
            ),
            presence,
        };
        let count = copy.count.map(|count| self.evaluate(frame, count));
        match count.and_then(|count| loop_count(self.scope, &count)) {
            Some(count) => (0..count)
                .map(|index| instance(Value::integer(index, copy.span), self.presence))
                .collect(),
            None => vec![instance(
                unknown_index(self.scope, name, copy.span),
                Presence::Repeated,
            )],
        }
    }

    fn instance(
        &mut self,
        position: usize,
        declaration: &ResourceDeclaration,
        parent: Option<&Parent>,
        instance: &Instance,
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
        let presence = match deployed {
            Some(_) => instance.presence,
            None => instance.presence.and(Presence::Conditional),
        };
        let identify = || {
            let resource_type = self.full_type(declaration, parent, &instance.frame);
            (
                resource_type,
                self.full_name(declaration, parent, &instance.frame),
            )
        };
        // What is wrong with the name of something that is perhaps not deployed is nobody's business.
        let ((resource_type, type_span), names) = match deployed {
            Some(true) => identify(),
            Some(false) | None => self.scope.evaluator.quietly(identify),
        };
        // Children of a resource that is not deployed are sent all the same: they need a condition of their own.
        // https://learn.microsoft.com/azure/azure-resource-manager/templates/conditional-resource-deployment
        let mut index = None;
        if deployed != Some(false) {
            if let Some(module) = &declaration.deployment {
                self.module(module, declaration, presence, &instance.frame, &names);
            }
            index = Some(self.deployment.resources.len());
            self.deployment.resources.push(Resource {
                resource_type: resource_type.clone(),
                type_span,
                names: names.clone(),
                symbolic_name: declaration.symbolic_name.clone(),
                existing: declaration.existing,
                presence,
                declaration: declaration.span,
                condition: condition.filter(Value::is_unknown),
                target: self.target.clone(),
                parent: parent.and_then(|parent| parent.index),
                scope_of_names: self.scope.clone(),
                frame: instance.frame.clone(),
                extends: declaration.scope,
                api_version: declaration.api_version,
                body: declaration.body,
                body_value: OnceCell::new(),
            });
        }
        let parent = Parent {
            resource_type,
            names,
            index,
        };
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
        let span = self
            .scope
            .evaluator
            .templates
            .expressions
            .span(expression, 0);
        let Some(written) = value.as_str() else {
            return ("".into(), span);
        };
        let written = written
            .split_once('@')
            .map_or(written, |(resource_type, _)| resource_type);
        let full = match parent {
            Some(parent) if !written.split('/').next().unwrap_or_default().contains('.') => {
                format!("{}/{written}", parent.resource_type).into()
            }
            Some(_) | None => written.into(),
        };
        (full, span)
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
            Some(name) => self.evaluate(frame, name),
            None => evaluator.opaque("no name", first_character(declaration)),
        };
        let segments = name.split('/').into_iter().map(|segment| Value {
            trace: name.trace.clone(),
            ..segment
        });
        match parent {
            Some(parent) => parent.names.iter().cloned().chain(segments).collect(),
            None => segments.collect(),
        }
    }

    /// Enters a nested deployment.
    fn module(
        &mut self,
        module: &ModuleDeclaration,
        declaration: &ResourceDeclaration,
        presence: Presence,
        frame: &Frame,
        names: &[Value],
    ) {
        let parameters = module
            .parameters
            .map(|parameters| self.evaluate(frame, parameters));
        let Some(template) = module.template else {
            self.deployment.unread_modules.push(UnreadModule {
                span: module.template_link.map_or(declaration.span, |link| {
                    self.scope.evaluator.templates.expressions.span(link, 0)
                }),
                parameters,
            });
            return;
        };
        if self.nesting >= MAX_NESTING {
            let message = format!("deployments are nested deeper than {MAX_NESTING} levels");
            self.scope.evaluator.report(Diagnostic::new(
                Kind::NESTING_DEPTH,
                declaration.span,
                message,
            ));
            return;
        }
        let target = self.target_of(module, frame, template);
        let scope = match module.evaluation_scope {
            EvaluationScope::Outer => Scope::new(
                self.scope.evaluator.clone(),
                template,
                self.scope.place.clone(),
                Some(self.scope.clone()),
                Vec::new(),
            ),
            EvaluationScope::Inner => {
                let place = self.place_of(&target, module, frame, template, names);
                let arguments = self.arguments(template, parameters.as_ref());
                Scope::new(
                    self.scope.evaluator.clone(),
                    template,
                    place,
                    None,
                    arguments,
                )
            }
        };
        let scope = Rc::new(scope);
        scope.check_arguments();
        let mut inner = Deploying {
            scope: &scope,
            target: &target,
            presence,
            nesting: self.nesting + 1,
            deployment: self.deployment,
        };
        inner.resources();
    }

    /// Subscription and resource group that a nested deployment's resources go to.
    fn target_of(
        &self,
        module: &ModuleDeclaration,
        frame: &Frame,
        template: TemplateId,
    ) -> Rc<Target> {
        if module.resource_group.is_none() && module.subscription_id.is_none() {
            return self.target.clone();
        }
        let of = |expression: Option<ExpressionId>, around: &Value| {
            expression.map_or_else(
                || around.clone(),
                |expression| self.evaluate(frame, expression),
            )
        };
        let subscription_id = of(module.subscription_id, &self.target.subscription_id);
        let resource_group = of(module.resource_group, &self.target.resource_group);
        let same = same_name(&subscription_id, &self.target.subscription_id)
            && same_name(&resource_group, &self.target.resource_group);
        if same {
            return self.target.clone();
        }
        let target_scope = self.scope.evaluator.templates.get(template).target_scope;
        Rc::new(Target {
            subscription_id,
            resource_group,
            scope: target_scope,
        })
    }

    fn place_of(
        &self,
        target: &Rc<Target>,
        module: &ModuleDeclaration,
        frame: &Frame,
        template: TemplateId,
        names: &[Value],
    ) -> Place {
        let around = &self.scope.place;
        let deployment_name = names
            .last()
            .cloned()
            .unwrap_or_else(|| around.deployment_name.clone());
        let declared = self.scope.evaluator.templates.get(template);
        if Rc::ptr_eq(target, self.target) {
            return Place {
                deployment_name,
                target: declared.target_scope,
                ..around.clone()
            };
        }
        let scope = self.scope.evaluator.new_scope();
        let span = declared.span;
        let location = match (module.location, declared.target_scope) {
            (
                Some(location),
                TargetScope::Subscription | TargetScope::ManagementGroup | TargetScope::Tenant,
            ) => self.evaluate(frame, location),
            (_, _) => super::unknown_location(scope, span),
        };
        Place {
            scope,
            target: declared.target_scope,
            subscription_id: target.subscription_id.clone(),
            resource_group: target.resource_group.clone(),
            location,
            management_group: around.management_group.clone(),
            deployment_name,
        }
    }

    /// The values given to the parameters of a nested template, by position.
    fn arguments(&self, template: TemplateId, parameters: Option<&Value>) -> Vec<Option<Value>> {
        let declared = self.scope.evaluator.templates.get(template);
        let mut arguments: Vec<Option<Value>> = vec![None; declared.parameters.len()];
        let Some(parameters) = parameters else {
            return arguments;
        };
        let Some(object) = parameters.as_object() else {
            // All of them may be given, by an expression nobody can compute.
            if parameters.is_unknown() {
                for (argument, declaration) in arguments.iter_mut().zip(&declared.parameters) {
                    let residual =
                        Residual::Member(parameters.clone(), (&*declaration.name).into());
                    *argument = Some(Value::unknown(residual, Shape::Any, parameters.span));
                }
            }
            return arguments;
        };
        for property in object.properties() {
            let Some(position) = declared.parameter(&property.key) else {
                let message = format!("the template has no parameter `{}`", property.key);
                self.scope.evaluator.report(
                    Diagnostic::new(Kind::UNDECLARED_NAME, property.key_span, message)
                        .with_related(declared.span_of_parameters(), "of this template"),
                );
                continue;
            };
            let name = &declared.parameters[position].name;
            let given = property.value.as_object().and_then(|given| {
                given.get("value").map(|given| {
                    let step = Step::Passed((&**name).into());
                    given.value.clone().through(given.key_span, step)
                })
            });
            arguments[position] = given.or_else(|| {
                // A key vault reference, or something else that says no value here.
                let text = format!("parameters('{name}')");
                let secret = self.scope.evaluator.opaque(&text, property.key_span);
                Some(Value {
                    secure: true,
                    ..secret
                })
            });
        }
        arguments
    }
}

/// What a child is declared inside of.
struct Parent {
    resource_type: Rc<str>,
    names: Vec<Value>,
    /// Its position among the resources, unless it is not deployed.
    index: Option<usize>,
}

fn same_name(left: &Value, right: &Value) -> bool {
    left.identity() == right.identity()
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
        self.body_value.get_or_init(|| {
            let body = || evaluate(&self.scope_of_names, &self.frame, self.body, 0);
            // Mistakes in what is perhaps not deployed may never be seen by Azure.
            if self.condition.is_some() {
                self.evaluator().quietly(body)
            } else {
                body()
            }
        })
    }

    /// A property of the body, `location`, without computing the rest of it.
    pub fn property(&self, name: &str) -> Option<Value> {
        if let Some(body) = self.body_value.get() {
            return body
                .as_object()?
                .get(name)
                .map(|property| property.value.clone());
        }
        let expressions = &self.evaluator().templates.expressions;
        let value = expressions.property(self.body, name)?;
        Some(evaluate(&self.scope_of_names, &self.frame, value, 0))
    }

    /// `apiVersion`.
    pub fn api_version(&self) -> Option<Value> {
        self.api_version
            .map(|expression| evaluate(&self.scope_of_names, &self.frame, expression, 0))
    }

    /// `scope`: the id of what it extends.
    pub fn extends(&self) -> Option<Value> {
        self.extends
            .map(|expression| evaluate(&self.scope_of_names, &self.frame, expression, 0))
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
