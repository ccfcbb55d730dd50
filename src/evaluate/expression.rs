//! Evaluating one expression: one function, one arm per kind of expression.

use super::access::{self, member};
use super::bound::{bounded, collected, error, expression_text, made, too_large};
use super::call::{Call, all_choices, call, failed, user_function};
use super::frame::{Frame, local};
use super::functions::{self, FunctionContext};
use super::repetition::{copy, for_each};
use super::scope::Scope;
use super::{import, symbol};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, ExpressionKind, List};
use crate::value::{MAX_SIZE, Object, Property, Shape, Step, Value, ValueKind};
use std::rc::Rc;
use std::sync::Arc;

/// The value of an expression. `base` is where the text of the shared expression around it begins, 0 outside of one.
pub fn evaluate(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32) -> Value {
    let evaluator = &scope.evaluator;
    let span = scope.templates.expressions.span(id, base);
    if !evaluator.step(span) {
        return evaluator.opaque("too many steps", span);
    }
    let value = evaluator.nested(span, || of_kind(scope, frame, id, base, span));
    match value {
        Some(value) => bounded(scope, value),
        None => evaluator.opaque("too many levels", span),
    }
}

fn of_kind(scope: &Rc<Scope>, frame: &Frame, id: ExpressionId, base: u32, span: Span) -> Value {
    let evaluator = &scope.evaluator;
    let expressions = &scope.templates.expressions;
    match expressions.kind(id) {
        ExpressionKind::Null => Value::null(span),
        ExpressionKind::Boolean(value) => Value::boolean(value, span),
        ExpressionKind::Integer(value) => Value::integer(value, span),
        ExpressionKind::Number(text) => number(expressions.text(text), span),
        ExpressionKind::String(text) => Value::string(expressions.text(text), span),
        ExpressionKind::Array(list) => {
            let elements = expressions.list(list).iter();
            let elements = elements.map(|id| evaluate(scope, frame, *id, base));
            match collected(elements) {
                Some(elements) => Value::array(elements, span),
                None => too_large(scope, span),
            }
        }
        ExpressionKind::Object(list) => object(scope, frame, list, base, span),
        ExpressionKind::Call {
            function,
            arguments,
        } => call(
            scope,
            frame,
            &Call {
                function,
                arguments,
                base,
                span,
            },
        ),
        ExpressionKind::Parameter(name) => scope.parameter(expressions.text(name), span),
        ExpressionKind::Variable(name) => scope.variable(expressions.text(name), span),
        ExpressionKind::Member { base: of, name } => {
            let name = expressions.text(name);
            symbol::member(scope, frame, of, name, span).unwrap_or_else(|| {
                let value = evaluate(scope, frame, of, base);
                member(scope, &value, name, span)
            })
        }
        ExpressionKind::Index { base: of, index } => {
            if let ExpressionKind::Symbol(_) = expressions.kind(of) {
                return symbol::value(scope, frame, id, span);
            }
            let value = evaluate(scope, frame, of, base);
            let index = evaluate(scope, frame, index, base);
            access::index(scope, &value, &index, span)
        }
        ExpressionKind::Copy { name, count, input } => copy(scope, frame, name, count, input, span),
        ExpressionKind::Interpolation(parts) => {
            let parts = expressions.list(parts).iter();
            let parts: Vec<_> = parts.map(|id| evaluate(scope, frame, *id, base)).collect();
            let context = FunctionContext {
                span,
                place: &scope.place,
            };
            let choices = all_choices(&parts);
            let value = match functions::interpolate(&context, &parts) {
                Ok(value) => made(scope, value),
                Err(failure) => failed(scope, failure, "concat", Shape::String, parts, span),
            };
            value.depending(choices)
        }
        ExpressionKind::Local(name) => {
            let name = expressions.text(name);
            local(frame, name).map_or_else(
                || evaluator.opaque(name, span),
                |value| value.through(span, Step::Variable),
            )
        }
        ExpressionKind::For {
            variables,
            list,
            body,
        } => for_each(scope, frame, (variables, list, body), span),
        ExpressionKind::Symbol(_) => symbol::value(scope, frame, id, span),
        ExpressionKind::Apply {
            function,
            arguments,
        } => {
            let arguments = expressions.list(arguments).iter();
            let arguments = arguments
                .map(|id| evaluate(scope, frame, *id, base))
                .collect();
            user_function(scope, function as usize, arguments, span)
        }
        ExpressionKind::Imported { import, name } => {
            import::variable(scope, import, expressions.text(name), span)
        }
        ExpressionKind::Shared { expression, base } => {
            let value = evaluate(scope, frame, expression, base);
            // A literal inside brackets stands where the string does: `"[true()]"`.
            if value.trace.is_none() && span.contains(value.span) {
                Value { span, ..value }
            } else {
                value
            }
        }
        ExpressionKind::Missing => evaluator.opaque(expression_text(scope, span), span),
    }
}

fn number(text: &str, span: Span) -> Value {
    match text.parse::<f64>() {
        Ok(number) => Value::new(ValueKind::Float(number), span),
        Err(_) => Value::string(text, span),
    }
}

fn object(scope: &Rc<Scope>, frame: &Frame, list: List, base: u32, span: Span) -> Value {
    let expressions = &scope.templates.expressions;
    let pairs = expressions.list(list).chunks_exact(2);
    let mut properties = Vec::with_capacity(pairs.len());
    let mut unknown_keys = Vec::new();
    let mut choices = 0;
    let mut size = 0_u32;
    for pair in pairs {
        let key = evaluate(scope, frame, pair[0], base);
        choices |= key.choices;
        let value = evaluate(scope, frame, pair[1], base);
        size = size.saturating_add(value.size());
        if size > MAX_SIZE {
            return too_large(scope, span);
        }
        let key_span = expressions.span(pair[0], base);
        match &key.kind {
            ValueKind::String(text) => properties.push(Property {
                key: text.clone(),
                key_span,
                value,
            }),
            ValueKind::Unknown(_) => unknown_keys.push(key),
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_) => {
                error(
                    scope,
                    key_span,
                    format!("the name of a property is {}", key.kind_name()),
                );
                unknown_keys.push(key);
            }
        }
    }
    let open = !unknown_keys.is_empty();
    bounded(
        scope,
        Value::new(
            ValueKind::Object(Arc::new(Object::new(properties, open))),
            span,
        ),
    )
    .opened_by(&unknown_keys)
    .depending(choices)
}
