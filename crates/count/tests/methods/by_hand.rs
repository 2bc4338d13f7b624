//! Hand counts of audit.toml, and rules that need more than was said.

use super::*;

/// Who won by a hand count, with records (435 for Ada, 193 for Ben) or without.
fn counted(hand_count: &str, records: bool, more: &str) -> Result<Vec<u32>, String> {
    let town = Town::new(&format!(
        "{LEFT}[[contest]]\nname = \"Clerk\"\nreported_winners = [\"Ada Zed\"]\nhand_count = {{ {hand_count} }}\n{more}"
    ));
    if records {
        town.records(&[0, 1, 2, 3, 4, 5, 6], |at, position| Some(clerk(at, position)));
    }
    town.answered().0.hand_counted.expect("a hand count")
}

#[test]
fn a_hand_count_that_misses_votes_decides_nothing() {
    let says = |hand_count: &str, why: &str| {
        let counted = counted(hand_count, true, "");
        assert!(counted.as_ref().is_err_and(|e| e.contains(why)), "{hand_count}: {counted:?}");
    };
    says("\"Ada Zed\" = 12", "leaves out Ben Yew");
    says("\"Ada Zed\" = 12, \"Ben Yew\" = 11", "23 votes, 628 the cards could hold");
    says("\"Ada Zed\" = 300, \"Ben Yew\" = 200", "could change who won");
    says("\"Ada Zed\" = 600, \"Ben Yew\" = 101", "more than 700 cards");
    assert_eq!(counted("\"Ada Zed\" = 430, \"Ben Yew\" = 190", true, ""), Ok(vec![0]));
    assert_eq!(counted("\"Ada Zed\" = 190, \"Ben Yew\" = 430", true, ""), Ok(vec![1]));
}

#[test]
fn a_hand_count_is_held_against_what_was_reported() {
    let more = "choices = [\"Ada Zed\", \"Ben Yew\"]\n";
    let close = "\"Ada Zed\" = 300, \"Ben Yew\" = 250";
    assert!(counted(close, false, more).is_err_and(|why| why.contains("write `reported`")));
    assert_eq!(counted(close, false, &format!("{more}cards = 560\n")), Ok(vec![0]));
    let reported = "reported = { \"Ada Zed\" = 305, \"Ben Yew\" = 250 }\n";
    assert_eq!(counted(close, false, reported), Ok(vec![0]));
    let reported = "reported = { \"Ada Zed\" = 350, \"Ben Yew\" = 250 }\n";
    assert!(counted(close, false, reported).is_err_and(|why| why.contains("600 were reported")));
}

#[test]
fn rules_for_whole_rounds_need_rounds() {
    for (rule, refused) in [("bravo", false), ("minerva", true), ("providence", true)] {
        let town =
            Town::new(&format!("[[contest]]\nname = \"Clerk\"\nmethod = \"polling\"\npolling_rule = \"{rule}\"\n"));
        town.results();
        let row = |position: u64| format!("T1,1,{position},,{}\n", cell(clerk(0, position)));
        town.write("board.csv", &format!("tabulator,batch,position,status,Clerk\n{}", row(1)));
        let (contest, answer) = town.answered();
        assert_eq!(contest.measured.is_err_and(|why| why.contains("`rounds = [120]`")), refused, "{rule}");
        assert_ne!(answer.verdict(), Verdict::NothingFound);
    }
}

#[test]
fn of_two_files_of_settings_none_is_used() {
    let town = Town::new("rounds = [10]\n");
    fs::create_dir(town.dir.path().join("old")).expect("a folder");
    town.write("old/audit.toml", "risk_limit = 0.5\n");
    let (evidence, answer) = town.gathered();
    assert!(evidence.audit.is_none());
    let said = answer.coverage.unwatched.iter().any(|gap| gap.needed && gap.why.contains("audit.toml, old/audit.toml"));
    assert!(said, "{:?}", answer.coverage);
}

#[test]
fn records_of_no_card_stand_in_for_no_phantom() {
    let settings = format!("rounds = [25]\nstyle = true\n{LEFT}[[contest]]\nname = \"Clerk\"\ncards = 160\n");
    let held = |at: usize, position: u64| {
        (if at == BATCHES { position < 11 } else { position.is_multiple_of(5) }).then(|| clerk(at, position))
    };
    let risk = |batches: &[usize]| {
        let town = Town::new(&settings);
        // The last batch is none of the manifest's.
        town.records(batches, held);
        town.audited(|at, position| held(at, position).map_or("not on card".to_owned(), cell)).0.risk()
    };
    let batches: Vec<usize> = (0..=BATCHES).collect();
    assert_eq!(risk(&batches[..BATCHES]), risk(&batches));
}
