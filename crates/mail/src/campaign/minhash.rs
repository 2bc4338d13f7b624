//! MinHash of a set (Broder 1997), each value cut to 16 bits (Li and König 2010): the share of equal values estimates how
//! much of two sets is common (Jaccard), with a standard error of at most 0.5/√values.

/// Values of a set of hashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct MinHash<const VALUES: usize> {
    values: [u16; VALUES],
    /// How many things the set holds.
    count: u16,
}

impl<const VALUES: usize> MinHash<VALUES> {
    /// Of keyed hashes, without repeats.
    pub(super) fn of(hashes: &[u64]) -> Self {
        let mut least = [u64::MAX; VALUES];
        for hash in hashes {
            for (least, (add, times)) in least.iter_mut().zip(&PERMUTATIONS) {
                let value = (hash ^ add).wrapping_mul(*times);
                *least = (*least).min(value ^ value >> 32);
            }
        }
        let count = u16::try_from(hashes.len()).unwrap_or(u16::MAX);
        // The lowest bits: the highest ones of a least value are nearly always zero.
        Self { values: least.map(|value| (value & 0xffff) as u16), count }
    }

    pub(super) fn from_parts(values: [u16; VALUES], count: u16) -> Self {
        Self { values, count }
    }

    pub(super) fn values(&self) -> &[u16; VALUES] {
        &self.values
    }

    pub(super) fn count(&self) -> u16 {
        self.count
    }

    /// The share of both sets that is common, 0 to 1; 0 where either is empty.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        if self.count == 0 || other.count == 0 {
            return 0.0;
        }
        let equal = self.values.iter().zip(&other.values).map(|(a, b)| u16::from(a == b)).sum::<u16>();
        f64::from(equal) / VALUES as f64
    }

    /// The share of the smaller set that is in the larger, 0 to 1.
    pub(super) fn within(&self, other: &Self) -> f64 {
        let (alike, a, b) = (self.alike(other), f64::from(self.count), f64::from(other.count));
        let common = alike * (a + b) / (1.0 + alike);
        if a.min(b) > 0.0 { (common / a.min(b)).min(1.0) } else { 0.0 }
    }
}

/// The constants of the permutations: SplitMix64 (Steele, Lea and Flood 2014) of their numbers. They are public: what they
/// permute is keyed.
static PERMUTATIONS: [(u64, u64); 128] = permutations();

const fn permutations() -> [(u64, u64); 128] {
    let mut all = [(0, 0); 128];
    let mut at = 0;
    while at < all.len() {
        all[at] = (split_mix(at as u64 * 2), split_mix(at as u64 * 2 + 1) | 1);
        at += 1;
    }
    all
}

pub(super) const fn split_mix(state: u64) -> u64 {
    let z = state.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_common_things_is_met_within_its_error() {
        let set = |from: u64| (from..from + 200).map(split_mix).collect::<Vec<u64>>();
        for (shift, common) in [(0, 1.0), (50, 150.0 / 250.0), (100, 100.0 / 300.0), (200, 0.0)] {
            let (a, b) = (MinHash::<96>::of(&set(0)), MinHash::<96>::of(&set(shift)));
            assert!((a.alike(&b) - common).abs() <= 0.16, "{shift}: {}", a.alike(&b));
        }
    }

    #[test]
    fn empty_sets_are_like_nothing() {
        let empty = MinHash::<32>::of(&[]);
        assert_eq!((empty.alike(&empty), empty.within(&empty)), (0.0, 0.0));
    }

    #[test]
    fn a_part_is_within_the_whole() {
        let all: Vec<u64> = (0..300).map(split_mix).collect();
        let (whole, part) = (MinHash::<96>::of(&all), MinHash::<96>::of(&all[..100]));
        assert!(part.within(&whole) > 0.8, "{}", part.within(&whole));
    }
}
