//! Requests on their way to their share, in few bytes each: what visits are made of.
//!
//! Most visits are one request or two. To look each up while reading misses the core's cache nearly every time, and what was
//! added up of it takes four times a request's room; so requests go to their share as they come, and are added up there.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray as _, Int64Array, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, UInt32Type};
use pollwarden_core::{Part, Table};
use xxhash_rust::xxh3::xxh3_64;

use super::{Logged, answered, names::share};

/// Requests as parts hold them: only what settles them reads them.
pub(super) static HITS: Table =
    Table { name: "hits", about: "Requests that visits are made of.", day: None, schema: hits };

/// One request for a page by a client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) who: i64,
    pub(super) page: i64,
    bytes: i64,
    record: i64,
    /// The status, and what else is known, below.
    what: u32,
}

const HAS_STATUS: u32 = 1 << 16;
const HAS_BYTES: u32 = 1 << 17;
const HAS_READ: u32 = 1 << 18;
const SIGNED_IN: u32 = 1 << 19;
const ATTACK: u32 = 1 << 20;

impl Hit {
    pub(super) fn of(request: &Logged<'_>, who: i64, page: i64) -> Self {
        let read = request.record.filter(|_| request.is_read());
        let flags = [
            (request.status.is_some(), HAS_STATUS),
            (request.bytes.is_some(), HAS_BYTES),
            (read.is_some(), HAS_READ),
            (!request.account.is_empty(), SIGNED_IN),
            (request.attack != 0, ATTACK),
        ];
        let flags = flags.into_iter().fold(0, |all, (there, flag)| if there { all | flag } else { all });
        Self {
            who,
            page,
            bytes: request.bytes.map_or(0, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            record: read.map_or(0, |record| xxh3_64(record.as_bytes()) as i64),
            what: u32::from(request.status.unwrap_or_default()) | flags,
        }
    }

    /// A key of client and page. Both are hashes; turned against each other, so that equal ones don't cancel out.
    pub(super) fn visit(&self) -> i64 {
        (self.who.rotate_left(23) ^ self.page).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64)
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.is(HAS_STATUS).then_some(self.what as u16)
    }

    /// Whether it was answered normally, as far as is logged.
    pub(super) fn is_answered(&self) -> bool {
        answered(self.status())
    }

    /// The size of the answer.
    pub(super) fn bytes(&self) -> Option<i64> {
        self.is(HAS_BYTES).then_some(self.bytes)
    }

    /// The key of the record that was read.
    pub(super) fn record(&self) -> Option<i64> {
        self.is(HAS_READ).then_some(self.record)
    }

    pub(super) fn signed_in(&self) -> bool {
        self.is(SIGNED_IN)
    }

    /// Whether it was a sign of an attack.
    pub(super) fn is_attack(&self) -> bool {
        self.is(ATTACK)
    }

    fn is(&self, flag: u32) -> bool {
        self.what & flag != 0
    }
}

/// The requests since the last batches, by share.
#[derive(Debug)]
pub(super) struct Hits {
    shares: Vec<Vec<Hit>>,
    count: usize,
}

impl Default for Hits {
    fn default() -> Self {
        Self { shares: vec![Vec::new(); Part::SHARES], count: 0 }
    }
}

impl Hits {
    pub(super) fn add(&mut self, hit: Hit) {
        self.shares[share(hit.who)].push(hit);
        self.count += 1;
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Hands them over.
    pub(super) fn take(&mut self, out: &mut Vec<Part>) {
        for (share, hits) in self.shares.iter_mut().enumerate().filter(|(_, hits)| !hits.is_empty()) {
            out.push(Part { table: &HITS, share: Some(share), rows: batch(hits) });
            hits.clear();
        }
        self.count = 0;
    }
}

fn batch(rows: &[Hit]) -> RecordBatch {
    let long = |of: fn(&Hit) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(rows.iter().map(of))) };
    let what = UInt32Array::from_iter_values(rows.iter().map(|hit| hit.what));
    let columns = vec![long(|h| h.who), long(|h| h.page), long(|h| h.bytes), long(|h| h.record), Arc::new(what)];
    RecordBatch::try_new(hits(), columns).expect("columns are built as the schema says")
}

/// The requests of a batch.
pub(super) fn of_batch(rows: &RecordBatch) -> impl Iterator<Item = Hit> {
    let [who, page, bytes, record] =
        ["who", "page", "bytes", "record"].map(|name| rows[name].as_primitive::<Int64Type>().values());
    let what = rows["what"].as_primitive::<UInt32Type>().values();
    (0..rows.num_rows()).map(move |row| Hit {
        who: who[row],
        page: page[row],
        bytes: bytes[row],
        record: record[row],
        what: what[row],
    })
}

fn hits() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let long = ["who", "page", "bytes", "record"].map(|name| Field::new(name, DataType::Int64, false));
        let what = Field::new("what", DataType::UInt32, false);
        Arc::new(Schema::new(long.into_iter().chain([what]).collect::<Vec<_>>()))
    });
    Arc::clone(&SCHEMA)
}
