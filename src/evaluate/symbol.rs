//! What the name of a resource or module stands for in Bicep: its id, its name, its type, and what is known of it only once it is
//! deployed, `reference(id)`.
//!
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-resource>

use super::access::member as part_of;
use super::expression::evaluate;
use super::frame::{Binding, Frame, bind, bindings};
use super::functions::{self, FunctionContext};
use super::module;
use super::repetition::bind_item;
use super::scope::{Asked, MAX_DEPTH, Part, Scope};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::template::{ResourceDeclaration, TargetScope};
use crate::value::{Residual, Shape, Value};
use std::rc::Rc;

/// A declared resource or module: its position among the declarations, and the loops around the instance that is meant.
struct Named {
    position: usize,
    frame: Frame,
}

/// Resources nest at most five levels deep:
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/child-resource-name-type>.
const MAX_PARENTS: usize = 16;

/// Full type and names of a resource.
pub struct Identity {
    /// The full type without a version; empty when it is unknown.
    pub resource_type: Rc<str>,
    /// Segments of the full name.
    pub names: Vec<Value>,
}

/// Where the resources are declared that expressions name: the body of a user-defined function declares none. An instance of a
/// loop depends on where it is named, so inside a function it is unknown.
fn around<'a>(
    scope: &'a Rc<Scope>,
    frame: &'a Frame,
    id: ExpressionId,
) -> (&'a Rc<Scope>, &'a Frame) {
    let is_symbol = matches!(
        scope.templates.expressions.kind(id),
        ExpressionKind::Symbol(_)
    );
    match &scope.declaring {
        Some(declaring) if is_symbol => (declaring, &None),
        Some(_) | None => (scope, frame),
    }
}

/// `resource`, or `resource[index]` of a loop.
fn named(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId) -> Option<Named> {
    let expressions = &scope.templates.expressions;
    let (of, index) = if let ExpressionKind::Index { base, index } = expressions.kind(id) {
        (base, Some(index))
    } else {
        (id, None)
    };
    let ExpressionKind::Symbol(position) = expressions.kind(of) else {
        return None;
    };
    let position = position as usize;
    let declaration = scope.declared().resources.get(position)?;
    let around = if is_repeated_around(scope, declaration) {
        frame.clone()
    } else {
        None
    };
    let frame = match (&declaration.copy, index) {
        (Some(copy), Some(index)) => {
            let index = evaluate(scope, frame, index, 0);
            let binding = Binding::Resource {
                name: None,
                index: index.clone(),
            };
            let around = bind(binding, &around);
            match &copy.each {
                Some(each) => {
                    let span = expressions.span(each.list, 0);
                    let list = once(scope, position, Part::Loop, span, || {
                        evaluate(scope, &around, each.list, 0)
                    })?;
                    let span = expressions.span(id, 0);
                    bind_item(scope, &around, each, &list, &index, span)
                }
                None => around,
            }
        }
        // Inside the loop of a resource its own symbol is the instance at hand.
        (Some(_), None) => frame.clone(),
        (None, _) => around,
    };
    Some(Named { position, frame })
}

/// Whether a resource is declared inside one that a loop makes.
fn is_repeated_around(scope: &Scope, declaration: &ResourceDeclaration) -> bool {
    let resources = &scope.declared().resources;
    let around = |declaration: &&ResourceDeclaration| {
        declaration.parent.map(|parent| &resources[parent as usize])
    };
    std::iter::successors(around(&declaration), around).any(|outer| outer.copy.is_some())
}

/// A property of a resource or module; `None` if `base` is something else.
pub fn member(
    scope: &Rc<Scope>,
    frame: &Frame,
    base: ExpressionId,
    name: &str,
    span: Span,
) -> Option<Value> {
    let (scope, frame) = around(scope, frame, base);
    let of_resource = || {
        output(scope, frame, base, name, span).or_else(|| property(scope, frame, base, name, span))
    };
    match scope.evaluator.deeper(of_resource) {
        Some(value) => value,
        None => Some(too_far(scope, span)),
    }
}

