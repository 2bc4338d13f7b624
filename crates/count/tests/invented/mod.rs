//! Invented counts of a few batches: what is on paper, what the machine made of it, and what a board reads.

#![allow(dead_code, unreachable_pub, reason = "a module of several tests")]

pub mod report;

use pollwarden_count::audit::{AuditSettings, Audited, BoardRecords, Files, Paper, draw};
use pollwarden_count::{
    BallotManifest, BatchKey, CardPlace, Choice, CvrBuilder, Cvrs, Evidence, Interpretation, ManifestBatch, Mark,
    ReportedChoice, ReportedContest, Results, Votes,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

pub const CLERK: &str = "County Clerk";
pub const CLERKS: [&str; 2] = ["Nadia Quill", "Tobias Marsh"];
pub const BOND: &str = "Library Bond";
pub const ANSWERS: [&str; 2] = ["Yes", "No"];

/// The choice marked in each contest.
pub type Marks = [Option<usize>; 2];

/// A count: cards by batch.
#[derive(Debug, Clone)]
pub struct Count {
    pub paper: Vec<Vec<Marks>>,
    pub records: Vec<Vec<Marks>>,
    /// audit.toml but for the contests.
    pub settings: String,
}

/// A card drawn by an audit.
pub struct Row {
    pub batch: usize,
    pub position: u64,
}

impl Count {
    /// Batches of these sizes; `share` of the cards with a vote for clerk are for the first. Records are as the paper.
    pub fn new(seed: u64, batches: &[usize], share: f64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut card = || {
            let mut mark = |share: f64| match rng.random::<f64>() {
                at if at < 0.95 * share => Some(0),
                at if at < 0.95 => Some(1),
                _ => None,
            };
            [mark(share), mark(0.7)]
        };
        let paper: Vec<Vec<Marks>> = batches.iter().map(|cards| (0..*cards).map(|_| card()).collect()).collect();
        Self { records: paper.clone(), paper, settings: String::new() }
    }

    /// The audit: one round after the other.
    #[must_use]
    pub fn audit(mut self, seed: &str, rounds: &[u64]) -> Self {
        self.settings = format!("risk_limit = 0.05\nseed = \"{seed}\"\ndraw = \"colorado\"\nrounds = {rounds:?}\n");
        self
    }

    /// The clerk's choices exchanged in the records of a batch.
    #[must_use]
    pub fn exchange(mut self, batch: usize) -> Self {
        self.records[batch].iter_mut().for_each(|card| card[0] = card[0].map(|choice| 1 - choice));
        self
    }

    /// Votes by choice, and cards without one.
    pub fn totals(cards: &[Vec<Marks>], contest: usize) -> [u64; 3] {
        let mut totals = [0; 3];
        cards.iter().flatten().for_each(|card| totals[card[contest].unwrap_or(2)] += 1);
        totals
    }

    pub fn cards(&self) -> u64 {
        self.paper.iter().map(|batch| batch.len() as u64).sum()
    }

    pub fn manifest(&self) -> BallotManifest {
        let batch = |(at, cards): (usize, &Vec<Marks>)| ManifestBatch {
            key: key(at),
            cards: cards.len() as u64,
            source: "ballot-manifest.csv".to_owned(),
            ..ManifestBatch::default()
        };
        BallotManifest { batches: self.paper.iter().enumerate().map(batch).collect() }
    }

    /// The drawn cards in order, as the settings say.
    pub fn drawn(&self) -> Vec<Row> {
        let settings = AuditSettings::parse("audit.toml", &self.settings).expect("settings");
        let manifest = self.manifest();
        let paper = Paper::new(&manifest, &Cvrs::default());
        let seed = settings.seed.as_deref().expect("a seed");
        let size = settings.rounds.iter().sum();
        let drawn = draw(settings.draw, seed, settings.replacement, &manifest, &paper, size).expect("a draw");
        let row = |card| {
            let at = paper.position(card).expect("a card of the manifest");
            Row { batch: at.batch, position: at.position }
        };
        drawn.iter().map(|d| row(d.card)).collect()
    }

    pub fn on_paper(&self, row: &Row) -> Marks {
        self.paper[row.batch][row.position as usize - 1]
    }

    /// Everything, as if it had been read from files. The board read each drawn card.
    pub fn evidence(&self) -> Evidence {
        let cvrs = self.cvrs();
        let records = cvrs.len();
        let mut evidence = Evidence {
            cvrs,
            record_files: vec![("cvrs.csv".to_owned(), 0..records)],
            manifest: self.manifest(),
            results: vec![self.results()],
            board: self.board(),
            ..Evidence::default()
        };
        let settings = AuditSettings::parse("audit.toml", &self.settings).expect("settings");
        let files = Files {
            cvrs: &evidence.cvrs,
            manifest: &evidence.manifest,
            results: &evidence.results,
            board: &evidence.board,
        };
        evidence.audit = Some(pollwarden_count::audit::Audit::run(&settings, files).expect("an audit"));
        evidence
    }

    fn cvrs(&self) -> Cvrs {
        let mut builder = CvrBuilder::default();
        let contests = [(CLERK, CLERKS), (BOND, ANSWERS)].map(|(name, choices)| {
            let id = builder.contest("", name);
            for choice in choices {
                builder.choice(id, Choice { name: choice.to_owned(), ..Choice::default() });
            }
            id
        });
        let mut votes = Votes::default();
        for (at, cards) in self.records.iter().enumerate() {
            for (record, card) in cards.iter().enumerate() {
                votes.clear();
                for (contest, mark) in contests.iter().zip(card) {
                    votes.on_card(*contest);
                    mark.iter().for_each(|choice| votes.mark(*contest, Mark::vote(*choice as u32)));
                }
                let (batch, record) = ((at + 1).to_string(), (record + 1).to_string());
                builder.card(
                    CardPlace { tabulator: "1", batch: &batch, record: &record, ..CardPlace::default() },
                    &mut votes,
                );
            }
        }
        builder.finish()
    }

    fn results(&self) -> Results {
        let contest = |at: usize, name: &str, choices: [&str; 2]| {
            let totals = Self::totals(&self.records, at);
            let choice = |(at, name): (usize, &&str)| ReportedChoice {
                name: (*name).to_owned(),
                votes: totals[at] as i64,
                ..ReportedChoice::default()
            };
            let choices = choices.iter().enumerate().map(choice).collect();
            ReportedContest { name: name.to_owned(), choices, ..ReportedContest::default() }
        };
        let contests = vec![contest(0, CLERK, CLERKS), contest(1, BOND, ANSWERS)];
        Results { source: "results.csv".to_owned(), contests, ..Results::default() }
    }

    fn board(&self) -> BoardRecords {
        let name = |mark: Option<usize>, names: [&str; 2]| {
            Interpretation::Choices(mark.iter().map(|at| names[*at].to_owned()).collect())
        };
        let row = |(at, row): (usize, Row)| {
            let card = self.on_paper(&row);
            Audited {
                source: "audit-board.csv".to_owned(),
                line: at as u64 + 2,
                batch: key(row.batch),
                position: row.position,
                imprinted: String::new(),
                votes: Some(vec![name(card[0], CLERKS), name(card[1], ANSWERS)]),
            }
        };
        BoardRecords {
            contests: vec![CLERK.to_owned(), BOND.to_owned()],
            cards: self.drawn().into_iter().enumerate().map(row).collect(),
            ..BoardRecords::default()
        }
    }

    /// The files of an office's folder.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ballot-manifest.csv", self.manifest_file()),
            ("cvrs.csv", self.records_file()),
            ("results.csv", self.results_file()),
            (
                "audit.toml",
                format!("{}\n[[contest]]\nname = \"{CLERK}\"\n\n[[contest]]\nname = \"{BOND}\"\n", self.settings),
            ),
            ("audit-board.csv", self.board_file()),
        ]
    }

    fn manifest_file(&self) -> String {
        let rows = self.paper.iter().enumerate().map(|(at, cards)| format!("1,{},{}\n", at + 1, cards.len()));
        format!("Tabulator,Batch Name,Number of Ballots\n{}", rows.collect::<String>())
    }

    fn records_file(&self) -> String {
        let (clerk, bond) = (format!("{CLERK} (Vote For=1)"), format!("{BOND} (Vote For=1)"));
        let mut file = format!(
            "Fennmoor County,5.10.50.85,,,,,,\n,,,,{clerk},{clerk},{bond},{bond}\n,,,,{},{}\n\
             TabulatorNum,BatchId,RecordId,PrecinctPortion,,,,\n",
            CLERKS.join(","),
            ANSWERS.join(",")
        );
        for (at, cards) in self.records.iter().enumerate() {
            for (record, card) in cards.iter().enumerate() {
                let marks =
                    card.iter().flat_map(|mark| [0, 1].map(|choice| u8::from(*mark == Some(choice)).to_string()));
                let marks = marks.collect::<Vec<_>>().join(",");
                file.push_str(&format!("1,{},{},Precinct {},{marks}\n", at + 1, record + 1, at + 1));
            }
        }
        file
    }

    /// Results by precinct, which here are the batches.
    pub fn results_file(&self) -> String {
        let mut file = "contest,precinct,choice,votes\n".to_owned();
        for (contest, (name, choices)) in [(CLERK, CLERKS), (BOND, ANSWERS)].into_iter().enumerate() {
            for (at, cards) in self.records.iter().enumerate() {
                let totals = Self::totals(std::slice::from_ref(cards), contest);
                for (choice, votes) in choices.iter().zip(totals) {
                    file.push_str(&format!("{name},Precinct {},{choice},{votes}\n", at + 1));
                }
            }
        }
        file
    }

    fn board_file(&self) -> String {
        let mut rows = self.drawn();
        rows.sort_by_key(|row| (row.batch, row.position));
        rows.dedup_by_key(|row| (row.batch, row.position));
        let mut file = format!("tabulator,batch,position,status,{CLERK},{BOND}\n");
        for row in rows {
            let [clerk, bond] = self.on_paper(&row);
            let name = |of: Option<usize>, names: [&'static str; 2]| of.map_or("blank", |at| names[at]);
            let (clerk, bond) = (name(clerk, CLERKS), name(bond, ANSWERS));
            file.push_str(&format!("1,{},{},found,{clerk},{bond}\n", row.batch + 1, row.position));
        }
        file
    }
}

fn key(batch: usize) -> BatchKey {
    BatchKey { tabulator: "1".to_owned(), batch: (batch + 1).to_string(), ..BatchKey::default() }
}
