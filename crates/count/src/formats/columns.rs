//! Cast vote records with one column for each choice (or each choice at each rank): how a row's cells become a card.

use pollwarden_core::Complaint;

use super::marks::Marks;
use super::rows::{Row, Rows, number};
use crate::write_in::is_for_anybody;
use crate::write_in::is_write_in;
use crate::{CardPlace, Choice, Contest, ContestId, CvrBuilder, Mark};

/// One column of votes.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its place in the row.
    pub(crate) at: usize,
    pub(crate) contest: ContestId,
    pub(crate) choice: u32,
    pub(crate) reads: Reads,
}

/// What a number in a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// How many votes.
    Votes,
    /// Whether the choice has this rank.
    Rank(u16),
    /// Which rank the choice has.
    AnyRank,
}

/// Columns of votes, contest by contest.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    columns: Vec<Column>,
    marks: Marks,
}

/// What a header says of a column.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) contest: String,
    pub(crate) votes_allowed: Option<u32>,
    /// How many ranks; 0 where choices are not ranked.
    pub(crate) ranks: u16,
    pub(crate) choice: String,
    pub(crate) party: String,
    /// The rank this column is for.
    pub(crate) rank: Option<u16>,
}

impl Columns {
    /// Adds a column, and its contest and choice where they are new.
    pub(crate) fn add(&mut self, at: usize, heading: &Heading, cvrs: &mut CvrBuilder) {
        let id = cvrs.contest("", &heading.contest);
        let contest = cvrs.contest_mut(id);
        share_name(contest, heading);
        contest.votes_allowed = contest.votes_allowed.or(heading.votes_allowed);
        contest.ranks = contest.ranks.max(heading.ranks).max(heading.rank.unwrap_or(0));
        let choice = Choice {
            name: heading.choice.clone(),
            external_id: String::new(),
            party: heading.party.clone(),
            write_in: is_write_in(&heading.choice),
        };
        let reads = match heading.rank {
            Some(rank) => Reads::Rank(rank),
            None if heading.ranks > 0 => Reads::AnyRank,
            None => Reads::Votes,
        };
        let choice = cvrs.choice(id, choice);
        self.columns.push(Column { at, contest: id, choice, reads });
    }

    /// Adds a row's card. A contest is on the card where any of its cells is filled.
    pub(crate) fn add_card(
        &mut self,
        rows: &Rows,
        row: &Row,
        place: CardPlace<'_>,
        cvrs: &mut CvrBuilder,
    ) -> Result<(), Box<Complaint>> {
        for column in &self.columns {
            let cell = row.get(column.at);
            if cell.is_empty() {
                continue;
            }
            let Some(count) = vote_count(cell) else {
                let complaint = rows.complaint(row, column.at, "", "a whole number of votes, or nothing");
                return Err(Box::new(complaint.mend("Export the file again; nothing of it was used.")));
            };
            self.marks.on_card(column.contest);
            match (count, column.reads) {
                (0, _) => {}
                (votes, Reads::Votes) => self.marks.mark(column.contest, Mark { votes, ..Mark::vote(column.choice) }),
                (_, Reads::Rank(rank)) => self.marks.ranked(column.contest, Mark::ranked(column.choice, rank)),
                (rank, Reads::AnyRank) => self.marks.ranked(column.contest, Mark::ranked(column.choice, rank)),
            }
        }
        self.marks.add_card(place, cvrs);
        Ok(())
    }

    /// After the last column of votes.
    pub(crate) fn end(&self) -> usize {
        self.columns.last().map_or(0, |column| column.at + 1)
    }
}

/// Notes a name that stands over columns of several parties.
fn share_name(contest: &mut Contest, heading: &Heading) {
    let other = |c: &Choice| c.name == heading.choice && !c.party.is_empty() && c.party != heading.party;
    let shared = !heading.party.is_empty() && !is_for_anybody(&heading.choice) && contest.choices.iter().any(other);
    if shared && !contest.shared_names.contains(&heading.choice) {
        contest.shared_names.push(heading.choice.clone());
    }
}

/// Nearly every cell is one digit.
fn vote_count(cell: &[u8]) -> Option<u16> {
    match cell {
        [digit @ b'0'..=b'9'] => Some(u16::from(digit - b'0')),
        _ => number(cell).and_then(|n| u16::try_from(n).ok()),
    }
}
