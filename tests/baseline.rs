//! Accepted findings: what a baseline holds, what it survives, and how it is merged.

use crate::repository::Repository;

const BASELINE: [&str; 2] = ["--baseline", "amllint-baseline.txt"];
const QUIET: [&str; 5] = ["-q", "-f", "concise", "--select", "ST001,ST011"];

impl Repository {
    /// What is found beside what is accepted, a line a finding without its message, and the exit status.
    fn found(&self, more: &[&str]) -> (i32, Vec<String>) {
        let (status, found, said) = self.run(&[&QUIET[..], &BASELINE, more].concat());
        assert!(status < 2, "{said}");
        let lines = found
            .lines()
            .map(|line| line.split("] ").next().unwrap_or(line));
        (status, lines.map(|line| format!("{line}]")).collect())
    }

    fn baseline(&self, command: &str) -> String {
        let select = ["--select", "ST001,ST011"];
        let (status, _, said) = self.run(&[&["baseline", command][..], &select].concat());
        assert_eq!(status, 0, "{said}");
        said
    }

    /// How many entries there are.
    fn entries(&self) -> usize {
        let text = self.read("amllint-baseline.txt");
        text.lines().filter(|line| !line.starts_with('#')).count()
    }
}

fn account(symbol: &str, name: &str, sku: &str) -> String {
    format!(
        "resource {symbol} 'Microsoft.Storage/storageAccounts@2023-05-01' = {{\n  name: {name}\n  \
         location: 'westeurope'\n  kind: 'StorageV2'\n  sku: {{ name: {sku} }}\n}}\n"
    )
}

fn json_account(name: &str, sku: &str) -> String {
    format!(
        "{{ \"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\",\n  \"name\": {name}, \"location\": \"westeurope\",\n  \
         \"kind\": \"StorageV2\", \"sku\": {{ \"name\": {sku} }} }}"
    )
}

fn json_template(parameters: &str, resources: &[String]) -> String {
    format!(
        "{{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\
         \"contentVersion\": \"1.0.0.0\", \"parameters\": {{ {parameters} }},\n\"resources\": [\n{}\n] }}\n",
        resources.join(",\n")
    )
}

#[test]
fn what_is_accepted_fails_nothing_and_what_is_new_does() {
    for extension in ["bicep", "json"] {
        let repository = Repository::new(&format!("baseline-new-{extension}"));
        let file = format!("main.{extension}");
        let template = |accounts: &[(&str, &str)]| match extension {
            "bicep" => {
                let account = |(name, sku): &(&str, &str)| {
                    account(name, &format!("'{name}'"), &format!("'{sku}'"))
                };
                accounts.iter().map(account).collect::<String>()
            }
            _ => {
                let account = |(name, sku): &(&str, &str)| {
                    json_account(&format!("\"{name}\""), &format!("\"{sku}\""))
                };
                json_template("", &accounts.iter().map(account).collect::<Vec<_>>())
            }
        };
        repository.write(&file, &template(&[("stone", "Standard_LRS")]));
        let said = repository.baseline("create");
        assert!(
            said.contains("wrote 2 findings to `amllint-baseline.txt`"),
            "{said}"
        );
        assert_eq!(repository.found(&["--strict"]), (0, Vec::new()));
        let shown = repository.run(&[&QUIET[..], &BASELINE, &["--show-suppressed"]].concat());
        assert_eq!(
            shown.1.matches("(accepted by the baseline)").count(),
            2,
            "{}",
            shown.1
        );
        repository.write(
            &file,
            &template(&[("stone", "Standard_LRS"), ("sttwo", "Standard_LRS")]),
        );
        let (status, found) = repository.found(&[]);
        assert_eq!((status, found.len()), (1, 2), "{found:?}");
        repository.baseline("update");
        assert_eq!(
            (repository.found(&["--strict"]), repository.entries()),
            ((0, Vec::new()), 4)
        );
        // It is written once.
        let again = repository.run(&["baseline", "create"]);
        assert_eq!(again.0, 2);
        assert!(
            again.2.contains("`amllint-baseline.txt` is there already"),
            "{}",
            again.2
        );
    }
}

