//! Findings over many invented counts whose truth is known: how often honest counts are accused, and how often altered ones are
//! found. The figures stand in docs/accuracy.md.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

mod invented;

use std::collections::BTreeMap;

use invented::{CLERK, Count};
use pollwarden_core::{Answer, Audience, Coverage, Scope, Source};
use pollwarden_count::audit::{Audit, Files};
use pollwarden_count::{Cvrs, Evidence, answer};
use rand::seq::index::sample;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// Counts of each kind: few in every run, as many as POLLWARDEN_COUNTS says for the page.
fn counts_of_each_kind() -> u64 {
    std::env::var("POLLWARDEN_COUNTS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

fn answered(count: &Count) -> Answer {
    let mut coverage = Coverage { rows: count.cards(), ..Coverage::default() };
    coverage.sources.push(Source::named("cvrs.csv"));
    answer(&count.evidence(), coverage, Scope::unnamed(&[7; 32]), false)
}

/// Findings for the clerk.
fn found(answer: &Answer) -> Vec<&'static str> {
    answer.findings.iter().filter(|f| f.audience == Audience::Clerk).map(|f| f.detector).collect()
}

/// 1 to 40 batches of 40 to 200 cards; 50 to 500 draws.
fn invented(rng: &mut StdRng, least: usize) -> Count {
    let batches: Vec<usize> = (0..rng.random_range(least..=40)).map(|_| rng.random_range(40..=200)).collect();
    let share = rng.random_range(0.5..0.8);
    let count = Count::new(rng.random(), &batches, share);
    let draws = rng.random_range(50..=500).min(count.cards());
    count.audit(&rng.random::<u64>().to_string(), &[draws])
}

/// A share of cards is read otherwise by the machine, in either contest.
fn misread(count: &mut Count, rate: f64, rng: &mut StdRng) {
    for card in count.records.iter_mut().flatten() {
        for mark in card.iter_mut() {
            if rng.random::<f64>() < rate {
                *mark = [None, Some(0), Some(1)][rng.random_range(0..3)];
            }
        }
    }
}

fn reported_as_on_paper(count: &Count) -> bool {
    let wins = |totals: [u64; 3]| totals[0].cmp(&totals[1]);
    [0, 1].iter().all(|c| wins(Count::totals(&count.paper, *c)) == wins(Count::totals(&count.records, *c)))
}

#[test]
fn honest_counts_are_hardly_ever_accused() {
    let mut rng = StdRng::seed_from_u64(1);
    let mut accused: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut confirmed, mut counts, mut one_batch) = (0, 0, 0);
    let wanted = counts_of_each_kind();
    while counts < wanted {
        let mut count = invented(&mut rng, 1);
        let rate = rng.random_range(0.001..0.005);
        misread(&mut count, rate, &mut rng);
        if !reported_as_on_paper(&count) {
            continue;
        }
        counts += 1;
        one_batch += u64::from(count.paper.len() == 1);
        let answer = answered(&count);
        confirmed += u64::from(answer.coverage.can_rule_out());
        found(&answer).into_iter().for_each(|id| *accused.entry(id).or_default() += 1);
    }
    println!(
        "{counts} honest counts ({one_batch} of one batch), {confirmed} confirmed; findings for the clerk: {accused:?}"
    );
    assert!(accused.values().sum::<u64>() <= wanted / 50, "{accused:?}");
}

