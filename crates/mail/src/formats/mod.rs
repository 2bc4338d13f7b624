//! What messages are kept in: single files, mailboxes, and folders of either. One file a format.

mod anew;
mod eml;
mod mbox;
mod outlook;
mod sniff;

use std::io::Read;

use pollwarden_core::{Complaint, Source};
use pollwarden_intake::Input;

pub use sniff::{Kind, kind};

/// A larger message is judged by its beginning, and that is said.
pub const LARGEST_MESSAGE: usize = 64 << 20;

/// Room for most messages at once.
const USUAL: usize = 16 << 10;

/// A message as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The file or mailbox.
    pub source: String,
    /// The line that it begins at, where a mailbox holds many.
    pub line: Option<u64>,
    /// Its bytes (RFC 5322), at most [`LARGEST_MESSAGE`].
    pub raw: Vec<u8>,
    /// Whether more of it was there.
    pub is_cut: bool,
}

/// Reads all messages of one input, in order, and gives each to `take`.
///
/// # Errors
/// Where the input can't be opened or breaks off; what came before was given.
pub fn messages(input: &Input, kind: Kind, take: &mut dyn FnMut(Kept)) -> Result<Source, Box<Complaint>> {
    let mut reader = input.reader().map_err(|fault| Box::new(fault.complaint()))?;
    let mut rows = 0;
    let mut give = |line, raw, is_cut| {
        rows += 1;
        take(Kept { source: input.name().to_owned(), line, raw, is_cut });
    };
    let read = match kind {
        Kind::Mbox => mbox::read(&mut reader, &mut give),
        Kind::Outlook => outlook::read(&mut reader, &mut give),
        _ => eml::read(&mut reader, &mut give),
    };
    let received = reader.received();
    read.map_err(|fault| Box::new(Complaint::about(input.name(), kind.name(), fault.to_string())))?;
    let mut source = Source::named(input.name());
    (source.digest, source.length, source.rows) = (received.digest, received.length, rows);
    source.format = kind.name().to_owned();
    Ok(source)
}

/// A message that a program attached as a file of its own, as some do with what is forwarded.
pub(crate) enum Saved {
    /// As it was sent.
    Plain,
    /// By Outlook.
    Outlook,
}

/// Whether an attached file is a message, by its name or declared type, and its first bytes.
pub(crate) fn saved(name: &str, declared: &str, bytes: &[u8]) -> Option<Saved> {
    let ending = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    match ending.as_str() {
        "eml" if sniff::is_message(without_separator(bytes)) => Some(Saved::Plain),
        _ if !sniff::is_compound_file(bytes) => None,
        "msg" => Some(Saved::Outlook),
        _ => (declared == "application/vnd.ms-outlook").then_some(Saved::Outlook),
    }
}

impl Saved {
    /// The message as RFC 5322 has it; `None` where it can't be read.
    pub(crate) fn message(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Plain => Some(without_separator(bytes).to_vec()),
            Self::Outlook => {
                let mut found = None;
                outlook::read(&mut &*bytes, &mut |_, raw, _| found = Some(raw)).ok()?;
                found
            }
        }
    }
}

/// Without the line that mailboxes put before a message.
fn without_separator(bytes: &[u8]) -> &[u8] {
    let line = bytes.iter().position(|byte| *byte == b'\n').filter(|_| bytes.starts_with(b"From "));
    line.map_or(bytes, |end| &bytes[end + 1..])
}

/// Up to `most` bytes, and whether there is more.
fn bounded(reader: &mut dyn Read, most: usize) -> std::io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::with_capacity(USUAL);
    reader.take(most as u64 + 1).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() > most;
    bytes.truncate(most);
    Ok((bytes, is_cut))
}
