//! Dominion's CSV export of cast vote records: a line with the election's name and the software's version, then a row of
//! contests, a row of choices and a row of headings with the choices' parties; then a row for each card.
//!
//! As published by counties in Colorado and elsewhere; the vendor publishes no specification. Ranked contests say
//! “Number of ranks=N”, and each choice has a column for each rank, `Name(1)`, `Name(2)`.

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::columns::{Columns, Heading};
use super::rows::{Row, Rows, cells, plain};
use crate::formats::{Format, Together};
use crate::read::cite;
use crate::{CardPlace, Records};

/// The export.
pub(super) struct DominionCsv;

const NAME: &str = "dominion-csv";

impl Format for DominionCsv {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let (title, contests) = (cells(sample, 0), cells(sample, 1));
        let versioned = title.get(1).is_some_and(|version| is_version(version));
        let titled = contests.first().is_some_and(String::is_empty)
            && contests.iter().any(|c| c.contains("(Vote For=") || c.contains("(Number of positions="));
        match (versioned, titled) {
            (true, true) => Fit::Yes,
            (true, false) | (false, true) => Fit::Maybe,
            (false, false) => Fit::No,
        }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_file(input, into))
    }
}

/// `5.2.16.1`
fn is_version(cell: &str) -> bool {
    let parts: Vec<_> = cell.split('.').collect();
    parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Where the columns before the votes are.
#[derive(Debug, Default)]
struct Places {
    tabulator: Option<usize>,
    batch: Option<usize>,
    record: Option<usize>,
    imprinted: Option<usize>,
    unique: Option<usize>,
    group: Option<usize>,
    precinct: Option<usize>,
    style: Option<usize>,
}

fn read_file(input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
    let mut rows = Rows::open(input)?;
    let [mut contests, mut choices, mut headings, mut row] = [(); 4].map(|()| Row::default());
    rows.header(&mut row, "the election's name and version")?;
    rows.header(&mut contests, "the row of contests")?;
    rows.header(&mut choices, "the row of choices")?;
    rows.header(&mut headings, "the row of headings")?;
    let mut columns = Columns::default();
    let first = (0..contests.len()).find(|at| !contests.get(*at).is_empty()).unwrap_or(contests.len());
    for at in first..contests.len().max(choices.len()) {
        let Some(heading) = heading(&contests, &choices, &headings, at) else {
            // Spreadsheets leave merged cells empty: a choice is not to be lost with its votes.
            if choices.get(at).is_empty() {
                continue;
            }
            let complaint = rows.complaint(&contests, at, "", "the contest's name above the choice");
            return Err(Box::new(
                complaint.mend("Repeat the name in each of the contest's columns, or export the file again."),
            ));
        };
        if heading.choice.is_empty() {
            let complaint = rows.complaint(&choices, at, "", "the name of a choice");
            return Err(Box::new(complaint.mend("Export the file again.")));
        }
        columns.add(at, &heading, &mut into.cvrs);
    }
    let places = places(&rows, &headings, first)?;
    let before = into.cvrs.cards();
    while rows.next(&mut row)? {
        read_card(&rows, &row, &places, &mut columns, into)?;
    }
    let cards = (into.cvrs.cards() - before) as u64;
    cite(into, input.name(), NAME, rows.received(), cards);
    Ok(())
}

fn read_card(
    rows: &Rows,
    row: &Row,
    places: &Places,
    columns: &mut Columns,
    into: &mut Records,
) -> Result<(), Box<Complaint>> {
    if row.used() > columns.end() || row.len() < columns.end() {
        let expected = format!("a row of {} cells", columns.end());
        let complaint = Complaint::about(rows.name(), expected, format!("one of {}", row.len())).line(row.line);
        return Err(Box::new(complaint.mend("A row is cut off or a comma is not quoted: export the file again.")));
    }
    let text = |at: Option<usize>| at.map(|at| row.text(at)).unwrap_or_default();
    let (imprinted, unique) = (text(places.imprinted), text(places.unique));
    let place = CardPlace {
        jurisdiction: "",
        tabulator: &text(places.tabulator),
        batch: &text(places.batch),
        record: &text(places.record),
        imprinted: if imprinted.is_empty() { &unique } else { &imprinted },
        group: &text(places.group),
        precinct: &text(places.precinct),
        style: &text(places.style),
    };
    columns.add_card(rows, row, place, &mut into.cvrs)
}

fn places(rows: &Rows, headings: &Row, first: usize) -> Result<Places, Box<Complaint>> {
    let named = |name: &str| (0..first).find(|at| plain(&headings.text(*at)) == name);
    let places = Places {
        tabulator: named("tabulatornum"),
        batch: named("batchid"),
        record: named("recordid"),
        imprinted: named("imprintedid"),
        unique: named("uniquevotingidentifier"),
        group: named("countinggroup"),
        precinct: named("precinctportion").or_else(|| named("precinct")),
        style: named("ballottype"),
    };
    for (place, name) in [(places.tabulator, "TabulatorNum"), (places.batch, "BatchId"), (places.record, "RecordId")] {
        if place.is_none() {
            let all: Vec<_> = (0..first.min(12)).map(|at| headings.text(at)).collect();
            let complaint = Complaint::about(rows.name(), format!("a column {name}"), format!("“{}”", all.join(", ")))
                .line(headings.line);
            return Err(Box::new(complaint.mend("Export the file again with all columns.")));
        }
    }
    Ok(places)
}

/// What the header says of a column of votes; nothing where it has no contest.
fn heading(contests: &Row, choices: &Row, headings: &Row, at: usize) -> Option<Heading> {
    let title = contests.text(at);
    if title.is_empty() {
        return None;
    }
    let mut heading = contest(&title);
    heading.party = headings.text(at).into_owned();
    let choice = choices.text(at);
    heading.choice = choice.clone().into_owned();
    if heading.ranks > 0
        && let Some((name, rank)) = ranked_choice(&choice)
    {
        (heading.choice, heading.rank) = (name.to_owned(), Some(rank));
    }
    Some(heading)
}

/// `Mayor (Vote For=1)`, `Mayor (Number of positions=1, Number of ranks=4)`
fn contest(title: &str) -> Heading {
    let (name, said) = match title.trim_end().strip_suffix(')').and_then(|title| title.rsplit_once('(')) {
        Some((name, said)) if said.contains('=') => (name.trim_end(), said),
        _ => (title, ""),
    };
    let mut heading = Heading { contest: name.to_owned(), ..Heading::default() };
    for part in said.split(',') {
        let (what, number) = part.split_once('=').unwrap_or_default();
        match plain(what).as_str() {
            "votefor" | "numberofpositions" => heading.votes_allowed = number.trim().parse().ok(),
            "numberofranks" => heading.ranks = number.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    heading
}

/// `Ada Lake(2)`
fn ranked_choice(choice: &str) -> Option<(&str, u16)> {
    let (name, rank) = choice.strip_suffix(')')?.rsplit_once('(')?;
    let rank = rank.trim().parse().ok().filter(|rank| *rank > 0)?;
    Some((name.trim_end(), rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_how_many() {
        let mayor = contest("Mayor (At Large) (Vote For=2)");
        assert_eq!((mayor.contest.as_str(), mayor.votes_allowed, mayor.ranks), ("Mayor (At Large)", Some(2), 0));
        let ranked = contest("Mayor (Number of positions=1, Number of ranks=4)");
        assert_eq!((ranked.contest.as_str(), ranked.votes_allowed, ranked.ranks), ("Mayor", Some(1), 4));
        let bare = contest("Question 1 (Advisory)");
        assert_eq!((bare.contest.as_str(), bare.votes_allowed), ("Question 1 (Advisory)", None));
        assert_eq!(ranked_choice("Ada (Ann) Lake(2)"), Some(("Ada (Ann) Lake", 2)));
        assert_eq!(ranked_choice("Ada (Ann)"), None);
    }
}
