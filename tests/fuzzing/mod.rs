//! What chance finds: the seeds of `fuzz/` are replayed, and mutations of them by a generator that always makes the same ones.

pub mod properties;

use amllint::lint::on_large_stack;
use std::path::Path;

/// The seeds of a folder of `fuzz/seeds`, by name.
pub fn seeds(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(folder);
    let files = std::fs::read_dir(folder).expect("the seeds are there");
    let mut seeds: Vec<_> = files
        .map(|file| {
            let path = file.expect("the seeds are readable").path();
            let bytes = std::fs::read(&path).expect("the seeds are readable");
            (path.display().to_string(), bytes)
        })
        .collect();
    seeds.sort();
    assert!(seeds.len() >= 4, "{} seeds", seeds.len());
    seeds
}

/// A property of any bytes.
type Property = fn(&[u8]);

/// What the targets of `fuzz/` look at, with the folders of their seeds.
const TARGETS: [(&[&str], Property); 4] = [
    (&["json"], properties::json),
    (&["expression"], properties::expression),
    (&["bicep"], properties::bicep),
    (&["bicep", "json"], properties::lint),
];

/// Looks at an input; one that does not hold is shown.
pub fn check(property: Property, input: &[u8]) {
    let held = std::panic::catch_unwind(|| on_large_stack(|| property(input)));
    // The reason has been printed.
    assert!(held.is_ok(), "with: {}", String::from_utf8_lossy(input));
}

#[test]
fn every_seed_holds() {
    for (folders, property) in TARGETS {
        for (_, seed) in folders.iter().flat_map(|folder| seeds(folder)) {
            check(property, &seed);
        }
    }
}

/// Numbers that look random and are the same in each run: https://prng.di.unimi.it/splitmix64.c.
pub struct Numbers(u64);

impl Numbers {
    /// Numbers that are told from others by this one.
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Pieces that mean something to one of the languages.
const PIECES: [&str; 32] = [
    "'",
    "'''",
    "${",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\\",
    "\n",
    ",",
    ":",
    "?",
    "!",
    ".",
    "=>",
    "@",
    "#",
    "/*",
    "//",
    "for x in ",
    "if (",
    "null",
    "-9223372036854775808",
    "\u{0}",
    "é",
    "\u{feff}",
    "resource ",
    "[concat(",
    "...",
];

/// Changes bytes: a few places are cut, doubled, overwritten, or get something from another seed.
fn mutate(numbers: &mut Numbers, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let start = numbers.below(bytes.len() + 1);
        let end = (start + numbers.below(40)).min(bytes.len());
        match numbers.below(6) {
            0 => drop(bytes.drain(start..end)),
            1 => bytes.truncate(start),
            2 => {
                let piece = PIECES[numbers.below(PIECES.len())];
                bytes.splice(start..start, piece.bytes());
            }
            3 => {
                let twice = bytes[start..end].to_vec();
                bytes.splice(start..start, twice);
            }
            4 => {
                let from = numbers.below(other.len());
                let to = (from + numbers.below(80)).min(other.len());
                bytes.splice(start..end, other[from..to].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte = numbers.next() as u8;
                }
            }
        }
    }
    bytes
}

#[test]
fn mutated_seeds_hold() {
    for ((folders, property), rounds) in TARGETS.into_iter().zip([4_000, 4_000, 1_000, 300]) {
        let seeds: Vec<_> = folders.iter().flat_map(|folder| seeds(folder)).collect();
        let mut numbers = Numbers(1);
        for round in 0..rounds {
            let seed = &seeds[round % seeds.len()].1;
            let other = &seeds[numbers.below(seeds.len())].1;
            check(property, &mutate(&mut numbers, seed, other));
        }
    }
}
