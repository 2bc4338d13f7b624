//! Word's binary documents ([MS-DOC]): fields in the text, and the template that the document names.

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::wide;

use super::fields::{self, Fields};
use super::ole::Compound;
use super::reach::Reach;
use super::unlock;

/// Field marks, 2.8.25.
const BEGIN: char = '\u{13}';
const SEPARATOR: char = '\u{14}';
const END: char = '\u{15}';

pub(crate) fn read(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    let Some(document) = file.stream("WordDocument", found, look) else { return };
    let flags = two(&document, 0x0a).unwrap_or(0);
    if flags & 0x0100 != 0 {
        return unlock::locked(found);
    }
    let table = if flags & 0x0200 != 0 { "1Table" } else { "0Table" };
    let table = file.stream(table, found, look).unwrap_or_default();
    let text = text(&document, &table).unwrap_or_else(|| {
        found.gap(
            Cause::Unreadable,
            "WordDocument",
            "The document's text is not where it should be: searched as a whole.",
        );
        format!("{}{}", ansi_whole(&document), wide(&document))
    });
    let mut fields = Fields::default();
    mark(&text, &mut fields);
    fields::judge(fields, "text", found, look);
    template(&document, &table, found);
}

/// Runs through a text's field marks.
fn mark(text: &str, fields: &mut Fields) {
    let mut rest = text;
    while let Some(at) = rest.find([BEGIN, SEPARATOR, END]) {
        let (before, after) = rest.split_at(at);
        if fields.is_open() {
            fields.code(before);
        }
        match after.as_bytes()[0] {
            0x13 => fields.begin(),
            0x14 => fields.separate(),
            _ => fields.end(),
        }
        rest = &after[1..];
    }
}

/// The document's text, put together by its piece table (2.8.35).
fn text(document: &[u8], table: &[u8]) -> Option<String> {
    // Word 97 and later; before, the head was another.
    if two(document, 0)? != 0xa5ec || two(document, 2)? < 0x00c1 {
        return None;
    }
    let start = four(document, 0x01a2)?;
    let clx = table.get(start..start.checked_add(four(document, 0x01a6)?)?)?;
    let pieces = pieces(clx)?;
    let count = pieces.len().checked_sub(4)? / 12;
    let mut text = String::new();
    for number in 0..count {
        let length = four(pieces, 4 * number + 4)?.checked_sub(four(pieces, 4 * number)?)?;
        let place = four(pieces, 4 * (count + 1) + 8 * number + 2)?;
        piece(document, place, length, &mut text);
    }
    Some(text)
}

fn pieces(mut clx: &[u8]) -> Option<&[u8]> {
    loop {
        match clx.first()? {
            1 => clx = clx.get(3 + usize::from(two(clx, 1)?)..)?,
            2 => return clx.get(5..5_usize.checked_add(four(clx, 1)?)?),
            _ => return None,
        }
    }
}

/// A piece is in the western code page at half its place, or in UTF-16. Together pieces can't be longer than the document.
fn piece(document: &[u8], place: usize, length: usize, text: &mut String) {
    if text.len() > 4 * document.len() {
        return;
    }
    let narrow = place & 0x4000_0000 != 0;
    let place = place & 0x3fff_ffff;
    let (start, bytes) = if narrow { (place / 2, Some(length)) } else { (place, length.checked_mul(2)) };
    let end = bytes.and_then(|bytes| start.checked_add(bytes)).unwrap_or(usize::MAX).min(document.len());
    let Some(piece) = document.get(start..end) else { return };
    text.push_str(&if narrow { ansi_whole(piece) } else { wide(piece) });
}

fn ansi_whole(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// 2.9.272: the second of the associated strings is the attached template.
fn template(document: &[u8], table: &[u8], found: &mut Examined) {
    let strings = || {
        let start = four(document, 0x019a)?;
        let strings = table.get(start..start.checked_add(four(document, 0x019e)?)?)?;
        // 0xffff, count, length of extra data, then each with its length in letters.
        let first = usize::from(two(strings, 6)?);
        let at = 8 + 2 * first;
        let length = usize::from(two(strings, at)?);
        strings.get(at + 2..at + 2 + 2 * length)
    };
    let Some(path) = strings().map(wide).filter(|path| Reach::of(path).is_elsewhere()) else { return };
    found.act(ActKind::TemplateInjection, "attached template", &path);
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

fn four(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_make_fields() {
        let mut fields = Fields::default();
        mark("Dear \u{13} DDEAUTO c:\\\\cmd.exe \u{14}result\u{15} and \u{13}PAGE\u{15}", &mut fields);
        assert_eq!(fields.finish(), [" DDEAUTO c:\\\\cmd.exe ", "PAGE"]);
    }

    #[test]
    fn pieces_that_lie_are_left_out() {
        let mut text = String::new();
        piece(b"hello", 0x4000_0000, 5, &mut text);
        piece(b"hello", 0x4000_0000, usize::MAX, &mut text);
        piece(b"hello", 900, 5, &mut text);
        assert_eq!(text, "hellohello");
    }
}
