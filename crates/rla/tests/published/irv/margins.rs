//! Margins of victory of published contests.

use pollwarden_rla::irv::{Budget, assertions, margin};
use pollwarden_testkit::{data_root, folders};

use super::texts::archive;

#[test]
fn margins_of_published_contests_are_exact() {
    let Some(root) = data_root() else { return println!("skipped") };
    let (mut all, mut exact) = (0, 0);
    let archives = folders(root.join("count/irv/margins"));
    for contest in archives.iter().filter(|path| path.to_string_lossy().ends_with(".tar.gz")).flat_map(|a| archive(a)) {
        let found = margin(&contest.ballots, Budget::default());
        println!("margin of {}: {found:?}", contest.name);
        assert!(found.at_least <= found.at_most && found.at_most <= found.last_round, "{}", contest.name);
        // One changed ballot moves a lead by 2 at most, and all leads must stay above 0.
        if let Ok(proof) = assertions(&contest.ballots, None, contest.ballots.total(), Budget::default()) {
            assert!(found.at_least >= proof.margin.div_ceil(2), "{}: {}", contest.name, proof.margin);
        }
        all += 1;
        exact += usize::from(found.exact().is_some());
    }
    println!("margins: {exact} of {all} exact");
    assert_eq!(exact, all, "bounds meet");
}
