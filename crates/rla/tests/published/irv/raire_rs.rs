//! Answers of raire-rs 2349c33: same winner, margin, difficulty and assertions, or refused for the same reason.

use std::path::{Path, PathBuf};

use pollwarden_rla::irv::{Ballots, Budget, IrvError, Kind, Proof, assertions, gap};
use pollwarden_testkit::{data_root, folders, zst};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Problem {
    num_candidates: usize,
    votes: Vec<Vote>,
    winner: Option<u32>,
    audit: Audit,
}

#[derive(Deserialize)]
struct Vote {
    n: u64,
    prefs: Vec<u32>,
}

#[derive(Deserialize)]
struct Audit {
    #[serde(rename = "type")]
    kind: String,
    total_auditable_ballots: u64,
}

#[derive(Deserialize)]
struct Answer {
    solution: Solution,
}

#[derive(Deserialize)]
enum Solution {
    Ok(Solved),
    Err(Value),
}

#[derive(Deserialize)]
struct Solved {
    assertions: Vec<Asserted>,
    difficulty: f64,
    margin: u64,
    winner: u32,
}

#[derive(Deserialize)]
struct Asserted {
    assertion: Said,
    margin: u64,
    difficulty: f64,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Said {
    #[serde(rename = "NEB")]
    Neb { winner: u32, loser: u32 },
    #[serde(rename = "NEN")]
    Nen { winner: u32, loser: u32, continuing: Vec<u32> },
}

impl Said {
    fn kind(&self) -> Kind {
        match self {
            Self::Neb { winner, loser } => Kind::Neb { winner: *winner, loser: *loser },
            Self::Nen { winner, loser, continuing } => {
                Kind::Nen { winner: *winner, loser: *loser, continuing: continuing.clone() }
            }
        }
    }
}

impl Problem {
    fn ballots(&self) -> Ballots {
        Ballots::new(self.num_candidates, self.votes.iter().map(|v| (v.n, v.prefs.clone()))).unwrap()
    }
}

/// How an answer was met.
enum Met {
    SameList,
    /// As good a proof with other assertions: leads are level somewhere.
    AsGood,
    Refused,
}

#[test]
fn raire_rs_and_the_guide_agree() {
    let Some(root) = data_root() else { return println!("skipped") };
    let (mut met, mut faults) = ([0; 3], Vec::new());
    for (problem, answer) in ["nsw2021", "us", "guide"].iter().flat_map(|f| pairs(&root.join("count/irv").join(f))) {
        match compare(&problem, &answer) {
            Ok(how) => met[how as usize] += 1,
            Err(fault) => faults.push(format!("{}: {fault}", problem.display())),
        }
    }
    let all: usize = met.iter().sum::<usize>() + faults.len();
    println!("raire-rs: of {all} contests {} same assertions, {} as good, {} refused alike", met[0], met[1], met[2]);
    assert!(faults.is_empty(), "{faults:#?}");
}

fn compare(problem: &Path, answer: &Path) -> Result<Met, String> {
    let problem: Problem = serde_json::from_slice(&zst(problem)).map_err(|e| e.to_string())?;
    let answer: Answer = serde_json::from_slice(&zst(answer)).map_err(|e| e.to_string())?;
    if problem.audit.kind != "OneOnMargin" {
        return Err(format!("difficulty {} is not known here", problem.audit.kind));
    }
    let cards = problem.audit.total_auditable_ballots;
    let ballots = problem.ballots();
    match (assertions(&ballots, problem.winner, cards, Budget::default()), answer.solution) {
        (Ok(ours), Solution::Ok(theirs)) => same_proof(&ballots, &ours, &theirs),
        (Err(ours), Solution::Err(theirs)) if same_reason(&ours, &theirs) => Ok(Met::Refused),
        (Err(ours), Solution::Err(theirs)) => Err(format!("refused as {ours:?}, not {theirs}")),
        (Ok(_), Solution::Err(theirs)) => Err(format!("not refused as {theirs}")),
        (Err(ours), Solution::Ok(_)) => Err(format!("refused as {ours:?}")),
    }
}

fn same_proof(ballots: &Ballots, ours: &Proof, theirs: &Solved) -> Result<Met, String> {
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
    if (ours.winner, ours.margin) != (theirs.winner, theirs.margin) || !near(ours.difficulty, theirs.difficulty) {
        return Err(format!("winner {} margin {} difficulty {}", ours.winner, ours.margin, ours.difficulty));
    }
    for (kind, asserted) in theirs.assertions.iter().map(|a| (a.assertion.kind(), a)) {
        if ballots.margin(&kind) != i64::try_from(asserted.margin).ok() {
            return Err(format!("{kind:?} has margin {:?}", ballots.margin(&kind)));
        }
    }
    let same = |(a, b): (&pollwarden_rla::irv::Assertion, &Asserted)| {
        a.kind == b.assertion.kind() && a.margin == b.margin && near(a.difficulty, b.difficulty)
    };
    if ours.assertions.len() == theirs.assertions.len() && ours.assertions.iter().zip(&theirs.assertions).all(same) {
        return Ok(Met::SameList);
    }
    let kinds: Vec<Kind> = ours.assertions.iter().map(|a| a.kind.clone()).collect();
    match gap(ballots.candidates(), ours.winner, &kinds, &mut Budget::default()) {
        Ok(None) => Ok(Met::AsGood),
        other => Err(format!("no proof: {other:?}")),
    }
}

fn same_reason(ours: &IrvError, theirs: &Value) -> bool {
    match ours {
        IrvError::WrongWinner { winners, .. } => theirs["WrongWinner"] == Value::from(winners.clone()),
        IrvError::TiedWinners(winners) => theirs["TiedWinners"] == Value::from(winners.clone()),
        IrvError::CouldNotRuleOut(_) => !theirs["CouldNotRuleOut"].is_null(),
        IrvError::Candidates(_) => theirs.as_str().is_some_and(|name| name.contains("Candidate")),
        _ => false,
    }
}

/// Problems with their answers.
fn pairs(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let files = folders(folder);
    let answers = files.iter().filter_map(|answer| {
        let name = answer.file_name()?.to_str()?;
        let stem = name.strip_suffix("_out.json").or_else(|| name.strip_suffix(".out.json"))?;
        let of = |ending: &str| answer.with_file_name(format!("{stem}{ending}"));
        let problem = [of(".json.zst"), of(".json")].into_iter().find(|path| path.is_file())?;
        Some((problem, answer.clone()))
    });
    answers.collect()
}
