//! Batch comparison of results that are wrong: how often an audit stops without a full count, for each rule and each way to hide
//! the error. `gate_batch [AUDITS]` prints the shares; none may be above the risk limit by more than chance explains.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use pollwarden_rla::Tally;
use pollwarden_rla::batch::{BatchComparison, BatchTally, Understatements};
use pollwarden_rla::draw::Replacement;
use pollwarden_rla::draw::numpy::{Choice, Pcg64};

/// One cell of the gate.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// How the error is hidden.
    pub(crate) hidden: &'static str,
    /// How batches are drawn.
    pub(crate) replacement: Replacement,
    /// What is made of errors the other way.
    pub(crate) understatements: Understatements,
    /// The risk limit.
    pub(crate) limit: f64,
    /// Audits that stopped.
    pub(crate) stopped: u32,
    /// All audits.
    pub(crate) audits: u32,
}

impl Cell {
    /// How many standard deviations of chance the share of stopped audits is above the risk limit.
    pub(crate) fn excess(&self) -> f64 {
        let (n, limit) = (f64::from(self.audits), self.limit);
        (f64::from(self.stopped) / n - limit) / (limit * (1.0 - limit) / n).sqrt()
    }
}

/// Every rule, way to hide and limit, each with so many audits.
pub(crate) fn gate(audits: u32) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (hidden, (audit, counted)) in [
        ("spread over all batches", wrong(|batch, _| 4 + batch % 3)),
        ("in every third batch", wrong(|batch, size| if batch % 3 == 0 { size / 2 } else { 0 })),
        ("in few batches", wrong(|batch, size| if batch > 30 { size } else { 0 })),
        ("behind errors the other way", wrong(|batch, size| if batch % 2 == 0 { size / 3 } else { -(size / 12) })),
    ] {
        for replacement in [Replacement::With, Replacement::Without] {
            for understatements in [Understatements::Credited, Understatements::Ignored] {
                for limit in [0.05, 0.1, 0.3] {
                    let mut cell = Cell { hidden, replacement, understatements, limit, stopped: 0, audits };
                    cell.stopped = (0..audits).filter(|seed| stops(&audit, &counted, &cell, *seed)).count() as u32;
                    cells.push(cell);
                }
            }
        }
    }
    cells
}

/// A tie by the cards, reported as a win: forty batches, in each of which `moved` votes were moved to the winner as far as needed.
/// A tie is the wrong outcome that is hardest to notice.
fn wrong(moved: impl Fn(i64, i64) -> i64) -> (BatchComparison, Vec<Option<BatchTally>>) {
    let sizes: Vec<i64> = (0..40).map(|batch| 60 + 10 * (batch * 7 % 40)).collect();
    let batch = |ballots: i64, winner: i64| BatchTally {
        ballots: ballots as u64,
        votes: vec![winner as u64, (ballots - winner) as u64],
    };
    let counted: Vec<BatchTally> = sizes.iter().map(|size| batch(*size, size / 2)).collect();
    let reported: Vec<BatchTally> =
        (0..).zip(&sizes).map(|(at, s)| batch(*s, (s / 2 + moved(at, *s)).clamp(0, *s))).collect();
    let sum = |of: &dyn Fn(&BatchTally) -> u64| reported.iter().map(of).sum::<u64>();
    let votes = vec![sum(&|b| b.votes[0]), sum(&|b| b.votes[1])];
    let tally = Tally::new(sum(&|b| b.ballots), 1, 1, votes).expect("a contest");
    assert_eq!(tally.winners(), [0], "the wrong candidate is reported as the winner");
    let audit = BatchComparison::new(tally, reported).expect("batches that add up");
    (audit, counted.into_iter().map(Some).collect())
}

/// Whether an audit stops before all batches are counted, if it may look after every draw.
fn stops(audit: &BatchComparison, counted: &[Option<BatchTally>], cell: &Cell, seed: u32) -> bool {
    let mut generator = Pcg64::new(&[seed, 2024]);
    let draws = match cell.replacement {
        Replacement::With => {
            let choice = Choice::new(&audit.bounds().collect::<Vec<f64>>()).expect("bounds");
            (0..3 * counted.len()).map(|_| choice.draw(&mut generator)).collect()
        }
        Replacement::Without => one_by_one(audit.bounds().collect(), &mut generator),
    };
    let trail = audit
        .trail(&draws, draws.len(), counted, cell.replacement, cell.understatements)
        .expect("counts of all batches");
    // Not `stop`: it knows what all batches show, which an audit that stopped earlier would not.
    trail.risks().iter().any(|risk| *risk <= cell.limit)
}

/// All batches, each drawn with chances as their bounds from those that are left.
fn one_by_one(mut bounds: Vec<f64>, generator: &mut Pcg64) -> Vec<usize> {
    let mut order = Vec::new();
    while let Ok(choice) = Choice::new(&bounds) {
        let drawn = choice.draw(generator);
        bounds[drawn] = 0.0;
        order.push(drawn);
    }
    order
}

#[allow(dead_code, reason = "the test runs the gate itself")]
fn main() {
    let audits = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
    println!("hidden | replacement | understatements | limit | stopped | excess in standard deviations");
    for cell in gate(audits) {
        let share = f64::from(cell.stopped) / f64::from(cell.audits);
        println!(
            "{} | {:?} | {:?} | {} | {share:.4} | {:.1}",
            cell.hidden,
            cell.replacement,
            cell.understatements,
            cell.limit,
            cell.excess()
        );
    }
}
