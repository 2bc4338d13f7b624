//! Format `results-csv`: reported results as a table, a row for each count.
//!
//! Columns are found by their names, in any order: contest (or office), choice (or candidate), votes; if wanted party, district,
//! county, precinct, way of voting. Further columns of known ways of voting (`election_day`, `absentee` …) are those ways'
//! counts, and rows of voters, ballots, over- and undervotes are read as such: so OpenElections writes its files
//! (<https://github.com/openelections>). Rows of totals are held against the sum of the others.

mod columns;
mod table;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::Format;
use super::rows::{Row, Rows, cells};
use crate::Records;
use crate::read::cite;
use columns::Columns;
use table::Table;

/// Format `results-csv`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResultsCsv;

const NAME: &str = "results-csv";
/// The most contests, choices and parts of one file together.
const MOST_PARTS: usize = 4 << 20;

impl Format for ResultsCsv {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let header = csv::StringRecord::from(cells(sample, 0));
        if Columns::of(&header).is_some() { Fit::Maybe } else { Fit::No }
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        for input in inputs {
            let (rows, lines) = read_rows(Rows::open(input)?, into)?;
            cite(into, input.name(), NAME, rows.received(), lines);
        }
        Ok(())
    }
}

/// Reads a table, and says how many rows it has.
fn read_rows(mut rows: Rows, into: &mut Records) -> Result<(Rows, u64), Box<Complaint>> {
    let name = rows.name().to_owned();
    let (mut row, mut record, mut lines) = (Row::default(), csv::StringRecord::new(), 0);
    rows.header(&mut row, "columns for contest, choice and votes")?;
    row.texts(&mut record);
    let columns = Columns::of(&record).ok_or_else(|| {
        let expected = "columns for contest, choice and votes";
        let found = Complaint::excerpt(record.iter().collect::<Vec<_>>().join(", ").as_bytes(), 120);
        Box::new(Complaint::about(&*name, expected, found).line(row.line).mend("Name them so in the first row"))
    })?;
    let width = row.len();
    let mut table = Table::new(&name, columns);
    while rows.next(&mut row)? {
        if row.len() != width {
            let expected = format!("{width} columns, as in the first row");
            let complaint = Complaint::about(&*name, expected, row.len().to_string()).line(row.line);
            return Err(Box::new(complaint.mend("Mend the row; nothing of the file was used")));
        }
        row.texts(&mut record);
        table.row(&record, row.line)?;
        lines += 1;
    }
    let (results, complaints) = table.results()?;
    into.complaints.extend(complaints);
    into.results.push(results);
    Ok((rows, lines))
}

#[cfg(test)]
mod tests {
    use pollwarden_core::Digest;
    use pollwarden_intake::Received;

    use super::*;
    use crate::Results;

    fn read(text: &str) -> Result<(Results, Vec<String>), String> {
        let mut into = Records::default();
        let received = Received { digest: Digest::of(text.as_bytes()), length: text.len() as u64 };
        let rows = Rows::of_text("r.csv", text.as_bytes().to_vec(), received);
        read_rows(rows, &mut into).map_err(|c| c.to_string())?;
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
