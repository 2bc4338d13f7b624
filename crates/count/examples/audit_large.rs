//! Makes an invented count of a given size, and audits it as `pollwarden count audit` does, saying what that cost.
//!
//! `audit_large make DIR CARDS CONTESTS [csv|json]`, then `audit_large run DIR`, on Linux. The people who read the drawn cards
//! find on each what its record says. `audit_large tickets IDS` and `audit_large plan CALLS` do what their peers in
//! `bench/peers/count_peers.py` do.

#![allow(clippy::print_stdout, reason = "it says what it measured")]

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io};

use pollwarden_core::Scope;
use pollwarden_count::audit::{DrawRule, Paper, draw};
use pollwarden_count::{BallotManifest, BatchKey, Cvrs, ManifestBatch, answer, gather};
use pollwarden_rla::RiskLimit;
use pollwarden_rla::draw::{Replacement, consistent};
use pollwarden_rla::super_simple::{Rates, rules::rlacalc_size};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const BATCH: u64 = 250;
const SEED: &str = "40729618830154462907";
const CHOICES: [&str; 4] = ["Ida Fenn", "Omar Weld", "Una Lark", "Write-in"];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", dir, cards, contests, rest @ ..] => {
            let number = |text: &str| text.parse().map_err(io::Error::other);
            let json = rest.first() == Some(&"json");
            Count { dir: PathBuf::from(dir), cards: number(cards)?, contests: number(contests)? }.make(json)
        }
        ["run", dir] => run(Path::new(dir)),
        ["tickets", ids] => tickets(ids.parse().map_err(io::Error::other)?),
        ["plan", calls] => plan(calls.parse().map_err(io::Error::other)?),
        _ => Err(io::Error::other("make DIR CARDS CONTESTS [csv|json], run DIR, tickets IDS, or plan CALLS")),
    }
}

fn run(dir: &Path) -> io::Result<()> {
    let began = Instant::now();
    let inputs = pollwarden_intake::find(dir).inputs;
    let (evidence, coverage) = gather(&inputs);
    let (gathered, peak_gathered) = (cpu_seconds(), peak_memory());
    let answer = answer(&evidence, coverage, Scope::unnamed(&[7; 32]), true);
    let (cpu, wall) = (cpu_seconds(), began.elapsed().as_secs_f64());
    println!(
        "{} cards, {} contests, {} batches",
        evidence.cvrs.len(),
        evidence.cvrs.contests().len(),
        evidence.manifest.batches.len()
    );
    println!("gathered and audited {gathered:.2} s of CPU, answered {:.2} s", cpu - gathered);
    println!(
        "whole audit {cpu:.2} s of CPU, {wall:.2} s, memory {:.0} MiB ({peak_gathered:.0} MiB gathered)",
        peak_memory()
    );
    println!(
        "verdict {}, findings {}, gaps {}",
        answer.verdict().name(),
        answer.findings.len(),
        answer.coverage.unwatched.len()
    );
    for gap in answer.coverage.unwatched.iter().take(3) {
        println!("  gap: {}", gap.why);
    }
    for measure in answer.measures.iter().filter(|m| m.name().starts_with("measured risk")).take(3) {
        println!("  {}: {:.3} {}", measure.name(), measure.estimate(), measure.unit());
    }
    Ok(())
}

/// The first hundred of so many ids by their tickets.
fn tickets(ids: u64) -> io::Result<()> {
    let ids = (1..=ids).map(|id| format!("Cedar-{id}"));
    let before = cpu_seconds();
    let drawn = consistent::draw(ids, SEED, 100, Replacement::Without).map_err(io::Error::other)?;
    println!("first {}, {:.3} s of CPU", drawn[0].id, cpu_seconds() - before);
    Ok(())
}

/// Sizes of a comparison audit by the rule of rlacalc, for margins from 1 to 11 %.
fn plan(calls: u64) -> io::Result<()> {
    let limit = RiskLimit::new(0.05).map_err(io::Error::other)?;
    let rates = Rates { over_by_one: 0.001, over_by_two: 0.0001, under_by_one: 0.001, under_by_two: 0.0001 };
    let before = cpu_seconds();
    let size = |call: u64| rlacalc_size(limit, 1.03905, 0.01 + (call % 100) as f64 / 1000.0, rates).unwrap_or(0);
    let sum: u64 = (0..calls).map(size).sum();
    println!("sum of sizes {sum}, {:.3} s of CPU", cpu_seconds() - before);
    Ok(())
}

/// An invented count.
struct Count {
    dir: PathBuf,
    cards: u64,
    contests: u64,
}

