//! The tests of amllint, a module per concern.

mod cli;
mod comfort;
mod conformance;
mod focus;
mod formats;
mod layers;
mod numbers;
mod rules;
mod schema;
