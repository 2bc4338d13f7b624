//! A whole invented count for training: paper, records, results, an audit, and the truth beside them.
//!
//! In one batch a scanner had the choices of one contest exchanged, which makes the reported outcome wrong. Records and results agree;
//! only the paper says otherwise.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use crate::audit::{AUDIT_FILE, DrawRule, Paper, draw};
use crate::{BallotManifest, BatchKey, Cvrs, ManifestBatch};

/// What is to be invented.
#[derive(Debug, Clone)]
pub struct CountPlan {
    /// The same seed makes the same count.
    pub seed: u64,
    /// The audit's public seed.
    pub public_seed: String,
    /// How many cards the audit draws in each round.
    pub rounds: [u64; 2],
}

impl Default for CountPlan {
    fn default() -> Self {
        Self { seed: 2026, public_seed: "61841592034017364822".to_owned(), rounds: [180, 420] }
    }
}

/// An invented count.
#[derive(Debug, Clone)]
pub struct CountScenario {
    /// Files by name.
    pub files: Vec<(String, String)>,
    /// The contest whose outcome is reported wrongly.
    pub contest: &'static str,
    /// Who got most votes on paper.
    pub true_winner: &'static str,
    /// Who is reported to have won.
    pub reported_winner: &'static str,
    /// The batch in whose records the choices are exchanged.
    pub altered_batch: String,
    /// How many of its records differ from the paper.
    pub altered_records: u64,
}

const ELECTION: &str = "Example County General Election";
const CLERK: &str = "County Clerk";
const CLERKS: [&str; 3] = ["Nadia Quill", "Tobias Marsh", "Write-in"];
const MEASURE: &str = "Measure 4: Library Bond";
const ANSWERS: [&str; 2] = ["Yes", "No"];
/// Batch sizes; the seventh is a precinct that stands by one candidate.
const BATCHES: [(&str, u64, f64); 12] = [
    ("1", 240, 0.50),
    ("1", 212, 0.48),
    ("1", 251, 0.52),
    ("1", 198, 0.51),
    ("2", 263, 0.49),
    ("2", 230, 0.50),
    ("2", 320, 0.78),
    ("2", 244, 0.49),
    ("3", 275, 0.50),
    ("3", 221, 0.47),
    ("3", 258, 0.52),
    ("3", 236, 0.50),
];
const ALTERED: usize = 6;

/// What is on a card: the place of the choice, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    clerk: Option<usize>,
    measure: Option<usize>,
}

/// A count with its scripted fault.
pub fn county(plan: &CountPlan) -> CountScenario {
    let paper = paper(plan.seed);
    let recorded: Vec<Vec<Marks>> = paper.iter().enumerate().map(|(at, cards)| scanned(at, cards)).collect();
    let files = vec![
        ("ballot-manifest.csv".to_owned(), manifest_file()),
        ("cast-vote-records.csv".to_owned(), records_file(&recorded)),
        ("results.csv".to_owned(), results_file(&recorded)),
        (AUDIT_FILE.to_owned(), settings_file(plan)),
        ("audit-board.csv".to_owned(), board_file(plan, &paper)),
    ];
    let differ = paper[ALTERED].iter().zip(&recorded[ALTERED]).filter(|(a, b)| a != b).count();
    CountScenario {
        files,
        contest: CLERK,
        true_winner: CLERKS[winner(&paper)],
        reported_winner: CLERKS[winner(&recorded)],
        altered_batch: format!("batch {} of tabulator {}", ALTERED + 1, BATCHES[ALTERED].0),
        altered_records: differ as u64,
    }
}

fn paper(seed: u64) -> Vec<Vec<Marks>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut card = |share: f64| {
        let clerk = match rng.random::<f64>() {
            at if at < 0.93 * share => Some(0),
            at if at < 0.93 => Some(1),
            at if at < 0.94 => Some(2),
            _ => None,
        };
        let measure = match rng.random::<f64>() {
            at if at < 0.54 => Some(0),
            at if at < 0.92 => Some(1),
            _ => None,
        };
        Marks { clerk, measure }
    };
    BATCHES.iter().map(|(_, cards, share)| (0..*cards).map(|_| card(*share)).collect()).collect()
}

/// What the scanner of a batch made of its cards.
fn scanned(batch: usize, cards: &[Marks]) -> Vec<Marks> {
    let exchange = |clerk: Option<usize>| match clerk {
        Some(0) => Some(1),
        Some(1) => Some(0),
        other => other,
    };
    let altered = |card: &Marks| if batch == ALTERED { Marks { clerk: exchange(card.clerk), ..*card } } else { *card };
    cards.iter().map(altered).collect()
}

fn votes(batches: &[Vec<Marks>], choice: usize, of: fn(&Marks) -> Option<usize>) -> usize {
    batches.iter().flatten().filter(|card| of(card) == Some(choice)).count()
}

fn winner(batches: &[Vec<Marks>]) -> usize {
    (0..CLERKS.len()).max_by_key(|at| votes(batches, *at, |card| card.clerk)).unwrap_or(0)
}

