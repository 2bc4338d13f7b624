//! What a run that was killed, or a disk that was full, left in a log's folder: found, and cleared away.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::error::{Act, LogError};
use super::layout::Layout;
use super::resource::{Resource, Standing};

/// Deeper than the path of any tile.
const DEEPEST: usize = 12;

/// What is in a log's folder besides what its checkpoint covers.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Files that can be cleared away.
    pub(super) files: Vec<PathBuf>,
    /// Empty folders, the deepest first.
    pub(super) folders: Vec<PathBuf>,
    /// What no log puts there.
    pub(super) unexpected: Vec<PathBuf>,
    /// Covered partial tiles and entries, below the public folder.
    pub(super) partial: Vec<String>,
}

/// Looks through a log's folder whose checkpoint covers `size` entries.
pub(super) fn survey(disk: &dyn Disk, layout: &Layout, size: u64) -> Result<Survey, LogError> {
    let mut survey = Survey::default();
    for part in list(disk, &layout.part)? {
        survey.files.push(layout.part.join(part.name));
    }
    let own = |expected: &[&str], folder: &Path, survey: &mut Survey| {
        for name in list(disk, folder)?.into_iter().filter(|found| !expected.contains(&found.name.as_str())) {
            survey.unexpected.push(folder.join(name.name));
        }
        Ok::<_, LogError>(())
    };
    own(&["part", "writer.lock", "checkpoint"], &layout.private, &mut survey)?;
    own(&["checkpoint", "tile"], &layout.public, &mut survey)?;
    walk(disk, &layout.public, "tile", size, &mut survey, DEEPEST)?;
    Ok(survey)
}

/// Clears away what can be. What no log puts there is left.
pub(super) fn clear(disk: &dyn Disk, survey: &Survey) -> Result<(), LogError> {
    for file in &survey.files {
        gone(disk.remove_file(file)).map_err(LogError::disk(Act::Remove, file))?;
    }
    for folder in &survey.folders {
        gone(disk.remove_folder(folder)).map_err(LogError::disk(Act::Remove, folder))?;
    }
    Ok(())
}

/// Looks through a folder; whether it holds nothing that stays.
fn walk(
    disk: &dyn Disk,
    public: &Path,
    folder: &str,
    size: u64,
    survey: &mut Survey,
    deep: usize,
) -> Result<bool, LogError> {
    let mut empty = true;
    for found in list(disk, &public.join(folder))? {
        let path = format!("{folder}/{}", found.name);
        let place = public.join(&path);
        let goes = match (found.folder, Resource::parse(&path).map(|resource| resource.standing(size))) {
            (true, None) if deep > 0 => walk(disk, public, &path, size, survey, deep - 1)?,
            (false, Some(Standing::Beyond | Standing::Replaced)) => {
                survey.files.push(place);
                true
            }
            (false, Some(Standing::Covered)) => {
                if folder.ends_with(".p") {
                    survey.partial.push(path);
                }
                false
            }
            _ => {
                survey.unexpected.push(place);
                false
            }
        };
        empty &= goes;
    }
    // The folder of all tiles may stay.
    if empty && folder != "tile" {
        survey.folders.push(public.join(folder));
    }
    Ok(empty)
}

fn list(disk: &dyn Disk, folder: &Path) -> Result<Vec<super::disk::Name>, LogError> {
    match disk.list(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(LogError::disk(Act::Read, folder)),
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
