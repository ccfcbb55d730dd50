//! Arrays, and what strings, arrays and objects have in common.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array>
//!
//! What is selected keeps the place at which it was written.

use super::{
    Failure, Function, FunctionContext, MANY, Outcome, array, composed, composed_array,
    composed_text, elements, error, function, integer, text, wrong,
};
use crate::evaluate::selected;
use crate::value::{Extent, MAX_TEXT, Shape, Value, ValueKind};
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) const FUNCTIONS: &[Function] = &[
    function("array", 1, 1, Shape::Array, to_array),
    function("contains", 2, 2, Shape::Boolean, contains),
    function("createArray", 0, MANY, Shape::Array, create_array),
    function("distinct", 1, 1, Shape::Array, distinct),
    function("empty", 1, 1, Shape::Boolean, empty),
    function("first", 1, 1, Shape::Any, first),
    function("flatten", 1, 1, Shape::Array, flatten),
    function("indexFromEnd", 2, 2, Shape::Any, index_from_end),
    function("indexOf", 2, 2, Shape::Integer, index_of),
    function("join", 2, 2, Shape::String, join),
    function("last", 1, 1, Shape::Any, last),
    function("lastIndexOf", 2, 2, Shape::Integer, last_index_of),
    function("length", 1, 1, Shape::Integer, length),
    function("range", 2, 2, Shape::Array, range),
    function("skip", 2, 2, Shape::Any, skip),
    function("take", 2, 2, Shape::Any, take),
    function("tryIndexFromEnd", 2, 2, Shape::Any, try_index_from_end),
];

fn to_array(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match &arguments[0].kind {
        ValueKind::Array(_) => Ok(arguments[0].clone()),
        ValueKind::Unknown(unknown) if matches!(unknown.shape, Shape::Any | Shape::Array) => {
            Err(Failure::Unknown)
        }
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => Ok(composed_array(context, arguments.to_vec(), Extent::Closed)),
    }
}

fn create_array(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    Ok(composed_array(context, arguments.to_vec(), Extent::Closed))
}

/// The elements `first` and `last` select from, which must all be there.
fn end_of(name: &str, value: &Value, choose: fn(&[Value]) -> Option<&Value>) -> Outcome {
    let chosen = choose(elements(name, value)?);
    Ok(chosen.map_or_else(
        || Value::null(value.span),
        |element| selected(value, element),
    ))
}

fn first(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match arguments[0].as_str() {
        Some(text) => composed_text(context, arguments, text.chars().take(1).collect::<String>()),
        None => end_of("first", &arguments[0], <[Value]>::first),
    }
}

fn last(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match arguments[0].as_str() {
        Some(text) => composed_text(
            context,
            arguments,
            text.chars().rev().take(1).collect::<String>(),
        ),
        None => end_of("last", &arguments[0], <[Value]>::last),
    }
}

/// Length of a string in UTF-16 units, of an array in elements, of an object in properties.
fn length(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let length = match &arguments[0].kind {
        ValueKind::String(text) => text.encode_utf16().count(),
        ValueKind::Array(_) => elements("length", &arguments[0])?.len(),
        ValueKind::Object(object) if !object.is_open() => object.properties().len(),
        ValueKind::Object(_) => return Err(Failure::Unknown),
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::Unknown(_) => {
            return wrong("length", &arguments[0], "a string, an array or an object");
        }
    };
    Ok(composed(
        context,
        arguments,
        ValueKind::Integer(length as i64),
    ))
}

fn empty(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let empty = is_empty(&arguments[0])?;
    Ok(composed(context, arguments, ValueKind::Boolean(empty)))
}

/// Whether a value is `null`, `''`, `[]` or `{}`.
fn is_empty(value: &Value) -> Result<bool, Failure> {
    match &value.kind {
        ValueKind::Null => Ok(true),
        ValueKind::String(text) => Ok(text.is_empty()),
        ValueKind::Array(array) => match (array.extent(), array.elements().is_empty()) {
            (Extent::Closed, empty) => Ok(empty),
            (Extent::Open, false) => Ok(false),
            (Extent::Open, true) | (Extent::Repeated, _) => Err(Failure::Unknown),
        },
        ValueKind::Object(object) if object.properties().is_empty() && object.is_open() => {
            Err(Failure::Unknown)
        }
        ValueKind::Object(object) => Ok(object.properties().is_empty()),
        // A text of which a part is known is not empty.
        ValueKind::Unknown(_) if value.parts().iter().any(|part| part.as_str().is_some()) => {
            Ok(false)
        }
        ValueKind::Unknown(_) => Err(Failure::Unknown),
        ValueKind::Boolean(_) | ValueKind::Integer(_) | ValueKind::Float(_) => {
            wrong("empty", value, "a string, an array or an object")
        }
    }
}

