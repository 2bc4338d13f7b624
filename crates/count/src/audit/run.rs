//! A whole audit: every contest, over one draw.

use pollwarden_rla::draw::DrawError;

use super::asked::asked_for;
use super::assertions::Decided;
use super::batches::BatchAudit;
use super::card_draw::CardDraw;
use super::contest::{Looked, Measured};
use super::one::Run;
use super::{AuditSettings, BoardRecords, CardVote, Drawn, ElectionRule, Method, Paper, Replay};
use crate::{BallotManifest, Contest, Cvrs, Evidence, Results};

/// What an audit rests on.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// Cast vote records; none where there are none.
    pub cvrs: &'a Cvrs,
    /// The manifest.
    pub manifest: &'a BallotManifest,
    /// Reported results.
    pub results: &'a [Results],
    /// The board's rows.
    pub board: &'a BoardRecords,
}

/// An audit, as far as it has come.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Its settings.
    pub settings: AuditSettings,
    /// Cards and records.
    pub paper: Paper,
    /// The draw, in order.
    pub drawn: Vec<Drawn>,
    /// What became of the drawn cards.
    pub replay: Replay,
    /// By contest.
    pub contests: Vec<ContestAudit>,
    row_places: Vec<(String, u64)>,
}

/// One contest's audit.
#[derive(Debug, Clone)]
pub struct ContestAudit {
    /// How the contest is decided, and who is reported to have won.
    pub decided: Decided,
    /// How it is audited.
    pub method: Method,
    /// Where the reported winners are from.
    pub reported_by: ReportedBy,
    /// Whether it can be told who was reported to have won. Where it can't, `decided.winners` is empty for that reason.
    pub winners_reported: bool,
    /// Reported votes by choice; empty where no file says.
    pub reported: Vec<u64>,
    /// Who wins by the records; in words where that can't be said. `None` without records.
    pub recorded_winners: Option<Result<Vec<u32>, String>>,
    /// Who won by a full hand count, which decides; in words where that can't be said. `None`: there was none.
    pub hand_counted: Option<Result<Vec<u32>, String>>,
    /// The drawn cards that count for the contest, in order; none where batches are drawn.
    pub looked: Vec<Looked>,
    /// The draw of batches, where whole batches are compared.
    pub batches: Option<BatchAudit>,
    /// What must be true, with its measured risk; in words where no such list could be made.
    pub measured: Result<Vec<Measured>, String>,
    /// Why the outcome can't be confirmed, in words, whatever people read on the drawn cards: the risk is then 1. `None` where there
    /// is no such reason.
    pub untold: Option<String>,
}

/// Who says who won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportedBy {
    /// audit.toml.
    Settings,
    /// A results file.
    Results,
    /// Nobody: the records' own winners are audited.
    Records,
}

impl ContestAudit {
    /// The contest's name.
    pub fn name(&self) -> &str {
        &self.decided.contest.name
    }

    /// How many cards or batches were drawn for it.
    pub fn draws(&self) -> usize {
        self.batches.as_ref().map_or(self.looked.len(), |batches| batches.drawn.len())
    }

    /// The measured risk: the largest of all assertions; 1 where there are none to be made. After a full hand count nothing is
    /// left to chance: 0 where it bears the report out, else 1.
    pub fn risk(&self) -> f64 {
        match &self.hand_counted {
            Some(Ok(winners)) if *winners == self.decided.winners && self.is_reported() => 0.0,
            Some(_) => 1.0,
            None => self.risk_after(self.draws()),
        }
    }

    /// Whether anybody says who won; of a supermajority it may be nobody.
    pub fn is_reported(&self) -> bool {
        let nobody = self.decided.winners.is_empty() && self.decided.rule != ElectionRule::Supermajority;
        self.winners_reported && !nobody
    }

    /// The measured risk after so many draws, without a full hand count.
    pub fn risk_after(&self, draws: usize) -> f64 {
        let Some(measured) = self.measured.as_ref().ok().filter(|_| self.untold.is_none()) else { return 1.0 };
        let Some(last) = draws.checked_sub(1) else { return 1.0 };
        measured.iter().map(|m| m.risk.get(last).copied().unwrap_or(1.0)).fold(0.0, f64::max)
    }

    /// How many of the drawn cards a board read for this contest.
    pub fn cards_read(&self) -> usize {
        self.looked.iter().filter(|looked| looked.read.is_some()).count()
    }

    /// Drawn cards, each once.
    pub fn each_card(&self) -> impl Iterator<Item = &Looked> {
        let mut seen = std::collections::HashSet::new();
        self.looked.iter().filter(move |looked| seen.insert(looked.card))
    }

