//! How an office's log is opened: what a broken-off run left is ended, and what is lost is not made anew.

use std::path::Path;

use super::error::OfficeError;
use super::files::rename;
use super::{LOG, SAID, SALTS, Settings};
use crate::keys::KeyFile;
use crate::store::{Log, LogError};

/// Whether something was entered, or was about to be.
pub(super) fn has_said(dir: &Path) -> Result<bool, OfficeError> {
    let folder = dir.join(SAID);
    if !folder.exists() {
        return Ok(false);
    }
    let mut files = std::fs::read_dir(&folder).map_err(|source| OfficeError::Disk { path: folder, source })?;
    Ok(files.any(|file| file.is_ok_and(|file| file.path().extension().is_some_and(|ending| ending == "json"))))
}

/// Opens the log with its keys. Where a change of keys was broken off behind its entry, the new keys take the place of the
/// old ones now.
pub(super) fn open_log(dir: &Path, settings: &Settings, time: u64) -> Result<Log, OfficeError> {
    let keys = KeyFile::load(&settings.key_in(dir), settings.words())?;
    let (folder, next) = (dir.join(LOG), settings.next_key_in(dir));
    match Log::open(&folder, keys.signers()) {
        // The secret is made after the log: where it is, there was one, and another under the same keys would be a fork of it.
        Err(LogError::NoLog(_)) if dir.join(SALTS).exists() || has_said(dir)? => Err(OfficeError::NoLog(folder)),
        Err(LogError::NoLog(_)) => Ok(Log::create(&folder, keys.signers(), time)?),
        Err(LogError::Rotated(_)) if next.exists() => {
            let log = Log::open(&folder, KeyFile::load(&next, settings.words())?.signers())?;
            take_next(dir, settings, log.tree().size - 1)?;
            Ok(log)
        }
        opened => Ok(opened?),
    }
}

/// Puts the next keys in the place of the old ones, which stay beside them under the name of the entry.
pub(super) fn take_next(dir: &Path, settings: &Settings, index: u64) -> Result<(), OfficeError> {
    let key = settings.key_in(dir);
    rename(&key, &key.with_added_extension(format!("until-{index}")))?;
    rename(&settings.next_key_in(dir), &key)
}
