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
    cannot_see: "Receivers that send no reports; mail in the name of a look-alike domain; what the mail said. Forwarding breaks SPF and some signatures, so that honest mail is among it.",
    do_next: "Look up each address: is it a service of yours (newsletter, payroll, scanner)? Then have it sign with your domain. If not, publish DMARC with p=reject, so that receivers refuse it.",
    techniques: &["T1586.002", "T1672"],
    references: &[Reference { title: "DMARC", place: "RFC 7489, section 7.2" }],
};

#[derive(Default)]
struct Sender {
    messages: u64,
    refused: u64,
    domains: Vec<String>,
    times: Option<(Timestamp, Timestamp)>,
    source: String,
}

impl Detector for SentInOurName {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(IN_OUR_NAME.name)?;
        Ok(Plan::sql(
            "SELECT domain, address, messages, aligned, refused, first, last, source FROM in_our_name \
             WHERE messages > aligned ORDER BY address, domain, first, source",
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
        self.messages += count("messages").saturating_sub(count("aligned"));
        self.refused += count("refused");
        let domain = columns.text("domain").or_empty(row).to_owned();
        if !self.domains.contains(&domain) {
            self.domains.push(domain);
        }
        for at in ["first", "last"].into_iter().filter_map(|name| columns.times(name).get(row)) {
            self.times = Some(self.times.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        if self.source.is_empty() {
            columns.text("source").or_empty(row).clone_into(&mut self.source);
        }
    }

    fn finding(&self, address: &str) -> Result<Finding, FindingError> {
        let audience = if self.messages >= FEW { Audience::Clerk } else { Audience::Analyst };
        let title = format!(
            "{address} sent {} in the name of {} that nothing vouches for",
            plural(self.messages, "message", "messages"),
            self.domains.join(", ")
        );
        let mut draft = Finding::new(ABOUT.id, title, Severity::Medium, Confidence::Low)
            .audience(audience)
            .outcome(Outcome::Unknown)
            .expected_seen(
                "Mail in the office's name comes from servers that its SPF record names, or carries its signature.",
                format!("Receivers refused or set aside {} of them.", plural(self.refused, "message", "messages")),
            )
            .measure(Measure::exact("messages", self.messages as f64, "messages"))
            .observable(ObservableKind::Ip, address)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques)
            .at_source(&self.source);
        if let Some((first, last)) = self.times {
            draft = draft.between(first, last);
        }
        draft.done()
    }
}
