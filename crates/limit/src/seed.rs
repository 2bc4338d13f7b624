//! Seeds of trials: each trial can be made again by itself.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use xxhash_rust::xxh3::xxh3_64;

/// What a trial is for. Trials that search for a size never count as its measurement: a size is chosen because it did well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Finding the size.
    Search,
    /// Measuring the share found at a size.
    Measure,
}

/// The seed of one trial: ChaCha's first output under a key made of everything that names the trial.
pub fn trial_seed(seed: u64, threat: &str, phase: Phase, size: u64, trial: u32) -> u64 {
    let number = u64::from(trial) << 1 | u64::from(phase == Phase::Measure);
    let parts = [seed, xxh3_64(threat.as_bytes()), size, number];
    let mut key = [0; 32];
    key.chunks_exact_mut(8).zip(parts).for_each(|(bytes, part)| bytes.copy_from_slice(&part.to_le_bytes()));
    ChaCha12Rng::from_seed(key).next_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trial_has_its_own_seed_and_keeps_it() {
        let mut seeds = std::collections::BTreeSet::new();
        for (threat, size) in [("a", 1), ("b", 1), ("a", 2)] {
            for trial in 0..100 {
                for phase in [Phase::Search, Phase::Measure] {
                    assert!(seeds.insert(trial_seed(7, threat, phase, size, trial)));
                }
            }
        }
        assert!(seeds.contains(&trial_seed(7, "b", Phase::Measure, 1, 99)));
        assert!(!seeds.contains(&trial_seed(8, "b", Phase::Measure, 1, 99)));
    }
}
