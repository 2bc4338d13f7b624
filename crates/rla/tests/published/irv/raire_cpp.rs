//! Assertions of the C++ RAIRE: its proofs hold here too, and ours is never more difficult; San Francisco 2019.

use std::path::Path;

use pollwarden_rla::irv::{Budget, Kind, assertions, gap};
use pollwarden_testkit::{data_root, folders, zst};
use serde_json::Value;

use super::texts::{Contest, archive, raire};

#[test]
fn our_proofs_are_no_harder_than_the_cpp_programs() {
    let Some(root) = data_root() else { return println!("skipped") };
    let contests = archive(&root.join("count/irv/margins/USIRV.tar.gz"));
    let (mut compared, mut easier, mut without) = (0, 0, 0);
    for path in folders(root.join("count/irv/raire_cpp")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some(contest) = contests.iter().find(|contest| is_short_for(&name, &contest.name)) else {
            without += 1;
            continue;
        };
        let theirs: Vec<Kind> = said(&path, contest);
        let least = check(contest, &theirs, &name);
        let ours = assertions(&contest.ballots, None, contest.ballots.total(), Budget::default()).unwrap();
        assert!(ours.margin as i64 >= least, "{name}: ours {} theirs {least}", ours.margin);
        compared += 1;
        easier += usize::from(ours.margin as i64 > least);
    }
    println!("C++ RAIRE: {compared} proofs checked, ours easier in {easier}; {without} without their ballots");
}

/// The least lead of a proof that holds in its ballots.
fn check(contest: &Contest, theirs: &[Kind], name: &str) -> i64 {
    let winner = pollwarden_rla::irv::count(&contest.ballots, |tied| tied[0]).winner;
    let gap = gap(contest.candidates.len(), winner, theirs, &mut Budget::default());
    assert_eq!(gap, Ok(None), "{name}: their assertions prove the winner");
    theirs.iter().map(|kind| contest.ballots.margin(kind).unwrap()).min().unwrap_or(i64::MAX)
}

fn said(path: &Path, contest: &Contest) -> Vec<Kind> {
    let said: Value = serde_json::from_slice(&zst(path)).unwrap();
    let all = said["Assertions"].as_array().unwrap();
    all.iter()
        .map(|a| kind(contest, &a["Winner"], &a["Loser"], &a["Already-Eliminated"], a["Winner-Only"] == "true"))
        .collect()
}

fn kind(contest: &Contest, winner: &Value, loser: &Value, gone: &Value, winner_only: bool) -> Kind {
    let place = |name: &Value| contest.place(name.as_str().unwrap());
    let (winner, loser) = (place(winner), place(loser));
    if winner_only {
        return Kind::Neb { winner, loser };
    }
    let gone: Vec<u32> = gone.as_array().into_iter().flatten().map(place).collect();
    let continuing = (0..contest.candidates.len() as u32).filter(|c| !gone.contains(c)).collect();
    Kind::Nen { winner, loser, continuing }
}

/// `Oak2010Mayor` for `Oakland_2010_Mayor`.
fn is_short_for(short: &str, long: &str) -> bool {
    let Some(digits) = short.find(|c: char| c.is_ascii_digit()) else { return false };
    let long = long.replace('_', "");
    long.starts_with(&short[..digits]) && long.ends_with(&short[digits..])
}

/// Blom et al. 2020, "You can do RLAs for IRV": the pilot's published assertions of its preliminary report 12.
#[test]
fn san_francisco_2019_is_proven_as_published() {
    let Some(root) = data_root() else { return println!("skipped") };
    let folder = root.join("count/irv/sfda2019");
    let path = folder.join("SFDA2019_PrelimReport12VBMJustDASheets.raire.zst");
    if !path.is_file() {
        return println!("skipped");
    }
    let contest = raire(&path);
    let proof =
        assertions(&contest.ballots, Some(contest.place("15")), contest.ballots.total(), Budget::default()).unwrap();
    assert_eq!(contest.ballots.total(), 146_662);
    assert_eq!((proof.assertions.len(), proof.margin), (11, 4_242));
    assert!((proof.difficulty - 34.573_786).abs() < 1e-6);
    let published: Value =
        serde_json::from_slice(&zst(folder.join("SFDA2019_PrelimReport12VBMJustDASheetsAssertions.json"))).unwrap();
    let theirs = published["audits"][0]["assertions"].as_array().unwrap();
    let theirs: Vec<Kind> = theirs
        .iter()
        .map(|a| {
            kind(&contest, &a["winner"], &a["loser"], &a["already_eliminated"], a["assertion_type"] == "WINNER_ONLY")
        })
        .collect();
    assert_eq!(check(&contest, &theirs, &contest.name), 4_242);
    let same = proof.assertions.iter().filter(|a| theirs.contains(&a.kind)).count();
    println!("San Francisco 2019: {same} of {} published assertions are ours, same margin", theirs.len());
}
