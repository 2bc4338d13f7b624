//! A message while it comes in: envelope, bytes up to the bound, and which of its headers bear our names.

use super::judge::{Envelope, Message};
use super::judging::Slot;

/// What the envelope may hold, in bytes.
const ENVELOPE: usize = 1 << 20;
/// What the names of forged headers may hold, in bytes, and how many there may be: each costs the server a change.
const FORGED_BYTES: usize = 256 << 10;
const FORGED: u64 = 1_000;

/// A message that is coming in.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) envelope: Envelope,
    envelope_bytes: usize,
    bytes: Vec<u8>,
    is_cut: bool,
    are_headers_over: bool,
    bound: usize,
    /// `None`: nothing has come yet. Within: none where there were too many messages at once; then nothing is kept.
    slot: Option<Option<Slot>>,
    forged: Vec<Forged>,
    forged_bytes: usize,
    forged_count: u64,
}

/// A name of ours that the message bears, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Forged {
    pub(super) name: Vec<u8>,
    pub(super) times: u32,
}

impl Collected {
    pub(super) fn new(envelope: Envelope, bound: usize) -> Self {
        Self {
            envelope,
            envelope_bytes: 0,
            bytes: Vec::new(),
            is_cut: false,
            are_headers_over: false,
            bound,
            slot: None,
            forged: Vec::new(),
            forged_bytes: 0,
            forged_count: 0,
        }
    }

    /// Takes a slot once the message itself comes. Mail servers send it when they have all of it; before that, a client that
    /// dawdles would hold the slot.
    pub(super) fn take_slot(&mut self, take: impl FnOnce() -> Option<Slot>) {
        self.slot.get_or_insert_with(take);
    }

    pub(super) fn recipient(&mut self, address: String) {
        let bytes = self.envelope_bytes.saturating_add(address.len() + size_of::<String>());
        if bytes > ENVELOPE {
            self.envelope.more_recipients += 1;
            return;
        }
        self.envelope_bytes = bytes;
        self.envelope.rcpt_to.push(address);
    }

    /// A header, as the server gives it: line breaks within it are line feeds.
    pub(super) fn header(&mut self, name: &[u8], value: &[u8], has_space: bool, prefix: &str) {
        if is_ours(name, prefix) {
            self.forge(name);
        }
        self.keep(name);
        self.keep(if has_space { b":" } else { b": " });
        for (index, line) in value.split(|byte| *byte == b'\n').enumerate() {
            if index > 0 {
                self.keep(b"\r\n");
            }
            self.keep(line.strip_suffix(b"\r").unwrap_or(line));
        }
        self.keep(b"\r\n");
    }

    pub(super) fn end_of_headers(&mut self) {
        if !self.are_headers_over {
            self.are_headers_over = true;
            self.keep(b"\r\n");
        }
    }

    pub(super) fn body(&mut self, piece: &[u8]) {
        if !piece.is_empty() {
            self.end_of_headers();
            self.keep(piece);
        }
    }

    /// Whether more of the body would be kept.
    pub(super) fn wants_more(&self) -> bool {
        self.has_slot() && !self.is_cut
    }

    /// Headers to be removed.
    pub(super) fn forged(&self) -> &[Forged] {
        &self.forged
    }

    /// How many headers bear our names.
    pub(super) fn forged_count(&self) -> u64 {
        self.forged_count
    }

    /// Whether there are more of them than can be removed.
    pub(super) fn is_beyond_cleaning(&self) -> bool {
        self.forged_count > FORGED || self.forged_bytes > FORGED_BYTES
    }

    /// Envelope, message, and the right to judge it; `None` where there were too many at once.
    pub(super) fn into_parts(self) -> (Envelope, Message, Option<Slot>) {
        (self.envelope, Message { bytes: self.bytes, is_whole: !self.is_cut }, self.slot.flatten())
    }

    fn has_slot(&self) -> bool {
        matches!(self.slot, Some(Some(_)))
    }

    fn keep(&mut self, bytes: &[u8]) {
        if !self.has_slot() {
            return;
        }
        let room = self.bound.saturating_sub(self.bytes.len());
        self.is_cut |= bytes.len() > room;
        self.bytes.extend(bytes.iter().take(room));
    }

    fn forge(&mut self, name: &[u8]) {
        self.forged_count += 1;
        if self.is_beyond_cleaning() {
            return;
        }
        match self.forged.iter_mut().find(|forged| forged.name.eq_ignore_ascii_case(name)) {
            Some(forged) => forged.times += 1,
            None => {
                self.forged_bytes += name.len();
                self.forged.push(Forged { name: name.to_vec(), times: 1 });
            }
        }
    }
}

/// Names count without regard to case, and spaces before the colon (RFC 5322, section 4.5.3) do not hide one.
fn is_ours(name: &[u8], prefix: &str) -> bool {
    let name = name.trim_ascii();
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::judging::Slots;
    use super::*;

    const PREFIX: &str = "X-Pollwarden-";

    fn collected(bound: usize) -> Collected {
        let mut message = Collected::new(Envelope::default(), bound);
        message.take_slot(|| Slots::new(1).take(Duration::ZERO));
        message
    }

    #[test]
    fn a_message_is_put_together_as_it_was_on_the_wire() {
        let mut message = collected(1_000);
        message.header(b"Subject", b"  a\n\tb", true, PREFIX);
        message.header(b"X-Odd", b"", true, PREFIX);
        message.end_of_headers();
        message.body(b"line\r\n");
        message.body(b"");
        let (_, message, _) = message.into_parts();
        assert_eq!(message.bytes.as_slice(), b"Subject:  a\r\n\tb\r\nX-Odd:\r\n\r\nline\r\n");
        assert!(message.is_whole);
    }

    #[test]
    fn what_is_above_the_bound_is_cut_and_says_so() {
        let mut message = collected(10);
        message.body(b"0123456");
        assert!(message.wants_more());
        message.body(b"789");
        assert!(!message.wants_more());
        let (_, message, _) = message.into_parts();
        assert_eq!((message.bytes.as_slice(), message.is_whole), (&b"\r\n01234567"[..], false));
    }

    #[test]
    fn our_names_are_found_in_any_spelling() {
        let mut message = collected(1_000);
        for name in
            ["X-Pollwarden-Verdict", "x-pollwarden-VERDICT", "X-POLLWARDEN- ", "X-Pollwarde", " X-Pollwarden-A\t"]
        {
            message.header(name.as_bytes(), b" clean", true, PREFIX);
        }
        let times: Vec<u32> = message.forged().iter().map(|forged| forged.times).collect();
        assert_eq!((times.as_slice(), message.forged_count()), (&[2, 1, 1][..], 4));
        (0..2_000).for_each(|_| message.header(b"X-Pollwarden-Verdict", b"", true, PREFIX));
        assert!(message.is_beyond_cleaning());
    }

    #[test]
    fn recipients_beyond_the_bound_are_counted() {
        let mut message = collected(10);
        (0..20_000).for_each(|number| message.recipient(format!("{number}{}@example.org", "x".repeat(60))));
        let envelope = message.envelope;
        assert!(envelope.more_recipients > 0);
        assert_eq!(envelope.rcpt_to.len() as u64 + envelope.more_recipients, 20_000);
    }
}
