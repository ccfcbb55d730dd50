//! How large values and residuals may become, and what is said of an expression that has no value.

use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::value::{
    MAX_DEPTH, MAX_RESIDUAL, MAX_SIZE, MAX_TEXT, Residual, Shape, Value, ValueKind,
};
use std::rc::Rc;

/// The values, unless they are larger together than a value may be.
pub fn collected(values: impl Iterator<Item = Value>) -> Option<Vec<Value>> {
    let mut size = 0_u32;
    let mut collected = Vec::with_capacity(values.size_hint().0);
    for value in values {
        size = size.saturating_add(value.size());
        if size > MAX_SIZE {
            return None;
        }
        collected.push(value);
    }
    Some(collected)
}

/// What a function made; large values take long, and room.
pub fn made(scope: &Rc<Scope>, value: Value) -> Value {
    let steps = match &value.kind {
        ValueKind::String(text) => text.len() as u32 / 128,
        ValueKind::Array(_) | ValueKind::Object(_) => value.size() / 2,
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Unknown(_) => 0,
    };
    if scope.evaluator.steps(steps, value.span) {
        bounded(scope, value)
    } else {
        scope.evaluator.opaque("too many steps", value.span)
    }
}

/// Keeps values and residuals from growing without bound.
pub fn bounded(scope: &Rc<Scope>, value: Value) -> Value {
    let size = value.size();
    let fits = value.depth() <= MAX_DEPTH
        && match &value.kind {
            ValueKind::Unknown(unknown) => {
                size <= MAX_RESIDUAL || matches!(unknown.residual, Residual::Opaque(..))
            }
            ValueKind::String(text) => text.len() <= MAX_TEXT,
            ValueKind::Array(_) | ValueKind::Object(_) => size <= MAX_SIZE,
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_) => true,
        };
    if fits {
        return value;
    }
    if value.is_unknown() {
        let message = format!(
            "what is left of the expression has more than {MAX_RESIDUAL} parts or {MAX_DEPTH} levels"
        );
        scope
            .evaluator
            .report(Diagnostic::new(Kind::VALUE_SIZE, value.span, message));
        let secure = value.secure;
        let text = expression_text(scope, value.span);
        return Value {
            secure,
            ..scope.evaluator.opaque(text, value.span)
        };
    }
    too_large(scope, value.span)
}

/// What stands for a value that is larger than a value may be; that is told.
pub fn too_large(scope: &Rc<Scope>, span: Span) -> Value {
    let message = format!(
        "the value is larger than {MAX_TEXT} bytes, {MAX_SIZE} parts or {MAX_DEPTH} levels"
    );
    scope
        .evaluator
        .report(Diagnostic::new(Kind::VALUE_SIZE, span, message));
    scope.evaluator.opaque(expression_text(scope, span), span)
}

/// Tells of a mistake in an expression.
pub fn error(scope: &Rc<Scope>, span: Span, message: impl Into<String>) {
    scope
        .evaluator
        .report(Diagnostic::new(Kind::EVALUATION, span, message));
}

/// A call of a function whose arguments are partly unknown, or else a mistake.
pub fn unknown_or_error(
    scope: &Rc<Scope>,
    function: &str,
    arguments: &[Value],
    span: Span,
    message: &str,
) -> Value {
    if arguments.iter().any(Value::is_unknown) {
        return Value::unknown_call(0, function, arguments.to_vec(), Shape::Any, span);
    }
    error(scope, span, message);
    scope.evaluator.opaque(expression_text(scope, span), span)
}

/// The text of an expression.
pub fn expression_text(scope: &Rc<Scope>, span: Span) -> &str {
    scope.templates.expressions.source().slice(span)
}
