//! What the program was started in: the variables it looks at and the working directory. Tests make their own.

use super::arguments::Color;
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

    /// Whether output is coloured. <https://no-color.org>, <https://bixense.com/clicolors>
    pub fn colored(&self, color: Color, to_file: bool, is_terminal: bool) -> bool {
        let forced = |name| self.variable(name).is_some_and(|value| value != "0");
        match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if to_file || self.variable("NO_COLOR").is_some() => false,
            Color::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
            Color::Auto => is_terminal && self.variable("TERM").is_none_or(|term| term != "dumb"),
        }
    }

    /// Whether the terminal is one of those that show links.
    pub fn shows_links(&self) -> bool {
        if let Some(forced) = self.variable("FORCE_HYPERLINK") {
            return forced != "0";
        }
        let programs = [
            "iTerm.app",
            "WezTerm",
            "vscode",
            "ghostty",
            "Hyper",
            "Tabby",
        ];
        let terms = ["xterm-kitty", "alacritty", "foot", "xterm-ghostty"];
        let is_one = |name, known: &[&str]| {
            let value = self.variable(name);
            value.is_some_and(|value| known.iter().any(|known| value == known))
        };
        let library = self
            .variable("VTE_VERSION")
            .and_then(|version| version.to_str());
        let library = library.and_then(|version| version.parse::<u32>().ok());
        is_one("TERM_PROGRAM", &programs)
            || is_one("TERM", &terms)
            || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"]
                .iter()
                .any(|name| self.variable(name).is_some())
            || library.is_some_and(|version| version >= 5000)
    }

    /// The width that the user says the terminal has.
    pub fn columns(&self) -> Option<usize> {
        self.variable("COLUMNS")?.to_str()?.parse().ok()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Place;

    fn with(variables: &[(&str, &str)]) -> Environment {
        Environment::with(variables, Path::new("/"))
    }

    #[test]
    fn colours_are_for_terminals_and_those_who_ask() {
        for (variables, color, is_terminal, expected) in [
            (&[][..], Color::Auto, true, true),
            (&[], Color::Auto, false, false),
            (&[("TERM", "dumb")], Color::Auto, true, false),
            (&[("NO_COLOR", "")], Color::Auto, true, true),
            (&[("NO_COLOR", "0")], Color::Auto, true, false),
            (&[("NO_COLOR", "1")], Color::Always, false, true),
            (
                &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")],
                Color::Auto,
                true,
                false,
            ),
            (&[("FORCE_COLOR", "1")], Color::Auto, false, true),
            (&[("FORCE_COLOR", "0")], Color::Auto, false, false),
            (&[("CLICOLOR_FORCE", "1")], Color::Never, true, false),
        ] {
            let colored = with(variables).colored(color, false, is_terminal);
            assert_eq!(colored, expected, "{variables:?} {color:?}");
        }
        assert!(!with(&[("FORCE_COLOR", "1")]).colored(Color::Auto, true, true));
    }

    #[test]
    fn links_are_for_terminals_that_are_known_to_show_them() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM_PROGRAM", "vscode")], true),
            (&[("VTE_VERSION", "6800")], true),
            (&[("VTE_VERSION", "4999")], false),
            (&[("WT_SESSION", "x"), ("FORCE_HYPERLINK", "0")], false),
            (&[("FORCE_HYPERLINK", "1")], true),
        ] {
            assert_eq!(with(variables).shows_links(), expected, "{variables:?}");
        }
    }

    #[test]
    fn paths_are_counted_from_where_the_repository_was_checked_out() {
        let folder =
            std::env::temp_dir().join(format!("amllint-checked-out-{}", std::process::id()));
        let inner = folder.join("infra");
        std::fs::create_dir_all(&inner).expect("the temporary folder is writable");
        let root = folder.to_string_lossy().into_owned();
        for (variable, expected) in [
            ("GITHUB_WORKSPACE", "infra/a.json"),
            ("BUILD_SOURCESDIRECTORY", "infra/a.json"),
            ("CI_PROJECT_DIR", "infra/a.json"),
            ("SOMETHING", "a.json"),
        ] {
            let environment = Environment::with(&[(variable, &root)], &inner);
            let place = environment.repository().place("a.json");
            assert_eq!(place, Place::Inside(expected.to_owned()), "{variable}");
        }
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
