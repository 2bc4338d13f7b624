//! Works out the tables that detectors ask from requests as they come: one pass, a few words of memory for each visit.

mod asked;
mod clients;
mod minutes;
mod names;
mod request_rows;
mod visit;
mod visits;

use arrow::array::RecordBatch;
use pollwarden_core::{Derive, Table};

pub use self::request_rows::COLUMNS as DERIVED_FROM;
use self::{asked::Asked, minutes::Minutes, request_rows::RequestRows, visits::Visits};
use crate::tables::{ASKED, MINUTES};

/// Begins to work out this sensor's derived tables from rows of [`REQUESTS`](crate::REQUESTS).
pub fn derive() -> Box<dyn Derive> {
    Box::new(Derivation::default())
}

#[derive(Default)]
struct Derivation {
    visits: Visits,
    minutes: Minutes,
}

impl Derive for Derivation {
    fn add(&mut self, rows: &RecordBatch, out: &mut Vec<(&'static Table, RecordBatch)>) {
        let mut asked = Asked::of(rows.num_rows());
        let rows = RequestRows::of(rows);
        for row in 0..rows.len() {
            let asset = rows.is_asset(row);
            let visit = self.visits.add(&rows, row, asset);
            self.minutes.add(&rows, row);
            if !asset {
                asked.add(visit, &rows, row);
            }
        }
        out.extend(asked.finish().map(|asked| (&ASKED, asked)));
        if self.visits.is_full() {
            self.visits.finish(out);
        }
    }

    fn finish(&mut self, out: &mut Vec<(&'static Table, RecordBatch)>) {
        self.visits.finish(out);
        out.extend(self.minutes.finish().map(|minutes| (&MINUTES, minutes)));
    }
}

#[cfg(test)]
mod tests;
