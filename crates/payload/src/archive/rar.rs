//! RAR archives: members are listed, and read where they are stored as they are. There is no decompressor with a free
//! licence that is old enough to trust, so packed members are a gap.
//!
//! Sources: the technical notes of RAR 4 and RAR 5.0 as published by the format's author.

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::decode;

/// A member, as its header says.
struct Member<'a> {
    name: String,
    /// Its bytes, where they are stored unpacked and readable.
    stored: Option<&'a [u8]>,
    encrypted: bool,
}

/// What a block holds.
enum Block<'a> {
    File(Member<'a>),
    /// From here on everything is encrypted.
    Locked,
    Other,
    End,
}

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let new = bytes.starts_with(b"Rar!\x1a\x07\x01\0");
    let mut rest = bytes.get(if new { 8 } else { 7 }..).unwrap_or(&[]);
    for _ in 0..super::LISTED {
        let next = if new { block_5(rest) } else { block_4(rest) };
        let Some((block, after)) = next else {
            found.gap(Cause::Unreadable, "", "A damaged rar archive: what follows can't be read.");
            return;
        };
        match block {
            Block::End => return,
            Block::Other => {}
            Block::Locked => return locked(found),
            Block::File(member) if super::spent(found, look) => crate::name::judge_listed(&member.name, found),
            Block::File(member) => judge(&member, found, look),
        }
        rest = after;
        if rest.is_empty() {
            return;
        }
    }
    found.gap(Cause::TooLarge, "", "Holds more than is looked at: the rest was not opened.");
}

fn locked(found: &mut Examined) {
    found.act(ActKind::EncryptedArchive, "", "");
    found.gap(Cause::Encrypted, "", "Encrypted: could not look inside.");
}

fn judge(member: &Member<'_>, found: &mut Examined, look: &mut Look<'_>) {
    if member.encrypted {
        locked(found);
    }
    match member.stored {
        Some(bytes) => {
            look.spend(bytes.len() as u64);
            look.member(found, &member.name, bytes);
        }
        None => {
            crate::name::judge_listed(&member.name, found);
            if !member.encrypted {
                found.gap(
                    Cause::NotOpened,
                    &member.name,
                    "A packed member of a rar archive: its name is known, it was not opened.",
                );
            }
        }
    }
}

fn block_4(rest: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let head = rest.get(..7)?;
    let (kind, flags, length) =
        (head[2], u16::from_le_bytes([head[3], head[4]]), usize::from(u16::from_le_bytes([head[5], head[6]])));
    let header = rest.get(..length).filter(|_| length >= 7)?;
    let is_file = kind == 0x74;
    let extra = if flags & 0x8000 != 0 || is_file { number(header, 7)? } else { 0 };
    let high = if is_file && flags & 0x100 != 0 { number(header, 32)? } else { 0 };
    let data_ends = length.checked_add(extra)?;
    let data = rest.get(length..data_ends).filter(|_| high == 0);
    let after = rest.get(data_ends..).unwrap_or(&[]);
    let block = match kind {
        0x7b => Block::End,
        0x73 if flags & 0x80 != 0 => Block::Locked,
        0x74 => Block::File(file_4(header, flags, data)?),
        _ => Block::Other,
    };
    Some((block, after))
}

fn file_4<'a>(header: &[u8], flags: u16, data: Option<&'a [u8]>) -> Option<Member<'a>> {
    let method = *header.get(25)?;
    let length = usize::from(u16::from_le_bytes([*header.get(26)?, *header.get(27)?]));
    let start: usize = if flags & 0x100 != 0 { 40 } else { 32 };
    let name = header.get(start..start.checked_add(length)?)?;
    // A name in Unicode stands packed behind the plain one, after a zero byte.
    let plain = name.split(|b| *b == 0).next().unwrap_or(name);
    let encrypted = flags & 0x04 != 0;
    // 0x03: goes on in or comes from another volume.
    let stored = data.filter(|_| method == 0x30 && !encrypted && flags & 0x03 == 0);
    Some(Member { name: decode(plain).replace('\\', "/"), stored, encrypted })
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])).ok()
}

fn block_5(rest: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let mut at = 4;
    let length = variable(rest, &mut at)?;
    let header = rest.get(at..at.checked_add(length)?)?;
    let data_starts = at + length;
    let mut at = 0;
    let kind = variable(header, &mut at)?;
    let flags = variable(header, &mut at)?;
    let extra = if flags & 1 != 0 { variable(header, &mut at)? } else { 0 };
    let size = if flags & 2 != 0 { variable(header, &mut at)? } else { 0 };
    let data_ends = data_starts.checked_add(size)?;
    let data = rest.get(data_starts..data_ends);
    let after = rest.get(data_ends..).unwrap_or(&[]);
    let block = match kind {
        5 => Block::End,
        4 => Block::Locked,
        2 => Block::File(file_5(header, at, extra, data.filter(|_| flags & 0x18 == 0))?),
        _ => Block::Other,
    };
    Some((block, after))
}

fn file_5<'a>(header: &[u8], mut at: usize, extra: usize, data: Option<&'a [u8]>) -> Option<Member<'a>> {
    let flags = variable(header, &mut at)?;
    let _unpacked = variable(header, &mut at)?;
    let _attributes = variable(header, &mut at)?;
    at += if flags & 2 != 0 { 4 } else { 0 };
    at += if flags & 4 != 0 { 4 } else { 0 };
    let compression = variable(header, &mut at)?;
    let _system = variable(header, &mut at)?;
    let length = variable(header, &mut at)?;
    let name = header.get(at..at.checked_add(length)?)?;
    let records = header.get(header.len().checked_sub(extra)?..)?;
    let encrypted = has_record(records, 1);
    let stored = data.filter(|_| (compression >> 7) & 7 == 0 && !encrypted);
    Some(Member { name: decode(name).into_owned(), stored, encrypted })
}

/// Whether a header's extra area holds a record of this type.
fn has_record(records: &[u8], wanted: usize) -> bool {
    let mut at = 0;
    while let Some(length) = variable(records, &mut at) {
        let end = at.saturating_add(length);
        let mut inside = at;
        if variable(records, &mut inside) == Some(wanted) {
            return true;
        }
        at = end;
    }
    false
}

/// Seven bits a byte, the lowest first; at most ten bytes.
fn variable(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value: u64 = 0;
    for shift in 0..10 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(7 * shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}
