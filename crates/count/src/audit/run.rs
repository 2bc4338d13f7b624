//! A whole audit: every contest, over one draw.

use pollwarden_rla::draw::DrawError;

use super::assertions::{Ballots, Decided};
use super::contest::{Look, Looked, Measured};
use super::{
    AuditSettings, BoardRecords, CardVote, ContestSettings, Drawn, ElectionRule, Method, Paper, Replay, sample,
};
use crate::{BallotManifest, Contest, Cvrs, Evidence, ReportedContest, Results};

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
    /// Reported votes by choice; empty where no file says.
    pub reported: Vec<u64>,
    /// Who wins by the records; in words where that can't be said. `None` without records.
    pub recorded_winners: Option<Result<Vec<u32>, String>>,
    /// The drawn cards, in order.
    pub looked: Vec<Looked>,
    /// What must be true, with its measured risk; in words where no such list could be made.
    pub measured: Result<Vec<Measured>, String>,
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

    /// The measured risk: the largest of all assertions; 1 where there are none to be made.
    pub fn risk(&self) -> f64 {
        self.risk_after(self.looked.len())
    }

    /// The measured risk after so many draws.
    pub fn risk_after(&self, draws: usize) -> f64 {
        let Ok(measured) = &self.measured else { return 1.0 };
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

    /// How many more draws would confirm the outcome, if as many cards differed as so far; `None`: only a full hand count
    /// can.
    pub fn further_draws(&self, audit: &Audit) -> Option<u64> {
        let measured = self.measured.as_ref().ok()?;
        let mut each = measured.iter().map(|m| m.further_draws(audit.settings.risk_limit.share()));
        each.try_fold(0, |most, more| Some(more?.max(most)))
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

impl Audit {
    /// Runs an audit over everything that is there.
    ///
    /// # Errors
    /// Where cards can't be drawn by the rule.
    pub fn run(settings: &AuditSettings, files: Files<'_>) -> Result<Self, DrawError> {
        let paper = Paper::new(files.manifest, files.cvrs);
        let drawn = draw(settings, files, &paper)?;
        let cards = drawn.iter().map(|d| d.card);
        let replay = Replay::new(cards, files.board, files.manifest, &paper, files.cvrs);
        let row_places = files.board.cards.iter().map(|row| (row.source.clone(), row.line)).collect();
        let mut audit = Self { settings: settings.clone(), paper, drawn, replay, contests: Vec::new(), row_places };
        audit.contests = asked_for(settings, files).iter().map(|contest| audit.contest(contest, files)).collect();
        Ok(audit)
    }

    /// The file and line of a board's row.
    pub fn row_place(&self, row: usize) -> Option<(&str, u64)> {
        self.row_places.get(row).map(|(source, line)| (source.as_str(), *line))
    }

    fn contest(&self, settings: &ContestSettings, files: Files<'_>) -> ContestAudit {
        let id = files.cvrs.find_contest(&settings.name);
        let reported = files.results.iter().flat_map(|r| &r.contests).find(|c| c.name == settings.name);
        let contest = id.map(|id| files.cvrs.contest(id).clone()).unwrap_or_else(|| contest_of(settings, reported));
        let mut decided = Decided::new(&contest, settings);
        let recorded = id.map(|id| decided.ballots(files.cvrs, id));
        let recorded_winners = recorded.as_ref().map(|ballots| decided.winners_of(ballots));
        let (winners, reported_by) = reported_winners(&decided, settings, reported, recorded_winners.as_ref());
        let method = settings.method.unwrap_or(if id.is_some() { Method::Comparison } else { Method::Polling });
        let look = Look {
            decided: &decided,
            id,
            cvrs: files.cvrs,
            paper: &self.paper,
            board: files.board,
            replay: &self.replay,
            drawn: &self.drawn,
            replacement: self.settings.replacement,
            limit: self.settings.risk_limit,
        };
        let looked = look.cards();
        let ballots = recorded.unwrap_or_else(|| ballots_of(&decided, settings, reported));
        let measured = winners.clone().and_then(|winners| {
            let decided = Decided { winners, ..decided.clone() };
            let assertions = decided.assertions(&ballots, self.paper.cards())?;
            Ok(Look { decided: &decided, ..look }.measure(method, assertions, &ballots, &looked))
        });
        decided.winners = winners.unwrap_or_default();
        let reported = totals(&decided, settings, reported).unwrap_or_default();
        ContestAudit { decided, method, reported_by, reported, recorded_winners, looked, measured }
    }
}

/// The draw of all rounds. Without rounds in the settings: as many draws as the board has rows.
fn draw(settings: &AuditSettings, files: Files<'_>, paper: &Paper) -> Result<Vec<Drawn>, DrawError> {
    let Some(seed) = &settings.seed else { return Ok(Vec::new()) };
    let size = match settings.rounds.as_slice() {
        [] => files.board.cards.len() as u64,
        rounds => rounds.iter().fold(0u64, |sum, size| sum.saturating_add(*size)),
    };
    // No draw is longer than every card drawn several times over: a slip of the finger must not fill the memory.
    let size = size.min(paper.cards().saturating_mul(4));
    sample::draw(settings.draw, seed, settings.replacement, files.manifest, paper, size)
}

/// The contests that settings name; all of the records or, without records, of the results where they name none.
fn asked_for(settings: &AuditSettings, files: Files<'_>) -> Vec<ContestSettings> {
    if !settings.contests.is_empty() {
        return settings.contests.clone();
    }
    let named = |name: &str| ContestSettings { name: name.to_owned(), ..ContestSettings::default() };
    let ranked = |c: &Contest| if c.ranks > 1 { ElectionRule::Irv } else { ElectionRule::Plurality };
    if files.cvrs.is_empty() {
        return files.results.iter().flat_map(|r| &r.contests).map(|c| named(&c.name)).collect();
    }
    files.cvrs.contests().map(|(_, c)| ContestSettings { rule: ranked(c), ..named(&c.name) }).collect()
}

/// A contest that no record has: its choices are those of the results or settings.
fn contest_of(settings: &ContestSettings, reported: Option<&ReportedContest>) -> Contest {
    let choice = |name: &str, write_in| crate::Choice { name: name.to_owned(), write_in, ..crate::Choice::default() };
    let choices = match reported {
        Some(reported) => reported.choices.iter().map(|c| choice(&c.name, c.write_in)).collect(),
        None => settings.reported.keys().map(|name| choice(name, false)).collect(),
    };
    let (votes_allowed, winners) = reported.map_or((None, None), |r| (r.votes_allowed, r.winners));
    Contest { name: settings.name.clone(), choices, votes_allowed, winners, ..Contest::default() }
}

/// Reported votes as ballots with one vote each: enough for means that are sums over votes.
fn ballots_of(decided: &Decided, settings: &ContestSettings, reported: Option<&ReportedContest>) -> Ballots {
    totals(decided, settings, reported)
        .map(|totals| totals.into_iter().enumerate().map(|(at, n)| (CardVote::Choices(vec![at as u32]), n)).collect())
        .unwrap_or_default()
}

/// Reported totals by the contest's choices.
fn totals(decided: &Decided, settings: &ContestSettings, reported: Option<&ReportedContest>) -> Option<Vec<u64>> {
    let choices = &decided.contest.choices;
    if !settings.reported.is_empty() {
        return Some(choices.iter().map(|c| settings.reported.get(&c.name).copied().unwrap_or(0)).collect());
    }
    let reported = reported?;
    let votes = |name: &str| reported.choice(name).map_or(0, |at| reported.choices[at].votes);
    Some(choices.iter().map(|c| u64::try_from(votes(&c.name)).unwrap_or(0)).collect())
}

/// A name with reported votes that no choice has: without its votes nobody can say who was reported to have won.
fn unknown_name<'a>(
    decided: &Decided,
    settings: &'a ContestSettings,
    reported: Option<&'a ReportedContest>,
) -> Option<&'a str> {
    let typed = settings.reported.iter().map(|(name, votes)| (name.as_str(), *votes != 0));
    let choices = reported.into_iter().flat_map(|r| &r.choices).filter(|_| settings.reported.is_empty());
    let written = choices.filter(|c| !c.write_in).map(|c| (c.name.as_str(), c.votes != 0));
    let mut voted = typed.chain(written).filter(|(_, votes)| *votes).map(|(name, _)| name);
    voted.find(|name| decided.contest.choice(name).is_none())
}

fn reported_winners(
    decided: &Decided,
    settings: &ContestSettings,
    reported: Option<&ReportedContest>,
    recorded: Option<&Result<Vec<u32>, String>>,
) -> (Result<Vec<u32>, String>, ReportedBy) {
    if !settings.reported_winners.is_empty() {
        let place = |name: &String| match decided.contest.choice(name) {
            Some(at) => Ok(at as u32),
            None => Err(format!("no choice of the contest is named {name}")),
        };
        return (settings.reported_winners.iter().map(place).collect(), ReportedBy::Settings);
    }
    if let Some(name) = unknown_name(decided, settings, reported) {
        let why = format!("votes are reported for {name}, and no choice of the contest has that name");
        return (Err(why), ReportedBy::Results);
    }
    let ballots = ballots_of(decided, settings, reported);
    if !ballots.is_empty() && !decided.is_ranked() {
        let by = if settings.reported.is_empty() { ReportedBy::Results } else { ReportedBy::Settings };
        return (decided.winners_of(&ballots), by);
    }
    match recorded {
        Some(winners) => (winners.clone(), ReportedBy::Records),
        None => (Err("nobody says who won: neither audit.toml nor a results file".to_owned()), ReportedBy::Records),
    }
}
