//! Private files of an office's ledger: written wholly or not at all, readable by their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::error::OfficeError;

fn disk(path: &Path) -> impl FnOnce(io::Error) -> OfficeError {
    let path = path.to_owned();
    move |source| OfficeError::Disk { path, source }
}

/// Makes a folder that only its owner may look into, and those above it.
pub(super) fn private_folder(path: &Path) -> Result<(), OfficeError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(disk(path))
}

/// Writes a file durably, beside the one that it replaces.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
    let part = path.with_added_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part).map_err(disk(&part))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk(&part))?;
    fs::rename(&part, path).map_err(disk(path))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Windows keeps names by itself, and can't sync a folder.
fn sync_folder(path: &Path) -> Result<(), OfficeError> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    File::open(path).and_then(|folder| folder.sync_all()).map_err(disk(path))
}

pub(super) fn read_private(path: &Path, most: usize) -> Result<Vec<u8>, OfficeError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
    read.map_err(disk(path))?;
    if bytes.len() > most {
        return Err(disk(path)(io::Error::from(io::ErrorKind::FileTooLarge)));
    }
    Ok(bytes)
}

/// Thirty-two secret bytes; made from the operating system's randomness where there are none.
pub(super) fn read_secret(path: &Path) -> Result<[u8; 32], OfficeError> {
    if !path.exists() {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| disk(path)(io::Error::other(error)))?;
        write_private(path, &secret)?;
    }
    read_private(path, 32)?.try_into().map_err(|_| OfficeError::Secret(path.to_owned()))
}
