//! The yardstick of the benchmarks: reads the files of a list and parses each with serde_json, or cuts it into tokens if it is Bicep, on
//! two threads.
//!
//! Without an argument it does nothing: then it is the floor that any process stands on.

use amllint::diagnostic::Kind;
use amllint::source::{SourceFile, Sources};
use amllint::syntax::bicep::lex;
use amllint::syntax::problems::Problems;
use rayon::prelude::*;

fn main() {
    let Some(list) = std::env::args().nth(1) else {
        return;
    };
    let list = std::fs::read_to_string(list).expect("the list is readable");
    let files: Vec<&str> = list.lines().collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .expect("two threads start");
    let parsed = |file: &&str| {
        let bytes = std::fs::read(file).expect("a listed file is readable");
        if file.ends_with(".bicep") {
            return has_tokens(bytes);
        }
        let bytes = bytes
            .strip_prefix(b"\xef\xbb\xbf".as_slice())
            .unwrap_or(&bytes);
        serde_json::from_slice::<serde_json::Value>(bytes).is_ok()
    };
    let count = pool.install(|| files.par_iter().filter(|file| parsed(file)).count());
    assert!(count <= files.len());
}

fn has_tokens(bytes: Vec<u8>) -> bool {
    let mut sources = Sources::default();
    let (source, _) = SourceFile::decode("main.bicep", bytes);
    let file = sources.add(source);
    let mut problems = Problems::new(file, Kind::SYNTAX_BICEP);
    !lex(sources.get(file).text(), &mut problems)
        .tokens
        .is_empty()
}
