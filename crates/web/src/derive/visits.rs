//! Builds the table `visits`: what one client did on one page.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, TimestampMicrosecondArray};

use super::clients::Life;
use super::hits::Hit;
use crate::tables::VISITS;

/// What is added up of a visit. Kept small, since a log may have many millions.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Visit {
    pub(super) requests: i32,
    pub(super) answered: i32,
    pub(super) moved: i32,
    pub(super) refused: i32,
    pub(super) failed: i32,
    pub(super) reads: i32,
    pub(super) clean: i32,
    pub(super) attacks: i32,
    pub(super) clean_bytes: i64,
    /// Smallest and largest answer.
    pub(super) bytes: Option<(i64, i64)>,
    /// Least and greatest key of a record.
    pub(super) records: Option<(i64, i64)>,
}

impl Visit {
    /// Counts a request.
    pub(super) fn add(&mut self, hit: &Hit) {
        let add = |to: &mut i32| *to = to.saturating_add(1);
        add(&mut self.requests);
        match hit.status() {
            None | Some(200..300) => add(&mut self.answered),
            Some(300..400) => add(&mut self.moved),
            Some(400..500) => add(&mut self.refused),
            Some(500..) => add(&mut self.failed),
            Some(_) => {}
        }
        if hit.is_attack() {
            add(&mut self.attacks);
        }
        if let Some(bytes) = hit.bytes() {
            self.bytes = widened(self.bytes, bytes);
            if !hit.is_attack() && hit.is_answered() {
                add(&mut self.clean);
                self.clean_bytes = self.clean_bytes.saturating_add(bytes);
            }
        }
        if let Some(record) = hit.record() {
            add(&mut self.reads);
            self.records = widened(self.records, record);
        }
    }
}

fn widened(range: Option<(i64, i64)>, by: i64) -> Option<(i64, i64)> {
    Some(range.map_or((by, by), |(least, most)| (least.min(by), most.max(by))))
}

/// A row of the table. What the client did on all pages is known once its share is settled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) key: i64,
    pub(super) who: i64,
    pub(super) page: i64,
    pub(super) signed_in: bool,
    pub(super) of_who: Life,
    pub(super) visit: Visit,
}

impl Row {
    /// Begins a visit with its first request, which is not counted yet.
    pub(super) fn of(hit: &Hit) -> Self {
        let (key, who, page, signed_in) = (hit.visit(), hit.who, hit.page, hit.signed_in());
        Self { key, who, page, signed_in, of_who: Life::default(), visit: Visit::default() }
    }
}

/// Rows of the table.
pub(super) fn batch(rows: &[Row]) -> RecordBatch {
    let long = |of: fn(&Row) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(rows.iter().map(of))) };
    let time = |of: fn(&Row) -> i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(of)).with_timezone("UTC"))
    };
    let count = |of: fn(&Visit) -> i32| -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| of(&r.visit))))
    };
    let maybe = |of: fn(&Visit) -> Option<i64>| -> ArrayRef {
        Arc::new(rows.iter().map(|r| of(&r.visit)).collect::<Int64Array>())
    };
    let columns = vec![
        long(|r| r.key),
        long(|r| r.who),
        long(|r| r.page),
        Arc::new(rows.iter().map(|r| Some(r.signed_in)).collect::<BooleanArray>()),
        long(|r| r.of_who.requests),
        long(|r| r.of_who.assets),
        time(|r| r.of_who.first),
        time(|r| r.of_who.last),
        count(|v| v.requests),
        count(|v| v.answered),
        count(|v| v.moved),
        count(|v| v.refused),
        count(|v| v.failed),
        count(|v| v.reads),
        count(|v| v.clean),
        count(|v| v.attacks),
        long(|r| r.visit.clean_bytes),
        maybe(|v| v.records.map(|(least, _)| least)),
        maybe(|v| v.records.map(|(_, most)| most)),
        maybe(|v| v.bytes.map(|(least, _)| least)),
        maybe(|v| v.bytes.map(|(_, most)| most)),
    ];
    RecordBatch::try_new((VISITS.schema)(), columns).expect("columns are built as the schema says")
}
