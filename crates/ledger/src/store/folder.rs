//! The public folder of a log, read: its own or a copy that somebody was given.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, RealDisk};
use super::resource::Resource;
use crate::tile::{Missing, Resources};

/// A folder with the public files of a log: `checkpoint` and `tile`. It is only read, and nothing outside it is.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A log's public folder.
    ///
    /// # Errors
    /// Where there is no such folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(path)?;
        if root.is_dir() { Ok(Self { root }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    fn bytes(&self, path: &str) -> io::Result<Vec<u8>> {
        let resource = Resource::parse(path).ok_or_else(|| io::Error::other("it is no path of a log's"))?;
        let real = fs::canonicalize(self.root.join(path))?;
        if !real.starts_with(&self.root) {
            return Err(io::Error::other("it is a link to a place outside the log's folder"));
        }
        RealDisk.read(&real, resource.most())
    }
}

impl Resources for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.bytes(path).map_err(|error| missing(path, &error))
    }
}

/// A log's own public folder, on its disk.
pub(super) struct Public {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) root: PathBuf,
}

impl Resources for Public {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let most = Resource::parse(path).map_or(0, Resource::most);
        self.disk.read(&self.root.join(path), most).map_err(|error| missing(path, &error))
    }
}

fn missing(path: &str, error: &io::Error) -> Missing {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        _ => error.to_string(),
    };
    Missing { path: path.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let public = dir.path().join("public");
        fs::create_dir_all(public.join("tile/0")).unwrap();
        fs::write(dir.path().join("secret"), [0; 32]).unwrap();
        fs::write(public.join("checkpoint"), "text").unwrap();
        fs::write(public.join("tile/0/000"), [0; 8193]).unwrap();
        fs::create_dir(public.join("tile/0/002")).unwrap();
        let folder = Folder::open(&public).unwrap();
        assert_eq!(folder.read("checkpoint").unwrap(), b"text");
        for path in ["../secret", "tile/0/../../../secret", "/etc/passwd", "tile/0/000", "tile/0/001", "tile/0/002"] {
            assert!(folder.read(path).is_err(), "{path}");
        }
        #[cfg(unix)]
        {
            fs::create_dir(public.join("tile/0/000.p")).unwrap();
            std::os::unix::fs::symlink(dir.path().join("secret"), public.join("tile/0/000.p/1")).unwrap();
            std::os::unix::fs::symlink("/dev/zero", public.join("tile/0/000.p/2")).unwrap();
            assert!(folder.read("tile/0/000.p/1").unwrap_err().why.contains("outside"));
            assert!(folder.read("tile/0/000.p/2").is_err());
        }
    }
}
