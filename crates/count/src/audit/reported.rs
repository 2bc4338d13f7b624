//! What results files say of a contest: its totals, and its votes by batch of the manifest.

use std::collections::BTreeMap;

use super::paper::BatchIndex;
use super::{CardVote, Decided, vote_of};
use crate::{BallotManifest, BatchKey, Contest, ContestId, Cvrs, ReportedContest, ReportedPart, Results};

/// A contest as results files have it.
#[derive(Debug, Default)]
pub(super) struct Reported {
    /// Its totals.
    pub(super) whole: Option<ReportedContest>,
    /// Votes by choice, for each batch of the manifest that a file breaks the contest down to.
    by_batch: BTreeMap<usize, BTreeMap<String, i64>>,
    /// How many a voter may choose, and how many are elected, by the first file that says.
    votes_allowed: Option<u32>,
    winners: Option<u32>,
    /// That a file has several contests of the name, in words: nobody can say which of them is meant.
    pub(super) several: Option<String>,
}

impl Reported {
    /// From all files: totals from the first that breaks them down to something else than batches; from the sum of those that
    /// have batches where there is no other. The contest is that of the first of `names` that a file has.
    pub(super) fn new(names: &[&str], results: &[Results], manifest: &BallotManifest) -> Self {
        let mut reported = Self::default();
        let Some(name) = name_in(names, results) else { return reported };
        let mut of_batches: Option<ReportedContest> = None;
        let mut index = None;
        for file in results {
            let same = file.contests.iter().filter(|contest| contest.name == name).count();
            if same > 1 {
                let why = format!(
                    "{same} contests of {} are named so: name them apart, or write reported into audit.toml",
                    file.source
                );
                reported.several = Some(why);
                continue;
            }
            for contest in file.contests.iter().filter(|contest| contest.name == name) {
                reported.votes_allowed = reported.votes_allowed.or(contest.votes_allowed);
                reported.winners = reported.winners.or(contest.winners);
                let index = index.get_or_insert_with(|| BatchIndex::new(manifest, &mut Vec::new()));
                let parts = batches(contest, &file.source, index, manifest);
                if parts.is_empty() {
                    reported.whole.get_or_insert_with(|| contest.clone());
                    continue;
                }
                for (batch, part) in parts {
                    reported.by_batch.entry(batch).or_insert_with(|| votes(contest, part));
                }
                match &mut of_batches {
                    Some(sum) => add(sum, contest),
                    None => of_batches = Some(contest.clone()),
                }
            }
        }
        reported.whole = reported.whole.or(of_batches);
        reported
    }

    /// The contest, with what results files say of its rules where the records say nothing.
    pub(super) fn complete(&self, contest: Contest) -> Contest {
        let votes_allowed = contest.votes_allowed.or(self.votes_allowed);
        Contest { votes_allowed, winners: contest.winners.or(self.winners), ..contest }
    }

    /// Votes by the contest's choices for each batch that has them.
    pub(super) fn by_batch(&self, contest: &Contest) -> BTreeMap<usize, Vec<u64>> {
        let votes = |by_name: &BTreeMap<String, i64>| {
            contest.by_choice(by_name.iter().map(|(name, votes)| (name.as_str(), *votes)))
        };
        self.by_batch.iter().map(|(batch, by_name)| (*batch, votes(by_name))).collect()
    }
}

/// What results files call a contest: by name, or by external id where no name is meant and one contest alone has it.
fn name_in<'a>(names: &[&str], results: &'a [Results]) -> Option<&'a str> {
    let all = || results.iter().flat_map(|file| &file.contests);
    let named = names.iter().find_map(|name| all().find(|contest| contest.name == *name));
    if let Some(contest) = named {
        return Some(&contest.name);
    }
    let meant =
        |contest: &&ReportedContest| !contest.external_id.is_empty() && names.contains(&contest.external_id.as_str());
    let mut meant = all().filter(meant).map(|contest| contest.name.as_str());
    let first = meant.next()?;
    meant.all(|other| other == first).then_some(first)
}

