//! Times as access logs write them, in microseconds since 1970, UTC.
//!
//! Lines come in order of time, so the minute of the line before is nearly always the minute of this one: only its
//! seconds are read again.

use jiff::{Timestamp, civil, tz};

/// Reads times, and remembers the last minute or day.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// `dd/Mon/yyyy:HH:MM:`, and microseconds at its start.
    minute: [u8; 18],
    zone: [u8; 6],
    base: i64,
    /// A day as W3C logs write it, and microseconds at its start.
    date: String,
    midnight: i64,
}

impl Clock {
    /// The time of the common log format: `10/Oct/2016:13:55:36 -0700`, with or without a fraction of a second; or a
    /// time of RFC 3339, which nginx writes as `$time_iso8601`.
    pub(crate) fn bracketed(&mut self, text: &[u8]) -> Option<i64> {
        if text.len() == 26 && text[..18] == self.minute && text[20..] == self.zone {
            return Some(self.base + seconds(&text[18..20])?);
        }
        self.common(text).or_else(|| rfc3339(std::str::from_utf8(text).ok()?))
    }

    /// A date and a time of day in UTC, as W3C logs write them: `2016-06-23` and `02:26:12`, with or without a fraction.
    pub(crate) fn date_and_time(&mut self, date: &str, time: &str) -> Option<i64> {
        if date.is_empty() {
            return None;
        }
        if date != self.date {
            let midnight = date.parse::<civil::Date>().ok()?.to_zoned(tz::TimeZone::UTC).ok()?;
            self.midnight = midnight.timestamp().as_microsecond();
            date.clone_into(&mut self.date);
        }
        let [h1, h2, b':', m1, m2, b':', s1, s2, fraction @ ..] = time.as_bytes() else { return None };
        let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
        let micros = seconds(&[*s1, *s2])? + fraction_of_second(fraction)?;
        (hours < 24 && minutes < 60).then(|| self.midnight + i64::from(hours * 60 + minutes) * 60_000_000 + micros)
    }

    fn common(&mut self, text: &[u8]) -> Option<i64> {
        let (&minute, rest) = text.split_first_chunk::<18>()?;
        let (rest, &zone) = rest.split_last_chunk::<6>()?;
        let (second, fraction) = rest.split_at_checked(2)?;
        let base = start_of_minute(&minute)?.checked_sub(offset(&zone)?)?.checked_mul(1_000_000)?;
        (self.minute, self.zone, self.base) = (minute, zone, base);
        Some(base + seconds(second)? + fraction_of_second(fraction)?)
    }
}

/// A time of RFC 3339 (section 5.6), such as `2016-06-23T02:26:12Z`; a space may stand for the `T`.
pub(crate) fn rfc3339(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}

/// Seconds since 1970; what is too large to be seconds is milliseconds, microseconds or nanoseconds.
pub(crate) fn epoch(seconds: f64) -> Option<i64> {
    let micros = match seconds.abs() {
        s if s < 1e11 => seconds * 1e6,
        s if s < 1e14 => seconds * 1e3,
        s if s < 1e17 => seconds,
        s if s < 1e20 => seconds / 1e3,
        _ => return None,
    };
    Some(micros as i64)
}

fn start_of_minute(text: &[u8; 18]) -> Option<i64> {
    const MONTHS: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    if [text[2], text[6], text[11], text[14], text[17]] != *b"//:::" {
        return None;
    }
    let month = MONTHS.iter().position(|m| text[3..6].eq_ignore_ascii_case(*m))? + 1;
    let date = civil::Date::new(number(&text[7..11])? as i16, month as i8, number(&text[..2])? as i8).ok()?;
    let time = civil::Time::new(number(&text[12..14])? as i8, number(&text[15..17])? as i8, 0, 0).ok()?;
    Some(date.to_datetime(time).to_zoned(tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// ` -0700` in seconds.
fn offset(zone: &[u8; 6]) -> Option<i64> {
    let (hours, minutes) = (number(&zone[2..4])?, number(&zone[4..6])?);
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
    match &zone[..2] {
        b" +" => Some(seconds),
        b" -" => Some(-seconds),
        _ => None,
    }
}

fn seconds(text: &[u8]) -> Option<i64> {
    // 60 is a leap second: the last second of the minute, as POSIX time has it.
    number(text).filter(|s| *s <= 60).map(|s| i64::from(s.min(59)) * 1_000_000)
}

fn fraction_of_second(text: &[u8]) -> Option<i64> {
    let Some(digits) = text.strip_prefix(b".") else { return text.is_empty().then_some(0) };
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let value = i64::from(number(digits)?);
    Some(value * 1_000_000 / 10_i64.pow(digits.len() as u32))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_log_format_and_its_variants() {
        let mut clock = Clock::default();
        let mut read = |text: &str| clock.bracketed(text.as_bytes());
        assert_eq!(read("01/Jan/1970:00:00:01 +0000"), Some(1_000_000));
        assert_eq!(read("01/Jan/1970:00:00:59 +0000"), Some(59_000_000));
        assert_eq!(read("01/Jan/1970:02:00:00 +0200"), Some(0));
        assert_eq!(read("31/Dec/1969:17:00:00 -0700"), Some(0));
        assert_eq!(read("01/Jan/1970:00:00:01.250 +0000"), Some(1_250_000));
        assert_eq!(read("1970-01-01T00:00:02+00:00"), Some(2_000_000));
        assert_eq!(read("31/Dec/2016:23:59:60 +0000"), Some(1_483_228_799_000_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        let mut clock = Clock::default();
        for text in ["", "2869", "32/Jan/1970:00:00:01 +0000", "01/Foo/1970:00:00:01 +0000", "01/Jan/1970:00:00:01"] {
            assert_eq!(clock.bracketed(text.as_bytes()), None, "{text}");
        }
        clock.bracketed(b"01/Jan/1970:00:00:01 +0000");
        assert_eq!(clock.bracketed(b"01/Jan/1970:00:00:6x +0000"), None);
    }

    #[test]
    fn epochs_of_any_unit() {
        for seconds in [1_700_000_000.5, 1_700_000_000_500.0, 1_700_000_000_500_000.0, 1_700_000_000_500_000_000.0] {
            assert_eq!(epoch(seconds), Some(1_700_000_000_500_000));
        }
        assert_eq!(epoch(f64::NAN), None);
    }

    #[test]
    fn dates_and_times_in_fields_of_their_own() {
        let mut clock = Clock::default();
        assert_eq!(clock.date_and_time("1970-01-02", "00:00:01"), Some(86_401_000_000));
        assert_eq!(clock.date_and_time("1970-01-02", "00:00:01.5"), Some(86_401_500_000));
        assert_eq!(clock.date_and_time("1970-13-02", "00:00:01"), None);
        assert_eq!(clock.date_and_time("", "00:00:01"), None);
        assert_eq!(Clock::default().date_and_time("", "00:00:01"), None);
        assert_eq!(clock.date_and_time("1970-01-02", "24:00:01"), None);
    }
}
