//! `amllint lsp`: findings while one types, on standard input and output.
//!
//! ```text
//! standard input --transport--> reader --> worker: open documents, one session for each workspace folder --> writer --> standard output
//! ```
//!
//! One worker does everything, in the order in which it was asked; the reader only notes what was cancelled, and a run over many files
//! is left as soon as something comes in. A session keeps what was found in a file until that file, or another that was read on its
//! account, is another, so that an edit costs what depends on it. What an editor has open counts in place of what lies on disk, whoever
//! reads it: callers, modules, parameter files, loaded files.
//!
//! <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>

mod actions;
mod client;
mod completion;
mod cursor;
mod definition;
mod diagnostics;
mod documents;
mod edits;
mod folder;
mod handlers;
mod hints;
mod hover;
mod initialize;
mod inspect;
mod location;
mod paths;
mod place;
mod posture;
mod progress;
mod rename;
mod schema;
mod server;
mod settings;
mod threads;
mod transport;
mod watch;

/// Serves the client at the other end of standard input and output until it ends; gives the exit status.
pub fn serve() -> u8 {
    threads::run()
}
