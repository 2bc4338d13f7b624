//! Small invented elections counted by hand, and what holds for every count.

use proptest::prelude::*;

use super::*;
use crate::{CardPlace, Choice, CvrBuilder, Cvrs, Mark, Votes};

const NAMES: [&str; 5] = ["Ada", "Ben", "Cy", "Dot", "Eve"];

/// Cards, each with a choice of letters by rank: `A>B`, `A=B>C` for two at the first rank, `A>>C` for a skipped one.
fn records(ways: &[(u32, &str)]) -> Cvrs {
    let mut builder = CvrBuilder::default();
    let contest = builder.contest("", "Mayor");
    for name in NAMES.into_iter().chain(["Write-in"]) {
        builder.choice(contest, Choice { name: name.to_owned(), ..Choice::default() });
    }
    let mut votes = Votes::default();
    for (cards, way) in ways {
        for _ in 0..*cards {
            votes.on_card(contest);
            for (rank, letters) in (1..).zip(way.split('>')) {
                for letter in letters.bytes().filter(u8::is_ascii_uppercase) {
                    let choice = if letter == b'W' { 5 } else { u32::from(letter - b'A') };
                    votes.mark(contest, Mark::ranked(choice, rank));
                }
            }
            builder.card(CardPlace::default(), &mut votes);
            votes.clear();
        }
    }
    builder.finish()
}

fn count(rules: &Rules, candidates: usize, ways: &[(u32, &str)]) -> Result<Vec<Outcome>, TabulateError> {
    let cvrs = records(ways);
    let named = |name: &&str| Candidate { name: (*name).to_owned(), ..Candidate::default() };
    let write_ins = ways.iter().any(|(_, way)| way.contains('W'));
    let mut ballots = Ballots::new(NAMES[..candidates].iter().map(named).collect(), write_ins, &[]);
    ballots.add(&SourceRecords { write_in_label: "Write-in", ..SourceRecords::new(&cvrs, crate::ContestId(0)) })?;
    ranked(rules, &ballots)
}

fn one(rules: &Rules, candidates: usize, ways: &[(u32, &str)]) -> Outcome {
    count(rules, candidates, ways).expect("a count").remove(0)
}

/// Votes by round: `-` for who is out.
fn shown(outcome: &Outcome) -> Vec<String> {
    let votes = |round: &Round| {
        let votes = round.counts.votes.iter().map(|votes| votes.map_or("-".to_owned(), |votes| votes.to_string()));
        votes.collect::<Vec<_>>().join(" ")
    };
    outcome.rounds.iter().map(votes).collect()
}

fn seats(winners: u32, mode: ElectionMode) -> Rules {
    Rules { winners, mode, ..Rules::instant_runoff() }
}

#[test]
fn votes_of_the_last_go_on() {
    let outcome = one(&Rules::instant_runoff(), 3, &[(4, "A"), (3, "B"), (2, "C>B")]);
    assert_eq!(shown(&outcome), ["4 3 2", "4 5 -"]);
    assert_eq!(outcome.winner_names(), ["Ben"]);
    assert_eq!(outcome.rounds[1].threshold, Decimal::whole(5));
    let moved = Transfer { from: Some(2), to: TransferEnd::Candidate(1), votes: Decimal::whole(2) };
    assert_eq!(outcome.rounds[1].counts.transfers, [moved]);
}

#[test]
fn surplus_goes_on_in_fractions() {
    let rules = seats(2, ElectionMode::ManyWinnersPerRound);
    let outcome = one(&rules, 3, &[(6, "A>B"), (2, "A>C"), (1, "B"), (3, "C")]);
    assert_eq!(shown(&outcome), ["8 1 3", "5 3.25 3.75", "5 - 3.75", "5 - 3.75"]);
    assert_eq!(outcome.winner_names(), ["Ada", "Cy"]);
    assert_eq!(outcome.rounds[2].counts.inactive.exhausted_choices.to_string(), "3.25");
}

/// 3 of 7 votes are surplus, 0.4 in one decimal place; 0.2 are left over.
#[test]
fn what_rounding_leaves_is_residual() {
    let rules = Rules { decimal_places: 1, ..seats(2, ElectionMode::ManyWinnersPerRound) };
    let outcome = one(&rules, 3, &[(7, "A>B"), (2, "C")]);
    assert_eq!(shown(&outcome)[1], "4 2.8 2");
    assert_eq!(outcome.rounds[1].residual_surplus.to_string(), "0.2");
}

#[test]
fn one_winner_a_round_defers_the_others() {
    let ways = [(5, "A"), (4, "B"), (1, "C")];
    let at_once = one(&seats(2, ElectionMode::ManyWinnersPerRound), 3, &ways);
    assert_eq!(at_once.rounds[0].decisions.len(), 2);
    let one_by_one = one(&seats(2, ElectionMode::OneWinnerPerRound), 3, &ways);
    assert_eq!(one_by_one.rounds[0].decisions.len(), 1);
    assert_eq!(one_by_one.winner_names(), ["Ada", "Ben"]);
}

