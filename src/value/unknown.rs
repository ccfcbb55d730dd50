//! What is left of an expression that nobody can know before deployment.

use super::container::depth_around;
use super::{Residual, Shape, Unknown, Value};

impl Unknown {
    pub(super) fn new(residual: Residual, shape: Shape) -> Unknown {
        let sum = |values: &[Value]| {
            values
                .iter()
                .fold(1_u32, |size, value| size.saturating_add(value.size()))
        };
        let size = match &residual {
            Residual::Call { arguments, .. } => sum(arguments),
            Residual::Text(parts) => sum(parts),
            Residual::Member(base, _) => base.size().saturating_add(1),
            Residual::Index(base, index) => base.size().saturating_add(index.size()),
            Residual::Opaque(..) => 1,
        };
        let depth = match &residual {
            Residual::Call { arguments, .. } => depth_around(arguments.iter()),
            Residual::Text(parts) => depth_around(parts.iter()),
            Residual::Member(base, _) => depth_around([base]),
            Residual::Index(base, index) => depth_around([base, index]),
            Residual::Opaque(..) => 0,
        };
        Unknown {
            residual,
            shape,
            size,
            depth,
        }
    }
}

impl PartialEq for Residual {
    fn eq(&self, other: &Residual) -> bool {
        let same = |left: &[Value], right: &[Value]| {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| left.equals(right) == Some(true))
        };
        match (self, other) {
            (
                Residual::Call {
                    scope,
                    function,
                    arguments,
                },
                Residual::Call {
                    scope: other_scope,
                    function: other_function,
                    arguments: other_arguments,
                },
            ) => {
                scope == other_scope
                    && function == other_function
                    && same(arguments, other_arguments)
            }
            (Residual::Member(base, name), Residual::Member(other_base, other_name)) => {
                name.eq_ignore_ascii_case(other_name) && base.equals(other_base) == Some(true)
            }
            (Residual::Index(base, index), Residual::Index(other_base, other_index)) => {
                base.equals(other_base) == Some(true) && index.equals(other_index) == Some(true)
            }
            (Residual::Text(parts), Residual::Text(other_parts)) => same(parts, other_parts),
            (Residual::Opaque(identity, _), Residual::Opaque(other_identity, _)) => {
                identity == other_identity
            }
            (
                Residual::Call { .. }
                | Residual::Member(..)
                | Residual::Index(..)
                | Residual::Text(_)
                | Residual::Opaque(..),
                _,
            ) => false,
        }
    }
}
