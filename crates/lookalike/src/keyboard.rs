//! Which keys stand beside each other: the three keyboards that dnstwist goes by.

use std::sync::LazyLock;

/// Neighbours on one of the three usual keyboards.
pub(crate) fn near_keys(a: char, b: char) -> bool {
    a.is_ascii() && bit_of(b).is_some_and(|bit| NEIGHBOURS[a as usize] >> bit & 1 == 1)
}

/// The place of a key in `KEYS`.
fn bit_of(key: char) -> Option<u32> {
    match key {
        '0'..='9' => Some(key as u32 - '0' as u32),
        'a'..='z' => Some(10 + key as u32 - 'a' as u32),
        _ => None,
    }
}

const KEYS: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

/// For each ASCII key, its neighbours as bits in the order of `KEYS`: asked for nearly every pair of letters.
static NEIGHBOURS: LazyLock<[u64; 128]> = LazyLock::new(|| {
    let of = |a: char| {
        KEYS.chars().enumerate().filter(|(_, b)| are_neighbours(a, *b)).fold(0, |bits, (bit, _)| bits | 1 << bit)
    };
    std::array::from_fn(|code| u8::try_from(code).map_or(0, |code| of(char::from(code))))
});

fn are_neighbours(a: char, b: char) -> bool {
    KEYBOARDS.iter().any(|rows| match (place(rows, a), place(rows, b)) {
        (Some((row_a, x_a)), Some((row_b, x_b))) if row_a == row_b => x_a.abs_diff(x_b) == 1,
        // Each row stands about half a key to the right of the one above.
        (Some((row_a, x_a)), Some((row_b, x_b))) if row_a.abs_diff(row_b) == 1 => {
            let (upper, lower) = if row_a < row_b { (x_a, x_b) } else { (x_b, x_a) };
            upper == lower || upper == lower + 1
        }
        _ => false,
    })
}

const KEYBOARDS: [[&[u8]; 4]; 3] = [
    [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"],
    [b"1234567890", b"qwertzuiop", b"asdfghjkl", b"yxcvbnm"],
    [b"1234567890", b"azertyuiop", b"qsdfghjklm", b"wxcvbn"],
];

fn place(rows: &[&[u8]; 4], key: char) -> Option<(usize, usize)> {
    let key = u8::try_from(key).ok()?;
    rows.iter().enumerate().find_map(|(row, keys)| keys.iter().position(|k| *k == key).map(|x| (row, x)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_neighbours() {
        assert!(near_keys('s', 'd') && near_keys('s', 'w') && near_keys('s', 'x') && near_keys('a', 'z'));
        assert!(!near_keys('s', 'l') && !near_keys('q', 'p'));
    }
}
