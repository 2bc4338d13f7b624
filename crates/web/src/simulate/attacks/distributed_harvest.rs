//! Many clients share the voters among them, each slow enough to pass for a household.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{client::browser, hit::Hit, micros},
    Stage,
};

/// Many clients share the voters among them.
#[derive(Debug, Clone, PartialEq)]
pub struct DistributedHarvest {
    /// The first request.
    pub begin: Timestamp,
    /// Over how many hours.
    pub hours: u32,
    /// The first voter, as a place in the roll.
    pub first_voter: u64,
    /// Voters read.
    pub records: u64,
    /// Addresses, each with its own browser.
    pub addresses: u64,
}

pub(super) fn hits(attack: DistributedHarvest, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("distributed");
    let agents: Vec<Arc<str>> = (0..24).map(|_| Arc::from(browser(&mut chance))).collect();
    let mut at = micros(attack.begin);
    let mean = f64::from(attack.hours) * 3600.0 / attack.records.max(1) as f64;
    let site = stage.site;
    let voters = attack.first_voter..(attack.first_voter + attack.records).min(site.voters);
    Box::new(voters.map(move |voter| {
        at += chance.wait(mean);
        let number = chance.below(attack.addresses.max(1));
        let agent = &agents[(number % 24) as usize];
        Hit::get(at, stage.address(number), agent, site.record(voter), site.record_bytes(voter))
            .leaving(voter..voter + 1)
    }))
}
