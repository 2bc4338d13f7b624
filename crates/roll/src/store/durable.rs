//! Files that outlast a power cut: written under another name, synced, renamed, and the folder synced.
//!
//! Pillai et al. (OSDI 2014), "All File Systems Are Not Created Equal", is why each step is there.

use std::fs::{self, DirBuilder, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::RollError;

/// How the name of a file begins that is still being written.
pub(super) const UNFINISHED: &str = ".unfinished-";

/// A file that gets its name once it is whole. Only this user may read it.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: BufWriter<NamedTempFile>,
}

impl Unfinished {
    /// A file in a folder, which is made where need be.
    pub(super) fn create(folder: &Path) -> Result<Self, RollError> {
        create_folder(folder).map_err(RollError::store(folder))?;
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(RollError::store(folder))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 20, file) })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), RollError> {
        self.file.write_all(bytes).map_err(|cause| RollError::store(self.file.get_ref().path())(cause))
    }

    /// Gives the file its name, durably.
    pub(super) fn finish(self, path: &Path) -> Result<(), RollError> {
        let failed = RollError::store(path);
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| {
            file.as_file().sync_all()?;
            file.persist(path).map_err(io::Error::from)
        });
        file.and_then(|_| sync_folder(path)).map_err(failed)
    }
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), RollError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.and_then(|()| sync_folder(path)).map_err(RollError::store(path)),
    }
}

/// Makes the names in a file's folder durable.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Only this user may look into folders made here: they hold voters' records.
fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // Both folders are new at first: the one above names this one.
    sync_folder(folder)?;
    folder.parent().map_or(Ok(()), sync_folder)
}