/// Of 10 votes and 2 seats: Droop 4, with a decimal place 3.4, Hare 5.
#[test]
fn thresholds_of_several_seats() {
    let rules = Rules { decimal_places: 1, ..seats(2, ElectionMode::ManyWinnersPerRound) };
    let threshold = |rules: &Rules| one(rules, 3, &[(6, "A"), (3, "B"), (1, "C")]).rounds[0].threshold.to_string();
    assert_eq!(threshold(&rules), "4");
    assert_eq!(threshold(&Rules { fractional_threshold: true, ..rules.clone() }), "3.4");
    assert_eq!(threshold(&Rules { hare_quota: true, ..rules }), "5");
}

#[test]
fn bottoms_up_by_seats_and_by_share() {
    let outcome = one(&seats(2, ElectionMode::BottomsUp), 4, &[(5, "A"), (4, "B"), (2, "C>B"), (1, "D>C")]);
    assert_eq!(shown(&outcome), ["5 4 2 1", "5 4 3 -", "5 6 - -"]);
    assert_eq!(outcome.winners.len(), 2);
    let share = |percent| Rules { share_percent: Decimal::parse(percent), ..seats(0, ElectionMode::BottomsUpByShare) };
    // Of 10 votes 20 % are 2: who has just 2 does not exceed it.
    let ways = [(5, "A"), (3, "B"), (2, "C>B")];
    assert_eq!(shown(&one(&share("20"), 3, &ways)), ["5 3 2", "5 5 -"]);
    let outcome = one(&share("19.5"), 3, &ways);
    assert_eq!(shown(&outcome), ["5 3 2"]);
    assert_eq!((outcome.winners.len(), outcome.rounds[0].threshold.to_string()), (3, "1.95".to_owned()));
}

#[test]
fn each_seat_by_a_count_of_its_own() {
    let outcomes = count(&seats(2, ElectionMode::MultiPass), 3, &[(5, "A>B"), (2, "B"), (3, "C")]).expect("counts");
    let winners: Vec<_> = outcomes.iter().flat_map(Outcome::winner_names).collect();
    assert_eq!(winners, ["Ada", "Ben"]);
    assert_eq!(shown(&outcomes[1]), ["- 7 3"]);
}

#[test]
fn eliminations_together() {
    let ways = [(10, "A"), (9, "B"), (2, "C>B"), (1, "D>B")];
    let rules = Rules::instant_runoff();
    assert_eq!(one(&rules, 4, &ways).rounds.len(), 3);
    let batch = Rules { batch_elimination: true, ..rules.clone() };
    assert_eq!(shown(&one(&batch, 4, &ways)), ["10 9 2 1", "10 12 - -"]);
    let all_below = |minimum_votes| {
        let rules = Rules { minimum_votes, decimal_places: 20, ..rules.clone() };
        count(&rules, 4, &ways).map(|outcomes| shown(&outcomes[0])).map_err(|e| e.to_string())
    };
    assert_eq!(all_below(u64::MAX), all_below(1_000));
    let minimum = Rules { minimum_votes: 3, ..rules };
    assert_eq!(shown(&one(&minimum, 4, &ways)), ["10 9 2 1", "10 12 - -"]);
}

#[test]
fn the_count_may_go_on_or_stop_early() {
    let ways = [(6, "A"), (3, "B"), (1, "C>B")];
    let rules = Rules::instant_runoff();
    assert_eq!(shown(&one(&rules, 3, &ways)), ["6 3 1"]);
    let on = Rules { until_two_remain: true, ..rules.clone() };
    assert_eq!(shown(&one(&on, 3, &ways)), ["6 3 1", "6 3 1", "6 4 -"]);
    let stop = Rules { last_round: Some(1), ..rules };
    let outcome = one(&stop, 3, &[(3, "A"), (3, "B"), (1, "C")]);
    assert_eq!((outcome.rounds.len(), outcome.winners.len()), (1, 0));
}

/// Ten votes set the threshold to 6. When two are left, the first of them is elected without it.
#[test]
fn the_first_round_may_set_the_threshold() {
    let rules = Rules { first_round_sets_threshold: true, ..Rules::instant_runoff() };
    let outcome = one(&rules, 3, &[(5, "A"), (3, "B"), (2, "C")]);
    assert_eq!(shown(&outcome), ["5 3 2", "5 3 -"]);
    assert!(outcome.rounds.iter().all(|round| round.threshold == Decimal::whole(6)), "{outcome:?}");
    assert_eq!(outcome.winner_names(), ["Ada"]);
}

