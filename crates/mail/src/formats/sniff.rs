//! What an input of a mail folder is, by its first bytes.

use std::borrow::Cow;

use pollwarden_intake::{Input, Sample};

use super::mbox::is_separator;
use crate::acted::{Format, Lures};

/// A kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One message.
    Message,
    /// A mailbox of messages.
    Mbox,
    /// A message that Outlook saved.
    Outlook,
    /// Recorded answers of the DNS.
    DnsSnapshot,
    /// A DMARC report outside a message.
    DmarcReport,
    /// Sketches of other offices' messages.
    Sketches,
    /// A log of a web proxy or a name server, or a list of machines' files.
    Log,
    /// None of these.
    Other,
}

impl Kind {
    /// Its name in coverage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Mbox => "mbox",
            Self::Outlook => "outlook-message",
            Self::DnsSnapshot => "dns-snapshot",
            Self::DmarcReport => "dmarc-report",
            Self::Sketches => "sketches",
            Self::Log => "log",
            Self::Other => "unknown",
        }
    }

    /// Whether it holds messages.
    pub fn holds_messages(self) -> bool {
        matches!(self, Self::Message | Self::Mbox | Self::Outlook)
    }
}

/// What an input is. An input that can't be opened is `Other`: reading it says why.
pub fn kind(input: &Input) -> Kind {
    let Ok(mut opened) = input.open() else { return Kind::Other };
    opened.sample().map_or(Kind::Other, of)
}

fn of(sample: &Sample) -> Kind {
    let bytes = &sample.bytes;
    let text = beginning(bytes);
    let start = text.trim_start();
    if is_compound_file(bytes) {
        Kind::Outlook
    } else if is_separator(bytes.split(|b| *b == b'\n').next().unwrap_or_default()) {
        Kind::Mbox
    } else if start.starts_with('<') && start.contains("<feedback") {
        Kind::DmarcReport
    } else if start.starts_with('{') && start.contains("pollwarden-sketches") {
        Kind::Sketches
    } else if start.starts_with('{') && start.contains("pollwarden-dns") {
        Kind::DnsSnapshot
    } else if is_header(start) {
        Kind::Message
    } else if is_log(bytes) {
        Kind::Log
    } else {
        Kind::Other
    }
}

fn beginning(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(4 << 10)])
}

/// Whether bytes begin as a message does.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    is_header(beginning(bytes).trim_start())
}

/// Whether bytes begin as files of Outlook do ([MS-CFB], 2.2).
pub(super) fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Whether a text is a log or a list that some format of [`acted`](crate::acted) reads.
fn is_log(bytes: &[u8]) -> bool {
    let Ok(found) = Lures::default().read("sample", bytes, None) else { return false };
    // A table of domains without times, such as a list to block, tells nobody's deeds; one of files' hashes needs no time.
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).to_ascii_lowercase();
    let is_list = found.format == Some(Format::Csv) && found.watched.is_none() && !head.contains("sha256");
    found.format.is_some() && found.lines > found.rejected && !is_list
}

/// Whether a text begins as a message does: with fields, of which one is a message's own.
fn is_header(text: &str) -> bool {
    const FIELDS: &[&str] = &[
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "delivered-to",
        "message-id",
        "mime-version",
        "x-original-to",
        "reply-to",
        "content-type",
        "authentication-results",
        "dkim-signature",
        "arc-seal",
        "sender",
        "cc",
        "x-received",
    ];
    let mut known = 0;
    for line in text.lines().take(200) {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return known >= 2 };
        if name.trim_end().contains(char::is_whitespace) {
            return known >= 2;
        }
        known += usize::from(FIELDS.contains(&name.trim_end().to_ascii_lowercase().as_str()));
    }
    known >= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str) -> Kind {
        of(&Sample { name: "x".into(), bytes: text.as_bytes().to_vec(), whole: true })
    }

    #[test]
    fn kinds_are_told_by_their_content() {
        assert_eq!(of_text("Received: from a\r\n by b\r\nSubject: x\r\n\r\nbody"), Kind::Message);
        assert_eq!(of_text("From a@b.example Sat Jan  3 01:05:34 2026\nSubject: x\n"), Kind::Mbox);
        assert_eq!(of_text("<?xml version='1.0'?><feedback>"), Kind::DmarcReport);
        assert_eq!(
            of_text("1790000000.1 80 192.0.2.4 TCP_TUNNEL/200 40 CONNECT a.example:443 - HIER_DIRECT/198.51.100.9 -\n"),
            Kind::Log
        );
        assert_eq!(of_text("name,domain\na,b\n"), Kind::Other);
        assert_eq!(of_text("Note: this is a text\nwithout any header\n"), Kind::Other);
    }
}
