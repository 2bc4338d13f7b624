//! ES&S's CSV exports: cast vote records (a column for each contest, with the name of what was chosen) and, in files of
//! their own, ballots (batch, machine and reporting group of each record). They belong together by “Cast Vote Record”.
//!
//! The variants are those that Arlo audits: with and without lines about the election before the headings, with and
//! without a column for the machine. The vendor publishes no specification.

mod ballots;

use hashbrown::{HashMap, HashSet};
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use ballots::Ballots;

use super::absent::Absent;
use super::marks::Marks;
use super::rows::{Row, Rows, first_rows, plain};
use crate::formats::Format;
use crate::read::cite;
use crate::write_in::is_write_in;
use crate::{CardPlace, Choice, ContestId, CvrBuilder, Mark, Records};

/// The exports.
pub(super) struct EssCsv;

const NAME: &str = "ess-csv";
const KEY: &str = "castvoterecord";
/// How many lines about the election may stand before the headings.
const BEFORE: usize = 12;
/// The most choices of a contest: a file whose cells are no names would have as many as rows.
const MOST_CHOICES: usize = 5_000;

impl Format for EssCsv {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if headings(sample).is_some() { Fit::Yes } else { Fit::No }
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut ballots = Ballots::default();
        let mut records = Vec::new();
        for input in inputs {
            let mut opened = input.open().map_err(|fault| fault.complaint())?;
            let sample = opened.sample().map_err(|fault| fault.complaint())?;
            match headings(sample) {
                Some(headings) if headings.iter().any(|heading| heading == "tabulatorcvr") => {
                    ballots.read(input, into)?
                }
                _ => records.push(input),
            }
        }
        let mut export = Export { ballots, ..Export::default() };
        for input in &records {
            export.read_records(input, into)?;
        }
        export.complain(inputs, records.len(), into);
        Ok(())
    }
}

/// The headings, in small letters, where a row near the beginning has them.
fn headings(sample: &Sample) -> Option<Vec<String>> {
    let found = first_rows(sample).take(BEFORE).find(|row| row.first().is_some_and(|cell| plain(cell) == KEY))?;
    Some(found.iter().map(|heading| plain(heading)).collect())
}

/// Reads up to the row of headings.
fn to_headings(rows: &mut Rows, header: &mut Row) -> Result<(), Box<Complaint>> {
    for _ in 0..BEFORE {
        rows.header(header, "the row of headings, which begins with “Cast Vote Record”")?;
        if plain(&header.text(0)) == KEY {
            return Ok(());
        }
    }
    let complaint = rows.complaint(header, 0, "", "the row of headings, which begins with “Cast Vote Record”");
    Err(Box::new(complaint.mend("Export the file again.")))
}

/// What is known while records are read.
#[derive(Debug, Default)]
struct Export {
    ballots: Ballots,
    choices: HashMap<(ContestId, Box<str>), u32>,
    seen: HashSet<Box<str>>,
    marks: Marks,
    twice: Absent,
    unlisted: Absent,
}

/// Where a records file has what.
struct Shape {
    precinct: Option<usize>,
    style: Option<usize>,
    /// Columns of votes.
    votes: Vec<(usize, ContestId)>,
}

impl Export {
    fn read_records(&mut self, input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut rows = Rows::open(input)?;
        let (mut header, mut row) = (Row::default(), Row::default());
        to_headings(&mut rows, &mut header)?;
        let shape = shape(&header, &mut into.cvrs);
        let mut cards = 0;
        while rows.next(&mut row)? {
            if row.text(0).starts_with("Total") {
                continue;
            }
            if row.get(0).is_empty() {
                let complaint = rows.complaint(&row, 0, "Cast Vote Record", "a record's number");
                return Err(Box::new(complaint.mend("Export the file again.")));
            }
            if row.len() < header.used() {
                let complaint = rows.complaint(&row, row.len(), "", "as many cells as headings");
                return Err(Box::new(complaint.mend("The row is cut off: export the file again.")));
            }
            if row.used() > header.len() {
                let complaint = rows.complaint(&row, header.len(), "", "no more cells than headings");
                return Err(Box::new(complaint.mend("A comma is not quoted: export the file again.")));
            }
            self.votes(&rows, &row, &shape, &mut into.cvrs)?;
            self.card(&row, &shape, into);
            cards += 1;
        }
        cite(into, input.name(), NAME, rows.received(), cards);
        Ok(())
    }

