//! Reports that other receivers send about mail in the office's name: DMARC aggregate reports (RFC 7489 appendix C, RFC
//! 9990), failure reports (RFC 6591), reports about failed encryption (RFC 8460).
//!
//! A report comes as XML, JSON, `.gz`, `.zip`, or attached to a mail. [`read`] unpacks it within limits and gives what it
//! could read with a list of complaints; [`summarise`] says who sends in our name. The forms themselves are read by
//! mail-auth.

mod aggregate;
mod other;
mod senders;
mod unpack;

pub use aggregate::{Aggregate, Disposition, Row};
pub use other::{FailureReport, TlsPolicy, TlsReport};
pub use senders::{Senders, Source, summarise};

use thiserror::Error;

/// One report.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// Counts of mail by source (RFC 7489 appendix C, RFC 9990).
    Aggregate(Aggregate),
    /// One mail that failed, or that someone complained of (RFC 5965, RFC 6591).
    Failure(FailureReport),
    /// Counts of connections that were and were not encrypted (RFC 8460).
    Tls(TlsReport),
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The reports in it.
    pub reports: Vec<Report>,
    /// What could not be read, each with the place and the reason.
    pub complaints: Vec<ReportError>,
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportError {
    /// There is nothing in it that looks like a report.
    #[error("{place}: this is not a report: expected XML, JSON, .gz, .zip or a mail with one of them attached")]
    NoReport {
        /// The file, or the file and the part in it.
        place: String,
    },
    /// It can't be unpacked.
    #[error("{place}: this can't be unpacked: {why}")]
    Packed {
        /// The file, or the file and the part in it.
        place: String,
        /// What the unpacker says.
        why: String,
    },
    /// It is larger than any report.
    #[error("{place}: this unpacks to more than {limit} bytes and was not read further")]
    TooLarge {
        /// The file, or the file and the part in it.
        place: String,
        /// The limit.
        limit: usize,
    },
    /// It is damaged, as a whole or in part.
    #[error("{place}: {why}")]
    Damaged {
        /// The file, or the file and the part in it.
        place: String,
        /// What is wrong, and what was read all the same.
        why: String,
    },
}

/// Reads a file of any of the kinds. `name` is only for messages.
pub fn read(name: &str, bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    unpack::read(name, bytes, &mut reading);
    if reading.reports.is_empty() && reading.complaints.is_empty() {
        reading.complaints.push(ReportError::NoReport { place: name.to_owned() });
    }
    reading
}

#[cfg(test)]
mod tests;
