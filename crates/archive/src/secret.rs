//! The office's secrets: what turns voters' ids into hashes, and records into commitments, that only this office can make.

use std::{fs, io, path::Path};

use rand::{TryRng as _, rngs::SysRng};

use crate::{ArchiveError, durable};

const FILE: &str = "voter-key.secret";
const LENGTH: usize = 32;

/// The secret behind the voter-keys of an archive.
pub(crate) fn load(dir: &Path, make: bool) -> Result<[u8; LENGTH], ArchiveError> {
    office_secret(&dir.join(FILE), make)
}

/// Reads a secret of 32 bytes; makes one from the operating system's randomness, for its owner's eyes only, where there is
/// none and `make` allows it.
///
/// # Errors
/// Where the file can't be read or made, or does not hold 32 bytes.
pub fn office_secret(path: &Path, make: bool) -> Result<[u8; LENGTH], ArchiveError> {
    match fs::read(path) {
        Ok(bytes) => {
            let found = bytes.len();
            bytes.try_into().map_err(|_| ArchiveError::Secret { path: path.to_owned(), found })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && make => create(path),
        Err(source) => Err(ArchiveError::Read { path: path.to_owned(), source }),
    }
}

fn create(path: &Path) -> Result<[u8; LENGTH], ArchiveError> {
    let mut secret = [0; LENGTH];
    SysRng.try_fill_bytes(&mut secret).map_err(|error| ArchiveError::Write {
        path: path.to_owned(),
        bytes: None,
        source: io::Error::other(error),
    })?;
    durable::write_secret(path, &secret)?;
    Ok(secret)
}
