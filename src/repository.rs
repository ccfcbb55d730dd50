//! The repository of a run, from which platforms count paths: annotations, alerts and fingerprints name files the way
//! `git ls-files` does, wherever the run was started.
//!
//! Everything here is text with `/` between its parts, as [`crate::source::display`] gives it, so that Windows' paths are told
//! apart on every system.

use crate::source::display;
use std::path::Path;

/// The folder of the repository and the working directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repository {
    root: String,
    working: String,
}

/// A path as the repository sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// Inside, from its root on: `templates/main.json`.
    Inside(String),
    /// Elsewhere, from the root of the file system on.
    Outside(String),
}

impl Place {
    /// The path itself.
    pub fn path(&self) -> &str {
        match self {
            Place::Inside(path) | Place::Outside(path) => path,
        }
    }

    /// The path as a URI: relative inside of the repository, `file:` elsewhere.
    pub fn uri(&self) -> String {
        match self {
            Place::Inside(path) => encoded(path),
            Place::Outside(path) if path.starts_with("//") => format!("file:{}", encoded(path)),
            Place::Outside(path) if path.starts_with('/') => format!("file://{}", encoded(path)),
            Place::Outside(path) => format!("file:///{}", encoded(path)),
        }
    }
}

impl Repository {
    /// A repository whose root lies at `root`, for a run started in `working`. Both must be whole paths.
    pub fn new(root: &Path, working: &Path) -> Repository {
        Repository::from_text(&display(root), &display(working))
    }

    fn from_text(root: &str, working: &str) -> Repository {
        Repository {
            root: plain(root),
            working: plain(working),
        }
    }

    /// Where a path lies that is whole or begins at the working directory.
    pub fn place(&self, path: &str) -> Place {
        let path = path.replace('\\', "/");
        let whole = if is_whole(&path) {
            plain(&path)
        } else {
            plain(&format!("{}/{path}", self.working))
        };
        let inside = whole.strip_prefix(&self.root);
        let inside = inside.map(|rest| rest.strip_prefix('/').unwrap_or(rest));
        match inside {
            Some(inside) if self.holds(&whole) => Place::Inside(inside.to_owned()),
            Some(_) | None => Place::Outside(whole),
        }
    }

    /// The file that lies at a path, seen from the root of the repository.
    pub fn file(&self, path: &str) -> std::path::PathBuf {
        match is_whole(path) {
            true => path.into(),
            false => Path::new(&self.root).join(path),
        }
    }

    fn holds(&self, whole: &str) -> bool {
        let rest = &whole[self.root.len().min(whole.len())..];
        self.root.ends_with('/') || rest.starts_with('/')
    }
}

fn is_whole(path: &str) -> bool {
    path.starts_with('/') || drive(path).is_some()
}

/// The `C:` that a path of Windows begins with.
fn drive(path: &str) -> Option<&str> {
    let start = path.get(..2)?;
    let (letter, colon) = start.split_at(1);
    let is_drive = colon == ":" && letter.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_drive && matches!(path.as_bytes().get(2), None | Some(b'/'))).then_some(start)
}

/// A whole path without `.`, `..`, doubled `/` and the `\\?\` with which Windows marks long ones.
fn plain(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = match path.strip_prefix("//?/UNC/") {
        Some(share) => format!("//{share}"),
        None => path.strip_prefix("//?/").unwrap_or(&path).to_owned(),
    };
    let start = match path.as_str() {
        share if share.starts_with("//") => "//",
        rooted if rooted.starts_with('/') => "/",
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{start}{}", parts.join("/"))
}

/// Percent-encodes what may not stand in the path of a URI, and `:`, before which a relative one would be read as a scheme.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-3.3>
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte as char);
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(root: &str, working: &str, path: &str, expected: Place, uri: &str) {
        let place = Repository::from_text(root, working).place(path);
        assert_eq!((place.uri().as_str(), &place), (uri, &expected), "{path}");
    }

    #[test]
    fn paths_are_counted_from_the_root_of_the_repository() {
        let inside = |path: &str| Place::Inside(path.to_owned());
        let outside = |path: &str| Place::Outside(path.to_owned());
        for (path, expected, uri) in [
            (
                "a/main.json",
                inside("infra/a/main.json"),
                "infra/a/main.json",
            ),
            ("./a//b.json", inside("infra/a/b.json"), "infra/a/b.json"),
            ("../c d.json", inside("c d.json"), "c%20d.json"),
            ("/r/x:y.json", inside("x:y.json"), "x%3Ay.json"),
            ("../../up.json", outside("/up.json"), "file:///up.json"),
            (
                "/rest/a.json",
                outside("/rest/a.json"),
                "file:///rest/a.json",
            ),
            (
                "größe#1?.json",
                inside("infra/größe#1?.json"),
                "infra/gr%C3%B6%C3%9Fe%231%3F.json",
            ),
        ] {
            check("/r", "/r/infra", path, expected, uri);
        }
        check("/", "/work", "a.json", inside("work/a.json"), "work/a.json");
    }

    #[test]
    fn paths_of_windows_are_told_on_every_system() {
        let inside = |path: &str| Place::Inside(path.to_owned());
        let outside = |path: &str| Place::Outside(path.to_owned());
        let (root, working) = (r"\\?\C:\repo", r"C:\repo\infra");
        for (path, expected, uri) in [
            (
                r"a\main.json",
                inside("infra/a/main.json"),
                "infra/a/main.json",
            ),
            (r"C:\repo\b.json", inside("b.json"), "b.json"),
            (r"..\b.json", inside("b.json"), "b.json"),
            (
                r"C:\other\b c.json",
                outside("C:/other/b c.json"),
                "file:///C%3A/other/b%20c.json",
            ),
            (r"c:\x.json", outside("c:/x.json"), "file:///c%3A/x.json"),
            (
                r"\\server\share\x.json",
                outside("//server/share/x.json"),
                "file://server/share/x.json",
            ),
        ] {
            check(root, working, path, expected, uri);
        }
    }
}
