//! P-values of SHANGRLA's tests of a mean (pbstark/SHANGRLA, commit in each file's `meta`).

#![allow(clippy::print_stdout, reason = "the figures reached are what the run is for")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use pollwarden_rla::{Bet, Estimator, NonnegMean, PValues, RiskLimit, Test};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct File<Row> {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    seed: String,
    n: usize,
    dist: Vec<(f64, f64)>,
    #[serde(rename = "N")]
    population: serde_json::Value,
    test: String,
    est: Option<String>,
    params: BTreeMap<String, f64>,
    u: f64,
    p: Option<f64>,
    n05: Option<usize>,
    n10: Option<usize>,
    p_at: BTreeMap<usize, Option<f64>>,
    p_last: Option<f64>,
}

#[test]
fn shangrla_polling_p_values() {
    p_values("shangrla_polling_pvalues.json");
}

#[test]
fn shangrla_comparison_p_values() {
    p_values("shangrla_comparison_pvalues.json");
}

fn p_values(name: &str) {
    let Some(file) = vectors::<Row>(name) else { return };
    let mut agreed = BTreeMap::<String, (usize, usize)>::new();
    let mut fractions = BTreeMap::new();
    for row in &file.rows {
        let kind = format!("{} {} N={}", row.test, row.est.as_deref().unwrap_or(""), row.population);
        let count = agreed.entry(kind).or_default();
        count.1 += 1;
        let fractions = fractions.entry((row.seed.clone(), row.n)).or_insert_with(|| fractions_of(&row.seed, row.n));
        match disagreement(row, &values(fractions, &row.dist)) {
            None => count.0 += 1,
            Some(what) => println!("{} {} {:?}: {what}", row.seed, row.test, row.est),
        }
    }
    for (kind, (same, all)) in &agreed {
        println!("{name}: {kind}: {same}/{all}");
    }
    assert!(agreed.values().all(|(same, all)| same == all), "{name}: some rows disagree");
}

#[derive(Deserialize)]
struct SizeRow {
    #[serde(rename = "N")]
    population: u64,
    diluted_margin: f64,
    o1: f64,
    o2: f64,
    alpha: f64,
    test: String,
    est: Option<String>,
    params: BTreeMap<String, f64>,
    u: f64,
    sample_size: u64,
}

#[test]
fn shangrla_comparison_sample_sizes() {
    let name = "shangrla_comparison_sample_sizes.json";
    let Some(file) = vectors::<SizeRow>(name) else { return };
    let mut agreed = 0;
    for row in &file.rows {
        let test = NonnegMean {
            test: test_of(&row.test, row.est.as_deref(), &row.params),
            upper: row.u,
            null_mean: 0.5,
            population: Some(row.population),
        };
        let limit = RiskLimit::new(row.alpha).expect("a risk limit");
        let ours = test.sample_size(&repeated(&pilot(row), row.population), limit).unwrap_or(row.population);
        if ours == row.sample_size {
            agreed += 1;
        } else {
            println!(
                "{name}: N {} margin {} o1 {} o2 {} {:?}: {ours} for {}",
                row.population, row.diluted_margin, row.o1, row.o2, row.est, row.sample_size
            );
        }
    }
    println!("{name}: {agreed}/{}", file.rows.len());
    assert_eq!(agreed, file.rows.len());
}

/// SHANGRLA says that it tiles the pilot, and repeats each of its values instead (`numpy.repeat`): a population of 300,000
/// begins with thirty times the first value, then thirty times the second. The first error comes thirty times as late as in
/// the pilot, and the sizes are too small: of the row with N 300,000, margin 2 %, o1 1 %, o2 0.1 % the size 301 is that of a
/// pilot without any error. `sample_size` tiles; to agree, it is given the values as SHANGRLA had them.
fn repeated(pilot: &[f64], population: u64) -> Vec<f64> {
    let times = (population as usize).div_ceil(pilot.len());
    pilot.iter().flat_map(|x| std::iter::repeat_n(*x, times)).collect()
}

