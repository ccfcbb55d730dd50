//! `--changed-since`: findings of what changed, and of nothing else.

use crate::repository::Repository;

const MODULE: &str = "param skuName string\n\
    resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n\
    \x20 name: 'stdata'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: skuName }\n}\n";
const MAIN: &str = "param sku string = 'Standard_LRS'\n\
    module storage 'modules/storage.bicep' = {\n  name: 'storage'\n  params: { skuName: sku }\n}\n";
const OTHER: &str = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n\
    \x20 name: 'stother'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n}\n";

impl Repository {
    /// Places of what is found with these arguments, and the exit status.
    fn changed(&self, more: &[&str]) -> (i32, Vec<String>) {
        let quiet = ["-q", "-f", "concise", "--select", "ST001"];
        let (status, found, said) = self.run(&[&quiet[..], more].concat());
        assert!(status < 2, "{said}");
        let lines = found
            .lines()
            .map(|line| line.split(": ").next().unwrap_or(line));
        (status, lines.map(str::to_owned).collect())
    }

    fn since(&self, reference: &str) -> Vec<String> {
        let (status, found) = self.changed(&["--changed-since", reference]);
        assert_eq!(status, i32::from(!found.is_empty()));
        let (_, all) = self.changed(&[]);
        assert!(
            found.iter().all(|one| all.contains(one)),
            "{found:?} are not all in {all:?}"
        );
        found
    }
}

fn repository(name: &str) -> Option<Repository> {
    let repository = Repository::with_git(&format!("changed-{name}"))?;
    repository.write("infra/main.bicep", MAIN);
    repository.write("infra/modules/storage.bicep", MODULE);
    repository.write("other/main.bicep", OTHER);
    repository.write("notes.txt", "nothing\n");
    repository.commit("begin");
    Some(repository)
}

#[test]
fn only_what_changed_is_shown() {
    let Some(repository) = repository("only") else {
        return;
    };
    assert_eq!(repository.since("HEAD"), Vec::<String>::new());
    repository.write("notes.txt", "something\n");
    assert_eq!(repository.since("HEAD"), Vec::<String>::new());
    repository.write("other/main.bicep", &format!("// changed\n{OTHER}"));
    assert_eq!(repository.since("HEAD"), ["other/main.bicep:6:16"]);
    repository.git(&["add", "-A"]);
    assert_eq!(repository.since("HEAD"), ["other/main.bicep:6:16"]);
    repository.commit("change");
    assert_eq!(repository.since("HEAD"), Vec::<String>::new());
    assert_eq!(repository.since("HEAD~1"), ["other/main.bicep:6:16"]);
    // A part of the repository.
    assert_eq!(
        repository.changed(&["--changed-since", "HEAD~1", "infra"]),
        (0, Vec::new())
    );
}

#[test]
fn a_changed_module_shows_what_its_callers_find_through_it() {
    let Some(repository) = repository("module") else {
        return;
    };
    repository.write(
        "infra/modules/storage.bicep",
        &format!("// changed\n{MODULE}"),
    );
    assert_eq!(repository.since("HEAD"), ["infra/main.bicep:1:20"]);
    // Where the file between calls another one, that one is looked at through it.
    let outer = "module inner 'inner.bicep' = { name: 'inner' }\n";
    repository.write("infra/modules/outer.bicep", outer);
    repository.write("infra/modules/inner.bicep", OTHER);
    repository.write(
        "infra/main.bicep",
        "module outer 'modules/outer.bicep' = { name: 'outer' }\n",
    );
    repository.commit("deeper");
    repository.write("infra/modules/outer.bicep", &format!("// changed\n{outer}"));
    assert_eq!(repository.since("HEAD"), ["infra/modules/inner.bicep:5:16"]);
}

#[test]
fn new_files_and_new_names_count_as_changed() {
    let Some(repository) = repository("new") else {
        return;
    };
    repository.write("new/main.bicep", OTHER);
    assert_eq!(repository.since("HEAD"), ["new/main.bicep:5:16"]);
    // What git ignores is not looked at either way.
    repository.write(".gitignore", "new/\n");
    assert_eq!(repository.since("HEAD"), Vec::<String>::new());
    repository.commit("ignore");
    repository.git(&["mv", "other", "moved"]);
    assert_eq!(repository.since("HEAD"), ["moved/main.bicep:5:16"]);
}

