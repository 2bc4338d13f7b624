//! A message that Outlook saved ([MS-OXMSG]): read by `msg_parser`, and written as RFC 5322 has it, so that everything after
//! judges one form. Signatures no longer match the rewritten body; its authentication is the receiver's word in its header.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use msg_parser::{Attachment, Outlook, Person};

use super::anew::anew;
use super::{LARGEST_MESSAGE, bounded};

/// Messages within messages, as they are forwarded.
const DEEPEST: usize = 4;

pub(super) fn read(reader: &mut dyn Read, give: &mut dyn FnMut(Option<u64>, Vec<u8>, bool)) -> io::Result<()> {
    let (bytes, is_cut) = bounded(reader, LARGEST_MESSAGE)?;
    // The library indexes into the file's own tables: a damaged file must not end the run.
    let parsed = catch_unwind(AssertUnwindSafe(|| parsed(&bytes).map(|message| rfc5322(&message, 0))));
    match parsed {
        Ok(Ok(raw)) => give(None, raw, is_cut),
        Ok(Err(fault)) => return Err(io::Error::other(format!("no Outlook message that can be read: {fault}"))),
        Err(_) => return Err(io::Error::other("an Outlook message whose tables are damaged")),
    }
    Ok(())
}

fn parsed(bytes: &[u8]) -> io::Result<Outlook> {
    Outlook::from_slice(&anew(bytes)?).map_err(io::Error::other)
}

fn rfc5322(message: &Outlook, depth: usize) -> Vec<u8> {
    let boundary = format!("=_outlook_{depth}");
    let mut raw = header(message);
    raw.push_str(&format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"));
    let html = Some(message.html.clone()).filter(|html| !html.is_empty()).or_else(|| message.html_from_rtf());
    match html {
        Some(html) => part(&mut raw, &boundary, "text/html; charset=utf-8", "", html.as_bytes()),
        None => part(&mut raw, &boundary, "text/plain; charset=utf-8", "", message.body.as_bytes()),
    }
    for attachment in &message.attachments {
        attached(&mut raw, &boundary, attachment, depth);
    }
    raw.push_str(&format!("--{boundary}--\r\n"));
    raw.into_bytes()
}

/// The header as servers wrote it, where Outlook kept it; else what its properties say.
fn header(message: &Outlook) -> String {
    let kept: String = unfolded(&message.headers.raw).filter(|field| !is_of_body(field)).map(|f| f + "\r\n").collect();
    if kept.to_ascii_lowercase().contains("from:") {
        return kept;
    }
    let mut header = format!("From: {}\r\n", mailbox(&message.sender));
    for (name, people) in [("To", &message.to), ("Cc", &message.cc)] {
        if !people.is_empty() {
            let all: Vec<String> = people.iter().map(mailbox).collect();
            header.push_str(&format!("{name}: {}\r\n", all.join(", ")));
        }
    }
    header.push_str(&format!("Subject: {}\r\n", encoded(&message.subject)));
    if !message.headers.date.is_empty() {
        header.push_str(&format!("Date: {}\r\n", one_line(&message.headers.date)));
    }
    header
}

/// Fields with their folded lines, without blank lines between.
fn unfolded(raw: &str) -> impl Iterator<Item = String> {
    let mut fields: Vec<String> = Vec::new();
    for line in raw.lines().filter(|line| !line.trim().is_empty()) {
        match fields.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(field) => {
                field.push_str("\r\n");
                field.push_str(line);
            }
            None => fields.push(line.to_owned()),
        }
    }
    fields.into_iter()
}

fn is_of_body(field: &str) -> bool {
    let name = field.split(':').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("content-") || name == "mime-version" || !field.contains(':')
}

fn mailbox(person: &Person) -> String {
    format!("{} <{}>", encoded(&person.name), one_line(&person.email))
}

fn encoded(text: &str) -> String {
    format!("=?utf-8?B?{}?=", STANDARD.encode(text))
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect()
}

fn attached(raw: &mut String, boundary: &str, attachment: &Attachment, depth: usize) {
    if attachment.is_embedded_message()
        && depth < DEEPEST
        && let Ok(inner) = parsed(&attachment.payload_bytes)
    {
        let inner = rfc5322(&inner, depth + 1);
        raw.push_str(&format!("--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"));
        raw.push_str(&String::from_utf8_lossy(&inner));
        raw.push_str("\r\n");
        return;
    }
    let names = [&attachment.long_file_name, &attachment.file_name, &attachment.display_name];
    let name = names.into_iter().find(|name| !name.is_empty()).map_or("", String::as_str);
    let kind = if attachment.mime_tag.contains('/') {
        one_line(&attachment.mime_tag)
    } else {
        "application/octet-stream".into()
    };
    part(raw, boundary, &kind, name, &attachment.payload_bytes);
}

