//! Passwords stolen elsewhere, tried on many accounts: a POST each to the page that takes them, most of them refused.

use std::{net::IpAddr, sync::Arc};

use jiff::Timestamp;

use super::{
    super::{hit::Hit, micros},
    Stage,
};

/// Passwords stolen elsewhere, tried on many accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialStuffing {
    /// The first try.
    pub begin: Timestamp,
    /// Over how many hours.
    pub hours: f64,
    /// Accounts tried, once each.
    pub accounts: u64,
    /// Addresses, each with its own browser.
    pub addresses: u64,
    /// The share of passwords that open their account.
    pub opened: f64,
}

pub(super) fn hits(attack: CredentialStuffing, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("stuffing");
    let page = stage.portal.login();
    let addresses = attack.addresses.clamp(1, attack.accounts.max(1));
    let clients: Vec<(IpAddr, Arc<str>)> =
        (0..addresses).map(|number| (stage.address(number), stage.portal.browser(&mut chance))).collect();
    let mean = attack.hours * 3600.0 / attack.accounts.max(1) as f64;
    let mut at = micros(attack.begin);
    Box::new((0..attack.accounts).map(move |account| {
        at += chance.wait(mean).max(1_000);
        let (client, agent) = &clients[(account % addresses) as usize];
        let opened = chance.yes(attack.opened);
        let hit = Hit::answered(at, *client, agent, page.target.clone(), if opened { page.yes } else { page.no });
        // An account that was opened shows its voter's record.
        if opened { hit.posted().leaving(account..account + 1) } else { hit.posted() }
    }))
}
