//! Contests in which marks are votes: plurality, several winners, a share that must be reached, approval.
//!
//! Overvotes and undervotes are votes, not cards, as in most reports: a card that is overvoted loses all the votes it allows,
//! so that votes, overvotes and undervotes together are the cards times the votes allowed (VVSG 2.0, glossary, defines both;
//! NIST's test sets of SP 1500-100 count them so). Which cards are counted is left to the caller.

use super::TabulateError;
use crate::{ContestId, Cvrs, Mark};

/// A contest's count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// Votes by choice, in the order of the contest's choices.
    pub votes: Vec<u64>,
    /// Cards with the contest.
    pub cards: u64,
    /// Cards on which more was marked than is allowed.
    pub overvoted: u64,
    /// Cards on which nothing was marked.
    pub blank: u64,
    /// Votes lost on overvoted cards.
    pub overvotes: u64,
    /// Votes that could have been given on the other cards and were not.
    pub undervotes: u64,
}

/// Counts a contest.
///
/// # Errors
/// [`TabulateError::VotesAllowedUnknown`] where the export doesn't say how many votes are allowed, and cards have several: they
/// may be all valid or an overvote.
///
/// # Panics
/// Where the id is of other records.
pub fn count(cvrs: &Cvrs, contest: ContestId) -> Result<Count, TabulateError> {
    let about = cvrs.contest(contest);
    let allowed = about.votes_allowed.filter(|allowed| *allowed > 0);
    let unclear = |marks: &[Mark]| allowed.is_none() && counted(marks) > 1 && !is_said(marks);
    let cards: u64 = cvrs.ways(contest).filter(|(marks, _)| unclear(marks)).map(|(_, cards)| cards).sum();
    if cards > 0 {
        return Err(TabulateError::VotesAllowedUnknown { contest: about.name.clone(), cards });
    }
    Ok(count_allowing(cvrs, contest, allowed.unwrap_or(1)))
}

/// Counts a contest in which so many votes are allowed, whatever the export says.
///
/// # Panics
/// Where the id is of other records.
pub fn count_allowing(cvrs: &Cvrs, contest: ContestId, allowed: u32) -> Count {
    let mut count = Count::of(cvrs.contest(contest).choices.len());
    for (marks, cards) in cvrs.ways(contest) {
        count.add(marks, cards, allowed);
    }
    count
}

/// Counts a contest by approval: every choice may be given a vote, so no card is overvoted unless its export says so.
///
/// # Panics
/// Where the id is of other records.
pub fn count_approvals(cvrs: &Cvrs, contest: ContestId) -> Count {
    let choices = cvrs.contest(contest).choices.len();
    count_allowing(cvrs, contest, u32::try_from(choices).unwrap_or(u32::MAX))
}

impl Count {
    /// Nothing counted yet.
    pub fn of(choices: usize) -> Self {
        Self { votes: vec![0; choices], ..Self::default() }
    }

    /// Adds cards with the same marks.
    pub fn add(&mut self, marks: &[Mark], cards: u64, allowed: u32) {
        self.cards += cards;
        if is_overvoted(marks, allowed) {
            self.overvoted += cards;
            self.overvotes += cards * u64::from(allowed);
            return;
        }
        if marks.is_empty() {
            self.blank += cards;
        }
        let mut given = 0;
        for mark in marks {
            if let Some(votes) = self.votes.get_mut(mark.choice as usize) {
                *votes += cards * u64::from(mark.votes);
                given += u32::from(mark.votes);
            }
        }
        self.undervotes += cards * u64::from(allowed.saturating_sub(given));
    }

    /// All votes for choices.
    pub fn total(&self) -> u64 {
        self.votes.iter().sum()
    }

    /// The winners, by votes; among equals the order of the choices. Empty where the last place is tied: by these rules
    /// nothing decides who has it.
    pub fn winners(&self, seats: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.votes.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.votes[*at]));
        let tied = seats > 0 && order.len() > seats && self.votes[order[seats - 1]] == self.votes[order[seats]];
        if tied {
            return Vec::new();
        }
        order.truncate(seats);
        order
    }

    /// Whether a choice has at least `numerator / denominator` of all votes for choices, exactly.
    pub fn reaches(&self, choice: usize, numerator: u64, denominator: u64) -> bool {
        let votes = self.votes.get(choice).copied().unwrap_or(0);
        u128::from(votes) * u128::from(denominator) >= u128::from(self.total()) * u128::from(numerator)
    }
}

