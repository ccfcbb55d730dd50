//! What `--fix`, `--unsafe-fixes` and `--diff` do to files.

use super::folder::Folder;

/// A vault that may be purged and says that it forgets at once.
const VAULT: &str = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kvprod'
  location: 'eastus'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableSoftDelete: false // as it was
  }
}
";

/// Runs amllint over a template and gives the template as it is then.
fn fixed(name: &str, template: impl AsRef<[u8]>, arguments: &[&str]) -> Vec<u8> {
    let folder = Folder::new(&[]);
    folder.write(name, template);
    folder.run(&[&["-q", name], arguments].concat());
    folder.bytes(name)
}

fn fixed_text(name: &str, template: &str, arguments: &[&str]) -> String {
    String::from_utf8(fixed(name, template, arguments)).expect("it is UTF-8")
}

const ALL: [&str; 2] = ["--fix", "--unsafe-fixes"];

fn all(select: &str) -> Vec<&str> {
    vec![ALL[0], ALL[1], "--select", select]
}

#[test]
fn a_safe_fix_is_written_and_counted() {
    let folder = Folder::new(&[("main.bicep", VAULT)]);
    let (_, errors, status) = folder.run(&["--fix", "--select", "KV001,KV002", "main.bicep"]);
    let expected = VAULT.replace("false // as", "true // as");
    assert_eq!(folder.read("main.bicep"), expected);
    assert!(errors.ends_with("1 fixed, 1 remain\n"), "{errors}");
    assert_eq!(status, 1, "what remains counts");
    let (_, errors, _) = folder.run(&["--fix", "--select", "KV001,KV002", "main.bicep"]);
    assert!(errors.ends_with("0 fixed, 1 remain\n"), "{errors}");
    assert_eq!(folder.read("main.bicep"), expected);
    assert_eq!(folder.names(), ["main.bicep"]);
}

#[test]
fn an_unsafe_fix_is_written_only_when_asked_for() {
    let folder = Folder::new(&[("main.bicep", VAULT)]);
    let (_, errors, status) = folder.run(&["--unsafe-fixes", "main.bicep"]);
    assert_eq!(status, 2);
    assert!(errors.contains("give `--fix` or `--diff`, too"), "{errors}");
    assert_eq!(folder.read("main.bicep"), VAULT);
    let (_, errors, status) = folder.run(&[&all("KV001,KV002")[..], &["main.bicep"]].concat());
    assert!(errors.ends_with("2 fixed, 0 remain\n"), "{errors}");
    assert_eq!(status, 0);
    let expected = VAULT.replace("false // as", "true // as").replace(
        "as it was\n",
        "as it was\n    enablePurgeProtection: true\n",
    );
    assert_eq!(folder.read("main.bicep"), expected);
}

#[test]
fn a_patch_is_printed_and_nothing_is_written() {
    let folder = Folder::new(&[("infra/main.bicep", VAULT)]);
    let (patch, errors, status) = folder.run(&["--diff", "--select", "KV001", "infra"]);
    let expected = "--- a/infra/main.bicep
+++ b/infra/main.bicep
@@ -4,6 +4,6 @@
   properties: {
     tenantId: tenant().tenantId
     sku: { family: 'A', name: 'standard' }
-    enableSoftDelete: false // as it was
+    enableSoftDelete: true // as it was
   }
 }
";
    assert_eq!(patch, expected);
    assert_eq!(errors, "1 would be fixed, 0 would remain\n");
    assert_eq!(status, 1);
    assert_eq!(folder.read("infra/main.bicep"), VAULT);
    let (patch, _, status) = folder.run(&["--diff", "--select", "ST001", "infra"]);
    assert_eq!((patch.as_str(), status), ("", 0), "nothing would change");
}

