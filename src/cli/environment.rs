//! What the program was started in: the variables it looks at and the working directory. Tests make their own.

use crate::project::default_root;
use crate::repository::Repository;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Variables in which build services say where they checked out the repository.
const CHECKED_OUT: [&str; 3] = [
    "GITHUB_WORKSPACE",
    "BUILD_SOURCESDIRECTORY",
    "CI_PROJECT_DIR",
];

/// Variables and the working directory.
#[derive(Debug, Default)]
pub struct Environment {
    variables: Vec<(OsString, OsString)>,
    working: PathBuf,
}

impl Environment {
    /// What this process was started in.
    pub fn of_process() -> Environment {
        Environment {
            variables: std::env::vars_os().collect(),
            working: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// A variable; one that is set to nothing is as good as none.
    pub fn variable(&self, name: &str) -> Option<&OsString> {
        let named = self.variables.iter().find(|(known, _)| *known == *name);
        named
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// Whether a variable says `true`.
    pub fn is_true(&self, name: &str) -> bool {
        let value = self.variable(name);
        value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The repository that the working directory lies in: where a build service checked it out, else the git repository, else the
    /// working directory itself.
    pub fn repository(&self) -> Repository {
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let working = real(&self.working);
        let checked_out = CHECKED_OUT
            .iter()
            .filter_map(|name| self.variable(name))
            .map(|folder| real(Path::new(folder)));
        let root = checked_out
            .into_iter()
            .find(|root| working.starts_with(root));
        let root = root.unwrap_or_else(|| default_root(&working));
        Repository::new(&root, &working)
    }
}

#[cfg(test)]
impl Environment {
    /// An environment of these variables.
    pub fn with(variables: &[(&str, &str)], working: &Path) -> Environment {
        let owned = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Environment {
            variables: variables.iter().map(owned).collect(),
            working: working.to_owned(),
        }
    }
}
