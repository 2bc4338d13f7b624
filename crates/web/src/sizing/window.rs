//! When an attack was, where others read the same page from the same addresses, or alike, before and after it.
//!
//! People come at any time; a harvest has a beginning and an end. Where nearly all reads lie in a stretch far denser than
//! the rest, and the rest is scattered as visitors are, the stretch is the harvest, and the rest says how many of the
//! reads within it may have been visitors' too.

/// The stretch is looked for that holds so many reads in a hundred.
const MOST: usize = 90;
/// Within a harvest pauses are at most so many times the mean.
const PAUSE: i64 = 20;
/// So many times denser than what lies around it.
const DENSER: f64 = 20.0;
/// Fewer reads than this show no stretch.
const FEWEST: usize = 50;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// The first and last read in it, in microseconds.
    pub(crate) span: (i64, i64),
    /// Reads in it that are expected of others, by how they came before and after it.
    pub(crate) of_others: f64,
}

impl Window {
    /// The stretch of a harvest; `None` where nothing sets one apart. Times are in order.
    pub(crate) fn of(times: &[i64]) -> Option<Self> {
        let inner = (times.len() * MOST).div_ceil(100);
        if times.len() < FEWEST {
            return None;
        }
        let width = |i: &usize| times[i + inner - 1] - times[*i];
        let mut from = (0..=times.len() - inner).min_by_key(width)?;
        let mut to = from + inner - 1;
        let pause = (PAUSE * (times[to] - times[from]) / inner as i64).max(PAUSE * 1_000_000);
        while from > 0 && times[from] - times[from - 1] <= pause {
            from -= 1;
        }
        while to + 1 < times.len() && times[to + 1] - times[to] <= pause {
            to += 1;
        }
        let outside = times.len() - (to - from + 1);
        let within = (times[to] - times[from]).max(1_000_000) as f64;
        let around = (times[times.len() - 1] - times[0]) as f64 - within;
        let of_others = outside as f64 * within / around.max(1.0);
        let dense = (to - from + 1) as f64 >= DENSER * of_others;
        (outside > 0 && dense && are_scattered(times, from, to))
            .then(|| Self { span: (times[from], times[to]), of_others })
    }

    /// Whether a moment lies in it.
    pub(crate) fn holds(&self, at: i64) -> bool {
        (self.span.0..=self.span.1).contains(&at)
    }

    /// All of a harvest that has no others around it, if it took less than half of the time from `first` to `last`.
    pub(crate) fn all(times: &[i64], (first, last): (i64, i64)) -> Option<Self> {
        let span = (*times.first()?, *times.last()?);
        (span.1 - span.0 < (last - first) / 2).then_some(Self { span, of_others: 0.0 })
    }

    /// How many of those who came in it would have come anyway, by how many came before and after it in the time from
    /// `first` to `last`.
    pub(crate) fn ordinary(&self, times: &[i64], (first, last): (i64, i64)) -> f64 {
        let within = (self.span.1 - self.span.0) as f64;
        let outside = times.iter().filter(|at| !self.holds(**at)).count() as f64;
        outside * within / ((last - first) as f64 - within).max(1.0)
    }

    /// Reads of others that can't be ruled out: three standard deviations of a Poisson count above those expected.
    pub(crate) fn of_others_at_most(&self) -> f64 {
        if self.of_others < 0.05 { 0.0 } else { (self.of_others + 3.0 * self.of_others.sqrt()).ceil() }
    }
}

/// Whether what lies outside comes one by one, as visitors do, rather than in a burst: the harvest's other part.
fn are_scattered(times: &[i64], from: usize, to: usize) -> bool {
    let gaps = |times: &[i64]| times.windows(2).map(|w| w[1] - w[0]).collect::<Vec<i64>>();
    let mut gaps = [gaps(&times[..=from]), gaps(&times[to..])].concat();
    gaps.sort_unstable();
    let mean = gaps.iter().sum::<i64>() / (gaps.len().max(1) as i64);
    gaps.get(gaps.len() / 2).is_some_and(|median| median * 5 >= mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn sorted(mut times: Vec<i64>) -> Vec<i64> {
        times.sort_unstable();
        times
    }

    #[test]
    fn a_harvest_among_visitors_is_told_by_its_time() {
        let visitors = (0..60).map(|i| i * 3 * HOUR + i % 7 * HOUR / 9);
        let harvest = (0..2_000).map(|i| 50 * HOUR + i * 1_000_000);
        let window = Window::of(&sorted(visitors.chain(harvest).collect())).expect("a stretch");
        assert!(window.span.0 >= 50 * HOUR - 60_000_000 && window.span.1 <= 51 * HOUR, "{window:?}");
        assert!(window.of_others < 1.0 && window.of_others_at_most() <= 3.0, "{window:?}");
    }

    #[test]
    fn a_slow_harvest_and_one_in_two_parts_are_whole() {
        let slow = (0..3_000).map(|i| i * HOUR / 8).collect::<Vec<i64>>();
        assert_eq!(Window::of(&slow), None);
        let by_day = (0..3_000).map(|i| i / 100 * 24 * HOUR + i % 100 * HOUR / 12).collect::<Vec<i64>>();
        assert_eq!(Window::of(&by_day), None);
        let parts = (0..2_000).map(|i| i * 1_000_000 + if i < 1_940 { 0 } else { 90 * HOUR }).collect::<Vec<i64>>();
        assert_eq!(Window::of(&parts), None);
    }
}
