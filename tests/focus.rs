//! `--focus`: what is shown for the files that a commit touches.

use std::path::{Path, PathBuf};
use std::process::Command;

const MODULE: &str = "param skuName string\n\
    resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n\
    \x20 name: 'stdata'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: skuName }\n}\n";
const MAIN: &str = "param sku string = 'Standard_LRS'\n\
    module storage 'modules/storage.bicep' = {\n  name: 'storage'\n  params: { skuName: sku }\n}\n";
const OTHER: &str = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n\
    \x20 name: 'stother'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n}\n";
const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01";

/// A repository that is removed with its content.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Repository {
        let path =
            std::env::temp_dir().join(format!("amllint-focus-{name}-{}", std::process::id()));
        let repository = Repository(path);
        std::fs::create_dir_all(repository.0.join(".git")).expect("the folder is writable");
        repository.write("main.bicep", MAIN);
        repository.write("modules/storage.bicep", MODULE);
        repository.write("other/main.bicep", OTHER);
        repository.write("package.json", "{ \"name\": \"no template\" }");
        repository
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let folder = path.parent().expect("it lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder is writable");
        std::fs::write(path, text).expect("the folder is writable");
    }

    /// What is found with these files in focus, a line a finding, and the exit status.
    fn check(&self, folder: &str, files: &[&str]) -> (Vec<String>, i32) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
        command
            .args(["--focus", "-f", "concise", "--select", "ST001"])
            .args(files);
        command.current_dir(self.0.join(folder));
        let output = command.output().expect("the program starts");
        let lines = String::from_utf8(output.stdout).expect("output is UTF-8");
        let lines = lines
            .lines()
            .map(|line| line.split(" default").next().unwrap_or(line).to_owned());
        (
            lines.collect(),
            output.status.code().expect("it ends by itself"),
        )
    }
}

