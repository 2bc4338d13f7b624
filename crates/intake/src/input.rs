//! Finds inputs: a file, the files of a folder, the members of an archive.

use std::path::{Path, PathBuf};

use pollwarden_core::Complaint;

use crate::archive::Archives;
use crate::folder;
use crate::place::Place;
use crate::{IntakeError, Opened, Reader};

/// A file, or an archive's member.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name, relative to what was searched, with `/` between folders and an archive's member after `!`.
    pub name: String,
    path: PathBuf,
    place: Place,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    /// Inputs, in order of their names.
    pub inputs: Vec<Input>,
    /// What could not be looked into. Each is a part of the whole that was not read.
    pub complaints: Vec<Complaint>,
}

/// Finds what there is to read at `path`: a file; the files of a folder and of its folders, except hidden ones; the
/// members of a tar archive (plain or compressed) or a zip archive. One that can't be read stops no other.
pub fn find(path: &Path) -> Found {
    let mut found = Found::default();
    let mut archives = Archives::default();
    for entry in folder::walk(path, &mut found.complaints) {
        archives.look_into(Input::file(entry.name, entry.path), &mut found);
    }
    found.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Input {
    /// A file under a name of the caller's.
    pub fn file(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: name.into(), place: Place::File(path.clone()), path }
    }

    pub(crate) fn member(name: String, path: &Path, place: Place) -> Self {
        Self { name, path: path.to_owned(), place }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file it is, or the archive it is in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is a file of its own, so that it may grow. It may be compressed.
    pub fn is_plain_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// Opens it.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub fn open(&self) -> Result<Opened, IntakeError> {
        Opened::new(&self.name, &self.place)
    }

    /// Opens it to be read as one stream.
    ///
    /// # Errors
    /// Where it can't be opened.
    pub fn reader(&self) -> Result<Reader, IntakeError> {
        Reader::open(&self.name, &self.place)
    }
}

impl Found {
    /// The same, with all names under a folder's: `access.log` becomes `web/access.log`.
    #[must_use]
    pub fn under(mut self, folder: &str) -> Self {
        let inputs = self.inputs.iter_mut().map(|input| &mut input.name);
        for name in inputs.chain(self.complaints.iter_mut().map(|c| &mut c.source)) {
            *name = if name.is_empty() { folder.to_owned() } else { format!("{folder}/{name}") };
        }
        self
    }
}

/// A name as it is shown: without control characters, which could make a terminal show something else.
pub(crate) fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
