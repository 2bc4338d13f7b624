//! `web/silence`: a stretch without a single request where traffic was to be expected. It is no finding but a gap in
//! coverage: nobody can say what happened in it.

use std::ops::Range;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Columns, Detector, DetectorError, Findings, Gap, Interval, Picture, Plan, Question, Reference, Scope,
    Series, Stability, Tables,
};

use crate::tables::MINUTES;

/// Minutes of one bin.
const BIN: i64 = 10;
/// Bins of a day.
const BINS: usize = (24 * 60 / BIN) as usize;
/// A silence less likely than one in a million is no chance.
const CHANCE: f64 = 1e-6;

pub(super) struct Silence;

impl Detector for Silence {
    fn about(&self) -> &'static About {
        &About {
            id: "web/silence",
            title: "A gap in the web log",
            question: Question::Web,
            since: "0.1.0",
            stability: Stability::Stable,
            tables: &["minutes"],
            looks_for: "Stretches without a single request at times of day that always have some, or several times as long as any other gap of the log.",
            why: "A log that stops for hours hides whatever happened in them: a full disk, a restart, or somebody who deleted lines.",
            cannot_see: "Single deleted lines; a gap at an hour that is always quiet; one of several servers falling silent while others go on.",
            do_next: "Ask who runs the web server whether it was down, and look for copies of the log (rotated files, backups, the load balancer's own log).",
            techniques: &["T1070.002"],
            references: &[Reference {
                title: "Indicator Removal: Clear Linux or Mac System Logs",
                place: "MITRE ATT&CK T1070.002",
            }],
        }
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(MINUTES.name)?;
        Ok(Plan::sql(format!(
            "SELECT date_bin(INTERVAL '{BIN} minutes', minute) AS bin, sum(requests) AS requests, \
             min(first) AS first, max(last) AS last FROM minutes GROUP BY 1 ORDER BY 1"
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut seen = Vec::new();
        for batch in rows {
            let columns = Columns::of(&batch);
            let (first, last, requests) = (columns.times("first"), columns.times("last"), columns.integers("requests"));
            for row in 0..batch.num_rows() {
                if let (Some(first), Some(last)) = (first.get(row), last.get(row)) {
                    seen.push(Bin { first, last, requests: requests.count(row) as f64 });
                }
            }
        }
        let Some((start, end)) = seen.first().map(|b| b.first).zip(seen.last().map(|b| b.last)) else { return };
        let silences = silences(&seen);
        watched(start, end, &silences).into_iter().for_each(|w| found.watched(w));
        for gap in silences {
            found.gap(Gap {
                when: Some(gap),
                why: "No request at all was logged in this time, although this hour of day always has some".into(),
                needed: true,
            });
        }
        found.picture(requests_by_hour(&seen));
    }
}

/// Ten minutes that had requests.
struct Bin {
    first: Timestamp,
    last: Timestamp,
    requests: f64,
}

impl Bin {
    fn number(&self) -> i64 {
        self.first.as_second().div_euclid(BIN * 60)
    }
}

/// Stretches without a request that chance does not explain, by either of two signs.
fn silences(seen: &[Bin]) -> Vec<Interval> {
    let (profile, outliers) = (Profile::of(seen), Outliers::of(seen));
    seen.windows(2)
        .filter(|pair| {
            let bins = pair[0].number() + 1..pair[1].number();
            (-profile.expected(bins.clone())).exp() < CHANCE || (outliers.has(length(pair)) && profile.is_busy(bins))
        })
        .map(|pair| Interval { from: pair[0].last, to: pair[1].first })
        .collect()
}

/// Seconds between two stretches that had requests.
fn length(pair: &[Bin]) -> i64 {
    pair[1].first.as_second() - pair[0].last.as_second()
}

/// Gaps that stand apart from all others of this log. A site with few visitors has a clock of its own (a monitor, a
/// crawler): its ordinary gaps are alike, and one that is several times as long as any of them is none of them.
struct Outliers {
    from: i64,
}

impl Outliers {
    /// How many times as long as the longest ordinary gap.
    const TIMES: i64 = 3;
    /// Seconds below which no gap is worth a word.
    const SHORTEST: i64 = 3_600;
    /// Fewer gaps than this don't show what is ordinary.
    const FEWEST: usize = 200;
    /// At most so many gaps stand apart; more are a habit.
    const MOST: usize = 10;

    fn of(seen: &[Bin]) -> Self {
        let mut gaps: Vec<i64> = seen.windows(2).map(length).collect();
        gaps.sort_unstable_by(|a, b| b.cmp(a));
        let apart = |n: &usize| gaps[*n - 1] >= (Self::TIMES * gaps[*n]).max(Self::SHORTEST);
        let enough = gaps.len() >= Self::FEWEST;
        let last = (1..=Self::MOST).filter(|_| enough).rfind(apart);
        Self { from: last.map_or(i64::MAX, |n| gaps[n - 1]) }
    }

    fn has(&self, gap: i64) -> bool {
        gap >= self.from
    }
}

/// The ordinary number of visits for each ten minutes of a day.
///
/// Requests come in visits, so their counts scatter more than Poisson's; expectation is divided by the index of
/// dispersion (quasi-Poisson: McCullagh and Nelder, Generalized Linear Models, 1989, section 6.2).
struct Profile {
    rates: [f64; BINS],
}

impl Profile {
    fn of(seen: &[Bin]) -> Self {
        let mut days: Vec<Vec<f64>> = vec![Vec::new(); BINS];
        for bin in seen {
            days[slot(bin.number())].push(bin.requests);
        }
        let span = seen.last().map_or(0, |b| b.number()) - seen.first().map_or(0, |b| b.number()) + 1;
        let all_days = (span as f64 / BINS as f64).max(1.0);
        let rates = std::array::from_fn(|i| typical(&days[i], all_days));
        Self { rates }
    }

    fn expected(&self, bins: Range<i64>) -> f64 {
        bins.take(BINS * 400).map(|bin| self.rates[slot(bin)]).sum()
    }

    /// Whether on most days there are requests at several of these times: a site that sleeps at night is not silent.
    fn is_busy(&self, bins: Range<i64>) -> bool {
        bins.take(BINS).filter(|&bin| self.rates[slot(bin)] > 0.0).take(3).count() == 3
    }
}

/// Visits to be expected: the median over all days (days without any request count as zero), over the dispersion.
fn typical(seen: &[f64], all_days: f64) -> f64 {
    let mut sorted = seen.to_vec();
    sorted.sort_by(f64::total_cmp);
    let empty = (all_days.round() as usize).saturating_sub(sorted.len());
    let middle = (empty + sorted.len()) / 2;
    let median = if middle < empty { 0.0 } else { sorted.get(middle - empty).copied().unwrap_or(0.0) };
    median / dispersion(seen)
}

fn dispersion(counts: &[f64]) -> f64 {
    let n = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / n.max(1.0);
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    // A handful of days can't measure scatter: then ten requests to a visit, as browsers make them.
    if n < 5.0 || mean == 0.0 { 10.0 } else { (variance / mean).max(1.0) }
}

fn slot(bin: i64) -> usize {
    bin.rem_euclid(BINS as i64) as usize
}

fn watched(start: Timestamp, end: Timestamp, silences: &[Interval]) -> Vec<Interval> {
    let mut from = start;
    let mut watched = Vec::new();
    for silence in silences {
        watched.push(Interval { from, to: silence.from });
        from = silence.to;
    }
    watched.push(Interval { from, to: end });
    watched
}

fn requests_by_hour(seen: &[Bin]) -> Picture {
    let mut hours = std::collections::BTreeMap::<i64, f64>::new();
    for bin in seen {
        *hours.entry(bin.first.as_second().div_euclid(3_600)).or_default() += bin.requests;
    }
    let at = |hour: i64| pollwarden_core::from_micros(hour * 3_600_000_000);
    let points = hours.into_iter().map(|(hour, n)| (at(hour), n)).collect();
    Picture::Timeline {
        title: "Requests an hour".into(),
        unit: "requests".into(),
        series: vec![Series { name: "requests".into(), points }],
        marks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten days with the given requests in every ten minutes, one stretch of bins left out.
    fn log(requests: impl Fn(i64) -> f64, gap: std::ops::Range<i64>) -> Vec<Bin> {
        let at = |bin: i64, second: i64| pollwarden_core::from_micros((bin * BIN * 60 + second) * 1_000_000);
        (0..10 * BINS as i64)
            .filter(|bin| !gap.contains(bin) && requests(*bin) > 0.0)
            .map(|bin| Bin { first: at(bin, 1), last: at(bin, 599), requests: requests(bin) })
            .collect()
    }

    #[test]
    fn two_hours_of_nothing_on_a_busy_site_are_a_silence() {
        let silences = silences(&log(|bin| 40.0 + (bin % 7) as f64, 500..512));
        assert_eq!(silences.len(), 1);
        assert_eq!(silences[0].from.as_second(), 500 * BIN * 60 - 1);
    }

    #[test]
    fn a_quiet_site_with_a_monitor_is_silent_when_the_monitor_is() {
        let silences = silences(&log(|bin| f64::from(u8::from(bin % 3 == 0)) * 2.0, 500..530));
        assert_eq!(silences.len(), 1);
        assert_eq!(silences[0].to.as_second(), 531 * BIN * 60 + 1);
    }

    #[test]
    fn an_hour_that_is_always_quiet_is_no_silence() {
        let by_day = |bin: i64| if (40..110).contains(&bin.rem_euclid(BINS as i64)) { 40.0 } else { 0.0 };
        assert!(silences(&log(by_day, 0..0)).is_empty());
    }

    #[test]
    fn a_seldom_visited_site_is_often_silent() {
        let by_chance = |bin: i64| f64::from(u8::from(bin.wrapping_mul(2_654_435_761) % 1_000 < 60)) * 8.0;
        assert!(silences(&log(by_chance, 0..0)).is_empty());
    }
}
