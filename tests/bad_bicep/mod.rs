//! Bicep that is broken, or made to break what reads it: there is always a diagnostic, never a panic, and the end comes soon.

mod hostile;
mod mutilated;
mod reaching;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A run that takes longer is stopped. Users are promised two seconds; without optimisation and beside other tests the bound is wider.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 2 });

/// A folder of a test's own; what an earlier run left in it is gone.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bad-bicep")
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    folder
}

pub(crate) fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    let around = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(around).expect("the temporary folder is writable");
    std::fs::write(path, text).expect("the temporary folder is writable");
}

/// Lints a file of a folder that is the root of the run, and gives what is said, a line a finding.
pub(crate) fn told(folder: &Path, file: &str) -> String {
    told_with(folder, file, &[])
}

fn told_with(folder: &Path, file: &str, arguments: &[&str]) -> String {
    let told = try_told(folder, file, arguments);
    told.unwrap_or_else(|problem| panic!("{}: {problem}", folder.display()))
}

/// The same, or why there is nothing: the program did not end, or not as it should.
fn try_told(folder: &Path, file: &str, arguments: &[&str]) -> Result<String, String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_amllint"))
        .args(["-q", "-f", "concise", "--root", ".", file])
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut output = child.stdout.take().expect("its output is piped");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).expect("output is UTF-8");
        text
    });
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().expect("the program can be stopped");
            child.wait().expect("the program can be waited for");
            return Err(format!("no end within {PATIENCE:?}"));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = reader.join().expect("the reader ends");
    if !matches!(status.code(), Some(0 | 1)) || text.contains("AM901") {
        return Err(format!("{status}: {text}"));
    }
    Ok(text)
}

/// Cases of one kind: what is wrong with any of them is said of all at once.
#[derive(Default)]
struct Cases(Vec<String>);

impl Cases {
    /// A template by itself, of which something is told by a code that begins so, or nothing at all if that is empty.
    fn check(&mut self, name: &str, text: &str, code: &str) {
        let folder = folder(name);
        write(&folder, "main.bicep", text);
        self.expect(&folder, "main.bicep", code);
    }

    /// The same of a file that is there already.
    fn expect(&mut self, folder: &Path, file: &str, code: &str) {
        let told = try_told(folder, file, &[]).and_then(|told| {
            let is_told = match code {
                "" => told.is_empty(),
                code => told.contains(&format!("[{code}")),
            };
            match is_told {
                true => Ok(()),
                false => Err(format!("no {code} in: {told}")),
            }
        });
        if let Err(problem) = told {
            let begin: String = problem.chars().take(600).collect();
            self.0.push(format!("{}: {begin}", folder.display()));
        }
    }

    fn done(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// Asserts that something is told of a file by this code, or nothing at all if the code is empty.
fn expect(folder: &Path, file: &str, code: &str) {
    let mut cases = Cases::default();
    cases.expect(folder, file, code);
    cases.done();
}