impl BallotManifest {
    /// A contest's parts with the batches that they are of; none where a part is of something else than a batch. `source` is the
    /// results file's name.
    pub fn parts<'a>(&self, contest: &'a ReportedContest, source: &str) -> Vec<(usize, &'a ReportedPart)> {
        batches(contest, source, &BatchIndex::new(self, &mut Vec::new()), self)
    }
}

/// Votes by choice of each batch of the manifest, by its records; first ranks where choices are ranked.
pub fn recorded_by_batch(
    cvrs: &Cvrs,
    manifest: &BallotManifest,
    decided: &Decided,
    id: ContestId,
) -> BTreeMap<usize, Vec<u64>> {
    let find = manifest.finder();
    let batch_of: Vec<Option<usize>> = cvrs.batches().map(find).collect();
    let mut by_batch: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for card in cvrs.cards() {
        let Some(batch) = batch_of[card.batch_at()] else { continue };
        let votes = by_batch.entry(batch).or_insert_with(|| vec![0; decided.contest.choices.len()]);
        let CardVote::Choices(choices) = vote_of(card.marks(id), decided.is_ranked(), decided.votes_allowed) else {
            continue;
        };
        let counted = if decided.is_ranked() { choices.get(..1).unwrap_or_default() } else { &choices };
        counted.iter().for_each(|choice| votes[*choice as usize] += 1);
    }
    by_batch
}

/// The contest's parts with their batches; none where a part is of something else than a batch.
fn batches<'a>(
    contest: &'a ReportedContest,
    source: &str,
    index: &BatchIndex<'_>,
    manifest: &BallotManifest,
) -> Vec<(usize, &'a ReportedPart)> {
    let jurisdiction = jurisdiction(source, manifest);
    let place = |part: &ReportedPart| {
        let key = BatchKey { jurisdiction: jurisdiction.to_owned(), batch: part.unit.clone(), ..BatchKey::default() };
        index.find(&key)
    };
    let whole = contest.parts.iter().filter(|part| part.group.is_empty() && !part.unit.is_empty());
    whole.map(|part| Some((place(part)?, part))).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// The manifest's jurisdiction that a file is named after, or whose folder it is in.
fn jurisdiction<'a>(source: &str, manifest: &'a BallotManifest) -> &'a str {
    let mut folders = source.rsplit(['/', '!']);
    let file = folders.next().unwrap_or_default();
    let (before, folder) =
        (file.split_once(" - ").map_or("", |(before, _)| before), folders.next().unwrap_or_default());
    let mut all = manifest.batches.iter().map(|batch| batch.key.jurisdiction.as_str()).filter(|name| !name.is_empty());
    all.find(|name| *name == before || *name == folder).unwrap_or_default()
}

fn votes(contest: &ReportedContest, part: &ReportedPart) -> BTreeMap<String, i64> {
    contest.part_by_name(part).into_iter().map(|(name, votes)| (name.to_owned(), votes)).collect()
}

fn add(sum: &mut ReportedContest, contest: &ReportedContest) {
    for choice in &contest.choices {
        match sum.choice(&choice.name) {
            Some(at) => sum.choices[at].votes = sum.choices[at].votes.saturating_add(choice.votes),
            None => sum.choices.push(choice.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contest_is_found_by_either_of_its_names_and_says_its_rules() {
        let contest = |name: &str, id: &str| ReportedContest {
            name: name.to_owned(),
            external_id: id.to_owned(),
            votes_allowed: Some(2),
            ..ReportedContest::default()
        };
        let contests = vec![contest("Clerk", "c1"), contest("Council", "c2"), contest("Bond", "c2")];
        let results = [Results { contests, ..Results::default() }];
        let found = |names: &[&str]| Reported::new(names, &results, &BallotManifest::default());
        let name = |names: &[&str]| found(names).whole.map(|contest| contest.name);
        assert_eq!(name(&["Clerk", "17"]).as_deref(), Some("Clerk"));
        assert_eq!(name(&["c1"]).as_deref(), Some("Clerk"));
        assert_eq!(name(&["c2"]), None, "two contests have it");
        assert_eq!(found(&["Clerk"]).complete(Contest::default()).votes_allowed, Some(2));
        let recorded = Contest { votes_allowed: Some(1), ..Contest::default() };
        assert_eq!(found(&["Clerk"]).complete(recorded).votes_allowed, Some(1));
    }
}