    fn votes(&mut self, rows: &Rows, row: &Row, shape: &Shape, cvrs: &mut CvrBuilder) -> Result<(), Box<Complaint>> {
        for (at, contest) in &shape.votes {
            let cell = row.text(*at);
            if cell.is_empty() {
                continue;
            }
            self.marks.on_card(*contest);
            if cell.eq_ignore_ascii_case("undervote") {
                continue;
            }
            if cell.eq_ignore_ascii_case("overvote") {
                self.marks.ranked(*contest, Mark::overvote(1));
                continue;
            }
            let Some(choice) = self.choice(*contest, &cell, cvrs) else {
                let expected = format!("one of at most {MOST_CHOICES} choices");
                let complaint = rows.complaint(row, *at, "", &expected);
                return Err(Box::new(
                    complaint.mend("The columns are shifted or are no contests: export the file again."),
                ));
            };
            self.marks.mark(*contest, Mark::vote(choice));
        }
        Ok(())
    }

    fn card(&mut self, row: &Row, shape: &Shape, into: &mut Records) {
        let number = row.text(0);
        if !self.seen.insert(number.as_ref().into()) {
            self.twice.add(&number);
        }
        let ballot = self.ballots.get(&number);
        if ballot.is_none() {
            self.unlisted.add(&number);
        }
        let text = |at: Option<usize>| at.map(|at| row.text(at)).unwrap_or_default();
        let (style, precinct) = (text(shape.style), text(shape.precinct));
        let ballot = ballot.unwrap_or_default();
        let place = CardPlace {
            jurisdiction: "",
            tabulator: ballot.tabulator,
            batch: ballot.batch,
            record: &number,
            imprinted: ballot.imprinted,
            group: ballot.group,
            precinct: &precinct,
            style: &style,
        };
        self.marks.add_card(place, &mut into.cvrs);
    }

    fn choice(&mut self, contest: ContestId, name: &str, cvrs: &mut CvrBuilder) -> Option<u32> {
        let key = (contest, name.into());
        if let Some(choice) = self.choices.get(&key) {
            return Some(*choice);
        }
        if cvrs.contest_mut(contest).choices.len() >= MOST_CHOICES {
            return None;
        }
        let choice = Choice { name: name.to_owned(), write_in: is_write_in(name), ..Choice::default() };
        let choice = cvrs.choice(contest, choice);
        self.choices.insert(key, choice);
        Some(choice)
    }

    fn complain(&self, inputs: &[Input], records: usize, into: &mut Records) {
        let source = inputs.first().map_or("", Input::name);
        if records == 0 {
            let complaint = Complaint::about(source, "cast vote records beside the ballots", "ballots alone");
            into.complaints.push(complaint.mend("Add the file of cast vote records to the folder."));
            return;
        }
        if self.ballots.is_empty() {
            let complaint = Complaint::about(source, "the ballots file beside the cast vote records", "none");
            into.complaints.push(complaint.mend("Add it: without it no card's batch or machine is known."));
        } else {
            let mend = "Export both again from the same election, or find out where the cards are.";
            let expected = "each cast vote record among the ballots";
            let without = "cast vote records that are not among them";
            into.complaints.extend(self.unlisted.complaint(source, expected, without, mend));
            let unread = self.ballots.other_than(&self.seen);
            let without = "ballots without one";
            into.complaints.extend(unread.complaint(source, "a cast vote record of each ballot", without, mend));
        }
        let mend = "Each is kept as a card. Remove the file that was exported twice.";
        let twice = self.twice.complaint(source, "each cast vote record once", "that occur again", mend);
        into.complaints.extend(twice);
    }
}

/// Contests are headed by their names after the last of the known columns. One with several votes has as many columns,
/// with its name on each or on the first alone.
fn shape(header: &Row, cvrs: &mut CvrBuilder) -> Shape {
    let named = |name: &str| (0..header.len().min(8)).find(|at| plain(&header.text(*at)) == name);
    let (precinct, style) = (named("precinct"), named("ballotstyle"));
    let first = precinct.max(style).unwrap_or(0) + 1;
    let mut votes: Vec<(usize, ContestId)> = Vec::new();
    let mut columns: HashMap<ContestId, u32> = HashMap::new();
    for at in first..header.len() {
        let name = header.text(at);
        let contest = match votes.last() {
            Some((_, contest)) if name.is_empty() => *contest,
            _ if name.is_empty() => continue,
            _ => cvrs.contest("", &name),
        };
        votes.push((at, contest));
        *columns.entry(contest).or_insert(0) += 1;
    }
    for (contest, count) in columns {
        let allowed = &mut cvrs.contest_mut(contest).votes_allowed;
        *allowed = (*allowed).max(Some(count));
    }
    Shape { precinct, style, votes }
}
