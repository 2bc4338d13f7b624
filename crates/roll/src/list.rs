//! Lists for the office alone: OUT.csv, every changed field with its class, verdict, cause, and the detectors that name it;
//! and pairs of records that may be of one person.
//!
//! Values are written as they stand. A spreadsheet may take a value that begins with `=`, `+`, `-` or `@` for a formula:
//! import the columns as text.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use arrow::array::RecordBatch;
use pollwarden_core::{Columns, Finding, ObservableKind, VoterKeyer};

use crate::RollError;

/// The columns of OUT.csv.
const HEADER: [&str; 8] = ["voter_id", "field", "class", "old", "new", "verdict", "cause", "detectors"];

/// Writes rows of table `changes` as OUT.csv, and says how many. A detector is named on a field where one of its findings
/// names the voter and either the field or no field at all.
///
/// # Errors
/// Where the list can't be written.
pub fn write_changes(
    out: impl Write,
    changes: &mut dyn Iterator<Item = RecordBatch>,
    findings: &[Finding],
    keyer: &VoterKeyer,
) -> Result<u64, RollError> {
    let named = Named::new(findings);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER)?;
    let (mut written, mut last) = (0, (String::new(), Vec::new()));
    for batch in changes {
        let columns = Columns::of(&batch);
        let texts: Vec<_> = HEADER[..7].iter().map(|name| columns.text(name)).collect();
        for at in 0..batch.num_rows() {
            let (voter, field) = (texts[0].or_empty(at), texts[1].or_empty(at));
            if last.0 != voter || written == 0 {
                last = (voter.to_owned(), named.of_voter(voter, keyer));
            }
            let detectors: BTreeSet<&str> = last.1.iter().filter(|n| n.names(field)).map(|n| n.detector).collect();
            let detectors = detectors.into_iter().collect::<Vec<_>>().join(" ");
            writer.write_record(texts.iter().map(|text| text.or_empty(at)).chain([detectors.as_str()]))?;
            written += 1;
        }
    }
    writer.flush().map_err(csv::Error::from)?;
    Ok(written)
}

/// The columns of a list of pairs.
const PAIRS: [&str; 10] = [
    "voter_id",
    "other_id",
    "county",
    "other_county",
    "probability",
    "agree_on",
    "differ_on",
    "line",
    "other_line",
    "warning",
];

/// Writes rows of table `duplicates` as a list, the likeliest first. Each row says what it is not: a list travels without the
/// answer it came with.
///
/// # Errors
/// Where the list can't be written.
pub fn write_pairs(out: impl Write, pairs: &RecordBatch) -> Result<(), RollError> {
    let columns = Columns::of(pairs);
    let text = |name: &str, at: usize| columns.text(name).or_empty(at).to_owned();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(PAIRS)?;
    for at in 0..pairs.num_rows() {
        let probability = columns.numbers("probability").get(at).unwrap_or_default();
        let line = |name: &str| columns.integers(name).count(at).to_string();
        let mut row: Vec<String> = PAIRS[..4].iter().map(|name| text(name, at)).collect();
        row.push(format!("{probability:.4}"));
        row.extend([text("agree_on", at), text("differ_on", at), line("line"), line("other_line")]);
        row.push("a lead, not proof: never remove a voter by it".to_owned());
        writer.write_record(row)?;
    }
    writer.flush().map_err(csv::Error::from)?;
    Ok(())
}

/// Findings by voter.
struct Named<'a> {
    by_key: HashMap<&'a str, Vec<usize>>,
    findings: Vec<NamedBy<'a>>,
}

#[derive(Clone)]
struct NamedBy<'a> {
    detector: &'a str,
    fields: std::rc::Rc<BTreeSet<&'a str>>,
}

impl NamedBy<'_> {
    fn names(&self, field: &str) -> bool {
        self.fields.is_empty() || self.fields.contains(field)
    }
}

impl<'a> Named<'a> {
    fn new(findings: &'a [Finding]) -> Self {
        let mut named = Self { by_key: HashMap::new(), findings: Vec::new() };
        for (at, finding) in findings.iter().enumerate() {
            let of_kind = |kind| finding.observables.iter().filter(move |o| o.kind == kind).map(|o| o.value.as_str());
            for key in of_kind(ObservableKind::VoterKey) {
                named.by_key.entry(key).or_default().push(at);
            }
            let fields = of_kind(ObservableKind::Field).collect::<BTreeSet<_>>().into();
            named.findings.push(NamedBy { detector: finding.detector, fields });
        }
        named
    }

    fn of_voter(&self, voter: &str, keyer: &VoterKeyer) -> Vec<NamedBy<'a>> {
        if self.by_key.is_empty() {
            return Vec::new();
        }
        let findings = self.by_key.get(keyer.key(voter).as_str()).into_iter().flatten();
        findings.map(|&at| self.findings[at].clone()).collect()
    }
}
