//! One contest's audit made again over imagined paper: what would its risk be, if so many votes had been reported wrongly?

use pollwarden_rla::NonnegMean;

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
}

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
        Some(Self { test: bets.test.clone(), draws, cards, replacement, values, decisive: decisive.max(1) })
    }

    /// How many such votes make the outcome wrong.
    pub fn decisive(&self) -> u64 {
        self.decisive
    }

    /// As many as are worth trying: twice as many as decide.
    pub fn most(&self) -> u64 {
        self.decisive.saturating_mul(2).min(self.cards)
    }

    /// The measured risk with so many taken votes, over draws that `random` (from 0 up to 1) makes.
    pub fn risk(&self, taken: u64, mut random: impl FnMut() -> f64) -> f64 {
        let mut running = self.test.begin();
        let (mut left, mut taken_left) = (self.cards, taken.min(self.cards));
        for _ in 0..self.draws.min(if self.replacement { u64::MAX } else { self.cards }) {
            let of_taken = taken_left as f64 / left as f64;
            let (value, hit) = self.value(of_taken, random());
            running.push(value);
            if !self.replacement {
                left -= 1;
                taken_left -= u64::from(hit);
            }
        }
        running.risk()
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
