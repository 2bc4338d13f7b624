//! Whether a record can be compared, and if not, why.

use std::borrow::Cow;

use memchr::memchr;
use pollwarden_core::Complaint;

use super::cut::Raw;
use crate::layout::{Layout, Role};

/// Reads what the first look needs of the records of one part.
#[derive(Debug)]
pub(crate) struct Reader<'l> {
    layout: &'l Layout,
    /// Voter's id, last name, birth: their columns in ascending order, and which is which.
    columns: [usize; 3],
    of: [usize; 3],
    has_names: bool,
}

/// What the first look needs of a record: raw fields.
pub(crate) struct Keyed<'a> {
    pub(crate) key: Cow<'a, [u8]>,
    /// Last name and birth, where the part has both.
    pub(crate) name: Option<[&'a [u8]; 2]>,
}

impl<'l> Reader<'l> {
    /// With `names`, last names and births are read too.
    pub(crate) fn new(layout: &'l Layout, names: bool) -> Self {
        let place = |role| layout.first(role).filter(|_| names);
        let names = place(Role::LastName).zip(place(Role::Birth));
        let (last_name, birth) = names.unwrap_or((layout.key, layout.key));
        let mut sorted = [(layout.key, 0), (last_name, 1), (birth, 2)];
        sorted.sort_unstable();
        let mut of = [0; 3];
        sorted.iter().enumerate().for_each(|(at, (_, which))| of[*which] = at);
        Self { layout, columns: sorted.map(|(column, _)| column), of, has_names: names.is_some() }
    }

    /// The record's key and name, or what is wrong with it.
    pub(crate) fn read<'a>(&self, raw: Raw<'a>) -> Result<Keyed<'a>, Fault>
    where
        'l: 'a,
    {
        if memchr(0, raw.bytes).is_some() {
            return Err(Fault::Nul);
        }
        if !raw.balanced {
            return Err(Fault::OpenQuote);
        }
        let shape = self.layout.shape(raw.bytes, raw.quotes);
        let fields = self.layout.pick(raw.bytes, &shape, self.columns).ok_or(Fault::Misfit)?;
        let key = self.layout.plain_key(fields[self.of[0]]);
        if key.is_empty() {
            return Err(Fault::NoKey);
        }
        Ok(Keyed { key, name: self.has_names.then(|| [fields[self.of[1]], fields[self.of[2]]]) })
    }

    /// What is said of a record that can't be compared.
    pub(crate) fn complaint(&self, fault: &Fault, raw: Raw<'_>, name: &str) -> Complaint {
        const MEND: &str = "Ask for the extract again, or mend the row; until then this voter is not compared.";
        let about = |expected: String, found: String| Complaint::about(name, expected, found).line(raw.line);
        match fault {
            Fault::Nul => about("text".into(), "NUL bytes".into()).mend(MEND),
            Fault::OpenQuote => about("quotes in pairs".into(), "a quote that is never closed".into()).mend(MEND),
            Fault::Misfit => {
                let (expected, found) = self.layout.misfit(raw.bytes);
                about(expected, found).mend(MEND)
            }
            Fault::NoKey => about("a voter's id".into(), "nothing".into())
                .column(&self.layout.columns[self.layout.key].name)
                .mend("A record without an id can't be compared."),
        }
    }
}

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Nul,
    OpenQuote,
    Misfit,
    NoKey,
}

impl Reader<'_> {
    /// Whether the first look took the record.
    pub(crate) fn takes(&self, raw: Raw<'_>) -> bool {
        self.read(raw).is_ok()
    }
}
