//! Where the newer snapshot has the records of named voters.

use super::cores;
use super::entry::{Place, Seeds, partition_of};
use super::indexed::Indexed;
use crate::RollError;
use crate::log::bare;

/// Places of records with the ids of these voters, and of any others whose ids have the same hashes; `None` where all records
/// must be read to know.
pub(super) fn named(snapshot: &Indexed, voters: &[&str], seeds: Seeds) -> Result<Option<Vec<Place>>, RollError> {
    if !snapshot.plain_ids || voters.iter().any(|id| id.contains(char::REPLACEMENT_CHARACTER)) {
        return Ok(None);
    }
    let mut keys = Vec::new();
    voters.iter().for_each(|id| spellings(id, &mut |id| keys.push(seeds.of_key(id))));
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

/// Zeros before a number that are looked for at most.
const ZEROS: usize = 16;

/// An id; a number with as many zeros before it as the extract may have: logs write fewer, or none.
fn spellings(id: &str, each: &mut dyn FnMut(&[u8])) {
    let number = bare(id);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return each(id.as_bytes());
    }
    let padded = "0".repeat(ZEROS) + number;
    (0..=ZEROS).for_each(|zeros| each(&padded.as_bytes()[ZEROS - zeros..]));
}

/// Whether an id has no blanks around it but those that are taken off before it is hashed, and no more zeros before it than are
/// looked for.
pub(super) fn is_plain(id: &[u8]) -> bool {
    const LINE_TABULATION: u8 = 0x0b;
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii() && *byte != LINE_TABULATION);
    plain(id.first()) && plain(id.last()) && id.iter().take_while(|byte| **byte == b'0').count() <= ZEROS
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
        assert!(is_plain(&[b'0'; ZEROS]) && !is_plain(&[b'0'; ZEROS + 1]));
    }

    #[test]
    fn a_number_is_looked_for_with_any_zeros_before_it() {
        let all = |id| {
            let mut all = Vec::new();
            spellings(id, &mut |id| all.push(String::from_utf8_lossy(id).into_owned()));
            all
        };
        assert_eq!(all("007")[..3], ["7", "07", "007"]);
        assert_eq!((all("AA007"), all("")), (vec!["AA007".to_owned()], vec![String::new()]));
        assert!(all("0012").contains(&format!("{}12", "0".repeat(ZEROS))));
    }
}
