//! The audit board's sheet for whole batches: what people counted.
//!
//! One row for each drawn batch, contest and choice: `jurisdiction`, `tabulator`, `batch` (columns that the office doesn't use
//! may be left out), `status`, `contest`, `choice`, `votes`. `status` is `counted` (or empty) or `not found`; a row without
//! votes was not counted yet.

use std::collections::BTreeSet;
use std::io;

use pollwarden_core::Complaint;

use super::board::{NOT_FOUND, column, line_of, unreadable};
use super::{Audit, BoardRecords};
use crate::formats::bound::is_count;
use crate::formats::rows::delimiter;
use crate::guarded::{guarded, unguarded};
use crate::{BallotManifest, BatchKey};

const COLUMNS: [&str; 7] = ["jurisdiction", "tabulator", "batch", "status", "contest", "choice", "votes"];

/// One choice's votes in one batch, as people counted them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedVotes {
    /// The file.
    pub source: String,
    /// The row's line, from 1.
    pub line: u64,
    /// The batch.
    pub batch: BatchKey,
    /// The contest's name.
    pub contest: String,
    /// The choice's name.
    pub choice: String,
    /// Its votes; `None` where the batch was not found.
    pub votes: Option<u64>,
}

/// Whether these columns are those of a sheet for batches.
pub(super) fn is_batch_sheet(columns: &[String]) -> bool {
    COLUMNS[2..].iter().all(|name| columns.iter().any(|c| c == name))
}

/// Reads a sheet for batches.
///
/// # Errors
/// The first row that can't be understood: line, column, what was expected and what to do.
pub(super) fn read_batch_sheet(source: &str, bytes: &[u8], into: &mut BoardRecords) -> Result<(), Box<Complaint>> {
    let between = delimiter(bytes.split(|b| *b == b'\n').next().unwrap_or_default());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(between).flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.byte_headers().map_err(|e| unreadable(source, &e))?;
    let names: Vec<String> =
        header.iter().map(|h| column(pollwarden_intake::text::decode(h).trim_start_matches('\u{feff}'))).collect();
    let places = COLUMNS.map(|name| names.iter().position(|n| n == name));
    let mut row = csv::ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(|e| unreadable(source, &e))? {
        if row.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let line = row.position().map_or(0, |at| line_of(at, bytes));
        into.batches.extend(counted(source, line, &places, &row)?);
    }
    Ok(())
}

fn counted(
    source: &str,
    line: u64,
    places: &[Option<usize>; 7],
    row: &csv::ByteRecord,
) -> Result<Option<CountedVotes>, Box<Complaint>> {
    let cell = |at: &Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
    let text = |at: &Option<usize>| unguarded(&pollwarden_intake::text::decode(cell(at))).to_owned();
    let [jurisdiction, tabulator, batch, status, contest, choice, votes] = places.each_ref().map(text);
    let fault = |column: &str, expected: &str, found: &str| {
        let found = format!("“{}”", Complaint::excerpt(found.as_bytes(), 40));
        Err(Box::new(Complaint::about(source, expected, found).line(line).column(column).mend("Correct the row.")))
    };
    if batch.is_empty() {
        return fault("batch", "the batch's name", "");
    }
    let votes = match (status.to_lowercase().as_str(), votes.replace([',', ' '], "").as_str()) {
        (NOT_FOUND | "missing", _) => None,
        ("" | "counted" | "found" | "audited", "") => return Ok(None),
        ("" | "counted" | "found" | "audited", number) => match number.parse() {
            Ok(votes) if i64::try_from(votes).is_ok_and(is_count) => Some(votes),
            _ => return fault("votes", "a whole number of votes", &votes),
        },
        (other, _) => return fault("status", "“counted” or “not found”", other),
    };
    let batch = BatchKey { jurisdiction, tabulator, batch };
    Ok(Some(CountedVotes { source: source.to_owned(), line, batch, contest, choice, votes }))
}

/// Writes the sheet for the drawn batches of all contests that are audited by batches, without the first `skip` draws of each:
/// those of earlier rounds. Says how many batches it names.
///
/// # Errors
/// Where it can't be written.
pub fn write_batch_sheet(
    audit: &Audit,
    manifest: &BallotManifest,
    skip: usize,
    out: impl io::Write,
) -> io::Result<usize> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(COLUMNS)?;
    let mut named = BTreeSet::new();
    for contest in &audit.contests {
        let Some(batches) = &contest.batches else { continue };
        let (before, new) = batches.drawn.split_at(skip.min(batches.drawn.len()));
        let before: BTreeSet<usize> = before.iter().map(|drawn| drawn.batch).collect();
        let new: BTreeSet<usize> = new.iter().map(|drawn| drawn.batch).filter(|at| !before.contains(at)).collect();
        for batch in &new {
            let Some(BatchKey { jurisdiction, tabulator, batch }) = manifest.batches.get(*batch).map(|b| &b.key) else {
                continue;
            };
            for choice in &contest.decided.contest.choices {
                let row = [jurisdiction, tabulator, batch, "", contest.name(), &choice.name, ""];
                out.write_record(row.map(guarded).iter().map(|cell| cell.as_ref()))?;
            }
        }
        named.extend(new);
    }
    out.flush()?;
    Ok(named.len())
}

#[cfg(test)]
mod tests {
    use super::super::{is_entry_sheet, read_entry_sheet};
    use super::*;

    #[test]
    fn counts_are_read_and_faults_are_placed() {
        let header = "tabulator,batch,status,contest,choice,votes";
        assert!(is_entry_sheet(header));
        let read = |rows: &str| {
            let mut records = BoardRecords::default();
            read_entry_sheet("batches.csv", format!("{header}\n{rows}").as_bytes(), &mut records)
                .map(|()| records.batches)
        };
        let rows = read("T1,B1,,Clerk,Ada Zed,\"1,204\"\nT1,B2,not found,Clerk,Ada Zed,\nT1,B3,,Clerk,Ada Zed,\n")
            .expect("a sheet");
        assert_eq!(rows.iter().map(|row| (row.line, row.votes)).collect::<Vec<_>>(), [(2, Some(1204)), (3, None)]);
        let header = header.replace(',', ";");
        assert!(is_entry_sheet(&header));
        let mut records = BoardRecords::default();
        read_entry_sheet("batches.csv", format!("{header}\n'-1;B1;;Clerk;'=Ada;7\n").as_bytes(), &mut records)
            .expect("a sheet");
        let row = &records.batches[0];
        assert_eq!((row.batch.tabulator.as_str(), row.choice.as_str(), row.votes), ("-1", "=Ada", Some(7)));
        let fault = |rows: &str| *read(rows).expect_err("a fault");
        for votes in ["x", "9000000000000000000", "-1"] {
            assert_eq!(fault(&format!("T1,B1,,Clerk,Ada,{votes}\n")).column.as_deref(), Some("votes"));
        }
        assert_eq!(fault("T1,B1,lost,Clerk,Ada,1\n").column.as_deref(), Some("status"));
        assert_eq!(fault("T1,B1,,Clerk,Ada,1\nT1,,,Clerk,Ada,1\n").line, Some(3));
    }
}
