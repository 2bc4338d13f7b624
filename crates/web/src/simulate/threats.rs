//! The threats whose detection limit is measured: who attacks, how stealthily, and what a size counts.

use jiff::Timestamp;
use pollwarden_core::from_micros;

use super::{
    Likeness,
    attacks::{Attack, BlindInjection, BulkInjection, CredentialStuffing, Harvest, Order, RowByRow},
    chance::Chance,
};

/// A kind of attack, of any size.
pub struct Threat {
    /// Its name on the command line.
    pub name: &'static str,
    /// The attack, in words that go before its size: `a theft of`.
    pub attack: &'static str,
    /// What a size counts.
    pub unit: &'static str,
    /// Who and how, in words that go after its size.
    pub manner: &'static str,
    /// Whether an assessment measures it: one of each kind, the others on demand.
    pub assessed: bool,
    /// How it is done, in a sentence.
    pub how: &'static str,
    /// What the log must show for it to be simulated; the reason where it does not.
    needs: fn(&Likeness) -> Result<(), &'static str>,
    /// The largest size worth trying, before what the portal holds.
    most: u64,
    pub(super) make: fn(u64, &Likeness, u64) -> Attack,
}

/// Every threat, in the order they are told.
pub static THREATS: &[Threat] = &[
    Threat {
        name: "sequential-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "by one client that counts through voters' numbers",
        assessed: true,
        how: "One address with an ordinary browser's name asks for number after number, one a second; three numbers in ten are nobody's.",
        needs: numbered,
        most: MOST_ROWS,
        make: |records, likeness, seed| {
            harvest(likeness, seed, Harvest { order: Order::Sequential, misses: 0.3, ..one_a_second(records) })
        },
    },
    Threat {
        name: "distributed-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "spread over up to 500 clients",
        assessed: true,
        how: "Up to 500 addresses, each with an ordinary browser's name, share the records among them in random order, within three days.",
        needs: records,
        most: MOST_ROWS,
        make: |records, likeness, seed| {
            harvest(likeness, seed, Harvest { addresses: 500, hours: 72.0, ..one_a_second(records) })
        },
    },
    Threat {
        name: "few-clients-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "spread over 20 clients",
        assessed: false,
        how: "Twenty addresses, each with an ordinary browser's name, share the records among them in random order, within three days.",
        needs: records,
        most: MOST_ROWS,
        make: |records, likeness, seed| {
            harvest(likeness, seed, Harvest { addresses: 20, hours: 72.0, ..one_a_second(records) })
        },
    },
    Threat {
        name: "random-order-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "by one client in random order",
        assessed: false,
        how: "One address with an ordinary browser's name asks for records from a list, one a second; one in ten is no longer there.",
        needs: records,
        most: MOST_ROWS,
        make: |records, likeness, seed| harvest(likeness, seed, Harvest { misses: 0.1, ..one_a_second(records) }),
    },
    Threat {
        name: "slow-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "by one client, slowly over the whole log",
        assessed: true,
        how: "One address with an ordinary browser's name asks for records in random order, day and night, from the log's first day to its last.",
        needs: records,
        most: MOST_ROWS,
        make: |records, likeness, seed| {
            harvest(likeness, seed, Harvest { hours: f64::INFINITY, ..one_a_second(records) })
        },
    },
    Threat {
        name: "browsing-harvest",
        attack: "a theft of",
        unit: "records",
        manner: "by one client that opens other pages in between, as people do",
        assessed: false,
        how: "One address with an ordinary browser's name opens one ordinary page for each record, five seconds apart.",
        needs: records,
        most: MOST_ROWS / 2,
        make: |records, likeness, seed| {
            let hours = records as f64 * 10.0 / 3600.0;
            harvest(likeness, seed, Harvest { other_pages: 1.0, hours, ..one_a_second(records) })
        },
    },
    Threat {
        name: "bulk-injection",
        attack: "a theft of",
        unit: "records",
        manner: "by SQL injection, all in one answer",
        assessed: false,
        how: "One request, worked out elsewhere; its answer is larger by 103 bytes for each record.",
        needs: parameter,
        most: 1_000_000,
        make: |records, likeness, seed| {
            let begin = begin(likeness, 0.1, seed);
            Attack::BulkInjection(BulkInjection { begin, records, per_answer: records, probes: 0 })
        },
    },
    Threat {
        name: "row-by-row-injection",
        attack: "a theft of",
        unit: "records",
        manner: "by SQL injection, row by row",
        assessed: true,
        how: "One address, one row in each answer, one request a minute, without a first try.",
        needs: parameter,
        most: MOST_ROWS,
        make: |records, likeness, seed| {
            let (begin, per_second) = paced(likeness, records, 1.0 / 60.0, seed);
            Attack::RowByRow(RowByRow { begin, records, per_second, addresses: 1 })
        },
    },
    Threat {
        name: "blind-injection",
        attack: "a theft of",
        unit: "records",
        manner: "by blind SQL injection through a page's address",
        assessed: false,
        how: "One address asks 189 yes-or-no questions for each record, one in ten seconds.",
        needs: parameter,
        most: MOST_BLIND,
        make: |records, likeness, seed| blind(likeness, records, seed, false),
    },
    Threat {
        name: "hidden-injection",
        attack: "a theft of",
        unit: "records",
        manner: "by blind SQL injection through a form, whose content is in no log",
        assessed: true,
        how: "One address sends one form 189 times for each record, once in ten seconds; only the answers differ.",
        needs: form,
        most: MOST_BLIND,
        make: |records, likeness, seed| blind(likeness, records, seed, true),
    },
    Threat {
        name: "credential-stuffing",
        attack: "stolen passwords tried on",
        unit: "accounts",
        manner: "by up to 100 clients",
        assessed: true,
        how: "Up to 100 addresses, each with an ordinary browser's name, try each account once, within two days; one password in a hundred opens its account.",
        needs: login,
        most: MOST_ROWS,
        make: |accounts, likeness, seed| {
            let hours = fitting(likeness, 48.0);
            let begin = begin(likeness, hours, seed);
            Attack::CredentialStuffing(CredentialStuffing { begin, hours, accounts, addresses: 100, opened: 0.01 })
        },
    },
];

