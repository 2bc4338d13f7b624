//! One record as a line of text, and back (RFC 1035 §5.1).

use std::net::IpAddr;

use super::{Record, RecordType};

/// The longest record there can be (RFC 1035 §3.2.1, RDLENGTH).
const MAX_TEXT: usize = 65_535;

/// Reads a record; the error says what was expected.
pub(super) fn read_record(record_type: RecordType, text: &str) -> Result<Record, String> {
    match record_type {
        RecordType::A | RecordType::Aaaa => text
            .parse()
            .ok()
            .filter(|ip: &IpAddr| ip.is_ipv4() == (record_type == RecordType::A))
            .map(Record::Address)
            .ok_or_else(|| format!("expected an address for {}, found \"{text}\"", record_type.as_str())),
        RecordType::Mx => text
            .split_once(' ')
            .and_then(|(preference, host)| Some(Record::Exchange(preference.parse().ok()?, host.trim().into())))
            .ok_or_else(|| format!("expected \"10 mail.example.org\", found \"{text}\"")),
        RecordType::Txt => {
            let text = unescape(text)?;
            let fits = text.len() <= MAX_TEXT;
            if fits { Ok(Record::Text(text)) } else { Err(format!("a record holds at most {MAX_TEXT} octets")) }
        }
        RecordType::Ptr => Ok(Record::Name(text.into())),
    }
}

/// Writes a record.
pub(super) fn write_record(record: &Record) -> String {
    match record {
        Record::Address(ip) => ip.to_string(),
        Record::Exchange(preference, host) => format!("{preference} {host}"),
        Record::Text(text) => escape(text),
        Record::Name(name) => name.clone(),
    }
}

fn escape(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03}")),
        }
    }
    out
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            out.push(*first);
        } else if let [b'\\', tail @ ..] = rest {
            out.push(b'\\');
            rest = tail;
        } else {
            let digits = rest
                .get(..3)
                .and_then(|d| std::str::from_utf8(d).ok())
                .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            out.push(
                digits
                    .and_then(|d| d.parse().ok())
                    .ok_or("a backslash needs three digits up to 255 or another backslash")?,
            );
            rest = rest.get(3..).unwrap_or_default();
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_octets_survive(text in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(unescape(&escape(&text)).expect("escaped"), text);
        }
    }
}
