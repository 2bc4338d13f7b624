//! Each format's inputs with their goldens, and what is said of inputs that can't be read.
//!
//! A folder `testdata/formats/<format>/<case>/` is read as an office's would be; `<case>.txt` beside it is what is read.
//! `testdata/errors/NNN.in` is refused with the words of `NNN.out`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pollwarden_core::Complaint;
use pollwarden_count::{Cvrs, Mark, Records, ReportedContest, read, read_inputs};
use pollwarden_intake::Input;
use pollwarden_testkit::{check_golden, folders};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

#[test]
fn formats_read_as_their_goldens_say() {
    let formats = folders(testdata().join("formats"));
    assert!(!formats.is_empty());
    for case in formats.iter().flat_map(folders).filter(|path| path.is_dir()) {
        check_golden(case.with_extension("txt"), &shown(read(&case)));
    }
}

#[test]
fn refusals_say_where_and_how_to_mend() {
    let files = folders(testdata().join("errors"));
    let inputs: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "in")).collect();
    assert!(!inputs.is_empty());
    for path in inputs {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let records = read_inputs(&[Input::file(name, path)]);
        assert_eq!(records.cvrs.cards(), 0, "nothing refused is kept: {}", path.display());
        check_golden(path.with_extension("out"), &lines(&records.refused));
    }
}

fn lines(complaints: &[Complaint]) -> String {
    complaints.iter().map(|complaint| format!("{complaint}\n")).collect()
}

fn shown(records: Records) -> String {
    let mut text = String::new();
    for source in &records.sources {
        let _ =
            writeln!(text, "source {} ({}), {} rows, {} bytes", source.name, source.format, source.rows, source.length);
    }
    for batch in &records.manifest.batches {
        let _ = writeln!(text, "{batch:?}");
    }
    for contest in records.results.iter().flat_map(|results| &results.contests) {
        results(&mut text, contest);
    }
    cvrs(&mut text, &records.cvrs.finish());
    text + &lines(&records.refused) + &lines(&records.complaints)
}

fn results(text: &mut String, contest: &ReportedContest) {
    let _ = writeln!(text, "results of {}", contest.name);
    for choice in &contest.choices {
        let _ = writeln!(text, "  {} {}", choice.votes, choice.name);
    }
    for part in &contest.parts {
        let _ = writeln!(text, "  {} {} {:?}", part.unit, part.group, part.votes);
    }
}

fn cvrs(text: &mut String, cvrs: &Cvrs) {
    for (_, contest) in cvrs.contests() {
        let (id, allowed, ranks) = (&contest.external_id, contest.votes_allowed, contest.ranks);
        let _ = writeln!(text, "contest “{}” [{id}], votes allowed {allowed:?}, ranks {ranks}", contest.name);
        for choice in &contest.choices {
            let write_in = if choice.write_in { ", write-in" } else { "" };
            let _ = writeln!(text, "  {} [{}] {}{write_in}", choice.name, choice.external_id, choice.party);
        }
    }
    for card in cvrs.cards() {
        let batch = card.batch();
        let place = [&batch.tabulator, &batch.batch, &*card.record(), &*card.imprinted()].join(" | ");
        let kind = [&*card.group(), &*card.precinct(), &*card.style()].join(" | ");
        let _ = writeln!(text, "card {place} / {kind}");
        for (id, marks) in card.votes() {
            let contest = cvrs.contest(id);
            let mark = |mark: &Mark| {
                let name = contest.choices.get(mark.choice as usize).map_or("overvote", |choice| &choice.name);
                format!("{name} (rank {}, votes {})", mark.rank, mark.votes)
            };
            let _ = writeln!(text, "  {}: {}", contest.name, marks.iter().map(mark).collect::<Vec<_>>().join(", "));
        }
    }
}
