//! A message as signatures see it: header fields in order with their bytes, and the body (RFC 5322 §2.2).
//!
//! Messages are often stored with bare line feeds; signatures are made over CRLF (RFC 6376 §5.3). A message whose first
//! line ends in a bare line feed is brought back to CRLF; any other is taken as it is.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue};
use memchr::memchr;

use crate::name;

/// Header fields beyond this are not looked at: no real message comes near.
pub(crate) const MAX_FIELDS: usize = 4_000;

/// A header field: the name as written, the value with its folds and last line end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
}

impl<'a> Field<'a> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value as text, unfolded enough to read.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.value.trim_ascii())
    }
}

/// A message, split.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) body: &'a [u8],
    /// Whether fields were left out for their number.
    pub(crate) cut: bool,
}

/// The message with CRLF line ends and without an mbox `From ` line.
pub(crate) fn with_crlf(raw: &[u8]) -> Cow<'_, [u8]> {
    let raw = without_mbox_line(raw);
    match memchr(b'\n', raw) {
        Some(at) if at == 0 || raw.get(at - 1) != Some(&b'\r') => Cow::Owned(add_returns(raw)),
        _ => Cow::Borrowed(raw),
    }
}

fn without_mbox_line(raw: &[u8]) -> &[u8] {
    if !raw.starts_with(b"From ") {
        return raw;
    }
    memchr(b'\n', raw).and_then(|end| raw.get(end + 1..)).unwrap_or_default()
}

fn add_returns(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
    let mut rest = raw;
    while let Some(at) = memchr(b'\n', rest) {
        let (line, tail) = rest.split_at(at);
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
        rest = &tail[1..];
    }
    out.extend_from_slice(rest);
    out
}

impl<'a> Message<'a> {
    pub(crate) fn split(raw: &'a [u8]) -> Self {
        let mut message = Self { fields: Vec::with_capacity(32), body: &[], cut: false };
        let mut rest = raw;
        while !rest.is_empty() {
            if let Some(body) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
                message.body = body;
                break;
            }
            let (field, tail) = rest.split_at(field_end(rest));
            rest = tail;
            message.push(field);
        }
        message
    }

    fn push(&mut self, line: &'a [u8]) {
        // A line without a colon is no field; what stands in it can't be signed by name.
        let Some(colon) = memchr(b':', line) else { return };
        if self.fields.len() == MAX_FIELDS {
            self.cut = true;
            return;
        }
        self.fields.push(Field { name: line[..colon].trim_ascii_end(), value: &line[colon + 1..] });
    }

    /// Every field of a name, from the top.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The addresses of all From fields, in lower case.
    pub(crate) fn author_addresses(&self) -> Vec<String> {
        self.all("From").flat_map(|field| addresses(field.value)).collect()
    }
}

/// The length of the first field with its folds.
fn field_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(feed) = bytes.get(at..).and_then(|rest| memchr(b'\n', rest)) {
        at += feed + 1;
        if !matches!(bytes.get(at), Some(b' ' | b'\t')) {
            return at;
        }
    }
    bytes.len()
}

/// A field is read for addresses up to here: no writer needs more, and encoded words that never end take long.
const LONGEST_FIELD: usize = 16 << 10;

/// The addresses of a field's value, in lower case.
fn addresses(value: &[u8]) -> Vec<String> {
    let value = &value[..value.len().min(LONGEST_FIELD)];
    let HeaderValue::Address(parsed) = MessageStream::new(value).parse_address() else { return Vec::new() };
    let list: Vec<_> = match &parsed {
        Address::List(list) => list.iter().collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    };
    list.into_iter().filter_map(|a| a.address.as_deref()).map(str::to_lowercase).collect()
}

/// The different domains of addresses, canonical.
pub(crate) fn domains(addresses: &[String]) -> Vec<String> {
    let mut domains: Vec<String> = addresses.iter().filter_map(|a| name::domain_of(a)).map(Cow::into_owned).collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_body_are_kept_as_they_were() {
        let message = Message::split(b"From: A <A@Example.org>\r\nSubject : x\r\n\ty\r\nnonsense\r\n\r\nbody\r\n");
        assert_eq!(message.fields.len(), 2);
        assert_eq!((message.fields[1].name, message.fields[1].value), (&b"Subject"[..], &b" x\r\n\ty\r\n"[..]));
        assert_eq!(message.body, b"body\r\n");
        assert_eq!(message.author_addresses(), ["a@example.org"]);
    }

    #[test]
    fn stored_messages_are_brought_back_to_crlf() {
        assert_eq!(with_crlf(b"From x Mon\nA: b\n\nc").as_ref(), b"A: b\r\n\r\nc");
        assert!(matches!(with_crlf(b"A: b\r\n\r\nc\nd"), Cow::Borrowed(_)));
        for odd in [&b""[..], b"\n", b":", b"From ", b"\r", b" x\n", b"A:\n\n\n"] {
            let crlf = with_crlf(odd);
            Message::split(&crlf);
        }
    }
}
