//! What RCTab takes from Java's library and its counts depend on: `java.util.Random` (the class's own documentation defines
//! the generator: Knuth, *The Art of Computer Programming* 2, 3.2.1), `Collections.shuffle`, the order of strings, and the
//! order in which a `HashSet` gives its strings.

use std::cmp::Ordering;

const MULTIPLIER: i64 = 0x5_DEEC_E66D;
const MASK: i64 = (1 << 48) - 1;

/// `java.util.Random`.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: i64,
}

impl Random {
    pub(super) fn new(seed: i64) -> Self {
        Self { state: (seed ^ MULTIPLIER) & MASK }
    }

    fn next(&mut self, bits: u32) -> i32 {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        (self.state >> (48 - bits)) as i32
    }

    /// `nextDouble()`, of 0 to 1.
    pub(super) fn next_double(&mut self) -> f64 {
        let high = i64::from(self.next(26)) << 27;
        (high + i64::from(self.next(27))) as f64 / (1_i64 << 53) as f64
    }

    /// `nextInt(bound)`; `bound` is at least 1.
    pub(super) fn next_int(&mut self, bound: i32) -> i32 {
        let mut bits = self.next(31);
        if bound & (bound - 1) == 0 {
            return ((i64::from(bound) * i64::from(bits)) >> 31) as i32;
        }
        // Values past the last whole multiple of the bound are thrown away; they make the sum overflow.
        let mut value = bits % bound;
        while bits.wrapping_sub(value).wrapping_add(bound - 1) < 0 {
            bits = self.next(31);
            value = bits % bound;
        }
        value
    }

    /// `Collections.shuffle(list, random)`.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (2..=list.len()).rev() {
            list.swap(end - 1, self.next_int(end as i32) as usize);
        }
    }
}

/// `String.compareTo`: by UTF-16 code units.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// The order in which `new HashSet<>(strings)` gives distinct strings: by place in the table, then as they came.
pub(super) fn hash_set_order<'a, T>(items: &mut [T], text: impl Fn(&T) -> &'a str) {
    let capacity = ((items.len() as f32 / 0.75) as usize + 1).max(16).next_power_of_two();
    items.sort_by_key(|item| {
        let hash = hash_code(text(item)) as u32;
        (hash ^ (hash >> 16)) as usize & (capacity - 1)
    });
}

/// `String.hashCode`.
fn hash_code(text: &str) -> i32 {
    text.encode_utf16().fold(0, |hash: i32, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that the Java library gives.
    #[test]
    fn draws_are_those_of_java() {
        let mut zero = Random::new(0);
        assert_eq!(zero.next_double().to_bits(), 0.730_967_787_376_657_f64.to_bits());
        assert_eq!(zero.next_double().to_bits(), 0.240_536_415_671_485_87_f64.to_bits());
        let mut forty_two = Random::new(42);
        assert_eq!([0; 5].map(|_| forty_two.next_int(10)), [0, 3, 8, 4, 0]);
        let mut lowest = Random::new(-140_737_488_355_328);
        let most = 1 << 30 | 12345;
        let drawn = [0; 5].map(|_| lowest.next_int(most));
        assert_eq!(drawn, [495_999_536, 711_764_124, 228_374_623, 295_101_691, 108_312_667]);
        let mut list = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        Random::new(42).shuffle(&mut list);
        assert_eq!(list, [5, 7, 3, 2, 8, 10, 9, 6, 4, 1]);
    }

    #[test]
    fn strings_hash_and_sort_as_in_java() {
        assert_eq!(hash_code("hello"), 99_162_322);
        assert_eq!(hash_code(""), 0);
        assert_eq!(hash_code("polygenelubricants"), i32::MIN);
        // A supplementary character sorts before U+FFFD by code units, and after it by code points.
        assert_eq!(compare("\u{1F600}", "\u{FFFD}"), Ordering::Less);
        let mut names = [
            "Vail",
            "Bragdon",
            "Carmona",
            "Duson",
            "Eder",
            "Haadoow",
            "Lapchick",
            "Mavodones",
            "Miller",
            "Rathband",
            "Øre",
            "b",
            "q",
        ];
        hash_set_order(&mut names, |name| *name);
        let java = [
            "Mavodones",
            "b",
            "Vail",
            "Bragdon",
            "Carmona",
            "Øre",
            "Lapchick",
            "Eder",
            "Rathband",
            "q",
            "Duson",
            "Miller",
            "Haadoow",
        ];
        assert_eq!(names, java);
    }
}
