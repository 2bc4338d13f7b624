//! The catalogue: which files exist, and how far which input was read. A redb database, so that a commit is one transaction.
//!
//! It is small (a line per file and per input), so it is held in memory as a [`Contents`] and written through.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use pollwarden_core::Digest;
use redb::{
    Builder, ConcurrencyMode, Database, DatabaseError, Error, ReadTransaction, ReadableDatabase as _,
    ReadableTable as _, TableDefinition, WriteTransaction,
};

use crate::{
    ArchiveError, durable,
    entry::Entry,
    source::{Known, Point},
};

/// Raised when an older Pollwarden could not read what this one writes.
const VERSION: u64 = 1;
const FILE: &str = "catalogue.redb";
/// A line is some hundred bytes; this holds tens of thousands.
const CACHE: usize = 16 << 20;

type Bytes32 = &'static [u8; 32];
type FileRow = (u64, &'static str, Option<i32>, u64, Option<i64>, Option<i64>, u64, Bytes32);
type PointRow = (u64, Bytes32, u64, u64, u64, &'static [u8], Option<(Bytes32, u64)>);
type SourceRow = (&'static str, &'static str, Bytes32, PointRow);

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// By the first of the numbers that the file stands for.
const FILES: TableDefinition<u64, FileRow> = TableDefinition::new("files");
const SOURCES: TableDefinition<u64, SourceRow> = TableDefinition::new("sources");
/// By source and name.
const ENDS: TableDefinition<(u64, &str), PointRow> = TableDefinition::new("ends");

/// Everything the catalogue holds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Contents {
    pub(crate) files: BTreeMap<u64, Entry>,
    pub(crate) sources: BTreeMap<u64, Known>,
}

/// What one transaction changes: all of it, or none.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) removed: Vec<u64>,
    pub(crate) added: Vec<Entry>,
    pub(crate) source: Option<SourceChange>,
}

/// An input's progress.
#[derive(Debug)]
pub(crate) struct SourceChange {
    pub(crate) id: u64,
    /// The input as it now is known; `None` where only a name's end is noted.
    pub(crate) now: Option<(String, String, Digest, Point)>,
    /// A name and where a file of that name ended.
    pub(crate) end: Option<(String, Point)>,
}

/// The catalogue, open for writing.
#[derive(Debug)]
pub(crate) struct Catalogue {
    path: PathBuf,
    database: Database,
}

impl Catalogue {
    /// Whether the folder has a catalogue.
    pub(crate) fn is_in(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Opens the catalogue, making an empty one where there is none.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Contents), ArchiveError> {
        let path = dir.join(FILE);
        if !path.exists() {
            create(&path)?;
        }
        let database = builder().open(&path).map_err(|error| refused(dir, &path, error))?;
        let contents = database
            .begin_read()
            .map_err(Error::from)
            .and_then(|read| version(&read).map(|found| (read, found)))
            .map_err(|error| ArchiveError::catalogue(&path, error))
            .and_then(|(read, found)| contents(dir, &path, &read, found))?;
        Ok((Self { path, database }, contents))
    }

    /// What the catalogue holds now, without a right to change it. A writer may be at work beside.
    pub(crate) fn read(dir: &Path) -> Result<Contents, ArchiveError> {
        let path = dir.join(FILE);
        let database = builder().open_read_only(&path).map_err(|error| refused(dir, &path, error))?;
        let read = database.begin_read().map_err(|error| ArchiveError::catalogue(&path, error))?;
        let found = version(&read).map_err(|error| ArchiveError::catalogue(&path, error))?;
        contents(dir, &path, &read, found)
    }

    /// Whether a writer that was killed left the catalogue so that a writer must mend it before it can be read.
    pub(crate) fn needs_mending(dir: &Path) -> bool {
        matches!(builder().open_read_only(dir.join(FILE)), Err(DatabaseError::RepairAborted))
    }

    /// Makes a change durable: in the catalogue, then in `contents`.
    pub(crate) fn commit(&self, contents: &mut Contents, change: Change) -> Result<(), ArchiveError> {
        self.write(&change).map_err(|error| ArchiveError::catalogue(&self.path, error))?;
        contents.apply(change);
        Ok(())
    }

    fn write(&self, change: &Change) -> Result<(), Error> {
        let write = self.database.begin_write()?;
        write_files(&write, change)?;
        if let Some(source) = &change.source {
            write_source(&write, source)?;
        }
        write.commit()?;
        Ok(())
    }
}

impl Contents {
    /// The number of the next file.
    pub(crate) fn next_file(&self) -> u64 {
        self.files.values().map(|entry| entry.last + 1).max().unwrap_or(0)
    }

    /// The number of the next input.
    pub(crate) fn next_source(&self) -> u64 {
        self.sources.last_key_value().map_or(0, |(id, _)| id + 1)
    }

    fn apply(&mut self, change: Change) {
        for number in change.removed {
            self.files.remove(&number);
        }
        self.files.extend(change.added.into_iter().map(|entry| (entry.first, entry)));
        if let Some(source) = change.source {
            self.apply_source(source);
        }
    }

