//! DMARC aggregate reports (RFC 7489 appendix C; RFC 9990 §3). mail-auth reads the XML.
//!
//! Reports with broken XML are common. mail-auth gives them up as a whole, and stops without a word at an element that it
//! does not know; then records are read one by one and those that can't be are counted.

use std::borrow::Cow;
use std::net::IpAddr;

use encoding_rs::Encoding;
use jiff::Timestamp;
use mail_auth::report::{self as wire, ActionDisposition, DmarcResult};

use super::ReportError;

/// What the receiver did with the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// It was delivered as usual.
    Delivered,
    /// It was treated as suspicious.
    Quarantined,
    /// It was refused.
    Refused,
    /// The report does not say.
    Unknown,
}

/// One row: mail from one address, treated alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The address that sent; nothing where the report holds none that can be read.
    pub source_ip: Option<IpAddr>,
    /// How many mails.
    pub count: u64,
    /// Whether DKIM passed for the domain in From.
    pub dkim_aligned: bool,
    /// Whether SPF passed for the domain in From.
    pub spf_aligned: bool,
    /// What was done.
    pub disposition: Disposition,
    /// The domain in From, in lower case.
    pub header_from: String,
    /// The domain of the reverse path, where the report says it.
    pub envelope_from: Option<String>,
    /// Domains that signed, with the result as written.
    pub dkim: Vec<(String, wire::DkimResult)>,
    /// Domains that SPF was asked about, with the result as written.
    pub spf: Vec<(String, wire::SpfResult)>,
}

impl Row {
    /// Whether DMARC passed.
    pub fn passes(&self) -> bool {
        self.dkim_aligned || self.spf_aligned
    }
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Who reports; empty where the report does not say.
    pub reporter: String,
    /// The reporter's number of the report.
    pub id: String,
    /// From when.
    pub begin: Option<Timestamp>,
    /// To when.
    pub end: Option<Timestamp>,
    /// The domain whose policy was applied, in lower case.
    pub domain: String,
    /// The rows.
    pub rows: Vec<Row>,
    /// Records that could not be read.
    pub unread: usize,
}

/// The text of an XML file in its own encoding, or as far as it is UTF-8; nothing where it is not XML.
pub(super) fn as_xml(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, skip) = Encoding::for_bom(bytes).unwrap_or((declared(bytes), 0));
    let body = bytes.get(skip..).unwrap_or_default();
    let (text, _) = encoding.decode_without_bom_handling(body);
    let start = text.trim_ascii_start();
    start.starts_with('<').then(|| match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text),
    })
}

/// The encoding that the declaration names; UTF-8 where it names none.
fn declared(bytes: &[u8]) -> &'static Encoding {
    let head = bytes.get(..bytes.len().min(120)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let named = head.split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().and_then(|label| Encoding::for_label(label.as_bytes()))
    });
    named.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(encoding_rs::UTF_8)
}

/// Reads a report; what is missing is complained of.
pub(super) fn read(place: &str, text: &str) -> (Option<Aggregate>, Vec<ReportError>) {
    let damaged = |why: String| ReportError::Damaged { place: place.to_owned(), why };
    let mut complaints = Vec::new();
    if text.contains('\u{fffd}') {
        complaints.push(damaged("some letters are not in the encoding that it names; they were replaced".into()));
    }
    let expected = count_records(text);
    let report = match wire::Report::parse_xml(text.as_bytes()) {
        Ok(report) if report.record.len() == expected => from_wire(&report),
        Ok(_) => salvage(text),
        // Not a report at all: another element stands at the top.
        Err(why) if !text.contains("<feedback") => {
            complaints.push(damaged(format!("this is no DMARC report: {}", crate::tags::shown(&why))));
            return (None, complaints);
        }
        Err(why) => {
            complaints.push(damaged(format!("the XML is broken: {}", why.chars().take(160).collect::<String>())));
            salvage(text)
        }
    };
    if report.unread > 0 {
        complaints.push(damaged(format!("{} of {expected} records could not be read", report.unread)));
    }
    (Some(report), complaints)
}

