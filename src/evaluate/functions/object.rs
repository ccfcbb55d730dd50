//! Objects, and sets of both objects and arrays.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object>
//!
//! `union(defaults, unknown)` is open, and what it took from `defaults` may be overridden; what stands to the right of the
//! unknown is certain.

use super::array::{Lookup, distinct_elements};
use super::{
    Failure, Function, FunctionContext, MANY, Outcome, array, composed_array, elements, error,
    function, object, text, wrong,
};
use crate::evaluate::selected;
use crate::value::{Extent, Object, Property, Residual, Shape, Value, ValueKind};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("createObject", 0, MANY, Shape::Object, create_object),
    function("intersection", 2, MANY, Shape::Any, intersection),
    function("items", 1, 1, Shape::Array, items),
    function("null", 0, 0, Shape::Any, |context, _| {
        Ok(Value::null(context.span))
    }),
    function("objectKeys", 1, 1, Shape::Array, object_keys),
    function("shallowMerge", 1, 1, Shape::Object, shallow_merge),
    function("tryGet", 2, MANY, Shape::Any, try_get),
    function("union", 2, MANY, Shape::Any, union),
];

fn made(context: &FunctionContext<'_>, properties: Vec<Property>, open: bool) -> Value {
    Value::new(
        ValueKind::Object(Arc::new(Object::new(properties, open))),
        context.span,
    )
}

fn create_object(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let pairs = arguments.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return error("`createObject` takes names and values in turn");
    }
    let mut properties = Vec::new();
    let mut open = false;
    for pair in pairs {
        if pair[0].is_unknown() {
            open = true;
            continue;
        }
        let key = text("createObject", &pair[0])?;
        properties.push(Property {
            key: key.into(),
            key_span: pair[0].span,
            value: pair[1].clone(),
        });
    }
    Ok(made(context, properties, open))
}

fn union(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    if arguments
        .iter()
        .any(|argument| argument.as_array().is_some())
    {
        return union_of_arrays(context, arguments);
    }
    if !arguments
        .iter()
        .any(|argument| argument.as_object().is_some())
    {
        return Err(Failure::Unknown);
    }
    let mut result: Option<Value> = None;
    for argument in arguments {
        if argument.as_object().is_none() && !argument.is_unknown() {
            return wrong("union", argument, "objects here");
        }
        result = Some(match result {
            None => argument.clone(),
            Some(left) => merge(context, &left, argument, true),
        });
    }
    let value = result.ok_or(Failure::Unknown)?;
    Ok(Value {
        trace: None,
        span: context.span,
        ..value
    })
}

/// The right object over the left one; `deep` merges objects within. An unknown is an object of unknown properties.
fn merge(context: &FunctionContext<'_>, left: &Value, right: &Value, deep: bool) -> Value {
    let empty: &[Property] = &[];
    let properties = |value: &Value| value.as_object().map_or(empty, Object::properties).to_vec();
    let open = |value: &Value| value.as_object().is_none_or(Object::is_open);
    let mut merged = properties(left);
    if open(right) {
        // What nobody sees on the right may override what is on the left.
        for property in &mut merged {
            let both = vec![left.clone(), right.clone()];
            let whole = Value::unknown_call(0, "union", both, Shape::Object, context.span);
            let secure = property.value.secure || right.secure;
            let residual = Residual::Member(whole, property.key.clone());
            property.value = Value {
                secure,
                ..Value::unknown(residual, Shape::Any, property.value.span)
            };
        }
    }
    // Of names that fold alike the first is the one that is overridden.
    let mut positions = FxHashMap::default();
    for (position, property) in merged.iter().enumerate() {
        positions
            .entry(property.key.to_ascii_lowercase())
            .or_insert(position);
    }
    for property in properties(right) {
        match positions.entry(property.key.to_ascii_lowercase()) {
            Entry::Occupied(position) => {
                let other = &mut merged[*position.get()];
                let both_objects =
                    other.value.as_object().is_some() && property.value.as_object().is_some();
                if deep && both_objects {
                    other.value = merge(context, &other.value, &property.value, true);
                } else {
                    // A name stays as it was first written.
                    other.key_span = property.key_span;
                    other.value = property.value;
                }
            }
            Entry::Vacant(position) => {
                position.insert(merged.len());
                merged.push(property);
            }
        }
    }
    let secure = left.secure || right.secure;
    Value {
        secure,
        ..made(context, merged, open(left) || open(right))
    }
}

fn union_of_arrays(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let mut all = Vec::new();
    let mut extent = Extent::Closed;
    for argument in arguments {
        match argument.as_array() {
            Some(array) => {
                if array.extent() != Extent::Closed {
                    extent = Extent::Open;
                }
                if array.extent() != Extent::Repeated {
                    all.extend(
                        array
                            .elements()
                            .iter()
                            .map(|element| selected(argument, element)),
                    );
                }
            }
            None if argument.is_unknown() => extent = Extent::Open,
            None => return wrong("union", argument, "arrays here"),
        }
    }
    Ok(composed_array(context, distinct_elements(&all)?, extent))
}

fn intersection(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    if arguments[0].as_array().is_some() {
        let mut kept = elements("intersection", &arguments[0])?.to_vec();
        for argument in &arguments[1..] {
            let mut others = Lookup::default();
            elements("intersection", argument)?
                .iter()
                .for_each(|other| others.insert(other));
            let mut next = Vec::new();
            for element in kept {
                if others.contains(&element)? {
                    next.push(element);
                }
            }
            kept = next;
        }
        return Ok(composed_array(
            context,
            distinct_elements(&kept)?,
            Extent::Closed,
        ));
    }
    let mut kept = closed("intersection", &arguments[0])?.properties().to_vec();
    for argument in &arguments[1..] {
        let other = closed("intersection", argument)?;
        let mut next = Vec::new();
        for property in kept {
            if let Some(twin) = other.get(&property.key)
                && property.value.equals(&twin.value).ok_or(Failure::Unknown)?
            {
                next.push(property);
            }
        }
        kept = next;
    }
    Ok(made(context, kept, false))
}

