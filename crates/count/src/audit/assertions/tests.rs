//! Rules that are not fully known, and bounds that are met exactly.

use super::*;
use crate::Choice;

fn contest(choices: usize, votes_allowed: Option<u32>, winners: Option<u32>) -> Contest {
    let choice = |at: usize| Choice { name: format!("Choice {at}"), ..Choice::default() };
    let choices = (0..choices).map(choice).collect();
    Contest { name: "Council".to_owned(), choices, votes_allowed, winners, ..Contest::default() }
}

fn decided(contest: &Contest, rule: ElectionRule, share: f64) -> Decided {
    Decided::new(contest, &ContestSettings { rule, share: Some(share), ..ContestSettings::default() })
}

fn ballots(votes: &[u64]) -> Ballots {
    (0u32..).zip(votes).map(|(at, votes)| (CardVote::Choices(vec![at]), *votes)).collect()
}

#[test]
fn seats_that_nobody_says_are_asked_for_where_several_are_chosen() {
    let council = decided(&contest(4, Some(3), None), ElectionRule::Plurality, 0.5);
    let why = council.winners_of(&ballots(&[40, 30, 20, 10])).expect_err("seats are not known");
    assert!(why.contains("`winners = 3`") && why.contains("Council"), "{why}");
    assert_eq!(council.assertions(&ballots(&[40, 30, 20, 10]), 100), Err(why));
    let council = decided(&contest(4, Some(3), Some(3)), ElectionRule::Plurality, 0.5);
    assert_eq!(council.winners_of(&ballots(&[40, 30, 20, 10])), Ok(vec![0, 1, 2]));
    assert_eq!(decided(&contest(4, None, None), ElectionRule::Plurality, 0.5).refusal(), None);
    assert!(decided(&contest(4, None, None), ElectionRule::Approval, 0.5).refusal().is_some());
}

#[test]
fn rankings_for_several_seats_are_refused() {
    let ranked = decided(&contest(3, None, Some(2)), ElectionRule::Irv, 0.5);
    assert!(ranked.winners_of(&ballots(&[3, 2, 1])).is_err());
    let ranked = Decided { winners: vec![0], ..ranked };
    assert!(ranked.assertions(&ballots(&[30, 2, 1]), 33).is_err());
    assert_eq!(
        decided(&contest(3, Some(3), None), ElectionRule::Irv, 0.5).winners_of(&ballots(&[9, 2, 1])),
        Ok(vec![0])
    );
}

#[test]
fn rankings_are_no_votes_for_several() {
    let ranked = Contest { ranks: 3, ..contest(3, Some(1), Some(1)) };
    let why = decided(&ranked, ElectionRule::Plurality, 0.5).winners_of(&ballots(&[9, 2, 1])).expect_err("ranked");
    assert!(why.contains("rule = \"irv\""), "{why}");
    assert_eq!(decided(&ranked, ElectionRule::Irv, 0.5).refusal(), None);
}

#[test]
fn a_share_is_held_against_exactly() {
    let bond = |share| decided(&contest(2, Some(1), None), ElectionRule::Supermajority, share);
    assert_eq!(bond(0.57).winners_of(&ballots(&[57, 43])), Ok(vec![]));
    assert_eq!(bond(0.57).winners_of(&ballots(&[58, 42])), Ok(vec![0]));
    assert_eq!(bond(0.5).winners_of(&ballots(&[50, 50])), Ok(vec![]));
    assert_eq!(bond(2.0 / 3.0).winners_of(&ballots(&[666_667, 333_333])), Ok(vec![0]));
    assert!(exceeds(u64::MAX, 0.999_999_999_999_999_9, u64::MAX));
}

#[test]
fn shares_that_assertions_dont_fit_are_refused() {
    let two_votes = decided(&contest(2, Some(2), None), ElectionRule::Supermajority, 0.6);
    assert!(two_votes.winners_of(&ballots(&[9, 1])).is_err());
    let two_fifths = decided(&contest(3, Some(1), None), ElectionRule::Supermajority, 0.4);
    assert!(two_fifths.winners_of(&ballots(&[5, 4, 1])).is_err());
}

#[test]
fn nothing_to_prove_proves_nothing_while_somebody_could_lose() {
    let all_win = |rule, seats, winners| {
        let decided = Decided { winners, ..decided(&contest(2, Some(1), Some(seats)), rule, 0.5) };
        decided.assertions(&ballots(&[6, 4]), 10)
    };
    assert!(all_win(ElectionRule::Plurality, 1, vec![0, 1]).is_err());
    assert_eq!(all_win(ElectionRule::Plurality, 2, vec![0, 1]), Ok(vec![]));
}
