//! The tests of amllint, a module per concern.

mod layers;
mod rules;
