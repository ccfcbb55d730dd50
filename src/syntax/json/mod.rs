//! JSON as Azure Resource Manager accepts it.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile};
use crate::syntax::node::Document;
use std::sync::Arc;

/// Parses a file.
pub fn parse(file: FileId, source: &Arc<SourceFile>) -> (Document, Vec<Diagnostic>) {
    let builder = crate::syntax::node::Builder::new(file, source.clone(), 1);
    (builder.finish(), Vec::new())
}
