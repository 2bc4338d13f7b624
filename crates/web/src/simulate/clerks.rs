//! The office's clerks: signed in, from the office's own address, reading many records in office hours.

use std::sync::Arc;

use super::{
    Life,
    calendar::{Day, OFFICE as OFFICE_HOURS},
    chance::Chance,
    client::{self, Client},
    hit::{Hit, Micros},
    names,
    plan::PortalPlan,
    site::Site,
    walk::Walk,
};

const ACCOUNTS: &[&str] = &["clerk.amari", "clerk.boyd", "clerk.chen", "deputy.dunn"];

/// Records looked at in one sitting.
const SITTING: u64 = 12;

pub(super) struct Clerks {
    site: Site,
    chance: Chance,
    clerks: Vec<(&'static str, Client)>,
    sittings_per_day: f64,
}

impl Clerks {
    pub(super) fn new(plan: &PortalPlan, site: Site) -> Self {
        let mut chance = Chance::new(plan.seed, "clerks");
        let clerks = ACCOUNTS.iter().map(|account| (*account, desk(&mut chance))).collect();
        Self { site, chance, clerks, sittings_per_day: plan.clerk_records_per_day / SITTING as f64 }
    }

    fn sit(&mut self, at: Micros, out: &mut Vec<Hit>) {
        let place = self.chance.below(self.clerks.len() as u64) as usize;
        let (account, client) = self.clerks[place].clone();
        let mut walk = Walk::begin(&client, at, out).signed_in(account);
        walk.get("/office".to_owned(), 200, 5_540);
        for _ in 0..self.chance.within(SITTING / 2, SITTING * 3 / 2) {
            self.look_at_record(&mut walk);
        }
    }

    fn look_at_record(&mut self, walk: &mut Walk<'_>) {
        walk.think(&mut self.chance, 25.0);
        if self.chance.yes(0.4) {
            let last = names::form(names::family(&mut self.chance));
            walk.get(format!("/office/search?q={last}"), 200, 4_900 + self.chance.below(6_000));
            walk.think(&mut self.chance, 8.0);
        }
        let voter = self.chance.below(self.site.voters);
        let number = self.site.number(voter);
        walk.get(format!("/office/voter/{number}"), 200, self.site.record_bytes(voter) + 1_870);
        if self.chance.yes(0.22) {
            walk.think(&mut self.chance, 70.0);
            walk.post(&format!("/office/voter/{number}/edit"), 302, 0);
        }
    }
}

fn desk(chance: &mut Chance) -> Client {
    Client { address: client::OFFICE, agent: Arc::from(client::office_browser(chance)), voter: 0, returning: true }
}

impl Life for Clerks {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        for at in day.arrivals(&mut self.chance, &OFFICE_HOURS, self.sittings_per_day * day.busy.sqrt()) {
            self.sit(at, out);
        }
    }
}
