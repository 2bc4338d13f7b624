//! Ballot manifests as CSV: how many cards lie in which batch.
//!
//! The shapes are Arlo's (`Container, Tabulator, Batch Name, Number of Ballots`, optionally `CVR`), Dominion's as SHANGRLA
//! reads it (`Tray #, Tabulator Number, Batch Number, Total Ballots`) and Colorado's (`County, ScannerID, BatchID,
//! NumBallots, StorageLocation`). Instead of `CVR` there may be `Cards without records`, with numbers. A line with the total is recognised and compared.

mod recorded;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use self::recorded::{Recorded, is_of_records};
use super::bound::is_count;
use super::results_csv::is_table;
use super::rows::{Row, Rows, cells, number, plain};
use crate::formats::{Format, Together};
use crate::read::cite;
use crate::{BatchKey, ManifestBatch, Records};

/// The manifest.
pub(super) struct Manifest;

const NAME: &str = "ballot-manifest";

const BATCH: &[&str] = &["batchname", "batchnumber", "batchid", "batch"];
const CARDS: &[&str] =
    &["numberofballots", "totalballots", "numballots", "ballotcount", "ofballots", "ballots", "numberofcards"];
const TABULATOR: &[&str] = &["tabulator", "tabulatornumber", "tabulatornum", "tabulatorid", "scannerid", "scanner"];
const CONTAINER: &[&str] = &["container", "tray", "storagelocation", "box"];
const JURISDICTION: &[&str] = &["county", "countyid", "countyname", "jurisdiction"];
/// Words of headings under which offices number their shelves, seals and sheets: no votes.
const PLACES: &[&str] = &[
    "number",
    "num",
    "cart",
    "box",
    "tray",
    "seal",
    "shelf",
    "location",
    "container",
    "page",
    "sheet",
    "card",
    "ballot",
    "date",
    "time",
    "batch",
    "precinct",
    "year",
    "total",
    "county",
    "scanner",
    "tabulator",
    "machine",
    "group",
    "type",
];
/// As many columns are named as people would look up.
const NAMED: usize = 5;

impl Format for Manifest {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        fit(&cells(sample, 0))
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_file(input, into))
    }
}

/// Whether a row is that of a manifest's headings.
pub(super) fn is_header(row: &[String]) -> bool {
    fit(row) > Fit::No
}

fn fit(header: &[String]) -> Fit {
    // Results by batch may say how many ballots a batch has, too.
    if is_table(header) {
        return Fit::No;
    }
    let header: Vec<_> = header.iter().map(|heading| plain(heading)).collect();
    let has = |names: &[&str]| header.iter().any(|heading| names.contains(&heading.as_str()));
    let known = [TABULATOR, CONTAINER, JURISDICTION, recorded::HAS_CVRS, recorded::WITHOUT]
        .iter()
        .filter(|names| has(names))
        .count();
    match has(BATCH) && has(CARDS) {
        true if known > 0 || header.len() <= 4 => Fit::Yes,
        true => Fit::Maybe,
        false => Fit::No,
    }
}

/// Where which column is.
struct Places {
    batch: usize,
    cards: usize,
    tabulator: Option<usize>,
    container: Option<usize>,
    jurisdiction: Option<usize>,
    recorded: Recorded,
    /// How many columns have a heading.
    width: usize,
}

fn read_file(input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
    read_rows(Rows::open(input)?, into)
}