#[test]
fn what_is_mended_and_still_listed_fails_a_strict_run_until_it_is_pruned() {
    let repository = Repository::new("baseline-fixed");
    repository.write("main.bicep", &account("a", "'sta'", "'Standard_LRS'"));
    repository.write("other.bicep", &account("b", "'stb'", "'Standard_LRS'"));
    repository.baseline("create");
    repository.write("main.bicep", &account("a", "'sta'", "'Standard_ZRS'"));
    let (status, _, said) = repository.run(&[&["--select", "ST001,ST011"], &BASELINE[..]].concat());
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("1 entry of the baseline is not found any more"),
        "{said}"
    );
    let (status, found) = repository.found(&["--strict"]);
    assert_eq!(
        (status, found),
        (1, vec!["amllint-baseline.txt:2:1: error[AM007]".to_owned()])
    );
    // Who looks at a part does not know of the rest, nor who does not run the rule.
    for arguments in [
        &["other.bicep"][..],
        &["--environments", "defaults"],
        &["--param", "x=1"],
    ] {
        assert_eq!(
            repository.found(&[&["--strict"], arguments].concat()),
            (0, Vec::new())
        );
    }
    let other_rule = ["-q", "-f", "concise", "--select", "CR002", "--strict"];
    assert_eq!(repository.run(&[&other_rule[..], &BASELINE].concat()).0, 0);
    assert!(
        repository
            .baseline("prune")
            .contains("1 entry not found any more")
    );
    assert_eq!(
        (repository.found(&["--strict"]), repository.entries()),
        ((0, Vec::new()), 3)
    );
    // A template that is gone has no findings.
    repository.remove("other.bicep");
    assert_eq!(repository.found(&["--strict"]).0, 1);
    repository.baseline("prune");
    assert_eq!(
        (repository.found(&["--strict"]), repository.entries()),
        ((0, Vec::new()), 1)
    );
}

#[test]
fn moving_code_within_a_file_and_into_modules_keeps_what_is_accepted() {
    let repository = Repository::new("baseline-moved");
    let name = "'st${uniqueString(resourceGroup().id)}'";
    let before = format!(
        "param sku string = 'Standard_LRS'\nparam fixedName string\n{}{}",
        account("one", name, "sku"),
        account("two", "fixedName", "'Standard_GRS'").replace("Standard_GRS", "Standard_LRS")
    );
    repository.write("main.bicep", &before);
    repository.baseline("create");
    assert_eq!(repository.entries(), 4);
    let still = |what: &str| assert_eq!(repository.found(&["--strict"]), (0, Vec::new()), "{what}");
    still("nothing changed");
    repository.write(
        "main.bicep",
        &format!("// a comment\n\n\n{}", before.replace("\n", "\n\n")),
    );
    still("lines were inserted");
    repository.write(
        "main.bicep",
        &before
            .replace("sku string", "kind string")
            .replace("name: sku", "name: kind"),
    );
    still("a parameter was renamed");
    repository.write(
        "main.bicep",
        &before.replace("= 'Standard_LRS'", "= 'Premium_LRS'"),
    );
    still("another bad value");
    repository.write(
        "main.bicep",
        &before
            .replace("resource one ", "resource first ")
            .replace("resource two ", "resource second "),
    );
    still("symbolic names changed");
    let (first, second) = before.split_at(before.find("resource two").expect("it is there"));
    let head = before.find("resource one").expect("it is there");
    let reordered = format!("{}{second}{}", &first[..head], &first[head..]);
    repository.write("main.bicep", &reordered);
    still("the order changed");

    // Both go into a module, which has other names for what it is given.
    let module = format!(
        "param accountName string\nparam redundancy string\n{}",
        account("account", "accountName", "redundancy")
    );
    repository.write("modules/storage.bicep", &module);
    let calls = |values: [&str; 2]| {
        format!(
            "param sku string = 'Standard_LRS'\nparam fixedName string\n\
             module one 'modules/storage.bicep' = {{\n  name: 'one'\n  params: {{ accountName: {name}, redundancy: {} }}\n}}\n\
             module two 'modules/storage.bicep' = {{\n  name: 'two'\n  params: {{ accountName: fixedName, redundancy: {} }}\n}}\n",
            values[0], values[1]
        )
    };
    repository.write("main.bicep", &calls(["sku", "'Standard_LRS'"]));
    still("resources were moved into a module");
    repository.write(
        "modules/storage.bicep",
        &module
            .replace("redundancy", "skuName")
            .replace("accountName", "theName"),
    );
    let renamed = calls(["sku", "'Standard_LRS'"])
        .replace("redundancy:", "skuName:")
        .replace("accountName:", "theName:");
    repository.write("main.bicep", &renamed);
    still("parameters of the module were renamed");
    // And into a module of that module.
    repository.write(
        "modules/outer.bicep",
        "param n string\nparam s string\nmodule inner 'storage.bicep' = {\n  name: 'inner'\n  params: { theName: n, skuName: s }\n}\n",
    );
    let outer = renamed
        .replace("modules/storage.bicep", "modules/outer.bicep")
        .replace("skuName:", "s:")
        .replace("theName:", "n:");
    repository.write("main.bicep", &outer);
    still("the module was moved into another one");
    // What the fingerprint does not promise: another name is another resource.
    repository.write("main.bicep", &outer.replace("st${", "sa${"));
    let (status, found) = repository.found(&["--strict"]);
    assert_eq!((status, found.len()), (1, 4), "{found:?}");
}

