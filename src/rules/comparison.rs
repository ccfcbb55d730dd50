//! Equality and order as Azure Resource Manager has them.
//!
//! Strings fold case; `3` is `'3'` and `true` is `'True'`; `East US` is `eastus`; resource ids compare as resources. What
//! depends on something unknown is `None`, but two unknowns with the same residual are equal, and texts of which known parts
//! differ are different.

use crate::rules::definition::Literal;
use crate::rules::facts::Facts;
use crate::source::Span;
use crate::value::{Property, Value, ValueKind};
use jiff::civil::{Date, DateTime};
use std::cmp::Ordering;

/// A literal of a rule as a value.
pub fn value_of(literal: &Literal, span: Span) -> Value {
    match literal {
        Literal::Null => Value::null(span),
        Literal::Boolean(value) => Value::boolean(*value, span),
        Literal::Integer(value) => Value::integer(*value, span),
        Literal::Float(value) => Value::new(ValueKind::Float(*value), span),
        Literal::String(text) => Value::string(&**text, span),
        Literal::Array(elements) => Value::array(
            elements
                .iter()
                .map(|element| value_of(element, span))
                .collect(),
            span,
        ),
        Literal::Object(properties) => {
            let property = |(key, value): &(Box<str>, Literal)| Property {
                key: (&**key).into(),
                key_span: span,
                value: value_of(value, span),
            };
            Value::object(properties.iter().map(property).collect(), span)
        }
    }
}

/// Whether two values are the same to Azure; `None` when that is not known.
pub fn same(left: &Value, right: &Value, facts: &Facts) -> Option<bool> {
    if left.is_unknown() || right.is_unknown() {
        return same_unknown(left, right);
    }
    match (&left.kind, &right.kind) {
        (ValueKind::Array(left_array), ValueKind::Array(right_array)) => {
            let closed = |value: &Value| {
                value
                    .as_array()
                    .is_some_and(|array| array.extent() == crate::value::Extent::Closed)
            };
            if !closed(left) || !closed(right) {
                return None;
            }
            let (left, right) = (left_array.elements(), right_array.elements());
            if left.len() != right.len() {
                return Some(false);
            }
            every(
                left.iter()
                    .zip(right)
                    .map(|(left, right)| same(left, right, facts)),
            )
        }
        (ValueKind::Object(left), ValueKind::Object(right)) => {
            if left.is_open() || right.is_open() {
                return None;
            }
            if left.properties().len() != right.properties().len() {
                return Some(false);
            }
            every(left.properties().iter().map(|property| {
                right.get(&property.key).map_or(Some(false), |twin| {
                    same(&property.value, &twin.value, facts)
                })
            }))
        }
        (
            ValueKind::Null
            | ValueKind::Boolean(_)
            | ValueKind::Integer(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Array(_)
            | ValueKind::Object(_)
            | ValueKind::Unknown(_),
            _,
        ) => Some(same_scalar(left, right, facts)),
    }
}

fn every(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

fn same_scalar(left: &Value, right: &Value, facts: &Facts) -> bool {
    if left.is_null() || right.is_null() {
        return left.is_null() && right.is_null();
    }
    if let (Some(left), Some(right)) = (left.as_str(), right.as_str()) {
        return same_text(left, right, facts);
    }
    if let (Some(left), Some(right)) = (truth(left), truth(right)) {
        return left == right;
    }
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left == right,
        (Some(_), None) | (None, Some(_)) | (None, None) => false,
    }
}

fn same_text(left: &str, right: &str, facts: &Facts) -> bool {
    let (left, right) = (without_end(left), without_end(right));
    if left.eq_ignore_ascii_case(right) {
        return true;
    }
    let spaced = left.contains(' ') || right.contains(' ');
    spaced && condensed(left) == condensed(right) && facts.region(left).is_some()
}

/// A resource id may end in a slash.
fn without_end(text: &str) -> &str {
    if text.starts_with('/') && text.len() > 1 {
        text.trim_end_matches('/')
    } else {
        text
    }
}

fn condensed(text: &str) -> String {
    text.chars()
        .filter(|character| *character != ' ')
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

/// Values that are the same have the same key; values with the same key need not be the same. `None` for what is unknown
/// or no scalar.
pub fn key(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Boolean(truth) => Some(truth.to_string()),
        ValueKind::Integer(number) => Some((*number as f64).to_string()),
        ValueKind::Float(number) => Some(number.to_string()),
        ValueKind::String(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number.to_string()),
            Ok(_) | Err(_) => Some(condensed(without_end(text))),
        },
        ValueKind::Null | ValueKind::Array(_) | ValueKind::Object(_) | ValueKind::Unknown(_) => {
            None
        }
    }
}

/// Unknown texts: equal if they name the same thing, different if parts that are known differ.
fn same_unknown(left: &Value, right: &Value) -> Option<bool> {
    let text = |value: &Value| value.is_unknown() || value.as_str().is_some();
    if !text(left) || !text(right) {
        return None;
    }
    if left.identity() == right.identity() {
        return Some(true);
    }
    if surely_differ(&segments(left), &segments(right)) || surely_differ_in_text(left, right) {
        return Some(false);
    }
    None
}

