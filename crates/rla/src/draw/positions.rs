//! Where in the manifest a card is that was drawn by number. The manifest's order defines the draw: batches in another order
//! make another card of the same number.

/// Batches in the manifest's order, as the numbers of their last cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions {
    ends: Vec<u64>,
}

/// A card's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The batch's index in the manifest, from 0.
    pub batch: usize,
    /// The card's position in its batch, from 1.
    pub position: u64,
}

impl Positions {
    /// Counts through batches of so many cards, in the manifest's order. `None` where they are more than can be counted.
    pub fn new(sizes: impl IntoIterator<Item = u64>) -> Option<Self> {
        let mut end = 0u64;
        let ends: Option<Vec<u64>> = sizes
            .into_iter()
            .map(|size| {
                end = end.checked_add(size)?;
                Some(end)
            })
            .collect();
        ends.map(|ends| Self { ends })
    }

    /// All cards.
    pub fn cards(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The place of card `number`, counted from 1; `None` where there is no such card.
    pub fn place(&self, number: u64) -> Option<Place> {
        if number == 0 || number > self.cards() {
            return None;
        }
        let batch = self.ends.partition_point(|end| *end < number);
        Some(Place { batch, position: number - self.before(batch) })
    }

    /// The number of the card at a place, counted from 1; `None` where there is no such card.
    pub fn number(&self, place: Place) -> Option<u64> {
        let end = *self.ends.get(place.batch)?;
        let number = self.before(place.batch).checked_add(place.position)?;
        (place.position > 0 && number <= end).then_some(number)
    }

    fn before(&self, batch: usize) -> u64 {
        batch.checked_sub(1).map_or(0, |previous| self.ends[previous])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_batches_hold_no_card() {
        let positions = Positions::new([0, 3, 0, 0, 2, 0]).expect("few cards");
        assert_eq!(positions.cards(), 5);
        let places: Vec<(usize, u64)> =
            (1..=5).filter_map(|n| positions.place(n)).map(|p| (p.batch, p.position)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3), (4, 1), (4, 2)]);
        assert_eq!(positions.place(0), None);
        assert_eq!(positions.place(6), None);
        assert_eq!(positions.number(Place { batch: 2, position: 1 }), None);
    }

    #[test]
    fn numbers_and_places_are_each_others_inverse() {
        let positions = Positions::new([4, 0, 1, 7]).expect("few cards");
        for number in 1..=12 {
            let place = positions.place(number).expect("a card");
            assert_eq!(positions.number(place), Some(number));
        }
        assert_eq!(positions.number(Place { batch: 0, position: 0 }), None);
        assert_eq!(positions.number(Place { batch: 0, position: 5 }), None);
        assert_eq!(positions.number(Place { batch: 4, position: 1 }), None);
        assert_eq!(positions.number(Place { batch: 3, position: u64::MAX }), None);
    }

    #[test]
    fn no_batches_and_too_many_cards() {
        assert_eq!(Positions::new([]).map(|p| p.cards()), Some(0));
        assert_eq!(Positions::new([u64::MAX, 1]), None);
    }
}
