//! A long ordinary log, written fast: what benches read.
//!
//! Visits as browsers make them, many at once: the front page, its styles and pictures, a form, what the form finds. Each
//! client looks at its own record only, so that nothing in it is an attack.

use std::{
    io::{self, Write},
    sync::Arc,
};

use super::{
    chance::{Chance, trait_of},
    client::{browser, home_address},
    names,
    site::{HOME, INFORMATION, LOOKUP, POLLING_PLACE, Page, PortalShape, STATUS, STATUS_FOUND_BYTES, STYLES, Site},
    walk::PORTAL,
};

/// Voters on the bulk portal's roll.
const VOTERS: u64 = 2_000_000;

/// An average line's share of a day: about 160,000 lines each.
const LINES_PER_DAY: u64 = 160_000;

/// A line, without its client and time.
struct Line {
    before: String,
    after: String,
}

/// About how many bytes a line has.
const LINE_BYTES: u64 = 250;

/// Writes at least `bytes` of ordinary combined lines (less than one line more), in order of time. Returns the lines.
///
/// With `clients`, so many come, each once; where there are too many of them for whole visits, each leaves sooner. Without,
/// as many as such a portal would have, some of them again and again.
///
/// # Errors
/// Where `out` can't be written.
pub fn bulk(out: &mut impl Write, bytes: u64, clients: Option<u64>, seed: u64) -> io::Result<u64> {
    let mut chance = Chance::new(seed, "bulk");
    let pages = Pages::new(&mut chance);
    let mut visits = match clients {
        Some(clients) => Visits::once_each(clients.max(1), bytes / LINE_BYTES / clients.max(1)),
        None => Visits::new((bytes / 5_000).clamp(50, 400_000), &mut chance),
    };
    let clients = Clients::new(&mut chance);
    let (mut written, mut lines) = (0, 0);
    let mut block: Vec<u8> = Vec::with_capacity(BLOCK + 1024);
    while written < bytes {
        let start = block.len();
        write_line(&mut block, lines, &clients, &pages, visits.next(&mut chance));
        written += (block.len() - start) as u64;
        lines += 1;
        if block.len() >= BLOCK || written >= bytes {
            out.write_all(&block)?;
            block.clear();
        }
    }
    Ok(lines)
}

const BLOCK: usize = 1 << 18;

struct Clients {
    site: Site,
    agents: Vec<Arc<str>>,
    status_answer: String,
}

impl Clients {
    fn new(chance: &mut Chance) -> Self {
        let plan = super::PortalPlan {
            shape: PortalShape::IdInQuery,
            ..super::PortalPlan::ordinary(0, EPOCH, 1, 1.0, VOTERS)
        };
        Self {
            site: Site::of(&plan),
            agents: (0..64).map(|_| Arc::from(browser(chance))).collect(),
            status_answer: referred(200, &STATUS_FOUND_BYTES.to_string(), STATUS.0),
        }
    }

    /// Each client's own record, asked for and answered.
    fn write_own_record(&self, client: u64, block: &mut Vec<u8>) {
        let voter = trait_of("voter", client) % VOTERS;
        let (page, bytes) = (self.site.record(voter), self.site.record_bytes(voter).to_string());
        let _ = write!(block, "GET {page}{}", referred(200, &bytes, LOOKUP.0));
    }
}

/// A client's address. Beyond so many clients, homes' addresses would repeat: then each has one of a network of its own.
fn address(client: u64) -> std::net::IpAddr {
    const HOMES: u64 = 1 << 20;
    const FURTHER: u128 = 0x2001_0db8_5000_0000_u128 << 64;
    if client < HOMES {
        home_address(client)
    } else {
        std::net::Ipv6Addr::from(FURTHER | u128::from(client) << 72).into()
    }
}

const EPOCH: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

/// Lines that many clients have in common.
struct Pages {
    styles: Vec<Line>,
    home: Line,
    forms: Vec<Line>,
    information: Vec<Line>,
    sent: Line,
    places: Vec<Line>,
}

impl Pages {
    fn new(chance: &mut Chance) -> Self {
        let place = |_| {
            let address = names::form(&names::address(chance));
            let bytes = (POLLING_PLACE.1 + chance.below(900)).to_string();
            let before = format!("GET {}?address={address}", POLLING_PLACE.0);
            Line { before, after: referred(200, &bytes, POLLING_PLACE.0) }
        };
        Self {
            places: (0..220).map(place).collect(),
            styles: STYLES.iter().map(|page| line_of(*page)).collect(),
            home: line_of(HOME),
            forms: [LOOKUP, STATUS, POLLING_PLACE].map(line_of).into(),
            information: INFORMATION.iter().map(|page| line_of(*page)).collect(),
            sent: Line { before: format!("POST {}", LOOKUP.0), after: referred(302, "-", LOOKUP.0) },
        }
    }
}

/// Visits that go on at the same time.
struct Visits {
    visits: [(u64, u64, usize); AT_ONCE],
    clients: u64,
    /// Where each client comes once: the next one, and how many lines a visit has.
    once_each: Option<(u64, u64)>,
}

