//! Attachments in `winmail.dat` ([MS-OXTNEF]).

use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::ansi;

const NEW_ATTACHMENT: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let mut title = String::new();
    let mut data: Option<&[u8]> = None;
    let mut rest = bytes.get(6..).unwrap_or(&[]);
    while !rest.is_empty() {
        let Some((id, value, after)) = attribute(rest) else {
            found.gap(Cause::Unreadable, "", "A damaged winmail.dat: what follows can't be read.");
            break;
        };
        match id {
            NEW_ATTACHMENT => finish(&mut title, data.take(), found, look),
            TITLE => title = ansi(value),
            DATA => data = Some(value),
            _ => {}
        }
        rest = after;
    }
    finish(&mut title, data, found, look);
}

fn finish(title: &mut String, data: Option<&[u8]>, found: &mut Examined, look: &mut Look<'_>) {
    let name = std::mem::take(title);
    let Some(data) = data else { return };
    look.member(found, if name.is_empty() { "attachment" } else { &name }, data);
}

/// Level, id, length, value, checksum.
fn attribute(rest: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let four = |at: usize| rest.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let length = usize::try_from(four(5)?).ok()?;
    let end = 9_usize.checked_add(length)?;
    Some((four(1)?, rest.get(9..end)?, rest.get(end + 2..).unwrap_or(&[])))
}