#[test]
fn shangrla_repeats_where_it_means_to_tile() {
    let clean = 1.0 / 1.98;
    let test = NonnegMean {
        test: Test::Alpha(Estimator::OptimalComparison { error_rate_2: 0.0001 }),
        upper: 2.0 * clean,
        null_mean: 0.5,
        population: Some(300_000),
    };
    let limit = RiskLimit::new(0.05).expect("a risk limit");
    let mut pilot = vec![clean; 10_000];
    (0..100).for_each(|k| pilot[k * 100 + 50] = clean / 2.0);
    let without_errors = test.sample_size(&[clean], limit).expect("no error, no full count");
    assert_eq!(test.sample_size(&repeated(&pilot, 300_000), limit), Some(without_errors));
    assert!(test.sample_size(&pilot, limit).is_none_or(|n| n > without_errors));
}

/// The rule in the file's `meta`: overstatements spread evenly over 10,000 values.
fn pilot(row: &SizeRow) -> Vec<f64> {
    let length = 10_000;
    let clean = 1.0 / (2.0 - row.diluted_margin);
    let mut values = vec![clean; length];
    for (rate, value, part) in [(row.o1, clean / 2.0, 2), (row.o2, 0.0, 3)] {
        let errors = (rate * length as f64).round() as usize;
        for at in 0..errors {
            values[at * (length / errors) + length / (part * errors)] = value;
        }
    }
    values
}

fn disagreement(row: &Row, xs: &[f64]) -> Option<String> {
    let test = NonnegMean {
        test: test_of(&row.test, row.est.as_deref(), &row.params),
        upper: row.u,
        null_mean: 0.5,
        population: row.population.as_u64(),
    };
    let ours = if row.test == "wald_sprt" { multiplied_twice(&test, xs) } else { test.p_values(xs) };
    let crossing = |limit: f64| ours.history.iter().position(|p| *p <= limit).map(|at| at + 1);
    let pairs = row.p_at.iter().map(|(n, p)| (format!("p after {n}"), ours.history[n - 1], *p));
    let ends = [("p".to_owned(), ours.p, row.p), ("last p".to_owned(), ours.history[row.n - 1], row.p_last)];
    let told = row.p_at.values().all(Option::is_some);
    let agrees = |ours: f64, theirs: Option<f64>| match theirs {
        Some(theirs) if told || theirs < 1.0 => same(ours, theirs),
        _ => (0.0..=1.0).contains(&ours) && agrapa_divides_by_zero(row, xs),
    };
    let mut wrong =
        pairs.chain(ends).filter(|(_, a, b)| !agrees(*a, *b)).map(|(w, a, b)| format!("{w}: {a} for {b:?}"));
    if let Some(wrong) = wrong.next() {
        return Some(wrong);
    }
    let crossings = (crossing(0.05), crossing(0.1));
    (told && crossings != (row.n05, row.n10)).then(|| format!("{crossings:?} for {:?}", (row.n05, row.n10)))
}

/// Some vectors are no numbers (NaN): SHANGRLA's aGRAPA divides the mean's lead by variance plus squared lead, which is 0/0
/// where all draws so far were undervotes (1/2, the null's mean). There is nothing to bet on then, and ours bets nothing. SHANGRLA's overall p is then 1.
fn agrapa_divides_by_zero(row: &Row, xs: &[f64]) -> bool {
    row.est.as_deref() == Some("agrapa") && xs[0] == 0.5
}

/// What SHANGRLA's `wald_sprt` calls p-values: it takes the running product of what is a running product already. They are
/// no p-values, as `shangrla_sprt_is_no_test` proves. Ours are ALPHA's with a fixed mean; the vectors are made of ours here.
fn multiplied_twice(test: &NonnegMean, xs: &[f64]) -> PValues {
    let mut running = test.begin();
    let mut product = 1.0f64;
    let mut twice = |x: &f64| {
        running.push(*x);
        product *= running.ln_evidence().exp();
        (1.0 / product).min(1.0)
    };
    let history: Vec<f64> = xs.iter().map(&mut twice).collect();
    PValues { p: history.iter().copied().fold(f64::INFINITY, f64::min), history }
}

