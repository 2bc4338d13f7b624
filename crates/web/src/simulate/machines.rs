//! Machines that come every day: the uptime monitor, search engines, and the internet's background of blind probes.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use super::{
    Life,
    calendar::{ALWAYS, Day, length},
    chance::Chance,
    client::home_address,
    hit::{Hit, Micros, SECOND},
    micros,
    plan::PortalPlan,
    site::{HOME, INFORMATION, LOOKUP, NOT_FOUND_BYTES, POLLING_PLACE, Page, Site},
};

/// Asks for one page at a fixed interval: a portal's log is never silent for long.
pub(super) struct Monitor {
    chance: Chance,
    agent: Arc<str>,
    next: Micros,
    every: Micros,
}

const MONITOR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 200));

impl Monitor {
    pub(super) fn new(plan: &PortalPlan) -> Self {
        Self {
            chance: Chance::new(plan.seed, "monitor"),
            agent: Arc::from("uptime-check/3.2 (+https://monitor.example/)"),
            next: micros(plan.start) + 41 * SECOND,
            every: length(plan.monitor_every).max(SECOND),
        }
    }
}

impl Life for Monitor {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        while self.next < day.end {
            let at = self.next + (self.chance.below(900) * 1000) as Micros;
            out.push(Hit { method: "HEAD", ..Hit::get(at, MONITOR, &self.agent, "/healthz", 0) });
            self.next += self.every;
        }
    }
}

/// Search engines: public pages only, all day, from a few addresses each.
pub(super) struct Crawlers {
    chance: Chance,
    engines: Vec<Arc<str>>,
    visits_per_day: f64,
    site: Site,
}

const PUBLIC: &[Page] = &[("/robots.txt", 214), ("/sitemap.xml", 2_904), HOME, LOOKUP, POLLING_PLACE];

impl Crawlers {
    pub(super) fn new(plan: &PortalPlan, site: Site) -> Self {
        let engines = [
            "FinderBot/2.1 (+https://finder.example/bot)",
            "Mozilla/5.0 (compatible; LanternBot/1.4; +https://lantern.example/)",
        ];
        Self {
            chance: Chance::new(plan.seed, "crawlers"),
            engines: engines.into_iter().map(Arc::from).collect(),
            visits_per_day: 6.0 + plan.sessions_per_day / 40.0,
            site,
        }
    }

    fn crawl(&mut self, mut at: Micros, out: &mut Vec<Hit>) {
        let engine = self.chance.below(self.engines.len() as u64);
        let client = IpAddr::V4(Ipv4Addr::new(192, 0, 2, (64 + engine * 8 + self.chance.below(4)) as u8));
        for _ in 0..self.chance.within(1, 8) {
            let hit = self.page(at, client, engine as usize);
            out.push(hit);
            at += 3 * SECOND + self.chance.wait(20.0);
        }
    }

    /// Now and then a record that someone linked to from a public page.
    fn page(&mut self, at: Micros, client: IpAddr, engine: usize) -> Hit {
        let agent = &self.engines[engine];
        if self.chance.yes(0.01) {
            let voter = self.site.voters / 3;
            return Hit::get(at, client, agent, self.site.record(voter), self.site.record_bytes(voter));
        }
        let pages = if self.chance.yes(0.5) { PUBLIC } else { INFORMATION };
        let (path, bytes) = self.chance.pick(pages);
        Hit::get(at, client, agent, path, bytes)
    }
}

impl Life for Crawlers {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        for at in day.arrivals(&mut self.chance, &ALWAYS, self.visits_per_day) {
            self.crawl(at, out);
        }
    }
}

/// What every public server sees: requests for other people's software, mostly answered 404. Nobody chose this office.
pub(super) struct Probes {
    chance: Chance,
    agents: Vec<Arc<str>>,
    per_day: f64,
}

const BACKGROUND: &[&str] = &[
    "/.env",
    "/wp-login.php",
    "/.git/config",
    "/xmlrpc.php",
    "/phpinfo.php",
    "/admin/",
    "/owa/",
    "/actuator/health",
    "/boaform/login",
    "/cgi-bin/status",
    "/config.json",
    "/.aws/credentials",
    "/vendor/autoload.php",
    "/solr/",
    "/hudson",
    "/server-status",
    "/.well-known/security.txt",
    "/ads.txt",
    "/wp-content/plugins/",
    "/login.action",
    "/console/",
];

impl Probes {
    pub(super) fn new(plan: &PortalPlan) -> Self {
        let agents =
            ["", "python-client/2.32", "Mozilla/5.0", "Go-client/1.1", "census-survey/1.0 (+https://survey.example/)"];
        Self {
            chance: Chance::new(plan.seed, "probes"),
            agents: agents.into_iter().map(Arc::from).collect(),
            per_day: 5.0 + plan.sessions_per_day / 60.0,
        }
    }

    fn probe(&mut self, mut at: Micros, out: &mut Vec<Hit>) {
        let client = home_address(1 << 40 | self.chance.below(4_000));
        let agent = Arc::clone(&self.agents[self.chance.below(self.agents.len() as u64) as usize]);
        for _ in 0..self.chance.within(1, 5) {
            let path = self.chance.pick(BACKGROUND);
            out.push(Hit::get(at, client, &agent, path, NOT_FOUND_BYTES).status(404));
            at += self.chance.wait(1.5);
        }
    }
}

impl Life for Probes {
    fn day(&mut self, day: &Day, out: &mut Vec<Hit>) {
        for at in day.arrivals(&mut self.chance, &ALWAYS, self.per_day) {
            self.probe(at, out);
        }
    }
}
