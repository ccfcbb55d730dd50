//! Deployments within a deployment: nested templates, linked templates, and what they give out.
//!
//! A deployment is entered once, when its resources are asked for or when something refers to its outputs, whichever comes first.

use super::expression::evaluate;
use super::frame::{Binding, Frame, bind, bindings};
use super::functions::Place;
use super::repetition::{iterations, loop_count, unknown_index};
use super::scope::{Asked, Part, Scope, ScopeParts};
use super::{Presence, Target, check, symbol, unknown_location};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::project::{Module, NotRead, TemplateSpec};
use crate::source::{FileId, Span};
use crate::syntax::expression::ExpressionId;
use crate::template::{
    CopyDeclaration, Each, EvaluationScope, Language, ModuleDeclaration, ResourceDeclaration,
    TargetScope, TemplateId, Templates,
};
use crate::value::{Choices, Object, Property, Residual, Shape, Step, Value, ValueKind};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// Deployments nested deeper than this are not entered.
const MAX_NESTING: usize = 8;

/// A parameter that by convention holds the address of the folder a template was published to, with everything it links to:
/// <https://github.com/Azure/azure-quickstart-templates/blob/master/1-CONTRIBUTION-GUIDE/best-practices.md>.
pub const ARTIFACTS_LOCATION: &str = "_artifactsLocation";

/// Where the text of a deployment's own template was published.
const OWN_LOCATION: &str = "deployment().properties.templatelink.uri";

/// A deployment that was entered.
#[derive(Debug)]
pub struct Entered {
    /// What the names of its template mean.
    pub scope: Rc<Scope>,
    outputs: OnceCell<Value>,
}

/// Which instance of which declaration of a scope: the scope's identity, the declaration's position, the position in its loop (below
/// 0 if it is unknown, 0 without a loop).
pub type EnteredKey = (u32, usize, i64);

/// An instance of a declaration: the loop position it stands for.
pub struct Instance {
    /// The loops around it.
    pub frame: Frame,
    /// How often it is there.
    pub presence: Presence,
}

/// The instances of a declaration.
pub struct Instances {
    /// Each of them.
    pub all: Vec<Instance>,
    /// The choices that decide how many there are.
    pub choices: Choices,
}

/// The instances of a declaration that is there as surely as `presence`.
pub fn instances(
    scope: &Rc<Scope>,
    copy: Option<&CopyDeclaration>,
    frame: &Frame,
    presence: Presence,
) -> Instances {
    let Some(copy) = copy else {
        let only = Instance {
            frame: frame.clone(),
            presence,
        };
        return Instances {
            all: vec![only],
            choices: 0,
        };
    };
    if let Some(each) = &copy.each {
        return instances_of_each(scope, each, copy.span, frame, presence);
    }
    let name = copy.name.map(|name| evaluate(scope, &None, name, 0));
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
    let count = copy.count.map(|count| evaluate(scope, frame, count, 0));
    let choices = count.as_ref().map_or(0, Value::all_choices);
    let all = match count.and_then(|count| loop_count(scope, &count)) {
        Some(count) => (0..count)
            .map(|index| instance(Value::integer(index, copy.span), presence))
            .collect(),
        None => vec![instance(
            unknown_index(scope, name, copy.span),
            Presence::Repeated,
        )],
    };
    Instances { all, choices }
}

/// The instances of a declaration that goes over an array.
fn instances_of_each(
    scope: &Rc<Scope>,
    each: &Each,
    span: Span,
    frame: &Frame,
    presence: Presence,
) -> Instances {
    let iterations = iterations(scope, frame, each, span);
    let presence = if iterations.repeated {
        Presence::Repeated
    } else {
        presence
    };
    let turns = iterations.frames.into_iter();
    let all = turns.map(|(frame, index)| Instance {
        frame: bind(Binding::Resource { name: None, index }, &frame),
        presence,
    });
    Instances {
        all: all.collect(),
        choices: iterations.choices,
    }
}

