//! `mail/sent-in-our-name`: mail in the office's name that its own servers did not send, by other people's reports.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Measure,
    ObservableKind, Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::lure::plural;
use crate::tables::IN_OUR_NAME;

/// A forwarder that breaks signatures sends little; fewer messages than this from an address are shown to analysts.
const FEW: u64 = 10;

/// Files named in one finding.
const MOST_SOURCES: usize = 20;

pub(super) struct SentInOurName;

static ABOUT: About = About {
    id: "mail/sent-in-our-name",
    title: "Mail in the office's name that nobody vouches for",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Preview,
    tables: &["in_our_name"],
    looks_for: "Addresses that, by the DMARC reports of those who received it, sent mail with the office's domain as sender without SPF or DKIM that fits.",
    why: "Voters and other offices get forged mail that the office itself never sees. Receivers count it and report it to the domain's owner.",
    cannot_see: "Receivers that send no reports; whether a report is true: anybody with a domain can mail one; mail in the name of a look-alike domain; what the mail said. Forwarding breaks SPF and some signatures, so that honest mail is among it.",
    do_next: "Look up each address: is it a service of yours (newsletter, payroll, scanner)? Then have it sign with your domain. If not, publish DMARC with p=reject, so that receivers refuse it.",
    techniques: &["T1586.002", "T1672"],
    references: &[Reference { title: "DMARC", place: "RFC 7489, section 7.2" }],
};

#[derive(Default)]
struct Sender {
    messages: u64,
    /// Of them, those of reports whose sender is known.
    vouched: u64,
    refused: u64,
    domains: Vec<String>,
    times: Option<(Timestamp, Timestamp)>,
    /// The files and messages that hold the reports; those whose sender is known first.
    sources: Vec<String>,
}

impl Detector for SentInOurName {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(IN_OUR_NAME.name)?;
        Ok(Plan::sql(
            "SELECT domain, address, messages, aligned, refused, first, last, source, \
             CASE WHEN vouched THEN 1 ELSE 0 END AS vouched FROM in_our_name \
             WHERE messages > aligned ORDER BY address, vouched DESC, domain, first, source",
        ))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut senders: BTreeMap<String, Sender> = BTreeMap::new();
        for batch in rows {
            let columns = Columns::of(&batch);
            for row in 0..batch.num_rows() {
                let sender = senders.entry(columns.text("address").or_empty(row).to_owned()).or_default();
                sender.add(&columns, row);
            }
        }
        for (address, sender) in senders {
            found.push(sender.finding(&address));
        }
    }
}

impl Sender {
    fn add(&mut self, columns: &Columns<'_>, row: usize) {
        let count = |name: &str| u64::try_from(columns.integers(name).get(row).unwrap_or_default()).unwrap_or_default();
        let messages = count("messages").saturating_sub(count("aligned"));
        self.messages = self.messages.saturating_add(messages);
        if count("vouched") > 0 {
            self.vouched = self.vouched.saturating_add(messages);
        }
        self.refused += count("refused");
        let domain = columns.text("domain").or_empty(row).to_owned();
        if !self.domains.contains(&domain) {
            self.domains.push(domain);
        }
        for at in ["first", "last"].into_iter().filter_map(|name| columns.times(name).get(row)) {
            self.times = Some(self.times.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        let source = columns.text("source").or_empty(row).to_owned();
        if !self.sources.contains(&source) && self.sources.len() < MOST_SOURCES {
            self.sources.push(source);
        }
    }

    fn seen(&self) -> String {
        let refused =
            format!("Receivers refused or set aside {} of them.", plural(self.refused, "message", "messages"));
        let stranger = "reports in messages that nobody vouches for: anybody may have written them";
        match self.messages - self.vouched {
            0 => refused,
            _ if self.vouched == 0 => format!("{refused} That is said only by {stranger}."),
            more => format!("{refused} {} more stand in {stranger}.", plural(more, "message", "messages")),
        }
    }

    fn finding(&self, address: &str) -> Result<Finding, FindingError> {
        // A stranger's report doesn't swell what others say.
        let messages = if self.vouched > 0 { self.vouched } else { self.messages };
        let audience = if self.vouched >= FEW { Audience::Clerk } else { Audience::Analyst };
        let title = format!(
            "{address} sent {} in the name of {} that nothing vouches for",
            plural(messages, "message", "messages"),
            self.domains.join(", ")
        );
        let mut draft = Finding::new(ABOUT.id, title, Severity::Medium, Confidence::Low)
            .audience(audience)
            .outcome(Outcome::Unknown)
            .expected_seen(
                "Mail in the office's name comes from servers that its SPF record names, or carries its signature.",
                self.seen(),
            )
            .measure(Measure::exact("messages", messages as f64, "messages"))
            .observable(ObservableKind::Ip, address)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        for source in &self.sources {
            draft = draft.at_source(source);
        }
        if let Some((first, last)) = self.times {
            draft = draft.between(first, last);
        }
        draft.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(messages: u64, vouched: u64) -> Sender {
        Sender {
            messages,
            vouched,
            domains: vec!["county.example".to_owned()],
            sources: vec!["a.eml".to_owned(), "b.eml".to_owned()],
            ..Sender::default()
        }
    }

    #[test]
    fn what_only_a_stranger_reports_is_for_analysts() {
        let stranger = sender(310, 0).finding("203.0.113.66").expect("a finding");
        assert_eq!(stranger.audience, Audience::Analyst);
        assert!(sender(310, 0).seen().contains("nobody vouches for"));
        let known = sender(310, 310).finding("203.0.113.66").expect("a finding");
        assert_eq!((known.audience, known.sites().len()), (Audience::Clerk, 2));
        assert!(!sender(310, 310).seen().contains("nobody vouches for"));
    }

    #[test]
    fn a_strangers_report_does_not_swell_what_others_say() {
        let mixed = sender(1_000_003, 3).finding("203.0.113.66").expect("a finding");
        assert_eq!(mixed.audience, Audience::Analyst);
        assert!(mixed.title.contains(" sent 3 messages "), "{}", mixed.title);
        assert!(mixed.seen.contains("1000000 messages more stand in reports"), "{}", mixed.seen);
    }
}
