//! Writing fixes while the disk is full, files are read-only, or the program is killed: no template is ever lost, truncated or half
//! written.

#![cfg(target_os = "linux")]

use super::folder::{Folder, PROGRAM};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A template with something to fix, long enough to be written in parts.
fn template(number: usize) -> String {
    let padding = "// kept as it is\n".repeat(2_000);
    format!(
        "{padding}resource vault{number} 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'kv{number}'\n  location: 'eastus'\n  properties: {{\n    tenantId: tenant().tenantId\n    sku: {{ family: 'A', name: 'standard' }}\n    enableSoftDelete: false\n    enablePurgeProtection: true\n  }}\n}}\n{padding}"
    )
}

fn fixed(template: &str) -> String {
    template.replace("enableSoftDelete: false", "enableSoftDelete: true")
}

fn name(number: usize) -> String {
    format!("vault{number}.bicep")
}

fn folder_of(count: usize) -> Folder {
    let folder = Folder::new(&[]);
    for number in 0..count {
        folder.write(&name(number), template(number));
    }
    folder
}

/// How many templates are fixed; each has to be as it was or as it is to be.
fn fixed_among(folder: &Folder, count: usize) -> usize {
    let is_fixed = |number: usize| {
        let (text, before) = (folder.read(&name(number)), template(number));
        let is_fixed = text == fixed(&before);
        assert!(is_fixed || text == before, "{} is damaged", name(number));
        is_fixed
    };
    (0..count).filter(|number| is_fixed(*number)).count()
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let folder = folder_of(3);
    // No file may grow beyond 8 KiB; the signal that tells of it is ignored, so that writing fails.
    let script = format!("trap '' XFSZ; ulimit -f 8; exec '{PROGRAM}' --fix --select KV001 .");
    let output = folder.command("bash").args(["-c", &script]).output();
    let output = output.expect("there is a shell");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("`vault0.bicep` is left as it is: File too large"),
        "{errors}"
    );
    assert!(errors.contains("0 fixed, 3 remain"), "{errors}");
    assert_eq!(fixed_among(&folder, 3), 0);
    assert_eq!(folder.names().len(), 3, "nothing is left behind");
}

#[test]
fn a_signal_while_writing_leaves_every_file_as_it_was() {
    let folder = folder_of(2);
    let script = format!("ulimit -f 8; exec '{PROGRAM}' --fix --select KV001 .");
    let output = folder.command("bash").args(["-c", &script]).output();
    let output = output.expect("there is a shell");
    assert_eq!(output.status.code(), None, "a signal ends the program");
    assert_eq!(fixed_among(&folder, 2), 0);
}

#[test]
fn a_small_file_system_that_is_full_leaves_every_file_as_it_was() {
    let folder = Folder::new(&[]);
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
        .arg(&folder.0)
        .stderr(Stdio::null())
        .status();
    // Only who may mount can make a file system; others have the test with a limit.
    if !mount.is_ok_and(|status| status.success()) {
        return;
    }
    folder.write(&name(0), template(0));
    folder.write(&name(1), template(1));
    folder.write("rest", vec![0; 110 << 10]);
    let (_, errors, status) = folder.run(&["--fix", "--select", "KV001", "."]);
    let damaged = std::panic::catch_unwind(|| fixed_among(&folder, 2));
    let names = folder.names();
    let unmount = Command::new("umount").arg(&folder.0).status();
    assert!(unmount.is_ok_and(|status| status.success()));
    assert_eq!(damaged.expect("no file is damaged"), 0, "{errors}");
    assert_eq!(names, ["rest", "vault0.bicep", "vault1.bicep"]);
    assert_eq!(status, 2, "{errors}");
    assert!(errors.contains("No space left on device"), "{errors}");
}

#[test]
fn a_read_only_file_is_left_as_it_is_and_the_others_are_fixed() {
    let folder = folder_of(3);
    let path = folder.0.join(name(1));
    let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("it is ours");
    let (_, errors, status) = folder.run(&["--fix", "--select", "KV001", "."]);
    assert_eq!(status, 2, "{errors}");
    assert!(
        errors.contains("`vault1.bicep` is left as it is: the file is read-only"),
        "{errors}"
    );
    assert!(errors.contains("2 fixed, 1 remain"), "{errors}");
    assert_eq!(folder.read(&name(1)), template(1));
    assert_eq!(fixed_among(&folder, 3), 2);
}

/// How often the program is killed while there are temporary files.
const KILLED: usize = 100;
/// Templates of one run.
const TEMPLATES: usize = 40;

#[test]
fn killed_between_the_temporary_file_and_the_rename_no_template_is_damaged() {
    let folder = folder_of(TEMPLATES);
    let (mut killed, mut half_done, mut finished) = (0, 0, 0);
    let mut wait = Duration::ZERO;
    while killed < KILLED {
        assert!(
            finished < 10 * KILLED,
            "the program is too fast to be killed"
        );
        for number in 0..TEMPLATES {
            folder.write(&name(number), template(number));
        }
        let mut child = folder
            .command(PROGRAM)
            .args(["--fix", "--select", "KV001", "-q", "."])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let started = Instant::now();
        // As soon as there is a temporary file, and then a little later each time.
        while temporary(&folder).is_empty()
            && child.try_wait().expect("it is ours").is_none()
            && started.elapsed() < Duration::from_secs(60)
        {}
        std::thread::sleep(wait);
        let _ = child.kill();
        child.wait().expect("it is ours");
        let left = temporary(&folder);
        let fixed = fixed_among(&folder, TEMPLATES);
        assert!(fixed + left.len() <= TEMPLATES);
        if left.is_empty() {
            finished += 1;
            wait = Duration::ZERO;
            continue;
        }
        killed += 1;
        half_done += usize::from(fixed > 0);
        wait += Duration::from_micros(300);
        for name in left {
            std::fs::remove_file(folder.0.join(name)).expect("it is ours");
        }
    }
    assert_eq!(killed, KILLED);
    assert!(half_done <= killed);
    // What a killed run left undone the next one does.
    let (_, errors, status) = folder.run(&["--fix", "--select", "KV001", "."]);
    assert_eq!(status, 0, "{errors}");
    assert_eq!(fixed_among(&folder, TEMPLATES), TEMPLATES);
}

fn temporary(folder: &Folder) -> Vec<String> {
    let mut names = folder.names();
    names.retain(|name| name.ends_with(".amllint"));
    names
}
