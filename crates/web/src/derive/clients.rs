//! Builds the tables `clients` and `pages`: who asked, and for what.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, TimestampMicrosecondArray};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::names::{Key, Name, Names, column};
use super::request_rows::RequestRows;
use crate::tables::{CLIENTS, PAGES};

/// What pictures, styles and scripts are called together.
const ASSETS: &str = "(pictures, styles and scripts)";

/// Places in a list, by key.
type Places = HashMap<i64, u32, BuildHasherDefault<Key>>;

/// Clients, and what is added up of each.
#[derive(Default)]
pub(super) struct Clients {
    places: Places,
    clients: Vec<(i64, Client)>,
    names: Names,
}

struct Client {
    client: Name,
    account: Name,
    agent: Option<Name>,
    first: i64,
    last: i64,
    requests: i64,
}

impl Clients {
    /// Counts a request, and says whose: the client's key and place.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize) -> (i64, u32) {
        let (client, account, time) = (rows.client.value(row), rows.account(row), rows.time(row));
        let key = xxh3_64(client.as_bytes());
        let key = if account.is_empty() { key } else { xxh3_64_with_seed(account.as_bytes(), key) } as i64;
        let place = *self.places.entry(key).or_insert_with(|| {
            let agent = rows.agent(row).map(|agent| self.names.hold(agent));
            let (client, account) = (self.names.hold(client), self.names.hold(account));
            self.clients.push((key, Client { client, account, agent, first: time, last: time, requests: 0 }));
            self.clients.len() as u32 - 1
        });
        let (_, client) = &mut self.clients[place as usize];
        (client.first, client.last) = (client.first.min(time), client.last.max(time));
        client.requests += 1;
        (key, place)
    }

    /// The key of a client.
    pub(super) fn key(&self, place: u32) -> i64 {
        self.clients[place as usize].0
    }

    /// Bytes of text held.
    pub(super) fn text(&self) -> usize {
        self.names.len()
    }

    /// Hands over the clients so far.
    pub(super) fn finish(&mut self) -> RecordBatch {
        self.places.clear();
        let (clients, text) = (std::mem::take(&mut self.clients), self.names.take());
        let name = |of: fn(&Client) -> Option<Name>| column(&text, clients.iter().map(|(_, client)| of(client)));
        let time = |of: fn(&Client) -> i64| -> ArrayRef {
            let times = clients.iter().map(|(_, client)| of(client));
            Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"))
        };
        let columns = vec![
            Arc::new(Int64Array::from_iter_values(clients.iter().map(|&(key, _)| key))) as ArrayRef,
            name(|c| Some(c.client)),
            name(|c| Some(c.account)),
            name(|c| c.agent),
            time(|c| c.first),
            time(|c| c.last),
            Arc::new(Int64Array::from_iter_values(clients.iter().map(|(_, c)| c.requests))),
        ];
        RecordBatch::try_new((CLIENTS.schema)(), columns).expect("columns are built as the schema says")
    }
}

/// Pages.
#[derive(Default)]
pub(super) struct Pages {
    places: Places,
    pages: Vec<(i64, [Name; 2])>,
    names: Names,
}

impl Pages {
    /// The key and place of the page that is asked for.
    pub(super) fn add(&mut self, rows: &RequestRows<'_>, row: usize, asset: bool) -> (i64, u32) {
        let (method, route) = if asset { ("GET", ASSETS) } else { (rows.method.value(row), rows.route.value(row)) };
        // Nearly all are GET: the method's bytes as they are tell methods apart.
        let seed = method.bytes().take(8).fold(0_u64, |word, byte| word << 8 | u64::from(byte));
        let key = xxh3_64_with_seed(route.as_bytes(), seed) as i64;
        let place = *self.places.entry(key).or_insert_with(|| {
            self.pages.push((key, [self.names.hold(method), self.names.hold(route)]));
            self.pages.len() as u32 - 1
        });
        (key, place)
    }

    /// The key of a page.
    pub(super) fn key(&self, place: u32) -> i64 {
        self.pages[place as usize].0
    }

    /// Bytes of text held.
    pub(super) fn text(&self) -> usize {
        self.names.len()
    }

    /// Hands over the pages so far.
    pub(super) fn finish(&mut self) -> RecordBatch {
        self.places.clear();
        let (pages, text) = (std::mem::take(&mut self.pages), self.names.take());
        let columns = vec![
            Arc::new(Int64Array::from_iter_values(pages.iter().map(|&(key, _)| key))) as ArrayRef,
            column(&text, pages.iter().map(|(_, names)| Some(names[0]))),
            column(&text, pages.iter().map(|(_, names)| Some(names[1]))),
        ];
        RecordBatch::try_new((PAGES.schema)(), columns).expect("columns are built as the schema says")
    }
}
