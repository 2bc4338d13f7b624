//! Tar archives (POSIX.1-1988 ustar, pax, GNU).

use tar::Archive;

use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::decode;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let mut archive = Archive::new(bytes);
    let Ok(entries) = archive.entries() else { return };
    for entry in entries {
        let is_spent = super::spent(found, look);
        let Ok(entry) = entry else {
            found.gap(Cause::Unreadable, "", "A damaged tar archive: what follows can't be read.");
            return;
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = decode(&entry.path_bytes()).into_owned();
        let length = entry.size();
        let unpacked = if is_spent { None } else { look.unpack(found, &name, length, entry) };
        match unpacked {
            Some(unpacked) => look.unpacked_member(found, &name, &unpacked),
            // The name alone can tell.
            None => crate::name::judge_listed(&name, found),
        }
    }
}
