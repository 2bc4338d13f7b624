//! Objects in RTF, in the form of OLE 1 ([MS-OLEDS] 2.2.4, 2.2.5): class, then the packed file or the program's own data.

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;
use crate::office::package;

/// Classes with holes that attackers use, in lower case, by how they begin.
const BROKEN: &[&str] = &[
    "equation.",
    "mathtype",
    "otkloadr",
    "ole2link",
    "htmlfile",
    "scriptlet",
    "word.documentmacroenabled",
    "excel.sheetmacroenabled",
    "mscomctllib",
    "forms.",
    "shell.explorer",
];

/// An object in the form of OLE 1 ([MS-OLEDS] 2.2.4, 2.2.5).
pub(super) fn judge(data: &[u8], place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let Some((class, native)) = ole_1(data) else { return look.part(found, place, data) };
    let lower = class.to_ascii_lowercase();
    if BROKEN.iter().any(|broken| lower.starts_with(broken)) {
        found.act(ActKind::RtfObject, place, &class);
    }
    match package::package(native) {
        Some(package) => {
            found.act(ActKind::EmbeddedObject, place, &package.name);
            look.member(found, &package.name, package.bytes);
        }
        None => {
            found.act_for(ActKind::EmbeddedObject, Audience::Examiner, place, &class);
            look.part(found, &format!("{place} {class}"), native);
        }
    }
}

/// Version, kind, class, topic, item, length, data.
fn ole_1(data: &[u8]) -> Option<(String, &[u8])> {
    let (class, rest) = text(data.get(8..)?)?;
    let (_topic, rest) = text(rest)?;
    let (_item, rest) = text(rest)?;
    let length = number(rest)?;
    let rest = &rest[4..];
    Some((class, rest.get(..length).unwrap_or(rest)))
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = number(bytes)?;
    let end = 4_usize.checked_add(length)?;
    Some((crate::text::ansi(bytes.get(4..end)?), &bytes[end..]))
}

fn number(bytes: &[u8]) -> Option<usize> {
    let four = bytes.get(..4)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}