#[test]
fn moving_json_into_nested_and_linked_templates_keeps_what_is_accepted() {
    let repository = Repository::new("baseline-nested");
    let parameters = "\"accountName\": { \"type\": \"string\" }";
    let name = "\"[parameters('accountName')]\"";
    let before = json_template(parameters, &[json_account(name, "\"Standard_LRS\"")]);
    repository.write("main.json", &before);
    repository.baseline("create");
    let still = |what: &str| assert_eq!(repository.found(&["--strict"]), (0, Vec::new()), "{what}");
    repository.write("main.json", &before.replace(", \"", ",\n\n        \""));
    still("lines were inserted");
    let inner = json_template(
        "\"name\": { \"type\": \"string\" }, \"sku\": { \"type\": \"string\" }",
        &[json_account(
            "\"[parameters('name')]\"",
            "\"[parameters('sku')]\"",
        )],
    );
    let given = format!(
        "\"parameters\": {{ \"name\": {{ \"value\": {name} }}, \"sku\": {{ \"value\": \"Standard_LRS\" }} }}"
    );
    let deployment = |properties: String| {
        format!(
            "{{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"inner\",\n\"properties\": {{ \"mode\": \"Incremental\", {properties}, {given} }} }}"
        )
    };
    let nested = deployment(format!(
        "\"expressionEvaluationOptions\": {{ \"scope\": \"inner\" }}, \"template\": {inner}"
    ));
    repository.write("main.json", &json_template(parameters, &[nested]));
    still("the resource was moved into a nested template");
    repository.write("nested/storage.json", &inner);
    let linked =
        deployment("\"templateLink\": { \"relativePath\": \"nested/storage.json\" }".to_owned());
    repository.write("main.json", &json_template(parameters, &[linked]));
    still("the resource was moved into a linked template");
}

#[test]
fn each_entry_accepts_one_finding() {
    let repository = Repository::new("baseline-counted");
    let module = |sku: &str| format!("param sku string\n{}", account("account", "'stsame'", sku));
    repository.write("modules/storage.bicep", &module("sku"));
    let call = |name: &str| {
        format!(
            "module {name} 'modules/storage.bicep' = {{\n  name: '{name}'\n  scope: resourceGroup('{name}')\n  params: {{ sku: 'Standard_LRS' }}\n}}\n"
        )
    };
    let select = ["--select", "ST001"];
    repository.write("main.bicep", &format!("{}{}", call("a"), call("b")));
    repository.run(&[&["baseline", "create"], &select[..]].concat());
    assert_eq!(repository.entries(), 2);
    assert_eq!(repository.found(&select).0, 0);
    // The third is not told apart from the others, and is one too many.
    repository.write(
        "main.bicep",
        &format!("{}{}{}", call("a"), call("b"), call("c")),
    );
    let (status, found) = repository.found(&select);
    let found: Vec<_> = found.iter().filter(|line| line.contains("ST001")).collect();
    assert_eq!((status, found.len()), (1, 1), "{found:?}");
    // One default decides for all: the finding stands for one more resource, which nobody accepted.
    let shared = |names: &[&str]| {
        let accounts = names
            .iter()
            .map(|name| account(name, &format!("'{name}'"), "sku"));
        format!(
            "param sku string = 'Standard_LRS'\n{}",
            accounts.collect::<String>()
        )
    };
    repository.write("main.bicep", &shared(&["sta", "stb"]));
    repository.run(&[&["baseline", "update"], &select[..]].concat());
    assert_eq!((repository.entries(), repository.found(&select).0), (2, 0));
    repository.write("main.bicep", &shared(&["sta", "stb", "stc"]));
    assert_eq!(repository.found(&select).0, 1);
}

#[test]
fn mandatory_rules_are_not_accepted() {
    let repository = Repository::new("baseline-mandatory");
    repository.write("main.bicep", &account("a", "'sta'", "'Standard_LRS'"));
    repository.baseline("create");
    let (status, found) = repository.found(&["--mandatory", "ST001"]);
    assert_eq!(
        (status, found),
        (1, vec!["main.bicep:5:16: warning[ST001]".to_owned()])
    );
    repository.write(
        "amllint.toml",
        "mandatory = [\"storage-zone-redundancy\"]\nbaseline = \"amllint-baseline.txt\"\n",
    );
    assert_eq!(repository.run(&QUIET).0, 1);
    repository.remove("amllint-baseline.txt");
    let said = repository.baseline("create");
    assert!(
        said.contains("1 finding of mandatory rules cannot be accepted"),
        "{said}"
    );
    assert_eq!(repository.entries(), 1);
}

