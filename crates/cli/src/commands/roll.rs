//! `pollwarden roll`, and the roll's part of an assessment.

mod duplicates;
mod office;
mod verify;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use arrow::array::RecordBatch;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use pollwarden_archive::Archive;
use pollwarden_core::{Answer, Complaint, Coverage, Detector, Office, Picture, Question, Scope, VoterKeyer};
use pollwarden_database::{Database, is_address};
use pollwarden_engine::{Engine, EngineOptions, Scratch};
use pollwarden_roll::{
    CHANGES, Comparison, GROUPS, RESEMBLANCES, Snapshot, Store, VOTES, askable, changes_by_precinct,
    changes_by_precinct_plan, changes_over_time, changes_over_time_plan, write_changes,
};

pub(super) use self::office::of_office;
use super::{alone, engine_options, kept, proof, scope, tell, threads};
use crate::args::{Cli, OfficeFile, Roll, RollLimit, Show};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::roll_limits::{self, Wanted};
use crate::trials::Measured;
use crate::{cluster, database, show};

pub(super) fn run(roll: &Roll, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match roll {
        Roll::Diff { a, b, archive, with, changes, on, office, show } => {
            let options = on.options(&cli.limits, archive.as_deref())?;
            let archive = archive.as_deref().map(Archive::read_only).transpose()?;
            let settings = (office, show, cli);
            diff((a, b), archive.as_ref(), with.as_deref(), changes.as_ref(), settings, &options, progress)
        }
        Roll::Keep { snapshots, archive, office } => kept::keep(snapshots, archive, office, progress),
        Roll::Kept { archive } => kept::list(archive),
        Roll::Forget { snapshot, archive } => kept::forget(snapshot, archive),
        Roll::Limit(limit) => self::limit(limit, cli, progress),
        Roll::Commit(commit) => proof::commit(commit, progress),
        Roll::Prove(prove) => proof::prove(prove, progress),
        Roll::Verify(verify) => verify::run(verify),
        Roll::Duplicates { snapshot, archive, threshold, out, office, show } => {
            let archive = archive.as_deref().map(Archive::read_only).transpose()?;
            let looked_at = (snapshot.as_path(), archive.as_ref(), *threshold);
            duplicates::run(looked_at, out.as_deref(), (office, show), cli, progress)
        }
        Roll::Extract { office, out } => extract(office, out, progress),
    }
}

fn extract(settings: &Path, out: &Path, progress: &Progress) -> Result<Exit> {
    let office = crate::office::read(settings)?;
    let database = crate::office::database(settings)?.with_context(|| {
        format!("{} names no database: put source and table or query under [roll]", settings.display())
    })?;
    let taken = database::extract(&database, out, &office, progress)?;
    show::say(&format!("Wrote {}. {}", out.display(), taken.note));
    Ok(Exit::NothingFound)
}

