//! Builds the table `clients`: who asked.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use pollwarden_core::Part;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::Logged;
use super::names::{Name, Names, Places, by_share};
use crate::tables::CLIENTS;

/// Clients, and what is added up of each.
#[derive(Debug, Default)]
pub(super) struct Clients {
    places: Places,
    clients: Vec<(i64, Held)>,
    names: Names,
}

/// A client's texts, among the names, and what is added up of it.
#[derive(Debug)]
struct Held {
    client: Name,
    account: Name,
    agent: Option<Name>,
    life: Life,
}

/// What is added up of a client.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Life {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) requests: i64,
    /// Those for pictures, styles and scripts.
    pub(super) assets: i64,
}

impl Life {
    fn begin(time: i64) -> Self {
        Self { first: time, last: time, requests: 0, assets: 0 }
    }

    /// Takes another stretch in.
    pub(super) fn join(&mut self, other: Self) {
        (self.first, self.last) = (self.first.min(other.first), self.last.max(other.last));
        self.requests += other.requests;
        self.assets += other.assets;
    }

    /// Whether a stretch tells the client's agent, beside another: the agent of the first request counts, and of several at
    /// that time the first by name, so that it does not depend on how rows come.
    pub(super) fn tells_agent(self, agent: Option<&str>, beside: Self, other: Option<&str>) -> bool {
        (self.first, agent.is_none(), agent) < (beside.first, other.is_none(), other)
    }
}

impl Clients {
    /// Counts a request, and says whose: the client's key.
    pub(super) fn add(&mut self, request: &Logged<'_>) -> i64 {
        let Logged { client, account, time, .. } = *request;
        let key = xxh3_64(client.as_bytes());
        let key = if account.is_empty() { key } else { xxh3_64_with_seed(account.as_bytes(), key) } as i64;
        let Self { places, clients, names } = self;
        let place = *places.entry(key).or_insert_with(|| {
            let (client, account) = (names.hold(client), names.hold(account));
            let agent = request.agent.map(|agent| names.hold(agent));
            clients.push((key, Held { client, account, agent, life: Life::begin(time) }));
            clients.len() as u32 - 1
        });
        let (_, held) = &mut clients[place as usize];
        let now = Life { requests: 1, assets: i64::from(request.asset), ..Life::begin(time) };
        if time <= held.life.first && now.tells_agent(request.agent, held.life, held.agent.map(|a| names.get(a))) {
            held.agent = request.agent.map(|agent| names.hold(agent));
        }
        held.life.join(now);
        key
    }

    /// Bytes of text held.
    pub(super) fn text(&self) -> usize {
        self.names.len()
    }

    /// Hands over the clients so far.
    pub(super) fn take(&mut self, out: &mut Vec<Part>) {
        for (share, places) in by_share(self.clients.iter().map(|(key, _)| *key)) {
            let client = |&place: &u32| {
                let (key, held) = &self.clients[place as usize];
                let name = |name| self.names.get(name);
                Client {
                    key: *key,
                    client: name(held.client),
                    account: name(held.account),
                    agent: held.agent.map(name),
                    life: held.life,
                }
            };
            let rows = batch(&places.iter().map(client).collect::<Vec<_>>());
            out.push(Part { table: &CLIENTS, share: Some(share), rows });
        }
        self.places.clear();
        self.clients.clear();
        self.names.clear();
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client<'t> {
    pub(super) key: i64,
    pub(super) client: &'t str,
    pub(super) account: &'t str,
    pub(super) agent: Option<&'t str>,
    pub(super) life: Life,
}

/// Rows of the table.
pub(super) fn batch<'t>(clients: &[Client<'t>]) -> RecordBatch {
    let text = |of: fn(&Client<'t>) -> Option<&'t str>| -> ArrayRef {
        Arc::new(clients.iter().map(of).collect::<StringViewArray>())
    };
    let time = |of: fn(&Client<'t>) -> i64| -> ArrayRef {
        Arc::new(TimestampMicrosecondArray::from_iter_values(clients.iter().map(of)).with_timezone("UTC"))
    };
    let number =
        |of: fn(&Client<'t>) -> i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values(clients.iter().map(of))) };
    let columns = vec![
        number(|c| c.key),
        text(|c| Some(c.client)),
        text(|c| Some(c.account)),
        text(|c| c.agent),
        time(|c| c.life.first),
        time(|c| c.life.last),
        number(|c| c.life.requests),
        number(|c| c.life.assets),
    ];
    RecordBatch::try_new((CLIENTS.schema)(), columns).expect("columns are built as the schema says")
}