#[test]
fn a_patch_steers_no_terminal_and_no_build_service() {
    let template = VAULT.replace("as it was", "##vso[task.complete] \u{1b}[2J");
    let folder = Folder::new(&[("main.bicep", &template)]);
    let (patch, _, _) = folder.run(&["--diff", "--select", "KV001", "main.bicep"]);
    assert!(
        !patch.contains("##vso[") && !patch.contains('\u{1b}'),
        "{patch}"
    );
}

#[test]
fn what_comes_from_standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[]);
    let arguments = [
        "--fix",
        "--select",
        "KV001,KV002",
        "-",
        "--stdin-filename",
        "a.bicep",
    ];
    let (output, errors, status) = folder.run_with(VAULT.as_bytes(), &arguments);
    let expected = VAULT.replace("false // as", "true // as");
    assert_eq!(String::from_utf8_lossy(&output), expected);
    assert!(
        errors.contains("warning[KV002 key-vault-purge-protection]"),
        "{errors}"
    );
    assert!(errors.ends_with("1 fixed, 1 remain\n"), "{errors}");
    assert_eq!(status, 1);
    let unchanged = [
        "--fix",
        "--select",
        "ST001",
        "-",
        "--stdin-filename",
        "a.bicep",
    ];
    let (output, _, status) = folder.run_with(VAULT.as_bytes(), &unchanged);
    assert_eq!((output.as_slice(), status), (VAULT.as_bytes(), 0));
    assert!(folder.names().is_empty());
}

#[test]
fn line_ends_and_the_byte_order_mark_are_kept() {
    let template = format!("\u{feff}{}", VAULT.replace('\n', "\r\n"));
    let expected = template.replace("false // as", "true // as").replace(
        "as it was\r\n",
        "as it was\r\n    enablePurgeProtection: true\r\n",
    );
    assert_eq!(fixed_text("main.bicep", &template, &all("KV")), expected);
}

#[test]
fn utf_16_stays_utf_16() {
    let encode = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(unit).collect()
    };
    let expected = VAULT.replace("false // as", "true // as");
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let after = fixed(
            "main.bicep",
            encode(VAULT, unit),
            &["--fix", "--select", "KV001"],
        );
        assert_eq!(after, encode(&expected, unit));
    }
}

#[test]
fn a_file_that_is_no_utf_8_is_left_as_it_is() {
    let mut bytes = VAULT.as_bytes().to_vec();
    let at = VAULT.find("as it was").expect("it is there");
    bytes[at] = 0xff;
    let folder = Folder::new(&[]);
    folder.write("main.bicep", &bytes);
    let (_, errors, status) = folder.run(&["--fix", "--select", "KV001", "main.bicep"]);
    assert!(
        errors.contains("`main.bicep` is left as it is: its bytes are no UTF-8"),
        "{errors}"
    );
    assert_eq!((folder.bytes("main.bicep"), status), (bytes, 2));
}

const JSON_VAULT: &str = r#"{
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "resources": [
        {
            "type": "Microsoft.KeyVault/vaults",
            "apiVersion": "2023-07-01",
            "name": "kvprod",
            "location": "eastus",
            "properties": PROPERTIES
        }
    ]
}
"#;

fn json(properties: &str) -> String {
    JSON_VAULT.replace("PROPERTIES", properties)
}

#[test]
fn a_property_is_added_in_the_layout_of_its_object() {
    for (before, after) in [
        (
            "{\n                \"sku\": {}\n            }",
            "{\n                \"sku\": {},\n                \"enablePurgeProtection\": true\n            }",
        ),
        (
            "{\n                \"sku\": {} // why\n                // that\n            }",
            "{\n                \"sku\": {}, // why\n                \"enablePurgeProtection\": true\n                // that\n            }",
        ),
        (
            "{\n                \"sku\": {},\n            }",
            "{\n                \"sku\": {},\n                \"enablePurgeProtection\": true,\n            }",
        ),
        (
            "{ \"sku\": {} }",
            "{ \"sku\": {}, \"enablePurgeProtection\": true }",
        ),
        (
            "{ \"sku\": {}, }",
            "{ \"sku\": {}, \"enablePurgeProtection\": true, }",
        ),
        ("{\"a\":1}", "{\"a\":1,\"enablePurgeProtection\":true}"),
        (
            "{}",
            "{\n                \"enablePurgeProtection\": true\n            }",
        ),
        (
            "{ /* nothing */ }",
            "{ /* nothing */\n                \"enablePurgeProtection\": true\n            }",
        ),
        (
            "{\n                // nothing\n            }",
            "{\n                // nothing\n                \"enablePurgeProtection\": true\n            }",
        ),
        (
            "null",
            "{\n                \"enablePurgeProtection\": true\n            }",
        ),
    ] {
        let actual = fixed_text("main.json", &json(before), &all("KV002"));
        assert_eq!(actual, json(after), "{before}");
    }
}

