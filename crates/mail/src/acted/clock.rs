//! Times as logs write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::TimeZone};

/// What a log's times leave out.
pub(super) struct Clock {
    /// The zone of times that name none.
    pub(super) zone: TimeZone,
    /// Times without a year are taken as near this as can be.
    pub(super) near: Option<Timestamp>,
    /// Whether a time without a zone was met.
    pub(super) was_bare: bool,
    /// Whether days come before months where both are numbers: told by a number above 12.
    days_first: bool,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Clock {
    pub(super) fn new(zone: Option<&TimeZone>, near: Option<Timestamp>) -> Self {
        Self { zone: zone.cloned().unwrap_or(TimeZone::UTC), near, was_bare: false, days_first: false }
    }

    /// A time that is written in full: seconds since 1970, RFC 3339, or a date and a time.
    pub(super) fn read(&mut self, text: &str) -> Option<Timestamp> {
        let text = text.trim().trim_matches(['[', ']', '"']);
        if let Some(at) = epoch(text) {
            return Some(at);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(at);
        }
        if let Ok(at) = Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text) {
            return Some(at);
        }
        let (date, rest) = text.split_once([' ', 'T'])?;
        self.civil(date, rest)
    }

    /// A date and a time of day, without a zone. The time may carry `AM` or `PM`.
    pub(super) fn civil(&mut self, date: &str, time: &str) -> Option<Timestamp> {
        let date = self.date(date)?;
        let mut parts = time.split_whitespace();
        let mut time = time_of_day(parts.next()?)?;
        match parts.next().map(str::to_ascii_lowercase).as_deref() {
            Some("pm") if time.hour() < 12 => {
                time = Time::new(time.hour() + 12, time.minute(), time.second(), time.subsec_nanosecond()).ok()?
            }
            Some("am") if time.hour() == 12 => {
                time = Time::new(0, time.minute(), time.second(), time.subsec_nanosecond()).ok()?
            }
            _ => {}
        }
        self.place(date.to_datetime(time))
    }

    /// A date and a time in UTC, as the W3C's extended log format has them.
    pub(super) fn utc(&mut self, date: &str, time: &str) -> Option<Timestamp> {
        let moment = self.date(date)?.to_datetime(time_of_day(time)?);
        moment.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
    }

    /// Syslog's time (RFC 3164): month, day and time, without a year.
    pub(super) fn syslog(&mut self, month: &str, day: &str, time: &str) -> Option<Timestamp> {
        let (month, day, time) = (month_of(month)?, day.parse().ok()?, time_of_day(time)?);
        let near = self.near?;
        let year = near.to_zoned(self.zone.clone()).year();
        let all = [year - 1, year, year + 1].into_iter().filter_map(|year| Date::new(year, month, day).ok());
        let all: Vec<Timestamp> = all.filter_map(|date| self.place(date.to_datetime(time))).collect();
        all.into_iter().min_by_key(|at| (at.as_second() - near.as_second()).abs())
    }

    fn place(&mut self, moment: DateTime) -> Option<Timestamp> {
        self.was_bare = true;
        moment.to_zoned(self.zone.clone()).ok().map(|at| at.timestamp())
    }

    /// `2026-11-03`, `03-Nov-2026`, `11/3/2026`, `3.11.2026`.
    fn date(&mut self, text: &str) -> Option<Date> {
        let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
        let [a, b, c] = parts[..] else { return None };
        if a.len() == 4 {
            return Date::new(a.parse().ok()?, b.parse().ok()?, c.parse().ok()?).ok();
        }
        let year = c.parse().ok().filter(|year| *year > 1000)?;
        if let Some(month) = month_of(b) {
            return Date::new(year, month, a.parse().ok()?).ok();
        }
        let (first, second): (i8, i8) = (a.parse().ok()?, b.parse().ok()?);
        self.days_first |= first > 12 || text.contains('.');
        let (month, day) = if self.days_first { (second, first) } else { (first, second) };
        Date::new(year, month, day).ok()
    }
}

/// Seconds since 1970, with or without a fraction; also milliseconds.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    if text.len() < 9 || !text.bytes().all(|c| c.is_ascii_digit() || c == b'.') {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    if whole > 100_000_000_000 {
        return Timestamp::from_millisecond(whole).ok();
    }
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Timestamp::new(whole, nanos.parse().ok()?).ok()
}

fn month_of(text: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|month| text.eq_ignore_ascii_case(month))?;
    i8::try_from(at + 1).ok()
}

fn time_of_day(text: &str) -> Option<Time> {
    text.trim_end_matches(',').replace(',', ".").trim_end_matches('Z').parse().ok().or_else(|| {
        // `9:05:00`: jiff wants two digits.
        format!("0{text}").parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_every_shape() {
        let near = "2026-11-03T12:00:00Z".parse().ok();
        let mut clock = Clock::new(None, near);
        let at = "2026-11-03T14:05:06Z".parse::<Timestamp>().ok();
        for text in [
            "1793714706",
            "1793714706.000",
            "1793714706000",
            "2026-11-03T14:05:06Z",
            "2026-11-03T09:05:06-05:00",
            "03/Nov/2026:09:05:06 -0500",
            "2026-11-03 14:05:06",
            "03-Nov-2026 14:05:06.000",
            "11/3/2026 2:05:06 PM",
            "3.11.2026 14:05:06",
        ] {
            assert_eq!(Clock::new(None, near).read(text), at, "{text}");
        }
        assert_eq!(clock.syslog("Nov", "3", "14:05:06"), at);
        assert_eq!(clock.read("yesterday"), None);
        assert_eq!(clock.read("2026-13-03 14:05:06"), None);
    }

    #[test]
    fn a_year_is_the_nearest_and_a_zone_is_as_told() {
        let zone = TimeZone::get("America/Chicago").ok();
        let mut clock = Clock::new(zone.as_ref(), "2027-01-02T00:00:00Z".parse().ok());
        assert_eq!(clock.syslog("Dec", "31", "18:00:00"), "2027-01-01T00:00:00Z".parse().ok());
        assert!(clock.was_bare);
    }
}
