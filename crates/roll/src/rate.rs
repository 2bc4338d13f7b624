//! How many are too many, judged by the office's own rates.

use statrs::distribution::{DiscreteCDF as _, Poisson};

/// With fewer things there is no rate to judge by.
const FEWEST_THINGS: usize = 20;
/// No group smaller than this is called many: households and couples change together.
const FEWEST: u64 = 5;
/// The chance that any of the things ordinary for this office is called too many.
const FALSE_ALARM: f64 = 0.001;
/// A count beyond so many times what 19 in 20 things stay below is no longer the tail of the same habit, even where
/// things are more uneven than chance alone.
const UNEVEN: u64 = 3;

/// As [`too_many`], for things that one person or household has for itself (an address, a phone, a document): where there
/// are too few of them for a rate of the office's own, one voter each is taken to be usual.
pub(crate) fn too_many_for_one(counts: impl Iterator<Item = u64>) -> Option<u64> {
    let counts: Vec<u64> = counts.collect();
    let usual = std::iter::repeat_n(1, FEWEST_THINGS.saturating_sub(counts.len()) * 2);
    too_many(counts.into_iter().chain(usual))
}

/// As [`too_many_of_shared`], for things that are mostly one voter's; `None` also where sharing is ordinary for them.
pub(crate) fn too_many(counts: impl Iterator<Item = u64>) -> Option<u64> {
    let mut counts: Vec<u64> = counts.collect();
    counts.sort_unstable();
    if *counts.get(counts.len() / 2)? > 1 {
        return None;
    }
    too_many_of_shared(counts.into_iter())
}

/// The smallest count that is too many among `counts` (voters for each address, document and so on): a Poisson tail at
/// the rate of the lower 19 in 20, divided by the number of things looked at (Bonferroni). `None` where there are too few
/// things.
pub(crate) fn too_many_of_shared(counts: impl Iterator<Item = u64>) -> Option<u64> {
    let mut counts: Vec<u64> = counts.collect();
    counts.sort_unstable();
    let things = counts.len();
    if things < FEWEST_THINGS {
        return None;
    }
    let lower = &counts[..things - things / 20];
    let rate = (lower.iter().sum::<u64>() as f64 / lower.len() as f64).max(0.5);
    let usual = lower[lower.len() - 1];
    let poisson = Poisson::new(rate).ok()?;
    let level = FALSE_ALARM / things as f64;
    let by_chance = (FEWEST..).find(|&count| poisson.sf(count - 1) <= level)?;
    Some(by_chance.max(UNEVEN * usual + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_voters_at_one_address_are_too_many_where_one_is_usual() {
        let usual = || (0..200).map(|n| if n % 40 == 0 { 3 } else { 1 });
        let limit = too_many(usual().chain([60])).expect("a rate");
        assert!((8..=15).contains(&limit), "{limit}");
    }

    #[test]
    fn where_sharing_is_ordinary_or_little_is_known_nothing_is_too_many() {
        assert_eq!(too_many((0..200).map(|n| 2 + n % 9)), None);
        assert_eq!(too_many([1, 1, 60].into_iter()), None);
        assert!(too_many_for_one([1, 1, 60].into_iter()).is_some_and(|limit| limit < 20));
        assert_eq!(too_many(std::iter::empty()), None);
    }

    #[test]
    fn many_of_one_network_are_too_many_where_a_dozen_is_usual() {
        let limit = too_many_of_shared((0..200).map(|n| 2 + n % 9).chain([150])).expect("a rate");
        assert!((20..=40).contains(&limit), "{limit}");
    }
}
