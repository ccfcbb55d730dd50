//! The tests of amllint, a module per concern.

mod bad_bicep;
mod cli;
mod conformance;
mod docs;
mod evaluated;
mod fuzzing;
mod layers;
mod numbers;
mod posture;
mod rules;
mod schema;
