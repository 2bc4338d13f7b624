//! Joins two indexed snapshots by key.

use std::collections::BTreeMap;

use pollwarden_core::Complaint;

use super::fetch::fetch;
use super::index::{Entry, Indexed, Place};
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

/// Joins partition by partition, and gives each partition's memory back. With `bytes_compare`, equal bytes are equal
/// records; else all pairs are to be compared.
pub(crate) fn join(a: &mut Indexed, b: &mut Indexed, bytes_compare: bool) -> Result<Joined, RollError> {
    let mut joined = Joined::default();
    for at in 0..a.partitions.len() {
        let (old, new) = (std::mem::take(&mut a.partitions[at]), std::mem::take(&mut b.partitions[at]));
        let (mut old, mut new) = (old.as_slice(), new.as_slice());
        while let Some(key) = least_key(old, new) {
            let (ours, theirs) = (take_run(&mut old, key), take_run(&mut new, key));
            match (ours, theirs) {
                ([before], [after]) => joined.pair(before, after, bytes_compare),
                ([before], []) => joined.gone.push(before.place),
                ([], [after]) => joined.new.push(after.place),
                _ => joined.tell_apart(a, ours, b, theirs, bytes_compare)?,
            }
        }
    }
    joined.pairs.sort_unstable();
    joined.gone.sort_unstable();
    joined.new.sort_unstable();
    Ok(joined)
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
    fn pair(&mut self, before: &Entry, after: &Entry, bytes_compare: bool) {
        if bytes_compare && before.same_content(after) {
            self.same += 1;
        } else {
            self.pairs.push((before.place, after.place));
        }
    }

    /// Several records of one snapshot share a key's hash: the same id twice, or two ids with one hash.
    fn tell_apart(
        &mut self,
        a: &mut Indexed,
        ours: &[Entry],
        b: &mut Indexed,
        theirs: &[Entry],
        bytes_compare: bool,
    ) -> Result<(), RollError> {
        let mut theirs = first_of_each(b, theirs)?;
        for (key, before) in first_of_each(a, ours)? {
            match theirs.remove(&key) {
                Some(after) => self.pair(&before, &after, bytes_compare),
                None => self.gone.push(before.place),
            }
        }
        self.new.extend(theirs.values().map(|entry| entry.place));
        Ok(())
    }
}

/// The first record of each id; further ones are rejected.
fn first_of_each(side: &mut Indexed, entries: &[Entry]) -> Result<BTreeMap<Vec<u8>, Entry>, RollError> {
    let mut first: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
    for some in entries.chunks(AT_ONCE) {
        let places: Vec<Place> = some.iter().map(|e| e.place).collect();
        let fetched = fetch(&side.parts, &places)?;
        for (at, entry) in some.iter().enumerate() {
            let layout = &side.parts[entry.place.part()].layout;
            let key = layout.key_of(fetched.get(at));
            let key = key.unwrap_or_default().into_owned();
            match first.get(&key) {
                Some(kept) => twice(side, kept.place, entry.place),
                None => drop(first.insert(key, *entry)),
            }
        }
    }
    Ok(first)
}

fn twice(side: &mut Indexed, kept: Place, again: Place) {
    let (first, part) = (&side.parts[kept.part()], &side.parts[again.part()]);
    let found = format!("the id of {}, line {}, again", first.name, kept.line());
    let complaint = Complaint::about(&part.name, "every voter's id once", found)
        .line(again.line())
        .column(&part.layout.columns[part.layout.key].name)
        .mend("Only the first record was compared. Find out which one is right.");
    if let Some(source) = side.sources.iter_mut().find(|source| source.name == part.name) {
        source.rows -= 1;
        source.rejected += 1;
    }
    side.rows -= 1;
    side.reject(complaint);
}
