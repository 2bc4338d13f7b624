//! The files of a folder and of its folders.
//!
//! Links are followed once everything that is really there has been seen, and only to what has not: a loop ends, and a
//! link beside the file it points to (`current.log`) doesn't have the file read twice.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pollwarden_core::Complaint;

use crate::error::mend_for;
use crate::input::shown;

/// More files than any office keeps in one folder.
const MOST_FILES: usize = 1_000_000;
const DEEPEST: usize = 64;

/// A regular file and its name relative to what was searched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// All regular files at or under `path`, in no order.
pub(crate) fn walk(path: &Path, complaints: &mut Vec<Complaint>) -> Vec<Entry> {
    let mut walk = Walk { files: Vec::new(), links: Vec::new(), seen: HashSet::new(), complaints };
    let place = Found { name: file_name(path), path: path.to_owned(), depth: 0 };
    match fs::metadata(path) {
        Ok(kind) if kind.is_dir() => walk.all_of(place),
        Ok(kind) if kind.is_file() => walk.files.push(Entry { name: place.name, path: place.path }),
        Ok(_) => walk.complain(
            place.name,
            "a file or a folder",
            "something else (a pipe or device)",
            "Give a file or a folder.",
        ),
        Err(fault) => walk.fault(place.name, "a file or a folder", &fault),
    }
    walk.files
}

struct Found {
    name: String,
    path: PathBuf,
    depth: usize,
}

struct Walk<'a> {
    files: Vec<Entry>,
    links: Vec<Found>,
    /// Folders and files, by their one true path.
    seen: HashSet<PathBuf>,
    complaints: &'a mut Vec<Complaint>,
}

impl Walk<'_> {
    fn all_of(&mut self, root: Found) {
        self.folder(Found { name: String::new(), ..root });
        while let Some(link) = self.links.pop() {
            self.link(link);
        }
    }

    fn folder(&mut self, folder: Found) {
        let entries = match fs::canonicalize(&folder.path).and_then(|real| self.unseen(real)) {
            Ok(Some(real)) => fs::read_dir(real),
            Ok(None) => return,
            Err(fault) => Err(fault),
        };
        match entries {
            Ok(entries) if folder.depth < DEEPEST => entries.for_each(|entry| self.entry(entry, &folder)),
            Ok(_) => self.complain(
                folder.name,
                &format!("at most {DEEPEST} folders within each other"),
                "more",
                "Move its files up.",
            ),
            Err(fault) => self.fault(folder.name, "a folder that can be read", &fault),
        }
    }

    fn entry(&mut self, entry: io::Result<fs::DirEntry>, folder: &Found) {
        let (entry, kind) = match entry.and_then(|e| e.file_type().map(|kind| (e, kind))) {
            Ok(both) => both,
            Err(fault) => return self.fault(folder.name.clone(), "a folder that can be read", &fault),
        };
        if is_hidden(&entry.file_name()) && !is_mail_folder(&entry.path()) || is_mail_programs(&entry) {
            return;
        }
        let found = folder.with(&entry);
        if kind.is_dir() {
            self.folder(found);
        } else if kind.is_symlink() {
            self.links.push(found);
        } else {
            self.file(found, kind.is_file());
        }
    }

    fn link(&mut self, link: Found) {
        match fs::metadata(&link.path) {
            Ok(kind) if kind.is_dir() => self.folder(link),
            Ok(kind) => self.file(link, kind.is_file()),
            Err(fault) => self.fault(link.name, "a link to a file or folder", &fault),
        }
    }

    fn file(&mut self, found: Found, regular: bool) {
        if !regular {
            let mend = "Move it elsewhere.";
            return self.complain(found.name, "a file", "something else (a pipe, socket or device)", mend);
        }
        if self.files.len() == MOST_FILES {
            let most = format!("at most {MOST_FILES} files");
            return self.complain(
                found.name,
                &most,
                "one more; it was not read",
                "Give the folder's parts one by one.",
            );
        }
        match fs::canonicalize(&found.path).and_then(|real| self.unseen(real)) {
            Ok(Some(_)) => self.files.push(Entry { name: found.name, path: found.path }),
            Ok(None) => {}
            Err(fault) => self.fault(found.name, "a file that can be read", &fault),
        }
    }

    fn unseen(&mut self, real: PathBuf) -> io::Result<Option<PathBuf>> {
        Ok(self.seen.insert(real.clone()).then_some(real))
    }

    fn fault(&mut self, name: String, expected: &str, fault: &io::Error) {
        self.complain(name, expected, &fault.to_string(), mend_for(fault));
    }

    fn complain(&mut self, name: String, expected: &str, found: &str, mend: &str) {
        self.complaints.push(Complaint::about(name, expected, found).mend(mend));
    }
}

impl Found {
    fn with(&self, entry: &fs::DirEntry) -> Self {
        let own = shown(&entry.file_name().to_string_lossy());
        let name = if self.name.is_empty() { own } else { format!("{}/{own}", self.name) };
        Self { name, path: entry.path(), depth: self.depth + 1 }
    }
}

/// Folders of a Maildir begin with a dot, as hidden ones do (Maildir++: `.Sent`), and hold `cur` and `new`; of a copy, one may be
/// missing that was empty.
fn is_mail_folder(path: &Path) -> bool {
    path.join("cur").is_dir() || path.join("new").is_dir()
}

/// Whether a file beside a Maildir's `cur` is its server's own: indexes, lists of folders and of messages.
fn is_mail_programs(entry: &fs::DirEntry) -> bool {
    const OWN: [&str; 5] = ["dovecot", "courier", "maildirfolder", "maildirsize", "subscriptions"];
    let name = entry.file_name().to_string_lossy().into_owned();
    let is_own = OWN.iter().any(|own| name.starts_with(own));
    is_own && entry.path().parent().is_some_and(is_mail_folder) && entry.path().is_file()
}

/// Whether the office did not put it there: hidden files, Office's own beside a document that is open, Windows' notes.
fn is_hidden(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let notes = ["thumbs.db", "desktop.ini"].iter().any(|note| bytes.eq_ignore_ascii_case(note.as_bytes()));
    bytes.starts_with(b".") || bytes.starts_with(b"~$") || notes
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| shown(&name.to_string_lossy()))
}
