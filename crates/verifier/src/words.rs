//! Numbers, times and lists as a person reads them. Pollwarden's report says them in the same way.
//!
//! The calendar is reckoned here: libraries of dates come with a clock and a table of time zones, and the verifier has neither.

use pollwarden_ledger::VerifierKey;

use crate::visible::visible;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAY: u64 = 24 * 60 * 60;

/// A whole number with its thousands set apart.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// `1 entry`, `2 entries`.
pub(crate) fn of(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number as u64), if number == 1 { one } else { many })
}

/// A measured number: thousands set apart, at most two decimals.
pub(crate) fn number(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let value = value.abs();
    // Beyond that a number of this kind is no exact count any more.
    if value >= 9e15 {
        return format!("{sign}{value:e}");
    }
    if value.fract() == 0.0 || value >= 1000.0 {
        return format!("{sign}{}", count(value.round() as u64));
    }
    let rounded = format!("{value:.2}");
    format!("{sign}{}", rounded.trim_end_matches('0').trim_end_matches('.'))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `entry 3`, `entries 3 and 5`; of many, the first ten.
pub(crate) fn places(indices: &[u64]) -> String {
    const SHOWN: usize = 10;
    let mut shown: Vec<String> = indices.iter().take(SHOWN).map(|index| count(*index)).collect();
    if indices.len() > SHOWN {
        shown.push(format!("{} more", count((indices.len() - SHOWN) as u64)));
    }
    format!("{} {}", if indices.len() == 1 { "entry" } else { "entries" }, list(&shown))
}

/// A key by name and id.
pub(crate) fn key(key: &VerifierKey) -> String {
    visible(&format!("{key:?}"))
}

/// Seconds since 1970 as `3 November 2026, 14:05:09 UTC`: the month in letters, so that no reader takes the day for it.
pub(crate) fn moment(seconds: u64) -> String {
    let time = seconds % DAY;
    format!("{}, {} UTC", day(seconds / DAY), clock(time / 3600, time / 60 % 60, time % 60))
}

/// From one time to another, both RFC 3339 in UTC. A shared day is said once; what is no such time is shown as it is.
pub(crate) fn stretch(from: &str, to: &str) -> String {
    match (stamp(from), stamp(to)) {
        (Some(a), Some(b)) if a == b => format!("{}, {} UTC", a.0, a.1),
        (Some(a), Some(b)) if a.0 == b.0 => format!("{}, {} to {} UTC", a.0, a.1, b.1),
        _ => format!("{} to {}", instant(from), instant(to)),
    }
}

/// A time of RFC 3339 in UTC; what is none is shown as it is.
pub(crate) fn instant(text: &str) -> String {
    stamp(text).map_or_else(|| visible(text), |(day, time)| format!("{day}, {time} UTC"))
}

fn stamp(text: &str) -> Option<(String, String)> {
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let at = |range: std::ops::Range<usize>| {
        let digits = whole.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
    };
    let marks = whole.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_digit());
    let formed = marks.eq([(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]) && whole.len() == 19;
    let parts = (at(0..4)?, at(5..7)?, at(8..10)?, at(11..13)?, at(14..16)?, at(17..19)?);
    let (year, month, day, hour, minute, second) = parts;
    let sound = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let date = || format!("{day} {} {year}", MONTHS[month as usize - 1]);
    (formed && sound && fraction).then(|| (date(), clock(hour, minute, second)))
}

fn clock(hour: u64, minute: u64, second: u64) -> String {
    format!("{hour:02}:{minute:02}:{second:02}")
}

/// The day that many days after 1 January 1970, in the Gregorian calendar: counted in years that begin in March, so that a
/// leap day is a year's last, and in whole cycles of 400 years.
fn day(since_1970: u64) -> String {
    const CYCLE: u64 = 146_097;
    const FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    let days = since_1970 + FROM_MARCH_OF_YEAR_0;
    let in_cycle = days % CYCLE;
    let years = (in_cycle - in_cycle / 1_460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * years + years / 4 - years / 100);
    let from_march = (5 * in_year + 2) / 153;
    let month = if from_march < 10 { from_march + 2 } else { from_march - 10 };
    let year = days / CYCLE * 400 + years + u64::from(month < 2);
    format!("{} {} {year}", in_year - (153 * from_march + 2) / 5 + 1, MONTHS[month as usize])
}

/// Seconds as whole days or hours.
pub(crate) fn length(seconds: u64) -> String {
    match seconds {
        0..3600 => "less than an hour".into(),
        3600..172_800 => of((seconds / 3600) as usize, "hour", "hours"),
        _ => of((seconds / DAY) as usize, "day", "days"),
    }
}

/// The text, its first letter a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The text with a full stop, where it ends without one.
pub(crate) fn full_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// A verdict's code in words.
pub(crate) fn verdict(code: &str) -> String {
    match code {
        "found" => "Found".into(),
        "nothing-found" => "Nothing found".into(),
        "cannot-tell" => "Cannot tell".into(),
        // Any other word is the office's, and must not look like a verdict of Pollwarden's.
        other => format!("No known verdict, but the words \u{201c}{}\u{201d}", visible(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_leap_years_and_centuries() {
        for (seconds, shown) in [
            (0, "1 January 1970, 00:00:00 UTC"),
            (951_782_399, "28 February 2000, 23:59:59 UTC"),
            (951_782_400, "29 February 2000, 00:00:00 UTC"),
            (1_794_632_767, "14 November 2026, 05:06:07 UTC"),
            (4_107_542_400, "1 March 2100, 00:00:00 UTC"),
        ] {
            assert_eq!(moment(seconds), shown);
        }
        assert!(moment(u64::MAX).ends_with("UTC"));
    }

    #[test]
    fn a_time_in_text_is_shown_or_left() {
        assert_eq!(instant("2026-11-14T05:06:07Z"), "14 November 2026, 05:06:07 UTC");
        assert_eq!(
            stretch("2026-11-14T05:06:07.25Z", "2026-11-14T06:00:00Z"),
            "14 November 2026, 05:06:07 to 06:00:00 UTC"
        );
        assert_eq!(
            stretch("2026-11-14T05:06:07Z", "2026-11-15T06:00:00Z"),
            "14 November 2026, 05:06:07 UTC to 15 November 2026, 06:00:00 UTC"
        );
        for strange in
            ["", "Z", "2026-13-14T05:06:07Z", "2026-11-14 05:06:07Z", "é026-11-14T05:06:07Z", "2026-11-14T05:06:07.Z"]
        {
            assert_eq!(instant(strange), strange);
        }
    }

    #[test]
    fn numbers_are_set_apart() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(number(12_345.4), "12,345");
        assert_eq!(number(-0.255), "−0.26");
        assert_eq!(number(1e300), "1e300");
        assert_eq!(places(&[3]), "entry 3");
        assert_eq!(places(&[3, 5, 1200]), "entries 3, 5 and 1,200");
        assert!(places(&(0..12).collect::<Vec<_>>()).ends_with("9 and 2 more"));
    }
}