/// Enters the deployment that a declaration of the scope makes; `None` if its template was not read.
pub fn enter(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Option<Rc<Entered>> {
    let declaration = &scope.declared().resources[position];
    let module = declaration.deployment.as_ref()?;
    let index = symbol::index_of(scope, frame)
        .filter(|_| declaration.copy.is_some() || declaration.parent.is_some());
    let key = (scope.identity, position, index.unwrap_or(0));
    if let Some(entered) = scope.evaluator.entered.borrow().get(&key) {
        return entered.clone();
    }
    // While it is being entered it has no outputs: a template that asks for them there waits for itself.
    let asked = Asked {
        scope: scope.identity,
        position,
        index: index.unwrap_or(0),
        part: Part::Deployment,
    };
    let entered = || enter_anew(scope, declaration, module, frame);
    let Some(entered) = scope.evaluator.once(asked, entered) else {
        let message = "the deployment waits for its own outputs";
        let diagnostic = Diagnostic::new(Kind::CYCLE, declaration.span, message);
        scope.evaluator.report(diagnostic);
        return None;
    };
    scope
        .evaluator
        .entered
        .borrow_mut()
        .insert(key, entered.clone());
    entered
}

fn enter_anew(
    scope: &Rc<Scope>,
    declaration: &ResourceDeclaration,
    module: &ModuleDeclaration,
    frame: &Frame,
) -> Option<Rc<Entered>> {
    let (templates, template) = match module.template {
        Some(template) => (scope.templates.clone(), template),
        None => (linked(scope, module, frame)?, TemplateId(0)),
    };
    let nesting = std::iter::successors(scope.caller.as_deref(), |scope| scope.caller.as_deref());
    if nesting.count() >= MAX_NESTING {
        let message = format!("deployments are nested deeper than {MAX_NESTING} levels");
        scope.evaluator.report(Diagnostic::new(
            Kind::NESTING_DEPTH,
            declaration.span,
            message,
        ));
        return None;
    }
    let written = module.path.or(module.template_link);
    let called_at = written.map_or(declaration.span, |written| {
        scope.templates.expressions.span(written, 0)
    });
    let declared = templates.get(template).target_scope;
    let target = target_of(scope, declaration, frame, declared);
    let outer = module.template.is_some() && module.evaluation_scope == EvaluationScope::Outer;
    let parts = if outer {
        ScopeParts {
            evaluator: scope.evaluator.clone(),
            templates,
            template,
            place: scope.place.clone(),
            target,
            outer: Some(scope.clone()),
            declaring: None,
            caller: Some(scope.clone()),
            called_at: Some(called_at),
            arguments: Vec::new(),
        }
    } else {
        let parameters = module
            .parameters
            .map(|parameters| evaluate(scope, frame, parameters, 0));
        let arguments = arguments(scope, &templates, template, module, parameters.as_ref());
        ScopeParts {
            evaluator: scope.evaluator.clone(),
            place: place_of(scope, declaration, module, frame, &target, declared),
            templates,
            template,
            target,
            outer: None,
            declaring: None,
            caller: Some(scope.clone()),
            called_at: Some(called_at),
            arguments,
        }
    };
    let inner = Rc::new(Scope::new(parts));
    inner.check_arguments();
    Some(Rc::new(Entered {
        scope: inner,
        outputs: OnceCell::new(),
    }))
}

/// The template that a link leads to, if it can be read.
fn linked(scope: &Rc<Scope>, module: &ModuleDeclaration, frame: &Frame) -> Option<Arc<Templates>> {
    let project = &scope.evaluator.project;
    let here = scope.templates.expressions.file();
    if let Some(path) = module.path {
        let path = evaluate(scope, frame, path, 0);
        // A path that is no plain text has been told of.
        let read = project.module(here, path.as_str()?);
        return entered_file(scope, &path, read, Severity::Error);
    }
    let expression = module.template_link?;
    let link = evaluate(scope, frame, expression, 0);
    let link = link.as_object()?;
    let member = |name: &str| link.get(name).map(|property| &property.value);
    let (value, read, severity) = if let Some(value) = member("relativePath") {
        let read = project.linked(here, value.as_str()?);
        (value, read, Severity::Error)
    } else if let Some(value) = member("uri") {
        // A file that is not here may lie beside the published template all the same.
        let (base, path) = published(value)?;
        let from = match base {
            Base::Artifacts => scope.evaluator.root_file,
            Base::Own => here,
        };
        (value, project.linked(from, &path), Severity::Info)
    } else {
        let value = member("id")?;
        let read = project.template_spec(&template_spec(value)?);
        (value, read, Severity::Error)
    };
    entered_file(scope, value, read, severity)
}

/// The template of a file that was read, unless the deployment is a part of it; `value` names the file.
fn entered_file(
    scope: &Rc<Scope>,
    value: &Value,
    read: Result<Module, NotRead>,
    severity: Severity,
) -> Option<Arc<Templates>> {
    let read = match read {
        Ok(read) => read,
        Err(not_read) => {
            let diagnostic = Diagnostic::new(not_read.kind, value.span, not_read.message);
            scope.evaluator.report(Diagnostic {
                severity: severity.min(diagnostic.severity),
                ..diagnostic.with_help(not_read.help)
            });
            return None;
        }
    };
    let around = std::iter::successors(Some(&**scope), |scope| scope.caller.as_deref());
    if around
        .map(|scope| scope.templates.expressions.file())
        .any(|file| file == read.file || same_path(scope, file, &read))
    {
        let message = "the template leads back to itself";
        scope
            .evaluator
            .report(Diagnostic::new(Kind::CYCLE, value.span, message));
        return None;
    }
    if scope.evaluator.is_new(read.file) && !scope.evaluator.is_quiet() {
        check::check(&scope.evaluator, &read.templates);
    }
    Some(read.templates)
}

/// Whether a file of the project lies where a module was read from: the root is not read as a module, so it has another id.
fn same_path(scope: &Scope, file: FileId, read: &Module) -> bool {
    scope.evaluator.project.same_file(file, read.file)
}

/// What the path of a published template begins with.
enum Base {
    /// The folder of the root template.
    Artifacts,
    /// The template itself.
    Own,
}

/// The path behind the base of `uri(parameters('_artifactsLocation'), concat('nested/x.json', ...))` or of the two joined; what comes
/// behind a question mark or is not known, such as a token, is left out.
fn published(value: &Value) -> Option<(Base, String)> {
    let (base, rest) = match &value.as_unknown()?.residual {
        Residual::Call {
            function,
            arguments,
            ..
        } if &**function == "uri" => {
            let [base, relative] = arguments.as_slice() else {
                return None;
            };
            (base, relative.parts())
        }
        Residual::Text(parts) => {
            let (base, rest) = parts.split_first()?;
            (base, rest)
        }
        Residual::Call { .. }
        | Residual::Member(..)
        | Residual::Index(..)
        | Residual::Opaque(..) => {
            return None;
        }
    };
    let written = base.expression().to_ascii_lowercase();
    let artifacts = format!("parameters('{}')", ARTIFACTS_LOCATION.to_ascii_lowercase());
    let kind = if written == artifacts {
        Base::Artifacts
    } else if written == OWN_LOCATION {
        Base::Own
    } else {
        return None;
    };
    let path = rest.first()?.as_str()?;
    let path = path.split('?').next().unwrap_or_default();
    path.to_ascii_lowercase()
        .ends_with(".json")
        .then(|| (kind, path.to_owned()))
}

/// `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Resources/templateSpecs/{n}/versions/{v}`.
fn template_spec(id: &Value) -> Option<TemplateSpec> {
    let segments = id.split('/');
    let words: Vec<_> = segments.iter().map(Value::as_str).collect::<Option<_>>()?;
    let [
        "",
        subscriptions,
        subscription_id,
        groups,
        resource_group,
        providers,
        namespace,
        kind,
        name,
        versions,
        version,
    ] = words.as_slice()
    else {
        return None;
    };
    let fixed = [subscriptions, groups, providers, namespace, kind, versions];
    let wanted = [
        "subscriptions",
        "resourceGroups",
        "providers",
        "Microsoft.Resources",
        "templateSpecs",
        "versions",
    ];
    let own = |text: &&str| (*text).to_owned();
    fixed
        .iter()
        .zip(wanted)
        .all(|(word, wanted)| word.eq_ignore_ascii_case(wanted))
        .then(|| TemplateSpec {
            subscription_id: own(subscription_id),
            resource_group: own(resource_group),
            name: own(name),
            version: own(version),
        })
}

/// Where a deployment or an existing resource is: `scope`, or `subscriptionId` and `resourceGroup`.
pub fn target_of(
    scope: &Rc<Scope>,
    declaration: &ResourceDeclaration,
    frame: &Frame,
    declared: TargetScope,
) -> Rc<Target> {
    let around = &scope.target;
    let of = |expression: Option<ExpressionId>| {
        expression
            .map(|expression| evaluate(scope, frame, expression, 0))
            .filter(|value| !value.is_null())
    };
    let is_elsewhere = declaration.deployment.is_some() || declaration.existing;
    let named = [declaration.subscription_id, declaration.resource_group];
    if named == [None, None] && !(is_elsewhere && declaration.scope.is_some()) {
        return around.clone();
    }
    let mut target = Target {
        scope: declared,
        ..Target::clone(around)
    };
    if let Some(written) = is_elsewhere.then(|| of(declaration.scope)).flatten() {
        named_scope(&written, &mut target);
    }
    let evaluator = &scope.evaluator;
    if let Some(subscription_id) = of(declaration.subscription_id) {
        target.subscription_id = evaluator.name(subscription_id, "the id of a subscription");
    }
    if let Some(resource_group) = of(declaration.resource_group) {
        target.resource_group = evaluator.name(resource_group, "the name of a resource group");
    }
    if target.is_same(around) {
        return around.clone();
    }
    Rc::new(target)
}

/// Reads `/`, `/subscriptions/{s}`, `/subscriptions/{s}/resourceGroups/{g}`, `Microsoft.Management/managementGroups/{m}`.
fn named_scope(written: &Value, target: &mut Target) {
    let segments = written.split('/');
    let mut rest = segments.as_slice();
    while let [word, value, after @ ..] = rest {
        let is = |wanted: &str| {
            word.as_str()
                .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
        };
        if is("subscriptions") {
            target.subscription_id = value.clone();
            rest = after;
        } else if is("resourceGroups") {
            target.resource_group = value.clone();
            rest = after;
        } else if is("managementGroups") {
            target.management_group = value.clone();
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
}

/// Where the functions of an entered template think it is deployed.
fn place_of(
    scope: &Rc<Scope>,
    declaration: &ResourceDeclaration,
    module: &ModuleDeclaration,
    frame: &Frame,
    target: &Rc<Target>,
    declared: TargetScope,
) -> Place {
    let around = &scope.place;
    let deployment_name = match declaration.name {
        Some(name) => evaluate(scope, frame, name, 0),
        None => around.deployment_name.clone(),
    };
    if Rc::ptr_eq(target, &scope.target) {
        return Place {
            deployment_name,
            target: declared,
            ..around.clone()
        };
    }
    let identity = scope.evaluator.new_scope();
    let location = match (module.location, declared) {
        (
            Some(location),
            TargetScope::Subscription | TargetScope::ManagementGroup | TargetScope::Tenant,
        ) => evaluate(scope, frame, location, 0),
        // Bicep's compiler says where its own deployment is.
        (None, TargetScope::Subscription | TargetScope::ManagementGroup | TargetScope::Tenant)
            if module.path.is_some() =>
        {
            around.location.clone()
        }
        (_, _) => location_of_group(scope, target)
            .or_else(|| around.given_location.clone())
            .unwrap_or_else(|| unknown_location(identity, declaration.span)),
    };
    Place {
        scope: identity,
        target: declared,
        subscription_id: target.subscription_id.clone(),
        resource_group: target.resource_group.clone(),
        location,
        given_location: around.given_location.clone(),
        management_group: target.management_group.clone(),
        deployment_name,
        cloud: around.cloud,
    }
}

/// The region of a resource group that one of the templates around declares.
fn location_of_group(scope: &Rc<Scope>, target: &Target) -> Option<Value> {
    let wanted = target.resource_group.identity();
    let around = std::iter::successors(Some(scope), |scope| scope.caller.as_ref());
    for scope in around {
        let expressions = &scope.templates.expressions;
        let evaluated = |expression: ExpressionId| {
            let evaluator = &scope.evaluator;
            evaluator.quietly(|| evaluate(scope, &None, expression, 0))
        };
        for declaration in &scope.declared().resources {
            let resource_type = declaration.resource_type;
            let is_group = resource_type
                .and_then(|id| expressions.literal(id))
                .is_some_and(|kind| {
                    kind.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups")
                });
            if !is_group || declaration.existing || declaration.copy.is_some() {
                continue;
            }
            let name = declaration.name.map(evaluated);
            if name.is_some_and(|name| name.identity() == wanted) {
                return expressions
                    .property(declaration.body, "location")
                    .map(evaluated);
            }
        }
    }
    None
}

/// The values given to the parameters of an entered template, by position.
fn arguments(
    scope: &Rc<Scope>,
    templates: &Templates,
    template: TemplateId,
    module: &ModuleDeclaration,
    parameters: Option<&Value>,
) -> Vec<Option<Value>> {
    let declared = templates.get(template);
    let mut arguments: Vec<Option<Value>> = vec![None; declared.parameters.len()];
    let all_unknown = |arguments: &mut Vec<Option<Value>>, whole: &Value| {
        for (argument, declaration) in arguments.iter_mut().zip(&declared.parameters) {
            let residual = Residual::Member(whole.clone(), (&*declaration.name).into());
            *argument = Some(Value::unknown(residual, Shape::Any, whole.span));
        }
    };
    if let Some(link) = module.parameters_link {
        // They stand in a file elsewhere.
        let span = scope.templates.expressions.span(link, 0);
        let text = scope.templates.expressions.source().slice(span);
        all_unknown(&mut arguments, &scope.evaluator.opaque(text, span));
        return arguments;
    }
    let Some(parameters) = parameters else {
        return arguments;
    };
    let Some(object) = parameters.as_object() else {
        // All of them may be given, by an expression nobody can compute.
        if parameters.is_unknown() {
            all_unknown(&mut arguments, parameters);
        }
        return arguments;
    };
    for property in object.properties() {
        let Some(position) = declared.parameter(&property.key) else {
            let message = format!("the template has no parameter `{}`", property.key);
            scope.evaluator.report(
                Diagnostic::new(Kind::UNDECLARED_NAME, property.key_span, message)
                    .with_related(declared.span_of_parameters(), "of this template"),
            );
            continue;
        };
        let name = &declared.parameters[position].name;
        if module.path.is_some() {
            let step = Step::Passed((&**name).into());
            arguments[position] = Some(property.value.clone().through(property.key_span, step));
            continue;
        }
        let given = property.value.as_object().and_then(|given| {
            given.get("value").map(|given| {
                let step = Step::Passed((&**name).into());
                given.value.clone().through(given.key_span, step)
            })
        });
        let given = given.or_else(|| {
            let step = Step::Passed((&**name).into());
            Some(held(&property.value)?.through(property.key_span, step))
        });
        arguments[position] = given.or_else(|| {
            // A key vault reference, or something else that says no value here.
            let text = format!("parameters('{name}')");
            let secret = scope.evaluator.opaque(&text, property.key_span);
            Some(Value {
                secure: true,
                ..secret
            })
        });
    }
    arguments
}

/// The value in a chosen one of several `{ "value": ... }`, if all it may be chosen from are such.
fn held(parameter: &Value) -> Option<Value> {
    if let Some(object) = parameter.as_object() {
        return Some(object.get("value")?.value.clone());
    }
    let (condition, then, otherwise) = parameter.branches()?;
    let arguments = vec![condition.clone(), held(then)?, held(otherwise)?];
    Some(Value::unknown_call(
        0,
        "if",
        arguments,
        Shape::Any,
        parameter.span,
    ))
}

impl Entered {
    /// `{ "storageId": { "value": ... } }`: the outputs as `reference()` gives them.
    fn outputs(&self, span: Span) -> Option<&Value> {
        if let Some(outputs) = self.outputs.get() {
            return Some(outputs);
        }
        let asked = Asked {
            scope: self.scope.identity,
            position: 0,
            index: 0,
            part: Part::Outputs,
        };
        let evaluator = &self.scope.evaluator;
        let Some(outputs) = evaluator.once(asked, || self.given_out()) else {
            let message = "the outputs of the deployment need their own values";
            evaluator.report(Diagnostic::new(Kind::CYCLE, span, message));
            return None;
        };
        Some(self.outputs.get_or_init(|| outputs))
    }

    fn given_out(&self) -> Value {
        let mut properties = Vec::new();
        let mut open = false;
        let declared = self.scope.declared();
        for declaration in &declared.outputs {
            let condition = declaration
                .condition
                .map(|condition| evaluate(&self.scope, &None, condition, 0));
            match condition.map(|condition| condition.as_bool()) {
                Some(Some(false)) => continue,
                Some(None) => {
                    open = true;
                    continue;
                }
                Some(Some(true)) | None => {}
            }
            let Some(expression) = declaration.value else {
                open = true;
                continue;
            };
            let value = evaluate(&self.scope, &None, expression, 0);
            let secure = value.secure
                || self
                    .scope
                    .templates
                    .types
                    .is_secure(declaration.declared_type);
            let step = Step::Output(declaration.name.as_ref().into());
            let value = Value { secure, ..value }.through(declaration.name_span, step);
            properties.push(property(&declaration.name, declaration.name_span, {
                let held = property("value", declaration.name_span, value);
                Value::object(vec![held], declaration.name_span)
            }));
        }
        let object = Object::new(properties, open);
        Value::new(ValueKind::Object(Arc::new(object)), declared.span)
    }
}

fn property(key: &str, key_span: Span, value: Value) -> Property {
    Property {
        key: key.into(),
        key_span,
        value,
    }
}

/// What a module of this template gives out, values by name; `None` if that is not known.
pub fn outputs(scope: &Rc<Scope>, position: usize, frame: &Frame, span: Span) -> Option<Value> {
    let declaration = &scope.declared().resources[position];
    if is_left_out(scope, declaration, frame) {
        return None;
    }
    let entered = enter(scope, position, frame)?;
    Some(values_of(entered.outputs(span)?))
}

/// A module that is surely deployed, as a value: its outputs.
pub fn value(scope: &Rc<Scope>, position: usize, frame: &Frame, span: Span) -> Option<Value> {
    let declaration = &scope.declared().resources[position];
    let condition = declaration.condition;
    let condition = condition.map(|condition| evaluate(scope, frame, condition, 0));
    declaration.deployment.as_ref()?;
    if condition.is_some_and(|condition| condition.as_bool() != Some(true)) {
        return None;
    }
    let outputs = outputs(scope, position, frame, span)?;
    let name = declaration
        .name
        .map(|name| property("name", span, evaluate(scope, frame, name, 0)));
    let properties = name.into_iter().chain([property("outputs", span, outputs)]);
    // What else Azure says of a deployment nobody knows.
    let object = Object::new(properties.collect(), true);
    Some(Value::new(ValueKind::Object(Arc::new(object)), span))
}

/// `{ "storageId": { "value": ... } }` without the objects around the values.
fn values_of(outputs: &Value) -> Value {
    let Some(object) = outputs.as_object() else {
        return outputs.clone();
    };
    let values = object.properties().iter().filter_map(|output| {
        let value = output.value.as_object()?.get("value")?.value.clone();
        Some(property(&output.key, output.key_span, value))
    });
    let object = Object::new(values.collect(), object.is_open());
    Value::new(ValueKind::Object(Arc::new(object)), outputs.span)
}

/// `reference(...)` of a deployment of this template: what is known of it, and else what is asked. `None` for all else.
pub fn reference(
    scope: &Rc<Scope>,
    arguments: &[Value],
    span: Span,
    asked: impl FnOnce() -> Value,
) -> Option<Value> {
    let outputs = outputs_of(scope, arguments, span)?;
    let whole = asked();
    let known = |of: Value, name: &str, value: Value| {
        let object = Object::part_of(of, vec![property(name, span, value)]);
        Value::new(ValueKind::Object(Arc::new(object)), span)
    };
    if !arguments.iter().any(|one| one.as_str() == Some("full")) {
        return Some(known(whole, "outputs", outputs));
    }
    let name = "properties";
    let residual = Residual::Member(whole.clone(), name.into());
    let properties = Value::unknown(residual, Shape::Object, span);
    Some(known(whole, name, known(properties, "outputs", outputs)))
}

/// The outputs of a deployment of this template, as `reference()` gives them.
fn outputs_of(scope: &Rc<Scope>, arguments: &[Value], span: Span) -> Option<Value> {
    let (found, position, frame) = find(scope, arguments.first()?)?;
    let declaration = &found.declared().resources[position];
    declaration.deployment.as_ref()?;
    if is_left_out(&found, declaration, &frame) {
        return None;
    }
    let entered = enter(&found, position, &frame)?;
    Some(entered.outputs(span)?.clone())
}

/// `listOutputsWithSecureValues(...)` of a deployment of this template: its outputs by name, all secret.
pub fn secure_outputs(scope: &Rc<Scope>, arguments: &[Value], span: Span) -> Option<Value> {
    let outputs = outputs_of(scope, arguments, span)?;
    Some(Value {
        secure: true,
        ..values_of(&outputs).at(span)
    })
}

fn is_left_out(scope: &Rc<Scope>, declaration: &ResourceDeclaration, frame: &Frame) -> bool {
    declaration.condition.is_some_and(|condition| {
        let condition = scope
            .evaluator
            .quietly(|| evaluate(scope, frame, condition, 0));
        condition.as_bool() == Some(false)
    })
}

/// An instance of a declaration: the scope it is declared in, its position there, and the loops around it.
pub type Found = (Rc<Scope>, usize, Frame);

/// The declaration that a symbolic name, a name or an id of a deployment means.
pub fn find(scope: &Rc<Scope>, named: &Value) -> Option<Found> {
    let around = std::iter::successors(Some(scope), |scope| scope.outer.as_ref());
    for scope in around {
        let symbol = by_symbolic_name(scope, named).and_then(Result::ok);
        if let Some((position, frame)) = symbol.or_else(|| by_name(scope, named)) {
            return Some((scope.clone(), position, frame));
        }
    }
    None
}

/// The declaration that a symbolic name means; a message if there is no such instance.
pub fn find_resource(scope: &Rc<Scope>, named: &Value) -> Option<Result<Found, String>> {
    let around = std::iter::successors(Some(scope), |scope| scope.outer.as_ref());
    let mut found = around.filter(|scope| scope.templates.language == Language::Json);
    found.find_map(|scope| {
        let found = by_symbolic_name(scope, named)?;
        Some(found.map(|(position, frame)| (scope.clone(), position, frame)))
    })
}

/// `storage`, or `storage[2]` of a loop; a message if the loop does not go so far.
fn by_symbolic_name(scope: &Rc<Scope>, named: &Value) -> Option<Result<(usize, Frame), String>> {
    let declared = scope.declared();
    if !declared.symbolic_names {
        return None;
    }
    let parts = named.parts();
    let written = parts.first()?.as_str()?;
    let (name, index) = match written.split_once('[') {
        Some((name, index)) => (name, Some(index)),
        None => (written, None),
    };
    let position = declared.resource(name)?;
    let copy = declared.resources[position].copy.as_ref();
    let mut all = instances(scope, copy, &None, Presence::Certain).all;
    let index = match (index, copy) {
        (None, None) => return all.pop().map(|only| Ok((position, only.frame))),
        (None, Some(_)) | (Some(_), None) => return None,
        (Some(index), Some(_)) => match index.strip_suffix(']') {
            Some(index) => Value::integer(index.parse().ok()?, named.span),
            None => parts.get(1)?.clone(),
        },
    };
    let one = all.first();
    let is_repeated = one.is_some_and(|one| one.presence == Presence::Repeated);
    if is_repeated || index.is_unknown() {
        let name = one.and_then(|one| {
            bindings(&one.frame).find_map(|binding| match binding {
                Binding::Resource { name, .. } => name.clone(),
                Binding::Property { .. } | Binding::Variable { .. } => None,
            })
        });
        return Some(Ok((
            position,
            bind(Binding::Resource { name, index }, &None),
        )));
    }
    let index = index.as_integer()?;
    let length = all.len();
    let at = usize::try_from(index).ok().filter(|at| *at < length);
    Some(match at {
        Some(at) => Ok((position, all.swap_remove(at).frame)),
        None => Err(format!("`{name}` has {length} instances, none at {index}")),
    })
}

/// The name of a deployment, or an id that ends in `Microsoft.Resources/deployments/{name}`.
fn by_name(scope: &Rc<Scope>, named: &Value) -> Option<(usize, Frame)> {
    let segments = named.split('/');
    let name = match segments.as_slice() {
        [only] => only,
        [.., namespace, kind, name] => {
            let is = |value: &Value, word: &str| {
                value
                    .as_str()
                    .is_some_and(|text| text.eq_ignore_ascii_case(word))
            };
            if !is(namespace, "Microsoft.Resources") || !is(kind, "deployments") {
                return None;
            }
            name
        }
        [] | [_, _] => return None,
    };
    let wanted = name.identity();
    let names = deployment_names(scope);
    let found = names.iter().find(|(identity, ..)| *identity == wanted)?;
    Some((found.1, found.2.clone()))
}

/// The deployments of a scope by the identity of their names.
pub type DeploymentNames = Rc<Vec<(String, usize, Frame)>>;

fn deployment_names(scope: &Rc<Scope>) -> DeploymentNames {
    let evaluator = &scope.evaluator;
    if let Some(names) = evaluator.deployment_names.borrow().get(&scope.identity) {
        return names.clone();
    }
    // A name that asks for the outputs of another deployment does not find it.
    let keep = |names: DeploymentNames| {
        evaluator
            .deployment_names
            .borrow_mut()
            .insert(scope.identity, names);
    };
    keep(DeploymentNames::default());
    let mut names = Vec::new();
    for (position, declaration) in scope.declared().resources.iter().enumerate() {
        if declaration.deployment.is_none() || declaration.parent.is_some() {
            continue;
        }
        let Some(name) = declaration.name else {
            continue;
        };
        evaluator.quietly(|| {
            let copy = declaration.copy.as_ref();
            for instance in instances(scope, copy, &None, Presence::Certain).all {
                let name = evaluate(scope, &instance.frame, name, 0);
                names.push((name.identity(), position, instance.frame));
            }
        });
    }
    let names = Rc::new(names);
    keep(names.clone());
    names
}
