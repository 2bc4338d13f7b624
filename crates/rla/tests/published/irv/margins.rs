//! Margins of victory of published American contests.

use pollwarden_rla::irv::{Budget, assertions, margin};
use pollwarden_testkit::data_root;

use super::texts::archive;

#[test]
fn margins_of_american_contests_are_exact() {
    let Some(root) = data_root() else { return println!("skipped") };
    let (mut all, mut exact) = (0, 0);
    for contest in archive(&root.join("count/irv/margins/USIRV.tar.gz")) {
        let t = std::time::Instant::now();
        let found = margin(&contest.ballots, Budget::default());
        let e = t.elapsed();
        println!("{}: {found:?} {e:?}", contest.name);
        assert!(found.at_least <= found.at_most && found.at_most <= found.last_round, "{}", contest.name);
        // One changed ballot moves a lead by 2 at most, and all leads must stay above 0.
        if let Ok(proof) = assertions(&contest.ballots, None, contest.ballots.total(), Budget::default()) {
            assert!(found.at_least >= proof.margin.div_ceil(2), "{}: {}", contest.name, proof.margin);
        }
        println!("{:?}", t.elapsed() - e);
        all += 1;
        exact += usize::from(found.exact().is_some());
    }
    println!("margins: {exact} of {all} exact");
}