/// A tie and two draws with replacement: the four sequences are equally likely, and what SHANGRLA multiplies has a mean
/// above 1, so that one over it is no p-value; ours has a mean of 1.
#[test]
fn shangrla_sprt_is_no_test() {
    let test = NonnegMean { test: Test::WaldSprt { eta: 0.6 }, upper: 1.0, null_mean: 0.5, population: None };
    let mean = |evidence: &dyn Fn(&[f64]) -> f64| {
        let all = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
        all.iter().map(|xs| evidence(xs)).sum::<f64>() / 4.0
    };
    let evidence = |xs: &[f64]| {
        let mut running = test.begin();
        xs.iter().for_each(|x| {
            running.push(*x);
        });
        running.ln_evidence().exp()
    };
    assert!((mean(&evidence) - 1.0).abs() < 1e-12);
    let twice = |xs: &[f64]| evidence(&xs[..1]) * evidence(xs);
    assert!((mean(&twice) - 1.04).abs() < 1e-12);
}

fn same(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * theirs.abs()
}

fn test_of(test: &str, estimator: Option<&str>, params: &BTreeMap<String, f64>) -> Test {
    let p = |name: &str| params[name];
    match (test, estimator) {
        ("alpha_mart", Some("fixed_alternative_mean")) => Test::Alpha(Estimator::Fixed { eta: p("eta") }),
        ("alpha_mart", Some("shrink_trunc")) => {
            let (eta, c, d, f, min_sd) = (p("eta"), p("c"), p("d"), p("f"), p("minsd"));
            Test::Alpha(Estimator::ShrinkTrunc { eta, c, d, f, min_sd })
        }
        ("alpha_mart", Some("optimal_comparison")) => {
            Test::Alpha(Estimator::OptimalComparison { error_rate_2: p("error_rate_2") })
        }
        ("betting_mart", Some("fixed_bet")) => Test::Betting(Bet::Fixed { lambda: p("lam") }),
        ("betting_mart", Some("agrapa")) => Test::Betting(Bet::Agrapa {
            first: p("lam"),
            c_first: p("c_grapa_0"),
            c_last: p("c_grapa_max"),
            c_growth: p("c_grapa_grow"),
        }),
        ("kaplan_kolmogorov", _) => Test::KaplanKolmogorov { g: p("g") },
        ("kaplan_markov", _) => Test::KaplanMarkov { g: p("g") },
        ("kaplan_wald", _) => Test::KaplanWald { g: p("g") },
        ("wald_sprt", _) => Test::WaldSprt { eta: p("eta") },
        other => panic!("no such test: {other:?}"),
    }
}

/// The rule in the files' `meta`: fractions made of digests.
fn fractions_of(seed: &str, n: usize) -> Vec<f64> {
    let fraction = |i: usize| {
        let digest = Sha256::digest(format!("{seed}:{i}"));
        let mut head = [0; 8];
        head.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(head) as f64 / 18_446_744_073_709_551_616.0
    };
    (0..n).map(fraction).collect()
}

/// The first value whose cumulated share is above each fraction.
fn values(fractions: &[f64], shares: &[(f64, f64)]) -> Vec<f64> {
    let mut end = 0.0;
    let ends: Vec<(f64, f64)> = shares
        .iter()
        .map(|(value, share)| {
            end += share;
            (*value, end)
        })
        .collect();
    let value = |r: &f64| ends.iter().find(|(_, end)| r < end).or(ends.last()).expect("a distribution has values").0;
    fractions.iter().map(value).collect()
}

fn vectors<Row: for<'a> Deserialize<'a>>(name: &str) -> Option<File<Row>> {
    let Some(root) = pollwarden_testkit::data_root() else {
        println!("{name}: skipped, no shared data");
        return None;
    };
    let folder: PathBuf = root.join("count/vectors");
    let (plain, packed) = (folder.join(name), folder.join(format!("{name}.zst")));
    let text = if plain.exists() {
        std::fs::read(plain).expect("a readable file")
    } else if packed.exists() {
        pollwarden_testkit::zst(packed)
    } else {
        println!("{name}: not there");
        return None;
    };
    // Python writes a NaN, which JSON does not know.
    let text = String::from_utf8(text).expect("vectors are text").replace("NaN", "null");
    Some(serde_json::from_str(&text).expect("vectors as described in the data's README"))
}
