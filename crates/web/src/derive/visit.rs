//! One visit: what one client did on one page. Kept small, since a log may have a million at a time.

use xxhash_rust::xxh3::xxh3_64;

use super::{names::Name, request_rows::RequestRows};

/// What is added up of a visit.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) who: i64,
    pub(super) page: i64,
    pub(super) client: Name,
    pub(super) account: Name,
    pub(super) method: Name,
    pub(super) route: Name,
    pub(super) agent: Option<Name>,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) requests: u32,
    pub(super) answered: u32,
    pub(super) moved: u32,
    pub(super) refused: u32,
    pub(super) failed: u32,
    pub(super) reads: u32,
    pub(super) clean: u32,
    pub(super) attacks: u32,
    pub(super) clean_bytes: i64,
    /// Smallest and largest answer.
    pub(super) bytes: Option<(i64, i64)>,
    /// Least and greatest key of a record.
    pub(super) records: Option<(i64, i64)>,
}

impl Visit {
    /// Counts a request.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) {
        let time = rows.time(row);
        (self.first, self.last) = (self.first.min(time), self.last.max(time));
        self.requests += 1;
        match rows.status(row) {
            None | Some(200..300) => self.answered += 1,
            Some(300..400) => self.moved += 1,
            Some(400..500) => self.refused += 1,
            Some(500..) => self.failed += 1,
            Some(_) => {}
        }
        self.attacks += u32::from(rows.attack(row) != 0);
        if let Some(bytes) = rows.bytes(row) {
            self.add_bytes(i64::try_from(bytes).unwrap_or(i64::MAX), rows.is_answered(row) && rows.attack(row) == 0);
        }
        if let Some(record) = rows.record(row).filter(|_| rows.is_read(row)) {
            self.reads += 1;
            self.records = Some(widened(self.records, xxh3_64(record.as_bytes()) as i64));
        }
    }

    fn add_bytes(&mut self, bytes: i64, clean: bool) {
        self.bytes = Some(widened(self.bytes, bytes));
        if clean {
            self.clean += 1;
            self.clean_bytes = self.clean_bytes.saturating_add(bytes);
        }
    }
}

fn widened(range: Option<(i64, i64)>, value: i64) -> (i64, i64) {
    range.map_or((value, value), |(low, high)| (low.min(value), high.max(value)))
}
