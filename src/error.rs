//! Failures of the outside world: a file that cannot be read or written, an argument that makes no sense.
//!
//! A mistake in somebody's template, parameter file or rule is never an [`Error`]: it is a
//! diagnostic with a span.

use std::path::PathBuf;

/// What the outside world refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path named by the user that is not there or cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// The path as it was given.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// An output that cannot be written.
    #[error("cannot write `{}`: {source}", .path.display())]
    Write {
        /// The path as it was given.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// An argument whose value makes no sense here; the text says which and what would.
    #[error("{0}")]
    Usage(String),
}

/// The result of talking to the outside world.
pub type Result<T> = std::result::Result<T, Error>;
