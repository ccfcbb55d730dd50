//! The functions of ARM templates, by the chapters of Microsoft's function reference.
//!
//! A function is pure: arguments in, value out. What it cannot compute because an argument is unknown it says with
//! [`Failure::Unknown`]; the caller then keeps the call as the residual. Functions that must not evaluate all their
//! arguments (`if`, `and`, `or`, `coalesce`), and those that read the template (`parameters`, `copyIndex`), live in
//! `evaluate::expression`.

mod array;
mod cidr;
mod date;
pub mod lambda;
mod numeric;
mod object;
mod runtime;
mod scope;
mod string;
mod unique_string;
mod uri;

use crate::source::Span;
use crate::template::TargetScope;
use crate::value::{Array, Extent, Object, Shape, Value, ValueKind};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Where a template is deployed, as far as that is known; every part may be unknown.
#[derive(Clone, Debug)]
pub struct Place {
    /// Tells the residuals of this place from those of another.
    pub scope: u32,
    /// What the deployment is made in.
    pub target: TargetScope,
    /// `subscription().subscriptionId`: a string, or unknown text.
    pub subscription_id: Value,
    /// `resourceGroup().name`: a string, or unknown text. Meaningless outside a resource group.
    pub resource_group: Value,
    /// `resourceGroup().location` or the deployment's `location`.
    pub location: Value,
    /// The region of resource groups that nothing else is known of, if the user gave one.
    pub given_location: Option<Value>,
    /// `managementGroup().name`.
    pub management_group: Value,
    /// `deployment().name`.
    pub deployment_name: Value,
    /// `environment()`.
    pub cloud: Cloud,
}

impl Place {
    /// The id of what the deployment is made in.
    pub fn id(&self, span: Span) -> Value {
        let text = |text: &str| Value::string(text, span);
        let subscription = [text("/subscriptions/"), self.subscription_id.clone()];
        let parts = match self.target {
            TargetScope::ResourceGroup => {
                let group = [text("/resourceGroups/"), self.resource_group.clone()];
                subscription.into_iter().chain(group).collect()
            }
            TargetScope::Subscription => subscription.into(),
            TargetScope::ManagementGroup => vec![
                text("/providers/Microsoft.Management/managementGroups/"),
                self.management_group.clone(),
            ],
            TargetScope::Tenant => vec![text("/")],
        };
        Value::text(parts, span)
    }
}

/// An Azure cloud.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cloud {
    /// `AzureCloud`, the public one.
    #[default]
    Public,
    /// `AzureUSGovernment`.
    UsGovernment,
    /// `AzureChinaCloud`.
    China,
}

/// What a function may ask beside its arguments.
#[derive(Debug)]
pub struct FunctionContext<'a> {
    /// The call as it is written; what a function composes stands here.
    pub span: Span,
    /// Where the template is deployed.
    pub place: &'a Place,
}

/// Why a function gives no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It depends on something unknown.
    Unknown,
    /// Azure Resource Manager would refuse it; the message says why, in lower case and without a full stop.
    Error(String),
    /// The result would be larger than [`crate::value::MAX_TEXT`] or [`crate::value::MAX_SIZE`].
    TooLarge,
}

/// A value, or why there is none.
pub type Outcome = Result<Value, Failure>;

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    /// Its name in Microsoft's spelling.
    pub name: &'static str,
    /// Least number of arguments.
    pub minimum: usize,
    /// Greatest number of arguments; `usize::MAX` when there is no bound.
    pub maximum: usize,
    /// What it yields, known even if the value is not.
    pub shape: Shape,
    /// The function itself.
    pub apply: fn(&FunctionContext<'_>, &[Value]) -> Outcome,
}

/// The numbers of arguments that a function of the language takes, those of `evaluate::expression` included; `None` if there
/// is no such function.
pub fn arity(name: &str) -> Option<(usize, usize)> {
    const BUILT_IN: [(&str, usize, usize); 9] = [
        ("if", 3, 3),
        ("and", 2, usize::MAX),
        ("or", 2, usize::MAX),
        ("coalesce", 1, usize::MAX),
        ("copyIndex", 0, 2),
        ("parameters", 1, 1),
        ("variables", 1, 1),
        ("lambda", 1, usize::MAX),
        ("lambdaVariables", 1, 1),
    ];
    let built_in = BUILT_IN
        .iter()
        .find(|(other, ..)| other.eq_ignore_ascii_case(name));
    built_in
        .map(|(_, minimum, maximum)| (*minimum, *maximum))
        .or_else(|| find(name).map(|function| (function.minimum, function.maximum)))
}

/// Functions that give a part of an argument, or count its parts: however large it is, they take no time and no room.
pub fn makes_nothing(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "array",
        "empty",
        "first",
        "indexFromEnd",
        "last",
        "length",
        "tryGet",
        "tryIndexFromEnd",
    ];
    NAMES.contains(&name)
}

