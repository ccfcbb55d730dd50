//! `amllint.toml`: where it is found, what it says, what is wrong with it, and who counts before it.

use crate::cli::{check, run, status, testdata, text};
use amllint::config::{Configuration, schema};
use amllint::rules::catalogue::Catalogue;
use amllint::source::SourceFile;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

const AS_OF: [&str; 2] = ["--as-of", "2026-11-01"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&AS_OF, more].concat()
}

#[test]
fn the_nearest_configuration_says_what_runs_and_how_grave_it_is() {
    let folder = [
        "configuration/infra",
        "configuration/sandbox",
        "configuration/old",
        "-f",
        "concise",
    ];
    check(&with(&folder), "configuration/found.txt");
    let isolated = [&folder[..], &["--isolated"]].concat();
    check(&with(&isolated), "configuration/isolated.txt");
}

#[test]
fn what_counts_for_a_whole_run_is_told_where_it_does_not() {
    check(
        &with(&[
            "configuration/infra",
            "configuration/nested",
            "-f",
            "concise",
        ]),
        "configuration/nested.txt",
    );
}

#[test]
fn mistakes_are_told_where_they_stand() {
    let given = [
        "--config",
        "configuration/mistakes.toml",
        "configuration/sandbox",
    ];
    check(&with(&given), "configuration/mistakes.txt");
}

