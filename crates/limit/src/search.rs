//! The search: the smallest size of an attack that is found with the wanted probability, and the curve around it.
//!
//! Bisection over a grid of sizes, by few trials each, points at a size; then that size is measured with trials of its own,
//! and the next larger one where it falls short. The share found is taken to rise with size; where it does not, the curve
//! shows it.

use pollwarden_core::PowerPoint;

use crate::{Phase, interval};

/// How many trials the search may spend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// The probability of being found that is asked for.
    pub wanted: f64,
    /// Trials of a size while searching, at most.
    pub search: u32,
    /// Trials that measure the size found.
    pub measure: u32,
    /// Trials of each other point of the curve.
    pub curve: u32,
}

impl Effort {
    /// 95 in 100, measured by `measure` trials; a fifth as many for whatever only leads there.
    pub fn of(measure: u32) -> Self {
        let measure = measure.max(1);
        Self { wanted: 0.95, search: measure.div_ceil(5), measure, curve: measure.div_ceil(5) }
    }
}

/// Each size is about so many times the one before.
const RATIO: f64 = 1.19;

/// Parts of the size found, and multiples of it, that the curve shows too.
const AROUND: [f64; 5] = [0.1, 0.25, 0.5, 0.8, 2.0];

/// Parts of the largest size that the curve shows where no size is found often enough.
const BELOW: [f64; 3] = [0.01, 0.1, 0.33];

/// Sizes to try, smallest first, up to `most`: a geometric grid of whole numbers.
pub fn sizes(most: u64) -> Vec<u64> {
    let mut sizes = vec![1];
    let mut last = 1;
    while last < most {
        last = (((last as f64) * RATIO).round() as u64).max(last + 1).min(most);
        sizes.push(last);
    }
    sizes
}

/// Shares found by size, smallest first, and the place of the smallest size that is found often enough; `None` where none
/// of the sizes is. `find` makes one attack of a size and says whether it was found.
///
/// # Errors
/// Where `find` fails.
pub fn smallest_found<E>(
    sizes: &[u64],
    effort: Effort,
    find: &mut dyn FnMut(u64, Phase, u32) -> Result<bool, E>,
) -> Result<(Vec<PowerPoint>, Option<usize>), E> {
    let mut trials = Trials { effort, find };
    let Some(most) = sizes.last().copied() else { return Ok((Vec::new(), None)) };
    let mut curve = Vec::new();
    let (mut place, mut step) = (trials.bisect(sizes)?, 1);
    let mut reached = None;
    // The largest size is measured even where the search has no hope for it: that is what can be said of it.
    while reached.is_none() {
        let size = sizes.get(place).copied().unwrap_or(most);
        let point = trials.measure(size, effort.measure)?;
        curve.push(point);
        if point.power() >= effort.wanted {
            reached = Some(size);
        } else if size >= most {
            break;
        }
        place += step;
        step *= 2;
    }
    let around = |size: u64| AROUND.map(|part| (size as f64 * part).round() as u64).to_vec();
    let below = || BELOW.map(|part| (most as f64 * part).round() as u64).to_vec();
    for size in reached.map_or_else(below, around) {
        if (1..=most).contains(&size) && curve.iter().all(|point| point.size != size) {
            curve.push(trials.measure(size, effort.curve)?);
        }
    }
    curve.sort_by_key(|point| point.size);
    let reached = reached.and_then(|size| curve.iter().position(|point| point.size == size));
    Ok((curve, reached))
}

/// Shares found at exactly these sizes, and the place of the smallest that is found often enough: to check a limit with
/// fresh seeds.
///
/// # Errors
/// Where `find` fails.
pub fn found_at<E>(
    sizes: &[u64],
    effort: Effort,
    find: &mut dyn FnMut(u64, Phase, u32) -> Result<bool, E>,
) -> Result<(Vec<PowerPoint>, Option<usize>), E> {
    let mut sizes = sizes.to_vec();
    sizes.sort_unstable();
    sizes.dedup();
    let mut trials = Trials { effort, find };
    let curve = sizes.into_iter().map(|size| trials.measure(size, effort.measure)).collect::<Result<Vec<_>, E>>()?;
    let reached = curve.iter().position(|point| point.power() >= effort.wanted);
    Ok((curve, reached))
}

