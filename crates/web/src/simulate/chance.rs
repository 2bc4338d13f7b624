//! Seeded chance. Each part of the portal's life draws from its own stream, so that adding one leaves the others as they
//! were.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use xxhash_rust::xxh3::xxh3_64;

use super::hit::{Micros, SECOND};

#[derive(Debug, Clone)]
pub(super) struct Chance(ChaCha12Rng);

impl Chance {
    pub(super) fn new(seed: u64, stream: &str) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        rng.set_stream(xxh3_64(stream.as_bytes()));
        Self(rng)
    }

    /// Below `end`, which must be more than 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0.random_range(0..end.max(1))
    }

    /// From `from` up to `to`, both inclusive.
    pub(super) fn within(&mut self, from: u64, to: u64) -> u64 {
        self.0.random_range(from..=to.max(from))
    }

    pub(super) fn yes(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability.clamp(0.0, 1.0))
    }

    /// From 0 up to 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// An exponential wait.
    pub(super) fn wait(&mut self, mean_seconds: f64) -> Micros {
        (-(1.0 - self.unit()).ln() * mean_seconds * SECOND as f64) as Micros
    }
}

/// A fixed property of a thing, by number: the same in every run.
pub(super) fn trait_of(kind: &str, number: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(kind.as_bytes(), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream| Chance::new(7, stream).below(u64::MAX);
        assert_eq!(draw("visits"), draw("visits"));
        assert_ne!(draw("visits"), draw("clerks"));
    }
}
