//! Reads `rules/` and writes compact tables, so that no rule file is read when amllint starts.
//!
//! The reader is the one that serves `--rules`; a mistake in a rule file fails the build.

#![allow(dead_code, unused_imports, missing_docs)]

#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/guidance.rs"]
mod guidance;
#[path = "src/path.rs"]
mod path;
#[path = "src/relation.rs"]
mod relation;
#[path = "src/similar.rs"]
mod similar;
#[path = "src/source/mod.rs"]
mod source;
#[path = "src/syntax/mod.rs"]
mod syntax;

mod rules {
    #[path = "../src/rules/definition.rs"]
    pub mod definition;
    #[path = "../src/rules/reader/mod.rs"]
    pub mod reader;
    #[path = "../src/rules/service.rs"]
    pub mod service;
}

use rules::reader::{Definitions, RuleFile};
use source::{SourceFile, Sources};
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=build.rs");
    let mut sources = Sources::default();
    let mut files = Vec::new();
    let entries = walkdir::WalkDir::new("rules").sort_by_file_name();
    for entry in entries.into_iter().filter_map(Result::ok) {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = std::fs::read_to_string(entry.path()).expect("a rule file is readable text");
            let name = entry.path().to_string_lossy().replace('\\', "/");
            files.push(sources.add(SourceFile::new(name, text)));
        }
    }
    let files: Vec<_> = files
        .iter()
        .map(|file| RuleFile {
            file: *file,
            source: sources.get(*file),
        })
        .collect();
    let mut definitions = Definitions::default();
    let diagnostics = rules::reader::read(&files, &mut definitions);
    if !diagnostics.is_empty() {
        for diagnostic in &diagnostics {
            let file = sources.get(diagnostic.primary.span.file);
            let position = file.position(diagnostic.primary.span.start);
            println!(
                "cargo:error={}:{}:{}: {}",
                file.path(),
                position.line,
                position.column,
                diagnostic.message
            );
        }
        std::process::exit(1);
    }
    let mut rules = definitions.rules;
    rules.sort_by(|left, right| left.definition.code.cmp(&right.definition.code));
    let documentation: Vec<_> = rules
        .iter()
        .map(|entry| (entry.definition.name.clone(), entry.documentation.clone()))
        .collect();
    let rules: Vec<_> = rules
        .iter()
        .map(|entry| (&entry.service, &*entry.definition))
        .collect();
    let aliases: Vec<_> = definitions
        .aliases
        .iter()
        .map(|entry| (&entry.service, &*entry.definition))
        .collect();
    let tables = (
        rules,
        aliases,
        definitions.shared,
        definitions.relations,
        definitions.guidance,
    );
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where to write"));
    write(
        &folder.join("rules.bin"),
        &postcard::to_allocvec(&tables).expect("tables are data"),
    );
    let posture = (definitions.services, definitions.recommendations);
    write(
        &folder.join("posture.bin"),
        &postcard::to_allocvec(&posture).expect("the posture table is data"),
    );
    write(
        &folder.join("documentation.bin"),
        &postcard::to_allocvec(&documentation).expect("documentation is data"),
    );
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the build folder is writable");
}