/// Strings by case, elements of arrays deep and by case, names of properties folded.
fn contains(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let (container, item) = (&arguments[0], &arguments[1]);
    let contained = match &container.kind {
        ValueKind::String(text) => text.contains(&*super::string::plain(item)?),
        ValueKind::Object(object) => {
            match (object.get(&super::string::plain(item)?), object.is_open()) {
                (Some(_), _) => true,
                (None, false) => false,
                (None, true) => return Err(Failure::Unknown),
            }
        }
        ValueKind::Array(array) => {
            let mut undecided = array.extent() != Extent::Closed;
            let mut found = false;
            for element in array.elements() {
                match element.equals(item) {
                    Some(true) if array.extent() != Extent::Repeated => found = true,
                    Some(false) => {}
                    Some(true) | None => undecided = true,
                }
            }
            if !found && undecided {
                return Err(Failure::Unknown);
            }
            found
        }
        ValueKind::Unknown(_) => {
            // Text known in parts contains what one of its parts contains.
            let item = item.as_str().ok_or(Failure::Unknown)?;
            if !container
                .parts()
                .iter()
                .any(|part| part.as_str().is_some_and(|part| part.contains(item)))
            {
                return Err(Failure::Unknown);
            }
            true
        }
        ValueKind::Null | ValueKind::Boolean(_) | ValueKind::Integer(_) | ValueKind::Float(_) => {
            return wrong("contains", container, "a string, an array or an object");
        }
    };
    Ok(composed(context, arguments, ValueKind::Boolean(contained)))
}

fn position(
    context: &FunctionContext<'_>,
    arguments: &[Value],
    name: &str,
    in_text: fn(&str, &str) -> Option<usize>,
    from_the_end: bool,
) -> Outcome {
    let found = if arguments[0].as_array().is_some() {
        let elements = elements(name, &arguments[0])?;
        let mut candidates = elements
            .iter()
            .enumerate()
            .map(|(position, element)| (position, element.equals(&arguments[1])))
            .filter(|(_, equal)| *equal != Some(false));
        match if from_the_end {
            candidates.next_back()
        } else {
            candidates.next()
        } {
            Some((_, None)) => return Err(Failure::Unknown),
            Some((position, Some(_))) => Some(position),
            None => None,
        }
    } else {
        let (text, item) = (
            text(name, &arguments[0])?.to_lowercase(),
            text(name, &arguments[1])?.to_lowercase(),
        );
        in_text(&text, &item).map(|offset| text[..offset].chars().count())
    };
    Ok(composed(
        context,
        arguments,
        ValueKind::Integer(found.map_or(-1, |position| position as i64)),
    ))
}

/// Strings fold case, arrays do not.
fn index_of(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    position(
        context,
        arguments,
        "indexOf",
        |text, item| text.find(item),
        false,
    )
}

fn last_index_of(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    position(
        context,
        arguments,
        "lastIndexOf",
        |text, item| text.rfind(item),
        true,
    )
}

fn join(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let separator = text("join", &arguments[1])?;
    let mut parts = Vec::new();
    let mut length = 0;
    for (position, element) in elements("join", &arguments[0])?.iter().enumerate() {
        if position > 0 {
            parts.push(Value::string(separator, context.span));
            length += separator.len();
        }
        let part = match element.is_unknown() {
            true => element.clone(),
            false => Value::string(super::string::plain(element)?, element.span),
        };
        length += part.as_str().map_or(0, str::len);
        if length > MAX_TEXT {
            return Err(Failure::TooLarge);
        }
        parts.push(part);
    }
    Ok(Value::text(parts, context.span))
}

/// The largest range the language allows.
const MAX_RANGE: i64 = 10_000;

fn range(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let (start, count) = (
        integer("range", &arguments[0])?,
        integer("range", &arguments[1])?,
    );
    if !(0..=MAX_RANGE).contains(&count) {
        return error(format!(
            "`range` makes at most {MAX_RANGE} numbers, not {count}"
        ));
    }
    let numbers =
        (0..count).map(|offset| Value::integer(start.saturating_add(offset), context.span));
    Ok(composed_array(context, numbers.collect(), Extent::Closed))
}

/// Negative counts are none, too large ones all.
fn take(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let count = integer("take", &arguments[1])?.max(0) as usize;
    if let Some(text) = arguments[0].as_str() {
        return composed_text(
            context,
            arguments,
            text.chars().take(count).collect::<String>(),
        );
    }
    if let (Some(text), true) = (
        arguments[0].parts().first().and_then(Value::as_str),
        arguments[0].is_unknown(),
    ) && text.chars().count() >= count
    {
        return composed_text(
            context,
            arguments,
            text.chars().take(count).collect::<String>(),
        );
    }
    let kept = elements("take", &arguments[0])?
        .iter()
        .take(count)
        .map(|element| selected(&arguments[0], element));
    Ok(composed_array(context, kept.collect(), Extent::Closed))
}

