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

/// Nothing, or only signs that stand for nothing.
pub(crate) fn is_masked(value: &str) -> bool {
    value.chars().all(|c| c.is_whitespace() || matches!(c, '*' | '#' | '-' | '/' | 'X' | 'x'))
        || plain(value) == "CONFIDENTIAL"
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
