//! Bicep that is broken, or made to break what reads it: there is always a diagnostic, never a panic, and the end comes soon.

mod mutilated;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A run that takes longer is stopped: without optimisation and beside other tests the bound is wider than what users get.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of a test's own; what an earlier run left in it is gone.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bad-bicep")
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    folder
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    let around = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(around).expect("the temporary folder is writable");
    std::fs::write(path, text).expect("the temporary folder is writable");
}

/// Lints a file of a folder that is the root of the run, and gives what is said, a line a finding.
fn told(folder: &Path, file: &str) -> String {
    told_with(folder, file, &[])
}

fn told_with(folder: &Path, file: &str, arguments: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_amllint"))
        .args(["-q", "-f", "concise", "--root", ".", file])
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
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
            panic!("{}: no end within {PATIENCE:?}", folder.display());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = reader.join().expect("the reader ends");
    let ended = matches!(status.code(), Some(0 | 1));
    assert!(ended, "{}: {status}", folder.display());
    assert!(!text.contains("AM901"), "{}: {text}", folder.display());
    text
}

/// Asserts that a template by itself is told of by this code.
fn check(name: &str, text: &str, code: &str) {
    let folder = folder(name);
    write(&folder, "main.bicep", text);
    expect(&folder, "main.bicep", code);
}

/// Asserts that what is said of a file holds a code that begins so, or nothing at all if the code is empty.
fn expect(folder: &Path, file: &str, code: &str) {
    let told = told(folder, file);
    let is_told = match code {
        "" => told.is_empty(),
        code => told.contains(&format!("[{code}")),
    };
    let begin: String = told.chars().take(2_000).collect();
    assert!(is_told, "{}: no {code} in: {begin}", folder.display());
}
