//! A snapshot's records as the leaves of its tree.

use pollwarden_core::{Complaint, RollSettings};

use super::blind::OfficeSecret;
use super::difference::Leaf;
use super::read::{Read, read};
use super::trie::{BlindedKey, Commitment};
use crate::{RollError, Snapshot};

/// Records are dealt into this many parts by the first byte of their keys, so that sorting stays within the processor's
/// caches, and memory is given back part by part.
const PARTS: usize = 256;

/// A record with its place, until it is known that its id comes once. 56 bytes.
struct Placed {
    key: BlindedKey,
    commitment: Commitment,
    /// The part file in the upper 16 bits, the line below.
    place: u64,
}

/// The leaves of a snapshot in the order of their keys, and what was read. Of records with one id the first is taken, as
/// in the comparison of two snapshots; the others are rejected.
///
/// # Errors
/// Where a part can't be read whole.
pub(super) fn leaves(
    snapshot: &Snapshot,
    settings: &RollSettings,
    secret: &OfficeSecret,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<Leaf>, Read), RollError> {
    let mut dealt: Vec<Vec<Placed>> = std::iter::repeat_with(Vec::new).take(PARTS).collect();
    let mut canonical = Vec::new();
    let mut read = read(snapshot, settings, progress, &mut |row| {
        row.columns.write(row.layout, &row.voter_id, row.raw, &mut canonical);
        let key = secret.key(&row.voter_id);
        let place = (row.part as u64) << 48 | row.line;
        dealt[usize::from(key.0[0])].push(Placed { key, commitment: secret.commitment(&canonical), place });
    })?;
    let mut leaves: Vec<Leaf> = Vec::with_capacity(dealt.iter().map(Vec::len).sum());
    for mut part in dealt {
        part.sort_unstable_by_key(|placed| (placed.key, placed.place));
        let mut first: Option<&Placed> = None;
        for placed in &part {
            match first.filter(|first| first.key == placed.key) {
                Some(first) => twice(first.place, placed.place, &mut read),
                None => {
                    leaves.push(Leaf { key: placed.key, commitment: placed.commitment });
                    first = Some(placed);
                }
            }
        }
    }
    Ok((leaves, read))
}

fn twice(first: u64, again: u64, read: &mut Read) {
    let part = |place: u64| (place >> 48) as usize;
    let line = |place: u64| place & ((1 << 48) - 1);
    let found = format!("the id of {}, line {}, again", read.sources[part(first)].name, line(first));
    let source = &mut read.sources[part(again)];
    source.rows -= 1;
    let complaint = Complaint::about(&source.name, "every voter's id once", found)
        .line(line(again))
        .mend("Only the first record is committed to. Find out which one is right.");
    read.reject(part(again), complaint);
}
