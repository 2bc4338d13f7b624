//! Compares two snapshots, with the log where there is one, and hands on the tables that detectors ask.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::RecordBatch;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use pollwarden_core::{Complaint, Coverage, Interval, Office, RollSettings, Table};
use pollwarden_intake::SinkError;

use crate::diff::{Change, Diff, Record, diff_and_named, diff_of_shares};
use crate::explain::{Explainer, Judged, Rewrites, plain};
use crate::history::{Histories, History};
use crate::layout::Role;
use crate::linkage::resemblances;
use crate::log::{Hours, Log, Transaction};
use crate::lost::lost_entries;
use crate::rows::{Rows, Value};
use crate::strata::Strata;
use crate::tables::{CHANGES, GROUPS, LOST, UNTRACED};
use crate::untraced::Traced;
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

/// Finds the differences under these settings, and where the newer snapshot has the voters that the log names.
type Finding<'a> = dyn Fn(&RollSettings, &[&str]) -> Result<Diff, RollError> + 'a;

/// Two snapshots, their difference found, and the log that is to explain it.
#[derive(Debug)]
pub struct Comparison<'a> {
    snapshots: (&'a Snapshot, &'a Snapshot),
    pub(crate) diff: Diff,
    /// Found once, for all who explain the differences.
    pub(crate) rewrites: Rewrites,
    pub(crate) log: Option<Log>,
    zone: TimeZone,
    histories: Histories,
    settings: RollSettings,
    /// The name of a file whose ids have lost the zeros before them, and of one whose have not.
    zeros_lost: Option<[String; 2]>,
}

