//! The draw of ColoradoRLA, the State of Colorado's audit software: Rule 25.2.2(K) of 8 CCR 1505-1 has a public seed of at
//! least 20 digits and a published generator, SHA-256 over the seed and a counter (Lindeman and Stark 2012, "A Gentle
//! Introduction to Risk-Limiting Audits", after Rivest's reference program).

use hashbrown::HashSet;

use super::digest::Number;
use super::{DrawError, Replacement};

/// Picks in the order of the draw, without end where picks are replaced; each number once where they are not.
#[derive(Debug, Clone)]
pub struct Picks {
    seed: String,
    min: u64,
    numbers: u128,
    counter: u64,
    gone: Option<HashSet<u64>>,
}

/// Draws numbers from `min` to `max`, both included: the picks are `min` plus SHA-256 of `seed,i` modulo their number,
/// with `i` counted from 1. Without replacement, a number that was picked before is passed over.
///
/// # Errors
/// Where `max` is below `min`.
pub fn picks(seed: &str, min: u64, max: u64, replacement: Replacement) -> Result<Picks, DrawError> {
    let numbers = max.checked_sub(min).map(|more| u128::from(more) + 1).ok_or(DrawError::EmptyRange { min, max })?;
    let gone = (replacement == Replacement::Without).then(HashSet::new);
    Ok(Picks { seed: seed.to_owned(), min, numbers, counter: 0, gone })
}

impl Picks {
    fn pick(&mut self) -> u64 {
        self.counter += 1;
        self.min + Number::of(format!("{},{}", self.seed, self.counter)).modulo(self.numbers)
    }
}

impl Iterator for Picks {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            if self.gone.as_ref().is_some_and(|gone| gone.len() as u128 == self.numbers) {
                return None;
            }
            let pick = self.pick();
            if self.gone.as_mut().is_none_or(|gone| gone.insert(pick)) {
                return Some(pick);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_replacement_every_number_comes_once() {
        let mut all: Vec<u64> = picks("31415926535897932384", 5, 24, Replacement::Without).expect("numbers").collect();
        assert_eq!(all.len(), 20);
        all.sort_unstable();
        assert!(all.into_iter().eq(5..=24));
    }

    #[test]
    fn draws_with_replacement_are_those_without_and_their_repetitions() {
        let with = picks("31415926535897932384", 1, 9, Replacement::With).expect("numbers").take(60);
        let mut seen = HashSet::new();
        let first_times: Vec<u64> = with.filter(|pick| seen.insert(*pick)).collect();
        let without: Vec<u64> = picks("31415926535897932384", 1, 9, Replacement::Without).expect("numbers").collect();
        assert_eq!(first_times, without[..first_times.len()]);
    }

    #[test]
    fn the_widest_range_and_the_narrowest_are_drawn_from() {
        assert_eq!(picks("", 7, 7, Replacement::Without).expect("one").collect::<Vec<_>>(), [7]);
        assert!(picks("", 0, u64::MAX, Replacement::Without).expect("all").next().is_some());
        assert!(picks("", 2, 1, Replacement::With).is_err());
    }
}
