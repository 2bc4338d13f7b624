//! When an entry was made, as systems and spreadsheets write it: 2026-10-03T14:15, 10/3/2026 2:15 PM, 3-Oct-2026 14:15,
//! 03-OCT-26 02.15.00 PM (Oracle), or a day alone.

use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::dates;

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: Timestamp,
    /// As the office's clock shows it.
    pub(crate) local: DateTime,
    /// Whether a time of day was written; else the day alone counts.
    pub(crate) timed: bool,
    /// Whether the clock showed it twice, at the end of daylight saving time, and no offset says which is meant; `time` is the first.
    pub(crate) twice: bool,
}

impl Moment {
    /// With an offset as it stands, else in the office's zone.
    pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        let text = text.trim();
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(Self { time, local: time.to_zoned(zone.clone()).datetime(), timed: true, twice: false });
        }
        // A day alone would pass for its midnight.
        if let Some(local) = text.parse::<DateTime>().ok().filter(|_| text.len() > "2026-10-03".len()) {
            return Some(Self::of(&local.to_zoned(zone.clone()).ok()?, true).of_clock(local, zone));
        }
        let (day, rest) = dates::at_start(text)?;
        let rest = rest.trim_start_matches(['T', 't', ',', ' ', ':']);
        let rest = rest.strip_prefix("at ").unwrap_or(rest);
        let (clock, offset) = if rest.is_empty() { (None, None) } else { clock(rest)? };
        let local = day.to_datetime(clock.unwrap_or(Time::MIN));
        let zoned = match offset {
            Some(offset) => offset.to_timestamp(local).ok()?.to_zoned(zone.clone()),
            None => local.to_zoned(zone.clone()).ok()?,
        };
        let moment = Self::of(&zoned, clock.is_some());
        Some(if clock.is_some() && offset.is_none() { moment.of_clock(local, zone) } else { moment })
    }

    fn of(zoned: &Zoned, timed: bool) -> Self {
        Self { time: zoned.timestamp(), local: zoned.datetime(), timed, twice: false }
    }

    /// The same, told by the office's clock alone.
    fn of_clock(self, local: DateTime, zone: &TimeZone) -> Self {
        let twice = matches!(zone.to_ambiguous_timestamp(local).offset(), AmbiguousOffset::Fold { .. });
        Self { twice, ..self }
    }
}

/// A time of day, and the offset from UTC where it is written.
fn clock(text: &str) -> Option<(Option<Time>, Option<Offset>)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let (half, rest) = half_of_day(rest.trim_start());
    let parts: Vec<&str> = digits.trim_end_matches('.').split([':', '.']).collect();
    let number = |at: usize| parts.get(at).map_or(Some(0), |part| part.parse::<i8>().ok());
    if parts.len() < 2 || parts.len() > 4 {
        return None;
    }
    // What stands after the seconds is a fraction of one.
    let (hour, minute, second) = (number(0)?, number(1)?, number(2)?);
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Some((Some(Time::new(hour, minute, second, 0).ok()?), offset(rest)?))
}

/// Whether it is the afternoon, where that is said.
fn half_of_day(text: &str) -> (Option<bool>, &str) {
    let is = |word: &&str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let words = [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)];
    words.iter().find(|(word, _)| is(word)).map_or((None, text), |(word, half)| (Some(*half), &text[word.len()..]))
}

/// `-05:00`, or the zones of the United States; nothing where nothing is written, `None` where it is not understood.
fn offset(text: &str) -> Option<Option<Offset>> {
    const ZONES: [(&str, i8); 14] = [
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("AKST", -9),
        ("AKDT", -8),
        ("HST", -10),
    ];
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if let Some((_, hours)) = ZONES.iter().find(|(zone, _)| zone.eq_ignore_ascii_case(text)) {
        return Some(Some(Offset::constant(*hours)));
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.strip_prefix(['+', '-'])?.split_once(':')?;
    let seconds = i32::from(hours.parse::<i16>().ok()?) * 3600 + i32::from(minutes.parse::<i16>().ok()?) * 60;
    Offset::from_seconds(sign * seconds).ok().map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_moment_or_none(text in "\\PC{0,24}", tail in "[-+:./ 0-9APMTZa-z]{0,20}") {
            Moment::read(&text, &TimeZone::UTC);
            Moment::read(&format!("10/3/2026 {tail}"), &TimeZone::UTC);
            crate::dates::in_name(&text);
            crate::dates::in_name(&tail);
        }
    }

    fn read(text: &str) -> Option<(String, bool)> {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        Moment::read(text, &zone).map(|moment| (moment.local.to_string(), moment.timed))
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_where_no_offset_says_which() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let twice = |text| Moment::read(text, &zone).map(|moment| moment.twice);
        for text in ["2025-11-02T01:03:07", "11/2/2025 1:03 AM"] {
            assert_eq!(twice(text), Some(true), "{text}");
        }
        for text in ["2025-11-02T02:03:07", "11/2/2025 1:03 AM EST", "2025-11-02T05:03:07Z", "2025-11-02"] {
            assert_eq!(twice(text), Some(false), "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_systems_write_them() {
        for text in [
            "2026-10-03T14:15:00",
            "2026-10-03T14:15",
            "2026-10-03 14:15:00.000",
            "2026-10-03T18:15:00Z",
            "10/3/2026 2:15 PM",
            "10/03/2026 02:15:00 p.m.",
            "10/3/26 14:15",
            "3-Oct-2026 14:15",
            "03-OCT-26 02.15.00 PM",
            "03-OCT-26 02.15.00.000000 PM -04:00",
            "Oct 3, 2026 2:15 PM",
            "Oct 3, 2026 at 2:15PM",
            "10/3/2026 1:15 PM CDT",
        ] {
            assert_eq!(read(text), Some(("2026-10-03T14:15:00".to_owned(), true)), "{text}");
        }
        for text in ["2026-10-03", "10/3/2026", "3-Oct-2026", "03-OCT-26"] {
            assert_eq!(read(text), Some(("2026-10-03T00:00:00".to_owned(), false)), "{text}");
        }
        assert_eq!(read("10/3/2026 12:05 AM"), Some(("2026-10-03T00:05:00".to_owned(), true)));
        for text in ["", "soon", "25/10/2026 14:15", "10/3/2026 14:15 PM", "10/3/2026 noon", "10/3/2026 14", "14:15"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
