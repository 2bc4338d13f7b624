//! Files and folders that outlast a power cut: written under another name, synced, renamed, and the folder synced.
//!
//! Pillai et al. (OSDI 2014), "All File Systems Are Not Created Equal", is why each step is there.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::ArchiveError;

/// Ending of a file still being written. It never reaches the catalogue.
pub(crate) const PART: &str = ".part";

/// Makes a folder and those above it. Only this user may look into folders made here: they will hold voters' records.
pub(crate) fn create_folder(path: &Path) -> Result<(), ArchiveError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        create_folder(above)?;
    }
    match private_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(ArchiveError::Write { path: path.to_owned(), bytes: None, source: error })
        }
        Err(_) if !path.is_dir() => Err(ArchiveError::Write {
            path: path.to_owned(),
            bytes: None,
            source: io::Error::new(io::ErrorKind::NotADirectory, "it is a file, where a folder is needed"),
        }),
        _ => sync_folder(path.parent().unwrap_or(path)),
    }
}

/// Writes a small file that only this user may read: wholly, or not at all.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let part = path.with_extension(&PART[1..]);
    let failed = || ArchiveError::write(path, Some(bytes.len() as u64));
    remove_if_there(&part)?;
    let mut file = private_file(&part).map_err(failed())?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed())?;
    publish(&part, path)
}

/// Gives a synced file its name, durably.
pub(crate) fn publish(part: &Path, path: &Path) -> Result<(), ArchiveError> {
    fs::rename(part, path).map_err(ArchiveError::write(path, None))?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Removes a file that may be gone already.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), ArchiveError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(ArchiveError::Write { path: path.to_owned(), bytes: None, source })
        }
        _ => Ok(()),
    }
}

/// Makes the names in a folder durable. Windows keeps them so by itself, and can't sync a folder.
pub(crate) fn sync_folder(path: &Path) -> Result<(), ArchiveError> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path).and_then(|folder| folder.sync_all()).map_err(ArchiveError::write(path, None))
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
