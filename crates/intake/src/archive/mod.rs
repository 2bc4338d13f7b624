//! The members of archives: tar, plain or compressed, and zip (PKWARE APPNOTE), each possibly within another.
//!
//! Archives are told by their bytes. Nothing is unpacked into a folder: a member is a stretch of its archive, or of scratch
//! space where the archive itself is compressed, so a member's name is only ever shown. Sizes and numbers are bounded.

mod scratch;
mod tar;
mod zip;

use std::io::{self, Read};
use std::path::Path;

use pollwarden_core::Complaint;

use crate::compression::{Tap, Unpacked, is_compressed};
use crate::place::{Holder, Place, Stretch};
use crate::{Found, Input};
use scratch::Scratch;

/// More members than any office sends: North Carolina has 100 counties, Texas 254.
const MOST_MEMBERS: usize = 100_000;
/// A tar header's length (POSIX.1-1988).
const HEADER: usize = 512;

/// Looks into archives, within the bounds of one search.
#[derive(Default)]
pub(crate) struct Archives {
    scratch: Scratch,
    members: usize,
}

/// What is being looked into.
struct Archive<'a> {
    name: &'a str,
    path: &'a Path,
    /// Whether it is itself a member: then its members are not looked into.
    inner: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Tar { compressed: bool },
}

/// Part of a file that can be read from anywhere.
#[derive(Clone)]
struct Region {
    holder: Holder,
    offset: u64,
    length: u64,
}

/// Something of an archive, or why it can't be looked into.
type Listed<T> = Result<T, Box<Complaint>>;

impl Archives {
    /// Adds the members of an archive to what was found, or gives back what is no archive.
    pub(crate) fn look_into(&mut self, input: Input, found: &mut Found) {
        if !self.expand(&input, false, found) {
            found.inputs.push(input);
        }
    }

    /// Whether the input was an archive; then its members, or complaints, were added.
    fn expand(&mut self, input: &Input, inner: bool, found: &mut Found) -> bool {
        // What can't be read here is no archive; the complaint comes when it is read as an input.
        let Ok(Some(kind)) = kind_of(input.place()) else { return false };
        let archive = Archive { name: &input.name, path: input.path(), inner };
        let listed = match kind {
            Kind::Zip => self.seekable(input, false, found).and_then(|region| self.zip(&archive, &region, found)),
            Kind::Tar { compressed } => {
                let region = self.seekable(input, compressed, found);
                region.and_then(|region| self.tar(&archive, &region, found)).map(|()| true)
            }
        };
        listed.unwrap_or_else(|complaint| {
            found.complaints.push(*complaint);
            true
        })
    }

    /// The archive's bytes where they can be read in any order: as they lie, or unpacked into scratch space.
    fn seekable(&mut self, input: &Input, compressed: bool, found: &mut Found) -> Listed<Region> {
        match input.place() {
            Place::File(path) if !compressed => {
                let length = input.place().length().unwrap_or(0);
                Ok(Region { holder: Holder::Path(path.clone()), offset: 0, length })
            }
            Place::Stored { holder, offset, length, .. } if !compressed => {
                Ok(Region { holder: holder.clone(), offset: *offset, length: *length })
            }
            _ => self.scratch.unpack(input, &mut found.complaints),
        }
    }

    /// Adds one member, or what is in it.
    fn add(&mut self, archive: &Archive<'_>, name: &str, place: Place, found: &mut Found) -> Listed<()> {
        self.members += 1;
        if self.members > MOST_MEMBERS {
            let expected = format!("at most {MOST_MEMBERS} files in archives");
            let complaint = Complaint::about(archive.name, expected, "more; the rest was not read");
            return Err(Box::new(complaint.mend("Unpack the archive and give its parts one by one.")));
        }
        let input = Input::member(format!("{}!{name}", archive.name), archive.path, place);
        if archive.inner || !self.expand(&input, true, found) {
            found.inputs.push(input);
        }
        Ok(())
    }
}

impl Region {
    fn open(&self) -> io::Result<Stretch> {
        Ok(Stretch::new(self.holder.open()?, self.offset, self.length))
    }
}

/// Which archive it is, if it is one.
fn kind_of(place: &Place) -> io::Result<Option<Kind>> {
    let first = first_bytes(place.open()?)?;
    if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
        return Ok(Some(Kind::Zip));
    }
    let compressed = is_compressed(&first);
    let first = if compressed { first_bytes(Unpacked::new(Tap::new(place.open()?), place.length())?)? } else { first };
    Ok(is_tar_header(&first).then_some(Kind::Tar { compressed }))
}

fn first_bytes(bytes: impl Read) -> io::Result<Vec<u8>> {
    let mut first = Vec::with_capacity(HEADER);
    bytes.take(HEADER as u64).read_to_end(&mut first)?;
    Ok(first)
}

/// By the header's checksum, which text hardly ever has and which the oldest tar files have too.
fn is_tar_header(first: &[u8]) -> bool {
    let Ok(block) = <[u8; HEADER]>::try_from(first) else { return false };
    let mut header = ::tar::Header::new_old();
    *header.as_mut_bytes() = block;
    let others = block[..148].iter().chain(&block[156..]);
    let sum = others.map(|b| u32::from(*b)).sum::<u32>() + 8 * u32::from(b' ');
    block[0] != 0 && header.cksum().is_ok_and(|stated| stated == sum)
}

/// A member's name as it is shown, or nothing for what an office didn't put there: hidden files, a Mac's notes.
fn member_name(raw: &[u8]) -> Option<String> {
    let name = crate::text::decode(raw).replace('\\', "/");
    let parts: Vec<_> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let hidden = |part: &&str| part.starts_with('.') && *part != ".." || *part == "__MACOSX";
    (!parts.is_empty() && !parts.iter().any(hidden)).then(|| crate::input::shown(&parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_members_name_is_only_shown() {
        assert_eq!(member_name(b"./a//b.csv").as_deref(), Some("a/b.csv"));
        assert_eq!(member_name(b"..\\up.csv").as_deref(), Some("../up.csv"));
        assert_eq!(member_name(b"r\xf6ll.csv").as_deref(), Some("röll.csv"));
        assert_eq!(member_name(b"a\x1b[2J").as_deref(), Some("a\u{fffd}[2J"));
        for unwanted in [&b"__MACOSX/a.csv"[..], b".DS_Store", b"a/._b.csv", b"/", b""] {
            assert_eq!(member_name(unwanted), None);
        }
    }

    #[test]
    fn text_is_no_tar_header() {
        let mut line = vec![b'7'; HEADER];
        assert!(!is_tar_header(&line));
        line[148..156].copy_from_slice(b"000000 \0");
        assert!(!is_tar_header(&line));
        assert!(!is_tar_header(&[0; HEADER]));
        assert!(!is_tar_header(b"short"));
    }
}