impl Repository {
    /// The exit status, and the files that are looked at with these in focus.
    fn shown(&self, files: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_amllint"));
        command.args(["--focus", "--show-files"]).args(files);
        let output = command.current_dir(&self.0).output();
        let output = output.expect("the program starts");
        let text = String::from_utf8(output.stdout).expect("output is UTF-8");
        (output.status.code(), text)
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn places(found: &[String]) -> Vec<&str> {
    found
        .iter()
        .map(|line| line.split(": ").next().unwrap_or_default())
        .collect()
}

#[test]
fn a_module_is_judged_through_its_callers() {
    let repository = Repository::new("module");
    let (found, status) = repository.check(".", &["modules/storage.bicep"]);
    assert_eq!((places(&found), status), (vec!["main.bicep:1:20"], 1));
    // Not by itself, where the SKU is not known, and what the other template says is not shown.
    let (found, _) = repository.check(".", &["other/main.bicep"]);
    assert_eq!(places(&found), ["other/main.bicep:5:16"]);
    let (found, _) = repository.check(".", &["main.bicep", "other/main.bicep"]);
    assert_eq!(places(&found), ["main.bicep:1:20", "other/main.bicep:5:16"]);
    // From another folder of the repository.
    let (found, _) = repository.check("modules", &["storage.bicep"]);
    assert_eq!(places(&found), ["../main.bicep:1:20"]);
}

#[test]
fn callers_of_callers_are_found() {
    let repository = Repository::new("callers");
    repository.write("modules/storage.bicep", OTHER);
    repository.write(
        "modules/middle.bicep",
        "module storage 'storage.bicep' = { name: 'storage' }\n",
    );
    repository.write(
        "main.bicep",
        "module middle './modules/middle.bicep' = { name: 'middle' }\n",
    );
    repository.write(
        "second.bicep",
        "module middle 'modules/middle.bicep' = { name: 'middle' }\n",
    );
    let (found, status) = repository.check(".", &["modules/storage.bicep"]);
    assert_eq!(
        (places(&found), status),
        (vec!["modules/storage.bicep:5:16"], 1)
    );
}

#[test]
fn callers_are_found_whatever_files_are_called() {
    let repository = Repository::new("called");
    let caller = "param sku string = 'Standard_LRS'\n\
        module storage 'NAME' = { name: 'storage', params: { skuName: sku } }\n";
    for name in [
        "storage.json.bicep",
        "a b.bicep",
        "größe.bicep",
        "storage.BICEP",
    ] {
        let module = format!("modules/{name}");
        repository.write(&module, MODULE);
        repository.write("main.bicep", &caller.replace("NAME", &module));
        let (found, status) = repository.check(".", &[&module]);
        assert_eq!(
            (places(&found), status),
            (vec!["main.bicep:1:20"], 1),
            "{name}"
        );
    }
}

#[test]
fn a_caller_in_utf_16_is_found() {
    let repository = Repository::new("utf16");
    let caller = format!(
        "{{ \"$schema\": \"{SCHEMA}/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"resources\": [\n\
         {{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"n\", \"properties\": {{\n\
         \"mode\": \"Incremental\", \"templateLink\": {{ \"relativePath\": \"nested/storage.json\" }} }} }} ] }}"
    );
    let units = std::iter::once(0xfeff).chain(caller.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    std::fs::write(repository.0.join("azuredeploy.json"), bytes).expect("the folder is writable");
    repository.write("nested/storage.json", "{ }");
    let (_, files) = repository.shown(&["nested/storage.json"]);
    assert!(files.contains("azuredeploy.json: judged\n"), "{files}");
}

#[test]
fn what_has_nothing_to_do_with_a_named_file_is_not_shown() {
    let repository = Repository::new("nothing");
    repository.write("main.bicep", &format!("{MAIN}{OTHER}"));
    let (found, _) = repository.check(".", &["modules/storage.bicep"]);
    assert_eq!(places(&found), ["main.bicep:1:20"]);
    let (found, _) = repository.check(".", &["main.bicep"]);
    assert_eq!(places(&found), ["main.bicep:1:20", "main.bicep:10:16"]);
}

#[test]
fn a_file_of_the_same_name_is_not_a_caller() {
    let repository = Repository::new("names");
    repository.write(
        "deep/main.bicep",
        "module other '../other/main.bicep' = { name: 'other' }\n",
    );
    repository.write("main.bicep", OTHER);
    let (found, _) = repository.check(".", &["other/main.bicep"]);
    assert_eq!(places(&found), ["other/main.bicep:5:16"]);
    let (found, _) = repository.check(".", &["main.bicep"]);
    assert_eq!(places(&found), ["main.bicep:5:16"]);
}

#[test]
fn a_parameter_file_is_judged_with_its_template() {
    let repository = Repository::new("parameters");
    let template = format!(
        "{{ \"$schema\": \"{SCHEMA}/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\
         \"parameters\": {{ \"sku\": {{ \"type\": \"string\" }} }},\n\
         \"resources\": [ {{ \"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\", \"name\": \"st\",\n\
         \"location\": \"westeurope\", \"kind\": \"StorageV2\", \"sku\": {{ \"name\": \"[parameters('sku')]\" }} }} ] }}"
    );
    let parameters = |sku: &str| {
        format!(
            "{{ \"$schema\": \"{SCHEMA}/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\",\n\
             \"parameters\": {{ \"sku\": {{ \"value\": \"{sku}\" }} }} }}"
        )
    };
    repository.write("azuredeploy.json", &template);
    repository.write("azuredeploy.parameters.json", &parameters("Standard_LRS"));
    let (found, status) = repository.check(".", &["azuredeploy.parameters.json"]);
    assert_eq!(
        (places(&found), status),
        (vec!["azuredeploy.parameters.json:2:35"], 1)
    );
    repository.write("azuredeploy.parameters.json", &parameters("Standard_ZRS"));
    assert_eq!(
        repository.check(".", &["azuredeploy.parameters.json"]),
        (vec![], 0)
    );
    // A parameter file without a template is nothing to talk about.
    repository.write("lonely.parameters.json", &parameters("Standard_LRS"));
    assert_eq!(
        repository.check(".", &["lonely.parameters.json"]),
        (vec![], 0)
    );
}

#[test]
fn a_bicep_parameter_file_is_judged_with_its_template() {
    let repository = Repository::new("bicepparam");
    repository.write(
        "prod.bicepparam",
        "using 'main.bicep'\nparam sku = 'Standard_LRS'\n",
    );
    repository.write("main.bicep", &MAIN.replace(" = 'Standard_LRS'", ""));
    let (found, status) = repository.check(".", &["prod.bicepparam"]);
    assert_eq!((places(&found), status), (vec!["prod.bicepparam:2:13"], 1));
    // It is loaded for the template, and for the module, too.
    for named in ["main.bicep", "modules/storage.bicep"] {
        let (found, status) = repository.check(".", &[named]);
        assert_eq!(
            (places(&found), status),
            (vec!["prod.bicepparam:2:13"], 1),
            "{named}"
        );
    }
}

#[test]
fn what_a_parameter_file_extends_is_judged_with_it() {
    let repository = Repository::new("extends");
    repository.write("main.bicep", &MAIN.replace(" = 'Standard_LRS'", ""));
    repository.write(
        "base.bicepparam",
        "using none\nparam sku = 'Standard_LRS'\n",
    );
    let extends = "using 'main.bicep'\nextends 'base.bicepparam'\n";
    repository.write("prod.bicepparam", extends);
    let (found, status) = repository.check(".", &["base.bicepparam"]);
    assert_eq!((places(&found), status), (vec!["base.bicepparam:2:13"], 1));
}

#[test]
fn what_holds_in_the_environment_of_a_named_file_only_is_shown() {
    let repository = Repository::new("environment");
    let account = OTHER.replace("= {", "= if (withAccount) {");
    let template = format!("param withAccount bool\n{account}");
    repository.write("main.bicep", &template);
    for (name, value) in [("dev", "false"), ("prod", "true")] {
        let parameters = format!("using 'main.bicep'\nparam withAccount = {value}\n");
        repository.write(&format!("{name}.bicepparam"), &parameters);
    }
    let (found, status) = repository.check(".", &["prod.bicepparam"]);
    assert_eq!((places(&found), status), (vec!["main.bicep:6:16"], 1));
    assert_eq!(repository.check(".", &["dev.bicepparam"]), (vec![], 0));
}

#[test]
fn json_that_is_no_template_is_passed_over() {
    let repository = Repository::new("json");
    assert_eq!(repository.check(".", &["package.json"]), (vec![], 0));
    repository.write("broken.json", "{ \"name\": ");
    assert_eq!(
        repository.check(".", &["broken.json", "package.json"]),
        (vec![], 0)
    );
    assert_eq!(repository.check(".", &["missing.json"]).1, 2);
}

#[test]
fn a_loaded_file_is_shown_with_what_loads_it() {
    let repository = Repository::new("loaded");
    repository.write("sku.json", "{ \"name\": \"Standard_LRS\" }");
    let loads = OTHER.replace("{ name: 'Standard_LRS' }", "loadJsonContent('sku.json')");
    repository.write("main.bicep", &loads);
    let (found, status) = repository.check(".", &["sku.json"]);
    assert_eq!((places(&found), status), (vec!["sku.json:1:11"], 1));
}

#[test]
fn links_of_json_templates_are_followed_backwards() {
    let repository = Repository::new("linked");
    let link = |uri: &str| {
        format!(
            "{{ \"$schema\": \"{SCHEMA}/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {{\n\
             \"_artifactsLocation\": {{ \"type\": \"string\", \"defaultValue\": \"[deployment().properties.templateLink.uri]\" }} }},\n\
             \"resources\": [ {{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"n\",\n\
             \"properties\": {{ \"mode\": \"Incremental\", \"parameters\": {{ \"sku\": {{ \"value\": \"Standard_LRS\" }} }}, \"templateLink\": {{ {uri} }} }} }} ] }}"
        )
    };
    let nested = format!(
        "{{ \"$schema\": \"{SCHEMA}/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\
         \"parameters\": {{ \"sku\": {{ \"type\": \"string\" }} }},\n\
         \"resources\": [ {{ \"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\", \"name\": \"st\",\n\
         \"location\": \"westeurope\", \"kind\": \"StorageV2\", \"sku\": {{ \"name\": \"[parameters('sku')]\" }} }} ] }}"
    );
    repository.write("nested/storage.json", &nested);
    for uri in [
        "\"relativePath\": \"nested/storage.json\"",
        "\"uri\": \"[uri(parameters('_artifactsLocation'), 'nested/storage.json')]\"",
    ] {
        repository.write("azuredeploy.json", &link(uri));
        let (found, status) = repository.check(".", &["nested/storage.json"]);
        assert_eq!(status, 1, "{uri}");
        assert!(
            places(&found)[0].starts_with("azuredeploy.json:4:"),
            "{uri}: {found:?}"
        );
    }
}

#[test]
fn the_number_of_threads_changes_nothing_in_focus() {
    let repository = Repository::new("threads");
    for number in 0..300 {
        let path = format!("many/{number}.bicep");
        repository.write(&path, "module storage '../modules/storage.bicep' = { name: 's', params: { skuName: 'Standard_LRS' } }\n");
    }
    let with = |jobs| {
        let (found, _) = repository.check(".", &["--jobs", jobs, "modules/storage.bicep"]);
        found
    };
    let one = with("1");
    assert_eq!(one.len(), 301);
    assert!(one == with("2") && one == with("8"));
    assert!(Path::new(&repository.0).exists());
}
