//! Candidates' totals by batch, as Arlo takes them for batch comparison: `Batch Name` and a column for each choice.
//!
//! The file says no contest: it is named after the file, without “candidate totals by batch” and without what stands before
//! the last “ - ” (the jurisdiction).

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::bound::{Counts, is_count};
use super::rows::{Row, Rows, cells, number, plain};
use crate::formats::{Format, Together};
use crate::kind::last;
use crate::read::cite;
use crate::write_in::is_write_in;
use crate::{Records, ReportedChoice, ReportedContest, ReportedPart, Results};

/// The totals.
pub(super) struct BatchTallies;

const NAME: &str = "batch-tallies";

impl Format for BatchTallies {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let (header, first) = (cells(sample, 0), cells(sample, 1));
        let named = header.len() > 1 && header.first().is_some_and(|heading| plain(heading) == "batchname");
        let counts = first.iter().skip(1).any(|cell| number(cell.as_bytes()).is_some());
        // A manifest begins so too.
        let manifest = header.iter().any(|heading| plain(heading).contains("ballots"));
        if named && counts && !manifest { Fit::Maybe } else { Fit::No }
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
    let mut contest = ReportedContest { name: contest_name(input.name()), ..ReportedContest::default() };
    contest.choices = (1..header.used()).map(|at| choice(&header.text(at))).collect();
    let mut counts = Counts::default();
    let mut met = hashbrown::HashSet::new();
    while rows.next(&mut row)? {
        counts.add(input.name(), 1, contest.choices.len())?;
        let part = part(&rows, &row, &header)?;
        let is_total = matches!(plain(&part.unit).as_str(), "total" | "totals");
        if is_total {
            into.complaints.extend(compare_total(&rows, &row, &part, &contest));
            continue;
        }
        if !met.insert(part.unit.clone()) {
            let complaint = rows.complaint(&row, 0, "Batch Name", "each batch once");
            return Err(Box::new(complaint.mend("Remove the line that is a copy, or name the batch that it is of.")));
        }
        for (choice, votes) in contest.choices.iter_mut().zip(&part.votes) {
            choice.votes = choice.votes.saturating_add(votes.unwrap_or(0));
        }
        contest.parts.push(part);
    }
    let lines = contest.parts.len() as u64;
    into.results.push(Results { contests: vec![contest], ..Results::default() });
    cite(into, input.name(), NAME, rows.received(), lines);
    Ok(())
}

fn choice(name: &str) -> ReportedChoice {
    ReportedChoice { name: name.to_owned(), write_in: is_write_in(name), ..ReportedChoice::default() }
}

fn part(rows: &Rows, row: &Row, header: &Row) -> Result<ReportedPart, Box<Complaint>> {
    if row.get(0).is_empty() {
        return Err(Box::new(rows.complaint(row, 0, "Batch Name", "the batch's name").mend("Name the batch.")));
    }
    if row.used() > header.used() {
        let complaint = rows.complaint(row, header.used(), "", "no more cells than headings");
        return Err(Box::new(complaint.mend("A comma is not quoted: export the file again.")));
    }
    let votes = (1..header.used()).map(|at| {
        let cell = row.get(at);
        if cell.is_empty() {
            return Ok(None);
        }
        let count = number(cell).and_then(|count| i64::try_from(count).ok()).filter(|count| is_count(*count));
        let wrong = || rows.complaint(row, at, &header.text(at), "a whole number of votes").mend("Write it in digits.");
        count.map(Some).ok_or_else(|| Box::new(wrong()))
    });
    Ok(ReportedPart {
        unit: row.text(0).into_owned(),
        votes: votes.collect::<Result<_, _>>()?,
        ..ReportedPart::default()
    })
}

fn compare_total(rows: &Rows, row: &Row, total: &ReportedPart, contest: &ReportedContest) -> Option<Complaint> {
    let mut pairs = total.votes.iter().zip(&contest.choices).zip(1..);
    let ((_, choice), at) = pairs.find(|((votes, choice), _)| votes.is_some_and(|votes| votes != choice.votes))?;
    let complaint = rows.complaint(row, at, &choice.name, &format!("{}, the sum of the batches", choice.votes));
    Some(complaint.mend("The batches were read as they are. Find out which of them, or the total, is wrong."))
}

/// `Kendall Park - Mayor - candidate totals by batch.csv` is about `Mayor`.
fn contest_name(file: &str) -> String {
    let stem = last(file).split(".csv").next().unwrap_or_default();
    let without = stem.strip_suffix("candidate totals by batch").unwrap_or(stem).trim_end_matches([' ', '-']);
    without.rsplit_once(" - ").map_or(without, |(_, contest)| contest).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_contest() {
        assert_eq!(contest_name("a/Kendall Park - Mayor - candidate totals by batch.csv"), "Mayor");
        assert_eq!(contest_name("Mayor.csv.zst"), "Mayor");
        assert_eq!(contest_name("x.zip!Lake - Question 7.csv"), "Question 7");
    }
}
