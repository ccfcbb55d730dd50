//! Writes templates that grow in one dimension, to see how the time of a run grows: `grow WHAT N PATH`.
//!
//! `files` writes N small templates into the folder PATH, `modules` a template that links to N others in it; everything else is one
//! file: `resources`, `parameters`, `variables`, `findings`, or `bytes` (N kB of description).

use std::fmt::Write as _;
use std::path::Path;

const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn template(parameters: &str, variables: &str, resources: &str) -> String {
    format!(
        "{{ \"$schema\": \"{SCHEMA}\", \"contentVersion\": \"1.0.0.0\",\n \"parameters\": {{{parameters}}},\n \"variables\": {{{variables}}},\n \"resources\": [{resources}] }}\n"
    )
}

fn account(name: &str, sku: &str) -> String {
    format!(
        "{{ \"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-05-01\", \"name\": \"{name}\", \"location\": \"eastus\",\n   \"kind\": \"StorageV2\", \"sku\": {{ \"name\": \"{sku}\" }} }}"
    )
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",\n")
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, count, path] = arguments.as_slice() else {
        return Err(std::io::Error::other("usage: grow WHAT N PATH"));
    };
    let count: usize = count.parse().map_err(std::io::Error::other)?;
    let path = Path::new(path);
    let text = match what.as_str() {
        "files" | "modules" => {
            std::fs::create_dir_all(path)?;
            for number in 0..count {
                let one = template("", "", &account(&format!("st{number}"), "Standard_ZRS"));
                std::fs::write(path.join(format!("part{number}.json")), one)?;
            }
            if what == "files" {
                return Ok(());
            }
            let link = |number| {
                format!(
                    "{{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"d{number}\",\n   \"properties\": {{ \"mode\": \"Incremental\", \"templateLink\": {{ \"relativePath\": \"part{number}.json\" }} }} }}"
                )
            };
            std::fs::write(path.join("main.json"), template("", "", &many(count, link)))?;
            return Ok(());
        }
        "resources" => template(
            "",
            "",
            &many(count, |number| {
                account(&format!("st{number}"), "Standard_ZRS")
            }),
        ),
        "findings" => template(
            "",
            "",
            &many(count, |number| {
                account(&format!("st{number}"), "Standard_LRS")
            }),
        ),
        "parameters" => {
            let declared = |number| {
                format!(
                    "\"p{number}\": {{ \"type\": \"string\", \"defaultValue\": \"v{number}\" }}"
                )
            };
            let used = |number| account(&format!("[parameters('p{number}')]"), "Standard_ZRS");
            template(&many(count, declared), "", &many(count.min(800), used))
        }
        "variables" => {
            let mut declared = "\"v0\": \"x\"".to_owned();
            for number in 1..count {
                let _ = write!(
                    declared,
                    ",\n \"v{number}\": \"[concat('y{number}', variables('v0'))]\""
                );
            }
            let used = |number| account(&format!("[variables('v{number}')]"), "Standard_ZRS");
            template("", &declared, &many(count.min(800), used))
        }
        "bytes" => {
            let described = format!(
                "\"p\": {{ \"type\": \"string\", \"defaultValue\": \"\", \"metadata\": {{ \"description\": \"{}\" }} }}",
                "long ".repeat(count * 205)
            );
            template(&described, "", &account("st", "Standard_ZRS"))
        }
        _ => return Err(std::io::Error::other("nothing grows by that name")),
    };
    std::fs::write(path, text)
}
