//! Short files that would make much of themselves: refused in little memory, whatever they claim.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use pollwarden_count::{Records, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What a file of a few megabytes may take at most, in bytes.
const MEMORY: u64 = 1 << 30;

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("the disk takes it");
    }
    folder
}

/// The most memory that the process has had since [`forget_peak`]; `None` where the system doesn't say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// A text for each number.
fn each(numbers: usize, text: impl Fn(usize) -> String) -> String {
    (0..numbers).map(text).collect()
}

fn tallies() -> String {
    let names = each(10_000, |at| format!(",C{at}"));
    let rows = each(20_000, |at| format!("\nB{at},1"));
    format!("Batch Name{names}{rows}\n")
}

fn table() -> String {
    format!("contest,choice,precinct,votes\n{}", each(20_000, |at| format!("Mayor,C{at},P{at},1\n")))
}

fn feed() -> String {
    let time = |at: usize| format!("2026-11-03T{:02}:{:02}:{:02}Z", at / 3600 % 24, at / 60 % 60, at % 60);
    format!("time,contest,choice,votes\n{}", each(19_000, |at| format!("{},Mayor,C{at},1\n", time(at))))
}

fn publications() -> String {
    let rows =
        each(11_000, |at| format!("2026-11-03T00:00:00Z,Mayor,C{},{at}\n2026-11-04T00:00:00Z,Mayor,C0,{at}\n", at % 2));
    format!("time,contest,choice,votes\n{rows}")
}

fn clarity() -> String {
    let units = each(10_000, |at| format!("<Precinct name='P{at}' votes='1'/>"));
    let choices = each(10_000, |at| format!("<Choice key='{at}' text='C{at}' totalVotes='0'/>"));
    format!(
        "<ElectionResult><Contest key='1' text='Mayor'>{choices}<Choice key='x' text='X' totalVotes='1'>\
         <VoteType name='Mail' votes='1'>{units}</VoteType></Choice></Contest></ElectionResult>"
    )
}

fn report() -> String {
    let counts = each(10_000, |at| format!("{{\"GpUnitId\":\"u{at}\",\"Type\":\"total\",\"Count\":1}},"));
    let choices = each(10_000, |at| format!("{{\"@id\":\"s{at}\"}},"));
    format!(
        "{{\"@type\":\"ElectionResults.ElectionReport\",\"Election\":[{{\"Contest\":[{{\"@id\":\"c\",\"ContestSelection\":[{choices}\
         {{\"@id\":\"x\",\"VoteCounts\":[{}]}}]}}]}}]}}",
        counts.trim_end_matches(',')
    )
}

#[test]
fn short_files_take_little_memory() {
    let workbooks = [sheet_of(&each(40_000, |at| text_row(at + 2, &format!("C{at}"))), 0), sheet_of("", 400)];
    let [names, texts] = workbooks;
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("Lake - Mayor - candidate totals by batch.csv", tallies().into(), "counts, choices times parts"),
        ("table.csv", table().into(), "counts, choices times parts"),
        // Counts of a feed are kept as they are published: no table is made of them.
        ("feed.csv", feed().into(), ""),
        ("publications.csv", publications().into(), ""),
        ("detail.xml", clarity().into(), "counts, choices times parts"),
        ("report.json", report().into(), "counts, choices times parts"),
        ("names.xlsx", names, "one more than the 5,000"),
        ("texts.xlsx", texts, "a spreadsheet that unpacks to at most"),
    ];
    for (name, bytes, why) in cases {
        assert!(bytes.len() < 4 << 20, "{name} is short");
        let folder = folder(&[(name, &bytes)]);
        forget_peak();
        let before = peak();
        let records = read(folder.path());
        let said: String = records.refused.iter().fold(String::new(), |mut all, complaint| {
            let _ = write!(all, "{complaint}");
            all
        });
        assert!(said.contains(why), "{name}: {said}");
        let took = peak().zip(before).map_or(0, |(after, before)| after.saturating_sub(before));
        assert!(took < MEMORY, "{name} took {} MiB", took >> 20);
    }
}

fn text_row(row: usize, text: &str) -> String {
    format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{row}</v></c><c r=\"B{row}\" t=\"str\"><v>{text}</v></c></row>")
}

