//! amllint: where an Azure Machine Learning workspace would not survive the loss of a zone, a region, or a mistaken delete.
//!
//! This page is the map; [`cli`] is where a run begins. The library is what the program is made of: it is documented, but its
//! interface is not stable.
//!
//! # The way of one template
//!
//! ```text
//! paths --walk--> files --lint, project (read)--> Sources
//! text  --syntax::json---> Document --template::from_json---.
//!       --syntax::bicep--> SyntaxTree --template::from_bicep-+--> Templates
//! Templates + Inputs --evaluate--> Deployment      resources, some values unknown; once in each environment
//! Deployment + Relations --graph--> ResourceGraph  children joined, links resolved
//! ResourceGraph + rules + guidance --rules::judge--> pass | fail (a finding) | unknown | not applicable | external
//! repairs  --fix--> edits of the text                where a value is written, in the layout of the file
//! findings --config, lint (silenced, merged, sorted)--> Report --report--> text, lines, JSON
//! ```
//!
//! # Promises
//!
//! * **Parsing, lowering and evaluating never fail and never panic.** There is always a tree, a template, a deployment; mistakes in
//!   a user's file are diagnostics with spans. [`error::Error`] is for the outside world.
//! * **A span is born in the lexer and never recomputed.** A value carries the place where it was written and the places it went
//!   through since. Only [`source`] turns offsets into lines and columns.
//! * **Unknown is a value, not an error.** What nobody knows before deployment is a leaf; its siblings stay known. Unknown is never
//!   absent; a known `null` is. Text that is known in parts keeps its parts.
//! * **No finding that a guess made.** Unknown gives no finding. The one thing taken for granted, that a region nobody knows has
//!   availability zones, is printed with the finding.
//! * **A rule is one file**: what it judges, what it says, why, and the examples that test it. No rule is Rust.
//! * **The same input gives the same bytes of output**, whatever the number of threads or the order of the file system.
//! * **Nothing leaves the machine**, and nothing is read but the given paths, what their templates use inside the root, and the modules
//!   that were restored.
//!
//! # Layers
//!
//! A module uses only modules that are declared above it here; `tests/layers.rs` sees to it.

pub mod error;

pub mod source;

pub mod similar;

pub mod placeholder;

pub mod diagnostic;

pub mod syntax;

pub mod path;

pub mod relation;

pub mod guidance;

pub mod template;

pub mod project;

pub mod value;

pub mod evaluate;

pub mod graph;

pub mod rules;

pub mod fix;

pub mod posture;

pub mod parameters;

pub mod walk;

pub mod repository;

pub mod config;

pub mod lint;

pub mod report;

pub mod apply;

pub mod lsp;

pub mod cli;
