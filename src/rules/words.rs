//! The words that mean rules, folded: code, name, letters of the code, service, concern, aliases, `ALL`.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Means every rule.
pub const ALL: &str = "all";

/// Words by the rules and messages that they mean.
#[derive(Debug, Default)]
pub struct Words {
    by_name: FxHashMap<Box<str>, Vec<Box<str>>>,
    /// As they are written, by their folded form.
    known: BTreeMap<Box<str>, Box<str>>,
    widths: FxHashMap<Box<str>, Width>,
}

/// How many rules a word means, many to few.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Width {
    /// All of them.
    All,
    /// Those of a concern.
    Concern,
    /// Those of a service.
    Service,
    /// Those whose codes begin so.
    Letters,
    /// One, by its code or name.
    One,
}

impl Words {
    /// Adds a word of a rule, by the rule's name.
    pub fn add(&mut self, name: &str, word: &str, width: Width) {
        let written = word;
        let word: Box<str> = word.to_ascii_lowercase().into();
        let known = self.widths.entry(word.clone()).or_insert(width);
        *known = width.max(*known);
        let words = self.by_name.entry(name.into()).or_default();
        if !words.contains(&word) {
            words.push(word.clone());
            self.known.entry(word).or_insert_with(|| written.into());
        }
    }

    /// The words that mean the rule of this name.
    pub fn of(&self, name: &str) -> &[Box<str>] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word means the rule of this name.
    pub fn means(&self, word: &str, name: &str) -> bool {
        let mut words = self.of(name).iter();
        words.any(|known| known.eq_ignore_ascii_case(word))
    }

    /// How many rules a word means.
    pub fn width(&self, word: &str) -> Width {
        let width = self.widths.get(&*word.to_ascii_lowercase());
        width.copied().unwrap_or(Width::All)
    }

    /// Whether a word means something.
    pub fn is_known(&self, word: &str) -> bool {
        self.known.contains_key(&*word.to_ascii_lowercase())
    }

    /// The word that may be meant by one that means nothing.
    pub fn similar(&self, word: &str) -> Option<&str> {
        crate::similar::most_similar(word, self.known.values().map(|known| &**known))
    }
}
