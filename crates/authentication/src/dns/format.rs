//! The snapshot's file, `dns.json`: our own format, version 1.
//!
//! ```json
//! { "format": "pollwarden-dns", "version": 1,
//!   "entries": [
//!     { "name": "example.org", "type": "TXT", "status": "records", "records": ["v=spf1 mx -all"],
//!       "recorded": "2026-11-03T09:00:00Z", "resolver": "192.0.2.53" },
//!     { "name": "example.org", "type": "MX", "status": "records", "records": ["10 mx.example.org"] },
//!     { "name": "old.example.org", "type": "A", "status": "nxdomain" },
//!     { "name": "example.org", "type": "AAAA", "status": "nodata" },
//!     { "name": "slow.example.org", "type": "TXT", "status": "failure", "why": "timeout" } ],
//!   "mta_sts": [ { "domain": "example.org", "text": "version: STSv1\nmode: enforce\n…", "recorded": "…" } ] }
//! ```
//!
//! A TXT record is one string: its character strings joined. Octets that are not printable ASCII, and the backslash, are
//! written as zone files do (`\DDD`, `\\`; RFC 1035 §5.1). Names have no last dot.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::text::{read_record, write_record};
use super::{Answer, DnsSnapshot, Entry, PolicyFile, Question, RecordType};

/// The file's `format` field.
pub const FORMAT: &str = "pollwarden-dns";
/// The version that is written and read.
pub const VERSION: u64 = 1;

