//! Invented sheets.

use std::io::{Cursor, Write};

use pollwarden_intake::Input;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::{Cvrs, Mark};

/// A workbook with one sheet of texts; empty texts are cells without a value.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    workbook_of(&[rows])
}

/// A workbook with sheets of texts.
fn workbook_of(sheets: &[&[&[&str]]]) -> Vec<u8> {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let each = |text: fn(usize) -> String| (1..=sheets.len()).map(text).collect::<String>();
    let names = each(|n| format!("<sheet name=\"CVR {n}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let targets = each(|n| {
        format!(
            "<Relationship Id=\"r{n}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
             Target=\"worksheets/sheet{n}.xml\"/>"
        )
    });
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), types.to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>{names}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships xmlns=\"{packages}\">{targets}</Relationships>"),
        ),
    ];
    parts.extend((1..).zip(sheets).map(|(n, rows)| (format!("xl/worksheets/sheet{n}.xml"), sheet(rows))));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &[&[&str]]) -> String {
    let mut sheet =
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>".to_owned();
    for (at, row) in rows.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", at + 1));
        for (column, text) in (b'A'..).zip(*row) {
            let place = format!("{}{}", char::from(column), at + 1);
            match *text {
                "" => sheet.push_str(&format!("<c r=\"{place}\"/>")),
                text => sheet.push_str(&format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")),
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    sheet
}

fn read(bytes: &[u8], layout: Option<&Layout>) -> Result<Cvrs, Box<Complaint>> {
    read_records(bytes, layout).map(|records| records.cvrs.finish())
}

fn read_records(bytes: &[u8], layout: Option<&Layout>) -> Result<Records, Box<Complaint>> {
    let path = std::env::temp_dir().join(format!(
        "pollwarden-ess-{}-{:?}.xlsx",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::write(&path, bytes).unwrap();
    let input = Input::file("cvr.xlsx", &path);
    let mut records = Records::default();
    let read = match layout {
        Some(layout) => read_by_layout(&input, layout, "Mayor", &mut records.cvrs),
        None => EssXlsx.read(&[input], &mut records),
    };
    std::fs::remove_file(&path).unwrap();
    read.map(|()| records)
}

const SHEET: &[&[&str]] = &[
    &["Cast Vote Record", "Precinct", "Ballot Style", "Mayor Choice 1 (45)", "Mayor Choice 2 (50)", "Clerk (55)"],
    &["7", "North", "N1", "Ada ", "undervote", "Cy"],
    &["8", "South", "S1", "overvote", "Ben", ""],
    &["", "", "", "", "", ""],
];

#[test]
fn columns_are_found_by_their_names() {
    let cvrs = read(&workbook(SHEET), None).unwrap();
    assert_eq!(cvrs.len(), 2);
    let (mayor, clerk) = (cvrs.find_contest("Mayor").unwrap(), cvrs.find_contest("Clerk").unwrap());
    assert_eq!((cvrs.contest(mayor).ranks, cvrs.contest(clerk).ranks), (2, 0));
    let cards: Vec<_> = cvrs.cards().collect();
    assert_eq!((cards[0].record(), cards[0].precinct(), cards[0].style()), ("7".into(), "North".into(), "N1".into()));
    assert_eq!(cards[0].marks(mayor), Some(&[Mark::ranked(0, 1)][..]));
    assert_eq!(cards[1].marks(mayor), Some(&[Mark::overvote(1), Mark::ranked(1, 2)][..]));
    assert_eq!((cards[0].marks(clerk), cards[1].marks(clerk)), (Some(&[Mark::vote(0)][..]), None));
}

#[test]
fn each_column_of_a_contest_is_a_vote() {
    let sheet: &[&[&str]] = &[
        &["Cast Vote Record", "Precinct", "Council (45)", "", "Board (46)", "Board (47)", "Clerk (48)"],
        &["7", "North", "Ada", "Ben", "Write-in", "write-in", "Cy"],
        &["8", "North", "Write-in", "Write-in", "Dov", "undervote", "overvote", "overvote"],
        &["Total : 2", "", ""],
    ];
    let cvrs = read(&workbook(sheet), None).unwrap();
    let contest = |name: &str| cvrs.find_contest(name).unwrap();
    let allowed = |name: &str| cvrs.contest(contest(name)).votes_allowed;
    assert_eq!(["Council", "Board", "Clerk"].map(allowed), [Some(2); 3]);
    let cards: Vec<_> = cvrs.cards().collect();
    assert_eq!(cards.len(), 2, "the total is no card");
    let two = |choice| Mark { votes: 2, ..Mark::vote(choice) };
    assert_eq!(cards[0].marks(contest("Council")), Some(&[Mark::vote(0), Mark::vote(1)][..]));
    assert_eq!(cards[0].marks(contest("Board")).map(|marks| marks.len()), Some(2));
    assert_eq!(cards[1].marks(contest("Council")), Some(&[two(2)][..]));
    assert_eq!(cards[1].marks(contest("Clerk")), Some(&[Mark::overvote(1)][..]));
}

#[test]
fn cells_that_are_of_no_contest_or_no_record_are_refused() {
    let header: &[&str] = &["Cast Vote Record", "Precinct", "", "Mayor Choice 1", "Clerk"];
    for (row, line, column) in
        [(&["7", "North", "Ada", "Ada", "Cy"][..], 2, Some("C")), (&["", "North", "", "Ada", "Cy"], 2, None)]
    {
        let fault = read(&workbook(&[header, row, &[]]), None).unwrap_err();
        assert_eq!((fault.line, fault.column.as_deref()), (Some(line), column), "{fault}");
    }
    let ranked: &[&str] = &["Cast Vote Record", "Mayor Choice 1", ""];
    let fault = read(&workbook(&[ranked, &["7", "Ada", "Ben"]]), None).unwrap_err();
    assert_eq!(fault.column.as_deref(), Some("C"));
}

#[test]
fn further_sheets_are_complained_of_if_anything_is_in_them() {
    let complaints = |other: &[&[&str]]| read_records(&workbook_of(&[SHEET, other]), None).unwrap().complaints;
    assert_eq!(complaints(&[&["", ""]]), []);
    let complaints = complaints(&[&["9", "North"]]);
    assert!(complaints[0].to_string().contains("CVR 2"), "{complaints:?}");
}

#[test]
fn a_layout_says_what_cells_mean() {
    let layout = Layout {
        first_vote_column: 1,
        first_vote_row: 1,
        id_column: Some(0),
        ranks: Some(3),
        overvote_delimiter: "|".to_owned(),
        skipped_label: "undervote".to_owned(),
        blank_is_write_in: true,
        ..Layout::default()
    };
    let sheet: &[&[&str]] = &[&["Id", "1", "2", "3", "4"], &["1", "Ada|Ben", "undervote", "", "Cy"], &["2", "", "Ada"]];
    let cvrs = read(&workbook(sheet), Some(&layout)).unwrap();
    let mayor = cvrs.find_contest("Mayor").unwrap();
    let names: Vec<_> = cvrs.contest(mayor).choices.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Ben", "Undeclared Write-ins"]);
    let marks: Vec<_> = cvrs.cards().map(|card| card.marks(mayor).unwrap().to_vec()).collect();
    assert_eq!(marks[0], [Mark::ranked(0, 1), Mark::ranked(1, 1), Mark::ranked(2, 3)]);
    assert_eq!(marks[1], [Mark::ranked(2, 1), Mark::ranked(0, 2), Mark::ranked(2, 3)]);
    let no_id: &[&[&str]] = &[&["Id", "1"], &["", "Ada"]];
    let fault = read(&workbook(no_id), Some(&layout)).unwrap_err();
    assert_eq!((fault.line, fault.column.as_deref()), (Some(2), Some("A")));
}

#[test]
fn damaged_files_are_refused_or_read_and_never_panic() {
    let whole = workbook(SHEET);
    assert!(read(b"PK\x03\x04 no archive", None).is_err());
    assert!(read(&workbook(&[&["Something", "else"]]), None).is_err());
    for cut in (0..whole.len()).step_by(37) {
        assert!(read(&whole[..cut], None).is_err());
    }
    for at in (0..whole.len()).step_by(11) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let _ = read(&damaged, None);
    }
}
