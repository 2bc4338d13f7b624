//! The audit board's records: what people read from the drawn cards, as they typed it into the entry sheet.
//!
//! One row a card: `jurisdiction`, `tabulator`, `batch`, `position`, `imprinted_id` (columns that the office doesn't use
//! may be left out), `status`, and one column a contest. A contest's cell holds the choices' names, separated by `;`, in order of rank where
//! they are ranked; `blank` for no valid vote, `not on card` where the contest isn't there. `status` is `found` (or
//! empty) or `not found`.

use pollwarden_core::{Complaint, Digest};
use pollwarden_intake::Received;

use super::batch_sheet::{CountedVotes, is_batch_sheet, read_batch_sheet};
use crate::BatchKey;
use crate::formats::bound::Counts;
use crate::formats::rows::{Row, Rows, delimiter};
use crate::guarded::unguarded;

/// The words for what is no choice.
pub const BLANK: &str = "blank";
/// The contest is not on the card.
pub const NOT_ON_CARD: &str = "not on card";
/// The card was not where it should be.
pub const NOT_FOUND: &str = "not found";
/// Columns before the contests.
pub const PLACE_COLUMNS: [&str; 5] = ["jurisdiction", "tabulator", "batch", "position", "imprinted_id"];
/// Further columns of the entry sheet that aren't contests.
const OTHER_COLUMNS: [&str; 4] = ["status", "draw", "ticket", "notes"];

/// Everything that a board typed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardRecords {
    /// Contests, in the order of the columns.
    pub contests: Vec<String>,
    /// One for each row.
    pub cards: Vec<Audited>,
    /// Votes of whole batches, one for each row.
    pub batches: Vec<CountedVotes>,
}

/// What a board said of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The file.
    pub source: String,
    /// The row's line, from 1.
    pub line: u64,
    /// Its batch.
    pub batch: BatchKey,
    /// Its position in the batch, from 1; 0 where the row names the card by its imprinted id alone.
    pub position: u64,
    /// The id printed on it; empty where the row has none.
    pub imprinted: String,
    /// By contest; `None` where the card was not found.
    pub votes: Option<Vec<Interpretation>>,
}

/// What people read in one contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interpretation {
    /// Choices by name, in order of rank where they are ranked; empty where there is no valid vote.
    Choices(Vec<String>),
    /// The contest is not on the card.
    NotOnCard,
    /// Nobody looked: the cell is empty.
    NotRead,
}

/// Whether the first line is that of an entry sheet.
pub fn is_entry_sheet(header: &str) -> bool {
    let between = char::from(delimiter(header.as_bytes()));
    let headings: Vec<String> = header.split(between).map(str::to_owned).collect();
    has_entry_headings(&headings)
}

/// Whether headings are those of an entry sheet.
pub(crate) fn has_entry_headings(headings: &[String]) -> bool {
    let columns: Vec<String> = headings.iter().map(|heading| column(heading)).collect();
    let has = |name: &str| columns.iter().any(|c| c == name);
    is_batch_sheet(&columns)
        || has("status") && (has("position") || has("imprinted_id")) && (has("batch") || has("imprinted_id"))
}

/// Reads an entry sheet.
///
/// # Errors
/// The first row that can't be understood: line, column, what was expected and what to do.
pub fn read_entry_sheet(source: &str, bytes: &[u8], into: &mut BoardRecords) -> Result<(), Box<Complaint>> {
    let received = Received { digest: Digest::of(bytes), length: bytes.len() as u64 };
    let mut rows = Rows::of_text(source, bytes.to_vec(), received);
    let mut row = Row::default();
    rows.header(&mut row, "the row of headings")?;
    let names: Vec<String> = (0..row.len()).map(|at| column(&row.text(at))).collect();
    if is_batch_sheet(&names) {
        return read_batch_sheet(source, bytes, into);
    }
    let columns = Columns::read(source, &row, into)?;
    let mut counts = Counts::default();
    while rows.next(&mut row)? {
        counts.add(source, 1, into.contests.len())?;
        let audited = columns.card(source, &row)?;
        into.cards.push(audited);
    }
    Ok(())
}

/// The line on which a row begins: empty lines before it are still ahead of the reader's position.
pub(super) fn line_of(at: &csv::Position, bytes: &[u8]) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let empty = bytes[from..].iter().take_while(|b| b"\r\n".contains(b));
    at.line() + empty.filter(|b| **b == b'\n').count() as u64
}

pub(super) fn unreadable(source: &str, error: &csv::Error) -> Box<Complaint> {
    let complaint =
        Complaint::about(source, "comma-separated rows", error.to_string()).mend("Save the sheet as CSV again.");
    Box::new(match error.position() {
        Some(position) => complaint.line(position.line()),
        None => complaint,
    })
}

