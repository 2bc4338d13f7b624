//! Rows of table `changes`, as detectors read them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{Columns, FindingDraft, Findings, Measure, ObservableKind};

/// Places named in one finding; the list of changes has all.
const SITES_SHOWN: usize = 50;
/// The share of records in one place from which on a finding names it.
const IN_ONE_PLACE: f64 = 0.9;

/// The word in `cause_kind` for a voter who is on a list of the dead or cancelled.
pub(crate) const SUPPRESSED: &str = "suppressed";
/// ...for a voter who was removed for inactivity although active.
pub(crate) const STATUS_PATH: &str = "status-path";
/// ...for a voter who was dead and is active again.
pub(crate) const DEAD_RETURNED: &str = "dead-returned";
/// ...for a change whose entry in the log can't be held against the extracts; coverage tells of it.
pub(crate) const WRITTEN_OTHERWISE: &str = "written-otherwise";
/// ...for a record that is missing from a file that breaks off; coverage tells of it.
pub(crate) const BROKEN_OFF: &str = "broken-off";
/// Causes that detectors of their own, or coverage, tell of.
pub(crate) const TOLD_ELSEWHERE: [&str; 6] =
    [SUPPRESSED, STATUS_PATH, DEAD_RETURNED, VANISHED_VOTE, WRITTEN_OTHERWISE, BROKEN_OFF];

/// The word in `cause_kind` for a vote that is gone from a column of the roll: its detector asks the table of votes.
pub(crate) const VANISHED_VOTE: &str = "vanished-vote";

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChangeRow {
    pub(crate) voter_id: String,
    pub(crate) field: String,
    pub(crate) class: String,
    pub(crate) verdict: String,
    pub(crate) cause_kind: String,
    pub(crate) county: String,
    pub(crate) precinct: String,
    pub(crate) target: String,
    pub(crate) logged: Option<Timestamp>,
    pub(crate) snapshot: Option<Timestamp>,
    pub(crate) operator: String,
    pub(crate) ip: String,
    pub(crate) log_source: String,
    pub(crate) batch: String,
    pub(crate) document: String,
    pub(crate) seen_by_person: bool,
    pub(crate) off_hours: bool,
    /// Whether the log says the time of day.
    pub(crate) timed: bool,
    pub(crate) log: String,
    pub(crate) log_line: Option<u64>,
    pub(crate) source: String,
    pub(crate) line: Option<u64>,
}

/// The columns that [`rows`] reads.
pub(crate) const COLUMNS: &str = "snapshot, voter_id, field, class, verdict, cause_kind, county, precinct, target, logged, \
     operator, ip, log_source, batch, document, seen_by_person, off_hours, log, log_line, source, line";

/// What rows are picked by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glance<'a> {
    pub(crate) class: &'a str,
    pub(crate) verdict: &'a str,
    pub(crate) cause_kind: &'a str,
}

