//! Cards as a format reads them, one by one.

use super::{BatchKey, CardRow, Cvrs, Mark, NOT_IMPRINTED, PLACE_ITSELF, Ways};
use crate::{Choice, Contest, ContestId};

/// Where a card is and what kind of card it is. Texts as the export writes them; empty where it has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardPlace<'a> {
    /// County or town.
    pub jurisdiction: &'a str,
    /// The machine.
    pub tabulator: &'a str,
    /// The batch.
    pub batch: &'a str,
    /// Position or record id within the batch.
    pub record: &'a str,
    /// The id printed on the paper.
    pub imprinted: &'a str,
    /// How it was cast.
    pub group: &'a str,
    /// Precinct or precinct portion.
    pub precinct: &'a str,
    /// Ballot style or type.
    pub style: &'a str,
}

/// A card's marks, collected contest by contest, in any order. Used again from card to card.
#[derive(Debug, Default)]
pub struct Votes {
    marks: Vec<(ContestId, Mark)>,
    on_card: Vec<ContestId>,
}

impl Votes {
    /// The contest is on the card, marked or not.
    pub fn on_card(&mut self, contest: ContestId) {
        if self.on_card.last() != Some(&contest) {
            self.on_card.push(contest);
        }
    }

    /// A mark; the contest is on the card.
    pub fn mark(&mut self, contest: ContestId, mark: Mark) {
        self.on_card(contest);
        self.marks.push((contest, mark));
    }

    fn sort(&mut self) {
        in_order(&mut self.on_card);
        in_order(&mut self.marks);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.marks.clear();
        self.on_card.clear();
    }
}

/// Each once, in order. Most exports write them so.
fn in_order<T: Ord>(list: &mut Vec<T>) {
    if !list.is_sorted_by(|a, b| a < b) {
        list.sort_unstable();
        list.dedup();
    }
}

/// Puts cast vote records together.
#[derive(Debug, Default)]
pub struct CvrBuilder {
    cvrs: Cvrs,
    way: Vec<Mark>,
    batch: Option<(u32, BatchKey)>,
    jurisdiction: String,
}

impl CvrBuilder {
    /// The contest of that external id, or of that name where ids are empty; a new one where there is none.
    pub fn contest(&mut self, external_id: &str, name: &str) -> ContestId {
        let same = |c: &Contest| {
            if external_id.is_empty() { c.name == name } else { c.external_id == external_id }
        };
        if let Some(at) = self.cvrs.contests.iter().position(|ways| same(&ways.contest)) {
            return ContestId(at as u32);
        }
        let contest = Contest { name: name.to_owned(), external_id: external_id.to_owned(), ..Contest::default() };
        self.cvrs.contests.push(Ways { contest, ..Ways::default() });
        ContestId(self.cvrs.contests.len() as u32 - 1)
    }

    /// A contest, to fill in what else the export says of it.
    ///
    /// # Panics
    /// Where the id is of other records.
    pub fn contest_mut(&mut self, id: ContestId) -> &mut Contest {
        &mut self.cvrs.contests[id.0 as usize].contest
    }

    /// The choice's place in the contest: that of the same external id, or of the same name where ids are empty; a new
    /// one where there is none. Formats that meet it for every mark keep a table of their own.
    pub fn choice(&mut self, contest: ContestId, choice: Choice) -> u32 {
        let choices = &mut self.contest_mut(contest).choices;
        let same = |c: &Choice| {
            if choice.external_id.is_empty() { c.name == choice.name } else { c.external_id == choice.external_id }
        };
        let at = choices.iter().position(same).unwrap_or_else(|| {
            choices.push(choice);
            choices.len() - 1
        });
        at as u32
    }

    /// Adds a card with the votes on it. Marks may come in any order and twice; they are kept once, by rank and choice.
    pub fn card(&mut self, place: CardPlace<'_>, votes: &mut Votes) {
        votes.sort();
        let first_way = self.cvrs.ways.len() as u64;
        let mut marks = votes.marks.as_slice();
        for contest in &votes.on_card {
            let here = marks.iter().take_while(|(c, _)| c <= contest).count();
            self.way.clear();
            self.way.extend(marks[..here].iter().map(|(_, mark)| *mark));
            marks = &marks[here..];
            let number = self.number_of_way(*contest);
            self.cvrs.ways.push(number);
        }
        let row = CardRow {
            batch: self.batch(place),
            record: self.cvrs.records.number(place.record),
            imprinted: self.imprinted(place),
            precinct: self.cvrs.precincts.number(place.precinct),
            style: self.cvrs.styles.number(place.style),
            ballot: self.ballot(&votes.on_card),
            first_way,
            group: u16::try_from(self.cvrs.groups.place(place.group)).unwrap_or(u16::MAX),
        };
        self.cvrs.cards.push(row);
    }

