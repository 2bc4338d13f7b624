//! Which slip it is: what stands in the genuine label against what stands in the seen one.

use super::Kind;
use super::seen::{Read, Seen};
use crate::keyboard::near_keys;
use crate::letters::{alike, groups_alike};

/// One letter for another.
pub(super) fn single(genuine: char, seen: char, read: Read) -> Kind {
    if genuine == seen {
        return Kind::Same;
    }
    if !seen.is_ascii() {
        return if reads_as(seen, read, genuine) { Kind::Foreign } else { Kind::Replaced };
    }
    if alike(genuine, seen) {
        return Kind::Glyph;
    }
    if is_vowel(genuine) && is_vowel(seen) {
        return Kind::Vowel;
    }
    if near_keys(genuine, seen) {
        return Kind::NearKey;
    }
    if one_bit_apart(genuine, seen) { Kind::Bit } else { Kind::Replaced }
}

fn reads_as(seen: char, read: Read, genuine: char) -> bool {
    match read {
        // A turned e reads as e, though dnstwist has it for a.
        _ if seen == 'ə' && genuine == 'e' => true,
        [Some(one), None] => one == genuine || alike(genuine, one),
        _ => false,
    }
}

/// One letter for two or two for one that look alike.
pub(super) fn grouped(genuine: &[char], seen: &[char], read: &[Read]) -> Option<Kind> {
    let alike = match (genuine, seen, read) {
        ([first, second], [_], [[Some(one), Some(two)]]) => (first, second) == (one, two),
        (_, [_], [[Some(one), None]]) => groups_alike(genuine, &[*one]),
        (_, [_, _], [[Some(one), None], [Some(two), None]]) => groups_alike(genuine, &[*one, *two]),
        _ => false,
    };
    let kind = || if seen.iter().all(char::is_ascii) { Kind::Glyph } else { Kind::Foreign };
    alike.then(kind)
}

/// Two letters swapped.
pub(super) fn is_swap(g: &[char], s: &[char]) -> bool {
    matches!((g, s), ([a, b, ..], [c, d, ..]) if a == d && b == c && a != b)
}

/// The genuine letter at `i` left out.
pub(super) fn left_out(g: &[char], i: usize) -> Kind {
    if g[i] == '-' {
        return Kind::Hyphen;
    }
    let beside = (i > 0 && g[i - 1] == g[i]) || g.get(i + 1) == Some(&g[i]);
    if beside { Kind::Undoubled } else { Kind::Omitted }
}

/// The seen letter at `j` put in before the genuine one at `i`.
pub(super) fn put_in(g: &[char], seen: &Seen, i: usize, j: usize) -> Kind {
    let s = seen.letters[j];
    let (before, after) = (i.checked_sub(1).map(|at| g[at]), g.get(i).copied());
    if s == '-' {
        return Kind::Hyphen;
    }
    if before == Some(s) || after == Some(s) {
        return Kind::Doubled;
    }
    if s == 's' && i > 2 && !matches!(before, Some('s' | 'x' | 'z')) {
        return Kind::Plural;
    }
    if i == g.len() || after == Some('-') {
        return Kind::Appended;
    }
    let near = [before, after].into_iter().flatten().any(|key| near_keys(key, s));
    if near { Kind::NearKeyInserted } else { Kind::Inserted }
}

/// `es` put in after a hiss.
pub(super) fn is_plural(g: &[char], seen: &Seen, i: usize, j: usize) -> bool {
    seen.letters[j..].starts_with(&['e', 's']) && i > 0 && matches!(g[i - 1], 's' | 'x' | 'z')
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn one_bit_apart(a: char, b: char) -> bool {
    (a as u32 ^ b as u32).is_power_of_two()
}
