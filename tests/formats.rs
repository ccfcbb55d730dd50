//! Output formats: one project with every kind of finding and texts that would be commands, tags or formulas if a format let them.
//!
//! The rules are those of the project itself, so that its expected output changes with formats only.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Formats and the files of their expected output.
const FORMATS: [(&str, &str); 13] = [
    ("full", "full.txt"),
    ("concise", "concise.txt"),
    ("msbuild", "msbuild.txt"),
    ("json", "findings.json"),
    ("jsonl", "findings.jsonl"),
    ("sarif", "findings.sarif"),
    ("github", "github.txt"),
    ("azure", "azure.txt"),
    ("gitlab", "gitlab.json"),
    ("junit", "junit.xml"),
    ("rdjson", "rdjson.json"),
    ("csv", "findings.csv"),
    ("markdown", "findings.md"),
];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats")
}

/// amllint in a folder, without anything of the environment that it looks at.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
    command.current_dir(folder);
    let looked_at = [
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "TF_BUILD",
        "BUILD_SOURCESDIRECTORY",
        "CI_PROJECT_DIR",
    ];
    for variable in looked_at {
        command.env_remove(variable);
    }
    command.env("GITHUB_WORKSPACE", folder);
    command
}

/// amllint over the project.
fn run(arguments: &[&str]) -> Output {
    let mut command = command(&project());
    command.args(["--rules", "rules", "--select", "XF001,XF002,XF003"]);
    command.args(["--module-cache", "none", "templates"]);
    command
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn printed(format: &str) -> String {
    text(&run(&["-q", "--format", format]).stdout)
}

fn json(format: &str) -> Value {
    serde_json::from_str(&printed(format)).expect("it is JSON")
}

/// A folder that is removed with its content.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("amllint-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder is writable");
        Folder(std::fs::canonicalize(path).expect("it is there"))
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("the temporary folder is writable");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).expect("it was written")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn each_format_prints_the_project() {
    let mut wrong = Vec::new();
    for (format, file) in FORMATS {
        let actual = printed(format);
        let path = project().join("expected").join(file);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &actual).expect("testdata is writable");
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        if actual != wanted.replace("\r\n", "\n") {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "these differ: {}", wrong.join(", "));
}

#[test]
fn no_text_of_a_template_does_anything() {
    for (format, _) in FORMATS {
        let output = printed(format);
        let steering = |character: char| {
            character.is_control() && character != '\n'
                || matches!(character, '\u{202a}'..='\u{202e}')
        };
        assert!(!output.contains(steering), "{format} steers a terminal");
        for line in output.lines() {
            let (command, rest) = line.split_at(line.len().min(2));
            assert!(
                command != "::" || format == "github" && is_annotation(line),
                "{format}: {line}"
            );
            let inner = if format == "azure" && command == "##" {
                rest
            } else {
                line
            };
            assert!(!is_command(inner), "{format}: {line}");
        }
        if format == "csv" {
            assert!(
                !output.contains("\n=") && !output.contains(",="),
                "{format}"
            );
        }
        if ["markdown", "junit"].contains(&format) {
            let shown = if format == "markdown" {
                without_code(&output)
            } else {
                output
            };
            for tag in ["<script", "<img", "<testcase name=\"x\"", "<b>"] {
                assert!(!shown.contains(tag), "{format} has {tag}");
            }
        }
    }
}

/// Markdown without what stands between backticks, where HTML is text.
fn without_code(markdown: &str) -> String {
    let mut rest = markdown;
    let mut left = String::new();
    while let Some(start) = rest.find('`') {
        let fence = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let fence = &rest[start..start + fence];
        left.push_str(&rest[..start]);
        rest = &rest[start + fence.len()..];
        if let Some(end) = rest.find(fence) {
            rest = &rest[end + fence.len()..];
        }
    }
    left + rest
}

