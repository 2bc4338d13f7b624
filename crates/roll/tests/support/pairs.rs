//! Pairs with probabilities held against the truth.

use std::fmt;

use arrow::array::RecordBatch;
use pollwarden_core::Columns;

/// How good pairs and their probabilities are.
#[derive(Debug)]
pub struct Scored {
    pub precision: f64,
    pub recall: f64,
    /// At the default threshold of 0.5.
    pub f1: f64,
    /// At the threshold that is best in hindsight.
    pub best_f1: f64,
    /// The mean distance of probability and share of true pairs, over ten bins of pairs.
    pub expected_calibration_error: f64,
    pub brier: f64,
    /// Pairs expected to be wrong among those at 0.5 or more, and those that are.
    pub wrong: (f64, u64),
    /// From, to, pairs, mean probability, true ones.
    pub bins: Vec<(f64, f64, u64, f64, u64)>,
}

/// Scores the rows of table `duplicates`; `pairs` is the number of true pairs there are.
pub fn scored(rows: &RecordBatch, pairs: u64, is_true: impl Fn(&str, &str) -> bool) -> Scored {
    let columns = Columns::of(rows);
    let (a, b, p) = (columns.text("voter_id"), columns.text("other_id"), columns.numbers("probability"));
    let mut judged: Vec<(f64, bool)> = (0..rows.num_rows())
        .map(|at| (p.get(at).expect("a probability"), is_true(a.or_empty(at), b.or_empty(at))))
        .collect();
    judged.sort_by(|one, two| two.0.total_cmp(&one.0));
    let (mut hits, mut best_f1) = (0_u64, 0.0_f64);
    for (at, (_, right)) in judged.iter().enumerate() {
        hits += u64::from(*right);
        best_f1 = best_f1.max(2.0 * hits as f64 / (at as u64 + 1 + pairs) as f64);
    }
    let shown: Vec<&(f64, bool)> = judged.iter().filter(|(p, _)| *p >= 0.5).collect();
    let right = shown.iter().filter(|(_, right)| *right).count() as u64;
    let wrong = shown.iter().map(|(p, _)| 1.0 - p).sum();
    let bins = bins(&judged);
    let count = judged.len().max(1) as f64;
    let apart = |(_, _, n, mean, hits): &(f64, f64, u64, f64, u64)| (*n as f64 * mean - *hits as f64).abs();
    Scored {
        precision: right as f64 / shown.len().max(1) as f64,
        recall: right as f64 / pairs as f64,
        f1: 2.0 * right as f64 / (shown.len() as u64 + pairs) as f64,
        best_f1,
        expected_calibration_error: bins.iter().map(apart).sum::<f64>() / count,
        brier: judged.iter().map(|(p, right)| (p - f64::from(u8::from(*right))).powi(2)).sum::<f64>() / count,
        wrong: (wrong, shown.len() as u64 - right),
        bins,
    }
}

fn bins(judged: &[(f64, bool)]) -> Vec<(f64, f64, u64, f64, u64)> {
    let edges = [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1.000_000_1];
    edges
        .windows(2)
        .map(|edge| {
            let within: Vec<_> = judged.iter().filter(|(p, _)| (edge[0]..edge[1]).contains(p)).collect();
            let mean = within.iter().map(|(p, _)| p).sum::<f64>() / within.len().max(1) as f64;
            (edge[0], edge[1], within.len() as u64, mean, within.iter().filter(|(_, right)| *right).count() as u64)
        })
        .collect()
}

impl fmt::Display for Scored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "precision {:.4}, recall {:.4}, F1 {:.4} (best in hindsight {:.4}), calibration error {:.4}, Brier {:.4}, wrong {} \
             where {:.1} were expected",
            self.precision,
            self.recall,
            self.f1,
            self.best_f1,
            self.expected_calibration_error,
            self.brier,
            self.wrong.1,
            self.wrong.0
        )?;
        for (from, to, pairs, mean, right) in self.bins.iter().filter(|bin| bin.2 > 0) {
            writeln!(f, "  {from:.3} to {to:.3}: {pairs} pairs, mean probability {mean:.4}, {right} true")?;
        }
        Ok(())
    }
}
