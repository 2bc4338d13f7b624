//! Who is elected and who is eliminated by a round's votes.

use std::collections::BTreeMap;

use super::ranked::{Count, CountedRound};
use super::tie::Tie;
use super::{Decision, ElectionMode, TabulateError};

/// Candidates by votes, fewest first.
type ByVotes = BTreeMap<i128, Vec<usize>>;

impl Count<'_> {
    /// Those elected by this round's votes.
    ///
    /// # Errors
    /// A tie that people have to break.
    pub(super) fn winners(&mut self, by_votes: &ByVotes) -> Result<Vec<Decision>, TabulateError> {
        let Some(round) = self.rounds.last() else { return Ok(Vec::new()) };
        let write_ins = self.ballots.write_ins().and_then(|at| round.tally.votes[at]);
        // Nobody is elected while votes lie with write-ins, who are eliminated first.
        if write_ins.is_some_and(|votes| votes != 0) {
            return Ok(Vec::new());
        }
        let standing: usize = by_votes.values().map(Vec::len).sum();
        let open = (self.rules.winners as usize).saturating_sub(self.elected());
        let mut elected = self.reach_threshold(round, by_votes, standing, open);
        let one_at_once = self.rules.mode == ElectionMode::OneWinnerPerRound || self.rules.first_round_sets_threshold;
        let several = elected.len() > 1 && one_at_once;
        // Two are left with one seat: the count ends here and not with one candidate alone.
        let last_two = self.rules.winners == 1 && elected.is_empty() && standing == 2 && open == 1;
        let mut by_tiebreak = false;
        if (several || last_two)
            && let Some((_, first)) = by_votes.last_key_value()
        {
            by_tiebreak = first.len() > 1;
            elected = self.one_of(first, true)?;
        }
        Ok(self.decisions(elected, true, by_tiebreak))
    }

    fn reach_threshold(&self, round: &CountedRound, by_votes: &ByVotes, standing: usize, open: usize) -> Vec<usize> {
        let everyone = || by_votes.values().flatten().copied().collect::<Vec<_>>();
        if self.rules.mode == ElectionMode::BottomsUpByShare {
            let all_exceed = by_votes.keys().all(|votes| *votes > round.threshold);
            return if all_exceed { everyone() } else { Vec::new() };
        }
        if open == 0 {
            return Vec::new();
        }
        if standing <= open {
            return everyone();
        }
        if self.rules.first_round_sets_threshold && standing - 1 == self.rules.winners as usize {
            return by_votes.last_key_value().map_or(Vec::new(), |(_, first)| first.clone());
        }
        if self.rules.mode == ElectionMode::BottomsUp {
            return Vec::new();
        }
        let reach = by_votes.range(round.threshold..).flat_map(|(_, candidates)| candidates).copied();
        reach.filter(|candidate| Some(*candidate) != self.ballots.write_ins()).collect()
    }

    /// Those eliminated by this round's votes, the first rule that eliminates anyone: write-ins, a threshold, everyone who
    /// can't catch up, whoever has fewest votes.
    ///
    /// # Errors
    /// A tie that people have to break.
    pub(super) fn losers(&mut self, by_votes: &ByVotes) -> Result<Vec<Decision>, TabulateError> {
        let Some(round) = self.rounds.last() else { return Ok(Vec::new()) };
        let write_ins = self.ballots.write_ins().filter(|at| round.tally.of(*at) > 0);
        let below = |limit: i128| by_votes.range(..limit).flat_map(|(_, c)| c).copied().collect::<Vec<_>>();
        let cutoff = if self.rules.cutoff_elimination { below(round.threshold) } else { Vec::new() };
        let minimum = below(i128::from(self.rules.minimum_votes).saturating_mul(self.scale.one()));
        for eliminated in [Vec::from_iter(write_ins), cutoff, minimum, self.batch(by_votes)] {
            if !eliminated.is_empty() {
                return Ok(self.decisions(eliminated, false, false));
            }
        }
        let Some((_, last)) = by_votes.first_key_value() else { return Ok(Vec::new()) };
        let eliminated = self.one_of(last, false)?;
        Ok(self.decisions(eliminated, false, last.len() > 1))
    }

    /// Everyone who, with all votes of those with fewer, would still have fewer than the next; where that is more than one.
    fn batch(&self, by_votes: &ByVotes) -> Vec<usize> {
        if !self.rules.batch_elimination {
            return Vec::new();
        }
        let (mut sum, mut seen) = (0, Vec::new());
        let (mut batch, mut smaller_batch) = (Vec::new(), Vec::new());
        for (votes, candidates) in by_votes {
            if sum < *votes && seen.len() > batch.len() {
                smaller_batch = std::mem::replace(&mut batch, seen.clone());
            }
            sum += votes * candidates.len() as i128;
            seen.extend(candidates);
        }
        if self.rules.until_two_remain && batch.len() + self.eliminated() == self.candidates() - 1 {
            batch = smaller_batch;
        }
        if batch.len() > 1 { batch } else { Vec::new() }
    }

    fn one_of(&mut self, tied: &[usize], to_win: bool) -> Result<Vec<usize>, TabulateError> {
        if tied.len() == 1 {
            return Ok(tied.to_vec());
        }
        let round = self.rounds.len() as u32;
        let earlier: Vec<_> = self.rounds.iter().rev().skip(1).rev().map(|r| r.tally.votes.as_slice()).collect();
        self.tiebreak.choose(&Tie { round, tied, to_win, earlier: &earlier }).map(|one| vec![one])
    }

    fn decisions(&self, mut candidates: Vec<usize>, elected: bool, by_tiebreak: bool) -> Vec<Decision> {
        candidates.sort_by(|a, b| super::java::compare(&self.names[*a], &self.names[*b]));
        candidates.into_iter().map(|candidate| Decision { candidate, elected, by_tiebreak }).collect()
    }
}
