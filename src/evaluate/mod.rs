//! Partial evaluation: a template and its inputs become a deployment.
//!
//! What cannot be known before deployment, such as `reference()`, becomes an [`Unknown`](crate::value::Unknown) and stays
//! inside the value; the rest of the value is still known. [`evaluate`] is pure: the same template and inputs give the same
//! deployment. Bodies of resources are computed when first asked for, so a resource no rule looks at costs its name only.

mod access;
mod argument;
mod bound;
mod call;
mod check;
mod expression;
mod frame;
pub mod functions;
mod import;
mod lambda_call;
mod lazy;
mod load;
mod module;
mod repetition;
mod resource;
mod scope;
mod symbol;

use crate::diagnostic::Diagnostic;
use crate::project::Project;
use crate::source::Span;
use crate::syntax::expression::ExpressionId;
use crate::template::{TargetScope, Template, TemplateId, Templates};
use crate::value::{Choices, Residual, Shape, Step, Value};
use frame::Frame;
use functions::Place;
use scope::{Evaluator, Scope, ScopeParts};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

pub use access::selected;
pub use functions::Cloud;

/// What is known of a deployment beside the template.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values given to parameters, by name; those of the last of a name count.
    pub parameters: Vec<(Box<str>, Value)>,
    /// `resourceGroup().location`, or the location of a deployment to a subscription.
    pub location: Option<Box<str>>,
    /// `subscription().subscriptionId`.
    pub subscription: Option<Box<str>>,
    /// `resourceGroup().name`.
    pub resource_group: Option<Box<str>>,
    /// `environment()`.
    pub cloud: Cloud,
    /// Parameters of the root whose part in what is computed is to be known.
    pub choices: Vec<Choice>,
    /// Whether mistakes are told, which is not done again for each choice.
    pub is_quiet: bool,
}

/// A parameter with a choice of values, and the bit that values which depend on it have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its position among the parameters of the root template.
    pub parameter: usize,
    /// One bit.
    pub bit: Choices,
}

/// How often a resource is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Once.
    Certain,
    /// Once or not at all: its condition is unknown.
    Conditional,
    /// Any number of times: it stands for the instances of a loop of unknown length.
    Repeated,
}

impl Presence {
    /// How often something is there that is there so often within something that is there so often.
    pub fn and(self, other: Presence) -> Presence {
        match (self, other) {
            (Presence::Repeated, _) | (_, Presence::Repeated) => Presence::Repeated,
            (Presence::Conditional, _) | (_, Presence::Conditional) => Presence::Conditional,
            (Presence::Certain, Presence::Certain) => Presence::Certain,
        }
    }
}

/// What a template deploys.
#[derive(Debug)]
pub struct Deployment {
    /// Resources in the order of declaration, those of nested deployments before the deployment itself.
    pub resources: Vec<Resource>,
    /// Outputs of the root.
    pub outputs: Vec<Output>,
    /// Deployments whose template is elsewhere.
    pub unread_modules: Vec<UnreadModule>,
    /// Where the root is deployed.
    pub target: Rc<Target>,
    /// What decides whether resources are deployed: their types, empty for whole deployments that are left out, and the choices.
    pub decisions: Vec<(Rc<str>, Choices)>,
    evaluator: Rc<Evaluator>,
}

/// A nested deployment whose template was not read.
#[derive(Debug)]
pub struct UnreadModule {
    /// The link, or the deployment.
    pub span: Span,
    /// What the link says.
    pub link: Box<str>,
    /// By which a reference to the deployment names it: the identity of its name.
    pub name: String,
    /// What is handed to it.
    pub parameters: Option<Value>,
}

/// Where resources are deployed to.
#[derive(Clone, Debug)]
pub struct Target {
    /// `subscription().subscriptionId`.
    pub subscription_id: Value,
    /// `resourceGroup().name`; meaningless outside a resource group.
    pub resource_group: Value,
    /// `managementGroup().name`.
    pub management_group: Value,
    /// Into what.
    pub scope: TargetScope,
}

/// A resource that is, or may be, deployed.
#[derive(Debug)]
pub struct Resource {
    /// Full type as written; empty when it is unknown.
    pub resource_type: Rc<str>,
    /// Where the type stands.
    pub type_span: Span,
    /// Segments of its full name.
    pub names: Vec<Value>,
    /// Symbolic name, where it has one.
    pub symbolic_name: Option<Box<str>>,
    /// Whether it only refers to something that exists already.
    pub existing: bool,
    /// How often it is there.
    pub presence: Presence,
    /// The choices that decide whether it is there.
    pub choices: Choices,
    /// The declaration; instances of one loop share it.
    pub declaration: Span,
    /// Its condition, if that is unknown.
    pub condition: Option<Value>,
    /// Where it is deployed to.
    pub target: Rc<Target>,
    /// Position of the resource it is declared inside of, if that is deployed.
    pub parent: Option<usize>,
    scope_of_names: Rc<Scope>,
    frame: Frame,
    /// Of the declaration, among those of its template.
    position: usize,
    api_version: Option<ExpressionId>,
    body: ExpressionId,
    body_value: OnceCell<Value>,
}

/// An output of the root template.
#[derive(Debug)]
pub struct Output {
    /// Its name.
    pub name: Box<str>,
    scope: Rc<Scope>,
    expression: Option<ExpressionId>,
    secure: bool,
}

