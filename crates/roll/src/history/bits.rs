//! A bit for each voter and election.

/// Elections in one word of bits.
const BITS: u16 = 64;

/// By 64 elections, then by voter's row.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<Vec<u64>>);

impl Bits {
    /// Sets a bit, and says whether it was not set before.
    pub(super) fn set(&mut self, row: u32, day: u16) -> bool {
        let (word, bit) = place(day);
        if self.0.len() <= word {
            self.0.resize_with(word + 1, Vec::new);
        }
        let column = &mut self.0[word];
        if column.len() <= row as usize {
            column.resize(row as usize + 1, 0);
        }
        let is_new = column[row as usize] & bit == 0;
        column[row as usize] |= bit;
        is_new
    }

    pub(super) fn has(&self, row: u32, day: u16) -> bool {
        let (word, bit) = place(day);
        self.word(word, row) & bit != 0
    }

    /// The elections whose bits are set for a voter.
    pub(super) fn days(&self, row: u32) -> impl Iterator<Item = u16> {
        (0..self.0.len()).flat_map(move |word| {
            let bits = self.word(word, row);
            (0..BITS).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word as u16 * BITS + bit)
        })
    }

    /// Whether any voter's bit is set for an election.
    pub(super) fn any(&self, day: u16) -> bool {
        let (word, bit) = place(day);
        self.0.get(word).is_some_and(|column| column.iter().any(|bits| bits & bit != 0))
    }

    fn word(&self, word: usize, row: u32) -> u64 {
        self.0.get(word).and_then(|column| column.get(row as usize)).copied().unwrap_or_default()
    }
}

fn place(day: u16) -> (usize, u64) {
    (usize::from(day / BITS), 1 << (day % BITS))
}
