//! numpy's `default_rng`: the seed sequence and the generator PCG64, for draws that were made with numpy.
//!
//! PCG XSL-RR 128/64 is in O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
//! Number Generation"; how a seed of any length becomes its state in O'Neill 2015, "Developing a seed_seq Alternative", which
//! numpy's `SeedSequence` follows (NumPy Reference, "SeedSequence").

use super::DrawError;

/// Spreads a seed over the words of a generator's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedSequence {
    pool: [u32; 4],
}

/// A multiplier that is itself multiplied each time it is used (O'Neill 2015).
struct Spread {
    multiplier: u32,
    growth: u32,
}

impl Spread {
    const POOL: Self = Self { multiplier: 0x43b0_d7e5, growth: 0x931e_8875 };
    const STATE: Self = Self { multiplier: 0x8b51_f9dd, growth: 0x58f3_8ded };

    fn hash(&mut self, word: u32) -> u32 {
        let mixed = word ^ self.multiplier;
        self.multiplier = self.multiplier.wrapping_mul(self.growth);
        folded(mixed.wrapping_mul(self.multiplier))
    }
}

fn folded(word: u32) -> u32 {
    word ^ (word >> 16)
}

fn mix(x: u32, y: u32) -> u32 {
    folded(x.wrapping_mul(0xca01_f9dd).wrapping_sub(y.wrapping_mul(0x4973_f715)))
}

impl SeedSequence {
    /// A seed as the 32-bit words of a whole number, least significant first; words of zero at its end are none.
    pub fn new(words: &[u32]) -> Self {
        let length = words.iter().rposition(|word| *word != 0).map_or(1, |last| last + 1);
        let mut spread = Spread::POOL;
        let mut pool: [u32; 4] = std::array::from_fn(|at| spread.hash(words.get(at).copied().unwrap_or(0)));
        for from in 0..4 {
            for to in (0..4).filter(|to| *to != from) {
                pool[to] = mix(pool[to], spread.hash(pool[from]));
            }
        }
        for word in words.iter().take(length).skip(4) {
            for part in &mut pool {
                *part = mix(*part, spread.hash(*word));
            }
        }
        Self { pool }
    }

    /// Words of 64 bits, as many as are asked for.
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        let mut spread = Spread::STATE;
        let mut halves = self.pool.iter().cycle().map(move |part| u64::from(spread.hash(*part)));
        std::iter::from_fn(move || Some(halves.next()? | (halves.next()? << 32)))
    }
}

/// PCG XSL-RR 128/64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcg64 {
    state: u128,
    increment: u128,
}

impl Pcg64 {
    /// The generator that `default_rng` makes of a whole number, given as 32-bit words, least significant first.
    pub fn new(seed: &[u32]) -> Self {
        let sequence = SeedSequence::new(seed);
        let mut words = sequence.words().map(u128::from);
        let mut next = || words.next().unwrap_or_default();
        let start = (next() << 64) | next();
        let stream = (next() << 64) | next();
        let mut generator = Self { state: 0, increment: (stream << 1) | 1 };
        generator.step();
        generator.state = generator.state.wrapping_add(start);
        generator.step();
        generator
    }

    fn step(&mut self) {
        const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.step();
        let halves = (self.state >> 64) as u64 ^ self.state as u64;
        halves.rotate_right((self.state >> 122) as u32)
    }

    /// A fraction of 1 with 53 bits.
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Chances, added up, from which places are drawn as `Generator.choice` with `p` draws them.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    cumulative: Vec<f64>,
}

impl Choice {
    /// Chances in any unit, such that their sum is certain.
    ///
    /// # Errors
    /// Where one is negative or no number, or none is above 0.
    pub fn new(chances: &[f64]) -> Result<Self, DrawError> {
        let wrong = |chance: &f64| !(chance.is_finite() && *chance >= 0.0);
        if let Some(place) = chances.iter().position(wrong) {
            return Err(DrawError::NoChance { place, chance: chances[place] });
        }
        let sums = chances.iter().scan(0.0, |sum, chance| {
            *sum += chance;
            Some(*sum)
        });
        let mut cumulative: Vec<f64> = sums.collect();
        let all = cumulative.last().copied().unwrap_or(0.0);
        if !(all.is_finite() && all > 0.0) {
            return Err(DrawError::NoChance { place: chances.len().saturating_sub(1), chance: all });
        }
        cumulative.iter_mut().for_each(|sum| *sum /= all);
        Ok(Self { cumulative })
    }

