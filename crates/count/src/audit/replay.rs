//! The audit of the audit: from seed, manifest, records and the board's rows alone, which cards should have been looked at, and which
//! were.

use std::collections::{BTreeMap, HashMap};

use super::disputed::{Dispute, disputed};
use super::{Audited, BoardRecords, CardPosition, Paper};
use crate::{BallotManifest, Cvrs};

/// What became of the drawn cards, and of the board's rows.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// For each drawn card, in order of the cards: the board's row for it, if there is one. A card that was drawn twice is
    /// here once.
    pub drawn: BTreeMap<u64, Fate>,
    /// Rows of cards that were not drawn.
    pub extra: Vec<usize>,
    /// Rows that name no card of the manifest, with the reason.
    pub unmappable: Vec<(usize, String)>,
    /// Further rows of a card that has one, each with the first.
    pub twice: Vec<(usize, usize)>,
    /// The first row of each card that has one, drawn or not.
    pub rows: BTreeMap<u64, usize>,
    /// Cards with a row that can't be believed, drawn or not: they count as if nobody had found them.
    pub disputed: BTreeMap<u64, Dispute>,
}

/// What became of a drawn card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A board looked at it: the row's place.
    Audited(usize),
    /// The board says that it was not there: the row's place.
    NotFound(usize),
    /// No row speaks of it.
    NotAudited,
}

impl Replay {
    /// Holds the board's rows against the draw. `drawn` are cards by number, repetitions allowed.
    pub fn new(
        drawn: impl Iterator<Item = u64>,
        board: &BoardRecords,
        manifest: &BallotManifest,
        paper: &Paper,
        cvrs: &Cvrs,
    ) -> Self {
        let mut replay = Self { drawn: drawn.map(|card| (card, Fate::NotAudited)).collect(), ..Self::default() };
        let places = Places::new(board, manifest, paper, cvrs);
        for (row, audited) in board.cards.iter().enumerate() {
            match places.card(audited) {
                Ok(card) => match replay.rows.get(&card) {
                    Some(first) => replay.twice.push((row, *first)),
                    None => {
                        replay.rows.insert(card, row);
                        replay.note(card, row, audited);
                    }
                },
                Err(why) => replay.unmappable.push((row, why)),
            }
        }
        replay.disputed = disputed(&replay, board, paper, cvrs);
        replay
    }

    /// The row for a card, if a board looked at it and the row can be believed.
    pub fn audited(&self, card: u64) -> Option<usize> {
        if self.disputed.contains_key(&card) {
            return None;
        }
        match self.drawn.get(&card)? {
            Fate::Audited(row) => Some(*row),
            _ => None,
        }
    }

    /// Drawn cards of which no row speaks.
    pub fn not_audited(&self) -> impl Iterator<Item = u64> + '_ {
        self.drawn.iter().filter(|(_, fate)| **fate == Fate::NotAudited).map(|(card, _)| *card)
    }

    fn note(&mut self, card: u64, row: usize, audited: &Audited) {
        match self.drawn.get_mut(&card) {
            Some(fate) => *fate = if audited.votes.is_some() { Fate::Audited(row) } else { Fate::NotFound(row) },
            None => self.extra.push(row),
        }
    }
}

/// Finds the cards that rows name.
struct Places<'a, F> {
    find: F,
    paper: &'a Paper,
    /// Cards by imprinted id, of the ids that rows name; `None` where several cards have it.
    imprinted: HashMap<String, Option<u64>>,
}

impl<'a> Places<'a, ()> {
    fn new(
        board: &BoardRecords,
        manifest: &'a BallotManifest,
        paper: &'a Paper,
        cvrs: &Cvrs,
    ) -> Places<'a, impl Fn(&crate::BatchKey) -> Option<usize> + use<'a>> {
        let by_id = board.cards.iter().filter(|card| card.position == 0);
        let mut imprinted: HashMap<String, Option<u64>> = HashMap::new();
        let wanted: std::collections::HashSet<&str> = by_id.map(|card| card.imprinted.as_str()).collect();
        let cards = if wanted.is_empty() { 0 } else { paper.cards() };
        for card in 0..cards {
            let Some(record) = paper.record(card).and_then(|at| cvrs.card(at)) else { continue };
            let id = record.imprinted();
            if wanted.contains(&*id) {
                let known = imprinted.insert(id.clone().into_owned(), Some(card));
                if known.is_some() {
                    imprinted.insert(id.into_owned(), None);
                }
            }
        }
        Places { find: manifest.finder(), paper, imprinted }
    }
}

impl<F: Fn(&crate::BatchKey) -> Option<usize>> Places<'_, F> {
    fn card(&self, audited: &Audited) -> Result<u64, String> {
        if audited.position == 0 {
            return match self.imprinted.get(&audited.imprinted) {
                Some(Some(card)) => Ok(*card),
                Some(None) => Err(format!("several records have the imprinted id {}", audited.imprinted)),
                None => Err(format!("no record has the imprinted id {}", audited.imprinted)),
            };
        }
        let Some(batch) = (self.find)(&audited.batch) else {
            return Err(format!("the manifest has no batch {}", audited.batch));
        };
        let at = CardPosition { batch, position: audited.position };
        self.paper.card(at).ok_or_else(|| format!("batch {} has no card {}", audited.batch, audited.position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchKey, ManifestBatch};

    fn row(batch: &str, position: u64, found: bool) -> Audited {
        Audited {
            source: "board.csv".to_owned(),
            line: 2,
            batch: BatchKey { batch: batch.to_owned(), ..BatchKey::default() },
            position,
            imprinted: String::new(),
            votes: found.then(Vec::new),
        }
    }

    #[test]
    fn every_card_and_every_row_is_told() {
        let batch = |name: &str, cards| ManifestBatch {
            key: BatchKey { batch: name.to_owned(), ..BatchKey::default() },
            cards,
            ..ManifestBatch::default()
        };
        let manifest = BallotManifest { batches: vec![batch("A", 3), batch("B", 2)] };
        let paper = Paper::new(&manifest, &Cvrs::default());
        let cards = vec![
            row("A", 1, true),
            row("B", 2, false),
            row("A", 2, true),
            row("A", 1, true),
            row("A", 4, true),
            row("C", 1, true),
        ];
        let board = BoardRecords { cards, ..BoardRecords::default() };
        let replay = Replay::new([0, 4, 3, 0].into_iter(), &board, &manifest, &paper, &Cvrs::default());
        assert_eq!(
            replay.drawn.into_iter().collect::<Vec<_>>(),
            [(0, Fate::Audited(0)), (3, Fate::NotAudited), (4, Fate::NotFound(1))]
        );
        assert_eq!((replay.extra, replay.twice), (vec![2], vec![(3, 0)]));
        assert_eq!(replay.unmappable.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [4, 5]);
    }
}
