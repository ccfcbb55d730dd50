//! Which files may be read beside those that are named.
//!
//! Nothing is read but what lies under the root of the run or in the module cache, symbolic links followed. What lies elsewhere is not
//! even said to be there. Files in memory take the place of all that.

use super::read_file::ReadFile;
use crate::error::{Error, Result};
use crate::source::{FileId, SourceFile};
use rustc_hash::FxHashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which files may be read, and those that were read for more than one template.
#[derive(Debug, Default)]
pub struct Reach {
    /// The folder that modules and linked templates have to lie in, if the user named it.
    pub root: Option<PathBuf>,
    /// The paths of the run; without a named root each of them has one.
    pub given: Vec<PathBuf>,
    /// The folder that modules and template specs were restored to, if the user named it.
    pub module_cache: Option<PathBuf>,
    /// Where they are restored to if nothing says otherwise, `~/.bicep`.
    pub default_module_cache: Option<PathBuf>,
    /// Files larger than this, in bytes, are not read.
    pub maximum_file_size: u64,
    /// Files in memory, by relative paths that are plain; nothing is read from disk if there are any.
    memory: Option<FxHashMap<PathBuf, Box<str>>>,
    /// What files hold in place of what they hold on disk, by where they lie.
    texts: FxHashMap<PathBuf, Arc<[u8]>>,
    /// The roots, symbolic links followed; looked up when first needed.
    roots: OnceLock<Vec<PathBuf>>,
    shared: Mutex<Shared>,
}

/// Files that were read, by where they lie and by how they are called in messages.
#[derive(Debug, Default)]
struct Shared {
    numbers: u32,
    files: FxHashMap<(PathBuf, String), Arc<ReadFile>>,
}

impl Reach {
    /// What may be read in a run over the given paths.
    pub fn new(root: Option<PathBuf>, given: Vec<PathBuf>, maximum_file_size: u64) -> Reach {
        Reach {
            root,
            given,
            maximum_file_size,
            ..Reach::default()
        }
    }

    /// The same with folders of modules: the one that the user named, and the one that is looked in if nothing says otherwise.
    pub fn with_module_caches(self, named: Option<PathBuf>, default: Option<PathBuf>) -> Reach {
        Reach {
            module_cache: named,
            default_module_cache: default,
            ..self
        }
    }

    /// Nothing but these files, which lie in a folder of their own that is in memory only.
    pub fn in_memory(files: impl IntoIterator<Item = (PathBuf, Box<str>)>) -> Reach {
        Reach {
            memory: Some(files.into_iter().collect()),
            maximum_file_size: u64::MAX,
            ..Reach::default()
        }
    }

    /// The same reach, in which nothing was read yet and these files hold something else than on disk. They are known by where they
    /// lie, symbolic links followed.
    pub fn with_texts(&self, texts: FxHashMap<PathBuf, Arc<[u8]>>) -> Reach {
        Reach {
            root: self.root.clone(),
            given: self.given.clone(),
            module_cache: self.module_cache.clone(),
            default_module_cache: self.default_module_cache.clone(),
            maximum_file_size: self.maximum_file_size,
            memory: self.memory.clone(),
            texts,
            roots: self.roots.clone(),
            shared: Mutex::default(),
        }
    }

    /// Whether nothing is read from disk.
    pub fn is_in_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// Where a file lies, symbolic links followed, if it may be read at all.
    pub fn real_path(&self, path: &Path) -> Option<PathBuf> {
        self.follow(path).ok().filter(|path| self.holds(path))
    }

    /// The bytes of a file that was named or found; `None` if there are more than the limit.
    pub fn bytes(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
        if !self.texts.is_empty()
            && let Ok(real) = self.follow(path)
            && let Some(text) = self.texts.get(&real)
        {
            return Ok(Some(text.to_vec()));
        }
        super::read(path, limit)
    }

    /// Where a path leads to if symbolic links are followed.
    pub(super) fn follow(&self, path: &Path) -> io::Result<PathBuf> {
        let Some(files) = &self.memory else {
            return std::fs::canonicalize(path);
        };
        let path = plain(path);
        let mut around = files.keys().flat_map(|file| file.ancestors());
        match around.any(|known| known == path) {
            true => Ok(path),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// The bytes of a file; `None` if there are more than the limit.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        if let Some(text) = self.texts.get(path) {
            return Ok(Some(text.to_vec()));
        }
        let Some(files) = &self.memory else {
            return super::read(path, self.maximum_file_size);
        };
        let text = files.get(path).ok_or_else(|| Error::Read {
            path: path.to_owned(),
            source: io::ErrorKind::NotFound.into(),
        })?;
        Ok(Some(text.as_bytes().to_vec()))
    }

