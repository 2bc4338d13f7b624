//! From bytes to a [`Letter`].

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::Timestamp;
use mail_parser::{DateTime, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use pollwarden_core::Digest;
use pollwarden_payload::tamed;

use super::addresses::{address, mailboxes, spaced};
use super::bodies::{add_text, bodies, unread};
use super::hops::hops;
use super::{Head, Letter, Mailbox, Part};
use crate::formats;

/// More parts or messages within a message than people send.
pub(super) const MOST_PARTS: usize = 1_000;
/// More messages than anybody attaches as files: each is read anew.
const MOST_SAVED: usize = 50;
/// Headers are searched for lost fields up to here.
const LONGEST_HEADER: usize = 256 << 10;

/// Of other fields than these only the bytes are kept; hops are read as far as somebody asks.
static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .with_mime_headers()
        .with_date_headers()
        .with_address_headers()
        .with_message_ids()
        .header_id(HeaderName::ReturnPath)
        .header_text(HeaderName::Subject)
        .default_header_ignore()
});

pub(super) fn letter(raw: &[u8]) -> Letter {
    let mut letter = Letter { digest: Digest::of(raw), size: raw.len() as u64, ..Letter::default() };
    let tame = tamed(raw);
    if matches!(tame, Cow::Owned(_)) {
        unread(&mut letter, "It has more encoded words that do not end than are followed.");
    }
    let Some(message) = PARSER.parse(&*tame) else {
        letter.faults.push("It has no header that can be read; its bytes are judged as text.".to_owned());
        add_text(&String::from_utf8_lossy(raw), &mut letter);
        return letter;
    };
    envelope(&message, &mut letter);
    headers(&message, &mut letter);
    restore(&tame, &mut letter);
    bodies(&message, &mut letter);
    attachments(&message, &mut letter);
    faults(&message, &mut letter);
    letter
}

pub(super) fn head(raw: &[u8]) -> Head {
    let tame = tamed(raw);
    let Some(message) = PARSER.parse_headers(&*tame) else { return Head::default() };
    let received = hops(&message).find_map(|hop| hop.at);
    Head {
        from: writers(&message),
        to: mailboxes(message.to()).into_iter().chain(mailboxes(message.cc())).collect(),
        at: received.or_else(|| message.date().and_then(timestamp)),
        message_id: message.message_id().map(str::to_owned),
    }
}

fn envelope(message: &Message<'_>, letter: &mut Letter) {
    letter.from = writers(message);
    letter.sender = mailboxes(message.sender()).into_iter().next();
    letter.reply_to = mailboxes(message.reply_to());
    letter.to = mailboxes(message.to()).into_iter().chain(mailboxes(message.cc())).collect();
    letter.return_path = return_path(message).map(address).filter(|a| !a.is_empty());
    letter.subject = spaced(message.subject().unwrap_or_default());
    letter.date = message.date().and_then(timestamp);
    letter.message_id = message.message_id().map(str::to_owned);
    letter.in_reply_to = texts(message.in_reply_to()).chain(texts(message.references())).map(str::to_owned).collect();
    letter.list_id = message.header_raw("List-Id").map(|id| id.trim().to_owned());
    letter.can_unsubscribe = message.header_raw("List-Unsubscribe").is_some();
    for hop in hops(message) {
        letter.received = letter.received.or(hop.at);
        letter.came_from = letter.came_from.or(hop.from);
        if letter.received.is_some() && letter.came_from.is_some() {
            break;
        }
    }
}

/// The writers of every field From, the first first: one is allowed (RFC 5322, 3.6), and mail programs differ in which they show.
fn writers(message: &Message<'_>) -> Vec<Mailbox> {
    let fields = message.header_values(HeaderName::From).take(MOST_PARTS);
    fields.flat_map(|field| mailboxes(field.as_address())).collect()
}

