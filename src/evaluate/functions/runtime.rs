//! Functions whose value nobody knows before deployment: they ask Azure, the clock or chance.

use super::{Failure, Function, FunctionContext, MANY, Outcome, function};
use crate::value::{Shape, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("deployer", 0, 0, Shape::Object, unknown),
    function("externalInput", 1, 2, Shape::Any, unknown),
    function("externalInputs", 1, 1, Shape::Any, unknown),
    function("extensions", 1, 1, Shape::Any, unknown),
    function("fail", 1, 1, Shape::Any, fail),
    function("getSecret", 2, 5, Shape::String, unknown),
    function("listOutputsWithSecureValues", 1, 2, Shape::Object, unknown),
    function("newGuid", 0, 0, Shape::String, unknown),
    function("pickZones", 3, 5, Shape::Array, unknown),
    function("providers", 1, 2, Shape::Any, unknown),
    function("reference", 1, 3, Shape::Any, unknown),
    function("references", 1, 2, Shape::Array, unknown),
    function("resourceInfo", 1, 1, Shape::Object, unknown),
    function("roleDefinitions", 1, 1, Shape::Object, unknown),
    function("target", 0, 0, Shape::Object, unknown),
    function("toLogicalZone", 3, 3, Shape::String, unknown),
    function("toLogicalZones", 3, 3, Shape::Array, unknown),
    function("toPhysicalZone", 3, 3, Shape::String, unknown),
    function("toPhysicalZones", 3, 3, Shape::Array, unknown),
    function("utcNow", 0, 1, Shape::String, unknown),
];

/// `listKeys`, `listAccountSas` and whatever else a resource provider lists.
pub(super) const LIST: &Function = &function("list", 1, MANY, Shape::Any, unknown);

fn unknown(_: &FunctionContext<'_>, _: &[Value]) -> Outcome {
    Err(Failure::Unknown)
}

fn fail(_: &FunctionContext<'_>, arguments: &[Value]) -> Outcome {
    match arguments[0].as_str() {
        Some(message) if !arguments[0].secure => {
            super::error(format!("the template refuses to deploy: {message}"))
        }
        Some(_) | None => Err(Failure::Unknown),
    }
}