/// Whether marks are more than is allowed.
///
/// A machine that doesn't count any mark of an overvoted contest leaves more marks without a vote than are allowed; a faint
/// mark beside votes that were counted is none.
pub fn is_overvoted(marks: &[Mark], allowed: u32) -> bool {
    let counted = counted(marks);
    is_said(marks) || counted > allowed || (counted == 0 && marks.len() > allowed as usize)
}

/// How many votes a machine counted.
fn counted(marks: &[Mark]) -> u32 {
    marks.iter().fold(0, |sum, mark| sum.saturating_add(u32::from(mark.votes)))
}

/// Whether the export itself says that the card is overvoted.
fn is_said(marks: &[Mark]) -> bool {
    marks.iter().any(|mark| mark.choice == Mark::OVERVOTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CardPlace, Choice, CvrBuilder, Votes};

    fn records(allowed: impl Into<Option<u32>>, cards: &[&[Mark]]) -> (Cvrs, ContestId) {
        let mut builder = CvrBuilder::default();
        let contest = builder.contest("", "Council");
        builder.contest_mut(contest).votes_allowed = allowed.into();
        for name in ["Ada", "Ben", "Cyd"] {
            builder.choice(contest, Choice { name: name.to_owned(), ..Choice::default() });
        }
        let mut votes = Votes::default();
        for marks in cards {
            votes.clear();
            votes.on_card(contest);
            marks.iter().for_each(|mark| votes.mark(contest, *mark));
            builder.card(CardPlace::default(), &mut votes);
        }
        (builder.finish(), contest)
    }

    const FAINT: Mark = Mark { rank: 1, choice: 2, votes: 0 };

    #[test]
    fn every_vote_is_a_vote_an_overvote_or_an_undervote() {
        let (a, b, c) = (Mark::vote(0), Mark::vote(1), Mark::vote(2));
        let cards: &[&[Mark]] = &[&[a, b], &[a], &[], &[a, b, c], &[a, FAINT], &[FAINT], &[Mark::overvote(1)]];
        let (cvrs, contest) = records(2, cards);
        let count = count(&cvrs, contest).expect("a count");
        assert_eq!(count.votes, [3, 1, 0]);
        assert_eq!((count.cards, count.overvoted, count.blank), (7, 2, 1));
        assert_eq!((count.overvotes, count.undervotes), (4, 6));
        assert_eq!(count.total() + count.overvotes + count.undervotes, 14);
        assert_eq!(count.winners(1), [0]);
        assert_eq!(count.winners(2), [0, 1]);
    }

    #[test]
    fn marks_that_were_all_not_counted_are_an_overvote_where_they_are_too_many() {
        let not = |choice| Mark { rank: 1, choice, votes: 0 };
        assert!(is_overvoted(&[not(0), not(1)], 1));
        assert!(!is_overvoted(&[not(0)], 1));
        assert!(!is_overvoted(&[Mark::vote(0), not(1)], 1));
        assert!(is_overvoted(&[Mark { rank: 1, choice: 0, votes: 3 }], 2));
    }

    #[test]
    fn several_votes_are_no_overvote_where_nobody_says_how_many_are_allowed() {
        let cards: &[&[Mark]] = &[&[Mark::vote(0), Mark::vote(1)], &[Mark::vote(0)], &[Mark::overvote(1)]];
        let (cvrs, contest) = records(None, cards);
        let refused = TabulateError::VotesAllowedUnknown { contest: "Council".to_owned(), cards: 1 };
        assert_eq!(count(&cvrs, contest), Err(refused));
        assert_eq!(count_allowing(&cvrs, contest, 2).votes, [2, 1, 0]);
        let (cvrs, contest) = records(None, &cards[1..]);
        assert_eq!(count(&cvrs, contest).map(|count| (count.votes, count.overvoted)), Ok((vec![1, 0, 0], 1)));
    }

    #[test]
    fn approvals_are_never_too_many() {
        let (cvrs, contest) = records(1, &[&[Mark::vote(0), Mark::vote(1), Mark::vote(2)], &[Mark::vote(1)]]);
        let count = count_approvals(&cvrs, contest);
        assert_eq!((count.votes.as_slice(), count.overvoted), (&[1, 2, 1][..], 0));
    }

    #[test]
    fn a_share_is_exact_and_a_tie_has_no_winner() {
        let count = Count { votes: vec![2, 1, 1], ..Count::default() };
        assert!(count.reaches(0, 1, 2));
        assert!(!count.reaches(0, 51, 100));
        assert_eq!(count.winners(2), Vec::<usize>::new());
        assert_eq!(count.winners(3), [0, 1, 2]);
    }
}
