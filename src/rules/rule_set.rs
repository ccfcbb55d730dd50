//! The rules of a run, found by resource type, with their patterns compiled when first needed.

use crate::rules::definition::Rule;
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;
use std::sync::{Arc, RwLock};

/// Largest compiled pattern, in bytes.
const MAX_PATTERN: usize = 1 << 20;

/// Compiled patterns by their text; `None` for what is none.
type Patterns = FxHashMap<Box<str>, Option<Arc<Regex>>>;

/// The rules of a run.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    by_type: FxHashMap<Box<str>, Vec<usize>>,
    by_pattern: Vec<(Box<str>, usize)>,
    patterns: RwLock<Patterns>,
}

impl RuleSet {
    /// Takes the rules that are to run, in the order in which they report.
    pub fn new(rules: Vec<Arc<Rule>>) -> RuleSet {
        let mut set = RuleSet::default();
        for (position, rule) in rules.iter().enumerate() {
            for resource_type in &rule.resources {
                if let Some(prefix) = resource_type.strip_suffix('*') {
                    set.by_pattern.push((prefix.into(), position));
                } else {
                    let positions = set.by_type.entry(resource_type.clone()).or_default();
                    positions.push(position);
                }
            }
        }
        set.rules = rules;
        set
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// Positions of the rules for a resource type, which must be folded, in order.
    pub fn for_type(&self, resource_type: &str) -> Vec<usize> {
        let mut positions = self.by_type.get(resource_type).cloned().unwrap_or_default();
        let patterns = self.by_pattern.iter();
        positions.extend(
            patterns
                .filter(|(prefix, _)| resource_type.starts_with(&**prefix))
                .map(|(_, position)| *position),
        );
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// Whether a pattern matches a whole text, folded; `None` if it is no pattern.
    pub fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let known = match self.patterns.read() {
            Ok(patterns) => patterns.get(pattern).cloned(),
            Err(_) => None,
        };
        let regex = known.unwrap_or_else(|| self.compile(pattern));
        regex.map(|regex| regex.is_match(text))
    }

    fn compile(&self, pattern: &str) -> Option<Arc<Regex>> {
        let regex = RegexBuilder::new(&format!("^(?:{pattern})$"))
            .case_insensitive(true)
            .dot_matches_new_line(true)
            .size_limit(MAX_PATTERN)
            .build()
            .ok()
            .map(Arc::new);
        if let Ok(mut patterns) = self.patterns.write() {
            patterns.insert(pattern.into(), regex.clone());
        }
        regex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_text_folded() {
        let rules = RuleSet::new(Vec::new());
        for (pattern, text, expected) in [
            ("standard_nc(6|12)", "Standard_NC6", Some(true)),
            ("standard_nc(6|12)", "Standard_NC6s", Some(false)),
            ("a|b", "ab", Some(false)),
            ("(", "a", None),
            ("(a{1000}){1000}", "a", None),
        ] {
            assert_eq!(rules.matches(pattern, text), expected, "{pattern}");
        }
    }
}
