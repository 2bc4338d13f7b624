//! A record's values in one line, as a store keeps them beside its marks, so that a record can be compared without being
//! unpacked and read.
//!
//! ```text
//! flags, then the values in plain form, each after a tab; an empty line where a record has not what is compared
//! ```

use std::borrow::Cow;

use super::field::{BIRTH, FIRST, HELD, LAST};
use super::marks::Shared;
use super::value::Places;
use crate::explain::plain;
use crate::layout::{Layout, is_active};

/// Another number where plain forms or marks of the same record become others: kept ones are not used then.
pub(crate) const FORMS: u32 = 1;

/// What a flag says; one letter holds all of them.
const NO_FLAG: u8 = b'@';
const ACTIVE: u8 = 1;
const IS_DATE: u8 = 2;
/// A value that is shared as it stands, but stands for nothing.
const MASKED: [(usize, u8); 3] = [(LAST, 4), (FIRST, 8), (BIRTH, 16)];

/// Makes lines of the records of one part.
#[derive(Debug)]
pub(crate) struct Liner(Places);

impl Liner {
    pub(crate) fn of(layout: &Layout) -> Self {
        Self(Places::of(layout))
    }

    /// Writes a record's line, without an end.
    pub(crate) fn write(&self, layout: &Layout, record: &[u8], line: &mut Vec<u8>) {
        let places = &self.0;
        let raw: Vec<&[u8]> = layout.fields(record).take(places.width).collect();
        if raw.len() < places.width || !places.suffice() {
            return;
        }
        let mut shared = Shared::default();
        let (columns, fields) = places.columns([LAST, FIRST, BIRTH]);
        columns.iter().zip(fields).for_each(|(at, field)| shared.put(field, layout.text(raw[*at])));
        let mut values = places.values(layout, &raw);
        let mut flags = NO_FLAG | if shared.is_date { IS_DATE } else { 0 };
        if is_active(&plain(&places.status.map(|at| layout.text(raw[at])).unwrap_or_default())) {
            flags |= ACTIVE;
        }
        for ((field, flag), form) in MASKED.into_iter().zip([shared.last, shared.first, shared.birth]) {
            if values[field].is_empty() && !form.is_empty() {
                flags |= flag;
                values[field] = form.into_owned();
            }
        }
        line.push(flags);
        for value in &values {
            line.push(b'\t');
            line.extend_from_slice(value.as_bytes());
        }
    }
}

/// A line, read.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) is_active: bool,
    pub(super) shared: Shared<'a>,
    pub(super) values: [&'a str; HELD],
}

impl<'a> Line<'a> {
    /// `None` where the record has not what is compared.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let flags = *parts.next()?.as_bytes().first()?;
        let mut values = [""; HELD];
        for value in &mut values {
            *value = parts.next()?;
        }
        let [last, first, birth] = [LAST, FIRST, BIRTH].map(|field| Cow::Borrowed(values[field]));
        for (field, _) in MASKED.into_iter().filter(|(_, flag)| flags & flag != 0) {
            values[field] = "";
        }
        let shared = Shared { last, first, birth, is_date: flags & IS_DATE != 0 };
        Some(Self { is_active: flags & ACTIVE != 0, shared, values })
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::Marker;
    use super::*;
    use crate::formats::names;
    use crate::layout::Cut;

    #[test]
    fn a_line_says_what_the_record_does() {
        let columns =
            "voter_id last_name first_name birth_date status res_street_address".split(' ').map(str::to_owned);
        let columns = names::columns(&columns.collect::<Vec<_>>());
        let layout = Layout { name: "test", cut: Cut::At(b','), above: 1, columns, key: 0, bare_ids: false };
        let (liner, marker, places) = (Liner::of(&layout), Marker::of(&layout, 3), Places::of(&layout));
        for record in [
            "1,O'Neil,ada,4/12/1980,A,12 Main St. #3",
            "2,XXXX,Confidential, 1980   ,I,",
            "3,\"Ng\t\n, Jr.\",,1980,ACTIVE,*****",
            "4,NU\u{d1}EZ,\u{df},19800412,,1  ELM",
            "5,X.X,(Confidential),****,R,X",
        ] {
            let mut line = Vec::new();
            liner.write(&layout, record.as_bytes(), &mut line);
            let line = String::from_utf8(line).expect("text");
            assert!(!line.contains('\n'), "{line:?}");
            let line = Line::read(&line).expect("a line");
            let raw: Vec<&[u8]> = layout.fields(record.as_bytes()).collect();
            assert_eq!(line.values.map(str::to_owned), places.values(&layout, &raw), "{record}");
            assert_eq!(line.shared.keys(3), marker.keys_of(&layout, record.as_bytes()), "{record}");
            assert_eq!(line.is_active, is_active(&plain(&layout.text(raw[4]))), "{record}");
        }
        let mut short = Vec::new();
        liner.write(&layout, b"1,2", &mut short);
        assert!(short.is_empty() && Line::read("").is_none() && Line::read("A\tB").is_none());
    }
}
