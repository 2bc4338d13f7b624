//! NIST's common data formats: cast vote records (SP 1500-103, version 1) and election results reporting (SP 1500-100,
//! version 2), each in XML and JSON.
//!
//! Both define contests, candidates, parties and reporting units in the same way; units, parties and candidates may come after
//! what refers to them.

mod cards;
mod contests;
mod counts;
mod cvr;
mod err;
mod units;

pub(super) use cvr::{NIST_CVR_JSON, NIST_CVR_XML};
pub(super) use err::{NIST_ERR_JSON, NIST_ERR_XML};

use std::io::{BufRead, BufReader};

use memchr::memmem;
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::document::{Take, read_json, read_xml};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// XML, in the namespace of the format or another: some vendors name none.
    Xml,
    /// JSON.
    Json,
}

impl Notation {
    fn read(self, name: &str, bytes: impl BufRead, root: &str, take: &mut dyn Take) -> Result<(), Box<Complaint>> {
        match self {
            Self::Xml => read_xml(name, bytes, &[root], take),
            Self::Json => read_json(name, bytes, take),
        }
    }

    fn sniff(self, sample: &Sample, root: &str, signs: &[&str]) -> Fit {
        let start = sample.bytes.trim_ascii_start();
        let has = |text: &str| memmem::find(start, text.as_bytes()).is_some();
        let fits = match self {
            Self::Xml => start.starts_with(b"<") && root_element(start) == Some(root),
            // Names may stand in any order, and the list of records before the document's own type.
            Self::Json => start.starts_with(b"{") && signs.iter().any(|sign| has(sign)),
        };
        if fits { Fit::Yes } else { Fit::No }
    }
}

/// The local name of the first element: after declarations, comments and instructions.
pub(crate) fn root_element(mut xml: &[u8]) -> Option<&str> {
    loop {
        let at = memchr::memchr(b'<', xml)?;
        xml = &xml[at + 1..];
        if xml.starts_with(b"!--") {
            xml = &xml[memmem::find(xml, b"-->")?..];
        } else if !xml.starts_with(b"?") && !xml.starts_with(b"!") {
            break;
        }
    }
    let end = xml.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))?;
    let name = std::str::from_utf8(&xml[..end]).ok()?;
    Some(name.rsplit_once(':').map_or(name, |(_, local)| local))
}

/// An input's text.
pub(crate) fn text_of(input: &Input) -> Result<impl BufRead + use<>, Box<Complaint>> {
    let reader = input.reader().map_err(|fault| Box::new(fault.complaint()))?;
    Ok(BufReader::with_capacity(256 << 10, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_element_is_found_behind_what_stands_before_it() {
        let text = b"<?xml version='1.0'?>\n<!-- <Other> -->\n<cdf:CastVoteRecordReport xmlns:cdf='x'>";
        assert_eq!(root_element(text), Some("CastVoteRecordReport"));
        assert_eq!(root_element(b"<!-- <Other>"), None);
        assert_eq!(root_element(b"<A/>"), Some("A"));
        assert_eq!(root_element(b"<A"), None);
    }
}
