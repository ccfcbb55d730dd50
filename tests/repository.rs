//! A repository of git in a folder of its own, for tests of what is there only with one.

use crate::cli::text;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// A folder that is removed with its content.
pub struct Repository(pub PathBuf);

impl Repository {
    /// An empty folder that is a repository, without git.
    pub fn new(name: &str) -> Repository {
        let name = format!("amllint-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join(".git")).expect("the temporary folder is writable");
        Repository(std::fs::canonicalize(path).expect("it is there"))
    }

    /// The same with git; nothing, after saying so, where there is no git.
    pub fn with_git(name: &str) -> Option<Repository> {
        if Command::new("git").arg("--version").output().is_err() {
            let _ = writeln!(std::io::stderr(), "skipped: there is no git");
            return None;
        }
        let repository = Repository::new(name);
        std::fs::remove_dir_all(repository.0.join(".git")).expect("it is empty");
        repository.git(&["init", "-q"]);
        repository.git(&["checkout", "-q", "-b", "trunk"]);
        Some(repository)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let folder = path.parent().expect("it lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder is writable");
        std::fs::write(path, text).expect("the folder is writable");
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).expect("it is there")
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.0.join(path)).expect("it is there");
    }

    /// Runs git, which has to succeed; gives what it says.
    pub fn git(&self, arguments: &[&str]) -> String {
        let (succeeded, said) = self.try_git(arguments);
        assert!(succeeded, "git {arguments:?}: {said}");
        said
    }

    /// Runs git without anything that is configured on this machine.
    pub fn try_git(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Test", "-c", "user.email=test@example.com"]);
        command.args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]);
        command.args(arguments).current_dir(&self.0);
        command
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "");
        let output = command.output().expect("git starts");
        let said = text(&output.stdout) + &text(&output.stderr);
        (output.status.success(), said)
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// amllint in the repository: exit status, standard output, standard error.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
        command.args(arguments).current_dir(&self.0);
        for variable in [
            "GITHUB_ACTIONS",
            "GITHUB_WORKSPACE",
            "TF_BUILD",
            "BUILD_SOURCESDIRECTORY",
            "CI_PROJECT_DIR",
        ] {
            command.env_remove(variable);
        }
        let output = command.output().expect("the program starts");
        let status = output.status.code().expect("it ends by itself");
        (status, text(&output.stdout), text(&output.stderr))
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
