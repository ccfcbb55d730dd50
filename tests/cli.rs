//! The program as it is run: arguments in, output and exit status out.
//!
//! Expected output lies in `testdata` beside its input; `UPDATE=1 cargo test` rewrites it, and the diff is the review.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

pub fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
    command.args(arguments).current_dir(testdata());
    let colors = ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"];
    let services = ["GITHUB_ACTIONS", "TF_BUILD", "COLUMNS"];
    for variable in colors.iter().chain(&services) {
        command.env_remove(variable);
    }
    command.output().expect("the program starts")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// Compares output, standard error and exit status with what `expected` says.
pub fn check(arguments: &[&str], expected: &str) {
    let output = run(arguments);
    let status = output.status.code().expect("the program ends by itself");
    let actual = format!(
        "{}--- stderr\n{}--- exit {status}\n",
        text(&output.stdout),
        text(&output.stderr)
    );
    let path = testdata().join(expected);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &actual).expect("testdata is writable");
    }
    let wanted = std::fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(actual == wanted, "{} differs:\n{actual}", path.display());
}

pub fn status(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    (
        output.status.code().expect("the program ends by itself"),
        text(&output.stderr),
    )
}

const TEMPLATE: &str = "workspace/azuredeploy.json";
const PARAMETERS: &str = "workspace/azuredeploy.parameters.json";

#[test]
fn findings_are_underlined_where_they_are_decided() {
    check(
        &[
            "--as-of",
            "2026-11-01",
            "--environments",
            "defaults",
            TEMPLATE,
        ],
        "workspace/default.full.txt",
    );
}

#[test]
fn a_parameter_file_decides() {
    check(
        &["--as-of", "2026-11-01", TEMPLATE, "-p", PARAMETERS],
        "workspace/parameters.full.txt",
    );
}

#[test]
fn a_line_a_finding() {
    check(
        &[
            "check",
            "-f",
            "concise",
            TEMPLATE,
            "--param",
            "storageSku=Premium_LRS",
        ],
        "workspace/concise.txt",
    );
}

#[test]
fn findings_for_programs() {
    check(
        &["--format", "json", TEMPLATE, "-p", PARAMETERS, "-q"],
        "workspace/findings.json.txt",
    );
}

#[test]
fn a_deployment_is_printed_as_the_rules_see_it() {
    check(
        &["expand", TEMPLATE, "-p", PARAMETERS],
        "workspace/expand.txt",
    );
}

#[test]
fn linked_templates_are_judged_with_what_they_are_given() {
    check(
        &["--root", ".", "linked/azuredeploy.json"],
        "linked/azuredeploy.full.txt",
    );
}

#[test]
fn a_linked_template_is_judged_where_it_is_linked_to() {
    check(
        &[
            "--root",
            ".",
            "-f",
            "concise",
            "linked/azuredeploy.json",
            "linked/nested",
        ],
        "linked/folder.concise.txt",
    );
}

#[test]
fn linked_templates_that_cannot_be_read_are_told_once() {
    let cache = ["--module-cache", "linked/cache"];
    check(
        &[
            &["--root", ".", "-f", "concise", "linked/unreadable.json"],
            &cache[..],
        ]
        .concat(),
        "linked/unreadable.concise.txt",
    );
    check(
        &["--root", ".", "-f", "concise", "linked/chain/0.json"],
        "linked/chain.concise.txt",
    );
}

#[test]
fn the_whole_language_is_evaluated() {
    check(
        &["expand", "language/symbolic.json"],
        "language/symbolic.txt",
    );
    check(
        &["expand", "language/mistakes.json"],
        "language/mistakes.txt",
    );
}

#[test]
fn what_nobody_knows_of_a_bicep_file_is_said_in_bicep() {
    check(
        &["language/names.bicep", "-f", "concise", "--select", "ST001"],
        "language/names.concise.txt",
    );
}

#[test]
fn bicep_is_read_as_it_is_written() {
    check(&["expand", "language/native.bicep"], "language/native.txt");
    check(
        &["expand", "language/mistakes.bicep", "--root", "."],
        "language/mistakes.bicep.txt",
    );
}

