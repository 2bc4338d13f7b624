//! A ranked-choice count, round by round (RCTab's `Tabulator`; its rules in `config_file_documentation.txt`).
//!
//! Ballots with the same choices share their fate, so each way of voting is followed once, with the number of its cards.

use super::ballots::{Ballots, PileKey};
use super::decimal::Scale;
use super::place::{Label, Placing, Reason};
use super::tally::Tally;
use super::tie::Tiebreak;
use super::{Decimal, Decision, ElectionMode, Outcome, Round, Rules, Slice, TabulateError, TransferEnd};

/// Counts ballots by rules. One outcome; where each seat is filled by a count of its own, one for each seat.
///
/// # Errors
/// Rules that contradict each other or do not fit the ballots, and ties that people have to break.
pub fn ranked(rules: &Rules, ballots: &Ballots) -> Result<Vec<Outcome>, TabulateError> {
    rules.check()?;
    ballots.check(rules)?;
    let mut excluded: Vec<bool> = ballots.candidates().iter().map(|candidate| candidate.excluded).collect();
    if rules.mode != ElectionMode::MultiPass {
        return Ok(vec![Count::new(rules, ballots, &excluded)?.run()?]);
    }
    let one_seat = Rules { winners: 1, ..rules.clone() };
    let mut outcomes = Vec::new();
    for _ in 0..rules.winners {
        let outcome = Count::new(&one_seat, ballots, &excluded)?.run()?;
        let [winner] = outcome.winners[..] else {
            return Err(TabulateError::Stuck { round: outcome.rounds.len() as u32 });
        };
        match excluded.get_mut(winner) {
            Some(excluded) => *excluded = true,
            None => return Err(TabulateError::Stuck { round: outcome.rounds.len() as u32 }),
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// A count under way.
pub(super) struct Count<'a> {
    pub(super) rules: &'a Rules,
    pub(super) ballots: &'a Ballots,
    pub(super) names: Vec<String>,
    pub(super) scale: Scale,
    pub(super) standing: Vec<Standing>,
    pub(super) piles: Vec<Pile<'a>>,
    pub(super) rounds: Vec<CountedRound>,
    pub(super) tiebreak: Tiebreak,
    labels: Vec<Label>,
    share: Option<Decimal>,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Continuing,
    Excluded,
    Elected { round: u32 },
    Eliminated { round: u32 },
}

/// Ballots that count alike.
pub(super) struct Pile<'a> {
    choices: &'a [super::place::Choice],
    pub(super) slices: &'a [usize],
    pub(super) cards: u64,
    /// Whom it counts for.
    pub(super) holder: Option<usize>,
    /// Why it counts for nobody any more.
    pub(super) inactive: Option<Reason>,
    /// What of each card is not kept by a winner.
    pub(super) value: i128,
    /// What of each card winners keep.
    pub(super) kept: Vec<(usize, i128)>,
}

/// A round, in units of the count's scale.
pub(super) struct CountedRound {
    pub(super) tally: Tally,
    pub(super) slices: Vec<Tally>,
    pub(super) threshold: i128,
    pub(super) residual: i128,
    decisions: Vec<Decision>,
}

impl<'a> Count<'a> {
    fn new(rules: &'a Rules, ballots: &'a Ballots, excluded: &[bool]) -> Result<Self, TabulateError> {
        let names = ballots.names();
        let standing = |at| if excluded.get(at) == Some(&true) { Standing::Excluded } else { Standing::Continuing };
        let scale = scale_of(rules)?;
        Ok(Self {
            rules,
            ballots,
            scale,
            standing: (0..names.len()).map(standing).collect(),
            piles: ballots.piles().map(|(key, cards)| Pile::new(key, cards, scale)).collect(),
            rounds: Vec::new(),
            tiebreak: Tiebreak::new(rules.ties, names.clone(), ballots.candidates().len()),
            names,
            labels: ballots.labels(),
            share: rules.share_percent,
        })
    }

    fn run(mut self) -> Result<Outcome, TabulateError> {
        while self.goes_on() {
            self.count_round();
            let by_votes = self.rounds.last().map(|round| round.tally.by_votes()).unwrap_or_default();
            let mut decisions = self.winners(&by_votes)?;
            if decisions.is_empty() && self.must_eliminate() {
                decisions = self.losers(&by_votes)?;
            }
            self.decide(decisions);
            if self.rules.winners > 1 {
                self.restore_winners();
            }
            let idle = self.rounds.last().is_some_and(|round| round.decisions.is_empty());
            if idle && self.goes_on() {
                return Err(TabulateError::Stuck { round: self.rounds.len() as u32 });
            }
        }
        Ok(self.outcome())
    }

    /// Whether there is another round.
    fn goes_on(&self) -> bool {
        let this = self.rounds.len() as u32;
        let (elected, eliminated) = (self.elected(), self.eliminated());
        let seats = self.rules.winners as usize;
        if self.rules.last_round.is_some_and(|last| this >= last) {
            return false;
        }
        if elected == self.ballots.candidates().len() && seats > self.candidates() {
            return false;
        }
        if self.rules.until_two_remain {
            let eliminated_now = self.standing.contains(&Standing::Eliminated { round: this });
            return eliminated + elected + 1 < self.candidates() || eliminated_now;
        }
        if self.rules.mode == ElectionMode::BottomsUpByShare {
            return elected == 0;
        }
        // One round more shows where the last surplus went.
        let elected_now = self.standing.contains(&Standing::Elected { round: this });
        elected < seats || self.rules.transfers_surplus() && elected_now
    }

    fn count_round(&mut self) {
        let continuing: Vec<bool> = self.standing.iter().map(|standing| self.may_get_votes(*standing)).collect();
        let empty = || Tally::new(continuing.iter().map(|is| is.then_some(0)).collect());
        let seats_filled = self.rules.transfers_surplus() && self.elected() == self.rules.winners as usize;
        let placing = Placing { rules: self.rules, labels: &self.labels, continuing: &continuing, seats_filled };
        let (mut tally, mut slices) = (empty(), vec![empty(); self.ballots.slices().len()]);
        for pile in &mut self.piles {
            pile.count(&placing, &mut tally, &mut slices);
        }
        let before = self.rounds.last();
        let threshold = match before {
            Some(before) if !self.threshold_moves() => before.threshold,
            _ => self.threshold(tally.active()),
        };
        let residual = before.map_or(0, |before| before.residual);
        self.rounds.push(CountedRound { tally, slices, threshold, residual, decisions: Vec::new() });
    }

    /// Where the count goes on after the winner is found, the winner still gets votes.
    fn may_get_votes(&self, standing: Standing) -> bool {
        match standing {
            Standing::Continuing => true,
            Standing::Elected { .. } => self.rules.until_two_remain,
            Standing::Excluded | Standing::Eliminated { .. } => false,
        }
    }

    /// Whether a round after the first has a threshold of its own.
    fn threshold_moves(&self) -> bool {
        let fixed = self.rules.winners > 1 || self.rules.first_round_sets_threshold;
        !(fixed || self.rules.until_two_remain && self.elected() > 0)
    }

    /// Votes that elect, of so many active votes.
    fn threshold(&self, active: i128) -> i128 {
        if let (ElectionMode::BottomsUpByShare, Some(share)) = (self.rules.mode, self.share) {
            // The scale holds the percentage's places and two more.
            let votes = active / self.scale.one();
            return share.units(share.places()).unwrap_or(0) * votes;
        }
        let seats = i128::from(self.rules.winners);
        let places = if self.rules.fractional_threshold { self.rules.decimal_places } else { 0 };
        let unit = self.scale.unit(places);
        if self.rules.hare_quota {
            let cut = self.scale.divided(active, seats, places);
            return if cut * seats == active { cut } else { cut + unit };
        }
        self.scale.divided(active, seats + 1, places) + unit
    }

    fn must_eliminate(&self) -> bool {
        self.elected() < self.rules.winners as usize
            || self.rules.until_two_remain && self.eliminated() + 2 < self.candidates()
            || self.rules.mode == ElectionMode::BottomsUpByShare
    }

    fn decide(&mut self, decisions: Vec<Decision>) {
        let round = self.rounds.len() as u32;
        for decision in &decisions {
            let standing = &mut self.standing[decision.candidate];
            *standing = if decision.elected { Standing::Elected { round } } else { Standing::Eliminated { round } };
        }
        let winners: Vec<usize> = decisions.iter().filter(|d| d.elected).map(|d| d.candidate).collect();
        if self.rules.transfers_surplus() {
            self.keep_with_winners(&winners);
        }
        if let Some(round) = self.rounds.last_mut() {
            round.decisions = decisions;
        }
    }

    pub(super) fn elected(&self) -> usize {
        self.standing.iter().filter(|s| matches!(s, Standing::Elected { .. })).count()
    }

    pub(super) fn eliminated(&self) -> usize {
        self.standing.iter().filter(|s| matches!(s, Standing::Eliminated { .. })).count()
    }

    /// Candidates that are not excluded, write-ins too.
    pub(super) fn candidates(&self) -> usize {
        self.standing.iter().filter(|standing| **standing != Standing::Excluded).count()
    }

    fn outcome(self) -> Outcome {
        let scale = self.scale;
        let round = |round: &CountedRound| Round {
            counts: round.tally.counts(scale),
            threshold: scale.decimal(round.threshold),
            decisions: round.decisions.clone(),
            residual_surplus: scale.decimal(round.residual),
        };
        let slice = |(at, (by, id)): (usize, &(super::SliceBy, String))| Slice {
            by: *by,
            id: id.clone(),
            rounds: self.rounds.iter().map(|round| round.slices[at].counts(scale)).collect(),
        };
        let decisions = self.rounds.iter().flat_map(|round| &round.decisions);
        Outcome {
            winners: decisions.filter(|d| d.elected).map(|d| d.candidate).collect(),
            rounds: self.rounds.iter().map(round).collect(),
            slices: self.ballots.slices().enumerate().map(slice).collect(),
            candidates: self.names,
        }
    }
}

/// Votes are kept with the rules' places, or with those that a share in percent needs.
fn scale_of(rules: &Rules) -> Result<Scale, TabulateError> {
    let share = rules.share_percent.filter(|_| rules.mode == ElectionMode::BottomsUpByShare);
    let places = share.map_or(rules.decimal_places, |share| share.places() + 2);
    if places > 20 {
        return Err(TabulateError::Rules {
            what: "multiSeatBottomsUpPercentageThreshold has over 18 places".to_owned(),
        });
    }
    Ok(Scale::new(places))
}

impl<'a> Pile<'a> {
    fn new(key: &'a PileKey, cards: u64, scale: Scale) -> Self {
        let (choices, slices) = (&*key.choices, key.slices.as_slice());
        Self { choices, slices, cards, holder: None, inactive: None, value: scale.one(), kept: Vec::new() }
    }

    /// Counts it for whom it counted before, or for whom it goes to now.
    fn count(&mut self, placing: &Placing<'_>, tally: &mut Tally, slices: &mut [Tally]) {
        let votes = self.value * i128::from(self.cards);
        let stays = self.inactive.is_some() || self.holder.is_some_and(|holder| placing.continuing[holder]);
        let from = self.holder;
        if !stays {
            match placing.place(self.choices) {
                Ok(candidate) => self.holder = Some(candidate),
                Err(reason) => (self.holder, self.inactive) = (None, Some(reason)),
            }
        }
        let to = self.holder.map_or(TransferEnd::Exhausted, TransferEnd::Candidate);
        let add = |tally: &mut Tally| {
            if !stays {
                tally.transfer(from, to, votes);
            }
            match (self.inactive, self.holder) {
                (Some(reason), _) => tally.count_inactive(reason, votes),
                (None, Some(holder)) => tally.count_for(holder, votes),
                (None, None) => {}
            }
        };
        add(tally);
        self.slices.iter().for_each(|slice| add(&mut slices[*slice]));
    }
}
