//! The generator of the Python package cryptorandom, which SHANGRLA draws with: SHA-256 of the seed, a comma and one more
//! zero byte for each number (Stark and Ottoboni 2018, "Random Sampling: Practice Makes Imperfect", arXiv:1810.10985).

use std::iter::FusedIterator;

use hashbrown::HashMap;
use sha2::{Digest, Sha256};

use super::DrawError;
use super::digest::Number;

/// A number below 2^256 that puts a card in the order of the draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SampleNumber(Number);

impl SampleNumber {
    /// Its bytes, most significant first.
    pub fn bytes(&self) -> [u8; 32] {
        self.0.bytes()
    }
}

/// Numbers of 256 bits without end: SHANGRLA gives the first to the first card, and so on in the order of its cast vote
/// records, phantoms last.
#[derive(Debug, Clone)]
pub struct SampleNumbers {
    hashed: Sha256,
}

impl SampleNumbers {
    /// Numbers from a seed.
    pub fn new(seed: &str) -> Self {
        Self { hashed: Sha256::new_with_prefix(format!("{seed},")) }
    }
}

impl Iterator for SampleNumbers {
    type Item = SampleNumber;

    fn next(&mut self) -> Option<SampleNumber> {
        let number = Number::ending(self.hashed.clone());
        self.hashed.update([0]);
        Some(SampleNumber(number))
    }
}

impl FusedIterator for SampleNumbers {}

/// Whole numbers below a bound, all equally likely: as many bits as the bound has are taken, and taken anew where they are
/// not below it.
#[derive(Debug, Clone)]
pub struct Integers {
    numbers: SampleNumbers,
    bits: u128,
    held: u32,
    /// Words of the last number, of which the least significant comes next.
    words: Vec<u64>,
}

impl Integers {
    /// Whole numbers from a seed.
    pub fn new(seed: &str) -> Self {
        Self { numbers: SampleNumbers::new(seed), bits: 0, held: 0, words: Vec::new() }
    }

    /// A number from 0 to below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let Some(greatest) = bound.checked_sub(1) else { return 0 };
        let bits = u64::BITS - greatest.leading_zeros();
        loop {
            let number = self.take(bits);
            if number <= greatest {
                return number;
            }
        }
    }

    /// At most 64 bits: the least significant ones that are left of a number come first.
    fn take(&mut self, bits: u32) -> u64 {
        while self.held < bits {
            self.bits |= u128::from(self.word()) << self.held;
            self.held += 64;
        }
        let taken = self.bits & ((1 << bits) - 1);
        self.bits >>= bits;
        self.held -= bits;
        taken as u64
    }

    fn word(&mut self) -> u64 {
        if self.words.is_empty() {
            self.words.extend(self.numbers.next().iter().flat_map(|number| number.0.words64()));
        }
        self.words.pop().unwrap_or_default()
    }
}

/// The longest draw: two gigabytes or so.
const MOST_DRAWS: u64 = 100_000_000;

/// Draws `size` of `population` cards without replacement, in the order of the draw, as numbers from 1: cryptorandom's
/// `sample_by_index`, in memory that grows with the size alone.
///
/// Each pick is a place among those that are left, and the last of those moves there (Fisher and Yates).
///
/// # Errors
/// Where more are wanted than there are, or more than a hundred million.
pub fn by_index(seed: &str, population: u64, size: u64) -> Result<Vec<u64>, DrawError> {
    if size > population {
        return Err(DrawError::TooMany { wanted: size, there_are: population });
    }
    if size > MOST_DRAWS {
        return Err(DrawError::TooLong { wanted: size, most: MOST_DRAWS });
    }
    let mut integers = Integers::new(seed);
    let mut moved: HashMap<u64, u64> = HashMap::new();
    let pick = |gone: u64| {
        let last = population - gone;
        let place = 1 + integers.below(last);
        let at_last = moved.remove(&last).unwrap_or(last);
        if place == last { at_last } else { moved.insert(place, at_last).unwrap_or(place) }
    };
    Ok((0..size).map(pick).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected numbers are those of cryptorandom 0.3.

    #[test]
    fn numbers_are_cryptorandoms() {
        let starts = SampleNumbers::new("314159265358979323846").take(3).map(|number| number.0.words64()[0]);
        assert!(starts.eq([0x8e51_a662_a052_a59f, 0xdacf_1415_45e2_cf0b, 0x0daa_ce19_af61_be50]));
    }

    #[test]
    fn integers_are_cryptorandoms() {
        let mut integers = Integers::new("Cedar County");
        let drawn: [u64; 12] = std::array::from_fn(|_| integers.below(1000));
        assert_eq!(drawn, [69, 642, 475, 302, 907, 944, 195, 186, 918, 724, 659, 10]);
    }

    #[test]
    fn bits_are_carried_from_one_number_to_the_next() {
        // randint(0, 5) three hundred times, then randint(0, 2**64 - 1): the bits cross several numbers.
        let mut integers = Integers::new("271828");
        let sum: u64 = (0..300).map(|_| integers.below(5)).sum();
        assert_eq!(
            (sum, integers.below(u64::MAX), integers.below(1), integers.below(0)),
            (577, 1298187697307958251, 0, 0)
        );
    }

    #[test]
    fn samples_are_cryptorandoms() {
        assert_eq!(by_index("271828", 10, 10).expect("ten"), [9, 10, 7, 6, 2, 8, 4, 5, 1, 3]);
        assert_eq!(by_index("271828", 1000, 8).expect("eight"), [649, 156, 544, 456, 758, 532, 832, 54]);
        assert!(by_index("271828", 7, 8).is_err());
        let endless = DrawError::TooLong { wanted: u64::MAX, most: MOST_DRAWS };
        assert_eq!(by_index("271828", u64::MAX, u64::MAX), Err(endless));
        assert_eq!(by_index("271828", u64::MAX, 3).expect("three").len(), 3);
        assert!(by_index("271828", 0, 0).expect("none").is_empty());
    }

    #[test]
    fn a_whole_population_is_drawn_once_each() {
        let mut drawn = by_index("1", 500, 500).expect("all");
        drawn.sort_unstable();
        assert!(drawn.into_iter().eq(1..=500));
    }
}
