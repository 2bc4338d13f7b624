//! `web/flood`: so many requests that the site fails or slows down: a denial of service.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Measure,
    ObservableKind, Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::evidence::{count, known};
use crate::tables::{CLIENTS, MINUTES};

/// Fewer requests a minute than this (ten a second) bring no server down.
const FEWEST: u64 = 600;
/// A flood is at least so many times the busiest minutes of ordinary days.
const TIMES_BUSY: u64 = 5;
/// Without a sign of harm it is at least so many times as much again.
const TIMES_HARMLESS: u64 = 10;
/// Of its answers, the share that are errors of the server where it does harm.
const FAILING: f64 = 0.2;
/// Answers take so many times as long as usual where it does harm, and at least half a second.
const TIMES_SLOW: f64 = 5.0;
const SLOW_US: f64 = 500_000.0;
/// Minutes of flood with less than this between them are one flood.
const PAUSE: i64 = 10;
/// So many clients are named.
const NAMED: usize = 200;
/// Fewer minutes than this don't show what is ordinary.
const FEWEST_MINUTES: usize = 120;

pub(super) struct Flood;

static ABOUT: About = About {
    id: "web/flood",
    title: "Flood of requests",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Preview,
    tables: &["minutes", "clients"],
    looks_for: "Minutes with many times the requests of the busiest ordinary minutes, in which answers fail or take far longer than usual; and who sent most of them.",
    why: "A site that is down on the last day to register, or on election night, keeps voters from registering and feeds stories of a manipulated count.",
    cannot_see: "A flood that never reaches the web server (it fills the line, or a proxy before the server takes it); one that keeps below the busiest ordinary minutes and costs the server much with few requests; harm, where the log holds neither errors nor durations.",
    do_next: "Ask the provider of the line or of the proxy for protection. Block the addresses named if they are few. Keep a plain page ready elsewhere that says where to register and vote.",
    techniques: &["T1498", "T1499"],
    references: &[Reference {
        title: "CISA, FBI, MS-ISAC: Understanding and Responding to Distributed Denial-of-Service Attacks",
        place: "2024",
    }],
};

impl Detector for Flood {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(MINUTES.name)?;
        tables.need(CLIENTS.name)?;
        Ok(Plan::sql(format!(
            "SELECT 0 AS kind, '' AS client, CAST(min(first) AS TIMESTAMP) AS first, CAST(max(last) AS TIMESTAMP) AS last, \
               sum(requests) AS requests, sum(failed) AS failed, sum(timed) AS timed, sum(duration_us) AS duration, \
               min(source) AS source FROM minutes GROUP BY minute \
             UNION ALL \
             SELECT 1, client, CAST(first AS TIMESTAMP), CAST(last AS TIMESTAMP), requests, 0, 0, 0, '' FROM \
               (SELECT client, first, last, requests FROM clients \
               WHERE requests >= 60 ORDER BY requests DESC, client, account LIMIT {most}) \
             ORDER BY kind, first, client",
            most = 10 * NAMED
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let (mut minutes, mut clients) = (Vec::new(), Vec::new());
        for batch in rows {
            let c = Columns::of(&batch);
            let (kind, client, source) = (c.integers("kind"), c.text("client"), c.text("source"));
            let (first, last, requests) = (c.times("first"), c.times("last"), c.integers("requests"));
            let (failed, timed, duration) = (c.integers("failed"), c.integers("timed"), c.integers("duration"));
            for row in 0..batch.num_rows() {
                let Some(span) = first.get(row).zip(last.get(row)) else { continue };
                if kind.get(row) == Some(0) {
                    let slow = duration.count(row) as f64 / timed.count(row).max(1) as f64;
                    let (requests, failed) = (requests.count(row), failed.count(row));
                    minutes.push(Minute { span, requests, failed, slow, source: source.or_empty(row).to_owned() });
                } else {
                    clients.push(Client { name: client.or_empty(row).to_owned(), span, requests: requests.count(row) });
                }
            }
        }
        for flood in floods(&minutes) {
            found.push(flood.finding(&clients, found.scope()));
        }
    }
}

type Span = (Timestamp, Timestamp);

struct Minute {
    span: Span,
    requests: u64,
    failed: u64,
    /// Mean duration of an answer, in microseconds; 0 where not logged.
    slow: f64,
    source: String,
}

struct Client {
    name: String,
    span: Span,
    requests: u64,
}

/// Minutes of flood that belong together.
struct FloodOf<'m> {
    minutes: Vec<&'m Minute>,
    busy: u64,
    usual: f64,
}

fn floods(minutes: &[Minute]) -> Vec<FloodOf<'_>> {
    if minutes.len() < FEWEST_MINUTES {
        return Vec::new();
    }
    let busy = busiest_ordinary(minutes);
    let usual = middle(minutes.iter().map(|m| m.slow).filter(|s| *s > 0.0).collect());
    let mut floods: Vec<FloodOf<'_>> = Vec::new();
    for minute in minutes.iter().filter(|m| m.requests >= FEWEST.max(TIMES_BUSY * busy)) {
        let pause = |f: &FloodOf<'_>| minute.span.0.as_second() - f.minutes[f.minutes.len() - 1].span.1.as_second();
        match floods.last_mut() {
            Some(flood) if pause(flood) <= PAUSE * 60 => flood.minutes.push(minute),
            _ => floods.push(FloodOf { minutes: vec![minute], busy, usual }),
        }
    }
    floods
        .retain(|f| f.failing() >= FAILING || f.slows() || f.peak() >= FEWEST.max(TIMES_HARMLESS * TIMES_BUSY * busy));
    floods
}

