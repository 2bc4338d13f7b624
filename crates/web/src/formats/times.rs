//! Times of any form that logs write, also those that name no time zone.
//!
//! A time without a zone is read in the office's. When clocks are set back an hour comes twice: lines come in order of time, so the
//! first pass is meant until times jump back, and the second from there on. What was assumed is said in coverage.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::Settings;
use super::clock::{self, Clock};

/// Lines are written when an answer ends but may bear the time at which its request began: so much later may the line before
/// be.
const OUT_OF_ORDER: i64 = 60 * 1_000_000;

/// Reads times of one log.
#[derive(Debug)]
pub(crate) struct Times {
    pub(crate) clock: Clock,
    zone: Option<&'static TimeZone>,
    assumed: Assumed,
}

/// What had to be assumed about times without a zone.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Assumed {
    /// The last such time.
    last: i64,
    /// Lines that bear one.
    lines: u64,
    /// Lines in an hour that came twice.
    twice: u64,
    /// Lines at times that never were.
    never: u64,
}

impl Times {
    pub(crate) fn new(settings: &'static Settings) -> Self {
        Self { clock: Clock::default(), zone: settings.zone.as_ref(), assumed: Assumed::default() }
    }

    /// A time of the common log format, of RFC 3339, in seconds since 1970, or without a zone.
    pub(crate) fn any(&mut self, text: &str) -> Option<i64> {
        let text = text.trim_matches(['[', ']']);
        if let Some(time) = self.clock.bracketed(text.as_bytes()) {
            return Some(time);
        }
        if text.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && let Ok(number) = text.parse::<f64>()
        {
            return clock::epoch(number);
        }
        self.local(civil(text)?)
    }

    /// A time as `strftime` would write it by `format`.
    pub(crate) fn formatted(&mut self, format: &str, text: &str) -> Option<i64> {
        let parts = BrokenDownTime::parse(format, text).ok()?;
        match parts.to_timestamp() {
            Ok(time) => Some(time.as_microsecond()),
            Err(_) => self.local(parts.to_datetime().ok()?),
        }
    }

    /// A time of the office's own clocks; UTC where the office names no zone.
    fn local(&mut self, time: DateTime) -> Option<i64> {
        self.assumed.lines += 1;
        let utc = TimeZone::UTC.to_timestamp(time).ok()?.as_microsecond();
        let Some(zone) = self.zone else { return Some(utc) };
        let at = |offset: jiff::tz::Offset| utc - i64::from(offset.seconds()) * 1_000_000;
        let micros = match zone.to_ambiguous_timestamp(time).offset() {
            AmbiguousOffset::Unambiguous { offset } => at(offset),
            AmbiguousOffset::Gap { before, .. } => {
                self.assumed.never += 1;
                at(before)
            }
            AmbiguousOffset::Fold { before, after } => {
                self.assumed.twice += 1;
                let first = at(before);
                if self.assumed.last.saturating_sub(first) > OUT_OF_ORDER { at(after) } else { first }
            }
        };
        self.assumed.last = micros;
        Some(micros)
    }

    pub(crate) fn state(&self) -> String {
        let Assumed { last, lines, twice, never } = self.assumed;
        format!("times {last} {lines} {twice} {never}")
    }

    pub(crate) fn resume(&mut self, state: &str) {
        let Some(numbers) = state.lines().find_map(|line| line.strip_prefix("times ")) else { return };
        let (last, rest) = numbers.split_once(' ').unwrap_or((numbers, ""));
        let mut counts = rest.split(' ').map(|n| n.parse().unwrap_or_default());
        let mut next = || counts.next().unwrap_or_default();
        let (lines, twice, never) = (next(), next(), next());
        self.assumed = Assumed { last: last.parse().unwrap_or_default(), lines, twice, never };
    }

    /// What a reader of the answer must know of a log's times.
    pub(crate) fn notes(&self, source: &str) -> Vec<String> {
        let Assumed { lines, twice, never, .. } = self.assumed;
        let mut notes = Vec::new();
        if lines == 0 {
            return notes;
        }
        let name = self.zone.and_then(TimeZone::iana_name).unwrap_or("the office's time zone");
        notes.push(match self.zone {
            Some(_) => format!("The times in {source} name no time zone; they were read as {name}, as office.toml says."),
            None => format!(
                "The times in {source} name no time zone and were read as UTC. If the server writes local time, say so with time_zone in office.toml."
            ),
        });
        if twice > 0 {
            notes.push(format!(
                "{twice} lines of {source} lie in an hour that came twice when clocks were set back: the first pass was assumed until the times jumped back, the second from there on. Their order is sure, their hour is not."
            ));
        }
        if never > 0 {
            notes.push(format!(
                "{never} lines of {source} bear times that {name} does not have, since clocks were set forward: the time zone may be wrong."
            ));
        }
        notes
    }
}

