//! One visit: what one client did on one page. Kept small, since a log may have a million at a time.

use xxhash_rust::xxh3::xxh3_64;

use super::request_rows::RequestRows;

/// What is added up of a visit.
#[derive(Debug, Default)]
pub(super) struct Visit {
    /// The places of client and page.
    pub(super) client: u32,
    pub(super) page: u32,
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
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) {
        self.requests += 1;
        match rows.status(row) {
            None | Some(200..300) => self.answered += 1,
            Some(300..400) => self.moved += 1,
            Some(400..500) => self.refused += 1,
            Some(500..) => self.failed += 1,
            Some(_) => {}
        }
        self.attacks += i32::from(rows.attack(row) != 0);
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