fn manifest_file() -> String {
    let rows = BATCHES
        .iter()
        .enumerate()
        .map(|(at, (tabulator, cards, _))| format!("Shelf {},{tabulator},{},{cards}\n", 1 + at / 4, at + 1));
    format!("Container,Tabulator,Batch Name,Number of Ballots\n{}", rows.collect::<String>())
}

/// In the shape of Dominion's CSV export.
fn records_file(batches: &[Vec<Marks>]) -> String {
    let lead = ",".repeat(8);
    let contests = [CLERK, CLERK, CLERK, MEASURE, MEASURE].map(|name| format!("{name} (Vote For=1)")).join(",");
    let choices = CLERKS.iter().chain(&ANSWERS).copied().collect::<Vec<_>>().join(",");
    let mut file = format!(
        "{ELECTION},5.10.50.85{}\n{lead}{contests}\n{lead}{choices}\n\
         CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,,,,\n",
        ",".repeat(11)
    );
    let mut number = 0;
    for (at, cards) in batches.iter().enumerate() {
        let tabulator = BATCHES[at].0;
        for (record, card) in cards.iter().enumerate() {
            number += 1;
            let mark = |of: Option<usize>, choice: usize| if of == Some(choice) { "1" } else { "0" };
            let clerk = (0..3).map(|choice| mark(card.clerk, choice));
            let marks = clerk.chain((0..2).map(|choice| mark(card.measure, choice))).collect::<Vec<_>>().join(",");
            let (batch, record) = (at + 1, record + 1);
            file.push_str(&format!(
                "{number},{tabulator},{batch},{record},{tabulator}-{batch}-{record},Election Day,Precinct {batch},Style 1,{marks}\n"
            ));
        }
    }
    file
}

fn results_file(batches: &[Vec<Marks>]) -> String {
    let clerk = CLERKS.iter().enumerate().map(|(at, name)| (CLERK, *name, votes(batches, at, |card| card.clerk)));
    let measure =
        ANSWERS.iter().enumerate().map(|(at, name)| (MEASURE, *name, votes(batches, at, |card| card.measure)));
    let rows = clerk.chain(measure).map(|(contest, choice, votes)| format!("{contest},{choice},{votes}\n"));
    format!("contest,choice,votes\n{}", rows.collect::<String>())
}

fn settings_file(plan: &CountPlan) -> String {
    let CountPlan { public_seed, rounds: [first, second], .. } = plan;
    format!(
        "risk_limit = 0.05\n# Twenty ten-sided dice, rolled in public after manifest and records had been entered in the ledger.\n\
         seed = \"{public_seed}\"\ndraw = \"arlo\"\nrounds = [{first}, {second}]\n\n[[contest]]\nname = \"{CLERK}\"\n\n[[contest]]\nname = \"{MEASURE}\"\n"
    )
}

/// What people read on the drawn cards.
fn board_file(plan: &CountPlan, paper: &[Vec<Marks>]) -> String {
    let manifest = manifest();
    let cards = Paper::new(&manifest, &Cvrs::default());
    let drawn =
        draw(DrawRule::Arlo, &plan.public_seed, false, &manifest, &cards, plan.rounds.iter().sum()).unwrap_or_default();
    let mut places: Vec<u64> = drawn.iter().map(|d| d.card).collect();
    places.sort_unstable();
    let mut file = format!("tabulator,batch,position,status,{CLERK},{MEASURE}\n");
    for at in places.into_iter().filter_map(|card| cards.position(card)) {
        let card = paper[at.batch][at.position as usize - 1];
        let name = |of: Option<usize>, names: &[&'static str]| of.map_or("blank", |at| names[at]);
        let (tabulator, batch) = (BATCHES[at.batch].0, at.batch + 1);
        let (clerk, measure) = (name(card.clerk, &CLERKS), name(card.measure, &ANSWERS));
        file.push_str(&format!("{tabulator},{batch},{},found,{clerk},{measure}\n", at.position));
    }
    file
}

fn manifest() -> BallotManifest {
    let batch = |(at, (tabulator, cards, _)): (usize, &(&str, u64, f64))| ManifestBatch {
        key: BatchKey { tabulator: (*tabulator).to_owned(), batch: (at + 1).to_string(), ..BatchKey::default() },
        cards: *cards,
        ..ManifestBatch::default()
    };
    BallotManifest { batches: BATCHES.iter().enumerate().map(batch).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_decides_and_is_wrong() {
        let scenario = county(&CountPlan::default());
        assert_ne!(scenario.true_winner, scenario.reported_winner);
        assert!(scenario.altered_records > 250, "{}", scenario.altered_records);
        let rows = scenario.files.iter().map(|(name, text)| (name.as_str(), text.lines().count())).collect::<Vec<_>>();
        assert_eq!(rows[1].1, 4 + 2948);
        assert_eq!(rows[4].1, 1 + 600);
    }
}
