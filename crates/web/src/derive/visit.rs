//! One visit: what one client did on one page.

use super::request_rows::RequestRows;

/// What is added up of a visit.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) client: Box<str>,
    pub(super) account: Box<str>,
    pub(super) method: Box<str>,
    pub(super) route: Box<str>,
    pub(super) agent: Option<Box<str>>,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) requests: i64,
    pub(super) answered: i64,
    pub(super) moved: i64,
    pub(super) refused: i64,
    pub(super) failed: i64,
    pub(super) reads: i64,
    pub(super) first_record: Option<Box<str>>,
    pub(super) last_record: Option<Box<str>>,
    pub(super) clean: i64,
    pub(super) clean_bytes: i64,
    pub(super) least_bytes: Option<i64>,
    pub(super) most_bytes: Option<i64>,
    pub(super) attacks: i64,
}

impl Visit {
    /// A visit that begins with a request, which is not yet counted.
    pub(super) fn begin(rows: &RequestRows<'_>, row: usize) -> Self {
        Self {
            client: rows.client.value(row).into(),
            account: rows.account(row).into(),
            method: rows.method.value(row).into(),
            route: rows.route.value(row).into(),
            agent: rows.agent(row).map(Into::into),
            first: rows.time(row),
            last: rows.time(row),
            requests: 0,
            answered: 0,
            moved: 0,
            refused: 0,
            failed: 0,
            reads: 0,
            first_record: None,
            last_record: None,
            clean: 0,
            clean_bytes: 0,
            least_bytes: None,
            most_bytes: None,
            attacks: 0,
        }
    }

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
        self.attacks += i64::from(rows.attack(row) != 0);
        if let Some(bytes) = rows.bytes(row) {
            self.add_bytes(i64::try_from(bytes).unwrap_or(i64::MAX), rows.is_answered(row) && rows.attack(row) == 0);
        }
        if let Some(record) = rows.record(row).filter(|_| rows.is_read(row)) {
            self.add_read(record);
        }
    }

    fn add_bytes(&mut self, bytes: i64, clean: bool) {
        self.least_bytes = Some(self.least_bytes.map_or(bytes, |least| least.min(bytes)));
        self.most_bytes = Some(self.most_bytes.map_or(bytes, |most| most.max(bytes)));
        if clean {
            self.clean += 1;
            self.clean_bytes = self.clean_bytes.saturating_add(bytes);
        }
    }

    fn add_read(&mut self, record: &str) {
        self.reads += 1;
        if self.first_record.as_deref().is_none_or(|first| record < first) {
            self.first_record = Some(record.into());
        }
        if self.last_record.as_deref().is_none_or(|last| record > last) {
            self.last_record = Some(record.into());
        }
    }
}
