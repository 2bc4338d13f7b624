//! Formats of records, told from their first lines by trying to read them.

mod combined;
mod dns;
mod fields;
mod hashes;
mod named;
mod squid;
mod windows_dns;

use jiff::Timestamp;

use super::How;
use super::clock::Clock;

/// A record's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Squid's own access log.
    Squid,
    /// The combined log format, as proxies write it.
    Combined,
    /// The W3C's extended log file format: Blue Coat, Zscaler and others.
    W3c,
    /// Zeek's tab-separated logs: dns, http, files.
    Zeek,
    /// BIND's query log.
    Bind,
    /// dnsmasq's and Pi-hole's log.
    Dnsmasq,
    /// Unbound's query log.
    Unbound,
    /// The debug log of Windows' DNS server.
    WindowsDns,
    /// JSON, an object a line.
    JsonLines,
    /// A list of SHA-256 sums, as `sha256sum` writes it.
    Sums,
    /// A table with a header line.
    Csv,
}

/// The formats in the order they are tried: the most particular first.
const FORMATS: [Format; 11] = [
    Format::W3c,
    Format::Zeek,
    Format::Squid,
    Format::Combined,
    Format::Bind,
    Format::Dnsmasq,
    Format::Unbound,
    Format::WindowsDns,
    Format::JsonLines,
    Format::Sums,
    Format::Csv,
];

/// What a line tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) when: Option<Timestamp>,
    pub(super) who: String,
    pub(super) seen: Vec<Seen>,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// A visit; `has_path` is false where only the host is known.
    Visit { url: String, has_path: bool, how: How },
    /// A name was looked up.
    Lookup(String),
    /// A file with this SHA-256 was there.
    File(String),
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Event(Event),
    /// A comment, or a line about something else.
    Other,
    Bad(&'static str),
}

/// Reads the lines of one format.
pub(super) struct Reader {
    format: Format,
    columns: fields::Columns,
}

impl Reader {
    pub(super) fn new(format: Format) -> Self {
        Self { format, columns: fields::Columns::default() }
    }

    pub(super) fn line(&mut self, line: &str, clock: &mut Clock) -> Outcome {
        match self.format {
            Format::Squid => squid::line(line, clock),
            Format::Combined => combined::line(line, clock),
            Format::W3c => fields::w3c(&mut self.columns, line, clock),
            Format::Zeek => fields::zeek(&mut self.columns, line, clock),
            Format::Csv => fields::csv(&mut self.columns, line, clock),
            Format::JsonLines => fields::json(line, clock),
            Format::Bind => dns::bind(line, clock),
            Format::Dnsmasq => dns::dnsmasq(line, clock),
            Format::Unbound => dns::unbound(line, clock),
            Format::WindowsDns => windows_dns::line(line, clock),
            Format::Sums => hashes::line(line),
        }
    }
}

/// The first format that reads more of the lines than it rejects. Headers alone are enough for tables.
pub(super) fn format_of(lines: &[&str], clock: &mut Clock) -> Option<Format> {
    FORMATS.into_iter().find(|format| {
        let mut reader = Reader::new(*format);
        let (mut read, mut bad) = (0, 0);
        for line in lines {
            match reader.line(line, clock) {
                Outcome::Event(_) => read += 1,
                Outcome::Other => {}
                Outcome::Bad(_) => bad += 1,
            }
        }
        (read > 0 || reader.columns.are_known()) && bad <= read
    })
}
