//! Format `results-csv`: reported results as a table, a row for each count.
//!
//! Columns are found by their names, in any order: contest (or office), choice (or candidate), votes; if wanted party, district,
//! county, precinct, way of voting. Further columns of known ways of voting (`election_day`, `absentee` …) are those ways'
//! counts, and rows of voters, ballots, over- and undervotes are read as such: so OpenElections writes its files
//! (<https://github.com/openelections>). A column for each choice is read as well (`wide`). Rows of totals are held against the sum of the others.

mod blank;
mod columns;
mod readings;
mod table;
mod units;
mod wide;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::Format;
use super::rows::{Row, Rows};
use crate::Records;
use crate::read::cite;
use columns::Columns;
use table::Table;
use wide::Wide;

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
        let line = sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let mut reader = reader(line, delimiter(line));
        let header = reader.records().next().and_then(Result::ok);
        let known = |header| Columns::of(&header).is_some() || Wide::of(&header).is_some();
        if header.is_some_and(known) { Fit::Maybe } else { Fit::No }
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_from(input, into))
    }
}

/// Reads a table.
fn read_from(input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
    let name = input.name();
    let (mut rows, mut row) = (Rows::open(input)?, Row::default());
    rows.header(&mut row, "a header with the columns' names")?;
    let header = record(&row);
    let Some(columns) = Columns::of(&header) else {
        let wide = Wide::of(&header).ok_or_else(|| unknown(name, &header, row.line))?;
        let (results, complaints) = wide.read(name, &mut rows)?;
        into.complaints.extend(complaints);
        into.results.push(results);
        cite(into, name, NAME, rows.received(), 0);
        return Ok(());
    };
    let mut table = Table::new(name, columns);
    while rows.next(&mut row)? {
        same_length(name, &row, header.len())?;
        table.row(&record(&row), row.line)?;
    }
    let (results, complaints) = table.results()?;
    into.complaints.extend(complaints);
    into.results.push(results);
    cite(into, name, NAME, rows.received(), 0);
    Ok(())
}

/// Whether a header is that of a table with a row for each count.
pub(super) fn is_table(header: &[String]) -> bool {
    Columns::of(&csv::StringRecord::from(header.to_vec())).is_some()
}

fn unknown(name: &str, header: &csv::StringRecord, line: u64) -> Box<Complaint> {
    let found = Complaint::excerpt(header.iter().collect::<Vec<_>>().join(", ").as_bytes(), 120);
    let complaint = Complaint::about(name, "columns for contest, choice and votes", found).line(line);
    Box::new(complaint.mend("Name them so in the first row"))
}

fn record(row: &Row) -> csv::StringRecord {
    let mut record = csv::StringRecord::new();
    row.texts(&mut record);
    record
}