/// An object without properties that nobody sees.
fn closed<'a>(name: &str, value: &'a Value) -> Result<&'a Object, Failure> {
    let object = object(name, value)?;
    if object.is_open() {
        Err(Failure::Unknown)
    } else {
        Ok(object)
    }
}

/// The later objects of the array over the earlier ones, at the top level only.
fn shallow_merge(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let objects = array("shallowMerge", &arguments[0])?;
    if objects.extent() != Extent::Closed {
        return Err(Failure::Unknown);
    }
    let mut merged = made(context, Vec::new(), false);
    for object in objects.elements() {
        if object.as_object().is_none() && !object.is_unknown() {
            return wrong("shallowMerge", object, "objects");
        }
        merged = merge(context, &merged, object, false);
    }
    Ok(merged)
}

/// The properties sorted by name, case folded; names that fold alike keep their order.
pub(super) fn sorted(object: &Object) -> Vec<&Property> {
    let mut properties: Vec<_> = object.properties().iter().collect();
    properties.sort_by_key(|property| property.key.to_lowercase());
    properties
}

fn items(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let object = object("items", &arguments[0])?;
    let items = sorted(object).into_iter().map(|property| {
        let key = Value::string(property.key.clone(), property.key_span);
        let named = |name: &str, value| Property {
            key: name.into(),
            key_span: property.key_span,
            value,
        };
        let value = selected(&arguments[0], &property.value);
        made(
            context,
            vec![named("key", key), named("value", value)],
            false,
        )
    });
    let extent = if object.is_open() {
        Extent::Open
    } else {
        Extent::Closed
    };
    Ok(composed_array(context, items.collect(), extent))
}

fn object_keys(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let object = object("objectKeys", &arguments[0])?;
    let keys = sorted(object)
        .into_iter()
        .map(|property| Value::string(property.key.clone(), property.key_span));
    let extent = if object.is_open() {
        Extent::Open
    } else {
        Extent::Closed
    };
    Ok(composed_array(context, keys.collect(), extent))
}

/// `null` where a step leads nowhere; the steps behind it are not taken.
fn try_get(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let mut value = arguments[0].clone();
    for (position, step) in arguments.iter().enumerate().skip(1) {
        if let Some((condition, then, otherwise)) = value.branches() {
            let rest = &arguments[position..];
            return try_get_each(context, condition, [then, otherwise], rest);
        }
        match get(&value, step) {
            Ok(Some(found)) => value = found,
            Ok(None) => return Ok(Value::null(context.span)),
            // The steps up to here are known to lead to this value.
            Err(Failure::Unknown) if position > 1 => {
                let rest = std::iter::once(value).chain(arguments[position..].iter().cloned());
                let (rest, shape) = (rest.collect(), Shape::Any);
                return Ok(Value::unknown_call(0, "tryGet", rest, shape, context.span));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(value)
}

/// What `tryGet` gives of `if(condition, then, otherwise)`: that of either, if both are known.
fn try_get_each(
    context: &FunctionContext<'_>,
    condition: &Value,
    branches: [&Value; 2],
    steps: &[Value],
) -> Outcome {
    let of = |branch: &Value| {
        let mut arguments = vec![branch.clone()];
        arguments.extend_from_slice(steps);
        try_get(context, &arguments)
    };
    let [then, otherwise] = branches;
    let (then, otherwise) = (of(then)?, of(otherwise)?);
    if then.equals(&otherwise) == Some(true) {
        return Ok(then);
    }
    let arguments = vec![condition.clone(), then, otherwise];
    Ok(Value::unknown_call(
        0,
        "if",
        arguments,
        Shape::Any,
        context.span,
    ))
}

fn get(value: &Value, step: &Value) -> Result<Option<Value>, Failure> {
    if value.is_null() {
        return Ok(None);
    }
    if step.is_unknown() {
        return Err(Failure::Unknown);
    }
    if let Some(name) = step.as_str() {
        return match value.as_object() {
            Some(object) => match (object.get(name), object.is_open()) {
                (Some(property), _) => Ok(Some(selected(value, &property.value))),
                (None, false) => Ok(None),
                (None, true) => Err(Failure::Unknown),
            },
            None if value.is_unknown() => Err(Failure::Unknown),
            None => Ok(None),
        };
    }
    if value.is_unknown() {
        return Err(Failure::Unknown);
    }
    let Some(array) = value.as_array() else {
        return Ok(None);
    };
    if array.extent() != Extent::Closed {
        return Err(Failure::Unknown);
    }
    // `{ "value": 1, "fromEnd": true }` counts from the end, 1 being the last.
    let from_end = step.as_object();
    let number = from_end
        .and_then(|step| step.get("value"))
        .map_or(step, |property| &property.value);
    let Some(position) = number.as_integer() else {
        return wrong("tryGet", step, "a name or a position");
    };
    let count = array.elements().len() as i64;
    let position = if from_end.is_some() {
        count.saturating_sub(position)
    } else {
        position
    };
    let element = usize::try_from(position)
        .ok()
        .and_then(|position| array.elements().get(position));
    Ok(element.map(|element| selected(value, element)))
}
