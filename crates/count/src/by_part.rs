//! The records' votes by the parts (precincts, batches) of a results file: where do two totals part?

use std::collections::{BTreeMap, HashSet};

use crate::audit::{CardVote, Decided, vote_of};
use crate::{Card, Contest, ContestId, Cvrs, ReportedContest};

/// A part with its votes by choice of the records; `None` where the file has no count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the results.
    pub(crate) unit: String,
    /// Reported votes.
    pub(crate) reported: Vec<Option<i64>>,
    /// Recorded votes.
    pub(crate) recorded: Vec<i64>,
}

/// Parts whose reported votes are not those of the records. None where the file has no parts, or where they are neither the
/// records' precincts nor their batches.
pub(crate) fn differing(reported: &ReportedContest, decided: &Decided, cvrs: &Cvrs, id: ContestId) -> Vec<Part> {
    let parts = reported_parts(reported, decided);
    let names: [fn(&Card<'_>) -> String; 2] = [|card| card.precinct().into_owned(), |card| card.batch().batch.clone()];
    let recorded = names.into_iter().map(|name| recorded_parts(decided, cvrs, id, name));
    let Some(recorded) = recorded.into_iter().find(|r| !r.is_empty() && r.keys().all(|unit| parts.contains_key(unit)))
    else {
        return Vec::new();
    };
    let none = vec![0; decided.contest.choices.len()];
    let part = |(unit, reported): (String, Vec<Option<i64>>)| {
        let recorded = recorded.get(&unit).unwrap_or(&none).clone();
        Part { unit, reported, recorded }
    };
    parts.into_iter().map(part).filter(Part::differs).collect()
}

impl Part {
    /// Places of choices whose votes differ.
    pub(crate) fn choices(&self) -> impl Iterator<Item = usize> + '_ {
        let each = self.reported.iter().zip(&self.recorded).enumerate();
        each.filter(|(_, (reported, recorded))| reported.is_some_and(|r| r != **recorded)).map(|(at, _)| at)
    }

    /// The two choices that have each other's votes.
    pub(crate) fn exchanged(&self) -> Option<[usize; 2]> {
        let differing: Vec<usize> = self.choices().collect();
        let [a, b] = *differing else { return None };
        let has = |at: usize, votes: i64| self.reported[at] == Some(votes);
        (has(a, self.recorded[b]) && has(b, self.recorded[a])).then_some([a, b])
    }

    fn differs(&self) -> bool {
        self.choices().next().is_some()
    }
}

/// Reported votes by part, by the records' choices; ways of voting are summed where a part has no sum of its own.
fn reported_parts(reported: &ReportedContest, decided: &Decided) -> BTreeMap<String, Vec<Option<i64>>> {
    let contest = &decided.contest;
    let places = lines(reported, contest);
    let mut parts: BTreeMap<String, Vec<Option<i64>>> = BTreeMap::new();
    let with_sum: HashSet<&str> =
        reported.parts.iter().filter(|p| p.group.is_empty()).map(|p| p.unit.as_str()).collect();
    for part in reported.parts.iter().filter(|p| !p.unit.is_empty()) {
        if !part.group.is_empty() && with_sum.contains(part.unit.as_str()) {
            continue;
        }
        let sums = parts.entry(part.unit.clone()).or_insert_with(|| vec![None; contest.choices.len()]);
        for (sum, places) in sums.iter_mut().zip(&places) {
            for votes in places.iter().filter_map(|at| part.votes.get(*at).copied().flatten()) {
                *sum = Some(sum.unwrap_or(0).saturating_add(votes));
            }
        }
    }
    parts
}

/// For each choice of the records, the places of its reported lines: a candidate may stand on several parties'. None for write-ins,
/// and for choices of one name, which the results don't tell apart.
fn lines(reported: &ReportedContest, contest: &Contest) -> Vec<Vec<usize>> {
    let mut places = vec![Vec::new(); contest.choices.len()];
    for (place, choice) in reported.choices.iter().enumerate() {
        if let Some(at) = contest.choice(&choice.name) {
            places[at].push(place);
        }
    }
    let shared = |name: &str| contest.choices.iter().filter(|c| c.name == name).count() > 1;
    for (places, choice) in places.iter_mut().zip(&contest.choices) {
        if choice.write_in || shared(&choice.name) {
            places.clear();
        }
    }
    places
}

fn recorded_parts(
    decided: &Decided,
    cvrs: &Cvrs,
    id: ContestId,
    name: fn(&Card<'_>) -> String,
) -> BTreeMap<String, Vec<i64>> {
    let mut parts: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for card in cvrs.cards() {
        let Some(marks) = card.marks(id) else { continue };
        let CardVote::Choices(choices) = vote_of(Some(marks), decided.is_ranked(), decided.votes_allowed) else {
            continue;
        };
        let sums = parts.entry(name(&card)).or_insert_with(|| vec![0; decided.contest.choices.len()]);
        let counted = if decided.is_ranked() { choices.get(..1).unwrap_or_default() } else { &choices };
        counted.iter().for_each(|choice| sums[*choice as usize] += 1);
    }
    parts
}
