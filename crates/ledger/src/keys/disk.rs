//! A secret file: written once, and read only where nobody else can.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use super::KeyFileError;
use crate::store::durable;

/// Two keys with their public halves need less than a tenth.
const MAX_FILE: u64 = 64 * 1024;

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), KeyFileError> {
    let folder = durable::folder_of(path);
    durable::private_folder(folder).map_err(|source| KeyFileError::Disk { path: folder.to_owned(), source })?;
    closed_to_writers(folder)?;
    durable::add(path, text.as_bytes()).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => KeyFileError::Disk { path: path.to_owned(), source },
    })
}

/// Reads a file that only its owner can read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let failed = |source| KeyFileError::Disk { path: path.to_owned(), source };
    let form = |what| KeyFileError::Form { path: path.to_owned(), what };
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if !about.is_file() || about.len() > MAX_FILE {
        return Err(form("it is too long, or no file"));
    }
    closed(path, &about)?;
    // As large as it may become, so that no copy of the secrets is left behind where it grew.
    let mut bytes = Zeroizing::new(Vec::with_capacity(about.len() as usize + 1));
    file.take(about.len()).read_to_end(&mut bytes).map_err(failed)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| form("it is not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Whoever can write to the folder can put other keys there, unless its sticky bit keeps them from it.
#[cfg(unix)]
fn closed_to_writers(folder: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let about = fs::metadata(folder).map_err(|source| KeyFileError::Disk { path: folder.to_owned(), source })?;
    let mode = about.permissions().mode();
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return Err(KeyFileError::Open { path: folder.to_owned(), mode: mode & 0o7777 });
    }
    Ok(())
}

#[cfg(not(unix))]
fn closed_to_writers(_folder: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(unix)]
fn closed(path: &Path, about: &fs::Metadata) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = about.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyFileError::Open { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn closed(_path: &Path, _about: &fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}
