//! A module cache with the modules that a dataset of the compiler brings along, as the compiler's own test publishes them before it
//! compiles the dataset.
//!
//! ```text
//! <dataset>/Publish/plan.bicep                    source of a module, with its address in plan.metadata.json
//! <dataset>/TemplateSpecs/storage-spec.json       a template spec, with its address in storage-spec.metadata.json
//! ```

use crate::archive;
use std::path::{Path, PathBuf};

/// Lays the modules of a dataset into a folder of its own, if there are any.
pub fn restored(dataset: &Path) -> Option<PathBuf> {
    let name = dataset.file_name()?;
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("mock-modules")
        .join(name);
    let mut found = 0;
    for (folder, ending) in [("Publish", "bicep"), ("TemplateSpecs", "json")] {
        let entries = std::fs::read_dir(dataset.join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            let file = entry.path();
            let metadata = file.with_extension("metadata.json");
            let is_source = file.extension().is_some_and(|found| found == ending);
            if is_source && metadata.is_file() {
                restore(&cache, &file, &target(&metadata));
                found += 1;
            }
        }
    }
    (found > 0).then_some(cache)
}

/// The address that a module is published at.
fn target(metadata: &Path) -> String {
    let text = std::fs::read(metadata).expect("the copy is readable");
    let metadata: serde_json::Value = serde_json::from_slice(&text).expect("it is JSON");
    metadata["target"].as_str().expect("it is text").to_owned()
}

fn restore(cache: &Path, file: &Path, target: &str) {
    let (scheme, address) = target.split_once(':').expect("an address has a scheme");
    let (path, version) = address.rsplit_once(':').expect("an address has a version");
    let bytes = std::fs::read(file).expect("the copy is readable");
    if scheme == "ts" {
        let folder = cache.join(format!("ts/{path}/{version}"));
        return write(&folder, "main.json", &bytes);
    }
    let (registry, repository) = path.split_once('/').expect("a path begins with a registry");
    let folder = format!(
        "br/{}/{}/{version}$",
        registry.replace(':', "$"),
        repository.replace('/', "$")
    );
    let folder = cache.join(folder);
    // Nobody can compile it here: that it is Bicep says the archive, and that it was restored says this.
    write(&folder, "main.json", b"{}");
    let metadata = archive::metadata("main.bicep", "files/main.bicep");
    let files = [
        ("__metadata.json", metadata.as_bytes()),
        ("files/main.bicep", &bytes),
    ];
    write(&folder, "source.tgz", &archive::packed(&files));
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::create_dir_all(folder).expect("the temporary folder is writable");
    std::fs::write(folder.join(name), bytes).expect("the temporary folder is writable");
}
