//! A SHA-256 digest as the 256-bit number that the rules of draws make of it, most significant byte first.

use sha2::{Digest, Sha256};

/// A number below 2^256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number([u8; 32]);

impl Number {
    /// The digest of `text` as a number.
    pub(super) fn of(text: impl AsRef<[u8]>) -> Self {
        Self::ending(Sha256::new_with_prefix(text))
    }

    /// What `hashed` comes to.
    pub(super) fn ending(hashed: Sha256) -> Self {
        Self(hashed.finalize().into())
    }

    /// The digest's bytes, most significant first.
    pub(super) fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Remainder of the division by `divisor`, which is from 1 to 2^64.
    pub(super) fn modulo(&self, divisor: u128) -> u64 {
        let step = |rest: u128, word: u64| ((rest << 64) | u128::from(word)) % divisor;
        // A remainder is below 2^64, as the divisor is no greater.
        self.words64().into_iter().fold(0, step) as u64
    }

    /// Words of 32 bits, most significant first.
    pub(super) fn words32(&self) -> [u32; 8] {
        std::array::from_fn(|at| u32::from_be_bytes(std::array::from_fn(|byte| self.0[4 * at + byte])))
    }

    /// Words of 64 bits, most significant first.
    pub(super) fn words64(&self) -> [u64; 4] {
        std::array::from_fn(|at| u64::from_be_bytes(std::array::from_fn(|byte| self.0[8 * at + byte])))
    }

    /// Decimal digits from the last to the first, at least 64 of them.
    pub(super) fn reversed_digits(&self) -> Vec<u8> {
        const CHUNK: u128 = 10u128.pow(19);
        let mut words = self.words64();
        let mut digits = Vec::with_capacity(5 * 19);
        while words != [0; 4] {
            let mut rest = 0u128;
            for word in &mut words {
                let part = (rest << 64) | u128::from(*word);
                // Below 2^64, as the rest is below the divisor.
                *word = (part / CHUNK) as u64;
                rest = part % CHUNK;
            }
            let mut chunk = rest as u64;
            digits.extend(
                std::iter::repeat_with(|| {
                    let digit = (chunk % 10) as u8;
                    chunk /= 10;
                    digit
                })
                .take(19),
            );
        }
        let written = digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
        digits.resize(written.max(64), 0);
        digits
    }

    /// The digest in hexadecimal letters.
    pub(super) fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.0.iter().flat_map(|b| [b >> 4, b & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_as_the_number_that_fips_180_gives() {
        let abc = Number::of("abc");
        assert_eq!(abc.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(abc.words32()[0], 0xba78_16bf);
        assert_eq!(abc.words64()[3], 0xb410_ff61_f200_15ad);
        assert_eq!(abc.modulo(1 << 64), 0xb410_ff61_f200_15ad);
        assert_eq!(abc.modulo(1), 0);
        // int("ba78...15ad", 16) % 1000003 of Python.
        assert_eq!(abc.modulo(1_000_003), 127_342);
    }

    #[test]
    fn digits_are_written_from_the_last_and_filled_up() {
        let number = |bytes: [u8; 32]| Number(bytes);
        assert_eq!(number([0; 32]).reversed_digits(), [0; 64]);
        let mut small = [0; 32];
        small[31] = 250;
        assert_eq!(number(small).reversed_digits()[..4], [0, 5, 2, 0]);
        let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        let digits = number([0xff; 32]).reversed_digits();
        assert!(digits.iter().rev().map(|d| b'0' + d).eq(largest.bytes()));
    }
}
