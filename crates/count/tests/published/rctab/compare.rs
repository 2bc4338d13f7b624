//! A count against a report of RCTab.

use std::collections::BTreeMap;
use std::fmt;

use pollwarden_count::tabulate::{Counts, Decimal, Outcome, Slice, TransferEnd};
use serde_json::Value;

/// What was compared.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) counted: usize,
    pub(super) without_reports: usize,
    pub(super) other_reports: usize,
    pub(super) waiting: Vec<String>,
    pub(super) faults: Vec<String>,
    reports: usize,
    rounds: usize,
    agreed: usize,
    numbers: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counted, reports, rounds, agreed, numbers, other_reports, without_reports, .. } = self;
        writeln!(
            f,
            "rctab: {counted} configurations counted, {reports} reports with {rounds} rounds, {agreed}/{numbers} numbers"
        )?;
        writeln!(f, "  {other_reports} reports of other kinds, {without_reports} configurations without reports")?;
        write!(f, "  waiting for a reader: {} {:?}", self.waiting.len(), self.waiting)
    }
}

impl Figures {
    fn same<T: PartialEq + fmt::Debug>(&mut self, what: &str, ours: &T, theirs: &T) {
        self.numbers += 1;
        if ours == theirs {
            self.agreed += 1;
        } else {
            self.faults.push(format!("{what}: counted {ours:?}, the report has {theirs:?}"));
        }
    }
}