/// The rows of a batch that pass.
fn rows(batch: &RecordBatch, pass: &impl Fn(Glance<'_>) -> bool, all: &mut Vec<ChangeRow>) {
    let columns = Columns::of(batch);
    let text = |name: &str| columns.text(name);
    let (voter_id, field, class, verdict) = (text("voter_id"), text("field"), text("class"), text("verdict"));
    let (cause_kind, county, precinct, target) = (text("cause_kind"), text("county"), text("precinct"), text("target"));
    let (operator, ip, log_source, named) = (text("operator"), text("ip"), text("log_source"), text("batch"));
    let (document, log, source) = (text("document"), text("log"), text("source"));
    let (logged, snapshot) = (columns.times("logged"), columns.times("snapshot"));
    let (seen, off) = (columns.integers("seen_by_person"), columns.integers("off_hours"));
    let (log_line, line) = (columns.integers("log_line"), columns.integers("line"));
    let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    let picked = |at: &usize| {
        let (class, verdict) = (class.or_empty(*at), verdict.or_empty(*at));
        pass(Glance { class, verdict, cause_kind: cause_kind.or_empty(*at) })
    };
    all.extend((0..batch.num_rows()).filter(picked).map(|at| ChangeRow {
        voter_id: voter_id.or_empty(at).to_owned(),
        field: field.or_empty(at).to_owned(),
        class: class.or_empty(at).to_owned(),
        verdict: verdict.or_empty(at).to_owned(),
        cause_kind: cause_kind.or_empty(at).to_owned(),
        county: county.or_empty(at).to_owned(),
        precinct: precinct.or_empty(at).to_owned(),
        target: target.or_empty(at).to_owned(),
        logged: logged.get(at),
        snapshot: snapshot.get(at),
        operator: operator.or_empty(at).to_owned(),
        ip: ip.or_empty(at).to_owned(),
        log_source: log_source.or_empty(at).to_owned(),
        batch: named.or_empty(at).to_owned(),
        document: document.or_empty(at).to_owned(),
        seen_by_person: seen.get(at) == Some(1),
        off_hours: off.get(at) == Some(1),
        timed: off.get(at).is_some(),
        log: log.or_empty(at).to_owned(),
        log_line: number(log_line.get(at)),
        source: source.or_empty(at).to_owned(),
        line: number(line.get(at)),
    }));
}

/// The rows of all batches that pass, by voter and field.
pub(crate) fn sorted(
    batches: &mut dyn Iterator<Item = RecordBatch>,
    pass: impl Fn(Glance<'_>) -> bool,
) -> Vec<ChangeRow> {
    let mut all = Vec::new();
    batches.for_each(|batch| rows(&batch, &pass, &mut all));
    all.sort_by(|a, b| (&a.voter_id, &a.field).cmp(&(&b.voter_id, &b.field)));
    all
}

/// How many different voters the rows are about.
pub(crate) fn voters(rows: &[&ChangeRow]) -> usize {
    rows.iter().map(|row| row.voter_id.as_str()).collect::<BTreeSet<_>>().len()
}

/// The one value that (nearly) all rows share, weighed by voter; `None` where there is none.
pub(crate) fn shared<'a>(rows: &[&'a ChangeRow], value: fn(&ChangeRow) -> &str) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &row in rows {
        counts.entry(value(row)).or_default().insert(&row.voter_id);
    }
    let (most, count) = counts.into_iter().max_by_key(|(_, voters)| voters.len())?;
    (!most.is_empty() && count.len() as f64 >= IN_ONE_PLACE * voters(rows) as f64).then_some(most)
}

/// A finding about these rows: their places, voters' keys, columns, and who and where they share.
pub(crate) fn draft(mut draft: FindingDraft, rows: &[&ChangeRow], found: &Findings) -> FindingDraft {
    let mut voters: BTreeMap<&str, &ChangeRow> = BTreeMap::new();
    for &row in rows {
        voters.entry(&row.voter_id).or_insert(row);
    }
    for row in voters.values().take(SITES_SHOWN) {
        draft = draft.at(&row.source, row.line.unwrap_or_default());
        if !row.log.is_empty() {
            draft = draft.against(&row.log, row.log_line);
        }
    }
    draft = times(draft, rows);
    for field in rows.iter().map(|row| &row.field).collect::<BTreeSet<_>>() {
        draft = draft.observable(ObservableKind::Field, field);
    }
    for (kind, value) in in_common(rows) {
        draft = draft.observable(kind, value);
    }
    for voter in voters.keys() {
        draft = draft.observable(ObservableKind::VoterKey, found.scope().keyer.key(voter));
    }
    draft.measure(Measure::exact("records", voters.len() as f64, "voters"))
}

fn times(mut draft: FindingDraft, rows: &[&ChangeRow]) -> FindingDraft {
    let logged = || rows.iter().filter_map(|row| row.logged);
    if let (Some(first), Some(last)) = (logged().min(), logged().max()) {
        draft = draft.between(first, last);
    }
    match rows.iter().filter_map(|row| row.snapshot).max() {
        Some(at) => draft.noticed(at),
        None => draft,
    }
}

fn in_common(rows: &[&ChangeRow]) -> Vec<(ObservableKind, String)> {
    let mut common = Vec::new();
    let mut add = |kind, value: Option<&str>| common.extend(value.map(|value| (kind, value.to_owned())));
    add(ObservableKind::Account, shared(rows, |row| &row.operator));
    add(ObservableKind::Ip, shared(rows, |row| &row.ip));
    add(ObservableKind::Document, shared(rows, |row| &row.batch));
    common.extend(place(rows).map(|place| (ObservableKind::Place, place)));
    common
}

/// The county, and the precinct where there is but one.
pub(crate) fn place(rows: &[&ChangeRow]) -> Option<String> {
    let county = shared(rows, |row| &row.county)?;
    Some(match shared(rows, |row| &row.precinct) {
        Some(precinct) => format!("county {county}, precinct {precinct}"),
        None => format!("county {county}"),
    })
}