fn count_records(text: &str) -> usize {
    record_starts(text).count()
}

/// Where records begin.
fn record_starts(text: &str) -> impl Iterator<Item = usize> {
    let begins = |rest: &str| rest.starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace());
    text.match_indices("<record").map(|(at, _)| at).filter(move |at| begins(&text[at + "<record".len()..]))
}

/// Reads record by record.
fn salvage(text: &str) -> Aggregate {
    let head = element(text, "report_metadata").unwrap_or_default();
    let policy = element(text, "policy_published").unwrap_or_default();
    let frame = |record: &str| {
        format!("<feedback><report_metadata></report_metadata><policy_published></policy_published>{record}</feedback>")
    };
    let mut report = Aggregate {
        reporter: value(head, "org_name").unwrap_or_default(),
        id: value(head, "report_id").unwrap_or_default(),
        begin: time(value(head, "begin").and_then(|v| v.parse().ok()).unwrap_or_default()),
        end: time(value(head, "end").and_then(|v| v.parse().ok()).unwrap_or_default()),
        domain: value(policy, "domain").unwrap_or_default().to_lowercase(),
        rows: Vec::new(),
        unread: 0,
    };
    let mut starts = record_starts(text).peekable();
    while let Some(start) = starts.next() {
        // A record ends before the next begins.
        let part = &text[start..starts.peek().copied().unwrap_or(text.len())];
        let record = part.find("</record>").map(|end| &part[..end + "</record>".len()]);
        match record.and_then(|record| wire::Report::parse_xml(frame(record).as_bytes()).ok()) {
            Some(one) if one.record.len() == 1 => report.rows.extend(one.record.iter().map(row)),
            _ => report.unread += 1,
        }
    }
    report
}

/// What stands between an element's tags.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(inner, _)| inner)
}

/// The text of an element without children.
fn value(text: &str, name: &str) -> Option<String> {
    let inner = element(text, name)?.trim();
    (!inner.contains('<')).then(|| inner.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn from_wire(report: &wire::Report) -> Aggregate {
    Aggregate {
        reporter: report.org_name().trim().to_owned(),
        id: report.report_id().to_owned(),
        begin: time(report.date_range_begin()),
        end: time(report.date_range_end()),
        domain: report.domain().to_lowercase(),
        rows: report.record.iter().map(row).collect(),
        unread: 0,
    }
}

fn time(second: u64) -> Option<Timestamp> {
    let second = i64::try_from(second).ok().filter(|second| *second > 0)?;
    // Some reporters count milliseconds.
    let second = if second > 100_000_000_000 { second / 1000 } else { second };
    Timestamp::from_second(second).ok()
}

fn row(record: &wire::Record) -> Row {
    let evaluated = &record.row.policy_evaluated;
    let envelope_from = record.identifiers.envelope_from.trim().to_lowercase();
    Row {
        source_ip: record.row.source_ip,
        count: record.row.count.into(),
        dkim_aligned: evaluated.dkim == DmarcResult::Pass,
        spf_aligned: evaluated.spf == DmarcResult::Pass,
        disposition: match evaluated.disposition {
            ActionDisposition::None | ActionDisposition::Pass => Disposition::Delivered,
            ActionDisposition::Quarantine => Disposition::Quarantined,
            ActionDisposition::Reject => Disposition::Refused,
            ActionDisposition::Unspecified => Disposition::Unknown,
        },
        header_from: record.identifiers.header_from.trim().to_lowercase(),
        envelope_from: (!envelope_from.is_empty()).then_some(envelope_from),
        dkim: record.auth_results.dkim.iter().map(|r| (r.domain.to_lowercase(), r.result)).collect(),
        spf: record.auth_results.spf.iter().map(|r| (r.domain.to_lowercase(), r.result)).collect(),
    }
}
