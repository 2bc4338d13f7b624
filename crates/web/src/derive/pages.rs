//! Builds the table `pages`: what was asked for.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
use pollwarden_core::Part;

use super::Logged;
use super::names::{Name, Names, Places, by_share};
use crate::tables::PAGES;

/// Pages.
#[derive(Debug, Default)]
pub(super) struct Pages {
    places: Places,
    pages: Vec<(i64, [Name; 2])>,
    names: Names,
}

impl Pages {
    /// The key of the page that is asked for.
    pub(super) fn add(&mut self, request: &Logged<'_>) -> i64 {
        let Logged { method, route, route_key, .. } = *request;
        // Nearly all are GET: the method's bytes as they are tell methods apart.
        let word = method.bytes().take(8).fold(0_u64, |word, byte| word << 8 | u64::from(byte));
        let key = (route_key.rotate_left(17) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64;
        self.places.entry(key).or_insert_with(|| {
            self.pages.push((key, [self.names.hold(method), self.names.hold(route)]));
            self.pages.len() as u32 - 1
        });
        key
    }

    /// Bytes of text held.
    pub(super) fn text(&self) -> usize {
        self.names.len()
    }

    /// Hands over the pages so far.
    pub(super) fn take(&mut self, out: &mut Vec<Part>) {
        for (share, places) in by_share(self.pages.iter().map(|(key, _)| *key)) {
            let rows = batch(places.iter().map(|&place| {
                let (key, [method, route]) = self.pages[place as usize];
                (key, self.names.get(method), self.names.get(route))
            }));
            out.push(Part { table: &PAGES, share: Some(share), rows });
        }
        self.places.clear();
        self.pages.clear();
        self.names.clear();
    }
}

/// Rows of the table, from keys, methods and routes.
pub(super) fn batch<'t>(pages: impl Iterator<Item = (i64, &'t str, &'t str)> + Clone) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(pages.clone().map(|(key, ..)| key))),
        Arc::new(StringViewArray::from_iter_values(pages.clone().map(|(_, method, _)| method))),
        Arc::new(StringViewArray::from_iter_values(pages.map(|(.., route)| route))),
    ];
    RecordBatch::try_new((PAGES.schema)(), columns).expect("columns are built as the schema says")
}