#[test]
fn a_module_that_is_gone_is_missed_where_it_was_called() {
    let Some(repository) = repository("gone") else {
        return;
    };
    repository.remove("infra/modules/storage.bicep");
    let arguments = ["-q", "-f", "concise", "--changed-since", "HEAD"];
    let (_, found, said) = repository.run(&arguments);
    assert!(
        found.starts_with("infra/main.bicep:2:16: ") && found.contains("[AM303]"),
        "{found}{said}"
    );
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_changed_parameter_file_shows_what_holds_only_with_it() {
    let Some(repository) = repository("parameters") else {
        return;
    };
    repository.write(
        "infra/dev.bicepparam",
        "using 'main.bicep'\nparam sku = 'Standard_LRS'\n",
    );
    repository.write(
        "infra/prod.bicepparam",
        "using 'main.bicep'\nparam sku = 'Standard_ZRS'\n",
    );
    repository.commit("parameters");
    repository.write(
        "infra/prod.bicepparam",
        "using 'main.bicep'\n// changed\nparam sku = 'Standard_LRS'\n",
    );
    assert_eq!(repository.since("HEAD"), ["infra/prod.bicepparam:3:13"]);
    // The default decides, and is not what changed: in this environment it is new.
    repository.write("infra/prod.bicepparam", "using 'main.bicep'\n");
    assert_eq!(repository.since("HEAD"), ["infra/main.bicep:1:20"]);
}

#[test]
fn a_changed_configuration_or_loaded_file_changes_what_depends_on_it() {
    let Some(repository) = repository("settings") else {
        return;
    };
    repository.write("infra/skus.json", "{ \"sku\": \"Standard_LRS\" }\n");
    let main = MAIN.replace("'Standard_LRS'", "loadJsonContent('skus.json').sku");
    repository.write("infra/main.bicep", &main);
    repository.commit("load");
    repository.write("infra/skus.json", "{\n  \"sku\": \"Standard_LRS\" }\n");
    assert_eq!(repository.since("HEAD").len(), 1);
    repository.commit("loaded");
    repository.write("other/amllint.toml", "[rule]\nST001 = \"error\"\n");
    assert_eq!(repository.since("HEAD"), ["other/main.bicep:5:16"]);
}

#[test]
fn what_git_cannot_say_is_a_usage_error() {
    let Some(repository) = repository("usage") else {
        return;
    };
    for (reference, message) in [
        ("nowhere", "git says: fatal:"),
        (
            "--output=stolen",
            "`--output=stolen` is no commit, branch or tag",
        ),
    ] {
        let option = format!("--changed-since={reference}");
        let (status, _, said) = repository.run(&[&option]);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(message), "{said}");
    }
    assert!(!repository.0.join("stolen").exists());
    let (status, _, said) = repository.run(&["--changed-since", "HEAD", "--focus"]);
    assert_eq!(status, 2, "{said}");
    std::fs::remove_dir_all(repository.0.join(".git")).expect("it is there");
    let (status, _, said) = repository.run(&["--changed-since", "HEAD"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("is in no repository"), "{said}");
}

/// What a repository configures is not started: a monitor, an external diff, a text conversion, a hook.
#[cfg(unix)]
#[test]
fn nothing_that_the_repository_configures_is_started() {
    use std::os::unix::fs::PermissionsExt;
    let Some(repository) = repository("hostile") else {
        return;
    };
    let script = repository.0.join("run.sh");
    let marker = repository.0.join("marker");
    std::fs::write(
        &script,
        format!("#!/bin/sh\ntouch '{}'\n", marker.display()),
    )
    .expect("writable");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("ours");
    repository.write(".gitattributes", "*.bicep diff=own\n");
    repository.commit("attributes");
    let run = script.display().to_string();
    for key in [
        "core.fsmonitor",
        "diff.external",
        "diff.own.command",
        "diff.own.textconv",
        "core.pager",
        "core.sshCommand",
    ] {
        repository.git(&["config", key, &run]);
    }
    for hook in ["post-index-change", "fsmonitor-watchman"] {
        let hook = repository.0.join(".git/hooks").join(hook);
        std::fs::create_dir_all(hook.parent().expect("it lies in a folder")).expect("writable");
        std::fs::copy(&script, &hook).expect("writable");
    }
    repository.write("other/main.bicep", &format!("// changed\n{OTHER}"));
    let _ = std::fs::remove_file(&marker);
    let quiet = [
        "-q",
        "-f",
        "concise",
        "--select",
        "ST001",
        "--changed-since",
        "HEAD",
    ];
    let (_, found, said) = repository.run(&quiet);
    assert!(found.contains("other/main.bicep:6:16"), "{found}{said}");
    assert!(!marker.exists(), "git started something");
}
