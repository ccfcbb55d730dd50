//! The fingerprint by which GitHub tells alerts apart, `primaryLocationLineHash`: a hash of the line's text and what follows,
//! without blanks, and how many lines before it in the file have the same one. GitHub's upload action computes it where it is missing;
//! with it in the file the other ways of uploading give the same alerts.
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use rustc_hash::FxHashMap;

/// How many characters are hashed.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
/// Stands for the end of the file.
const END: u16 = u16::MAX;

/// The hashes of all lines of a text, such as `c129715d7a2bc9a3:1`. `\r`, `\n` and `\r\n` each end a line.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = significant(text);
    let mut times: FxHashMap<u64, usize> = FxHashMap::default();
    let hashes = starts.iter().map(|start| {
        let hash = hash(&units[*start..]);
        let seen = times.entry(hash).or_default();
        *seen += 1;
        format!("{hash:x}:{seen}")
    });
    hashes.collect()
}

/// A polynomial of the next characters; past the end of the file they count as zero.
fn hash(units: &[u16]) -> u64 {
    let next = units.iter().copied().chain(std::iter::repeat(0));
    next.take(WINDOW).fold(0, |hash: u64, unit| {
        hash.wrapping_mul(FACTOR).wrapping_add(u64::from(unit))
    })
}

/// The UTF-16 units that count, every line end as `\n`, and where among them lines begin.
fn significant(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = Vec::new();
    let mut begins = true;
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END]) {
        let is = |character: char| u32::from(unit) == u32::from(character);
        let skipped = is(' ') || is('\t') || after_return && is('\n');
        after_return = is('\r');
        if skipped {
            continue;
        }
        if begins {
            starts.push(units.len());
        }
        begins = is('\n') || is('\r');
        units.push(if is('\r') { u16::from(b'\n') } else { unit });
    }
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// What GitHub's upload action computes for these texts.
    #[test]
    fn hashes_are_those_of_github() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
        ] {
            let hashes = line_hashes(text);
            assert_eq!(
                hashes,
                [
                    "e9496ae3ebfced30:1",
                    "fb7c023a8b9ccb3f:1",
                    "ce8ba1a563dcdaca:1",
                    "e20e36e16fcb0cc8:1",
                    "b3edc88f2938467e:1",
                    "c8e28b0b4002a3a0:1",
                    "c129715d7a2bc9a3:1"
                ]
            );
        }
        let repeated = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(
            repeated[5..8],
            [
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1"
            ]
        );
    }
}