    /// Whether a path names a regular file: to open a pipe would be to wait for whoever writes into it.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        match &self.memory {
            Some(files) => files.contains_key(path),
            None => path.is_file(),
        }
    }

    /// The files of a folder.
    pub(super) fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        if let Some(files) = &self.memory {
            let files = files.keys().filter(|file| file.parent() == Some(folder));
            return files.cloned().collect();
        }
        let entries = walkdir::WalkDir::new(folder).max_depth(1).into_iter();
        let entries = entries.filter_map(std::result::Result::ok);
        let files = entries.filter(|entry| entry.file_type().is_file());
        files.map(walkdir::DirEntry::into_path).collect()
    }

    /// The folder to look for modules in: the one the user named, else the configured one, else the default.
    pub(super) fn module_cache<'a>(&'a self, configured: Option<&'a Path>) -> Option<&'a Path> {
        let named = self.module_cache.as_deref();
        let default = self.default_module_cache.as_deref();
        named.or(configured).or(default)
    }

    /// Whether a path, which is plain or has its symbolic links followed, lies under a root.
    pub(super) fn holds(&self, path: &Path) -> bool {
        if self.memory.is_some() {
            return path.is_relative() && !path.starts_with("..");
        }
        self.roots().iter().any(|root| path.starts_with(root))
    }

    /// The folders that files may be read from, symbolic links followed.
    pub fn root_paths(&self) -> &[PathBuf] {
        self.roots()
    }

    fn roots(&self) -> &[PathBuf] {
        self.roots.get_or_init(|| {
            let mut roots: Vec<_> = match &self.root {
                Some(root) => vec![root.clone()],
                None => self.given.iter().map(|path| default_root(path)).collect(),
            };
            roots.sort();
            roots.dedup();
            roots
                .into_iter()
                .filter_map(|root| std::fs::canonicalize(root).ok())
                .collect()
        })
    }

    /// A new id for a file that may be shared.
    pub(super) fn next_id(&self, file: &SourceFile) -> FileId {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.numbers += 1;
        FileId::shared(shared.numbers, file)
    }

    /// A file that was read before.
    pub(super) fn shared(&self, path: &Path, shown: &str) -> Option<Arc<ReadFile>> {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared
            .files
            .get(&(path.to_owned(), shown.to_owned()))
            .cloned()
    }

    /// Keeps a file for other templates; of two that were read at once the first is kept, which this gives.
    pub(super) fn share(&self, shown: String, file: Arc<ReadFile>) -> Arc<ReadFile> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (file.path.clone(), shown);
        shared.files.entry(key).or_insert(file).clone()
    }
}

/// The root of a run: the nearest folder around `path` that is a git repository, else the working directory if it holds the path,
/// else the path itself or the folder it lies in.
pub fn default_root(path: &Path) -> PathBuf {
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = if absolute.is_dir() {
        absolute.as_path()
    } else {
        absolute.parent().unwrap_or(Path::new("."))
    };
    let repository = folder
        .ancestors()
        .find(|ancestor| ancestor.join(".git").exists());
    if let Some(repository) = repository {
        return repository.to_owned();
    }
    let working = std::env::current_dir().and_then(std::fs::canonicalize);
    match working {
        Ok(working) if absolute.starts_with(&working) => working,
        Ok(_) | Err(_) => folder.to_owned(),
    }
}

/// A path without `.` and, as far as it goes, without `..`.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_)
            | Component::RootDir
            | Component::ParentDir
            | Component::Normal(_) => {
                plain.push(component);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_memory_nothing_is_read_but_the_files_at_hand() {
        let files = [("main.bicep", "a"), ("modules/storage.bicep", "b")];
        let files = files.map(|(path, text)| (PathBuf::from(path), text.into()));
        let reach = Reach::in_memory(files);
        let read = |path: &str| {
            let path = reach.follow(Path::new(path)).ok()?;
            reach.read(&path).ok().flatten()
        };
        assert_eq!(read("modules/../main.bicep"), Some(b"a".to_vec()));
        assert_eq!(read("modules/storage.bicep"), Some(b"b".to_vec()));
        assert_eq!(read("modules"), None);
        assert_eq!(read("Cargo.toml"), None);
        let modules = reach.files_in(Path::new("modules"));
        assert_eq!(modules, [Path::new("modules/storage.bicep")]);
        for (path, held) in [("modules", true), ("../main.bicep", false), ("/", false)] {
            assert_eq!(reach.holds(Path::new(path)), held, "{path}");
        }
    }
}