struct Trials<'f, E> {
    effort: Effort,
    find: &'f mut dyn FnMut(u64, Phase, u32) -> Result<bool, E>,
}

impl<E> Trials<'_, E> {
    /// The place of the smallest size that looks good enough; beyond the last where none does.
    fn bisect(&mut self, sizes: &[u64]) -> Result<usize, E> {
        let (mut low, mut high) = (0, sizes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.is_promising(sizes[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    /// Gives up at the first miss too many.
    fn is_promising(&mut self, size: u64) -> Result<bool, E> {
        let allowed = (f64::from(self.effort.search) * (1.0 - self.effort.wanted)) as u32;
        let mut missed = 0;
        for trial in 0..self.effort.search {
            missed += u32::from(!(self.find)(size, Phase::Search, trial)?);
            if missed > allowed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn measure(&mut self, size: u64, trials: u32) -> Result<PowerPoint, E> {
        let mut found = 0;
        for trial in 0..trials {
            found += u32::from((self.find)(size, Phase::Measure, trial)?);
        }
        let (low, high) = interval::share(found, trials);
        Ok(PowerPoint { size, found, trials, low, high })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha12Rng;

    use super::*;
    use crate::trial_seed;

    /// An attack of a size is found with the probability that `power` gives it.
    fn search(seed: u64, most: u64, power: impl Fn(u64) -> f64) -> (Vec<PowerPoint>, Option<usize>, u32) {
        let mut asked = 0;
        let mut find = |size, phase, trial| {
            asked += 1;
            let mut chance = ChaCha12Rng::seed_from_u64(trial_seed(seed, "t", phase, size, trial));
            Ok::<_, Infallible>(chance.random_bool(power(size)))
        };
        let found = smallest_found(&sizes(most), Effort::of(60), &mut find);
        let (curve, reached) = match found {
            Ok(found) => found,
            Err(never) => match never {},
        };
        (curve, reached, asked)
    }

    #[test]
    fn sizes_grow_evenly_up_to_the_last() {
        let grid = sizes(20_000);
        assert!(grid.windows(2).all(|pair| pair[0] < pair[1]) && grid.len() < 60, "{}", grid.len());
        assert_eq!((grid[0], grid[grid.len() - 1]), (1, 20_000));
        assert_eq!(sizes(1), [1]);
        assert_eq!(sizes(0), [1]);
    }

    #[test]
    fn a_threshold_is_found_to_the_next_size() {
        for threshold in [1, 2, 50, 213, 9_999] {
            let (curve, reached, asked) = search(1, 20_000, |size| f64::from(u8::from(size >= threshold)));
            let at = curve[reached.expect("a size")];
            assert!(at.size >= threshold && at.size as f64 <= threshold as f64 * 1.2 + 1.0, "{threshold}: {at:?}");
            assert_eq!((at.found, at.trials), (60, 60));
            assert!(asked < 250, "{asked}");
        }
    }

    #[test]
    fn a_slope_is_found_where_it_reaches_what_is_wanted() {
        let power = |size: u64| 1.0 - (-(size as f64) / 100.0).exp();
        // 95 in 100 at 300; chance in the search may lead above it, seldom below.
        for seed in 0..20 {
            let (curve, reached, _) = search(seed, 20_000, power);
            let at = curve[reached.expect("a size")];
            assert!((150..1_300).contains(&at.size), "{at:?}");
            assert!(at.low <= power(at.size) && power(at.size) <= at.high + 0.05, "{at:?}");
        }
    }

    #[test]
    fn what_is_never_found_is_measured_at_the_largest_size() {
        let (curve, reached, _) = search(1, 500, |_| 0.4);
        assert_eq!(reached, None);
        let most = curve[curve.len() - 1];
        assert_eq!((most.size, most.trials), (500, 60));
        assert!((0.2..0.6).contains(&most.power()) && most.high < 0.95);
    }
}
