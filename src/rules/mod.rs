//! Rules: what they say, and what they find in a resource graph.

pub mod definition;

pub mod reader;
