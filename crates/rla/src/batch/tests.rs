use super::*;
use crate::RiskLimit;
use crate::draw::{ArloBatch, Replacement, ppeb};
use proptest::prelude::*;

fn batch(ballots: u64, votes: &[u64]) -> BatchTally {
    BatchTally { ballots, votes: votes.to_vec() }
}

/// Ten batches of 100 cards, 55 to 40 each.
fn ten() -> BatchComparison {
    let tally = Tally::new(1000, 1, 1, vec![550, 400]).expect("a contest");
    BatchComparison::new(tally, vec![batch(100, &[55, 40]); 10]).expect("its batches")
}

fn limit(share: f64) -> RiskLimit {
    RiskLimit::new(share).expect("a share")
}

fn all(counts: &[BatchTally]) -> Vec<Option<BatchTally>> {
    counts.iter().cloned().map(Some).collect()
}

#[test]
fn bounds_are_leads_and_cards_by_margin() {
    let audit = ten();
    assert!(audit.bounds().all(|bound| (bound - 115.0 / 150.0).abs() < 1e-15));
    assert!((audit.total_bound() - 1150.0 / 150.0).abs() < 1e-12);
    // (1 - 150/1150)^n is at most 0.2 from n = 12 on, but there are ten.
    assert_eq!(audit.first_size(limit(0.2)), 10);
    assert_eq!(audit.first_size(limit(0.5)), 5);
}

#[test]
fn the_pair_with_the_largest_share_of_its_margin_decides() {
    let tally = Tally::new(300, 2, 2, vec![150, 140, 90, 20]).expect("a contest");
    let votes = [[75, 70, 45, 10], [75, 70, 45, 10]];
    let audit = BatchComparison::new(tally, votes.map(|v| batch(150, &v)).to_vec()).expect("its batches");
    // Candidate 1 leads candidate 2 by 50: (70 - 45 + 150) / 50.
    assert!(audit.bounds().all(|bound| (bound - 3.5).abs() < 1e-15));
    // 0 and 2 exchange five votes: ten of 60. 1 loses six votes: six of 50, with 3 six of 120.
    let error = audit.overstatement(0, &batch(150, &[70, 64, 50, 10])).expect("a count");
    assert!((error - 11.0 / 50.0).abs() < 1e-15);
    let understated = audit.overstatement(1, &batch(150, &[76, 72, 45, 10])).expect("a count");
    assert!((understated + 1.0 / 130.0).abs() < 1e-15, "{understated}");
}

#[test]
fn one_batch_with_all_it_can_hold_is_never_made_up_for() {
    let audit = ten();
    let mut counts = vec![batch(100, &[55, 40]); 10];
    counts[3] = batch(100, &[0, 100]);
    let draws: Vec<usize> = std::iter::once(3).chain(std::iter::repeat_n(0, 500)).collect();
    let trail =
        audit.trail(&draws, draws.len(), &all(&counts), Replacement::With, Understatements::Credited).expect("counts");
    assert_eq!(trail.risk(limit(0.1)), 1.0);
    assert_eq!(audit.next_size(limit(0.1), &trail, 8), 8);
    // More votes than the batch had cards: worse still.
    counts[3] = batch(120, &[0, 120]);
    let trail =
        audit.trail(&draws, draws.len(), &all(&counts), Replacement::With, Understatements::Credited).expect("counts");
    assert_eq!(trail.risk(limit(0.1)), 1.0);
}

#[test]
fn nothing_is_learnt_from_a_batch_that_could_not_be_wrong() {
    let tally = Tally::new(300, 1, 1, vec![180, 120]).expect("a contest");
    let batches = vec![batch(100, &[0, 100]), batch(100, &[90, 10]), batch(100, &[90, 10])];
    let audit = BatchComparison::new(tally, batches).expect("its batches");
    let mut counts = all(audit.batches());
    counts[0] = Some(batch(100, &[20, 80]));
    for replacement in [Replacement::With, Replacement::Without] {
        let trail = audit.trail(&[0], 1, &counts, replacement, Understatements::Credited).expect("counts");
        assert_eq!(trail.risks(), [1.0]);
    }
}

