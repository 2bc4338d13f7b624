//! OneNote notebooks ([MS-ONESTORE]): files packed inside stand behind a fixed mark (2.6.13, FileDataStoreObject).
//!
//! Own code: the one library for the format has a licence that this project doesn't take.

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;

/// {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}
const FILE: &[u8] = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";
/// Length, four bytes unused, eight reserved.
const HEAD: usize = 20;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let starts: Vec<usize> = memchr::memmem::find_iter(bytes, FILE).map(|at| at + FILE.len()).take(500).collect();
    for (number, start) in starts.into_iter().enumerate() {
        let Some(length) = bytes.get(start..start + 8) else { continue };
        let length = u64::from_le_bytes([
            length[0], length[1], length[2], length[3], length[4], length[5], length[6], length[7],
        ]);
        let rest = bytes.get(start + HEAD..).unwrap_or(&[]);
        let content = usize::try_from(length).ok().and_then(|length| rest.get(..length)).unwrap_or(rest);
        if content.len() as u64 > look.left() {
            found.gap(Cause::TooLarge, &format!("file {}", number + 1), "Larger than is looked at.");
            continue;
        }
        // Marks may lie within each other's files, so these count as if unpacked.
        look.spend(content.len() as u64);
        let before = found.inner.len();
        look.part(found, &format!("file {}", number + 1), content);
        let Some(inner) = found.inner.get(before) else { continue };
        if inner.kind.runs() || inner.bears_macro() || is_page_script(content) {
            found.act(ActKind::OneNoteFile, &format!("file {}", number + 1), &format!("{:?}", inner.kind));
        }
    }
    names(bytes, found);
    look.links_of_text(found, &crate::text::wide(bytes), "text");
}

/// Applications in HTML (.hta) and scripts are plain text: the notebook's names tell what a click would start.
fn names(bytes: &[u8], found: &mut Examined) {
    let text = crate::text::wide(bytes);
    let wider = crate::text::wide(bytes.get(1..).unwrap_or(&[]));
    for word in text.split('\0').chain(wider.split('\0')) {
        let word = word.trim();
        let plain = word.len() < 200 && word.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        // A host's name ends in .com or .app too.
        let host =
            word.contains(['@', '/']) || [".com", ".app"].iter().any(|end| word.to_ascii_lowercase().ends_with(end));
        if plain && !host && word.contains('.') && crate::name::runs_by_name(word) {
            found.act(ActKind::OneNoteFile, "names", word);
        }
    }
}

fn is_page_script(content: &[u8]) -> bool {
    let start = crate::text::decode(&content[..content.len().min(4_000)]).to_ascii_lowercase();
    crate::text::looks_like_text(content)
        && ["<hta:", "<script", "wscript", "powershell"].iter().any(|mark| start.contains(mark))
}
