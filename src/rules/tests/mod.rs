//! What the language says, construct by construct, and rules that use it.

mod blame;
mod constructs;
mod rule_level;
mod rules;
