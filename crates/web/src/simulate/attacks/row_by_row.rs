//! Injection that reads one voter in each answer: the flood of 2016, at any pace and in any order.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{
        chance::trait_of,
        hit::{Hit, SECOND},
        micros,
        payload::Injection,
        portal::Answer,
    },
    Stage, spacing,
};

/// Injection that reads one voter in each answer.
#[derive(Debug, Clone, PartialEq)]
pub struct RowByRow {
    /// The first request.
    pub begin: Timestamp,
    /// Voters read.
    pub records: u64,
    /// Requests a second.
    pub per_second: f64,
    /// Addresses, each with its own browser.
    pub addresses: u64,
}

pub(super) fn hits(attack: RowByRow, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("rows");
    let (injection, page) = (Injection::choose(&mut chance), stage.portal.injectable());
    let addresses = attack.addresses.clamp(1, attack.records.max(1));
    let agents: Vec<Arc<str>> = (0..addresses).map(|_| stage.portal.browser(&mut chance)).collect();
    let mean = spacing(attack.per_second) as f64 / SECOND as f64;
    let mut at = micros(attack.begin);
    Box::new((0..attack.records).map(move |row| {
        at += chance.wait(mean).max(SECOND / 1000);
        let target = format!("{}{}", page.target, injection.row(&mut chance, row));
        let answer = Answer { bytes: page.yes.bytes + 41 + trait_of("address", row) % 64, ..page.yes };
        let number = row % addresses;
        Hit::answered(at, stage.address(number), &agents[number as usize], target, answer).leaving(row..row + 1)
    }))
}
