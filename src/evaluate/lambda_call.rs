//! Calls of functions that take a lambda, such as `map` and `filter`.

use super::bound::{error, expression_text, too_large};
use super::call::{Call, all_choices, failed};
use super::expression::evaluate;
use super::frame::{Binding, Frame, bind, bindings};
use super::functions::{self, FunctionContext, lambda};
use super::scope::Scope;
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind};
use crate::value::{MAX_SIZE, Shape, Value};
use std::rc::Rc;
use std::sync::Arc;

/// `lambdaVariables(...)`.
pub fn lambda_variable(scope: &Rc<Scope>, frame: &Frame, name: &Value, span: Span) -> Value {
    let wanted = name.as_str().unwrap_or_default();
    let found = bindings(frame).find_map(|binding| match binding {
        Binding::Variable { name, value } if name.eq_ignore_ascii_case(wanted) => {
            Some(value.clone())
        }
        Binding::Variable { .. } | Binding::Resource { .. } | Binding::Property { .. } => None,
    });
    found.unwrap_or_else(|| {
        error(
            scope,
            span,
            format!("there is no lambda variable `{wanted}` here"),
        );
        scope.evaluator.opaque(expression_text(scope, span), span)
    })
}

/// Whether any of the arguments is a lambda.
pub fn has_lambda(scope: &Rc<Scope>, arguments: &[ExpressionId]) -> bool {
    arguments
        .iter()
        .any(|argument| lambda_parts(scope, *argument).is_some())
}

/// Variables and body of `lambda('x', 'i', body)`.
fn lambda_parts(scope: &Rc<Scope>, id: ExpressionId) -> Option<(Vec<Arc<str>>, &ExpressionId)> {
    let expressions = &scope.templates.expressions;
    let ExpressionKind::Call {
        function,
        arguments,
    } = expressions.kind(id)
    else {
        return None;
    };
    if !expressions.text(function).eq_ignore_ascii_case("lambda") {
        return None;
    }
    let (body, variables) = expressions.list(arguments).split_last()?;
    let variables = variables
        .iter()
        .map(|id| expressions.literal(*id).map(Arc::from))
        .collect::<Option<_>>()?;
    Some((variables, body))
}

/// A lambda as a part of what is left of a call: two that read alike are the same in one template, unless the loops around them may
/// give them another meaning.
fn lambda_itself(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32) -> Value {
    let expressions = &scope.templates.expressions;
    let span = expressions.span(id, base);
    let text = expressions.arm(id);
    match frame {
        None => scope.evaluator.opaque_once(scope.identity, &text, span),
        Some(_) => scope.evaluator.opaque(&text, span),
    }
}

/// Calls a function that takes a lambda.
pub fn lambda_call(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let evaluator = &scope.evaluator;
    // Together the results are a value; of `reduce` and `sort` only the last one counts.
    let mut size = 0_u32;
    // What a lambda decides, such as which elements are left, depends on what it looked at.
    let mut of_results = 0;
    let keeps_all = !["reduce", "sort"].contains(&name.to_ascii_lowercase().as_str());
    let apply = |position: usize, values: &[Value]| -> Value {
        let Some((variables, body)) = lambda_parts(scope, arguments[position]) else {
            return evaluator.opaque(expression_text(scope, call.span), call.span);
        };
        if size > MAX_SIZE {
            return evaluator.opaque("too large", call.span);
        }
        let mut frame = frame.clone();
        for (name, value) in variables.iter().zip(values) {
            frame = bind(
                Binding::Variable {
                    name: name.clone(),
                    value: value.clone(),
                },
                &frame,
            );
        }
        let value = evaluate(scope, &frame, *body, call.base);
        of_results |= value.choices;
        if keeps_all {
            size = size.saturating_add(value.size());
        }
        value
    };
    // A lambda itself has no value; what is left of a call without one has its text.
    let is_lambda = |id: &ExpressionId| lambda_parts(scope, *id).is_some();
    let values: Vec<_> = arguments
        .iter()
        .map(|id| match is_lambda(id) {
            true => evaluator.opaque("lambda", call.span),
            false => evaluate(scope, frame, *id, call.base),
        })
        .collect();
    let context = FunctionContext {
        span: call.span,
        place: &scope.place,
    };
    let choices = all_choices(&values);
    let applied = lambda::apply(&context, name, &values, &mut { apply });
    let value = match applied {
        Ok(_) if size > MAX_SIZE => too_large(scope, call.span),
        Ok(value) => value,
        Err(failure) => {
            let values = arguments.iter().zip(values);
            let values = values.map(|(id, value)| match is_lambda(id) {
                true => lambda_itself(scope, frame, *id, call.base),
                false => value,
            });
            let values = values.collect();
            let (name, shape) = functions::find(name).map_or((name, Shape::Any), |function| {
                (function.name, function.shape)
            });
            failed(scope, failure, name, shape, values, call.span)
        }
    };
    value.depending(choices | of_results)
}