/// What is too many steps away has no value.
fn too_far(scope: &Rc<Scope>, span: Span) -> Value {
    let text = scope.templates.expressions.source().slice(span);
    let message = format!("`{text}` is more than {MAX_DEPTH} steps away from a value");
    scope
        .evaluator
        .report(Diagnostic::new(Kind::EVALUATION_STEPS, span, message));
    scope.evaluator.opaque(text, span)
}

fn property(
    scope: &Rc<Scope>,
    frame: &Frame,
    base: ExpressionId,
    name: &str,
    span: Span,
) -> Option<Value> {
    let found = named(scope, frame, base)?;
    let declaration = &scope.declared().resources[found.position];
    let evaluated = |expression: Option<ExpressionId>| {
        let expression = expression?;
        Some(evaluate(scope, &found.frame, expression, 0))
    };
    let value = match name {
        // All that is said of a resource of an extension is known once it is there.
        _ if declaration.of_extension => None,
        "id" => Some(id(scope, found.position, &found.frame, span)),
        "name" => declaration.name.map(|name| {
            let value = || evaluate(scope, &found.frame, name, 0);
            once(scope, found.position, Part::Name, span, value).unwrap_or_else(|| {
                let text = scope.templates.expressions.source().slice(span);
                scope.evaluator.opaque(text, span)
            })
        }),
        "apiVersion" => evaluated(declaration.api_version),
        "type" => identity(scope, found.position, &found.frame)
            .map(|identity| Value::string(&*identity.resource_type, span)),
        "outputs" if declaration.deployment.is_some() => {
            module::outputs(scope, found.position, &found.frame, span)
        }
        _ => None,
    };
    Some(value.unwrap_or_else(|| {
        let id = id(scope, found.position, &found.frame, span);
        let mut arguments = vec![id];
        if declaration.of_extension {
            let whole = reference(scope, arguments, span);
            return part_of(scope, &whole, name, span);
        }
        if name != "properties" && declaration.deployment.is_none() {
            arguments.push(Value::string("full", span));
        }
        let whole = reference(scope, arguments, span);
        // Of `reference(id)` itself the properties are what it gives.
        if name == "properties" {
            whole
        } else {
            part_of(scope, &whole, name, span)
        }
    }))
}

/// What `resource.?name` comes to.
pub enum SafeMember {
    /// Its value.
    Value(Value),
    /// What is known of the resource once it is deployed, and null if it is not: what is asked for may be there.
    Of(Value),
}

/// `resource.?name` of a resource or module: null if that is not deployed; `None` if the first argument is something else.
pub fn safe_member(
    scope: &Rc<Scope>,
    frame: &Frame,
    arguments: &[ExpressionId],
    span: Span,
) -> Option<SafeMember> {
    let (scope, frame) = around(scope, frame, arguments[0]);
    let found = named(scope, frame, arguments[0])?;
    let expressions = &scope.templates.expressions;
    let name = expressions.literal(arguments[1])?;
    let declaration = &scope.declared().resources[found.position];
    let condition = declaration
        .condition
        .map(|condition| evaluate(scope, &found.frame, condition, 0));
    let deployed = condition.as_ref().map_or(Some(true), Value::as_bool);
    let choices = condition.as_ref().map_or(0, Value::all_choices);
    if deployed == Some(false) {
        let nothing = Value::null(span).depending(choices);
        return Some(SafeMember::Value(nothing));
    }
    // What Azure is not asked for is there if the resource is.
    let is_value = declaration.deployment.is_some() || matches!(name, "id" | "name");
    let value = if is_value {
        member(scope, frame, arguments[0], name, span)?
    } else {
        value(scope, frame, arguments[0], span)
    };
    let value = match condition.filter(|_| deployed.is_none()) {
        Some(condition) => {
            let arguments = vec![condition, value, Value::null(span)];
            Value::unknown_call(0, "if", arguments, Shape::Any, span)
        }
        None => value,
    };
    let value = value.depending(choices);
    Some(match is_value {
        true => SafeMember::Value(value),
        false => SafeMember::Of(value),
    })
}

