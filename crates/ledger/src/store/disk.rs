//! Every operation on the disk that a log needs, so that a test can make each of them fail.
//!
//! What is written is durable once the file and the folder that names it are synced, each by itself: Pillai et al.
//! (OSDI 2014), "All File Systems Are Not Created Equal".

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// A disk.
pub trait Disk: Send + Sync {
    /// A file's bytes; a longer one than `most`, or what is no file, is not read.
    ///
    /// # Errors
    /// Where it can't be read.
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>>;

    /// What a folder holds, in any order.
    ///
    /// # Errors
    /// Where it can't be read.
    fn list(&self, folder: &Path) -> io::Result<Vec<Name>>;

    /// Makes a folder. One that is there is left as it is.
    ///
    /// # Errors
    /// Where it can't be made.
    fn create_folder(&self, path: &Path, access: Access) -> io::Result<()>;

    /// Writes a new file. It is not durable yet.
    ///
    /// # Errors
    /// Where it can't be written, or is there already.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes a file's bytes durable.
    ///
    /// # Errors
    /// Where the disk does not say that they are.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// Where the disk does not say that they are.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in the place of whatever has it.
    ///
    /// # Errors
    /// Where it can't be.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// Where it can't be.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    ///
    /// # Errors
    /// Where it can't be.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Locks a file until the lock is dropped, and writes into it who has it.
    ///
    /// # Errors
    /// Where the file can't be opened or locked.
    fn lock(&self, path: &Path) -> io::Result<Lock>;
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Whether it is a folder's.
    pub folder: bool,
}

/// Who may look into a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its owner alone.
    Owner,
    /// Whom the account's mask lets.
    Readers,
}

/// Whether a lock was had.
pub enum Lock {
    /// It is held while this is.
    Ours(Box<dyn Send + Sync>),
    /// Another has it.
    Held(String),
}

/// The disks of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        // A pipe or a device under this name could block for ever.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other(format!("it has more than {most} bytes, and should not")));
        }
        Ok(bytes)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Name>> {
        fs::read_dir(folder)?
            .map(|entry| {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                Ok(Name { name, folder: entry.file_type()?.is_dir() })
            })
            .collect()
    }

    fn create_folder(&self, path: &Path, access: Access) -> io::Result<()> {
        match create(path, access) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    /// Windows keeps names durable by itself, and can't sync a folder.
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let mut file = open_lock(path)?;
        match file.try_lock() {
            Ok(()) => {
                let held = Held(file);
                held.sign()?;
                Ok(Lock::Ours(Box::new(held)))
            }
            Err(TryLockError::WouldBlock) => Ok(Lock::Held(signature(&mut file))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A locked file. The system drops the lock with the process, however that ended.
struct Held(File);

impl Held {
    fn sign(&self) -> io::Result<()> {
        let mut file = &self.0;
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "process {}", std::process::id())
    }
}

// Let go in so many words: closing the file is not enough while a process just forked holds it too.
impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Where the file can't be read (a mandatory lock, on Windows), the writer stays unnamed.
fn signature(file: &mut File) -> String {
    let mut name = String::new();
    match file.take(64).read_to_string(&mut name) {
        Ok(length) if length > 0 => name,
        _ => "another process".to_owned(),
    }
}

#[cfg(unix)]
fn open_lock(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

#[cfg(unix)]
fn create(path: &Path, access: Access) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mode = if access == Access::Owner { 0o700 } else { 0o777 };
    fs::DirBuilder::new().mode(mode).create(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _access: Access) -> io::Result<()> {
    fs::create_dir(path)
}