/// The requests of a minute that is busy for an ordinary day: of each day the minute that ninety-nine of a hundred stay
/// below, and of the days the middle one, so that neither a rush nor a flood on some days is taken for ordinary.
fn busiest_ordinary(minutes: &[Minute]) -> u64 {
    let mut days: std::collections::BTreeMap<i64, Vec<u64>> = std::collections::BTreeMap::new();
    for minute in minutes {
        days.entry(minute.span.0.as_second().div_euclid(86_400)).or_default().push(minute.requests);
    }
    let busy = |mut requests: Vec<u64>| {
        requests.sort_unstable();
        requests[(requests.len() * 99 / 100).min(requests.len() - 1)] as f64
    };
    middle(days.into_values().map(busy).collect()) as u64
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

impl FloodOf<'_> {
    fn span(&self) -> Span {
        (self.minutes[0].span.0, self.minutes[self.minutes.len() - 1].span.1)
    }

    fn requests(&self) -> u64 {
        self.minutes.iter().map(|m| m.requests).sum()
    }

    fn peak(&self) -> u64 {
        self.minutes.iter().map(|m| m.requests).max().unwrap_or(0)
    }

    fn failing(&self) -> f64 {
        self.minutes.iter().map(|m| m.failed).sum::<u64>() as f64 / self.requests().max(1) as f64
    }

    fn slow(&self) -> f64 {
        middle(self.minutes.iter().map(|m| m.slow).collect())
    }

    fn slows(&self) -> bool {
        self.slow() >= SLOW_US.max(TIMES_SLOW * self.usual) && self.usual > 0.0
    }

    fn finding(self, clients: &[Client], scope: &Scope) -> Result<Finding, FindingError> {
        let senders = self.senders(clients);
        let all_known = !senders.is_empty() && senders.iter().all(|c| scope.office.known(&c.name).is_some());
        let (severity, audience) = if all_known {
            let (audience, _) = known(scope.office.known(&senders[0].name)).unwrap_or((Audience::Analyst, ""));
            (Severity::Informational, audience)
        } else if self.failing() >= FAILING || self.slows() {
            (Severity::High, Audience::Clerk)
        } else {
            (Severity::Medium, Audience::Analyst)
        };
        let span = self.span();
        let title = format!("{} in {}: a flood", count(self.requests(), "request"), length(span));
        let mut draft = Finding::new(ABOUT.id, title, severity, Confidence::Medium)
            .audience(audience)
            .outcome(if self.failing() >= FAILING || self.slows() { Outcome::Success } else { Outcome::Attempt })
            .expected_seen(
                format!("A busy minute of an ordinary day has {}.", count(self.busy, "request")),
                self.seen(&senders),
            )
            .measure(Measure::exact("requests", self.requests() as f64, "requests"))
            .between(span.0, span.1)
            .noticed(span.0)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        for sender in senders {
            draft = draft.observable(ObservableKind::Ip, &sender.name);
        }
        for source in self.minutes.iter().map(|m| m.source.as_str()).collect::<BTreeSet<_>>() {
            draft = draft.at_source(source);
        }
        draft.done()
    }

    /// Clients most of whose time falls into the flood, and who sent at least as much as one in a thousand of it.
    fn senders<'c>(&self, clients: &'c [Client]) -> Vec<&'c Client> {
        let (from, to) = self.span();
        let inside = |c: &&Client| {
            let length = (c.span.1.as_second() - c.span.0.as_second()).max(1);
            let within = c.span.1.min(to).as_second() - c.span.0.max(from).as_second();
            2 * within.max(0) + 1 >= length && c.span.0 <= to && c.span.1 >= from
        };
        let much = self.requests() / 1_000;
        clients.iter().filter(|c| c.requests >= much.max(60)).filter(inside).take(NAMED).collect()
    }

    fn seen(&self, senders: &[&Client]) -> String {
        let mut seen = format!("At most {} a minute.", count(self.peak(), "request"));
        if self.failing() >= FAILING {
            seen.push_str(&format!(" The server answered {:.0} in a hundred by an error.", 100.0 * self.failing()));
        }
        if self.slows() {
            seen.push_str(&format!(
                " An answer took {:.1} s, {:.0} times as long as usual.",
                self.slow() / 1e6,
                self.slow() / self.usual
            ));
        }
        match senders.iter().map(|c| c.requests).sum::<u64>() {
            0 => seen.push_str(" No client stands out: it came from very many."),
            sent => seen.push_str(&format!(
                " {} sent {} of them.",
                count(senders.len() as u64, "client"),
                count(sent.min(self.requests()), "request")
            )),
        }
        seen
    }
}

