//! Entry sheets and the draws behind them: what a board is given to fill in is what the audit asks for.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use pollwarden_core::{Answer, Scope, Verdict};
use pollwarden_count::audit::Files;
use pollwarden_count::{Evidence, answer, gather};
use pollwarden_intake::find;
use tempfile::TempDir;

/// Four batches of fifty cards; 30 of each are Ada's, 20 Ben's, and all say yes to the bond.
const BATCHES: u64 = 4;
const CARDS: u64 = 50;
const ROUNDS: &str = "rounds = [120]\n[[contest]]\nname = \"Clerk\"\n[[contest]]\nname = \"Bond\"\n";

struct Town(TempDir);

impl Town {
    fn new(settings: &str) -> Self {
        let town = Self(tempfile::tempdir().expect("a folder"));
        town.manifest("", |_| String::new());
        town.records(BATCHES);
        town.write("results.csv", "contest,choice,votes\nClerk,Ada,120\nClerk,Ben,80\nBond,Yes,200\nBond,No,0\n");
        let lead = "risk_limit = 0.05\nseed = \"20501\"\ndraw = \"consistent\"\n";
        town.write("audit.toml", format!("{lead}{settings}"));
        town
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), text).expect("a file");
    }

    /// With one more column.
    fn manifest(&self, heading: &str, cell: impl Fn(u64) -> String) {
        let rows = (1..=BATCHES).map(|batch| format!("T1,{batch},{CARDS}{}\n", cell(batch)));
        let rows: String = rows.collect();
        self.write("manifest.csv", format!("Tabulator,Batch Name,Number of Ballots{heading}\n{rows}"));
    }

    /// Of the first batches.
    fn records(&self, batches: u64) {
        let mut file = "Invented Town,5.10.50.85,,,,,\n,,,Clerk (Vote For=1),Clerk (Vote For=1),Bond (Vote For=1),Bond (Vote For=1)\n\
             ,,,Ada,Ben,Yes,No\nTabulatorNum,BatchId,RecordId,,,,\n"
            .to_owned();
        for (batch, position) in every().filter(|(batch, _)| *batch <= batches) {
            let clerk = if name(position) == "Ada" { "1,0" } else { "0,1" };
            let _ = writeln!(file, "T1,{batch},{position},{clerk},1,0");
        }
        self.write("records.csv", file);
    }

    /// What the office's sheet has for the drawn cards, filled in.
    fn filled(&self) -> String {
        let (evidence, _) = self.answered();
        let audit = evidence.audit.as_ref().expect("an audit");
        let drawn = audit.sheet(Files::of(&evidence), None, 0).expect("a draw").expect("rounds");
        let cards: BTreeSet<u64> = drawn.into_iter().map(|(_, drawn)| drawn.card).collect();
        let places = cards.into_iter().filter_map(|card| audit.paper.position(card));
        let row = |at: pollwarden_count::audit::CardPosition| {
            format!("T1,{},{},,{},Yes\n", at.batch + 1, at.position, name(at.position))
        };
        format!("tabulator,batch,position,status,Clerk,Bond\n{}", places.map(row).collect::<String>())
    }

    fn fill(&self) -> usize {
        let sheet = self.filled();
        self.write("board.csv", &sheet);
        sheet.lines().count() - 1
    }

    fn answered(&self) -> (Evidence, Answer) {
        let (evidence, coverage) = gather(&find(self.0.path()).inputs);
        let answer = answer(&evidence, coverage, Scope::unnamed(&[7; 32]), false);
        (evidence, answer)
    }

    fn is_fine(&self) -> Evidence {
        let (evidence, answer) = self.answered();
        assert_eq!(answer.verdict(), Verdict::NothingFound, "{:#?} {:#?}", answer.coverage, answer.findings);
        assert!(evidence.audit.as_ref().is_some_and(|audit| audit.replay.extra.is_empty()));
        evidence
    }
}

fn every() -> impl Iterator<Item = (u64, u64)> {
    (1..=BATCHES).flat_map(|batch| (1..=CARDS).map(move |position| (batch, position)))
}

fn name(position: u64) -> &'static str {
    if position % 5 < 3 { "Ada" } else { "Ben" }
}

