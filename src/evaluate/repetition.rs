//! Loops: how often they run, and what is bound in each turn.

use super::access::{index, selected};
use super::bound::{bounded, collected, error, expression_text, too_large, unknown_or_error};
use super::expression::evaluate;
use super::frame::{Binding, Frame, bind, bindings};
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::expression::{ExpressionId, List, Text};
use crate::template::Each;
use crate::value::{Array, Choices, Extent, Shape, Value, ValueKind};
use std::rc::Rc;
use std::sync::Arc;

/// The most instances a loop may have:
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-resources#copy-limits>.
pub const MAX_COPIES: i64 = 800;

/// A loop that makes an array.
pub fn copy(
    scope: &Rc<Scope>,
    frame: &Frame,
    name: Option<Text>,
    count: ExpressionId,
    input: ExpressionId,
    span: Span,
) -> Value {
    let expressions = &scope.templates.expressions;
    let name: Option<Arc<str>> = name.map(|name| expressions.text(name).into());
    let count = evaluate(scope, frame, count, 0);
    let element = |index: Value| {
        let binding = match &name {
            Some(name) => Binding::Property {
                name: name.clone(),
                index,
            },
            None => Binding::Resource { name: None, index },
        };
        evaluate(scope, &bind(binding, frame), input, 0)
    };
    let choices = count.choices;
    let array = match loop_count(scope, &count) {
        Some(count) => {
            let elements = (0..count).map(|position| element(Value::integer(position, span)));
            match collected(elements) {
                Some(elements) => Value::array(elements, span),
                None => too_large(scope, span),
            }
        }
        None => {
            let element = element(unknown_index(scope, name.as_deref(), span));
            let array = Array::new(vec![element], Extent::Repeated);
            bounded(scope, Value::new(ValueKind::Array(Arc::new(array)), span))
                .opened_by(std::slice::from_ref(&count))
        }
    };
    array.depending(choices)
}

/// `[for item in list: body]`.
pub fn for_each(
    scope: &Rc<Scope>,
    frame: &Frame,
    (variables, list, body): (List, ExpressionId, ExpressionId),
    span: Span,
) -> Value {
    let iterations = iterations(scope, frame, &Each { list, variables }, span);
    let elements = iterations.frames.iter();
    let elements = elements.map(|(frame, _)| evaluate(scope, frame, body, 0));
    let Some(elements) = collected(elements) else {
        return too_large(scope, span);
    };
    let extent = if iterations.repeated {
        Extent::Repeated
    } else {
        Extent::Closed
    };
    let array = Array::new(elements, extent);
    bounded(scope, Value::new(ValueKind::Array(Arc::new(array)), span))
        .opened_by(std::slice::from_ref(&iterations.list))
        .depending(iterations.choices)
}

/// The turns of a loop over an array.
pub struct Iterations {
    /// What is bound in each turn, and its position, 0-based.
    pub frames: Vec<(Frame, Value)>,
    /// Whether the only turn stands for any number of them.
    pub repeated: bool,
    /// What it goes over.
    pub list: Value,
    /// The choices that the number of turns depends on.
    pub choices: Choices,
}

/// Goes over an array; of one of unknown length one turn stands for all.
pub fn iterations(scope: &Rc<Scope>, frame: &Frame, each: &Each, span: Span) -> Iterations {
    let list = evaluate(scope, frame, each.list, 0);
    let known = match list.as_array() {
        Some(array) if array.extent() == Extent::Closed => {
            let length = Value::integer(array.elements().len() as i64, list.span);
            loop_count(scope, &length).map(|_| array.elements())
        }
        Some(_) => None,
        None if list.is_unknown() => None,
        None => {
            let message = format!("a loop goes over {}", list.kind_name());
            error(scope, list.span, message);
            None
        }
    };
    let Some(elements) = known else {
        let index = unknown_index(scope, None, span);
        let frame = bind_item(scope, frame, each, &list, &index, list.span);
        return Iterations {
            frames: vec![(frame, index)],
            repeated: true,
            choices: list.choices,
            list,
        };
    };
    let turn = |(position, element)| {
        let index = Value::integer(position as i64, span);
        let frame = bind_turn(scope, frame, each, selected(&list, element), &index);
        (frame, index)
    };
    Iterations {
        frames: elements.iter().enumerate().map(turn).collect(),
        repeated: false,
        choices: list.choices,
        list: list.clone(),
    }
}