pub(super) fn column(text: &str) -> String {
    text.trim_start_matches('\u{feff}').trim().trim_matches('"').trim().to_lowercase().replace([' ', '-'], "_")
}

struct Columns {
    /// Where each of [`PLACE_COLUMNS`] is.
    place: [Option<usize>; 5],
    status: Option<usize>,
    /// Column, and the contest's place in the records.
    contests: Vec<(usize, usize)>,
}

impl Columns {
    fn read(source: &str, header: &Row, into: &mut BoardRecords) -> Result<Self, Box<Complaint>> {
        let plain = |text: std::borrow::Cow<'_, str>| unguarded(text.trim_start_matches('\u{feff}')).to_owned();
        let names: Vec<String> = (0..header.len()).map(|at| plain(header.text(at))).collect();
        if let Some(name) = twice(&names) {
            let found = format!("two columns “{name}”");
            return Err(Box::new(
                Complaint::about(source, "one column for each contest and each heading", found)
                    .line(1)
                    .mend("Take one of the two out, or name it for the contest that it is of."),
            ));
        }
        let find = |name: &str| names.iter().position(|n| column(n) == name);
        let place = PLACE_COLUMNS.map(find);
        let contests = names
            .iter()
            .enumerate()
            .filter(|(at, name)| {
                let other = OTHER_COLUMNS.contains(&column(name).as_str());
                !other && !place.contains(&Some(*at)) && !name.is_empty()
            })
            .map(|(at, name)| (at, contest_place(into, name)))
            .collect();
        if place[3].is_none() && place[4].is_none() {
            let mend = "Use the entry sheet that `pollwarden count draw` writes.";
            let found = format!("the columns {}", names.join(", "));
            return Err(Box::new(
                Complaint::about(source, "a column position or imprinted_id", found).line(1).mend(mend),
            ));
        }
        Ok(Self { place, status: find("status"), contests })
    }

    fn card(&self, source: &str, row: &Row) -> Result<Audited, Box<Complaint>> {
        let line = row.line;
        let text = |at: Option<usize>| at.map(|at| unguarded(&row.text(at)).to_owned()).unwrap_or_default();
        let [jurisdiction, tabulator, batch, position, imprinted] = self.place.map(text);
        let fault = |column: &str, expected: &str, found: &str| {
            let found = format!("“{}”", Complaint::excerpt(found.as_bytes(), 40));
            Err(Box::new(Complaint::about(source, expected, found).line(line).column(column).mend("Correct the row.")))
        };
        let position = match position.as_str() {
            "" if !imprinted.is_empty() => 0,
            text => match text.parse() {
                Ok(position) if position > 0 => position,
                _ => return fault("position", "the card's position in its batch, from 1", text),
            },
        };
        let votes = match text(self.status).to_lowercase().as_str() {
            "" | "found" | "audited" => {
                Some(self.contests.iter().map(|(at, _)| interpretation(&text(Some(*at)))).collect())
            }
            NOT_FOUND | "missing" => None,
            other => return fault("status", "“found” or “not found”", other),
        };
        let batch = BatchKey { jurisdiction, tabulator, batch };
        Ok(Audited {
            source: source.to_owned(),
            line,
            batch,
            position,
            imprinted,
            votes: votes.map(|v| self.spread(v)),
        })
    }

    /// Interpretations by the contests' places in the records, which other sheets may have begun.
    fn spread(&self, votes: Vec<Interpretation>) -> Vec<Interpretation> {
        let most = self.contests.iter().map(|(_, contest)| contest + 1).max().unwrap_or(0);
        let mut spread = vec![Interpretation::NotRead; most];
        for ((_, contest), vote) in self.contests.iter().zip(votes) {
            spread[*contest] = vote;
        }
        spread
    }
}

/// A heading that comes a second time: what stands in the other column would be passed over.
fn twice(names: &[String]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    let heading = |name: &str| match column(name) {
        known if PLACE_COLUMNS.contains(&known.as_str()) || known == "status" => known,
        _ => name.to_owned(),
    };
    let mut named = names.iter().map(String::as_str).filter(|name| !name.is_empty());
    named.find(|name| !OTHER_COLUMNS[1..].contains(&column(name).as_str()) && !seen.insert(heading(name)))
}

fn contest_place(into: &mut BoardRecords, name: &str) -> usize {
    into.contests.iter().position(|c| c == name).unwrap_or_else(|| {
        into.contests.push(name.to_owned());
        into.contests.len() - 1
    })
}

