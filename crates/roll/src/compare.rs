//! Compares two snapshots, with the log where there is one, and hands on the tables that detectors ask.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::RecordBatch;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use pollwarden_core::{Complaint, Coverage, Interval, Office, RollSettings, Table};
use pollwarden_intake::SinkError;

use crate::diff::{Change, Diff, Record, diff};
use crate::explain::{Explainer, Judged, plain};
use crate::history::{Histories, History};
use crate::layout::Role;
use crate::log::Log;
use crate::resemble::resemblances;
use crate::rows::{Rows, Value};
use crate::tables::CHANGES;
use crate::{RollError, Snapshot};

/// Rows in a batch of table `changes`.
const BATCH_ROWS: usize = 8192;

/// Where the rows of the comparison's tables go.
pub type TableSink<'a> = dyn FnMut(&'static Table, RecordBatch) -> Result<(), SinkError> + 'a;

/// What a comparison says besides its rows.
#[derive(Debug, Default)]
pub struct Compared {
    /// What it rests on, and what could not be judged.
    pub coverage: Coverage,
    /// What was wrong with rows that could not be compared: the first ten thousand; `coverage.rejected` counts all.
    pub rejected: Vec<Complaint>,
    /// Changed fields by class and verdict.
    pub counts: BTreeMap<(&'static str, &'static str), u64>,
    /// Records that are new, gone or changed.
    pub records: u64,
}

