//! Real templates, from local copies that are no part of the project.
//!
//! ```text
//! AMLLINT_CORPORA=/path/to/copies cargo test --release conformance -- --ignored --nocapture
//! ```
//!
//! Each folder of `AMLLINT_CORPORA` is a copy of a repository. For each, the number of templates, resources and what of their
//! names and types is unknown is printed; nothing may panic and no file may take two seconds.

use amllint::diagnostic::Kind;
use amllint::evaluate::{Inputs, evaluate};
use amllint::lint::{load_text, on_large_stack};
use amllint::source::SourceFile;
use amllint::walk::walk;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Count {
    files: usize,
    templates: usize,
    resources: usize,
    unknown_names: usize,
    unknown_types: usize,
    bodies_unknown: usize,
    slowest: Duration,
    codes: BTreeMap<String, usize>,
}

fn survey(folder: &Path) -> Count {
    let mut count = Count::default();
    let files = walk(&[folder.to_owned()], 2)
        .expect("the copy is readable")
        .files;
    count.files = files.len();
    for found in files {
        let started = Instant::now();
        let bytes = std::fs::read(&found.path).expect("the copy is readable");
        let Some(loaded) = load_text(
            SourceFile::decode("template.json", bytes),
            false,
            &Inputs::default(),
        ) else {
            continue;
        };
        let templates = loaded.templates.expect("what is not named is a template");
        count.templates += 1;
        let deployment = evaluate(&loaded.project, &templates, &loaded.inputs);
        for resource in &deployment.resources {
            count.resources += 1;
            count.unknown_types += usize::from(resource.resource_type.is_empty());
            count.unknown_names +=
                usize::from(resource.names.iter().any(|name| name.as_str().is_none()));
            count.bodies_unknown += usize::from(resource.body().as_object().is_none());
        }
        for output in &deployment.outputs {
            let _ = output.value();
        }
        for diagnostic in loaded
            .diagnostics
            .iter()
            .chain(&deployment.take_diagnostics())
        {
            *count.codes.entry(diagnostic.code.to_string()).or_default() += 1;
            assert_ne!(diagnostic.code, Kind::INTERNAL.code);
        }
        count.slowest = count.slowest.max(started.elapsed());
    }
    count
}

#[test]
#[expect(clippy::print_stderr, reason = "the table is what the survey is for")]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn conformance() {
    let corpora =
        std::env::var_os("AMLLINT_CORPORA").expect("AMLLINT_CORPORA names a folder of copies");
    let mut folders: Vec<_> = std::fs::read_dir(corpora)
        .expect("the folder is readable")
        .flatten()
        .collect();
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for folder in folders {
        let count = on_large_stack(|| survey(&folder.path()));
        eprintln!(
            "{}: {} files, {} templates, {} resources, {} names and {} types unknown, {} bodies unknown, slowest {:?}, {:?}",
            folder.file_name().to_string_lossy(),
            count.files,
            count.templates,
            count.resources,
            count.unknown_names,
            count.unknown_types,
            count.bodies_unknown,
            count.slowest,
            count.codes,
        );
        assert!(
            count.slowest < Duration::from_secs(2),
            "a file takes more than two seconds"
        );
    }
}
