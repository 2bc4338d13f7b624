//! What the detectors of lures share: one finding for all messages that are one lure, however many people got it.

mod said;

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Audience, Columns, Confidence, DetectorError, Finding, FindingError, Findings, Integers, Measure,
    ObservableKind, Outcome, Plan, Severity, Tables, Text, Times,
};

pub(super) use said::{listed, plural};

use crate::tables::{CAMPAIGNS, MESSAGES};

/// Places, addresses and reasons named in a finding; all are counted.
const NAMED: usize = 20;

/// The messages of all lures of one kind, those of one lure together and in order of time.
pub(super) fn ask(tables: &Tables, kind: &str) -> Result<Plan, DetectorError> {
    tables.need(MESSAGES.name)?;
    tables.need(CAMPAIGNS.name)?;
    Ok(Plan::sql(format!(
        "SELECT c.campaign, c.sure, c.shared, c.acted, c.perhaps, c.offices, c.offices_recipients, c.offices_first, \
           m.time, m.source, m.line, m.folder, m.from_address, m.reply_to, m.recipients, m.subject, m.spf, m.dkim, \
           m.dmarc, m.word, m.reasons, m.imitated, m.how, m.armed, m.hosts, m.hashes \
         FROM campaigns c JOIN messages m ON c.message = m.message WHERE c.lure = '{kind}' \
         ORDER BY c.campaign, m.time, m.source, m.line"
    )))
}

/// Judges such rows: one finding a campaign.
pub(super) fn judge(
    rows: &mut dyn Iterator<Item = RecordBatch>,
    found: &mut Findings,
    finding: &dyn Fn(&Lure) -> Words,
    about: &'static About,
) {
    let mut open: Option<(i64, Lure)> = None;
    for batch in rows {
        let rows = Rows::of(&batch);
        for row in 0..batch.num_rows() {
            let campaign = rows.integer("campaign", row);
            if open.as_ref().is_none_or(|(number, _)| *number != campaign)
                && let Some((_, done)) = open.replace((campaign, Lure::begin(&rows, row)))
            {
                found.push(done.finding(finding(&done), about));
            }
            if let Some((_, lure)) = &mut open {
                lure.add(&rows, row);
            }
        }
    }
    if let Some((_, last)) = open {
        found.push(last.finding(finding(&last), about));
    }
}

/// What a detector says of a lure.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) expected: String,
    pub(super) severity: Severity,
}

/// One lure, over all its messages.
#[derive(Default)]
pub(super) struct Lure {
    sure: bool,
    shared: Vec<String>,
    acted: Vec<String>,
    perhaps: Vec<String>,
    elsewhere: Option<(i64, i64, Option<Timestamp>)>,
    times: Option<(Timestamp, Timestamp)>,
    places: Vec<(String, Option<u64>)>,
    pub(super) messages: u64,
    recipients: BTreeSet<String>,
    senders: BTreeSet<String>,
    reply_to: BTreeSet<String>,
    subjects: BTreeSet<String>,
    pub(super) imitated: BTreeSet<String>,
    pub(super) how: BTreeSet<String>,
    pub(super) armed: BTreeSet<String>,
    reasons: BTreeSet<String>,
    hosts: BTreeSet<String>,
    hashes: BTreeSet<String>,
    vouched: BTreeSet<String>,
    junk: u64,
}

struct Rows {
    text: std::collections::HashMap<&'static str, Text>,
    numbers: std::collections::HashMap<&'static str, Integers>,
    times: [Times; 2],
}

const TEXTS: &[&str] = &[
    "shared",
    "acted",
    "perhaps",
    "source",
    "folder",
    "from_address",
    "reply_to",
    "recipients",
    "subject",
    "spf",
    "dkim",
    "dmarc",
    "word",
    "reasons",
    "imitated",
    "how",
    "armed",
    "hosts",
    "hashes",
];
const NUMBERS: &[&str] = &["campaign", "line", "offices", "offices_recipients", "sure"];

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let columns = Columns::of(batch);
        Self {
            text: TEXTS.iter().map(|name| (*name, columns.text(name))).collect(),
            numbers: NUMBERS.iter().map(|name| (*name, columns.integers(name))).collect(),
            times: ["time", "offices_first"].map(|name| columns.times(name)),
        }
    }

    fn text(&self, name: &str, row: usize) -> &str {
        self.text.get(name).map_or("", |column| column.or_empty(row))
    }

    fn lines(&self, name: &str, row: usize) -> impl Iterator<Item = String> {
        self.text(name, row).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
    }

    fn number(&self, name: &str, row: usize) -> Option<i64> {
        self.numbers.get(name).and_then(|column| column.get(row))
    }

    fn integer(&self, name: &str, row: usize) -> i64 {
        self.number(name, row).unwrap_or_default()
    }
}

