//! The marks of one card as formats meet them, before they become a card.

use crate::{CardPlace, ContestId, CvrBuilder, Mark, Votes};

/// Collects a card's marks. Used again from card to card.
///
/// Several marks for the same choice at the same rank are added up: exports have one column, or one mark, for each line
/// for a write-in, all of the same name.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    marks: Vec<(ContestId, Mark)>,
    votes: Votes,
}

impl Marks {
    /// The contest is on the card, marked or not.
    pub(crate) fn on_card(&mut self, contest: ContestId) {
        self.votes.on_card(contest);
    }

    /// A mark; the contest is on the card.
    pub(crate) fn mark(&mut self, contest: ContestId, mark: Mark) {
        self.marks.push((contest, mark));
    }

    /// A mark in a ranked contest: the same choice marked twice at a rank is one mark.
    pub(crate) fn ranked(&mut self, contest: ContestId, mark: Mark) {
        self.votes.mark(contest, mark);
    }

    /// Forgets what was collected: it is of no card.
    pub(crate) fn clear(&mut self) {
        self.marks.clear();
        self.votes.clear();
    }

    /// Adds the card, and begins the next.
    pub(crate) fn add_card(&mut self, place: CardPlace<'_>, cvrs: &mut CvrBuilder) {
        if !self.marks.is_sorted() {
            self.marks.sort_unstable();
        }
        let mut marks = self.marks.drain(..);
        let mut open = marks.next();
        for (contest, mark) in marks {
            match &mut open {
                Some((c, m)) if *c == contest && m.rank == mark.rank && m.choice == mark.choice => {
                    m.votes = m.votes.saturating_add(mark.votes);
                }
                _ => {
                    if let Some((contest, mark)) = open.replace((contest, mark)) {
                        self.votes.mark(contest, mark);
                    }
                }
            }
        }
        if let Some((contest, mark)) = open {
            self.votes.mark(contest, mark);
        }
        cvrs.card(place, &mut self.votes);
        self.votes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_for_the_same_name_are_two_votes() {
        let mut cvrs = CvrBuilder::default();
        let council = cvrs.contest("", "Council");
        let mut marks = Marks::default();
        for mark in [Mark::vote(3), Mark::vote(1), Mark::vote(3), Mark { votes: 0, ..Mark::vote(3) }] {
            marks.mark(council, mark);
        }
        marks.add_card(CardPlace::default(), &mut cvrs);
        marks.add_card(CardPlace::default(), &mut cvrs);
        let cvrs = cvrs.finish();
        let ways: Vec<_> = cvrs.ways(council).collect();
        assert_eq!(ways, [(&[Mark::vote(1), Mark { votes: 2, ..Mark::vote(3) }][..], 1)]);
    }
}
