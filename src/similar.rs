//! Texts compared loosely: "did you mean", and patterns with wildcards.

/// Of more mistakes than these in one file it is not said what may be meant.
pub const MAX_HELPED: usize = 50;
/// More names than these are not looked at: of so many one is near by chance.
const MAX_KNOWN: usize = 2_000;
/// So many characters of a name are looked at.
const LONGEST: usize = 64;

/// The name nearest to `name`, case folded, if it is near enough to be meant.
pub fn most_similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let length = name.chars().count();
    let furthest = (length / 3).max(1);
    // What is longer or shorter by more is further away; no character takes more than four bytes.
    let may_be_near = |other: &&str| {
        length.min(LONGEST) <= other.len() + furthest && other.len() <= 4 * (length + furthest)
    };
    known
        .take(MAX_KNOWN)
        .filter(may_be_near)
        .map(|other| (distance(&name, &other.to_ascii_lowercase()), other))
        .filter(|(distance, _)| *distance <= furthest)
        .min()
        .map(|(_, other)| other)
}

/// Whether a text has the form of a pattern in which `*` stands for any text and `?` for one character.
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut retry = None; // where to go on when the last `*` takes one character more
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, t + 1));
                p += 1;
            }
            Some(character) if *character == '?' || *character == text[t] => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match retry {
                Some((after_star, next)) => {
                    (p, t) = (after_star, next);
                    retry = Some((after_star, next + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|character| *character == '*')
}

/// Number of characters to insert, delete, replace or swap with their neighbour to make one text of the other.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(LONGEST).collect();
    let right: Vec<char> = right.chars().take(LONGEST).collect();
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    rows[0] = (0..=right.len()).collect();
    for i in 1..=left.len() {
        rows[i][0] = i;
        for j in 1..=right.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_text_and_characters() {
        for (pattern, text, expected) in [
            ("*.azurefd.net", "x.azurefd.net", true),
            ("GP_*", "GP_Gen5", true),
            ("a*b*c", "aXbYbc", true),
            ("a?c", "abc", true),
            ("a", "ab", false),
            ("", "", true),
            ("*", "", true),
            ("a*", "b", false),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_near_name_is_meant_and_a_far_one_is_not() {
        let known = ["concat", "contains", "location"];
        assert_eq!(most_similar("conact", known.into_iter()), Some("concat"));
        assert_eq!(most_similar("Locaton", known.into_iter()), Some("location"));
        assert_eq!(most_similar("uniqueString", known.into_iter()), None);
    }
}
