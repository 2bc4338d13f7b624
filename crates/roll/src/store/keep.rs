//! Keeps a snapshot: hashes of all records, and those blocks that the store has not yet.
//!
//! The extract is read twice: to hash its records, and to mark them and write the blocks that are new. In memory are 40 bytes a record,
//! and the groups of records that are being compressed.

use std::collections::BTreeSet;

use pollwarden_core::RollSettings;

use super::head::Head;
use super::kept::Kept;
use super::list::{self, BITS, Row};
use super::marking::Marking;
use super::{KeptSnapshot, Store, block, clean, compress, known};
use crate::diff::{Indexed, Look, PARTITION_BITS, PARTITIONS, index};
use crate::linkage::FORMS;
use crate::{RollError, Snapshot};

/// About how many records a block has. Small, so that few changes leave most blocks as they are.
const BLOCK_RECORDS: u64 = 16;

/// A snapshot as it is kept.
#[derive(Debug)]
pub struct Keeping {
    /// The snapshot, as the store has it.
    pub snapshot: Snapshot,
    /// Whether the store had it already.
    pub already: bool,
    /// Blocks written now.
    pub written: u64,
    /// Blocks that another kept snapshot has too.
    pub shared: u64,
    /// Bytes of blocks written now, compressed.
    pub bytes: u64,
}

impl Keeping {
    fn already(snapshot: Snapshot) -> Self {
        Self { snapshot, already: true, written: 0, shared: 0, bytes: 0 }
    }
}

pub(super) fn keep(
    store: &Store,
    snapshot: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Keeping, RollError> {
    if snapshot.kept.is_some() {
        return Ok(Keeping::already(snapshot.clone()));
    }
    let (others, _) = store.snapshots()?;
    if let Some(known) = known::find(&others, snapshot, settings)? {
        return Ok(Keeping::already(known));
    }
    let indexed = index(snapshot, &Look { settings, seeds: store.seeds, marks: false, progress })?;
    let mut head = head_of(snapshot, &indexed);
    let id = format!("{}-{}", head.date.map_or("undated".into(), |date| date.to_string()), head.digest().short());
    if let Some(known) = others.iter().find(|other| other.kept.as_ref().is_some_and(|kept| kept.id == id)) {
        return Ok(Keeping::already(known.clone()));
    }
    clean::clean(store)?;
    let latest = others.iter().rev().find_map(|other| other.kept.as_ref());
    head.bits = bits(head.rows, latest);
    let mut table = hashes(&indexed, head.bits, store)?;
    let shared = share(&mut table, latest.filter(|latest| latest.head.bits == head.bits), store)?;
    let mut marking = Marking::begin(&indexed, store)?;
    let written = compress::blocks(store, &indexed, &mut table, &mut marking)?;
    let placed = table.iter().chain(&written.sample).chain(&written.repeats).filter(|row| row.count > 0);
    head.packs = placed.map(|row| row.pack).collect::<BTreeSet<_>>().into_iter().collect();
    head.sample = written.sample.len() as u32;
    head.list = write_list(store, &indexed, [&table, &written.sample, &written.repeats], &id)?;
    head.marks = Some((FORMS, marking.finish(&indexed, store, (&id, head.bits))?));
    head.write(&store.heads(), &id)?;
    let snapshot = store.snapshot(id, head);
    Ok(Keeping { snapshot, already: false, written: written.blocks, shared, bytes: written.bytes })
}

fn head_of(snapshot: &Snapshot, indexed: &Indexed) -> Head {
    Head {
        name: snapshot.name.clone(),
        date: snapshot.date,
        rows: indexed.rows,
        rejected: indexed.rejected,
        parts: indexed.parts.clone(),
        sources: indexed.sources.clone(),
        complaints: indexed.complaints.clone(),
        packs: Vec::new(),
        bits: *BITS.start(),
        sample: 0,
        plain_ids: indexed.plain_ids,
        repeats: indexed.repeats().iter().map(|place| (place.part() as u16, place.line() as u32)).collect(),
        list: [0; 2],
        marks: None,
    }
}

/// As many blocks as the latest snapshot has, so that blocks can be shared, unless the roll has grown or shrunk much.
fn bits(rows: u64, latest: Option<&KeptSnapshot>) -> u32 {
    let fits = |bits: u32| (rows >> bits) < 2 * BLOCK_RECORDS && (rows >> bits) >= BLOCK_RECORDS / 2;
    let fitting = (rows / BLOCK_RECORDS).max(1).next_power_of_two().ilog2();
    latest.map(|kept| kept.head.bits).filter(|bits| fits(*bits)).unwrap_or(fitting).clamp(*BITS.start(), *BITS.end())
}

/// A row for each block, with its hash and no place yet.
fn hashes(indexed: &Indexed, bits: u32, store: &Store) -> Result<Vec<Row>, RollError> {
    let mut table = vec![Row::default(); 1 << bits];
    for at in 0..PARTITIONS {
        let entries = indexed.partition(at)?;
        for block in entries.chunk_by(|a, b| a.key >> (64 - bits) == b.key >> (64 - bits)) {
            let row = &mut table[(block[0].key >> (64 - bits)) as usize];
            row.count = block.len() as u32;
            row.hash = block::hash_of(block.iter().map(|entry| entry.content), store.seeds);
        }
    }
    debug_assert!(bits >= PARTITION_BITS, "a block lies in one partition");
    Ok(table)
}

/// Gives each block its place where the latest snapshot has the same one, and says of how many.
fn share(table: &mut [Row], latest: Option<&KeptSnapshot>, store: &Store) -> Result<u64, RollError> {
    let Some(latest) = latest else { return Ok(0) };
    let Ok(kept) = Kept::open(store, &latest.id, &latest.head) else {
        // What is damaged can't be built upon: the blocks are written again.
        return Ok(0);
    };
    let mut shared = 0;
    for (row, known) in table.iter_mut().zip(&kept.list.table).filter(|(row, known)| row.count > 0 && row.same(known)) {
        *row = *known;
        shared += 1;
    }
    Ok(shared)
}

fn write_list(store: &Store, indexed: &Indexed, rows: [&[Row]; 3], id: &str) -> Result<[u64; 2], RollError> {
    let mut list = list::Writing::begin(&store.heads(), store.seeds)?;
    (0..PARTITIONS).try_for_each(|at| list.section(&indexed.partition(at)?))?;
    list.finish(rows, &store.heads().join(format!("{id}.list")))
}