#[test]
fn an_exchanged_batch_is_found_by_the_cards_drawn_from_it() {
    let mut rng = StdRng::seed_from_u64(2);
    // By drawn cards of the batch: counts, found, named as an exchange, and how often another batch was named.
    let mut by_drawn: BTreeMap<u64, [u64; 3]> = BTreeMap::new();
    let mut others = 0;
    let wanted = counts_of_each_kind();
    for _ in 0..wanted {
        let mut count = invented(&mut rng, 5);
        misread(&mut count, 0.002, &mut rng);
        let batch = rng.random_range(0..count.paper.len());
        // A share of 5 to 20 % of all cards lies in that batch.
        let others_cards = count.cards() - count.paper[batch].len() as u64;
        let size = (others_cards as f64 * rng.random_range(0.05..0.2) / 0.9) as usize;
        let whole = Count::new(rng.random(), &[size], 0.5);
        (count.paper[batch], count.records[batch]) = (whole.paper[0].clone(), whole.records[0].clone());
        let count = count.exchange(batch);
        let drawn = count.drawn().iter().filter(|row| row.batch == batch).count() as u64;
        let answer = answered(&count);
        let name = format!("batch {} of", batch + 1);
        let of = |right: bool| {
            let all = answer.findings.iter().filter(|f| f.detector == "count/altered-batch");
            all.filter(move |f| f.title.starts_with(CLERK) && f.title.contains(&name) == right).collect::<Vec<_>>()
        };
        let class = [1, 3, 5, 10, 20].iter().rev().find(|least| drawn >= **least).copied().unwrap_or(0);
        let sums = by_drawn.entry(class).or_default();
        let right = of(true);
        sums[0] += 1;
        sums[1] += u64::from(!right.is_empty());
        sums[2] += u64::from(right.iter().any(|f| f.title.contains("exchanged")));
        let name = format!("batch {} of", batch + 1);
        others +=
            answer.findings.iter().filter(|f| f.detector == "count/altered-batch" && !f.title.contains(&name)).count();
    }
    for (drawn, [counts, found, named]) in &by_drawn {
        println!(
            "at least {drawn} drawn cards of the batch: {counts} counts, {found} found, {named} named as an exchange"
        );
    }
    println!("other batches named: {others}");
    let many = by_drawn.range(10..).map(|(_, sums)| sums);
    let (counts, found) = many.fold((0, 0), |sum, of| (sum.0 + of[0], sum.1 + of[1]));
    assert!(found * 20 >= counts * 19, "{by_drawn:?}");
    assert!(others as u64 <= wanted / 50, "{others}");
}

/// Records that overstate the winner's lead, while the paper has it right by a hair or wrong.
fn overstated(rng: &mut StdRng, lead: i64) -> Count {
    let (cards, reported) = (3000_i64, 200);
    let paper = |lead: i64| ((cards - lead) / 2) as usize;
    let mut count = Count::new(rng.random(), &[500; 6], 0.5);
    let order = sample(rng, cards as usize, cards as usize).into_vec();
    for (at, card) in order.into_iter().enumerate() {
        let (batch, position) = (card / 500, card % 500);
        count.paper[batch][position][0] = Some(usize::from(at < paper(lead)));
        count.records[batch][position][0] = Some(usize::from(at < paper(reported)));
    }
    let draws = rng.random_range(50..=500);
    count.audit(&rng.random::<u64>().to_string(), &[draws])
}

/// How many of such counts the paper is said to contradict; without records, only cards and report are there.
fn contradicted(lead: i64, polling: bool, counts: u64, seed: u64) -> u64 {
    let mut rng = StdRng::seed_from_u64(seed);
    let said = |count: Count| {
        let mut evidence = count.evidence();
        if polling {
            evidence.cvrs = Cvrs::default();
            let Evidence { cvrs, manifest, results, board, audit, .. } = &evidence;
            let settings = audit.as_ref().expect("an audit").settings.clone();
            let again = Audit::run(&settings, Files { cvrs, manifest, results, board }).expect("an audit");
            evidence.audit = Some(again);
        }
        let answer = answer(&evidence, Coverage::default(), Scope::unnamed(&[7; 32]), false);
        answer.findings.iter().any(|f| f.detector == "count/wrong-outcome" && f.title.starts_with(CLERK))
    };
    (0..counts).filter(|_| said(overstated(&mut rng, lead))).count() as u64
}

#[test]
fn the_paper_contradicts_right_outcomes_no_oftener_than_the_risk_limit_allows() {
    let wanted = counts_of_each_kind();
    for (how, polling) in [("comparison", false), ("polling", true)] {
        let hair = contradicted(2, polling, wanted, 3);
        let rows = [-200, -600, -1200].map(|lead| (lead, contradicted(lead, polling, wanted / 3, 4)));
        println!(
            "by {how}: right by a hair: {hair} of {wanted} contradicted; wrong by so many votes of 3000, of {}: {rows:?}",
            wanted / 3
        );
        // 5 %, and three standard deviations of chance.
        let most = 0.05 * wanted as f64 + 3.0 * (0.05 * 0.95 * wanted as f64).sqrt();
        assert!(hair as f64 <= most, "{how}: {hair}");
        assert!(rows[2].1 * 3 > wanted / 2, "{how}: {rows:?}");
    }
}