/// Reads the rows of a manifest.
pub(super) fn read_rows(mut rows: Rows, into: &mut Records) -> Result<(), Box<Complaint>> {
    let (mut header, mut row) = (Row::default(), Row::default());
    rows.header(&mut header, "the row of headings")?;
    let places = places(&rows, &header)?;
    let first = into.manifest.batches.len();
    let mut others = unknown(&header, &places);
    while rows.next(&mut row)? {
        // A note some columns further right shifts nothing.
        if !row.get(places.width).is_empty() {
            let complaint = rows.complaint(&row, places.width, "", "no more cells than headings");
            let mend = "A comma is not quoted, so that the row is shifted: put quotes around its cell, or export the file again.";
            return Err(Box::new(complaint.mend(mend)));
        }
        others.retain(|(at, _)| row.get(*at).is_empty() || number(row.get(*at)).is_some());
        if is_total(&row, &places) {
            let batches = &into.manifest.batches[first..];
            let sum = batches.iter().fold(0, |sum: u64, batch| sum.saturating_add(batch.cards));
            into.complaints.extend(compare_total(&rows, &row, &places, sum));
            continue;
        }
        let batch = batch(&rows, &row, &places, &mut into.complaints)?;
        into.manifest.batches.push(batch);
    }
    let lines = (into.manifest.batches.len() - first) as u64;
    let (of_records, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, name)| is_of_records(name));
    if let Some((_, name)) = of_records.first().filter(|_| lines > 0) {
        into.complaints.push(recorded::not_understood(rows.name(), header.line, name));
    }
    if lines > 0 && !others.is_empty() {
        let names: Vec<_> = others.iter().take(NAMED).map(|(_, name)| format!("“{name}”")).collect();
        let found = format!("numbers under {}", names.join(", "));
        let complaint = Complaint::about(rows.name(), "the columns of a ballot manifest", found).line(header.line);
        let mend =
            "They were not read. If they are votes, give them in a file of their own, without the number of ballots.";
        into.complaints.push(complaint.mend(mend));
    }
    let name = rows.name().to_owned();
    cite(into, &name, NAME, rows.received(), lines);
    Ok(())
}

fn places(rows: &Rows, header: &Row) -> Result<Places, Box<Complaint>> {
    let named =
        |names: &[&str]| names.iter().find_map(|name| (0..header.len()).find(|at| plain(&header.text(*at)) == *name));
    let (Some(batch), Some(cards)) = (named(BATCH), named(CARDS)) else {
        let complaint = rows.complaint(header, 0, "", "columns such as “Batch Name” and “Number of Ballots”");
        return Err(Box::new(complaint.mend("Name the columns so.")));
    };
    Ok(Places {
        batch,
        cards,
        tabulator: named(TABULATOR),
        container: named(CONTAINER),
        jurisdiction: named(JURISDICTION),
        recorded: Recorded::of(named),
        width: header.used(),
    })
}

/// Columns that a manifest doesn't have and that may hold votes, with their names.
fn unknown(header: &Row, places: &Places) -> Vec<(usize, String)> {
    let known = [Some(places.batch), Some(places.cards), places.tabulator, places.container, places.jurisdiction];
    let named = |at: usize| (at, Complaint::excerpt(header.get(at), 40));
    let other = |(at, name): &(usize, String)| {
        let name = plain(name);
        let is_place = PLACES.iter().any(|word| name.contains(word)) || name.ends_with("id") || name.is_empty();
        (!is_place || is_of_records(&name)) && !known.contains(&Some(*at)) && !places.recorded.is_at(*at)
    };
    (0..header.len()).map(named).filter(other).collect()
}

fn batch(
    rows: &Rows,
    row: &Row,
    places: &Places,
    doubts: &mut Vec<Complaint>,
) -> Result<ManifestBatch, Box<Complaint>> {
    let wrong = |at: usize, column: &str, expected: &str, mend: &str| {
        Box::new(rows.complaint(row, at, column, expected).mend(mend))
    };
    if row.get(places.batch).is_empty() {
        return Err(wrong(places.batch, "batch", "the batch's name", "Name the batch, or remove the line."));
    }
    let Some(cards) = number(row.get(places.cards)).filter(|cards| i64::try_from(*cards).is_ok_and(is_count)) else {
        return Err(wrong(places.cards, "number of ballots", "a whole number of cards", "Write the number in digits."));
    };
    let text = |at: Option<usize>| at.map(|at| row.text(at).into_owned()).unwrap_or_default();
    let has_cvrs = places.recorded.has_cvrs(rows, row, cards, doubts)?;
    Ok(ManifestBatch {
        key: BatchKey {
            jurisdiction: text(places.jurisdiction),
            tabulator: text(places.tabulator),
            batch: text(Some(places.batch)),
        },
        container: text(places.container),
        cards,
        has_cvrs,
        source: String::new(),
        line: row.line,
    })
}

