//! A stratum whose cards are polled: the likelihood ratio of its reported totals against a smaller lead.
//!
//! Ottoboni and others 2018, section 3.2 and appendix: a sample drawn without replacement has a tri-hypergeometric distribution
//! (winner, loser, neither). The chance is the likelihood under the null hypothesis, at the totals that fit the sample best,
//! by that under the reported totals; one over it is a bettor's capital, so that it limits the risk at any sample size.

use super::StrataError;
use super::falling::falling;

/// What a sample drawn without replacement showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PollingSample {
    /// Cards drawn.
    pub cards: u64,
    /// Those with a vote for the winner and none for the loser.
    pub winner: u64,
    /// Those with a vote for the loser and none for the winner.
    pub loser: u64,
}

/// A stratum without cast vote records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollingStratum {
    /// Cards of the stratum.
    pub cards: u64,
    /// Reported votes for the winner.
    pub winner_votes: u64,
    /// Reported votes for the loser.
    pub loser_votes: u64,
    /// The sample.
    pub sample: PollingSample,
}

impl PollingSample {
    /// Cards of the sample with a vote for neither, or for both.
    pub fn neither(&self) -> u64 {
        self.cards.saturating_sub(self.winner).saturating_sub(self.loser)
    }
}

impl PollingStratum {
    /// The reported lead; negative where the overall winner lost here.
    pub fn lead(&self) -> i64 {
        let [winner, loser] = [self.winner_votes, self.loser_votes].map(|v| i64::try_from(v).unwrap_or(i64::MAX));
        winner - loser
    }

    pub(super) fn check(&self) -> Result<(), StrataError> {
        let Self { cards, sample, .. } = *self;
        let votes = self.winner_votes.saturating_add(self.loser_votes);
        let seen = sample.winner.saturating_add(sample.loser);
        if cards == 0 {
            return Err(StrataError::NoCards("polling"));
        }
        if votes > cards {
            return Err(StrataError::TooManyVotes { stratum: "polling", cards, votes });
        }
        if seen > sample.cards || sample.cards > cards {
            return Err(StrataError::Sample { sample: sample.cards, votes: seen, cards });
        }
        Ok(())
    }

    /// The smallest lead that the sample leaves possible: all cards not drawn are the loser's.
    pub(super) fn smallest_lead(&self) -> f64 {
        self.sample.winner as f64 - self.sample.loser as f64 - (self.cards - self.sample.cards) as f64
    }

    /// The largest lead that the sample leaves possible.
    pub(super) fn largest_lead(&self) -> f64 {
        self.sample.winner as f64 - self.sample.loser as f64 + (self.cards - self.sample.cards) as f64
    }

    /// Whether the sample can come from the reported totals.
    pub(super) fn fits_report(&self) -> bool {
        let Self { winner_votes, loser_votes, sample, .. } = *self;
        let neither_votes = self.cards - winner_votes - loser_votes;
        sample.winner <= winner_votes && sample.loser <= loser_votes && sample.neither() <= neither_votes
    }

    /// The logarithm of the chance, at most, of this sample where the lead is at most `lead`, and its slope by `lead`. The most
    /// likely lead is the reported one's better: where it is not above `lead`, the sample says nothing against it.
    pub(super) fn log_chance(&self, lead: f64) -> (f64, f64) {
        if lead >= self.largest_lead() {
            return (0.0, 0.0);
        }
        let (log, slope) = self.log_ratio(lead);
        if slope > 0.0 && log < 0.0 { (log, slope) } else { (0.0, 0.0) }
    }

    /// The logarithm of the likelihood where the lead is exactly `lead`, less that of the reported totals, and its slope by
    /// `lead`. 0 where the sample can't come from the reported totals: a hypothesis that is false supports nothing. The lead
    /// must be one that the sample leaves possible.
    pub(super) fn log_ratio(&self, lead: f64) -> (f64, f64) {
        let Self { winner_votes, loser_votes, sample, .. } = *self;
        if !self.fits_report() {
            return (0.0, 0.0);
        }
        let neither_votes = self.cards - winner_votes - loser_votes;
        let reported = falling(winner_votes as f64, sample.winner).log
            + falling(loser_votes as f64, sample.loser).log
            + falling(neither_votes as f64, sample.neither()).log;
        let best = self.most_likely(lead);
        (best.log - reported, best.by_lead)
    }

