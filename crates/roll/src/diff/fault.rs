//! What keeps a record from being read, in words.

use memchr::memchr;
use pollwarden_core::Complaint;

use super::cut::Raw;
use crate::layout::Layout;

/// What is wrong with a record that can't be cut into its columns.
pub(crate) fn fault(layout: &Layout, raw: Raw<'_>, name: &str) -> Option<Complaint> {
    if memchr(0, raw.bytes).is_some() {
        return Some(unreadable(name, raw.line, "text", "NUL bytes"));
    }
    if !raw.balanced {
        return Some(unreadable(name, raw.line, "quotes in pairs", "a quote that is never closed"));
    }
    (!layout.fits(raw.bytes)).then(|| misfit(layout, raw, name))
}

/// That a record has more or fewer columns than its layout.
pub(crate) fn misfit(layout: &Layout, raw: Raw<'_>, name: &str) -> Complaint {
    let (expected, found) = layout.misfit(raw.bytes);
    unreadable(name, raw.line, &expected, &found)
}

/// That a record has no voter's id.
pub(crate) fn without_id(layout: &Layout, raw: Raw<'_>, name: &str) -> Complaint {
    Complaint::about(name, "a voter's id", "nothing")
        .line(raw.line)
        .column(&layout.columns[layout.key].name)
        .mend("A record without an id can't be compared.")
}

fn unreadable(name: &str, line: u64, expected: &str, found: &str) -> Complaint {
    let mend = "Ask for the extract again, or mend the row; until then this voter is not compared.";
    Complaint::about(name, expected, found).line(line).mend(mend)
}