#[test]
fn findings_in_bicep_stand_on_the_characters_that_were_typed() {
    let as_of = ["--as-of", "2026-11-01"];
    let with = |more: &[&'static str]| [&as_of, more].concat();
    check(
        &with(&["bicep/main.bicep", "--environments", "defaults"]),
        "bicep/main.full.txt",
    );
    check(
        &with(&["bicep", "-f", "concise"]),
        "bicep/folder.concise.txt",
    );
    check(
        &with(&["bicep/archived.bicep", "--select", "ST001"]),
        "bicep/archived.full.txt",
    );
    check(&with(&["bicep/prod.bicepparam"]), "bicep/prod.full.txt");
}

#[test]
fn what_is_deployed_twice_is_one_resource() {
    check(
        &["--as-of", "2026-11-01", "twice", "-f", "concise"],
        "twice/folder.concise.txt",
    );
}

#[test]
fn what_another_choice_brings_is_possible_and_says_what_to_choose() {
    let as_of = ["--as-of", "2026-11-01"];
    let with = |more: &[&'static str]| [&as_of, more].concat();
    check(&with(&["choices/main.json"]), "choices/main.full.txt");
    check(
        &with(&[
            "choices/main.json",
            "--environments",
            "none",
            "-f",
            "concise",
        ]),
        "choices/none.concise.txt",
    );
}

#[test]
fn a_finding_says_in_which_environments_it_holds() {
    let as_of = ["--as-of", "2026-11-01"];
    let with = |more: &[&'static str]| [&as_of, more].concat();
    check(&with(&["environments"]), "environments/folder.full.txt");
    check(
        &with(&[
            "environments/main.bicep",
            "-p",
            "environments/prod.bicepparam",
            "-f",
            "concise",
        ]),
        "environments/prod.concise.txt",
    );
    check(
        &with(&[
            "environments",
            "--environments",
            "defaults",
            "-f",
            "concise",
        ]),
        "environments/defaults.concise.txt",
    );
}

#[test]
fn a_path_that_begins_with_a_dot_is_the_same_file() {
    let as_of = ["--as-of", "2026-11-01", "-f", "concise"];
    let expected = "environments/dotted.concise.txt";
    check(
        &[&as_of[..], &["./environments/main.bicep"]].concat(),
        expected,
    );
    check(
        &[&as_of[..], &["environments/main.bicep"]].concat(),
        expected,
    );
}

#[test]
fn compiled_templates_are_left_to_their_source() {
    check(
        &["generated", "-f", "concise"],
        "generated/folder.concise.txt",
    );
    check(
        &["generated", "-f", "concise", "--include-generated"],
        "generated/both.concise.txt",
    );
}

const SPANNING: [&str; 4] = ["-f", "concise", "--select", "WS001,WS008,AI003,RE004"];

#[test]
fn a_second_region_may_be_in_another_template_of_the_folder() {
    let folder = |name: &str, expected: &str| {
        check(&[&[name], &SPANNING[..]].concat(), expected);
    };
    folder("whole-run/two-regions", "whole-run/two-regions.txt");
    folder("whole-run/one-region", "whole-run/one-region.txt");
    folder("whole-run/apart", "whole-run/apart.txt");
    let alone = "whole-run/two-regions/main.bicep";
    folder(alone, "whole-run/alone.txt");
}

#[test]
fn a_region_that_nobody_knows_may_be_a_second_one() {
    check(
        &[
            "whole-run/unknown-region",
            "--select",
            "WS001",
            "-f",
            "json",
            "-q",
        ],
        "whole-run/unknown-region.json.txt",
    );
}

#[test]
fn templates_of_one_folder_that_share_something_are_told_once() {
    check(
        &["whole-run/shared", "--select", "WS008,AI003"],
        "whole-run/shared.full.txt",
    );
    check(
        &[&["whole-run/silenced"], &SPANNING[..]].concat(),
        "whole-run/silenced.txt",
    );
}

#[test]
fn parameter_files_of_one_template_are_no_second_region() {
    let folder = "whole-run/alternatives";
    let (production, test) = ("production.bicepparam", "test.bicepparam");
    let files = [production, test].map(|name| format!("{folder}/{name}"));
    let files = files.each_ref().map(String::as_str);
    check(
        &[&files, &SPANNING[..]].concat(),
        "whole-run/alternatives.txt",
    );
}

#[test]
fn an_environment_may_have_its_second_region_in_another_template() {
    check(
        &[&["whole-run/environments"], &SPANNING[..]].concat(),
        "whole-run/environments.txt",
    );
}

#[test]
fn a_template_that_is_linked_to_is_no_second_region() {
    let files = [
        "whole-run/called/main.bicep",
        "whole-run/called/workspace.bicep",
    ];
    check(&[&files, &SPANNING[..]].concat(), "whole-run/called.txt");
}

/// The place to which templates are deployed, so that ids are known whole.
const PLACE: [&str; 4] = [
    "--subscription",
    "00000000-0000-0000-0000-000000000001",
    "--resource-group",
    "ml",
];

#[test]
fn what_a_workspace_of_another_template_lacks_is_told() {
    let rules = "WS014,WS017,DS007,CR008,ST003,EP006";
    let concise = ["-f", "concise", "--select", rules];
    let full = ["whole-run/parity", "--select", rules];
    check(&[&full[..], &PLACE].concat(), "whole-run/parity.full.txt");
    check(
        &[&["whole-run/parity-held"], &concise[..], &PLACE].concat(),
        "whole-run/parity-held.txt",
    );
    check(
        &[&["whole-run/parity/main.bicep"], &concise[..], &PLACE].concat(),
        "whole-run/parity-alone.txt",
    );
    // Where nobody knows where a template is deployed to, its registry is not the one that another one names.
    check(
        &[&["whole-run/parity"], &concise[..]].concat(),
        "whole-run/parity-place-unknown.txt",
    );
}

#[test]
fn environments_of_one_template_lack_nothing_of_one_another() {
    let rules = ["-f", "concise", "--select", "WS017"];
    check(
        &[&["whole-run/parity-environments"], &rules[..]].concat(),
        "whole-run/parity-environments.txt",
    );
    check(
        &["whole-run/parity-environments-beside", "--select", "WS017"],
        "whole-run/parity-environments-beside.full.txt",
    );
}

#[test]
fn an_alert_of_another_template_in_the_folder_counts() {
    let rules = ["-f", "concise", "--select", "OP003"];
    check(
        &[&["whole-run/alert"], &rules[..]].concat(),
        "whole-run/alert.txt",
    );
    check(
        &[&["whole-run/alert/main.bicep"], &rules[..]].concat(),
        "whole-run/alert-alone.txt",
    );
}

#[test]
fn rules_of_users_span_the_templates_of_a_folder() {
    check(
        &[
            "whole-run/shared",
            "--rules",
            "whole-run/own-rule",
            "--select",
            "XT002,XT003",
            "-f",
            "concise",
        ],
        "whole-run/own-rule.txt",
    );
}

#[test]
fn mistakes_are_told_and_the_rest_is_judged() {
    check(&["broken/syntax.json"], "broken/syntax.full.txt");
}

#[test]
fn what_has_no_end_ends_at_a_bound() {
    check(
        &["-f", "concise", "broken/limits.json"],
        "broken/limits.txt",
    );
}

#[test]
fn mistakes_in_rule_files_are_told() {
    check(
        &["--rules", "broken-rules", TEMPLATE],
        "broken-rules/mistakes.txt",
    );
}

#[test]
fn rules_of_ones_own_run_beside_the_others() {
    check(
        &[
            "--rules",
            "own-rules",
            "--select",
            "XT001,zone",
            "-f",
            "concise",
            TEMPLATE,
        ],
        "own-rules/findings.txt",
    );
}

#[test]
fn the_exit_status_says_what_happened() {
    for (arguments, expected) in [
        (vec![TEMPLATE], 1),
        (vec!["--exit-zero", TEMPLATE], 0),
        (vec!["--fail-on", "error", TEMPLATE], 0),
        (vec!["--fail-on", "never", TEMPLATE], 0),
        (vec!["--select", "KV001", TEMPLATE], 0),
        (vec!["--select", "ST005", "--strict", TEMPLATE], 0),
        (vec!["--select", "KV004", TEMPLATE], 0),
        (
            vec![
                "--select",
                "KV004",
                "--strict",
                "--environments",
                "defaults",
                TEMPLATE,
            ],
            3,
        ),
        (vec!["missing.json"], 2),
        (vec!["--select", "ST0001", TEMPLATE], 2),
        (vec!["--no-such-flag"], 2),
        (vec![PARAMETERS], 3),
        (vec!["own-rules"], 3),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
    ] {
        let (actual, stderr) = status(&arguments);
        assert_eq!(actual, expected, "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_line_a_finding_as_msbuild_writes_it() {
    check(&["-f", "msbuild", TEMPLATE], "workspace/msbuild.txt");
}

#[test]
fn rules_are_explained() {
    let own = ["--rules", "own-rules"];
    check(
        &[&["explain", "storage-owner-tag", "AM304"], &own[..]].concat(),
        "own-rules/explain.txt",
    );
    check(
        &[
            &["explain", "storage-owner-tag", "-f", "markdown"],
            &own[..],
        ]
        .concat(),
        "own-rules/explain.markdown.txt",
    );
    check(
        &[&["explain", "storage-owner-tag", "-f", "json"], &own[..]].concat(),
        "own-rules/explain.json.txt",
    );
}

#[test]
fn every_built_in_rule_can_be_explained() {
    let listed = run(&["rules", "--format", "json"]);
    let listed: serde_json::Value =
        serde_json::from_slice(&listed.stdout).expect("the list is JSON");
    for rule in listed["rules"].as_array().expect("a list") {
        let code = rule["code"].as_str().expect("a rule has a code");
        let explained = run(&["explain", code]);
        let explained = text(&explained.stdout);
        for part in [
            "Looks at:",
            "Why, and what it does not know:",
            "Sources:",
            "Found: ",
            "Silent: ",
        ] {
            assert!(
                explained.contains(part),
                "{code} lacks `{part}`:\n{explained}"
            );
        }
        // What only a finding can fill in is said in words.
        let to_do = explained.split("What to do:").nth(1).unwrap_or_default();
        let to_do = to_do.split("Sources:").next().unwrap_or_default();
        assert!(!to_do.contains('{'), "{code}:{to_do}");
        for resource in rule["resource"].as_array().expect("a list") {
            let resource = resource.as_str().expect("a type");
            assert!(
                resource.starts_with("Microsoft.") || resource == "*",
                "{code}: {resource}"
            );
        }
    }
}

#[test]
fn rules_are_tested_by_their_examples() {
    check(
        &["rules", "test", "failing-rules"],
        "failing-rules/tested.txt",
    );
    for (arguments, expected, closing) in [
        (vec!["own-rules"], 0, "1 rule, 3 examples, 0 failures\n"),
        (
            vec!["failing-rules", "--select", "ST001"],
            1,
            "1 rule, 1 example, 1 failure\n",
        ),
        (
            vec![
                "failing-rules/tags/storage-zone-redundancy.yaml",
                "own-rules",
            ],
            1,
            "2 rules, 4 examples, 1 failure\n",
        ),
        // Twice the same: of the command line that which is tested counts.
        (
            vec![
                "own-rules",
                "--rules",
                "failing-rules/tags/storage-owner-tag.yaml",
            ],
            0,
            "1 rule, 3 examples, 0 failures\n",
        ),
        (vec!["broken-rules"], 2, ""),
        (vec!["own-rules", "failing-rules"], 2, ""),
        (vec!["no-rules"], 2, ""),
        (vec!["own-rules", "--select", "no-rule"], 2, ""),
        (vec!["workspace"], 3, "0 rules, 0 examples, 0 failures\n"),
    ] {
        let output = run(&[&["rules", "test"], &arguments[..]].concat());
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}");
        assert!(printed.ends_with(closing), "{arguments:?}: {printed}");
        assert_eq!(
            printed.is_empty(),
            expected == 2,
            "{arguments:?}: {printed}"
        );
    }
}

#[test]
fn built_in_rules_are_tested_as_they_are_on_disk() {
    use amllint::rules::catalogue::Catalogue;
    let output = run(&["rules", "test", "../rules"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    let rules = Catalogue::built_in().all().count();
    assert!(
        printed.starts_with(&format!("{rules} rules, ")),
        "{printed}"
    );
}

#[test]
fn rules_are_listed() {
    for (format, expected) in [
        ("text", "own-rules/list.txt"),
        ("markdown", "own-rules/list.markdown.txt"),
        ("json", "own-rules/list.json.txt"),
    ] {
        check(
            &[
                "rules",
                "--rules",
                "own-rules",
                "--select",
                "storage-owner-tag",
                "--format",
                format,
            ],
            expected,
        );
    }
}

#[test]
fn the_schema_of_every_kind_of_rule_file_is_printed() {
    use amllint::rules::catalogue::Catalogue;
    use amllint::rules::schema::{Kind, schema};
    for kind in Kind::ALL {
        let output = run(&["rules", "schema", "--of", kind.word()]);
        let printed: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("the schema is JSON");
        assert_eq!(printed, schema(*kind, &Catalogue::built_in()), "{kind:?}");
    }
    let of_rules = text(&run(&["rules", "schema"]).stdout);
    assert_eq!(
        of_rules,
        text(&run(&["rules", "schema", "--of", "rule"]).stdout)
    );
    // Names of one's own are known, even beside rules with mistakes.
    let with_own = run(&[
        "rules",
        "schema",
        "--rules",
        "every-key",
        "--rules",
        "broken-rules",
    ]);
    assert_eq!(
        (with_own.status.code(), text(&with_own.stderr)),
        (Some(0), String::new())
    );
    for name in [
        "every-key-list",
        "every-key-map",
        "every-key-role",
        "every-key-table",
        "every-key-value",
    ] {
        let name = format!("\"{name}\"");
        assert!(text(&with_own.stdout).contains(&name) && !of_rules.contains(&name));
    }
}

/// Runs the program with a text on its standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_amllint"))
        .args(arguments)
        .current_dir(testdata())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    child.wait_with_output().expect("the program ends")
}

#[test]
fn a_template_may_come_from_standard_input() {
    let template = std::fs::read(testdata().join(TEMPLATE)).expect("it is there");
    let piped = |arguments: &[&str]| run_with_input(arguments, &template);
    let named = piped(&["-", "--stdin-filename", TEMPLATE, "-f", "concise", "-q"]);
    let direct = run(&[TEMPLATE, "-f", "concise", "-q"]);
    assert_eq!(
        (named.status.code(), text(&named.stdout)),
        (direct.status.code(), text(&direct.stdout))
    );
    let unnamed = piped(&["-", "-f", "concise", "-q"]);
    assert!(
        text(&unnamed.stdout).starts_with("standard-input.json:"),
        "{unnamed:?}"
    );
    let expanded = piped(&["expand", "-"]);
    assert_eq!(
        text(&expanded.stdout),
        text(&run(&["expand", TEMPLATE]).stdout)
    );
    for (arguments, message) in [
        (vec!["-", TEMPLATE], "goes with no other path"),
        (
            vec![TEMPLATE, "--stdin-filename", "x.json"],
            "give `-` as the path",
        ),
        (vec!["-", "--max-file-size", "10"], "more than 10 bytes"),
    ] {
        let output = piped(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(message), "{output:?}");
    }
}

#[test]
fn usage_errors_say_what_would_do() {
    for (arguments, message) in [
        (vec!["missing.json"], "amllint: cannot read `missing.json`"),
        (
            vec!["workspce/azuredeplyo.json"],
            "; did you mean `workspace/azuredeploy.json`?",
        ),
        (
            vec![TEMPLATE, "-p", "workspace/azuredeploy.parameter.json"],
            "; did you mean `workspace/azuredeploy.parameters.json`?",
        ),
        (
            vec!["--rules", "own-rule", TEMPLATE],
            "; did you mean `own-rules`?",
        ),
        (
            vec!["expand", "workspace/azuredeploi.json"],
            "; did you mean `workspace/azuredeploy.json`?",
        ),
        (
            vec!["chekc", TEMPLATE],
            "amllint: there is no command or path `chekc`; did you mean `amllint check`?",
        ),
        (
            vec!["explian", "ST001", "--all-examples"],
            "amllint: there is no command or path `explian`; did you mean `amllint explain`?",
        ),
        (
            vec!["rules", "schma"],
            "a similar subcommand exists: 'schema'",
        ),
        (
            vec!["rules", "schema", "--of", "relation"],
            "a similar value exists: 'relations'",
        ),
        (
            vec!["--select", "storage-zone-redundency", TEMPLATE],
            "did you mean `storage-zone-redundancy`?",
        ),
        (vec!["own-rules"], "no deployment template was found"),
        (
            vec!["explain", "acr-premium-sk"],
            "did you mean `acr-premium-sku`?",
        ),
        (
            vec!["--formt", "json"],
            "a similar argument exists: '--format'",
        ),
        (vec!["--format", "jso"], "a similar value exists: 'json'"),
        (vec!["--as-of", "2026-13-01"], "--as-of <DATE>"),
        (
            vec![".", "-p", PARAMETERS, "-p", "own-rules/findings.txt"],
            "belongs to none of the templates",
        ),
    ] {
        let (_, stderr) = status(&arguments);
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

#[test]
fn what_is_no_template_is_told_when_it_is_named_and_skipped_when_it_is_found() {
    let output = run(&["-f", "concise", "workspace/default.full.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("error[AM302] the file is no deployment template"));
    let (status, stderr) = status(&["-q", "own-rules", "broken-rules"]);
    assert_eq!(
        (status, stderr.as_str()),
        (3, "amllint: no deployment template was found\n")
    );
}

#[test]
fn no_format_lets_a_template_steer_a_terminal() {
    let folder = std::env::temp_dir().join(format!("amllint-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let file = folder.join("escape.json");
    let template = "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",
        \"resources\": [ { \"type\": \"Microsoft.Storage/storageAccounts\", \"name\": \"a\u{1b}[31m\u{7}\u{202e}\",
        \"location\": \"eastus\", \"sku\": { \"name\": \"Standard_LRS\" } } ] }";
    std::fs::write(&file, template).expect("the temporary folder is writable");
    let file = file.to_string_lossy();
    for arguments in [
        vec!["-f", "full", &file],
        vec!["-f", "concise", &file],
        vec!["-f", "json", &file],
        vec!["expand", &file],
    ] {
        let output = run(&arguments);
        let everything = text(&output.stdout) + &text(&output.stderr);
        assert!(
            everything.contains("Standard_LRS") || everything.contains("one datacenter"),
            "{everything}"
        );
        assert!(!everything.contains(['\u{1b}', '\u{7}']), "{arguments:?}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
}

#[test]
fn an_alias_selects_the_rule_it_stands_for() {
    let (by_alias, by_rule) = (
        run(&["--select", "ST002", TEMPLATE]),
        run(&["--select", "st001", TEMPLATE]),
    );
    assert_eq!(by_alias.stdout, by_rule.stdout);
    assert!(text(&by_alias.stdout).contains("ST001"));
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let with = |jobs| run(&["--jobs", jobs, "-f", "json", "."]).stdout;
    let one = with("1");
    assert!(!one.is_empty());
    assert!(one == with("2") && one == with("8"));
}

#[test]
fn a_secret_is_printed_by_no_format() {
    for arguments in [
        vec!["-f", "full", TEMPLATE],
        vec!["-f", "concise", TEMPLATE],
        vec!["-f", "json", TEMPLATE],
        vec!["expand", TEMPLATE],
        vec![
            "expand",
            TEMPLATE,
            "--param",
            "adminPassword=battery-staple",
        ],
    ] {
        let output = run(&arguments);
        let everything = text(&output.stdout) + &text(&output.stderr);
        assert!(
            !everything.contains("correct-horse") && !everything.contains("battery-staple"),
            "{arguments:?}"
        );
    }
}
