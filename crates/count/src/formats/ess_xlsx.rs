//! ES&S cast vote records as an Office Open XML spreadsheet (ECMA-376): a row a card, a column a contest or a rank.
//!
//! The sheet is read cell by cell as it is unpacked. The office's own files name their columns; where a configuration says
//! which columns are ranks ([`Layout`]), that is followed instead, as RCTab does (its `StreamingCvrReader`). A spreadsheet whose
//! first row is that of a ballot manifest is one, and read as that format reads it.

mod header;
mod manifest;
mod sheet;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::manifest::{is_header, read_rows as read_manifest};
use super::rank_row::RankRow;
use super::rows::Rows;
use super::{Format, Layout, Together};
use crate::audit::has_entry_headings;
use crate::read::cite;
use crate::{CvrBuilder, Records};
use header::{Fault, Named};
use sheet::{Cells, Sheet};

/// ES&S spreadsheets.
#[derive(Debug, Clone, Copy)]
pub struct EssXlsx;

impl Format for EssXlsx {
    fn name(&self) -> &'static str {
        "ess-xlsx"
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let zip = sample.bytes.starts_with(b"PK\x03\x04");
        let has = |name: &[u8]| memchr::memmem::find(&sample.bytes, name).is_some();
        // Which of a document's parts come first is the writer's choice.
        if zip && (has(b"xl/") || has(b"[Content_Types].xml")) { Fit::Maybe } else { Fit::No }
    }

    fn together(&self) -> Together {
        Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        for input in inputs {
            let mut sheet = Sheet::open(input)?;
            into.complaints.extend(sheet.further());
            if let Some(text) = manifest::text_of(&mut sheet, is_header)? {
                read_manifest(Rows::of_text(input.name(), text, sheet.received), into)?;
                continue;
            }
            let before = into.cvrs.cards();
            read_named(&mut sheet.cells()?, &mut into.cvrs)?;
            let cards = (into.cvrs.cards() - before) as u64;
            cite(into, input.name(), self.name(), sheet.received, cards);
        }
        Ok(())
    }
}

/// Entry sheets are typed by people: no larger spreadsheet is looked into for one.
const LARGEST_ENTRY: u64 = 8 << 20;

/// Whether a spreadsheet is a sheet that the audit board filled in.
pub(crate) fn is_entry_sheet(input: &Input) -> bool {
    let sheet = Sheet::open_within(input, LARGEST_ENTRY);
    sheet.and_then(|mut sheet| manifest::has_header(&mut sheet, has_entry_headings)).unwrap_or(false)
}

/// A filled in sheet as text, and what to say of further sheets.
///
/// # Errors
/// What makes it unreadable: row, column.
pub(crate) fn entry_sheet(input: &Input) -> Result<(String, Option<Complaint>), Box<Complaint>> {
    let mut sheet = Sheet::open_within(input, LARGEST_ENTRY)?;
    let text = manifest::text_of(&mut sheet, has_entry_headings)?.unwrap_or_default();
    Ok((String::from_utf8_lossy(&text).into_owned(), sheet.further()))
}

/// Reads the first sheet by a layout. Its cards have one contest, of the name `contest`.
///
/// # Errors
/// What makes it unreadable: sheet, row, column.
pub fn read_by_layout(
    input: &Input,
    layout: &Layout,
    contest: &str,
    into: &mut CvrBuilder,
) -> Result<(), Box<Complaint>> {
    let contest = into.contest("", contest);
    let mut row = RankRow::new(layout, contest);
    let mut sheet = Sheet::open(input)?;
    let mut cells = sheet.cells()?;
    let mut at = None;
    while let Some(position) = cells.next()? {
        if position.row < layout.first_vote_row {
            continue;
        }
        if at.is_some_and(|at| at != position.row) {
            end(&mut row, &cells, at.unwrap_or_default(), layout, into)?;
        }
        at = Some(position.row);
        if !cells.text().is_empty() {
            let taken = row.cell(position.column, cells.text(), into);
            taken.map_err(|fault| cells.wrong(position.row, Some(position.column), "a choice", fault))?;
        }
    }
    match at {
        Some(at) => end(&mut row, &cells, at, layout, into),
        None => Err(cells.wrong(layout.first_vote_row, None, "cards from this row on", "no further row")),
    }
}

/// Ends a card. A row of empty cells is a card without any mark, unless cards have ids: then it is no card.
fn end(
    row: &mut RankRow<'_>,
    cells: &Cells<'_>,
    at: u32,
    layout: &Layout,
    into: &mut CvrBuilder,
) -> Result<(), Box<Complaint>> {
    if row.lacks_id() {
        if row.is_blank() {
            row.begin();
            return Ok(());
        }
        return Err(cells.wrong(at, layout.id_column, "the card's id", "an empty cell"));
    }
    row.end(u64::from(at) + 1, into);
    Ok(())
}

/// Reads a sheet by the names of its columns.
fn read_named(cells: &mut Cells<'_>, into: &mut CvrBuilder) -> Result<(), Box<Complaint>> {
    let mut columns = Vec::new();
    let mut named: Option<Named> = None;
    let mut at = None;
    while let Some(position) = cells.next()? {
        if at.is_some_and(|at| at != position.row) {
            match &mut named {
                Some(named) => end_named(named, cells, at.unwrap_or_default(), into)?,
                None => named = Named::of(&std::mem::take(&mut columns), into),
            }
        }
        at = Some(position.row);
        match &mut named {
            Some(named) => {
                let taken = named.cell(position.column, cells.text(), into);
                let wrong =
                    |fault: Fault| cells.wrong(position.row, Some(position.column), fault.expected, fault.found);
                taken.map_err(wrong)?;
            }
            None if !cells.text().is_empty() => columns.push((position.column, cells.text().to_owned())),
            None => {}
        }
        if named.is_none() && position.row >= header::LAST_ROW {
            break;
        }
    }
    match named.or_else(|| Named::of(&columns, into)) {
        Some(mut named) => end_named(&mut named, cells, at.unwrap_or_default(), into),
        None => Err(cells.wrong(0, None, "a row with the columns “Cast Vote Record” and contests", "no such row")),
    }
}

fn end_named(named: &mut Named, cells: &Cells<'_>, row: u32, into: &mut CvrBuilder) -> Result<(), Box<Complaint>> {
    named.end(into).map_err(|fault| cells.wrong(row, None, fault.expected, fault.found))
}

#[cfg(test)]
mod tests;