/// Whether an agent of Azure Pipelines or a runner of GitHub Actions finds a command in a line.
fn is_command(line: &str) -> bool {
    line.contains("##[") || line.contains("##vso[")
}

/// One annotation, whose message holds no other.
fn is_annotation(line: &str) -> bool {
    let levels = ["::error title=", "::warning title=", "::notice title="];
    levels.iter().any(|level| line.starts_with(level)) && !line.contains('\r')
}

#[test]
fn a_hostile_name_is_read_back_as_it_is() {
    let name = "##vso[task.complete result=Succeeded]done";
    for format in ["json", "gitlab", "rdjson", "sarif"] {
        let found = json(format).to_string();
        assert!(found.contains(name), "{format}");
    }
    let lines = printed("jsonl");
    let lines = lines.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<Value> = lines.collect::<Result<_, _>>().expect("each line is JSON");
    assert!(
        lines
            .iter()
            .any(|line| line["message"].to_string().contains(name))
    );
    let (last, rest) = lines.split_last().expect("there are lines");
    assert_eq!(last["kind"], "coverage");
    assert!(rest.iter().all(|line| line["kind"] == "diagnostic"));
}

/// What GitHub asks of a file beside the schema of SARIF.
#[test]
fn github_takes_the_sarif_file() {
    let sarif = json("sarif");
    let run = &sarif["runs"][0];
    assert_eq!(
        (&sarif["version"], &run["columnKind"]),
        (&"2.1.0".into(), &"utf16CodeUnits".into())
    );
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        let text = |key: &str| {
            rule[key]["text"]
                .as_str()
                .unwrap_or_default()
                .chars()
                .count()
        };
        assert!((1..=1024).contains(&text("shortDescription")), "{rule}");
        assert!(
            (1..=1024).contains(&text("fullDescription")) && text("help") > 0,
            "{rule}"
        );
        assert!(rule["properties"].get("security-severity").is_none());
        let tags = rule["properties"]["tags"].as_array();
        assert!(tags.is_none_or(|tags| (1..=20).contains(&tags.len())));
    }
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty() && results.len() <= 25_000);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(
            !result["message"]["text"]
                .as_str()
                .expect("a text")
                .is_empty()
        );
        for key in ["amllint/v1", "primaryLocationLineHash"] {
            assert!(
                !result["partialFingerprints"][key]
                    .as_str()
                    .expect("a text")
                    .is_empty()
            );
        }
        for key in ["suppressions", "baselineState", "kind"] {
            assert!(result.get(key).is_none());
        }
        let related = result["relatedLocations"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let locations = result["locations"].as_array().expect("locations");
        assert_eq!(locations.len(), 1);
        for location in locations.iter().chain(&related) {
            let physical = &location["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"]
                .as_str()
                .expect("a text");
            assert!(
                uri.starts_with("templates/") && !uri.contains([' ', '\\']),
                "{uri}"
            );
            let number = |key: &str| physical["region"][key].as_u64().expect("a number");
            assert!(number("startLine") > 0 && number("startLine") == number("endLine"));
            assert!(number("startColumn") > 0 && number("startColumn") <= number("endColumn"));
        }
    }
    assert!(!has_empty_text(&sarif));
}