impl Count {
    fn make(&self, json: bool) -> io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let mut totals = vec![[0u64; 4]; self.contests as usize];
        if json {
            self.json(&mut totals)?
        } else {
            self.csv(&mut totals)?
        }
        self.file("ballot-manifest.csv", |out| self.manifest(out))?;
        self.file("results.csv", |out| self.results(out, &totals))?;
        let draws = self.draws(&totals);
        self.file("audit.toml", |out| {
            writeln!(out, "risk_limit = 0.05\nseed = \"{SEED}\"\ndraw = \"arlo\"\nrounds = [{draws}]")
        })?;
        self.file("audit-board.csv", |out| self.board(out, draws))
    }

    fn file(&self, name: &str, write: impl FnOnce(&mut BufWriter<fs::File>) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, fs::File::create(self.dir.join(name))?);
        write(&mut out)?;
        out.flush()
    }

    /// Enough for agreeing records to confirm the closest contest: about 8 draws for each 1 over the margin.
    fn draws(&self, totals: &[[u64; 4]]) -> u64 {
        let margin = totals.iter().map(|votes| votes[0].saturating_sub(votes[1])).min().unwrap_or(0).max(1);
        (8 * self.cards).div_ceil(margin).min(self.cards)
    }

    fn manifest(&self, out: &mut impl io::Write) -> io::Result<()> {
        writeln!(out, "Container,Tabulator,Batch Name,Number of Ballots")?;
        for (at, cards) in self.batches().enumerate() {
            let place = Place::of(at as u64 * BATCH);
            writeln!(out, "Shelf {},{},{},{cards}", 1 + at / 40, place.tabulator, place.batch)?;
        }
        Ok(())
    }

    fn batches(&self) -> impl Iterator<Item = u64> {
        let last = self.cards % BATCH;
        (0..self.cards / BATCH).map(|_| BATCH).chain((last > 0).then_some(last))
    }

    fn results(&self, out: &mut impl io::Write, totals: &[[u64; 4]]) -> io::Result<()> {
        writeln!(out, "contest,choice,votes")?;
        for (contest, votes) in totals.iter().enumerate() {
            for (choice, votes) in CHOICES.iter().zip(votes) {
                writeln!(out, "Contest {},{choice},{votes}", contest + 1)?;
            }
        }
        Ok(())
    }

    /// In the shape of Dominion's CSV export.
    fn csv(&self, totals: &mut [[u64; 4]]) -> io::Result<()> {
        self.file("cast-vote-records.csv", |out| {
            let columns = CHOICES.len() * self.contests as usize;
            let contests = (1..=self.contests).flat_map(|c| CHOICES.map(|_| format!("Contest {c} (Vote For=1)")));
            writeln!(out, "Invented Election,5.10.50.85{}", ",".repeat(6 + columns))?;
            writeln!(out, "{}{}", ",".repeat(8), contests.collect::<Vec<_>>().join(","))?;
            writeln!(out, "{}{}", ",".repeat(8), vec![CHOICES.join(","); self.contests as usize].join(","))?;
            writeln!(
                out,
                "CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType{}",
                ",".repeat(columns)
            )?;
            for card in 0..self.cards {
                let Place { tabulator, batch, record } = Place::of(card);
                write!(
                    out,
                    "{},{tabulator},{batch},{record},{tabulator}-{batch}-{record},Election Day,Precinct {},Style {}",
                    card + 1,
                    batch % 300,
                    batch % 30
                )?;
                for vote in self.votes(card, totals) {
                    out.write_all(match vote {
                        None => b",0,0,0,0",
                        Some(0) => b",1,0,0,0",
                        Some(1) => b",0,1,0,0",
                        Some(2) => b",0,0,1,0",
                        Some(_) => b",0,0,0,1",
                    })?;
                }
                out.write_all(b"\n")?;
            }
            Ok(())
        })
    }

    /// In the shape of Dominion's JSON export, with every field that it has.
    fn json(&self, totals: &mut [[u64; 4]]) -> io::Result<()> {
        self.manifests()?;
        self.file("CvrExport.json", |out| {
            out.write_all(br#"{"Version":"5.10.50.85","ElectionId":"Invented","Sessions":["#)?;
            let mut text = String::new();
            for card in 0..self.cards {
                text.clear();
                text.push_str(if card > 0 { "," } else { "" });
                session(&mut text, card, self.votes(card, totals));
                out.write_all(text.as_bytes())?;
            }
            out.write_all(b"]}")
        })
    }

    fn manifests(&self) -> io::Result<()> {
        let list = |name: &str, lines: Vec<String>| {
            self.file(name, |out| write!(out, r#"{{"Version":"5.10.50.85","List":[{}]}}"#, lines.join(",")))
        };
        let named = |n: u64| (1..=n).map(|id| format!(r#"{{"Description":"Number {id}","Id":{id}}}"#)).collect();
        let contest =
            |id| format!(r#"{{"Description":"Contest {id}","Id":{id},"VoteFor":1,"NumOfRanks":0,"Disabled":0}}"#);
        let candidates = (1..=self.contests).flat_map(|contest| {
            CHOICES.iter().enumerate().map(move |(at, name)| {
                let id = contest * 10 + at as u64;
                format!(r#"{{"Description":"{name}","Id":{id},"ContestId":{contest},"Type":"Regular"}}"#)
            })
        });
        list("ContestManifest.json", (1..=self.contests).map(contest).collect())?;
        list("CandidateManifest.json", candidates.collect())?;
        list("PrecinctPortionManifest.json", named(300))?;
        list("BallotTypeManifest.json", named(30))?;
        list("CountingGroupManifest.json", named(2))
    }

    /// A card's votes, the same whenever it is asked; added up in `totals`.
    fn votes(&self, card: u64, totals: &mut [[u64; 4]]) -> Vec<Option<usize>> {
        let mut chance = ChaCha8Rng::seed_from_u64(card);
        let vote = |totals: &mut [u64; 4]| {
            // A margin of one card in a hundred.
            let vote = match chance.random_range(0..100) {
                0..46 => 0,
                46..91 => 1,
                91..94 => 2,
                94 => 3,
                _ => return None,
            };
            totals[vote] += 1;
            Some(vote)
        };
        totals.iter_mut().map(vote).collect()
    }

    /// What people read on the drawn cards.
    fn board(&self, out: &mut impl io::Write, draws: u64) -> io::Result<()> {
        let key = |at: u64| {
            let place = Place::of(at * BATCH);
            BatchKey { tabulator: place.tabulator.to_string(), batch: place.batch.to_string(), ..BatchKey::default() }
        };
        let batches = self.batches().zip(0..);
        let batches = batches.map(|(cards, at)| ManifestBatch { key: key(at), cards, ..ManifestBatch::default() });
        let manifest = BallotManifest { batches: batches.collect() };
        let paper = Paper::new(&manifest, &Cvrs::default());
        let drawn = draw(DrawRule::Arlo, SEED, false, &manifest, &paper, draws).map_err(io::Error::other)?;
        let contests: Vec<String> = (1..=self.contests).map(|c| format!("Contest {c}")).collect();
        writeln!(out, "tabulator,batch,position,status,{}", contests.join(","))?;
        let mut totals = vec![[0; 4]; self.contests as usize];
        for drawn in drawn {
            let Place { tabulator, batch, record } = Place::of(drawn.card);
            write!(out, "{tabulator},{batch},{record},found")?;
            for vote in self.votes(drawn.card, &mut totals) {
                write!(out, ",{}", vote.map_or("blank", |at| CHOICES[at]))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Where a card lies.
struct Place {
    tabulator: u64,
    batch: u64,
    record: u64,
}

impl Place {
    fn of(card: u64) -> Self {
        let batch = card / BATCH;
        Self { tabulator: 10 + batch % 40, batch: 1 + batch, record: 1 + card % BATCH }
    }
}

fn session(text: &mut String, card: u64, votes: Vec<Option<usize>>) {
    let Place { tabulator, batch, record } = Place::of(card);
    let _ = write!(
        text,
        r#"{{"TabulatorId":{tabulator},"BatchId":{batch},"RecordId":{record},"CountingGroupId":2,"ImageMask":"D:\\NAS\\Invented County General\\Results\\Tabulator{tabulator:05}\\Batch{batch:03}\\Images\\{tabulator:05}_{batch:05}_{record:06}*.*","SessionType":"ScannedVote","VotingSessionIdentifier":"","UniqueVotingIdentifier":"","Original":{{"PrecinctPortionId":{},"BallotTypeId":{},"IsCurrent":true,"Cards":[{{"Id":{card},"KeyInId":{card},"PaperIndex":0,"Contests":["#,
        1 + batch % 300,
        1 + batch % 30,
    );
    for (at, vote) in votes.into_iter().enumerate() {
        let (comma, contest, undervotes) = (if at > 0 { "," } else { "" }, at as u64 + 1, u8::from(vote.is_none()));
        let _ = write!(
            text,
            r#"{comma}{{"Id":{contest},"ManifestationId":{},"Undervotes":{undervotes},"Overvotes":0,"OutstackConditionIds":[],"Marks":["#,
            59_657 + contest
        );
        if let Some(vote) = vote {
            let candidate = contest * 10 + vote as u64;
            let density = 30 + (card * 7 + contest * 13) % 70;
            let _ = write!(
                text,
                r#"{{"CandidateId":{candidate},"ManifestationId":{},"PartyId":0,"Rank":1,"MarkDensity":{density},"IsAmbiguous":false,"IsVote":true,"OutstackConditionIds":[]}}"#,
                223_064 + candidate
            );
        }
        text.push_str("]}");
    }
    text.push_str(r#"],"OutstackConditionIds":[]}]}}"#);
}

/// Time of all threads, user and system (proc(5): fields 14 and 15, in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

/// The greatest resident set, in MiB.
fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
