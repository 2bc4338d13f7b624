//! Builds the table `visits`. Memory is bounded: where there are many visits, they are handed over and begun anew.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewBuilder, TimestampMicrosecondArray, UInt64Array};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{request_rows::RequestRows, visit::Visit};
use crate::tables::VISITS;

/// So many visits are added up at once: some 40 MiB.
const MOST: usize = 1 << 17;

/// The visits that are being added up, by key.
#[derive(Default)]
pub(super) struct Visits(HashMap<u64, Visit, BuildHasherDefault<Key>>);

impl Visits {
    /// Counts a request, and says whose and for which page it is.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) -> u64 {
        let key = key(rows, row);
        match self.0.entry(key) {
            Entry::Occupied(mut visit) => visit.get_mut().add(rows, row),
            Entry::Vacant(place) => place.insert(Visit::begin(rows, row)).add(rows, row),
        }
        key
    }

    /// Whether they should be handed over.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// Hands over the visits so far, in order of their keys.
    pub(super) fn finish(&mut self) -> Option<RecordBatch> {
        let mut visits: Vec<(u64, Visit)> = self.0.drain().collect();
        if visits.is_empty() {
            return None;
        }
        visits.sort_unstable_by_key(|&(key, _)| key);
        let keys = UInt64Array::from_iter_values(visits.iter().map(|&(key, _)| key));
        let visits: Vec<Visit> = visits.into_iter().map(|(_, visit)| visit).collect();
        Some(batch(keys, &visits))
    }
}

fn batch(keys: UInt64Array, visits: &[Visit]) -> RecordBatch {
    let text = |of: fn(&Visit) -> Option<&str>| -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(visits.len()).with_deduplicate_strings();
        visits.iter().for_each(|visit| builder.append_option(of(visit)));
        Arc::new(builder.finish())
    };
    let number = |of: fn(&Visit) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(visits.iter().map(of))) };
    let maybe = |of: fn(&Visit) -> Option<i64>| -> ArrayRef { Arc::new(visits.iter().map(of).collect::<Int64Array>()) };
    let time = |of: fn(&Visit) -> i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(visits.iter().map(of)).with_timezone("UTC"))
    };
    let columns = vec![
        Arc::new(keys) as ArrayRef,
        text(|v| Some(&v.client)),
        text(|v| Some(&v.account)),
        text(|v| Some(&v.method)),
        text(|v| Some(&v.route)),
        text(|v| v.agent.as_deref()),
        time(|v| v.first),
        time(|v| v.last),
        number(|v| v.requests),
        number(|v| v.answered),
        number(|v| v.moved),
        number(|v| v.refused),
        number(|v| v.failed),
        number(|v| v.reads),
        text(|v| v.first_record.as_deref()),
        text(|v| v.last_record.as_deref()),
        number(|v| v.clean),
        number(|v| v.clean_bytes),
        maybe(|v| v.least_bytes),
        maybe(|v| v.most_bytes),
        number(|v| v.attacks),
    ];
    RecordBatch::try_new((VISITS.schema)(), columns).expect("columns are built as the schema says")
}

/// A key of client, account, method and route. By the birthday bound two of ten million visits share one with a chance
/// below one in three hundred thousand.
fn key(rows: &RequestRows<'_>, row: usize) -> u64 {
    let who = xxh3_64(rows.client.value(row).as_bytes());
    let account = rows.account(row);
    let who = if account.is_empty() { who } else { xxh3_64_with_seed(account.as_bytes(), who) };
    // Nearly all are GET: the method's bytes as they are tell methods apart.
    let method = rows.method.value(row).bytes().take(8).fold(0_u64, |word, byte| word << 8 | u64::from(byte));
    xxh3_64_with_seed(rows.route.value(row).as_bytes(), who ^ method)
}

/// Keys are hashes already.
#[derive(Default)]
struct Key(u64);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
