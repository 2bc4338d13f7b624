//! How alike two short texts are: slips of the pen (optimal string alignment) and likeness after Jaro and Winkler.
//!
//! The crate strsim says the same and is asked where a text is long or not ASCII. Here nothing is allocated, and slips are
//! counted only as far as anybody asks: pairs of records are compared by the million.

use strsim::osa_distance;

/// Longer texts are left to strsim.
const LONGEST: usize = 64;

/// Letters put in, left out, mistaken or exchanged with their neighbour; `most + 1` or more where there are more than `most`.
pub(super) fn slips(a: &str, b: &str, most: usize) -> usize {
    if a.len().abs_diff(b.len()) > 2 * most {
        return most + 1;
    }
    if !(is_short(a) && is_short(b)) {
        return osa_distance(a, b);
    }
    let (a, b) = without_common_ends(a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    if a.is_empty() || b.is_empty() { a.len().max(b.len()) } else { aligned(a, b, most) }
}

fn is_short(text: &str) -> bool {
    text.len() <= LONGEST && text.is_ascii()
}

fn without_common_ends<'t>(a: &'t [u8], b: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    let begin = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    (&a[..a.len() - end], &b[..b.len() - end])
}

/// The alignment's cost, row by row, within `most` of the diagonal.
fn aligned(a: &[u8], b: &[u8], most: usize) -> usize {
    let beyond = most + 1;
    let mut rows = [[beyond; LONGEST + 1]; 3];
    let mut least_before = 0;
    (0..=most.min(b.len())).for_each(|j| rows[0][j] = j);
    for i in 1..=a.len() {
        let [now, last, before] = [i % 3, (i + 2) % 3, (i + 1) % 3];
        rows[now] = [beyond; LONGEST + 1];
        rows[now][0] = i.min(beyond);
        let mut least = rows[now][0];
        for j in i.saturating_sub(most).max(1)..=b.len().min(i + most) {
            let mistaken = rows[last][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cost = mistaken.min(rows[last][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(rows[before][j - 2] + 1);
            }
            rows[now][j] = cost.min(beyond);
            least = least.min(cost);
        }
        if least > most && least_before >= most {
            return beyond;
        }
        least_before = least;
    }
    rows[a.len() % 3][b.len()]
}

/// Likeness from 0 to 1 after Jaro, raised by a common beginning after Winkler.
pub(super) fn jaro_winkler(a: &str, b: &str) -> f64 {
    if !(is_short(a) && is_short(b)) {
        return strsim::jaro_winkler(a, b);
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let likeness = jaro(a, b);
    if likeness <= 0.7 {
        return likeness;
    }
    let begin = a.iter().take(4).zip(b).take_while(|(a, b)| a == b).count();
    likeness + 0.1 * begin as f64 * (1.0 - likeness)
}

fn jaro(a: &[u8], b: &[u8]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let range = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut of_a, mut of_b) = (0_u64, 0_u64);
    for (i, letter) in a.iter().enumerate() {
        let near = i.saturating_sub(range)..b.len().min(i + range + 1);
        if let Some(j) = near.into_iter().find(|&j| of_b >> j & 1 == 0 && b[j] == *letter) {
            of_a |= 1 << i;
            of_b |= 1 << j;
        }
    }
    let matches = of_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let crossed = ones(of_a).zip(ones(of_b)).filter(|&(i, j)| a[i] != b[j]).count() / 2;
    let matches = f64::from(matches);
    (matches / a.len() as f64 + matches / b.len() as f64 + (matches - crossed as f64) / matches) / 3.0
}

/// The places of a number's ones.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
        bits &= bits - 1;
        Some(place)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn both_are_those_of_strsim(a in "[A-C ]{0,9}|[A-Cé]{0,5}|[AB]{60,70}", b in "[A-C ]{0,9}|[A-Cé]{0,5}|[AB]{60,70}") {
            for most in [1, 2] {
                let (ours, theirs) = (slips(&a, &b, most), osa_distance(&a, &b));
                prop_assert!(ours == theirs || (ours > most && theirs > most), "{} {}", ours, theirs);
            }
            prop_assert_eq!(jaro_winkler(&a, &b).to_bits(), strsim::jaro_winkler(&a, &b).to_bits());
        }
    }
}
