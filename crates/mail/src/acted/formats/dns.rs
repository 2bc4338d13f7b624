//! Query logs of name servers: BIND 9, dnsmasq with Pi-hole, Unbound.

use super::{Event, Outcome, Seen};
use crate::acted::clock::{Clock, epoch};
use jiff::Timestamp;

/// `03-Nov-2026 10:00:00.123 queries: info: client @0x7f 192.0.2.5#53121 (www.example): query: www.example IN A + (192.0.2.1)`,
/// also behind a syslog header.
pub(super) fn bind(line: &str, clock: &mut Clock) -> Outcome {
    let Some((head, query)) = line.split_once(": query: ") else {
        return other(line, &["named", "queries:", "client ", "general:", "query-errors:"], "expected ': query: '");
    };
    let Some((before, client)) = head.rsplit_once("client ") else {
        return Outcome::Bad("expected 'client' before the query");
    };
    let mut words = client.split_whitespace();
    let client = words.find(|word| word.contains('#')).and_then(|word| word.split('#').next());
    let (Some(client), Some(name)) = (client, query.split_whitespace().next()) else {
        return Outcome::Bad("expected a client's address and a name");
    };
    lookup(leading_time(before, clock), client, name)
}

/// `Nov  3 10:00:00 dnsmasq[123]: query[A] www.example from 192.0.2.5`; with `log-queries=extra`, a number and the client first.
pub(super) fn dnsmasq(line: &str, clock: &mut Clock) -> Outcome {
    let Some((head, said)) = line.split_once("]: ").filter(|(head, _)| head.contains("dnsmasq")) else {
        return Outcome::Bad("expected dnsmasq[…]: ");
    };
    let Some((_, query)) = said.split_once("query[") else { return Outcome::Other };
    let mut words = query.split_whitespace().skip(1);
    let (Some(name), Some("from"), Some(client)) = (words.next(), words.next(), words.next()) else {
        return Outcome::Bad("expected 'query[A] NAME from CLIENT'");
    };
    lookup(leading_time(head, clock), client, name)
}

/// `[1793714706] unbound[123:0] info: 192.0.2.5 www.example. A IN`, also behind a syslog header.
pub(super) fn unbound(line: &str, clock: &mut Clock) -> Outcome {
    if !line.contains("unbound") {
        return Outcome::Bad("expected unbound[…]");
    }
    let Some((head, said)) = line.split_once(" info: ") else { return Outcome::Other };
    let words: Vec<&str> = said.split_whitespace().collect();
    let [client, name, _, "IN", ref rest @ ..] = words[..] else { return Outcome::Other };
    // The same line with a result behind it is the answer to the query.
    if client.parse::<std::net::IpAddr>().is_err() || !rest.is_empty() {
        return Outcome::Other;
    }
    let seconds = head.strip_prefix('[').and_then(|rest| rest.split(']').next()).and_then(epoch);
    lookup(seconds.or_else(|| leading_time(head, clock)), client, name)
}

fn lookup(when: Option<Timestamp>, client: &str, name: &str) -> Outcome {
    Outcome::Event(Event { when, who: client.to_owned(), seen: vec![Seen::Lookup(name.to_owned())] })
}

/// A line of the same program that is about something else is no fault.
fn other(line: &str, marks: &[&str], reason: &'static str) -> Outcome {
    if marks.iter().any(|mark| line.contains(mark)) { Outcome::Other } else { Outcome::Bad(reason) }
}

/// The time that a line begins with: RFC 3339, a date and a time, or syslog's without a year.
fn leading_time(head: &str, clock: &mut Clock) -> Option<Timestamp> {
    let words: Vec<&str> = head.split_whitespace().take(4).collect();
    match words[..] {
        [first, ..] if first.contains('T') && first.contains(':') => clock.read(first),
        [date, time, ..] if date.contains('-') || date.contains('/') => clock.civil(date, time),
        [month, day, time, ..] => clock.syslog(month, day, time),
        _ => None,
    }
}
