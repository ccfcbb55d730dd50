//! The tests of amllint, a module per concern.

mod bad_bicep;
mod cli;
mod conformance;
mod fuzzing;
mod layers;
mod rules;
mod schema;
