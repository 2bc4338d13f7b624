//! Whom a ballot counts for, given who is still in the count.

use super::{OvervoteRule, Rules};

/// Why a ballot counts for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    NoRankings,
    Overvote,
    SkippedRanks,
    ChoicesExhausted,
    RepeatedRank,
    FinalSurplus,
}

impl Reason {
    pub(super) const COUNT: usize = 6;
}

/// What a choice on a ballot stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// The candidate; `None` for an overvote whose choices are not known.
    pub(super) candidate: Option<usize>,
    /// Whether it is written as the candidate's own name, not as an alias.
    pub(super) own_name: bool,
}

/// A choice: its rank and the place of its label.
pub(super) type Choice = (u16, u32);

/// The state of the count that a ballot meets.
pub(super) struct Placing<'a> {
    pub(super) rules: &'a Rules,
    pub(super) labels: &'a [Label],
    /// By candidate, whether votes can go there.
    pub(super) continuing: &'a [bool],
    /// Whether all seats are filled, and surplus goes to nobody.
    pub(super) seats_filled: bool,
}

impl Placing<'_> {
    /// Whom a ballot counts for. Every ballot is read from its first rank: what was passed over before may exhaust it now.
    pub(super) fn place(&self, choices: &[Choice]) -> Result<usize, Reason> {
        if choices.is_empty() {
            return Err(Reason::NoRankings);
        }
        if self.seats_filled {
            return Err(Reason::FinalSurplus);
        }
        let mut last_rank = 0;
        let mut seen = Vec::new();
        for at_rank in choices.chunk_by(|a, b| a.0 == b.0) {
            let rank = at_rank[0].0;
            if self.rules.max_skipped_ranks.is_some_and(|most| u64::from(rank - last_rank) > u64::from(most) + 1) {
                return Err(Reason::SkippedRanks);
            }
            last_rank = rank;
            if self.rules.exhaust_on_duplicate && repeats(at_rank, &mut seen) {
                return Err(Reason::RepeatedRank);
            }
            if let Some(candidate) = self.at_rank(at_rank)? {
                return Ok(candidate);
            }
        }
        Err(Reason::ChoicesExhausted)
    }

    /// Whom one rank counts for; `None` where the next rank decides.
    fn at_rank(&self, choices: &[Choice]) -> Result<Option<usize>, Reason> {
        let labels = || choices.iter().map(|(_, label)| &self.labels[*label as usize]);
        let unknown = labels().any(|label| label.candidate.is_none());
        if unknown || choices.len() > 1 {
            match self.rules.overvotes {
                OvervoteRule::Exhaust => return Err(Reason::Overvote),
                OvervoteRule::AlwaysSkip => return Ok(None),
                OvervoteRule::ExhaustIfSeveralContinue => {
                    if labels().filter(|label| self.may_continue(label)).count() > 1 {
                        return Err(Reason::Overvote);
                    }
                }
            }
        }
        Ok(labels().filter_map(|label| label.candidate).find(|candidate| self.continuing[*candidate]))
    }

    /// RCTab 2.0 asks this of the name as it is written, and an alias is never eliminated (`getOvervoteDecision`): a choice
    /// written as an alias counts as one of several that continue. Reports are to equal its reports.
    fn may_continue(&self, label: &Label) -> bool {
        label.candidate.is_some_and(|candidate| !label.own_name || self.continuing[candidate])
    }
}

/// Whether a choice was met before, at an earlier rank or at this one.
fn repeats(choices: &[Choice], seen: &mut Vec<u32>) -> bool {
    choices.iter().any(|(_, label)| {
        let again = seen.contains(label);
        seen.push(*label);
        again
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: u32 = 0;
    const B: u32 = 1;
    const C: u32 = 2;
    const UNKNOWN: u32 = 3;
    const B_ALIAS: u32 = 4;

    fn placed(rules: &Rules, continuing: [bool; 3], choices: &[Choice]) -> Result<usize, Reason> {
        let own = |candidate| Label { candidate: Some(candidate), own_name: true };
        let alias = Label { candidate: Some(1), own_name: false };
        let labels = [own(0), own(1), own(2), Label { candidate: None, own_name: true }, alias];
        Placing { rules, labels: &labels, continuing: &continuing, seats_filled: false }.place(choices)
    }

    #[test]
    fn the_first_continuing_choice_counts() {
        let rules = Rules::instant_runoff();
        let ballot = [(1, A), (2, B), (3, C)];
        assert_eq!(placed(&rules, [true; 3], &ballot), Ok(0));
        assert_eq!(placed(&rules, [false, true, true], &ballot), Ok(1));
        assert_eq!(placed(&rules, [false; 3], &ballot), Err(Reason::ChoicesExhausted));
        assert_eq!(placed(&rules, [true; 3], &[]), Err(Reason::NoRankings));
    }

    #[test]
    fn skipped_ranks_exhaust_beyond_the_most_allowed() {
        let most = |most| Rules { max_skipped_ranks: most, ..Rules::instant_runoff() };
        let ballot = [(1, A), (4, B)];
        assert_eq!(placed(&most(Some(1)), [true; 3], &ballot), Ok(0));
        assert_eq!(placed(&most(Some(1)), [false, true, true], &ballot), Err(Reason::SkippedRanks));
        assert_eq!(placed(&most(Some(2)), [false, true, true], &ballot), Ok(1));
        assert_eq!(placed(&most(None), [false, true, true], &ballot), Ok(1));
        assert_eq!(placed(&most(Some(0)), [true; 3], &[(2, A)]), Err(Reason::SkippedRanks));
    }

    #[test]
    fn overvotes_by_each_rule() {
        let rule = |overvotes| Rules { overvotes, ..Rules::instant_runoff() };
        let ballot = [(1, A), (1, B), (2, C)];
        assert_eq!(placed(&rule(OvervoteRule::Exhaust), [true; 3], &ballot), Err(Reason::Overvote));
        assert_eq!(placed(&rule(OvervoteRule::AlwaysSkip), [true; 3], &ballot), Ok(2));
        let several = rule(OvervoteRule::ExhaustIfSeveralContinue);
        assert_eq!(placed(&several, [true; 3], &ballot), Err(Reason::Overvote));
        assert_eq!(placed(&several, [true, false, true], &ballot), Ok(0));
        assert_eq!(placed(&several, [false, false, true], &ballot), Ok(2));
        assert_eq!(placed(&several, [true, false, true], &[(1, A), (1, B_ALIAS)]), Err(Reason::Overvote));
        // Passed over at the last rank, the ballot is out of choices and not an overvote.
        let last = [(1, A), (2, UNKNOWN)];
        let skip = rule(OvervoteRule::AlwaysSkip);
        assert_eq!(placed(&skip, [false, true, true], &last), Err(Reason::ChoicesExhausted));
        assert_eq!(placed(&rule(OvervoteRule::Exhaust), [false, true, true], &last), Err(Reason::Overvote));
    }

    #[test]
    fn a_repeated_candidate_exhausts_where_the_rule_says_so() {
        let rules = Rules { exhaust_on_duplicate: true, ..Rules::instant_runoff() };
        let ballot = [(1, A), (2, A), (3, B)];
        assert_eq!(placed(&rules, [true; 3], &ballot), Ok(0));
        assert_eq!(placed(&rules, [false, true, true], &ballot), Err(Reason::RepeatedRank));
        assert_eq!(placed(&Rules::instant_runoff(), [false, true, true], &ballot), Ok(1));
    }
}