/// A workbook of a contest's votes.
fn sheet_of(rows: &str, texts: usize) -> Vec<u8> {
    let header =
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Cast Vote Record</v></c><c r=\"B1\" t=\"str\"><v>Mayor</v></c></row>";
    workbook(&format!("{header}{rows}"), texts)
}

/// A workbook of one sheet, beside it a text of so many megabytes.
fn workbook(rows: &str, texts: usize) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |kind: &str, to: &str| {
        format!(
            "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{office}/{kind}\" Target=\"{to}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(text.as_bytes()).expect("a part");
    }
    zip.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).expect("a part");
    let megabyte = "x".repeat(1 << 20);
    let begin = format!("<sst xmlns=\"{main}\"><si><t>");
    for text in [begin.as_str()].into_iter().chain(std::iter::repeat_n(&*megabyte, texts)).chain(["</t></si></sst>"]) {
        zip.write_all(text.as_bytes()).expect("a part");
    }
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn a_spreadsheet_can_be_a_manifest() {
    let cells = |row: usize, cells: &[(&str, &str)]| {
        let cell = |(place, value): &(&str, &str)| {
            let kind = if value.bytes().all(|b| b.is_ascii_digit()) { "" } else { " t=\"str\"" };
            format!("<c r=\"{place}{row}\"{kind}><v>{value}</v></c>")
        };
        format!("<row r=\"{row}\">{}</row>", cells.iter().map(cell).collect::<String>())
    };
    let rows = [
        cells(1, &[("A", "Container"), ("B", "Tabulator"), ("C", "Batch Name"), ("D", "Number of Ballots")]),
        cells(2, &[("A", "Mail, first"), ("B", "1"), ("C", "1-2"), ("D", "60")]),
        cells(5, &[("B", "2"), ("C", "7"), ("D", "21"), ("F", "a \"note\"")]),
        cells(6, &[("A", "Total"), ("D", "82")]),
    ];
    let records = read(folder(&[("manifest.xlsx", &workbook(&rows.concat(), 0))]).path());
    assert_eq!(records.refused, []);
    let batches: Vec<_> = records
        .manifest
        .batches
        .iter()
        .map(|b| (&*b.container, &*b.key.tabulator, &*b.key.batch, b.cards, b.line))
        .collect();
    assert_eq!(batches, [("Mail, first", "1", "1-2", 60, 2), ("", "2", "7", 21, 5)]);
    assert_eq!((records.sources[0].format.as_str(), records.sources[0].rows), ("ballot-manifest", 2));
    let said = records.complaints[0].to_string();
    assert!(said.contains("line 6, column 4 (total): expected 81, the sum of the batches, found “82”"), "{said}");
}

const CARDS: &str =
    "Lake,5.2.16.1,,\n,,,Mayor (Vote For=1)\n,,,Ada Lake\nTabulatorNum,BatchId,RecordId,\nT,B 1,1,1\nT,B 1,2,1\n";

fn cards(records: &Records) -> (usize, Vec<String>, usize) {
    (records.cvrs.cards(), records.complaints.iter().map(ToString::to_string).collect(), records.refused.len())
}

#[test]
fn a_copy_is_not_counted_twice() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("cvr.csv", SimpleFileOptions::default()).expect("a member");
    zip.write_all(CARDS.as_bytes()).expect("a member");
    let zip = zip.finish().expect("an archive").into_inner();
    let records = read(
        folder(&[
            ("cvr.csv", CARDS.as_bytes()),
            ("cvr.zip", &zip),
            ("other.csv", CARDS.replace("B 1", "B 2").as_bytes()),
        ])
        .path(),
    );
    let (count, said, refused) = cards(&records);
    assert_eq!((count, refused), (4, 0));
    assert_eq!(
        said,
        [
            "cvr.zip!cvr.csv: expected cast vote records that were not read yet, found a copy of cvr.csv. It was not read again: its \
          cards would count twice. Remove one of them."
        ]
    );
}

#[test]
fn a_manifest_beside_its_copy_is_said() {
    let manifest = b"Tabulator,Batch Name,Number of Ballots\nT,B 1,25\n";
    let records = read(folder(&[("a.csv", manifest), ("b.csv", manifest)]).path());
    let (_, said, _) = cards(&records);
    assert_eq!((records.manifest.cards(), said.len()), (50, 1));
    assert!(said[0].starts_with("b.csv: expected a file that was not read yet, found a copy of a.csv"), "{}", said[0]);
}

