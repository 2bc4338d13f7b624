//! Ticks of axes: round values, and times that people count in.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use pollwarden_core::Interval;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 1970-01-01 was a Thursday; ticks of weeks fall on Mondays.
const TO_MONDAY: i64 = 4 * DAY;

const SECONDS: [i64; 15] = [
    1,
    5,
    15,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
];
const MONTHS: [i64; 10] = [1, 3, 6, 12, 24, 60, 120, 600, 6_000, 60_000];

/// Maps times to x.
#[derive(Clone, Copy)]
pub(super) struct TimeScale {
    pub(super) span: Interval,
    pub(super) left: f64,
    pub(super) right: f64,
}

impl TimeScale {
    /// Where a time lies; times outside are moved to the ends.
    pub(super) fn x(&self, at: Timestamp) -> f64 {
        let of = |t: Timestamp| t.as_millisecond() as f64;
        let whole = (of(self.span.to) - of(self.span.from)).max(1.0);
        let part = ((of(at) - of(self.span.from)) / whole).clamp(0.0, 1.0);
        self.left + part * (self.right - self.left)
    }

    /// At most `most` times with their labels.
    pub(super) fn ticks(&self, most: usize) -> Vec<(Timestamp, String)> {
        let (from, to) = (self.span.from.as_second(), self.span.to.as_second());
        let fits = |step: i64| ((to - from) / step) as usize <= most;
        if let Some(step) = SECONDS.into_iter().find(|step| fits(*step)) {
            return by_seconds(from, to, step);
        }
        let step = MONTHS.into_iter().find(|step| fits(step * 30 * DAY)).unwrap_or(MONTHS[MONTHS.len() - 1]);
        by_months(self.span, step)
    }
}

fn by_seconds(from: i64, to: i64, step: i64) -> Vec<(Timestamp, String)> {
    let offset = if step % (7 * DAY) == 0 { TO_MONDAY } else { 0 };
    let first = (from - offset).div_euclid(step) * step + offset;
    let times = (0..64).map(|i| first + i * step).filter(|at| (from..=to).contains(at));
    times.filter_map(|at| Timestamp::from_second(at).ok()).map(|at| (at, label(at, step))).collect()
}

fn label(at: Timestamp, step: i64) -> String {
    let midnight = at.as_second().rem_euclid(DAY) == 0;
    let form = if midnight {
        "%-d %b"
    } else if step < MINUTE {
        "%H:%M:%S"
    } else {
        "%H:%M"
    };
    at.to_zoned(TimeZone::UTC).strftime(form).to_string()
}

fn by_months(span: Interval, step: i64) -> Vec<(Timestamp, String)> {
    let date = span.from.to_zoned(TimeZone::UTC).date();
    let first = (i64::from(date.year()) * 12 + i64::from(date.month()) - 1).div_euclid(step) * step;
    let form = if step % 12 == 0 { "%Y" } else { "%b %Y" };
    let months = (0..64).filter_map(|i| start_of_month(first + i * step));
    months
        .filter(|at| span.from <= *at && *at <= span.to)
        .map(|at| (at, at.to_zoned(TimeZone::UTC).strftime(form).to_string()))
        .collect()
}

fn start_of_month(months: i64) -> Option<Timestamp> {
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    Some(Date::new(year, month, 1).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Values from 0 to just above `max`, in steps of 1, 2 or 5 and a power of ten.
pub(super) fn values(max: f64) -> Vec<f64> {
    if !(max.is_finite() && max > 0.0) {
        return vec![0.0, 1.0];
    }
    let raw = max / 4.0;
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= raw).unwrap_or(10.0 * power);
    // Nothing is counted in halves.
    let step = if max >= 2.0 { step.max(1.0) } else { step };
    let steps = (max / step).ceil().max(1.0) as u32;
    (0..=steps).map(|i| f64::from(i) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str, most: usize) -> Vec<String> {
        let span = Interval { from: from.parse().expect("a time"), to: to.parse().expect("a time") };
        TimeScale { span, left: 0.0, right: 1.0 }.ticks(most).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_fall_on_times_people_count_in() {
        assert_eq!(
            labels("2026-10-01T08:00:00Z", "2026-11-04T00:00:00Z", 8),
            ["5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov"]
        );
        assert_eq!(labels("2026-10-01T22:10:00Z", "2026-10-02T02:00:00Z", 4), ["23:00", "2 Oct", "01:00", "02:00"]);
        assert_eq!(labels("2026-01-15T00:00:00Z", "2026-12-15T00:00:00Z", 4), ["Apr 2026", "Jul 2026", "Oct 2026"]);
    }

    #[test]
    fn the_ends_of_time_are_drawn_too() {
        let span = Interval { from: Timestamp::MIN, to: Timestamp::MAX };
        let scale = TimeScale { span, left: 0.0, right: 100.0 };
        assert!(scale.ticks(8).len() <= 9);
        assert_eq!((scale.x(Timestamp::MIN), scale.x(Timestamp::MAX)), (0.0, 100.0));
        let point = Interval { from: Timestamp::UNIX_EPOCH, to: Timestamp::UNIX_EPOCH };
        assert_eq!(TimeScale { span: point, left: 1.0, right: 2.0 }.ticks(8).len(), 1);
    }

    #[test]
    fn values_are_round_and_reach_the_greatest() {
        assert_eq!(values(7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(values(12_345.0), [0.0, 5_000.0, 10_000.0, 15_000.0]);
        assert_eq!(values(0.0), [0.0, 1.0]);
        assert_eq!(values(f64::NAN), [0.0, 1.0]);
        assert_eq!(values(3.0), [0.0, 1.0, 2.0, 3.0]);
    }
}
