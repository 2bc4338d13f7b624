//! Paper and records: which cast vote record is of which card of the manifest.
//!
//! Cards are numbered through the manifest from 0, in its order. A mismatch is a finding, never a refusal: the machine's
//! export and the paper are two witnesses.

use std::collections::{HashMap, HashSet};

pub(super) use super::batch_index::BatchIndex;
use crate::{BallotManifest, BatchKey, Card, Cvrs};

/// More cards than the largest state's election has (California 2020: 17.8 million ballots of up to five cards): a slip in a
/// manifest must not fill the memory, nor keep a draw busy for an hour.
pub const MOST_CARDS: u64 = 100_000_000;

/// The manifest's cards with their records.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// The number of each batch's first card, and of the card after the last.
    starts: Vec<u64>,
    /// For each card, its record's place counted from 1, or 0: so that cards without records take no memory.
    records: Vec<u32>,
    /// By batch.
    with_records: Vec<bool>,
    /// Places of records that are of no card.
    of_no_card: Vec<u32>,
    /// How many cards have a record.
    placed: u64,
    /// What doesn't fit.
    pub faults: Vec<PaperFault>,
}

/// Something that manifest and records don't agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperFault {
    /// Records of a batch that the manifest doesn't have.
    UnknownBatch {
        /// The batch as the records name it.
        batch: BatchKey,
        /// How many records.
        records: u64,
    },
    /// A batch has fewer records than cards.
    FewerRecords {
        /// The batch's place in the manifest.
        batch: usize,
        /// How many cards the manifest has.
        cards: u64,
        /// How many records there are.
        records: u64,
    },
    /// A batch has more records than cards.
    MoreRecords {
        /// The batch's place in the manifest.
        batch: usize,
        /// How many cards the manifest has.
        cards: u64,
        /// How many records there are.
        records: u64,
    },
    /// Two records are of one card.
    SameCard {
        /// The batch's place in the manifest.
        batch: usize,
        /// The position or record id that both have.
        record: String,
        /// How many records have it.
        records: u64,
    },
    /// The manifest names a batch twice.
    SameBatch {
        /// The later line's place in the manifest.
        batch: usize,
    },
}

/// A card's place: its batch in the manifest and its position in it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardPosition {
    /// The batch's place in the manifest.
    pub batch: usize,
    /// The position, from 1.
    pub position: u64,
}

impl Paper {
    /// Finds each card's record. A record's position in its batch is its record id, where all ids of the batch are
    /// different numbers from 1 to the number of cards; else the order of the records. A manifest of more than
    /// [`MOST_CARDS`] cards is taken for none.
    pub fn new(manifest: &BallotManifest, cvrs: &Cvrs) -> Self {
        let mut starts = Vec::with_capacity(manifest.batches.len() + 1);
        let mut all = 0u64;
        for batch in &manifest.batches {
            starts.push(all);
            all = all.saturating_add(batch.cards);
        }
        starts.push(all);
        if all > MOST_CARDS {
            return Self { of_no_card: (0u32..).take(cvrs.len()).collect(), ..Self::default() };
        }
        let records = if cvrs.is_empty() { Vec::new() } else { vec![0; usize::try_from(all).unwrap_or(0)] };
        let mut paper = Self { starts, records, ..Self::default() };
        let index = BatchIndex::new(manifest, &mut paper.faults);
        paper.place_records(manifest, cvrs, &index);
        paper
    }