/// How many steps of evaluation take as long as a call with these arguments does beside what it makes.
pub fn effort(name: &str, arguments: &[Value]) -> u32 {
    let bytes = |value: &Value| value.as_str().map_or(0, str::len) as u64;
    let each = |value: &Value| match value.is_container() {
        true if makes_nothing(name) => 0,
        true => u64::from(value.size()) / 16,
        false => bytes(value) / 256,
    };
    let all: u64 = arguments.iter().map(each).sum();
    let pairs = match (name, arguments) {
        // Each element or character may be compared with each other.
        ("distinct" | "intersection" | "union", _) => {
            let composite: u64 = arguments.iter().map(composite_elements).sum();
            let size: u64 = arguments.iter().map(|value| u64::from(value.size())).sum();
            composite * size / 16
        }
        // Each element becomes a text of its own first.
        ("join", [list, ..]) => u64::from(list.size()) / 4,
        ("like", [text, pattern]) => bytes(text) * bytes(pattern) / 256,
        ("split", [text, separators]) => {
            let separators = separators
                .as_array()
                .map_or(1, |array| array.elements().len());
            bytes(text) * separators as u64 / 256
        }
        (_, _) => 0,
    };
    u32::try_from(all + pairs).unwrap_or(u32::MAX)
}

/// How many elements of an array are no plain values, which could be looked up.
fn composite_elements(value: &Value) -> u64 {
    let elements = value.as_array().map_or(&[][..], Array::elements).iter();
    elements.filter(|element| !array::is_plain(element)).count() as u64
}

/// The segments of a name, of which some may be the pieces of a larger part of it.
pub fn undivided(names: Vec<Value>) -> Vec<Value> {
    scope::undivided(names)
}

/// Text with holes of Bicep: its parts, each printed as `format` prints it.
pub fn interpolate(context: &FunctionContext<'_>, parts: &[Value]) -> Outcome {
    string::interpolate(context, parts)
}

/// Names of all functions, for "did you mean".
pub fn names() -> impl Iterator<Item = &'static str> {
    chapters().map(|function| function.name)
}

fn chapters() -> impl Iterator<Item = &'static Function> {
    [
        array::FUNCTIONS,
        cidr::FUNCTIONS,
        date::FUNCTIONS,
        lambda::FUNCTIONS,
        numeric::FUNCTIONS,
        object::FUNCTIONS,
        runtime::FUNCTIONS,
        scope::FUNCTIONS,
        string::FUNCTIONS,
        uri::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// The longest name of a function.
const LONGEST_NAME: usize = 40;

/// The function of this name, case folded. Every name that begins with `list` is one.
pub fn find(name: &str) -> Option<&'static Function> {
    static INDEX: LazyLock<FxHashMap<Vec<u8>, &'static Function>> = LazyLock::new(|| {
        chapters()
            .map(|function| (function.name.to_ascii_lowercase().into_bytes(), function))
            .collect()
    });
    let mut folded = [0_u8; LONGEST_NAME];
    let folded = folded.get_mut(..name.len())?;
    folded.copy_from_slice(name.as_bytes());
    folded.make_ascii_lowercase();
    let list = || folded.starts_with(b"list").then_some(runtime::LIST);
    INDEX.get(&*folded).copied().or_else(list)
}

/// A function that is what it is everywhere.
const fn function(
    name: &'static str,
    minimum: usize,
    maximum: usize,
    shape: Shape,
    apply: fn(&FunctionContext<'_>, &[Value]) -> Outcome,
) -> Function {
    Function {
        name,
        minimum,
        maximum,
        shape,
        apply,
    }
}

/// No bound on the number of arguments.
const MANY: usize = usize::MAX;

fn error<T>(message: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Error(message.into()))
}

/// The refusal of an argument of the wrong kind.
fn wrong<T>(name: &str, value: &Value, expected: &str) -> Result<T, Failure> {
    if value.is_unknown() {
        return Err(Failure::Unknown);
    }
    error(format!(
        "`{name}` takes {expected}, not {}",
        value.kind_name()
    ))
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Failure> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => wrong(name, value, "a string"),
    }
}

fn integer(name: &str, value: &Value) -> Result<i64, Failure> {
    match value.as_integer() {
        Some(number) => Ok(number),
        None => wrong(name, value, "an integer"),
    }
}

/// An array, which may be open.
fn array<'a>(name: &str, value: &'a Value) -> Result<&'a Array, Failure> {
    match value.as_array() {
        Some(array) => Ok(array),
        None => wrong(name, value, "an array"),
    }
}

/// The elements of an array that has no others.
fn elements<'a>(name: &str, value: &'a Value) -> Result<&'a [Value], Failure> {
    let array = array(name, value)?;
    if array.extent() == Extent::Closed {
        Ok(array.elements())
    } else {
        Err(Failure::Unknown)
    }
}

/// An object, which may be open.
fn object<'a>(name: &str, value: &'a Value) -> Result<&'a Object, Failure> {
    match value.as_object() {
        Some(object) => Ok(object),
        None => wrong(name, value, "an object"),
    }
}

/// A value that the function composed here out of its arguments.
fn composed(context: &FunctionContext<'_>, arguments: &[Value], kind: ValueKind) -> Value {
    Value {
        secure: arguments.iter().any(|argument| argument.secure),
        ..Value::new(kind, context.span)
    }
}

/// A text that the function composed here out of its arguments.
fn composed_text(
    context: &FunctionContext<'_>,
    arguments: &[Value],
    text: impl AsRef<str>,
) -> Outcome {
    if text.as_ref().len() > crate::value::MAX_TEXT {
        return Err(Failure::TooLarge);
    }
    Ok(composed(
        context,
        arguments,
        ValueKind::String(text.as_ref().into()),
    ))
}

fn composed_array(context: &FunctionContext<'_>, elements: Vec<Value>, extent: Extent) -> Value {
    Value::new(
        ValueKind::Array(std::sync::Arc::new(Array::new(elements, extent))),
        context.span,
    )
}

#[cfg(test)]
mod compiler_values;
#[cfg(test)]
mod testing;
