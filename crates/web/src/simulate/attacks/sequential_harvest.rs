//! One client counts through voters' numbers. Numbers that belong to nobody are answered with the fixed miss.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{
        hit::{Hit, SECOND},
        micros,
        site::{NO_MATCH_BYTES, PortalShape, Site},
    },
    Stage, spacing,
};

/// One client counts through voters' numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct SequentialHarvest {
    /// The first request.
    pub begin: Timestamp,
    /// The first voter, as a place in the roll.
    pub first_voter: u64,
    /// Voters read.
    pub records: u64,
    /// Requests a second.
    pub per_second: f64,
}

pub(super) fn hits(attack: SequentialHarvest, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let agent: Arc<str> = Arc::from("Mozilla/5.0 (X11; Linux x86_64)");
    let mut chance = stage.chance("sequential");
    let mut at = micros(attack.begin);
    let mean = spacing(attack.per_second) as f64 / SECOND as f64;
    let site = stage.site;
    let client = stage.address(0);
    Box::new(tried(site, attack.first_voter, attack.records).map(move |(target, voter)| {
        at += chance.wait(mean);
        let bytes = voter.map_or(NO_MATCH_BYTES, |voter| site.record_bytes(voter));
        let left = voter.map_or(0..0, |voter| voter..voter + 1);
        Hit::get(at, client, &agent, target, bytes).leaving(left)
    }))
}

/// The addresses tried, with the voter behind each; through UUIDs one can go only with a list of them.
fn tried(site: Site, first: u64, records: u64) -> Box<dyn Iterator<Item = (String, Option<u64>)>> {
    let last = (first + records).min(site.voters).max(first);
    if site.shape == PortalShape::Uuid {
        return Box::new((first..last).map(move |voter| (site.record(voter), Some(voter))));
    }
    let numbers = site.number(first)..site.number(last);
    Box::new(numbers.map(move |number| (site.record_numbered(number), site.voter(number))))
}
