//! Members and elements of a value.

use super::bound::{bounded, error, expression_text};
use super::scope::Scope;
use crate::source::Span;
use crate::value::{Extent, Residual, Shape, Value, ValueKind};
use std::rc::Rc;

/// `value.name`.
pub fn member(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Value {
    member_of(scope, value, name, span).depending(value.choices)
}

fn member_of(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Value {
    match &value.kind {
        ValueKind::Object(object) => match object.get(name) {
            Some(property) => selected(value, &property.value),
            None if object.is_open() => {
                let whole = object.whole().unwrap_or(value);
                let residual = Residual::Member(whole.clone(), name.into());
                Value {
                    secure: value.secure,
                    ..bounded(scope, Value::unknown(residual, Shape::Any, span))
                }
            }
            None => {
                error(scope, span, format!("the object has no property `{name}`"));
                scope.evaluator.opaque(expression_text(scope, span), span)
            }
        },
        ValueKind::Unknown(_) => {
            if let Some(value) = member_of_branches(scope, value, name, span) {
                return value;
            }
            let residual = Residual::Member(value.clone(), name.into());
            Value {
                secure: value.secure,
                ..bounded(scope, Value::unknown(residual, Shape::Any, span))
            }
        }
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_) => {
            error(
                scope,
                span,
                format!("{} has no property `{name}`", value.kind_name()),
            );
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
    }
}

/// `if(condition, then, otherwise).name` where both branches are objects that have it.
fn member_of_branches(scope: &Rc<Scope>, value: &Value, name: &str, span: Span) -> Option<Value> {
    let (condition, then, otherwise) = value.branches()?;
    let of = |branch: &Value| match branch.as_object() {
        Some(object) => Some(selected(branch, &object.get(name)?.value)),
        None => member_of_branches(scope, branch, name, span),
    };
    let (then, otherwise) = (of(then)?, of(otherwise)?);
    if then.equals(&otherwise) == Some(true) {
        return Some(then);
    }
    let arguments = vec![condition.clone(), then, otherwise];
    let value = Value {
        secure: value.secure,
        ..Value::unknown_call(0, "if", arguments, Shape::Any, span)
    };
    Some(bounded(scope, value))
}

/// `value[index]`.
pub fn index(scope: &Rc<Scope>, value: &Value, index: &Value, span: Span) -> Value {
    indexed(scope, value, index, span).depending(value.choices | index.choices)
}

fn indexed(scope: &Rc<Scope>, value: &Value, index: &Value, span: Span) -> Value {
    if let (Some(name), true) = (index.as_str(), value.as_array().is_none()) {
        return member(scope, value, name, span);
    }
    // The one element of a loop of unknown length stands for each of them.
    if let Some(array) = value.as_array()
        && let (Extent::Repeated, [only]) = (array.extent(), array.elements())
    {
        return selected(value, only);
    }
    if value.is_unknown() || index.is_unknown() {
        let residual = Residual::Index(value.clone(), index.clone());
        let secure = value.secure || index.secure;
        return Value {
            secure,
            ..bounded(scope, Value::unknown(residual, Shape::Any, span))
        };
    }
    let (Some(array), Some(position)) = (value.as_array(), index.as_integer()) else {
        error(
            scope,
            span,
            format!(
                "{} cannot be indexed by {}",
                value.kind_name(),
                index.kind_name()
            ),
        );
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let element = usize::try_from(position)
        .ok()
        .and_then(|position| array.elements().get(position));
    match (element, array.extent()) {
        (Some(element), Extent::Closed) => selected(value, element),
        (_, Extent::Open | Extent::Repeated) => Value::unknown(
            Residual::Index(value.clone(), index.clone()),
            Shape::Any,
            span,
        ),
        (None, Extent::Closed) => {
            let length = array.elements().len();
            error(
                scope,
                span,
                format!("the array has {length} elements, none at {position}"),
            );
            scope.evaluator.opaque(expression_text(scope, span), span)
        }
    }
}

/// A part of a value: it stands where it was written and went through what the whole went through.
pub fn selected(whole: &Value, part: &Value) -> Value {
    let mut part = part.clone();
    part.secure |= whole.secure;
    part.choices |= whole.choices;
    for step in whole.steps() {
        part = part.through(step.span, step.step.clone());
    }
    part
}