    /// Draws a place, from 0.
    pub fn draw(&self, generator: &mut Pcg64) -> usize {
        let fraction = generator.next_f64();
        self.cumulative.partition_point(|sum| *sum <= fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A seed's words; what numpy 1.26.4 gave for `SeedSequence(n).generate_state(3, uint64)` and for the first three of
    /// `default_rng(n).bit_generator.random_raw()`.
    #[rustfmt::skip]
    const NUMPY: [(&[u32], [u64; 3], [u64; 3]); 7] = [
        (&[], [0xdb2cd7e7b0f478be, 0xabf4641a2c71ba49, 0x20c6ed6d9d7b8d41], [0xa30febcfd9c2825f, 0x4510bdf882d9d721, 0xa7d3da94ecde8b8]),
        (&[0x1], [0x672d8ee56d6791ff, 0x8ae19ca14eb1072c, 0x4915796d1322fc4a], [0x8306bdf37922e4ff, 0xf35196bbc152a866, 0x24e7a4f608ec18cd]),
        (&[0x3039], [0xb5ae6482a03d837c, 0xbbe2996ffa1f7a2f, 0x64e39a9f37158f94], [0x3a32b18db2ffc19d, 0x51171315c9e4c4de, 0xcc2024823444efd9]),
        (&[0x0, 0x1], [0x50ff846cec53f444, 0x7a4918dbe8278562, 0x3bff9f6c362e2b19], [0xe3c5ebe285ac1625, 0x8ea09968fe31dbcc, 0xcd084ff84d8de9be]),
        (&[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0x8395167830e01209, 0x84c0e37dcc99cac3, 0xd33f1bd2f788e841], [0x3e2f9d58520f46e1, 0xb32aa6d93dfe53cf, 0x652a1786e8126235]),
        (&[0x0, 0x0, 0x7], [0x6255b2eabdde7cbd, 0xeb9fee3a01fdc528, 0xd1ff7e80163ac3d9], [0x212e8fc6fee655ad, 0xa0d8942c02db00aa, 0xd23f33e6fa420778]),
        (&[0xb8ce2002, 0x3c339068, 0x4fe3bce7, 0x73f72bf1, 0xa6c14b60, 0xb28432ef, 0xfc2c6c60, 0x2df8c79d], [0x409e32bfc84f000, 0xe440aac76890ef1, 0x21b0bc62f0670713], [0x485e814f12ce3162, 0x92615a684a36ce8c, 0x48663cade4c8e5ee]),
    ];

    #[test]
    fn seeds_and_bits_are_numpys() {
        for (seed, state, bits) in NUMPY {
            assert!(SeedSequence::new(seed).words().take(3).eq(state), "{seed:x?}");
            let mut generator = Pcg64::new(seed);
            assert_eq!(bits, std::array::from_fn(|_| generator.next_u64()), "{seed:x?}");
        }
    }

    #[test]
    fn zeros_at_a_seeds_end_are_no_words() {
        assert_eq!(Pcg64::new(&[7, 0, 0, 0, 0, 0, 0, 0]), Pcg64::new(&[7]));
        assert_eq!(Pcg64::new(&[0; 8]), Pcg64::new(&[]));
    }

    #[test]
    fn choices_are_numpys() {
        // list(default_rng(12345).choice(5, 20, p=[.1, .2, 0, .3, .4])) of numpy 1.26.4.
        let expected = [1, 3, 4, 4, 3, 3, 3, 1, 4, 4, 1, 4, 4, 0, 3, 4, 4, 3, 4, 1];
        let (choice, mut generator) = (Choice::new(&[0.1, 0.2, 0.0, 0.3, 0.4]).expect("chances"), Pcg64::new(&[12345]));
        assert!((0..20).map(|_| choice.draw(&mut generator)).eq(expected));
        let fraction = Pcg64::new(&[12345]).next_f64();
        assert!((fraction - 0.227_336_022_467_169_66).abs() < 1e-17);
    }

    #[test]
    fn what_is_no_chance_is_refused() {
        for chances in [&[0.5, -0.1][..], &[f64::NAN], &[f64::INFINITY], &[0.0, 0.0], &[]] {
            assert!(Choice::new(chances).is_err());
        }
    }
}
