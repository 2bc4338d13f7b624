//! Instant-runoff contests: RAIRE's answers (raire-rs, the C++ RAIRE, "A Guide to RAIRE"), San Francisco 2019.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pollwarden_rla::irv::{Ballots, Budget, IrvError, Kind, Proof, assertions, gap};
use pollwarden_testkit::{data_root, folders, zst};
use serde::Deserialize;

/// A problem as raire-rs reads it.
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
    total_auditable_ballots: u64,
}

#[derive(Deserialize)]
struct Answer {
    solution: Solution,
}

#[derive(Deserialize)]
enum Solution {
    Ok(Solved),
    Err(serde_json::Value),
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

    fn solve(&self) -> Result<Proof, IrvError> {
        assertions(&self.ballots(), self.winner, self.audit.total_auditable_ballots, Budget::default())
    }
}

#[test]
fn raire_rs_and_the_guide_agree() {
    let Some(root) = data_root() else { return println!("skipped") };
    let (mut all, mut same_lists, mut faults) = (0, 0, Vec::new());
    for (problem, answer) in ["nsw2021", "us", "guide"].iter().flat_map(|f| pairs(&root.join("count/irv").join(f))) {
        let name = problem.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let problem: Problem = serde_json::from_slice(&zst(&problem)).unwrap();
        let answer: Answer = serde_json::from_slice(&zst(&answer)).unwrap();
        let started = std::time::Instant::now();
        let ours = problem.solve();
        println!("{name}: {:?}", started.elapsed());
        all += 1;
        match (&ours, &answer.solution) {
            (Ok(ours), Solution::Ok(theirs)) => {
                faults.extend(difference(&problem, ours, theirs).map(|fault| format!("{name}: {fault}")));
                let list: Vec<&Kind> = ours.assertions.iter().map(|a| &a.kind).collect();
                let their_list: Vec<Kind> = theirs.assertions.iter().map(|a| a.assertion.kind()).collect();
                if list == their_list.iter().collect::<Vec<_>>() {
                    same_lists += 1;
                } else {
                    let show = |kinds: Vec<Kind>| -> BTreeSet<String> { kinds.iter().map(|k| format!("{} {k:?}", problem.ballots().margin(k).unwrap())).collect() };
                    let (a, b) = (show(list.into_iter().cloned().collect()), show(their_list));
                    println!("{name}: {} {} all {:#?}", a.len(), b.len(), b.len());
                    a.difference(&b).take(12).for_each(|x| println!("   ours {x}"));
                    b.difference(&a).take(12).for_each(|x| println!("   theirs {x}"));
                }
            }
            (Err(_), Solution::Err(_)) => {}
            _ => faults.push(format!("{name}: {:?}", ours)),
        }
    }
    println!("{all} {same_lists}");
    assert!(faults.is_empty(), "{faults:#?}");
}

fn difference(problem: &Problem, ours: &Proof, theirs: &Solved) -> Option<String> {
    if (ours.winner, ours.margin) != (theirs.winner, theirs.margin) || (ours.difficulty / theirs.difficulty - 1.0).abs() > 1e-9 {
        return Some(format!("{} {} {} {}", ours.winner, ours.margin, theirs.winner, theirs.margin));
    }
    let kinds: Vec<Kind> = ours.assertions.iter().map(|a| a.kind.clone()).collect();
    let g = gap(problem.num_candidates, ours.winner, &kinds, &mut Budget::default());
    (g != Ok(None)).then(|| format!("{g:?}"))
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
