//! Partial evaluation: a template and its inputs become a deployment.
//!
//! What cannot be known before deployment, such as `reference()`, becomes an [`Unknown`](crate::value::Unknown) and stays
//! inside the value; the rest of the value is still known.

pub mod functions;
