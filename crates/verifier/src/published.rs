//! A published log, whole: everything that follows from its entries is derived again and compared with what is published.

use std::collections::BTreeMap;

use pollwarden_ledger::{
    Checkpoint, CheckpointError, Entry, NoteError, Policy, Resources, SignedNote, TILE_WIDTH, Tile, Tiles,
    entries_path, leaf_hash, root, tree_root,
};

use crate::asked::Asked;
use crate::fault::{Fault, Unreadable};
use crate::report::{Report, Subject};
use crate::signers::{self, Signers};
use crate::visible::visible;
use crate::{time, witnessed, words};

const SUBJECT: Subject = Subject::Log;
/// A log changes its keys a few times in its life; more changes than these are not followed.
const MAX_CHANGES: usize = 1000;
/// Kinds of entries that are counted apart.
const KINDS: usize = 50;

/// What all entries of a log are.
#[derive(Default)]
struct Entries {
    kinds: BTreeMap<String, u64>,
    changes: Vec<(u64, String)>,
}

/// Judges a published log by all of its entries: its tree must follow from them, and its checkpoint from the tree.
///
/// # Errors
/// Where there is no checkpoint to be read.
pub fn verify_log(from: &dyn Resources, policy: &Policy, asked: &Asked) -> Result<Report, Unreadable> {
    let checkpoint = read_checkpoint(from)?;
    if policy.logs().is_empty() {
        return Ok(signers::no_key(SUBJECT, &checkpoint));
    }
    Ok(match derive(from, &checkpoint, policy) {
        Ok((signers, entries)) => tell(&signers, &entries, policy, asked),
        Err(fault) => Report::refused(SUBJECT, &fault),
    })
}

pub(crate) fn read_checkpoint(from: &dyn Resources) -> Result<String, Unreadable> {
    let bytes = from.read("checkpoint").map_err(Unreadable::Missing)?;
    // What is not UTF-8 will not be signed as it then stands.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn derive(from: &dyn Resources, checkpoint: &str, policy: &Policy) -> Result<(Signers, Entries), Fault> {
    // Changes of keys stand in the log, so that it is read before the last word on the signature; not for a stranger's.
    let size = match signers::check(checkpoint, std::iter::empty(), policy) {
        Ok(signers) => signers.checkpoint.checkpoint().size,
        Err(fault) => size_if_ours(checkpoint, policy).ok_or(fault)?,
    };
    let tiles = Tiles::new(from, size);
    let entries = Entries::read(&tiles)?;
    let signers =
        signers::check(checkpoint, entries.changes.iter().map(|(index, note)| (*index, note.as_str())), policy)?;
    check_tree(&tiles, signers.checkpoint.checkpoint())?;
    Ok((signers, entries))
}

/// The size that a checkpoint claims, where its log is one of which a key is known that did not sign.
fn size_if_ours(checkpoint: &str, policy: &Policy) -> Option<u64> {
    let note = SignedNote::parse(checkpoint.as_bytes()).ok()?;
    let claimed = Checkpoint::parse(note.unverified_text()).ok()?;
    let unsigned = match Checkpoint::verify(checkpoint.as_bytes(), policy) {
        Err(CheckpointError::NotByLog(_) | CheckpointError::Note(NoteError::Unknown(_))) => true,
        Err(_) | Ok(_) => false,
    };
    let ours = policy.logs().iter().any(|key| key.name() == claimed.origin);
    (unsigned && ours).then_some(claimed.size)
}

impl Entries {
    /// Reads all entries, each of which must have the hash that the tree has in its place.
    fn read(tiles: &Tiles<'_>) -> Result<Self, Fault> {
        let mut entries = Self::default();
        for at in 0..tiles.size().div_ceil(TILE_WIDTH) {
            let hashes = tiles.tile(0, at).map_err(Fault::Tile)?;
            for (place, bytes) in tiles.entries(at).map_err(Fault::Tile)?.iter().enumerate() {
                let index = at * TILE_WIDTH + place as u64;
                if hashes.get(place) != Some(&leaf_hash(bytes)) {
                    return Err(Fault::Leaf { index, file: entries_path(at, hashes.len() as u16) });
                }
                entries.add(index, bytes);
            }
        }
        Ok(entries)
    }

    fn add(&mut self, index: u64, bytes: &[u8]) {
        let kind = match Entry::parse(bytes) {
            Ok(Entry::Rotation(note)) if self.changes.len() < MAX_CHANGES => {
                self.changes.push((index, note));
                "key-rotation".to_owned()
            }
            Ok(entry) => entry.kind().to_owned(),
            Err(_) => "of another program".to_owned(),
        };
        let full = self.kinds.len() >= KINDS && !self.kinds.contains_key(&kind);
        *self.kinds.entry(if full { "of further kinds".into() } else { kind }).or_default() += 1;
    }

    fn told(&self) -> String {
        let kinds = self.kinds.iter().map(|(kind, n)| format!("{} {}", words::count(*n), visible(kind)));
        kinds.collect::<Vec<_>>().join(", ")
    }
}

/// Every hash above the leaves must be that of the full tile below it, and all together give the root.
pub(crate) fn check_tree(tiles: &Tiles<'_>, checkpoint: &Checkpoint) -> Result<(), Fault> {
    let levels = (1..).take_while(|level| Tile::of(*level, 0, tiles.size()).is_some());
    for level in levels {
        let mut all = (0..).map_while(|index| Tile::of(level, index, tiles.size()));
        all.try_for_each(|tile| check_tile(tiles, tile))?;
    }
    if tree_root(tiles).map_err(Fault::Tile)? == checkpoint.root { Ok(()) } else { Err(Fault::Root) }
}

fn check_tile(tiles: &Tiles<'_>, tile: Tile) -> Result<(), Fault> {
    let hashes = tiles.tile(tile.level, tile.index).map_err(Fault::Tile)?;
    for (place, hash) in hashes.iter().enumerate() {
        let below = tiles.tile(tile.level - 1, tile.index * TILE_WIDTH + place as u64).map_err(Fault::Tile)?;
        if root(&below) != *hash {
            return Err(Fault::Node { file: tile.to_string() });
        }
    }
    Ok(())
}

fn tell(signers: &Signers, entries: &Entries, policy: &Policy, asked: &Asked) -> Report {
    let size = words::count(signers.checkpoint.checkpoint().size);
    let log = signers.log();
    let mut report = Report::verified(
        SUBJECT,
        format!("The published log {log} is whole: its checkpoint follows from its entries."),
    );
    signers.tell(&mut report);
    report.proven.push(format!(
        "All {size} entries were read, and the tree derived from them again: it is the published one, tile by tile."
    ));
    if !entries.kinds.is_empty() {
        report.proven.push(format!("By kind the entries are: {}.", entries.told()));
    }
    witnessed::tell(&signers.checkpoint, policy, &mut report);
    report.not_proven.push("What the entries say: the log holds commitments, and evidence bundles open them.".into());
    report
        .not_proven
        .push("That the log was always the same: an older checkpoint that you kept shows whether it only grew.".into());
    if asked.file.is_some() {
        report.lacks(
            "Whether the file you hold is one of those entered is not shown here.",
            vec!["A log shows no digest of a file; a bundle for a court does.".into()],
        );
    }
    time::tell(&signers.checkpoint, asked.now, true, &mut report);
    report
}