/// Why a snapshot can't be read.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// Not JSON, or not an object of the expected shape.
    #[error("{file}: this is not a DNS snapshot in JSON: {source}")]
    Json {
        /// The file as the caller names it.
        file: String,
        /// What the JSON reader says, with line and column.
        source: serde_json::Error,
    },
    /// Another format or version.
    #[error("{file}: expected format \"{FORMAT}\" version {VERSION}, found \"{format}\" version {version}")]
    Format {
        /// The file as the caller names it.
        file: String,
        /// The format found.
        format: String,
        /// The version found.
        version: u64,
    },
    /// One entry is wrong.
    #[error("{file}: entry {number} ({name}): {problem}")]
    Entry {
        /// The file as the caller names it.
        file: String,
        /// Which entry, from 1.
        number: usize,
        /// Its name, or "no name".
        name: String,
        /// What was expected and what was there.
        problem: String,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u64,
    #[serde(default)]
    entries: Vec<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mta_sts: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireEntry {
    name: String,
    #[serde(rename = "type")]
    record_type: String,
    status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    records: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolver: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePolicy {
    domain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded: Option<String>,
}

impl DnsSnapshot {
    /// Reads a snapshot. `file` is only for messages.
    ///
    /// # Errors
    /// With the file, the entry and what was expected, where it is not of this format or an entry is wrong.
    pub fn from_json(file: &str, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let wire: File =
            serde_json::from_slice(bytes).map_err(|source| SnapshotError::Json { file: file.into(), source })?;
        if wire.format != FORMAT || wire.version != VERSION {
            return Err(SnapshotError::Format { file: file.into(), format: wire.format, version: wire.version });
        }
        let mut snapshot = Self::new();
        for (index, value) in wire.entries.into_iter().enumerate() {
            let name = named(&value, "name");
            let (question, entry) = read_entry(value).map_err(|problem| wrong(file, index, name, problem))?;
            snapshot.insert(&question, entry);
        }
        for (index, value) in wire.mta_sts.into_iter().enumerate() {
            let name = named(&value, "domain");
            let (domain, policy) = read_policy(value).map_err(|problem| wrong(file, index, name, problem))?;
            snapshot.insert_policy(&domain, policy);
        }
        Ok(snapshot)
    }

    /// The snapshot as its file, entries in order of name and type.
    pub fn to_json(&self) -> String {
        let entries = self.questions().into_iter().filter_map(|question| {
            let entry = self.entry(&question.name, question.record_type)?;
            serde_json::to_value(write_entry(question, entry)).ok()
        });
        let policies: BTreeMap<_, _> = self.policies.iter().collect();
        let mta_sts = policies.into_iter().filter_map(|(domain, p)| serde_json::to_value(write_policy(domain, p)).ok());
        let file =
            File { format: FORMAT.into(), version: VERSION, entries: entries.collect(), mta_sts: mta_sts.collect() };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn wrong(file: &str, index: usize, name: String, problem: String) -> SnapshotError {
    SnapshotError::Entry { file: file.into(), number: index + 1, name, problem }
}

fn named(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or("no name").to_owned()
}

fn read_entry(value: Value) -> Result<(Question, Entry), String> {
    let wire: WireEntry = serde_json::from_value(value).map_err(|e| e.to_string())?;
    let record_type = read_type(&wire.record_type)?;
    let answer = match wire.status.as_str() {
        "records" if wire.records.is_empty() => return Err("status \"records\" needs at least one record".into()),
        "records" => {
            Answer::Records(wire.records.iter().map(|r| read_record(record_type, r)).collect::<Result<_, _>>()?)
        }
        "nxdomain" => Answer::NoSuchName,
        "nodata" => Answer::NoData,
        "failure" => Answer::Failure(wire.why.unwrap_or_else(|| "no reason recorded".into())),
        other => return Err(format!("expected status records, nxdomain, nodata or failure, found \"{other}\"")),
    };
    let entry = Entry { answer, recorded: read_time(wire.recorded)?, resolver: wire.resolver };
    Ok((Question::new(&wire.name, record_type), entry))
}

fn read_policy(value: Value) -> Result<(String, PolicyFile), String> {
    let wire: WirePolicy = serde_json::from_value(value).map_err(|e| e.to_string())?;
    let text = wire.text.ok_or_else(|| wire.why.unwrap_or_else(|| "no reason recorded".into()));
    Ok((wire.domain, PolicyFile { text, recorded: read_time(wire.recorded)? }))
}

fn read_type(text: &str) -> Result<RecordType, String> {
    let all = [RecordType::A, RecordType::Aaaa, RecordType::Mx, RecordType::Txt, RecordType::Ptr];
    (all.into_iter().find(|t| t.as_str() == text))
        .ok_or_else(|| format!("expected type A, AAAA, MX, TXT or PTR, found \"{text}\""))
}

fn read_time(text: Option<String>) -> Result<Option<Timestamp>, String> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("expected a time such as 2026-11-03T09:00:00Z, found \"{text}\""))
}

fn write_entry(question: Question, entry: &Entry) -> WireEntry {
    let (status, records, why) = match &entry.answer {
        Answer::Records(records) => ("records", records.iter().map(write_record).collect(), None),
        Answer::NoSuchName => ("nxdomain", Vec::new(), None),
        Answer::NoData => ("nodata", Vec::new(), None),
        Answer::Failure(why) => ("failure", Vec::new(), Some(why.clone())),
    };
    WireEntry {
        name: question.name,
        record_type: question.record_type.as_str().into(),
        status: status.into(),
        records,
        why,
        recorded: entry.recorded.map(|t| t.to_string()),
        resolver: entry.resolver.clone(),
    }
}

fn write_policy(domain: &str, policy: &PolicyFile) -> WirePolicy {
    let recorded = policy.recorded.map(|t| t.to_string());
    let (text, why) = (policy.text.clone().ok(), policy.text.clone().err());
    WirePolicy { domain: domain.into(), text, why, recorded }
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    const EXAMPLE: &str = r#"{ "format": "pollwarden-dns", "version": 1, "entries": [
        { "name": "Example.org.", "type": "TXT", "status": "records", "records": ["v=spf1 mx -all", "a\\255\\\\b"],
          "recorded": "2026-11-03T09:00:00Z", "resolver": "192.0.2.53" },
        { "name": "example.org", "type": "MX", "status": "records", "records": ["10 mx.example.org"] },
        { "name": "old.example.org", "type": "A", "status": "nxdomain" },
        { "name": "example.org", "type": "AAAA", "status": "nodata" },
        { "name": "slow.example.org", "type": "TXT", "status": "failure", "why": "timeout" } ],
        "mta_sts": [ { "domain": "example.org", "text": "version: STSv1\n" } ] }"#;

    #[test]
    fn what_is_written_is_read_again() {
        let snapshot = DnsSnapshot::from_json("dns.json", EXAMPLE.as_bytes()).expect("the example");
        assert_eq!(snapshot.len(), 5);
        let again = DnsSnapshot::from_json("dns.json", snapshot.to_json().as_bytes()).expect("what was written");
        assert_eq!(again, snapshot);
        let Some(Answer::Records(texts)) = snapshot.entry("example.org", RecordType::Txt).map(|e| &e.answer) else {
            panic!("no texts");
        };
        assert_eq!(texts[1], Record::Text(b"a\xff\\b".to_vec()));
    }

    #[test]
    fn an_error_names_file_entry_and_what_was_expected() {
        for (from, to, expected) in [
            (
                r#""AAAA""#,
                r#""SOA""#,
                "dns.json: entry 4 (example.org): expected type A, AAAA, MX, TXT or PTR, found \"SOA\"",
            ),
            (
                "10 mx",
                "ten mx",
                "entry 2 (example.org): expected \"10 mail.example.org\", found \"ten mx.example.org\"",
            ),
            ("nxdomain", "gone", "expected status records, nxdomain, nodata or failure, found \"gone\""),
            ("2026-11-03T09:00:00Z", "last week", "expected a time such as"),
            (r#""version": 1"#, r#""version": 9"#, "found \"pollwarden-dns\" version 9"),
            (r#""entries": ["#, r#""entries": [["#, "this is not a DNS snapshot in JSON"),
        ] {
            let error = DnsSnapshot::from_json("dns.json", EXAMPLE.replacen(from, to, 1).as_bytes()).expect_err(to);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
