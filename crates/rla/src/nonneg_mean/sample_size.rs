//! How many draws a test needs on values like a pilot's.
//!
//! The pilot is repeated until it is as long as the population, as SHANGRLA plans (Stark 2020, section 4). One pass over
//! the draws until the test ends: for a plan from error rates alone, at any size of population, see `plan`.

use super::NonnegMean;
use crate::RiskLimit;

/// With replacement there is no last card; a plan of more draws than this is none, nor is it without replacement.
const MOST_DRAWS: u64 = 10_000_000;

impl NonnegMean {
    /// Draws until the p-value is at most `limit`, where the values come in the pilot's order, again and again. `None`
    /// where it does not get there within ten million draws: without replacement that is a full count.
    pub fn sample_size(&self, pilot: &[f64], limit: RiskLimit) -> Option<u64> {
        let mut running = self.begin();
        let most = self.population.map_or(MOST_DRAWS, |size| size.min(MOST_DRAWS));
        (1..=most).zip(pilot.iter().cycle()).find(|(_, x)| running.push(**x) <= limit.share()).map(|(draws, _)| draws)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Test;

    #[test]
    fn a_plan_ends_with_the_population() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        let test =
            NonnegMean { test: Test::KaplanKolmogorov { g: 0.0 }, upper: 1.0, null_mean: 0.5, population: Some(100) };
        assert_eq!(test.sample_size(&[1.0], limit), Some(5));
        assert_eq!(test.sample_size(&[0.5], limit), None);
        assert_eq!(test.sample_size(&[], limit), None);
        let endless = NonnegMean { population: Some(u64::MAX), ..test };
        assert_eq!(endless.sample_size(&[], limit), None);
        assert_eq!(endless.sample_size(&[0.5], limit), None);
    }
}
