//! Draws that depend on a seed and a name alone, so that a message stays the same whatever is made beside it.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Dice for one thing among many.
#[derive(Debug, Clone)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn of(seed: u64, name: &str) -> Self {
        Self(ChaCha8Rng::seed_from_u64(xxhash_rust::xxh3::xxh3_64_with_seed(name.as_bytes(), seed)))
    }

    /// A number below `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// A place in a list of this length, which must not be empty for the place to exist.
    pub(super) fn place(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of several; `T`'s own default where there is none.
    pub(super) fn pick<T: Clone + Default>(&mut self, of: &[T]) -> T {
        of.get(self.place(of.len())).cloned().unwrap_or_default()
    }

    /// Whether something of this probability, in hundredths, comes about.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// The place of one of several weights.
    pub(super) fn weighed(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    /// Hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.place(16)])).collect()
    }

    /// Letters and digits, as links carry them.
    pub(super) fn token(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        (0..length).map(|_| char::from(LETTERS[self.place(LETTERS.len())])).collect()
    }

    /// Bytes without pattern.
    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_throw_the_same() {
        let of = |seed, name| Dice::of(seed, name).hex(16);
        assert_eq!(of(1, "a"), of(1, "a"));
        assert_ne!(of(1, "a"), of(1, "b"));
        assert_ne!(of(1, "a"), of(2, "a"));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::of(1, "weights");
        let mut seen = [0; 3];
        (0..6_000).for_each(|_| seen[dice.weighed(&[1, 0, 5])] += 1);
        assert_eq!(seen[1], 0);
        assert!((800..1_200).contains(&seen[0]), "{seen:?}");
    }
}