    /// How many cards the manifest has.
    pub fn cards(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Where a card lies.
    pub fn position(&self, card: u64) -> Option<CardPosition> {
        if card >= self.cards() {
            return None;
        }
        let batch = self.starts.partition_point(|start| *start <= card) - 1;
        Some(CardPosition { batch, position: card - self.starts[batch] + 1 })
    }

    /// The card at a place; `None` where there is no such place.
    pub fn card(&self, at: CardPosition) -> Option<u64> {
        let (start, end) = (*self.starts.get(at.batch)?, *self.starts.get(at.batch + 1)?);
        let card = start.checked_add(at.position.checked_sub(1)?)?;
        (card < end).then_some(card)
    }

    /// The place of a card's record among the records; `None` where it has none.
    pub fn record(&self, card: u64) -> Option<usize> {
        let at = *self.records.get(usize::try_from(card).ok()?)?;
        (at as usize).checked_sub(1)
    }

    /// How many cards have a record.
    pub fn with_record(&self) -> u64 {
        self.placed
    }

    /// Places of the records that are of no card: of a batch that the manifest doesn't have, or one too many of their batch.
    pub fn of_no_card(&self) -> impl Iterator<Item = usize> + '_ {
        self.of_no_card.iter().map(|at| *at as usize)
    }

    /// How many batches the manifest has.
    pub fn batches(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many cards a batch has; 0 where there is no such batch.
    pub fn cards_of(&self, batch: usize) -> u64 {
        self.starts.get(batch..).and_then(|starts| Some(starts.get(1)? - starts.first()?)).unwrap_or(0)
    }

    /// Whether any card of a batch has a record.
    pub fn has_records(&self, batch: usize) -> bool {
        self.with_records.get(batch).copied().unwrap_or(false)
    }

    fn place_records(&mut self, manifest: &BallotManifest, cvrs: &Cvrs, index: &BatchIndex<'_>) {
        let batch_of: Vec<Option<usize>> = cvrs.batches().map(|key| index.find(key)).collect();
        let mut of_batch: Vec<Vec<u32>> = vec![Vec::new(); manifest.batches.len()];
        let mut unknown = vec![0u64; batch_of.len()];
        for (at, card) in cvrs.cards().enumerate() {
            match batch_of[card.batch_at()] {
                Some(batch) => of_batch[batch].push(at as u32),
                None => {
                    unknown[card.batch_at()] += 1;
                    self.of_no_card.push(at as u32);
                }
            }
        }
        for (key, records) in cvrs.batches().zip(unknown).filter(|(_, records)| *records > 0) {
            self.faults.push(PaperFault::UnknownBatch { batch: key.clone(), records });
        }
        self.with_records = of_batch.iter().map(|places| !places.is_empty()).collect();
        for (batch, places) in of_batch.iter().enumerate() {
            let expects = !cvrs.is_empty() && manifest.batches[batch].has_cvrs != Some(false);
            if expects || !places.is_empty() {
                self.place_batch(batch, manifest.batches[batch].cards, places, cvrs);
            }
        }
    }

    fn place_batch(&mut self, batch: usize, cards: u64, places: &[u32], cvrs: &Cvrs) {
        let records = places.len() as u64;
        match records.cmp(&cards) {
            std::cmp::Ordering::Less => self.faults.push(PaperFault::FewerRecords { batch, cards, records }),
            std::cmp::Ordering::Greater => self.faults.push(PaperFault::MoreRecords { batch, cards, records }),
            std::cmp::Ordering::Equal => {}
        }
        let start = self.starts[batch];
        let positions = positions(cards, places, cvrs).unwrap_or_else(|doubled| {
            self.faults.extend(doubled.into_iter().map(|(record, records)| PaperFault::SameCard {
                batch,
                record,
                records,
            }));
            (1..=records).collect()
        });
        for (at, position) in places.iter().zip(positions) {
            if position <= cards {
                self.records[(start + position - 1) as usize] = *at + 1;
                self.placed += 1;
            } else {
                self.of_no_card.push(*at);
            }
        }
    }
}

/// Positions from record ids, in the records' order; else, with `Err`, the ids that several records have (none where ids are
/// no positions).
fn positions(cards: u64, places: &[u32], cvrs: &Cvrs) -> Result<Vec<u64>, Vec<(String, u64)>> {
    match numbered(cards, places, cvrs) {
        Some(numbers) => Ok(numbers),
        None => Err(doubled(places, cvrs)),
    }
}

/// Record ids that are different numbers from 1 to the number of cards.
fn numbered(cards: u64, places: &[u32], cvrs: &Cvrs) -> Option<Vec<u64>> {
    let mut seen = vec![false; usize::try_from(cards).ok()?];
    let mut number = |at: &u32| {
        let number = cvrs.card(*at as usize)?.record_number()?;
        let seen = seen.get_mut(usize::try_from(number.checked_sub(1)?).ok()?)?;
        (!std::mem::replace(seen, true)).then_some(number)
    };
    places.iter().map(&mut number).collect()
}

/// Record ids that several records have, with how many. The cards of one ballot may share an id: they have no contest in common.
fn doubled(places: &[u32], cvrs: &Cvrs) -> Vec<(String, u64)> {
    let mut cards: HashMap<String, Vec<Card<'_>>> = HashMap::with_capacity(places.len());
    for card in places.iter().filter_map(|at| cvrs.card(*at as usize)) {
        cards.entry(card.record().into_owned()).or_default().push(card);
    }
    let same = |cards: &[Card<'_>]| {
        let mut contests = HashSet::new();
        let blank = cards.iter().filter(|card| card.contests().is_empty()).count();
        blank > 1 || cards.iter().flat_map(|card| card.contests()).any(|contest| !contests.insert(*contest))
    };
    let several = cards.into_iter().filter(|(id, cards)| cards.len() > 1 && !id.is_empty() && same(cards));
    let mut doubled: Vec<(String, u64)> = several.map(|(id, cards)| (id, cards.len() as u64)).collect();
    doubled.sort();
    doubled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CardPlace, CvrBuilder, ManifestBatch, Votes};

