//! Bicep as its compiler reads it: `.bicep` and `.bicepparam`.
//!
//! ```text
//! param sku string = 'Standard_LRS'      statements, see [`StatementKind`]
//! resource st 'Microsoft.Storage/...' = {
//!   name: 'st${uniqueString(rg.id)}'     expressions, see [`Syntax`]: one flat vector of spanned nodes
//! }
//! ```
//!
//! Parsing never fails. A mistake costs the statement it stands in at most: what follows is found again at the next line that is
//! not inside brackets. The grammar is the compiler's own: <https://github.com/Azure/bicep/tree/main/src/Bicep.Core/Parsing>.

mod lexer;
mod parser;
mod tree;

pub use lexer::{Directive, DirectiveKind, Lexed, Token, TokenKind, lex};
pub use tree::{
    BinaryOperator, Imported, ImportedName, List, Name, NodeId, Statement, StatementKind, Syntax,
    SyntaxTree, Text, UnaryOperator,
};

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{FileId, SourceFile};
use crate::syntax::problems::Problems;
use parser::Parser;
use std::sync::Arc;

/// Brackets may nest this deep; a statement in which they are deeper is not read.
pub const MAX_DEPTH: u32 = 128;
/// An expression may be so many operators and accessors high.
pub const MAX_HEIGHT: u16 = 512;

/// Which statements a file is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// A template, `.bicep`.
    Template,
    /// Values for a template's parameters, `.bicepparam`.
    Parameters,
}

impl Dialect {
    /// The dialect of a file by the ending of its name, if it is one of Bicep's.
    pub fn of(path: &str) -> Option<Dialect> {
        let (_, ending) = path.rsplit_once('.')?;
        if ending.eq_ignore_ascii_case("bicep") {
            Some(Dialect::Template)
        } else if ending.eq_ignore_ascii_case("bicepparam") {
            Some(Dialect::Parameters)
        } else {
            None
        }
    }
}

/// Parses a file. The diagnostics are in the order of the text.
pub fn parse(
    file: FileId,
    source: &Arc<SourceFile>,
    dialect: Dialect,
) -> (SyntaxTree, Vec<Diagnostic>) {
    let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
    let lexed = lex(source.text(), &mut problems);
    let tree = Parser::new(file, source, dialect, lexed, &mut problems).parse();
    (tree, problems.finish())
}

#[cfg(test)]
mod tests;
