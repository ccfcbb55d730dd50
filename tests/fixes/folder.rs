//! A folder of templates that amllint is run over.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is removed with its content.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder of these files.
    pub fn new(files: &[(&str, &str)]) -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("amllint-fixes-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        let folder = Folder(std::fs::canonicalize(path).expect("it is there"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        let around = path.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(around).expect("the temporary folder is writable");
        std::fs::write(path, text).expect("the temporary folder is writable");
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).expect("it was written")
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("it is UTF-8")
    }

    /// Names of all files, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = walkdir::WalkDir::new(&self.0)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_dir())
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&self.0).ok()?;
                Some(path.to_string_lossy().into_owned())
            })
            .collect();
        names.sort();
        names
    }

    /// The program in the folder.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.0);
        for variable in ["NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "TF_BUILD"] {
            command.env_remove(variable);
        }
        command
    }

    /// amllint in the folder: standard output, standard error, exit status.
    pub fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        let mut command = self.command(PROGRAM);
        command.args(["--as-of", "2026-11-01"]).args(arguments);
        outcome(&command.output().expect("the program starts"))
    }

    /// The same with a text on standard input.
    pub fn run_with(&self, input: &[u8], arguments: &[&str]) -> (Vec<u8>, String, i32) {
        let mut command = self.command(PROGRAM);
        command.args(["--as-of", "2026-11-01"]).args(arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut pipe = child.stdin.take().expect("it is piped");
        std::io::Write::write_all(&mut pipe, input).expect("the program reads");
        drop(pipe);
        let output = child.wait_with_output().expect("the program ends");
        let (_, errors, status) = outcome(&output);
        (output.stdout, errors, status)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_amllint");

fn outcome(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap_or(-1);
    (text(&output.stdout), text(&output.stderr), status)
}
