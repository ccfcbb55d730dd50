//! Files whose bytes are at hand: what an editor has open, saved or not, and what standard input stands for. They count in place of what
//! lies on disk.

use super::reach::plain;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The bytes of files, by where they lie, or would lie once they are saved.
#[derive(Clone, Debug, Default)]
pub struct Buffers {
    files: FxHashMap<PathBuf, Arc<[u8]>>,
    /// What the files are called: of other names nothing has to be looked up on disk.
    names: FxHashSet<OsString>,
}

impl Buffers {
    /// Nothing but this file.
    pub fn of(path: &Path, bytes: Vec<u8>) -> Buffers {
        let mut buffers = Buffers::default();
        buffers.insert(path, bytes.into());
        buffers
    }

    /// Adds a file, or puts other bytes in its place.
    pub fn insert(&mut self, path: &Path, bytes: Arc<[u8]>) {
        let path = lies(path);
        self.names.extend(path.file_name().map(OsString::from));
        self.files.insert(path, bytes);
    }

    /// Forgets a file: what lies on disk counts again.
    pub fn remove(&mut self, path: &Path) {
        self.files.remove(&lies(path));
        let names = self.files.keys().filter_map(|path| path.file_name());
        self.names = names.map(OsString::from).collect();
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Where the files lie.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys()
    }

    /// The bytes of a file, whichever way its path is written.
    pub fn get(&self, path: &Path) -> Option<&Arc<[u8]>> {
        let name = path.file_name()?;
        if self.files.is_empty() || !self.names.contains(name) && !path.is_symlink() {
            return None;
        }
        self.files.get(path).or_else(|| self.files.get(&lies(path)))
    }
}

/// Where a path leads, symbolic links followed as far as there is something on disk.
pub fn lies(path: &Path) -> PathBuf {
    if let Ok(real) = std::fs::canonicalize(path) {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let absolute = plain(&absolute);
    let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return absolute;
    };
    match std::fs::canonicalize(folder) {
        Ok(folder) => folder.join(name),
        Err(_) => absolute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_whichever_way_its_path_is_written() {
        let mut buffers = Buffers::of(Path::new("src/../nowhere.json"), b"{}".to_vec());
        for path in ["nowhere.json", "./nowhere.json", "src/../nowhere.json"] {
            assert!(buffers.get(Path::new(path)).is_some(), "{path}");
        }
        assert!(buffers.get(Path::new("src/nowhere.json")).is_none());
        buffers.remove(Path::new("./nowhere.json"));
        assert!(buffers.is_empty());
        assert!(buffers.get(Path::new("nowhere.json")).is_none());
    }
}
