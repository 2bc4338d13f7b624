//! Ballot manifests and entry sheets as spreadsheets: the first sheet as delimited text, for their own readers.

use pollwarden_core::Complaint;

use super::sheet::{Cells, Position, Sheet};

/// The longest text. A large county's manifest has a few hundred kilobytes.
const LONGEST: usize = 64 << 20;

/// The sheet as text, where its first row is what is looked for. A row of the sheet is a line of the text.
pub(super) fn text_of(
    sheet: &mut Sheet,
    is_header: impl Fn(&[String]) -> bool,
) -> Result<Option<Vec<u8>>, Box<Complaint>> {
    if has_header(sheet, is_header)? { text(&mut sheet.cells()?).map(Some) } else { Ok(None) }
}

/// Whether its first row is what is looked for.
pub(super) fn has_header(sheet: &mut Sheet, is_header: impl Fn(&[String]) -> bool) -> Result<bool, Box<Complaint>> {
    Ok(is_header(&first_row(&mut sheet.cells()?)?))
}

/// Texts of the first row that has any.
fn first_row(cells: &mut Cells<'_>) -> Result<Vec<String>, Box<Complaint>> {
    let (mut texts, mut row) = (Vec::new(), 0);
    while let Some(at) = cells.next()? {
        if at.row > row && !texts.is_empty() {
            break;
        }
        row = at.row;
        if !cells.text().is_empty() {
            texts.push(cells.text().to_owned());
        }
    }
    Ok(texts)
}

fn text(cells: &mut Cells<'_>) -> Result<Vec<u8>, Box<Complaint>> {
    let mut text = Vec::new();
    let mut last: Option<Position> = None;
    while let Some(at) = cells.next()? {
        if cells.text().is_empty() {
            continue;
        }
        if cells.is_date() {
            let found =
                "a date or time; a spreadsheet makes one of “1-2”: format the column as text and write it again";
            return Err(cells.wrong(at.row, Some(at.column), "a number or a text", found));
        }
        let (row, column) = last.map_or((0, 0), |last| (last.row, last.column));
        if last.is_some() && at.row == row && at.column <= column {
            return Err(cells.wrong(at.row, Some(at.column), "cells in order", "one behind a later one"));
        }
        let commas = if at.row == row { at.column - column } else { at.column };
        text.resize(text.len() + (at.row - row) as usize, b'\n');
        text.resize(text.len() + commas as usize, b',');
        quote(cells.text(), &mut text);
        if text.len() > LONGEST {
            return Err(cells.wrong(at.row, None, "a text of at most 64 MiB", "a longer one"));
        }
        last = Some(at);
    }
    Ok(text)
}

/// A cell by RFC 4180, on one line.
fn quote(cell: &str, into: &mut Vec<u8>) {
    into.push(b'"');
    for byte in cell.bytes() {
        match byte {
            b'\r' | b'\n' => into.push(b' '),
            b'"' => into.extend(b"\"\""),
            byte => into.push(byte),
        }
    }
    into.push(b'"');
}