#[test]
fn a_sheet_has_the_cards_that_the_audit_draws_whoever_names_the_rounds() {
    let contests = |clerk: &str, bond: &str| {
        let contest = |name: &str, rounds: &str| format!("[[contest]]\nname = \"{name}\"\ncards = 200\n{rounds}\n");
        contest("Clerk", clerk) + &contest("Bond", bond)
    };
    let own = contests("rounds = [110]", "rounds = [60]");
    for (settings, rows) in [
        (format!("rounds = [120]\nstyle = true\n{}", contests("", "rounds = [60]")), 120),
        (format!("style = true\n{own}"), 110),
        (own, 110),
    ] {
        let town = Town::new(&settings);
        assert_eq!(town.fill(), rows, "{settings}");
        let evidence = town.is_fine();
        let audit = evidence.audit.as_ref().expect("an audit");
        let bond = audit.contests[1].draws();
        assert_eq!(bond, if audit.settings.style { 60 } else { rows }, "{settings}");
    }
}

#[test]
fn a_later_sheet_by_style_leaves_out_what_an_earlier_one_had() {
    let town = Town::new(&format!("style = true\n{ROUNDS}"));
    let (evidence, _) = town.answered();
    let audit = evidence.audit.as_ref().expect("an audit");
    let sheet = |size, skip| {
        let drawn = audit.sheet(Files::of(&evidence), size, skip).expect("a draw").expect("rounds");
        drawn.into_iter().map(|(_, drawn)| drawn.card).collect::<BTreeSet<u64>>()
    };
    let (first, second) = (sheet(Some(40), 0), sheet(None, 40));
    assert_eq!((first.len(), second.len()), (40, 80));
    assert_eq!(first.union(&second).copied().collect::<BTreeSet<_>>(), sheet(None, 0));
    let open = Town::new("[[contest]]\nname = \"Clerk\"\n[[contest]]\nname = \"Bond\"\n");
    let (evidence, _) = open.answered();
    let audit = evidence.audit.as_ref().expect("an audit");
    assert!(audit.sheet(Files::of(&evidence), None, 0).expect("no fault").is_none(), "nobody says how many");
}

#[test]
fn a_card_of_a_batch_without_records_lacks_none() {
    let town = Town::new(ROUNDS);
    town.records(BATCHES - 1);
    town.manifest(",CVR", |batch| if batch < BATCHES { ",Y".to_owned() } else { ",N".to_owned() });
    let (evidence, _) = town.answered();
    let audit = evidence.audit.as_ref().expect("an audit");
    assert!(!audit.lacks_record(&evidence.manifest, BATCHES * CARDS - 1));
    town.manifest("", |_| String::new());
    let (evidence, _) = town.answered();
    let audit = evidence.audit.as_ref().expect("an audit");
    assert!(audit.lacks_record(&evidence.manifest, BATCHES * CARDS - 1));
    assert!(!audit.lacks_record(&evidence.manifest, 0) && !audit.is_hand_count());
}

#[test]
fn after_hand_counts_nothing_needs_to_be_drawn() {
    let counted = "[[contest]]\nname = \"Clerk\"\nhand_count = { Ada = 120, Ben = 80 }\n\
        [[contest]]\nname = \"Bond\"\nhand_count = { Yes = 200, No = 0 }\n";
    let evidence = Town::new(counted).is_fine();
    assert!(evidence.audit.as_ref().is_some_and(pollwarden_count::audit::Audit::is_hand_count));
}

/// A workbook of one sheet with these texts, a row a line.
fn workbook(csv: &str) -> Vec<u8> {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |line: &str| format!("<row>{}</row>", line.split(',').map(cell).collect::<String>());
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let rows: String = csv.lines().map(row).collect();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("a part");
    }
    zip.finish().expect("a workbook").into_inner()
}

#[test]
fn a_sheet_saved_as_a_spreadsheet_is_read_and_beside_its_csv_too() {
    let town = Town::new(ROUNDS);
    let sheet = town.filled();
    town.write("board.xlsx", workbook(&sheet));
    town.write("dice.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    town.is_fine();
    town.write("board.csv", &sheet);
    town.is_fine();
    town.write("board.csv", sheet.replace("found", "").replacen("Ada,Yes", "Ben,Yes", 1));
    assert_eq!(town.answered().1.verdict(), Verdict::Found);
}
