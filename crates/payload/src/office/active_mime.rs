//! ActiveMime: how Word's XML and web archives carry macros and objects; a short head, then a packed compound file.

use flate2::read::ZlibDecoder;

use crate::examined::{Cause, Examined};
use crate::look::Look;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    // The head names the data's place at byte 0x1e, less 46; it has been met at 0x32 and 0x22a, so these are tried too.
    let named = bytes.get(0x1e..0x20).map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])) + 46);
    let starts = [named, 0x32, 0x22a];
    let is_zlib = |start: &usize| bytes.get(*start) == Some(&0x78);
    let Some(start) =
        starts.into_iter().find(is_zlib).or_else(|| memchr::memchr(0x78, bytes.get(0x20..)?).map(|at| at + 0x20))
    else {
        found.gap(Cause::Unreadable, "", "A packed Office part that can't be unpacked.");
        return;
    };
    let packed = &bytes[start..];
    if let Some(unpacked) = look.unpack(found, "", packed.len() as u64, ZlibDecoder::new(packed)) {
        look.part(found, "packed part", &unpacked.bytes);
    }
}