#[test]
fn a_file_in_one_line_stays_in_one_line() {
    let minified: String = json("{}").lines().map(str::trim).collect();
    let minified = minified.replace("\": ", "\":");
    let expected = minified.replace(
        "\"properties\":{}",
        "\"properties\":{\"enablePurgeProtection\":true}",
    );
    assert_eq!(fixed_text("main.json", &minified, &all("KV002")), expected);
}

#[test]
fn missing_objects_are_made() {
    let template = json("{}").replace(",\n            \"properties\": {}", "");
    let expected = json("{\n                \"enablePurgeProtection\": true\n            }");
    assert_eq!(fixed_text("main.json", &template, &all("KV002")), expected);
    let bicep = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n\tname: 'kvprod'\n\n\tresource secret 'secrets' = {\n\t\tname: 'a'\n\t}\n}\n";
    let expected = bicep.replace(
        "'kvprod'\n",
        "'kvprod'\n\tproperties: {\n\t\tenablePurgeProtection: true\n\t}\n",
    );
    assert_eq!(fixed_text("main.bicep", bicep, &all("KV002")), expected);
}

const STORAGE: &str = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'stprod'
  location: 'eastus'
  kind: 'StorageV2'
  sku: { name: skuName }
}
";

#[test]
fn a_value_is_changed_where_it_is_written() {
    for (name, before, after) in [
        (
            "default",
            "param skuName string = 'Standard_LRS'\n",
            "param skuName string = 'Standard_ZRS'\n",
        ),
        (
            "allowed",
            "@allowed([\n  'Standard_LRS' // cheap\n  'Standard_GRS'\n])\nparam skuName string = 'Standard_LRS'\n",
            "@allowed([\n  'Standard_LRS' // cheap\n  'Standard_GRS'\n  'Standard_ZRS'\n])\nparam skuName string = 'Standard_ZRS'\n",
        ),
        (
            "union",
            "param skuName 'Standard_LRS' | 'Standard_GRS'? = 'Standard_LRS'\n",
            "param skuName 'Standard_LRS' | 'Standard_GRS' | 'Standard_ZRS'? = 'Standard_ZRS'\n",
        ),
        (
            "type",
            "type sku = 'Standard_LRS' | 'Standard_ZRS'\nparam skuName sku = 'Standard_LRS'\n",
            "type sku = 'Standard_LRS' | 'Standard_ZRS'\nparam skuName sku = 'Standard_ZRS'\n",
        ),
        (
            "variable",
            "var skuName = 'Standard_LRS'\n",
            "var skuName = 'Standard_ZRS'\n",
        ),
        (
            "part of a variable",
            "var skus = { here: 'Standard_LRS' }\nvar skuName = skus.here\n",
            "var skus = { here: 'Standard_ZRS' }\nvar skuName = skus.here\n",
        ),
        (
            "branch",
            "param cheap bool = true\nvar skuName = cheap ? 'Standard_LRS' : 'Standard_ZRS'\n",
            "param cheap bool = true\nvar skuName = cheap ? 'Standard_ZRS' : 'Standard_ZRS'\n",
        ),
    ] {
        let (before, after) = (format!("{before}{STORAGE}"), format!("{after}{STORAGE}"));
        assert_eq!(
            fixed_text("main.bicep", &before, &all("ST001")),
            after,
            "{name}"
        );
    }
}

