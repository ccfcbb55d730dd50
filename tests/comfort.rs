//! What makes the program pleasant: problem matchers, completions, manual pages, lists of files and settings, closed pipes.

use regex::Regex;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
    command
        .args(arguments)
        .current_dir(root().join("testdata/formats"));
    for variable in [
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "TF_BUILD",
    ] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn project(format: &str) -> String {
    let own = [
        "--rules",
        "rules",
        "--select",
        "XF001,XF002,XF003",
        "--module-cache",
        "none",
    ];
    text(&run(&[&own[..], &["-q", "-f", format, "templates"]].concat()).stdout)
}

/// What is found, as `[file, line, column, severity, code, message]`.
fn findings() -> Vec<[String; 6]> {
    let document: Value = serde_json::from_str(&project("json")).expect("it is JSON");
    let diagnostics = document["diagnostics"].as_array().expect("a list");
    let one = |one: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let start = &one["range"]["start"];
        [
            text(&one["file"]),
            start["line"].to_string(),
            start["column"].to_string(),
            text(&one["severity"]),
            text(&one["code"]),
            text(&one["message"]),
        ]
    };
    diagnostics.iter().map(one).collect()
}

/// Compares what a pattern takes from each line with what was found. Messages are compared up to what no format prints as it is.
fn check(pattern: &str, lines: &str, groups: [usize; 6], findings: &[[String; 6]]) {
    let pattern = Regex::new(pattern).expect("it is a pattern");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), findings.len());
    for (line, finding) in lines.iter().zip(findings) {
        let captures = pattern
            .captures(line)
            .unwrap_or_else(|| panic!("no match: {line}"));
        for (position, (group, expected)) in groups.iter().zip(finding).enumerate() {
            let actual = &captures[*group];
            let same = if position == 5 {
                actual.split('`').next() == expected.split('`').next()
            } else {
                actual == expected
            };
            assert!(same, "{line}: {actual} is not {expected}");
        }
    }
}

fn matcher(path: &str, pointer: &str) -> (String, [usize; 6]) {
    let text = std::fs::read_to_string(root().join(path)).expect("it is there");
    // VS Code allows comments in this file.
    let lines = text.lines().filter(|line| !line.starts_with("//"));
    let text: Vec<&str> = lines.collect();
    let document: Value = serde_json::from_str(&text.join("\n")).expect("it is JSON");
    let pattern = document.pointer(pointer).expect("there is a pattern");
    let group = |name: &str| pattern[name].as_u64().expect("a number") as usize;
    let groups = ["file", "line", "column", "severity", "code", "message"].map(group);
    (
        pattern["regexp"].as_str().expect("a text").to_owned(),
        groups,
    )
}

#[test]
fn problem_matchers_read_every_line() {
    let (concise, findings) = (project("concise"), findings());
    for (path, pointer) in [
        (
            "editors/vscode/tasks.json",
            "/tasks/0/problemMatcher/pattern",
        ),
        (
            ".github/amllint-matcher.json",
            "/problemMatcher/0/pattern/0",
        ),
    ] {
        let (pattern, groups) = matcher(path, pointer);
        check(&pattern, &concise, groups, &findings);
    }
}

/// `$msCompile`, which VS Code has built in.
#[test]
fn ms_compile_reads_every_line() {
    let pattern = r"^(?:\s*\d+>)?(\S.*)\((\d+|\d+,\d+|\d+,\d+,\d+,\d+)\)\s*:\s+((?:fatal +)?error|warning|info)\s+(\w+\d+)\s*:\s*(.*)$";
    let lines = project("msbuild");
    let pattern = Regex::new(pattern).expect("it is a pattern");
    let findings = findings();
    assert_eq!(lines.lines().count(), findings.len());
    for (line, [file, row, column, severity, code, _]) in lines.lines().zip(&findings) {
        let captures = pattern
            .captures(line)
            .unwrap_or_else(|| panic!("no match: {line}"));
        let place: Vec<&str> = captures[2].split(',').collect();
        assert_eq!(
            (&captures[1], place[0], place[1]),
            (file.as_str(), row.as_str(), column.as_str())
        );
        assert_eq!(
            (&captures[3], &captures[4]),
            (severity.as_str(), code.as_str())
        );
    }
}

