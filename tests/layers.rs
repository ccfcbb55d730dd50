//! The order of modules in `lib.rs` is the law: a module uses only modules declared above it.

use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the source folder is readable") {
        let path = entry.expect("the source folder is readable").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Top-level modules in the order of `lib.rs`.
fn order() -> Vec<String> {
    let library = std::fs::read_to_string(source().join("lib.rs")).expect("lib.rs is readable");
    let modules = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.map(str::to_owned).collect()
}

#[test]
fn a_module_uses_only_modules_declared_above_it() {
    let order = order();
    assert!(order.len() > 10, "lib.rs declares its modules one a line");
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(source()).expect("it lies in src");
        let module = relative
            .components()
            .next()
            .expect("it has a name")
            .as_os_str()
            .to_string_lossy();
        let module = module.trim_end_matches(".rs").to_owned();
        let Some(own) = order.iter().position(|name| *name == module) else {
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        // What stands under `#[cfg(test)]` may look anywhere.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        if relative.components().any(|part| {
            matches!(
                part.as_os_str().to_str(),
                Some("tests" | "tests.rs" | "testing.rs" | "fixture.rs")
            )
        }) {
            continue;
        }
        for (position, _) in text.match_indices("crate::") {
            let name: String = text[position + 7..]
                .chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect();
            if let Some(used) = order.iter().position(|module| *module == name)
                && used > own
            {
                wrong.push(format!(
                    "{} uses {name}, which is declared below {module}",
                    relative.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        assert!(
            text.starts_with("//!"),
            "{} has no module documentation",
            file.display()
        );
    }
}
