//! The words that mean rules, folded: code, name, letters of the code, service, concern, aliases, `ALL`.

use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Means every rule.
pub const ALL: &str = "all";

/// Words by the rules and messages that they mean.
#[derive(Debug, Default)]
pub struct Words {
    by_name: FxHashMap<Box<str>, Vec<Box<str>>>,
    known: BTreeSet<Box<str>>,
}

impl Words {
    /// Adds a word of a rule, by the rule's name.
    pub fn add(&mut self, name: &str, word: &str) {
        let word: Box<str> = word.to_ascii_lowercase().into();
        let words = self.by_name.entry(name.into()).or_default();
        if !words.contains(&word) {
            words.push(word.clone());
            self.known.insert(word);
        }
    }

    /// The words that mean the rule of this name.
    pub fn of(&self, name: &str) -> &[Box<str>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word means the rule of this name.
    pub fn means(&self, word: &str, name: &str) -> bool {
        let is_it = |known: &Box<str>| known.eq_ignore_ascii_case(word);
        self.of(name).iter().any(is_it)
    }

    /// Whether a word means something.
    pub fn is_known(&self, word: &str) -> bool {
        self.known.contains(&*word.to_ascii_lowercase())
    }

    /// The word that may be meant by one that means nothing.
    pub fn similar(&self, word: &str) -> Option<&str> {
        crate::similar::most_similar(word, self.known.iter().map(|known| &**known))
    }
}
