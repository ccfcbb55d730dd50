//! Functions that call back: `map`, `filter`, `reduce` and their kin.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda>

use super::object::sorted;
use super::{
    Failure, Function, FunctionContext, Outcome, array, composed_array, elements, error, function,
    object, text, wrong,
};
use crate::value::{Array, Extent, Object, Property, Shape, Value, ValueKind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("filter", 2, 2, Shape::Array, without_lambda),
    function("groupBy", 2, 3, Shape::Object, without_lambda),
    function("map", 2, 2, Shape::Array, without_lambda),
    function("mapValues", 2, 2, Shape::Object, without_lambda),
    function("reduce", 3, 3, Shape::Any, without_lambda),
    function("sort", 2, 2, Shape::Array, without_lambda),
    function("toObject", 2, 3, Shape::Object, without_lambda),
];

/// These functions called without a lambda: refused, unless the place of the lambda is unknown.
fn without_lambda(_: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match arguments.iter().any(Value::is_unknown) {
        true => Err(Failure::Unknown),
        false => error("a lambda is missing"),
    }
}

/// Whether a function takes lambdas.
pub fn is_lambda_function(name: &str) -> bool {
    FUNCTIONS
        .iter()
        .any(|function| function.name.eq_ignore_ascii_case(name))
}

/// Applies a function. `lambda` gives the value of the lambda at this position of the arguments for these variables; in
/// `arguments` its own place holds something unknown.
pub fn apply(
    context: &FunctionContext<'_>,
    name: &str,
    arguments: &[Value],
    lambda: &mut dyn FnMut(usize, &[Value]) -> Value,
) -> Outcome {
    match name.to_ascii_lowercase().as_str() {
        "filter" => filter(context, arguments, lambda),
        "groupby" => to_object(context, arguments, lambda, true),
        "map" => map(context, arguments, lambda),
        "mapvalues" => map_values(context, arguments, lambda),
        "reduce" => reduce(context, arguments, lambda),
        "sort" => sort(context, arguments, lambda),
        "toobject" => to_object(context, arguments, lambda, false),
        _ => Err(Failure::Unknown),
    }
}

type Lambda<'a> = &'a mut dyn FnMut(usize, &[Value]) -> Value;

fn position(context: &FunctionContext<'_>, position: usize) -> Value {
    Value::integer(position as i64, context.span)
}

fn map(context: &FunctionContext<'_>, arguments: &[Value], lambda: Lambda<'_>) -> Outcome {
    let array = array("map", &arguments[0])?;
    let mapped = array.elements().iter().enumerate();
    let mapped =
        mapped.map(|(index, element)| lambda(1, &[element.clone(), position(context, index)]));
    Ok(composed_array(context, mapped.collect(), array.extent()))
}

/// An element of which nobody knows whether it stays opens the array.
fn filter(context: &FunctionContext<'_>, arguments: &[Value], lambda: Lambda<'_>) -> Outcome {
    let array = array("filter", &arguments[0])?;
    let mut extent = array.extent();
    let mut kept = Vec::new();
    for (index, element) in array.elements().iter().enumerate() {
        let verdict = lambda(1, &[element.clone(), position(context, index)]);
        match verdict.as_bool() {
            Some(true) => kept.push(element.clone()),
            Some(false) => {}
            None if verdict.is_unknown() && extent == Extent::Repeated => {
                kept.push(element.clone())
            }
            None if verdict.is_unknown() => extent = Extent::Open,
            None => return wrong("filter", &verdict, "a lambda that gives a boolean"),
        }
    }
    Ok(composed_array(context, kept, extent))
}

fn reduce(context: &FunctionContext<'_>, arguments: &[Value], lambda: Lambda<'_>) -> Outcome {
    let mut result = arguments[1].clone();
    for (index, element) in elements("reduce", &arguments[0])?.iter().enumerate() {
        result = lambda(2, &[result, element.clone(), position(context, index)]);
    }
    Ok(result)
}

/// A stable insertion sort by "comes before", which is what the lambda says; any unknown answer makes it unknown.
fn sort(context: &FunctionContext<'_>, arguments: &[Value], lambda: Lambda<'_>) -> Outcome {
    let mut sorted: Vec<Value> = Vec::new();
    for element in elements("sort", &arguments[0])? {
        let mut failure = None;
        let place = sorted.partition_point(|other| {
            let before = lambda(1, &[element.clone(), other.clone()]);
            match before.as_bool() {
                Some(before) => !before,
                None => {
                    let refused: Result<(), _> =
                        wrong("sort", &before, "a lambda that gives a boolean");
                    failure = refused.err();
                    true
                }
            }
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        sorted.insert(place, element.clone());
    }
    Ok(composed_array(context, sorted, Extent::Closed))
}

/// `toObject` keeps the last value of a key, `groupBy` all.
fn to_object(
    context: &FunctionContext<'_>,
    arguments: &[Value],
    lambda: Lambda<'_>,
    grouped: bool,
) -> Outcome {
    let name = if grouped { "groupBy" } else { "toObject" };
    let array = array(name, &arguments[0])?;
    let mut open = array.extent() != Extent::Closed;
    let mut groups: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    let mut positions = FxHashMap::default();
    for element in array.elements() {
        let key = lambda(1, std::slice::from_ref(element));
        let value = if arguments.len() > 2 {
            lambda(2, std::slice::from_ref(element))
        } else {
            element.clone()
        };
        if key.is_unknown() || array.extent() == Extent::Repeated {
            open = true;
            continue;
        }
        let key = text(name, &key)?;
        let position = *positions
            .entry(key.to_ascii_lowercase())
            .or_insert(groups.len());
        match groups.get_mut(position) {
            Some((_, values)) if grouped => values.push(value),
            Some((_, values)) => *values = vec![value],
            None => groups.push((key.into(), vec![value])),
        }
    }
    let properties = groups.into_iter().map(|(key, mut values)| {
        let value = if grouped {
            let extent = if open { Extent::Open } else { Extent::Closed };
            Value::new(
                ValueKind::Array(Arc::new(Array::new(values, extent))),
                context.span,
            )
        } else {
            values.pop().expect("a group has a value")
        };
        Property {
            key,
            key_span: value.span,
            value,
        }
    });
    let object = Object::new(properties.collect(), open);
    Ok(Value::new(
        ValueKind::Object(Arc::new(object)),
        context.span,
    ))
}

fn map_values(context: &FunctionContext<'_>, arguments: &[Value], lambda: Lambda<'_>) -> Outcome {
    let object = object("mapValues", &arguments[0])?;
    let properties = sorted(object).into_iter().map(|property| Property {
        key: property.key.clone(),
        key_span: property.key_span,
        value: lambda(1, std::slice::from_ref(&property.value)),
    });
    let object = Object::new(properties.collect(), object.is_open());
    Ok(Value::new(
        ValueKind::Object(Arc::new(object)),
        context.span,
    ))
}
