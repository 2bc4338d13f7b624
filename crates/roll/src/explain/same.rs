//! When two values say the same in another form.

use crate::dates;
use crate::fields::is_number;
use crate::layout::Role;

/// Whether two values differ in blanks, case or the punctuation around words only; dates, phone numbers and codes, in their
/// form only.
pub(crate) fn same_meaning(role: Role, old: &str, new: &str) -> bool {
    plain(old) == plain(new)
        || same_day(role, old, new)
        || (role == Role::Contact && number(old).is_some() && number(old) == number(new))
        || (!role.is_identity() && role != Role::VoterId && same_number(old, new))
}

/// A spreadsheet writes a day in its own way whatever the column: 1990-01-02 becomes 1/2/1990, or 1/2/90. Eight digits alone are
/// a day only where one is expected.
fn same_day(role: Role, old: &str, new: &str) -> bool {
    let bare = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    let expected = matches!(role, Role::Birth | Role::Registered);
    if !expected && (bare(old.trim()) || bare(new.trim())) {
        return false;
    }
    let (Some([year, month, date]), Some([other, other_month, other_date])) = (any_day(old), any_day(new)) else {
        return false;
    };
    let short = year < 100 || other < 100;
    (month, date) == (other_month, other_date) && (year == other || short && year % 100 == other % 100)
}

/// The digits of a phone number, without the country's 1.
fn number(value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 7 && !value.chars().any(char::is_alphabetic);
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).map(str::to_owned);
    is_number.then(|| national.unwrap_or(digits))
}

/// Numbers that differ in the zeros before them, which a spreadsheet takes away: 02139 and 2139, 007 and 7.
pub(super) fn same_number(old: &str, new: &str) -> bool {
    let (old, new) = (old.trim(), new.trim());
    is_number(old) && is_number(new) && old.trim_start_matches('0') == new.trim_start_matches('0')
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
    any_day(value).filter(|[year, ..]| *year >= 100)
}

/// The same; of a year of two digits these two.
fn any_day(value: &str) -> Option<[u32; 3]> {
    let value = without_midnight(value.trim());
    if value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit()) {
        let number = |place: std::ops::Range<usize>| value[place].parse::<u32>().ok();
        let is_day = |[year, month, day]: &[u32; 3]| {
            (1800..2200).contains(year) && (1..=12).contains(month) && (1..=31).contains(day)
        };
        let year_first = [number(0..4)?, number(4..6)?, number(6..8)?];
        let year_last = [number(4..8)?, number(0..2)?, number(2..4)?];
        return [year_first, year_last].into_iter().find(is_day);
    }
    let parts: Vec<&str> = value.split(['/', '-', '.']).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    match (&parts[..], &numbers[..]) {
        ([a, _, _], [x, y, z]) if a.len() == 4 => Some([*x, *y, *z]),
        ([_, _, c], [x, y, z]) if matches!(c.len(), 2 | 4) => Some([*z, *x, *y]),
        _ => with_month(value),
    }
}

/// 2-Jan-1990, Jan 2, 1990.
fn with_month(value: &str) -> Option<[u32; 3]> {
    let (day, rest) = dates::at_start(value).filter(|_| value.contains(|c: char| c.is_ascii_alphabetic()))?;
    let number = |part: i8| u32::try_from(part).ok();
    Some([u32::try_from(day.year()).ok()?, number(day.month())?, number(day.day())?]).filter(|_| rest.is_empty())
}

/// A day alone, where a system writes its midnight too.
fn without_midnight(value: &str) -> &str {
    const MIDNIGHTS: [&str; 5] = ["00:00:00.000", "12:00:00 AM", "00:00:00", "0:00:00", "0:00"];
    let before = MIDNIGHTS.iter().find_map(|midnight| value.strip_suffix(midnight));
    before.and_then(|before| before.strip_suffix([' ', 'T'])).unwrap_or(value)
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
        for (old, new) in [("1990-01-02", "1/2/90"), ("1/2/1990", "2-Jan-1990"), ("1990-01-02", "1990-01-02 00:00:00")]
        {
            assert!(same(old, new) && same_meaning(Role::Other, old, new), "{old} {new}");
        }
        assert!(!same("01021990", "19900102") && !same("1990-01-02", "1/3/90") && !same("1-2", "1/2"));
        assert_eq!((day("1/2/90"), day("Jan 2, 1990")), (None, Some([1990, 1, 2])));
        let phone = |old, new| same_meaning(Role::Contact, old, new);
        assert!(phone("(919) 555-0134", "919-555-0134") && phone("9195550134", "+1 919 555 0134"));
        assert!(!phone("919-555-0134", "919-555-0143") && !phone("555-0134 ext 2", "555-01342"));
        assert!(same("02139", "2139") && same("007", "7") && !same("07", "70") && !same("0", ""));
        assert!(!same_meaning(Role::VoterId, "007", "7") && !same_meaning(Role::Birth, "07", "7"));
        assert!(is_masked("") && is_masked("##/##/####") && !is_masked("12 MAIN ST"));
    }
}
