//! The files that are to be written otherwise, parsed once more: what was lowered has forgotten how it is laid out.

use super::literal::Notation;
use super::members::{Edit, Members};
use super::{bicep, json};
use crate::diagnostic::Severity;
use crate::rules::definition::Literal;
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::bicep::{Dialect, SyntaxTree};
use crate::syntax::json as json_syntax;
use crate::syntax::node::Document;
use std::sync::Arc;

/// A parsed file.
#[derive(Debug)]
pub enum Tree {
    /// JSON.
    Json(Box<Document>),
    /// Bicep.
    Bicep(Box<SyntaxTree>),
}

impl Tree {
    /// Parses a file by the ending of its name; `None` if it is not what it claims to be: what stands where is a guess then.
    pub fn parse(file: FileId, source: &Arc<SourceFile>) -> Option<Tree> {
        let (tree, diagnostics) = match Dialect::of(source.path()) {
            Some(dialect) => {
                let (tree, diagnostics) = crate::syntax::bicep::parse(file, source, dialect);
                (Tree::Bicep(Box::new(tree)), diagnostics)
            }
            None => {
                let (document, diagnostics) = json_syntax::parse(file, source);
                (Tree::Json(Box::new(document)), diagnostics)
            }
        };
        let is_sound = diagnostics.iter().all(|one| one.severity < Severity::Error);
        is_sound.then_some(tree)
    }

    /// What its values are written in.
    pub fn notation(&self) -> Notation {
        match self {
            Tree::Json(_) => Notation::Json,
            Tree::Bicep(_) => Notation::Bicep,
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Tree::Json(document) => document.source().text(),
            Tree::Bicep(tree) => tree.source().text(),
        }
    }

    /// What replaces the value that is written at a place, and the value as it is written there; `None` where it is more than a literal.
    pub fn replace(&self, place: Span, to: &Literal) -> Option<(Edit, Literal)> {
        match self {
            Tree::Json(document) => json::replace(document, place, to),
            Tree::Bicep(tree) => bicep::replace(tree, place, to),
        }
    }

    /// The members of the object that is written at a place; of a resource, of its body.
    pub fn object(&self, place: Span) -> Option<Members> {
        match self {
            Tree::Json(document) => {
                let object = json::at(document, place).filter(|node| node.is_object())?;
                json::members(object)
            }
            Tree::Bicep(tree) => bicep::members(tree, bicep::object(tree, place)?),
        }
    }

    /// The members among which a property stands whose name stands at a place, and its position.
    pub fn property(&self, name: Span) -> Option<(Members, usize)> {
        match self {
            Tree::Json(document) => {
                let (object, position) = json::property(document, name)?;
                Some((json::members(object)?, position))
            }
            Tree::Bicep(tree) => {
                let (object, position) = bicep::property(tree, name)?;
                Some((bicep::members(tree, object)?, position))
            }
        }
    }

    /// Whether a place stands in a loop.
    pub fn is_in_loop(&self, place: Span) -> bool {
        match self {
            Tree::Json(document) => json::is_in_loop(document, place),
            Tree::Bicep(tree) => bicep::is_in_loop(tree, place),
        }
    }
}