fn number(text: &str) -> Decimal {
    Decimal::parse(text).unwrap_or_else(|| panic!("“{text}” is no number"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Counts by round, of the whole or a slice.
fn rounds<'a>(outcome: &'a Outcome, slice: Option<&'a Slice>) -> Vec<&'a Counts> {
    match slice {
        Some(slice) => slice.rounds.iter().collect(),
        None => outcome.rounds.iter().map(|round| &round.counts).collect(),
    }
}

/// The slice that a JSON report is of.
pub(super) fn slice_of_json(bytes: &[u8]) -> String {
    let report: Value = serde_json::from_slice(bytes).expect("a JSON report");
    ["precinct", "batch"].iter().find_map(|by| report["config"][by].as_str()).unwrap_or_default().to_owned()
}

pub(super) fn against_json(what: &str, bytes: &[u8], outcome: &Outcome, slice: Option<&Slice>, figures: &mut Figures) {
    figures.reports += 1;
    let report: Value = serde_json::from_slice(bytes).expect("a JSON report");
    let results = report["results"].as_array().expect("rounds");
    let rounds = rounds(outcome, slice);
    figures.same(&format!("{what}: rounds"), &rounds.len(), &results.len());
    for (at, (counts, theirs)) in rounds.iter().zip(results).enumerate() {
        figures.rounds += 1;
        let what = format!("{what}, round {}", at + 1);
        let tally = |value: &Value| -> BTreeMap<String, String> {
            let map = value.as_object().into_iter().flatten();
            map.map(|(name, votes)| (name.clone(), number(&text(votes)).to_string())).collect()
        };
        figures.same(&format!("{what}: tally"), &our_tally(outcome, counts), &tally(&theirs["tally"]));
        let threshold = number(&text(&theirs["threshold"]));
        figures.same(&format!("{what}: threshold"), &outcome.rounds[at].threshold, &threshold);
        for (name, votes) in theirs["inactiveBallots"].as_object().into_iter().flatten() {
            let ours = inactive(counts, name);
            figures.same(&format!("{what}: {name}"), &ours, &number(&text(votes)));
        }
        let actions = theirs["tallyResults"].as_array().expect("results of a tally");
        figures.same(&format!("{what}: decisions"), &outcome.rounds[at].decisions.len(), &actions.len());
        for (decision, action) in outcome.rounds[at].decisions.iter().zip(actions) {
            let kind = if decision.elected { "elected" } else { "eliminated" };
            let who = outcome.candidates[decision.candidate].as_str();
            figures.same(&format!("{what}: {kind}"), &Some(who), &action[kind].as_str());
            let ours = rounds.get(at + 1).map(|next| transfers(outcome, next, decision.candidate)).unwrap_or_default();
            figures.same(&format!("{what}: transfers of {who}"), &ours, &tally(&action["transfers"]));
        }
    }
    let all = rounds.first().map(|counts| total(counts)).expect("a round");
    figures.same(&format!("{what}: ballots"), &all, &number(&text(&report["summary"]["totalNumBallots"])));
    let undervotes = rounds[0].inactive.no_rankings;
    figures.same(&format!("{what}: undervotes"), &undervotes, &number(&text(&report["summary"]["undervotes"])));
    let candidates = &report["summary"]["numCandidates"];
    figures.same(
        &format!("{what}: candidates"),
        &(outcome.candidates.len() as u64),
        &candidates.as_u64().expect("a number"),
    );
}

fn our_tally(outcome: &Outcome, counts: &Counts) -> BTreeMap<String, String> {
    let named = outcome.candidates.iter().zip(&counts.votes);
    named.filter_map(|(name, votes)| Some((name.clone(), (*votes)?.to_string()))).collect()
}

fn transfers(outcome: &Outcome, counts: &Counts, from: usize) -> BTreeMap<String, String> {
    let to = |end: TransferEnd| match end {
        TransferEnd::Candidate(at) => outcome.candidates[at].clone(),
        TransferEnd::Exhausted => "exhausted".to_owned(),
        TransferEnd::ResidualSurplus => "residual surplus".to_owned(),
    };
    let moved = counts.transfers.iter().filter(|transfer| transfer.from == Some(from));
    moved.map(|transfer| (to(transfer.to), transfer.votes.to_string())).collect()
}

fn inactive(counts: &Counts, name: &str) -> Decimal {
    match name {
        "exhaustedChoices" => counts.inactive.exhausted_choices,
        "overvotes" => counts.inactive.overvotes,
        "repeatedRankings" => counts.inactive.repeated_rankings,
        "skippedRankings" => counts.inactive.skipped_rankings,
        "finalRoundSurplus" => counts.final_round_surplus,
        other => panic!("“{other}” is no kind of inactive ballots"),
    }
}

/// Exact sum of decimals.
fn sum(numbers: impl IntoIterator<Item = Decimal>) -> Decimal {
    let units = numbers.into_iter().map(|number| number.units(20).expect("at most 20 places"));
    Decimal::new(units.sum(), 20).expect("a number")
}

fn votes(counts: &Counts) -> Decimal {
    sum(counts.votes.iter().flatten().copied().chain([counts.final_round_surplus]))
}

fn exhausted(counts: &Counts) -> Decimal {
    let inactive = &counts.inactive;
    let reasons =
        [inactive.overvotes, inactive.skipped_rankings, inactive.exhausted_choices, inactive.repeated_rankings];
    sum(reasons)
}

fn total(counts: &Counts) -> Decimal {
    sum([votes(counts), exhausted(counts), counts.inactive.no_rankings])
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    rows.collect()
}

/// The slice that a CSV report is of.
pub(super) fn slice_of_csv(bytes: &[u8]) -> String {
    let of =
        |row: &Vec<String>| ["Precinct", "Batch"].contains(&row[0].as_str()).then(|| row.get(1).cloned()).flatten();
    rows(bytes).iter().find_map(of).unwrap_or_default()
}

pub(super) fn against_csv(what: &str, bytes: &[u8], outcome: &Outcome, slice: Option<&Slice>, figures: &mut Figures) {
    figures.reports += 1;
    let rows = rows(bytes);
    let rounds = rounds(outcome, slice);
    let start = rows.iter().position(|row| row[0] == "Rounds").expect("rounds");
    figures.same(&format!("{what}: rounds"), &rounds.len(), &((rows[start].len() - 1) / 3));
    for row in &rows[..start] {
        head(what, row, outcome, &rounds, figures);
    }
    for row in rows[start + 1..].iter().filter(|row| row.len() > 3) {
        for (at, counts) in rounds.iter().enumerate() {
            let Some(cell) = row.get(1 + 3 * at) else { continue };
            body(&format!("{what}, round {}: {}", at + 1, row[0]), row, cell, at, (outcome, slice, counts), figures);
        }
    }
}

fn head(what: &str, row: &[String], outcome: &Outcome, rounds: &[&Counts], figures: &mut Figures) {
    let Some(cell) = row.get(1) else { return };
    let what = format!("{what}: {}", row[0]);
    match row[0].as_str() {
        "Winner(s)" => figures.same(&what, &outcome.winner_names().join(", "), cell),
        "Final Threshold" => figures.same(&what, &outcome.rounds.last().expect("a round").threshold, &number(cell)),
        "Total Number of Ballots" => figures.same(&what, &total(rounds[0]), &number(cell)),
        "Number of Undervotes (No Rankings)" => figures.same(&what, &rounds[0].inactive.no_rankings, &number(cell)),
        _ => {}
    }
}

fn body(
    what: &str,
    row: &[String],
    cell: &str,
    at: usize,
    (outcome, slice, counts): (&Outcome, Option<&Slice>, &Counts),
    figures: &mut Figures,
) {
    let decided = |elected: bool| {
        let decisions = outcome.rounds[at].decisions.iter().filter(|decision| decision.elected == elected);
        let mark = |tie: bool| if tie { "*" } else { "" };
        let named = decisions.map(|d| format!("{}{}", outcome.candidates[d.candidate], mark(d.by_tiebreak)));
        named.collect::<Vec<_>>().join("; ")
    };
    let ours = match row[0].trim_end_matches('†') {
        "Eliminated" => return figures.same(what, &decided(false), &cell.to_owned()),
        "Elected" => return figures.same(what, &decided(true), &cell.to_owned()),
        "Active Ballots" => votes(counts),
        "Current Round Threshold" => outcome.rounds[at].threshold,
        "Inactive Ballots by Overvotes" => counts.inactive.overvotes,
        "Inactive Ballots by Skipped Rankings" => counts.inactive.skipped_rankings,
        "Inactive Ballots by Exhausted Choices" => counts.inactive.exhausted_choices,
        "Inactive Ballots by Repeated Rankings" => counts.inactive.repeated_rankings,
        "Inactive Ballots Total" => exhausted(counts),
        "Residual surplus" if slice.is_none() => outcome.rounds[at].residual_surplus,
        "Final Round Surplus" if cell.is_empty() => return,
        "Final Round Surplus" => counts.final_round_surplus,
        name => match outcome.candidates.iter().position(|candidate| candidate == name) {
            Some(candidate) => counts.votes[candidate].unwrap_or(Decimal::whole(0)),
            None => panic!("{what}: no row of this name is known"),
        },
    };
    figures.same(what, &ours, &number(cell));
}