fn has_empty_text(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.iter().any(has_empty_text),
        Value::Object(members) => members.values().any(has_empty_text),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[test]
fn columns_of_sarif_are_utf_16_units() {
    let folder = Folder::new("columns");
    let template = "{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\r\n\
        \"contentVersion\": \"1.0.0.0\", \"resources\": [ { \"tags\": { \"𝒳\": \"é\" }, \"kind\": \"Storage\",\r\n\
        \"type\": \"Microsoft.Storage/storageAccounts\", \"name\": \"st\", \"apiVersion\": \"2023-05-01\", \"location\": \"westeurope\" } ] }";
    folder.write("crlf.json", template);
    let rules = project().join("rules");
    let mut command = command(&folder.0);
    command.arg("--rules").arg(rules);
    command.args([
        "--select",
        "XF003",
        "-q",
        "crlf.json",
        "--format",
        "sarif=out.sarif",
        "--format",
        "concise",
    ]);
    let output = command.output().expect("the program starts");
    let concise = text(&output.stdout);
    let line = template.lines().nth(1).expect("it has lines");
    let before = line.split("\"Storage\"").next().expect("it is there");
    assert!(
        concise.starts_with(&format!("crlf.json:2:{}: ", before.chars().count() + 1)),
        "{concise}"
    );
    let sarif: Value = serde_json::from_str(&folder.read("out.sarif")).expect("it is JSON");
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startColumn"], before.encode_utf16().count() + 1);
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let folder = Folder::new("fingerprints");
    let original =
        std::fs::read_to_string(project().join("templates/hostile.json")).expect("it is there");
    let moved = original.replacen(
        "\"resources\": [",
        "\"variables\": {\n\n },\n\n\"resources\": [\n",
        1,
    );
    let other = original.replacen(
        "\"name\": \"Standard_LRS\"",
        "\"name\":\n \"Standard_LRS\"",
        1,
    );
    let fingerprints = |template: &str| {
        folder.write("a.json", template);
        let mut command = command(&folder.0);
        command.arg("--rules").arg(project().join("rules"));
        command.args(["--select", "XF001", "-q", "a.json", "-f", "sarif"]);
        let output = command.output().expect("the program starts");
        let sarif: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        let results = sarif["runs"][0]["results"]
            .as_array()
            .expect("results")
            .clone();
        let prints = results
            .iter()
            .map(|one| one["partialFingerprints"]["amllint/v1"].clone());
        prints.map(|print| print.to_string()).collect::<Vec<_>>()
    };
    let first = fingerprints(&original);
    let mut distinct = first.clone();
    distinct.sort();
    distinct.dedup();
    assert!(first.len() > 15 && distinct.len() == first.len());
    assert_eq!(first, fingerprints(&moved));
    assert_eq!(first, fingerprints(&other));
    let renamed = fingerprints(&original.replacen("a|b", "c|d", 1));
    let changed = first.iter().zip(&renamed).filter(|(one, two)| one != two);
    assert_eq!(changed.count(), 1);
}

#[test]
fn what_the_command_line_gives_is_shown_where_it_goes() {
    let output = run(&[
        "-q",
        "--param",
        "kind=Storage",
        "--select",
        "XF003",
        "-f",
        "github",
        "--location",
        "westeurope",
    ]);
    let found = text(&output.stdout);
    let line = found
        .lines()
        .find(|line| line.contains("XF003"))
        .expect("it is found");
    assert!(line.contains("file=templates/main.json,line=15,"), "{line}");
}

#[test]
fn several_formats_are_written_in_one_run() {
    let folder = Folder::new("several");
    let to = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    let sarif = format!("sarif={}", to("out.sarif"));
    let junit = format!("junit={}", to("out.xml"));
    let output = run(&["-q", "-f", &sarif, "-f", "github", "-f", &junit]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), printed("github"));
    assert_eq!(folder.read("out.sarif"), printed("sarif"));
    assert_eq!(folder.read("out.xml"), printed("junit"));
    run(&["-q", "-f", "csv", "-o", &to("out.csv")]);
    assert_eq!(folder.read("out.csv"), printed("csv"));
}