/// `module.outputs.name`; `None` if `base` is no module's outputs.
fn output(
    scope: &Rc<Scope>,
    frame: &Frame,
    base: ExpressionId,
    name: &str,
    span: Span,
) -> Option<Value> {
    let expressions = &scope.templates.expressions;
    let ExpressionKind::Member {
        base,
        name: section,
    } = expressions.kind(base)
    else {
        return None;
    };
    if expressions.text(section) != "outputs" {
        return None;
    }
    let found = named(scope, frame, base)?;
    scope.declared().resources[found.position]
        .deployment
        .as_ref()?;
    if let Some(outputs) = module::outputs(scope, found.position, &found.frame, span) {
        return Some(part_of(scope, &outputs, name, span));
    }
    let id = id(scope, found.position, &found.frame, span);
    let whole = reference(scope, vec![id], span);
    let member =
        |of: Value, name: &str| Value::unknown(Residual::Member(of, name.into()), Shape::Any, span);
    Some(member(member(member(whole, "outputs"), name), "value"))
}

/// A resource itself: what is known of it once it is deployed.
pub fn value(scope: &Rc<Scope>, frame: &Frame, expression: ExpressionId, span: Span) -> Value {
    let (scope, frame) = around(scope, frame, expression);
    let whole = || {
        let found = named(scope, frame, expression)?;
        let is_loop = scope.declared().resources[found.position].copy.is_some();
        let is_instance = matches!(
            scope.templates.expressions.kind(expression),
            ExpressionKind::Index { .. }
        );
        let module = (is_instance || !is_loop)
            .then(|| module::value(scope, found.position, &found.frame, span));
        if let Some(module) = module.flatten() {
            return Some(module);
        }
        let id = id(scope, found.position, &found.frame, span);
        let arguments = vec![id, Value::string("full", span)];
        Some(reference(scope, arguments, span))
    };
    match scope.evaluator.deeper(whole) {
        Some(Some(value)) => value,
        Some(None) => {
            let text = scope.templates.expressions.source().slice(span);
            scope.evaluator.opaque(text, span)
        }
        None => too_far(scope, span),
    }
}

fn reference(scope: &Scope, arguments: Vec<Value>, span: Span) -> Value {
    Value::unknown_call(
        scope.place.scope,
        "reference",
        arguments,
        Shape::Object,
        span,
    )
}

