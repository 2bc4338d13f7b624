//! The office's voter-key secret: what turns voters' ids into hashes that only this office can make.

use std::{fs, io, path::Path};

use rand::{TryRng as _, rngs::SysRng};

use crate::{ArchiveError, durable};

const FILE: &str = "voter-key.secret";
const LENGTH: usize = 32;

/// Reads the secret; makes one from the operating system's randomness where there is none and `make` allows it.
pub(crate) fn load(dir: &Path, make: bool) -> Result<[u8; LENGTH], ArchiveError> {
    let path = dir.join(FILE);
    match fs::read(&path) {
        Ok(bytes) => {
            let found = bytes.len();
            bytes.try_into().map_err(|_| ArchiveError::Secret { path, found })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && make => create(&path),
        Err(source) => Err(ArchiveError::Read { path, source }),
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
