//! Builds the table `minutes`: a month has 43,200 of them.

use std::collections::{BTreeMap, btree_map::Entry};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};

use pollwarden_core::{Columns, Integers, Times};

use super::Logged;
use crate::tables::MINUTES;

const MICROS: i64 = 60_000_000;

/// The minutes that are being added up.
#[derive(Debug, Default)]
pub(super) struct Minutes {
    minutes: BTreeMap<i64, Minute>,
    /// The minute of the last request: most requests fall into the same.
    now: Option<(i64, Minute)>,
}

#[derive(Debug)]
struct Minute {
    first: i64,
    last: i64,
    requests: i64,
    failed: i64,
    timed: i64,
    duration_us: i64,
    source: Box<str>,
}

impl Minutes {
    /// Counts a request.
    pub(super) fn add(&mut self, request: &Logged<'_>) {
        let time = request.time;
        let minute = time.div_euclid(MICROS);
        match &mut self.now {
            Some((now, counted)) if *now == minute => counted.add(request),
            _ => {
                self.put_back();
                let begun = self.minutes.remove(&minute).unwrap_or_else(|| Minute::begin(time, request.source));
                let (_, counted) = self.now.insert((minute, begun));
                counted.add(request);
            }
        }
    }

    /// Takes in minutes that were counted elsewhere.
    pub(super) fn join(&mut self, rows: &RecordBatch) {
        let c = Columns::of(rows);
        let (minutes, first, last) = (c.times("minute"), c.times("first"), c.times("last"));
        let [requests, failed, timed, duration] =
            ["requests", "failed", "timed", "duration_us"].map(|name| c.integers(name));
        let source = c.text("source");
        for row in 0..rows.num_rows() {
            let at = |times: &Times| times.get(row).map(|at| at.as_microsecond()).unwrap_or_default();
            let number = |of: &Integers| of.get(row).unwrap_or_default();
            let minute = Minute {
                first: at(&first),
                last: at(&last),
                requests: number(&requests),
                failed: number(&failed),
                timed: number(&timed),
                duration_us: number(&duration),
                source: source.or_empty(row).into(),
            };
            match self.minutes.entry(at(&minutes).div_euclid(MICROS)) {
                Entry::Occupied(mut known) => known.get_mut().join(minute),
                Entry::Vacant(vacant) => drop(vacant.insert(minute)),
            }
        }
    }

    fn put_back(&mut self) {
        self.minutes.extend(self.now.take());
    }

    /// Hands over the minutes so far.
    pub(super) fn take(&mut self) -> Option<RecordBatch> {
        self.put_back();
        let minutes = std::mem::take(&mut self.minutes);
        let number =
            |of: fn(&Minute) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(minutes.values().map(of))) };
        let time =
            |times: Vec<i64>| -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC")) };
        let columns = vec![
            time(minutes.keys().map(|minute| minute * MICROS).collect()),
            time(minutes.values().map(|m| m.first).collect()),
            time(minutes.values().map(|m| m.last).collect()),
            number(|m| m.requests),
            number(|m| m.failed),
            number(|m| m.timed),
            number(|m| m.duration_us),
            Arc::new(StringViewArray::from_iter_values(minutes.values().map(|m| &m.source))),
        ];
        let batch = RecordBatch::try_new((MINUTES.schema)(), columns).expect("columns are built as the schema says");
        (!minutes.is_empty()).then_some(batch)
    }
}

impl Minute {
    fn begin(time: i64, source: &str) -> Self {
        Self { first: time, last: time, requests: 0, failed: 0, timed: 0, duration_us: 0, source: source.into() }
    }

    fn add(&mut self, request: &Logged<'_>) {
        let time = request.time;
        (self.first, self.last) = (self.first.min(time), self.last.max(time));
        self.requests += 1;
        self.failed += i64::from(request.status.is_some_and(|s| s >= 500));
        if let Some(duration) = request.duration_us {
            self.timed += 1;
            self.duration_us = self.duration_us.saturating_add(i64::try_from(duration).unwrap_or(i64::MAX));
        }
        if request.source < &*self.source {
            self.source = request.source.into();
        }
    }

    fn join(&mut self, other: Self) {
        (self.first, self.last) = (self.first.min(other.first), self.last.max(other.last));
        self.requests += other.requests;
        self.failed += other.failed;
        self.timed += other.timed;
        self.duration_us = self.duration_us.saturating_add(other.duration_us);
        if other.source < self.source {
            self.source = other.source;
        }
    }
}
