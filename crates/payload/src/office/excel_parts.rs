//! Excel's parts in Open XML and in its binary form ([MS-XLSB]): macro sheets, hidden sheets, automatic names, DDE.

use crate::act::ActKind;
use crate::examined::Examined;
use crate::text::wide;
use crate::xml::{Element, Step, walk};

use super::csv;

/// Looks into an XML part of a workbook.
pub(crate) fn xml(name: &str, text: &str, found: &mut Examined) {
    let marks = ["macrosheet", "ddeLink", "definedName", "<sheet ", ":sheet ", "oleLink", "DDEServer"];
    if !marks.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()) {
        return;
    }
    let (mut in_formula, mut formulas, mut name_of) = (false, 0, String::new());
    let (mut is_macro_sheet, mut in_name) = (false, false);
    walk(text, |step| match step {
        Step::Open(element, empty) => {
            match element.name() {
                "macrosheet" => {
                    is_macro_sheet = true;
                    found.act(ActKind::XlmMacro, name, "macro sheet");
                }
                "ddeLink" => dde(element, name, found),
                "sheet" => sheet(element, name, found),
                "definedName" => {
                    name_of = element.attribute("name");
                    in_name = !empty;
                }
                "f" => in_formula = !empty && is_macro_sheet,
                _ => {}
            }
            automatic(&std::mem::take(&mut name_of), name, found);
        }
        Step::Close(_) => (in_formula, in_name) = (false, false),
        Step::Text(refers) if in_name => csv::judge_cell(&format!("={refers}"), name, found),
        Step::Text(formula) if in_formula && formulas < 12 => {
            formulas += 1;
            found.act(ActKind::XlmMacro, name, &format!("={formula}"));
        }
        Step::Text(_) => {}
    });
}

fn automatic(defined: &str, place: &str, found: &mut Examined) {
    let bare = defined.trim_start_matches("_xlnm.");
    if bare.len() >= 9 && bare.to_ascii_lowercase().starts_with("auto_") {
        found.act(ActKind::AutoRun, place, bare);
    }
}

fn dde(element: &Element<'_>, place: &str, found: &mut Examined) {
    let link = format!("{}|{}", element.attribute("ddeService"), element.attribute("ddeTopic"));
    found.act(ActKind::Dde, place, &link);
}

fn sheet(element: &Element<'_>, place: &str, found: &mut Examined) {
    let state = element.attribute("state");
    if state == "veryHidden" {
        found.act(ActKind::HiddenSheet, place, &format!("sheet {} ({state})", element.attribute("name")));
    }
}

/// Records of the binary form: begin of an external link, a sheet of the workbook, a defined name.
const BEGIN_SUP_BOOK: u32 = 360;
const BUNDLE_SHEET: u32 = 156;
const NAME: u32 = 39;
const BEGIN_MACRO_SHEET: &str = "macrosheets/";

/// Looks into a binary part of a workbook.
pub(crate) fn binary(name: &str, bytes: &[u8], found: &mut Examined) {
    if name.contains(BEGIN_MACRO_SHEET) {
        found.act(ActKind::XlmMacro, name, "macro sheet");
    }
    let wanted = name.contains("externalLink") || name.ends_with("workbook.bin");
    if !wanted {
        return;
    }
    let mut rest = bytes;
    while let Some((id, body, after)) = record(rest) {
        match id {
            BEGIN_SUP_BOOK => external(body, name, found),
            NAME => automatic(&text(body.get(9..).unwrap_or(&[])).0, name, found),
            BUNDLE_SHEET if body.first() == Some(&2) => {
                found.act(ActKind::HiddenSheet, name, "a sheet that no menu can show");
            }
            _ => {}
        }
        rest = after;
    }
}

/// 2.4.206: kind (1 is DDE), then two texts.
fn external(body: &[u8], place: &str, found: &mut Examined) {
    if body.first() != Some(&1) {
        return;
    }
    let (service, rest) = text(body.get(2..).unwrap_or(&[]));
    let (topic, _) = text(rest);
    found.act(ActKind::Dde, place, &format!("{service}|{topic}"));
}

fn text(bytes: &[u8]) -> (String, &[u8]) {
    let length = bytes.get(..4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let end = length.saturating_mul(2).saturating_add(4).min(bytes.len());
    (bytes.get(4..end).map_or(String::new(), wide), &bytes[end..])
}

/// 2.1.4: number in one or two bytes, length in one to four, body.
fn record(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut id = u32::from(*first);
    if first & 0x80 != 0 {
        let (second, after) = rest.split_first()?;
        // The number's low seven bits stand in each byte.
        id = (id & 0x7f) | u32::from(second & 0x7f) << 7;
        rest = after;
    }
    let mut length = 0_usize;
    for shift in 0..4 {
        let (byte, after) = rest.split_first()?;
        rest = after;
        length |= usize::from(byte & 0x7f) << (7 * shift);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((id, rest.get(..length)?, &rest[length..]))
}
