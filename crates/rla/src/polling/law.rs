//! How many votes for the winner a sample holds: binomial with replacement, hypergeometric without.
//!
//! Single probabilities follow C. Loader (2000), "Fast and Accurate Computation of Binomial Probabilities"; tails are
//! summed from the threshold outward, about ten standard deviations at most, so that a sample of ten million costs some
//! ten thousand steps. (The continued fraction of `statrs::function::beta` stops after 140 steps, too few at that size.)
//! What decides when an audit stops is in `rule`.

mod tail;

use std::f64::consts::PI;

pub(crate) use tail::Tail;

/// Below this share of the sum a further term changes nothing.
const NEGLIGIBLE: f64 = 1e-18;

/// The law of the winner's votes among `drawn` ballots that hold a vote for the winner or for the loser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// Drawn with replacement; the winner's share of the two's votes.
    With { share: f64 },
    /// Drawn without replacement from `all` ballots, of which `winner` are the winner's.
    Without { all: u64, winner: u64 },
}

impl Law {
    /// The largest number of ballots that can be drawn.
    pub(crate) fn most_drawn(self) -> u64 {
        match self {
            Law::With { .. } => u64::MAX,
            Law::Without { all, .. } => all,
        }
    }

    fn mean(self, drawn: u64) -> f64 {
        match self {
            Law::With { share } => drawn as f64 * share,
            Law::Without { all, winner } => drawn as f64 * (winner as f64 / all.max(1) as f64),
        }
    }

    fn most(self, drawn: u64) -> u64 {
        match self {
            Law::With { .. } => drawn,
            Law::Without { winner, .. } => drawn.min(winner),
        }
    }

    fn least(self, drawn: u64) -> u64 {
        match self {
            Law::With { .. } => 0,
            Law::Without { all, winner } => drawn.saturating_sub(all.saturating_sub(winner)),
        }
    }

    /// Natural logarithm of the chance of exactly `votes`.
    pub(crate) fn ln_pmf(self, drawn: u64, votes: u64) -> f64 {
        if votes > self.most(drawn) || votes < self.least(drawn) {
            return f64::NEG_INFINITY;
        }
        match self {
            Law::With { share } => ln_binomial(votes, drawn, share),
            Law::Without { all, winner } => {
                let f = drawn as f64 / all.max(1) as f64;
                ln_binomial(votes, winner, f) + ln_binomial(drawn - votes, all - winner, f) - ln_binomial(drawn, all, f)
            }
        }
    }

    /// Chance of `votes + 1` over that of `votes`.
    pub(crate) fn ratio_up(self, drawn: u64, votes: u64) -> f64 {
        let (n, k) = (drawn as f64, votes as f64);
        match self {
            Law::With { share } => (n - k) / (k + 1.0) * (share / (1.0 - share)),
            Law::Without { all, winner } => {
                let (w, l) = (winner as f64, all as f64 - winner as f64);
                (w - k) * (n - k) / ((k + 1.0) * (l - n + k + 1.0))
            }
        }
    }

    /// Natural logarithm of the chance of `votes` or more.
    pub(crate) fn ln_upper(self, drawn: u64, votes: u64) -> f64 {
        if votes <= self.least(drawn) {
            return 0.0;
        }
        if votes > self.most(drawn) {
            return f64::NEG_INFINITY;
        }
        if votes as f64 > self.mean(drawn) {
            return self.ln_pmf(drawn, votes) + self.sum_up(drawn, votes).ln();
        }
        let below = (self.ln_pmf(drawn, votes - 1) + self.sum_down(drawn, votes - 1).ln()).exp();
        (-below.min(1.0)).ln_1p()
    }

    /// Chance of `votes` or more.
    pub(crate) fn upper(self, drawn: u64, votes: u64) -> f64 {
        self.ln_upper(drawn, votes).exp()
    }

    /// Sum of the chances of `votes` and more, in units of that of `votes`.
    fn sum_up(self, drawn: u64, votes: u64) -> f64 {
        let (mut term, mut sum) = (1.0, 1.0);
        for at in votes..self.most(drawn) {
            term *= self.ratio_up(drawn, at);
            sum += term;
            if term < sum * NEGLIGIBLE {
                break;
            }
        }
        sum
    }

    fn sum_down(self, drawn: u64, votes: u64) -> f64 {
        let (mut term, mut sum) = (1.0, 1.0);
        for at in (self.least(drawn)..votes).rev() {
            term /= self.ratio_up(drawn, at);
            sum += term;
            if term < sum * NEGLIGIBLE {
                break;
            }
        }
        sum
    }
}

fn ln_binomial(k: u64, n: u64, p: f64) -> f64 {
    if p <= 0.0 {
        return if k == 0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if p >= 1.0 {
        return if k == n { 0.0 } else { f64::NEG_INFINITY };
    }
    let (kf, nf) = (k as f64, n as f64);
    if k == 0 {
        return nf * (-p).ln_1p();
    }
    if k == n {
        return nf * p.ln();
    }
    let miss = nf - kf;
    stirling_error(n)
        - stirling_error(k)
        - stirling_error(n - k)
        - deviance(kf, nf * p)
        - deviance(miss, nf * (1.0 - p))
        + 0.5 * (nf / (2.0 * PI * kf * miss)).ln()
}

/// ln n! less Stirling's formula (Loader 2000, section 3).
fn stirling_error(n: u64) -> f64 {
    let x = n as f64;
    if n <= 15 {
        let factorial: f64 = (1..=n).map(|i| i as f64).product();
        return factorial.ln() - (x + 0.5) * x.ln() + x - 0.5 * (2.0 * PI).ln();
    }
    let xx = x * x;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * xx)) / xx) / xx) / xx) / x
}

/// x ln(x / m) + m - x without cancellation (Loader 2000, section 2).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut power = 2.0 * x * v;
    for j in 1..1000 {
        power *= v * v;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, relative: f64) {
        assert!((a - b).abs() <= relative * b.abs(), "{a} and {b}");
    }

    #[test]
    fn small_laws_are_counted_by_hand() {
        // Ten throws of a fair coin: 56 of 1,024 have eight heads or more.
        close(Law::With { share: 0.5 }.upper(10, 8), 56.0 / 1024.0, 1e-14);
        // Three of five cards, two of which are red: one way of ten to leave both red ones out.
        let law = Law::Without { all: 5, winner: 2 };
        close(law.upper(3, 1), 0.9, 1e-14);
        close(law.upper(3, 2), 0.3, 1e-14);
        assert_eq!(law.upper(3, 3), 0.0);
        assert_eq!(law.upper(5, 2), 1.0);
    }

    #[test]
    fn a_large_law_sums_to_one_and_halves_at_the_middle() {
        let law = Law::With { share: 0.5 };
        let n = 10_000_001;
        close(law.upper(n, n / 2 + 1), 0.5, 1e-11);
        let law = Law::Without { all: 20_000_002, winner: 10_000_001 };
        close(law.upper(n, n / 2 + 1), 0.5, 1e-11);
    }
}
