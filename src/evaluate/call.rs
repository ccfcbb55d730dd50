//! Calls of functions: those of the language, and those that templates declare.

use super::bound::{bounded, error, expression_text, made, too_large};
use super::expression::evaluate;
use super::frame::Frame;
use super::functions::{self, Failure, FunctionContext, lambda};
use super::lambda_call::{has_lambda, lambda_call, lambda_variable};
use super::lazy::{coalesce, conditional, connective, try_get};
use super::repetition::copy_index;
use super::scope::{Scope, ScopeParts};
use super::{import, load, module, symbol};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, List, Text};
use crate::template::FunctionBody;
use crate::value::{Choices, Shape, Value};
use std::rc::Rc;
use std::sync::Arc;

/// A call as it is written.
pub struct Call {
    /// The name as it is written.
    pub function: Text,
    /// What it is given.
    pub arguments: List,
    /// Where the text of the shared expression around it begins, 0 outside of one.
    pub base: u32,
    /// Where it is written.
    pub span: Span,
}

/// Calls a function.
pub fn call(scope: &Rc<Scope>, frame: &Frame, call: &Call) -> Value {
    let expressions = &scope.templates.expressions;
    let name = expressions.text(call.function);
    let arguments = expressions.list(call.arguments);
    let argument = |position: usize| evaluate(scope, frame, arguments[position], call.base);
    match (special(name), arguments.len()) {
        (Some(Special::If), 3) => conditional(scope, frame, arguments, call),
        (Some(Special::And), 1..) => connective(scope, frame, arguments, call, "and", false),
        (Some(Special::Or), 1..) => connective(scope, frame, arguments, call, "or", true),
        (Some(Special::Coalesce), 1..) => coalesce(scope, frame, arguments, call),
        (Some(Special::CopyIndex), 0..=2) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            copy_index(scope, frame, &arguments, call.span)
        }
        (Some(Special::Parameters), 1) => {
            let named = argument(0);
            match named.as_str() {
                Some(name) => declared_parameter(scope, name, call.span),
                None => one_of_declared(scope, "parameters", named, call.span),
            }
        }
        (Some(Special::Variables), 1) => {
            let named = argument(0);
            match named.as_str() {
                Some(name) => declared_variable(scope, name, call.span),
                None => one_of_declared(scope, "variables", named, call.span),
            }
        }
        (Some(Special::LambdaVariables), 1) => {
            lambda_variable(scope, frame, &argument(0), call.span)
        }
        (Some(Special::NewEachTime), _) => {
            // Two calls of `newGuid()` differ, so each has a residual of its own.
            let function = functions::find(name).map_or(name, |function| function.name);
            let arguments = (0..arguments.len()).map(argument).collect();
            Value::unknown_call(
                scope.evaluator.new_scope(),
                function,
                arguments,
                Shape::String,
                call.span,
            )
        }
        (Some(Special::Reference), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            let asked = || {
                let arguments = symbol::canonical(scope, arguments.clone());
                apply(scope, name, arguments, call.span)
            };
            module::reference(scope, &arguments, call.span, asked).unwrap_or_else(asked)
        }
        (Some(Special::TryGet), 2..) => try_get(scope, frame, name, arguments, call),
        (Some(Special::List), 1..) => {
            let arguments = (0..arguments.len()).map(argument).collect();
            let arguments = symbol::canonical(scope, arguments);
            apply(scope, name, arguments, call.span)
        }
        (Some(Special::Secret), 1..) => {
            let arguments = (0..arguments.len()).map(argument).collect();
            let secret = Value::unknown_call(0, "getSecret", arguments, Shape::String, call.span);
            Value {
                secure: true,
                ..secret
            }
        }
        (Some(Special::Load(what)), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            load::load(scope, what, &arguments, call.span)
        }
        (Some(Special::SecureOutputs), 1..) => {
            let arguments: Vec<_> = (0..arguments.len()).map(argument).collect();
            module::secure_outputs(scope, &arguments, call.span)
                .unwrap_or_else(|| apply(scope, name, arguments, call.span))
        }
        (None, _) if name.contains('.') => {
            let arguments = (0..arguments.len()).map(argument).collect();
            user_call(scope, name, arguments, call.span)
        }
        (_, _) if lambda::is_lambda_function(name) && has_lambda(scope, arguments) => {
            lambda_call(scope, frame, name, arguments, call)
        }
        (_, _) => ordinary_call(scope, frame, name, arguments, call),
    }
}

