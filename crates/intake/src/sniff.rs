//! Which format an input has, and what to say where it has none.

use pollwarden_core::Complaint;

use crate::{Fit, Format, Sample};

const EXCERPT: usize = 60;

/// The format that fits best; of several that fit alike, the earlier.
pub fn choose(formats: &[&'static dyn Format], sample: &Sample) -> Option<&'static dyn Format> {
    let mut best = (Fit::No, None);
    for format in formats {
        let fit = format.sniff(sample);
        if fit > best.0 {
            best = (fit, Some(*format));
        }
    }
    best.1
}

pub(crate) fn no_format(formats: &[&'static dyn Format], sample: &Sample) -> Complaint {
    if is_office_document(&sample.bytes) {
        let complaint = Complaint::about(&sample.name, "text, or an archive of text files", "an Office document");
        return complaint.mend(
            "It was not read. Open it and save each of its sheets as CSV (UTF-8); keep columns of ids as text, so that zeros at \
             their beginning stay.",
        );
    }
    let names: Vec<_> = formats.iter().map(|format| format.name()).collect();
    let found = if sample.bytes.is_empty() {
        "nothing that could be unpacked".to_owned()
    } else if is_binary(&sample.bytes) {
        format!("binary data that begins {}", excerpt(&sample.bytes))
    } else {
        format!("text that begins {}", excerpt(&sample.bytes))
    };
    Complaint::about(&sample.name, format!("one of the formats {}", names.join(", ")), found)
        .mend("It was not read. Export it again in one of these formats, or move it elsewhere if it belongs elsewhere.")
}

pub(crate) fn empty(name: &str) -> Complaint {
    Complaint::about(name, "at least one line", "an empty file")
        .mend("If there should be something in it, the export failed or the disk was full: fetch it again.")
}

/// A zip archive whose first members are those of Open XML or OpenDocument, in whichever order their writer put them.
fn is_office_document(bytes: &[u8]) -> bool {
    let parts: [&[u8]; 5] = [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis"];
    bytes.starts_with(b"PK\x03\x04") && parts.iter().any(|part| memchr::memmem::find(bytes, part).is_some())
}

/// Text has no NUL and hardly a control character besides tabs and line ends.
fn is_binary(bytes: &[u8]) -> bool {
    let odd = |b: &&u8| b.is_ascii_control() && !b"\t\r\n\x0b\x0c\x1b".contains(b);
    memchr::memchr(0, bytes).is_some() || bytes.iter().filter(odd).count() * 10 > bytes.len()
}

fn excerpt(bytes: &[u8]) -> String {
    let line = memchr::memchr(b'\n', bytes).map_or(bytes, |end| &bytes[..end]);
    format!("“{}”", Complaint::excerpt(line, EXCERPT))
}
