//! Batch comparison where it could say too much.

use super::*;

fn settings(more: &str) -> String {
    format!("[[contest]]\nname = \"Clerk\"\nmethod = \"batch-comparison\"\n{more}")
}

/// Rows for every choice of these batches.
fn sheet(town: &Town, batches: &[usize], read: impl Fn(usize, &str) -> u64) {
    let row = |at: usize, choice: &str| format!("T1,{},,Clerk,{choice},{}\n", at + 1, read(at, choice));
    let rows: String = batches.iter().flat_map(|at| CHOICES.map(|choice| row(*at, choice))).collect();
    town.write("batches.csv", &format!("tabulator,batch,status,contest,choice,votes\n{rows}"));
}

#[test]
fn batches_that_could_hold_the_contest_are_drawn_from() {
    let held: u64 = (0..2).flat_map(|at| CHOICES.map(|choice| votes(at, choice))).sum();
    let town = |cards: u64| {
        let town = Town::new(&settings(&format!("cards = {cards}\n")));
        town.tallies(0..2);
        sheet(&town, &[0, 1], votes);
        town
    };
    // Two hundred cards can hold the contest, and fewer have reported votes: the rest can be anywhere.
    let (contest, answer) = town(200).answered();
    let batches = contest.batches.as_ref().expect("batches");
    assert_eq!((batches.listed.len(), contest.hand_counted.is_none()), (BATCHES, true));
    open(&(contest, answer));
    // All that can hold it have reported votes, and were found to.
    let all = town(held);
    let (contest, _) = all.answered();
    assert_eq!((contest.batches.map(|b| b.listed), contest.hand_counted), (Some(vec![0, 1]), Some(Ok(vec![0]))));
    sheet(&all, &[0, 1], |at, choice| votes(at, choice) - u64::from(at == 1 && choice == "Ben Yew"));
    let (contest, answer) = all.answered();
    assert!(contest.measured.as_ref().is_err_and(|why| why.contains("batch T1 / 2 was counted with fewer votes")));
    open(&(contest, answer));
    let (contest, _) = town(held - 1).answered();
    assert!(contest.measured.is_err_and(|why| why.contains(&format!("the reported votes need {held}"))));
}

#[test]
fn batches_taken_by_name_are_not_drawn_at_random() {
    for (rounds, at_random) in [("[7]", 0), ("[3, 4]", 3)] {
        let town = Town::new(&format!("rounds = {rounds}\n{}", settings("")));
        town.tallies(0..BATCHES);
        let drawn: Vec<usize> = town.answered().0.batches.expect("batches").drawn.iter().map(|d| d.batch).collect();
        let last = *drawn.last().expect("a batch");
        let but_last: Vec<usize> = (0..BATCHES).filter(|at| *at != last).collect();
        sheet(&town, &but_last, votes);
        let (contest, answer) = town.answered();
        assert_eq!(contest.batches.as_ref().map(|b| b.at_random), Some(at_random));
        assert_eq!(contest.risk(), contest.risk_after(at_random), "{rounds}");
        assert_eq!(contest.further_draws(), None, "{rounds}");
        open(&(contest, answer));
        sheet(&town, &(0..BATCHES).collect::<Vec<_>>(), |at, choice| match choice {
            "Ben Yew" if at == last => CARDS,
            _ if at == last => 0,
            "Ben Yew" => 50,
            "Ada Zed" => 49,
            _ => 0,
        });
        let (contest, answer) = town.answered();
        assert_eq!(contest.measured.as_ref().map(|m| m[0].risk_now()), Ok(1.0), "{rounds}");
        open(&(contest, answer));
    }
}

#[test]
fn rows_that_contradict_each_other_count_nothing() {
    let town = Town::new(&format!("rounds = [7]\n{}", settings("")));
    town.tallies(0..BATCHES);
    let every: Vec<usize> = (0..BATCHES).collect();
    for row in ["T1,3,not found,Clerk,Ada Zed,\n", "T1,3,,Clerk,Ada Zed,1\n"] {
        sheet(&town, &every, votes);
        let rows = fs::read_to_string(town.dir.path().join("batches.csv")).expect("a sheet");
        let (header, rest) = rows.split_once('\n').expect("a header");
        for sheet in [format!("{rows}{row}"), format!("{header}\n{row}{rest}")] {
            town.write("batches.csv", &sheet);
            let (contest, answer) = town.answered();
            let batches = contest.batches.as_ref().expect("batches");
            assert_eq!((batches.unmappable.len(), batches.counted.contains_key(&2)), (1, false), "{row}");
            open(&(contest, answer));
        }
    }
}

#[test]
fn what_is_typed_of_a_contest_that_is_not_audited_is_complained_of() {
    let town = Town::new(&format!("rounds = [7]\n{}", settings("")));
    town.tallies(0..BATCHES);
    town.write("batches.csv", "batch,status,contest,choice,votes\n1,,Clark,Ada Zed,1\n2,,Clark,Ada Zed,1\n");
    town.write("board.csv", "batch,position,status,Clerc\n1,1,,Ada Zed\n");
    let complaints: Vec<String> = town.gathered().1.coverage.complaints.iter().map(ToString::to_string).collect();
    assert!(complaints[0].contains("board.csv, column Clerc: expected a contest of the audit"), "{complaints:?}");
    assert!(complaints[1].contains("batches.csv, line 2, column contest"), "{complaints:?}");
    assert_eq!(complaints.len(), 2, "{complaints:?}");
}
