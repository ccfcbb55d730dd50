//! The tests of amllint, a module per concern.

mod archive;
mod bad_bicep;
mod bad_json;
mod baseline;
mod changed;
mod cli;
mod comfort;
mod configuration;
mod conformance;
mod docs;
mod evaluated;
mod fixes;
mod focus;
mod formats;
mod fuzzing;
mod layers;
mod lsp;
mod mutilated_json;
mod numbers;
mod posture;
mod projects;
mod repository;
mod rules;
mod schema;
mod suppressions;
mod trust;
