//! Builds the table `visits`. Memory is bounded: where there are many visits, they are handed over and begun anew.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::names::{Name, Names};
use super::{request_rows::RequestRows, visit::Visit};
use crate::tables::VISITS;

/// So many visits are added up at once: some 100 MiB.
const MOST: usize = 1 << 19;
/// So many bytes of addresses, pages and browsers are held with them.
const MOST_TEXT: usize = 32 << 20;

/// The visits that are being added up, by key.
#[derive(Default)]
pub(super) struct Visits {
    visits: HashMap<i64, Visit, BuildHasherDefault<Key>>,
    names: Names,
}

impl Visits {
    /// Counts a request, and says whose and for which page it is.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) -> i64 {
        let keys = Keys::of(rows, row);
        match self.visits.entry(keys.visit()) {
            Entry::Occupied(mut visit) => visit.get_mut().add(rows, row),
            Entry::Vacant(place) => place.insert(begin(&mut self.names, &keys, rows, row)).add(rows, row),
        }
        keys.visit()
    }

    /// Whether they should be handed over.
    pub(super) fn is_full(&self) -> bool {
        self.visits.len() >= MOST || self.names.len() >= MOST_TEXT
    }

    /// Hands over the visits so far, in order of their keys.
    pub(super) fn finish(&mut self) -> Option<RecordBatch> {
        let mut visits: Vec<(i64, Visit)> = self.visits.drain().collect();
        let text = self.names.take();
        visits.sort_unstable_by_key(|&(key, _)| key);
        (!visits.is_empty()).then(|| batch(&visits, &text))
    }
}

/// A visit that begins with a request, which is not yet counted.
fn begin(names: &mut Names, keys: &Keys, rows: &RequestRows<'_>, row: usize) -> Visit {
    let mut name = |text: &str| names.name(xxh3_64(text.as_bytes()), text);
    Visit {
        who: keys.who as i64,
        page: keys.page as i64,
        client: name(rows.client.value(row)),
        account: name(rows.account(row)),
        method: name(rows.method.value(row)),
        route: name(rows.route.value(row)),
        agent: rows.agent(row).map(name),
        first: rows.time(row),
        last: rows.time(row),
        requests: 0,
        answered: 0,
        moved: 0,
        refused: 0,
        failed: 0,
        reads: 0,
        clean: 0,
        attacks: 0,
        clean_bytes: 0,
        bytes: None,
        records: None,
    }
}

fn batch(visits: &[(i64, Visit)], text: &arrow::buffer::Buffer) -> RecordBatch {
    let visit = || visits.iter().map(|(_, visit)| visit);
    let number = |of: fn(&Visit) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(visit().map(of))) };
    let count = |of: fn(&Visit) -> u32| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(visit().map(|v| i64::from(of(v)))))
    };
    let maybe = |of: fn(&Visit) -> Option<i64>| -> ArrayRef { Arc::new(visit().map(of).collect::<Int64Array>()) };
    let name = |of: fn(&Visit) -> Option<Name>| -> ArrayRef { Names::column(text, visit().map(of)) };
    let time = |of: fn(&Visit) -> i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(visit().map(of)).with_timezone("UTC"))
    };
    let columns = vec![
        Arc::new(Int64Array::from_iter_values(visits.iter().map(|&(key, _)| key))) as ArrayRef,
        number(|v| v.who),
        number(|v| v.page),
        name(|v| Some(v.client)),
        name(|v| Some(v.account)),
        name(|v| Some(v.method)),
        name(|v| Some(v.route)),
        name(|v| v.agent),
        time(|v| v.first),
        time(|v| v.last),
        count(|v| v.requests),
        count(|v| v.answered),
        count(|v| v.moved),
        count(|v| v.refused),
        count(|v| v.failed),
        count(|v| v.reads),
        maybe(|v| v.records.map(|(least, _)| least)),
        maybe(|v| v.records.map(|(_, most)| most)),
        count(|v| v.clean),
        number(|v| v.clean_bytes),
        maybe(|v| v.bytes.map(|(least, _)| least)),
        maybe(|v| v.bytes.map(|(_, most)| most)),
        count(|v| v.attacks),
    ];
    RecordBatch::try_new((VISITS.schema)(), columns).expect("columns are built as the schema says")
}

/// Keys of who asked and for which page. By the birthday bound two of ten million visits share one with a chance below one
/// in three hundred thousand.
struct Keys {
    who: u64,
    page: u64,
}

impl Keys {
    fn of(rows: &RequestRows<'_>, row: usize) -> Self {
        let who = xxh3_64(rows.client.value(row).as_bytes());
        let account = rows.account(row);
        let who = if account.is_empty() { who } else { xxh3_64_with_seed(account.as_bytes(), who) };
        // Nearly all are GET: the method's bytes as they are tell methods apart.
        let method = rows.method.value(row).bytes().take(8).fold(0_u64, |word, byte| word << 8 | u64::from(byte));
        Self { who, page: xxh3_64_with_seed(rows.route.value(row).as_bytes(), method) }
    }

    fn visit(&self) -> i64 {
        // Both are hashes; turned against each other, so that equal ones don't cancel out.
        (self.who.rotate_left(23) ^ self.page).wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64
    }
}

/// Keys are hashes already.
#[derive(Default)]
struct Key(u64);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
