//! Numbers known within bounds: how many items there are when some may be there and others may not.

use crate::evaluate::Presence;
use crate::rules::definition::Comparison;
use crate::rules::outcome::Verdict;

/// A number between two bounds, both included; the upper may be endless.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quantity {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

/// What would have to change for another outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blame {
    /// There are too many: the items.
    Items,
    /// There are too few: what holds them.
    Container,
}

impl Quantity {
    /// A number that is known.
    pub fn exactly(number: f64) -> Quantity {
        Quantity {
            low: number,
            high: number,
        }
    }

    /// Nothing is known but that it is not negative.
    pub fn any_amount() -> Quantity {
        Quantity {
            low: 0.0,
            high: f64::INFINITY,
        }
    }

    /// Both added.
    pub fn plus(self, other: Quantity) -> Quantity {
        Quantity {
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }

    /// So much of it as it is there.
    pub fn times(self, often: Quantity) -> Quantity {
        let product = |left: f64, right: f64| {
            if left == 0.0 || right == 0.0 {
                0.0 // nothing, endless times, is nothing
            } else {
                left * right
            }
        };
        Quantity {
            low: product(self.low, often.low),
            high: product(self.high, often.high),
        }
    }

    /// In words.
    pub fn words(self) -> String {
        let Quantity { low, high } = self;
        if low == high {
            low.to_string()
        } else if high.is_infinite() {
            format!("at least {low}")
        } else if low <= 0.0 {
            format!("at most {high}")
        } else {
            format!("{low} to {high}")
        }
    }
}

/// How often something is there.
pub fn often(presence: Presence) -> Quantity {
    match presence {
        Presence::Certain => Quantity::exactly(1.0),
        Presence::Conditional => Quantity {
            low: 0.0,
            high: 1.0,
        },
        Presence::Repeated => Quantity::any_amount(),
    }
}

/// The order of two quantities.
pub fn compare(left: Quantity, comparison: Comparison, right: Quantity) -> Verdict {
    let (always, never) = match comparison {
        Comparison::Less => (left.high < right.low, left.low >= right.high),
        Comparison::LessOrEquals => (left.high <= right.low, left.low > right.high),
        Comparison::Greater => (left.low > right.high, left.high <= right.low),
        Comparison::GreaterOrEquals => (left.low >= right.high, left.high < right.low),
    };
    verdict(always, never)
}

/// Whether two quantities are equal.
pub fn equal(left: Quantity, right: Quantity) -> Verdict {
    let known = left.low == left.high && right.low == right.high;
    let apart = left.high < right.low || left.low > right.high;
    verdict(known && left.low == right.low, apart)
}

fn verdict(always: bool, never: bool) -> Verdict {
    if always {
        Verdict::Pass
    } else if never {
        Verdict::Fail
    } else {
        Verdict::Unknown
    }
}

/// Whom to blame for an order that holds, or does not.
pub fn blame_for_order(comparison: Comparison, verdict: Verdict) -> Blame {
    let more_would_hold = match comparison {
        Comparison::Less | Comparison::LessOrEquals => false,
        Comparison::Greater | Comparison::GreaterOrEquals => true,
    };
    if more_would_hold == (verdict == Verdict::Fail) {
        Blame::Container
    } else {
        Blame::Items
    }
}

/// Whom to blame for a number that equals another, or does not: with an equal number the items, if there are any.
pub fn blame_for_equality(number: Quantity, limit: Quantity) -> Blame {
    if number.low > limit.high || (number.high >= limit.low && number.high > 0.0) {
        Blame::Items
    } else {
        Blame::Container
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_must_agree() {
        let some = Quantity {
            low: 1.0,
            high: 3.0,
        };
        for (comparison, limit, expected) in [
            (Comparison::Less, 4.0, Verdict::Pass),
            (Comparison::Less, 3.0, Verdict::Unknown),
            (Comparison::Less, 1.0, Verdict::Fail),
            (Comparison::LessOrEquals, 3.0, Verdict::Pass),
            (Comparison::LessOrEquals, 0.0, Verdict::Fail),
            (Comparison::Greater, 0.0, Verdict::Pass),
            (Comparison::Greater, 3.0, Verdict::Fail),
            (Comparison::GreaterOrEquals, 1.0, Verdict::Pass),
            (Comparison::GreaterOrEquals, 2.0, Verdict::Unknown),
            (Comparison::GreaterOrEquals, 4.0, Verdict::Fail),
        ] {
            assert_eq!(
                compare(some, comparison, Quantity::exactly(limit)),
                expected,
                "{comparison:?} {limit}"
            );
        }
    }

    #[test]
    fn nothing_endless_times_is_nothing() {
        let zero = Quantity::exactly(0.0).times(Quantity::any_amount());
        assert_eq!(zero, Quantity::exactly(0.0));
    }

    #[test]
    fn bounds_read_as_words() {
        for (low, high, words) in [
            (2.0, 2.0, "2"),
            (2.0, f64::INFINITY, "at least 2"),
            (0.0, 2.0, "at most 2"),
            (1.0, 2.0, "1 to 2"),
        ] {
            assert_eq!(Quantity { low, high }.words(), words);
        }
    }
}
