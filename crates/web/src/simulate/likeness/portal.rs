//! A likeness as a portal to attack.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::super::{
    chance::{Chance, trait_of},
    portal::{Answer, Asked, Portal, ok},
};
use super::Likeness;

/// Threats that need a page are asked only where there is one; elsewhere this stands for it.
fn nowhere() -> Asked {
    Asked { target: "/".to_owned(), yes: ok(0), no: ok(0), failed: ok(0) }
}

impl Portal for Likeness {
    fn voters(&self) -> u64 {
        self.holds().max(1)
    }

    fn record(&self, voter: u64) -> (String, Answer) {
        let Some(records) = &self.records else { return ("/".to_owned(), ok(0)) };
        let answer = records.answers[(trait_of("answer", voter) % records.answers.len() as u64) as usize];
        (records.names.target(voter), answer)
    }

    fn nobody(&self, number: u64) -> (String, Answer) {
        let Some(records) = &self.records else { return ("/".to_owned(), ok(0)) };
        (records.names.target(number), records.miss)
    }

    fn injectable(&self) -> Asked {
        self.injectable.clone().unwrap_or_else(nowhere)
    }

    fn form(&self) -> Asked {
        self.form.clone().unwrap_or_else(nowhere)
    }

    fn login(&self) -> Asked {
        self.login.clone().unwrap_or_else(nowhere)
    }

    fn page(&self, chance: &mut Chance) -> (String, Answer) {
        match self.others.len() as u64 {
            0 => ("/".to_owned(), ok(5_000)),
            pages => self.others[chance.below(pages) as usize].clone(),
        }
    }

    fn browser(&self, chance: &mut Chance) -> Arc<str> {
        match self.browsers.len() as u64 {
            0 => Arc::from(super::super::client::browser(chance)),
            browsers => Arc::clone(&self.browsers[chance.below(browsers) as usize]),
        }
    }

    /// Neighbours in number are no neighbours in the network: 151 has no factor in common with 256.
    fn address(&self, _: usize, number: u64) -> IpAddr {
        let [a, b] = self.network;
        let (third, rest) = (number * 151 % 256, number / 256);
        IpAddr::V4(Ipv4Addr::new(a, b + (rest % 2) as u8, third as u8, (1 + rest / 2 % 254) as u8))
    }
}
