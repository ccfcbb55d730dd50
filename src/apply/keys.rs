//! What tells one finding from another though lines move: which are no more after a fix, and which are new.

use crate::diagnostic::{Certainty, Diagnostic};
use crate::lint::Report;
use crate::source::Sources;
use rustc_hash::{FxHashMap, FxHashSet};

/// The findings of a report.
#[derive(Debug, Default)]
pub struct Keys {
    /// How many there are of each key.
    counts: FxHashMap<String, usize>,
    /// What rules say of what, wherever that is decided.
    said: FxHashSet<(String, String)>,
}

/// Something that was not found before.
#[derive(Debug, PartialEq, Eq)]
pub struct New {
    /// The rule that finds it.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The path of the template it is found through.
    pub root: String,
    /// What it says.
    pub message: String,
}

impl Keys {
    /// Of all findings of a report.
    pub fn of(report: &Report) -> Keys {
        let mut keys = Keys::default();
        for (sources, diagnostic) in report.diagnostics() {
            *keys.counts.entry(key(sources, diagnostic)).or_default() += 1;
            let said = (diagnostic.code.to_string(), about(diagnostic));
            keys.said.insert(said);
        }
        keys
    }

    /// How many findings of a key there are.
    pub fn count(&self, key: &str) -> usize {
        self.counts.get(key).copied().unwrap_or(0)
    }

    /// How many of these findings are not in a report.
    pub fn gone_in(&self, report: &Report) -> usize {
        let after = Keys::of(report);
        let gone = self.counts.iter().map(|(key, count)| {
            let still = after.count(key);
            count.saturating_sub(still)
        });
        gone.sum()
    }

    /// What a report has of which these findings have nothing: no finding of the rule about the same thing. Rules that are `revealed`
    /// may find something.
    pub fn new_in(&self, report: &Report, revealed: &FxHashSet<String>) -> Vec<New> {
        let mut new = Vec::new();
        for file in &report.files {
            for diagnostic in &file.diagnostics {
                let about = about(diagnostic);
                let said = (diagnostic.code.to_string(), about);
                if self.said.contains(&said) || revealed.contains(&*diagnostic.name) {
                    continue;
                }
                new.push(New {
                    name: diagnostic.name.to_string(),
                    about: said.1,
                    root: file.path.clone(),
                    message: diagnostic.message.clone(),
                });
            }
        }
        new
    }
}

/// What tells a finding from others: its rule, whether it is certain, the file, what it is about, and which property decides. A finding
/// that holds by default and one that holds for another choice are two.
pub fn key(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let file = sources.get(diagnostic.primary.span.file).path();
    let certainty = match diagnostic.certainty {
        Certainty::Certain => "",
        Certainty::Possible => "possible",
    };
    let parts = [
        &*diagnostic.code,
        certainty,
        file,
        &about(diagnostic),
        &diagnostic.property,
    ];
    parts.join("\0")
}

/// The resource that a finding is about, else what it says.
pub fn about(diagnostic: &Diagnostic) -> String {
    match &diagnostic.resource {
        Some(resource) => format!("{} {}", resource.resource_type, resource.name),
        None => diagnostic.message.clone(),
    }
}