#[test]
fn what_is_computed_loaded_or_refused_is_left() {
    for (name, before) in [
        (
            "computed",
            "param tier string = 'Standard'\nvar skuName = '${tier}_LRS'\n",
        ),
        ("loaded", "var skuName = loadJsonContent('sku.json').name\n"),
        (
            "an import",
            "import { sku } from 'types.bicep'\nparam skuName sku = 'Standard_LRS'\n",
        ),
    ] {
        let folder = Folder::new(&[
            ("sku.json", "{ \"name\": \"Standard_LRS\" }"),
            ("types.bicep", "@export()\ntype sku = 'Standard_LRS'\n"),
        ]);
        let template = format!("{before}{STORAGE}");
        folder.write("main.bicep", &template);
        folder.run(&[&all("ST001")[..], &["-q", "main.bicep"]].concat());
        assert_eq!(folder.read("main.bicep"), template, "{name}");
        assert_eq!(folder.read("sku.json"), "{ \"name\": \"Standard_LRS\" }");
        assert_eq!(
            folder.read("types.bicep"),
            "@export()\ntype sku = 'Standard_LRS'\n"
        );
    }
}

#[test]
fn a_variable_that_becomes_different_properties_is_left() {
    let other = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {\n  name: skuName\n}\n";
    let template = format!("var skuName = 'Standard_LRS'\n{STORAGE}{other}");
    assert_eq!(fixed_text("main.bicep", &template, &all("ST001")), template);
    // The same property of two accounts is one thing.
    let twin = STORAGE
        .replace("account", "twin")
        .replace("storagetwins", "storageAccounts");
    let twin = twin
        .replace("storageTwins", "storageAccounts")
        .replace("stprod", "stother");
    let template = format!("var skuName = 'Standard_LRS'\n{STORAGE}{twin}");
    let expected = template.replace("LRS", "ZRS");
    assert_eq!(fixed_text("main.bicep", &template, &all("ST001")), expected);
}

const MODULE: &str = "@allowed([ 'Standard_LRS' ])\nparam skuName string\n";

#[test]
fn a_modules_argument_is_changed_with_what_the_module_allows() {
    let main = "module storage 'modules/storage.bicep' = {\n  name: 'storage'\n  params: { skuName: 'Standard_LRS' }\n}\n";
    let module = format!("{MODULE}{STORAGE}");
    let folder = Folder::new(&[("main.bicep", main), ("modules/storage.bicep", &module)]);
    let (_, errors, _) = folder.run(&[&all("ST001")[..], &["."]].concat());
    assert_eq!(
        folder.read("main.bicep"),
        main.replace("LRS", "ZRS"),
        "{errors}"
    );
    assert_eq!(
        folder.read("modules/storage.bicep"),
        module.replace("[ 'Standard_LRS' ]", "[ 'Standard_LRS', 'Standard_ZRS' ]")
    );
    assert!(errors.ends_with("1 fixed, 0 remain\n"), "{errors}");
}

#[test]
fn files_that_one_fix_changes_are_written_together_or_not_at_all() {
    let main = "module storage 'modules/storage.bicep' = {\n  name: 'storage'\n  params: { skuName: 'Standard_LRS' }\n}\n";
    let module = format!("{MODULE}{STORAGE}");
    let folder = Folder::new(&[("main.bicep", main), ("modules/storage.bicep", &module)]);
    let path = folder.0.join("modules/storage.bicep");
    let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("it is ours");
    let (_, errors, status) = folder.run(&[&all("ST001")[..], &["."]].concat());
    assert!(
        errors.contains("`main.bicep` is left as it is: it would be changed together"),
        "{errors}"
    );
    assert_eq!(
        (folder.read("main.bicep").as_str(), status),
        (main, 2),
        "{errors}"
    );
}

