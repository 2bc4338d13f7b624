//! Single files of their owner's alone that are there wholly or not at all, also after a power cut: keys, what an office said,
//! what a witness cosigned.
//!
//! A log's own files come many at a time and are put in place in an order that matters: those go through [`Disk`] step by step.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::disk::{Access, Disk as _, RealDisk};

/// How the names of files begin that a killed process left unfinished.
pub(crate) const UNFINISHED: &str = ".new-";

/// Puts a file in the place of whatever has its name.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written(folder_of(path), bytes)?.persist(path)?;
    RealDisk.sync_folder(folder_of(path))
}

/// Puts a file where nothing has its name yet.
pub(crate) fn add(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written(folder_of(path), bytes)?.persist_noclobber(path)?;
    RealDisk.sync_folder(folder_of(path))
}

/// Gives a file another name in the same folder.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    RealDisk.sync_folder(folder_of(to))
}

/// Makes a folder, and those above it.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    private_folder(folder_of(path))?;
    RealDisk.create_folder(path, Access::Owner)?;
    RealDisk.sync_folder(folder_of(path))
}

/// Where a file or folder is.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file that nobody knows yet, which only its owner can read.
fn written(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

    use super::*;

    #[test]
    fn what_is_there_is_replaced_or_kept_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        private_folder(&inside).unwrap();
        private_folder(&inside).unwrap();
        let path = inside.join("file");
        add(&path, b"first").unwrap();
        assert_eq!(add(&path, b"second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        replace(&path, b"third").unwrap();
        rename(&path, &inside.join("other")).unwrap();
        assert_eq!(fs::read(inside.join("other")).unwrap(), b"third");
        assert_eq!(fs::read_dir(&inside).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/file");
        private_folder(folder_of(&path)).unwrap();
        replace(&path, b"secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(folder_of(&path)), mode(&path)), (0o700, 0o600));
    }
}
