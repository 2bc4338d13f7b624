//! Who sends in our name? Aggregate reports, summed by source address.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use jiff::Timestamp;

use super::aggregate::{Disposition, Row};
use super::{Aggregate, Report};

/// One address that sends in the office's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Mails reported.
    pub messages: u64,
    /// Of them, those for which DMARC passed.
    pub aligned: u64,
    /// Of them, those for which DKIM passed for the domain in From.
    pub dkim_aligned: u64,
    /// Of them, those for which SPF passed for the domain in From.
    pub spf_aligned: u64,
    /// Of them, those that were refused or treated as suspicious.
    pub turned_away: u64,
    /// The domains in From.
    pub header_from: BTreeSet<String>,
    /// Domains that vouched for it, whether aligned or not: they often name the service that sends.
    pub vouched_by: BTreeSet<String>,
    /// Who reported it.
    pub reporters: BTreeSet<String>,
    /// Begin of the earliest report that names it.
    pub first: Option<Timestamp>,
    /// End of the latest report that names it.
    pub last: Option<Timestamp>,
}

/// The sum of many reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Senders {
    /// By address, the busiest first. Rows whose address can't be read stand under nothing.
    pub sources: Vec<(Option<IpAddr>, Source)>,
    /// Domains whose policy was applied.
    pub domains: BTreeSet<String>,
    /// Reports by reporter.
    pub reporters: BTreeMap<String, usize>,
    /// Begin of the earliest report.
    pub from: Option<Timestamp>,
    /// End of the latest report.
    pub to: Option<Timestamp>,
    /// Mails reported.
    pub messages: u64,
    /// Of them, those for which DMARC passed.
    pub aligned: u64,
    /// Reports that came twice; they are counted once.
    pub duplicates: usize,
    /// Records that could not be read: what they held is not in the sums.
    pub unread: usize,
    /// Failure reports among those given.
    pub failure_reports: usize,
    /// TLS reports among those given.
    pub tls_reports: usize,
}

/// Sums reports. A report with the same reporter, number and time as another is counted once (RFC 7489 §7.2.1.1).
pub fn summarise<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Senders {
    let mut senders = Senders::default();
    let mut sources: BTreeMap<Option<IpAddr>, Source> = BTreeMap::new();
    let mut seen = HashSet::new();
    for report in reports {
        match report {
            Report::Failure(_) => senders.failure_reports += 1,
            Report::Tls(_) => senders.tls_reports += 1,
            Report::Aggregate(report) => {
                let key = (&report.reporter, &report.id, &report.domain, report.begin, report.end);
                if report.id.is_empty() || seen.insert(key) {
                    senders.add(report, &mut sources);
                } else {
                    senders.duplicates += 1;
                }
            }
        }
    }
    senders.sources = sources.into_iter().collect();
    senders.sources.sort_by_key(|(_, source)| std::cmp::Reverse(source.messages));
    senders
}

impl Senders {
    fn add(&mut self, report: &Aggregate, sources: &mut BTreeMap<Option<IpAddr>, Source>) {
        *self.reporters.entry(report.reporter.clone()).or_default() += 1;
        self.domains.insert(report.domain.clone());
        self.from = earlier(self.from, report.begin);
        self.to = self.to.max(report.end);
        self.unread += report.unread;
        for row in &report.rows {
            self.messages = self.messages.saturating_add(row.count);
            self.aligned = self.aligned.saturating_add(if row.passes() { row.count } else { 0 });
            sources.entry(row.source_ip).or_default().add(report, row);
        }
    }

    /// Addresses none of whose mail passed: forgers, or services of the office's own that are not yet set up.
    pub fn unaligned(&self) -> impl Iterator<Item = &(Option<IpAddr>, Source)> {
        self.sources.iter().filter(|(_, source)| source.aligned == 0)
    }
}

impl Source {
    fn add(&mut self, report: &Aggregate, row: &Row) {
        let share = |of: bool| if of { row.count } else { 0 };
        let turned_away = matches!(row.disposition, Disposition::Quarantined | Disposition::Refused);
        for (sum, part) in [
            (&mut self.messages, row.count),
            (&mut self.aligned, share(row.passes())),
            (&mut self.dkim_aligned, share(row.dkim_aligned)),
            (&mut self.spf_aligned, share(row.spf_aligned)),
            (&mut self.turned_away, share(turned_away)),
        ] {
            *sum = sum.saturating_add(part);
        }
        self.header_from.insert(row.header_from.clone());
        let signed = row.dkim.iter().filter(|(_, result)| *result == mail_auth::report::DkimResult::Pass);
        let sent = row.spf.iter().filter(|(_, result)| *result == mail_auth::report::SpfResult::Pass);
        self.vouched_by.extend(signed.map(|(domain, _)| domain.clone()));
        self.vouched_by.extend(sent.map(|(domain, _)| domain.clone()));
        self.reporters.insert(report.reporter.clone());
        self.first = earlier(self.first, report.begin);
        self.last = self.last.max(report.end);
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
