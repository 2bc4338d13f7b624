//! Builds the table `visits`: what one client did on one page.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, TimestampMicrosecondArray};
use pollwarden_core::Part;
use xxhash_rust::xxh3::xxh3_64;

use super::clients::{Clients, Life};
use super::names::{Places, by_share};
use super::{Logged, pages::Pages};
use crate::tables::VISITS;

/// So many visits are added up at once: what a core's cache holds, and those who are on the site at one time are among them.
const MOST: usize = 1 << 16;
/// So many bytes of addresses, pages and browsers are held with them.
const MOST_TEXT: usize = 16 << 20;

/// The visits that are being added up.
#[derive(Debug, Default)]
pub(super) struct Visits {
    clients: Clients,
    pages: Pages,
    /// Where a visit is, by its key: places are moved when the map grows, visits are not.
    places: Places,
    visits: Vec<Row>,
}

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

impl Visits {
    /// Counts a request, and says whose and for which page it is.
    pub(super) fn add(&mut self, request: &Logged<'_>) -> i64 {
        let (page, who) = (self.pages.add(request), self.clients.add(request));
        // Both are hashes; turned against each other, so that equal ones don't cancel out.
        let key = (who.rotate_left(23) ^ page).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
        let place = match self.places.entry(key) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(vacant) => {
                let (signed_in, of_who, visit) = (!request.account.is_empty(), Life::default(), Visit::default());
                self.visits.push(Row { key, who, page, signed_in, of_who, visit });
                *vacant.insert(self.visits.len() as u32 - 1)
            }
        };
        self.visits[place as usize].visit.add(request);
        key
    }

    /// Whether they should be handed over.
    pub(super) fn is_full(&self) -> bool {
        self.visits.len() >= MOST || self.clients.text() + self.pages.text() >= MOST_TEXT
    }

    /// Hands over what there is.
    pub(super) fn take(&mut self, out: &mut Vec<Part>) {
        for (share, places) in by_share(self.visits.iter().map(|row| row.who)) {
            let rows: Vec<Row> = places.iter().map(|&place| self.visits[place as usize]).collect();
            out.push(Part { table: &VISITS, share: Some(share), rows: batch(&rows) });
        }
        self.places.clear();
        self.visits.clear();
        self.clients.take(out);
        self.pages.take(out);
    }
}

impl Visit {
    fn add(&mut self, request: &Logged<'_>) {
        self.requests += 1;
        match request.status {
            None | Some(200..300) => self.answered += 1,
            Some(300..400) => self.moved += 1,
            Some(400..500) => self.refused += 1,
            Some(500..) => self.failed += 1,
            Some(_) => {}
        }
        self.attacks += i32::from(request.attack != 0);
        if let Some(bytes) = request.bytes {
            self.add_bytes(i64::try_from(bytes).unwrap_or(i64::MAX), request.is_answered() && request.attack == 0);
        }
        if let Some(record) = request.record.filter(|_| request.is_read()) {
            let key = xxh3_64(record.as_bytes()) as i64;
            self.reads += 1;
            self.records = widened(self.records, Some((key, key)));
        }
    }

    fn add_bytes(&mut self, bytes: i64, clean: bool) {
        self.bytes = widened(self.bytes, Some((bytes, bytes)));
        if clean {
            self.clean += 1;
            self.clean_bytes = self.clean_bytes.saturating_add(bytes);
        }
    }

    /// Takes another stretch in.
    pub(super) fn join(&mut self, other: &Self) {
        let add = |ours: &mut i32, theirs: i32| *ours = ours.saturating_add(theirs);
        add(&mut self.requests, other.requests);
        add(&mut self.answered, other.answered);
        add(&mut self.moved, other.moved);
        add(&mut self.refused, other.refused);
        add(&mut self.failed, other.failed);
        add(&mut self.reads, other.reads);
        add(&mut self.clean, other.clean);
        add(&mut self.attacks, other.attacks);
        self.clean_bytes = self.clean_bytes.saturating_add(other.clean_bytes);
        self.bytes = widened(self.bytes, other.bytes);
        self.records = widened(self.records, other.records);
    }
}

type Range = Option<(i64, i64)>;

fn widened(range: Range, by: Range) -> Range {
    match (range, by) {
        (Some((low, high)), Some((least, most))) => Some((low.min(least), high.max(most))),
        (range, by) => range.or(by),
    }
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
