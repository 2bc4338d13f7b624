//! Builds the table `minutes`: a month has 43,200 of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};

use super::request_rows::RequestRows;
use crate::tables::MINUTES;

const MICROS: i64 = 60_000_000;

/// The minutes that are being added up.
#[derive(Default)]
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
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) {
        let time = rows.time(row);
        let minute = time.div_euclid(MICROS);
        match &mut self.now {
            Some((now, counted)) if *now == minute => counted.add(rows, row),
            _ => {
                self.put_back();
                let begun = self.minutes.remove(&minute).unwrap_or_else(|| Minute::begin(time, rows.source(row)));
                let (_, counted) = self.now.insert((minute, begun));
                counted.add(rows, row);
            }
        }
    }

    fn put_back(&mut self) {
        self.minutes.extend(self.now.take());
    }

    /// Hands over the minutes so far.
    pub(super) fn finish(&mut self) -> Option<RecordBatch> {
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

    fn add(&mut self, rows: &RequestRows<'_>, row: usize) {
        let time = rows.time(row);
        (self.first, self.last) = (self.first.min(time), self.last.max(time));
        self.requests += 1;
        self.failed += i64::from(rows.status(row).is_some_and(|s| s >= 500));
        if let Some(duration) = rows.duration_us(row) {
            self.timed += 1;
            self.duration_us = self.duration_us.saturating_add(i64::try_from(duration).unwrap_or(i64::MAX));
        }
        if rows.source(row) < &*self.source {
            self.source = rows.source(row).into();
        }
    }
}
