//! A block: the lengths of its records, then their bytes.

use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::diff::Seeds;

/// The hash of a block, from the hashes of its records.
pub(super) fn hash_of(contents: impl Iterator<Item = [u64; 2]>, seeds: Seeds) -> [u64; 2] {
    let bytes: Vec<u8> = contents.flatten().flat_map(u64::to_le_bytes).collect();
    hash(&bytes, seeds)
}

/// The hash under which bytes of the store stand.
pub(super) fn hash(bytes: &[u8], seeds: Seeds) -> [u64; 2] {
    let hash = xxh3_128_with_seed(bytes, seeds.content);
    [(hash >> 64) as u64, hash as u64]
}

/// Records as a block.
pub(super) fn write<'a>(records: impl Iterator<Item = &'a [u8]> + Clone, block: &mut Vec<u8>) {
    block.clear();
    for record in records.clone() {
        block.extend_from_slice(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    records.for_each(|record| block.extend_from_slice(record));
}

/// The records of a block; `None` where it is no block of as many.
pub(super) fn read(block: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let (lengths, mut bytes) = block.split_at_checked(count.checked_mul(4)?)?;
    let mut records = Vec::with_capacity(count);
    for length in lengths.as_chunks::<4>().0 {
        let (record, rest) = bytes.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        records.push(record);
        bytes = rest;
    }
    bytes.is_empty().then_some(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_gives_back_its_records() {
        let records = [&b"one"[..], b"", b"three"];
        let mut block = Vec::new();
        write(records.into_iter(), &mut block);
        assert_eq!(read(&block, 3).as_deref(), Some(&records[..]));
        for (cut, count) in [(block.len() - 1, 3), (block.len(), 2), (3, 3), (block.len(), usize::MAX)] {
            assert_eq!(read(&block[..cut], count), None);
        }
    }
}
