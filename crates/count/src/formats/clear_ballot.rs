//! Clear Ballot's CSV of cast vote records: one column for each choice, headed
//! `Choice_1_1:Contest:Vote For 1:Name:Party`; with the rank after the contest where choices are ranked.
//!
//! As tabulated by RCTab and audited by Arlo; the vendor publishes no specification.

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::columns::{Columns, Heading};
use super::rows::{Row, Rows, cells, plain};
use crate::formats::{Format, Together};
use crate::read::cite;
use crate::{CardPlace, Records};

/// The export.
pub(super) struct ClearBallot;

const NAME: &str = "clear-ballot";

impl Format for ClearBallot {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let header = cells(sample, 0);
        let begins = header.first().is_some_and(|heading| plain(heading) == "rownumber");
        match begins && header.iter().any(|heading| plain(heading) == "boxid") {
            true if header.iter().any(|heading| is_choice(heading)) => Fit::Yes,
            true => Fit::Maybe,
            false => Fit::No,
        }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| read_file(input, into))
    }
}

fn read_file(input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
    let mut rows = Rows::open(input)?;
    let (mut header, mut row) = (Row::default(), Row::default());
    rows.header(&mut header, "the row of headings")?;
    let mut columns = Columns::default();
    for at in 0..header.len() {
        let text = header.text(at);
        if !is_choice(&text) {
            continue;
        }
        let Some(heading) = heading(&text) else {
            let complaint = rows.complaint(&header, at, "", "Choice_N_N:Contest:Vote For N:Name:Party");
            return Err(Box::new(complaint.mend("Export the file again.")));
        };
        columns.add(at, &heading, &mut into.cvrs);
    }
    if columns.end() == 0 {
        let complaint = rows.complaint(&header, 0, "", "columns such as Choice_N_N:Contest:Vote For N:Name:Party");
        return Err(Box::new(complaint.mend("Without them no card has a contest: export the file again.")));
    }
    let named = |name: &str| (0..header.len()).find(|at| plain(&header.text(*at)) == name);
    let at = ["boxid", "boxposition", "ballotid", "precinctid", "ballotstyleid", "scancomputername"].map(named);
    let cards = read_cards(&mut rows, &mut row, header.used(), at, &mut columns, into)?;
    cite(into, input.name(), NAME, rows.received(), cards);
    Ok(())
}

fn read_cards(
    rows: &mut Rows,
    row: &mut Row,
    width: usize,
    at: [Option<usize>; 6],
    columns: &mut Columns,
    into: &mut Records,
) -> Result<u64, Box<Complaint>> {
    let mut cards = 0;
    while rows.next(row)? {
        if row.len() < width || row.used() > width {
            let found = format!("one of {}", row.len());
            let complaint = Complaint::about(rows.name(), format!("a row of {width} cells"), found).line(row.line);
            return Err(Box::new(complaint.mend("A row is cut off or a comma is not quoted: export the file again.")));
        }
        let [batch, record, imprinted, precinct, style, tabulator] = at.map(|at| at.map(|at| row.text(at)));
        let place = CardPlace {
            jurisdiction: "",
            tabulator: tabulator.as_deref().unwrap_or_default(),
            batch: batch.as_deref().unwrap_or_default(),
            record: record.as_deref().unwrap_or_default(),
            imprinted: imprinted.as_deref().unwrap_or_default(),
            group: "",
            precinct: precinct.as_deref().unwrap_or_default(),
            style: style.as_deref().unwrap_or_default(),
        };
        columns.add_card(rows, row, place, &mut into.cvrs)?;
        cards += 1;
    }
    Ok(cards)
}

/// Whether a heading is that of a choice's column.
fn is_choice(heading: &str) -> bool {
    heading.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("choice_"))
}

/// What a column's heading says. Contests may have colons in their names.
fn heading(text: &str) -> Option<Heading> {
    let parts: Vec<&str> = text.split(':').collect();
    let at = parts.iter().rposition(|part| vote_for(part).is_some()).filter(|at| *at >= 2)?;
    let rank = parts[at - 1].trim().parse().ok().filter(|rank| at >= 3 && (1..=100).contains(rank));
    let contest = parts[1..at - usize::from(rank.is_some())].join(":");
    let (party, names) = match parts.get(at + 1..)? {
        [] => return None,
        [name] => ("", vec![*name]),
        [names @ .., party] => (*party, names.to_vec()),
    };
    Some(Heading {
        contest: contest.trim().to_owned(),
        votes_allowed: vote_for(parts[at]),
        ranks: rank.unwrap_or(0),
        choice: names.join(":").trim().to_owned(),
        party: party.trim().to_owned(),
        rank,
    })
}

fn vote_for(part: &str) -> Option<u32> {
    part.trim().strip_prefix("Vote For ")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_choices_are_known_in_capitals_and_needed() {
        let read = |text: &str| {
            let file = tempfile::NamedTempFile::new().expect("a temporary file");
            std::fs::write(file.path(), text).expect("the disk takes it");
            let mut into = Records::default();
            read_file(&Input::file("c.csv", file.path()), &mut into).map_err(|complaint| complaint.to_string())?;
            Ok::<_, String>(into.cvrs.finish())
        };
        let cvrs = read("RowNumber,BoxID,CHOICE_1_1:Mayor:Vote For 1:Ada Lake:X\n1,B,1\n").expect("read");
        assert_eq!(cvrs.contests().len(), 1);
        let said = read("RowNumber,BoxID,Choice 1\n1,B,1\n").unwrap_err();
        assert!(said.starts_with("c.csv, line 1, column 1: expected columns such as Choice_N_N"), "{said}");
    }

    #[test]
    fn headings_say_rank_and_party() {
        let plain = heading("Choice_210_1:Mayor:Vote For 2:Ada Lake:Non-Partisan").expect("a heading");
        assert_eq!((plain.contest.as_str(), plain.votes_allowed, plain.rank), ("Mayor", Some(2), None));
        assert_eq!((plain.choice.as_str(), plain.party.as_str()), ("Ada Lake", "Non-Partisan"));
        let ranked = heading("Choice_1_1:Question 7: Water:3:Vote For 1:Yes:").expect("a heading");
        assert_eq!((ranked.contest.as_str(), ranked.rank, ranked.party.as_str()), ("Question 7: Water", Some(3), ""));
        assert_eq!(heading("Choice_1_1:Mayor"), None);
        assert_eq!(heading("Choice_1_1:Vote For 1:Ada:X"), None);
    }
}
