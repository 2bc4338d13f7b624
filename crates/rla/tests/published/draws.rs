//! Draws from a public seed and batch comparison, against the programs whose rules they follow.

#![allow(clippy::print_stdout, reason = "prints the figures reached")]

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use pollwarden_rla::batch::{BatchComparison, BatchTally, Understatements};
use pollwarden_rla::draw::{ArloBallot, ArloBatch, Replacement, Ticketed, colorado, consistent, cryptorandom, ppeb};
use pollwarden_rla::{RiskLimit, Tally};
use pollwarden_testkit::{data_root, folders, zst};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Files of the shared data whose names begin so.
fn files(folder: &str, name: &str) -> Vec<PathBuf> {
    let Some(root) = data_root() else {
        println!("skipped: no shared data");
        return Vec::new();
    };
    let named = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
    folders(root.join("count").join(folder)).into_iter().filter(named).collect()
}

/// Rows of the vectors in files whose names begin so.
fn rows<Row: for<'de> Deserialize<'de>>(name: &str) -> Vec<Row> {
    #[derive(Deserialize)]
    struct Vectors<Row> {
        rows: Vec<Row>,
    }
    let read = |path| serde_json::from_slice::<Vectors<Row>>(&zst(path)).expect("vectors of this kind").rows;
    files("vectors", name).into_iter().flat_map(read).collect()
}

/// Prints how many rows agree and fails where one does not.
fn all_agree<Row>(name: &str, rows: &[Row], agrees: impl FnMut(&&Row) -> bool) {
    let agreed = rows.iter().filter(agrees).count();
    println!("{name}: {agreed}/{}", rows.len());
    assert_eq!(agreed, rows.len(), "{name}");
}

fn replacement(with: bool) -> Replacement {
    if with { Replacement::With } else { Replacement::Without }
}

#[test]
fn colorado_picks() {
    #[derive(Deserialize)]
    struct Row {
        seed: String,
        with_replacement: bool,
        min: u64,
        max: u64,
        first: Vec<u64>,
    }
    all_agree("corla_prng", &rows("corla_prng"), |row: &&Row| {
        let picks = colorado::picks(&row.seed, row.min, row.max, replacement(row.with_replacement)).expect("a range");
        picks.take(row.first.len()).eq(row.first.iter().copied())
    });
}

/// A ticket as the vectors have it: its digits, the id, the generation.
type Shown<Id> = (String, Id, u32);

fn shown<I, Id>(ticketed: &Ticketed<I>, id: impl Fn(&I) -> Id) -> Shown<Id> {
    (ticketed.ticket.trimmed(18).to_string(), id(&ticketed.id), ticketed.generation)
}

#[test]
fn consistent_sampler_tickets() {
    #[derive(Deserialize)]
    struct Row {
        seed: String,
        ids: String,
        with_replacement: bool,
        tickets: Vec<Shown<String>>,
    }
    all_agree("consistent_sampler_tickets", &rows("consistent_sampler_tickets"), |row: &&Row| {
        let drawn = consistent::draw(range(&row.ids), &row.seed, row.tickets.len(), replacement(row.with_replacement))
            .expect("ids");
        drawn.iter().map(|t| shown(t, String::clone)).eq(row.tickets.iter().cloned())
    });
}

/// Ids from `AB-1..AB-30`.
fn range(ids: &str) -> impl Iterator<Item = String> {
    let (first, last) = ids.split_once("..").expect("a range of ids");
    let number = |id: &str| id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().expect("a number");
    let start = first.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    (number(first)..=number(last)).map(move |n| format!("{start}{n}"))
}

