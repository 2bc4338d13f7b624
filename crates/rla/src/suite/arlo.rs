//! SUITE as CORLA18 and Arlo compute it: the largest chance on a grid of shares of the overstatement.
//!
//! The grid is coarse (0.05 of the margin) and is refined only while it can't tell that the risk is below the limit, so its
//! answer is at or below the largest chance, save for its last point, which may lie beyond what the stratum's cards allow.
//! Once a point is above the limit the search ends there, so that a risk above the limit is only a lower bound. Decisions are those
//! of [`Suite::risk`]; the numbers are offered to check what an office was told.

use super::{Misstatements, PollingSample, Sizes, Suite, fisher};
use crate::RiskLimit;

/// The risk by the grid. It may be 0, where one less a chance near 1 leaves no digit.
pub fn risk(suite: &Suite, limit: RiskLimit) -> f64 {
    let lead = suite.lead() as f64;
    let reach = suite.comparison.cards.min(suite.polling.cards) as f64;
    let mut grid =
        Grid::new((suite.comparison.lead as f64 - reach) / lead, (suite.comparison.lead as f64 + reach) / lead, 0.05);
    // Each round's step is a tenth of the one before; numbers have no more digits than thirty rounds.
    for _ in 0..30 {
        let (at, largest) = grid.largest(suite);
        let (step, best) = (grid.step, without_digits(fisher_or_none(largest)));
        let share = limit.share();
        if best > share || modulus(suite, step) <= chi_squared(best) - chi_squared(share) {
            return best;
        }
        let middle = grid.at(at);
        grid = Grid::new(middle - 2.0 * step, middle + 2.0 * step, step / 10.0);
    }
    without_digits(fisher_or_none(grid.largest(suite).1))
}

/// The sizes of the first samples: totals are doubled until the expected risk is at most the limit, then halved in between until
/// it is at least 0.8 of it. `None` where they come to all cards of a stratum: Arlo asks for a recount then.
pub fn first_sizes(suite: &Suite, limit: RiskLimit) -> Option<Sizes> {
    let [compared, polled] = [suite.comparison.cards, suite.polling.cards];
    let share = compared as f64 / (compared + polled) as f64;
    let expected = |total: u64| risk(&expected(suite, sizes(total, share)), limit);
    let mut high = 10;
    while high <= compared + polled && expected(high) > limit.share() {
        high *= 2;
    }
    let high = if high > compared + polled { compared + polled } else { between(high, limit, &expected) };
    let sizes = sizes(high, share);
    (sizes.comparison != compared && sizes.polling != polled).then_some(sizes)
}

fn between(total: u64, limit: RiskLimit, expected: &dyn Fn(u64) -> f64) -> u64 {
    let (mut low, mut high) = (total / 2, total);
    loop {
        let middle = u64::midpoint(low, high);
        if middle == low || middle == high {
            return high;
        }
        let risk = expected(middle);
        if risk > limit.share() {
            low = middle;
            continue;
        }
        high = middle;
        if risk >= 0.8 * limit.share() {
            return high;
        }
    }
}

fn sizes(total: u64, share: f64) -> Sizes {
    let comparison = ((share * total as f64).ceil() as u64).min(total);
    Sizes { comparison, polling: total - comparison }
}

/// Samples as the report lets expect, the winner's cards rounded down and the loser's up.
fn expected(suite: &Suite, sizes: Sizes) -> Suite {
    let mut expected = *suite;
    expected.comparison.sample = sizes.comparison;
    expected.comparison.found = Misstatements::default();
    let stratum = &suite.polling;
    let size = sizes.polling as f64;
    let votes = |votes: u64| size * (votes as f64 / stratum.cards as f64);
    let winner = (votes(stratum.winner_votes).floor() as u64).min(stratum.winner_votes);
    let loser = (votes(stratum.loser_votes).ceil() as u64).min(stratum.loser_votes).min(sizes.polling - winner);
    expected.polling.sample = PollingSample { cards: sizes.polling.min(stratum.cards), winner, loser };
    expected
}

/// Equally spaced shares of the overstatement that fall to the comparison stratum.
struct Grid {
    from: f64,
    step: f64,
    points: u64,
}

