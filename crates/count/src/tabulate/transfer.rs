//! Surpluses: what a winner has beyond the threshold goes on to the next choices, the same fraction of every ballot
//! (weighted inclusive Gregory method, as RCTab rounds it: each ballot's part is cut off, so that no winner falls below the
//! threshold; what the rounding leaves is residual surplus).

use super::TransferEnd;
use super::ranked::{Count, Standing};
use super::tally::Tally;

impl Count<'_> {
    /// Splits the ballots of those just elected: a part stays with them, the rest is to be placed again.
    pub(super) fn keep_with_winners(&mut self, winners: &[usize]) {
        let Some(round) = self.rounds.last() else { return };
        for winner in winners {
            let votes = round.tally.of(*winner);
            let surplus = votes - round.threshold;
            let fraction = if surplus > 0 { self.scale.fraction(surplus, votes) } else { 0 };
            for pile in self.piles.iter_mut().filter(|pile| pile.holder == Some(*winner) && pile.inactive.is_none()) {
                let goes_on = self.scale.times(pile.value, fraction);
                pile.kept.push((*winner, pile.value - goes_on));
                pile.value = goes_on;
            }
        }
    }

    /// Puts earlier winners into this round's numbers: with what they keep where they were elected in the round before, else
    /// with what they had.
    pub(super) fn restore_winners(&mut self) {
        let this = self.rounds.len() as u32;
        let Some((round, earlier)) = self.rounds.split_last_mut() else { return };
        let Some(before) = earlier.last() else { return };
        let mut fresh = vec![false; self.names.len()];
        for (candidate, standing) in self.standing.iter().enumerate() {
            let Standing::Elected { round: elected } = *standing else { continue };
            if elected == this {
                continue;
            }
            fresh[candidate] = elected == this - 1;
            let keeps = |tally: &Tally| if elected == this - 1 { Some(0) } else { tally.votes[candidate] };
            round.tally.votes[candidate] = keeps(&before.tally);
            for (slice, earlier) in round.slices.iter_mut().zip(&before.slices) {
                slice.votes[candidate] = keeps(earlier);
            }
        }
        for pile in &self.piles {
            for (winner, kept) in pile.kept.iter().filter(|(winner, _)| fresh[*winner]) {
                let votes = kept * i128::from(pile.cards);
                *round.tally.votes[*winner].get_or_insert(0) += votes;
                for slice in pile.slices {
                    *round.slices[*slice].votes[*winner].get_or_insert(0) += votes;
                }
            }
        }
        for winner in (0..fresh.len()).filter(|winner| fresh[*winner]) {
            let residual = round.tally.of(winner) - round.threshold;
            if residual > 0 {
                round.residual += residual;
                round.tally.votes[winner] = Some(round.threshold);
                round.tally.transfer(Some(winner), TransferEnd::ResidualSurplus, residual);
            }
        }
    }
}
