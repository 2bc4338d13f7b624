//! RCTab's generic CSV: a row a card, a column a candidate, a cell the rank given (RFC 4180; RCTab's `CsvCvrReader`).
//!
//! Nothing in such a file says where candidates begin: a [`Layout`] does.

use csv::{ReaderBuilder, StringRecord};
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, IntakeError};

use super::Layout;
use super::rank_row::{Choices, TOO_MANY};
use crate::{CardPlace, CvrBuilder, Mark, Votes};

/// Reads a file by a layout. Its cards have one contest, of the name `contest`.
///
/// # Errors
/// What makes it unreadable: row and column.
pub fn read_by_layout(
    input: &Input,
    layout: &Layout,
    contest: &str,
    into: &mut CvrBuilder,
) -> Result<(), Box<Complaint>> {
    let reader = input.reader().map_err(|fault| Box::new(fault.complaint()))?;
    let mut rows = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(reader);
    let mut row = StringRecord::new();
    let mut candidates: Option<Vec<u32>> = None;
    let mut choices = Choices::new(into.contest("", contest));
    let mut votes = Votes::default();
    let mut number = 0;
    while rows.read_record(&mut row).map_err(|fault| unreadable(input, number + 1, fault))? {
        number += 1;
        match &candidates {
            None => candidates = Some(header(input, layout, &row, &mut choices, into)?),
            Some(candidates) if number > u64::from(layout.first_vote_row) => {
                ranks(input, layout, &row, number, candidates, &choices, &mut votes)?;
                card(layout, &row, number, &mut votes, into);
            }
            Some(_) => {}
        }
    }
    match candidates {
        Some(_) => Ok(()),
        None => Err(wrong(input, 1, None, "names of candidates", "an empty file")),
    }
}

/// Candidates by column.
fn header(
    input: &Input,
    layout: &Layout,
    row: &StringRecord,
    choices: &mut Choices,
    into: &mut CvrBuilder,
) -> Result<Vec<u32>, Box<Complaint>> {
    let mut candidates = Vec::new();
    for (column, name) in row.iter().enumerate().skip(layout.first_vote_column as usize) {
        if name.trim().is_empty() {
            return Err(wrong(input, 1, Some(column), "the candidate's name", "an empty cell"));
        }
        let write_in = !layout.write_in_label.is_empty() && name == layout.write_in_label;
        candidates.push(choices.place(name, write_in, into));
        if choices.are_too_many() {
            return Err(wrong(input, 1, Some(column), "a candidate", TOO_MANY));
        }
    }
    Ok(candidates)
}

fn ranks(
    input: &Input,
    layout: &Layout,
    row: &StringRecord,
    number: u64,
    candidates: &[u32],
    choices: &Choices,
    votes: &mut Votes,
) -> Result<(), Box<Complaint>> {
    let first = layout.first_vote_column as usize;
    for (column, cell) in row.iter().enumerate().skip(first).filter(|(_, cell)| !cell.trim().is_empty()) {
        let rank: Option<u16> = cell.trim().parse().ok().filter(|rank| *rank > 0);
        let candidate = candidates.get(column - first);
        let (Some(rank), Some(candidate)) = (rank, candidate) else {
            return Err(wrong(input, number, Some(column), "a rank, from 1, in a candidate's column", cell));
        };
        votes.mark(choices.contest, Mark::ranked(*candidate, rank));
    }
    votes.on_card(choices.contest);
    Ok(())
}

fn card(layout: &Layout, row: &StringRecord, number: u64, votes: &mut Votes, into: &mut CvrBuilder) {
    let text = |column: Option<u32>| column.and_then(|column| row.get(column as usize)).unwrap_or("");
    let number = number.to_string();
    let id = text(layout.id_column);
    let (batch, precinct) = (text(layout.batch_column), text(layout.precinct_column));
    // A cell of blanks names nothing.
    let told = |text: &'_ str| text.trim().is_empty();
    let place = CardPlace {
        record: if id.is_empty() { &number } else { id },
        batch: if told(batch) { "" } else { batch },
        precinct: if told(precinct) { "" } else { precinct },
        ..CardPlace::default()
    };
    into.card(place, votes);
    votes.clear();
}

fn wrong(input: &Input, row: u64, column: Option<usize>, expected: &str, found: &str) -> Box<Complaint> {
    let found = Complaint::excerpt(found.as_bytes(), 60);
    let complaint = Complaint::about(input.name(), expected, found).line(row);
    let complaint = complaint.mend("It was not read. Mend the cell, or the columns in the configuration.");
    Box::new(match column {
        Some(column) => complaint.column((column + 1).to_string()),
        None => complaint,
    })
}

fn unreadable(input: &Input, row: u64, fault: csv::Error) -> Box<Complaint> {
    let text = fault.to_string();
    match fault.into_kind() {
        csv::ErrorKind::Io(fault) => Box::new(IntakeError::complaint_of(input.name(), fault)),
        _ => wrong(input, row, None, "a row of text (UTF-8)", &text),
    }
}
