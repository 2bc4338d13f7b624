//! Works out the tables that detectors ask from requests as they come: one pass, a few words of memory for each visit.
//!
//! Requests are added up in stretches that stay in a core's cache ([`Adding`]); what the stretches gave is put together
//! afterwards, one share of all clients at a time ([`settle`]).

mod asked;
mod clients;
mod minutes;
mod names;
mod pages;
mod request_rows;
mod settle;
mod visits;

use arrow::array::RecordBatch;
use pollwarden_core::{Derive, Derived, Part};

use self::{asked::Asked, minutes::Minutes, request_rows::RequestRows, settle::settle, visits::Visits};
use crate::tables::{ASKED, CLIENTS, MINUTES, PAGES, REQUESTS, VISITS};

/// This sensor's derived tables.
pub static DERIVED: Derived = Derived {
    from: &REQUESTS,
    columns: &request_rows::COLUMNS,
    tables: &[&VISITS, &CLIENTS, &PAGES, &MINUTES, &ASKED],
    begin: || Box::new(Adding::default()),
    settle,
};

/// One request, as derived tables see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Logged<'a> {
    /// Microseconds since 1970, UTC.
    pub(crate) time: i64,
    pub(crate) client: &'a str,
    /// As whom the client was signed in; empty where nobody.
    pub(crate) account: &'a str,
    pub(crate) agent: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    /// Whether the page is a picture, style or script.
    pub(crate) asset: bool,
    pub(crate) record: Option<&'a str>,
    pub(crate) status: Option<u16>,
    pub(crate) bytes: Option<u64>,
    pub(crate) duration_us: Option<u64>,
    pub(crate) attack: u32,
    pub(crate) source: &'a str,
    pub(crate) line: u64,
}

/// Adds requests up.
#[derive(Default)]
pub(crate) struct Adding {
    visits: Visits,
    minutes: Minutes,
    asked: Asked,
}

impl Adding {
    /// Counts a request.
    pub(crate) fn request(&mut self, request: &Logged<'_>) {
        let visit = self.visits.add(request);
        self.minutes.add(request);
        if !request.asset {
            self.asked.add(visit, request);
        }
    }

    /// Gives what is ready, after some rows of one source.
    pub(crate) fn pause(&mut self, out: &mut Vec<Part>) {
        out.extend(self.asked.take().map(|rows| Part { table: &ASKED, share: None, rows }));
        if self.visits.is_full() {
            self.visits.take(out);
        }
    }

    /// Gives what is left.
    pub(crate) fn end(&mut self, out: &mut Vec<Part>) {
        self.pause(out);
        self.visits.take(out);
        out.extend(self.minutes.take().map(|rows| Part { table: &MINUTES, share: Some(0), rows }));
    }
}

impl Derive for Adding {
    fn add(&mut self, rows: &RecordBatch, out: &mut Vec<Part>) {
        RequestRows::of(rows).for_each(|request| self.request(&request));
        self.pause(out);
    }

    fn finish(&mut self, out: &mut Vec<Part>) {
        self.end(out);
    }
}

#[cfg(test)]
mod tests;
