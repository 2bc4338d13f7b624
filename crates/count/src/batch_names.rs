//! Batches that manifest and records name a little differently: "Tabulator 1" and "1".

use std::collections::{HashMap, HashSet};

use crate::alike::alike;
use crate::audit::{Paper, PaperFault};
use crate::{BallotManifest, BatchKey, Cvrs};

/// Words that people write before the name of a machine or batch.
const WORDS: [&str; 6] = ["tabulator", "scanner", "machine", "batch", "box", "no."];

/// Where no batch of the records is in the manifest by its name, and each is by a name written alike: names the records' batches as
/// the manifest does, and says so.
///
/// Two names of one side are never taken for one, so that no batch gets another machine's records.
pub(crate) fn write_alike(manifest: &BallotManifest, cvrs: &mut Cvrs) -> Option<String> {
    let find = manifest.finder();
    if cvrs.is_empty() || cvrs.batches().any(|key| find(key).is_some()) {
        return None;
    }
    let listed: Vec<&BatchKey> = manifest.batches.iter().map(|batch| &batch.key).collect();
    let recorded: Vec<&BatchKey> = cvrs.batches().collect();
    let tabulators = same(&listed, &recorded, |key| &key.tabulator)?;
    let batches = same(&listed, &recorded, |key| &key.batch)?;
    let renamed = recorded.iter().map(|key| {
        let name = |names: &HashMap<&str, &str>, name: &str| names.get(name).map_or(name, |n| *n).to_owned();
        BatchKey {
            jurisdiction: key.jurisdiction.clone(),
            tabulator: name(&tabulators, &key.tabulator),
            batch: name(&batches, &key.batch),
        }
    });
    let renamed: Vec<BatchKey> = renamed.collect();
    let mut places = HashSet::new();
    if !renamed.iter().all(|key| find(key).is_some_and(|at| places.insert(at))) {
        return None;
    }
    let words = format!(
        "The manifest says “{}”, the records “{}”: names of batches that differ only in how they are written were taken for the \
         same.",
        renamed.first()?,
        recorded.first()?
    );
    cvrs.name_batches(renamed);
    Some(words)
}