/// Functions that do not evaluate all their arguments, or read the template.
enum Special {
    If,
    And,
    Or,
    Coalesce,
    CopyIndex,
    Parameters,
    Variables,
    LambdaVariables,
    NewEachTime,
    Reference,
    SecureOutputs,
    List,
    TryGet,
    Secret,
    Load(load::What),
}

fn special(name: &str) -> Option<Special> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    match name.len() {
        2 if is("if") => Some(Special::If),
        2 if is("or") => Some(Special::Or),
        3 if is("and") => Some(Special::And),
        6 if is("tryGet") => Some(Special::TryGet),
        6 if is("utcNow") => Some(Special::NewEachTime),
        7 if is("newGuid") => Some(Special::NewEachTime),
        8 if is("coalesce") => Some(Special::Coalesce),
        9 if is("copyIndex") => Some(Special::CopyIndex),
        9 if is("getSecret") => Some(Special::Secret),
        9 if is("reference") => Some(Special::Reference),
        9 if is("variables") => Some(Special::Variables),
        10 if is("parameters") => Some(Special::Parameters),
        15 if is("lambdaVariables") => Some(Special::LambdaVariables),
        27 if is("listOutputsWithSecureValues") => Some(Special::SecureOutputs),
        _ if name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("list")) =>
        {
            Some(Special::List)
        }
        _ => load::What::of(name).map(Special::Load),
    }
}

/// `parameters(...)` whose argument is computed, so that `check` could not look it up.
fn declared_parameter(scope: &Rc<Scope>, name: &str, span: Span) -> Value {
    if scope.names().declared().parameter(name).is_none() {
        undeclared(scope, "parameter", name, span);
    }
    scope.parameter(name, span)
}

fn declared_variable(scope: &Rc<Scope>, name: &str, span: Span) -> Value {
    if scope.names().declared().variable(name).is_none() {
        undeclared(scope, "variable", name, span);
    }
    scope.variable(name, span)
}

