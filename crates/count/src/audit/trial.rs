//! One contest's audit made again over imagined paper: what would its risk be, if so many votes had been reported wrongly?

use pollwarden_rla::{NonnegMean, RiskLimit, Running};

use super::{Audit, ContestAudit, Method};

/// An audit of as many draws as were made, on the assertion with the smallest margin.
#[derive(Debug, Clone)]
pub struct Trial {
    test: NonnegMean,
    draws: u64,
    cards: u64,
    replacement: bool,
    /// The value of a card on which the paper says what was reported, by share of cards.
    values: Values,
    /// Votes that make up the margin, counted as cards that were each taken from a loser.
    decisive: u64,
    limit: RiskLimit,
    /// Before the first taken card all comparisons are alike: the audit after every `stride` cards that agree.
    agreeing: Vec<Running>,
    stride: u64,
}

/// Draws between two looks at whether the audit can still confirm the outcome.
const LOOK_EVERY: u64 = 16;

/// More states of one audit than this are not kept.
const MOST_STATES: u64 = 4_096;

/// What a draw can give.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// Comparison: a card that agrees, and one whose record turned a loser's vote into the winner's.
    Agreement { clean: f64, taken: f64 },
    /// Polling: the share of cards for the winner as reported; all others are for the loser.
    Share { winner: f64, upper: f64 },
}

impl Trial {
    /// The audit of a contest; `None` where nothing was drawn, or no assertion could be made.
    pub fn of(contest: &ContestAudit, audit: &Audit) -> Option<Self> {
        let measured = contest.measured.as_ref().ok()?;
        let closest = measured.iter().min_by(|a, b| a.margin.total_cmp(&b.margin)).filter(|m| m.margin > 0.0)?;
        let bets = closest.bets.as_ref()?;
        let draws = contest.looked.len() as u64;
        if draws == 0 {
            return None;
        }
        let upper = bets.assorter.upper();
        let values = match contest.method {
            Method::Comparison => {
                let assorter = bets.assorter.clone();
                let comparison =
                    pollwarden_rla::Comparison { assorter, margin: closest.margin, use_style: audit.settings.style };
                // A record that is for the winner, of a card that is against: nothing is worth less.
                Values::Agreement { clean: comparison.error_free(), taken: 0.0 }
            }
            // Cards for neither would make the draws vary less: without them the trial errs on the side of doubt.
            Method::BatchComparison | Method::Stratified => return None,
            Method::Polling => Values::Share { winner: (1.0 + closest.margin) / (2.0 * upper), upper },
        };
        let cards = bets.test.population.unwrap_or_else(|| audit.paper.cards());
        let decisive = (closest.margin * cards as f64 / (2.0 * upper)).ceil() as u64;
        let replacement = audit.settings.replacement;
        let draws = if replacement { draws } else { draws.min(cards) };
        let (test, limit) = (bets.test.clone(), audit.settings.risk_limit);
        let (agreeing, stride) = (Vec::new(), 1 + draws / MOST_STATES);
        let decisive = decisive.max(1);
        Some(Self { test, draws, cards, replacement, values, decisive, limit, agreeing, stride }.with_agreeing())
    }

    fn with_agreeing(mut self) -> Self {
        let Values::Agreement { clean, .. } = self.values else { return self };
        let mut running = self.test.begin();
        for at in 0..self.draws {
            if at.is_multiple_of(self.stride) {
                self.agreeing.push(running.clone());
            }
            running.push(clean);
        }
        self
    }

    /// How many such votes make the outcome wrong.
    pub fn decisive(&self) -> u64 {
        self.decisive
    }

    /// As many as are worth trying: twice as many as decide.
    pub fn most(&self) -> u64 {
        self.decisive.saturating_mul(2).min(self.cards)
    }

