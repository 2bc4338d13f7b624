//! Who acted on a lure: its signs looked for in logs, lists of files, and the office's own answers.

use std::collections::HashSet;
use std::io::BufReader;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pollwarden_core::{Coverage, Office, Source, TableRows};
use pollwarden_intake::Input;

use crate::acted::{Acted, How, Indicator, Lure, Lures, Order, Place};
use crate::mailings::{Brief, Mailing};
use crate::rows::{flag, line, maybe_number, moment, number, rows, text};
use crate::tables::ACTIONS;

/// Deeds named in a finding; all are in the table.
const NAMED: usize = 20;
/// Signs of one lure that are looked for.
const MOST_SIGNS: usize = 5_000;

/// Looks for lures' signs in the office's other records, and notes what was done at each mailing.
pub(crate) fn follow(
    logs: &[&Input],
    office: &Office,
    briefs: &[Brief],
    mailings: &mut [Mailing],
    is_shared: &dyn Fn(&str) -> bool,
    coverage: &mut Coverage,
) -> Option<TableRows> {
    let ordinary: HashSet<&str> =
        briefs.iter().filter(|brief| brief.lure.is_none()).flat_map(Brief::hosts_and_files).collect();
    let lures: Vec<Lure> = mailings
        .iter()
        .enumerate()
        .filter(|(_, mailing)| mailing.lure.is_some())
        .map(|(at, mailing)| lure(at, mailing, &|host| ordinary.contains(host) || is_shared(host)))
        .collect();
    if lures.is_empty() {
        return None;
    }
    let lures = Lures::new(lures);
    let mut deeds = answers(briefs, &lures);
    let zone = office.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
    for input in logs {
        deeds.extend(in_log(input, &lures, zone.as_ref(), coverage));
    }
    if logs.is_empty() {
        coverage.dim(
            None,
            "No log of a web proxy or a name server was there: whether somebody followed a lure's link can't be told",
        );
    }
    note(&deeds, mailings);
    table(&deeds)
}

/// A lure's signs. A host that others link to as well is no sign by itself: only the very link is. Nor is a file that others carry.
fn lure(at: usize, mailing: &Mailing, is_common: &dyn Fn(&str) -> bool) -> Lure {
    let clues = &mailing.clues;
    let hosts = clues.hosts.iter().filter(|host| !is_common(host)).cloned().map(Indicator::Host);
    let urls = clues.urls.iter().cloned().map(Indicator::Url);
    let hashes = clues.hashes.iter().filter(|hash| !is_common(hash)).cloned().map(Indicator::Sha256);
    let senders = clues.senders.iter().cloned().map(Indicator::Sender);
    let messages = clues.message_ids.iter().cloned().map(Indicator::MessageId);
    let indicators = senders.chain(urls).chain(hosts).chain(hashes).chain(messages).take(MOST_SIGNS).collect();
    Lure { name: at.to_string(), arrived: mailing.first, indicators }
}

fn in_log(input: &Input, lures: &Lures, zone: Option<&TimeZone>, coverage: &mut Coverage) -> Vec<Acted> {
    let mut reader = match input.reader() {
        Ok(reader) => reader,
        Err(fault) => {
            coverage.dim(None, format!("Not read: {}", fault.complaint()));
            return Vec::new();
        }
    };
    let read = lures.read(input.name(), BufReader::with_capacity(256 << 10, &mut reader), zone);
    let received = reader.received();
    let found = match read {
        Ok(found) => found,
        Err(fault) => {
            coverage.dim(None, format!("Not read: {fault}"));
            return Vec::new();
        }
    };
    let mut source = Source::named(input.name());
    (source.digest, source.length, source.rows) = (received.digest, received.length, found.lines);
    (source.format, source.rejected) = ("log".to_owned(), found.rejected);
    coverage.sources.push(source);
    if found.rejected > 0 {
        let (number, why) = found.reasons.first().copied().unwrap_or((0, ""));
        coverage.dim(
            None,
            format!(
                "{}: {} of {} lines could not be read, the first is line {number}: {why}",
                input.name(),
                found.rejected,
                found.lines
            ),
        );
    }
    coverage.notes.extend(found.notes);
    found.acted.into_iter().filter(is_told).chain(found.earlier).collect()
}

/// The host alone of a link that shares it with others is no visit to the lure.
fn is_told(acted: &Acted) -> bool {
    acted.is_exact || matches!(acted.indicator, Indicator::Host(_))
}

/// The office's own answers to lures.
fn answers(briefs: &[Brief], lures: &Lures) -> Vec<Acted> {
    let answers = briefs.iter().filter_map(|brief| Some((brief.answer.as_deref()?, brief.at)));
    let answered = answers.flat_map(|(answer, at)| {
        let place = Place { source: answer.source.clone(), line: answer.line.unwrap_or(1) };
        lures.answered(&answer.to, at, &answer.from, &place)
    });
    answered.collect()
}

fn note(deeds: &[Acted], mailings: &mut [Mailing]) {
    for deed in deeds.iter().filter(|deed| deed.order != Order::Before && deed.how != How::Blocked) {
        let Some(mailing) = deed.lure.parse::<usize>().ok().and_then(|at| mailings.get_mut(at)) else { continue };
        // Filters look up the names in every message, and a list of files without times may be older than the lure.
        let is_sure = deed.how != How::Resolved && deed.order == Order::After;
        let deeds = if is_sure { &mut mailing.acted } else { &mut mailing.perhaps };
        if deeds.len() < NAMED {
            deeds.push(said(deed));
        }
    }
}

fn said(deed: &Acted) -> String {
    let who = if deed.who.is_empty() { "Somebody" } else { &deed.who };
    let at = deed.when.map(|at: Timestamp| at.strftime(" on %-d %B %Y at %H:%M UTC").to_string()).unwrap_or_default();
    let did = match deed.how {
        How::Visited => "opened its link",
        How::Blocked => "tried to open its link, which the proxy refused",
        How::Resolved => "looked up the name of its link's host",
        How::Entered => "sent a form to its page, so that something may have been entered",
        How::Replied => "answered it",
        How::FileOnMachine => "has its file",
    };
    format!("{who} {did}{at} ({}, line {})", deed.place.source, deed.place.line)
}

fn name(how: How) -> &'static str {
    match how {
        How::Visited => "visited",
        How::Blocked => "blocked",
        How::Resolved => "resolved",
        How::Entered => "entered",
        How::Replied => "replied",
        How::FileOnMachine => "file-on-machine",
    }
}

fn sign(indicator: &Indicator) -> &str {
    match indicator {
        Indicator::Host(sign)
        | Indicator::Url(sign)
        | Indicator::Sha256(sign)
        | Indicator::Sender(sign)
        | Indicator::MessageId(sign) => sign,
    }
}

fn table(deeds: &[Acted]) -> Option<TableRows> {
    rows(
        &ACTIONS,
        vec![
            number(deeds, |deed| deed.lure.parse().unwrap_or_default()),
            moment(deeds, |deed| deed.when),
            text(deeds, |deed| sign(&deed.indicator)),
            text(deeds, |deed| name(deed.how)),
            text(deeds, |deed| &deed.who),
            text(deeds, |deed| &deed.place.source),
            maybe_number(deeds, |deed| line(Some(deed.place.line))),
            flag(deeds, |deed| deed.order == Order::Before),
        ],
    )
}
