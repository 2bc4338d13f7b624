//! A record line by line: bounded lines, bad ones counted, the same deed told once.

use std::collections::HashMap;
use std::io::{BufRead, Read as _};

use jiff::{Timestamp, tz::TimeZone};

use super::clock::Clock;
use super::formats::{Event, Outcome, Reader, Seen, format_of};
use super::lures::{Lures, Sign, order};
use super::{Acted, ActedError, Deeds, How, Order, Place};

/// Longer lines are rejected: no address or event needs more.
const LONGEST_LINE: usize = 64 << 10;
/// The format is told from so many first lines.
const SNIFFED: usize = 60;
/// More deeds than an office has people and machines.
const MOST_DEEDS: usize = 100_000;
/// Bad lines whose reason is kept.
const MOST_REASONS: usize = 20;

pub(super) fn read(
    lures: &Lures,
    name: &str,
    record: impl BufRead,
    zone: Option<&TimeZone>,
) -> Result<Deeds, ActedError> {
    let mut lines = Lines { record, number: 0, buffer: Vec::new() };
    let unreadable = |error| ActedError::Unreadable { name: name.to_owned(), error };
    let mut first = Vec::new();
    while first.len() < SNIFFED
        && let Some(line) = lines.next().map_err(unreadable)?
    {
        first.push(line);
    }
    let texts: Vec<&str> =
        first.iter().filter_map(|line| line.text.as_deref()).filter(|text| !text.trim().is_empty()).collect();
    if texts.is_empty() && first.iter().all(|line| line.text.is_some()) {
        return Ok(Deeds { lines: lines.number, ..Deeds::default() });
    }
    let mut clock = Clock::new(zone, lures.last_arrival());
    let format = format_of(&texts, &mut clock).ok_or_else(|| ActedError::NoFormat(name.to_owned()))?;
    let mut ledger = Gathered::new(lures, name, Clock::new(zone, lures.last_arrival()));
    ledger.deeds.format = Some(format);
    let mut reader = Reader::new(format);
    first.iter().for_each(|line| ledger.line(line, &mut reader));
    while let Some(line) = lines.next().map_err(unreadable)? {
        ledger.line(&line, &mut reader);
    }
    Ok(ledger.done(zone.is_some()))
}

struct Line {
    number: u64,
    /// `None` where it is too long.
    text: Option<String>,
}

struct Lines<R> {
    record: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> std::io::Result<Option<Line>> {
        self.buffer.clear();
        let read = self.record.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if read == LONGEST_LINE && !self.buffer.ends_with(b"\n") {
            self.record.skip_until(b'\n')?;
            return Ok(Some(Line { number: self.number, text: None }));
        }
        let text = String::from_utf8_lossy(&self.buffer);
        let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        Ok(Some(Line { number: self.number, text: Some(text.to_owned()) }))
    }
}

/// What is found, as it is gathered.
struct Gathered<'a> {
    lures: &'a Lures,
    name: &'a str,
    clock: Clock,
    deeds: Deeds,
    found: HashMap<(Sign, String, How, Order), Acted>,
    left_out: u64,
    undated: u64,
}

impl<'a> Gathered<'a> {
    fn new(lures: &'a Lures, name: &'a str, clock: Clock) -> Self {
        Self { lures, name, clock, deeds: Deeds::default(), found: HashMap::new(), left_out: 0, undated: 0 }
    }

    fn line(&mut self, line: &Line, reader: &mut Reader) {
        self.deeds.lines += 1;
        let Some(text) = &line.text else { return self.reject(line.number, "the line is longer than 64 KiB") };
        if text.trim().is_empty() {
            return;
        }
        match reader.line(text, &mut self.clock) {
            Outcome::Event(event) => self.event(line.number, &event),
            Outcome::Other => {}
            Outcome::Bad(reason) => self.reject(line.number, reason),
        }
    }

    fn reject(&mut self, number: u64, reason: &'static str) {
        self.deeds.rejected += 1;
        if self.deeds.reasons.len() < MOST_REASONS {
            self.deeds.reasons.push((number, reason));
        }
    }

    fn event(&mut self, number: u64, event: &Event) {
        if let Some(at) = event.when {
            let (from, to) = self.deeds.watched.unwrap_or((at, at));
            self.deeds.watched = Some((from.min(at), to.max(at)));
        }
        for seen in &event.seen {
            let (signs, how) = match seen {
                Seen::Visit { url, has_path, how } => (self.lures.visited(url, *has_path), *how),
                Seen::Lookup(name) => (self.lures.visited(name, false), How::Resolved),
                Seen::File(hash) => (self.lures.other(hash), How::FileOnMachine),
            };
            signs.into_iter().for_each(|sign| self.deed(number, event, sign, how));
        }
    }

    fn deed(&mut self, number: u64, event: &Event, sign: Sign, how: How) {
        self.undated += u64::from(event.when.is_none() && how != How::FileOnMachine);
        let order = order(self.lures.lures()[sign.lure].arrived, event.when);
        let key = (sign, event.who.clone(), how, order);
        if let Some(known) = self.found.get_mut(&key) {
            known.times += 1;
            again(known, event.when);
            return;
        }
        if self.found.len() >= MOST_DEEDS {
            self.left_out += 1;
            return;
        }
        let place = Place { source: self.name.to_owned(), line: number };
        self.found.insert(key, self.lures.acted(sign, event.when, &event.who, how, place));
    }

    fn done(mut self, has_zone: bool) -> Deeds {
        let mut all: Vec<Acted> = std::mem::take(&mut self.found).into_values().collect();
        all.sort_by(|a, b| {
            (a.place.line, &a.lure, &a.indicator, a.how).cmp(&(b.place.line, &b.lure, &b.indicator, b.how))
        });
        (self.deeds.earlier, self.deeds.acted) = all.into_iter().partition(|acted| acted.order == Order::Before);
        let notes = &mut self.deeds.notes;
        if self.clock.was_bare && !has_zone {
            notes.push("Its times name no zone; they were read as UTC. Set the office's time zone if the log is in local time.".into());
        }
        if self.undated > 0 {
            notes.push(format!(
                "{} of its lines that name a lure have no time: whether they came after it can't be told.",
                self.undated
            ));
        }
        if self.left_out > 0 {
            notes.push(format!("{} more deeds were counted and not listed.", self.left_out));
        }
        self.deeds
    }
}

/// The same deed again.
fn again(known: &mut Acted, when: Option<Timestamp>) {
    let Some(when) = when else { return };
    known.when = Some(known.when.map_or(when, |first| first.min(when)));
    known.last = Some(known.last.map_or(when, |last| last.max(when)));
}