/// A comparison with its tables at hand, for small rolls and tests.
#[derive(Debug, Default)]
pub struct Held {
    /// What it says besides its rows.
    pub compared: Compared,
    /// The rows.
    pub tables: Vec<(&'static Table, Vec<RecordBatch>)>,
}

/// Compares snapshot `a` with the later `b`, explains the changes by the log under `with`, and hands all rows to `sink`.
///
/// # Errors
/// Where a snapshot can't be read whole, scratch space fails, or the sink refuses rows.
pub fn compare(
    a: &Snapshot,
    b: &Snapshot,
    with: Option<&Path>,
    office: &Office,
    progress: &(dyn Fn(u64) + Sync),
    sink: &mut TableSink<'_>,
) -> Result<Compared, RollError> {
    let log = with.map(|path| Log::read(path, office));
    let diff = diff(a, b, &office.roll, progress)?;
    let histories = Histories::of(a, b, with, &office.roll);
    let history = History::read(&diff, histories, &office.roll)?;
    let explainer = Explainer::new(&diff, log.as_ref(), Some(&history), (a.date, b.date))?;
    let zone = log.as_ref().map_or_else(|| office_zone(office), Log::zone);
    let mut emit = Emit {
        rows: Rows::new(&CHANGES),
        sink,
        log: log.as_ref(),
        snapshot: b.date.and_then(|date| midnight(date, &zone)),
        compared: Compared::default(),
        diff: &diff,
    };
    // Second registrations are looked for in the whole newer snapshot: on a core of its own, while changes are handed on.
    let resembling = std::thread::scope(|scope| {
        let resembling = scope.spawn(|| resembling(&diff));
        diff.changes(&mut |change| emit.change(change, &explainer.judge(change)))?;
        emit.flush()?;
        resembling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let (mut compared, sink) = (emit.compared, emit.sink);
    let mut hand_on = |table: &'static Table, batch: RecordBatch| sink(table, batch).map_err(RollError::Sink);
    if let Some(log) = &log {
        log.tables(&|at| explainer.fault(at).map(crate::explain::Fault::name), &mut hand_on)?;
    }
    resembling.into_iter().try_for_each(|(table, batch)| hand_on(table, batch))?;
    history.table(&diff, &office.roll, b.date.and_then(|date| midnight(date, &zone)), sink)?;
    crate::coverage::cover(&mut compared, &diff, (a, b), log.as_ref(), &zone);
    crate::coverage::histories(&mut compared, &history);
    Ok(compared)
}

fn resembling(diff: &Diff) -> Result<Vec<(&'static Table, RecordBatch)>, RollError> {
    let mut batches = Vec::new();
    resemblances(diff, &mut |table, batch| {
        batches.push((table, batch));
        Ok(())
    })?;
    Ok(batches)
}

/// As [`compare`], with the rows kept in memory.
///
/// # Errors
/// As [`compare`].
pub fn compare_held(a: &Snapshot, b: &Snapshot, with: Option<&Path>, office: &Office) -> Result<Held, RollError> {
    let mut tables: Vec<(&'static Table, Vec<RecordBatch>)> = Vec::new();
    let compared = compare(a, b, with, office, &|_| {}, &mut |table, batch| {
        match tables.iter_mut().find(|(known, _)| known.name == table.name) {
            Some((_, batches)) => batches.push(batch),
            None => tables.push((table, vec![batch])),
        }
        Ok(())
    })?;
    Ok(Held { compared, tables })
}

/// The snapshots at two paths, the older first as given, and their comparison's complaints about what else lies there.
///
/// # Errors
/// Where nothing under a path is a voter-roll extract.
pub fn snapshots(
    a: &Path,
    b: &Path,
    settings: &RollSettings,
) -> Result<(Snapshot, Snapshot, Vec<Complaint>), RollError> {
    let (a, mut complaints) = crate::snapshot(a, settings)?;
    let (b, more) = crate::snapshot(b, settings)?;
    complaints.extend(more);
    Ok((a, b, complaints))
}

fn office_zone(office: &Office) -> TimeZone {
    let name = office.roll.time_zone.as_ref().or(office.time_zone.as_ref());
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// The beginning of a day at the office.
pub(crate) fn midnight(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// The time between two snapshots.
pub(crate) fn between(a: &Snapshot, b: &Snapshot, zone: &TimeZone) -> Option<Interval> {
    let (from, to) = (midnight(a.date?, zone)?, midnight(b.date?, zone)?);
    Some(Interval { from, to }).filter(|interval| interval.from <= interval.to)
}

/// Turns judged changes into rows.
struct Emit<'a, 'b> {
    rows: Rows,
    sink: &'a mut TableSink<'b>,
    log: Option<&'a Log>,
    snapshot: Option<Timestamp>,
    compared: Compared,
    diff: &'a Diff,
}

impl Emit<'_, '_> {
    fn change(&mut self, change: &Change<'_>, judged: &[Judged]) -> Result<(), RollError> {
        let record = change.record();
        let whose = Whose {
            id: record.voter_id().into_owned(),
            county: record.first(Role::County).into_owned(),
            precinct: record.first(Role::Precinct).into_owned(),
        };
        for judged in judged {
            self.row(change, judged, &whose);
        }
        self.compared.records += 1;
        if self.rows.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    /// Where the voter lives or is reached from now on, where the field says so.
    fn target(&self, change: &Change<'_>, judged: &Judged) -> Option<String> {
        let Some(at) = judged.cell else {
            return change.after.as_ref().map(address);
        };
        let cell = &change.cells[at];
        let column = &self.diff.columns()[cell.column];
        match column.role {
            Role::Street => Some(address(change.record())),
            Role::Mail if !names_region(&column.name) => Some(plain(&cell.new)),
            Role::Contact => Some(plain(&cell.new)),
            _ => None,
        }
    }

    fn flush(&mut self) -> Result<(), RollError> {
        (self.sink)(&CHANGES, self.rows.take()?).map_err(RollError::Sink)
    }

    fn row(&mut self, change: &Change<'_>, judged: &Judged, whose: &Whose) {
        let key = (judged.class.name(), judged.verdict.name());
        *self.compared.counts.entry(key).or_default() += 1;
        let (record, before) = (change.record(), change.before.as_ref().filter(|_| change.after.is_some()));
        let cell = judged.cell.map(|at| &change.cells[at]);
        let target = self.target(change, judged);
        let t = judged.transaction.and_then(|at| self.log?.transactions.as_ref()?.get(at));
        let hours = t.and_then(|t| self.log?.operators.as_ref()?.get(&t.operator)).map(|o| &o.hours);
        let off_hours = hours.and_then(|hours| Some(!hours.open_at(t?.local?)));
        let by_person = hours.map(|hours| hours.is_person() && t.is_some_and(|t| !t.document.is_empty()));
        self.rows.push([
            self.snapshot.into(),
            (&whose.id).into(),
            cell.map_or("*", |cell| self.diff.columns()[cell.column].name.as_str()).into(),
            judged.class.name().into(),
            cell.map_or("", |cell| &cell.old).into(),
            cell.map_or("", |cell| &cell.new).into(),
            judged.verdict.name().into(),
            (&judged.cause).into(),
            judged.cause_kind.into(),
            (&whose.county).into(),
            (&whose.precinct).into(),
            given(target.as_ref()),
            t.and_then(|t| t.seq).into(),
            t.and_then(|t| t.time).into(),
            given(t.map(|t| &t.operator)),
            given(t.map(|t| &t.ip)),
            given(t.map(|t| &t.source)),
            given(t.map(|t| &t.batch)),
            given(t.map(|t| &t.document)),
            by_person.into(),
            off_hours.into(),
            t.and(self.log).map(|log| &log.name).into(),
            t.map(|t| t.line).into(),
            record.source().into(),
            record.line().into(),
            before.map(Record::source).into(),
            before.map(Record::line).into(),
        ]);
    }
}

/// What all rows of a record share.
struct Whose {
    id: String,
    county: String,
    precinct: String,
}

fn given<'a>(text: Option<&'a String>) -> Value<'a> {
    text.filter(|text| !text.is_empty()).into()
}

/// Whether a column of an address holds no more than a city, state, country or ZIP code.
fn names_region(column: &str) -> bool {
    let column = column.to_ascii_lowercase();
    ["city", "state", "zip", "postal", "country"].iter().any(|word| column.contains(word))
}

/// The residence in one line, in plain form: street and city. ZIP codes are left out, since one house's are written in several
/// ways.
fn address(record: &Record<'_>) -> String {
    plain(&format!("{} {}", record.all(Role::Street), record.city()))
}
