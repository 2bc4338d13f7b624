//! Which of a portal's pages is which: shows a record, takes a parameter, is a form, takes passwords.

use arrow::array::RecordBatch;
use pollwarden_core::Columns;

use super::super::portal::{Answer, ok};
use crate::sizing::{Peers, Readership};

/// Pages by how many strangers come, without those that are mostly attacked.
pub(super) fn sql() -> String {
    format!(
        "WITH {NAMED} SELECT method, route, count(DISTINCT who) AS clients, sum(requests) AS requests, \
           sum(answered) AS answered, sum(clean) AS clean, sum(clean_bytes) AS clean_bytes, \
           count(DISTINCT CASE WHEN reads > 0 THEN who END) AS readers, \
           count(DISTINCT CASE WHEN reads > 0 THEN least_record END) AS records \
         FROM named WHERE account = '' AND method IN ('GET', 'POST') AND attacks * 2 < requests \
         GROUP BY 1, 2 ORDER BY clients DESC, route, method LIMIT 400"
    )
}

/// A part of a plan, `named`: visits with who came and to which page.
pub(super) const NAMED: &str = "named AS (SELECT v.*, c.client, c.account, p.method, p.route FROM visits v \
    JOIN clients c ON v.who = c.who \
    JOIN (SELECT page, min(method) AS method, min(route) AS route FROM pages GROUP BY page) p ON v.page = p.page)";

/// Words in the names of pages that take a password.
const LOGIN: [&str; 8] = ["login", "logon", "log-in", "signin", "sign-in", "signon", "auth", "session"];

/// Fewer clients than this show no page's ordinary life.
const FEWEST: u64 = 3;

/// One page, as strangers use it.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: String,
    pub(super) requests: u64,
    method: String,
    clients: u64,
    answered: u64,
    mean_bytes: Option<u64>,
    readers: u64,
    records: u64,
}

/// The pages of a portal, most visited first.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

impl Routes {
    pub(super) fn of(batches: &[RecordBatch]) -> Self {
        Self(batches.iter().flat_map(|batch| (0..batch.num_rows()).map(|row| Route::of(batch, row))).collect())
    }

    /// The page that shows a person's record to most strangers.
    pub(super) fn records(&self) -> Option<&Route> {
        let personal = self.get().filter(|r| r.readers >= FEWEST && r.is_personal());
        personal.max_by_key(|r| (r.readers, std::cmp::Reverse(&r.name)))
    }

    /// The page with a parameter that most strangers fill in.
    pub(super) fn with_parameter(&self) -> Option<&Route> {
        self.get().find(|r| r.name.contains('?') && r.answered * 2 > r.requests && r.clients >= FEWEST)
    }

    /// The form that most strangers send.
    pub(super) fn form(&self) -> Option<&Route> {
        self.posted().find(|r| !r.is_login())
    }

    /// The page that takes passwords.
    pub(super) fn login(&self) -> Option<&Route> {
        self.posted().find(|r| r.is_login())
    }

    /// Pages without records or parameters, with the mean size of their answers.
    pub(super) fn others(&self) -> Vec<(String, Answer)> {
        const ENOUGH: usize = 20;
        let plain = self.get().filter(|r| r.readers == 0 && r.answered > 0 && !r.name.contains(['?', '{', '\'']));
        plain.take(ENOUGH).map(|r| (r.name.clone(), ok(r.mean_bytes.unwrap_or(0)))).collect()
    }

    fn get(&self) -> impl Iterator<Item = &Route> {
        self.0.iter().filter(|r| r.method == "GET")
    }

    fn posted(&self) -> impl Iterator<Item = &Route> {
        self.0.iter().filter(|r| r.method == "POST" && !r.name.contains('{') && r.clients >= FEWEST)
    }
}

impl Route {
    fn of(batch: &RecordBatch, row: usize) -> Self {
        let c = Columns::of(batch);
        let number = |name| c.integers(name).count(row);
        Self {
            name: c.text("route").or_empty(row).to_owned(),
            method: c.text("method").or_empty(row).to_owned(),
            clients: number("clients"),
            requests: number("requests"),
            answered: number("answered"),
            mean_bytes: number("clean_bytes").checked_div(number("clean")),
            readers: number("readers"),
            records: number("records"),
        }
    }

    /// As the detectors judge it, as far as it is known here.
    fn is_personal(&self) -> bool {
        let mut peers = Peers { first_records: self.records, light: self.readers, ..Peers::default() };
        peers.classes[0] = self.readers;
        Readership { browsing: peers, ..Readership::default() }.is_personal(&self.name)
    }

    fn is_login(&self) -> bool {
        let lower = self.name.to_ascii_lowercase();
        LOGIN.iter().any(|word| lower.contains(word))
    }
}
