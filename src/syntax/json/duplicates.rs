//! Keys that an object has twice. Names of ARM fold case (ASCII), so `sku` and `SKU` count as one.
//!
//! It takes two steps, so that the usual object costs next to nothing: while parsing, [`Fingerprints`] of the keys tell
//! which objects may have duplicates; [`check`] then looks at the texts of those alone.

use crate::syntax::node::{Document, Node};
use crate::syntax::problems::{Problems, Shown};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

/// Up to so many keys are compared each with each.
const FEW: usize = 16;

/// Fingerprints of the keys of the objects that are open, outermost first.
#[derive(Debug, Default)]
pub struct Fingerprints(Vec<u64>);

impl Fingerprints {
    /// How many there are: where those of an object begin that is opened now.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a key of the innermost object.
    #[inline]
    pub fn push(&mut self, key: &[u8]) {
        self.0.push(fingerprint(key));
    }

    /// Forgets the keys from `start` on, those of the innermost object, and tells whether two may be equal.
    #[inline]
    pub fn close(&mut self, start: usize) -> bool {
        let keys = &mut self.0[start..];
        let found = if keys.len() <= FEW {
            (1..keys.len()).any(|index| keys[..index].contains(&keys[index]))
        } else {
            keys.sort_unstable();
            keys.windows(2).any(|pair| pair[0] == pair[1])
        };
        self.0.truncate(start);
        found
    }
}

/// Equal for keys that are equal but for the case of ASCII letters, and hardly ever for others: the length, the first
/// and the last eight bytes.
#[inline]
fn fingerprint(key: &[u8]) -> u64 {
    let (first, last) = match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (key.first_chunk(), key.last_chunk()) {
            (Some(first), Some(last)) => (
                u64::from(u32::from_le_bytes(*first)),
                u64::from(u32::from_le_bytes(*last)),
            ),
            _ => match key {
                [] => (0, 0),
                [first, .., last] => (u64::from(*first) | u64::from(key[1]) << 8, u64::from(*last)),
                [only] => (u64::from(*only), 0),
            },
        },
    };
    const LOWER: u64 = 0x2020_2020_2020_2020; // the bit that tells `a` from `A`
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (first | LOWER).wrapping_mul(ODD).rotate_left(29) ^ (last | LOWER);
    mixed.wrapping_mul(ODD) ^ key.len() as u64
}

/// Reports the duplicate keys of the objects with these indices, one diagnostic for each group.
pub fn check(document: &Document, suspects: &[u32], problems: &mut Problems) {
    for object in suspects {
        check_object(document.node(*object), problems);
    }
}

fn check_object(object: Node<'_>, problems: &mut Problems) {
    let mut seen = HashMap::new();
    for (key, _) in object.members() {
        let Some(name) = key.as_str() else { continue };
        match seen.entry(FoldedName(name)) {
            Entry::Vacant(entry) => {
                entry.insert((key, false));
            }
            Entry::Occupied(mut entry) => {
                let (first, told) = entry.get_mut();
                if !*told {
                    report(*first, key, problems);
                }
                *told = true;
            }
        }
    }
}

fn report(first: Node<'_>, second: Node<'_>, problems: &mut Problems) {
    let first_name = Shown(first.as_str().unwrap_or_default());
    let second_name = Shown(second.as_str().unwrap_or_default());
    let range = second.span().range();
    let told = if first.as_str() == second.as_str() {
        problems.warning(range, format_args!("duplicate key {second_name}"))
    } else {
        let message = format_args!("key {second_name} differs from {first_name} only in case");
        problems.warning(range, message)
    };
    told.related(first.span().range(), "the first one")
        .help("keep one of them: the last one counts");
}

/// A key, equal to others that differ from it in the case of ASCII letters.
struct FoldedName<'a>(&'a str);

impl PartialEq for FoldedName<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for FoldedName<'_> {}

impl Hash for FoldedName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut buffer = [0; 32];
        for chunk in self.0.as_bytes().chunks(buffer.len()) {
            let folded = &mut buffer[..chunk.len()];
            folded.copy_from_slice(chunk);
            folded.make_ascii_lowercase();
            state.write(folded);
        }
    }
}
