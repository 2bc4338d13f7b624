//! Cast vote records: what a machine read from each card, kept small.
//!
//! Millions of cards repeat few ways of voting: each contest keeps every way once, and a card holds its number. A card takes
//! about forty bytes and four more for each contest on it.

mod build;
mod names;

pub use build::{CardPlace, CvrBuilder, Votes};

use names::{Names, Texts};

use crate::{Contest, ContestId};

/// In place of an imprinted id: it is tabulator, batch and record id with hyphens between, as most scanners print it.
const PLACE_ITSELF: u32 = u32::MAX;
/// There is none.
const NOT_IMPRINTED: u32 = u32::MAX - 1;

/// Quicker to hash by than the standard library's.
type Map<K, V> = indexmap::IndexMap<K, V, hashbrown::DefaultHashBuilder>;
type Set<T> = indexmap::IndexSet<T, hashbrown::DefaultHashBuilder>;

/// One mark on a card.
///
/// A way of voting in one contest is a list of marks by rank, then choice; empty where nothing was marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The rank given, from 1; 1 where choices are not ranked.
    pub rank: u16,
    /// The choice's place in the contest, or [`Mark::OVERVOTE`].
    pub choice: u32,
    /// How many votes the export counts for it: 1 for a vote, 0 for a mark that the machine or an adjudicator did not count
    /// (too faint, or part of an overvote). In a ranked contest every mark that was made clearly has 1.
    pub votes: u16,
}

impl Mark {
    /// In place of a choice: the export says that too many were marked, and not which.
    pub const OVERVOTE: u32 = u32::MAX;

    /// A vote for a choice, not ranked.
    pub fn vote(choice: u32) -> Self {
        Self { rank: 1, choice, votes: 1 }
    }

    /// A choice at a rank, from 1.
    pub fn ranked(choice: u32, rank: u16) -> Self {
        Self { rank, choice, votes: 1 }
    }

    /// Too many choices at a rank, the export doesn't say which.
    pub fn overvote(rank: u16) -> Self {
        Self { rank, choice: Self::OVERVOTE, votes: 0 }
    }
}

/// Where a card lies among the paper: what the manifest calls a batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct BatchKey {
    /// County or town, where an export covers several; else empty.
    pub jurisdiction: String,
    /// The machine; empty where batches are not named by machine.
    pub tabulator: String,
    /// The batch.
    pub batch: String,
}

/// Cast vote records of an election.
#[derive(Debug, Clone, Default)]
pub struct Cvrs {
    contests: Vec<Ways>,
    batches: Set<BatchKey>,
    records: Names,
    imprinted: Texts,
    precincts: Names,
    groups: Names,
    styles: Names,
    /// Which contests are on a card: each list once.
    ballots: Set<Box<[ContestId]>>,
    cards: Vec<CardRow>,
    /// For each card, in its contests' order, the number of its way of voting.
    ways: Vec<u32>,
}

/// A contest with every way of voting in it that occurs, and how often.
#[derive(Debug, Clone, Default)]
struct Ways {
    contest: Contest,
    ways: Map<Box<[Mark]>, u64>,
}

#[derive(Debug, Clone, Copy)]
struct CardRow {
    batch: u32,
    record: u32,
    imprinted: u32,
    precinct: u32,
    style: u32,
    ballot: u32,
    first_way: u64,
    group: u16,
}

/// One card.
#[derive(Clone, Copy)]
pub struct Card<'a> {
    cvrs: &'a Cvrs,
    row: &'a CardRow,
}

impl Cvrs {
    /// Contests, in the order in which they were met.
    pub fn contests(&self) -> impl ExactSizeIterator<Item = (ContestId, &Contest)> {
        self.contests.iter().enumerate().map(|(at, ways)| (ContestId(at as u32), &ways.contest))
    }

    /// A contest.
    ///
    /// # Panics
    /// Where the id is of other records.
    pub fn contest(&self, id: ContestId) -> &Contest {
        &self.contests[id.0 as usize].contest
    }

    /// The contest of that name, external id or label. `None` where there is none, or where several have the name: nobody can say
    /// which of them is meant.
    pub fn find_contest(&self, name: &str) -> Option<ContestId> {
        match self.contests_named(name)[..] {
            [] => self.by_id(name).or_else(|| self.by_label(name)),
            [only] => Some(only),
            _ => None,
        }
    }

    /// All contests of that name. Exports of several counties, or parties' primaries, may have several.
    pub fn contests_named(&self, name: &str) -> Vec<ContestId> {
        self.contests().filter(|(_, c)| c.name == name).map(|(id, _)| id).collect()
    }

    /// What tells a contest from all others: its name; with its external id, or else its place, where others have that name too.
    ///
    /// # Panics
    /// Where the id is of other records.
    pub fn label(&self, id: ContestId) -> String {
        let Contest { name, external_id, .. } = self.contest(id);
        let others = || self.contests().filter(|(other, c)| *other != id && c.name == *name);
        if others().next().is_none() {
            return name.clone();
        }
        if external_id.is_empty() || others().any(|(_, c)| c.external_id == *external_id) {
            return format!("{name} (no. {})", id.0 + 1);
        }
        format!("{name} ({external_id})")
    }

