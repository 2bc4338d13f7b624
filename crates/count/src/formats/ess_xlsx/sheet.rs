//! The first sheet of a workbook, cell by cell; of further sheets only whether anything is in them.

use std::fmt::Write as _;
use std::io::{self, Cursor, Read};

use calamine::{Data, DataRef, Reader as _, SheetType, Xlsx, XlsxCellReader};
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, IntakeError, Received};
use zip::ZipArchive;

/// The largest spreadsheet taken in: packed, a million rows of twenty columns are a tenth of it.
const LARGEST: u64 = 1 << 30;
/// What any spreadsheet may unpack to, and how many times its packed size beyond that. Offices' sheets unpack to ten times
/// theirs; texts are held in memory.
const UNPACKED_FREELY: u64 = 64 << 20;
const MOST_EXPANSION: u64 = 24;
/// Columns that a sheet can have (ECMA-376 as Excel limits it).
const COLUMNS: u32 = 16_384;
/// Rows that a sheet can have.
const ROWS: u32 = 1_048_576;

/// A workbook with its first sheet's name.
pub(super) struct Sheet {
    name: String,
    book: Xlsx<Cursor<Vec<u8>>>,
    sheet: String,
    others: Vec<String>,
    /// What was received.
    pub(super) received: Received,
}

/// A sheet's cells.
pub(super) struct Cells<'a> {
    name: &'a str,
    cells: XlsxCellReader<'a, Cursor<Vec<u8>>>,
    text: String,
    is_date: bool,
    row: u32,
}

/// Row and column, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) row: u32,
    pub(super) column: u32,
}

impl Sheet {
    pub(super) fn open(input: &Input) -> Result<Self, Box<Complaint>> {
        Self::open_within(input, LARGEST)
    }

    /// Of at most so many bytes.
    pub(super) fn open_within(input: &Input, most: u64) -> Result<Self, Box<Complaint>> {
        let name = input.name().to_owned();
        let mut packed = Vec::new();
        let mut reader = input.reader().map_err(|fault| Box::new(fault.complaint()))?;
        let read = reader.by_ref().take(most + 1).read_to_end(&mut packed);
        read.map_err(|fault| Box::new(IntakeError::complaint_of(&name, fault)))?;
        if packed.len() as u64 > most {
            let expected = format!("a spreadsheet of at most {} MiB", most >> 20);
            return Err(refused(&name, &expected, "a larger one".to_owned()));
        }
        unpacks_within_bounds(&name, &packed)?;
        let book = Xlsx::new(Cursor::new(packed));
        let book = book.map_err(|fault| refused(&name, "an Excel workbook (.xlsx)", fault.to_string()))?;
        let sheet = book.sheet_names().into_iter().next();
        let sheet = sheet.ok_or_else(|| refused(&name, "a workbook with a sheet", "none".to_owned()))?;
        // Charts have no cells.
        let further = book.sheets_metadata().iter().skip(1).filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let others = further.map(|sheet| sheet.name.clone()).collect();
        Ok(Self { name, book, sheet, others, received: reader.received() })
    }

    /// A complaint about further sheets with cells that are not empty, which are not read.
    pub(super) fn further(&mut self) -> Option<Complaint> {
        let Self { name, book, others, .. } = self;
        let filled: Vec<&str> = others.iter().filter(|sheet| is_filled(book, sheet)).map(String::as_str).collect();
        if filled.is_empty() {
            return None;
        }
        let found = Complaint::excerpt(filled.join(", ").as_bytes(), 200);
        let complaint =
            Complaint::about(name.as_str(), "one sheet with cells", format!("further ones, not read: {found}"));
        Some(complaint.mend("If they hold records, save each as a workbook of its own; else remove them."))
    }

    pub(super) fn cells(&mut self) -> Result<Cells<'_>, Box<Complaint>> {
        let Self { name, book, sheet, .. } = self;
        let cells = book.worksheet_cells_reader(sheet);
        let cells = cells.map_err(|fault| refused(name, "a sheet of cells", fault.to_string()))?;
        Ok(Cells { name, cells, text: String::new(), is_date: false, row: 0 })
    }
}

impl Cells<'_> {
    /// Goes to the next cell, which may be empty; `None` at the end. Rows come in order.
    pub(super) fn next(&mut self) -> Result<Option<Position>, Box<Complaint>> {
        let cell = match self.cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => return Ok(None),
            Err(fault) => return Err(self.wrong(self.row, None, "a sound sheet", &fault.to_string())),
        };
        let (row, column) = cell.get_position();
        if row < self.row || row >= ROWS || column >= COLUMNS {
            return Err(self.wrong(self.row, None, "cells in order, within a sheet's bounds", "a cell elsewhere"));
        }
        self.row = row;
        self.text.clear();
        self.is_date = matches!(cell.get_value(), DataRef::DateTime(_) | DataRef::DateTimeIso(_));
        match cell.get_value() {
            DataRef::Empty => {}
            DataRef::SharedString(text) => self.text.push_str(text),
            // Writing to a string does not fail.
            value => drop(write!(self.text, "{}", Data::from(value.clone()))),
        }
        Ok(Some(Position { row, column }))
    }

    /// What the cell shows.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the cell is formatted as a date or time.
    pub(super) fn is_date(&self) -> bool {
        self.is_date
    }

    /// A fault at a row and column, from 0.
    pub(super) fn wrong(&self, row: u32, column: Option<u32>, expected: &str, found: &str) -> Box<Complaint> {
        let complaint = *refused(self.name, expected, found.to_owned());
        let complaint = complaint.line(u64::from(row) + 1);
        Box::new(match column {
            Some(column) => complaint.column(letters(column)),
            None => complaint,
        })
    }
}

/// Whether a sheet has a cell with a value. One that can't be read may have: it counts as filled.
fn is_filled(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return true };
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) if matches!(cell.get_value(), DataRef::Empty) => {}
            Ok(None) => return false,
            Ok(Some(_)) | Err(_) => return true,
        }
    }
}

/// Unpacks every part of the archive to nowhere: the sizes that it states itself need not be true.
fn unpacks_within_bounds(name: &str, packed: &[u8]) -> Result<(), Box<Complaint>> {
    let damaged = |fault: &dyn ToString| refused(name, "an Excel workbook (.xlsx)", fault.to_string());
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(|fault| damaged(&fault))?;
    let allowed = UNPACKED_FREELY + MOST_EXPANSION * packed.len() as u64;
    let mut left = allowed;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|fault| damaged(&fault))?;
        let length = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|fault| damaged(&fault))?;
        let rest = left.checked_sub(length);
        left = rest.ok_or_else(|| {
            refused(name, &format!("a spreadsheet that unpacks to at most {allowed} bytes"), "more".to_owned())
        })?;
    }
    Ok(())
}

fn refused(name: &str, expected: &str, found: String) -> Box<Complaint> {
    let found = Complaint::excerpt(found.as_bytes(), 200);
    Box::new(
        Complaint::about(name, expected, found).mend("It was not read. Export it again, or save it anew as .xlsx."),
    )
}

/// A column's name in a spreadsheet: A to Z, AA and so on.
fn letters(column: u32) -> String {
    let (mut rest, mut name) = (column + 1, Vec::new());
    while rest > 0 {
        name.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    name.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
