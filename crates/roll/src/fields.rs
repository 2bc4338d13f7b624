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

/// Whether counting alone shows that the record has as many fields as it should, and that no delimiter stands inside
/// quotes: so it is with records without quotes and with fully quoted ones. The others are to be walked. A record that
/// holds both a delimiter and a doubled quote inside its quotes may pass for one with a field more: if it is ever compared
/// field by field, it is walked then.
pub(crate) fn is_simple(record: &[u8], delimiter: u8, quotes: usize, expected: usize) -> bool {
    (quotes == 0 || quotes == 2 * expected) && memchr_iter(delimiter, record).count() + 1 == expected
}

/// How many quotes there are.
pub(crate) fn quotes(record: &[u8]) -> usize {
    memchr_iter(b'"', record).count()
}

/// Whether the record has as many fields as it should.
pub(crate) fn fits(record: &[u8], delimiter: u8, expected: usize) -> bool {
    is_simple(record, delimiter, quotes(record), expected) || count(record, delimiter) == expected
}

/// The fields of a simple record: every delimiter ends one.
pub(crate) fn simple_fields(record: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    let mut begin = 0;
    memchr_iter(delimiter, record).chain([record.len()]).map(move |end| {
        let field = &record[begin..end];
        begin = end + 1;
        field
    })
}

/// The fields at some columns, in ascending order; `None` where there are fewer fields.
pub(crate) fn pick<'a, const N: usize>(
    fields: impl Iterator<Item = &'a [u8]>,
    columns: [usize; N],
) -> Option<[&'a [u8]; N]> {
    let (mut picked, mut next) = ([&[] as &[u8]; N], 0);
    for (column, field) in fields.enumerate() {
        while columns.get(next) == Some(&column) {
            picked[next] = field;
            next += 1;
        }
        if next == N {
            return Some(picked);
        }
    }
    None
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

/// Whether a text is digits and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number without the zeros before it; what is no number stays as it is.
pub(crate) fn bare(key: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let zeros = key.iter().take_while(|byte| **byte == b'0').count();
    if zeros == 0 || zeros == key.len() || !key.iter().all(u8::is_ascii_digit) {
        return key;
    }
    match key {
        Cow::Borrowed(key) => Cow::Borrowed(&key[zeros..]),
        Cow::Owned(key) => Cow::Owned(key[zeros..].to_vec()),
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
            let last = raw.len() - 1;
            prop_assert_eq!(pick(raw.iter().copied(), [0, last, last]), Some([raw[0], raw[last], raw[last]]));
            prop_assert_eq!(pick(raw.iter().copied(), [0, raw.len()]), None);
            if is_simple(&record, delimiter, quotes(&record), raw.len()) {
                prop_assert_eq!(simple_fields(&record, delimiter).collect::<Vec<_>>(), raw.clone());
            }
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
    fn zeros_before_a_number_are_no_part_of_it() {
        let bare = |key: &str| bare(Cow::Borrowed(key.as_bytes())).into_owned();
        assert_eq!(["0042", "42", "00V42", "00", ""].map(bare), [&b"42"[..], b"42", b"00V42", b"00", b""]);
    }

    #[test]
    fn latin_1_and_utf_8_say_the_same_name() {
        assert_eq!(text(b"\"NU\xd1EZ\""), "NUÑEZ");
        assert_eq!(text("NUÑEZ".as_bytes()), "NUÑEZ");
    }
}
