//! Looking up declared names, which fold case in ARM templates.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Positions of declarations by name, case folded; of duplicates the last counts.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// Hash of the folded name and the position, sorted.
    entries: Vec<(u64, u32)>,
}

impl Symbols {
    /// The names in the order of their declarations.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Symbols {
        let mut entries: Vec<_> = names
            .enumerate()
            .map(|(position, name)| (hash(name), position as u32))
            .collect();
        entries.sort_unstable();
        Symbols { entries }
    }

    /// Position of `name`; `name_at` gives the name declared at a position.
    pub fn find<'a>(&self, name: &str, name_at: impl Fn(usize) -> &'a str) -> Option<usize> {
        let hash = hash(name);
        let end = self.entries.partition_point(|(other, _)| *other <= hash);
        self.entries[..end]
            .iter()
            .rev()
            .take_while(|(other, _)| *other == hash)
            .map(|(_, position)| *position as usize)
            .find(|position| name_at(*position).eq_ignore_ascii_case(name))
    }
}

/// A hash that is the same for names which differ in case only: the bit that tells capital letters from small ones is set in every
/// byte. Other names that become alike by this are told apart when they are found.
fn hash(name: &str) -> u64 {
    const SMALL: u8 = 0x20;
    let mut hasher = FxHasher::default();
    let (words, rest) = name.as_bytes().as_chunks();
    for word in words {
        hasher.write_u64(u64::from_le_bytes(*word) | u64::from_le_bytes([SMALL; 8]));
    }
    for byte in rest {
        hasher.write_u8(byte | SMALL);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_case_and_the_last_duplicate_counts() {
        let names = ["location", "skuName", "SKUNAME"];
        let symbols = Symbols::new(names.into_iter());
        let find = |name| symbols.find(name, |position| names[position]);
        assert_eq!(find("Location"), Some(0));
        assert_eq!(find("skuname"), Some(2));
        assert_eq!(find("sku"), None);
    }
}