impl Lure {
    fn begin(rows: &Rows, row: usize) -> Self {
        let offices = rows.number("offices", row);
        Self {
            sure: rows.integer("sure", row) != 0,
            shared: rows.lines("shared", row).collect(),
            acted: rows.lines("acted", row).collect(),
            perhaps: rows.lines("perhaps", row).collect(),
            elsewhere: offices.map(|n| (n, rows.integer("offices_recipients", row), rows.times[1].get(row))),
            ..Self::default()
        }
    }

    fn add(&mut self, rows: &Rows, row: usize) {
        self.messages += 1;
        self.junk += u64::from(rows.text("folder", row) == "junk");
        if let Some(at) = rows.times[0].get(row) {
            self.times = Some(self.times.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
        let line = rows.number("line", row).and_then(|line| u64::try_from(line).ok());
        self.places.push((rows.text("source", row).to_owned(), line));
        self.recipients.extend(rows.lines("recipients", row));
        for (set, name) in [
            (&mut self.senders, "from_address"),
            (&mut self.reply_to, "reply_to"),
            (&mut self.subjects, "subject"),
            (&mut self.imitated, "imitated"),
            (&mut self.how, "how"),
            (&mut self.armed, "armed"),
            (&mut self.reasons, "reasons"),
            (&mut self.hosts, "hosts"),
            (&mut self.hashes, "hashes"),
        ] {
            set.extend(rows.lines(name, row));
        }
        let said = ["spf", "dkim", "dmarc"].map(|name| format!("{} {}", name.to_uppercase(), rows.text(name, row)));
        self.vouched.insert(format!("{} ({})", said.join(", "), rows.text("word", row)));
    }

    fn outcome(&self) -> Outcome {
        match (self.acted.is_empty(), self.perhaps.is_empty()) {
            (false, _) => Outcome::Success,
            (true, false) => Outcome::Unknown,
            (true, true) => Outcome::Attempt,
        }
    }

    fn finding(&self, words: Words, about: &'static About) -> Result<Finding, FindingError> {
        let acted = !self.acted.is_empty();
        // What is only doubtful mail stays so, though somebody followed its link: people do, in every newsletter.
        let severity = if acted && self.sure { Severity::Critical } else { words.severity };
        let (audience, confidence) = match (self.sure, acted) {
            (true, true) => (Audience::Clerk, Confidence::High),
            (true, false) => (Audience::Clerk, Confidence::Medium),
            _ => (Audience::Analyst, Confidence::Low),
        };
        let title = if acted { format!("{}; somebody acted on it", words.title) } else { words.title };
        let mut draft = Finding::new(about.id, title, severity, confidence)
            .audience(audience)
            .outcome(self.outcome())
            .expected_seen(words.expected, self.seen())
            .measure(counted("messages", self.messages, ["message", "messages"]))
            .measure(counted("recipients", self.recipients.len() as u64, ["address", "addresses"]))
            .next_step(if acted { format!("{ACTED_ON} {}", about.do_next) } else { about.do_next.to_owned() })
            .techniques(about.techniques);
        if let Some((first, last)) = self.times {
            draft = draft.between(first, last).noticed(first);
        }
        if let Some((offices, recipients, _)) = self.elsewhere {
            draft = draft.measure(Measure::exact("offices", offices as f64, "offices")).measure(Measure::exact(
                "recipients-of-all-offices",
                recipients as f64,
                "addresses",
            ));
        }
        for (kind, values) in [
            (ObservableKind::EmailAddress, &self.senders),
            (ObservableKind::EmailAddress, &self.reply_to),
            (ObservableKind::Domain, &self.hosts),
            (ObservableKind::FileHash, &self.hashes),
        ] {
            draft = values.iter().take(NAMED).fold(draft, |draft, value| draft.observable(kind, value));
        }
        for (at, (source, line)) in self.places.iter().take(NAMED).enumerate() {
            draft = match (at, line) {
                (0, Some(line)) => draft.at(source, *line),
                (0, None) => draft.at_source(source),
                (_, line) => draft.against(source, *line),
            };
        }
        draft.done()
    }
}

/// What comes first where somebody acted.
const ACTED_ON: &str = "Somebody acted on it: take the machine off the network without switching it off, change the person's \
    passwords from another machine, end their open sessions, and call your state's security team or CISA today.";

/// A counted number with the unit's right form.
fn counted(name: &str, n: u64, [one, many]: [&str; 2]) -> Measure {
    Measure::exact(name, n as f64, if n == 1 { one } else { many })
}