/// The manifest's name for each of the records'; `None` where one has none, or where it isn't clear which.
fn same<'a>(
    listed: &[&'a BatchKey],
    recorded: &[&'a BatchKey],
    of: impl Fn(&'a BatchKey) -> &'a str,
) -> Option<HashMap<&'a str, &'a str>> {
    let names = |keys: &[&'a BatchKey]| -> HashSet<&'a str> {
        keys.iter().map(|key| of(key)).filter(|name| !name.is_empty()).collect()
    };
    let (listed, recorded) = (names(listed), names(recorded));
    // Where one side names none, there is nothing to hold against each other.
    if listed.is_empty() || recorded.is_empty() {
        return Some(HashMap::new());
    }
    let (listed, recorded) = (by_rest(&listed)?, by_rest(&recorded)?);
    let pair = |(rest, (word, name)): (String, (String, &'a str))| {
        let (its_word, its_name) = listed.get(&rest)?;
        // "Scanner 1" is not "Tabulator 1".
        (word.is_empty() || its_word.is_empty() || word == *its_word).then_some((name, *its_name))
    };
    recorded.into_iter().map(pair).collect()
}

/// Names by what stands behind the leading word, with that word; `None` where two names differ in less.
fn by_rest<'a>(names: &HashSet<&'a str>) -> Option<HashMap<String, (String, &'a str)>> {
    let mut by = HashMap::with_capacity(names.len());
    for name in names {
        let (word, rest) = parted(name);
        if by.insert(rest, (word, *name)).is_some() {
            return None;
        }
    }
    Some(by)
}

/// The leading word, and the rest without zeros before a number.
fn parted(name: &str) -> (String, String) {
    let name = alike(name);
    let word = WORDS.iter().find_map(|word| {
        let rest = name.strip_prefix(word)?;
        let bare = rest.trim_start_matches([' ', '-', '_', '#', ':']);
        // "Boxford" has no leading word.
        let is_apart = bare.len() < rest.len() || bare.starts_with(|c: char| c.is_ascii_digit());
        (is_apart && !bare.is_empty()).then_some((*word, bare))
    });
    let (word, rest) = word.unwrap_or(("", &name));
    let digits = rest.bytes().all(|b| b.is_ascii_digit());
    let bare = if digits { rest.trim_start_matches('0') } else { rest };
    (word.to_owned(), if bare.is_empty() { rest.to_owned() } else { bare.to_owned() })
}

/// A batch of the manifest and one of the records, of as many cards, where no name is in both and all numbers of cards are: the
/// names differ, not the paper.
pub(crate) fn differ<'a>(
    manifest: &'a BallotManifest,
    paper: &Paper,
    faults: &'a [PaperFault],
) -> Option<(&'a BatchKey, &'a BatchKey)> {
    let mut unknown = Vec::new();
    for fault in faults {
        match fault {
            PaperFault::UnknownBatch { batch, records } => unknown.push((*records, batch)),
            PaperFault::FewerRecords { records: 0, .. } => {}
            _ => return None,
        }
    }
    let listed = manifest.batches.iter().filter(|batch| batch.has_cvrs != Some(false) && batch.cards > 0);
    let mut listed: Vec<(u64, &BatchKey)> = listed.map(|batch| (batch.cards, &batch.key)).collect();
    let first = (listed.first()?.1, unknown.first()?.1);
    listed.sort_by_key(|(cards, _)| *cards);
    unknown.sort_by_key(|(records, _)| *records);
    let same = listed.iter().map(|(cards, _)| cards).eq(unknown.iter().map(|(records, _)| records));
    (paper.with_record() == 0 && same).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CardPlace, CvrBuilder, ManifestBatch, Votes};

    fn named(listed: &[(&str, &str)], recorded: &[(&str, &str)]) -> Option<Vec<usize>> {
        let key = |(tabulator, batch): &(&str, &str)| BatchKey {
            tabulator: (*tabulator).to_owned(),
            batch: (*batch).to_owned(),
            ..BatchKey::default()
        };
        let batch = |name| ManifestBatch { key: key(name), cards: 1, ..ManifestBatch::default() };
        let manifest = BallotManifest { batches: listed.iter().map(batch).collect() };
        let mut builder = CvrBuilder::default();
        for (tabulator, batch) in recorded {
            builder.card(CardPlace { tabulator, batch, record: "1", ..CardPlace::default() }, &mut Votes::default());
        }
        let mut cvrs = builder.finish();
        write_alike(&manifest, &mut cvrs)?;
        cvrs.batches().map(|key| manifest.find(key)).collect()
    }

    #[test]
    fn batches_are_found_by_names_written_alike() {
        let plain = [("1", "1"), ("1", "2")];
        assert_eq!(named(&[("Tabulator 1", "1"), ("Tabulator 1", "2")], &plain), Some(vec![0, 1]));
        assert_eq!(named(&plain, &[("Tabulator 01", "2"), ("Tabulator 01", "1")]), Some(vec![1, 0]));
        assert_eq!(named(&[("1", "Batch 2"), ("1", "Batch 1")], &plain), Some(vec![1, 0]));
        assert_eq!(named(&[("icc-A", "1")], &[("ICC-A", "1")]), Some(vec![0]));
    }

    #[test]
    fn another_machine_is_never_taken_for_the_same() {
        assert_eq!(named(&[("Tabulator 1", "1")], &[("2", "1")]), None);
        assert_eq!(named(&[("Scanner 1", "1")], &[("Tabulator 1", "1")]), None);
        assert_eq!(named(&[("Scanner 1", "1"), ("Tabulator 1", "2")], &[("1", "1"), ("1", "2")]), None);
        assert_eq!(named(&[("Tabulator 1", "1")], &[("1", "1"), ("01", "2")]), None);
        assert_eq!(named(&[("Tabulator 1", "1"), ("2", "1")], &[("1", "1"), ("2", "1")]), None, "one fits as it is");
    }
}