#[test]
fn write_ins_go_first_and_never_win() {
    let outcome = one(&Rules::instant_runoff(), 2, &[(6, "W>B"), (3, "A"), (1, "B")]);
    assert_eq!(shown(&outcome), ["3 1 6", "3 7 -"]);
    assert_eq!(outcome.winner_names(), ["Ben"]);
}

#[test]
fn people_are_asked_about_ties() {
    let error = count(&Rules::instant_runoff(), 2, &[(2, "A"), (2, "B")]).expect_err("a tie");
    assert_eq!(error, TabulateError::TieToBreak { round: 1, tied: vec!["Ada".into(), "Ben".into()], to_win: true });
    assert!(error.to_string().contains("Ada, Ben"));
}

#[test]
fn who_is_no_candidate_is_named() {
    let error = count(&Rules::instant_runoff(), 2, &[(2, "A"), (3, "B>C")]).expect_err("Cy is no candidate");
    assert_eq!(error, TabulateError::UnknownCandidate { name: "Cy".into(), cards: 3 });
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let mode = prop_oneof![
        Just((1, ElectionMode::SingleWinnerMajority)),
        (2_u32..4).prop_map(|n| (n, ElectionMode::ManyWinnersPerRound)),
        (2_u32..4).prop_map(|n| (n, ElectionMode::OneWinnerPerRound)),
        (2_u32..4).prop_map(|n| (n, ElectionMode::BottomsUp)),
        (2_u32..4).prop_map(|n| (n, ElectionMode::MultiPass)),
        Just((0, ElectionMode::BottomsUpByShare)),
    ];
    let overvotes = prop_oneof![
        Just(OvervoteRule::AlwaysSkip),
        Just(OvervoteRule::Exhaust),
        Just(OvervoteRule::ExhaustIfSeveralContinue)
    ];
    let ties = prop_oneof![
        any::<i64>().prop_map(|seed| TieRule::Random { seed }),
        any::<i64>().prop_map(|seed| TieRule::EarlierRoundsThenRandom { seed }),
        Just(TieRule::CandidateOrder)
    ];
    let skipped = prop_oneof![Just(None), (0_u32..3).prop_map(Some)];
    (mode, overvotes, ties, skipped, any::<[bool; 6]>(), 1_u8..=20).prop_map(
        |(mode, overvotes, ties, skipped, is, places)| {
            let single = mode.0 == 1 || mode.1 == ElectionMode::MultiPass;
            let by_transfer = matches!(mode.1, ElectionMode::ManyWinnersPerRound | ElectionMode::OneWinnerPerRound);
            Rules {
                mode: mode.1,
                winners: mode.0,
                ties,
                overvotes,
                decimal_places: places,
                share_percent: Decimal::parse("12.5"),
                max_skipped_ranks: skipped,
                fractional_threshold: is[0] && by_transfer,
                hare_quota: is[1] && !is[0] && by_transfer,
                batch_elimination: is[2] && single,
                until_two_remain: is[3] && single,
                first_round_sets_threshold: is[4] && mode.0 == 1,
                exhaust_on_duplicate: is[5],
                ..Rules::instant_runoff()
            }
        },
    )
}

fn any_ways() -> impl Strategy<Value = Vec<(u32, String)>> {
    let rank = prop_oneof![6 => "[A-E]", 1 => "[A-E]=[A-E]", 1 => "-", 1 => "W"];
    let way = proptest::collection::vec(rank, 0..6).prop_map(|ranks| ranks.join(">"));
    proptest::collection::vec((1_u32..6, way), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every vote is in each round once; the order of cards changes nothing; every count ends.
    #[test]
    fn votes_are_kept_and_order_does_not_matter(rules in any_rules(), ways in any_ways()) {
        let ways: Vec<(u32, &str)> = ways.iter().map(|(cards, way)| (*cards, way.as_str())).collect();
        let result = count(&rules, 5, &ways);
        let backwards: Vec<_> = ways.iter().rev().copied().collect();
        prop_assert_eq!(&result, &count(&rules, 5, &backwards));
        let cards: u32 = ways.iter().map(|(cards, _)| cards).sum();
        for outcome in result.into_iter().flatten() {
            for round in &outcome.rounds {
                let counts = &round.counts;
                let inactive = &counts.inactive;
                let apart = [
                    inactive.overvotes,
                    inactive.skipped_rankings,
                    inactive.exhausted_choices,
                    inactive.repeated_rankings,
                    inactive.no_rankings,
                    counts.final_round_surplus,
                    round.residual_surplus,
                ];
                let all = counts.votes.iter().flatten().copied().chain(apart);
                let units: i128 = all.map(|votes| votes.units(20).expect("at most 20 places")).sum();
                prop_assert_eq!(Decimal::new(units, 20).expect("a number"), Decimal::whole(i64::from(cards)));
            }
        }
    }
}
