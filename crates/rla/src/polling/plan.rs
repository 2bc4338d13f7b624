//! How many cards to draw in the next round, by any method.

use super::law::Law;
use super::minerva::Past;
use super::rounds::{Rounds, Seen, share};
use super::rule::{Rule, ln_wald};
use super::search::{Ask, crossing, interpolated, normal_size};
use crate::{Pair, RiskLimit, RlaError, Tally};

/// A ballot-polling method. All their rules are made for draws with replacement; drawn without, they are cautious.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// Lindeman, Stark and Yates 2012; read at the end of a round.
    Bravo,
    /// Zagorski et al. 2021: sizes of rounds chosen without regard to what was found.
    Minerva,
    /// Minerva with a Wald ratio of at least 1 / `delta` besides (Zagorski et al. 2020).
    Athena {
        /// Above 0; 1 in the paper.
        delta: f64,
    },
    /// Broadrick et al. 2023: sizes of rounds chosen freely.
    Providence,
}

/// How cards are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// A card can come up again: votes fall by the binomial law.
    WithReplacement,
    /// Each card comes up once: votes fall by the hypergeometric law, so that fewer cards are needed.
    WithoutReplacement,
}

/// A planned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Cards to draw in this round, besides those drawn before.
    pub cards: u64,
    /// Whether that is a full hand count: no smaller round has the chance asked for.
    pub hand_count: bool,
}

/// The next round whose chance to confirm every pair by itself is at least `chance`, if the tally is right; the first where
/// `rounds` is empty. `drawn` cards were drawn before. Never more cards than exist. 0 cards where all is confirmed.
///
/// # Errors
/// Where `chance` is no chance, or the rounds are of a tally with another number of candidates.
pub fn plan(
    method: Method,
    tally: &Tally,
    limit: RiskLimit,
    rounds: &Rounds,
    drawn: u64,
    chance: f64,
    draw: Draw,
) -> Result<Plan, RlaError> {
    if !(chance > 0.0 && chance < 1.0) {
        return Err(RlaError::Chance(chance));
    }
    if !rounds.fit(tally) {
        return Err(RlaError::Rounds { round: 1 });
    }
    let measured = method.measure(tally, limit, rounds);
    let left = match draw {
        Draw::WithReplacement => tally.ballots(),
        Draw::WithoutReplacement => tally.ballots().saturating_sub(drawn),
    };
    let mut cards = 0;
    // The closest pair needs most cards and is asked first: it may already need them all.
    let mut open: Vec<Pair> =
        measured.pairs.iter().filter(|risk| risk.confirmed_in.is_none()).map(|risk| risk.pair).collect();
    open.sort_by(|a, b| share(*a).total_cmp(&share(*b)));
    for pair in open {
        let both = pair.winner_votes + pair.loser_votes;
        let round = Round { method, limit, chance, draw, pair, seen: rounds.of(tally, pair), most: both };
        let Some(ballots) = round.smallest().map(|ballots| to_cards(ballots, both, tally.ballots())) else {
            return Ok(Plan { cards: left, hand_count: true });
        };
        cards = cards.max(ballots);
    }
    Ok(Plan { cards: cards.min(left), hand_count: cards > 0 && cards >= left })
}

/// Cards among which so many are expected to have a vote for one of the two.
fn to_cards(ballots: u64, both: u64, cards: u64) -> u64 {
    let exact = (u128::from(ballots) * u128::from(cards)).div_ceil(u128::from(both.max(1)));
    u64::try_from(exact).unwrap_or(u64::MAX)
}

struct Round {
    method: Method,
    limit: RiskLimit,
    chance: f64,
    draw: Draw,
    pair: Pair,
    seen: Vec<Seen>,
    most: u64,
}

impl Round {
    fn smallest(&self) -> Option<u64> {
        let seen = self.seen.last().copied().unwrap_or_default();
        match self.method {
            Method::Minerva if seen.drawn() > 0 => self.later_minerva(Rule::Tails, seen),
            Method::Athena { delta } if seen.drawn() > 0 => self.later_minerva(Rule::Athena { delta }, seen),
            _ => self.ask(seen).smallest(),
        }
    }

    /// Earlier rounds enter BRAVO and Providence as a factor of the limit.
    fn ask(&self, seen: Seen) -> Ask {
        let share = share(self.pair);
        let rule = match self.method {
            Method::Bravo => Rule::Wald,
            Method::Minerva | Method::Providence => Rule::Tails,
            Method::Athena { delta } => Rule::Athena { delta },
        };
        let ln_limit = self.limit.share().ln() + ln_wald(share, seen.winner, seen.loser);
        Ask { rule, share, ln_limit, truth: self.truth(seen), chance: self.chance, most: self.most }
    }

    fn truth(&self, seen: Seen) -> Law {
        match self.draw {
            Draw::WithReplacement => Law::With { share: share(self.pair) },
            Draw::WithoutReplacement => {
                let winner = self.pair.winner_votes.saturating_sub(seen.winner);
                Law::Without { all: winner + self.pair.loser_votes.saturating_sub(seen.loser), winner }
            }
        }
    }

