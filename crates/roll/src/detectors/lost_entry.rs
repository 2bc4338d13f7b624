//! Authorised changes that did not reach the roll.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Columns, Confidence, Detector, DetectorError, Finding, Findings, Gap, Measure, ObservableKind, Outcome,
    Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

/// The detector.
#[derive(Debug)]
pub(crate) struct LostEntry;

/// Where the roll shows neither the new nor an old value for more than this share of a column's entries, log and roll write the column
/// differently, and nothing can be said of those. What is put back or absent is no matter of writing, however much it is.
const WRITTEN_DIFFERENTLY: f64 = 0.2;
/// With so few entries of a column the share says nothing.
const FEW: u64 = 20;
const SITES_SHOWN: usize = 50;

static ABOUT: About = About {
    id: "roll/lost-entry",
    title: "Authorised changes that did not reach the roll",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["lost_entries"],
    looks_for: "Entries of the transaction log, with nothing against them, whose new value the newer extract does not show: the old value still \
                stands there, or was put back; registrations that were logged and are not on the roll.",
    why: "A voter who moved, or registered in time, and whose change is quietly undone is turned away like one whose record was altered; \
          and no comparison of extracts shows it.",
    cannot_see: "Entries of the newer extract's own day, and fields that the log names otherwise than the roll. Where more than a fifth of \
                 a field's entries stand on the roll as neither their new nor their old value, these can't be told, and the answer says \
                 so; blanks in the records of voters whose residence is confidential.",
    do_next: "Ask whoever runs the registration system why these entries are not in the extract, and enter them again from the documents.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "National Voter Registration Act of 1993",
        place: "52 U.S.C. 20507(a)(1): eligible applicants are to be registered",
    }],
};

impl Detector for LostEntry {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("lost_entries")?;
        Ok(Plan::sql("SELECT * FROM lost_entries ORDER BY field, voter_id"))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all: Vec<Row> = batches.flat_map(|batch| rows(&batch)).collect();
        let mut by_field: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &all {
            by_field.entry(&row.field).or_default().push(row);
        }
        let mut by_class: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for (field, rows) in by_field {
            let of = rows[0].of;
            let (mut lost, another): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(|row| row.shows != "another");
            if of >= FEW && another.len() as f64 > WRITTEN_DIFFERENTLY * of as f64 {
                found.gap(Gap { when: None, why: written_differently(field, another.len(), of), needed: true });
            } else {
                lost.extend(another);
            }
            if let Some(&row) = lost.first() {
                by_class.entry(&row.class).or_default().extend(lost);
            }
        }
        by_class.into_iter().for_each(|(class, rows)| push(found, class, &rows));
    }
}

fn written_differently(field: &str, another: usize, of: u64) -> String {
    match field {
        "*" => format!(
            "{another} of {of} registrations of the log are of counties that the newer extract has no logged voter of: whether they reached \
             the roll can't be told"
        ),
        _ => format!(
            "For {another} of {of} entries of the log for {field} the newer extract shows neither their new nor their old value: log and \
             roll seem to write it differently, and whether these changes were lost can't be told"
        ),
    }
}

struct Row {
    voter_id: String,
    field: String,
    class: String,
    shows: String,
    of: u64,
    logged: Option<Timestamp>,
    log: String,
    log_line: u64,
    source: String,
    line: u64,
}

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let columns = Columns::of(batch);
    let text = |name: &str| columns.text(name);
    let (voter, field, class, shows) = (text("voter_id"), text("field"), text("class"), text("shows"));
    let (log, source) = (text("log"), text("source"));
    let (of, log_line, line) = (columns.integers("of"), columns.integers("log_line"), columns.integers("line"));
    let logged = columns.times("logged");
    (0..batch.num_rows())
        .map(|at| Row {
            voter_id: voter.or_empty(at).to_owned(),
            field: field.or_empty(at).to_owned(),
            class: class.or_empty(at).to_owned(),
            shows: shows.or_empty(at).to_owned(),
            of: of.count(at),
            logged: logged.get(at),
            log: log.or_empty(at).to_owned(),
            log_line: log_line.count(at),
            source: source.or_empty(at).to_owned(),
            line: line.count(at),
        })
        .collect()
}

fn push(found: &mut Findings, class: &str, rows: &[&Row]) {
    let mut voters: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in rows {
        voters.entry(&row.voter_id).or_insert(row);
    }
    let count = voters.len();
    let title = match (class, count) {
        ("new", 1) => "1 registration was logged and is not on the roll".to_owned(),
        ("new", _) => format!("{count} registrations were logged and are not on the roll"),
        (_, 1) => format!("1 voter's change was logged and is not on the roll ({})", what(class)),
        _ => format!("{count} voters' changes were logged and are not on the roll ({})", what(class)),
    };
    let mut draft = Finding::new(ABOUT.id, &title, Severity::High, Confidence::Medium);
    for row in voters.values().take(SITES_SHOWN) {
        draft = draft.at(&row.log, row.log_line);
        if !row.source.is_empty() {
            draft = draft.against(&row.source, Some(row.line));
        }
    }
    for voter in voters.keys() {
        draft = draft.observable(ObservableKind::VoterKey, found.scope().keyer.key(voter));
    }
    for field in rows.iter().map(|row| &row.field).collect::<std::collections::BTreeSet<_>>() {
        draft = draft.observable(ObservableKind::Field, field);
    }
    let times = || rows.iter().filter_map(|row| row.logged);
    if let (Some(first), Some(last)) = (times().min(), times().max()) {
        draft = draft.between(first, last);
    }
    let draft = draft
        .measure(Measure::exact("records", count as f64, "voters"))
        .outcome(Outcome::Unknown)
        .expected_seen("The newer extract shows what the log's last entry before it says.", &title)
        .next_step(ABOUT.do_next)
        .techniques(ABOUT.techniques);
    found.push(draft.done());
}

fn what(class: &str) -> &str {
    match class {
        "dob" => "date of birth",
        "mail-address" => "mail address",
        "other" => "other fields",
        class => class,
    }
}