/// `2016-06-23 02:26:12.5`, `2016/06/23 02:26:12` or `23/Jun/2016:02:26:12.500`.
fn civil(text: &str) -> Option<DateTime> {
    let read = |format: &str| BrokenDownTime::parse(format, text).ok()?.to_datetime().ok();
    match text.as_bytes() {
        [_, _, b'/', ..] => read("%d/%b/%Y:%H:%M:%S%.f"),
        [_, _, _, _, b'/', ..] => read("%Y/%m/%d %H:%M:%S%.f"),
        [_, _, _, _, b'-', .., b'0'..=b'9'] if text.len() >= 19 => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Trusted;

    fn times(zone: &str) -> Times {
        let zone = Some(TimeZone::get(zone).expect("a zone"));
        Times::new(Box::leak(Box::new(Settings { trusted: Trusted(Vec::new()), zone, pattern: Vec::new() })))
    }

    fn utc(text: &str) -> Option<i64> {
        clock::rfc3339(text)
    }

    #[test]
    fn times_with_and_without_a_zone() {
        let mut chicago = times("America/Chicago");
        assert_eq!(chicago.any("23/Jun/2016:02:26:12 +0000"), utc("2016-06-23T02:26:12Z"));
        assert_eq!(chicago.any("[2016-06-23T02:26:12.5Z]"), utc("2016-06-23T02:26:12.5Z"));
        assert_eq!(chicago.any("1466648772.5"), utc("2016-06-23T02:26:12.5Z"));
        assert!(chicago.notes("x").is_empty());
        for text in
            ["23/Jun/2016:02:26:12.500", "2016-06-23 02:26:12.5", "2016/06/23 02:26:12.5", "2016-06-23T02:26:12.5"]
        {
            assert_eq!(chicago.any(text), utc("2016-06-23T07:26:12.5Z"), "{text}");
        }
        assert!(chicago.notes("x")[0].contains("America/Chicago"));
        for text in ["", "-", "yesterday", "32/Jun/2016:02:26:12", "nan", "inf", "2016-06-23"] {
            assert_eq!(chicago.any(text), None, "{text}");
        }
    }

    #[test]
    fn the_hour_that_comes_twice_never_goes_backward() {
        let mut chicago = times("America/Chicago");
        let mut read = |text: &str| chicago.any(text).unwrap();
        let (before, first) = (read("2026-11-01 00:59:00"), read("2026-11-01 01:05:00"));
        let (late, second) = (read("2026-11-01 01:58:00"), read("2026-11-01 01:02:00"));
        let (later, after) = (read("2026-11-01 01:59:00"), read("2026-11-01 02:00:00"));
        assert!(before < first && first < late && late < second && second < later && later < after);
        assert_eq!(second - first, 57 * 60_000_000);
        assert!(chicago.notes("access.log").iter().any(|n| n.starts_with("4 lines of access.log lie in an hour")));
        let mut again = times("America/Chicago");
        again.resume(&chicago.state());
        assert_eq!(again.assumed, chicago.assumed);
    }

    #[test]
    fn a_time_that_never_was_is_said() {
        let mut chicago = times("America/Chicago");
        assert_eq!(chicago.any("2026-03-08 02:30:00"), utc("2026-03-08T08:30:00Z"));
        assert!(chicago.notes("x").iter().any(|n| n.contains("set forward")));
    }

    #[test]
    fn formats_of_strftime() {
        let mut chicago = times("America/Chicago");
        assert_eq!(chicago.formatted("%Y-%m-%d %H:%M:%S %z", "2016-06-23 02:26:12 +0200"), utc("2016-06-23T00:26:12Z"));
        assert_eq!(chicago.formatted("%d.%m.%Y %T", "23.06.2016 02:26:12"), utc("2016-06-23T07:26:12Z"));
        assert_eq!(chicago.formatted("%T", "02:26:12"), None);
    }
}