    fn apply_source(&mut self, change: SourceChange) {
        if let Some((name, format, head, point)) = change.now {
            let ends = self.sources.remove(&change.id).map(|known| known.ends).unwrap_or_default();
            self.sources.insert(change.id, Known { name, format, head, point, ends });
        }
        if let (Some((name, point)), Some(known)) = (change.end, self.sources.get_mut(&change.id)) {
            known.ends.insert(name, point);
        }
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    // Checked at every opening: a catalogue that something else has changed is said to be damaged, not trusted.
    builder.set_cache_size(CACHE).set_concurrency_mode(ConcurrencyMode::SingleWriter).set_check_integrity_on_open(true);
    builder
}

/// A new catalogue gets its name when it is whole, so that a kill leaves none or a whole one.
fn create(path: &Path) -> Result<(), ArchiveError> {
    let part = path.with_extension(&durable::PART[1..]);
    durable::remove_if_there(&part)?;
    initialise(&part).map_err(|error| ArchiveError::catalogue(path, error))?;
    fs::File::open(&part).and_then(|file| file.sync_all()).map_err(ArchiveError::write(path, None))?;
    durable::publish(&part, path)
}

fn initialise(part: &Path) -> Result<(), Error> {
    let database = builder().create(part)?;
    let write = database.begin_write()?;
    write.open_table(META)?.insert("version", VERSION)?;
    write.open_table(FILES)?;
    write.open_table(SOURCES)?;
    write.open_table(ENDS)?;
    write.commit()?;
    database.close()?;
    Ok(())
}

fn refused(dir: &Path, path: &Path, error: DatabaseError) -> ArchiveError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            ArchiveError::InUse { dir: dir.to_owned(), by: "another process".to_owned() }
        }
        error => ArchiveError::catalogue(path, error),
    }
}

fn version(read: &ReadTransaction) -> Result<u64, Error> {
    Ok(read.open_table(META)?.get("version")?.map_or(0, |version| version.value()))
}

fn contents(dir: &Path, path: &Path, read: &ReadTransaction, found: u64) -> Result<Contents, ArchiveError> {
    if found > VERSION {
        return Err(ArchiveError::Newer { dir: dir.to_owned(), found, known: VERSION });
    }
    load(read).map_err(|error| ArchiveError::catalogue(path, error))
}

fn load(read: &ReadTransaction) -> Result<Contents, Error> {
    let mut contents = Contents::default();
    for row in read.open_table(FILES)?.iter()? {
        let (first, row) = row?;
        let (last, table, day, rows, from, to, bytes, digest) = row.value();
        let (first, table, digest) = (first.value(), table.to_owned(), Digest(*digest));
        contents.files.insert(first, Entry { first, last, table, day, rows, from, to, bytes, digest });
    }
    for row in read.open_table(SOURCES)?.iter()? {
        let (id, row) = row?;
        let (name, format, head, at) = row.value();
        let (name, format, head) = (name.to_owned(), format.to_owned(), Digest(*head));
        let known = Known { name, format, head, point: point(at), ends: BTreeMap::new() };
        contents.sources.insert(id.value(), known);
    }
    for row in read.open_table(ENDS)?.iter()? {
        let (key, row) = row?;
        let (id, name) = key.value();
        if let Some(known) = contents.sources.get_mut(&id) {
            known.ends.insert(name.to_owned(), point(row.value()));
        }
    }
    Ok(contents)
}

fn write_files(write: &WriteTransaction, change: &Change) -> Result<(), Error> {
    let mut files = write.open_table(FILES)?;
    for number in &change.removed {
        files.remove(number)?;
    }
    for entry in &change.added {
        let Entry { first, last, table, day, rows, from, to, bytes, digest } = entry;
        files.insert(first, (*last, table.as_str(), *day, *rows, *from, *to, *bytes, &digest.0))?;
    }
    Ok(())
}

fn write_source(write: &WriteTransaction, change: &SourceChange) -> Result<(), Error> {
    if let Some((name, format, head, point)) = &change.now {
        write.open_table(SOURCES)?.insert(change.id, (name.as_str(), format.as_str(), &head.0, point_row(point)))?;
    }
    if let Some((name, point)) = &change.end {
        write.open_table(ENDS)?.insert((change.id, name.as_str()), point_row(point))?;
    }
    Ok(())
}

type BorrowedPoint<'a> = (u64, &'a [u8; 32], u64, u64, u64, &'a [u8], Option<(&'a [u8; 32], u64)>);

fn point_row(point: &Point) -> BorrowedPoint<'_> {
    let received = point.received.as_ref().map(|(digest, length)| (&digest.0, *length));
    (point.offset, &point.prefix.0, point.lines, point.rows, point.rejected, &point.state, received)
}

fn point(row: BorrowedPoint<'_>) -> Point {
    let (offset, prefix, lines, rows, rejected, state, received) = row;
    let received = received.map(|(digest, length)| (Digest(*digest), length));
    Point { offset, prefix: Digest(*prefix), lines, rows, rejected, state: state.to_vec(), received }
}
