//! Functions that do not evaluate all their arguments: `if`, `and`, `or`, `coalesce` and `tryGet`.

use super::bound::{bounded, error, expression_text};
use super::call::{Call, apply, ordinary_call};
use super::expression::evaluate;
use super::frame::Frame;
use super::scope::Scope;
use super::symbol::{self, SafeMember};
use crate::syntax::expression::ExpressionId;
use crate::value::{Residual, Shape, Step, Unknown, Value, ValueKind};
use std::rc::Rc;

/// `if(condition, then, else)`; the branch that is not taken is not evaluated.
pub fn conditional(
    scope: &Rc<Scope>,
    frame: &Frame,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let condition = evaluate(scope, frame, arguments[0], call.base);
    let branch = |position: usize| evaluate(scope, frame, arguments[position], call.base);
    let condition_span = scope.templates.expressions.span(arguments[0], call.base);
    match truth(&condition) {
        Truth::Known(taken) => {
            let chosen = branch(if taken { 1 } else { 2 });
            // What chose is the value that was given, wherever that was written.
            let chosen = match condition.trace.is_some() && condition.span != condition_span {
                true => chosen.through(condition.span, Step::Chosen),
                false => chosen,
            };
            chosen
                .through(condition_span, Step::Chosen)
                .depending(condition.all_choices())
        }
        Truth::Unknown => {
            let (then, otherwise) = scope.evaluator.quietly(|| (branch(1), branch(2)));
            let choices = condition.choices | then.all_choices() | otherwise.all_choices();
            if then.equals(&otherwise) == Some(true) {
                return then.depending(choices);
            }
            let shape = if shape(&then) == shape(&otherwise) {
                shape(&then)
            } else {
                Shape::Any
            };
            bounded(
                scope,
                Value::unknown_call(0, "if", vec![condition, then, otherwise], shape, call.span),
            )
            .depending(choices)
        }
        Truth::Wrong => {
            let message = format!("the condition of `if` is {}", condition.kind_name());
            error(scope, condition_span, message);
            scope
                .evaluator
                .opaque(expression_text(scope, call.span), call.span)
        }
    }
}

enum Truth {
    Known(bool),
    Unknown,
    Wrong,
}

/// The truth of a condition; Azure Resource Manager takes the words `true` and `false`, too.
fn truth(value: &Value) -> Truth {
    match &value.kind {
        ValueKind::Boolean(value) => Truth::Known(*value),
        ValueKind::String(text) if text.eq_ignore_ascii_case("true") => Truth::Known(true),
        ValueKind::String(text) if text.eq_ignore_ascii_case("false") => Truth::Known(false),
        ValueKind::Unknown(_) => Truth::Unknown,
        ValueKind::Null
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_) => Truth::Wrong,
    }
}

/// What the value is, or will be.
fn shape(value: &Value) -> Shape {
    match &value.kind {
        ValueKind::Null | ValueKind::Float(_) => Shape::Any,
        ValueKind::Boolean(_) => Shape::Boolean,
        ValueKind::Integer(_) => Shape::Integer,
        ValueKind::String(_) => Shape::String,
        ValueKind::Array(_) => Shape::Array,
        ValueKind::Object(_) => Shape::Object,
        ValueKind::Unknown(unknown) => unknown.shape,
    }
}

/// `and(...)` and `or(...)`: the first argument that is `decisive` decides, and those behind it are not evaluated.
pub fn connective(
    scope: &Rc<Scope>,
    frame: &Frame,
    arguments: &[ExpressionId],
    call: &Call,
    name: &str,
    decisive: bool,
) -> Value {
    let mut open = Vec::new();
    let mut choices = 0;
    for (position, argument) in arguments.iter().enumerate() {
        let evaluate = || evaluate(scope, frame, *argument, call.base);
        // Behind an unknown one nobody knows whether this one is evaluated at all.
        let value = if open.is_empty() {
            evaluate()
        } else {
            scope.evaluator.quietly(evaluate)
        };
        choices |= value.all_choices();
        match truth(&value) {
            Truth::Known(value) if value == decisive => {
                return Value::boolean(decisive, call.span).depending(choices);
            }
            Truth::Known(_) => {}
            Truth::Unknown => open.push(value),
            Truth::Wrong => {
                let message = format!(
                    "argument {} of `{name}` is {}",
                    position + 1,
                    value.kind_name()
                );
                error(scope, call.span, message);
                open.push(
                    scope
                        .evaluator
                        .opaque(expression_text(scope, call.span), call.span),
                );
            }
        }
    }
    if open.is_empty() {
        return Value::boolean(!decisive, call.span).depending(choices);
    }
    bounded(
        scope,
        Value::unknown_call(0, name, open, Shape::Boolean, call.span),
    )
    .depending(choices)
}

/// `coalesce(...)`: the first argument that is not null; those behind it are not evaluated.
pub fn coalesce(
    scope: &Rc<Scope>,
    frame: &Frame,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let mut open: Vec<Value> = Vec::new();
    let mut choices = 0;
    for argument in arguments {
        let evaluate = || evaluate(scope, frame, *argument, call.base);
        let value = if open.is_empty() {
            evaluate()
        } else {
            scope.evaluator.quietly(evaluate)
        };
        choices |= value.choices;
        if value.is_null() {
            continue;
        }
        let known = !value.as_unknown().is_some_and(may_be_null);
        if known && open.is_empty() {
            return value.depending(choices);
        }
        open.push(value);
        if known {
            break;
        }
    }
    let value = match open.len() {
        0 => Value::null(call.span),
        1 => open.remove(0),
        _ => {
            let first = shape(&open[0]);
            let shape = if open.iter().all(|value| shape(value) == first) {
                first
            } else {
                Shape::Any
            };
            bounded(
                scope,
                Value::unknown_call(0, "coalesce", open, shape, call.span),
            )
        }
    };
    value.depending(choices)
}

/// Whether an unknown value may turn out to be `null`: text never does, nor does a parameter that has to be given.
fn may_be_null(unknown: &Unknown) -> bool {
    match &unknown.residual {
        Residual::Text(_) => false,
        Residual::Call { function, .. } => {
            !matches!(&**function, "parameters" | "uniqueString" | "guid")
        }
        Residual::Member(..) | Residual::Index(..) | Residual::Opaque(..) => true,
    }
}

/// `tryGet(...)`: of a resource it asks for what that is known to be.
pub fn try_get(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: &str,
    arguments: &[ExpressionId],
    call: &Call,
) -> Value {
    let (of, answered) = match symbol::safe_member(scope, frame, &arguments[..2], call.span) {
        Some(SafeMember::Value(value)) => (value, 2),
        Some(SafeMember::Of(whole)) => (whole, 1),
        None => return ordinary_call(scope, frame, name, arguments, call),
    };
    let keys = &arguments[answered..];
    if keys.is_empty() {
        return of;
    }
    let keys = keys
        .iter()
        .map(|key| evaluate(scope, frame, *key, call.base));
    let arguments = std::iter::once(of).chain(keys).collect();
    apply(scope, name, arguments, call.span)
}
