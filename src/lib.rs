//! amllint: where an Azure Machine Learning workspace would not survive the loss of a zone, a region, or a mistaken delete.

pub mod error;

pub mod source;

pub mod similar;

pub mod diagnostic;

pub mod syntax;

pub mod path;

pub mod relation;

pub mod guidance;

pub mod template;

pub mod value;

pub mod evaluate;

pub mod graph;

pub mod rules;

pub mod parameters;

pub mod walk;

pub mod lint;

pub mod report;

pub mod cli;
