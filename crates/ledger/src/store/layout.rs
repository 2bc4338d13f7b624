//! Where the parts of a log's folder are.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Access, Disk};
use super::error::{Act, LogError};

/// The name of the checkpoint in the public folder.
pub(super) const CHECKPOINT: &str = "checkpoint";

/// The paths of a log's folder.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) dir: PathBuf,
    /// What is published.
    pub(super) public: PathBuf,
    /// What is not.
    pub(super) private: PathBuf,
    /// Files still being written.
    pub(super) part: PathBuf,
    /// Held by who writes.
    pub(super) lock: PathBuf,
    /// The checkpoint as it is made durable before anybody can see it.
    pub(super) own_checkpoint: PathBuf,
    /// The checkpoint as it is published.
    pub(super) checkpoint: PathBuf,
}

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        let private = dir.join("private");
        Self {
            dir: dir.to_owned(),
            public: dir.join("public"),
            part: private.join("part"),
            lock: private.join("writer.lock"),
            own_checkpoint: private.join(CHECKPOINT),
            checkpoint: dir.join("public").join(CHECKPOINT),
            private,
        }
    }

    /// Makes the folders that are missing, durably, also those above.
    pub(super) fn create(&self, disk: &dyn Disk) -> Result<(), LogError> {
        create_above(disk, &self.dir)?;
        for (folder, access) in
            [(&self.public, Access::Readers), (&self.private, Access::Owner), (&self.part, Access::Owner)]
        {
            disk.create_folder(folder, access).map_err(LogError::disk(Act::Create, folder))?;
        }
        // A folder that is there may have been made by a run that was killed before it synced the one above.
        for folder in [&self.private, &self.dir] {
            disk.sync_folder(folder).map_err(LogError::disk(Act::Sync, folder))?;
        }
        match disk.sync_folder(above(&self.dir)) {
            // Whoever may not read that folder did not make this one.
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => {
                Err(LogError::disk(Act::Sync, above(&self.dir))(error))
            }
            _ => Ok(()),
        }
    }
}

/// Makes a folder and those above it, durably.
fn create_above(disk: &dyn Disk, path: &Path) -> Result<(), LogError> {
    let missing = disk.list(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if !missing || path == Path::new(".") {
        return Ok(());
    }
    let above = above(path);
    create_above(disk, above)?;
    disk.create_folder(path, Access::Readers).map_err(LogError::disk(Act::Create, path))?;
    disk.sync_folder(above).map_err(LogError::disk(Act::Sync, above))
}

fn above(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
