//! Records on their way from an extract's order into that of blocks: dealt into groups in scratch space, so that one group
//! at a time fits into memory.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use crate::RollError;
use crate::diff::{PARTITION_BITS, PARTITIONS};

/// About how many bytes of records a group should hold.
const GROUP: u64 = 48 << 20;
/// How much of a group is gathered before it is written.
const BUFFER: usize = 256 << 10;
/// Key's hash, order in the extract, length.
const HEAD: usize = 20;

/// Records in scratch space.
pub(super) struct Spill {
    file: File,
    end: u64,
    groups: Vec<Group>,
    /// How many partitions a group has, as a power of two.
    shift: u32,
}

#[derive(Default)]
struct Group {
    buffer: Vec<u8>,
    /// What was written of it: offset and length.
    extents: Vec<(u64, usize)>,
}

/// A record in its group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spilled<'a> {
    pub(super) key: u64,
    pub(super) order: u64,
    pub(super) record: &'a [u8],
}

impl Spill {
    /// Scratch space for about as many bytes.
    pub(super) fn new(bytes: u64) -> Result<Self, RollError> {
        let groups = (bytes / GROUP).next_power_of_two().clamp(1, PARTITIONS as u64);
        let file = tempfile::tempfile().map_err(RollError::io("scratch space"))?;
        let all = (0..groups).map(|_| Group::default()).collect();
        Ok(Self { file, end: 0, groups: all, shift: PARTITION_BITS - groups.ilog2() })
    }

    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// The partitions of a group.
    pub(super) fn partitions(&self, group: usize) -> std::ops::Range<usize> {
        group << self.shift..(group + 1) << self.shift
    }

    pub(super) fn put(&mut self, partition: usize, spilled: Spilled<'_>) -> Result<(), RollError> {
        let group = &mut self.groups[partition >> self.shift];
        group.buffer.extend_from_slice(&spilled.key.to_le_bytes());
        group.buffer.extend_from_slice(&spilled.order.to_le_bytes());
        group.buffer.extend_from_slice(&(spilled.record.len() as u32).to_le_bytes());
        group.buffer.extend_from_slice(spilled.record);
        if group.buffer.len() < BUFFER {
            return Ok(());
        }
        self.file.write_all_at(&group.buffer, self.end).map_err(RollError::io("scratch space"))?;
        group.extents.push((self.end, group.buffer.len()));
        self.end += group.buffer.len() as u64;
        group.buffer.clear();
        Ok(())
    }

    /// A group's bytes, as [`sorted`] takes them.
    pub(super) fn group(&self, group: usize) -> Result<Vec<u8>, RollError> {
        let group = &self.groups[group];
        let written: usize = group.extents.iter().map(|(_, length)| length).sum();
        let mut bytes = vec![0; written];
        let mut rest = bytes.as_mut_slice();
        for (offset, length) in &group.extents {
            let (extent, further) = rest.split_at_mut(*length);
            self.file.read_exact_at(extent, *offset).map_err(RollError::io("scratch space"))?;
            rest = further;
        }
        bytes.extend_from_slice(&group.buffer);
        Ok(bytes)
    }
}

/// The records of a group, by key and then in the extract's order.
pub(super) fn sorted(bytes: &[u8]) -> Vec<Spilled<'_>> {
    let (mut all, mut rest) = (Vec::new(), bytes);
    while let Some((head, after)) = rest.split_at_checked(HEAD) {
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let length = u32::from_le_bytes(head[16..].try_into().expect("four bytes")) as usize;
        let (record, after) = after.split_at(length.min(after.len()));
        all.push(Spilled { key: number(0), order: number(8), record });
        rest = after;
    }
    all.sort_unstable_by_key(|spilled| (spilled.key, spilled.order));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_gives_back_its_records_in_order() {
        let mut spill = Spill::new(2 * GROUP).expect("scratch space");
        assert_eq!((spill.groups(), spill.partitions(1)), (2, PARTITIONS / 2..PARTITIONS));
        let long = vec![b'x'; BUFFER];
        for (key, order, record) in [(9, 2, b"b".as_slice()), (9, 1, b"a"), (3, 7, &long), (4, 8, b"")] {
            spill.put(PARTITIONS - 1, Spilled { key, order, record }).expect("scratch space");
        }
        let bytes = spill.group(1).expect("scratch space");
        let found: Vec<_> = sorted(&bytes).iter().map(|s| (s.key, s.order, s.record)).collect();
        assert_eq!(found, [(3, 7, long.as_slice()), (4, 8, b""), (9, 1, b"a"), (9, 2, b"b")]);
        assert!(spill.group(0).expect("scratch space").is_empty());
    }
}
