//! Attacks on the portal, each of a given size and stealth.

mod bulk_injection;
mod distributed_harvest;
mod injection_then_flood;
mod scan;
mod sequential_harvest;
mod slow_harvest;

use std::{iter::Peekable, net::IpAddr};

use self::{
    bulk_injection as bulk, distributed_harvest as distributed, injection_then_flood as flood,
    sequential_harvest as sequential, slow_harvest as slow,
};
pub use self::{
    bulk_injection::BulkInjection, distributed_harvest::DistributedHarvest, injection_then_flood::InjectionThenFlood,
    scan::Scan, sequential_harvest::SequentialHarvest, slow_harvest::SlowHarvest,
};
use super::{
    Life,
    calendar::Day,
    chance::Chance,
    client::hostile,
    hit::{Hit, Micros},
    plan::PortalPlan,
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
            Self::Scan(_) => "vulnerability-scan",
        }
    }

    /// Its requests, in order of time, drawn as they are asked for.
    fn hits(&self, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
        match self {
            Self::InjectionThenFlood(attack) => flood::hits(attack.clone(), stage),
            Self::BulkInjection(attack) => bulk::hits(attack.clone(), stage),
            Self::SequentialHarvest(attack) => sequential::hits(attack.clone(), stage),
            Self::SlowHarvest(attack) => slow::hits(attack.clone(), stage),
            Self::DistributedHarvest(attack) => distributed::hits(attack.clone(), stage),
            Self::Scan(attack) => scan::hits(attack.clone(), stage),
        }
    }
}

/// What an attack has before it.
#[derive(Debug, Clone)]
struct Stage {
    site: Site,
    seed: u64,
    /// Its place in the plan.
    place: usize,
}

impl Stage {
    fn chance(&self, part: &str) -> Chance {
        Chance::new(self.seed, &format!("attack {} {part}", self.place))
    }

    fn address(&self, number: u64) -> IpAddr {
        hostile(self.place, number)
    }
}

/// One life for each attack of the plan.
pub(super) fn lives(plan: &PortalPlan) -> Vec<Box<dyn Life>> {
    let site = Site::of(plan);
    let life = |(place, attack): (usize, &Attack)| -> Box<dyn Life> {
        let hits = attack.hits(Stage { site, seed: plan.seed, place });
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
