//! The rules of a ranked-choice count, as types. Names and meaning: RCTab's `config_file_documentation.txt`, section `rules`.

use super::{Decimal, TabulateError};

/// Most decimal places of vote arithmetic that RCTab allows.
const MOST_PLACES: u8 = 20;

/// How winners are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElectionMode {
    /// One winner, who has a majority of the active votes (instant runoff).
    SingleWinnerMajority,
    /// Several winners by single transferable vote, at most one in a round.
    OneWinnerPerRound,
    /// Several winners by single transferable vote, everyone who reaches the threshold in a round.
    ManyWinnersPerRound,
    /// Candidates are eliminated until as many are left as there are seats.
    BottomsUp,
    /// Candidates are eliminated until all that are left have more than a share of the votes. There is no number of seats.
    BottomsUpByShare,
    /// Instant runoff for each seat in turn, without those who won a seat before.
    MultiPass,
}

/// What becomes of a ballot with several choices at one rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OvervoteRule {
    /// The rank is passed over.
    AlwaysSkip,
    /// The ballot is exhausted.
    Exhaust,
    /// The ballot is exhausted where several of the choices are still in the count; one that is alone gets the vote.
    ExhaustIfSeveralContinue,
}

/// How ties are broken. Seeds are those of `java.util.Random`, which RCTab draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieRule {
    /// By lot.
    Random {
        /// The office's seed.
        seed: i64,
    },
    /// By people: counting stops with an error that names the tie.
    Ask,
    /// By counts of earlier rounds, the latest first; then by lot.
    EarlierRoundsThenRandom {
        /// The office's seed.
        seed: i64,
    },
    /// By counts of earlier rounds, the latest first; then by people.
    EarlierRoundsThenAsk,
    /// By the order of candidates in the configuration: who stands first wins.
    CandidateOrder,
    /// By an order drawn once, before the count.
    DrawnOrder {
        /// The office's seed.
        seed: i64,
    },
}

/// A way of breaking a count down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SliceBy {
    /// By precinct.
    Precinct,
    /// By batch.
    Batch,
}

/// All rules of a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How winners are found.
    pub mode: ElectionMode,
    /// Seats. 0 in [`ElectionMode::BottomsUpByShare`], and only there.
    pub winners: u32,
    /// How ties are broken.
    pub ties: TieRule,
    /// What several choices at a rank mean.
    pub overvotes: OvervoteRule,
    /// Decimal places of fractions of votes, 1 to 20; what is beyond is cut off.
    pub decimal_places: u8,
    /// The share that everyone left must exceed in [`ElectionMode::BottomsUpByShare`], in percent.
    pub share_percent: Option<Decimal>,
    /// More ranks than this without a choice, one after another, exhaust a ballot; `None`: any number is passed over.
    pub max_skipped_ranks: Option<u32>,
    /// Whether the threshold of a count with several seats has decimal places.
    pub fractional_threshold: bool,
    /// Whether the threshold of the first round holds in all rounds of a count with one seat.
    pub first_round_sets_threshold: bool,
    /// Whether votes are divided by seats (Hare), not by seats and one (Droop).
    pub hare_quota: bool,
    /// Whether all candidates that can no longer catch up are eliminated together.
    pub batch_elimination: bool,
    /// Whether everyone below the threshold is eliminated together.
    pub cutoff_elimination: bool,
    /// Whether everyone with fewer votes than this in the first round is eliminated then (RCTab before 2.0).
    pub minimum_votes: u64,
    /// Whether the count goes on until two candidates are left, though the winner is known.
    pub until_two_remain: bool,
    /// The last round to count, winner or not.
    pub last_round: Option<u32>,
    /// Whether a candidate ranked twice exhausts the ballot at the second rank.
    pub exhaust_on_duplicate: bool,
}

impl Rules {
    /// Instant runoff as most US offices count it: majority of active votes, overvotes exhaust, any skipped ranks are passed
    /// over, ties stop the count.
    pub fn instant_runoff() -> Self {
        Self {
            mode: ElectionMode::SingleWinnerMajority,
            winners: 1,
            ties: TieRule::Ask,
            overvotes: OvervoteRule::Exhaust,
            decimal_places: 4,
            share_percent: None,
            max_skipped_ranks: None,
            fractional_threshold: false,
            first_round_sets_threshold: false,
            hare_quota: false,
            batch_elimination: false,
            cutoff_elimination: false,
            minimum_votes: 0,
            until_two_remain: false,
            last_round: None,
            exhaust_on_duplicate: false,
        }
    }

