//! SUITE beside Arlo's numbers and CORLA18's table of power.

use std::collections::HashMap;

use pollwarden_rla::suite::trihypergeometric::OneLook;
use pollwarden_rla::suite::{ComparisonStratum, PollingSample, PollingStratum, Suite, arlo};
use pollwarden_rla::super_simple::{Misstatements, SuperSimple};
use pollwarden_testkit::{data_root, folders, zst};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::{Tried, integer, limit, rows, vectors};

fn suite(row: &Value) -> Suite {
    let votes = |key: &str, of: &str| integer(&row[key]) - integer(&row[of]);
    let sampled = |name: &str| -> u64 {
        row["sample_poll"].as_object().expect("rounds").values().map(|round| integer(&round[name])).sum()
    };
    let found =
        Misstatements { over_by_one: integer(&row["o1"]), over_by_two: integer(&row["o2"]), ..Default::default() };
    let comparison = ComparisonStratum {
        cards: integer(&row["N_cvr"]),
        lead: integer(&row["A_cvr"]) as i64 - integer(&row["B_cvr"]) as i64,
        sample: integer(&row["sample_cvr"]),
        found,
    };
    let polling = PollingStratum {
        cards: votes("N", "N_cvr"),
        winner_votes: votes("A", "A_cvr"),
        loser_votes: votes("B", "B_cvr"),
        sample: PollingSample { cards: sampled("A") + sampled("B"), winner: sampled("A"), loser: sampled("B") },
    };
    Suite::new(comparison, polling, SuperSimple::default()).expect("two strata")
}

/// The samples of a row, or none yet.
fn unsampled(suite: &Suite) -> Suite {
    let comparison = ComparisonStratum { sample: 0, found: Misstatements::default(), ..*suite.comparison() };
    let polling = PollingStratum { sample: PollingSample::default(), ..*suite.polling() };
    Suite::new(comparison, polling, SuperSimple::default()).expect("two strata")
}

/// Arlo's largest chance on a grid, to its digits; and the exact one, which decides alike. Proof that Arlo's is not the largest: the
/// exact one is the combination of both chances at a lead that the cards allow, and it is above Arlo's in some rows (by 2 % and
/// more above the limit, where Arlo stops to look) and in none below by more than the digits that Arlo loses.
#[test]
fn arlo_suite() {
    let (mut risks, mut sizes) = (Tried::default(), Tried::default());
    let (mut decided, mut too_low) = (0, 0);
    for row in vectors("arlo_suite").iter().flat_map(rows) {
        let suite = suite(&row);
        let limit = limit(row["risk_limit"].as_f64().expect("a limit") / 100.0);
        let theirs = row["p"][0].as_f64().expect("p");
        risks.near(arlo::risk(&suite, limit), theirs, 1e-6 * theirs + 1e-15, || row.to_string());
        let exact = suite.risk();
        assert_eq!(exact <= limit.share(), row["p"][1] == "True", "{row}");
        assert!(exact >= theirs * (1.0 - 1e-6) - 1e-15, "exact {exact:e}: {row}");
        decided += 1;
        too_low += usize::from(exact > theirs * 1.01 + 1e-15);
        if let Some(first) = row["first_round"].as_object() {
            let theirs = (integer(&first["cvr"]), integer(&first["non_cvr"]));
            let fresh = unsampled(&suite);
            let planned = arlo::first_sizes(&fresh, limit).map(|sizes| (sizes.comparison, sizes.polling));
            sizes.equal(planned, Some(theirs), || row.to_string());
            let plan = fresh.plan(limit);
            assert!(plan.total() <= theirs.0 + theirs.1, "{plan:?}: {row}");
        }
    }
    println!("arlo_suite: {decided} decisions alike; in {too_low} rows Arlo's risk is more than 1 % too low");
    risks.report("arlo_suite, risk");
    sizes.report("arlo_suite, first sizes");
}