fn interpretation(cell: &str) -> Interpretation {
    match cell.to_lowercase().as_str() {
        "" => Interpretation::NotRead,
        BLANK | "undervote" | "overvote" => Interpretation::Choices(Vec::new()),
        NOT_ON_CARD | "not on ballot" => Interpretation::NotOnCard,
        _ => Interpretation::Choices(
            cell.split(';')
                .map(|name| unguarded(name.trim()))
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
    }
}

impl BoardRecords {
    /// What a board read in a contest on a card.
    pub fn read<'a>(&self, card: &'a Audited, contest: &str) -> &'a Interpretation {
        let at = self.contests.iter().position(|c| c == contest);
        let votes = card.votes.as_deref().unwrap_or_default();
        at.and_then(|at| votes.get(at)).unwrap_or(&Interpretation::NotRead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = "draw,tabulator,batch,position,imprinted_id,status,Clerk,Bond\n\
        1,T1,B1,3,1-1-3,found,Ada Zed,blank\n\
        2,T1,B2,1,,,Ada Zed; Ben Yew,not on card\n\n\
        3,T1,B2,2,,not found,,\n";

    #[test]
    fn rows_are_read_as_they_were_typed() {
        assert!(is_entry_sheet(SHEET.lines().next().expect("a header")));
        let mut records = BoardRecords::default();
        read_entry_sheet("board.csv", SHEET.as_bytes(), &mut records).expect("a sheet");
        assert_eq!(records.contests, ["Clerk", "Bond"]);
        let names = |list: &[&str]| Interpretation::Choices(list.iter().map(|s| (*s).to_owned()).collect());
        let read = |at: usize, contest| records.read(&records.cards[at], contest).clone();
        assert_eq!((read(0, "Clerk"), read(0, "Bond")), (names(&["Ada Zed"]), names(&[])));
        assert_eq!((read(1, "Clerk"), read(1, "Bond")), (names(&["Ada Zed", "Ben Yew"]), Interpretation::NotOnCard));
        assert_eq!(records.cards[2].votes, None);
        assert_eq!((records.cards[2].line, records.cards[1].position), (5, 1));
    }

    #[test]
    fn sheets_of_other_spreadsheets_are_read_too() {
        for between in [";", "\t"] {
            let sheet = SHEET.replace(',', between).replace("Ada Zed; Ben Yew", "\"Ada Zed; Ben Yew\"");
            assert!(is_entry_sheet(sheet.lines().next().expect("a header")), "{between:?}");
            let (mut records, mut plain) = (BoardRecords::default(), BoardRecords::default());
            read_entry_sheet("board.csv", sheet.as_bytes(), &mut records).expect("a sheet");
            read_entry_sheet("board.csv", SHEET.as_bytes(), &mut plain).expect("a sheet");
            assert_eq!(records, plain, "{between:?}");
        }
    }

    #[test]
    fn an_apostrophe_that_keeps_a_cell_from_being_computed_is_no_part_of_it() {
        let sheet = "batch,position,status,'=Clerk\n'-B,1,,'=1+1;'@two\n't Oever,1,,Ada\n";
        let mut records = BoardRecords::default();
        read_entry_sheet("board.csv", sheet.as_bytes(), &mut records).expect("a sheet");
        assert_eq!(records.contests, ["=Clerk"]);
        let names: Vec<&str> = records.cards.iter().map(|card| card.batch.batch.as_str()).collect();
        assert_eq!(names, ["-B", "'t Oever"]);
        let two = Interpretation::Choices(vec!["=1+1".to_owned(), "@two".to_owned()]);
        assert_eq!(records.read(&records.cards[0], "=Clerk"), &two);
    }

    #[test]
    fn what_cannot_be_understood_is_placed() {
        let fault = |text: &str| {
            *read_entry_sheet("board.csv", text.as_bytes(), &mut BoardRecords::default()).expect_err("a fault")
        };
        assert_eq!(fault("batch,position,status,Clerk\nB1,x,found,Ada\n").line, Some(2));
        assert_eq!(fault("batch,position,status\nB1,1,lost\n").column.as_deref(), Some("status"));
        assert_eq!(fault("batch,status\nB1,\n").line, Some(1));
        assert_eq!(fault("batch,position,status,notes,Clerk\nB1,1,,\"he,Ada\nB1,2,,she\",Ben\n").line, Some(2));
        let twice = fault("batch,position,status,Clerk,Bond,Clerk\nB1,1,,Ada,blank,Ben\n");
        assert_eq!((twice.line, twice.found.as_str()), (Some(1), "two columns “Clerk”"));
        assert_eq!(fault("batch,position,status,Batch\nB1,1,,B2\n").found, "two columns “Batch”");
        let contests: String = (0..10_000).map(|at| format!(",C{at}")).collect();
        let many = format!("batch,position,status{contests}\n{}", "B1,1,\n".repeat(2_000));
        assert!(fault(&many).expected.contains("counts, choices times parts"), "a short sheet of many readings");
    }
}