#[test]
fn all_batches_counted_are_the_outcome() {
    let audit = ten();
    let draws: Vec<usize> = (0..10).collect();
    for (votes, risk) in [([50, 45], 0.0), ([47, 48], 1.0), ([48, 48], 1.0)] {
        let counted = all(&vec![batch(100, &votes); 10]);
        for replacement in [Replacement::With, Replacement::Without] {
            let trail =
                audit.trail(&draws, draws.len(), &counted, replacement, Understatements::Ignored).expect("counts");
            assert_eq!(trail.risk(limit(1e-9)), risk);
        }
    }
}

/// Nine batches of 10 cards and "Z" of 1,000, whose report of 750 to 250 hides 0 to 1,000.
fn ten_with_a_wrong_one() -> (BatchComparison, Vec<Option<BatchTally>>) {
    let mut batches = vec![batch(10, &[8, 2]); 9];
    batches.push(batch(1_000, &[750, 250]));
    let tally = Tally::new(1_090, 1, 1, vec![822, 268]).expect("a contest");
    let audit = BatchComparison::new(tally, batches.clone()).expect("its batches");
    batches[9] = batch(1_000, &[0, 1_000]);
    (audit, all(&batches))
}

#[test]
fn a_full_count_by_name_says_nothing_before_it_is_done() {
    let (audit, counted) = ten_with_a_wrong_one();
    let names: Vec<String> = (0..9).map(|at| at.to_string()).chain(["Z".to_owned()]).collect();
    let ids = names.iter().map(|name| ArloBatch { jurisdiction: "Elm", batch: name });
    let named: Vec<(ArloBatch<'_>, f64)> = ids.zip(audit.bounds()).collect();
    let round = ppeb::draw("20 dice", &named, &[], 10).expect("bounds");
    let draws: Vec<usize> = round.batches.iter().map(|drawn| drawn.batch).collect();
    assert!(round.full_count);
    let risks = |draws: &[usize], at_random| {
        audit.trail(draws, at_random, &counted, Replacement::With, Understatements::Ignored).expect("counts")
    };
    let begun = risks(&draws[..9], 0);
    assert_eq!(begun.risks(), [1.0; 9]);
    assert_eq!(audit.next_size(limit(0.1), &begun, 1), 1);
    let done = risks(&draws, 0);
    assert_eq!((done.stop(limit(0.1)), done.risk(limit(0.1))), (None, 1.0));
    // Nine that were drawn at random may stop the audit; what all batches show outdoes them.
    assert_eq!(risks(&draws[..9], 9).stop(limit(0.1)), Some(6));
    assert_eq!((risks(&draws, 9).stop(limit(0.1)), risks(&draws, 9).risk(limit(0.1))), (None, 1.0));
}

#[test]
fn what_is_refuted_is_never_certain_again() {
    // The first batch held more cards than reported. Those left then can't hold enough to make the outcome wrong, if bounds hold.
    let tally = Tally::new(400, 1, 1, vec![300, 100]).expect("a contest");
    let batches = vec![batch(100, &[90, 10]), batch(100, &[60, 40]), batch(100, &[75, 25]), batch(100, &[75, 25])];
    let audit = BatchComparison::new(tally, batches).expect("its batches");
    let mut counted = all(audit.batches());
    counted[1] = Some(batch(500, &[60, 440]));
    counted[0] = Some(batch(2_000, &[2_000, 0]));
    let trail = |draws: &[usize]| {
        audit.trail(draws, draws.len(), &counted, Replacement::Without, Understatements::Credited).expect("counts")
    };
    assert_eq!(trail(&[1, 0, 2]).risks(), [f64::INFINITY; 3]);
    assert!(trail(&[0, 1, 2]).risks()[1..].iter().all(|risk| *risk == f64::INFINITY));
}

#[test]
fn what_does_not_add_up_is_refused() {
    let tally = || Tally::new(200, 1, 1, vec![110, 80]).expect("a contest");
    let new = |second: BatchTally| BatchComparison::new(tally(), vec![batch(100, &[55, 40]), second]);
    assert!(new(batch(100, &[55, 40])).is_ok());
    assert!(matches!(new(batch(99, &[55, 40])), Err(BatchError::NotTheTotal { batches: 199, total: 200, .. })));
    assert!(matches!(new(batch(100, &[54, 40])), Err(BatchError::NotTheTotal { .. })));
    assert!(matches!(new(batch(90, &[55, 40])), Err(BatchError::Impossible { batch: 1, .. })));
    assert!(matches!(new(batch(100, &[55])), Err(BatchError::Impossible { .. })));
    let nothing = ten().trail(&[0], 1, &[], Replacement::With, Understatements::Ignored);
    assert_eq!(nothing, Err(BatchError::NotCounted(0)));
    let twice = ten().trail(&[1, 1], 2, &all(ten().batches()), Replacement::Without, Understatements::Ignored);
    assert_eq!(twice, Err(BatchError::DrawnTwice(1)));
}

#[test]
fn where_nobody_lost_there_is_nothing_to_draw() {
    let tally = Tally::new(100, 2, 2, vec![60, 50]).expect("a contest");
    let audit = BatchComparison::new(tally, vec![batch(100, &[60, 50])]).expect("its batch");
    assert_eq!(audit.total_bound(), 0.0);
    assert_eq!(audit.first_size(limit(0.05)), 0);
    assert_eq!(audit.first_size_without_replacement(limit(0.05)), 0);
}

prop_compose! {
    /// A contest of two and batches of any size with votes for its winner and its loser.
    fn audits()(halves in prop::collection::vec((0u64..200, 0u64..200, 0u64..50), 1..40)) -> Option<BatchComparison> {
        let batches: Vec<BatchTally> = halves.iter().map(|(a, b, none)| batch(a + b + none, &[*a, *b])).collect();
        let sum = |of: &dyn Fn(&BatchTally) -> u64| batches.iter().map(of).sum::<u64>();
        let votes = vec![sum(&|b| b.votes[0]), sum(&|b| b.votes[1])];
        let tally = Tally::new(sum(&|b| b.ballots), 1, 1, votes).ok()?;
        Some(BatchComparison::new(tally, batches).expect("they add up"))
    }
}

proptest! {
    #[test]
    fn sizes_are_never_more_than_batches_and_least_without_replacement(audit in audits(), share in 0.001f64..0.5) {
        let Some(audit) = audit else { return Ok(()) };
        let with = audit.first_size(limit(share));
        let without = audit.first_size_without_replacement(limit(share));
        prop_assert!(without <= with && with <= audit.batches().len());
    }

    #[test]
    fn sizes_are_enough_where_no_batch_shows_an_error(audit in audits(), share in 0.001f64..0.5, turn in 0usize..40) {
        let Some(audit) = audit else { return Ok(()) };
        let mut order: Vec<usize> = (0..audit.batches().len()).filter(|b| audit.bounds[*b].is_positive()).collect();
        let turn = turn % order.len();
        order.rotate_left(turn);
        let bounding = order.len();
        // Batches without votes complete a full count.
        order.extend((0..audit.batches().len()).filter(|b| !audit.bounds[*b].is_positive()));
        let counted = all(audit.batches());
        let size = audit.first_size_without_replacement(limit(share));
        let trail = audit.trail(&order, order.len(), &counted, Replacement::Without, Understatements::Ignored).expect("counts");
        prop_assert!(trail.stop(limit(share)).is_some_and(|stop| stop <= size || size == bounding));
        // With replacement one draw fewer is not enough.
        let draws = vec![order[0]; audit.clean_draws(share)];
        if audit.batches().len() > 1 {
            let trail = audit.trail(&draws, draws.len(), &counted, Replacement::With, Understatements::Ignored).expect("counts");
            prop_assert_eq!(trail.stop(limit(share)), Some(draws.len()));
        }
    }

    #[test]
    fn risk_never_falls_with_worse_evidence(audit in audits(), moved in 0u64..60, at in 0usize..40, len in 1usize..30) {
        let Some(audit) = audit else { return Ok(()) };
        let at = at % audit.batches().len();
        let winner = audit.tally().winners()[0];
        let mut counts = audit.batches().to_vec();
        let moved = moved.min(counts[at].votes[winner]);
        let draws: Vec<usize> = (0..len).map(|i| (at + i) % audit.batches().len()).collect();
        let risks = |counts: &[BatchTally]| {
            audit.trail(&draws, draws.len(), &all(counts), Replacement::With, Understatements::Credited).expect("counts").risks().to_vec()
        };
        let before = risks(&counts);
        counts[at].votes[winner] -= moved;
        counts[at].votes[1 - winner] += moved;
        prop_assert!(before.iter().zip(risks(&counts)).all(|(clean, worse)| *clean <= worse * (1.0 + 1e-12)));
    }
}
