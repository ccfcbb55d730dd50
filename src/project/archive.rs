//! The sources that a module was published with: `source.tgz` beside the compiled template in the module cache.
//!
//! A finding can then stand on the lines that the module's author wrote. The compiled template is read all the same where the sources
//! alone do not say everything: files that they load are not in the archive, nor is what lies outside of the module's own folder.
//!
//! The form is that of the compiler's `SourceArchive`: <https://github.com/Azure/bicep/tree/main/src/Bicep.Core/SourceLink>.

use super::Place;
use crate::source::display;
use flate2::read::GzDecoder;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};
use tar::Archive as Entries;

/// What the archive is called.
pub const NAME: &str = "source.tgz";
/// The entry that says what the others are.
const METADATA: &str = "__metadata.json";
/// The version of that entry which is understood.
const VERSION: u32 = 1;
/// An archive of more files is not read.
const MAX_FILES: usize = 10_000;
/// Calls of functions that read files which the archive does not hold.
const LOADS: [&[u8]; 5] = [
    b"loadTextContent",
    b"loadFileAsBase64",
    b"loadJsonContent",
    b"loadYamlContent",
    b"loadDirectoryFileInfo",
];

/// The sources of a module, by paths that begin with the archive's own.
#[derive(Debug)]
pub struct Archive {
    /// Where the archive lies.
    path: PathBuf,
    entry_point: PathBuf,
    files: FxHashMap<PathBuf, Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    metadata_version: u32,
    entry_point: String,
    source_files: Vec<SourceFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourceFile {
    path: String,
    archive_path: String,
}

impl Archive {
    /// Reads an archive of at most so many bytes, unpacked; `None` if it is none, or does not say everything.
    pub fn read(path: &Path, limit: u64) -> Option<Archive> {
        let file = std::fs::File::open(path).ok()?;
        let unpacked = GzDecoder::new(file).take(limit);
        let mut entries: FxHashMap<String, Vec<u8>> = FxHashMap::default();
        for entry in Entries::new(unpacked).entries().ok()? {
            let mut entry = entry.ok()?;
            // Links could lead anywhere.
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = entry.path().ok()?.to_str()?.to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).ok()?;
            entries.insert(name, bytes);
            if entries.len() > MAX_FILES {
                return None;
            }
        }
        let metadata: Metadata = serde_json::from_slice(entries.get(METADATA)?).ok()?;
        if metadata.metadata_version != VERSION {
            return None;
        }
        let mut files = FxHashMap::default();
        for source in metadata.source_files {
            // What was restored is in the cache itself.
            if source.path.starts_with("<cache>") {
                continue;
            }
            let bytes = entries.remove(&source.archive_path)?;
            let is_inside = !source.path.starts_with(['<', '/']) && !source.path.contains("..");
            let loads = LOADS
                .iter()
                .any(|function| memchr::memmem::find(&bytes, function).is_some());
            if !is_inside || loads {
                return None;
            }
            files.insert(path.join(source.path), bytes);
        }
        let entry_point = path.join(metadata.entry_point);
        files.contains_key(&entry_point).then(|| Archive {
            path: path.to_owned(),
            entry_point,
            files,
        })
    }

    /// The file that the module is.
    pub fn entry_point(&self, shown: &str) -> Place {
        self.place(&self.entry_point, shown)
    }

    /// Whether a path leads into the archive.
    pub fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.path)
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &Path) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    fn place(&self, path: &Path, shown: &str) -> Place {
        let inside = path.strip_prefix(&self.path).unwrap_or(path);
        Place {
            path: path.to_owned(),
            shown: format!("{shown}/{}", display(inside)),
        }
    }
}