    /// Whether a winner's votes beyond the threshold go on to others.
    pub(super) fn transfers_surplus(&self) -> bool {
        self.winners > 1 && self.mode != ElectionMode::BottomsUp
    }

    /// Whether the rules can be applied together. They are RCTab's own conditions, and that rules for one seat need one: RCTab
    /// lets them stand where there is no number of seats, and would elect the same candidate again and again.
    ///
    /// # Errors
    /// The rules that contradict each other.
    pub fn check(&self) -> Result<(), TabulateError> {
        let by_transfer = matches!(self.mode, ElectionMode::OneWinnerPerRound | ElectionMode::ManyWinnersPerRound);
        let by_share = self.mode == ElectionMode::BottomsUpByShare;
        let several_at_once = self.winners > 1 && self.mode != ElectionMode::MultiPass;
        let wrong = [
            (!(1..=MOST_PLACES).contains(&self.decimal_places), "decimalPlacesForVoteArithmetic is not from 1 to 20"),
            (by_share != (self.winners == 0), "no seats and bottomsUpUsingPercentageThreshold go together only"),
            (by_share && !self.share_fits(), "multiSeatBottomsUpPercentageThreshold is not from 1 to 100"),
            (
                self.winners == 1 && self.mode != ElectionMode::SingleWinnerMajority,
                "one seat needs singleWinnerMajority",
            ),
            (
                self.winners > 1 && self.mode == ElectionMode::SingleWinnerMajority,
                "several seats need a mode for several winners",
            ),
            (several_at_once && self.until_two_remain, "continueUntilTwoCandidatesRemain with several seats"),
            (several_at_once && self.batch_elimination, "batchElimination with several seats"),
            (by_share && self.batch_elimination, "batchElimination with bottomsUpUsingPercentageThreshold"),
            (
                by_share && self.until_two_remain,
                "continueUntilTwoCandidatesRemain with bottomsUpUsingPercentageThreshold",
            ),
            (
                self.winners != 1 && self.first_round_sets_threshold,
                "doesFirstRoundDetermineThreshold without one seat alone",
            ),
            (self.fractional_threshold && !by_transfer, "nonIntegerWinningThreshold without transferable votes"),
            (self.hare_quota && !by_transfer, "hareQuota without transferable votes"),
            (self.hare_quota && self.fractional_threshold, "hareQuota with nonIntegerWinningThreshold"),
            (self.last_round == Some(0), "stopTabulationEarlyAfterRound is not at least 1"),
        ];
        match wrong.into_iter().find(|(is, _)| *is) {
            Some((_, what)) => Err(TabulateError::Rules { what: what.to_owned() }),
            None => Ok(()),
        }
    }

    fn share_fits(&self) -> bool {
        self.share_percent.is_some_and(|share| share >= Decimal::whole(1) && share <= Decimal::whole(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_contradict_each_other_are_refused() {
        let sound = Rules::instant_runoff();
        assert!(sound.check().is_ok());
        let two = |mode| Rules { winners: 2, mode, ..sound.clone() };
        assert!(two(ElectionMode::ManyWinnersPerRound).check().is_ok());
        assert!(two(ElectionMode::SingleWinnerMajority).check().is_err());
        assert!(two(ElectionMode::BottomsUpByShare).check().is_err());
        assert!(Rules { batch_elimination: true, ..two(ElectionMode::BottomsUp) }.check().is_err());
        assert!(Rules { batch_elimination: true, ..two(ElectionMode::MultiPass) }.check().is_ok());
        assert!(Rules { hare_quota: true, ..sound.clone() }.check().is_err());
        assert!(Rules { decimal_places: 21, ..sound.clone() }.check().is_err());
        let share = Rules { winners: 0, mode: ElectionMode::BottomsUpByShare, ..sound };
        assert!(share.check().is_err());
        let share = Rules { share_percent: Decimal::parse("12.5"), ..share };
        assert!(share.check().is_ok());
        assert!(Rules { until_two_remain: true, ..share.clone() }.check().is_err());
        assert!(Rules { first_round_sets_threshold: true, ..share }.check().is_err());
    }
}
