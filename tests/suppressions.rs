//! What files silence, and what is said of it: the same in both languages.

use crate::cli::{check, run, testdata, text};
use serde_json::Value;

const AS_OF: [&str; 4] = ["--as-of", "2026-11-01", "--select", "ST001,CR002"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&AS_OF, more].concat()
}

#[test]
fn everything_is_silenced_in_both_languages() {
    for language in ["bicep", "json"] {
        let file = format!("suppressions/{language}/main.{language}");
        check(
            &with(&[&file]),
            &format!("suppressions/{language}.silent.txt"),
        );
        let shown = with(&[&file, "--show-suppressed", "-f", "concise"]);
        check(&shown, &format!("suppressions/{language}.shown.txt"));
    }
}

#[test]
fn what_is_wrong_with_a_suppression_is_told_in_both_languages() {
    for language in ["bicep", "json"] {
        let folder = format!("suppressions/{language}");
        check(
            &with(&[&folder]),
            &format!("suppressions/{language}.wrong.txt"),
        );
    }
}

#[test]
fn a_mandatory_rule_cannot_be_silenced() {
    for language in ["bicep", "json"] {
        let file = format!("suppressions/{language}/main.{language}");
        let mandatory = with(&[&file, "--mandatory", "storage", "-f", "concise"]);
        check(
            &mandatory,
            &format!("suppressions/{language}.mandatory.txt"),
        );
    }
}

#[test]
fn parameter_files_silence_what_they_decide() {
    let shown = [
        "suppressions/parameters",
        "--show-suppressed",
        "-f",
        "concise",
    ];
    check(&with(&shown), "suppressions/parameters.txt");
}

#[test]
fn sarif_marks_what_is_suppressed_only_where_it_is_shown() {
    let results = |more: &[&str]| -> Vec<Value> {
        let arguments = [&["-f", "sarif", "suppressions/bicep/main.bicep"], more].concat();
        let document = text(&run(&with(&arguments)).stdout);
        let document: Value = serde_json::from_str(&document).expect("it is JSON");
        document["runs"][0]["results"]
            .as_array()
            .expect("a list")
            .clone()
    };
    assert_eq!(results(&[]), Vec::<Value>::new());
    let shown = results(&["--show-suppressed"]);
    assert_eq!(shown.len(), 8);
    let first = &shown[0]["suppressions"][0];
    assert_eq!(first["kind"], "inSource");
    assert_eq!(first["justification"], "decided by the sandbox team");
    assert_eq!(
        first["location"]["physicalLocation"]["region"]["startLine"],
        3
    );
}

#[test]
fn suppressions_are_listed_for_an_audit() {
    for (format, file) in [
        ("text", "audit.txt"),
        ("markdown", "audit.md"),
        ("csv", "audit.csv"),
        ("json", "audit.json.txt"),
    ] {
        let arguments = ["suppressions", "suppressions", "--as-of", "2026-11-01"];
        let arguments = [&arguments[..], &["--format", format]].concat();
        check(&arguments, &format!("suppressions/{file}"));
    }
}

#[test]
fn a_reason_can_be_left_out_where_the_configuration_says_so() {
    let folder = std::env::temp_dir().join(format!("amllint-no-reason-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let configuration = folder.join("relaxed.toml");
    std::fs::write(&configuration, "[suppression]\nrequire-reason = false\n").expect("it is ours");
    let given = configuration.to_string_lossy();
    let output = run(&with(&[
        "suppressions/bicep",
        "-f",
        "concise",
        "--config",
        &given,
    ]));
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    let found = text(&output.stdout);
    assert!(
        found.contains("[AM001]") && !found.contains("[AM003]"),
        "{found}"
    );
}

#[test]
fn what_silences_nothing_is_removed_by_a_fix() {
    for language in ["bicep", "json"] {
        let file = format!("suppressions/{language}/wrong.{language}");
        let output = run(&with(&["--diff", "-q", &file]));
        let path = testdata().join(format!("suppressions/{language}.patch"));
        let patch = text(&output.stdout);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &patch).expect("testdata is writable");
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(patch, wanted.replace("\r\n", "\n"));
    }
}
