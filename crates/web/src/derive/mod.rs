//! Works out the tables that detectors ask from requests as they come: one pass, a few words of memory for each visit.
//!
//! While reading ([`Adding`]), who asked and for what is named once in a stretch that stays in a core's cache, and each
//! request goes to its client's share in few bytes; visits are added up afterwards, one share at a time ([`settle`]).

mod asked;
mod clients;
mod hits;
mod minutes;
mod names;
mod pages;
mod request_rows;
mod settle;
mod visits;

use arrow::array::RecordBatch;
use pollwarden_core::{Derive, Derived, Part};

use self::asked::Asked;
use self::clients::Clients;
use self::hits::{HITS, Hit, Hits};
use self::minutes::Minutes;
use self::pages::Pages;
use self::request_rows::RequestRows;
use self::settle::settle;
use crate::tables::{ASKED, CLIENTS, MINUTES, PAGES, REQUESTS, VISITS};

/// This sensor's derived tables.
pub static DERIVED: Derived = Derived {
    from: &REQUESTS,
    columns: &request_rows::COLUMNS,
    tables: &[&VISITS, &CLIENTS, &PAGES, &MINUTES, &ASKED],
    parts: &[&HITS, &CLIENTS, &PAGES, &MINUTES],
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
    /// The route's hash (XXH3).
    pub(crate) route_key: u64,
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

/// So many requests are a stretch: those who are on the site at one time are among them.
const MOST: usize = 1 << 17;
/// So many bytes of addresses, pages and browsers are held with them.
const MOST_TEXT: usize = 16 << 20;

/// Adds requests up.
#[derive(Default)]
pub(crate) struct Adding {
    clients: Clients,
    pages: Pages,
    hits: Hits,
    minutes: Minutes,
    asked: Asked,
}

impl Adding {
    /// Counts a request.
    pub(crate) fn request(&mut self, request: &Logged<'_>) {
        let who = self.clients.add(request);
        self.minutes.add(request);
        // Pictures, styles and scripts count for their client alone.
        if !request.asset {
            let hit = Hit::of(request, who, self.pages.add(request));
            self.asked.add(hit.visit(), request);
            self.hits.add(hit);
        }
    }

    /// Gives what is ready, after some rows of one source.
    pub(crate) fn pause(&mut self, out: &mut Vec<Part>) {
        out.extend(self.asked.take().map(|rows| Part { table: &ASKED, share: None, rows }));
        if self.hits.len() >= MOST || self.clients.text() + self.pages.text() >= MOST_TEXT {
            self.take(out);
        }
    }

    fn take(&mut self, out: &mut Vec<Part>) {
        self.hits.take(out);
        self.clients.take(out);
        self.pages.take(out);
    }

    /// Gives what is left.
    pub(crate) fn end(&mut self, out: &mut Vec<Part>) {
        self.pause(out);
        self.take(out);
        out.extend(self.minutes.take().map(|rows| Part { table: &MINUTES, share: Some(0), rows }));
    }
}

/// Whether a request was answered normally, as far as is logged.
fn answered(status: Option<u16>) -> bool {
    status.is_none_or(|s| (200..300).contains(&s))
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