#[test]
fn parameter_files_are_changed_where_they_give_the_value() {
    let template = format!(
        "@allowed(['Standard_LRS', 'Premium_LRS'])\nparam skuName string = 'Premium_LRS'\n{STORAGE}"
    );
    let values = "using 'main.bicep'\nparam skuName = 'Standard_LRS'\n";
    let given = "{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\",\n  \"contentVersion\": \"1.0.0.0\",\n  \"parameters\": { \"skuName\": { \"value\": \"Premium_LRS\" } }\n}\n";
    let folder = Folder::new(&[
        ("main.bicep", &template),
        ("dev.bicepparam", values),
        ("main.parameters.prod.json", given),
    ]);
    let (_, errors, _) = folder.run(&[&all("ST001")[..], &["."]].concat());
    assert_eq!(
        folder.read("dev.bicepparam"),
        values.replace("LRS", "ZRS"),
        "{errors}"
    );
    assert_eq!(
        folder.read("main.parameters.prod.json"),
        given.replace("Premium_LRS", "Premium_ZRS")
    );
    let expected = template.replacen(
        "'Premium_LRS'",
        "'Premium_LRS', 'Standard_ZRS', 'Premium_ZRS'",
        1,
    );
    assert_eq!(folder.read("main.bicep"), expected, "{errors}");
}

#[test]
fn a_loop_is_changed_only_when_unsafe_fixes_are_asked_for() {
    let template = VAULT
        .replace("= {\n", "= [for name in ['a', 'b']: {\n")
        .replace("'kvprod'", "name")
        .replace("}\n}\n", "}\n}]\n")
        .replace("true // as", "false // as");
    let select = ["--select", "KV001"];
    let safe = fixed_text("main.bicep", &template, &[&["--fix"], &select[..]].concat());
    assert_eq!(safe, template);
    let all = fixed_text("main.bicep", &template, &[&ALL, &select[..]].concat());
    assert_eq!(all, template.replace("false // as", "true // as"));
}

#[test]
fn expressions_in_json_keep_their_quotes() {
    let template = json("{ \"enableSoftDelete\": \"[false()]\" }");
    let expected = json("{ \"enableSoftDelete\": true }");
    let safe = ["--fix", "--select", "KV001"];
    assert_eq!(fixed_text("main.json", &template, &safe), expected);
    let template = json("{ \"enableSoftDelete\": \"[if(equals(1, 1), false(), true())]\" }");
    assert_eq!(
        fixed_text("main.json", &template, &safe),
        template,
        "it is chosen"
    );
    let expected = json("{ \"enableSoftDelete\": \"[if(equals(1, 1), true(), true())]\" }");
    assert_eq!(fixed_text("main.json", &template, &all("KV001")), expected);
}

#[test]
fn a_nested_template_has_the_parameters_it_says_it_has() {
    for (scope, changed) in [("inner", "Inner_LRS"), ("outer", "Outer_LRS")] {
        let parameter = |prefix: &str| {
            format!(
                "\"parameters\": {{ \"sku\": {{ \"type\": \"string\", \"defaultValue\": \"Standard_LRS\", \"allowedValues\": [ \"Standard_LRS\", \"{prefix}_LRS\" ] }} }}"
            )
        };
        let template = format!(
            "{{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  \"contentVersion\": \"1.0.0.0\",\n  {},\n  \"resources\": [\n    {{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"nested\",\n      \"properties\": {{ \"mode\": \"Incremental\", \"expressionEvaluationOptions\": {{ \"scope\": \"{scope}\" }}, \"template\": {{\n        \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n        {},\n        \"resources\": [ {{ \"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\", \"name\": \"st\", \"location\": \"eastus\", \"kind\": \"StorageV2\", \"sku\": {{ \"name\": \"[parameters('sku')]\" }} }} ] }} }} }}\n  ]\n}}\n",
            parameter("Outer"),
            parameter("Inner"),
        );
        let actual = fixed_text("main.json", &template, &all("ST001"));
        let allowed = format!("\"Standard_LRS\", \"{changed}\" ]");
        let wanted = format!("\"Standard_LRS\", \"{changed}\", \"Standard_ZRS\" ]");
        let before = format!("\"defaultValue\": \"Standard_LRS\", \"allowedValues\": [ {allowed}");
        let after = format!("\"defaultValue\": \"Standard_ZRS\", \"allowedValues\": [ {wanted}");
        assert_eq!(actual, template.replace(&before, &after), "{scope}");
    }
}

