//! `pollwarden roll diff`, and the roll's part of an assessment.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use pollwarden_archive::Archive;
use pollwarden_core::{Answer, Complaint, Coverage, Gap, Office, Picture, Question, Scope};
use pollwarden_database::{Database, is_address};
use pollwarden_engine::{Engine, Scratch};
use pollwarden_roll::{
    CHANGES, Compared, DETECTORS, RESEMBLANCES, Snapshot, TRANSACTIONS, VOTES, changes_by_precinct,
    changes_by_precinct_plan, compare, log_over_time, log_over_time_plan, snapshot, snapshots_in, write_changes,
};

use super::{alone, engine_options, scope};
use crate::args::{Cli, OfficeFile, Roll, Show};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{database, office, read, show};

pub(super) fn run(roll: &Roll, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match roll {
        Roll::Diff { a, b, with, changes, office, show } => {
            diff((a, b), with.as_deref(), changes.as_ref(), (office, show), cli, progress)
        }
        Roll::Extract { office, out } => extract(office, out, progress),
    }
}

fn extract(settings: &Path, out: &Path, progress: &Progress) -> Result<Exit> {
    let office = office::read(settings)?;
    let database = office::database(settings)?.with_context(|| {
        format!("{} names no database: put source and table or query under [roll]", settings.display())
    })?;
    let taken = database::extract(&database, out, &office, progress)?;
    show::say(&format!("Wrote {}. {}", out.display(), taken.note));
    Ok(Exit::NothingFound)
}