#[test]
fn settings_say_where_they_come_from() {
    let arguments = [
        &["config", "show", "configuration/infra"],
        &AS_OF[..],
        &[
            "--jobs",
            "2",
            "--root",
            "configuration",
            "--ignore",
            "ST003",
        ],
    ];
    let output = run(&arguments.concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let shown = text(&output.stdout);
    let shown: String = shown
        .lines()
        .filter(|line| !line.starts_with("root = ") && !line.starts_with("enabled-rules = "))
        .map(|line| format!("{line}\n"))
        .collect();
    let path = testdata().join("configuration/settings.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &shown).expect("testdata is writable");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(shown, wanted.replace("\r\n", "\n"));
}

/// A folder that is removed with its content.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("amllint-config-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Folder(std::fs::canonicalize(path).expect("it is there"))
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let folder = path.parent().expect("it lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder is writable");
        std::fs::write(path, text).expect("the folder is writable");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
        command.args(arguments).current_dir(&self.0);
        for variable in ["GITHUB_ACTIONS", "TF_BUILD"] {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self
            .command(arguments)
            .output()
            .expect("the program starts");
        let status = output.status.code().expect("it ends by itself");
        (status, text(&output.stdout), text(&output.stderr))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const TEMPLATE: &str = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n\
    \x20 name: 'stconfig'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n}\n";

#[test]
fn what_was_typed_counts_before_a_variable_and_that_before_the_configuration() {
    let folder = Folder::new("order");
    folder.write("main.bicep", TEMPLATE);
    folder.write(
        "amllint.toml",
        "fail-on = \"never\"\nselect = [\"ST001\"]\n",
    );
    let status = |variable: &str, arguments: &[&str]| {
        let mut command = folder.command(&[&["-q", "-f", "concise"], arguments].concat());
        command.env("AMLLINT_FAIL_ON", variable);
        command.output().expect("the program starts").status.code()
    };
    assert_eq!(folder.run(&[]).0, 0);
    // A variable that is set to nothing is as good as none.
    assert_eq!(status("", &[]), Some(0));
    assert_eq!(status("warning", &[]), Some(1));
    assert_eq!(status("warning", &["--fail-on", "error"]), Some(0));
    assert_eq!(status("loud", &[]), Some(2));
    let mut command = folder.command(&["config", "show"]);
    command
        .env("AMLLINT_FAIL_ON", "error")
        .env("AMLLINT_CONFIG", "amllint.toml");
    let shown = text(&command.output().expect("the program starts").stdout);
    for line in [
        "fail-on = \"error\"  # AMLLINT_FAIL_ON",
        "config = \"amllint.toml\"  # AMLLINT_CONFIG",
        "enabled-rules = [\"ST001\"]",
    ] {
        assert!(
            shown.lines().any(|one| one == line),
            "{line} is not in\n{shown}"
        );
    }
}

#[test]
fn what_was_typed_about_rules_counts_before_the_configuration() {
    let folder = Folder::new("typed");
    folder.write("main.bicep", TEMPLATE);
    folder.write(
        "amllint.toml",
        "ignore = [\"ALL\"]\n[rule]\nST001 = \"error\"\n",
    );
    let found = |arguments: &[&str]| {
        folder
            .run(&[&["-q", "-f", "concise"], arguments].concat())
            .1
    };
    assert!(found(&[]).contains("error[ST001]"));
    assert_eq!(found(&["--ignore", "ST001"]), "");
    let selected = found(&["--select", "ST001,ST011"]);
    assert!(
        selected.contains("error[ST001]") && selected.contains("info[ST011]"),
        "{selected}"
    );
}

#[test]
fn a_configuration_is_looked_for_up_to_the_root_of_the_repository() {
    let folder = Folder::new("root");
    folder.write("amllint.toml", "select = [\"CR002\"]\n");
    folder.write("repository/.git/HEAD", "");
    folder.write("repository/infra/main.bicep", TEMPLATE);
    let found = |arguments: &[&str]| {
        folder
            .run(&[&["-q", "-f", "concise"], arguments].concat())
            .1
    };
    // The one above is not of this repository.
    assert!(found(&["repository/infra"]).contains("ST001"));
    folder.write("repository/amllint.toml", "select = [\"CR002\"]\n");
    assert_eq!(found(&["repository/infra"]), "");
    assert_eq!(found(&["repository/infra/main.bicep"]), "");
    folder.write("repository/infra/amllint.toml", "select = [\"ST001\"]\n");
    assert!(found(&["repository"]).contains("ST001"));
}

#[test]
fn a_configuration_that_was_found_names_nothing_outside_of_the_repository() {
    let folder = Folder::new("outside");
    let rule = std::fs::read_to_string(testdata().join("own-rules/tags/storage-owner-tag.yaml"));
    let rule = rule.expect("it is there");
    folder.write("rules/tags/storage-owner-tag.yaml", &rule);
    folder.write("repository/.git/HEAD", "");
    folder.write("repository/main.bicep", TEMPLATE);
    for (setting, path) in [
        ("rules", "[\"../rules\"]"),
        ("module-cache", "\"../cache\""),
        ("baseline", "\"../accepted.txt\""),
    ] {
        folder.write("repository/amllint.toml", &format!("{setting} = {path}\n"));
        let (status, _, said) = folder.run(&["repository", "-q"]);
        assert_eq!(status, 2, "{setting}: {said}");
        assert!(said.contains("lies outside of the repository"), "{said}");
    }
    // One that was named may do so.
    folder.write(
        "repository/amllint.toml",
        "rules = [\"../rules\"]\nselect = [\"XT001\"]\n",
    );
    let given = [
        "--config",
        "repository/amllint.toml",
        "repository",
        "-q",
        "-f",
        "concise",
    ];
    let (_, found, said) = folder.run(&given);
    assert!(found.contains("XT001"), "{found}{said}");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_a_configuration_out_of_the_repository() {
    let folder = Folder::new("links");
    folder.write("rules/tags/broken.yaml", "secret: 42\n");
    folder.write("elsewhere.toml", "select = [\"CR002\"]\n");
    folder.write("repository/.git/HEAD", "");
    folder.write("repository/main.bicep", TEMPLATE);
    std::os::unix::fs::symlink("../rules", folder.0.join("repository/rules"))
        .expect("links can be made");
    folder.write("repository/amllint.toml", "rules = [\"rules\"]\n");
    let (status, found, said) = folder.run(&["repository", "-q"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("lies outside of the repository"), "{said}");
    assert!(
        !found.contains("secret") && !said.contains("secret"),
        "{said}"
    );
    // A configuration that is a link to elsewhere is none.
    std::fs::remove_file(folder.0.join("repository/amllint.toml")).expect("it is there");
    std::os::unix::fs::symlink(
        "../elsewhere.toml",
        folder.0.join("repository/amllint.toml"),
    )
    .expect("links can be made");
    assert!(
        folder
            .run(&["repository", "-q", "-f", "concise"])
            .1
            .contains("ST001")
    );
}

#[test]
fn a_configuration_to_begin_with_changes_nothing_and_is_not_written_twice() {
    let folder = Folder::new("init");
    folder.write("main.bicep", TEMPLATE);
    let before = folder.run(&["-f", "concise"]);
    assert_eq!(folder.run(&["config", "init"]).0, 0);
    assert_eq!(folder.run(&["-f", "concise"]), before);
    assert_eq!(folder.run(&["config", "init"]).0, 2);
    // What stands there in comments is sound.
    let path = folder.0.join("amllint.toml");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let settings: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(settings.lines().count() > 12, "{settings}");
    std::fs::create_dir_all(folder.0.join("lint/rules")).expect("the folder is writable");
    std::fs::write(&path, settings).expect("the folder is writable");
    let (status, _, said) = folder.run(&["config", "show"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn two_configurations_make_no_sense() {
    let (exit, said) = status(&[
        "--config",
        "configuration/amllint.toml",
        "--isolated",
        "configuration",
    ]);
    assert_eq!(exit, 2);
    assert!(
        said.contains("`--isolated` reads no configuration"),
        "{said}"
    );
    assert_eq!(status(&["--config", "nowhere.toml", "configuration"]).0, 2);
}

/// What a text says, as an editor sees it.
fn value(text: &str) -> Value {
    fn of(node: amllint::syntax::node::Node<'_>) -> Value {
        use amllint::syntax::node::NodeKind;
        match node.kind() {
            NodeKind::Object => {
                let members = node.members();
                let member = |(key, value): (amllint::syntax::node::Node<'_>, _)| {
                    (key.as_str().unwrap_or_default().to_owned(), of(value))
                };
                members.map(member).collect()
            }
            NodeKind::Array => node.elements().map(of).collect(),
            NodeKind::PlainString | NodeKind::DecodedString => json!(node.as_str()),
            NodeKind::Number => serde_json::from_str(node.raw()).expect("a number"),
            NodeKind::True => json!(true),
            NodeKind::False => json!(false),
            NodeKind::Null | NodeKind::Missing => Value::Null,
        }
    }
    let mut sources = amllint::source::Sources::default();
    let file = sources.add(SourceFile::new("amllint.toml", text));
    let (document, _) = amllint::config::parse(file, sources.get(file));
    of(document.root())
}

/// The schema and the reader take and refuse the same.
#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = schema::schema(&Catalogue::built_in());
    assert!(!schema.to_string().contains("\"null\""), "TOML has no null");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let everything = "select = ['ST001']\nignore = []\nmandatory = ['KV001']\nrules = []\nexclude = ['a/']\n\
        baseline = 'b'\nfail-on = 'never'\nstrict = true\nmin-severity = 'info'\nenvironments = 'none'\n\
        include-generated = true\nmodule-cache = 'c'\nlocation = 'westeurope'\nsubscription = 's'\n\
        resource-group = 'g'\nassume-region = 'none'\nscope = 'all'\n\
        suppression = { require-reason = false }\n\
        [rule]\nzone = 'off'\nCR002 = { severity = 'on' }\nlog-analytics-retention = { min-retention-days = 90 }\n\
        [environment.dev]\nparameters = ['*.json']\nlocation = 'x'\nmax-severity = 'info'\nrule = { ST = 'error' }\n\
        [[override]]\npaths = ['x/']\nlocation = 'x'\nmax-severity = 'error'\nrule = { zone = 'info' }\n";
    let is_read = |text: &str| {
        let source = SourceFile::new("amllint.toml", text);
        let configuration = Configuration::from_source(source, PathBuf::from("/"), true);
        configuration.diagnostics.is_empty()
    };
    for (text, expected) in [
        (everything, true),
        ("", true),
        ("profile = 'p'", true),
        ("selct = []", false),
        ("select = 'ST001'", false),
        ("select = [1]", false),
        ("fail-on = 'loud'", false),
        ("strict = 'yes'", false),
        ("rule = []", false),
        ("[rule]\nzone = 'loud'", false),
        ("[rule]\nzone = 3", false),
        ("[rule]\nST001 = { severity = 'loud' }", false),
        ("[rule]\nXX = { n = [1] }", false),
        ("[suppression]\nrequire-reasn = true", false),
        ("[environment]\ndev = 'x'", false),
        ("[environment.dev]\nmax-severity = 'off'", false),
        ("[[override]]\npath = ['x']\npaths = ['x']", false),
    ] {
        assert_eq!(is_read(text), expected, "the reader: {text}");
        let value = value(text);
        assert_eq!(
            validator.is_valid(&value),
            expected,
            "the schema: {text} {value}"
        );
    }
    let out_of_bounds = value("[rule]\nlog-analytics-retention = { min-retention-days = 5 }\n");
    assert!(!validator.is_valid(&out_of_bounds));
    let printed = text(&run(&["config", "schema"]).stdout);
    assert_eq!(
        serde_json::from_str::<Value>(&printed).expect("it is JSON"),
        schema
    );
}

#[test]
fn parameters_of_rules_are_explained() {
    let explained = text(&run(&["explain", "log-analytics-retention"]).stdout);
    assert!(explained.contains("min-retention-days = 90"), "{explained}");
}
