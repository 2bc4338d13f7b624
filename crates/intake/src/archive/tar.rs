//! Members of a tar archive (POSIX.1-2001 pax, GNU, and older).

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use pollwarden_core::Complaint;
use tar::{Entry, EntryType};

use super::{Archive, Archives, Listed, Region, member_name};
use crate::Found;
use crate::place::{Place, Stretch};

/// The most that headers of one member may take: a long name is a few kilobytes.
const MOST_HEADERS: u64 = 1 << 20;

impl Archives {
    pub(super) fn tar(&mut self, archive: &Archive<'_>, region: &Region, found: &mut Found) -> Listed<()> {
        let (members, fault) = members(archive, region, found);
        for (name, place) in members {
            self.add(archive, &name, place, found)?;
        }
        match fault {
            Some(fault) => Err(Box::new(broken(archive, &fault))),
            None => Ok(()),
        }
    }
}

/// The last member of each name, as unpacking would leave it, and what ended the list early.
fn members(archive: &Archive<'_>, region: &Region, found: &mut Found) -> (BTreeMap<String, Place>, Option<io::Error>) {
    let mut members = BTreeMap::new();
    let fault = list(region, |name, entry| match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => {
            members.insert(name, place(region, entry));
        }
        EntryType::GNUSparse => found.complaints.push(sparse(archive, &name)),
        // Folders, and links to members that are read by themselves.
        _ => {}
    });
    (members, fault.err())
}

fn list(region: &Region, mut each: impl FnMut(String, &Entry<'_, Guarded>)) -> io::Result<()> {
    let left = Rc::new(Cell::new(MOST_HEADERS));
    let guarded = Guarded { inner: region.open()?, left: Rc::clone(&left) };
    let mut archive = tar::Archive::new(guarded);
    for entry in archive.entries_with_seek()? {
        let entry = entry?;
        left.set(MOST_HEADERS);
        if let Some(name) = member_name(&entry.path_bytes()) {
            each(name, &entry);
        }
    }
    Ok(())
}

fn place(region: &Region, entry: &Entry<'_, Guarded>) -> Place {
    let offset = region.offset + entry.raw_file_position();
    Place::Stored { holder: region.holder.clone(), offset, length: entry.size(), crc: None }
}

fn broken(archive: &Archive<'_>, fault: &io::Error) -> Complaint {
    Complaint::about(archive.name, "a whole tar archive", fault.to_string())
        .mend("Members after the fault are unknown and were not read: fetch the archive again.")
}

fn sparse(archive: &Archive<'_>, name: &str) -> Complaint {
    Complaint::about(format!("{}!{name}", archive.name), "an ordinary member", "a sparse one; it was not read")
        .mend("Make the archive again without tar's option --sparse.")
}

/// Lets a list be read but no endless header: the library holds long names in memory. Members themselves are skipped by
/// seeking, which costs nothing here.
struct Guarded {
    inner: Stretch,
    left: Rc<Cell<u64>>,
}

impl Read for Guarded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let left = self.left.get().checked_sub(n as u64);
        self.left.set(left.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a header of unreasonable size"))?);
        Ok(n)
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
