//! Where the newer snapshot has the records of named voters.

use super::cores;
use super::entry::{Place, Seeds, partition_of};
use super::indexed::Indexed;
use crate::RollError;

/// Places of records with the ids of these voters, and of any others whose ids have the same hashes; `None` where all records
/// must be read to know.
pub(super) fn named(snapshot: &Indexed, voters: &[&str], seeds: Seeds) -> Result<Option<Vec<Place>>, RollError> {
    if !snapshot.plain_ids || voters.iter().any(|id| id.contains(char::REPLACEMENT_CHARACTER)) {
        return Ok(None);
    }
    let mut keys: Vec<u64> = voters.iter().map(|id| seeds.of_key(id.as_bytes())).collect();
    keys.sort_unstable();
    keys.dedup();
    let shares = cores::partitions(|partitions| {
        let mut places = Vec::new();
        let [begin, end] =
            [partitions.start, partitions.end].map(|at| keys.partition_point(|key| partition_of(*key) < at));
        let mine = &keys[begin..end];
        for wanted in mine.chunk_by(|a, b| partition_of(*a) == partition_of(*b)) {
            let entries = snapshot.partition(partition_of(wanted[0]))?;
            for key in wanted {
                let from = entries.partition_point(|entry| entry.key < *key);
                places.extend(entries[from..].iter().take_while(|entry| entry.key == *key).map(|entry| entry.place));
            }
        }
        Ok(places)
    })?;
    Ok(Some(shares.concat()))
}

/// Whether an id has no blanks around it but those that are taken off before it is hashed.
pub(super) fn is_plain(id: &[u8]) -> bool {
    const LINE_TABULATION: u8 = 0x0b;
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii() && *byte != LINE_TABULATION);
    plain(id.first()) && plain(id.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_other_blanks_around_it_is_told() {
        for id in ["1", "A 1", "A\u{e9}1", ""] {
            assert!(is_plain(id.as_bytes()), "{id:?}");
        }
        for id in ["1\u{a0}", "\u{2003}1", "1\u{b}", "\u{e9}1"] {
            assert!(!is_plain(id.as_bytes()), "{id:?}");
        }
    }
}
