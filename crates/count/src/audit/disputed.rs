//! Cards of which the board's rows can't be believed: the id printed on what was looked at is another card's, or two rows
//! contradict each other. They count as if nobody had found them, which no honest row makes worse (Bañuelos and Stark 2012).

use std::collections::{BTreeMap, HashMap};

use super::{Audited, BoardRecords, Interpretation, Paper, Replay};
use crate::Cvrs;

/// Why a card's rows can't be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispute {
    /// The row's imprinted id is not that of the card's record.
    OtherId {
        /// The row's place.
        row: usize,
        /// The record's id.
        recorded: String,
    },
    /// The row of another card has the same imprinted id, and no record says whose it is.
    SameId {
        /// The row's place.
        row: usize,
        /// The other card's row.
        other: usize,
    },
    /// A further row says something else of the card.
    Contradicted {
        /// The further row's place.
        row: usize,
        /// The first row's place.
        first: usize,
    },
}

impl Dispute {
    /// The row that shows it.
    pub fn row(&self) -> usize {
        match self {
            Self::OtherId { row, .. } | Self::SameId { row, .. } | Self::Contradicted { row, .. } => *row,
        }
    }

    /// In words, after the card's place; `board` is the one that the rows are of.
    pub fn in_words(&self, board: &BoardRecords) -> String {
        let id = |row: usize| board.cards.get(row).map_or("?", |row| row.imprinted.as_str());
        let place =
            |row: usize| board.cards.get(row).map_or(String::new(), |row| format!("{}, line {}", row.source, row.line));
        match self {
            Self::OtherId { row, recorded } => {
                format!("the row has the imprinted id {}, the record {recorded}", id(*row))
            }
            Self::SameId { row, other } => {
                format!("the row has the imprinted id {}, which {} has for another card", id(*row), place(*other))
            }
            Self::Contradicted { first, .. } => format!("another row than {} says something else of it", place(*first)),
        }
    }
}

/// Disputed cards by number, each with the first reason.
pub(super) fn disputed(replay: &Replay, board: &BoardRecords, paper: &Paper, cvrs: &Cvrs) -> BTreeMap<u64, Dispute> {
    let of_first: HashMap<usize, u64> = replay.rows.iter().map(|(card, row)| (*row, *card)).collect();
    let further = replay.twice.iter().filter_map(|(row, first)| Some((*of_first.get(first)?, *row)));
    let mut rows: Vec<(u64, usize)> = replay.rows.iter().map(|(card, row)| (*card, *row)).chain(further).collect();
    rows.sort_unstable_by_key(|(_, row)| *row);
    let mut disputed = BTreeMap::new();
    let mut unproven: HashMap<String, (u64, usize)> = HashMap::new();
    for (card, row) in rows {
        let id = plain(&board.cards[row].imprinted);
        if id.is_empty() {
            continue;
        }
        let recorded = paper.record(card).and_then(|at| cvrs.card(at)).map(|card| card.imprinted().into_owned());
        match recorded.filter(|recorded| !recorded.is_empty()) {
            Some(recorded) if plain(&recorded) == id => {}
            Some(recorded) => {
                disputed.entry(card).or_insert(Dispute::OtherId { row, recorded });
            }
            None => match unproven.get(&id) {
                Some((first, other)) if *first != card => {
                    disputed.entry(*first).or_insert(Dispute::SameId { row: *other, other: row });
                    disputed.entry(card).or_insert(Dispute::SameId { row, other: *other });
                }
                Some(_) => {}
                None => {
                    unproven.insert(id, (card, row));
                }
            },
        }
    }
    let contradicted = replay.twice.iter().filter(|(row, first)| contradict(&board.cards[*row], &board.cards[*first]));
    for (row, first) in contradicted {
        if let Some(card) = of_first.get(first) {
            disputed.entry(*card).or_insert(Dispute::Contradicted { row: *row, first: *first });
        }
    }
    disputed
}

/// An id as people type it: what stands between its parts and noughts before them tell no cards apart.
fn plain(id: &str) -> String {
    let parts = id.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let bare = parts.map(|part| match part.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_lowercase(),
    });
    bare.collect::<Vec<_>>().join("-")
}

/// Whether two rows can't both be right. A cell that nobody filled contradicts nothing.
fn contradict(a: &Audited, b: &Audited) -> bool {
    let (Some(a), Some(b)) = (&a.votes, &b.votes) else { return a.votes.is_some() != b.votes.is_some() };
    a.iter().zip(b).any(|pair| match pair {
        (Interpretation::NotRead, _) | (_, Interpretation::NotRead) => false,
        (Interpretation::Choices(a), Interpretation::Choices(b)) => names(a) != names(b),
        (a, b) => a != b,
    })
}

fn names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BallotManifest, BatchKey, CardPlace, CvrBuilder, ManifestBatch, Votes};

    fn row(position: u64, imprinted: &str, votes: Option<&str>) -> Audited {
        let read = |name: &str| vec![Interpretation::Choices(vec![name.to_owned()])];
        Audited {
            source: "board.csv".to_owned(),
            line: 2,
            batch: BatchKey { batch: "A".to_owned(), ..BatchKey::default() },
            position,
            imprinted: imprinted.to_owned(),
            votes: votes.map(read),
        }
    }

    fn replay(cards: Vec<Audited>, ids: &[&str]) -> Replay {
        let batch = ManifestBatch {
            key: BatchKey { batch: "A".to_owned(), ..BatchKey::default() },
            cards: 4,
            ..ManifestBatch::default()
        };
        let manifest = BallotManifest { batches: vec![batch] };
        let mut builder = CvrBuilder::default();
        for (at, imprinted) in (1..).zip(ids) {
            let record = at.to_string();
            let place = CardPlace { batch: "A", record: &record, imprinted, ..CardPlace::default() };
            builder.card(place, &mut Votes::default());
        }
        let cvrs = builder.finish();
        let paper = Paper::new(&manifest, &cvrs);
        Replay::new(0..4, &BoardRecords { cards, ..BoardRecords::default() }, &manifest, &paper, &cvrs)
    }

    #[test]
    fn an_id_of_another_card_is_disputed() {
        let rows = || vec![row(1, "X-0001", Some("Ada")), row(2, "X-77", Some("Ada")), row(3, "", Some("Ada"))];
        let replayed = replay(rows(), &["x-1", "x-2", "x-3", "x-4"]);
        let reason = Dispute::OtherId { row: 1, recorded: "x-2".to_owned() };
        assert_eq!(replayed.disputed.clone().into_iter().collect::<Vec<_>>(), [(1, reason)]);
        assert_eq!((replayed.audited(0), replayed.audited(1)), (Some(0), None));
        assert!(replay(rows(), &[]).disputed.is_empty(), "without records nobody knows the ids");
    }

    #[test]
    fn one_id_on_two_cards_disputes_both() {
        let rows = vec![row(1, "X-7", Some("Ada")), row(2, "X-7", Some("Ada")), row(3, "X-8", Some("Ada"))];
        assert_eq!(replay(rows, &[]).disputed.into_keys().collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn rows_that_contradict_each_other_are_disputed() {
        let rows = vec![
            row(1, "", Some("Ada")),
            row(1, "", Some("Ben")),
            row(2, "", Some("Ada")),
            row(2, "", Some("ADA ")),
            row(3, "", Some("Ada")),
            row(3, "", None),
        ];
        let replayed = replay(rows, &[]);
        assert_eq!(replayed.disputed.keys().copied().collect::<Vec<_>>(), [0, 2]);
        assert_eq!([0, 1, 2].map(|card| replayed.audited(card)), [None, Some(2), None]);
    }
}