#[test]
fn consistent_sampler_arlo_draws() {
    #[derive(Deserialize)]
    struct Row {
        seed: String,
        manifest: Vec<(String, String, u64)>,
        with_replacement: bool,
        sample: Vec<Shown<(String, String, u64)>>,
    }
    all_agree("consistent_sampler_arlo_draws", &rows("consistent_sampler_arlo_draws"), |row: &&Row| {
        let ballots = row
            .manifest
            .iter()
            .flat_map(|(jurisdiction, batch, ballots)| ArloBatch { jurisdiction, batch }.ballots(*ballots));
        let drawn =
            consistent::draw(ballots, &row.seed, row.sample.len(), replacement(row.with_replacement)).expect("ids");
        let named = |id: &ArloBallot<'_>| (id.batch.jurisdiction.to_owned(), id.batch.batch.to_owned(), id.position);
        drawn.iter().map(|t| shown(t, named)).eq(row.sample.iter().cloned())
    });
}

#[derive(Deserialize)]
struct MacroRow {
    batches: Batches,
    contest: HashMap<String, u64>,
    risk_limit: f64,
    #[serde(rename = "U")]
    total_bound: f64,
    n0: usize,
    seed: String,
    draw: Vec<(String, String)>,
    audited: HashMap<String, HashMap<String, u64>>,
    p: Option<f64>,
    done: Option<bool>,
    next_n: Option<usize>,
}

/// Batches in the order in which they are listed, or "as previous row".
#[derive(Deserialize)]
#[serde(untagged)]
enum Batches {
    Listed(Listed),
    AsPreviousRow(#[expect(dead_code, reason = "only that it is text matters")] String),
}

#[derive(Clone, Default)]
struct Listed(Vec<(String, HashMap<String, u64>)>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Listed;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("batches by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listed, A::Error> {
                let mut listed = Vec::new();
                while let Some(batch) = map.next_entry()? {
                    listed.push(batch);
                }
                Ok(Listed(listed))
            }
        }
        from.deserialize_map(InOrder)
    }
}

/// A row with its batches, of which "as previous row" names the last ones given.
struct MacroCase {
    row: MacroRow,
    names: Vec<String>,
    candidates: Vec<String>,
    audit: BatchComparison,
}

#[test]
fn macro_of_arlo() {
    let cases = macro_cases();
    all_agree("arlo_macro U", &cases, |case: &&MacroCase| near(case.audit.total_bound(), case.row.total_bound, 1e-12));
    all_agree("arlo_macro n0", &cases, |case: &&MacroCase| case.audit.size_arlo(case.limit(), 1.0) == case.row.n0);
    all_agree("arlo_macro draw", &cases, |case: &&MacroCase| case.draws_agree());
    all_agree("arlo_macro p, done, next", &cases, |case: &&MacroCase| case.risk_agrees());
    all_agree("arlo_macro: our first size is no greater", &cases, |case: &&MacroCase| {
        let ours = case.audit.first_size(case.limit());
        ours <= case.row.n0 && case.audit.first_size_without_replacement(case.limit()) <= ours
    });
}

fn macro_cases() -> Vec<MacroCase> {
    let mut batches = Listed::default();
    let case = |row: MacroRow| {
        if let Batches::Listed(given) = &row.batches {
            batches = given.clone();
        }
        let of_contest = ["ballots", "numWinners", "votesAllowed"];
        let mut candidates: Vec<String> =
            row.contest.keys().filter(|k| !of_contest.contains(&k.as_str())).cloned().collect();
        candidates.sort();
        let votes = candidates.iter().map(|name| row.contest[name]).collect();
        let [ballots, winners, allowed] = of_contest.map(|key| row.contest[key]);
        let tally = Tally::new(ballots, winners as usize, allowed as u32, votes).expect("a contest");
        let reported = batches.0.iter().map(|(_, votes)| batch_tally(votes, &candidates)).collect();
        let audit = BatchComparison::new(tally, reported).expect("batches that add up");
        MacroCase { row, names: batches.0.iter().map(|(name, _)| name.clone()).collect(), candidates, audit }
    };
    rows::<MacroRow>("arlo_macro").into_iter().map(case).collect()
}

fn batch_tally(votes: &HashMap<String, u64>, candidates: &[String]) -> BatchTally {
    BatchTally { ballots: votes["ballots"], votes: candidates.iter().map(|name| votes[name]).collect() }
}

fn near(ours: f64, theirs: f64, relative: f64) -> bool {
    (ours - theirs).abs() <= relative * theirs.abs()
}

