//! Contests whose rules are not known well enough to tell an outcome. They are refused with what to write into audit.toml: a
//! guess would audit another contest than the one that was held.

use std::collections::BTreeSet;

use super::contest::Look;
use super::{Decided, ElectionRule, Interpretation, chosen};
use crate::{ContestId, Cvrs, Mark};

impl Decided {
    /// Why no outcome can be told by these rules, in words; `None` where it can.
    pub fn refusal(&self) -> Option<String> {
        match self.rule {
            // Marks at several ranks would pass for an overvote, in records and readings alike.
            ElectionRule::Plurality | ElectionRule::Approval | ElectionRule::Supermajority
                if self.contest.ranks > 1 =>
            {
                Some(format!(
                    "voters rank its choices, and audit.toml doesn't say so: write `rule = \"irv\"` below `name = {:?}`",
                    self.contest.name
                ))
            }
            ElectionRule::Irv if self.seats != 1 => Some(format!(
                "rankings are audited as an instant run-off for one seat, and {} are elected: count the contest by hand, and \
                 name it in left_out",
                self.seats
            )),
            ElectionRule::Supermajority if self.votes_allowed > 1 => Some(format!(
                "a share of the votes is audited where each voter has one vote, and here each may give {}: count the contest by \
                 hand, and name it in left_out",
                self.votes_allowed
            )),
            ElectionRule::Supermajority if !(self.share >= 0.5 && self.share < 1.0) => Some(format!(
                "share = {}: a share below a half can be reached by several choices, and is not audited. Write the share that \
                 the law asks for, from 0.5 up to 1",
                self.share
            )),
            ElectionRule::Plurality | ElectionRule::Approval
                if self.votes_allowed > 1 && self.contest.winners.is_none() =>
            {
                Some(format!(
                    "a voter may choose {}, and no file says how many are elected. Write it into audit.toml, below `name = {:?}`: \
                     `winners = {0}`, or what the ballot says",
                    self.votes_allowed, self.contest.name
                ))
            }
            _ => None,
        }
    }

    /// Why the records don't say what was voted: cards with several votes, where no file says how many a voter may give.
    pub fn unclear_records(&self, cvrs: &Cvrs, id: ContestId) -> Option<String> {
        let several = |marks: &[Mark]| chosen(marks, u32::MAX).len() > 1;
        let cards = cvrs.ways(id).filter(|(marks, _)| self.is_limit_unknown() && several(marks)).map(|(_, n)| n).sum();
        self.unclear(cards, "have several votes by their records")
    }

    /// Whether more than one vote on a card may be several votes or an overvote.
    pub(super) fn is_limit_unknown(&self) -> bool {
        let limited = matches!(self.rule, ElectionRule::Plurality | ElectionRule::Supermajority);
        limited && self.contest.votes_allowed.is_none()
    }

    fn unclear(&self, cards: u64, what: &str) -> Option<String> {
        (cards > 0).then(|| {
            format!(
                "{cards} {} {what}, and no file says how many a voter may give. Write it into audit.toml, below `name = {:?}`: \
                 `votes_allowed = 1`, or what the ballot says",
                if cards == 1 { "card" } else { "cards" },
                self.contest.name
            )
        })
    }
}

impl Look<'_> {
    /// Why the board's rows don't say what was voted: several choices, where no file says how many a voter may give.
    pub(super) fn unclear_rows(&self) -> Option<String> {
        let name = &self.decided.contest.name;
        let read = |row: &usize| self.board.read(&self.board.cards[*row], name);
        let several = |row: &&usize| match read(row) {
            Interpretation::Choices(names) => names.iter().collect::<BTreeSet<_>>().len() > 1,
            _ => false,
        };
        let cards = if self.decided.is_limit_unknown() { self.replay.rows.values().filter(several).count() } else { 0 };
        self.decided.unclear(cards as u64, "were read with several votes")
    }
}