    fn by_id(&self, external_id: &str) -> Option<ContestId> {
        self.contests().find(|(_, c)| !c.external_id.is_empty() && c.external_id == external_id).map(|(id, _)| id)
    }

    fn by_label(&self, label: &str) -> Option<ContestId> {
        let mut like = self.contests().filter(|(_, c)| label.ends_with(')') && label.starts_with(&c.name));
        like.find(|(id, _)| self.label(*id) == label).map(|(id, _)| id)
    }

    /// Every way of voting in a contest and on how many cards it occurs. Together these are all cards with the contest.
    pub fn ways(&self, id: ContestId) -> impl ExactSizeIterator<Item = (&[Mark], u64)> {
        self.contests[id.0 as usize].ways.iter().map(|(marks, cards)| (&**marks, *cards))
    }

    /// How many cards hold the contest.
    pub fn cards_with(&self, id: ContestId) -> u64 {
        self.ways(id).map(|(_, cards)| cards).sum()
    }

    /// How many cards there are.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is no card.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// The card at a place, in the order in which cards were read.
    pub fn card(&self, at: usize) -> Option<Card<'_>> {
        self.cards.get(at).map(|row| Card { cvrs: self, row })
    }

    /// All cards, in the order in which they were read.
    pub fn cards(&self) -> impl ExactSizeIterator<Item = Card<'_>> {
        self.cards.iter().map(|row| Card { cvrs: self, row })
    }

    /// Batches, in the order in which they were met.
    pub fn batches(&self) -> impl ExactSizeIterator<Item = &BatchKey> {
        self.batches.iter()
    }

    /// Gives the batches other names, in their order; the same names as before where two would be the same.
    pub(crate) fn name_batches(&mut self, names: Vec<BatchKey>) {
        let named: Set<BatchKey> = names.into_iter().collect();
        if named.len() == self.batches.len() {
            self.batches = named;
        }
    }
}

impl<'a> Card<'a> {
    /// Its batch.
    pub fn batch(&self) -> &'a BatchKey {
        &self.cvrs.batches[self.row.batch as usize]
    }

    /// The place of its batch among [`Cvrs::batches`].
    pub fn batch_at(&self) -> usize {
        self.row.batch as usize
    }

    /// Its position or record id within the batch, as the export writes it; empty where it has none.
    pub fn record(&self) -> std::borrow::Cow<'a, str> {
        self.cvrs.records.get(self.row.record)
    }

    /// Its record id as a number, where it is one.
    pub fn record_number(&self) -> Option<u64> {
        names::value(self.row.record)
    }

    /// The id that the scanner printed on the paper; empty where it prints none.
    pub fn imprinted(&self) -> std::borrow::Cow<'a, str> {
        if self.row.imprinted != PLACE_ITSELF {
            return self.cvrs.imprinted.at(self.row.imprinted).into();
        }
        let key = self.batch();
        format!("{}-{}-{}", key.tabulator, key.batch, self.record()).into()
    }

    /// Its precinct or precinct portion; empty where the export has none.
    pub fn precinct(&self) -> std::borrow::Cow<'a, str> {
        self.cvrs.precincts.get(self.row.precinct)
    }

    /// Its ballot style or type; empty where the export has none.
    pub fn style(&self) -> std::borrow::Cow<'a, str> {
        self.cvrs.styles.get(self.row.style)
    }

    /// How it was cast, such as "Election Day"; empty where the export has none.
    pub fn group(&self) -> std::borrow::Cow<'a, str> {
        self.cvrs.groups.at(u32::from(self.row.group))
    }

    /// Which contests are on it.
    pub fn contests(&self) -> &'a [ContestId] {
        &self.cvrs.ballots[self.row.ballot as usize]
    }

    /// Its marks in a contest, by rank and choice; `None` where the contest is not on the card.
    pub fn marks(&self, contest: ContestId) -> Option<&'a [Mark]> {
        let at = self.contests().binary_search(&contest).ok()?;
        Some(self.way(at, contest))
    }

    /// Every contest on it with its marks.
    pub fn votes(&self) -> impl Iterator<Item = (ContestId, &'a [Mark])> + use<'a> {
        let card = *self;
        card.contests().iter().enumerate().map(move |(at, contest)| (*contest, card.way(at, *contest)))
    }

    fn way(&self, at: usize, contest: ContestId) -> &'a [Mark] {
        let number = self.cvrs.ways[self.row.first_way as usize + at];
        let ways = &self.cvrs.contests[contest.0 as usize].ways;
        ways.get_index(number as usize).map_or(&[], |(marks, _)| marks)
    }
}

impl std::fmt::Display for BatchKey {
    /// Its names, the widest first, without those it does not have.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = [&self.jurisdiction, &self.tabulator, &self.batch];
        let names: Vec<&str> = names.into_iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        f.write_str(&names.join(" / "))
    }
}
