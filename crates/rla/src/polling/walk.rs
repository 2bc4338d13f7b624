//! Where audits stand that have not stopped: chances of each number of votes for the winner, kept where they matter.

use super::law::Law;

/// Chances below this share of the largest are left out: at any size they sum to less than 1e-15.
pub(crate) const NEGLIGIBLE: f64 = 1e-20;

/// Chance of `first`, `first + 1`, ... votes for the winner.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    first: u64,
    /// Votes that one chance stands for; 1 unless thinned.
    stride: usize,
    chances: Vec<f64>,
}

impl Walk {
    /// Nothing drawn.
    pub(crate) fn start() -> Self {
        Self { first: 0, stride: 1, chances: vec![1.0] }
    }

    /// Chance to have gone on so far and to have `votes` or more after the draw of `steps`.
    pub(crate) fn upper(&self, steps: &Steps, votes: u64) -> f64 {
        let missing = |place: usize| votes.saturating_sub(self.first + (place * self.stride + self.stride / 2) as u64);
        self.chances.iter().enumerate().map(|(place, chance)| chance * steps.upper(missing(place))).sum()
    }

    /// After the draw of `steps`, without those who then have `end` votes or more. Where neighbours are taken together, so are
    /// those of the draw.
    pub(crate) fn then(&self, steps: &Steps, end: u64) -> Self {
        let stride = self.stride;
        let steps_of_stride: Vec<f64> = steps.chances.chunks(stride).map(|group| group.iter().sum()).collect();
        let first = self.first + steps.first + stride as u64 / 2;
        let room = self.chances.len() + steps_of_stride.len() - 1;
        let kept = end.saturating_sub(first);
        let len = usize::try_from(kept.div_ceil(stride as u64)).map_or(room, |kept| kept.min(room));
        let mut chances = vec![0.0; len];
        for (place, chance) in self.chances.iter().enumerate().take(len) {
            for (sum, step) in chances[place..].iter_mut().zip(&steps_of_stride) {
                *sum += chance * step;
            }
        }
        // Of the group that `end` lies in, the part below it.
        if let Some(last) = chances.last_mut().filter(|_| (len as u64) * stride as u64 > kept) {
            *last *= (kept % stride as u64) as f64 / stride as f64;
        }
        Self { first, stride, chances }.trimmed()
    }

    /// For planning: of many chances, neighbours are taken together so that 500 to 1,000 are left. Each group is some fiftieth of
    /// a standard deviation wide, which moves a tail by about 1e-4 of itself.
    pub(crate) fn thinned(&self) -> Self {
        // An odd number of neighbours has a middle.
        let neighbours = (self.chances.len() / 1_000) * 2 + 1;
        let chances = self.chances.chunks(neighbours).map(|group| group.iter().sum()).collect();
        Self { first: self.first, stride: self.stride * neighbours, chances }
    }

    fn trimmed(mut self) -> Self {
        let least = self.chances.iter().copied().fold(0.0, f64::max) * NEGLIGIBLE;
        let from = self.chances.iter().position(|chance| *chance > least).unwrap_or(self.chances.len());
        let to = self.chances.iter().rposition(|chance| *chance > least).map_or(from, |last| last + 1);
        self.chances.truncate(to);
        self.chances.drain(..from);
        self.first += (from * self.stride) as u64;
        self
    }
}

/// The chances of one draw with replacement.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    first: u64,
    chances: Vec<f64>,
    /// Sum of each chance and all after it.
    tails: Vec<f64>,
}

impl Steps {
    /// `drawn` ballots, of which the winner has `share`, without chances below `negligible` of the largest.
    pub(crate) fn new(share: f64, drawn: u64, negligible: f64) -> Self {
        let law = Law::With { share };
        let mode = ((drawn as f64 + 1.0) * share).floor().min(drawn as f64) as u64;
        let peak = law.ln_pmf(drawn, mode).exp();
        let ten_deviations = 20.0 * (drawn as f64 * share * (1.0 - share)).sqrt();
        let mut chances = Vec::with_capacity(ten_deviations as usize + 64);
        let odds = share / (1.0 - share);
        let (mut first, mut chance) = (mode, peak);
        while first > 0 && chance > peak * negligible {
            chance *= first as f64 / ((drawn - first + 1) as f64 * odds);
            first -= 1;
            chances.push(chance);
        }
        chances.reverse();
        chances.push(peak);
        let (mut at, mut chance) = (mode, peak);
        while at < drawn && chance > peak * negligible {
            chance *= (drawn - at) as f64 * odds / (at + 1) as f64;
            at += 1;
            chances.push(chance);
        }
        let mut tails = chances.clone();
        let mut sum = 0.0;
        tails.iter_mut().rev().for_each(|tail| {
            sum += *tail;
            *tail = sum;
        });
        Self { first, chances, tails }
    }

    fn upper(&self, votes: u64) -> f64 {
        let place = votes.saturating_sub(self.first);
        self.tails.get(place as usize).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rounds_without_an_end_are_one_long_round() {
        let law = Law::With { share: 0.52 };
        let walk = Walk::start().then(&Steps::new(0.52, 700, NEGLIGIBLE), u64::MAX);
        for votes in [400, 520, 560, 600] {
            let (two, one) = (walk.upper(&Steps::new(0.52, 300, NEGLIGIBLE), votes), law.upper(1_000, votes));
            assert!((two - one).abs() <= 1e-11 * one, "{votes}: {two} {one}");
        }
    }

    #[test]
    fn who_stops_is_gone() {
        // Two ballots of two for the winner stop (a quarter); of the rest none can have three votes of three.
        let walk = Walk::start().then(&Steps::new(0.5, 2, NEGLIGIBLE), 2);
        assert!((walk.upper(&Steps::new(0.5, 1, NEGLIGIBLE), 0) - 0.75).abs() < 1e-15);
        assert_eq!(walk.upper(&Steps::new(0.5, 1, NEGLIGIBLE), 3), 0.0);
    }
}
