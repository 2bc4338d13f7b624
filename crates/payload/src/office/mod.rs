//! Office documents, old and new: macros, fields, links to elsewhere, and files packed inside.

pub(crate) mod active_mime;
pub(crate) mod csv;
mod doc;
mod excel_formula;
mod excel_parts;
mod fields;
pub(crate) mod flat;
pub(crate) mod odf;
pub(crate) mod ole;
pub(crate) mod onenote;
pub(crate) mod ooxml;
mod ovba;
mod package;
mod ppt;
mod reach;
pub(crate) mod rtf;
pub(crate) mod sylk;
mod unlock;
mod vba;
mod words;
mod xls;

use crate::examined::Examined;
use crate::kind::FileKind;
use crate::look::Look;

pub(crate) use reach::Reach;

/// Excel files before 1993 were a bare stream of records, without a container; Excel still opens them.
pub(crate) fn biff_alone(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let starts = |version: u8| {
        bytes.starts_with(&[0x09, version]) && bytes.get(2).is_some_and(|length| (4..=16).contains(length))
    };
    if bytes.get(3) == Some(&0) && [0, 2, 4, 8].into_iter().any(starts) {
        found.kind = FileKind::ExcelBinary;
        xls::read_stream(bytes, "", found, look);
    }
}

/// Calls in a script that reach out.
pub(crate) fn risky_calls(text: &[u8]) -> Vec<&'static str> {
    words::named(text).risky.into_iter().filter(|word| !words::is_everyday(word)).collect()
}
