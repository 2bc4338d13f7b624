//! A set of candidates as bits.

use super::MOST_CANDIDATES;

/// The candidates who still stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Standing(u128);

impl Standing {
    pub(super) fn all(candidates: usize) -> Self {
        debug_assert!(candidates <= MOST_CANDIDATES, "Ballots::new holds the number of candidates");
        Self(if candidates >= 128 { u128::MAX } else { (1 << candidates) - 1 })
    }

    pub(super) fn of(candidates: &[u32]) -> Self {
        candidates.iter().fold(Self::default(), |set, c| set.with(*c))
    }

    pub(super) fn has(self, candidate: u32) -> bool {
        candidate < 128 && self.0 >> candidate & 1 == 1
    }

    pub(super) fn with(self, candidate: u32) -> Self {
        Self(self.0 | 1u128.checked_shl(candidate).unwrap_or_default())
    }

    pub(super) fn without(self, candidate: u32) -> Self {
        Self(self.0 & !1u128.checked_shl(candidate).unwrap_or_default())
    }

    pub(super) fn but(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Members, lowest first.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let candidate = left.trailing_zeros();
            left &= left - 1;
            Some(candidate)
        })
    }
}
