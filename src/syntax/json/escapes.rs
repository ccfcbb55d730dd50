//! Escapes in strings: `\n`, `\u00e9`, and pairs such as `\ud83d\ude00` that make one character.

use memchr::memchr;

/// What follows a backslash, the backslash included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Escape {
    /// First byte after it.
    pub end: usize,
    /// The character it stands for; `None` when it is kept as it is written.
    pub character: Option<char>,
    /// What is wrong with it.
    pub problem: Option<EscapeProblem>,
}

/// What can be wrong with an escape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EscapeProblem {
    /// `\q`
    Unknown,
    /// `\u12`
    TooFewDigits,
    /// Half of a surrogate pair; it becomes U+FFFD.
    LoneSurrogate,
    /// `\'`, which Azure Resource Manager knows and JSON does not.
    EscapedApostrophe,
}

/// Decodes what stands between quotes, and calls `found` with the start of each escape, the escape, and the place of
/// its character in the decoded text.
pub fn decode(written: &str, decoded: &mut String, mut found: impl FnMut(usize, Escape, usize)) {
    decoded.clear();
    let mut at = 0;
    while let Some(distance) = memchr(b'\\', &written.as_bytes()[at..]) {
        let start = at + distance;
        decoded.push_str(&written[at..start]);
        let escape = read(written, start);
        found(start, escape, decoded.len());
        match escape.character {
            Some(character) => decoded.push(character),
            None => decoded.push_str(&written[start..escape.end]),
        }
        at = escape.end;
    }
    decoded.push_str(&written[at..]);
}

/// Reads the escape whose backslash stands at `start`.
fn read(written: &str, start: usize) -> Escape {
    let known = |character| Escape {
        end: start + 2,
        character: Some(character),
        problem: None,
    };
    match written.as_bytes().get(start + 1) {
        Some(b'"') => known('"'),
        Some(b'\\') => known('\\'),
        Some(b'/') => known('/'),
        Some(b'b') => known('\u{8}'),
        Some(b'f') => known('\u{c}'),
        Some(b'n') => known('\n'),
        Some(b'r') => known('\r'),
        Some(b't') => known('\t'),
        Some(b'u') => read_unicode(written.as_bytes(), start),
        Some(b'\'') => Escape {
            problem: Some(EscapeProblem::EscapedApostrophe),
            ..known('\'')
        },
        Some(_) => {
            let after = &written[start + 1..];
            let length = after.chars().next().map_or(0, char::len_utf8);
            as_written(start + 1 + length, EscapeProblem::Unknown)
        }
        None => as_written(start + 1, EscapeProblem::Unknown),
    }
}

fn as_written(end: usize, problem: EscapeProblem) -> Escape {
    Escape {
        end,
        character: None,
        problem: Some(problem),
    }
}

fn read_unicode(written: &[u8], start: usize) -> Escape {
    let Some(unit) = read_unit(written, start) else {
        let digits = written[start + 2..].iter();
        let count = digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
        return as_written(start + 2 + count, EscapeProblem::TooFewDigits);
    };
    let character = |end, code| Escape {
        end,
        character: char::from_u32(code),
        problem: None,
    };
    match unit {
        0xd800..=0xdbff => match read_unit(written, start + 6) {
            Some(low @ 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                character(start + 12, code)
            }
            Some(_) | None => lone_surrogate(start + 6),
        },
        0xdc00..=0xdfff => lone_surrogate(start + 6),
        _ => character(start + 6, unit),
    }
}

fn lone_surrogate(end: usize) -> Escape {
    Escape {
        end,
        character: Some(char::REPLACEMENT_CHARACTER),
        problem: Some(EscapeProblem::LoneSurrogate),
    }
}

/// The UTF-16 unit of the `\uXXXX` at `start`, if there is one.
fn read_unit(written: &[u8], start: usize) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = written.get(start..start + 6)? else {
        return None;
    };
    digits.iter().try_fold(0, |unit, byte| {
        Some(unit << 4 | (*byte as char).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: &str, problems: &[(usize, usize, EscapeProblem)]) {
        let (mut decoded, mut found) = (String::new(), Vec::new());
        decode(written, &mut decoded, |start, escape, _| {
            found.extend(escape.problem.map(|problem| (start, escape.end, problem)));
        });
        assert_eq!(decoded, expected, "{written}");
        assert_eq!(found, problems, "{written}");
    }

    #[test]
    fn every_escape_of_json_is_decoded() {
        check(r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t", &[]);
        check(r"caf\u00e9 \u00E9!", "café é!", &[]);
        check(r"\ud83d\ude00", "😀", &[]);
        check(r"\u0000", "\0", &[]);
    }

    #[test]
    fn a_lone_surrogate_becomes_the_replacement_character() {
        use EscapeProblem::LoneSurrogate;
        check(r"a\ud83d", "a\u{fffd}", &[(1, 7, LoneSurrogate)]);
        check(r"\ude00b", "\u{fffd}b", &[(0, 6, LoneSurrogate)]);
        check(r"\ud83d\u0041", "\u{fffd}A", &[(0, 6, LoneSurrogate)]);
        check(
            r"\ud83d\ud83d\ude00",
            "\u{fffd}😀",
            &[(0, 6, LoneSurrogate)],
        );
        check(r"\ud83d\n", "\u{fffd}\n", &[(0, 6, LoneSurrogate)]);
    }

    #[test]
    fn what_is_no_escape_is_kept_as_written() {
        use EscapeProblem::{EscapedApostrophe, TooFewDigits, Unknown};
        check(r"C:\dir", r"C:\dir", &[(2, 4, Unknown)]);
        check(r"\é", r"\é", &[(0, 3, Unknown)]);
        check(r"\", r"\", &[(0, 1, Unknown)]);
        check(r"\u12", r"\u12", &[(0, 4, TooFewDigits)]);
        check(r"\u12g4", r"\u12g4", &[(0, 4, TooFewDigits)]);
        check(r"\u+123", r"\u+123", &[(0, 2, TooFewDigits)]);
        check(r"\'", "'", &[(0, 2, EscapedApostrophe)]);
    }
}