/// Evaluates the root template of a file; `project` holds the file and reads those it links to.
pub fn evaluate(project: &Rc<Project>, templates: &Arc<Templates>, inputs: &Inputs) -> Deployment {
    let scope = root_scope(project, templates, inputs);
    let evaluator = scope.evaluator.clone();
    let target = scope.target.clone();
    if !inputs.is_quiet {
        check::check(&evaluator, templates);
    }
    scope.check_arguments();
    let mut deployment = Deployment {
        resources: Vec::new(),
        outputs: Vec::new(),
        unread_modules: Vec::new(),
        decisions: Vec::new(),
        target,
        evaluator,
    };
    resource::deploy(&scope, &mut deployment);
    deployment
}

/// What the names of the root template mean.
fn root_scope(project: &Rc<Project>, templates: &Arc<Templates>, inputs: &Inputs) -> Rc<Scope> {
    let file = templates.expressions.file();
    let mut evaluator = Evaluator::new(project.clone(), file);
    evaluator.choices.clone_from(&inputs.choices);
    evaluator.set_quiet(inputs.is_quiet);
    let evaluator = Rc::new(evaluator);
    let root = templates.root();
    let place = place(&evaluator, root, inputs);
    let target = Rc::new(Target {
        subscription_id: place.subscription_id.clone(),
        resource_group: place.resource_group.clone(),
        management_group: place.management_group.clone(),
        scope: root.target_scope,
    });
    let mut arguments = vec![None; root.parameters.len()];
    for (name, value) in &inputs.parameters {
        if let Some(position) = root.parameter(name) {
            let step = Step::Given((&**name).into());
            arguments[position] = Some(value.clone().through(value.span, step));
        }
    }
    // Where the template will be published is for the pipeline to say, whatever stands here; what lies beside it lies here, too.
    if let Some(position) = root.parameter(module::ARTIFACTS_LOCATION) {
        let span = root.parameters[position].name_span;
        let name = Value::string(&*root.parameters[position].name, span);
        let unknown = Value::unknown_call(0, "parameters", vec![name], Shape::String, span);
        arguments[position] = Some(unknown);
    }
    Rc::new(Scope::new(ScopeParts {
        evaluator: evaluator.clone(),
        templates: templates.clone(),
        template: TemplateId(0),
        place,
        target: target.clone(),
        outer: None,
        declaring: None,
        caller: None,
        called_at: None,
        arguments,
    }))
}

/// Of some parameters of the root template the default, if there is one that is known, and the values that the type allows.
pub fn allowed_values(
    project: &Rc<Project>,
    templates: &Arc<Templates>,
    inputs: &Inputs,
    positions: &[usize],
) -> Vec<(Option<Value>, Vec<Value>)> {
    if positions.is_empty() {
        return Vec::new();
    }
    let root = root_scope(project, templates, inputs);
    let evaluated = |expression| expression::evaluate(&root, &None, expression, 0);
    let of_one = |position: &usize| {
        let parameter = &templates.root().parameters[*position];
        let mut types = templates.types.chain(parameter.declared_type);
        let allowed = types.find_map(|declaration| declaration.allowed);
        let allowed = allowed.map(evaluated);
        let values = allowed.as_ref().and_then(Value::as_array);
        let values = values.map_or(Vec::new(), |array| array.elements().to_vec());
        let default = parameter.default.map(evaluated).filter(Value::is_known);
        (default, values)
    };
    positions.iter().map(of_one).collect()
}

impl Drop for Deployment {
    fn drop(&mut self) {
        self.evaluator.forget();
    }
}

impl Target {
    /// Whether two targets are surely the same.
    pub fn is_same(&self, other: &Target) -> bool {
        let same = |left: &Value, right: &Value| left.identity() == right.identity();
        same(&self.subscription_id, &other.subscription_id)
            && same(&self.resource_group, &other.resource_group)
            && same(&self.management_group, &other.management_group)
    }
}

impl Deployment {
    /// What was found wrong while evaluating, so far: bodies that were not asked for are not evaluated.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.evaluator.take_diagnostics()
    }

    /// Looks at bodies of which nothing is to be told.
    pub fn quietly<T>(&self, look: impl FnOnce() -> T) -> T {
        self.evaluator.quietly(look)
    }
}

fn place(evaluator: &Evaluator, root: &Template, inputs: &Inputs) -> Place {
    let scope = evaluator.new_scope();
    let span = Span {
        end: root.span.start,
        ..root.span
    };
    let given = |given: &Option<Box<str>>| given.as_deref().map(|text| Value::string(text, span));
    let of_object = |function: &str, member: &str| {
        let object = Value::unknown_call(scope, function, Vec::new(), Shape::Object, span);
        Value::unknown(Residual::Member(object, member.into()), Shape::String, span)
    };
    Place {
        scope,
        target: root.target_scope,
        subscription_id: given(&inputs.subscription)
            .unwrap_or_else(|| of_object("subscription", "subscriptionId")),
        resource_group: given(&inputs.resource_group)
            .unwrap_or_else(|| of_object("resourceGroup", "name")),
        given_location: given(&inputs.location),
        location: given(&inputs.location).unwrap_or_else(|| match root.target_scope {
            TargetScope::ResourceGroup => unknown_location(scope, span),
            TargetScope::Subscription | TargetScope::ManagementGroup | TargetScope::Tenant => {
                of_object("deployment", "location")
            }
        }),
        management_group: of_object("managementGroup", "name"),
        deployment_name: of_object("deployment", "name"),
        cloud: inputs.cloud,
    }
}

/// `resourceGroup().location` of a resource group nobody has named.
fn unknown_location(scope: u32, span: Span) -> Value {
    let object = Value::unknown_call(scope, "resourceGroup", Vec::new(), Shape::Object, span);
    Value::unknown(
        Residual::Member(object, "location".into()),
        Shape::String,
        span,
    )
}
