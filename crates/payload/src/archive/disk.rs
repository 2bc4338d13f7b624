//! Disk images: files of an ISO 9660 volume (ECMA-119), by its Joliet names where it has them. Other file systems (UDF,
//! FAT, NTFS within VHD) are named and said as gaps.

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::decode;

const SECTOR: usize = 2048;
/// Folders below a longer path are not gone into, in bytes.
const LONGEST_PATH: usize = 4_000;
/// Bytes of one folder's listing that are read; one of 2,000 files takes some 200 kB.
const LISTING: usize = 512 << 10;

/// A directory or file on the volume.
struct Record {
    name: String,
    start: usize,
    length: usize,
    is_folder: bool,
}

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    found.act(ActKind::DiskImage, "", &found.name.clone());
    let Some((root, joliet)) = root(bytes) else {
        found.gap(Cause::NotOpened, "", "A disk image without an ISO 9660 directory: its files were not listed.");
        return;
    };
    let mut waiting = vec![(root, String::new())];
    let mut seen = Vec::new();
    while let Some((folder, path)) = waiting.pop() {
        // A folder that holds itself is visited once.
        if seen.contains(&folder.start) || seen.len() > look.bounds.members {
            continue;
        }
        seen.push(folder.start);
        let Some(listing) = slice(bytes, &folder) else {
            found.gap(Cause::Unreadable, &path, "A folder that lies beyond the image's end.");
            continue;
        };
        // Folders may share their listings, so these count as if unpacked.
        look.spend(listing.len() as u64);
        for record in records(&listing[..listing.len().min(LISTING)], joliet) {
            if super::spent(found, look) {
                return;
            }
            let name = format!("{path}{}", record.name);
            // The standard allows eight levels; a chain of a thousand folders would make names of 200 KiB.
            if record.is_folder && (waiting.len() > look.bounds.members || path.len() > LONGEST_PATH) {
                found.gap(Cause::TooLarge, "", "Holds more folders than are looked at.");
                continue;
            }
            if record.is_folder {
                waiting.push((record, format!("{name}/")));
                continue;
            }
            member(bytes, &record, &name, found, look);
        }
    }
}

fn member(bytes: &[u8], record: &Record, name: &str, found: &mut Examined, look: &mut Look<'_>) {
    let Some(content) = slice(bytes, record) else {
        crate::name::judge_listed(name, found);
        found.gap(Cause::Unreadable, name, "A file that lies beyond the image's end.");
        return;
    };
    // Two names may share their bytes, so these count as if unpacked.
    if content.len() as u64 > look.left() {
        found.gap(Cause::TooLarge, name, "Larger than is looked at.");
        return crate::name::judge_listed(name, found);
    }
    look.spend(content.len() as u64);
    look.member(found, name, content);
}

fn slice<'a>(bytes: &'a [u8], record: &Record) -> Option<&'a [u8]> {
    bytes.get(record.start..record.start.checked_add(record.length)?)
}

/// The root folder: of the Joliet volume, else of the primary one.
fn root(bytes: &[u8]) -> Option<(Record, bool)> {
    let mut primary = None;
    for sector in bytes.chunks_exact(SECTOR).skip(16).take(32) {
        if sector.get(1..6) != Some(b"CD001") {
            break;
        }
        match sector[0] {
            1 => primary = record(&sector[156..190], false),
            2 if matches!(&sector[88..91], b"%/@" | b"%/C" | b"%/E") => {
                return record(&sector[156..190], true).map(|root| (root, true));
            }
            _ => {}
        }
    }
    primary.map(|root| (root, false))
}

/// A folder's entries; none crosses a sector's end.
fn records(listing: &[u8], joliet: bool) -> Vec<Record> {
    let mut all = Vec::new();
    for sector in listing.chunks(SECTOR) {
        let mut rest = sector;
        while let Some(length) = rest.first().map(|length| usize::from(*length)).filter(|length| *length >= 34) {
            let Some(entry) = rest.get(..length) else { break };
            all.extend(record(entry, joliet).filter(|record| !record.name.is_empty()));
            rest = &rest[length..];
        }
    }
    all
}

fn record(entry: &[u8], joliet: bool) -> Option<Record> {
    let four = |at: usize| entry.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let length = usize::from(*entry.get(32)?);
    let raw = entry.get(33..33 + length).unwrap_or(&[]);
    // The folder itself and its parent are called 0 and 1.
    let name = match raw {
        [0 | 1] => String::new(),
        _ if joliet => encoding_rs::UTF_16BE.decode_without_bom_handling(raw).0.into_owned(),
        _ => decode(raw).into_owned(),
    };
    let name = name.split(';').next().unwrap_or("").to_owned();
    Some(Record { name, start: four(2)?.checked_mul(SECTOR)?, length: four(10)?, is_folder: entry.get(25)? & 2 != 0 })
}