fn skip(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let count = integer("skip", &arguments[1])?.max(0) as usize;
    if let Some(text) = arguments[0].as_str() {
        return composed_text(
            context,
            arguments,
            text.chars().skip(count).collect::<String>(),
        );
    }
    let kept = elements("skip", &arguments[0])?
        .iter()
        .skip(count)
        .map(|element| selected(&arguments[0], element));
    Ok(composed_array(context, kept.collect(), Extent::Closed))
}

fn distinct(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let kept = distinct_elements(elements("distinct", &arguments[0])?)?;
    Ok(composed_array(context, kept, Extent::Closed))
}

/// What plain values are told apart by; there may be thousands of them.
#[derive(PartialEq, Eq, Hash)]
enum Plain<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Text(&'a str),
}

fn plain(value: &Value) -> Option<Plain<'_>> {
    match &value.kind {
        ValueKind::Null => Some(Plain::Null),
        ValueKind::Boolean(value) => Some(Plain::Boolean(*value)),
        ValueKind::Integer(number) => Some(Plain::Integer(*number)),
        ValueKind::String(text) => Some(Plain::Text(text)),
        // A number with a fraction may equal a whole one.
        ValueKind::Float(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => None,
    }
}

/// Whether a value can be looked up among others.
pub(super) fn is_plain(value: &Value) -> bool {
    plain(value).is_some()
}

/// Values among which equal ones are looked for: plain ones by hash, all others one by one.
#[derive(Default)]
pub(super) struct Lookup<'a> {
    plain: FxHashMap<Plain<'a>, &'a Value>,
    others: Vec<&'a Value>,
}

impl<'a> Lookup<'a> {
    pub(super) fn insert(&mut self, value: &'a Value) {
        match plain(value) {
            Some(plain) => drop(self.plain.insert(plain, value)),
            None => self.others.push(value),
        }
    }

    pub(super) fn contains(&self, value: &Value) -> Result<bool, Failure> {
        let equals = |other: &&Value| other.equals(value).ok_or(Failure::Unknown);
        let mut found = match (plain(value), &value.kind) {
            (Some(plain), _) => self.plain.contains_key(&plain),
            (None, ValueKind::Array(_) | ValueKind::Object(_)) => false,
            (None, _) => any(self.plain.values().map(&equals))?,
        };
        found |= any(self.others.iter().map(equals))?;
        Ok(found)
    }
}

/// Whether one of them is true; unknown if one is.
fn any(outcomes: impl Iterator<Item = Result<bool, Failure>>) -> Result<bool, Failure> {
    let mut found = false;
    for outcome in outcomes {
        found |= outcome?;
    }
    Ok(found)
}

/// The first of each group of equal elements. A text is taken to differ from what is unknown before it.
pub(super) fn distinct_elements(elements: &[Value]) -> Result<Vec<Value>, Failure> {
    let mut texts = FxHashSet::default();
    let mut others = Lookup::default();
    let mut kept = Vec::new();
    for element in elements {
        let is_new = match element.as_str() {
            Some(text) => texts.insert(text),
            None if element.is_unknown() && !texts.is_empty() => return Err(Failure::Unknown),
            None => !others.contains(element)?,
        };
        if is_new {
            kept.push(element.clone());
            if element.as_str().is_none() {
                others.insert(element);
            }
        }
    }
    Ok(kept)
}

/// One level.
fn flatten(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    let outer = array("flatten", &arguments[0])?;
    let mut flat = Vec::new();
    let mut extent = outer.extent();
    for inner in outer.elements() {
        match inner.as_array() {
            Some(inner) => {
                flat.extend_from_slice(inner.elements());
                if inner.extent() != Extent::Closed {
                    extent = Extent::Open;
                }
            }
            None if inner.is_unknown() => extent = Extent::Open,
            None => return wrong("flatten", inner, "an array of arrays"),
        }
    }
    let one_for_many = extent != Extent::Closed && flat.len() > 1;
    Ok(composed_array(
        context,
        flat,
        if one_for_many { Extent::Open } else { extent },
    ))
}

fn from_end<'a>(name: &str, arguments: &'a [Value]) -> Result<Option<&'a Value>, Failure> {
    let elements = elements(name, &arguments[0])?;
    let position = integer(name, &arguments[1])?;
    let position = usize::try_from(position)
        .ok()
        .and_then(|position| elements.len().checked_sub(position));
    Ok(position.and_then(|position| elements.get(position)))
}

/// 1 is the last.
fn index_from_end(_: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match from_end("indexFromEnd", arguments)? {
        Some(element) => Ok(selected(&arguments[0], element)),
        None => error("`indexFromEnd` is outside of the array"),
    }
}

fn try_index_from_end(context: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    if arguments[0].is_null() {
        return Ok(Value::null(context.span));
    }
    let element = from_end("tryIndexFromEnd", arguments)?;
    Ok(element.map_or_else(
        || Value::null(context.span),
        |element| selected(&arguments[0], element),
    ))
}
