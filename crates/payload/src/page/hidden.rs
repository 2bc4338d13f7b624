//! Content hidden in a page's own text: `data:` links (RFC 2397), and long texts in scripts that spell out a file or
//! another page in base64, percent signs, hexadecimal or numbers.

use percent_encoding::percent_decode_str;

use crate::act::ActKind;
use crate::examined::Examined;
use crate::kind::{FileKind, sniff};
use crate::look::Look;

/// Shorter texts are names and keys.
const SHORTEST: usize = 120;
/// Texts of one script that are decoded.
const MOST: usize = 200;

/// What a script carries.
#[derive(Default)]
pub(crate) struct Carried {
    /// A long text that spells out something.
    pub(crate) long: bool,
    /// Something that is a file: an archive, a program, a document.
    pub(crate) file: bool,
    pub(crate) shown: String,
}

/// A link that holds its content. Pictures are looked into for codes; anything else doesn't belong there.
pub(crate) fn data_url(url: &str, found: &mut Examined, look: &mut Look<'_>) {
    let Some((head, body)) = url.split_once(',') else { return };
    let declared = head.get(5..).unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if ["font/", "text/css", "application/font", "application/x-font", "audio/", "video/"]
        .iter()
        .any(|kind| declared.starts_with(kind))
    {
        return;
    }
    let bytes = if head.to_ascii_lowercase().contains("base64") {
        base64(body)
    } else {
        Some(percent_decode_str(body).collect())
    };
    let Some(bytes) = bytes else { return };
    look.spend(bytes.len() as u64);
    let kind = sniff(&bytes, "", Some(&declared));
    if is_file(kind) || matches!(kind, FileKind::Html) || declared.starts_with("application/") {
        found.act(ActKind::HtmlSmuggling, "data link", head);
    }
    look.part(found, "data link", &bytes);
}

/// Looks into the long texts of a script.
pub(crate) fn literals(script: &str, found: &mut Examined, look: &mut Look<'_>) -> Carried {
    let mut carried = Carried::default();
    let texts = script.split(['"', '\'', '`']).filter(|text| text.len() >= SHORTEST);
    for text in texts.take(MOST) {
        if let Some(bytes) = spelled(text).or_else(|| numbers(text)) {
            carry(&bytes, &mut carried, found, look);
        }
    }
    // Texts cut into pieces and added up: "UEsDB" + "BQAAA" …
    if !carried.file
        && let Some(bytes) = pieces(script)
    {
        carry(&bytes, &mut carried, found, look);
    }
    carried
}

fn carry(bytes: &[u8], carried: &mut Carried, found: &mut Examined, look: &mut Look<'_>) {
    carried.long |= bytes.len() >= 700;
    let kind = sniff(bytes, "", None);
    if is_file(kind) && !carried.file {
        carried.file = true;
        carried.shown = format!("{kind:?} of {} bytes", bytes.len());
    }
    if kind.is_picture() || kind == FileKind::Unknown {
        return;
    }
    if bytes.len() as u64 <= look.left() {
        look.spend(bytes.len() as u64);
        look.part(found, "hidden in the script", bytes);
    }
}

/// What no page needs to carry.
fn is_file(kind: FileKind) -> bool {
    kind.is_archive()
        || kind.runs() && kind != FileKind::Script
        || kind.is_office()
        || matches!(kind, FileKind::Compound | FileKind::OneNote | FileKind::Pdf)
}

fn spelled(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.starts_with("data:") {
        return text.split_once("base64,").and_then(|(_, body)| base64(body));
    }
    let percents = text.matches('%').count();
    if percents * 6 > text.len() {
        return Some(percent_decode_str(text).collect());
    }
    let hex = text.strip_prefix("0x").unwrap_or(text);
    let is_hex = hex.len().is_multiple_of(2) && hex.bytes().all(|b| b.is_ascii_hexdigit());
    let escaped = text.replace("\\x", "");
    match (is_hex, text.starts_with("\\x")) {
        (true, _) => hex::decode(hex).ok(),
        (_, true) => hex::decode(escaped).ok(),
        _ => base64(text),
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    // A backslash at a line's end continues a text in a script.
    let packed = text.replace('\\', "");
    crate::text::base64(&percent_decode_str(&packed).decode_utf8().ok()?)
}

/// A list of byte values between brackets: `[80,75,3,4,…`.
fn numbers(text: &str) -> Option<Vec<u8>> {
    let start = text.find(['[', '('])?;
    let list = &text[start + 1..];
    let list = list.split([']', ')']).next().unwrap_or("");
    let values = list.split(',').map(|number| {
        let number = number.trim();
        match number.strip_prefix("0x") {
            Some(hex) => u8::from_str_radix(hex, 16).ok(),
            None => number.parse::<u8>().ok(),
        }
    });
    values.collect::<Option<Vec<u8>>>().filter(|bytes| bytes.len() >= SHORTEST)
}

/// All pieces of base64 in a script put together, where they are many.
fn pieces(script: &str) -> Option<Vec<u8>> {
    let letters = |text: &str| {
        text.len() >= 16 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
    };
    let all: Vec<&str> = script.split(['"', '\'', '`']).skip(1).step_by(2).filter(|text| letters(text)).collect();
    let joined = all.concat();
    (all.len() > 4 && joined.len() > 1_000).then(|| base64(&joined))?
}
