//! Puts parts together: one row for each visit, client, page and minute, however many stretches it was added up in.

use std::collections::hash_map::Entry;

use arrow::array::{Array as _, AsArray as _, RecordBatch, StringViewArray};
use arrow::datatypes::{ArrowPrimitiveType, Int64Type, TimestampMicrosecondType};
use pollwarden_core::{Table, TableRows};

use super::clients::{self, Client, Life};
use super::hits::{self, HITS};
use super::minutes::Minutes;
use super::names::Places;
use super::pages;
use super::visits::{self, Row};
use crate::tables::{CLIENTS, MINUTES, PAGES, VISITS};

/// Puts the parts of one share together, or of several.
pub(super) fn settle(parts: &[TableRows]) -> Vec<TableRows> {
    let (clients, places) = clients_of(parts);
    let visits = visits_of(parts, |who| places.get(&who).map_or(Life::default(), |&at| clients[at as usize].life));
    let mut minutes = Minutes::default();
    of(parts, &MINUTES).for_each(|rows| minutes.join(rows));
    let mut settled =
        vec![(&VISITS, visits::batch(&visits)), (&CLIENTS, clients::batch(&clients)), (&PAGES, pages_of(parts))];
    settled.extend(minutes.take().map(|rows| (&MINUTES, rows)));
    settled.retain(|(_, rows)| rows.num_rows() > 0);
    settled
}

fn of<'p>(parts: &'p [TableRows], table: &'static Table) -> impl Iterator<Item = &'p RecordBatch> {
    parts.iter().filter(|(of, _)| of.name == table.name).map(|(_, rows)| rows)
}

/// Finds a key's place in a list, or puts what is new at its end.
fn put<T>(places: &mut Places, list: &mut Vec<T>, key: i64, new: T, join: impl FnOnce(&mut T, T)) {
    match places.entry(key) {
        Entry::Occupied(place) => join(&mut list[*place.get() as usize], new),
        Entry::Vacant(vacant) => {
            vacant.insert(list.len() as u32);
            list.push(new);
        }
    }
}

fn clients_of(parts: &[TableRows]) -> (Vec<Client<'_>>, Places) {
    let (mut clients, mut places) = (Vec::new(), Places::default());
    for rows in of(parts, &CLIENTS) {
        let [client, account, agent] = ["client", "account", "agent"].map(|name| text(rows, name));
        let [key, requests, assets] = ["who", "requests", "assets"].map(|name| numbers::<Int64Type>(rows, name));
        let [first, last] = ["first", "last"].map(|name| numbers::<TimestampMicrosecondType>(rows, name));
        for row in 0..rows.num_rows() {
            let life = Life { first: first[row], last: last[row], requests: requests[row], assets: assets[row] };
            let agent = agent.is_valid(row).then(|| agent.value(row));
            let new = Client { key: key[row], client: client.value(row), account: account.value(row), agent, life };
            put(&mut places, &mut clients, new.key, new, |known: &mut Client<'_>, new| {
                if new.life.tells_agent(new.agent, known.life, known.agent) {
                    known.agent = new.agent;
                }
                known.life.join(new.life);
            });
        }
    }
    (clients, places)
}

fn visits_of(parts: &[TableRows], of_who: impl Fn(i64) -> Life) -> Vec<Row> {
    let (mut visits, mut places): (Vec<Row>, _) = (Vec::new(), Places::default());
    for hit in of(parts, &HITS).flat_map(hits::of_batch) {
        let place = *places.entry(hit.visit()).or_insert_with(|| {
            visits.push(Row::of(&hit));
            visits.len() as u32 - 1
        });
        visits[place as usize].visit.add(&hit);
    }
    visits.iter_mut().for_each(|row| row.of_who = of_who(row.who));
    visits
}

fn pages_of(parts: &[TableRows]) -> RecordBatch {
    let (mut pages, mut places) = (Vec::new(), Places::default());
    for rows in of(parts, &PAGES) {
        let (key, method, route) = (numbers::<Int64Type>(rows, "page"), text(rows, "method"), text(rows, "route"));
        for (row, &key) in key.iter().enumerate() {
            let new = (key, method.value(row), route.value(row));
            put(&mut places, &mut pages, new.0, new, |_, _| {});
        }
    }
    pages::batch(pages.iter().copied())
}

fn text<'b>(rows: &'b RecordBatch, name: &str) -> &'b StringViewArray {
    rows[name].as_string_view()
}

fn numbers<'b, T: ArrowPrimitiveType>(rows: &'b RecordBatch, name: &str) -> &'b [T::Native] {
    rows[name].as_primitive::<T>().values()
}