impl<'a> Comparison<'a> {
    /// Finds the differences of snapshot `a` and the later `b`, and reads the log under `with`.
    ///
    /// # Errors
    /// Where a snapshot can't be read whole, or scratch space fails.
    pub fn new(
        a: &'a Snapshot,
        b: &'a Snapshot,
        with: Option<&Path>,
        office: &Office,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, RollError> {
        Self::of((a, b), with, office, &|settings, voters| diff_and_named(a, b, settings, voters, progress))
    }

    /// The same of two kept snapshots whose join was done in `of` shares: see [`joined_share`](crate::joined_share).
    ///
    /// # Errors
    /// Where a snapshot is not kept, or the shares do not make up the whole.
    pub fn of_shares(
        (a, b): (&'a Snapshot, &'a Snapshot),
        with: Option<&Path>,
        office: &Office,
        shares: &[RecordBatch],
        of: usize,
    ) -> Result<Self, RollError> {
        Self::of((a, b), with, office, &|settings, voters| match settings.bare_ids {
            false => diff_of_shares((a, b), voters, shares, of),
            true => diff_and_named(a, b, settings, voters, &|_| {}),
        })
    }

    fn of(
        (a, b): (&'a Snapshot, &'a Snapshot),
        with: Option<&Path>,
        office: &Office,
        find: &Finding<'_>,
    ) -> Result<Self, RollError> {
        let mut log = with.map(|path| Log::read(path, office));
        let transactions = log.as_ref().and_then(|log| log.transactions.as_deref()).unwrap_or_default();
        let voters: BTreeSet<&str> = transactions.iter().map(|entry| entry.voter_id.as_str()).collect();
        let voters = Vec::from_iter(voters);
        let mut settings = office.roll.clone();
        let mut diff = find(&settings, &voters)?;
        let zeros_lost = diff.zeros_lost()?;
        if zeros_lost.is_some() {
            settings.bare_ids = true;
            diff = find(&settings, &voters)?;
        }
        if let Some(log) = &mut log {
            log.call_fields(&diff, &office.roll.log)?;
            log.hold_against_voters(&diff)?;
        }
        let zone = log.as_ref().map_or_else(|| office_zone(office), Log::zone);
        let histories = Histories::of(a, b, with, &settings);
        let rewrites = Rewrites::find(&diff)?;
        Ok(Self { snapshots: (a, b), diff, rewrites, log, zone, histories, settings, zeros_lost })
    }

    /// Only who was changed, as an earlier period (1 the one before, 2 the one before that) to hold the one in question against.
    ///
    /// # Errors
    /// Where a record can't be read again.
    pub fn groups(&self, period: u64) -> Result<Vec<RecordBatch>, RollError> {
        let (diff, log) = (&self.diff, self.log.as_ref());
        let explainer = Explainer::new(diff, &self.rewrites, log, self.dates())?;
        let mut strata = Strata::new(diff, log)?;
        diff.changes(&mut |change| {
            strata.take(change, &explainer.judge(change));
            Ok(())
        })?;
        strata.batches(period, self.noticed())
    }

    /// The days of the two snapshots, where they are known.
    pub fn dates(&self) -> (Option<Date>, Option<Date>) {
        (self.snapshots.0.date, self.snapshots.1.date)
    }

    /// When the newer snapshot was taken.
    pub(crate) fn noticed(&self) -> Option<Timestamp> {
        midnight(self.snapshots.1.date?, &self.zone)
    }

    /// Explains the differences, and hands all rows to `sink`.
    ///
    /// # Errors
    /// Where a record can't be read again, or the sink refuses rows.
    pub fn explain(&self, sink: &mut TableSink<'_>) -> Result<Compared, RollError> {
        // Second registrations are looked for in the whole newer snapshot: on a core of its own, while changes are explained.
        std::thread::scope(|scope| {
            let resembling = scope.spawn(|| resembling(&self.diff));
            self.explain_beside(sink, || resembling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    fn explain_beside(
        &self,
        sink: &mut TableSink<'_>,
        resembling: impl FnOnce() -> Result<Resembling, RollError>,
    ) -> Result<Compared, RollError> {
        let (diff, log) = (&self.diff, self.log.as_ref());
        let history = History::read(diff, &self.histories, &self.settings)?;
        let explainer = Explainer::new(diff, &self.rewrites, log, self.dates())?.with_history(&history);
        let mut emit = Emit::new(sink, diff, log, self.noticed(), Strata::new(diff, log)?);
        let mut traced = log.filter(|log| log.transactions.is_some()).map(|log| (log, Traced::default()));
        diff.changes(&mut |change| {
            let judged = explainer.judge(change);
            if let Some((_, traced)) = &mut traced {
                traced.take(&change.record().voter_id(), &judged);
            }
            emit.change(change, &judged)
        })?;
        emit.flush()?;
        let (mut compared, strata, sink) = (emit.compared, emit.strata, emit.sink);
        let mut hand_on = |table: &'static Table, batch: RecordBatch| sink(table, batch).map_err(RollError::Sink);
        if let Some(log) = log {
            log.tables(&|at| explainer.fault(at).map(crate::explain::Fault::name), &mut hand_on)?;
        }
        if let Some((log, traced)) = traced {
            hand_on(&LOST, lost_entries(diff, log, &explainer, self.dates().1)?)?;
            hand_on(&UNTRACED, traced.entries(log, &explainer)?)?;
        }
        strata.rows(0, self.noticed(), &mut |batch| hand_on(&GROUPS, batch))?;
        let (resembling, notes) = resembling()?;
        resembling.into_iter().try_for_each(|(table, batch)| hand_on(table, batch))?;
        history.table(diff, &self.settings, self.noticed(), sink)?;
        crate::coverage::cover(&mut compared, diff, self.snapshots, log, &self.zone);
        if let Some([without, with_zeros]) = &self.zeros_lost {
            compared.coverage.notes.push(format!(
                "Voters' ids have zeros before them in {with_zeros} and have lost them in {without}, as a spreadsheet takes them away: they \
                 were compared without those zeros."
            ));
        }
        compared.coverage.notes.extend(explainer.rewritten());
        notes.into_iter().for_each(|why| compared.coverage.dim(None, why));
        crate::coverage::histories(&mut compared, &history);
        Ok(compared)
    }
}

impl Comparison<'_> {
    /// Everything that there is to say, in memory.
    ///
    /// # Errors
    /// As [`explain`](Self::explain).
    pub fn held(&self) -> Result<Held, RollError> {
        let mut tables: Vec<(&'static Table, Vec<RecordBatch>)> = Vec::new();
        let compared = self.explain(&mut |table, batch| {
            match tables.iter_mut().find(|(known, _)| known.name == table.name) {
                Some((_, batches)) => batches.push(batch),
                None => tables.push((table, vec![batch])),
            }
            Ok(())
        })?;
        Ok(Held { compared, tables })
    }
}

/// Rows of second registrations, and what is said besides.
type Resembling = (Vec<(&'static Table, RecordBatch)>, Vec<String>);

fn resembling(diff: &Diff) -> Result<Resembling, RollError> {
    let mut batches = Vec::new();
    let notes = resemblances(diff, &mut |table, batch| {
        batches.push((table, batch));
        Ok(())
    })?;
    Ok((batches, notes))
}

/// A comparison with its rows kept in memory.
///
/// # Errors
/// As [`Comparison::new`] and [`Comparison::explain`].
pub fn compare_held(a: &Snapshot, b: &Snapshot, with: Option<&Path>, office: &Office) -> Result<Held, RollError> {
    Comparison::new(a, b, with, office, &|_| {})?.held()
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
pub(crate) struct Emit<'a, 's, 'b> {
    rows: Rows,
    sink: &'s mut TableSink<'b>,
    log: Option<&'a Log>,
    snapshot: Option<Timestamp>,
    compared: Compared,
    diff: &'a Diff,
    pub(crate) strata: Strata<'a>,
}

impl<'a, 's, 'b> Emit<'a, 's, 'b> {
    pub(crate) fn new(
        sink: &'s mut TableSink<'b>,
        diff: &'a Diff,
        log: Option<&'a Log>,
        snapshot: Option<Timestamp>,
        strata: Strata<'a>,
    ) -> Self {
        Self { rows: Rows::new(&CHANGES), sink, log, snapshot, compared: Compared::default(), diff, strata }
    }

    pub(crate) fn change(&mut self, change: &Change<'_>, judged: &[Judged]) -> Result<(), RollError> {
        let record = change.record();
        let whose = Whose {
            id: record.voter_id().into_owned(),
            county: record.first(Role::County).into_owned(),
            precinct: record.first(Role::Precinct).into_owned(),
        };
        for judged in judged {
            self.row(change, judged, &whose);
        }
        self.strata.take(change, judged);
        self.compared.records += 1;
        if self.rows.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn hours(&self, entry: Option<&Transaction>) -> Option<&'a Hours> {
        Some(&self.log?.operators.as_ref()?.get(&entry?.operator)?.hours)
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

    pub(crate) fn flush(&mut self) -> Result<(), RollError> {
        (self.sink)(&CHANGES, self.rows.take()?).map_err(RollError::Sink)
    }

    fn row(&mut self, change: &Change<'_>, judged: &Judged, whose: &Whose) {
        let key = (judged.class.name(), judged.verdict.name());
        *self.compared.counts.entry(key).or_default() += 1;
        let (record, before) = (change.record(), change.before.as_ref().filter(|_| change.after.is_some()));
        let cell = judged.cell.map(|at| &change.cells[at]);
        let target = self.target(change, judged);
        let t = self.log.and_then(|log| log.entry(judged.transaction));
        let hours = self.hours(t);
        let off_hours = hours.and_then(|hours| Some(!hours.open_at(t?.clock()?)));
        let by_person = hours.and_then(|_| Some(self.log?.on_paper(t?)));
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
            t.map(|t| &*t.file).into(),
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
