//! Records read through the pages that show one: by one client or many, in order or at random, fast or slow, with or
//! without the other pages that people open.

use std::{net::IpAddr, sync::Arc};

use jiff::Timestamp;

use super::{
    super::{
        chance::Chance,
        hit::{Hit, Micros, SECOND},
        micros,
        portal::Answer,
    },
    Stage,
};

/// In which order voters are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other.
    Sequential,
    /// Each drawn by itself: some twice.
    Random,
}

/// One client or many read records through the pages that show one.
#[derive(Debug, Clone, PartialEq)]
pub struct Harvest {
    /// The first request.
    pub begin: Timestamp,
    /// Over how many hours.
    pub hours: f64,
    /// The first voter, as a place in the roll.
    pub first_voter: u64,
    /// Records read.
    pub records: u64,
    /// Addresses, each with its own browser.
    pub addresses: u64,
    /// The order.
    pub order: Order,
    /// The share of requests whose number belongs to nobody.
    pub misses: f64,
    /// Other pages opened for each record, as people do.
    pub other_pages: f64,
}

pub(super) fn hits(attack: Harvest, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("harvest");
    let addresses = attack.addresses.clamp(1, attack.records.max(1));
    let clients = (0..addresses).map(|number| (stage.address(number), stage.portal.browser(&mut chance))).collect();
    let requests = attack.records as f64 / (1.0 - attack.misses).max(0.01) * (1.0 + attack.other_pages);
    let mut harvester = Harvester {
        mean_wait: attack.hours * 3600.0 / requests.max(1.0),
        at: micros(attack.begin),
        number: attack.first_voter,
        left: attack.records,
        clients,
        attack,
        stage,
        chance,
    };
    Box::new(std::iter::from_fn(move || harvester.next()))
}

struct Harvester {
    attack: Harvest,
    stage: Stage,
    chance: Chance,
    clients: Vec<(IpAddr, Arc<str>)>,
    mean_wait: f64,
    at: Micros,
    number: u64,
    /// Records still to be read.
    left: u64,
}

impl Harvester {
    fn next(&mut self) -> Option<Hit> {
        if self.left == 0 {
            return None;
        }
        self.at += self.chance.wait(self.mean_wait).max(SECOND / 1000);
        if self.chance.yes(self.attack.other_pages / (1.0 + self.attack.other_pages)) {
            let page = self.stage.portal.page(&mut self.chance);
            return Some(self.hit(page));
        }
        let missed = self.chance.yes(self.attack.misses);
        let voters = self.stage.portal.voters().max(1);
        let voter = match self.attack.order {
            Order::Sequential => self.number % voters,
            Order::Random => self.chance.below(voters),
        };
        self.number += 1;
        if missed {
            let page = self.stage.portal.nobody(voter);
            return Some(self.hit(page));
        }
        self.left -= 1;
        let page = self.stage.portal.record(voter);
        Some(self.hit(page).leaving(voter..voter + 1))
    }

    fn hit(&mut self, (target, answer): (String, Answer)) -> Hit {
        let (address, agent) = &self.clients[self.chance.below(self.clients.len() as u64) as usize];
        Hit::answered(self.at, *address, agent, target, answer)
    }
}
