//! What the rolls themselves say of votes: columns that stand for elections, and when and whether a voter was registered.

use std::borrow::Cow;

use jiff::civil::Date;

use super::History;
use super::read::Vote;
use crate::RollError;
use crate::dates::date_in;
use crate::diff::{Diff, Met, Place, Side};
use crate::explain::plain;
use crate::layout::{Column, Layout, Role, is_removed};

/// Where more of the newer history's voters than one in so many are on neither roll, the histories are of more voters
/// than the rolls.
const STRANGERS: u64 = 20;

/// The day of the election that a column stands for: `GENERAL-11/05/2024`.
pub(crate) fn election_of(column: &Column) -> Option<Date> {
    if column.role == Role::History { date_in(&column.name) } else { None }
}

/// Hands on every vote that the columns of one side's roll hold, and its record's place: a column that says anything says
/// that a vote was cast. Those of records with the id of one before them come by [`repeated_votes`].
pub(super) fn each_vote(diff: &Diff, side: Side, each: &mut dyn FnMut(&Vote<'_>, Place)) -> Result<(), RollError> {
    let elections = Elections::of(diff, side);
    if elections.0.iter().all(Vec::is_empty) {
        return Ok(());
    }
    diff.side(side).scan(&mut |met| elections.votes(met, &mut |vote| each(vote, met.place)))
}

/// Hands on the votes that the records at these places hold, in the extract's order.
pub(super) fn votes_at(
    diff: &Diff,
    side: Side,
    places: Vec<Place>,
    each: &mut dyn FnMut(&Vote<'_>),
) -> Result<(), RollError> {
    let elections = Elections::of(diff, side);
    diff.side(side).in_order(places, &mut |met| elections.votes(met, each))
}

/// Hands on the votes of records with the id of one before them: who moved may have two.
pub(super) fn repeated_votes(diff: &Diff, side: Side, each: &mut dyn FnMut(&Vote<'_>)) -> Result<(), RollError> {
    let elections = Elections::of(diff, side);
    diff.side(side).repeated(&mut |met| elections.votes(met, each))
}

/// Of each part, the columns that stand for elections.
struct Elections(Vec<Vec<(usize, Date)>>);

impl Elections {
    fn of(diff: &Diff, side: Side) -> Self {
        let of = |layout: &Layout| {
            layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, election_of(column)?))).collect()
        };
        Self(diff.layouts(side).map(of).collect())
    }

    fn votes(&self, met: &Met<'_>, each: &mut dyn FnMut(&Vote<'_>)) {
        let raw: Vec<&[u8]> = met.layout.fields(met.bytes).collect();
        if raw.len() != met.layout.columns.len() {
            return;
        }
        let voter = met.layout.plain_key(raw[met.layout.key]);
        let county = met.layout.first(Role::County).map(|at| met.layout.plain_key(raw[at])).unwrap_or_default();
        for (at, election) in &self.0[met.part()] {
            if !met.layout.text(raw[*at]).trim().is_empty() {
                let county = Cow::Borrowed(&*county);
                each(&Vote { voter: &voter, election: *election, county, source: met.source, line: met.line() });
            }
        }
    }
}

/// Notes who of the histories is on which roll, and which newly credited votes are of elections before the voter registered.
pub(super) fn hold_against(diff: &Diff, history: &mut History<'_>) -> Result<(), RollError> {
    diff.side(Side::Older).scan(&mut |met| {
        if let Some(row) = row(met, history) {
            history.votes.on_roll(row).older = true;
        }
    })?;
    diff.side(Side::Newer).scan(&mut |met| hold_one(met, history))?;
    // Who moved has the removed record and the new one under the same id in some states.
    diff.side(Side::Newer).repeated(&mut |met| hold_one(met, history))?;
    let credited = history.votes.rows().filter(|row| history.votes.is_in_newer(*row));
    let known = |row: u32| history.votes.roll_of(row).older || history.votes.roll_of(row).newer;
    let (all, strangers) = credited.fold((0, 0), |(all, strangers), row| (all + 1, strangers + u64::from(!known(row))));
    history.tells_strangers = diff.rejected() == 0 && strangers * STRANGERS <= all;
    Ok(())
}

fn hold_one(met: &Met<'_>, history: &mut History<'_>) {
    let Some(row) = row(met, history) else { return };
    let on_roll = history.votes.on_roll(row);
    on_roll.newer = true;
    on_roll.stays |= !is_removed(&plain(&first(met, Role::Status)));
    let Some(registered) = date_in(&first(met, Role::Registered)) else { return };
    for day in history.votes.new_days(row).filter(|day| history.votes.date(*day) < registered) {
        history.late.set(row, day);
    }
}

fn row(met: &Met<'_>, history: &History<'_>) -> Option<u32> {
    met.layout.key_of(met.bytes).and_then(|voter| history.votes.row(&voter))
}

fn first<'a>(met: &Met<'a>, role: Role) -> Cow<'a, str> {
    let at = met.layout.first(role);
    at.and_then(|at| met.layout.fields(met.bytes).nth(at)).map(|raw| met.layout.text(raw)).unwrap_or_default()
}
