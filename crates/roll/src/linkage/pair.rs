//! Pairs as the detectors read them, and how many of them are expected to be wrong.

use arrow::array::RecordBatch;
use pollwarden_core::{Columns, FindingDraft, Measure, ObservableKind, Reference, Scope};
use statrs::distribution::{DiscreteCDF as _, Poisson};

/// What pairs rest on, and what became of voters where they were taken for proof.
pub(crate) static REFERENCES: [Reference; 2] = [
    Reference {
        title: "I. P. Fellegi, A. B. Sunter: A Theory for Record Linkage (1969)",
        place: "Journal of the American Statistical Association 64, 1183-1210",
    },
    Reference {
        title: "S. Goel et al.: One Person, One Vote (2020): what a wrong match does to voters",
        place: "American Political Science Review 114, 456-469",
    },
];

/// What every list of pairs is shown with.
pub(crate) const WARNING: &str = "A match is not proof and must never be used to remove a voter by itself: people who share name \
                                  and birth are common, and a wrong match costs a voter the vote.";

/// Places named in a finding.
const SITES_SHOWN: usize = 50;

/// Columns of tables `duplicates` and `resemblances` that [`pairs`] reads.
pub(crate) const COLUMNS: &str =
    "voter_id, other_id, county, other_county, probability, source, line, other_source, other_line";

/// Two records that may be of one person.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) voter_id: String,
    pub(crate) other_id: String,
    county: String,
    other_county: String,
    pub(crate) probability: f64,
    source: String,
    line: u64,
    other_source: String,
    other_line: u64,
}

/// All pairs, the likeliest first.
pub(crate) fn pairs(batches: &mut dyn Iterator<Item = RecordBatch>) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = batches.flat_map(|batch| of(&batch)).collect();
    let ids = |pair: &Pair| (pair.voter_id.clone(), pair.other_id.clone());
    pairs.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| ids(a).cmp(&ids(b))));
    pairs
}

fn of(batch: &RecordBatch) -> Vec<Pair> {
    let columns = Columns::of(batch);
    let text = |name: &str, at: usize| columns.text(name).or_empty(at).to_owned();
    let probability = columns.numbers("probability");
    let (line, other_line) = (columns.integers("line"), columns.integers("other_line"));
    let pair = |at: usize| {
        Some(Pair {
            voter_id: text("voter_id", at),
            other_id: text("other_id", at),
            county: text("county", at),
            other_county: text("other_county", at),
            probability: probability.get(at).filter(|p| (0.0..=1.0).contains(p))?,
            source: text("source", at),
            line: line.count(at),
            other_source: text("other_source", at),
            other_line: other_line.count(at),
        })
    };
    (0..batch.num_rows()).filter_map(pair).collect()
}

/// Places and keyed hashes of pairs; of both records where `both`, else of the first alone.
pub(crate) fn named(mut draft: FindingDraft, pairs: &[Pair], both: bool, scope: &Scope) -> FindingDraft {
    for pair in pairs.iter().take(SITES_SHOWN) {
        draft = draft.at(&pair.source, pair.line).against(&pair.other_source, Some(pair.other_line));
    }
    for pair in pairs {
        draft = draft.observable(ObservableKind::VoterKey, scope.keyer.key(&pair.voter_id));
        if both {
            draft = draft.observable(ObservableKind::VoterKey, scope.keyer.key(&pair.other_id));
        }
    }
    draft.observable(ObservableKind::Field, "*")
}

/// How many pairs are of records in two counties.
pub(crate) fn elsewhere(pairs: &[Pair]) -> usize {
    pairs.iter().filter(|pair| pair.county != pair.other_county).count()
}

/// How many of some pairs are expected to be two people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrong {
    expected: f64,
    low: f64,
    high: f64,
}

impl Wrong {
    /// The sum of their probabilities to be wrong, with an interval of 95 %: a sum of independent events is spread no wider
    /// than Poisson's (Hoeffding 1956).
    pub(crate) fn of(pairs: &[Pair]) -> Self {
        let expected: f64 = pairs.iter().map(|pair| 1.0 - pair.probability).sum();
        let most = pairs.len() as f64;
        let Ok(poisson) = Poisson::new(expected) else { return Self { expected: 0.0, low: 0.0, high: 0.0 } };
        let quantile = |p: f64| (poisson.inverse_cdf(p) as f64).min(most);
        Self { expected, low: quantile(0.025).min(expected), high: quantile(0.975).max(expected) }
    }

    /// Pairs that are right.
    pub(crate) fn right(self, pairs: usize) -> Measure {
        let all = pairs as f64;
        Measure::between("pairs-of-one-person", all - self.high, all - self.expected, all - self.low, "pairs")
    }

    /// In words.
    pub(crate) fn says(self) -> String {
        let Self { expected, low, high } = self;
        format!(
            "By their probabilities, {expected:.1} of the pairs named are two people (95 % interval {low:.0} to {high:.0})."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(probability: f64) -> Pair {
        let text = String::new;
        Pair {
            voter_id: text(),
            other_id: text(),
            county: text(),
            other_county: text(),
            probability,
            source: text(),
            line: 1,
            other_source: text(),
            other_line: 2,
        }
    }

    #[test]
    fn wrong_pairs_are_what_probabilities_leave() {
        let wrong = Wrong::of(&(0..100).map(|_| pair(0.9)).collect::<Vec<_>>());
        assert!((wrong.expected - 10.0).abs() < 1e-9 && wrong.low >= 3.0 && wrong.high <= 17.0, "{wrong:?}");
        let measure = wrong.right(100);
        assert!((measure.estimate() - 90.0).abs() < 1e-9 && measure.low() < 90.0);
        assert!(Wrong::of(&[pair(1.0)]).says().starts_with("By their probabilities, 0.0"));
    }
}
