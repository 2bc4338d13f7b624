//! Rows of table `votes`, as detectors read them: gathered by election and county.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{Columns, FindingDraft, Findings, Measure, ObservableKind};

/// Places named in one finding.
const SITES_SHOWN: usize = 50;
/// Voters whose keys are named in one finding; its measure counts all.
const KEYS_SHOWN: usize = 10_000;

/// The columns that [`gathered`] reads.
pub(crate) const COLUMNS: &str = "snapshot, kind, voter_id, county, election, credited, source, line";

/// Votes of one election and county.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    pub(crate) count: u64,
    /// All votes of the older history there.
    pub(crate) credited: u64,
    keys: Vec<String>,
    sites: Vec<(String, u64)>,
    snapshot: Option<Timestamp>,
}

impl Votes {
    /// Adds others of other elections.
    pub(crate) fn join(&mut self, other: Self) {
        self.count += other.count;
        self.credited += other.credited;
        self.keys.extend(other.keys);
        self.keys.truncate(KEYS_SHOWN);
        self.sites.extend(other.sites);
        self.sites.truncate(SITES_SHOWN);
        self.snapshot = self.snapshot.max(other.snapshot);
    }

    /// A finding about them: places, voters' keys, how many.
    pub(crate) fn draft(&self, mut draft: FindingDraft) -> FindingDraft {
        for (source, line) in &self.sites {
            draft = draft.at(source, *line);
        }
        for key in &self.keys {
            draft = draft.observable(ObservableKind::VoterKey, key);
        }
        if let Some(at) = self.snapshot {
            draft = draft.noticed(at);
        }
        draft.measure(Measure::exact("records", self.count as f64, "votes"))
    }
}

/// The rows whose kind passes, by election and county.
pub(crate) fn gathered(
    batches: &mut dyn Iterator<Item = RecordBatch>,
    found: &Findings,
    pass: impl Fn(&str) -> bool,
) -> BTreeMap<(String, String), Votes> {
    let mut groups: BTreeMap<(String, String), Votes> = BTreeMap::new();
    for batch in batches {
        let columns = Columns::of(&batch);
        let (kind, voter, county) = (columns.text("kind"), columns.text("voter_id"), columns.text("county"));
        let (election, source) = (columns.text("election"), columns.text("source"));
        let (credited, line, snapshot) =
            (columns.integers("credited"), columns.integers("line"), columns.times("snapshot"));
        for at in (0..batch.num_rows()).filter(|at| pass(kind.or_empty(*at))) {
            let key = (election.or_empty(at).to_owned(), county.or_empty(at).to_owned());
            let group = groups.entry(key).or_default();
            group.count += 1;
            group.credited = credited.count(at).max(group.count);
            group.snapshot = snapshot.get(at);
            if group.keys.len() < KEYS_SHOWN {
                group.keys.push(found.scope().keyer.key(voter.or_empty(at)));
            }
            if group.sites.len() < SITES_SHOWN {
                group.sites.push((source.or_empty(at).to_owned(), line.count(at)));
            }
        }
    }
    groups
}
