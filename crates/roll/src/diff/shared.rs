//! The join of two kept snapshots in shares, each of which any process that sees the archive can do.
//!
//! A share is a range of partitions. It hands back places, not records: who asked reads those that differ. What comes back
//! is checked before it is believed: every share once, every place in the snapshot, and every record counted once.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt64Type};
use pollwarden_core::Table;

use super::Diff;
use super::both::{finish, seeds};
use super::entry::{PARTITIONS, Place};
use super::indexed::{Indexed, Records};
use super::join::{Joined, join_some};
use super::record::Mapping;
use crate::rows::{Rows, Value};
use crate::{RollError, Snapshot, Store};

/// What a share hands back.
pub static JOINED: Table = Table {
    name: "joined",
    about: "One row per record that differs between two kept snapshots, and one per share with the number of equal ones.",
    day: None,
    schema: columns,
};

fn columns() -> SchemaRef {
    let number = |name| Field::new(name, DataType::UInt64, true);
    Arc::new(Schema::new(["older", "older_end", "newer", "newer_end", "same", "share"].map(number).to_vec()))
}

fn partitions(share: usize, of: usize) -> Range<usize> {
    PARTITIONS * share / of..PARTITIONS * (share + 1) / of
}

/// Share `share` (from 0) of `of` of the join of two snapshots that `store` keeps under these names.
///
/// # Errors
/// Where one is not kept there, or can't be read.
pub fn joined_share(
    store: &Store,
    [older, newer]: [&str; 2],
    (share, of): (usize, usize),
) -> Result<RecordBatch, RollError> {
    let [a, b] = [kept(&store.find(older)?)?, kept(&store.find(newer)?)?];
    let joined = join_some(&a, &b, partitions(share, of), Mapping::between(&a.parts, &b.parts).bytes_compare)?;
    let mut rows = Rows::new(&JOINED);
    let sides = |pair: &(Place, Place)| (Some(pair.0), Some(pair.1));
    let gone = joined.gone.iter().map(|place| (Some(*place), None));
    let new = joined.new.iter().map(|place| (None, Some(*place)));
    for (older, newer) in joined.pairs.iter().map(sides).chain(gone).chain(new) {
        let [before, after] = [older, newer].map(|place| place.map(Place::numbers));
        let half = |place: Option<[u64; 2]>, at: usize| place.map(|numbers| numbers[at]).into();
        let place = [half(before, 0), half(before, 1), half(after, 0), half(after, 1)];
        rows.extend(place.into_iter().chain([Value::Nothing, Value::Nothing]));
    }
    let nowhere = [const { Value::Nothing }; 4];
    rows.extend(nowhere.into_iter().chain([joined.same.into(), (share as u64).into()]));
    rows.take()
}

/// Compares two kept snapshots whose join was done in `of` shares, and notes where the newer one has the records of these voters.
///
/// # Errors
/// Where a snapshot is not kept, or the shares do not make up the whole.
pub(crate) fn diff_of_shares(
    (a, b): (&Snapshot, &Snapshot),
    voters: &[&str],
    shares: &[RecordBatch],
    of: usize,
) -> Result<Diff, RollError> {
    finish((kept(a)?, kept(b)?), seeds(a, b)?, voters, |a, b, _| whole(a, b, shares, of))
}

fn kept(snapshot: &Snapshot) -> Result<Indexed, RollError> {
    let kept = snapshot.kept.as_ref().ok_or_else(|| RollError::NotInArchive { name: snapshot.name.clone() })?;
    kept.indexed()
}

fn whole(a: &Indexed, b: &Indexed, shares: &[RecordBatch], of: usize) -> Result<Joined, RollError> {
    let (mut joined, mut done) = (Joined::default(), vec![false; of]);
    for batch in shares {
        if batch.schema() != columns() {
            return Err(wrong("the columns are others"));
        }
        (0..batch.num_rows()).try_for_each(|row| take(&mut joined, &mut done, (a, b), batch, row))?;
    }
    let pairs = joined.pairs.len() as u64;
    let counts = [joined.same + pairs + joined.gone.len() as u64, joined.same + pairs + joined.new.len() as u64];
    if !done.iter().all(|done| *done) || counts != [a.rows, b.rows] {
        return Err(wrong("records are missing, or there more than once"));
    }
    joined.sort();
    Ok(joined)
}

fn take(
    joined: &mut Joined,
    done: &mut [bool],
    (a, b): (&Indexed, &Indexed),
    batch: &RecordBatch,
    row: usize,
) -> Result<(), RollError> {
    let number = |column: usize| {
        let column = batch.column(column).as_primitive::<UInt64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let place = |column: usize| number(column).zip(number(column + 1)).map(|(one, two)| Place::of_numbers([one, two]));
    let known = |side: &Indexed, place: Place| match &side.records {
        Records::Kept(kept) if kept.has(place) && place.part() < side.parts.len() => Ok(place),
        _ => Err(wrong("a record is in no block")),
    };
    match (place(0), place(2), number(4), number(5)) {
        (Some(before), Some(after), None, None) => joined.pairs.push((known(a, before)?, known(b, after)?)),
        (Some(before), None, None, None) => joined.gone.push(known(a, before)?),
        (None, Some(after), None, None) => joined.new.push(known(b, after)?),
        (None, None, Some(same), Some(share)) => {
            let done = usize::try_from(share).ok().and_then(|share| done.get_mut(share));
            if done.is_none_or(|done| std::mem::replace(done, true)) {
                return Err(wrong("a share is there twice, or was not asked for"));
            }
            joined.same = joined.same.saturating_add(same);
        }
        _ => return Err(wrong("a row says nothing")),
    }
    Ok(())
}

fn wrong(what: &str) -> RollError {
    RollError::Shares { what: what.to_owned() }
}