    fn manifest(batches: &[(&str, &str, u64)]) -> BallotManifest {
        let batch = |(tabulator, batch, cards): &(&str, &str, u64)| ManifestBatch {
            key: BatchKey {
                jurisdiction: String::new(),
                tabulator: (*tabulator).to_owned(),
                batch: (*batch).to_owned(),
            },
            cards: *cards,
            ..ManifestBatch::default()
        };
        BallotManifest { batches: batches.iter().map(batch).collect() }
    }

    fn cvrs(cards: &[(&str, &str, &str)]) -> Cvrs {
        let mut builder = CvrBuilder::default();
        for (tabulator, batch, record) in cards {
            let place = CardPlace { tabulator, batch, record, ..CardPlace::default() };
            builder.card(place, &mut Votes::default());
        }
        builder.finish()
    }

    #[test]
    fn records_find_their_cards_by_position() {
        let paper = Paper::new(
            &manifest(&[("1", "1", 2), ("1", "2", 0), ("2", "1", 1)]),
            &cvrs(&[("01", "1", "2"), ("2", "1", "1"), ("1", "1", "1")]),
        );
        assert_eq!(paper.faults, []);
        assert_eq!([0, 1, 2].map(|card| paper.record(card)), [Some(2), Some(0), Some(1)]);
        assert_eq!(paper.position(2), Some(CardPosition { batch: 2, position: 1 }));
        assert_eq!(paper.card(CardPosition { batch: 0, position: 2 }), Some(1));
        assert_eq!(paper.card(CardPosition { batch: 1, position: 1 }), None);
        assert_eq!(paper.position(3), None);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let manifest = manifest(&[("1", "1", 2), ("2", "1", 1)]);
        let paper = Paper::new(&manifest, &cvrs(&[("1", "1", "7"), ("1", "1", "7"), ("1", "9", "1")]));
        assert_eq!((paper.of_no_card().collect::<Vec<_>>(), paper.with_record()), (vec![2], 2));
        let unknown = BatchKey { tabulator: "1".into(), batch: "9".into(), ..BatchKey::default() };
        assert_eq!(
            paper.faults,
            [
                PaperFault::UnknownBatch { batch: unknown, records: 1 },
                PaperFault::SameCard { batch: 0, record: "7".into(), records: 2 },
                PaperFault::FewerRecords { batch: 1, cards: 1, records: 0 },
            ]
        );
    }
}
