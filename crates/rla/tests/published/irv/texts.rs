//! Readers of published ballots: the text files of Blom's `margin-irv` and of AWAIRE, `.raire`.

use std::io::Read;
use std::path::Path;

use pollwarden_rla::irv::Ballots;
use pollwarden_testkit::zst;

/// A contest from a file, candidates named as there.
pub(super) struct Contest {
    pub(super) name: String,
    pub(super) candidates: Vec<String>,
    pub(super) ballots: Ballots,
}

impl Contest {
    pub(super) fn place(&self, candidate: &str) -> u32 {
        place(&self.candidates, candidate)
    }
}

fn place(candidates: &[String], candidate: &str) -> u32 {
    let at = candidates.iter().position(|c| c == candidate);
    at.unwrap_or_else(|| panic!("{candidate} is none of {candidates:?}")) as u32
}

/// The text of `margin-irv`: candidates, their parties, a line of dashes, then `(first, second) : ballots`.
pub(super) fn margin_irv(name: &str, text: &str) -> Contest {
    let mut lines = text.lines();
    let candidates: Vec<String> = lines.next().unwrap_or_default().split(',').map(|c| c.trim().to_owned()).collect();
    let ranking = |line: &str| {
        let (ranking, ballots) = line.split_once(':')?;
        let names = ranking.trim().trim_matches(['(', ')']).split(',').map(str::trim).filter(|c| !c.is_empty());
        Some((ballots.trim().parse().ok()?, names.map(|c| place(&candidates, c)).collect()))
    };
    let rankings: Vec<(u64, Vec<u32>)> = lines.filter_map(ranking).collect();
    let ballots = Ballots::new(candidates.len(), rankings).unwrap_or_else(|e| panic!("{name}: {e}"));
    Contest { name: name.to_owned(), candidates, ballots }
}

/// All contests of a `.tar.gz`; none where there is no such file.
pub(super) fn archive(path: &Path) -> Vec<Contest> {
    let Ok(bytes) = std::fs::read(path) else { return Vec::new() };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let mut contests = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            // Other texts, such as lists of results, have no line of dashes.
            if text.lines().nth(2).is_some_and(|line| line.starts_with("-+-")) {
                contests.push(margin_irv(&name, &text));
            }
        }
    }
    contests
}

/// A `.raire` file of one contest: the number of contests, then `Contest,id,candidates,...`, then `contest,ballot,first,...`.
pub(super) fn raire(path: &Path) -> Contest {
    let text = String::from_utf8(zst(path)).unwrap();
    let mut lines = text.lines().skip(1).map(|line| line.trim().split(',').collect::<Vec<_>>());
    let contest = lines.next().unwrap();
    let count: usize = contest[2].parse().unwrap();
    let candidates: Vec<String> = contest[3..3 + count].iter().map(|c| (*c).to_owned()).collect();
    let of = lines.filter(|line| line.len() >= 2 && line[0] == contest[1]);
    let names = |line: &[&str]| line[2..].iter().filter(|c| !c.is_empty()).map(|c| place(&candidates, c)).collect();
    let rankings = of.map(|line| (1, names(&line)));
    let ballots = Ballots::new(count, rankings).unwrap();
    Contest { name: contest[1].to_owned(), candidates, ballots }
}
