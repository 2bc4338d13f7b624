//! One client reads voters one at a time, for days or weeks, with a voter's pace and browser.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{client::browser, hit::Hit, micros, site::NO_MATCH_BYTES},
    Stage,
};

/// One client reads voters one at a time, for days or weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowHarvest {
    /// The first request.
    pub begin: Timestamp,
    /// Over how many days.
    pub days: u32,
    /// Requests for a record, day and night.
    pub requests: u64,
    /// The share of requests whose number belongs to nobody.
    pub misses: f64,
}

pub(super) fn hits(attack: SlowHarvest, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("slow");
    let agent: Arc<str> = Arc::from(browser(&mut chance));
    let mut at = micros(attack.begin);
    let mean = f64::from(attack.days) * 86_400.0 / attack.requests.max(1) as f64;
    let (site, client) = (stage.site, stage.address(0));
    Box::new((0..attack.requests).map(move |_| {
        at += chance.wait(mean);
        let voter = chance.below(site.voters);
        if chance.yes(attack.misses) {
            let nobody = site.record_numbered(site.number(site.voters) + voter);
            return Hit::get(at, client, &agent, nobody, NO_MATCH_BYTES);
        }
        Hit::get(at, client, &agent, site.record(voter), site.record_bytes(voter)).leaving(voter..voter + 1)
    }))
}