/// So many visits at once: two lines a second, and a visit of some minutes.
const AT_ONCE: usize = 64;

/// The next line of a visit.
struct Step {
    client: u64,
    /// What the visit is about.
    about: u64,
    step: usize,
    drawn: u64,
}

impl Visits {
    fn new(clients: u64, chance: &mut Chance) -> Self {
        let visits = std::array::from_fn(|i| (chance.below(clients), chance.below(100), i % 8));
        Self { visits, clients, once_each: None }
    }

    fn once_each(clients: u64, lines: u64) -> Self {
        let visits = std::array::from_fn(|i| (i as u64 % clients, 7 * i as u64 % 100, 0));
        Self { visits, clients, once_each: Some((AT_ONCE as u64, lines.max(1))) }
    }

    fn next(&mut self, chance: &mut Chance) -> Step {
        let drawn = chance.below(u64::MAX);
        let (client, about, step) = self.visits[drawn as usize % AT_ONCE];
        // A form is used once or twice; then somebody else comes.
        let is_over = step >= 9 || (step >= 7 && drawn >> 62 == 0);
        self.visits[drawn as usize % AT_ONCE] = match &mut self.once_each {
            Some((next, lines)) if is_over || step as u64 + 1 >= *lines => {
                *next += 1;
                ((*next - 1) % self.clients, (drawn >> 40) % 100, 0)
            }
            None if is_over => ((drawn >> 8) % self.clients, (drawn >> 40) % 100, 0),
            _ => (client, about, step + 1),
        };
        Step { client, about, step, drawn: drawn >> 16 }
    }
}

fn line_of((path, bytes): Page) -> Line {
    Line { before: format!("GET {path}"), after: referred(200, &bytes.to_string(), HOME.0) }
}

fn referred(status: u16, bytes: &str, from: &str) -> String {
    format!(" HTTP/1.1\" {status} {bytes} \"{PORTAL}{from}\" \"")
}

fn write_line(block: &mut Vec<u8>, number: u64, clients: &Clients, pages: &Pages, step: Step) {
    let _ = write!(block, "{}", address(step.client));
    block.extend_from_slice(b" - - [");
    write_time(block, number);
    block.extend_from_slice(b"] \"");
    let one_of = |lines: &[Line], block: &mut Vec<u8>| lines[step.drawn as usize % lines.len()].write(block);
    match (step.step, step.about) {
        (0, _) => pages.home.write(block),
        (1..=4, _) => pages.styles[(step.step - 1) % pages.styles.len()].write(block),
        (5, 0..40) => pages.forms[0].write(block),
        (5, 40..55) => pages.forms[1].write(block),
        (5, _) => pages.forms[2].write(block),
        (6 | 8, 0..40) => pages.sent.write(block),
        (_, 0..40) => clients.write_own_record(step.client, block),
        (_, 40..55) => write_status(block, step.drawn, &clients.status_answer),
        (_, 55..85) => one_of(&pages.places, block),
        _ => one_of(&pages.information, block),
    }
    block.extend_from_slice(clients.agents[step.client as usize % 64].as_bytes());
    block.extend_from_slice(b"\"\n");
}

impl Line {
    fn write(&self, block: &mut Vec<u8>) {
        block.extend_from_slice(self.before.as_bytes());
        block.extend_from_slice(self.after.as_bytes());
    }
}

fn write_status(block: &mut Vec<u8>, drawn: u64, after: &str) {
    let _ = write!(block, "GET {}?ref=R26-{:06}{after}", STATUS.0, drawn % 1_000_000);
}

/// From 1 July 2026 on, in UTC, at an even pace; months of 31 days keep it simple and the dates valid.
fn write_time(block: &mut Vec<u8>, line: u64) {
    const MONTHS: [&str; 2] = ["Jul", "Aug"];
    let second = line % LINES_PER_DAY * 86_400 / LINES_PER_DAY;
    let day = line / LINES_PER_DAY;
    let month = MONTHS[(day / 31 % 2) as usize];
    let year = 2026 + day / 62;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let _ = write!(block, "{:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000", day % 31 + 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_kept_and_the_seed_decides() {
        let write = |seed| {
            let mut out = Vec::new();
            let lines = bulk(&mut out, 300_000, None, seed).unwrap();
            assert_eq!(out.iter().filter(|byte| **byte == b'\n').count() as u64, lines);
            out
        };
        let out = write(1);
        assert!((300_000..301_000).contains(&out.len()), "{}", out.len());
        assert_eq!(out, write(1));
        assert_ne!(out, write(2));
    }

    #[test]
    fn so_many_clients_come_as_are_asked_for() {
        for clients in [20, 400] {
            let mut out = Vec::new();
            bulk(&mut out, 300_000, Some(clients), 1).unwrap();
            let text = String::from_utf8(out).unwrap();
            let seen: std::collections::HashSet<&str> =
                text.lines().filter_map(|line| line.split(' ').next()).collect();
            assert!((seen.len() as f64 / clients as f64 - 1.0).abs() < 0.25, "{} of {clients}", seen.len());
        }
    }
}
