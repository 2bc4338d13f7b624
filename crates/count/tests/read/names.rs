//! Exports and results that name, or number, the same things alike and are not the same.

use std::fs;

use pollwarden_core::{Scope, Verdict};
use pollwarden_count::audit::Paper;
use pollwarden_count::tabulate::plurality;
use pollwarden_count::{Cvrs, answer, gather, read};
use pollwarden_intake::find;

use super::Folder;

/// An export of one card for each number of a candidate; candidates are listed as `(number, name)`.
fn export(folder: &Folder, county: &str, contest: (u64, &str), candidates: &[(u64, &str)], votes: &[u64]) {
    let (id, name) = contest;
    let list = |rows: Vec<String>| format!(r#"{{"Version":"5.10","List":[{}]}}"#, rows.join(","));
    let contests = list(vec![format!(r#"{{"Description":"{name}","Id":{id},"VoteFor":1}}"#)]);
    let candidate = |(number, name): &(u64, &str)| {
        format!(r#"{{"Description":"{name}","Id":{number},"ContestId":{id},"Type":"Regular"}}"#)
    };
    let session = |(record, candidate): (usize, &u64)| {
        format!(
            r#"{{"TabulatorId":1,"BatchId":"{county}","RecordId":{record},"Original":{{"IsCurrent":true,"Contests":[{{"Id":{id},"Marks":[{{"CandidateId":{candidate},"Rank":1,"IsVote":true}}]}}]}}}}"#
        )
    };
    let sessions: Vec<String> = (1..).zip(votes).map(session).collect();
    folder.write(&format!("{county}/ContestManifest.json"), contests);
    folder.write(&format!("{county}/CandidateManifest.json"), list(candidates.iter().map(candidate).collect()));
    folder.write(&format!("{county}/CvrExport.json"), format!(r#"{{"Sessions":[{}]}}"#, sessions.join(",")));
}

/// Votes by name, contest by contest.
fn votes(cvrs: &Cvrs) -> Vec<(String, Vec<(String, u64)>)> {
    let counted = |id| {
        let names = cvrs.contest(id).choices.iter().map(|choice| choice.name.clone());
        names.zip(plurality::count(cvrs, id).expect("a stated number of votes").votes).collect()
    };
    cvrs.contests().map(|(id, _)| (cvrs.label(id), counted(id))).collect()
}

#[test]
fn two_exports_may_number_their_candidates_otherwise() {
    let folder = Folder::new("candidates");
    export(&folder, "a", (1, "Governor"), &[(11, "Ada"), (12, "Ben")], &[11, 11, 12]);
    export(&folder, "b", (1, "Governor"), &[(11, "Ben"), (12, "Ada"), (13, "Cy")], &[11, 13, 12]);
    let own = [("Ada", 3), ("Ben", 2), ("Cy", 1)].map(|(name, votes)| (name.to_owned(), votes)).to_vec();
    assert_eq!(votes(&read(&folder.0).cvrs.finish()), [("Governor".to_owned(), own)]);
}

#[test]
fn lines_of_one_name_in_one_export_stay_two_choices() {
    let folder = Folder::new("lines");
    export(&folder, "a", (1, "Mayor"), &[(11, "Ada"), (12, "Ada"), (13, "Ben")], &[11, 12, 13, 13]);
    export(&folder, "b", (1, "Mayor"), &[(21, "Ada"), (22, "Ada"), (23, "Ben")], &[21, 22]);
    folder.write("manifest.csv", "Tabulator,Batch Name,Number of Ballots\n1,a,4\n1,b,2\n");
    folder.write("audit.toml", "risk_limit = 0.05\nseed = \"1\"\n");
    let (evidence, _) = gather(&find(&folder.0).inputs);
    let own = [("Ada", 2), ("Ada", 2), ("Ben", 2)].map(|(name, votes)| (name.to_owned(), votes)).to_vec();
    assert_eq!(votes(&evidence.cvrs), [("Mayor".to_owned(), own)]);
    let audit = evidence.audit.expect("an audit");
    let refused = audit.contests[0].measured.as_ref().expect_err("nobody knows whether Ada is one person");
    assert!(refused.starts_with("several choices are named Ada"), "{refused}");
}

#[test]
fn contests_of_one_name_are_not_taken_for_each_other() {
    let folder = Folder::new("governors");
    export(&folder, "a", (1, "Governor"), &[(11, "Ada"), (12, "Ben")], &[11, 11, 12]);
    export(&folder, "b", (7, "Governor"), &[(11, "Ada"), (12, "Ben")], &[12, 12]);
    folder.write("manifest.csv", "Tabulator,Batch Name,Number of Ballots\n1,a,3\n1,b,2\n");
    folder.write("results.csv", "contest,choice,votes\nGovernor,Ada,2\nGovernor,Ben,3\n");
    let asked = |name: &str| {
        let settings = format!("risk_limit = 0.05\nseed = \"1\"\n[[contest]]\nname = \"{name}\"\n");
        folder.write("audit.toml", settings);
        let (evidence, coverage) = gather(&find(&folder.0).inputs);
        let answer = answer(&evidence, coverage, Scope::unnamed(&[0; 32]), false);
        let gaps: Vec<String> = answer.coverage.unwatched.iter().map(|gap| gap.why.clone()).collect();
        assert_eq!(answer.verdict(), Verdict::CannotTell, "{gaps:?}");
        let contest = evidence.audit.expect("an audit").contests.remove(0);
        (contest.name().to_owned(), contest.winners().join(", "), contest.measured.err(), gaps.join("; "))
    };
    let (_, winners, refused, gaps) = asked("Governor");
    assert_eq!(winners, "");
    let expected = "2 contests of the records are named so: name one of Governor (1), Governor (7) in audit.toml";
    assert_eq!(refused.as_deref(), Some(expected));
    assert!(gaps.contains("Governor: 2 contests of the records are named so, and nobody can say"), "{gaps}");
    let (name, winners, refused, gaps) = asked("7");
    assert_eq!((name.as_str(), winners.as_str(), refused), ("Governor (7)", "Ben", None));
    assert!(gaps.contains("1 contest was not audited: Governor (1)"), "{gaps}");
    assert_eq!(asked("Governor (1)").1, "Ada");
}

#[test]
fn a_candidate_on_several_lines_has_the_votes_of_all() {
    let folder = Folder::new("lines-of-parties");
    let head = "Lake,5.2.16.1,,,\n,,,Mayor (Vote For=1),Mayor (Vote For=1)\n,,,Ada,Ben\nTabulatorNum,BatchId,RecordId,DEM,REP\n";
    let cards: String = (1..=19).map(|n| format!("1,1,{n},{},{}\n", u8::from(n <= 11), u8::from(n > 11))).collect();
    folder.write("cvrs.csv", format!("{head}{cards}"));
    folder.write("manifest.csv", "Tabulator,Batch Name,Number of Ballots\n1,1,19\n");
    folder.write("results.csv", "contest,choice,party,votes\nMayor,Ada,DEM,6\nMayor,Ada,WFP,5\nMayor,Ben,REP,8\n");
    folder.write("audit.toml", "risk_limit = 0.05\nseed = \"1\"\n");
    let judged = || {
        let (evidence, coverage) = gather(&find(&folder.0).inputs);
        let answer = answer(&evidence, coverage, Scope::unnamed(&[0; 32]), false);
        let contest = evidence.audit.expect("an audit").contests.remove(0);
        let found: Vec<String> = answer.findings.into_iter().map(|finding| finding.title).collect();
        (contest.winners().join(", "), contest.reported, found)
    };
    assert_eq!(judged(), ("Ada".to_owned(), vec![11, 8], vec![]));
    fs::remove_file(folder.0.join("cvrs.csv")).expect("it was there");
    assert_eq!(judged(), ("Ada".to_owned(), vec![11, 8], vec![]));
}

/// A zstd frame of one block that is not compressed (RFC 8878, section 3.1.1).
fn packed(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a small file");
    let block = (length << 3 | 1).to_le_bytes();
    [b"\x28\xb5\x2f\xfd\xa0", &length.to_le_bytes()[..], &block[..3], bytes].concat()
}

#[test]
fn copies_beside_the_records_are_not_counted() {
    let folder = Folder::new("copies");
    export(&folder, "a", (1, "Governor"), &[(11, "Ada")], &[11, 11, 11]);
    export(&folder, "b", (1, "Governor"), &[(11, "Ada")], &[11, 11, 11]);
    let once = |said: &str| {
        let records = read(&folder.0);
        assert_eq!(records.cvrs.cards(), 6);
        let complaints: Vec<_> = records.complaints.iter().map(ToString::to_string).collect();
        assert!(complaints.iter().any(|complaint| complaint.contains(said)), "{complaints:?}");
    };
    let original = fs::read(folder.0.join("a/CvrExport.json")).expect("it reads");
    folder.write("a/CvrExport (1).json", &original);
    once("1 copies: a/CvrExport.json of a/CvrExport (1).json");
    fs::remove_file(folder.0.join("a/CvrExport (1).json")).expect("it was there");
    folder.write("a/CvrExport.json.zst", packed(&original));
    once("1 copies: a/CvrExport.json.zst of a/CvrExport.json");
    fs::remove_file(folder.0.join("a/CvrExport.json.zst")).expect("it was there");
    // Without the manifest of contests it is another export, of the same records.
    folder.write("a copy/CvrExport.json", &original);
    once("a copy of a/CandidateManifest.json");
    // The same bytes beside another list of candidates are other votes.
    export(&folder, "c", (1, "Governor"), &[(11, "Ben")], &[]);
    folder.write("c/CvrExport.json", &original);
    assert_eq!(read(&folder.0).cvrs.cards(), 9);
}

#[test]
fn a_card_without_contests_is_paper() {
    let folder = Folder::new("sheets");
    let contests = r#"{"Contests":[{"Id":1,"Marks":[]}]}"#;
    let session = format!(
        r#"{{"TabulatorId":1,"BatchId":1,"RecordId":9,"Original":{{"IsCurrent":true,"Cards":[{contests},{{"Contests":[]}},{{"Contests":[{{"Id":2,"Marks":[]}}]}}]}}}}"#
    );
    folder.write("CvrExport.json", format!(r#"{{"Sessions":[{session}]}}"#));
    folder.write("manifest.csv", "Tabulator,Batch Name,Number of Ballots\n1,1,3\n");
    let records = read(&folder.0);
    let (manifest, cvrs) = (records.manifest, records.cvrs.finish());
    let contests: Vec<usize> = cvrs.cards().map(|card| card.contests().len()).collect();
    assert_eq!(contests, [1, 0, 1]);
    assert_eq!(Paper::new(&manifest, &cvrs).faults, [], "cards of one ballot share its id");
}
