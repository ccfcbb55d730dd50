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
    /// What rules say of what, wherever that is decided, and how often.
    said: FxHashMap<Said, Times>,
}

/// The code of a rule, and what it is said of.
type Said = (String, String);

/// How often something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Times {
    certain: usize,
    possible: usize,
}

impl Times {
    fn add(&mut self, diagnostic: &Diagnostic) {
        match diagnostic.certainty {
            Certainty::Certain => self.certain += 1,
            Certainty::Possible => self.possible += 1,
        }
    }
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
    /// The property that decides.
    pub property: String,
    /// What it says.
    pub message: String,
}

impl Keys {
    /// Of all findings of a report.
    pub fn of(report: &Report) -> Keys {
        let mut keys = Keys::default();
        for (sources, diagnostic) in report.diagnostics() {
            *keys.counts.entry(key(sources, diagnostic)).or_default() += 1;
            keys.said
                .entry(said(diagnostic))
                .or_default()
                .add(diagnostic);
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

    /// Of the findings of a report whose fixes were made, those after which the rule says the same of the same thing as often as before.
    /// These are the findings before. What held by default may hold for another choice from then on.
    pub fn not_silenced<'a>(
        &self,
        report: &'a Report,
        after: &Keys,
        is_made: impl Fn(&Diagnostic) -> bool,
    ) -> Vec<(&'a Sources, &'a Diagnostic)> {
        let mut made: FxHashMap<Said, Times> = FxHashMap::default();
        for (_, diagnostic) in report.diagnostics().filter(|(_, one)| is_made(one)) {
            made.entry(said(diagnostic)).or_default().add(diagnostic);
        }
        let times = |keys: &Keys, said: &Said| keys.said.get(said).copied().unwrap_or_default();
        let is_silenced = |said: &Said| {
            let made = made.get(said).copied().unwrap_or_default();
            let (before, after) = (times(self, said), times(after, said));
            after.certain + made.certain <= before.certain
                && after.possible + made.possible <= before.possible + made.certain
        };
        let all = report.diagnostics();
        all.filter(|(_, one)| is_made(one) && !is_silenced(&said(one)))
            .collect()
    }

    /// What a report has of which these findings have nothing: no finding of the rule about the same thing. Rules that are `revealed`
    /// may find something. What holds for another choice only, of something that was not `changed`, may just not have been looked at
    /// before: not every choice is.
    pub fn new_in(
        &self,
        report: &Report,
        revealed: &FxHashSet<String>,
        changed: &FxHashSet<String>,
    ) -> Vec<New> {
        let mut new = Vec::new();
        for file in &report.files {
            for diagnostic in &file.diagnostics {
                let said = said(diagnostic);
                if self.said.contains_key(&said) || revealed.contains(&*diagnostic.name) {
                    continue;
                }
                if diagnostic.certainty == Certainty::Possible && !changed.contains(&said.1) {
                    continue;
                }
                new.push(New {
                    name: diagnostic.name.to_string(),
                    about: said.1,
                    root: file.path.clone(),
                    property: diagnostic.property.clone(),
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

fn said(diagnostic: &Diagnostic) -> Said {
    (diagnostic.code.to_string(), about(diagnostic))
}

/// The resource that a finding is about, else what it says.
pub fn about(diagnostic: &Diagnostic) -> String {
    match &diagnostic.resource {
        Some(resource) => format!("{} {}", resource.resource_type, resource.name),
        None => diagnostic.message.clone(),
    }
}
