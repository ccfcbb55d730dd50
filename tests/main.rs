//! The tests of amllint, a module per concern.

mod cli;
mod conformance;
mod docs;
mod evaluated;
mod layers;
mod numbers;
mod posture;
mod rules;
mod schema;
