//! Changes without an authorised cause, gathered by what is wrong with their cause.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Confidence, Detector, DetectorError, Finding, Findings, Outcome, Plan, Question, Reference, Scope, Severity,
    Stability, Tables,
};

use crate::change_row::{COLUMNS, ChangeRow, TOLD_ELSEWHERE, draft, place, sorted, voters};

/// The detector.
#[derive(Debug)]
pub(crate) struct UnexplainedChange;

/// From so many voters on, changes of one kind and one hand are a finding of their own.
const TOGETHER: usize = 3;
/// Faults that are a finding of their own however few voters they touch: no slip of the pen makes them.
const ALWAYS_TOGETHER: [&str; 10] = [
    "altered-log",
    "out-of-order",
    "unknown-operator",
    "unknown-batch",
    "unapproved-batch",
    "list-differs",
    "account-ended",
    "batch-twice",
    "beyond-plan",
    "not-its-kind",
];

static ABOUT: About = About {
    id: "roll/unexplained-change",
    title: "Changes without an authorised cause",
    question: Question::Roll,
    since: "0.1",
    stability: Stability::Stable,
    tables: &["changes", "transactions"],
    looks_for: "Registrations that differ between two extracts although no authorised act explains it: no entry in the \
                log, an operator or batch that is not on the office's lists, an account that had ended, a voter who is not on the batch's list, a \
                batch that stands twice in the list of batches, is of more voters than planned, ran again or long after, or \
                changes what its kind has no say over, an \
                entry whose old or new value contradicts the extracts, an act outside office hours without a document.",
    why: "Whoever can change the roll without leaving an authorised act behind can keep voters from voting.",
    cannot_see: "Changes that were made and undone between the two extracts, false changes for which a complete and authorised \
                 act was logged, and entries dated back in a log of fewer than a hundred.",
    do_next: "Take the listed records to the original documents. Keep both extracts and the log as they are.",
    techniques: &["T1565.001"],
    references: &[Reference {
        title: "U.S. Senate Select Committee on Intelligence, Report 116-290, volume 1 (2019)",
        place: "page 22: intruders were in a position to delete or change voter data",
    }],
};

impl Detector for UnexplainedChange {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need("transactions")?;
        tables.need("changes")?;
        Ok(Plan::sql(format!(
            "SELECT {COLUMNS} FROM changes WHERE verdict = 'unexplained' \
             AND cause_kind NOT IN ('{}') ORDER BY voter_id, field",
            TOLD_ELSEWHERE.join("', '")
        )))
    }

    fn judge(&self, batches: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let all = sorted(batches, |row| row.verdict == "unexplained" && !TOLD_ELSEWHERE.contains(&row.cause_kind));
        let mut groups: BTreeMap<(&str, &str, &str), Vec<&ChangeRow>> = BTreeMap::new();
        for row in &all {
            groups.entry((&row.cause_kind, &row.class, hand(row))).or_default().push(row);
        }
        let (together, stray): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|((kind, _, _), rows)| voters(rows) >= TOGETHER || ALWAYS_TOGETHER.contains(kind));
        for ((kind, class, _), rows) in together {
            push(found, &title(&rows, kind, class), kind, class, &rows);
        }
        let stray: Vec<&ChangeRow> = stray.into_iter().flat_map(|(_, rows)| rows).collect();
        if !stray.is_empty() {
            let title = match voters(&stray) {
                1 => "1 registration changed without an authorised cause".to_owned(),
                many => format!("{many} single registrations changed without an authorised cause"),
            };
            push(found, &title, "stray", "stray", &stray);
        }
    }
}

/// Whose change it is: the batch's, the operator's, else the county's.
fn hand(row: &ChangeRow) -> &str {
    [&row.batch, &row.operator, &row.county].into_iter().find(|who| !who.is_empty()).map_or("", String::as_str)
}

fn title(rows: &[&ChangeRow], kind: &str, class: &str) -> String {
    let at = place(rows).map(|place| format!(" ({place})")).unwrap_or_default();
    let (one, many) = what(class);
    let what = if voters(rows) == 1 { one } else { many };
    format!("{} {what}: {}{at}", voters(rows), why(kind, rows[0]))
}

