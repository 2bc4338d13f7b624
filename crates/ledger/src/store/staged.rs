//! Files on their way to the public folder: written under another name, synced, renamed, their folders synced.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::disk::{Access, Disk};
use super::edge::PublicFile;
use super::error::{Act, LogError};
use super::layout::Layout;

/// Files that nobody sees yet.
pub(super) struct Staged<'l> {
    disk: &'l dyn Disk,
    layout: &'l Layout,
    files: Vec<(PathBuf, PathBuf)>,
}

impl<'l> Staged<'l> {
    pub(super) fn new(disk: &'l dyn Disk, layout: &'l Layout) -> Self {
        Self { disk, layout, files: Vec::new() }
    }

    /// Writes a file that will have `path` below the public folder.
    pub(super) fn write(&mut self, (path, bytes): PublicFile) -> Result<(), LogError> {
        let part = self.layout.part.join(self.files.len().to_string());
        self.disk.write(&part, &bytes).map_err(LogError::disk(Act::Write, &part))?;
        self.files.push((part, self.layout.public.join(path)));
        Ok(())
    }

    /// Makes the files durable where nobody sees them.
    pub(super) fn sync(&self) -> Result<(), LogError> {
        self.files.iter().try_for_each(|(part, _)| self.disk.sync_file(part).map_err(LogError::disk(Act::Sync, part)))
    }

    /// Puts the synced files in their places, durably. `durable` are folders whose own names are known to be.
    pub(super) fn place(&self, durable: &mut HashSet<PathBuf>) -> Result<(), LogError> {
        let (mut changed, mut made) = (BTreeSet::new(), BTreeSet::new());
        for (part, place) in &self.files {
            let folder = place.parent().unwrap_or(&self.layout.public);
            if changed.insert(folder.to_owned()) {
                self.make(folder, durable, &mut made)?;
            }
            self.disk.rename(part, place).map_err(LogError::disk(Act::Rename, place))?;
        }
        changed.extend(made.iter().filter_map(|folder| folder.parent()).map(Path::to_owned));
        for folder in &changed {
            self.disk.sync_folder(folder).map_err(LogError::disk(Act::Sync, folder))?;
        }
        durable.extend(made);
        Ok(())
    }

    /// Makes a folder and those above it. One that is there may still have been made by a run that was killed before it synced
    /// the folder above.
    fn make(&self, folder: &Path, durable: &HashSet<PathBuf>, made: &mut BTreeSet<PathBuf>) -> Result<(), LogError> {
        if folder == self.layout.public || durable.contains(folder) || made.contains(folder) {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make(above, durable, made)?;
        }
        self.disk.create_folder(folder, Access::Readers).map_err(LogError::disk(Act::Create, folder))?;
        made.insert(folder.to_owned());
        Ok(())
    }
}
