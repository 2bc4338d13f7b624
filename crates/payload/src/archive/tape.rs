//! Tar archives (POSIX.1-1988 ustar, pax, GNU).

use tar::Archive;

use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::decode;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let mut archive = Archive::new(bytes);
    let Ok(entries) = archive.entries() else { return };
    for entry in entries {
        if super::spent(found, look) {
            return;
        }
        let Ok(entry) = entry else {
            found.gap(Cause::Unreadable, "", "A damaged tar archive: what follows can't be read.");
            return;
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = decode(&entry.path_bytes()).into_owned();
        let length = entry.size();
        if let Some(unpacked) = look.unpack(found, &name, length, entry) {
            look.unpacked_member(found, &name, &unpacked);
        }
    }
}
