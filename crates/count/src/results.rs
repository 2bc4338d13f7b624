//! Reported results: what an office says was counted.

use std::collections::BTreeMap;

/// Results of an election, from one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Results {
    /// The file; filled in by whoever reads several.
    pub source: String,
    /// The election's name; empty where the file has none.
    pub election: String,
    /// Contests, in the order of the file.
    pub contests: Vec<ReportedContest>,
    /// Registered voters of the whole, where the file says.
    pub registered: Option<u64>,
    /// Ballots (or cards) cast of the whole, where the file says.
    pub ballots: Option<u64>,
}

/// A contest's reported counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportedContest {
    /// Its name.
    pub name: String,
    /// The file's own id of it; else empty.
    pub external_id: String,
    /// How many a voter may choose, where the file says.
    pub votes_allowed: Option<u32>,
    /// How many are elected, where the file says.
    pub winners: Option<u32>,
    /// Choices with their totals over all parts, in the order of the file.
    pub choices: Vec<ReportedChoice>,
    /// Ballots cast in it, over all parts, where the file says.
    pub ballots: Option<i64>,
    /// Votes beyond what was allowed, where the file says.
    pub overvotes: Option<i64>,
    /// Votes that could have been given and were not, where the file says.
    pub undervotes: Option<i64>,
    /// Counts by part (precinct, batch, way of voting), where the file breaks them down.
    pub parts: Vec<ReportedPart>,
    /// Other totals that the file's rows allow.
    pub readings: Vec<Reading>,
}

/// Totals by a row that isn't the sum of the parts, or that may be one of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The row, in words.
    pub row: String,
    /// Whether the file names it as the total.
    pub stated: bool,
    /// Votes by choice.
    pub votes: Vec<i64>,
    /// The part that the row is, where it is read as one.
    pub part: Option<ReportedPart>,
}

/// A choice and its total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportedChoice {
    /// Its name.
    pub name: String,
    /// The file's own id of it; else empty.
    pub external_id: String,
    /// Its party, where the file says; else empty.
    pub party: String,
    /// Whether it stands for whoever was written in.
    pub write_in: bool,
    /// Votes. Corrections in live feeds can make a count negative: it is kept as it was written, and found.
    pub votes: i64,
}

/// Counts of one part of a contest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportedPart {
    /// Precinct, batch, county: as the file writes it; empty for the whole.
    pub unit: String,
    /// Way of voting, such as "Election Day"; empty for all.
    pub group: String,
    /// Votes by choice, in the order of the contest's choices; `None` where the file has no count.
    pub votes: Vec<Option<i64>>,
    /// Votes for all choices, those that the file doesn't list among them, where it says.
    pub total: Option<i64>,
    /// Ballots cast in the part, where the file says.
    pub ballots: Option<i64>,
    /// Registered voters in the part, where the file says.
    pub registered: Option<u64>,
    /// Overvotes in the part, where the file says.
    pub overvotes: Option<i64>,
    /// Undervotes in the part, where the file says.
    pub undervotes: Option<i64>,
    /// How its unit lies to the contest's other units.
    pub nesting: Nesting,
}

/// How a unit lies to the other units that have counts in the same contest, the whole left aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nesting {
    /// The file doesn't say: they may share voters.
    #[default]
    Unknown,
    /// It lies within another.
    Within,
    /// It shares no voters with any other that lies within none.
    Apart,
}

impl ReportedContest {
    /// These totals where a row of a file's `contest` is read so.
    pub(crate) fn read_as(&self, contest: &Self, reading: &Reading) -> Self {
        let mut other = self.clone();
        for (choice, votes) in contest.choices.iter().zip(&reading.votes) {
            let mut same = other.choices.iter_mut().filter(|c| c.name == choice.name && c.party == choice.party);
            if let Some(there) = same.next() {
                there.votes = there.votes.saturating_add(votes.saturating_sub(choice.votes));
            }
        }
        other
    }

    /// Votes by name, in the order of the names. Several lines may have the same: a candidate's on each party's line, or those
    /// for write-ins.
    pub(crate) fn by_name(&self) -> BTreeMap<&str, i64> {
        let mut votes = BTreeMap::new();
        for choice in &self.choices {
            let sum: &mut i64 = votes.entry(choice.name.as_str()).or_default();
            *sum = sum.saturating_add(choice.votes);
        }
        votes
    }

    /// The same in a part; names whose counts the file leaves out aren't there.
    pub(crate) fn part_by_name(&self, part: &ReportedPart) -> BTreeMap<&str, i64> {
        let mut votes = BTreeMap::new();
        for (choice, counted) in self.choices.iter().zip(&part.votes) {
            if let Some(counted) = counted {
                let sum: &mut i64 = votes.entry(choice.name.as_str()).or_default();
                *sum = sum.saturating_add(*counted);
            }
        }
        votes
    }

    /// The place of the choice of that name or external id.
    pub fn choice(&self, name: &str) -> Option<usize> {
        let named = self.choices.iter().position(|c| c.name == name);
        named.or_else(|| self.choices.iter().position(|c| !c.external_id.is_empty() && c.external_id == name))
    }
}
