//! Looks at two snapshots, at the same time, and joins them.

use std::sync::OnceLock;

use pollwarden_core::RollSettings;

use super::entry::Seeds;
use super::index::{Look, index};
use super::indexed::Indexed;
use super::join::Joined;
use super::record::Mapping;
use super::{Diff, HELD, alike, join, named};
use crate::{KeptSnapshot, RollError, Snapshot};

/// Compares two snapshots. `settings` may describe their layout; `progress` is told of bytes read.
///
/// # Errors
/// Where a part can't be read whole, or scratch space fails.
pub fn diff(
    a: &Snapshot,
    b: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Diff, RollError> {
    diff_and_named(a, b, settings, &[], progress)
}

/// Compares two snapshots, and notes where the newer one has the records of these voters.
pub(crate) fn diff_and_named(
    a: &Snapshot,
    b: &Snapshot,
    settings: &RollSettings,
    voters: &[&str],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Diff, RollError> {
    let seeds = seeds(a, b)?;
    // What is equal to a kept record has that one's marks.
    let marks = !a.kept.as_ref().is_some_and(KeptSnapshot::is_marked);
    let look = Look { settings, seeds, marks: false, progress };
    let (a, b) = std::thread::scope(|scope| {
        let a = scope.spawn(|| ready(a, &look));
        let b = ready(b, &Look { marks, ..look });
        (a.join(), b)
    });
    let a = a.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    finish((a, b?), seeds, voters, join::join)
}

/// Joins what was looked at.
pub(super) fn finish(
    (mut a, mut b): (Indexed, Indexed),
    seeds: Seeds,
    voters: &[&str],
    join: impl FnOnce(&Indexed, &Indexed, bool) -> Result<Joined, RollError>,
) -> Result<Diff, RollError> {
    let mapping = Mapping::between(&a.parts, &b.parts);
    let samples = [a.sample()?, b.sample()?];
    let joined = join(&a, &b, mapping.bytes_compare)?;
    let alike = alike::by_marks(&a, &b, &joined, seeds.key)?;
    let named = named::named(&b, voters, seeds)?;
    a.forget_entries();
    b.forget_entries();
    let held = (0..HELD).map(|_| OnceLock::new()).collect();
    Ok(Diff { a, b, seeds, joined, mapping, samples, alike, named, held })
}

/// A store's seeds, or new ones where both snapshots are read now.
pub(super) fn seeds(a: &Snapshot, b: &Snapshot) -> Result<Seeds, RollError> {
    match (a.kept.as_ref().map(|kept| kept.seeds()), b.kept.as_ref().map(|kept| kept.seeds())) {
        (Some(ours), Some(theirs)) if ours != theirs => Err(RollError::OtherStore),
        (Some(seeds), _) | (None, Some(seeds)) => Ok(seeds),
        (None, None) => Ok(Seeds::draw()),
    }
}

fn ready(snapshot: &Snapshot, look: &Look<'_>) -> Result<Indexed, RollError> {
    match &snapshot.kept {
        Some(kept) if !look.settings.bare_ids => kept.indexed(),
        Some(_) if snapshot.inputs.is_empty() => Err(RollError::KeptWithZeros { name: snapshot.shown() }),
        _ => index(snapshot, look),
    }
}

/// Looks at one snapshot, as [`diff`] does at two.
///
/// # Errors
/// As [`diff`].
pub(crate) fn look(
    snapshot: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Indexed, RollError> {
    let mut indexed = ready(snapshot, &Look { settings, seeds: Seeds::draw(), marks: false, progress })?;
    indexed.forget_entries();
    Ok(indexed)
}
