//! "Did you mean": the command or path that was meant where there is none of that name.

use super::arguments::Arguments;
use crate::error::Error;
use crate::similar::most_similar;
use crate::source::display;
use clap::CommandFactory;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is said of a first argument that is taken for a path, is none, and resembles a command.
pub fn command(first: &OsStr) -> Option<String> {
    let word = first.to_str()?;
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_word || Path::new(word).exists() {
        return None;
    }
    let arguments = Arguments::command();
    let commands = arguments.get_subcommands().map(clap::Command::get_name);
    let commands: Vec<_> = commands.chain(["help"]).collect();
    if commands.contains(&word) {
        return None;
    }
    let similar = most_similar(word, commands.into_iter())?;
    Some(format!(
        "there is no command or path `{word}`; did you mean `amllint {similar}`?"
    ))
}

/// What is said of an error; of a path that is not there, with one that is and resembles it.
pub fn told(error: &Error) -> String {
    let similar = match error {
        Error::Read { path, source } if source.kind() == ErrorKind::NotFound => similar_path(path),
        Error::Read { .. } | Error::Write { .. } | Error::Usage(_) => None,
    };
    match similar {
        Some(similar) => format!("{error}; did you mean `{}`?", display(&similar)),
        None => error.to_string(),
    }
}

/// The path that is there and resembles one that is not, each of its folders included.
fn similar_path(missing: &Path) -> Option<PathBuf> {
    let mut above = missing.ancestors().skip(1);
    let folder = above.find(|folder| is_folder(folder))?;
    let rest = missing.strip_prefix(folder).ok()?;
    let mut names = rest.components();
    let name = names.next()?.as_os_str().to_str()?;
    let mut similar = folder.join(similar_name(folder, name)?);
    if !similar.exists() {
        return None; // a link that leads nowhere
    }
    similar.extend(names);
    match similar.exists() {
        true => Some(similar),
        false => similar_path(&similar),
    }
}

fn is_folder(path: &Path) -> bool {
    path.as_os_str().is_empty() || path.is_dir()
}

/// The name in a folder nearest to this one. Endings are left aside where they are the same: they make all names alike.
fn similar_name(folder: &Path, name: &str) -> Option<String> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let known: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|known| known != name && !known.contains(char::is_control))
        .filter(|known| !known.starts_with('.') || name.starts_with('.'))
        .collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let alike = known
        .iter()
        .filter_map(|known| known.rsplit_once('.'))
        .filter(|(_, other)| !ending.is_empty() && other.eq_ignore_ascii_case(ending));
    let alike: Vec<_> = alike.collect();
    if let Some(similar) = most_similar(stem, alike.iter().map(|(stem, _)| *stem)) {
        let ending = alike.iter().find(|(stem, _)| *stem == similar)?.1;
        return Some(format!("{similar}.{ending}"));
    }
    let others = known.iter().filter(|known| {
        let same = known
            .rsplit_once('.')
            .is_some_and(|(_, other)| other.eq_ignore_ascii_case(ending));
        !same
    });
    most_similar(name, others.map(String::as_str)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_by_what_its_folder_holds() {
        let folder = std::env::temp_dir().join(format!("amllint-similar-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("templates")).expect("the folder is writable");
        for name in ["main.json", "b.json", ".hidden.json"] {
            let path = folder.join("templates").join(name);
            std::fs::write(path, "{}").expect("the folder is writable");
        }
        for (missing, expected) in [
            ("templates/mian.json", Some("templates/main.json")),
            ("templates/main.jsn", Some("templates/main.json")),
            ("templates/MAINN.JSON", Some("templates/main.json")),
            ("templats/main.json", Some("templates/main.json")),
            ("templats/mian.json", Some("templates/main.json")),
            ("template", Some("templates")),
            ("templates/other.json", None),
            ("templates/hidden.json", None),
            ("templates/main.bicep", None),
            ("elsewhere/main.json", None),
        ] {
            let similar = similar_path(&folder.join(missing));
            assert_eq!(similar, expected.map(|one| folder.join(one)), "{missing}");
        }
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }

    #[test]
    fn a_command_is_told_by_the_first_word() {
        for (first, expected) in [
            ("chekc", Some("amllint check")),
            ("Explian", Some("amllint explain")),
            ("rule", Some("amllint rules")),
            ("hepl", Some("amllint help")),
            ("rules", None),
            ("templates", None),
            ("./chekc", None),
            ("-chekc", None),
            ("", None),
        ] {
            let said = command(OsStr::new(first));
            assert_eq!(said.is_some(), expected.is_some(), "{first}");
            assert!(said.is_none_or(|said| expected.is_some_and(|part| said.contains(part))));
        }
    }
}