/// A line that begins with “Total”, or has nothing but a number of cards.
fn is_total(row: &Row, places: &Places) -> bool {
    let is_number = |at: usize| at == places.cards || places.recorded.is_number_at(at);
    let others = (0..row.len()).filter(|at| !is_number(*at) && !row.get(*at).is_empty());
    let names: Vec<_> = others.map(|at| plain(&row.text(at))).collect();
    names.iter().all(|name| matches!(name.as_str(), "total" | "totals" | "grandtotal" | "sum"))
}

fn compare_total(rows: &Rows, row: &Row, places: &Places, sum: u64) -> Option<Complaint> {
    if number(row.get(places.cards)) == Some(sum) {
        return None;
    }
    let complaint = rows.complaint(row, places.cards, "total", &format!("{sum}, the sum of the batches"));
    Some(complaint.mend("The batches were read as they are. Find out which of them, or the total, is wrong."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_every_office_are_known() {
        let fit = |header: &str| {
            let bytes = format!("{header}\n").into_bytes();
            Manifest.sniff(&Sample { name: "a.csv".to_owned(), bytes, whole: true })
        };
        assert_eq!(fit("Tabulator,Batch Name,Number of Ballots"), Fit::Yes);
        assert_eq!(fit("Tray #\tTabulator Number\tBatch Number\tTotal Ballots\tVBMCart.Cart number"), Fit::Yes);
        assert_eq!(fit("CountyID,ScannerID,BatchID,NumBallots,StorageLocation"), Fit::Yes);
        assert_eq!(fit("\"Batch Name\",\"Number of Ballots\",CVR"), Fit::Yes);
        assert_eq!(fit("Batch Name,Ada Lake,Ben Hill"), Fit::No);
        assert_eq!(fit("county,batch,contest,choice,votes,ballots"), Fit::No, "results by batch");
    }

    fn read(text: &str) -> Result<Records, String> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("the disk takes it");
        let mut into = Records::default();
        read_file(&Input::file("m.csv", file.path()), &mut into).map_err(|complaint| complaint.to_string())?;
        Ok(into)
    }

    #[test]
    fn a_shifted_row_is_refused_with_its_line() {
        let said = read("Container,Batch Name,Number of Ballots\nA,B 1,7\nShelf 2, left,B 2,9\n").unwrap_err();
        assert!(said.starts_with("m.csv, line 3, column 4: expected no more cells than headings"), "{said}");
        assert_eq!(read("Batch Name,Number of Ballots\nB 1,7,,\n").expect("read").manifest.cards(), 7);
    }

    #[test]
    fn votes_beside_numbers_of_ballots_are_not_lost_silently() {
        let records = read("Batch Name,Ballots,Ada,Ben,Cart\nB 1,7,4,3,1\n").expect("read");
        assert_eq!(records.complaints.len(), 1);
        let said = records.complaints[0].to_string();
        assert!(said.contains("numbers under “Ada”, “Ben”"), "{said}");
        assert!(read("Batch Name,Ballots,Clerk\nB 1,7,Zoe\n").expect("read").complaints.is_empty());
    }

    #[test]
    fn numbers_of_cards_without_records_are_read_or_asked_about() {
        let recorded = |text: &str| -> Vec<Option<bool>> {
            read(text).expect(text).manifest.batches.iter().map(|batch| batch.has_cvrs).collect()
        };
        let text = "Batch Name,Number of Ballots,Cards without records\nB 1,7,0\nB 2,9,9\nB 3,5,\nTotal,21,9\n";
        assert_eq!(recorded(text), [Some(true), Some(false), None]);
        let some = read(&text.replace("9,9", "9,4")).expect("read");
        let said = some.complaints[0].to_string();
        assert!(said.starts_with("m.csv, line 3, column 3 (cards without records)"), "{said}");
        assert_eq!(some.manifest.batches[1].has_cvrs, None);
        let said = read(&text.replace("9,9", "9,10")).unwrap_err();
        assert!(said.contains("expected at most the batch's cards"), "{said}");
        for (heading, cell) in [("No. of records", "7"), ("Records in box", "7"), ("Recorded cards", "7")] {
            let records = read(&format!("Batch Name,Number of Ballots,{heading}\nB 1,7,{cell}\n")).expect("read");
            let said: Vec<String> = records.complaints.iter().map(ToString::to_string).collect();
            assert!(said.len() == 1 && said[0].contains(heading) && said[0].contains("CVR"), "{said:?}");
        }
    }
}