    /// Whether the audit confirms the outcome with so many taken votes, over draws that `random` (from 0 up to 1) makes.
    pub fn confirms(&self, taken: u64, mut random: impl FnMut() -> f64) -> bool {
        let limit = self.limit.share();
        let (mut left, mut taken_left) = (self.cards, taken.min(self.cards));
        let mut running = match self.values {
            Values::Agreement { .. } => None,
            Values::Share { .. } => Some(self.test.begin()),
        };
        for at in 0..self.draws {
            let (value, hit) = self.value(taken_left as f64 / left as f64, random());
            if !self.replacement {
                left -= 1;
                taken_left -= u64::from(hit);
            }
            if running.is_none() && hit {
                running = Some(self.after_agreeing(at));
            }
            if let Some(running) = &mut running {
                running.push(value);
                if running.risk() <= limit {
                    return true;
                }
                if (hit || at.is_multiple_of(LOOK_EVERY)) && !running.can_reach(limit, self.draws - at - 1, self.best())
                {
                    return false;
                }
            }
        }
        running.is_none() && self.after_agreeing(self.draws).risk() <= limit
    }

    /// The audit after so many cards that agree.
    fn after_agreeing(&self, cards: u64) -> Running {
        let at = (cards / self.stride).min((self.agreeing.len() as u64).saturating_sub(1));
        let mut running = self.agreeing.get(at as usize).cloned().unwrap_or_else(|| self.test.begin());
        if let Values::Agreement { clean, .. } = self.values {
            (at * self.stride..cards).for_each(|_| {
                running.push(clean);
            });
        }
        running
    }

    /// The card that says most for the outcome.
    fn best(&self) -> f64 {
        match self.values {
            Values::Agreement { clean, .. } => clean,
            Values::Share { upper, .. } => upper,
        }
    }

    /// A card's value, and whether its vote was taken. `of_taken` is the share of such cards among those still to be drawn.
    fn value(&self, of_taken: f64, random: f64) -> (f64, bool) {
        match self.values {
            Values::Agreement { clean, taken } => {
                let hit = random < of_taken;
                (if hit { taken } else { clean }, hit)
            }
            Values::Share { winner, upper } => {
                let hit = random < of_taken;
                (if hit || random >= winner { 0.0 } else { upper }, hit)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pollwarden_rla::{Assorter, Comparison, ErrorRates};
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha12Rng;

    use super::*;

    fn trial(draws: u64, replacement: bool) -> Trial {
        let comparison = Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, 0.53, false);
        let limit = RiskLimit::new(0.05).unwrap();
        let population = (!replacement).then_some(20_000);
        Trial {
            test: NonnegMean::for_comparison(&comparison, &ErrorRates::USUAL, population, limit),
            draws,
            cards: 20_000,
            replacement,
            values: Values::Agreement { clean: comparison.error_free(), taken: 0.0 },
            decisive: 600,
            limit,
            agreeing: Vec::new(),
            stride: 1 + draws / 50,
        }
    }

    /// The same draws, each pushed.
    fn confirms_card_by_card(trial: &Trial, taken: u64, mut random: impl FnMut() -> f64) -> bool {
        let (mut running, mut left, mut taken_left) = (trial.test.begin(), trial.cards, taken);
        for _ in 0..trial.draws {
            let (value, hit) = trial.value(taken_left as f64 / left as f64, random());
            running.push(value);
            if !trial.replacement {
                left -= 1;
                taken_left -= u64::from(hit);
            }
        }
        running.risk() <= trial.limit.share()
    }

    #[test]
    fn kept_states_change_nothing() {
        let mut confirmed = 0;
        for (draws, replacement) in [(40, true), (150, true), (150, false), (300, false)] {
            let trial = trial(draws, replacement).with_agreeing();
            for (taken, seed) in [0, 30, 100, 300, 600].into_iter().flat_map(|taken| (0..20).map(move |s| (taken, s))) {
                let random = || {
                    let mut rng = ChaCha12Rng::seed_from_u64(seed);
                    move || rng.random::<f64>()
                };
                let fast = trial.confirms(taken, random());
                assert_eq!(fast, confirms_card_by_card(&trial, taken, random()), "{draws} {taken} {seed}");
                confirmed += u32::from(fast);
            }
        }
        assert!((50..350).contains(&confirmed), "{confirmed} of 400");
    }
}
