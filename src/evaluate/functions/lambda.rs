//! Functions that call back: `map`, `filter`, `reduce` and their kin.

use super::{Failure, FunctionContext, Outcome};
use crate::value::Value;

/// Whether a function may take lambdas.
pub fn is_lambda_function(_name: &str) -> bool {
    false
}

/// Applies a function. `lambda` gives the value of the lambda at this position of the arguments for these variables.
pub fn apply(
    _context: &FunctionContext<'_>,
    _name: &str,
    _arguments: &[Value],
    _lambda: &mut dyn FnMut(usize, &[Value]) -> Value,
) -> Outcome {
    Err(Failure::Unknown)
}