/// Full type and names of a declared resource; `None` where resources are one another's parents.
pub fn identity(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Option<Identity> {
    let evaluator = &scope.evaluator;
    let declaration = &scope.declared().resources[position];
    let span = match declaration.parent_symbol.or(declaration.name) {
        Some(expression) => scope.templates.expressions.span(expression, 0),
        None => declaration.span,
    };
    let identity = once(scope, position, Part::Identity, span, || {
        evaluator.deeper(|| identity_of(scope, position, frame))
    });
    match identity? {
        Some(identity) => identity,
        None => {
            too_far(scope, span);
            None
        }
    }
}

/// Computes a part of a resource; `None` when it needs itself, which is told of where `span` is.
fn once<T>(
    scope: &Scope,
    position: usize,
    part: Part,
    span: Span,
    compute: impl FnOnce() -> T,
) -> Option<T> {
    let asked = Asked {
        scope: scope.identity,
        position,
        index: 0,
        part,
    };
    let computed = scope.evaluator.once(asked, compute);
    if computed.is_none() {
        let declaration = &scope.declared().resources[position];
        let symbol = declaration.symbolic_name.as_deref().unwrap_or_default();
        let message = match part {
            Part::Name => format!("`{symbol}.name` needs its own value"),
            Part::Loop => format!("the loop of `{symbol}` needs its own value"),
            Part::Scope => format!("the scope of `{symbol}` leads back to itself"),
            Part::Identity => format!("the name of `{symbol}` leads back to itself"),
            Part::Deployment | Part::Outputs => format!("`{symbol}` waits for itself"),
        };
        let diagnostic = Diagnostic::new(Kind::CYCLE, span, message);
        scope.evaluator.report(diagnostic);
    }
    computed
}

fn identity_of(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Option<Identity> {
    let declaration = &scope.declared().resources[position];
    let parent = match parent(scope, declaration, frame) {
        Some(parent) => Some(identity(scope, parent.position, &parent.frame)?),
        None => None,
    };
    let written = declaration
        .resource_type
        .map(|expression| evaluate(scope, frame, expression, 0));
    let written = written.as_ref().and_then(Value::as_str).unwrap_or_default();
    let name = match declaration.name {
        Some(name) => scope
            .evaluator
            .name(evaluate(scope, frame, name, 0), "the name of a resource"),
        None => scope.evaluator.opaque("no name", declaration.span),
    };
    let own = functions::undivided(name.split('/')).into_iter();
    Some(match parent {
        Some(parent) => Identity {
            resource_type: full_type(written, Some(&parent.resource_type)),
            names: parent.names.into_iter().chain(own).collect(),
        },
        None => Identity {
            resource_type: full_type(written, None),
            names: own.collect(),
        },
    })
}

/// `Microsoft.Storage/storageAccounts` of the parent and `blobServices` of the child make the child's type.
pub fn full_type(written: &str, parent: Option<&str>) -> Rc<str> {
    let written = written
        .split_once('@')
        .map_or(written, |(resource_type, _)| resource_type);
    match parent {
        Some(parent) if !written.split('/').next().unwrap_or_default().contains('.') => {
            format!("{parent}/{written}").into()
        }
        Some(_) | None => written.into(),
    }
}

/// The resource that a declaration is written inside of, or names as its parent.
fn parent(scope: &Rc<Scope>, declaration: &ResourceDeclaration, frame: &Frame) -> Option<Named> {
    if let Some(symbol) = declaration.parent_symbol {
        return named(scope, frame, symbol);
    }
    let position = declaration.parent? as usize;
    Some(Named {
        position,
        frame: frame.clone(),
    })
}

/// Full type and names of the resource that a declaration names as its parent.
pub fn parent_identity(
    scope: &Rc<Scope>,
    declaration: &ResourceDeclaration,
    frame: &Frame,
) -> Option<Identity> {
    let symbol = declaration.parent_symbol?;
    let found = named(scope, frame, symbol)?;
    identity(scope, found.position, &found.frame)
}

/// The id of a declared resource.
pub fn id(scope: &Rc<Scope>, position: usize, frame: &Frame, span: Span) -> Value {
    let declaration = &scope.declared().resources[position];
    if declaration.of_extension {
        let symbol = declaration.symbolic_name.as_deref().unwrap_or_default();
        return Value::string(symbol, span);
    }
    let nobody_knows = || {
        let text = scope.templates.expressions.source().slice(span);
        scope.evaluator.opaque(text, span)
    };
    let Some(identity) = identity(scope, position, frame) else {
        return nobody_knows();
    };
    let mut arguments = vec![Value::string(&*identity.resource_type, span)];
    let segments = identity.resource_type.split('/').count();
    arguments.extend(identity.names);
    // A name with too few segments is a mistake that the deployment will tell of.
    while arguments.len() < segments {
        let expressions = &scope.templates.expressions;
        let name = scope.declared().resources[position].name;
        let name = name.map(|name| expressions.arm(name)).unwrap_or_default();
        let text = format!("split({name}, '/')[{}]", arguments.len() - 1);
        arguments.push(scope.evaluator.opaque(&text, span));
    }
    let base = base(scope, position, frame);
    let is_group = identity
        .resource_type
        .eq_ignore_ascii_case("Microsoft.Resources/resourceGroups");
    let subscription = base.as_ref().filter(|_| is_group).and_then(subscription_of);
    let function = match (&base, subscription) {
        (_, Some(subscription)) => {
            arguments.insert(0, subscription);
            "subscriptionResourceId"
        }
        (Some(base), None) if matches!(base.as_str(), Some("" | "/")) => "tenantResourceId",
        (Some(base), None) => {
            arguments.insert(0, base.clone());
            "extensionResourceId"
        }
        (None, None) if is_group => "subscriptionResourceId",
        (None, None) if scope.place.target == TargetScope::ManagementGroup => {
            "managementGroupResourceId"
        }
        (None, None) => "resourceId",
    };
    let context = FunctionContext {
        span,
        place: &scope.place,
    };
    functions::find(function)
        .and_then(|function| (function.apply)(&context, &arguments).ok())
        .unwrap_or_else(nobody_knows)
}

/// The subscription of which this is the id.
fn subscription_of(id: &Value) -> Option<Value> {
    match id.split('/').as_slice() {
        [_, word, subscription] if word.as_str() == Some("subscriptions") => {
            Some(subscription.clone())
        }
        _ => None,
    }
}

/// The resource that a declared one is a part of, through all its parents.
fn outermost(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Named {
    let mut at = Named {
        position,
        frame: frame.clone(),
    };
    // `identity` sees to it that parents do not go round in a circle.
    for _ in 0..MAX_PARENTS {
        let declaration = &scope.declared().resources[at.position];
        match parent(scope, declaration, &at.frame) {
            Some(outer) => at = outer,
            None => break,
        }
    }
    at
}

/// `scope` of a resource, which children have from their parent: the id of what it is deployed to.
pub fn scope_of(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Option<Value> {
    let at = outermost(scope, position, frame);
    let declaration = &scope.declared().resources[at.position];
    let written = declaration.scope?;
    let span = scope.templates.expressions.span(written, 0);
    let value = once(scope, at.position, Part::Scope, span, || {
        evaluate(scope, &at.frame, written, 0)
    })?;
    (!value.is_null()).then_some(value)
}

/// The id of what the outermost of its parents is deployed to, if it says so.
fn base(scope: &Rc<Scope>, position: usize, frame: &Frame) -> Option<Value> {
    let at = outermost(scope, position, frame);
    let declaration = &scope.declared().resources[at.position];
    let of = |expression: Option<ExpressionId>| {
        let expression = expression?;
        let span = scope.templates.expressions.span(expression, 0);
        let value = once(scope, at.position, Part::Scope, span, || {
            evaluate(scope, &at.frame, expression, 0)
        })?;
        (!value.is_null()).then_some(value)
    };
    let (subscription, group) = (
        of(declaration.subscription_id),
        of(declaration.resource_group),
    );
    if subscription.is_none() && group.is_none() {
        return of(declaration.scope);
    }
    let span = declaration.span;
    let subscription = subscription.unwrap_or_else(|| scope.place.subscription_id.clone());
    let mut parts = vec![Value::string("/subscriptions/", span), subscription];
    if let Some(group) = group {
        parts.push(Value::string("/resourceGroups/", span));
        parts.push(group);
    }
    let is_text = |part: &Value| part.as_str().is_some() || part.is_unknown();
    parts.iter().all(is_text).then(|| Value::text(parts, span))
}

/// The arguments of `reference` and `list*` with the resource named by its id, and without the version: whichever way a template
/// asks for it, the same thing is asked for.
pub fn canonical(scope: &Rc<Scope>, mut arguments: Vec<Value>) -> Vec<Value> {
    let named = &arguments[0];
    match module::find_resource(scope, named) {
        Some(Ok((found, position, frame))) => {
            arguments[0] = id(&found, position, &frame, named.span);
        }
        Some(Err(message)) => {
            let text = scope.templates.expressions.source().slice(named.span);
            scope
                .evaluator
                .report(Diagnostic::new(Kind::EVALUATION, named.span, message));
            arguments[0] = scope.evaluator.opaque(text, named.span);
        }
        None => {}
    }
    let is_version = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with(|first: char| first.is_ascii_digit()))
    };
    if arguments.get(1).is_some_and(is_version) {
        arguments.remove(1);
    }
    arguments
}

/// The position of the instance in the innermost loop of a resource around an expression: below 0 if it is unknown, another number
/// for each expression that leads to it.
pub fn index_of(scope: &Scope, frame: &Frame) -> Option<i64> {
    bindings(frame).find_map(|binding| match binding {
        Binding::Resource { index, .. } => Some(match index.as_integer() {
            Some(position) => position,
            None => scope.evaluator.number_of(index),
        }),
        Binding::Property { .. } | Binding::Variable { .. } => None,
    })
}