impl Grid {
    /// From `low` to a step beyond `high`; at least five points.
    fn new(low: f64, high: f64, step: f64) -> Self {
        let points = |step: f64| ((high + step - low) / step).ceil().max(1.0) as u64;
        let step = if points(step) < 5 { (high + 1.0 - low) / 5.0 } else { step };
        Self { from: low, step, points: points(step) }
    }

    fn at(&self, point: u64) -> f64 {
        self.from + point as f64 * self.step
    }

    /// The point with the largest sum of logarithms. The sum is concave, so that its slopes between neighbours show the way; from
    /// where the comparison's null hypothesis stops to be possible, Arlo takes its chance for 1, and each point is tried.
    fn largest(&self, suite: &Suite) -> (u64, f64) {
        let sum = |point: u64| log_chance(suite, self.at(point));
        let possible = |point: u64| self.at(point) < largest_share(suite);
        let (mut low, mut high) = (0, self.points - 1);
        while high > 0 && !possible(high) && self.points - high < 1_000 {
            high -= 1;
        }
        let beyond = high + 1..self.points;
        while low < high {
            let middle = low + (high - low) / 2;
            let (here, next) = (sum(middle), sum(middle + 1));
            let rising = match (here.is_finite(), next.is_finite()) {
                (false, false) => below_possible(suite, self.at(middle)),
                _ => next > here,
            };
            if rising { low = middle + 1 } else { high = middle }
        }
        let first = (low, sum(low));
        beyond.map(|point| (point, sum(point))).fold(first, |best, point| if point.1 > best.1 { point } else { best })
    }
}

/// The lead in the polling stratum where `share` of the margin's overstatement falls to the comparison stratum.
fn lead_of(suite: &Suite, share: f64) -> f64 {
    suite.polling.lead() as f64 - (1.0 - share) * suite.lead() as f64
}

fn below_possible(suite: &Suite, share: f64) -> bool {
    lead_of(suite, share) < suite.polling.smallest_lead()
}

/// Beyond it the comparison stratum would be overstated by more than all its cards can be, with the inflator.
fn largest_share(suite: &Suite) -> f64 {
    2.0 * suite.method.gamma() * suite.comparison.cards as f64 / suite.lead() as f64
}

fn log_chance(suite: &Suite, share: f64) -> f64 {
    let lead = lead_of(suite, share);
    let stratum = &suite.comparison;
    let compared = match stratum.sample {
        0 => 0.0,
        sample if sample == stratum.cards => return f64::NEG_INFINITY,
        sample if share < largest_share(suite) => {
            let step = (-share / largest_share(suite)).ln_1p();
            (sample as f64 * step + suite.method.log_penalty(stratum.found)).min(0.0)
        }
        _ => 0.0,
    };
    let polled = match suite.polling.sample.cards {
        0 => 0.0,
        _ if below_possible(suite, share) || lead > suite.polling.largest_lead() => f64::NEG_INFINITY,
        _ => suite.polling.log_ratio(lead).0.min(0.0),
    };
    compared + polled
}

fn fisher_or_none(log: f64) -> f64 {
    if log == f64::NEG_INFINITY { 0.0 } else { fisher(log) }
}

/// Digits that one less the distribution function leaves.
fn without_digits(chance: f64) -> f64 {
    1.0 - (1.0 - chance)
}

/// How much Fisher's statistic can change within a step (Ottoboni and others 2018, section 3.3, with Arlo's factors).
fn modulus(suite: &Suite, step: f64) -> f64 {
    let lead = suite.lead() as f64;
    let sample = &suite.polling.sample;
    let compared = lead * step / (2.0 * suite.comparison.cards as f64 * suite.method.gamma());
    2.0 * (sample.winner + sample.loser) as f64 * (lead * step).ln_1p()
        + 2.0 * sample.neither() as f64 * (2.0 * lead * step).ln_1p()
        + 2.0 * suite.comparison.sample as f64 * compared.ln_1p()
}

/// The value above which a chi-squared variable with four degrees of freedom lies with this chance.
fn chi_squared(chance: f64) -> f64 {
    if chance <= 0.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (-800.0, 0.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if fisher(middle) < chance { low = middle } else { high = middle }
    }
    -2.0 * low
}
