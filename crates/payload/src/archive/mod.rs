//! Archives: each member is unpacked within bounds and looked into like a file of its own.

mod cabinet;
mod disk;
mod rar;
mod seven;
mod single;
mod tape;
mod tnef;
pub(crate) mod zip;

use crate::examined::{Cause, Examined};
use crate::kind::FileKind;
use crate::look::Look;

/// Members that are listed at most.
const LISTED: usize = 50_000;

/// Reads an archive that is no zip.
pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    match found.kind {
        FileKind::SevenZip => seven::read(bytes, found, look),
        FileKind::Rar => rar::read(bytes, found, look),
        FileKind::Tar => tape::read(bytes, found, look),
        FileKind::Gzip | FileKind::Xz | FileKind::Bzip2 => single::read(bytes, found, look),
        FileKind::Cabinet => cabinet::read(bytes, found, look),
        FileKind::DiskImage => disk::read(bytes, found, look),
        FileKind::Tnef => tnef::read(bytes, found, look),
        _ => found.gap(Cause::NotOpened, "", "An archive of a rare kind: not opened."),
    }
}

/// Says that no further member is looked at. `true` where that is so.
fn spent(found: &mut Examined, look: &Look<'_>) -> bool {
    if !look.is_spent() {
        return false;
    }
    found.gap(Cause::TooLarge, "", "Holds more than is looked at: the rest was not opened.");
    true
}