impl MacroCase {
    fn limit(&self) -> RiskLimit {
        RiskLimit::new(self.row.risk_limit / 100.0).expect("a share")
    }

    fn draws_agree(&self) -> bool {
        let named = self.names.iter().map(|name| {
            let (jurisdiction, batch) = name.split_once('|').expect("jurisdiction and batch");
            ArloBatch { jurisdiction, batch }
        });
        let batches: Vec<(ArloBatch<'_>, f64)> = named.zip(self.audit.bounds()).collect();
        let drawn = ppeb::draw(&self.row.seed, &batches, &[], self.row.n0).expect("bounds");
        let drawn = drawn.batches.into_iter().map(|drawn| (drawn.ticket.to_string(), self.names[drawn.batch].clone()));
        drawn.eq(self.row.draw.iter().cloned())
    }

    /// Arlo computes the risk in the order of the tickets' digits, and gives none once all batches are counted.
    fn risk_agrees(&self) -> bool {
        let place: HashMap<&str, usize> = self.names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut by_ticket = self.row.draw.clone();
        by_ticket.sort();
        let draws: Vec<usize> = by_ticket.iter().map(|(_, name)| place[name.as_str()]).collect();
        let counted = |name: &String| self.row.audited.get(name).map(|votes| batch_tally(votes, &self.candidates));
        let counted: Vec<Option<BatchTally>> = self.names.iter().map(counted).collect();
        let trail = self
            .audit
            .trail(&draws, draws.len(), &counted, Replacement::With, Understatements::Ignored)
            .expect("counts of the drawn batches");
        let done = trail.last() <= self.limit().share();
        let next = self.audit.size_arlo(self.limit(), trail.last());
        self.row.p.is_none_or(|p| near(trail.last(), p, 1e-9))
            && self.row.done.is_none_or(|theirs| theirs == done)
            && self.row.next_n.is_none_or(|n| n == next)
    }
}

/// San Francisco 2019: the sample's cards are `sample_by_index` over the cast vote records, counted from 0; its file repeats the
/// samples of rehearsals before the one drawn by the official seed, each under its own header.
#[test]
fn shangrla_sample_of_san_francisco() {
    for path in files("irv/sfda2019", "shangrla_sample_seed") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let seed = name.trim_start_matches("shangrla_sample_seed");
        let cards = cards_of_raire();
        let sample = last_sample(&zst(&path));
        let drawn = cryptorandom::by_index(seed, cards.len() as u64, sample.len() as u64).expect("fewer than all");
        let mut drawn: Vec<(u64, String)> =
            drawn.into_iter().map(|card| (card - 1, cards[card as usize - 1].clone())).collect();
        drawn.sort();
        let agreed = drawn.iter().zip(&sample).filter(|(ours, theirs)| ours == theirs).count();
        println!("{name}: {agreed}/{} cards by number and imprint", sample.len());
        assert_eq!(drawn, sample, "{name}");
    }
}

/// Number and imprint of the cards of the last sample in a file of several.
fn last_sample(file: &[u8]) -> Vec<(u64, String)> {
    let mut sample = Vec::new();
    for row in csv::ReaderBuilder::new().has_headers(false).from_reader(file).records() {
        let row = row.expect("a row");
        match row[6].parse() {
            Ok(number) => sample.push((number, row[5].to_owned())),
            Err(_) => sample.clear(),
        }
    }
    sample.sort();
    sample
}

/// Imprints of the cast vote records, in their order, written with hyphens as in the sample.
fn cards_of_raire() -> Vec<String> {
    let all: Vec<PathBuf> = files("irv/sfda2019", "SFDA2019_PrelimReport12VBMJustDASheets.raire");
    let text = all.first().map(zst).expect("the cast vote records beside the sample");
    let text = String::from_utf8(text).expect("text");
    let contests: usize = text.lines().next().and_then(|n| n.trim().parse().ok()).expect("the number of contests");
    text.lines().skip(1 + contests).filter_map(|line| line.split(',').nth(1)).map(|id| id.replace('_', "-")).collect()
}