/// What happened to one, and to many.
fn what(class: &str) -> (&'static str, &'static str) {
    match class {
        "name" => ("voter's name was changed", "voters' names were changed"),
        "address" => ("voter's address was changed", "voters' addresses were changed"),
        "mail-address" => ("voter's mail address was changed", "voters' mail addresses were changed"),
        "party" => ("voter's party was changed", "voters' parties were changed"),
        "status" => ("voter's registration status was changed", "voters' registration status was changed"),
        "precinct" => {
            ("voter was moved to another precinct or district", "voters were moved to another precinct or district")
        }
        "dob" => ("voter's date of birth was changed", "voters' dates of birth were changed"),
        "confidential" => ("voter's confidentiality was changed", "voters' confidentiality was changed"),
        "identity-swap" => ("voter's id now names somebody else", "voters' ids now name somebody else"),
        "contact" => {
            ("voter's phone number or mail box was changed", "voters' phone numbers or mail boxes were changed")
        }
        "new" => ("record is new", "records are new"),
        "removed" => ("record is gone", "records are gone"),
        "history" => ("voter's history was changed", "voters' histories were changed"),
        _ => ("registration was changed", "registrations were changed"),
    }
}

fn why(kind: &str, row: &ChangeRow) -> String {
    match kind {
        "no-transaction" => "the log has no transaction for it".into(),
        "altered-log" => "the log was altered there after it was written".into(),
        "out-of-order" => "the entry's time does not fit its place in the log".into(),
        "unknown-operator" => format!("operator {} is not on the list of operators", row.operator),
        "operator-county" => format!("operator {} does not work for that county", row.operator),
        "off-hours" => format!("operator {} acted outside office hours and without a document", row.operator),
        "no-document" => format!("operator {} named no document, as others do", row.operator),
        "unknown-batch" => format!("batch {} is not on the list of batches", row.batch),
        "unapproved-batch" => format!("batch {} was not approved before it ran", row.batch),
        "list-differs" => format!("the list of batch {} is not the authorised one", row.batch),
        "no-list" => format!("the authorised list of batch {} is missing", row.batch),
        "not-on-list" => format!("they are not on the authorised list of batch {}", row.batch),
        "other-act" => format!("it is not what batch {} does to its other voters", row.batch),
        "account-ended" => format!("the account of operator {} had ended by then", row.operator),
        "batch-twice" => format!("batch {} stands twice in the list of batches, and differs", row.batch),
        "far-from-run" => format!("they were not made when batch {} ran", row.batch),
        "made-again" => format!("batch {} had changed these voters before, and did so again", row.batch),
        "beyond-plan" => format!("batch {} is of more voters than were planned", row.batch),
        "not-its-kind" => format!("batch {} is list maintenance, which has no say over it", row.batch),
        "other-county" => "the transaction was logged for another county".into(),
        "old-value" => "the log's old value is not the older extract's".into(),
        "new-value" => "the log's new value is not the newer extract's".into(),
        "voted-since" => "they were removed, but the vote history shows that they voted since".into(),
        "quiet-period" => {
            format!("batch {} removed voters within 90 days of a federal election", row.batch)
        }
        "other-person" => "the log registered somebody else".into(),
        _ => "no authorised cause is known".into(),
    }
}

fn push(found: &mut Findings, title: &str, kind: &str, class: &str, rows: &[&ChangeRow]) {
    let severity = match class {
        "stray" | "contact" | "other" => Severity::Medium,
        _ => Severity::High,
    };
    // A change that the log knows nothing of may also be a log that was not handed over whole.
    let confidence = if matches!(kind, "no-transaction" | "no-document" | "stray" | "no-list") {
        Confidence::Medium
    } else {
        Confidence::High
    };
    let begun = draft(Finding::new(ABOUT.id, title, severity, confidence), rows, found)
        .outcome(Outcome::Success)
        .expected_seen("Every change rests on an authorised act in the log.", title)
        .next_step(next_step(kind))
        .techniques(ABOUT.techniques);
    found.push(begun.done());
}

fn next_step(kind: &str) -> &'static str {
    match kind {
        "no-transaction" | "stray" => {
            "Ask whoever runs the registration system for its own record of these voters; compare with the original documents, and restore what is wrong."
        }
        "unknown-operator" | "operator-county" | "account-ended" | "off-hours" | "no-document" => {
            "Find out who used this account and from where; close it until that is known. Restore the records from the original documents."
        }
        "unknown-batch" | "unapproved-batch" | "list-differs" | "no-list" | "not-on-list" | "other-act"
        | "quiet-period" | "voted-since" | "batch-twice" | "far-from-run" | "made-again" | "beyond-plan"
        | "not-its-kind" => {
            "Stop this batch. Ask whoever is said to have authorised it for the list they signed, and restore voters who are not on it."
        }
        "altered-log" | "out-of-order" => {
            "Keep the log as it is and compare it with its backup: somebody changed it after it was written."
        }
        _ => "Compare the log's entries with the original documents: one of the two was changed by another hand.",
    }
}