fn part(raw: &mut String, boundary: &str, kind: &str, name: &str, bytes: &[u8]) {
    raw.push_str(&format!("--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"));
    if !name.is_empty() {
        raw.push_str(&format!("Content-Disposition: attachment; filename=\"{}\"\r\n", encoded(name)));
    }
    raw.push_str("\r\n");
    let text = STANDARD.encode(bytes);
    for line in text.as_bytes().chunks(76) {
        raw.push_str(&String::from_utf8_lossy(line));
        raw.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;
    use crate::Letter;

    /// A message as Outlook saves it: a property a stream, named by its tag ([MS-OXMSG], 2.4).
    fn saved(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut file =
            cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("in memory");
        for storage in ["/__nameid_version1.0", "/__attach_version1.0_#00000000"] {
            file.create_storage(storage).expect("in memory");
        }
        for (path, bytes) in streams {
            file.create_stream(path).expect("in memory").write_all(bytes).expect("in memory");
        }
        file.into_inner().into_inner()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_saved_message_is_read() {
        let bytes = saved(&[
            ("/__properties_version1.0", vec![0; 32]),
            ("/__nameid_version1.0/__substg1.0_00020102", Vec::new()),
            ("/__nameid_version1.0/__substg1.0_00030102", Vec::new()),
            ("/__nameid_version1.0/__substg1.0_00040102", Vec::new()),
            ("/__substg1.0_0037001F", utf16("Poll book: größere Änderung")),
            ("/__substg1.0_1000001F", utf16("See attached")),
            ("/__substg1.0_0C1A001F", utf16("Ana Ruiz")),
            ("/__substg1.0_5D01001F", utf16("ana@vendor.example")),
            ("/__attach_version1.0_#00000000/__properties_version1.0", vec![0; 8]),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", utf16("guide.docm")),
            ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"PK\x03\x04".to_vec()),
        ]);
        let mut raw = Vec::new();
        read(&mut bytes.as_slice(), &mut |_, message, _| raw = message).expect("reads");
        let letter = Letter::read(&raw);
        assert_eq!(letter.from[0].address, "ana@vendor.example");
        assert_eq!((letter.subject.as_str(), letter.text.trim()), ("Poll book: größere Änderung", "See attached"));
        assert_eq!(
            (letter.parts[0].name.as_str(), letter.parts[0].bytes.as_slice()),
            ("guide.docm", b"PK\x03\x04".as_slice())
        );
    }

    #[test]
    fn a_file_that_claims_more_than_it_holds_is_read_as_far_as_it_is_there() {
        let packed = [40_u32.to_le_bytes(), u32::MAX.to_le_bytes(), *b"LZFu", [0; 4]].concat();
        let mut bytes = saved(&[
            ("/__properties_version1.0", vec![0; 32]),
            ("/__substg1.0_0037001F", utf16("Poll book")),
            ("/__substg1.0_1000001F", utf16("See attached")),
            ("/__substg1.0_10090102", packed),
            ("/__nameid_version1.0/__substg1.0_00030102", vec![0; 8_000]),
        ]);
        // The directory says of the last stream that it is 4 GiB long: eight bytes at 120 of its entry ([MS-CFB], 2.6.1).
        let length = 8_000_u32.to_le_bytes();
        let at = bytes.chunks_exact(128).position(|entry| entry[120..124] == length).expect("its entry");
        bytes[at * 128 + 120..][..4].copy_from_slice(&u32::MAX.to_le_bytes());
        let (mut raw, begun) = (Vec::new(), std::time::Instant::now());
        let read = read(&mut bytes.as_slice(), &mut |_, message, _| raw = message);
        assert!(begun.elapsed().as_secs() < 5);
        assert!(read.is_err() || Letter::read(&raw).subject == "Poll book");
    }

    #[test]
    fn what_is_no_outlook_file_is_refused() {
        let mut none = |_: Option<u64>, _: Vec<u8>, _: bool| panic!("nothing to give");
        let mut damaged = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        damaged.extend([0xFF; 600]);
        assert!(read(&mut damaged.as_slice(), &mut none).is_err());
    }
}
