//! Text to spanned trees. Parsing never fails: there is always a tree, and mistakes are diagnostics.

pub mod node;

pub mod problems;

pub mod json;

pub mod yaml;

pub mod expression;

pub mod arm;

pub mod bicep;