#[test]
fn build_services_get_what_they_read() {
    let folder = Folder::new("services");
    let summary = folder.0.join("summary.md");
    let in_environment = |variables: &[(&str, &Path)], arguments: &[&str]| {
        let mut command = command(&project());
        command.args(["--rules", "rules", "--select", "XF001,XF002,XF003"]);
        command
            .args(["--module-cache", "none", "templates"])
            .args(arguments);
        command.envs(variables.iter().copied());
        command.output().expect("the program starts")
    };
    let actions = [
        ("GITHUB_ACTIONS", Path::new("true")),
        ("GITHUB_STEP_SUMMARY", &summary),
    ];
    folder.write("summary.md", "before\n");
    let output = in_environment(&actions, &[]);
    assert_eq!(text(&output.stdout), printed("github"));
    let notice = "amllint: the format is `github`, for `GITHUB_ACTIONS` is set; `--format full` gives the usual one\n";
    assert!(text(&output.stderr).starts_with(notice), "{output:?}");
    assert_eq!(
        folder.read("summary.md"),
        format!("before\n{}", printed("markdown"))
    );
    let given = in_environment(&actions, &["-q", "-f", "concise"]);
    assert_eq!(
        (text(&given.stdout), text(&given.stderr)),
        (printed("concise"), String::new())
    );
    let azure = in_environment(&[("TF_BUILD", Path::new("True"))], &["-q"]);
    assert_eq!(text(&azure.stdout), printed("azure"));

    let nowhere = folder.0.join("nowhere").join("summary.md");
    let broken = [
        ("GITHUB_ACTIONS", Path::new("true")),
        ("GITHUB_STEP_SUMMARY", &nowhere),
    ];
    let output = in_environment(&broken, &["-q"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("amllint: cannot write `"),
        "{output:?}"
    );
    assert_eq!(text(&output.stdout), printed("github"));
}

#[test]
fn azure_pipelines_are_told_of_warnings_that_do_not_fail() {
    let complete = "##vso[task.complete result=SucceededWithIssues;]";
    assert!(!printed("azure").contains(complete));
    let output = run(&["-q", "-f", "azure", "--fail-on", "never"]);
    assert!(text(&output.stdout).contains(complete), "{output:?}");
}

#[test]
fn a_file_without_findings_is_a_passing_case() {
    let junit = printed("junit");
    assert!(
        junit.contains("<testcase name=\"no findings\" classname=\"templates/clean.json\"/>"),
        "{junit}"
    );
    assert!(!junit.contains("package.json"));
    let fine = text(&run(&["-q", "-f", "junit", "--fail-on", "never"]).stdout);
    assert!(fine.contains("failures=\"0\"") && !fine.contains("<failure"));
}

#[test]
fn gitlab_tells_every_finding_apart() {
    let issues = json("gitlab");
    let issues = issues.as_array().expect("an array");
    let mut prints: Vec<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().expect("a text"))
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), issues.len());
    for issue in issues {
        let severity = issue["severity"].as_str().expect("a text");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().expect("a text");
        assert!(path.starts_with("templates/"), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64() > Some(0));
    }
}

#[test]
fn the_exit_status_does_not_depend_on_the_format() {
    for (format, _) in FORMATS {
        let status = |more: &[&str]| run(&[&["-q", "-f", format], more].concat()).status.code();
        assert_eq!(status(&[]), Some(1), "{format}");
        assert_eq!(status(&["--exit-zero"]), Some(0), "{format}");
    }
}

