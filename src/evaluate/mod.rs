//! Partial evaluation: a template and its inputs become a deployment.
//!
//! What cannot be known before deployment, such as `reference()`, becomes an [`Unknown`](crate::value::Unknown) and stays
//! inside the value; the rest of the value is still known.

pub mod functions;

/// How often a resource is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Once.
    Certain,
    /// Once or not at all: its condition is unknown.
    Conditional,
    /// Any number of times: it stands for the instances of a loop of unknown length.
    Repeated,
}