#[test]
fn a_sheet_of_two_archives_is_one_card() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats/hart-xml/scans-beside");
    let sheet = std::fs::read(case.join("1_aa.xml")).expect("it reads");
    let other = String::from_utf8(sheet.clone()).expect("text").replace("<BatchNumber>", "<BatchNumber>9");
    let records = read(folder(&[("a.xml", &sheet), ("b.xml", &sheet), ("c.xml", other.as_bytes())]).path());
    let (count, said, refused) = cards(&records);
    assert_eq!((count, refused, said.len()), (2, 0, 2), "{said:?}");
    assert!(said[0].contains("1 copies, which were not read again"), "{}", said[0]);
    assert!(said[1].contains("1 that say something else under the same id"), "{}", said[1]);
}

#[test]
fn what_a_contest_holds_beside_its_options_is_said() {
    let sheet = "<Cvr><Contests><Contest><Name>Mayor</Name><Id>m</Id><Options/><WriteIns><WriteIn>Ada</WriteIn></WriteIns>\
                 <Undervotes>1</Undervotes></Contest></Contests><CvrGuid>g</CvrGuid></Cvr>";
    let (count, said, refused) = cards(&read(folder(&[("a.xml", sheet.as_bytes())]).path()));
    assert_eq!((count, refused, said.len()), (1, 0, 1), "{said:?}");
    assert!(said[0].contains("contests with options alone, found WriteIns in contests"), "{}", said[0]);
}

#[test]
fn a_feed_of_pairs_may_have_a_column_more() {
    let rows = "timestamp,state,leading_candidate_name,leading_candidate_votes,trailing_candidate_name,trailing_candidate_votes,\
                total_votes_count,choice\n2026-11-03T21:04:00Z,Lake,Ada,10,Ben,5,16,x\n";
    let records = read(folder(&[("feed.csv", rows.as_bytes())]).path());
    assert_eq!(records.refused, []);
    assert_eq!(records.feeds[0].contests[0].states[0].votes, [(0, 10), (1, 5)]);
}

#[test]
fn rows_of_results_are_not_swallowed_by_a_quote() {
    let table = "contest,choice,votes\nMayor,\"Ada,12\nMayor,Ben\",5\nMayor,Cyd,2\n";
    let records = read(folder(&[("table.csv", table.as_bytes())]).path());
    assert_eq!((records.results.len(), records.refused.len()), (0, 1));
    assert!(records.refused[0].to_string().starts_with("table.csv, line 2, column 2: expected a cell of its own"));
}

/// A cut file is refused, or what was cut off is told by other files. Of a file of rows, whole rows may be gone without a
/// trace, but no row is read of which a part is gone.
#[test]
fn a_cut_file_has_no_half_cards() {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats");
    let cases = [
        ("dominion-csv/colorado/cvr.csv", true),
        ("clear-ballot/ranked/cvr.csv", true),
        ("ess-csv/ballots-apart/b cvr.csv", true),
        ("dominion-json/without-manifests/CvrExport.json", false),
        ("nist-cvr-xml/town.xml", false),
        ("hart-xml/scans-beside/1_aa.xml", false),
    ];
    for (name, rows) in cases {
        let whole = std::fs::read(formats.join(name)).expect("it reads");
        let file = name.rsplit('/').next().expect("a name");
        let all = read(folder(&[(file, &whole)]).path()).cvrs.cards();
        assert!(all > 0, "{name} has cards");
        let filled = |bytes: &[u8]| bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        let before = filled(&whole).saturating_sub(all);
        for cut in (1..whole.trim_ascii_end().len()).step_by(7) {
            let records = read(folder(&[(file, &whole[..cut])]).path());
            let least = if rows { filled(&whole[..cut]).saturating_sub(before) } else { all };
            let (cards, _, refused) = cards(&records);
            assert!(refused > 0 || cards >= least, "{name} cut after {cut} bytes: {cards} cards");
        }
    }
}

#[test]
fn a_complaint_commands_no_terminal() {
    let long = "x".repeat(100_000);
    let cards = CARDS.replace("BatchId", &format!("Batch\u{1b}[2J{long}"));
    let records = read(folder(&[("cvr.csv", cards.as_bytes())]).path());
    let said = records.refused[0].to_string();
    assert!(said.contains("Batch\u{fffd}[2J") && !said.contains('\u{1b}') && said.len() < 2_000, "{said}");
}