fn length((from, to): Span) -> String {
    match (to.as_second() - from.as_second()).max(1) {
        seconds @ ..120 => count(seconds as u64, "second"),
        seconds => count(seconds.div_euclid(60) as u64, "minute"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three days of 20 to 40 requests a minute; some minutes otherwise.
    fn days(odd: impl Fn(i64) -> Option<(u64, u64, f64)>) -> Vec<Minute> {
        let at = |second: i64| pollwarden_core::from_micros(second * 1_000_000);
        let minute = |m: i64| {
            let (requests, failed, slow) = odd(m).unwrap_or((20 + m as u64 % 20, 0, 40_000.0));
            Minute { span: (at(m * 60), at(m * 60 + 59)), requests, failed, slow, source: "a.log".into() }
        };
        (0..3 * 1_440).map(minute).collect()
    }

    #[test]
    fn a_flood_that_fails_the_site_is_found_whole() {
        let minutes = days(|m| (2_000..2_030).contains(&m).then_some((9_000, 4_000, 40_000.0)));
        let floods = floods(&minutes);
        assert_eq!((floods.len(), floods[0].requests()), (1, 270_000));
        assert!(floods[0].failing() > 0.4 && !floods[0].slows());
    }

    #[test]
    fn a_flood_that_slows_the_site_is_found() {
        let minutes = days(|m| (2_000..2_030).contains(&m).then_some((1_200, 0, 3e6)));
        assert!(floods(&minutes).len() == 1 && floods(&minutes)[0].slows());
    }

    #[test]
    fn a_rush_of_voters_is_no_flood() {
        assert!(floods(&days(|m| (1_440..2_880).contains(&m).then_some((350, 2, 60_000.0)))).is_empty());
        assert!(floods(&days(|m| (2_000..2_060).contains(&m).then_some((800, 0, 90_000.0)))).is_empty());
    }
}
