//! Attacks on the portal, each of a given size and stealth.

mod blind_injection;
mod bulk_injection;
mod credential_stuffing;
mod distributed_harvest;
mod harvest;
mod injection_then_flood;
mod row_by_row;
mod scan;
mod sequential_harvest;
mod slow_harvest;

use std::{iter::Peekable, net::IpAddr, sync::Arc};

use self::{
    blind_injection as blind, bulk_injection as bulk, credential_stuffing as stuffing,
    distributed_harvest as distributed, injection_then_flood as flood, sequential_harvest as sequential,
    slow_harvest as slow,
};
pub use self::{
    blind_injection::BlindInjection,
    bulk_injection::BulkInjection,
    credential_stuffing::CredentialStuffing,
    distributed_harvest::DistributedHarvest,
    harvest::{Harvest, Order},
    injection_then_flood::InjectionThenFlood,
    row_by_row::RowByRow,
    scan::Scan,
    sequential_harvest::SequentialHarvest,
    slow_harvest::SlowHarvest,
};
use super::{
    Life,
    calendar::Day,
    chance::Chance,
    hit::{Hit, Micros},
    plan::PortalPlan,
    portal::Portal,
    site::Site,
};

/// An attack on the portal.
#[derive(Debug, Clone, PartialEq)]
pub enum Attack {
    /// Injection that reads a few voters bit by bit for weeks, then row by row in a flood.
    InjectionThenFlood(InjectionThenFlood),
    /// Injection that reads thousands of voters in each of a few answers.
    BulkInjection(BulkInjection),
    /// One client counts through voters' numbers.
    SequentialHarvest(SequentialHarvest),
    /// One client reads voters one at a time, for days or weeks.
    SlowHarvest(SlowHarvest),
    /// Many clients share the voters among them.
    DistributedHarvest(DistributedHarvest),
    /// One client or many read records through the pages that show one, as stealthily as it is said.
    Harvest(Harvest),
    /// Injection that reads one voter in each answer.
    RowByRow(RowByRow),
    /// Injection that reads voters bit by bit, by yes-or-no questions.
    BlindInjection(BlindInjection),
    /// Passwords stolen elsewhere, tried on many accounts.
    CredentialStuffing(CredentialStuffing),
    /// A vulnerability scanner tries everything it knows and takes nothing.
    Scan(Scan),
}

impl Attack {
    /// Its kind, as the truth names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InjectionThenFlood(_) => "injection-then-flood",
            Self::BulkInjection(_) => "bulk-injection",
            Self::SequentialHarvest(_) => "sequential-harvest",
            Self::SlowHarvest(_) => "slow-harvest",
            Self::DistributedHarvest(_) => "distributed-harvest",
            Self::Harvest(_) => "harvest",
            Self::RowByRow(_) => "row-by-row-injection",
            Self::BlindInjection(_) => "blind-injection",
            Self::CredentialStuffing(_) => "credential-stuffing",
            Self::Scan(_) => "vulnerability-scan",
        }
    }

    /// Its requests, in order of time, drawn as they are asked for.
    pub(super) fn hits(&self, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
        match self {
            Self::InjectionThenFlood(attack) => flood::hits(attack.clone(), stage),
            Self::BulkInjection(attack) => bulk::hits(attack.clone(), stage),
            Self::SequentialHarvest(attack) => sequential::hits(attack.clone(), stage),
            Self::SlowHarvest(attack) => slow::hits(attack.clone(), stage),
            Self::DistributedHarvest(attack) => distributed::hits(attack.clone(), stage),
            Self::Harvest(attack) => harvest::hits(attack.clone(), stage),
            Self::RowByRow(attack) => row_by_row::hits(attack.clone(), stage),
            Self::BlindInjection(attack) => blind::hits(attack.clone(), stage),
            Self::CredentialStuffing(attack) => stuffing::hits(attack.clone(), stage),
            Self::Scan(attack) => scan::hits(attack.clone(), stage),
        }
    }
}

/// What an attack has before it.
#[derive(Clone)]
pub(super) struct Stage {
    site: Site,
    portal: Arc<dyn Portal>,
    seed: u64,
    /// Its place in the plan.
    place: usize,
}

impl Stage {
    /// A stage at a portal that may be a real one; only attacks that ask nothing of the invented site can play there.
    pub(super) fn at(portal: Arc<dyn Portal>, seed: u64) -> Self {
        Self { site: Site::nowhere(), portal, seed, place: 0 }
    }

    fn chance(&self, part: &str) -> Chance {
        Chance::new(self.seed, &format!("attack {} {part}", self.place))
    }

    fn address(&self, number: u64) -> IpAddr {
        self.portal.address(self.place, number)
    }
}

/// One life for each attack of the plan.
pub(super) fn lives(plan: &PortalPlan) -> Vec<Box<dyn Life>> {
    let site = Site::of(plan);
    let life = |(place, attack): (usize, &Attack)| -> Box<dyn Life> {
        let hits = attack.hits(Stage { site, portal: Arc::new(site), seed: plan.seed, place });
        Box::new(Attacking { place, hits: hits.peekable() })
    };
    plan.attacks.iter().enumerate().map(life).collect()
}

struct Attacking {
    place: usize,
    hits: Peekable<Box<dyn Iterator<Item = Hit>>>,
}

impl Life for Attacking {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        while let Some(hit) = self.hits.next_if(|hit| hit.at < day.end) {
            out.push(Hit { attack: Some(self.place), ..hit });
        }
    }
}

/// Microseconds between requests at a rate; never none.
fn spacing(per_second: f64) -> Micros {
    (1e6 / per_second.max(1e-6)).max(1.0) as Micros
}
