//! Extracts of a roll that a database holds, taken into files that only their owner may read.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use indicatif::HumanBytes;
use jiff::Zoned;
use jiff::tz::TimeZone;
use pollwarden_core::Office;
use pollwarden_database::{Database, Extracted};
use pollwarden_roll::Snapshot;

use crate::progress::Progress;

/// The folder of extracts in an archive's folder.
pub(crate) const EXTRACTS: &str = "rolls";
/// How much an extract is compressed: zstd's own middle.
const LEVEL: i32 = 3;

/// An extract that was taken, and what is to be said of it.
pub(crate) struct Taken {
    pub(crate) path: PathBuf,
    pub(crate) note: String,
}

/// Takes an extract of now into the archive's folder. None that was taken before is replaced: earlier answers rest on them.
pub(crate) fn keep(database: &Database, archive: &Path, office: &Office, progress: &Progress) -> Result<Taken> {
    let folder = archive.join(EXTRACTS);
    make_private(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let name = now(office).strftime("roll_%Y-%m-%d_%H%M%S.csv.zst").to_string();
    extract(database, &folder.join(name), office, progress)
}

/// Writes an extract to a file that is not there yet; compressed where the name ends in `.zst`. A file of that name is whole.
pub(crate) fn extract(database: &Database, path: &Path, office: &Office, progress: &Progress) -> Result<Taken> {
    if path.exists() {
        bail!("{} is there already; an extract replaces no file", path.display());
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Unfinished(PathBuf::from(part));
    let said = write(database, &part.0, path.extension().is_some_and(|e| e == "zst"), progress)?;
    holds_a_roll(database, &part.0, office)?;
    fs::rename(&part.0, path).with_context(|| format!("{} can't be written", path.display()))?;
    Ok(Taken { path: path.to_owned(), note: note(database, &said) })
}

/// A snapshot of a roll in a database as it is now, in a folder that goes when it is dropped.
pub(crate) fn snapshot(
    database: &Database,
    office: &Office,
    progress: &Progress,
) -> Result<(Snapshot, String, tempfile::TempDir)> {
    let folder = tempfile::tempdir().context("there is no room for temporary files")?;
    let taken = extract(database, &folder.path().join("roll.csv.zst"), office, progress)?;
    let (mut snapshot, _) = pollwarden_roll::snapshot(&taken.path, &office.roll)?;
    snapshot.name = database.name();
    snapshot.date = Some(now(office).date());
    snapshot.inputs.iter_mut().for_each(|input| input.name = database.name());
    let note = format!(
        "{} It was not kept: where others are to check this answer, take it with `roll extract` first.",
        taken.note
    );
    Ok((snapshot, note, folder))
}

/// The extracts in an archive's folder, the oldest first, and why some can't be read.
pub(crate) fn kept(archive: &Path, office: &Office) -> (Vec<Snapshot>, Vec<String>) {
    let (mut snapshots, mut complaints) = (Vec::new(), Vec::new());
    let entries = fs::read_dir(archive.join(EXTRACTS)).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_whole(path)).collect();
    paths.sort();
    for path in paths {
        match pollwarden_roll::snapshot(&path, &office.roll) {
            Ok((snapshot, _)) => snapshots.push(snapshot),
            Err(error) => complaints.push(error.to_string()),
        }
    }
    (snapshots, complaints)
}

fn is_whole(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "zst")
}

fn write(database: &Database, path: &Path, compressed: bool, progress: &Progress) -> Result<Extracted> {
    let cannot = || format!("{} can't be written", path.display());
    let bar = progress.working(&format!("asking {}", database.name()));
    let mut tell = |bytes: u64| bar.set_message(format!("{}: {}", database.name(), HumanBytes(bytes)));
    let mut out = BufWriter::new(private(path).with_context(cannot)?);
    let said = if compressed {
        let mut packed = zstd::Encoder::new(&mut out, LEVEL).with_context(cannot)?;
        let said = database.extract(&mut packed, &mut tell)?;
        packed.finish().with_context(cannot)?;
        said
    } else {
        database.extract(&mut out, &mut tell)?
    };
    bar.finish_and_clear();
    out.flush().with_context(cannot)?;
    out.get_ref().sync_all().with_context(cannot)?;
    Ok(said)
}

/// Without a voter's id nothing can be compared: better said now than when it is needed.
fn holds_a_roll(database: &Database, path: &Path, office: &Office) -> Result<()> {
    let input = pollwarden_intake::Input::file(database.name(), path);
    let mut opened = input.open().with_context(|| database.name())?;
    let sample = opened.sample().with_context(|| database.name())?;
    if pollwarden_roll::layout_of(sample, &office.roll).is_some() {
        return Ok(());
    }
    let header = String::from_utf8_lossy(&sample.bytes).lines().next().unwrap_or_default().to_owned();
    bail!(
        "{} has the columns {header}, which don't tell a voter roll with a voter's id. Name the id's column as `key` under \
         [roll] in office.toml; [roll.layout] roles says what others hold",
        database.name()
    )
}

fn note(database: &Database, said: &Extracted) -> String {
    let unproven = said.unproven.as_ref().map(|why| format!(" {why}.")).unwrap_or_default();
    format!("The roll was read by SQL from {}: {} rows.{unproven}", database.name(), said.rows)
}

/// The time at the office.
fn now(office: &Office) -> Zoned {
    let name = office.roll.time_zone.as_ref().or(office.time_zone.as_ref());
    let zone = name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::now().to_zoned(zone)
}

/// A new file that only its owner may read: it holds voters' data.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file being written, which goes where it is not finished.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Where it was finished it has another name by now.
        let _ = fs::remove_file(&self.0);
    }
}
