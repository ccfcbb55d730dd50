//! Numbers, comparison and logic.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric>,
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison>

use super::{
    Failure, Function, FunctionContext, MANY, Outcome, composed, elements, error, function,
    integer, text, wrong,
};
use crate::value::{Shape, Value, ValueKind};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: &[Function] = &[
    function("add", 2, 2, Shape::Integer, |context, arguments| {
        calculate(context, "add", arguments, i64::checked_add)
    }),
    function("bool", 1, 1, Shape::Boolean, bool),
    function("div", 2, 2, Shape::Integer, |context, arguments| {
        calculate(context, "div", arguments, i64::checked_div)
    }),
    function("equals", 2, 2, Shape::Boolean, equals),
    function("false", 0, 0, Shape::Boolean, |context, _| {
        Ok(Value::boolean(false, context.span))
    }),
    function("float", 1, 1, Shape::Any, float),
    function("greater", 2, 2, Shape::Boolean, |context, arguments| {
        compare(context, "greater", arguments, Ordering::is_gt)
    }),
    function(
        "greaterOrEquals",
        2,
        2,
        Shape::Boolean,
        |context, arguments| compare(context, "greaterOrEquals", arguments, Ordering::is_ge),
    ),
    function("int", 1, 1, Shape::Integer, int),
    function("less", 2, 2, Shape::Boolean, |context, arguments| {
        compare(context, "less", arguments, Ordering::is_lt)
    }),
    function(
        "lessOrEquals",
        2,
        2,
        Shape::Boolean,
        |context, arguments| compare(context, "lessOrEquals", arguments, Ordering::is_le),
    ),
    function("max", 1, MANY, Shape::Integer, |context, arguments| {
        extreme(context, "max", arguments, Iterator::max)
    }),
    function("min", 1, MANY, Shape::Integer, |context, arguments| {
        extreme(context, "min", arguments, Iterator::min)
    }),
    function("mod", 2, 2, Shape::Integer, |context, arguments| {
        calculate(context, "mod", arguments, i64::checked_rem)
    }),
    function("mul", 2, 2, Shape::Integer, |context, arguments| {
        calculate(context, "mul", arguments, i64::checked_mul)
    }),
    function("not", 1, 1, Shape::Boolean, not),
    function("sub", 2, 2, Shape::Integer, |context, arguments| {
        calculate(context, "sub", arguments, i64::checked_sub)
    }),
    function("true", 0, 0, Shape::Boolean, |context, _| {
        Ok(Value::boolean(true, context.span))
    }),
];

fn calculate(
    context: &FunctionContext<'_>,
    name: &str,
    arguments: &[Value],
    operation: fn(i64, i64) -> Option<i64>,
) -> Outcome {
    let (left, right) = (integer(name, &arguments[0])?, integer(name, &arguments[1])?);
    match operation(left, right) {
        Some(number) => Ok(composed(context, arguments, ValueKind::Integer(number))),
        None if right == 0 => error(format!("`{name}` divides by zero")),
        None => error(format!("the result of `{name}` is too large")),
    }
}

fn extreme(
    context: &FunctionContext<'_>,
    name: &str,
    arguments: &[Value],
    choose: fn(std::vec::IntoIter<i64>) -> Option<i64>,
) -> Outcome {
    let numbers = match arguments {
        [only] if only.as_array().is_some() => elements(name, only)?,
        _ => arguments,
    };
    let numbers = numbers
        .iter()
        .map(|number| integer(name, number))
        .collect::<Result<Vec<_>, _>>()?;
    match choose(numbers.into_iter()) {
        Some(number) => Ok(composed(context, arguments, ValueKind::Integer(number))),
        None => error(format!("`{name}` of nothing")),
    }
}

fn equals(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let equal = arguments[0].equals(&arguments[1]).ok_or(Failure::Unknown)?;
    Ok(composed(context, arguments, ValueKind::Boolean(equal)))
}

/// Numbers by size, strings by their characters, without regard to a culture.
fn compare(
    context: &FunctionContext<'_>,
    name: &str,
    arguments: &[Value],
    holds: fn(Ordering) -> bool,
) -> Outcome {
    let ordering = match (&arguments[0].kind, &arguments[1].kind) {
        (ValueKind::Integer(left), ValueKind::Integer(right)) => left.cmp(right),
        (ValueKind::String(left), ValueKind::String(right)) => left.cmp(right),
        (ValueKind::Unknown(_), _) | (_, ValueKind::Unknown(_)) => return Err(Failure::Unknown),
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (Some(_), None) => return wrong(name, &arguments[1], "two numbers or two strings"),
            (None, _) => return wrong(name, &arguments[0], "two numbers or two strings"),
        },
    };
    Ok(composed(
        context,
        arguments,
        ValueKind::Boolean(holds(ordering)),
    ))
}

fn number(kind: &ValueKind) -> Option<f64> {
    match kind {
        ValueKind::Integer(number) => Some(*number as f64),
        ValueKind::Float(number) => Some(*number),
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::String(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => None,
    }
}

fn bool(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    let truth = match &value.kind {
        ValueKind::Boolean(value) => *value,
        ValueKind::Integer(number) => *number != 0,
        ValueKind::String(text) if text.eq_ignore_ascii_case("true") || &**text == "1" => true,
        ValueKind::String(text) if text.eq_ignore_ascii_case("false") || &**text == "0" => false,
        ValueKind::String(_)
        | ValueKind::Null
        | ValueKind::Float(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => return wrong("bool", value, "`true`, `false` or a number"),
    };
    Ok(composed(context, arguments, ValueKind::Boolean(truth)))
}

fn not(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match arguments[0].as_bool() {
        Some(value) => Ok(composed(context, arguments, ValueKind::Boolean(!value))),
        None => wrong("not", &arguments[0], "a boolean"),
    }
}

fn int(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    if let ValueKind::Float(number) = value.kind {
        return Ok(composed(
            context,
            arguments,
            ValueKind::Integer(number as i64),
        ));
    }
    if value.as_integer().is_some() {
        return Ok(value.clone());
    }
    let written = text("int", value)?;
    match written.trim().parse() {
        Ok(number) => Ok(composed(context, arguments, ValueKind::Integer(number))),
        Err(_) => error(format!("`{written}` is no integer")),
    }
}

fn float(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    if let Some(number) = number(&value.kind) {
        return Ok(composed(context, arguments, ValueKind::Float(number)));
    }
    let written = text("float", value)?;
    match written.trim().parse() {
        Ok(number) => Ok(composed(context, arguments, ValueKind::Float(number))),
        Err(_) => error(format!("`{written}` is no number")),
    }
}