/// The segments of a resource id; empty for other texts.
fn segments(value: &Value) -> Vec<Value> {
    let starts_like_an_id = value.parts().first().is_some_and(|part| {
        part.as_str()
            .is_some_and(|text| text.to_ascii_lowercase().starts_with("/subscriptions/"))
    });
    if starts_like_an_id {
        value.split('/')
    } else {
        Vec::new()
    }
}

fn surely_differ(left: &[Value], right: &[Value]) -> bool {
    if left.is_empty() || right.is_empty() {
        return false;
    }
    left.len() != right.len()
        || left
            .iter()
            .zip(right)
            .any(|(left, right)| match (left.as_str(), right.as_str()) {
                (Some(left), Some(right)) => !left.eq_ignore_ascii_case(right),
                (Some(_), None) | (None, Some(_)) | (None, None) => {
                    surely_differ_in_text(left, right)
                }
            })
}

/// Whether known beginnings or ends of two texts differ.
fn surely_differ_in_text(left: &Value, right: &Value) -> bool {
    let differ = |left: &str, right: &str, from_end: bool| {
        let (left, right) = (left.to_ascii_lowercase(), right.to_ascii_lowercase());
        if from_end {
            !left.ends_with(&right) && !right.ends_with(&left)
        } else {
            !left.starts_with(&right) && !right.starts_with(&left)
        }
    };
    let known = |part: Option<&Value>| part.and_then(Value::as_str).map(str::to_owned);
    let (left, right) = (left.parts(), right.parts());
    match (known(left.first()), known(right.first())) {
        (Some(left), Some(right)) if differ(&left, &right, false) => return true,
        (Some(_) | None, Some(_) | None) => {}
    }
    match (known(left.last()), known(right.last())) {
        (Some(left), Some(right)) => differ(&left, &right, true),
        (Some(_) | None, None) | (None, Some(_)) => false,
    }
}

/// The truth value of `true` or `'True'`.
fn truth(value: &Value) -> Option<bool> {
    match &value.kind {
        ValueKind::Boolean(truth) => Some(*truth),
        ValueKind::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        ValueKind::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        ValueKind::Null
        | ValueKind::Integer(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => None,
    }
}

/// The number of `3`, `3.0` or `'3'`.
pub fn number(value: &Value) -> Option<f64> {
    match &value.kind {
        ValueKind::Integer(number) => Some(*number as f64),
        ValueKind::Float(number) => Some(*number),
        ValueKind::String(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        ValueKind::Null
        | ValueKind::Boolean(_)
        | ValueKind::Array(_)
        | ValueKind::Object(_)
        | ValueKind::Unknown(_) => None,
    }
}

/// The order of two numbers, dates or API versions; `None` for anything else.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return left.partial_cmp(&right);
    }
    Some(moment(left)?.cmp(&moment(right)?))
}

/// A date, a time, or an API version, of which a preview comes before its date.
fn moment(value: &Value) -> Option<(DateTime, bool)> {
    let text = value.as_str()?.trim();
    let date: Date = text.get(..10)?.parse().ok()?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some((date.at(0, 0, 0, 0), true));
    }
    if let Some(suffix) = rest.strip_prefix('-') {
        let word = suffix
            .chars()
            .all(|character| character.is_ascii_alphanumeric());
        return (word && !suffix.is_empty()).then(|| (date.at(0, 0, 0, 0), false));
    }
    let time: DateTime = text.trim_end_matches(['Z', 'z']).parse().ok()?;
    Some((time, true))
}

/// Whether a value is `''`, `[]`, `{}` or `null`; `None` when that is not known.
pub fn is_empty(value: &Value) -> Option<bool> {
    match &value.kind {
        ValueKind::Null => Some(true),
        ValueKind::Boolean(_) | ValueKind::Integer(_) | ValueKind::Float(_) => Some(false),
        ValueKind::String(text) => Some(text.is_empty()),
        ValueKind::Array(array) => match (array.elements().is_empty(), array.extent()) {
            (empty, crate::value::Extent::Closed) => Some(empty),
            (false, crate::value::Extent::Open) => Some(false),
            (true, crate::value::Extent::Open) | (_, crate::value::Extent::Repeated) => None,
        },
        ValueKind::Object(object) => match (object.properties().is_empty(), object.is_open()) {
            (true, true) => None,
            (empty, _) => Some(empty),
        },
        ValueKind::Unknown(unknown) => match unknown.shape {
            crate::value::Shape::Integer | crate::value::Shape::Boolean => Some(false),
            crate::value::Shape::String
            | crate::value::Shape::Any
            | crate::value::Shape::Array
            | crate::value::Shape::Object => value
                .parts()
                .iter()
                .any(|part| part.as_str().is_some_and(|text| !text.is_empty()))
                .then_some(false),
        },
    }
}

/// Whether an unknown value is known to be something rather than `null`.
pub fn surely_exists(value: &Value) -> bool {
    value
        .as_unknown()
        .is_none_or(|unknown| unknown.shape != crate::value::Shape::Any)
}