#[test]
fn fixes_that_overlap_are_made_one_after_the_other() {
    let template = json("{}").replace("\"properties\": {}", "\"properties\": { }");
    let folder = Folder::new(&[("main.json", &template)]);
    let (_, errors, _) = folder.run(&[&all("KV002,KV003")[..], &["main.json"]].concat());
    let text = folder.read("main.json");
    assert!(
        text.contains("\"enablePurgeProtection\": true"),
        "{errors}{text}"
    );
    let account = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'stprod'\n  location: 'eastus'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n}\n";
    let folder = Folder::new(&[("main.bicep", account)]);
    let (_, errors, _) = folder.run(&[&all("ST011,ST012,ST001")[..], &["main.bicep"]].concat());
    assert!(errors.ends_with("3 fixed, 0 remain\n"), "{errors}");
    let expected = account.replace("LRS", "ZRS")
        + "\nresource accountBlobServices 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {\n  parent: account\n  name: 'default'\n  properties: {\n    deleteRetentionPolicy: {\n      enabled: true\n      days: 14\n    }\n    containerDeleteRetentionPolicy: {\n      enabled: true\n      days: 14\n    }\n  }\n}\n";
    assert_eq!(folder.read("main.bicep"), expected);
}

#[test]
fn a_child_is_deployed_when_its_parent_is() {
    let account = "param on bool = true\nresource account 'Microsoft.Storage/storageAccounts@2023-05-01' = if (on) {\n  name: 'stprod'\n  location: 'eastus'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_ZRS' }\n}\n";
    let text = fixed_text("main.bicep", account, &all("ST011"));
    let declared = "blobServices@2023-05-01' = if (on) {\n  parent: account\n";
    assert!(text.contains(declared), "{text}");
    let looped = account
        .replace("= if (on) {", "= [for name in ['a', 'b']: {")
        .replace("}\n}", "}\n}]");
    let looped = looped.replace("'Standard_ZRS' }\n}\n", "'Standard_ZRS' }\n}]\n");
    assert_eq!(fixed_text("main.bicep", &looped, &all("ST011")), looped);
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_and_links_are_followed_inside_the_root_only() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let outside = Folder::new(&[("main.bicep", VAULT)]);
    let folder = Folder::new(&[("real/main.bicep", VAULT)]);
    let real = folder.0.join("real/main.bicep");
    let permissions = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(&real, permissions).expect("it is ours");
    symlink(&real, folder.0.join("inside.bicep")).expect("links can be made");
    symlink(outside.0.join("main.bicep"), folder.0.join("outside.bicep"))
        .expect("links can be made");
    let arguments = [
        "--fix",
        "--select",
        "KV001",
        "--root",
        ".",
        "inside.bicep",
        "outside.bicep",
    ];
    let (_, errors, _) = folder.run(&arguments);
    let expected = VAULT.replace("false // as", "true // as");
    assert_eq!(folder.read("real/main.bicep"), expected, "{errors}");
    let metadata = std::fs::symlink_metadata(folder.0.join("inside.bicep"));
    assert!(metadata.expect("it is there").is_symlink());
    let mode = std::fs::metadata(&real)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(outside.read("main.bicep"), VAULT);
    assert!(
        errors.contains("`outside.bicep` is left as it is: it lies outside of the root"),
        "{errors}"
    );
}
