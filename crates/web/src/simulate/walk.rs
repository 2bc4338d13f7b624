//! A browser's way through the portal: each page is asked for from the one before.

use std::borrow::Cow;

use super::{
    chance::Chance,
    client::Client,
    hit::{Hit, Micros, SECOND},
    site::{Page, STYLES},
};

pub(super) const PORTAL: &str = "https://vote.county.example";

pub(super) struct Walk<'a> {
    client: &'a Client,
    user: Option<&'static str>,
    at: Micros,
    referer: Cow<'static, str>,
    out: &'a mut Vec<Hit>,
}

impl<'a> Walk<'a> {
    pub(super) fn begin(client: &'a Client, at: Micros, out: &'a mut Vec<Hit>) -> Self {
        Self { client, user: None, at, referer: Cow::Borrowed(""), out }
    }

    /// Signed in: the server logs the account.
    pub(super) fn signed_in(mut self, user: &'static str) -> Self {
        self.user = Some(user);
        self
    }

    pub(super) fn arrive_from_search_engine(&mut self) {
        self.referer = Cow::Borrowed("https://search.example/");
    }

    /// A page of fixed size.
    pub(super) fn page(&mut self, page: Page) {
        self.get(page.0.to_owned(), 200, page.1);
    }

    pub(super) fn get(&mut self, target: String, status: u16, bytes: u64) {
        self.request("GET", target.clone(), status, bytes);
        self.referer = Cow::Owned(format!("{PORTAL}{target}"));
    }

    /// A form; its body is in no log.
    pub(super) fn post(&mut self, target: &str, status: u16, bytes: u64) {
        self.request("POST", target.to_owned(), status, bytes);
    }

    /// Styles, scripts and pictures: fetched, asked whether they changed, or taken from the browser's own store.
    pub(super) fn styles(&mut self, chance: &mut Chance) {
        for (path, bytes) in STYLES {
            self.at += (chance.below(180) * 1000) as Micros;
            match (self.client.returning, chance.yes(0.45)) {
                (true, true) => self.request("GET", (*path).to_owned(), 304, 0),
                (true, false) => {}
                (false, _) => self.request("GET", (*path).to_owned(), 200, *bytes),
            }
        }
    }

    /// Reading and typing.
    pub(super) fn think(&mut self, chance: &mut Chance, mean_seconds: f64) {
        self.at += SECOND + chance.wait(mean_seconds);
    }

    fn request(&mut self, method: &'static str, target: String, status: u16, bytes: u64) {
        let hit = Hit::get(self.at, self.client.address, &self.client.agent, target, bytes).status(status);
        self.out.push(Hit { method, user: self.user, referer: self.referer.clone(), ..hit });
    }
}
