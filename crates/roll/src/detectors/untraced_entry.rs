//! Unauthorised acts that only the log shows.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Columns, Confidence, Detector, DetectorError, Finding, Findings, Measure, ObservableKind, Outcome, Plan,
    Question, Reference, Scope, Severity, Stability, Tables,
};

/// The detector.
#[derive(Debug)]
pub(crate) struct UntracedEntry;

const SITES_SHOWN: usize = 50;

static ABOUT: About = About {
    id: "roll/untraced-entry",
    title: "Unauthorised acts that only the log shows",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["untraced_entries"],
    looks_for: "Entries of the transaction log by an account that is not on the list of operators, had ended, or acted for another county or \
                outside office hours without a document, or in a batch that is unknown or was not approved, of voters of whom the two \
                extracts show no change.",
    why: "A change made after one extract and put back before the next leaves no trace in either; between the two, mail may have gone to \
          another address, or a voter been turned away.",
    cannot_see: "The same by an account that was allowed to act. Voters who were also changed otherwise: their entries are judged with \
                 that change.",
    do_next: "Ask whoever runs the registration system who had this account, and what was sent to these voters in between.",
    techniques: &["T1078", "T1565.001"],
    references: &[Reference {
        title: "NIST SP 800-53 Rev. 5: Security and Privacy Controls for Information Systems and Organizations",
        place: "AU-6 Audit Record Review, Analysis, and Reporting; AC-2 Account Management",
    }],
};

impl Detector for UntracedEntry {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("untraced_entries")?;
        Ok(Plan::sql("SELECT * FROM untraced_entries ORDER BY fault, operator, batch, log, log_line"))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut hands: BTreeMap<Hand, Acts> = BTreeMap::new();
        for batch in batches {
            let columns = Columns::of(&batch);
            let text = |name: &str| columns.text(name);
            let (fault, operator, of_batch) = (text("fault"), text("operator"), text("batch"));
            let (voter, field, log) = (text("voter_id"), text("field"), text("log"));
            let (logged, line) = (columns.times("logged"), columns.integers("log_line"));
            for at in 0..batch.num_rows() {
                let hand = Hand([fault.or_empty(at), operator.or_empty(at), of_batch.or_empty(at)].map(str::to_owned));
                let acts = hands.entry(hand).or_default();
                acts.voters.insert(voter.or_empty(at).to_owned());
                acts.fields.insert(field.or_empty(at).to_owned());
                acts.times.extend(logged.get(at));
                acts.sites.push((log.or_empty(at).to_owned(), line.count(at)));
            }
        }
        hands.iter().for_each(|(hand, acts)| push(found, hand, acts));
    }
}

/// Fault, operator, batch.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hand([String; 3]);

impl Hand {
    fn says(&self) -> String {
        let [fault, operator, batch] = &self.0;
        match fault.as_str() {
            "unknown-operator" => format!("operator {operator} is not on the list of operators"),
            "account-ended" => format!("the account of operator {operator} had ended"),
            "operator-county" => format!("operator {operator} does not work for their county"),
            "off-hours" => format!("operator {operator} acted outside office hours without a document"),
            "unknown-batch" => format!("batch {batch} is not on the list of batches"),
            _ => format!("batch {batch} was not approved before it ran"),
        }
    }
}

#[derive(Debug, Default)]
struct Acts {
    voters: BTreeSet<String>,
    fields: BTreeSet<String>,
    times: Vec<Timestamp>,
    sites: Vec<(String, u64)>,
}

fn push(found: &mut Findings, hand: &Hand, acts: &Acts) {
    let count = acts.voters.len();
    let whose =
        if count == 1 { "1 voter's registration was".into() } else { format!("{count} voters' registrations were") };
    let title = format!("{whose} changed in the log and not between the extracts: {}", hand.says());
    let mut draft = Finding::new(ABOUT.id, &title, Severity::Medium, Confidence::Medium);
    for (log, line) in acts.sites.iter().take(SITES_SHOWN) {
        draft = draft.at(log, *line);
    }
    for voter in &acts.voters {
        draft = draft.observable(ObservableKind::VoterKey, found.scope().keyer.key(voter));
    }
    for field in &acts.fields {
        draft = draft.observable(ObservableKind::Field, field);
    }
    if !hand.0[1].is_empty() {
        draft = draft.observable(ObservableKind::Account, &hand.0[1]);
    }
    if let (Some(first), Some(last)) = (acts.times.iter().min(), acts.times.iter().max()) {
        draft = draft.between(*first, *last);
    }
    let draft = draft
        .measure(Measure::exact("records", count as f64, "voters"))
        .outcome(Outcome::Unknown)
        .expected_seen("Who acts in the log is allowed to.", &title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}
