//! Merges small files of one table and day, so that a log taken in line by line does not end as a thousand files.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use arrow::array::{RecordBatch, RecordBatchReader as _};

use crate::{
    Archive, ArchiveError,
    archive::Stopped,
    catalogue::{Change, Contents},
    durable,
    entry::Entry,
    leftovers, lock,
    table_file::{self, NewFile},
};

/// Files shorter than this are merged.
const SMALL: u64 = 32 << 20;
/// A merged file is about as long.
const FULL: u64 = 128 << 20;
/// As many neighbours are worth a merge. Fewer would have a growing day's file rewritten over and over.
const WORTHWHILE: usize = 8;

/// What compaction did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files merged.
    pub merged: usize,
    /// Files that they became.
    pub into: usize,
}

impl Archive {
    /// Merges small files of one table and day where there are many. Each merge is one transaction; the files it replaces
    /// are removed once no reader uses them. Rows keep their order. Lists of files made before are stale after it.
    ///
    /// # Errors
    /// Where a file can't be read, or the disk refuses. Nothing is lost then.
    pub fn compact(&mut self) -> Result<Compacted, ArchiveError> {
        let dir = self.dir().to_owned();
        let (writer, contents) = self.writer()?;
        writer.goes_on()?;
        let mut done = Compacted::default();
        for run in runs(contents) {
            let Some(merged) = merge(&dir, &run)? else { continue };
            let removed = run.iter().map(|entry| entry.first).collect();
            let change = Change { removed, added: vec![merged], source: None };
            writer.catalogue.commit(contents, change).inspect_err(|_| writer.stop(Stopped::Archive))?;
            remove(&dir, &run)?;
            done = Compacted { merged: done.merged + run.len(), into: done.into + 1 };
        }
        leftovers::remove(&dir, contents)?;
        Ok(done)
    }
}

/// Neighbouring small files that are worth a merge.
fn runs(contents: &Contents) -> Vec<Vec<Entry>> {
    let mut groups: BTreeMap<(&str, Option<i32>), Vec<&Entry>> = BTreeMap::new();
    for entry in contents.files.values() {
        groups.entry((&entry.table, entry.day)).or_default().push(entry);
    }
    let runs = groups.values().flat_map(|group| group.chunk_by(|a, b| a.bytes < SMALL && b.bytes < SMALL));
    let runs = runs.flat_map(up_to_full);
    runs.filter(|run| run.len() >= WORTHWHILE).map(|run| run.iter().copied().cloned().collect()).collect()
}

/// Cuts a run into stretches that each make about one full file.
fn up_to_full<'a, 'b>(run: &'a [&'b Entry]) -> Vec<&'a [&'b Entry]> {
    let (mut stretches, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (place, entry) in run.iter().enumerate() {
        bytes += entry.bytes;
        if bytes >= FULL {
            stretches.push(&run[start..=place]);
            (start, bytes) = (place + 1, 0);
        }
    }
    stretches.push(&run[start..]);
    stretches
}

/// Writes the rows of a run into one file; `None` where the files' columns differ (an older Pollwarden wrote some).
fn merge(dir: &Path, run: &[Entry]) -> Result<Option<Entry>, ArchiveError> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(None) };
    let schema = table_file::read(&first.path(dir))?.schema();
    for entry in run {
        if table_file::read(&entry.path(dir))?.schema() != schema {
            return Ok(None);
        }
    }
    let file = NewFile { table: &first.table, time: None, day: first.day, first: first.first, last: last.last };
    let merged = file.write(dir, schema, run.iter().flat_map(|entry| rows(entry.path(dir))))?;
    whole(dir, run, merged).map(Some)
}

/// The rows of a file; where it can't be opened, that error.
fn rows(path: PathBuf) -> Box<dyn Iterator<Item = Result<RecordBatch, ArchiveError>>> {
    match table_file::read(&path) {
        Ok(reader) => Box::new(reader.map(move |batch| {
            batch.map_err(|error| ArchiveError::Parquet { path: path.clone(), source: error.into() })
        })),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// A merged file holds every row of its parts, and their times.
fn whole(dir: &Path, run: &[Entry], mut merged: Entry) -> Result<Entry, ArchiveError> {
    let rows: u64 = run.iter().map(|entry| entry.rows).sum();
    if rows != merged.rows {
        let (path, found) = (merged.path(dir), merged.rows);
        return Err(ArchiveError::OutOfTurn(format!("{} holds {found} of {rows} rows merged", path.display())));
    }
    merged.from = run.iter().filter_map(|entry| entry.from).min();
    merged.to = run.iter().filter_map(|entry| entry.to).max();
    Ok(merged)
}

fn remove(dir: &Path, run: &[Entry]) -> Result<(), ArchiveError> {
    lock::without_readers(dir, || run.iter().try_for_each(|entry| durable::remove_if_there(&entry.path(dir))))?;
    Ok(())
}
