//! Reads again the histories that differ, and hands on what has no reason as rows of table `votes`.

use jiff::Timestamp;
use pollwarden_core::RollSettings;

use super::bits::Bits;
use super::read::{self, Vote};
use super::{History, roll};
use crate::RollError;
use crate::compare::TableSink;
use crate::diff::{Diff, Side};
use crate::rows::Rows;
use crate::tables::VOTES;

/// Rows in a batch.
const BATCH_ROWS: usize = 8192;

pub(super) fn emit(
    history: &History<'_>,
    diff: &Diff,
    settings: &RollSettings,
    snapshot: Option<Timestamp>,
    sink: &mut TableSink<'_>,
) -> Result<(), RollError> {
    let mut emit = Emit { rows: Rows::new(&VOTES), history, snapshot, said: Bits::default(), failed: None, sink };
    if history.compares() {
        for side in Side::BOTH {
            for input in history.files.side(side) {
                read::read(input, settings, &mut |vote| emit.take(side, vote));
            }
            // A kept snapshot's records come in another order than the extract's: its rows should not.
            let mut strange = Vec::new();
            roll::each_vote(diff, side, &mut |vote, place| {
                strange.extend(emit.is_strange(side, vote).then_some(place))
            })?;
            roll::votes_at(diff, side, strange, &mut |vote| emit.take(side, vote))?;
            roll::repeated_votes(diff, side, &mut |vote| emit.take(side, vote))?;
        }
    }
    emit.flush();
    emit.failed.map_or(Ok(()), Err)
}

struct Emit<'a, 'b> {
    rows: Rows,
    history: &'a History<'a>,
    snapshot: Option<Timestamp>,
    /// Votes that were handed on: histories hold some twice.
    said: Bits,
    failed: Option<RollError>,
    sink: &'a mut TableSink<'b>,
}

impl Emit<'_, '_> {
    fn take(&mut self, side: Side, vote: &Vote<'_>) {
        let votes = &self.history.votes;
        let (Some(row), Some(day)) = (votes.row(vote.voter), votes.day(vote.election)) else { return };
        let Some(kind) = self.kind(side, row, day) else { return };
        if self.failed.is_some() || !self.said.set(row, day) {
            return;
        }
        let election = vote.election.to_string();
        let voter = pollwarden_intake::text::decode(vote.voter);
        let county = pollwarden_intake::text::decode(&vote.county);
        self.rows.push([
            self.snapshot.into(),
            kind.into(),
            (&*voter).into(),
            (&*county).into(),
            (&election).into(),
            votes.credited(&vote.county, day).into(),
            vote.source.into(),
            vote.line.into(),
        ]);
        if self.rows.len() == BATCH_ROWS {
            self.flush();
        }
    }

    fn is_strange(&self, side: Side, vote: &Vote<'_>) -> bool {
        let place = self.history.votes.row(vote.voter).zip(self.history.votes.day(vote.election));
        place.is_some_and(|(row, day)| self.kind(side, row, day).is_some())
    }

    /// What is strange about a vote.
    fn kind(&self, side: Side, row: u32, day: u16) -> Option<&'static str> {
        let (votes, on_roll) = (&self.history.votes, self.history.votes.roll_of(row));
        match side {
            Side::Older => (self.history.tells_gone && on_roll.stays && votes.is_gone(row, day)).then_some(GONE),
            Side::Newer if self.history.late.has(row, day) => Some(BEFORE_REGISTRATION),
            Side::Newer => {
                let stranger = self.history.tells_strangers && !on_roll.older && !on_roll.newer;
                (stranger && votes.new_days(row).any(|new| new == day)).then_some(NOT_ON_ROLL)
            }
        }
    }

    fn flush(&mut self) {
        let handed = self.rows.take().and_then(|batch| (self.sink)(&VOTES, batch).map_err(RollError::Sink));
        if let Err(error) = handed {
            self.failed.get_or_insert(error);
        }
    }
}

/// The words in column `kind`.
pub(crate) const GONE: &str = "gone";
pub(crate) const BEFORE_REGISTRATION: &str = "before-registration";
pub(crate) const NOT_ON_ROLL: &str = "not-on-roll";