/// Attacks of more requests are not tried: whoever is not noticed by then won't be by more of the same.
const MOST_ROWS: u64 = 10_000;
/// At 189 questions each.
const MOST_BLIND: u64 = 20;

impl Threat {
    /// The threat without a size.
    pub fn words(&self) -> String {
        format!("{} {} {}", self.attack, self.unit, self.manner)
    }

    /// The largest size to try on a portal.
    ///
    /// # Errors
    /// Why it can't be simulated from that portal's log.
    pub fn most(&self, likeness: &Likeness) -> Result<u64, &'static str> {
        (self.needs)(likeness)?;
        let of_records = self.unit == "records" && likeness.holds() > 0;
        Ok(if of_records { self.most.min(likeness.holds()) } else { self.most })
    }
}

fn records(likeness: &Likeness) -> Result<(), &'static str> {
    likeness.record_page().map(|_| ()).ok_or("the log shows no page on which strangers open persons' records")
}

fn numbered(likeness: &Likeness) -> Result<(), &'static str> {
    records(likeness)?;
    if likeness.is_numbered() { Ok(()) } else { Err("records are not named by numbers that could be counted through") }
}

fn parameter(likeness: &Likeness) -> Result<(), &'static str> {
    if likeness.has_parameter() { Ok(()) } else { Err("the log shows no page with a parameter that visitors fill in") }
}

fn form(likeness: &Likeness) -> Result<(), &'static str> {
    if likeness.has_form() { Ok(()) } else { Err("the log shows no form that visitors send") }
}

fn login(likeness: &Likeness) -> Result<(), &'static str> {
    if likeness.has_login() { Ok(()) } else { Err("the log shows no page that takes passwords") }
}

/// One client, in random order, without misses.
fn one_a_second(records: u64) -> Harvest {
    Harvest {
        begin: Timestamp::UNIX_EPOCH,
        hours: records as f64 / 3600.0,
        first_voter: 0,
        records,
        addresses: 1,
        order: Order::Random,
        misses: 0.0,
        other_pages: 0.0,
    }
}

/// The harvest at some time of the log, from some voter on, no longer than the log.
fn harvest(likeness: &Likeness, seed: u64, harvest: Harvest) -> Attack {
    let hours = fitting(likeness, harvest.hours);
    let first_voter = Chance::new(seed, "first voter").below(likeness.holds());
    Attack::Harvest(Harvest { begin: begin(likeness, hours, seed), hours, first_voter, ..harvest })
}

fn blind(likeness: &Likeness, records: u64, seed: u64, in_form: bool) -> Attack {
    let (begin, per_second) = paced(likeness, records * 189, 0.1, seed);
    Attack::BlindInjection(BlindInjection { begin, records, per_second, addresses: 1, in_form })
}

/// A beginning and a pace at which so many requests fit into the log.
fn paced(likeness: &Likeness, requests: u64, per_second: f64, seed: u64) -> (Timestamp, f64) {
    let hours = fitting(likeness, requests as f64 / per_second / 3600.0);
    (begin(likeness, hours, seed), requests as f64 / (hours * 3600.0).max(1.0))
}

/// Nine tenths of the log's length at most: waits are drawn, and may come out longer.
fn fitting(likeness: &Likeness, hours: f64) -> f64 {
    hours.min(likeness.weeks() * 168.0 * 0.9)
}

/// A moment of the log from which an attack of that length ends within it.
fn begin(likeness: &Likeness, hours: f64, seed: u64) -> Timestamp {
    let (first, last) = likeness.span();
    let room = (last.as_microsecond() - first.as_microsecond()) as f64 - hours * 3600e6;
    let after = Chance::new(seed, "begin").unit() * room.max(0.0) * 0.95;
    from_micros(first.as_microsecond() + after as i64)
}