/// The topmost Return-Path: the last server wrote it, and the sender may have written others below it.
fn return_path<'a>(message: &'a Message<'_>) -> Option<&'a str> {
    match message.header_values(HeaderName::ReturnPath).next() {
        Some(HeaderValue::Text(path)) => Some(path),
        Some(HeaderValue::TextList(paths)) => paths.last().map(AsRef::as_ref),
        // Faults in the delivery of a fault go nowhere: `<>`.
        Some(_) => None,
        None => message.return_address(),
    }
}

fn headers(message: &Message<'_>, letter: &mut Letter) {
    letter.headers = message
        .headers_raw()
        .take(MOST_PARTS)
        .map(|(name, value)| (name.to_ascii_lowercase(), spaced(value)))
        .collect();
    let delivered = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];
    let to = letter.headers.iter().filter(|(name, _)| delivered.contains(&name.as_str())).map(|(_, to)| address(to));
    let mut to: Vec<String> = to.filter(|to| to.contains('@')).collect();
    to.sort_unstable();
    to.dedup();
    letter.delivered_to = to;
}

/// Fields that the parser lost: where a date breaks the rules, it takes the next line for a part of it.
fn restore(raw: &[u8], letter: &mut Letter) {
    let lost = lost(raw, letter);
    let Some(message) = PARSER.parse(&lost).filter(|_| !lost.is_empty()) else { return };
    let mut found = Letter::default();
    envelope(&message, &mut found);
    letter.faults.push("A field that breaks the rules hid the one after it.".to_owned());
    if letter.from.is_empty() {
        letter.from = found.from;
    }
    if letter.to.is_empty() {
        letter.to = found.to;
    }
    if letter.reply_to.is_empty() {
        letter.reply_to = found.reply_to;
    }
    if letter.subject.is_empty() {
        letter.subject = found.subject;
    }
}

/// The lines of the fields that say who wrote to whom, and of what, as far as they are in the header and were not read.
fn lost(raw: &[u8], letter: &Letter) -> Vec<u8> {
    let is_read = |name: &str| letter.headers.iter().any(|(field, _)| field == name);
    let wanted: Vec<&str> = ["from", "to", "reply-to", "subject"].into_iter().filter(|name| !is_read(name)).collect();
    let (mut lost, mut is_wanted) = (Vec::new(), false);
    let header = raw.get(..LONGEST_HEADER).unwrap_or(raw).split_inclusive(|byte| *byte == b'\n');
    for line in header.take_while(|line| !line.trim_ascii().is_empty()) {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            is_wanted = wanted.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes()));
        }
        if is_wanted {
            lost.extend_from_slice(line);
        }
    }
    if !lost.is_empty() {
        lost.extend_from_slice(b"\r\n");
    }
    lost
}

fn attachments(message: &Message<'_>, letter: &mut Letter) {
    if message.attachments().nth(MOST_PARTS).is_some() {
        unread(letter, "It has more parts than are read.");
    }
    for part in message.attachments().take(MOST_PARTS) {
        match &part.body {
            PartType::Message(inner) => letter.enclosed.push(inner.raw_message().to_vec()),
            PartType::Multipart(_) => {}
            _ => {
                let name = part.attachment_name().unwrap_or_default().trim().to_owned();
                let is_message = saved(&name, part, letter);
                letter.parts.push(Part {
                    name,
                    declared: if is_message { "message/rfc822".to_owned() } else { declared(part) },
                    is_inline: matches!(part.body, PartType::InlineBinary(_)),
                    bytes: part.contents().to_vec(),
                });
            }
        }
    }
    let mut shape = String::new();
    shape_of(message, message.root_part(), 0, &mut shape);
    letter.shape = shape;
}

/// Whether a part is a message that some program attached as a file: it is then judged as one.
fn saved(name: &str, part: &MessagePart<'_>, letter: &mut Letter) -> bool {
    let Some(kind) = formats::saved(name, &declared(part), part.contents()) else { return false };
    if letter.enclosed.len() >= MOST_SAVED {
        unread(letter, "It has more messages attached as files than are read.");
    } else if let Some(message) = kind.message(part.contents()) {
        letter.enclosed.push(message);
    } else {
        unread(letter, "A message of Outlook's that is attached can't be read.");
    }
    true
}

