//! Whether a record can be compared, and if not, why.

use std::borrow::Cow;

use memchr::memchr;
use pollwarden_core::Complaint;

use super::cut::Raw;
use crate::layout::{Layout, Shape};

const MEND: &str = "Ask for the extract again, or mend the row; until then this voter is not compared.";

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Nul,
    OpenQuote,
    /// It has not the layout's columns.
    Misfit,
    NoKey,
}

/// The voter's id of a record, as it is compared, or what is wrong with the record.
pub(crate) fn key<'a>(layout: &'a Layout, raw: Raw<'a>) -> Result<Cow<'a, [u8]>, Fault> {
    shape_and_key(layout, raw).map(|(_, key)| key)
}

/// How a record is to be read, and its voter's id.
pub(crate) fn shape_and_key<'a>(layout: &'a Layout, raw: Raw<'a>) -> Result<(Shape, Cow<'a, [u8]>), Fault> {
    if memchr(0, raw.bytes).is_some() {
        return Err(Fault::Nul);
    }
    if !raw.balanced {
        return Err(Fault::OpenQuote);
    }
    let shape = layout.shape(raw.bytes, raw.quotes);
    let [key] = layout.pick(raw.bytes, &shape, [layout.key]).ok_or(Fault::Misfit)?;
    let key = layout.plain_key(key);
    if key.is_empty() { Err(Fault::NoKey) } else { Ok((shape, key)) }
}

impl Fault {
    /// What is said of a record that can't be compared.
    pub(crate) fn complaint(self, layout: &Layout, raw: Raw<'_>, name: &str) -> Complaint {
        let about = |expected: String, found: String| Complaint::about(name, expected, found).line(raw.line);
        match self {
            Self::Nul => about("text".into(), "NUL bytes".into()).mend(MEND),
            Self::OpenQuote => about("quotes in pairs".into(), "a quote that is never closed".into()).mend(MEND),
            Self::Misfit => {
                let (expected, found) = layout.misfit(raw.bytes);
                about(expected, found).mend(MEND)
            }
            Self::NoKey => about("a voter's id".into(), "nothing".into())
                .column(&layout.columns[layout.key].name)
                .mend("A record without an id can't be compared."),
        }
    }
}
