//! What results files say of a contest: its totals, and its votes by batch of the manifest.

use std::collections::{BTreeMap, HashMap};

use super::paper::BatchIndex;
use super::{CardVote, Decided, vote_of};
use crate::{BallotManifest, BatchKey, Contest, ContestId, Cvrs, ReportedContest, ReportedPart, Results};

/// A contest as results files have it.
#[derive(Debug, Default)]
pub(super) struct Reported {
    /// Its totals.
    pub(super) whole: Option<ReportedContest>,
    /// Votes by choice, for each batch of the manifest that a file breaks the contest down to.
    by_batch: BTreeMap<usize, HashMap<String, u64>>,
}

impl Reported {
    /// From all files: totals from the first that breaks them down to something else than batches; from the sum of those that
    /// have batches where there is no other.
    pub(super) fn new(name: &str, results: &[Results], manifest: &BallotManifest) -> Self {
        let mut reported = Self::default();
        let mut of_batches: Option<ReportedContest> = None;
        let mut index = None;
        for file in results {
            for contest in file.contests.iter().filter(|contest| contest.name == name) {
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

    /// Votes by the contest's choices for each batch that has them.
    pub(super) fn by_batch(&self, contest: &Contest) -> BTreeMap<usize, Vec<u64>> {
        let votes = |votes: &HashMap<String, u64>| {
            contest.choices.iter().map(|c| votes.get(&c.name).copied().unwrap_or(0)).collect()
        };
        self.by_batch.iter().map(|(batch, by_name)| (*batch, votes(by_name))).collect()
    }
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

fn votes(contest: &ReportedContest, part: &ReportedPart) -> HashMap<String, u64> {
    let mut votes: HashMap<String, u64> = HashMap::new();
    for (choice, counted) in contest.choices.iter().zip(&part.votes) {
        let sum = votes.entry(choice.name.clone()).or_default();
        *sum = sum.saturating_add(u64::try_from(counted.unwrap_or(0)).unwrap_or(0));
    }
    votes
}

fn add(sum: &mut ReportedContest, contest: &ReportedContest) {
    for choice in &contest.choices {
        match sum.choice(&choice.name) {
            Some(at) => sum.choices[at].votes = sum.choices[at].votes.saturating_add(choice.votes),
            None => sum.choices.push(choice.clone()),
        }
    }
}
