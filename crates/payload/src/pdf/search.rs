//! A PDF that can't be read as one: searched for its words as they stand, and within its streams as far as they unpack.
//! Names may be written with `#` and two digits (ISO 32000-1, 7.3.5), which is undone first.

use flate2::read::ZlibDecoder;

use crate::act::ActKind;
use crate::examined::Examined;
use crate::look::Look;

/// Streams that are unpacked.
const STREAMS: usize = 500;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    words(bytes, found, look);
    let starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"stream").take(2 * STREAMS).collect();
    for start in starts {
        let rest = bytes.get(start + 6..).unwrap_or(&[]);
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        if rest.first() != Some(&0x78) || look.is_spent() {
            continue;
        }
        let end = memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let mut quiet = Examined::new("", String::new(), found.kind, b"");
        if let Some(unpacked) = look.unpack(&mut quiet, "", end as u64, ZlibDecoder::new(&rest[..end])) {
            words(&unpacked.bytes, found, look);
        }
    }
}

fn words(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let plain = names_undone(bytes);
    let has = |name: &[u8]| {
        memchr::memmem::find_iter(&plain, name)
            .any(|at| !plain.get(at + name.len()).is_some_and(u8::is_ascii_alphanumeric))
    };
    if has(b"/JavaScript") || has(b"/JS") {
        found.act(ActKind::PdfJavaScript, "found by searching", "");
    }
    if has(b"/Launch") {
        found.act(ActKind::PdfLaunch, "found by searching", "");
    }
    if has(b"/EmbeddedFile") {
        found.act(ActKind::PdfEmbeddedFile, "found by searching", "");
    }
    for at in memchr::memmem::find_iter(&plain, b"/URI") {
        let text = crate::text::decode(&plain[at..plain.len().min(at + 2_100)]).into_owned();
        if let Some(url) = crate::text::urls(&text).next() {
            look.link(found, url, "found by searching");
        }
    }
}

fn names_undone(bytes: &[u8]) -> Vec<u8> {
    if memchr::memchr(b'#', bytes).is_none() {
        return bytes.to_vec();
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (first, digits) {
            (b'#', Some(letter)) if letter.is_ascii_alphanumeric() => {
                plain.push(letter);
                rest = &after[2..];
            }
            _ => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}
