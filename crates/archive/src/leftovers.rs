//! Compares the folder with the catalogue: files that a killed run left behind go; a file that is missing is said so.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{ArchiveError, catalogue::Contents, durable, entry, lock};

/// Every file that the catalogue knows is there, with its length.
pub(crate) fn check(dir: &Path, contents: &Contents) -> Result<(), ArchiveError> {
    for entry in contents.files.values() {
        let path = entry.path(dir);
        match fs::metadata(&path) {
            Ok(found) if found.len() == entry.bytes => {}
            Ok(found) => {
                let how = format!("holds {} bytes where {} were written", found.len(), entry.bytes);
                return Err(ArchiveError::Tampered { path, how });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ArchiveError::Tampered { path, how: "is not there".to_owned() });
            }
            Err(source) => return Err(ArchiveError::Read { path, source }),
        }
    }
    Ok(())
}

/// Removes table files that the catalogue does not know. Nothing else is touched; and nothing at all while there are
/// readers, who may still use files that compaction has replaced.
pub(crate) fn remove(dir: &Path, contents: &Contents) -> Result<(), ArchiveError> {
    let known: BTreeSet<PathBuf> = contents.files.values().map(|entry| entry.path(dir)).collect();
    lock::without_readers(dir, || {
        for table in folders(&entry::tables(dir))? {
            for day in folders(&table)? {
                remove_unknown(&day, &known)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn remove_unknown(day: &Path, known: &BTreeSet<PathBuf>) -> Result<(), ArchiveError> {
    let (_, files) = list(day)?;
    for path in files.into_iter().filter(|path| is_ours(path) && !known.contains(path)) {
        durable::remove_if_there(&path)?;
    }
    Ok(())
}

/// A file of a table, whole or still being written.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.strip_suffix(durable::PART).unwrap_or(&name).ends_with(".parquet")
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    list(path).map(|(folders, _)| folders)
}

/// Folders and files of a folder; of one that is not there, none. Links are neither.
fn list(path: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), ArchiveError> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        entries => entries.map_err(ArchiveError::read(path))?,
    };
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry.map_err(ArchiveError::read(path))?;
        let kind = entry.file_type().map_err(ArchiveError::read(entry.path()))?;
        if kind.is_dir() {
            folders.push(entry.path());
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok((folders, files))
}