    /// The jurisdiction of cards to come whose export doesn't name one.
    pub fn of_jurisdiction(&mut self, name: &str) {
        name.clone_into(&mut self.jurisdiction);
    }

    /// How many cards were added.
    pub fn cards(&self) -> usize {
        self.cvrs.cards.len()
    }

    /// The records.
    pub fn finish(self) -> Cvrs {
        self.cvrs
    }

    fn imprinted(&mut self, place: CardPlace<'_>) -> u32 {
        if place.imprinted.is_empty() {
            return NOT_IMPRINTED;
        }
        let rest = place.imprinted.strip_prefix(place.tabulator).and_then(|rest| rest.strip_prefix('-'));
        let rest = rest.and_then(|rest| rest.strip_prefix(place.batch)?.strip_prefix('-'));
        if rest == Some(place.record) { PLACE_ITSELF } else { self.cvrs.imprinted.add(place.imprinted) }
    }

    fn number_of_way(&mut self, contest: ContestId) -> u32 {
        let ways = &mut self.cvrs.contests[contest.0 as usize].ways;
        if let Some((at, _, cards)) = ways.get_full_mut(self.way.as_slice()) {
            *cards += 1;
            return at as u32;
        }
        ways.insert_full(self.way.as_slice().into(), 1).0 as u32
    }

    /// Cards of a style come together: the last one's list is at hand.
    fn ballot(&mut self, contests: &[ContestId]) -> u32 {
        let last = self.cvrs.cards.last().map_or(0, |card| card.ballot);
        if self.cvrs.ballots.get_index(last as usize).is_some_and(|last| **last == *contests) {
            return last;
        }
        match self.cvrs.ballots.get_index_of(contests) {
            Some(at) => at as u32,
            None => self.cvrs.ballots.insert_full(contests.into()).0 as u32,
        }
    }

    /// Cards come batch by batch: the last one's number is at hand.
    fn batch(&mut self, place: CardPlace<'_>) -> u32 {
        let jurisdiction = if place.jurisdiction.is_empty() { self.jurisdiction.as_str() } else { place.jurisdiction };
        if let Some((number, key)) = &self.batch
            && key.batch == place.batch
            && key.tabulator == place.tabulator
            && key.jurisdiction == jurisdiction
        {
            return *number;
        }
        let key = BatchKey {
            jurisdiction: jurisdiction.to_owned(),
            tabulator: place.tabulator.to_owned(),
            batch: place.batch.to_owned(),
        };
        let number = self.cvrs.batches.insert_full(key.clone()).0 as u32;
        self.batch = Some((number, key));
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back_as_it_was_read() {
        let mut builder = CvrBuilder::default();
        let mayor = builder.contest("", "Mayor");
        let clerk = builder.contest("", "Clerk");
        for name in ["Ada", "Ben"] {
            builder.choice(mayor, Choice { name: name.to_owned(), ..Choice::default() });
        }
        let mut votes = Votes::default();
        votes.on_card(clerk);
        votes.mark(mayor, Mark::vote(1));
        builder.card(CardPlace { batch: "B1", record: "7", imprinted: "1-1-7", ..CardPlace::default() }, &mut votes);
        votes.clear();
        votes.mark(mayor, Mark::vote(1));
        builder.card(
            CardPlace {
                batch: "1",
                tabulator: "1",
                record: "9",
                imprinted: "1-1-9",
                group: "Mail",
                ..CardPlace::default()
            },
            &mut votes,
        );
        let cvrs = builder.finish();
        let card = cvrs.card(0).expect("a card");
        assert_eq!(card.record_number(), Some(7));
        assert_eq!((card.record(), card.imprinted(), card.batch().batch.as_str()), ("7".into(), "1-1-7".into(), "B1"));
        assert_eq!(card.marks(mayor), Some(&[Mark::vote(1)][..]));
        assert_eq!(card.marks(clerk), Some(&[][..]));
        let second = cvrs.card(1).expect("a card");
        assert_eq!(second.marks(clerk), None);
        assert_eq!((second.group(), second.record()), ("Mail".into(), "9".into()));
        assert_eq!(second.imprinted(), "1-1-9");
        assert_eq!(cvrs.ways(mayor).collect::<Vec<_>>(), [(&[Mark::vote(1)][..], 2)]);
        assert_eq!((cvrs.cards_with(clerk), cvrs.len()), (1, 2));
    }
}
