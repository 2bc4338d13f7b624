//! Joins two snapshots by key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cores;
use super::entry::{Entry, Place};
use super::indexed::{Indexed, Records};
use crate::RollError;

/// How many records of one key hash are read at once.
const AT_ONCE: usize = 4096;

/// Which records to compare, and which stand alone.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    /// In both, with other bytes; in the older snapshot's order.
    pub(crate) pairs: Vec<(Place, Place)>,
    pub(crate) gone: Vec<Place>,
    pub(crate) new: Vec<Place>,
    /// In both, with the same bytes.
    pub(crate) same: u64,
}

/// Joins partition by partition, on all cores. With `bytes_compare`, equal bytes are equal records; else all pairs are to
/// be compared.
pub(crate) fn join(a: &Indexed, b: &Indexed, bytes_compare: bool) -> Result<Joined, RollError> {
    let shares = cores::partitions(|partitions| join_some(a, b, partitions, bytes_compare))?;
    let mut joined = Joined::default();
    shares.into_iter().for_each(|share| joined.add(share));
    joined.sort();
    Ok(joined)
}

/// Joins some partitions; in no order.
pub(super) fn join_some(
    a: &Indexed,
    b: &Indexed,
    partitions: std::ops::Range<usize>,
    bytes_compare: bool,
) -> Result<Joined, RollError> {
    let mut joined = Joined::default();
    for at in partitions {
        let Sides { old, new, same } = sides(a, b, at, bytes_compare)?;
        joined.same += same;
        joined.partition((a, &old), (b, &new), bytes_compare)?;
    }
    Ok(joined)
}

/// A partition of both snapshots, and how many records were left out since they are known to be equal.
struct Sides<'a> {
    old: Cow<'a, [Entry]>,
    new: Cow<'a, [Entry]>,
    same: u64,
}

/// Of two snapshots in one store, only blocks that differ are looked into.
fn sides<'a>(a: &'a Indexed, b: &'a Indexed, at: usize, bytes_compare: bool) -> Result<Sides<'a>, RollError> {
    if let (true, Records::Kept(ours), Records::Kept(theirs)) = (bytes_compare, &a.records, &b.records)
        && let Some((old, new, same)) = ours.differing(theirs, at)?
    {
        return Ok(Sides { old: Cow::Owned(old), new: Cow::Owned(new), same });
    }
    Ok(Sides { old: a.partition(at)?, new: b.partition(at)?, same: 0 })
}

fn least_key(old: &[Entry], new: &[Entry]) -> Option<u64> {
    old.first().map(|e| e.key).into_iter().chain(new.first().map(|e| e.key)).min()
}

fn take_run<'a>(entries: &mut &'a [Entry], key: u64) -> &'a [Entry] {
    let length = entries.iter().take_while(|e| e.key == key).count();
    let (run, rest) = entries.split_at(length);
    *entries = rest;
    run
}

impl Joined {
    /// In the snapshots' orders.
    pub(super) fn sort(&mut self) {
        self.pairs.sort_unstable_by_key(|(before, _)| before.order());
        self.gone.sort_unstable_by_key(|place| place.order());
        self.new.sort_unstable_by_key(|place| place.order());
    }

    fn add(&mut self, other: Self) {
        self.pairs.extend(other.pairs);
        self.gone.extend(other.gone);
        self.new.extend(other.new);
        self.same += other.same;
    }

    fn partition(
        &mut self,
        (a, mut old): (&Indexed, &[Entry]),
        (b, mut new): (&Indexed, &[Entry]),
        bytes_compare: bool,
    ) -> Result<(), RollError> {
        while let Some(key) = least_key(old, new) {
            let (ours, theirs) = (take_run(&mut old, key), take_run(&mut new, key));
            match (ours, theirs) {
                ([before], [after]) => self.pair(before, after, bytes_compare),
                ([before], []) => self.gone.push(before.place),
                ([], [after]) => self.new.push(after.place),
                _ => self.tell_apart((a, ours), (b, theirs), bytes_compare)?,
            }
        }
        Ok(())
    }

    fn pair(&mut self, before: &Entry, after: &Entry, bytes_compare: bool) {
        if bytes_compare && before.same_content(after) {
            self.same += 1;
        } else {
            self.pairs.push((before.place, after.place));
        }
    }

    /// Several ids of one snapshot share a hash.
    fn tell_apart(
        &mut self,
        (a, ours): (&Indexed, &[Entry]),
        (b, theirs): (&Indexed, &[Entry]),
        bytes_compare: bool,
    ) -> Result<(), RollError> {
        let mut theirs = by_id(b, theirs)?;
        for (key, before) in by_id(a, ours)? {
            match theirs.remove(&key) {
                Some(after) => self.pair(&before, &after, bytes_compare),
                None => self.gone.push(before.place),
            }
        }
        self.new.extend(theirs.values().map(|entry| entry.place));
        Ok(())
    }
}

fn by_id(side: &Indexed, entries: &[Entry]) -> Result<BTreeMap<Vec<u8>, Entry>, RollError> {
    let mut by_id = BTreeMap::new();
    for some in entries.chunks(AT_ONCE) {
        let places: Vec<Place> = some.iter().map(|entry| entry.place).collect();
        let fetched = side.fetch(&places)?;
        for (at, entry) in some.iter().enumerate() {
            let layout = &side.parts[entry.place.part()].layout;
            by_id.insert(layout.key_of(fetched.get(at)).unwrap_or_default().into_owned(), *entry);
        }
    }
    Ok(by_id)
}
