//! Format `results-csv`: reported results as a table, a row for each count.
//!
//! Columns are found by their names, in any order: contest (or office), choice (or candidate), votes; if wanted party, district,
//! county, precinct, way of voting. Further columns of known ways of voting (`election_day`, `absentee` …) are those ways'
//! counts, and rows of voters, ballots, over- and undervotes are read as such: so OpenElections writes its files
//! (<https://github.com/openelections>). Rows of totals are held against the sum of the others.

mod columns;
mod table;

use std::io::BufRead;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::Format;
use super::nist::text_of;
use crate::Records;
use columns::Columns;
use table::Table;

/// Format `results-csv`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResultsCsv;

/// The most contests, choices and parts of one file together.
const MOST_PARTS: usize = 4 << 20;

impl Format for ResultsCsv {
    fn name(&self) -> &'static str {
        "results-csv"
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let line = sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let mut reader = reader(line, delimiter(line));
        let header = reader.records().next().and_then(Result::ok);
        if header.and_then(|header| Columns::of(&header)).is_some() { Fit::Maybe } else { Fit::No }
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_from(input.name(), text_of(input)?, into))
    }
}

/// Reads a table.
fn read_from(name: &str, mut bytes: impl BufRead, into: &mut Records) -> Result<(), Box<Complaint>> {
    let delimiter = bytes.fill_buf().map_or(b',', delimiter);
    let mut reader = reader(bytes, delimiter);
    let mut record = csv::StringRecord::new();
    let mut next = |record: &mut csv::StringRecord| {
        let there = reader.read_record(record).map_err(|fault| unreadable(name, &fault))?;
        Ok::<_, Box<Complaint>>(there.then(|| record.position().map_or(1, csv::Position::line)))
    };
    next(&mut record)?;
    let columns = Columns::of(&record).ok_or_else(|| {
        let expected = "columns for contest, choice and votes";
        let found = Complaint::excerpt(record.iter().collect::<Vec<_>>().join(", ").as_bytes(), 120);
        Box::new(Complaint::about(name, expected, found).line(1).mend("Name them so in the first row"))
    })?;
    let mut table = Table::new(name, columns);
    while let Some(line) = next(&mut record)? {
        table.row(&record, line)?;
    }
    let (results, complaints) = table.results();
    into.complaints.extend(complaints);
    into.results.push(results);
    Ok(())
}

fn reader<R: std::io::Read>(bytes: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(bytes)
}

/// The character that occurs most in the first line.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|b| *b == delimiter).count();
    *[b'\t', b';', b','].iter().max_by_key(|d| count(d)).unwrap_or(&b',')
}

fn unreadable(name: &str, fault: &csv::Error) -> Box<Complaint> {
    let line = fault.position().map_or(1, csv::Position::line);
    let (expected, found) = match fault.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (format!("{expected_len} columns, as in the first row"), len.to_string())
        }
        csv::ErrorKind::Utf8 { .. } => ("text in UTF-8".to_owned(), "other bytes".to_owned()),
        _ => ("a readable row".to_owned(), fault.to_string()),
    };
    Box::new(Complaint::about(name, expected, found).line(line).mend("Mend the row; nothing of the file was used"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Results;

    fn read(text: &str) -> Result<(Results, Vec<String>), String> {
        let mut into = Records::default();
        read_from("r.csv", text.as_bytes(), &mut into).map_err(|c| c.to_string())?;
        Ok((into.results.remove(0), into.complaints.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn a_plain_table_is_read() {
        let (results, complaints) = read("Contest,Choice,Votes\nMayor,Ada,\"1,204\"\nMayor,Ben,17\n").expect("read");
        let votes: Vec<_> = results.contests[0].choices.iter().map(|c| (c.name.as_str(), c.votes)).collect();
        assert_eq!(votes, [("Ada", 1204), ("Ben", 17)]);
        assert!(results.contests[0].parts.is_empty() && complaints.is_empty());
    }

    #[test]
    fn precincts_ways_of_voting_and_totals_are_recognised() {
        let text = include_str!("../../testdata/formats/results-csv/precincts.csv");
        let (results, complaints) = read(text).expect("read");
        assert_eq!((results.registered, results.ballots), (Some(90), Some(41)));
        let house = &results.contests[0];
        assert_eq!((house.name.as_str(), house.undervotes), ("State House 4", Some(3)));
        assert_eq!(
            house.choices.iter().map(|c| (c.party.as_str(), c.votes)).collect::<Vec<_>>(),
            [("Tern", 25), ("Wren", 13)]
        );
        let north = house.parts.iter().find(|p| p.unit == "North" && p.group.is_empty()).expect("a part");
        assert_eq!(
            (north.votes.as_slice(), north.registered, north.ballots),
            (&[Some(15), Some(6)][..], Some(50), Some(22))
        );
        let mail = house.parts.iter().find(|p| p.unit == "South" && p.group == "mail").expect("a part");
        assert_eq!(mail.votes, [Some(3), Some(2)]);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains("line 12, column votes: expected 13"), "{complaints:?}");
    }

    #[test]
    fn what_is_malformed_is_refused_with_row_and_column() {
        let refused = |text: &str| read(text).map(|_| ()).unwrap_err();
        assert!(
            refused("Contest,Choice,Votes\nMayor,Ada,x\n")
                .starts_with("r.csv, line 2, column Votes: expected a whole number, found x")
        );
        assert!(refused("Contest,Choice,Votes\nMayor,Ada\n").starts_with("r.csv, line 2: expected 3 columns"));
        assert!(refused("a,b\n").starts_with("r.csv, line 1: expected columns for contest, choice and votes"));
        assert!(refused("Contest,Choice,Votes\n,Ada,3\n").starts_with("r.csv, line 2, column Contest: expected"));
    }
}