fn diff(
    (a, b): (&Path, &Path),
    archive: Option<&Archive>,
    with: Option<&Path>,
    changes: Option<&PathBuf>,
    (settings, show, cli): (&OfficeFile, &Show, &Cli),
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Exit> {
    let office = crate::office::read_or_default(settings.office.as_deref())?;
    let store = archive.map(kept::store);
    let given = |argument| given(argument, store.as_ref(), &office, progress);
    let [(a, said_a), (b, said_b)] = [given(a)?, given(b)?];
    let comparison = compared((&a, &b), with, &office, options, progress)?;
    let mut scope = scope(office.clone())?;
    if let Some(archive) = archive {
        scope.keyer = VoterKeyer::new(&archive.key());
    }
    let mut judged = Judged::of(&comparison, &[], scope, options, progress)?;
    for said in [said_a, said_b] {
        said.tell(&mut judged.answer.coverage);
    }
    if let Some(path) = changes {
        judged.write_changes(path)?;
    }
    Ok(tell(alone(&office, judged.answer), show, cli)?.into())
}

/// What is to be said of a snapshot besides its rows.
#[derive(Default)]
struct Said {
    complaints: Vec<Complaint>,
    note: Option<String>,
    /// Holds what was read from a database while it is compared.
    _folder: Option<tempfile::TempDir>,
}

impl Said {
    fn tell(self, coverage: &mut Coverage) {
        for complaint in self.complaints {
            coverage.dim(None, complaint.to_string());
        }
        coverage.notes.extend(self.note);
    }
}

/// The snapshot that an argument names: a path's, a kept one, or a database's as it is now.
fn given(argument: &Path, store: Option<&Store>, office: &Office, progress: &Progress) -> Result<(Snapshot, Said)> {
    let Some(address) = argument.to_str().filter(|text| is_address(text)) else {
        let (snapshot, complaints) = kept::meant(argument, store, &office.roll)?;
        return Ok((snapshot, Said { complaints, ..Said::default() }));
    };
    let database = Database::parse(address, None)?;
    let (snapshot, note, folder) = database::snapshot(&database, office, progress)?;
    Ok((snapshot, Said { note: Some(note), _folder: Some(folder), ..Said::default() }))
}

/// `pollwarden roll limit`: how small a manipulation of the roll would have been noticed.
fn limit(limit: &RollLimit, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let office = crate::office::read_or_default(limit.office.office.as_deref())?;
    let store = limit.archive.as_deref().map(Archive::read_only).transpose()?.as_ref().map(kept::store);
    let given = |argument| given(argument, store.as_ref(), &office, progress);
    let [(a, said_a), (b, said_b)] = [given(&limit.a)?, given(&limit.b)?];
    let options = engine_options(&cli.limits);
    let comparison = compared((&a, &b), limit.with.as_deref(), &office, &options, progress)?;
    let scope = scope(office.clone())?;
    let mut answer = Judged::of(&comparison, &[], scope.clone(), &options, progress)?.answer;
    said_a.tell(&mut answer.coverage);
    said_b.tell(&mut answer.coverage);
    let wanted = Wanted {
        seed: limit.attacks.seed,
        trials: limit.attacks.trials,
        threats: limit.threat.clone(),
        sizes: limit.attacks.size.clone(),
        threads: threads(&options),
    };
    let measured = roll_limits::measure(&comparison, &[], &scope, &answer, &wanted, progress)?;
    take_limits(&mut answer, measured);
    let exit = if answer.limits.is_empty() { Exit::CannotTell } else { Exit::NothingFound };
    tell(alone(&office, answer), &limit.show, cli)?;
    Ok(exit)
}

fn take_limits(answer: &mut Answer, measured: Measured) {
    answer.limits = measured.limits;
    answer.coverage.notes.extend(measured.notes);
}

/// A comparison, judged.
struct Judged {
    engine: Engine,
    answer: Answer,
    scope: Scope,
}

impl Judged {
    fn of(
        comparison: &Comparison<'_>,
        history: &[RecordBatch],
        scope: Scope,
        options: &EngineOptions,
        progress: &Progress,
    ) -> Result<Self> {
        let mut rows = Scratch::new(options.memory);
        [&CHANGES, &RESEMBLANCES, &GROUPS, &VOTES].into_iter().for_each(|table| rows.declare(table));
        let bar = progress.working("explaining the changes");
        let compared = comparison.explain(&mut |table, batch| Ok(rows.add(table, batch)?));
        bar.finish_and_clear();
        let compared = compared?;
        for batch in history {
            rows.add(&GROUPS, batch.clone())?;
        }
        let mut engine = Engine::new(options)?;
        engine.add_scratch(rows)?;
        let (detectors, untold) = askable(engine.tables());
        let mut coverage = compared.coverage;
        untold.into_iter().for_each(|why| coverage.blind(None, why));
        let mut answer = judge(&engine, &detectors, &scope, coverage, progress);
        answer.pictures.extend(pictures(&engine, comparison.dates())?);
        Ok(Self { engine, answer, scope })
    }

    /// Writes every change. The file holds voters' data, so that only its owner may read it.
    fn write_changes(&self, path: &Path) -> Result<()> {
        let file = private(path).with_context(|| format!("{} can't be written", path.display()))?;
        let mut out = BufWriter::new(file);
        let sql = "SELECT * FROM changes ORDER BY voter_id, field";
        let (mut rows, mut broke) = (self.engine.query(sql)?, None);
        let mut unbroken = std::iter::from_fn(|| rows.next()?.map_err(|e| broke = Some(e)).ok());
        write_changes(&mut out, &mut unbroken, &self.answer.findings, &self.scope.keyer)?;
        broke.map_or(Ok(()), Err)?;
        out.flush().with_context(|| format!("{} could not be written to its end", path.display()))
    }
}

/// A file that only its owner may read.
pub(super) fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn compared<'s>(
    (a, b): (&'s Snapshot, &'s Snapshot),
    with: Option<&Path>,
    office: &Office,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Comparison<'s>> {
    if let Some(comparison) = cluster::compared((a, b), with, office, options, progress)? {
        return Ok(comparison);
    }
    reading(&[a, b], progress, |watch| Ok(Comparison::new(a, b, with, office, watch)?))
}

/// Shows how far the reading of snapshots is.
pub(super) fn reading<T>(
    snapshots: &[&Snapshot],
    progress: &Progress,
    read: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<T>,
) -> Result<T> {
    let names: Vec<&str> = snapshots.iter().map(|snapshot| snapshot.name.as_str()).collect();
    let bar = progress.reading(&names.join(" and "), Some(length(snapshots)));
    let read = read(&|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    read
}

/// Bytes to be read, for a bar.
pub(super) fn length(snapshots: &[&Snapshot]) -> u64 {
    let read = snapshots.iter().filter(|snapshot| snapshot.kept.is_none());
    let inputs = read.flat_map(|snapshot| &snapshot.inputs);
    inputs.filter_map(|input| std::fs::metadata(input.path()).ok()).map(|m| m.len()).sum()
}

fn judge(
    engine: &Engine,
    detectors: &[&'static dyn Detector],
    scope: &Scope,
    coverage: Coverage,
    progress: &Progress,
) -> Answer {
    let bar = progress.working("asking the detectors");
    let found =
        pollwarden_engine::run(engine, detectors, scope.clone(), &mut |title| bar.set_message(title.to_owned()));
    bar.finish_and_clear();
    found.answer(Question::Roll, coverage)
}

/// Changes by precinct, and by cause over time.
fn pictures(engine: &Engine, (a, b): (Option<Date>, Option<Date>)) -> Result<Vec<Picture>> {
    let marks: Vec<Timestamp> =
        [a, b].into_iter().flatten().filter_map(|d| d.to_zoned(TimeZone::UTC).ok()).map(|z| z.timestamp()).collect();
    let mut rows = engine.query(&changes_by_precinct_plan().sql)?.collect::<Result<Vec<_>, _>>()?.into_iter();
    let mut pictures: Vec<Picture> = changes_by_precinct(&mut rows).into_iter().collect();
    let mut rows = engine.query(&changes_over_time_plan().sql)?.collect::<Result<Vec<_>, _>>()?.into_iter();
    pictures.extend(changes_over_time(&mut rows, &marks));
    Ok(pictures)
}
