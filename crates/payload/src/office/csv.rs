//! Cells that start a program: `=cmd|' /C …'!A0` in CSV and its kin, and Excel's web queries (.iqy).

use crate::act::ActKind;
use crate::examined::Examined;
use crate::look::Look;
use crate::text::{decode, urls};

/// Cells of one file that are looked at.
const CELLS: usize = 2_000_000;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    // Excel reads a cell as DDE only where a bar and an exclamation mark follow each other in it.
    if memchr::memchr(b'|', bytes).is_some() || bytes.starts_with(&[0xff, 0xfe]) {
        let text = decode(bytes);
        for (number, line) in text.lines().enumerate().take(CELLS) {
            if line.contains('|') {
                line.split([',', ';', '\t'])
                    .chain([line])
                    .for_each(|cell| judge_cell(cell, &format!("line {}", number + 1), found));
            }
        }
    }
    look.links_of_text(found, &decode(&bytes[..bytes.len().min(1 << 20)]), "cells");
}

/// Notes a cell that is a DDE formula: `service|topic!item`, after a sign that begins a formula.
pub(crate) fn judge_cell(cell: &str, place: &str, found: &mut Examined) {
    let trimmed = cell.trim().trim_matches('"').trim_start();
    if !trimmed.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return;
    }
    let Some((service, rest)) = trimmed.split_once('|') else { return };
    // The program's name stands right before the bar; a quoted topic and an item follow.
    let name: String =
        service.trim_end_matches('\'').chars().rev().take_while(|c| !"=+-@(, *&/\"'".contains(*c)).collect();
    let named = (1..=64).contains(&name.chars().count()) && name.chars().any(char::is_alphabetic);
    if named && rest.contains('!') {
        found.act(ActKind::Dde, place, trimmed);
    }
}

/// A query that fetches a page into a workbook when opened.
pub(crate) fn web_query(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let text = decode(&bytes[..bytes.len().min(1 << 20)]);
    for url in urls(&text) {
        found.act(ActKind::ExternalLink, "web query", url);
        look.link(found, url, "web query");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::FileKind;

    fn has_dde(cell: &str) -> bool {
        let mut found = Examined::new("a", "a".to_owned(), FileKind::Csv, b"");
        judge_cell(cell, "", &mut found);
        found.has(ActKind::Dde)
    }

    #[test]
    fn cells_that_start_a_program_are_seen() {
        for cell in [
            "=cmd|' /C calc'!A0",
            "\"=MSEXCEL|'\\..\\..\\x.exe'!''\"",
            "+rundll32|'x'!_xlbgnm.A1",
            "@SUM(1+9)*cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
        ] {
            assert!(has_dde(cell), "{cell}");
        }
    }

    #[test]
    fn ordinary_cells_are_quiet() {
        for cell in ["=A1+B1", "a|b!c", "-", "=IF(A1>0,\"yes|no\",1)", "- yes | no", "-5|6", "=\"|\"!"] {
            assert!(!has_dde(cell), "{cell}");
        }
    }
}