fn diff(
    (a, b): (&Path, &Path),
    with: Option<&Path>,
    changes: Option<&PathBuf>,
    (settings, show): (&OfficeFile, &Show),
    cli: &Cli,
    progress: &Progress,
) -> Result<Exit> {
    let office = office::read_or_default(settings.office.as_deref())?;
    let [(a, said_a), (b, said_b)] = [given(a, &office, progress)?, given(b, &office, progress)?];
    let scope = scope(office.clone())?;
    let mut comparison = Comparison::of(&a, &b, with, scope, cli, progress)?;
    for said in [said_a, said_b] {
        said.tell(&mut comparison.answer.coverage);
    }
    if let Some(path) = changes {
        comparison.write_changes(path)?;
    }
    let assessment = alone(&office, comparison.answer);
    show::assessment(&assessment, show, cli)?;
    Ok(assessment.verdict().into())
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

/// The snapshot that an argument names: a path's, or a database's as it is now.
fn given(argument: &Path, office: &Office, progress: &Progress) -> Result<(Snapshot, Said)> {
    let Some(address) = argument.to_str().filter(|text| is_address(text)) else {
        let (snapshot, complaints) = snapshot(argument, &office.roll)?;
        return Ok((snapshot, Said { complaints, ..Said::default() }));
    };
    let database = Database::parse(address, None)?;
    let (snapshot, note, folder) = database::snapshot(&database, office, progress)?;
    Ok((snapshot, Said { note: Some(note), _folder: Some(folder), ..Said::default() }))
}

/// Two snapshots compared and judged.
struct Comparison {
    engine: Engine,
    answer: Answer,
    scope: Scope,
}

impl Comparison {
    fn of(
        a: &Snapshot,
        b: &Snapshot,
        with: Option<&Path>,
        scope: Scope,
        cli: &Cli,
        progress: &Progress,
    ) -> Result<Self> {
        let options = engine_options(&cli.limits);
        let mut rows = Scratch::new(options.memory);
        [&CHANGES, &RESEMBLANCES, &VOTES].into_iter().for_each(|table| rows.declare(table));
        let compared = compared((a, b), with, &scope, &mut rows, progress)?;
        let mut engine = Engine::new(&options)?;
        engine.add_scratch(rows)?;
        let mut answer = judge(&engine, &scope, compared.coverage, progress);
        answer.pictures.extend(pictures(&engine, [a, b].map(|s| s.date))?);
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

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn compared(
    (a, b): (&Snapshot, &Snapshot),
    with: Option<&Path>,
    scope: &Scope,
    rows: &mut Scratch,
    progress: &Progress,
) -> Result<Compared> {
    let length =
        a.inputs.iter().chain(&b.inputs).filter_map(|i| std::fs::metadata(i.path()).ok()).map(|m| m.len()).sum();
    let bar = progress.reading(&format!("{} and {}", a.name, b.name), Some(length));
    let read = AtomicU64::new(0);
    let watch = |bytes: u64| bar.set_position(read.fetch_add(bytes, Ordering::Relaxed) + bytes);
    let compared = compare(a, b, with, &scope.office, &watch, &mut |table, batch| Ok(rows.add(table, batch)?));
    bar.finish_and_clear();
    Ok(compared?)
}

fn judge(engine: &Engine, scope: &Scope, coverage: Coverage, progress: &Progress) -> Answer {
    let bar = progress.working("asking the detectors");
    let found =
        pollwarden_engine::run(engine, DETECTORS, scope.clone(), &mut |title| bar.set_message(title.to_owned()));
    bar.finish_and_clear();
    found.answer(Question::Roll, coverage)
}

/// Changes by precinct, and the log over time where there is one.
fn pictures(engine: &Engine, days: [Option<Date>; 2]) -> Result<Vec<Picture>> {
    let marks: Vec<Timestamp> =
        days.into_iter().flatten().filter_map(|d| d.to_zoned(TimeZone::UTC).ok()).map(|z| z.timestamp()).collect();
    let mut rows = engine.query(&changes_by_precinct_plan().sql)?.collect::<Result<Vec<_>, _>>()?.into_iter();
    let mut pictures: Vec<Picture> = changes_by_precinct(&mut rows).into_iter().collect();
    if engine.tables().has(TRANSACTIONS.name) {
        let mut rows = engine.query(&log_over_time_plan().sql)?.collect::<Result<Vec<_>, _>>()?.into_iter();
        pictures.extend(log_over_time(&mut rows, &marks));
    }
    Ok(pictures)
}

/// The roll's answer of an office: its last two snapshots, whether files or taken from its database, and the log beside them.
pub(super) fn of_office(
    folder: &Path,
    (archive, at): (&mut Archive, &Path),
    database: Option<&Database>,
    scope: Scope,
    cli: &Cli,
    progress: &Progress,
) -> Result<Answer> {
    let taken = database.map(|database| database::keep(database, at, &scope.office, progress));
    let folder = folder.is_dir().then_some(folder);
    let (mut snapshots, complaints) = folder.map(|folder| snapshots_in(folder, &scope.office.roll)).unwrap_or_default();
    let (kept, unread) = database::kept(at, &scope.office);
    snapshots.extend(kept);
    snapshots.sort_by_key(|snapshot| (snapshot.date.is_none(), snapshot.date));
    let formats = pollwarden_roll::formats(&scope.office.roll);
    for snapshot in &snapshots {
        let found = pollwarden_intake::Found { inputs: snapshot.inputs.clone(), ..Default::default() };
        read::all(&found, &formats, &mut archive.whole(), progress)?;
    }
    let mut answer = match snapshots.as_slice() {
        [.., a, b] => Comparison::of(a, b, folder, scope, cli, progress)?.answer,
        [_] => Answer::cannot_tell(
            Question::Roll,
            "There is one extract only: a second, later one is needed to compare with. Where office.toml names the roll's database, \
             the next assessment takes it",
        ),
        [] => Answer::cannot_tell(Question::Roll, "There is no voter-roll extract in the folder roll/"),
    };
    if let Some((older, _)) = snapshots.split_last_chunk::<2>().filter(|(older, _)| !older.is_empty()) {
        let names: Vec<&str> = older.iter().map(|s| s.name.as_str()).collect();
        answer
            .coverage
            .notes
            .push(format!("The last two extracts were compared; not looked at: {}.", names.join(", ")));
    }
    for why in complaints.iter().map(ToString::to_string).chain(unread) {
        answer.coverage.unwatched.push(Gap { when: None, why, needed: false });
    }
    match taken {
        None => {}
        Some(Ok(taken)) => answer.coverage.notes.push(taken.note),
        Some(Err(error)) => answer.coverage.blind(None, format!("The roll's database was not read: {error:#}")),
    }
    Ok(answer)
}