    /// Cards whose record says something else than people read, each once.
    pub fn discrepancies(&self) -> impl Iterator<Item = (&Looked, &CardVote, &CardVote)> {
        self.each_card().filter_map(|looked| match (&looked.recorded, &looked.read) {
            (Some(recorded), Some(read)) if recorded != read => Some((looked, recorded, read)),
            _ => None,
        })
    }

    /// How many more draws would confirm the outcome, if they were like those made; `None`: only a full hand count can.
    pub fn further_draws(&self) -> Option<u64> {
        let measured = self.measured.as_ref().ok()?;
        measured.iter().map(|m| m.more).try_fold(0, |most, more| Some(more?.max(most)))
    }

    /// Votes by choice, by the records, or by what was reported where there are none.
    pub fn reported_totals(&self, evidence: &Evidence) -> Vec<u64> {
        match evidence.cvrs.find_contest(self.name()) {
            Some(id) => self.decided.totals(&self.decided.ballots(&evidence.cvrs, id)),
            None => self.reported.clone(),
        }
    }

    /// Names of the reported winners.
    pub fn winners(&self) -> Vec<&str> {
        names(&self.decided.contest, &self.decided.winners)
    }
}

/// Names of choices.
pub fn names<'a>(contest: &'a Contest, choices: &[u32]) -> Vec<&'a str> {
    choices.iter().filter_map(|at| contest.choices.get(*at as usize)).map(|c| c.name.as_str()).collect()
}

impl<'a> Files<'a> {
    /// Of evidence.
    pub fn of(evidence: &'a Evidence) -> Self {
        let Evidence { cvrs, manifest, results, board, .. } = evidence;
        Self { cvrs, manifest, results, board }
    }
}

impl Audit {
    /// Runs an audit over everything that is there.
    ///
    /// # Errors
    /// Where cards can't be drawn by the rule.
    pub fn run(settings: &AuditSettings, files: Files<'_>) -> Result<Self, DrawError> {
        let paper = Paper::new(files.manifest, files.cvrs);
        let asked = asked_for(settings, files);
        let draw = CardDraw::new(settings, files, &paper, &asked);
        let drawn = draw.cards(None)?;
        let cards = drawn.iter().map(|d| d.card).filter(|card| *card < paper.cards());
        let mut replay = Replay::new(cards, files.board, files.manifest, &paper, files.cvrs);
        if replay.rows.len() as u64 == paper.cards() {
            // Where people looked at every card, none is one too many.
            replay.extra.clear();
        }
        let row_places = files.board.cards.iter().map(|row| (row.source.clone(), row.line)).collect();
        let contests = asked.iter().map(|asked| {
            Run { settings, files, paper: &paper, replay: &replay, drawn: &drawn, draw: &draw }.contest(asked)
        });
        let contests = contests.collect();
        Ok(Self { settings: settings.clone(), paper, drawn, replay, contests, row_places })
    }

    /// The draws that a new entry sheet is for, each with its number in the whole draw, from 1: all that the audit itself makes; or, of
    /// a `size`, so many (by style, so many for each contest). Without the first `skip`, which earlier sheets were for; by style, without
    /// the first so many of each contest. `None` where neither `size` nor rounds say how many.
    ///
    /// # Errors
    /// Where cards can't be drawn by the rule.
    pub fn sheet(
        &self,
        files: Files<'_>,
        size: Option<u64>,
        skip: u64,
    ) -> Result<Option<Vec<(u64, Drawn)>>, DrawError> {
        CardDraw::new(&self.settings, files, &self.paper, &asked_for(&self.settings, files)).sheet(size, skip)
    }

    /// Whether a card has no record though it should have one: there are records, and the manifest doesn't say that its batch has none.
    pub fn lacks_record(&self, manifest: &BallotManifest, card: u64) -> bool {
        let Some(at) = self.paper.position(card) else { return false };
        let is_declared = manifest.batches.get(at.batch).is_some_and(|batch| batch.has_cvrs == Some(false));
        let excused = is_declared && !self.paper.has_records(at.batch);
        self.paper.with_record() > 0 && self.paper.record(card).is_none() && !excused
    }

    /// Whether every contest was counted by hand in full, so that nothing needs to be drawn.
    pub fn is_hand_count(&self) -> bool {
        !self.contests.is_empty() && self.contests.iter().all(|contest| contest.hand_counted.is_some())
    }

    /// The file and line of a board's row.
    pub fn row_place(&self, row: usize) -> Option<(&str, u64)> {
        self.row_places.get(row).map(|(source, line)| (source.as_str(), *line))
    }
}