    /// Maximises over the winner's votes, of which the likelihood's logarithm is a concave function. At an end of their range,
    /// which moves with the lead, the slope by the lead takes the end's movement with it.
    fn most_likely(&self, lead: f64) -> Likelihood {
        let sample = &self.sample;
        let by_loser = sample.loser as f64 + lead;
        let floor = by_loser.max(sample.winner as f64);
        let ceiling = (((self.cards - sample.neither()) as f64 + lead) / 2.0).max(floor);
        let [bottom, top] = [floor, ceiling].map(|votes| self.likelihood(votes, lead));
        if top.by_votes >= 0.0 {
            return top.moving(0.5);
        }
        if bottom.by_votes <= 0.0 {
            return bottom.moving(if by_loser > sample.winner as f64 { 1.0 } else { 0.0 });
        }
        self.between(lead, floor, ceiling)
    }

    /// Newton's steps within bounds that close in; where a step leaves them, halving.
    fn between(&self, lead: f64, mut low: f64, mut high: f64) -> Likelihood {
        let guess = self.guess(lead);
        let mut votes = if guess > low && guess < high { guess } else { f64::midpoint(low, high) };
        let mut here = self.likelihood(votes, lead);
        for _ in 0..64 {
            if here.by_votes > 0.0 {
                low = votes
            } else {
                high = votes
            }
            let newton = votes + here.by_votes / here.bend;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            if (next - votes).abs() <= 1e-9 * (1.0 + votes.abs()) {
                break;
            }
            votes = next;
            here = self.likelihood(votes, lead);
        }
        here
    }

    /// The sample's shares, were they drawn with replacement and without a bound on the lead.
    fn guess(&self, lead: f64) -> f64 {
        let neither = self.sample.neither() as f64 / self.sample.cards.max(1) as f64;
        (self.cards as f64 * (1.0 - neither) + lead) / 2.0
    }

    fn likelihood(&self, votes: f64, lead: f64) -> Likelihood {
        let winner = falling(votes, self.sample.winner);
        let loser = falling(votes - lead, self.sample.loser);
        let neither = falling(self.cards as f64 - 2.0 * votes + lead, self.sample.neither());
        Likelihood {
            log: winner.log + loser.log + neither.log,
            by_votes: winner.slope + loser.slope - 2.0 * neither.slope,
            bend: winner.bend + loser.bend + 4.0 * neither.bend,
            by_lead: neither.slope - loser.slope,
        }
    }
}

/// A likelihood's logarithm and its derivatives.
#[derive(Debug, Clone, Copy)]
struct Likelihood {
    log: f64,
    /// By the winner's votes at the same lead.
    by_votes: f64,
    /// Minus the second derivative by the winner's votes.
    bend: f64,
    /// By the lead at the same votes.
    by_lead: f64,
}

impl Likelihood {
    /// Where the votes move by `speed` with each vote of the lead.
    fn moving(self, speed: f64) -> Self {
        Self { by_lead: self.by_lead + speed * self.by_votes, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(winner: u64, loser: u64, cards: u64) -> PollingStratum {
        let sample = PollingSample { cards, winner, loser };
        PollingStratum { cards: 1_000, winner_votes: 500, loser_votes: 350, sample }
    }

    /// Among all whole votes none is likelier than the one found among real ones, and one is nearly as likely.
    #[test]
    fn the_most_likely_votes_are_found() {
        for (winner, loser, cards) in [(30, 20, 60), (40, 10, 50), (0, 0, 30), (0, 20, 20), (17, 0, 40), (100, 80, 200)]
        {
            let stratum = stratum(winner, loser, cards);
            for lead in [-300i32, -51, 0, 20, 150] {
                let lead = f64::from(lead);
                let floor = (winner as f64).max(loser as f64 + lead).max(0.0).max(lead) as u64;
                let ceiling = (((1_000 - stratum.sample.neither()) as f64 + lead) / 2.0).floor() as u64;
                let whole = (floor..=ceiling).map(|votes| stratum.likelihood(votes as f64, lead).log);
                let whole = whole.fold(f64::NEG_INFINITY, f64::max);
                let found = stratum.most_likely(lead).log;
                assert!(found >= whole - 1e-9 && found <= whole + 0.2, "{stratum:?} {lead}: {found} {whole}");
            }
        }
    }

    #[test]
    fn the_slope_is_that_of_the_ratio() {
        for (winner, loser, cards) in [(30, 20, 60), (40, 10, 50), (0, 20, 20), (17, 0, 40), (100, 80, 200)] {
            let stratum = stratum(winner, loser, cards);
            for lead in [-300.0, -51.0, 0.0, 20.0, 150.0] {
                let [before, after] = [lead - 0.01, lead + 0.01].map(|lead| stratum.log_ratio(lead).0);
                let slope = stratum.log_ratio(lead).1;
                assert!((slope - (after - before) / 0.02).abs() <= 1e-5 * (1.0 + slope.abs()), "{stratum:?} {lead}");
            }
        }
    }
}
