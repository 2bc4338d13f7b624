//! PowerPoint's binary presentations ([MS-PPT]): VBA projects and embedded objects, which are compound files packed in
//! records, and actions that start a program.

use flate2::read::ZlibDecoder;

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;
use crate::text::{ansi, wide};

use super::ole::Compound;
use super::unlock;

const OLE_STORAGE: u16 = 0x1011;
const INTERACTIVE: u16 = 0x0ff3;
const TEXT: u16 = 0x0fba;
const CRYPT_SESSION: u16 = 0x2f14;
/// Records that are looked at.
const RECORDS: usize = 500_000;

pub(crate) fn read(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    if is_locked(file, found, look) {
        return unlock::locked(found);
    }
    let Some(bytes) = file.stream("PowerPoint Document", found, look) else { return };
    let mut at = 0;
    for _ in 0..RECORDS {
        let Some(head) = bytes.get(at..at + 8) else { return };
        let kind = u16::from_le_bytes([head[2], head[3]]);
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let is_container = head[0] & 0x0f == 0x0f;
        let body = bytes.get(at + 8..(at + 8).saturating_add(length).min(bytes.len())).unwrap_or(&[]);
        let instance = u16::from_le_bytes([head[0], head[1]]) >> 4;
        record(kind, instance, body, &format!("byte {at}"), found, look);
        at += 8 + if is_container { 0 } else { length };
    }
}

/// 2.3.2: the token in the stream of the current user says whether the presentation is encrypted.
fn is_locked(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) -> bool {
    let path = file.paths().find(|path| path.eq_ignore_ascii_case("Current User")).map(str::to_owned);
    let user = path.and_then(|path| file.stream(&path, found, look)).unwrap_or_default();
    user.get(12..16) == Some(&0xf3d1_c4df_u32.to_le_bytes())
}

fn record(kind: u16, instance: u16, body: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    match kind {
        OLE_STORAGE => storage(instance, body, place, found, look),
        INTERACTIVE => action(body, place, found),
        CRYPT_SESSION => unlock::locked(found),
        // Addresses of links.
        TEXT => look.links_of_text(found, &wide(body), "text"),
        _ => {}
    }
}

/// 2.10.34: a compound file, packed where the record's instance is 1.
fn storage(instance: u16, body: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    if instance == 0 {
        return look.part(found, place, body);
    }
    let packed = body.get(4..).unwrap_or(&[]);
    if let Some(unpacked) = look.unpack(found, place, packed.len() as u64, ZlibDecoder::new(packed)) {
        look.part(found, place, &unpacked.bytes);
    }
}

/// 2.8.62: the ninth byte says what a click does; 1 runs a macro, 2 a program.
fn action(body: &[u8], place: &str, found: &mut Examined) {
    match body.get(8) {
        Some(1) => found.act_for(ActKind::AutoRun, Audience::Analyst, place, "a click runs a macro"),
        Some(2) => found.act(
            ActKind::AutoRun,
            place,
            &format!("a click runs a program {}", ansi(body.get(16..).unwrap_or(&[]))),
        ),
        _ => {}
    }
}
