//! Why a finding is not to be reported, for formats that show it all the same: `--show-suppressed`.

use super::single_line;
use crate::diagnostic::{Diagnostic, Suppressed, SuppressedBy};
use crate::source::Sources;

/// "suppressed at main.bicep:3: dev sandbox (until 2026-12-31, owner ml-platform)".
pub(super) fn words(sources: &Sources, diagnostic: &Diagnostic) -> Option<String> {
    let Suppressed {
        by,
        reason,
        until,
        owner,
    } = diagnostic.suppressed.as_ref()?;
    let mut words = match by {
        SuppressedBy::InSource(span) => {
            let file = sources.get(span.file);
            let line = file.line_index(span.start) + 1;
            format!("suppressed at {}:{line}", file.path())
        }
        SuppressedBy::Baseline => "accepted by the baseline".to_owned(),
    };
    if let Some(reason) = reason {
        words.push_str(&format!(": {reason}"));
    }
    let until = until.iter().map(|until| format!("until {until}"));
    let owner = owner.iter().map(|owner| format!("owner {owner}"));
    let details: Vec<String> = until.chain(owner).collect();
    if !details.is_empty() {
        words.push_str(&format!(" ({})", details.join(", ")));
    }
    Some(single_line(&words))
}