fn same_length(name: &str, row: &Row, columns: usize) -> Result<(), Box<Complaint>> {
    if row.len() == columns {
        return Ok(());
    }
    let complaint = Complaint::about(name, format!("{columns} columns, as in the first row"), row.len().to_string());
    Err(Box::new(complaint.line(row.line).mend("Mend the row; nothing of the file was used")))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Results;

    fn read(text: &str) -> Result<(Results, Vec<String>), String> {
        let mut into = Records::default();
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("r.csv"), text).expect("the disk takes it");
        read_from(&Input::file("r.csv", folder.path().join("r.csv")), &mut into).map_err(|c| c.to_string())?;
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
    fn each_vote_is_counted_once() {
        let votes = |text: &str| {
            let (results, complaints) = read(text).expect("read");
            let choices = results.contests[0].choices.iter().map(|c| c.votes).collect::<Vec<_>>();
            (choices, results.contests[0].parts.len(), complaints.len())
        };
        let ways =
            "contest,precinct,group,choice,votes\nMayor,P1,Election Day,Ada,10\nMayor,P1,Mail,Ada,5\nMayor,P2,,Ada,7\n";
        assert_eq!(votes(ways), (vec![22], 3, 0));
        let county = "contest,county,precinct,choice,votes\nMayor,Adams,,Ada,100\nMayor,Adams,P1,Ada,60\nMayor,Adams,P2,Ada,40\n";
        assert_eq!(votes(county), (vec![100], 2, 0));
        assert_eq!(votes(&county.replace(",40", ",41")), (vec![101], 2, 1));
        let two = "contest,county,precinct,choice,votes\nMayor,Adams,Total,Ada,60\nMayor,Adams,P1,Ada,60\nMayor,Bond,Total,Ada,5\n";
        assert_eq!(votes(two), (vec![65], 2, 0));
        let bare = "contest,precinct,choice,votes\nMayor,,Ada,60\nMayor,P1,Ada,20\nMayor,P2,Ada,40\n";
        assert_eq!(votes(bare), (vec![60], 2, 0));
        let party =
            "contest,precinct,choice,party,votes\nMayor,P1,Ada,DEM,20\nMayor,P2,Ada,DEM,40\nMayor,Total,Ada,,60\n";
        assert_eq!(votes(party), (vec![60], 2, 0));
        let twice: String = (0..100).map(|n| format!("Mayor,P{n},Ada,1\nMayor,P{n},Ada,1\n")).collect();
        let (_, complaints) = read(&format!("contest,precinct,choice,votes\n{twice}")).expect("read");
        assert_eq!(complaints.len(), 21);
        assert!(complaints[20].contains("80 more"), "{}", complaints[20]);
    }

    #[test]
    fn a_row_without_a_unit_is_a_total_or_a_part_as_the_counts_say() {
        let votes = |rows: &str| {
            let (results, complaints) = read(&format!("contest,precinct,choice,votes\n{rows}")).expect("read");
            let contest = &results.contests[0];
            let readings: Vec<Vec<i64>> = contest.readings.iter().map(|reading| reading.votes.clone()).collect();
            (contest.choices.iter().map(|c| c.votes).collect::<Vec<_>>(), readings, complaints.len())
        };
        let parts = "Mayor,P1,Ada,300\nMayor,P1,Ben,200\n";
        assert_eq!(votes(&format!("{parts}Mayor,,Ada,300\nMayor,,Ben,200\n")), (vec![300, 200], vec![], 0));
        let row = format!("{parts}Mayor,,Ada,30\nMayor,,Ben,240\n");
        assert_eq!(votes(&row), (vec![300, 200], vec![vec![30, 240], vec![330, 440]], 1));
        let total = format!("{row}Mayor,Total,Ada,330\nMayor,Total,Ben,440\n");
        assert_eq!(votes(&total), (vec![330, 440], vec![], 0));
        let other = format!("{parts}Mayor,Total,Ada,200\nMayor,Total,Ben,300\n");
        assert_eq!(votes(&other), (vec![300, 200], vec![vec![200, 300]], 2));
    }

    #[test]
    fn rows_that_count_no_votes_are_no_choices() {
        let rows = "Mayor,Ada,3\nMayor,Times Blank Voted,2\nMayor,Times Over Voted,1\nMayor,Blank Votes,2\n\
            Mayor,Number of Under Votes,4\nMayor,Number Of Uncast Votes,0\nTurnout,,53.2%\n";
        let (results, complaints) = read(&format!("contest,choice,votes\n{rows}")).expect("read");
        assert_eq!((results.contests.len(), results.contests[0].choices.len(), complaints.len()), (1, 1, 0));
        assert_eq!(results.contests[0].undervotes, Some(4));
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

    #[test]
    fn a_column_for_each_choice_is_read() {
        let text = "county_name,state_name,county_fips,votes_gop,votes_dem,total_votes,diff,per_dem\r\n\
            Lake,Ohio,39001,120.0,90,215,30,0.41\r\nHill,Ohio,39003,7,8,15,1,0.5\r\nLake,Iowa,19001,1,2,3,1,0.6\r\n";
        let (results, complaints) = read(text).expect("read");
        let ohio = &results.contests[0];
        assert_eq!((ohio.name.as_str(), ohio.parts.len(), results.contests.len()), ("Ohio", 2, 2));
        assert_eq!(
            ohio.choices.iter().map(|c| (c.name.as_str(), c.votes)).collect::<Vec<_>>(),
            [("gop", 127), ("dem", 98)]
        );
        assert_eq!((ohio.parts[0].unit.as_str(), ohio.parts[0].total), ("Lake (39001)", Some(215)));
        assert!(complaints.is_empty());
        let totals = "county,votes_a,votes_b\nLake,1,2\nHill,3,4\nTotal,4,7\n";
        let (results, complaints) = read(totals).expect("read");
        let whole = &results.contests[0];
        assert_eq!((whole.choices[0].votes, whole.choices[1].votes, whole.parts.len()), (4, 6, 2));
        assert!(complaints[0].starts_with("r.csv, line 4, column b: expected 6 for b"), "{complaints:?}");
        let (results, _) = read("fips_code,county,total_2012,dem_2012,gop_2012\n1,Lake,9,4,3\n").expect("read");
        assert_eq!((results.contests[0].name.as_str(), results.contests[0].parts[0].total), ("2012", Some(9)));
        let refused =
            read("county,votes_a,votes_b,total_votes\r\nLake,1,2,3\r\nHill,1,many,3\r\n").map(|_| ()).unwrap_err();
        assert!(refused.starts_with("r.csv, line 3, column votes_b: expected a whole number, found many"), "{refused}");
    }
}
