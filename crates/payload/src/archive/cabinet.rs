//! Microsoft cabinets ([MS-CAB]).

use std::io::Cursor;

use cab::Cabinet;

use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::look::Look;

/// The library unpacks a folder anew from its beginning for every file in it: so many bytes in all.
const EFFORT: u64 = 256 << 20;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    if guarded(|| members(bytes, found, look)).flatten().is_none() {
        found.gap(Cause::Unreadable, "", "A damaged cabinet: can't be unpacked.");
    }
}

fn members(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) -> Option<()> {
    let mut cabinet = Cabinet::new(Cursor::new(bytes)).ok()?;
    let (mut effort, mut before) = (0, 0);
    for (name, length) in names(&cabinet) {
        before += length;
        effort += before;
        if super::spent(found, look) || effort > EFFORT {
            found.gap(Cause::TooLarge, "", "Holds more than is looked at: the rest was not opened.");
            crate::name::judge_listed(&name, found);
            continue;
        }
        let Ok(file) = cabinet.read_file(&name) else {
            found.gap(Cause::Unreadable, &name, "Can't be unpacked.");
            crate::name::judge_listed(&name, found);
            continue;
        };
        if let Some(unpacked) = look.unpack(found, &name, bytes.len() as u64, file) {
            look.unpacked_member(found, &name, &unpacked);
        }
    }
    Some(())
}

/// A cabinet's directory counts its files in two bytes.
fn names(cabinet: &Cabinet<Cursor<&[u8]>>) -> Vec<(String, u64)> {
    let files = cabinet.folder_entries().flat_map(|folder| folder.file_entries());
    files.map(|file| (file.name().to_owned(), u64::from(file.uncompressed_size()))).collect()
}
