//! A project as teams have them: three environments, a template for each of two regions, a module that is used twice, one of a registry,
//! a nested deployment, and a template that was compiled. All of it is told on one page.

use crate::cli::{testdata, text};
use std::process::{Command, Output};

/// Lines of the page, and its columns.
const PAGE: (usize, usize) = (60, 100);

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
    command
        .args(["--as-of", "2026-11-01", "--root", "."])
        .args(arguments)
        .current_dir(testdata().join("projects/ml-platform"))
        .env("COLUMNS", PAGE.1.to_string());
    for variable in [
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "TF_BUILD",
    ] {
        command.env_remove(variable);
    }
    command.output().expect("the program starts")
}

fn status(arguments: &[&str]) -> Option<i32> {
    run(arguments).status.code()
}

/// Compares what is printed with what lies in `testdata/projects`.
fn check(arguments: &[&str], expected: &str) -> String {
    let output = run(arguments);
    let actual = text(&output.stdout) + &text(&output.stderr);
    let path = testdata().join("projects").join(expected);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &actual).expect("testdata is writable");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        actual == wanted.replace("\r\n", "\n"),
        "{} differs:\n{actual}",
        path.display()
    );
    actual
}

#[test]
fn a_project_is_told_on_one_page() {
    let page = check(&[".", "--min-severity", "warning"], "ml-platform.full.txt");
    let lines: Vec<&str> = page.lines().collect();
    assert!(lines.len() <= PAGE.0, "{} lines", lines.len());
    for line in lines {
        assert!(line.chars().count() <= PAGE.1, "too long: {line}");
    }
}

#[test]
fn what_could_not_be_judged_in_a_project_is_listed() {
    let arguments = [".", "--min-severity", "error", "--show-unknown"];
    check(&arguments, "ml-platform.unknown.txt");
}

#[test]
fn a_project_is_told_to_programs() {
    let arguments = [".", "--min-severity", "warning", "-f", "json", "-q"];
    check(&arguments, "ml-platform.json.txt");
}

#[test]
fn it_is_said_what_becomes_of_each_file() {
    check(&[".", "--show-files"], "ml-platform.files.txt");
}

#[test]
fn formats_with_room_list_what_is_not_known() {
    let formats = ["concise", "jsonl", "sarif", "junit", "csv", "markdown"];
    for format in formats {
        let unknown = [
            "--select",
            "WS005",
            "--show-unknown",
            "-q",
            "-f",
            format,
            ".",
        ];
        check(&unknown, &format!("ml-platform.unknown.{format}.txt"));
    }
}

#[test]
fn the_exit_status_tells_what_is_sure_from_what_is_possible() {
    for (arguments, expected) in [
        (vec!["."], 1),
        (vec![".", "--exit-zero"], 0),
        // Only another choice of a parameter brings it.
        (vec!["secondary.json", "--select", "ST001"], 0),
        (
            vec!["secondary.json", "--select", "ST001", "--fail-on-possible"],
            1,
        ),
        (
            vec![
                "secondary.json",
                "--select",
                "ST001",
                "--param",
                "storageSku=Standard_LRS",
            ],
            1,
        ),
        // In one environment it is not as it should be, in another one it is.
        (
            vec!["main.bicep", "--select", "ST001", "-p", "dev.bicepparam"],
            1,
        ),
        (
            vec!["main.bicep", "--select", "ST001", "-p", "prod.bicepparam"],
            0,
        ),
        (vec!["prod.bicepparam", "--select", "ST001", "--strict"], 0),
        // Nobody knows.
        (
            vec![
                "main.bicep",
                "--select",
                "ST001",
                "-p",
                "main.test.parameters.json",
            ],
            0,
        ),
        (
            vec![
                "main.bicep",
                "--select",
                "ST001",
                "-p",
                "main.test.parameters.json",
                "--strict",
            ],
            3,
        ),
        (vec!["secondary.json", "--select", "WS005"], 0),
        (vec!["secondary.json", "--select", "WS005", "--strict"], 3),
        (
            vec![
                "secondary.json",
                "--select",
                "WS005",
                "--strict",
                "--exit-zero",
            ],
            3,
        ),
    ] {
        assert_eq!(status(&arguments), Some(expected), "{arguments:?}");
    }
}

#[test]
fn what_is_only_possible_can_be_hidden() {
    let told = |certainty: &str| {
        let arguments = ["secondary.json", "--select", "ST001", "-q", "-f", "concise"];
        let output = run(&[&arguments[..], &["--min-certainty", certainty]].concat());
        text(&output.stdout).lines().count()
    };
    assert_eq!((told("possible"), told("certain")), (1, 0));
}
