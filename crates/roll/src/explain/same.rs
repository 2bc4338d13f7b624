//! When two values say the same in another form.

use std::borrow::Cow;

use crate::layout::Role;

/// Whether two values differ in blanks, case or the punctuation around words only; dates, in their form only.
pub(crate) fn same_meaning(role: Role, old: &str, new: &str) -> bool {
    let dates = matches!(role, Role::Birth | Role::Registered);
    plain(old) == plain(new) || (dates && day(old).is_some() && day(old) == day(new))
}

/// Upper case, single blanks, no full stops or commas around words.
pub(crate) fn plain(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    let words = value.split_whitespace().map(|word| word.trim_matches(['.', ',', ';']));
    let mut plain = String::with_capacity(value.len());
    for word in words.filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().flat_map(char::to_uppercase));
    }
    plain
}

/// Whether a value is plain as it stands, as most are; of the others some are called not plain though they are.
pub(crate) fn is_plain(value: &str) -> bool {
    let mut before = b' ';
    let is_plain = |byte: u8| {
        let fits = match byte {
            b' ' => before != b' ',
            b'-' | b'/' | b'#' | b'&' => true,
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        };
        before = byte;
        fits
    };
    value.bytes().all(is_plain) && !value.ends_with(' ')
}

/// Nothing, or only signs that stand for nothing.
pub(crate) fn is_masked(value: &str) -> bool {
    value.chars().all(|c| c.is_whitespace() || matches!(c, '*' | '#' | '-' | '/' | 'X' | 'x'))
        || (value.len() >= "CONFIDENTIAL".len() && plain(value) == "CONFIDENTIAL")
}

/// Year, month and day, however written.
pub(crate) fn day(value: &str) -> Option<[u32; 3]> {
    let value = value.trim();
    if value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()) {
        let number = |place: std::ops::Range<usize>| value[place].parse::<u32>().ok();
        let is_day = |[year, month, day]: &[u32; 3]| {
            (1800..2200).contains(year) && (1..=12).contains(month) && (1..=31).contains(day)
        };
        let year_first = [number(0..4)?, number(4..6)?, number(6..8)?];
        let year_last = [number(4..8)?, number(0..2)?, number(2..4)?];
        return [year_first, year_last].into_iter().find(is_day);
    }
    let numbers: Vec<Cow<'_, str>> = value.split(['/', '-', '.']).map(Cow::Borrowed).collect();
    let [a, b, c] = <[_; 3]>::try_from(numbers).ok()?;
    let [x, y, z] = [a.parse().ok()?, b.parse().ok()?, c.parse().ok()?];
    if a.len() == 4 { Some([x, y, z]) } else { Some([z, x, y]).filter(|_| c.len() == 4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_plain_is_plain() {
        let plainly = |value: &str| {
            let words = value.split_whitespace().map(|word| word.trim_matches(['.', ',', ';']));
            let words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_uppercase).collect();
            words.join(" ")
        };
        for value in
            ["", "A", " A", "A ", "A  B", "A B", "12 MAIN ST #3", "a", "O'NEIL", "A.", "A\tB", "\u{c4} B", "- /"]
        {
            assert!(!is_plain(value) || plainly(value) == value, "{value:?}");
            assert_eq!(plain(value), plainly(value), "{value:?}");
        }
        assert!(is_plain("12 MAIN ST #3") && is_plain("") && !is_plain("A  B"));
    }

    #[test]
    fn form_is_told_from_meaning() {
        let same = |old, new| same_meaning(Role::Street, old, new);
        assert!(same("12 MAIN ST  #3", "12 Main St. #3 "));
        assert!(!same("12 MAIN ST", "21 MAIN ST"));
        assert!(!same("12 MAIN ST", "12-MAIN ST"));
        assert!(
            same_meaning(Role::Birth, "1/2/1990", "1990-01-02") && !same_meaning(Role::Birth, "1/2/1990", "2/1/1990")
        );
        assert!(same_meaning(Role::Registered, "03142008", "2008-03-14") && day("99999999").is_none());
        assert!(is_masked("") && is_masked("##/##/####") && !is_masked("12 MAIN ST"));
    }
}
