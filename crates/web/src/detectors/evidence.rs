//! Evidence that the detectors of this sensor gather alike: places, times, agents, known addresses.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pollwarden_core::{Audience, FindingDraft, KnownAs, ObservableKind, Series};

/// How many places a finding names; the rows are all in the table.
const SITES: usize = 8;
/// How many user agents a finding names.
const AGENTS: usize = 5;

/// The rows behind one finding, in order of time.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// First and last row.
    pub(super) span: Option<(Timestamp, Timestamp)>,
    /// How many rows.
    pub(super) rows: u64,
    sites: Vec<(String, u64)>,
    last_site: Option<(String, u64)>,
    pub(super) agents: Vec<String>,
}

impl Trail {
    /// Counts a row.
    pub(super) fn add(&mut self, at: Timestamp, source: &str, line: u64, agent: Option<&str>) {
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        self.rows += 1;
        let site = (source.to_owned(), line);
        if self.sites.len() < SITES - 1 {
            self.sites.push(site)
        } else {
            self.last_site = Some(site)
        }
        if let Some(agent) = agent.filter(|a| self.agents.len() < AGENTS && !self.agents.iter().any(|b| b == a)) {
            self.agents.push(agent.to_owned());
        }
    }

    /// Takes another client's rows in.
    pub(super) fn join(&mut self, other: Self) {
        self.span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (ours, theirs) => ours.or(theirs),
        };
        self.rows += other.rows;
        let room = (SITES - 1).saturating_sub(self.sites.len());
        let (first, rest) = other.sites.split_at(room.min(other.sites.len()));
        self.sites.extend_from_slice(first);
        self.last_site = other.last_site.or(rest.last().cloned()).or(self.last_site.take());
        for agent in other.agents {
            if self.agents.len() < AGENTS && !self.agents.contains(&agent) {
                self.agents.push(agent);
            }
        }
    }

    /// Puts the rows' places, times and agents on a finding about one client.
    pub(super) fn onto(self, draft: FindingDraft, client: &str) -> FindingDraft {
        self.of_many(draft, [client])
    }

    /// Puts them on a finding about several clients.
    pub(super) fn of_many<'c>(
        self,
        mut draft: FindingDraft,
        clients: impl IntoIterator<Item = &'c str>,
    ) -> FindingDraft {
        for client in clients {
            draft = draft.observable(ObservableKind::Ip, client);
        }
        for agent in self.agents {
            draft = draft.observable(ObservableKind::UserAgent, agent);
        }
        for (name, line) in self.sites.into_iter().chain(self.last_site) {
            draft = draft.at(name, line);
        }
        match self.span {
            Some((first, last)) => draft.between(first, last),
            None => draft,
        }
    }
}

/// How a known address is spoken of: who sees the finding, and what is said beside it.
pub(super) fn known(as_: Option<KnownAs>) -> Option<(Audience, &'static str)> {
    let said = match as_? {
        KnownAs::AuthorisedScanner => "office.toml names this address as an authorised scanner.",
        KnownAs::Office => "office.toml names this address as the office's own.",
        KnownAs::Monitor => "office.toml names this address as a monitor.",
        KnownAs::Export => "office.toml names this address as an authorised export.",
    };
    Some((Audience::Analyst, said))
}

/// Counts by the hour, as a line of a chart.
#[derive(Debug, Default)]
pub(super) struct ByHour(BTreeMap<i64, f64>);

impl ByHour {
    /// Counts one at a moment.
    pub(super) fn add(&mut self, at: Timestamp) {
        *self.0.entry(at.as_second().div_euclid(3_600)).or_default() += 1.0;
    }

    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The line.
    pub(super) fn series(&self, name: &str) -> Series {
        let at = |hour: i64| pollwarden_core::from_micros(hour.saturating_mul(3_600_000_000));
        Series { name: name.to_owned(), points: self.0.iter().map(|(&hour, &n)| (at(hour), n)).collect() }
    }
}

/// An actor's clients, as the subject of a sentence.
pub(super) fn names(clients: &[String]) -> String {
    match clients {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}, acting as one,"),
        many => format!("{} acting as one", count(many.len() as u64, "client")),
    }
}

/// `1 request`, `2,381 requests`.
pub(super) fn count(n: u64, one: &str) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if n == 1 { format!("{grouped} {one}") } else { format!("{grouped} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_write_them() {
        assert_eq!(count(1, "request"), "1 request");
        assert_eq!(count(1_234_567, "request"), "1,234,567 requests");
        assert_eq!(count(0, "row"), "0 rows");
    }
}
