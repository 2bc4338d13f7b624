//! Builds the tables `visits`, `clients` and `pages`. Memory is bounded: where there are many, they are handed over and begun
//! anew.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch};
use pollwarden_core::Table;

use super::clients::{Clients, Pages};
use super::{names::Key, request_rows::RequestRows, visit::Visit};
use crate::tables::{CLIENTS, PAGES, VISITS};

/// So many visits are added up at once: some 100 MiB.
const MOST: usize = 3 << 18;
/// So many bytes of addresses, pages and browsers are held with them.
const MOST_TEXT: usize = 32 << 20;

/// The visits that are being added up.
#[derive(Default)]
pub(super) struct Visits {
    clients: Clients,
    pages: Pages,
    /// Where a visit is, by its key: places are moved when the map grows, visits are not.
    places: HashMap<i64, u32, BuildHasherDefault<Key>>,
    visits: Vec<(i64, Visit)>,
}

impl Visits {
    /// Counts a request, and says whose and for which page it is.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize, asset: bool) -> i64 {
        let ((who, client), (page_key, page)) = (self.clients.add(rows, row), self.pages.add(rows, row, asset));
        // Both are hashes; turned against each other, so that equal ones don't cancel out.
        let key = (who.rotate_left(23) ^ page_key).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
        let place = match self.places.entry(key) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(vacant) => {
                self.visits.push((key, Visit { client, page, ..Visit::default() }));
                *vacant.insert(self.visits.len() as u32 - 1)
            }
        };
        self.visits[place as usize].1.add(rows, row);
        key
    }

    /// Whether they should be handed over.
    pub(super) fn is_full(&self) -> bool {
        self.visits.len() >= MOST || self.clients.text() + self.pages.text() >= MOST_TEXT
    }

    /// Hands over what there is.
    pub(super) fn finish(&mut self, out: &mut Vec<(&'static Table, RecordBatch)>) {
        self.places.clear();
        let visits = std::mem::take(&mut self.visits);
        if !visits.is_empty() {
            out.push((&VISITS, self.batch(&visits)));
            out.push((&CLIENTS, self.clients.finish()));
            out.push((&PAGES, self.pages.finish()));
        }
    }

    fn batch(&self, visits: &[(i64, Visit)]) -> RecordBatch {
        let key = |of: &dyn Fn(i64, &Visit) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(visits.iter().map(|(key, visit)| of(*key, visit))))
        };
        let count = |of: fn(&Visit) -> i32| -> ArrayRef {
            Arc::new(Int32Array::from_iter_values(visits.iter().map(|(_, visit)| of(visit))))
        };
        let maybe = |of: fn(&Visit) -> Option<i64>| -> ArrayRef {
            Arc::new(visits.iter().map(|(_, visit)| of(visit)).collect::<Int64Array>())
        };
        let columns = vec![
            key(&|key, _| key),
            key(&|_, v| self.clients.key(v.client)),
            key(&|_, v| self.pages.key(v.page)),
            count(|v| v.requests),
            count(|v| v.answered),
            count(|v| v.moved),
            count(|v| v.refused),
            count(|v| v.failed),
            count(|v| v.reads),
            count(|v| v.clean),
            count(|v| v.attacks),
            key(&|_, v| v.clean_bytes),
            maybe(|v| v.records.map(|(least, _)| least)),
            maybe(|v| v.records.map(|(_, most)| most)),
            maybe(|v| v.bytes.map(|(least, _)| least)),
            maybe(|v| v.bytes.map(|(_, most)| most)),
        ];
        RecordBatch::try_new((VISITS.schema)(), columns).expect("columns are built as the schema says")
    }
}
