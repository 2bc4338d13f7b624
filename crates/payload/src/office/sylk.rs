//! Symbolic links (.slk), Excel's text format of 1986, which runs Excel 4 macros outside of Protected View.
//!
//! Source: the format's published record list (ID, P, F, B, C, O, NN, NE …); fields are parted by semicolons, and a double
//! semicolon is one in a value.

use crate::act::ActKind;
use crate::examined::Examined;
use crate::look::Look;
use crate::text::decode;

use super::csv;

/// Formulas that are described.
const FORMULAS: usize = 12;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let text = decode(bytes);
    let (mut is_macro_sheet, mut formulas) = (false, Vec::new());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with(['C', 'N', 'O'])) {
        let place = format!("line {}", number + 1);
        let fields = fields(line);
        match fields.first().map(String::as_str) {
            // The option E makes the whole file a macro sheet.
            Some("O") if fields.iter().any(|field| field == "E") => {
                is_macro_sheet = true;
                found.act(ActKind::XlmMacro, &place, "macro sheet");
            }
            Some("NN") => automatic(&fields, &place, found),
            Some("C") => {
                let Some(formula) = expression(&fields) else { continue };
                csv::judge_cell(&formula, &place, found);
                // A file may have millions of formulas: no more are kept than are told.
                if formulas.len() < FORMULAS {
                    formulas.push((place, formula));
                }
            }
            _ => {}
        }
    }
    for (place, formula) in formulas.iter().filter(|_| is_macro_sheet) {
        found.act(ActKind::XlmMacro, place, formula);
    }
    look.links_of_text(found, &text, "cells");
}

fn fields(line: &str) -> Vec<String> {
    let whole = line.replace(";;", "\u{0}");
    whole.trim_end().split(';').take(64).map(|field| field.replace('\u{0}', ";")).collect()
}

fn automatic(fields: &[String], place: &str, found: &mut Examined) {
    let name = fields.iter().skip(1).find_map(|field| field.strip_prefix('N')).unwrap_or("");
    if name.to_ascii_lowercase().starts_with("auto_") {
        found.act(ActKind::AutoRun, place, name);
    }
}

fn expression(fields: &[String]) -> Option<String> {
    fields.iter().skip(1).find_map(|field| field.strip_prefix('E')).map(|formula| format!("={formula}"))
}
