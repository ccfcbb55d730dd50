//! Where a configuration is looked for: in the folder of a file and those around it, up to the root of its repository.

use crate::project::default_root;
use std::path::{Component, Path, PathBuf};

/// The name of the file.
pub const NAME: &str = "amllint.toml";

/// The nearest configuration of a file or folder inside of its root: the git repository, else the working directory, else its own
/// folder. A link that leads out of the root is none.
pub fn nearest(path: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(path).ok()?;
    let root = std::fs::canonicalize(default_root(path)).ok()?;
    let folder = match real.is_dir() {
        true => real.as_path(),
        false => real.parent()?,
    };
    let around = folder
        .ancestors()
        .take_while(|folder| folder.starts_with(&root));
    let mut candidates = around.map(|folder| folder.join(NAME));
    candidates.find(|candidate| {
        // To open a pipe would be to wait for whoever writes into it.
        let leads_to = std::fs::canonicalize(candidate);
        leads_to.is_ok_and(|real| real.starts_with(&root) && real.is_file())
    })
}

/// A whole path as messages show it: from the working directory on, or through the folders around it.
pub fn shown(path: &Path) -> PathBuf {
    let working = std::env::current_dir().and_then(std::fs::canonicalize);
    let Ok(working) = working else {
        return path.to_owned();
    };
    if let Ok(inside) = path.strip_prefix(&working) {
        return inside.to_owned();
    }
    let Some(folder) = path.parent() else {
        return path.to_owned();
    };
    match (working.strip_prefix(folder), path.file_name()) {
        // Only where it lies in a folder around the working directory.
        (Ok(down), Some(name)) if folder.parent().is_some() => {
            let up: PathBuf = down.components().map(|_| "..").collect();
            up.join(name)
        }
        _ => path.to_owned(),
    }
}

/// A path seen from the working directory as a whole one, without asking the file system.
pub fn whole(working: &Path, path: &Path) -> PathBuf {
    plain(&working.join(path))
}

/// A path without `.` and `..`.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                plain.push(component);
            }
        }
    }
    plain
}