/// The kinds of parts, nested.
fn shape_of(message: &Message<'_>, part: &MessagePart<'_>, depth: usize, shape: &mut String) {
    let kind = declared(part);
    shape.push_str(kind.rsplit('/').next().unwrap_or_default());
    let PartType::Multipart(inner) = &part.body else { return };
    if depth > 20 || shape.len() > 2_000 {
        return;
    }
    shape.push('(');
    for (at, id) in inner.iter().enumerate() {
        if at > 0 {
            shape.push(',');
        }
        if let Some(part) = message.part(*id) {
            shape_of(message, part, depth + 1, shape);
        }
    }
    shape.push(')');
}

fn declared(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return "text/plain".to_owned() };
    match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase(),
        None => kind.ctype().to_ascii_lowercase(),
    }
}

fn faults(message: &Message<'_>, letter: &mut Letter) {
    let count = |name: &str| letter.headers.iter().filter(|(field, _)| field == name).count();
    for name in ["from", "subject", "to", "date"] {
        if count(name) > 1 {
            letter.faults.push(format!("It has {} fields {name}, where one is allowed.", count(name)));
        }
    }
    if letter.from.is_empty() {
        letter.faults.push("It names no writer.".to_owned());
    }
    if letter.date.is_none() {
        letter.faults.push("It has no date that can be read.".to_owned());
    }
    if message.parts.iter().any(|part| part.is_encoding_problem) {
        letter.faults.push("A part is not encoded as it says.".to_owned());
    }
}

fn texts<'a>(value: &'a HeaderValue<'a>) -> impl Iterator<Item = &'a str> {
    let one = value.as_text();
    let many = value.as_text_list().unwrap_or_default();
    let list =
        if many.is_empty() { one.into_iter().collect() } else { many.iter().map(AsRef::as_ref).collect::<Vec<_>>() };
    list.into_iter()
}

pub(super) fn timestamp(date: &DateTime) -> Option<Timestamp> {
    Timestamp::from_second(date.to_timestamp()).ok().filter(|_| date.is_valid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_breaks_the_rules_hides_no_writer() {
        let read =
            letter(b"Date: 28 Jun 01 10:05:15 PM\r\nFrom: Ann <ann@example.org>\r\nSubject: Plans\r\n\r\nHello\r\n");
        assert_eq!(read.from.first().map(|from| from.address.as_str()), Some("ann@example.org"));
        assert_eq!(read.subject, "Plans");
        let sound = letter(b"Date: Thu, 28 Jun 2001 10:05:15 +0000\r\nFrom: Ann <ann@example.org>\r\n\r\nHello\r\n");
        assert_eq!((sound.from.len(), sound.faults.len()), (1, 0));
    }

    #[test]
    fn every_field_from_is_read_the_first_first() {
        let raw = b"From: Ann <ann@example.org>\r\nFrom: Bob <bob@example.net>\r\nDate: Thu, 28 Jun 2001 10:05:15 +0000\r\n\r\nHello\r\n";
        let read = letter(raw);
        let names = |from: &[Mailbox]| from.iter().map(|from| from.address.clone()).collect::<Vec<_>>();
        assert_eq!(names(&read.from), ["ann@example.org", "bob@example.net"]);
        assert_eq!(names(&head(raw).from), names(&read.from));
        assert!(read.faults.iter().any(|fault| fault.contains("2 fields from")), "{:?}", read.faults);
    }

    #[test]
    fn the_topmost_return_path_is_the_servers() {
        let read = |above: &str| {
            letter(format!("{above}Return-Path: <b@example.net>\r\nFrom: c@example.com\r\n\r\n").as_bytes())
        };
        let path = |above: &str| read(above).return_path;
        assert_eq!(path("Return-Path: <a@example.org>\r\n").as_deref(), Some("a@example.org"));
        assert_eq!(path("Return-Path: <>\r\n"), None);
        assert_eq!(path("").as_deref(), Some("b@example.net"));
    }
}
