//! Ballot polling: drawn cards alone.
//!
//! By bets on each assertion's mean, looked at after each card; by a rule for whole rounds where audit.toml names one; and for an
//! instant run-off without records by AWAIRE, which learns from the cards drawn which assertions to test.

use pollwarden_rla::{Expected, NonnegMean, Tally, irv, polling};

use super::assertions::{Assertion, Ballots};
use super::contest::{Bets, Look, Looked, Measured};
use super::settings::PollingRule;
use super::{CardVote, ElectionRule, names, sum};

/// Tests by what they expect: how to bet is worked out once for all losers with the same votes. Contests with thousands of names have
/// thousands without one.
#[derive(Default)]
pub(super) struct Tests(Vec<(f64, Vec<Expected>, NonnegMean)>);

impl Tests {
    fn of(&mut self, upper: f64, expected: Vec<Expected>, look: &Look<'_>) -> NonnegMean {
        if let Some((_, _, test)) = self.0.iter().find(|(u, e, _)| *u == upper && *e == expected) {
            return test.clone();
        }
        let test = NonnegMean::for_polling(upper, expected.clone(), look.population(), look.limit);
        self.0.push((upper, expected, test.clone()));
        test
    }
}

impl Look<'_> {
    /// The assertion's mean over the drawn cards.
    pub(super) fn poll(
        &self,
        assertion: Assertion,
        ballots: &Ballots,
        cards: &[Looked],
        tests: &mut Tests,
    ) -> Measured {
        let Assertion { says, assorter } = assertion;
        let margin = self.margin(&assorter, ballots);
        let value = |card: &Looked| card.read.as_ref().map_or(0.0, |vote| self.value(&assorter, vote));
        let values: Vec<f64> = cards.iter().map(value).collect();
        let test = tests.of(assorter.upper(), self.expected(&assorter, ballots), self);
        let claimed = (1.0 + margin) / 2.0;
        let doubt = self.doubt(&assorter, margin, cards, |_| claimed);
        let bets = Bets { assorter, test, values };
        let more = if margin > 0.0 { bets.more(self.limit, self.cards, self.replays) } else { None };
        Measured { says, margin, risk: bets.risk(), doubt, more, bets: Some(bets) }
    }

    /// The values that cards take by the report, with their shares; cards that no ballot accounts for say nothing.
    fn expected(&self, assorter: &pollwarden_rla::Assorter, ballots: &Ballots) -> Vec<Expected> {
        let all = self.cards.max(1) as f64;
        let mut expected: Vec<Expected> = Vec::new();
        for (vote, n) in ballots {
            let (value, share) = (self.value(assorter, vote), *n as f64 / all);
            match expected.iter_mut().find(|e| e.value == value) {
                Some(e) => e.share += share,
                None => expected.push(Expected { value, share }),
            }
        }
        let rest = 1.0 - expected.iter().map(|e| e.share).sum::<f64>();
        match expected.iter_mut().find(|e| e.value == 0.5) {
            Some(e) => e.share = (e.share + rest).max(0.0),
            None => expected.push(Expected { value: 0.5, share: rest.max(0.0) }),
        }
        expected
    }

    /// By a rule for whole rounds. A card that can't be looked at counts as a vote for each loser.
    ///
    /// # Errors
    /// Where the rule is not for such a contest, or needs rounds and none are named, in words.
    pub(super) fn poll_rounds(
        &self,
        rule: PollingRule,
        reported: &[u64],
        cards: &[Looked],
    ) -> Result<Vec<Measured>, String> {
        if self.decided.rule != ElectionRule::Plurality || self.decided.votes_allowed != 1 {
            return Err(
                "polling_rule is for contests in which each voter has one vote and most votes win: leave it out"
                    .to_owned(),
            );
        }
        if rule != PollingRule::Bravo && self.rounds.is_empty() {
            // Rows that came in one after the other would each time be measured as one first round: optional stopping.
            return Err(
                "Minerva and Providence measure rounds whose sizes were fixed before they were drawn: write `rounds = [120]`, with the \
                 size of each round, into audit.toml, or polling_rule = \"bravo\", which may be looked at after any card"
                    .to_owned(),
            );
        }
        let tally = Tally::new(self.cards, self.decided.seats, 1, self.with_one_for_write_ins(reported))
            .map_err(|e| e.to_string())?;
        let mut winners: Vec<u32> = tally.winners().iter().map(|at| *at as u32).collect();
        winners.sort_unstable();
        if winners != self.decided.winners {
            return Err("the reported votes have other winners than were reported".to_owned());
        }
        let ends = self.round_ends(cards.len());
        let rounds = polling::Rounds::new(&tally, self.cumulative(cards, &ends)).map_err(|e| e.to_string())?;
        let method = match rule {
            PollingRule::Bravo => polling::Method::Bravo,
            PollingRule::Minerva => polling::Method::Minerva,
            PollingRule::Providence => polling::Method::Providence,
        };
        let plan = polling::plan(method, &tally, self.limit, &rounds, cards.len() as u64, 0.9, self.draw_law());
        let more = plan.ok().filter(|plan| !plan.hand_count).map(|plan| plan.cards);
        let each = method.measure(&tally, self.limit, &rounds).pairs;
        Ok(each.into_iter().map(|pair| self.of_pair(&pair, &ends, cards, more)).collect())
    }

    /// Results often leave write-ins out. Where none at all were expected, one card that has one would refute every winner for good;
    /// any expectation that was fixed before the draw measures the risk soundly.
    fn with_one_for_write_ins(&self, reported: &[u64]) -> Vec<u64> {
        let mut votes = reported.to_vec();
        let mut left = self.cards.saturating_sub(sum(&votes));
        for (votes, choice) in votes.iter_mut().zip(&self.decided.contest.choices) {
            if *votes == 0 && choice.write_in && left > 0 {
                (*votes, left) = (1, left - 1);
            }
        }
        votes
    }

    fn draw_law(&self) -> polling::Draw {
        if self.replacement { polling::Draw::WithReplacement } else { polling::Draw::WithoutReplacement }
    }

    /// Votes by choice in all cards up to the end of each round.
    fn cumulative(&self, cards: &[Looked], ends: &[usize]) -> Vec<Vec<u64>> {
        let mut votes = vec![0u64; self.decided.contest.choices.len()];
        let (mut rounds, mut from) = (Vec::new(), 0);
        for end in ends {
            for card in &cards[from..*end] {
                match &card.read {
                    Some(CardVote::Choices(choices)) => choices.iter().for_each(|at| votes[*at as usize] += 1),
                    Some(CardVote::NoContest) => {}
                    None => (0u32..)
                        .zip(&mut votes)
                        .filter(|(at, _)| !self.decided.winners.contains(at))
                        .for_each(|(_, v)| *v += 1),
                }
            }
            rounds.push(votes.clone());
            from = *end;
        }
        rounds
    }

    fn of_pair(&self, pair: &polling::PairRisk, ends: &[usize], cards: &[Looked], more: Option<u64>) -> Measured {
        let [winner, loser] = [pair.pair.winner, pair.pair.loser].map(|at| at as u32);
        let mut risk = vec![1.0; cards.len()];
        let mut least = 1.0f64;
        for (round, end) in ends.iter().enumerate() {
            least = least.min(pair.risk.get(round).copied().unwrap_or(1.0));
            risk[end - 1..].fill(least);
        }
        let assorter = pollwarden_rla::Assorter::Plurality { winner, loser };
        let margin = (pair.pair.winner_votes - pair.pair.loser_votes) as f64 / self.cards.max(1) as f64;
        let claimed = (1.0 + margin) / 2.0;
        let doubt = self.doubt(&assorter, margin, cards, |_| claimed);
        let said = names(&self.decided.contest, &[winner, loser]);
        let more = if least <= self.limit.share() { Some(0) } else { more };
        Measured { says: said.join(" got more votes than "), margin, risk, doubt, more, bets: None }
    }

    /// An instant run-off of which no record is known (Ek, Stark, Stuckey and Vukcevic 2023, "AWAIRE").
    ///
    /// # Errors
    /// Where the contest has no one winner, or too many stand.
    pub(super) fn poll_rankings(&self, cards: &[Looked]) -> Result<Vec<Measured>, String> {
        let [winner] = *self.decided.winners else { return Err("an instant run-off has one winner".to_owned()) };
        let candidates = self.decided.contest.choices.len();
        // Draws with replacement from few cards are draws without replacement from very many.
        let population = self.population().unwrap_or(u64::MAX >> 12);
        let new = irv::Awaire::new(candidates, winner, population, self.limit, irv::Bets::default());
        let mut awaire = new.map_err(|e| e.to_string())?;
        let (mut risk, mut least) = (Vec::with_capacity(cards.len()), 1.0f64);
        for card in cards {
            draw(&mut awaire, card)?;
            least = least.min(awaire.risk());
            risk.push(least);
        }
        let more = if least <= self.limit.share() { Some(0) } else { further(awaire, cards) };
        let says = format!(
            "{} won: every other order of elimination is refuted",
            names(&self.decided.contest, &[winner]).join("")
        );
        Ok(vec![Measured { says, margin: 0.0, risk, doubt: 1.0, more, bets: None }])
    }
}

/// So many times as many draws are tried as were made.
const TIMES: usize = 10;

/// More draws to the limit, if they were those made again and again.
fn further(mut awaire: irv::Awaire, cards: &[Looked]) -> Option<u64> {
    let again = cards.iter().cycle().take(cards.len().saturating_mul(TIMES));
    for (nth, card) in (1u64..).zip(again) {
        draw(&mut awaire, card).ok()?;
        if awaire.confirmed() {
            return Some(nth);
        }
    }
    None
}

fn draw(awaire: &mut irv::Awaire, card: &Looked) -> Result<(), String> {
    let drawn = match &card.read {
        Some(CardVote::Choices(ranking)) => awaire.draw(&once(ranking)),
        Some(CardVote::NoContest) => awaire.draw(&[]),
        None => awaire.draw_missing(),
    };
    drawn.map_err(|e| e.to_string())
}

/// A choice that a board typed twice counts at its first rank.
fn once(ranking: &[u32]) -> Vec<u32> {
    let mut once = Vec::with_capacity(ranking.len());
    ranking.iter().for_each(|choice| {
        if !once.contains(choice) {
            once.push(*choice);
        }
    });
    once
}