#[test]
fn a_file_that_is_no_baseline_is_told() {
    let repository = Repository::new("baseline-broken");
    repository.write("main.bicep", &account("a", "'sta'", "'Standard_LRS'"));
    repository.baseline("create");
    let text = repository.read("amllint-baseline.txt");
    repository.write(
        "amllint-baseline.txt",
        &format!("<<<<<<< HEAD\n{text}>>>>>>> other\n"),
    );
    let (status, _, said) = repository.run(&[&QUIET[..], &BASELINE].concat());
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("error[AM504 baseline]: this is no entry of a baseline"),
        "{said}"
    );
    let (status, _, said) = repository.run(&["--baseline", "nowhere.txt"]);
    assert_eq!(status, 2, "{said}");
    // Neither order nor repetition matters, nor how lines end.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    repository.write("amllint-baseline.txt", &lines.join("\r\n"));
    assert_eq!(repository.found(&["--strict"]), (0, Vec::new()));
}

#[test]
fn what_is_restored_or_moved_through_files_is_the_same_in_sarif() {
    let repository = Repository::new("baseline-sarif");
    repository.write("main.bicep", &account("a", "'sta'", "'Standard_LRS'"));
    repository.baseline("create");
    let sarif = repository
        .run(&["-f", "sarif", "--select", "ST001,ST011"])
        .1;
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("it is JSON");
    let results = sarif["runs"][0]["results"]
        .as_array()
        .expect("a list")
        .iter();
    let fingerprint = |result: &serde_json::Value| {
        let fingerprint = &result["partialFingerprints"]["amllint/v1"];
        fingerprint.as_str().expect("a text").to_owned()
    };
    let mut of_sarif: Vec<String> = results.map(fingerprint).collect();
    of_sarif.sort();
    let baseline = repository.read("amllint-baseline.txt");
    let lines = baseline.lines().filter(|line| !line.starts_with('#'));
    let mut listed: Vec<&str> = lines.filter_map(|line| line.rsplit('\t').next()).collect();
    listed.sort_unstable();
    assert_eq!(listed, of_sarif);
}

/// A repository with six templates of two findings each, and its baseline.
fn six(name: &str) -> Option<Repository> {
    let repository = Repository::with_git(name)?;
    for letter in 'a'..='f' {
        let name = format!("'st{letter}'");
        let text = account("account", &name, "'Standard_LRS'");
        repository.write(&format!("{letter}/main.bicep"), &text);
    }
    repository.baseline("create");
    repository.commit("begin");
    Some(repository)
}

/// A branch on which one template is mended and another one is added.
fn branch(repository: &Repository, name: &str, mended: &str, added: &str) {
    repository.git(&["checkout", "-q", "trunk"]);
    repository.git(&["checkout", "-q", "-b", name]);
    let path = format!("{mended}/main.bicep");
    let text = repository
        .read(&path)
        .replace("Standard_LRS", "Standard_ZRS");
    repository.write(&path, &text);
    let text = account("account", &format!("'st{added}'"), "'Standard_LRS'");
    repository.write(&format!("{added}/main.bicep"), &text);
    repository.baseline("update");
    assert_eq!(repository.found(&["--strict"]), (0, Vec::new()));
    repository.commit(name);
}

#[test]
fn branches_that_change_different_findings_merge() {
    let Some(repository) = six("merge-apart") else {
        return;
    };
    branch(&repository, "one", "a", "bb");
    branch(&repository, "two", "d", "ee");
    repository.git(&["merge", "-q", "--no-edit", "one"]);
    // Nothing is left to do: what was mended is out, what is new is in.
    assert_eq!(repository.found(&["--strict"]), (0, Vec::new()));
    let merged = repository.read("amllint-baseline.txt");
    repository.baseline("update");
    assert_eq!(repository.read("amllint-baseline.txt"), merged);
    assert_eq!(repository.entries(), 14);
}

#[test]
fn branches_that_change_neighbours_merge_as_unions() {
    let Some(repository) = six("merge-near") else {
        return;
    };
    repository.write(".gitattributes", "amllint-baseline.txt merge=union\n");
    repository.commit("attributes");
    branch(&repository, "one", "b", "ca");
    branch(&repository, "two", "c", "cb");
    repository.git(&["merge", "-q", "--no-edit", "one"]);
    // A line that one side took out may be back; nothing new is let through, and nothing accepted fails.
    assert_eq!(repository.found(&[]), (0, Vec::new()));
    repository.baseline("update");
    assert_eq!(repository.found(&["--strict"]), (0, Vec::new()));
    assert_eq!(repository.entries(), 14);
}
