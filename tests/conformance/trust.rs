//! What verdicts promise, tried on real templates: one of `AMLLINT_TRUST` (50 if that is not set) of each copy.

use crate::trust::{PROPERTIES, try_on};

#[test]
#[expect(clippy::print_stderr, reason = "the table is what the run is for")]
#[ignore = "needs copies of other repositories: see AMLLINT_CORPORA"]
fn trust() {
    let one_of = std::env::var("AMLLINT_TRUST").ok();
    let one_of = one_of.and_then(|one_of| one_of.parse().ok()).unwrap_or(50);
    for folder in [
        "azure-quickstart-templates",
        "bicep-registry-modules",
        "bicep",
    ] {
        let folder = super::corpora().join(folder);
        for (name, property) in PROPERTIES {
            let count = try_on(&folder, property, 4, one_of);
            eprintln!("{}: {name}: {count} times", folder.display());
        }
    }
}