#[test]
fn five_shells_complete() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        let script = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        for word in ["explain", "fail-on", "focus"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
    }
    let output = run(&["completions", "cmd"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let page = text(&run(&["man"]).stdout);
    assert!(
        page.contains(".TH amllint 1") && page.contains("Exit status"),
        "{page}"
    );
    let folder = std::env::temp_dir().join(format!("amllint-man-{}", std::process::id()));
    let output = run(&["man", &folder.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for name in [
        "amllint",
        "amllint-check",
        "amllint-explain",
        "amllint-rules",
        "amllint-rules-schema",
    ] {
        let page =
            std::fs::read_to_string(folder.join(format!("{name}.1"))).expect("it was written");
        assert!(page.contains(&format!(".TH {name} 1")), "{name}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    let output = run(&["man", "templates/main.json/folder"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("amllint: cannot write `templates/main.json/folder`"));
}

#[test]
fn files_are_listed_with_what_becomes_of_them() {
    let output = run(&["--show-files", "templates", "-q"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        text(&output.stdout),
        "templates/broken.bicep: judged\n\
         templates/broken.json: judged\n\
         templates/clean.json: judged\n\
         templates/hostile.bicep: judged\n\
         templates/hostile.json: judged\n\
         templates/main.json: judged\n\
         templates/nested/storage.json: judged through the templates that call it\n\
         templates/package.json: passed over: no deployment template\n"
    );
}

#[test]
fn parameter_files_are_listed_with_the_templates_they_are_for() {
    let list = |arguments: &[&str]| {
        let mut command = command(&["--show-files", "-q"]);
        command.args(arguments).current_dir(root().join("testdata"));
        text(&command.output().expect("the program starts").stdout)
    };
    for line in [
        "workspace/azuredeploy.json: judged\n",
        "workspace/azuredeploy.parameters.json: values for `workspace/azuredeploy.json`\n",
    ] {
        let files = list(&["workspace"]);
        assert!(files.contains(line), "{line} is not in\n{files}");
    }
    for line in [
        "bicep/prod.bicepparam: values for `bicep/main.bicep`\n",
        "bicep/shared.bicepparam: passed over: no template here is for it\n",
    ] {
        let files = list(&["bicep"]);
        assert!(files.contains(line), "{line} is not in\n{files}");
    }
    let files = list(&["bicep", "--environments", "defaults"]);
    let line = "bicep/prod.bicepparam: passed over: no template here is for it\n";
    assert!(files.contains(line), "{line} is not in\n{files}");
}

#[test]
fn settings_are_printed_without_a_run() {
    let arguments = [
        "--show-settings",
        "templates",
        "--fail-on",
        "error",
        "--param",
        "secret=battery-staple",
        "--select",
        "XF001",
        "--rules",
        "rules",
        "-f",
        "sarif=out.sarif",
        "--as-of",
        "2026-11-01",
        "--jobs",
        "3",
    ];
    let output = run(&arguments);
    let settings = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for line in [
        "paths = [\"templates\"]  # command line",
        "param = [\"secret\"]  # command line",
        "environments = \"auto\"  # default",
        "enabled-rules = [\"XF001\"]",
        "as-of = \"2026-11-01\"  # command line",
        "format = [\"sarif=out.sarif\"]  # command line",
        "fail-on = \"error\"  # command line",
        "jobs = 3  # command line",
    ] {
        assert!(
            settings.lines().any(|one| one == line),
            "{line} is not in\n{settings}"
        );
    }
    assert!(!settings.contains("battery-staple") && !PathBuf::from("out.sarif").exists());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let own = ["--rules", "rules", "--select", "XF001", "templates"];
    for arguments in [
        &own[..],
        &["rules"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let findings = arguments.contains(&"templates");
        assert_eq!(
            output.status.code(),
            Some(i32::from(findings)),
            "{output:?}"
        );
        let stderr = text(&output.stderr);
        assert!(
            !stderr.contains("panicked") && !stderr.contains("cannot write"),
            "{stderr}"
        );
    }
}

#[test]
fn help_is_grouped_and_short() {
    let help = text(&run(&["--help"]).stdout);
    assert_eq!(help, text(&run(&["-h"]).stdout));
    let longer = text(&run(&["help"]).stdout);
    let (lines, more) = (help.lines().count(), longer.lines().count());
    assert!(
        lines * 3 < more * 2,
        "{lines} lines are many, beside {more}"
    );
    assert!(
        longer.contains("- sarif:    For code scanning, SARIF 2.1.0"),
        "{longer}"
    );
    for heading in [
        "Commands:",
        "Arguments:",
        "Template input:",
        "Rules:",
        "Output:",
        "Result:",
        "Exit status:",
    ] {
        assert!(
            help.lines().any(|line| line.starts_with(heading)),
            "no {heading} in\n{help}"
        );
    }
}
