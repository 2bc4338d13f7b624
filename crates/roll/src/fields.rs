//! The fields of one raw record (RFC 4180, any delimiter), found without copying.
//!
//! The csv crate is the oracle in tests; this reading exists because a comparison of two rolls looks at every byte, and
//! needs no more of an unchanged record than its key.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// Raw fields of a record, quotes included.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(record: &'a [u8], delimiter: u8) -> Self {
        Self { rest: Some(record), delimiter }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let end = field_end(rest, self.delimiter);
        self.rest = (end < rest.len()).then(|| &rest[end + 1..]);
        Some(&rest[..end])
    }
}

/// Where the field at the beginning of `rest` ends: at a delimiter outside quotes, or at the end.
fn field_end(rest: &[u8], delimiter: u8) -> usize {
    let mut at = 0;
    if rest.first() == Some(&b'"') {
        at = 1;
        while let Some(quote) = memchr(b'"', &rest[at..]) {
            at += quote + 1;
            if rest.get(at) != Some(&b'"') {
                break;
            }
            at += 1;
        }
    }
    memchr(delimiter, &rest[at..]).map_or(rest.len(), |found| at + found)
}

/// How many fields the record has.
pub(crate) fn count(record: &[u8], delimiter: u8) -> usize {
    Fields::of(record, delimiter).count()
}

/// Whether the record has as many fields as it should.
///
/// Two counts at memory speed settle it for records without quotes and for fully quoted ones; the others are walked. A
/// record that holds both a delimiter and a doubled quote inside its quotes may pass for one with a field more: if it
/// is ever compared field by field, it is walked then.
pub(crate) fn fits(record: &[u8], delimiter: u8, expected: usize) -> bool {
    if memchr_iter(delimiter, record).count() + 1 == expected {
        let quotes = memchr_iter(b'"', record).count();
        if quotes == 0 || quotes == 2 * expected {
            return true;
        }
    }
    count(record, delimiter) == expected
}

/// Some raw fields of a record, by their columns in ascending order; `false` where it has not so many. Where counting shows
/// that no delimiter stands inside quotes, fields are found by their delimiters alone.
pub(crate) fn some<'a>(
    record: &'a [u8],
    delimiter: u8,
    columns: usize,
    wanted: &[usize],
    into: &mut [&'a [u8]],
) -> bool {
    let simple = memchr_iter(delimiter, record).count() + 1 == columns && {
        let quotes = memchr_iter(b'"', record).count();
        quotes == 0 || quotes == 2 * columns
    };
    let mut next = 0;
    let mut take = |wanted: usize, nth: &mut dyn FnMut(usize) -> Option<&'a [u8]>| {
        let field = nth(wanted.checked_sub(next)?);
        next = wanted + 1;
        field
    };
    let mut walked = Fields::of(record, delimiter);
    let (mut begin, mut ends) = (0, memchr_iter(delimiter, record).chain([record.len()]));
    let mut quick = |skip: usize| {
        if skip > 0 {
            begin = ends.nth(skip - 1)? + 1;
        }
        let end = ends.next()?;
        let field = record.get(begin..end);
        begin = end + 1;
        field
    };
    wanted.iter().zip(into).all(|(wanted, into)| {
        let field = if simple { take(*wanted, &mut quick) } else { take(*wanted, &mut |skip| walked.nth(skip)) };
        field.map(|field| *into = field).is_some()
    })
}

/// Whether quotes stand only around whole fields, or doubled within them.
pub(crate) fn well_quoted(record: &[u8], delimiter: u8) -> bool {
    let inner = |raw: &[u8]| raw.strip_prefix(b"\"").map(|rest| rest.strip_suffix(b"\"").map(<[u8]>::to_vec));
    Fields::of(record, delimiter).all(|raw| match inner(raw) {
        None => memchr(b'"', raw).is_none(),
        Some(None) => false,
        Some(Some(inner)) => doubled(&inner),
    })
}

fn doubled(inner: &[u8]) -> bool {
    inner.split(|&byte| byte != b'"').all(|run| run.len() % 2 == 0)
}

/// The value of a raw field: without its quotes, doubled quotes made single.
pub(crate) fn unquote(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = raw.strip_prefix(b"\"") else { return Cow::Borrowed(raw) };
    match memchr(b'"', inner) {
        None => Cow::Borrowed(inner),
        Some(end) if end + 1 == inner.len() => Cow::Borrowed(&inner[..end]),
        Some(_) => Cow::Owned(unquote_slowly(inner)),
    }
}

/// As the csv crate does: a doubled quote is one, the first lone quote ends the quoted part, what follows is taken as is.
fn unquote_slowly(inner: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            value.push(byte);
        } else if bytes.next_if_eq(&b'"').is_some() {
            value.push(b'"');
        } else {
            value.extend(bytes.by_ref());
        }
    }
    value
}

/// The value as text: UTF-8, else Windows-1252.
pub(crate) fn text(raw: &[u8]) -> Cow<'_, str> {
    match unquote(raw) {
        Cow::Borrowed(bytes) => pollwarden_intake::text::decode(bytes),
        Cow::Owned(bytes) => Cow::Owned(pollwarden_intake::text::decode(&bytes).into_owned()),
    }
}

/// The value without blanks around it: how a voter's id is compared.
pub(crate) fn key(raw: &[u8]) -> Cow<'_, [u8]> {
    match unquote(raw) {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.trim_ascii()),
        Cow::Owned(bytes) => Cow::Owned(bytes.trim_ascii().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_csv(record: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(record);
        reader
            .byte_records()
            .flat_map(|r| r.expect("a record").iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
            .collect()
    }

    proptest! {
        #[test]
        fn fields_are_those_of_the_csv_crate(
            fields in prop::collection::vec("[a-c \",|]{0,6}", 2..8),
            always in any::<bool>(),
            delimiter in prop::sample::select(vec![b',', b'|', b'\t']),
        ) {
            let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).from_writer(Vec::new());
            writer.write_record(&fields).expect("memory");
            let mut record = writer.into_inner().expect("memory");
            record.pop();
            let ours: Vec<_> = Fields::of(&record, delimiter).map(|raw| unquote(raw).into_owned()).collect();
            let raw: Vec<_> = Fields::of(&record, delimiter).collect();
            for wanted in [vec![0, 1], vec![0, raw.len() - 1], vec![1], (0..raw.len()).collect()] {
                let mut found = vec![&record[..0]; wanted.len()];
                prop_assert!(some(&record, delimiter, raw.len(), &wanted, &mut found));
                prop_assert_eq!(found, wanted.iter().map(|at| raw[*at]).collect::<Vec<_>>());
            }
            prop_assert!(!some(&record, delimiter, raw.len(), &[raw.len()], &mut [&record[..0]]));
            prop_assert!(fits(&record, delimiter, ours.len()));
            prop_assert_eq!(count(&record, delimiter), ours.len());
            prop_assert_eq!(ours, by_csv(&record, delimiter));
        }
    }

    #[test]
    fn an_id_is_compared_without_quotes_and_blanks() {
        assert_eq!(key(b"\" A1 \"").as_ref(), b"A1");
        assert_eq!(key(b"A1").as_ref(), b"A1");
    }

    #[test]
    fn latin_1_and_utf_8_say_the_same_name() {
        assert_eq!(text(b"\"NU\xd1EZ\""), "NUÑEZ");
        assert_eq!(text("NUÑEZ".as_bytes()), "NUÑEZ");
    }
}
