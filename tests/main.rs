//! The tests of amllint, a module per concern.

mod cli;
mod layers;
mod rules;
