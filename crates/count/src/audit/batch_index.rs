//! The manifest's batches by name, as other files name them.

use std::collections::HashMap;

use super::PaperFault;
use crate::{BallotManifest, BatchKey};

/// Batches of the manifest by name. Files name them in more or less detail: a batch is found by all its names, or by fewer
/// where these are still those of one batch. A batch of another jurisdiction, or of
/// another tabulator, is never meant: where both sides name one, the names have to be the same, as Arlo demands it too.
pub(super) struct BatchIndex<'a> {
    by: [HashMap<[&'a str; 3], Option<usize>>; 4],
    /// Jurisdiction and tabulator of each batch.
    of: Vec<[&'a str; 2]>,
}

impl<'a> BatchIndex<'a> {
    pub(super) fn new(manifest: &'a BallotManifest, faults: &mut Vec<PaperFault>) -> Self {
        let mut by: [HashMap<[&str; 3], Option<usize>>; 4] = Default::default();
        for (at, batch) in manifest.batches.iter().enumerate() {
            for (depth, map) in by.iter_mut().enumerate() {
                let known = map.insert(names(&batch.key, depth), Some(at));
                if known.is_some() {
                    map.insert(names(&batch.key, depth), None);
                    if depth == 0 {
                        faults.push(PaperFault::SameBatch { batch: at });
                    }
                }
            }
        }
        Self { by, of: manifest.batches.iter().map(|batch| within(&batch.key)).collect() }
    }

    pub(super) fn find(&self, key: &BatchKey) -> Option<usize> {
        let wanted = within(key);
        let may_be = |at: &usize| {
            let mut pairs = self.of[*at].into_iter().zip(wanted);
            pairs.all(|(its, wanted)| its.is_empty() || wanted.is_empty() || its == wanted)
        };
        let mut each = self.by.iter().enumerate();
        each.find_map(|(depth, map)| map.get(&names(key, depth)).copied().flatten().filter(may_be))
    }
}

/// All names of a batch; without the jurisdiction; without the tabulator; the batch's alone. Zeros before a number don't tell batches
/// apart.
fn names(key: &BatchKey, depth: usize) -> [&str; 3] {
    let [jurisdiction, tabulator, batch] =
        [&key.jurisdiction, &key.tabulator, &key.batch].map(|name| bare(name.as_str()));
    match depth {
        0 => [jurisdiction, tabulator, batch],
        1 => ["", tabulator, batch],
        2 => [jurisdiction, "", batch],
        _ => ["", "", batch],
    }
}

/// What a batch lies in.
fn within(key: &BatchKey) -> [&str; 2] {
    [bare(&key.jurisdiction), bare(&key.tabulator)]
}

fn bare(name: &str) -> &str {
    let name = name.trim();
    if name.bytes().all(|b| b.is_ascii_digit()) && name.len() > 1 {
        let cut = name.trim_start_matches('0');
        return if cut.is_empty() { "0" } else { cut };
    }
    name
}

impl BallotManifest {
    /// The place of the batch of that name; in less detail where that is still one batch.
    pub fn find(&self, key: &BatchKey) -> Option<usize> {
        BatchIndex::new(self, &mut Vec::new()).find(key)
    }

    /// A way to find many batches.
    pub fn finder(&self) -> impl Fn(&BatchKey) -> Option<usize> {
        let index = BatchIndex::new(self, &mut Vec::new());
        move |key| index.find(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManifestBatch;

    fn key(jurisdiction: &str, tabulator: &str, batch: &str) -> BatchKey {
        BatchKey { jurisdiction: jurisdiction.to_owned(), tabulator: tabulator.to_owned(), batch: batch.to_owned() }
    }

    #[test]
    fn a_batch_of_another_tabulator_is_another_batch() {
        let batch = |key| ManifestBatch { key, cards: 2, ..ManifestBatch::default() };
        let manifest = BallotManifest { batches: vec![batch(key("Elm", "01", "B5")), batch(key("Elm", "", "B6"))] };
        let found = |tabulator, batch| manifest.find(&key("Elm", tabulator, batch));
        assert_eq!([found("1", "B5"), found("", "B5"), found("9", "B5")], [Some(0), Some(0), None]);
        assert_eq!(found("9", "B6"), Some(1), "the manifest names no tabulator");
        assert_eq!(manifest.find(&key("", "9", "B5")), None);
    }
}
