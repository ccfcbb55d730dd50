//! Text to spanned trees. Parsing never fails: there is always a tree, and mistakes are diagnostics.

pub mod node;
mod print;

pub mod problems;

pub mod json;

pub mod yaml;

pub mod expression;

pub mod arm;

pub mod bicep;