/// CORLA18's notebook `power.ipynb`: of 100 samples from 1,000 cards, drawn with replacement, the share that a test rejects.
/// Each published share lies within five standard deviations of ours.
///
/// The hypergeometric shares for null margins above 0 are all 0 there: its search goes down to totals without a vote for the loser,
/// where the winner's share of the cards for either is certain and the chance is 1. Such totals can't give a sample with a vote
/// for the loser; without them the test rejects more, and is still a p-value (tested beside it). So those shares are compared
/// one-sidedly.
#[test]
fn corla18_power_of_polling_tests() {
    let Some(root) = data_root() else { return println!("skipped: no shared data") };
    let mut tried = Tried::default();
    let mut chances = HashMap::new();
    let mut random = ChaCha8Rng::seed_from_u64(20_180_912);
    for path in folders(root.join("count/tables/suite")) {
        let bytes = zst(&path);
        let mut table = csv::Reader::from_reader(&bytes[..]);
        let columns = table.headers().expect("a heading").clone();
        for row in table.records() {
            let row = row.expect("a row");
            let named: HashMap<&str, &str> = columns.iter().zip(&row).collect();
            let number = |name: &str| named[name].parse::<f64>().expect("a number");
            let shares = rejected(&number, &mut random, &mut chances);
            for (name, ours) in &shares {
                let published = number(name);
                let never = name.ends_with("hyp") && number("null margin") > 0.0;
                if never {
                    tried.equal(published, 0.0, || format!("{name}: {row:?}"));
                } else {
                    let alike = alike(published, *ours);
                    tried.equal(alike, true, || format!("{name} {published} is not {ours}: {row:?}"));
                }
            }
        }
    }
    tried.report("suite/power-results");
}

const REPEATS: u32 = 100;

type Chances = HashMap<(u64, u64, u64, u64), [f64; 2]>;

/// Shares of samples rejected at each level by both tests, by the table's column.
fn rejected(number: &dyn Fn(&str) -> f64, random: &mut ChaCha8Rng, chances: &mut Chances) -> Vec<(String, f64)> {
    let (cards, invalid, margin) = (number("popsize"), number("invalid_rate"), number("vote margin"));
    let half = (1.0 - invalid) / 2.0 * cards;
    let more = (1.0 - invalid) * cards * (margin / 2.0);
    let [loser, winner, neither] = [half - more, half + more, invalid * cards].map(|votes| votes as u64);
    let (drawn, null) = (number("sample size") as u64, number("null margin") as u64);
    let mut below = HashMap::new();
    for _ in 0..REPEATS {
        let mut sample = PollingSample { cards: drawn, ..Default::default() };
        for _ in 0..drawn {
            let card = random.random_range(0..winner + loser + neither);
            sample.winner += u64::from(card < winner);
            sample.loser += u64::from((winner..winner + loser).contains(&card));
        }
        let key = (drawn, null, sample.winner, sample.loser);
        let both = chances.entry(key).or_insert_with(|| {
            let look = OneLook { cards: cards as u64, sample, null_lead: null as i64 };
            // Not above the largest level in the table: the exact chance does not matter there.
            [look.tri_hypergeometric(0.1), look.hypergeometric(0.1)].map(|p| p.expect("a small stratum"))
        });
        for (test, chance) in ["tri", "hyp"].into_iter().zip(both) {
            for level in [1u32, 5, 10] {
                let name = format!("{level}% rejection rate - {test}");
                *below.entry(name).or_insert(0u32) += u32::from(*chance <= f64::from(level) / 100.0);
            }
        }
    }
    below.into_iter().map(|(name, count)| (name, f64::from(count) / f64::from(REPEATS))).collect()
}

/// Whether a share of 100 and one of `REPEATS` may have the same chance behind them: they differ by at most five standard
/// deviations of the difference.
fn alike(published: f64, ours: f64) -> bool {
    let (few, many) = (100.0, f64::from(REPEATS));
    let pooled = (published * few + ours * many + 1.0) / (few + many + 2.0);
    let spread = (pooled * (1.0 - pooled) * (1.0 / few + 1.0 / many)).sqrt();
    (published - ours).abs() <= 5.0 * spread
}