    fn later_minerva(&self, rule: Rule, seen: Seen) -> Option<u64> {
        let share = share(self.pair);
        if share <= 0.5 {
            return None;
        }
        let past = Past::roughly_after(share, self.limit, rule, &self.seen);
        let truth = self.truth(seen);
        let chance_of = |more: u64| {
            let fewest = past.round(seen.drawn() + more).fewest();
            fewest.map_or(0.0, |votes| truth.upper(more, votes.saturating_sub(seen.winner)))
        };
        let with = normal_size(share, self.limit.share(), self.chance);
        // Without replacement the spread falls by the share drawn.
        let guess = match truth {
            Law::With { .. } => with,
            Law::Without { all, .. } => with * all as f64 / (with + all as f64),
        };
        let most = self.most.min(truth.most_drawn());
        if most == 0 {
            return None;
        }
        // Of many ballots one in a thousand more than the least does no harm and saves half the time.
        let near = (guess / 1_000.0) as u64;
        let quick = if near > 10 { interpolated(guess, most, near, self.chance, &chance_of) } else { None };
        quick.or_else(|| crossing(guess, most, near, |more| chance_of(more) >= self.chance).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const METHODS: [Method; 4] = [Method::Bravo, Method::Minerva, Method::Athena { delta: 1.0 }, Method::Providence];

    fn tally(ballots: u64, votes: &[u64]) -> Tally {
        Tally::new(ballots, 1, 1, votes.to_vec()).expect("a contest")
    }

    #[test]
    fn a_close_contest_is_a_hand_count() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        let tally = tally(1_000, &[501, 499]);
        for method in METHODS {
            let plan = plan(method, &tally, limit, &Rounds::none(), 0, 0.9, Draw::WithReplacement);
            assert_eq!(plan, Ok(Plan { cards: 1_000, hand_count: true }));
        }
    }

    #[test]
    fn without_replacement_too_a_close_contest_is_a_hand_count() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        for votes in [[530, 470], [525, 475], [520, 480], [55, 45], [60, 50]] {
            let cards = votes.iter().sum();
            let plan =
                plan(Method::Bravo, &tally(cards, &votes), limit, &Rounds::none(), 0, 0.9, Draw::WithoutReplacement);
            assert_eq!(plan, Ok(Plan { cards, hand_count: true }), "{votes:?}");
        }
    }

    #[test]
    fn rounds_of_another_contest_say_nothing() {
        let limit = RiskLimit::new(0.1).expect("a limit");
        let (two, three) = (tally(1_000, &[600, 400]), tally(1_000, &[600, 100, 90]));
        let rounds = Rounds::new(&two, vec![vec![90, 10]]).expect("rounds");
        for method in METHODS {
            let measured = method.measure(&three, limit, &rounds);
            assert_eq!((measured.confirmed(), measured.risk()), (false, 1.0));
            let plan = plan(method, &three, limit, &rounds, 100, 0.9, Draw::WithReplacement);
            assert_eq!(plan, Err(RlaError::Rounds { round: 1 }));
        }
    }

    #[test]
    fn a_tie_of_the_sample_asks_for_more() {
        let limit = RiskLimit::new(0.1).expect("a limit");
        let tally = tally(100_000, &[55_000, 45_000]);
        for method in METHODS {
            let first = plan(method, &tally, limit, &Rounds::none(), 0, 0.7, Draw::WithReplacement).expect("a plan");
            let rounds = Rounds::new(&tally, vec![vec![50, 50]]).expect("rounds");
            let next = plan(method, &tally, limit, &rounds, 100, 0.7, Draw::WithReplacement).expect("a plan");
            assert!(next.cards + 100 > first.cards, "{method:?} {first:?} {next:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn never_more_cards_than_exist(
            winner in 1u64..3_000, loser in 0u64..3_000, blank in 0u64..500, chance in 0.05f64..0.99,
            limit in 0.001f64..0.5, method in 0usize..4, seen in 0u64..60, without in any::<bool>(),
        ) {
            prop_assume!(winner > loser);
            let tally = tally(winner + loser + blank, &[winner, loser]);
            let limit = RiskLimit::new(limit).expect("a limit");
            let draw = if without { Draw::WithoutReplacement } else { Draw::WithReplacement };
            let votes = vec![(seen / 2).min(winner), (seen / 3).min(loser)];
            let drawn = votes.iter().sum();
            let rounds = if drawn == 0 { Rounds::none() } else { Rounds::new(&tally, vec![votes]).expect("rounds") };
            let plan = plan(METHODS[method], &tally, limit, &rounds, drawn, chance, draw).expect("a plan");
            prop_assert!(plan.cards <= tally.ballots());
            if without {
                prop_assert!(plan.cards + drawn <= tally.ballots());
            }
        }

        #[test]
        fn more_votes_for_the_winner_never_raise_the_risk(
            winner in 510u64..990, drawn in 10u64..120, before in 0u64..60, votes in 0u64..120, method in 0usize..4,
        ) {
            let tally = tally(1_000, &[winner, 1_000 - winner]);
            let limit = RiskLimit::new(0.1).expect("a limit");
            let risk = |votes: u64| {
                let first = vec![before, 60 - before];
                let second = vec![before + votes, 60 - before + drawn - votes];
                let rounds = Rounds::new(&tally, vec![first, second]).expect("rounds");
                METHODS[method].measure(&tally, limit, &rounds).pairs[0].risk[1]
            };
            let votes = votes % drawn;
            // Chances below 1e-20 are left out, so that tiny risks are rough.
            prop_assert!(risk(votes + 1) <= (risk(votes) * (1.0 + 1e-9)).max(1e-12));
        }
    }
}
