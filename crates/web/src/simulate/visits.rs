//! Voters' visits: looking oneself up, the status of an application, the polling place, registering, reading.

use super::{
    Life,
    calendar::{Day, VOTERS},
    chance::Chance,
    client::{Client, Crowd},
    hit::{Hit, Micros},
    names,
    plan::PortalPlan,
    site::{
        HOME, INFORMATION, LOOKUP, NO_MATCH_BYTES, POLLING_PLACE, REGISTER, STATUS, STATUS_FOUND_BYTES,
        STATUS_UNKNOWN_BYTES, Site,
    },
    walk::Walk,
};

pub(super) struct Visits {
    site: Site,
    chance: Chance,
    crowd: Crowd,
    per_day: f64,
}

impl Visits {
    pub(super) fn new(plan: &PortalPlan, site: Site) -> Self {
        let mut chance = Chance::new(plan.seed, "visits");
        let crowd = Crowd::new(&mut chance, (plan.sessions_per_day * 14.0) as u64, plan.voters);
        Self { site, chance, crowd, per_day: plan.sessions_per_day }
    }

    fn visit(&mut self, at: Micros, out: &mut Vec<Hit>) {
        let client = self.crowd.next(&mut self.chance);
        let mut walk = Walk::begin(&client, at, out);
        self.arrive(&mut walk);
        match self.chance.below(100) {
            0..40 => self.look_up(&mut walk, &client),
            40..58 => self.find_polling_place(&mut walk),
            58..70 => self.ask_status(&mut walk),
            70..78 => self.register(&mut walk),
            _ => self.read(&mut walk),
        }
    }

    fn arrive(&mut self, walk: &mut Walk<'_>) {
        if self.chance.yes(0.55) {
            walk.arrive_from_search_engine();
        }
        if self.chance.yes(0.75) {
            walk.page(HOME);
            walk.styles(&mut self.chance);
            walk.think(&mut self.chance, 9.0);
        }
    }

    /// Name and birth date; a slip of the pen first, one time in six. Then often a member of the household too.
    fn look_up(&mut self, walk: &mut Walk<'_>, client: &Client) {
        let household = [1, 1, 1, 1, 2, 2, 3][self.chance.below(7) as usize];
        for member in 0..household {
            walk.page(LOOKUP);
            walk.think(&mut self.chance, 22.0);
            if self.chance.yes(0.16) {
                self.search(walk, None);
                walk.think(&mut self.chance, 14.0);
            }
            self.search(walk, Some((client.voter + member) % self.site.voters));
            walk.think(&mut self.chance, 18.0);
        }
    }

    /// Most portals send names in a form's body; a link from a mail or an old page sends them in the address.
    fn search(&mut self, walk: &mut Walk<'_>, found: Option<u64>) {
        match (found, self.chance.yes(0.3)) {
            (None, false) => walk.post(LOOKUP.0, 200, NO_MATCH_BYTES),
            (None, true) => walk.get(self.named_search(), 200, NO_MATCH_BYTES),
            (Some(voter), in_address) => {
                if in_address {
                    walk.get(self.named_search(), 302, 0);
                } else {
                    walk.post(LOOKUP.0, 302, 0);
                }
                walk.get(self.site.record(voter), 200, self.site.record_bytes(voter));
            }
        }
    }

    fn named_search(&mut self) -> String {
        let (first, last) = (names::given(&mut self.chance), names::family(&mut self.chance));
        let born = names::birth_date(&mut self.chance);
        format!("{}?first={}&last={}&dob={born}", LOOKUP.0, names::form(first), names::form(last))
    }

    fn find_polling_place(&mut self, walk: &mut Walk<'_>) {
        walk.page(POLLING_PLACE);
        walk.think(&mut self.chance, 12.0);
        let address = names::form(&names::address(&mut self.chance));
        let bytes = POLLING_PLACE.1 + self.chance.below(900);
        walk.get(format!("{}?address={address}&zip=0{}", POLLING_PLACE.0, self.chance.within(1000, 1040)), 200, bytes);
    }

    fn ask_status(&mut self, walk: &mut Walk<'_>) {
        walk.page(STATUS);
        walk.think(&mut self.chance, 15.0);
        let reference = format!("{}?ref=R26-{:06}", STATUS.0, self.chance.below(1_000_000));
        let bytes = if self.chance.yes(0.86) { STATUS_FOUND_BYTES } else { STATUS_UNKNOWN_BYTES };
        walk.get(reference, 200, bytes);
    }

    fn register(&mut self, walk: &mut Walk<'_>) {
        walk.page(REGISTER);
        for step in ["/register/eligibility", "/register/address", "/register/review", "/register/submit"] {
            walk.think(&mut self.chance, 45.0);
            if self.chance.yes(0.12) {
                return;
            }
            walk.post(step, 302, 0);
        }
        walk.get("/register/thanks".to_owned(), 200, 3_412);
    }

    fn read(&mut self, walk: &mut Walk<'_>) {
        for _ in 0..self.chance.within(1, 4) {
            walk.page(self.chance.pick(INFORMATION));
            walk.think(&mut self.chance, 30.0);
        }
    }
}

impl Life for Visits {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        for at in day.arrivals(&mut self.chance, &VOTERS, self.per_day * day.busy) {
            self.visit(at, out);
        }
    }
}
