//! The functions of ARM templates, by the chapters of Microsoft's function reference.
//!
//! A function is pure: arguments in, value out. What it cannot compute because an argument is unknown it says with
//! [`Failure::Unknown`]; the caller then keeps the call as the residual. Functions that must not evaluate all their
//! arguments (`if`, `and`, `or`, `coalesce`), and those that read the template (`parameters`, `copyIndex`), live in
//! `evaluate::expression`.

pub mod lambda;

use crate::source::Span;
use crate::template::TargetScope;
use crate::value::{Shape, Value};

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
    /// `managementGroup().name`.
    pub management_group: Value,
    /// `deployment().name`.
    pub deployment_name: Value,
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
    let built_in = BUILT_IN.iter().find(|(other, ..)| other.eq_ignore_ascii_case(name));
    built_in
        .map(|(_, minimum, maximum)| (*minimum, *maximum))
        .or_else(|| find(name).map(|function| (function.minimum, function.maximum)))
}

/// Names of all functions, for "did you mean".
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

/// The function of this name, case folded.
pub fn find(_name: &str) -> Option<&'static Function> {
    None
}
