//! Rules: what they say, and what they find in a resource graph.
//!
//! ```text
//! judge       rules x resources of their type -> Judgement: pass, fail, unknown, not applicable, external
//!   condition   a condition at a resource or item -> Outcome: pass, fail, unknown, each with the places that decide it
//!     items       what a source walks          subject   the value or number that is tested
//!     query       a path over values           comparison, quantity   what is equal, less, how many
//!   finding, message   an outcome, in words
//! ```

pub mod alias;
pub mod catalogue;
pub mod comparison;
pub mod condition;
pub mod context;
pub mod count;
pub mod definition;
pub mod facts;
pub mod finding;
pub mod items;
pub mod judge;
pub mod message;
pub mod outcome;
pub mod property;
pub mod quantity;
pub mod query;
pub mod reader;
pub mod repair;
pub mod rule_set;
pub mod schema;
pub mod service;
mod spanning;
pub mod subject;
pub mod together;
pub mod uses;
pub mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
