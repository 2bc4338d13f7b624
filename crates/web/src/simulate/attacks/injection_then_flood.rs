//! The shape of Illinois 2016: weeks of boolean-blind injection at low volume through the application-status page, then
//! row-by-row reads at five a second until blocked, and knocking on the closed door after that.

use std::{net::IpAddr, sync::Arc};

use jiff::Timestamp;

use super::{
    super::{
        chance::{Chance, trait_of},
        hit::{Hit, Micros, SECOND},
        micros,
        payload::{CHARACTERS, Injection, halving, letter},
        site::{ERROR_BYTES, FORBIDDEN_BYTES, STATUS, STATUS_FOUND_BYTES, STATUS_UNKNOWN_BYTES},
    },
    Stage, spacing,
};

/// Injection that begins low and slow and ends in a flood.
#[derive(Debug, Clone, PartialEq)]
pub struct InjectionThenFlood {
    /// The first try.
    pub begin: Timestamp,
    /// Over how many days the slow part is spread.
    pub slow_days: u32,
    /// Voters read bit by bit in the slow part, at about 190 requests each.
    pub slow_records: u64,
    /// When the flood begins.
    pub flood_at: Timestamp,
    /// Voters read in the flood, from the first row on: those of the slow part among them.
    pub records: u64,
    /// Requests a second in the flood.
    pub per_second: f64,
    /// How many addresses it comes from.
    pub addresses: u64,
    /// Requests that go on after the addresses are blocked, answered 403.
    pub blocked_requests: u64,
}

const PROBES: u64 = 34;

/// How long until someone saw the database at its limit and blocked the addresses.
const UNTIL_BLOCKED: Micros = 90 * SECOND;

struct Injector {
    attack: InjectionThenFlood,
    stage: Stage,
    injection: Injection,
    agent: Arc<str>,
}

pub(super) fn hits(attack: InjectionThenFlood, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("style");
    let injection = Injection::choose(&mut chance);
    let agent = Arc::from(super::super::client::browser(&mut chance));
    let injector = Arc::new(Injector { attack, stage, injection, agent });
    let (probes, slow, flood, blocked) =
        (Arc::clone(&injector), Arc::clone(&injector), Arc::clone(&injector), injector);
    let slow_part =
        probes.probes().into_iter().chain((0..slow.attack.slow_records).flat_map(move |row| slow.blind(row)));
    let mut errors = flood.stage.chance("flood");
    let flood_part = (0..flood.attack.records).flat_map(move |row| flood.row(row, &mut errors));
    let mut knocking = blocked.stage.chance("blocked");
    let blocked_part = (0..blocked.attack.blocked_requests).map(move |number| blocked.knock(number, &mut knocking));
    Box::new(slow_part.chain(flood_part).chain(blocked_part))
}

impl Injector {
    fn probes(&self) -> Vec<Hit> {
        let mut chance = self.stage.chance("probes");
        let mut at = micros(self.attack.begin);
        let probe = |_| {
            at += SECOND + chance.wait(6.0);
            let (status, bytes) = if chance.yes(0.5) { (500, ERROR_BYTES) } else { (200, STATUS_UNKNOWN_BYTES) };
            let payload = self.injection.probe(&mut chance);
            self.hit(at, 0, &payload, bytes).status(status)
        };
        (0..PROBES).map(probe).collect()
    }

    /// One voter, character by character, by halving: in one of the slow part's equal slots.
    fn blind(&self, row: u64) -> Vec<Hit> {
        let mut chance = self.stage.chance(&format!("blind {row}"));
        let slot = i64::from(self.attack.slow_days) * 86_400 * SECOND / self.attack.slow_records.max(1) as i64;
        let mut at = micros(self.attack.begin) + PROBES as i64 * 20 * SECOND + slot * row as i64;
        at += (chance.unit() * slot as f64 * 0.4) as Micros;
        let pause = (slot / 3 / (CHARACTERS as i64 * 7)).min(7 * SECOND) as f64 / SECOND as f64;
        let address = chance.below(self.attack.addresses.clamp(1, 2));
        let mut questions = Vec::with_capacity(CHARACTERS as usize * 7);
        for character in 0..CHARACTERS {
            for (threshold, greater) in halving(letter(row, character)) {
                at += chance.wait(pause);
                let payload =
                    self.injection.bit(&mut chance, row, character as usize / 8, character % 8 + 1, threshold);
                let bytes = if greater { STATUS_FOUND_BYTES } else { STATUS_UNKNOWN_BYTES };
                questions.push(self.hit(at, address, &payload, bytes));
            }
        }
        if let Some(last) = questions.last_mut() {
            last.left = row..row + 1;
        }
        questions
    }

    /// One row in one answer; now and then the database gives up and it is asked for again.
    fn row(&self, row: u64, chance: &mut Chance) -> Vec<Hit> {
        let every = spacing(self.attack.per_second);
        let at = micros(self.attack.flood_at) + every * row as i64 + chance.below(every as u64) as Micros;
        let address = row % self.attack.addresses.max(1);
        let payload = self.injection.row(chance, row);
        let bytes = STATUS_FOUND_BYTES + 41 + trait_of("address", row) % 64;
        let answered = self.hit(at, address, &payload, bytes).leaving(row..row + 1);
        if chance.yes(0.06) {
            let failed = self.hit(at, address, &payload, ERROR_BYTES).status(500);
            return vec![failed, Hit { at: at + every / 2, ..answered }];
        }
        vec![answered]
    }

    fn knock(&self, number: u64, chance: &mut Chance) -> Hit {
        let every = spacing(self.attack.per_second);
        let flood_end = micros(self.attack.flood_at) + every * (self.attack.records as i64 + 2);
        let at = flood_end + UNTIL_BLOCKED + every * number as i64;
        let payload = self.injection.row(chance, self.attack.records + number);
        self.hit(at, number % self.attack.addresses.max(1), &payload, FORBIDDEN_BYTES).status(403)
    }

    fn hit(&self, at: Micros, address: u64, payload: &str, bytes: u64) -> Hit {
        let client: IpAddr = self.stage.address(address);
        Hit::get(at, client, &self.agent, format!("{}?ref=R26-0{payload}", STATUS.0), bytes)
    }
}
