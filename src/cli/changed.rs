//! `--changed-since`: what git says has changed. This is the only process that amllint starts, and it reads only.

use crate::error::{Error, Result};
use crate::lint::focus::Changes;
use crate::project::default_root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables with which a hook of git would send us elsewhere.
const OF_HOOKS: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// The files of the repositories of these paths that changed since a reference, and those that git does not know yet.
pub fn since(reference: &str, paths: &[PathBuf]) -> Result<Changes> {
    check(reference)?;
    let mut roots: BTreeSet<PathBuf> = BTreeSet::new();
    for path in paths {
        let root = default_root(path);
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        if !root.join(".git").exists() {
            let shown = crate::source::display(path);
            let text = format!("`--changed-since` asks git, and `{shown}` is in no repository");
            return Err(Error::Usage(text));
        }
        roots.insert(root);
    }
    let mut changes = Changes::default();
    for root in roots {
        let diff = [
            "diff",
            "--name-only",
            "-z",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--ignore-submodules",
            reference,
            "--",
        ];
        let untracked = ["ls-files", "--others", "--exclude-standard", "-z"];
        for arguments in [&diff[..], &untracked] {
            for path in git(&root, arguments)? {
                changes.add(root.join(path));
            }
        }
    }
    Ok(changes)
}

/// A reference is no option, whatever is in it.
fn check(reference: &str) -> Result<()> {
    let is_one = !reference.is_empty()
        && !reference.starts_with('-')
        && !reference.contains(|character: char| character.is_control());
    if is_one {
        return Ok(());
    }
    let text = format!("`{reference}` is no commit, branch or tag");
    Err(Error::Usage(text))
}

/// The paths that git prints, from the root of the repository on.
fn git(root: &Path, arguments: &[&str]) -> Result<Vec<PathBuf>> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    // Nothing that the repository configures is started, nothing is written, and nothing is fetched.
    command.args([
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
    ]);
    command.args(["--no-optional-locks", "--no-pager"]);
    command.args(arguments);
    command.env("GIT_NO_LAZY_FETCH", "1");
    command.env("GIT_TERMINAL_PROMPT", "0");
    command.env("LC_ALL", "C");
    for variable in OF_HOOKS {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    let output = command.output().map_err(|error| {
        Error::Usage(format!(
            "`--changed-since` needs git, which cannot be started: {error}"
        ))
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().next().unwrap_or("it says nothing");
        return Err(Error::Usage(format!(
            "`--changed-since`: git says: {first}"
        )));
    }
    let paths = output.stdout.split(|byte| *byte == 0);
    Ok(paths.filter(|path| !path.is_empty()).map(path_of).collect())
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_reference_is_no_option() {
        for (reference, expected) in [
            ("main", true),
            ("origin/main", true),
            ("HEAD~3", true),
            ("v1.0", true),
            ("", false),
            ("--output=x", false),
            ("-O", false),
            ("a\nb", false),
        ] {
            assert_eq!(check(reference).is_ok(), expected, "{reference}");
        }
    }
}