#[test]
fn output_that_cannot_be_written_is_told() {
    for (arguments, message) in [
        (
            vec!["-o", "no/such/folder.txt"],
            "amllint: cannot write `no/such/folder.txt`",
        ),
        (
            vec!["-f", "sarif=no/such/out.sarif"],
            "amllint: cannot write `no/such/out.sarif`",
        ),
        (vec!["-o", "templates"], "amllint: cannot write `templates`"),
        (vec!["-f", "sarif="], "there is no file behind `=`"),
        (
            vec!["-f", "sarif", "-f", "json"],
            "`sarif` and `json` cannot both go to one place",
        ),
        (
            vec!["-f", "sarif=./out", "-f", "json=out"],
            "two formats cannot both go to `out`",
        ),
        (
            vec!["-f", "json=templates/../templates/main.json"],
            "`templates/../templates/main.json` is a template of this run: name another file",
        ),
        (
            vec!["-f", "sarf=out.sarif"],
            "a similar value exists: 'sarif'",
        ),
        (vec!["--select", "XF0001"], "there is no rule"),
    ] {
        let output = run(&arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_message_on_standard_error_is_no_command_either() {
    let output = run(&[
        "-q",
        "-o",
        "no/##vso[task.complete]\n::error::x/\u{1b}[31m.txt",
    ]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr.starts_with("amllint: cannot write `no/# #vso["),
        "{stderr}"
    );
    assert!(
        stderr.lines().count() == 1 && !stderr.contains('\u{1b}'),
        "{stderr}"
    );
}

/// File systems of Windows have none of these names.
#[cfg(unix)]
#[test]
fn a_hostile_file_name_does_nothing() {
    let folder = Folder::new("names");
    let template = std::fs::read(project().join("templates/hostile.bicep")).expect("it is there");
    let names = [
        "::error::done.bicep",
        "##vso[task.complete].bicep",
        "]]><script>.bicep",
        "=1|`x` %0A.bicep",
        "--param.bicep",
        "\u{1b}[31m\u{202e}.bicep",
        "two\n::error::lines.bicep",
        "a:b.bicep",
    ];
    for name in names {
        std::fs::write(folder.0.join(name), &template).expect("the temporary folder is writable");
    }
    for (format, _) in FORMATS {
        let mut command = command(&folder.0);
        command.arg("--rules").arg(project().join("rules"));
        command.args(["--select", "XF001", "-q", "-f", format, "."]);
        let output = command.output().expect("the program starts");
        let output = text(&output.stdout);
        assert!(output.contains("one datacenter"), "{format}: {output}");
        for line in output.lines() {
            let begins = line.trim_start();
            assert!(
                !begins.starts_with("::") || format == "github" && is_annotation(line),
                "{line}"
            );
            let rest = if format == "azure" {
                begins.get(2..).unwrap_or_default()
            } else {
                line
            };
            assert!(!is_command(rest), "{format}: {line}");
        }
        assert!(!output.contains(['\u{1b}', '\u{202e}', '\r']), "{format}");
        assert!(
            !without_code(&output).contains("<script>") || !["junit", "markdown"].contains(&format)
        );
        let computed = output.contains("\n=") || output.contains("\n\"=");
        assert!(format != "csv" || !computed, "{output}");
    }
    let mut command = command(&folder.0);
    command.arg("--rules").arg(project().join("rules"));
    let output = command
        .args(["--select", "XF001", "-q", "-f", "sarif", "."])
        .output();
    let sarif: Value =
        serde_json::from_slice(&output.expect("the program starts").stdout).expect("it is JSON");
    let mut uris = Vec::new();
    for result in sarif["runs"][0]["results"].as_array().expect("results") {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().expect("a text").to_owned();
        assert!(
            uri.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte)),
            "{uri}"
        );
        uris.push(uri);
    }
    assert!(
        uris.contains(&"a%3Ab.bicep".to_owned())
            && uris.contains(&"%3A%3Aerror%3A%3Adone.bicep".to_owned())
    );
}

#[test]
fn what_is_expanded_steers_nothing_either() {
    let folder = Folder::new("expand");
    let template = "output text string = '##vso[task.complete]\u{9b}31m\u{202e}'\n";
    folder.write("main.bicep", template);
    let output = command(&folder.0).args(["expand", "main.bicep"]).output();
    let expanded = text(&output.expect("the program starts").stdout);
    assert!(!is_command(&expanded), "{expanded}");
    assert!(!expanded.contains(['\u{9b}', '\u{202e}']), "{expanded}");
    let read: Value = serde_json::from_str(&expanded).expect("it is JSON");
    let value = &read["outputs"]["text"];
    assert_eq!(value, "##vso[task.complete]\u{9b}31m\u{202e}");
}
