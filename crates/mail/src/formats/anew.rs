//! A compound file ([MS-CFB]) written anew, so that its tables say of each stream what it really holds.
//!
//! `msg_parser` takes a stream to be as long as the file says, up to 4 GiB, follows a chain of sectors once for each entry that
//! names its beginning, and makes room for as much text as a packed body claims: a file of 12 KB could take a quarter of a minute,
//! and ask for more memory than there is, which ends the program and can't be caught. Here every stream is read with `cfb`, which compares tables with
//! each other, and copied as far as it is really there.

use std::io::{self, Cursor, Read as _, Write as _};
use std::path::Path;

use cfb::{CompoundFile, Version};

/// Streams and folders of one file. A message has some 30 for itself and 10 for each recipient and attachment.
const MOST_ENTRIES: usize = 10_000;
/// A packed body's claim of its own length is believed up to so many times its length: two bytes stand for 17 at most
/// ([MS-OXRTFCP], 2.2.1.2).
const BODY_RATIO: u64 = 9;
/// The stream of the body that is packed ([MS-OXPROPS], PidTagRtfCompressed).
const PACKED_BODY: &str = "__substg1.0_10090102";

pub(super) fn anew(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut from = CompoundFile::open(Cursor::new(bytes))?;
    let entries: Vec<cfb::Entry> = from.walk().skip(1).take(MOST_ENTRIES + 1).collect();
    if entries.len() > MOST_ENTRIES {
        return Err(io::Error::other("it has more entries than any message"));
    }
    let mut to = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    // Entries may share their bytes in a damaged file: all together are no more than the file.
    let mut left = bytes.len() as u64;
    for entry in entries {
        // What can't be read is left out, and the rest is read.
        let _ = if entry.is_stream() {
            stream(&mut from, &mut to, entry.path(), &mut left)
        } else {
            to.create_storage(entry.path())
        };
    }
    to.flush()?;
    Ok(to.into_inner().into_inner())
}

fn stream(
    from: &mut CompoundFile<Cursor<&[u8]>>,
    to: &mut CompoundFile<Cursor<Vec<u8>>>,
    path: &Path,
    left: &mut u64,
) -> io::Result<()> {
    let mut content = Vec::new();
    from.open_stream(path)?.take(*left).read_to_end(&mut content)?;
    *left = left.saturating_sub(content.len() as u64);
    if path.ends_with(PACKED_BODY) && claims_too_much(&content) {
        return Ok(());
    }
    to.create_stream(path)?.write_all(&content)
}

/// The length that the body will have stands second in its head ([MS-OXRTFCP], 2.1.3.1).
fn claims_too_much(body: &[u8]) -> bool {
    let claimed = body.get(4..8).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    u64::from(claimed) > BODY_RATIO * body.len() as u64
}
