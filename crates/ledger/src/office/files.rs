//! Private files of an office's ledger.

use std::io;
use std::path::Path;

use super::error::OfficeError;
use crate::store::{Disk as _, RealDisk, durable};

fn disk(path: &Path) -> impl FnOnce(io::Error) -> OfficeError {
    let path = path.to_owned();
    move |source| OfficeError::Disk { path, source }
}

pub(super) fn private_folder(path: &Path) -> Result<(), OfficeError> {
    durable::private_folder(path).map_err(disk(path))
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
    durable::replace(path, bytes).map_err(disk(path))
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<(), OfficeError> {
    durable::rename(from, to).map_err(disk(to))
}

pub(super) fn read_private(path: &Path, most: usize) -> Result<Vec<u8>, OfficeError> {
    RealDisk.read(path, most as u64).map_err(disk(path))
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
