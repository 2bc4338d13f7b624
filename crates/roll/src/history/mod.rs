//! Vote histories: who took part in which election, as two extracts' histories say it, held against each other and against
//! the rolls.
//!
//! Histories are files of their own (`layout`), or columns of the roll, one an election. Which voter has which vote is kept as
//! a bit for each (`votes`); what differs is read again for its place (`emit`). Memory grows with voters, not with votes.

mod belong;
mod bits;
mod emit;
mod layout;
mod read;
mod roll;
mod votes;

use jiff::Timestamp;
use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings, Source};

pub(crate) use belong::Histories;
use bits::Bits;
pub(crate) use emit::{BEFORE_REGISTRATION, GONE, NOT_ON_ROLL};
pub(crate) use layout::is_history;
pub(crate) use roll::election_of;
use votes::Votes;

use crate::RollError;
use crate::compare::TableSink;
use crate::diff::{Diff, Side};

/// Two histories, or one.
#[derive(Debug)]
pub(crate) struct History<'a> {
    files: &'a Histories,
    votes: Votes,
    /// Votes newly credited to voters who had not registered by that election:
    late: Bits,
    /// Whether votes of voters on neither roll are told: not where the histories are of more voters than the rolls.
    tells_strangers: bool,
    /// What was read.
    pub(crate) sources: Vec<Source>,
    /// What could not be read.
    pub(crate) complaints: Vec<Complaint>,
    pub(crate) rejected: u64,
    /// Rejected rows, by side.
    unread: [u64; 2],
    /// Whether votes that are gone are told: not where they may be those that could not be read.
    tells_gone: bool,
    /// What is to be said of them.
    pub(crate) notes: Vec<String>,
    /// What keeps vanished votes from being told.
    pub(crate) gaps: Vec<String>,
    /// Whether a history was not read to its end: nothing that it lacks is then called gone.
    broken: bool,
}

impl<'a> History<'a> {
    /// Reads the histories and the rolls' own columns of votes, and holds them against the rolls.
    pub(crate) fn read(diff: &Diff, files: &'a Histories, settings: &RollSettings) -> Result<Self, RollError> {
        let mut history = Self {
            votes: Votes::new(),
            late: Bits::default(),
            tells_strangers: false,
            sources: Vec::new(),
            complaints: files.complaints.clone(),
            rejected: 0,
            unread: [0; 2],
            tells_gone: true,
            notes: Vec::new(),
            gaps: Vec::new(),
            broken: false,
            files,
        };
        for side in Side::BOTH {
            history.read_side(diff, side, settings)?;
        }
        if Side::BOTH.into_iter().any(|side| history.votes.has(side)) {
            history.votes.settle();
            roll::hold_against(diff, &mut history)?;
        }
        history.say();
        Ok(history)
    }

    /// The last election in which a voter took part, as either history has it.
    pub(crate) fn last_vote(&self, voter: &[u8]) -> Option<Date> {
        self.votes.last(voter)
    }

    /// Whether some record of a voter is on the newer roll and not removed there: who moved may have another one.
    pub(crate) fn stays(&self, voter: &[u8]) -> bool {
        self.votes.row(voter).is_some_and(|row| self.votes.roll_of(row).stays)
    }

    /// Hands on what differs without a reason, as rows of table `votes`.
    pub(crate) fn table(
        &self,
        diff: &Diff,
        settings: &RollSettings,
        snapshot: Option<Timestamp>,
        sink: &mut TableSink<'_>,
    ) -> Result<(), RollError> {
        emit::emit(self, diff, settings, snapshot, sink)
    }

    /// Whether there are two to compare.
    fn compares(&self) -> bool {
        !self.broken && Side::BOTH.into_iter().all(|side| self.votes.has(side))
    }

    fn read_side(&mut self, diff: &Diff, side: Side, settings: &RollSettings) -> Result<(), RollError> {
        let votes = &mut self.votes;
        let mut too_many = 0;
        for input in self.files.side(side) {
            let read = read::read(input, settings, &mut |vote| {
                too_many += u64::from(!votes.credit(side, vote.voter, vote.election, &vote.county));
            });
            self.broken |= !read.whole;
            self.rejected += read.source.rejected;
            self.unread[side as usize] += read.source.rejected;
            self.sources.push(read.source);
            self.complaints.extend(read.complaints);
        }
        let mut credit = |vote: &read::Vote<'_>| {
            too_many += u64::from(!votes.credit(side, vote.voter, vote.election, &vote.county));
        };
        roll::each_vote(diff, side, &mut |vote, _| credit(vote))?;
        roll::repeated_votes(diff, side, &mut credit)?;
        if too_many > 0 {
            self.gaps.push(format!(
                "{too_many} votes are of more than {} elections, and were not compared",
                votes::MOST_DAYS
            ));
        }
        Ok(())
    }

    fn say(&mut self) {
        if self.broken {
            let why = "a vote history could not be read to its end: whether votes are gone from it can't be told";
            self.gaps.push(why.to_owned());
            return;
        }
        let none = |what: &str| {
            format!(
                "{what}: whether votes that were recorded are gone, or were credited to somebody who was not registered, can't be \
                 told. Put the histories of both days beside the extracts, with their dates in their names."
            )
        };
        match Side::BOTH.map(|side| self.votes.has(side)) {
            [true, true] => self.compared(),
            [false, false] => self.notes.push(none("No vote history was given")),
            [true, false] => self.notes.push(none("A vote history was given for the older extract only")),
            [false, true] => self.notes.push(none("A vote history was given for the newer extract only")),
        }
    }

    fn compared(&mut self) {
        let [older, newer] = Side::BOTH.map(|side| self.votes.total(side));
        let (gone, with_records) = self.votes.gone();
        if gone > 0 && self.unread[Side::Newer as usize] >= gone {
            let unread = self.unread[Side::Newer as usize];
            self.gaps.push(format!(
                "the newer vote history lacks {gone} votes of the older one, and {unread} of its rows could not be read: whether votes \
                 are gone can't be told"
            ));
            self.tells_gone = false;
        }
        self.notes.push(format!(
            "Two vote histories were compared, with {older} and {newer} votes: {gone} are gone without their voter's record, and \
             {with_records} with it."
        ));
        if let Some(earliest) = self.votes.retired() {
            self.notes.push(format!(
                "The newer history begins with the election of {earliest}; votes of earlier ones were taken to be no longer kept."
            ));
        }
        if !self.tells_strangers {
            self.notes.push(
                "The vote histories are of more voters than the extracts, or rows of the extracts could not be read: votes of people \
                 who are on neither were not judged."
                    .to_owned(),
            );
        }
    }
}