/// Binds the variables of a loop to the element at a position of its array, which is asked for at `span`.
pub fn bind_item(
    scope: &Rc<Scope>,
    frame: &Frame,
    each: &Each,
    list: &Value,
    at: &Value,
    span: Span,
) -> Frame {
    let item = if list.is_unknown() || list.as_array().is_some() {
        index(scope, list, at, span)
    } else {
        scope
            .evaluator
            .opaque(expression_text(scope, list.span), list.span)
    };
    bind_turn(scope, frame, each, item, at)
}

fn bind_turn(scope: &Rc<Scope>, frame: &Frame, each: &Each, item: Value, index: &Value) -> Frame {
    let expressions = &scope.templates.expressions;
    let names = expressions.list(each.variables).iter();
    let mut frame = frame.clone();
    for (name, value) in names.zip([item, index.clone()]) {
        let name = expressions.literal(*name).unwrap_or_default().into();
        frame = bind(Binding::Variable { name, value }, &frame);
    }
    frame
}

/// The position in a loop of unknown length.
pub fn unknown_index(scope: &Rc<Scope>, name: Option<&str>, span: Span) -> Value {
    let arguments = name
        .map(|name| Value::string(name, span))
        .into_iter()
        .collect();
    Value::unknown_call(
        scope.evaluator.new_scope(),
        "copyIndex",
        arguments,
        Shape::Integer,
        span,
    )
}

/// The number of instances of a loop; `None` when it is unknown, which what is no number or too large a one is made.
pub fn loop_count(scope: &Rc<Scope>, count: &Value) -> Option<i64> {
    if count.is_unknown() {
        return None;
    }
    match count
        .as_integer()
        .or_else(|| count.as_str()?.trim().parse().ok())
    {
        Some(number @ 0..=MAX_COPIES) => Some(number),
        Some(number) if number < 0 => {
            error(
                scope,
                count.span,
                format!("a loop cannot run {number} times"),
            );
            None
        }
        Some(number) => {
            let message =
                format!("a loop of {number} instances; at most {MAX_COPIES} are deployed");
            scope
                .evaluator
                .report(Diagnostic::new(Kind::COPY_COUNT, count.span, message));
            None
        }
        None => {
            error(
                scope,
                count.span,
                format!("the count of a loop is {}", count.kind_name()),
            );
            None
        }
    }
}

/// `copyIndex()`, `copyIndex(offset)`, `copyIndex('loop')`, `copyIndex('loop', offset)`.
pub fn copy_index(scope: &Rc<Scope>, frame: &Frame, arguments: &[Value], span: Span) -> Value {
    let (name, offset) = match arguments {
        [] => (None, None),
        [only] if only.as_integer().is_some() => (None, Some(only)),
        [name, rest @ ..] => (Some(name), rest.first()),
    };
    let wanted = match name {
        None => None,
        Some(name) => match name.as_str() {
            Some(name) => Some(name),
            None => {
                return unknown_or_error(
                    scope,
                    "copyIndex",
                    arguments,
                    span,
                    "the name of a loop is no text",
                );
            }
        },
    };
    let found = bindings(frame).find_map(|binding| match (binding, wanted) {
        (Binding::Resource { index, .. }, None) => Some(index),
        (
            Binding::Resource {
                name: Some(name),
                index,
            },
            Some(wanted),
        ) if name.eq_ignore_ascii_case(wanted) => Some(index),
        (Binding::Property { name, index }, Some(wanted)) if name.eq_ignore_ascii_case(wanted) => {
            Some(index)
        }
        (Binding::Resource { .. } | Binding::Property { .. } | Binding::Variable { .. }, _) => None,
    });
    let Some(index) = found else {
        let message = match wanted {
            Some(name) => format!("there is no loop `{name}` around `copyIndex`"),
            None => "there is no loop around `copyIndex`".to_owned(),
        };
        error(scope, span, message);
        return scope.evaluator.opaque(expression_text(scope, span), span);
    };
    let index = index.clone().at(span);
    let Some(offset) = offset else { return index };
    match (index.as_integer(), offset.as_integer()) {
        (Some(index), Some(offset)) => Value::integer(index.saturating_add(offset), span),
        _ => Value::unknown_call(0, "add", vec![index, offset.clone()], Shape::Integer, span),
    }
}
