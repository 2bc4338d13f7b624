//! Whether a record can be compared, and if not, why.

use std::borrow::Cow;

use memchr::memchr;
use pollwarden_core::Complaint;

use super::cut::Raw;
use crate::layout::{Cut, Layout, Shape};

const MEND: &str = "Ask for the extract again, or mend the row; until then this voter is not compared.";

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Nul,
    OpenQuote,
    /// It has not the layout's columns.
    Misfit,
    NoKey,
    /// It is no record, but the line of totals below them.
    Total,
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
    let Some([key]) = layout.pick(raw.bytes, &shape, [layout.key]) else {
        return Err(if is_total(layout, raw.bytes) { Fault::Total } else { Fault::Misfit });
    };
    let key = layout.plain_key(key);
    match key.is_empty() || says_total(&key) {
        true if is_total(layout, raw.bytes) => Err(Fault::Total),
        true if key.is_empty() => Err(Fault::NoKey),
        _ => Ok((shape, key)),
    }
}

/// Whether a line says how many records there are, or that they end, and nothing else: spreadsheets and reports put it below.
fn is_total(layout: &Layout, record: &[u8]) -> bool {
    /// The words, and a number beside them.
    const MOST: usize = 2;
    let Cut::At(_) = layout.cut else { return false };
    let mut said = layout.fields(record).map(|raw| layout.plain_key(raw)).filter(|field| !field.is_empty());
    said.next().is_some_and(|first| says_total(&first)) && said.count() < MOST
}

/// Whether a line that begins with this says how many records there are.
pub(crate) fn says_total(field: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"total", b"grand total", b"subtotal", b"count", b"record count", b"row count", b"number of", b"end of"];
    // Every record's id is asked, and most begin with a digit.
    let may = field.first().is_some_and(|first| b"tgscrne".contains(&first.to_ascii_lowercase()));
    may && WORDS.iter().any(|word| field.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)))
}

/// The number in a line of totals: 1,234 is one number.
pub(super) fn total(record: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(record).replace(',', "");
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|run| run.parse().ok()).max()
}

impl Fault {
    /// For whoever has nothing to say of a line of totals.
    pub(crate) fn unless_total(self) -> Result<(), Self> {
        if self == Self::Total { Ok(()) } else { Err(self) }
    }

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
            Self::Total => about("a voter".into(), "a line of totals".into()).mend("It was left out."),
        }
    }
}
