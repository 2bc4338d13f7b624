//! How the address of a record names it: by a number, which can be counted, or by a token, which can't. Further names are
//! made in the same form.

use std::{collections::HashSet, ops::Range};

use percent_encoding::percent_decode_str;

use super::super::chance::trait_of;
use super::ask::Sample;

/// Tokens can't be counted: so many are taken to exist.
const TOKENS: u64 = 1_000_000;

/// How records are named in a page's address.
#[derive(Debug)]
pub(super) struct Names {
    /// Targets to take as patterns, with the places of the values that name the record.
    patterns: Vec<(String, Vec<Range<usize>>)>,
    numbers: Option<Range<u64>>,
    /// Digits of a number, where all have as many.
    width: usize,
}

impl Names {
    /// From the requests of ordinary visitors; `None` where no request shows where its record is named.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        const PATTERNS: usize = 64;
        let naming = naming_parts(sample);
        let placed = sample.read().filter_map(|row| {
            let places: Option<Vec<Range<usize>>> =
                naming.iter().filter_map(|&part| row.record.get(part)).map(|value| place(&row.target, value)).collect();
            places.filter(|p| !p.is_empty()).map(|places| (row.target.clone(), places))
        });
        let patterns: Vec<(String, Vec<Range<usize>>)> = placed.take(PATTERNS).collect();
        if patterns.is_empty() {
            return None;
        }
        let (numbers, width) = numbers(sample, &naming).unzip();
        Some(Self { patterns, numbers, width: width.unwrap_or(0) })
    }

    pub(super) fn is_numbered(&self) -> bool {
        self.numbers.is_some()
    }

    /// How many there may be.
    pub(super) fn count(&self) -> u64 {
        self.numbers.as_ref().map_or(TOKENS, |n| n.end - n.start)
    }

    /// The address of the record at a place among all.
    pub(super) fn target(&self, voter: u64) -> String {
        let (pattern, places) = match &self.numbers {
            Some(_) => &self.patterns[0],
            None => &self.patterns[(trait_of("pattern", voter) % self.patterns.len() as u64) as usize],
        };
        let mut target = pattern.clone();
        let mut in_order = places.clone();
        in_order.sort_by_key(|place| std::cmp::Reverse(place.start));
        for place in in_order {
            let value = match &self.numbers {
                Some(numbers) => format!("{:01$}", numbers.start + voter % (numbers.end - numbers.start), self.width),
                None => alike(&target[place.clone()], voter),
            };
            target.replace_range(place, &value);
        }
        target
    }
}

/// Which of a request's identifiers change from request to request: of session numbers and the like there are few.
fn naming_parts(sample: &Sample) -> Vec<usize> {
    const MOST: usize = 8;
    let mut distinct: Vec<HashSet<&str>> = vec![HashSet::new(); MOST];
    for row in sample.read() {
        row.record.iter().zip(&mut distinct).for_each(|(value, seen)| {
            seen.insert(value);
        });
    }
    let most = distinct.iter().map(HashSet::len).max().unwrap_or(0);
    (0..MOST).filter(|&part| !distinct[part].is_empty() && distinct[part].len() * 2 >= most).collect()
}

/// The range of records' numbers and their width, where one value names a record and nearly all are numbers.
fn numbers(sample: &Sample, naming: &[usize]) -> Option<(Range<u64>, usize)> {
    let [part] = naming else { return None };
    let texts: Vec<&String> = sample.read().filter_map(|row| row.record.get(*part)).collect();
    let mut numbers: Vec<u64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    if numbers.len() * 10 < texts.len() * 9 || numbers.is_empty() {
        return None;
    }
    numbers.sort_unstable();
    // A mistyped number or two must not widen the range a thousandfold.
    let cut = numbers.len() / 50;
    let (low, high) = (numbers[cut], numbers[numbers.len() - 1 - cut]);
    let width = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    let same = texts.iter().all(|text| text.len() == width);
    Some((low..high + 1, if same { width } else { 0 }))
}

/// Where a decoded value stands in a target.
fn place(target: &str, value: &str) -> Option<Range<usize>> {
    let alone = |at: usize| {
        let after = target.as_bytes().get(at + value.len());
        let before = at.checked_sub(1).map(|i| target.as_bytes()[i]);
        !before.is_some_and(|b| b.is_ascii_alphanumeric()) && !after.is_some_and(u8::is_ascii_alphanumeric)
    };
    if let Some((at, _)) = target.match_indices(value).find(|(at, _)| alone(*at)) {
        return Some(at..at + value.len());
    }
    let mut from = 0;
    for part in target.split(['/', '?', '&', '=', ';']) {
        let spaced = part.replace('+', " ");
        if percent_decode_str(&spaced).decode_utf8().is_ok_and(|decoded| decoded == value) {
            return Some(from..from + part.len());
        }
        from += part.len() + 1;
    }
    None
}

/// Another text of the same form: digits for digits, letters for letters, hexadecimal for hexadecimal; what is
/// percent-encoded stays.
fn alike(text: &str, voter: u64) -> String {
    let hexadecimal =
        text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') && text.bytes().any(|b| b.is_ascii_digit());
    let mut encoded = 0;
    let other = text.bytes().enumerate().map(|(i, byte)| {
        let drawn = trait_of("name", voter.wrapping_mul(131).wrapping_add(i as u64));
        let letter = |first: u8, of: u64| (first + (drawn % of) as u8) as char;
        if encoded > 0 {
            encoded -= 1;
            return byte as char;
        }
        match byte {
            b'%' => {
                encoded = 2;
                '%'
            }
            b'0'..=b'9' => letter(b'0', 10),
            b'a'..=b'z' => letter(b'a', if hexadecimal { 6 } else { 26 }),
            b'A'..=b'Z' => letter(b'A', if hexadecimal { 6 } else { 26 }),
            _ if byte.is_ascii() => byte as char,
            _ => 'x',
        }
    });
    other.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_stands() {
        let found = |target: &str, value: &str| place(target, value).map(|p| target[p].to_owned());
        assert_eq!(found("/voter/details?vid=4100231", "4100231").as_deref(), Some("4100231"));
        assert_eq!(found("/v2/4100/41.json", "41").as_deref(), Some("41"));
        assert_eq!(found("/l?dob=08%2F07%2F1956&first=Mary+Ann", "08/07/1956").as_deref(), Some("08%2F07%2F1956"));
        assert_eq!(found("/l?dob=08%2F07%2F1956&first=Mary+Ann", "Mary Ann").as_deref(), Some("Mary+Ann"));
        assert_eq!(found("/a?b=12345", "234"), None);
    }

    #[test]
    fn other_names_have_the_same_form() {
        let uuid = "0b7c9d1e-52a1-4a3c-9f60-1c2d3e4f5a6b";
        let other = alike(uuid, 7);
        assert_ne!(other, uuid);
        assert!(other.bytes().zip(uuid.bytes()).all(|(a, b)| (a == b'-') == (b == b'-')));
        assert!(other.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'), "{other}");
        assert_eq!(alike("08%2F07%2F1956", 3).replace(|c: char| c.is_ascii_digit(), ""), "%F%F");
        assert_ne!(alike(uuid, 1), alike(uuid, 2));
    }
}