/// `parameters(...)` or `variables(...)` of a name nobody knows.
fn one_of_declared(scope: &Rc<Scope>, function: &str, name: Value, span: Span) -> Value {
    if !name.is_unknown() {
        let message = format!("`{function}` takes a string, not {}", name.kind_name());
        error(scope, span, message);
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let declared = scope.names().identity;
    Value::unknown_call(declared, function, vec![name], Shape::Any, span)
}

fn undeclared(scope: &Rc<Scope>, what: &str, name: &str, span: Span) {
    let message = format!("{what} `{name}` is not declared");
    scope
        .evaluator
        .report(Diagnostic::new(Kind::UNDECLARED_NAME, span, message));
}

/// Calls a function whose arguments are all evaluated first.
pub fn ordinary_call(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let arguments: Vec<_> = arguments
        .iter()
        .map(|id| evaluate(scope, frame, *id, call.base))
        .collect();
    apply(scope, name, arguments, call.span)
}

/// Applies a function of the language.
pub fn apply(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let choices = all_choices(&arguments);
    applied(scope, name, arguments, span).depending(choices)
}

/// The choices that any of several values depends on.
pub fn all_choices(values: &[Value]) -> Choices {
    values
        .iter()
        .fold(0, |choices, value| choices | value.all_choices())
}

fn applied(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let Some(function) = functions::find(name) else {
        return bounded(
            scope,
            Value::unknown_call(scope.identity, name, arguments, Shape::Any, span),
        );
    };
    if !(function.minimum..=function.maximum).contains(&arguments.len()) {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let effort = functions::effort(function.name, &arguments);
    if !scope.evaluator.steps(effort, span) {
        return scope.evaluator.opaque("too many steps", span);
    }
    let context = FunctionContext {
        span,
        place: &scope.place,
    };
    match (function.apply)(&context, &arguments) {
        Ok(value) if functions::makes_nothing(function.name) => value,
        Ok(value) => made(scope, value).opened_by(&arguments),
        Err(failure) => {
            // `list` stands for every function whose name begins so.
            let name = if function.name == "list" {
                name
            } else {
                function.name
            };
            failed(scope, failure, name, function.shape, arguments, span)
        }
    }
}

/// Calls a user-defined function, `contoso.uniqueName(...)`.
fn user_call(scope: &Rc<Scope>, name: &str, arguments: Vec<Value>, span: Span) -> Value {
    match scope.declaring().declared().function(name) {
        Some(position) => user_function(scope, position, arguments, span),
        // `check` reports a namespace or function that is not declared.
        None => scope.evaluator.opaque(expression_text(scope, span), span),
    }
}

/// Calls the function at this position among those that the template, or the one around a function's body, declares: its value,
/// computed from its parameters, and in Bicep from the variables and the resources of the file that it stands in.
pub fn user_function(
    scope: &Rc<Scope>,
    position: usize,
    arguments: Vec<Value>,
    span: Span,
) -> Value {
    let declaring = scope.declaring();
    let Some(function) = declaring.declared().functions.get(position) else {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let (declaring, body) = match &function.body {
        FunctionBody::Declared(template) => (declaring.clone(), *template),
        FunctionBody::Imported(import, name) => match import::function(&declaring, *import, name) {
            Some(found) => found,
            None => return scope.evaluator.opaque(expression_text(scope, span), span),
        },
    };
    let templates = declaring.templates.clone();
    let template = templates.get(body);
    let value = template.outputs.first().and_then(|output| output.value);
    let Some(value) = value else {
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let mut callers = std::iter::successors(Some(&**scope), |scope| scope.caller.as_deref())
        .take_while(|scope| scope.declared().function_of.is_some());
    let is_same =
        |other: &Scope| other.template == body && Arc::ptr_eq(&other.templates, &templates);
    if callers.any(is_same) {
        let message = format!("function `{}` calls itself", function.name);
        scope
            .evaluator
            .report(Diagnostic::new(Kind::CYCLE, function.name_span, message));
        return scope.evaluator.opaque(expression_text(scope, span), span);
    }
    let mut arguments: Vec<_> = arguments.into_iter().map(Some).collect();
    arguments.resize(template.parameters.len(), None);
    let called = Scope::new(ScopeParts {
        evaluator: scope.evaluator.clone(),
        templates: templates.clone(),
        template: body,
        place: scope.place.clone(),
        target: scope.target.clone(),
        outer: None,
        declaring: Some(declaring.clone()),
        caller: Some(scope.clone()),
        called_at: None,
        arguments,
    });
    evaluate(&Rc::new(called), &None, value, 0)
}

/// What is left of a call that gave no value.
pub fn failed(
    scope: &Rc<Scope>,
    failure: Failure,
    name: &str,
    shape: Shape,
    arguments: Vec<Value>,
    span: Span,
) -> Value {
    match failure {
        Failure::Unknown => {
            // A call that depends on nothing but its arguments means the same everywhere.
            let scope_of_call = if is_runtime(name) {
                scope.place.scope
            } else {
                0
            };
            bounded(
                scope,
                Value::unknown_call(scope_of_call, name, arguments, shape, span),
            )
        }
        Failure::Error(message) => {
            error(scope, span, message);
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
        Failure::TooLarge => too_large(scope, span),
    }
}

/// Functions whose value depends on where they are called.
fn is_runtime(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("list"))
        || matches!(
            name,
            "reference" | "references" | "deployment" | "deployer" | "managementGroup" | "tenant"
        )
}
