//! RCTab's `config.json`: rules, candidates and sources of a contest (fields: its `config_file_documentation.txt`).

use std::collections::HashSet;

use serde::Deserialize;

use super::ballots::{Ballots, Candidate, SourceRecords, WRITE_INS};
use super::{Decimal, ElectionMode, Outcome, OvervoteRule, Rules, SliceBy, TabulateError, TieRule, ranked};
use crate::formats::Layout;
use crate::{ContestId, Cvrs};

/// A contest's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The contest's name in reports.
    pub contest: String,
    /// The rules.
    pub rules: Rules,
    /// Candidates, in the order of the file.
    pub candidates: Vec<Candidate>,
    /// Where the cast vote records are.
    pub sources: Vec<ConfigSource>,
    /// Breakdowns to report.
    pub by: Vec<SliceBy>,
}

/// Cast vote records of one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSource {
    /// File or folder, as the configuration writes it: relative to the configuration's own folder.
    pub path: String,
    /// The system.
    pub provider: Provider,
    /// The contest's id or name in the records; empty where they hold one contest.
    pub contest: String,
    /// Where a table has its ranks; of no meaning for other formats but for the labels.
    pub layout: Layout,
}

/// Whose records they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Provider {
    /// NIST common data format, JSON or XML; Unisyn too.
    Cdf,
    /// Clear Ballot CSV.
    ClearBallot,
    /// Dominion JSON.
    Dominion,
    /// ES&S spreadsheets.
    Ess,
    /// Hart XML.
    Hart,
    /// A column for each candidate.
    GenericCsv,
}

/// Counts by a configuration: `records` are the cast vote records of its sources, in its order, and the contest in them
/// (see [`ConfigSource::contest_in`]). One outcome; where each seat is filled by a count of its own, one for each seat.
///
/// # Errors
/// See [`TabulateError`].
pub fn from_config(config: &Config, records: &[(&Cvrs, ContestId)]) -> Result<Vec<Outcome>, TabulateError> {
    let mut ballots = Ballots::new(config.candidates.clone(), config.has_write_ins(), &config.by);
    for (source, (cvrs, contest)) in config.sources.iter().zip(records) {
        ballots.add(&source.records(cvrs, *contest))?;
    }
    ranked(&config.rules, &ballots)
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// Where it is no RCTab configuration, or a field of it has no meaning.
    pub fn read(json: &[u8]) -> Result<Self, TabulateError> {
        let raw: RawConfig = serde_json::from_slice(json).map_err(|error| wrong(error.to_string()))?;
        let rules = raw.rules.read(&raw.tabulator_version)?;
        let ranks = raw.rules.ranks()?;
        let sources = raw.cvr_file_sources.into_iter().map(|source| source.read(ranks)).collect::<Result<_, _>>()?;
        let slices = [(raw.output_settings.precinct, SliceBy::Precinct), (raw.output_settings.batch, SliceBy::Batch)];
        let by = slices.into_iter().filter(|(wanted, _)| *wanted).map(|(_, by)| by).collect();
        let candidates = candidates(raw.candidates)?;
        Ok(Self { contest: raw.output_settings.contest_name, rules, candidates, sources, by })
    }

    /// Whether undeclared write-ins are counted, as one candidate who can't win.
    fn has_write_ins(&self) -> bool {
        self.sources.iter().any(|s| !s.layout.write_in_label.is_empty() || s.layout.blank_is_write_in)
    }
}

impl ConfigSource {
    /// The contest in the source's records.
    ///
    /// # Errors
    /// Where they don't have it.
    pub fn contest_in(&self, cvrs: &Cvrs) -> Result<ContestId, TabulateError> {
        let only = || cvrs.contests().map(|(id, _)| id).next().filter(|_| cvrs.contests().len() == 1);
        let found = if self.contest.is_empty() { only() } else { cvrs.find_contest(&self.contest) };
        found.ok_or_else(|| TabulateError::NoContest { contest: self.contest.clone() })
    }

    fn records<'a>(&'a self, cvrs: &'a Cvrs, contest: ContestId) -> SourceRecords<'a> {
        let (no_precinct, no_batch) = match self.provider {
            Provider::Ess => ("missing_precinct_id", "missing_batch_id"),
            Provider::GenericCsv => ("no precinct id", "no batch id"),
            _ => ("", ""),
        };
        let told = |column: Option<u32>, name| if column.is_some() { name } else { "" };
        SourceRecords {
            cvrs,
            contest,
            write_in_label: &self.layout.write_in_label,
            write_ins_are_marked: self.provider == Provider::Cdf,
            max_rank: self.layout.ranks,
            cut_ranks: matches!(self.provider, Provider::Ess | Provider::ClearBallot),
            no_precinct: told(self.layout.precinct_column, no_precinct),
            no_batch: told(self.layout.batch_column, no_batch),
        }
    }
}

fn wrong(what: String) -> TabulateError {
    TabulateError::Config { what }
}

/// Names and aliases are each one candidate's.
fn candidates(raw: Vec<RawCandidate>) -> Result<Vec<Candidate>, TabulateError> {
    let mut met = HashSet::new();
    let mut candidates = Vec::new();
    for RawCandidate { name, mut aliases, code, excluded } in raw {
        aliases.extend(code.filter(|code| !code.is_empty() && *code != name));
        for text in aliases.iter().chain([&name]) {
            if text.trim().is_empty() || text == WRITE_INS || !met.insert(text.clone()) {
                return Err(wrong(format!("candidates: “{text}” is empty, reserved or there twice")));
            }
        }
        candidates.push(Candidate { name, aliases, excluded });
    }
    if candidates.is_empty() { Err(wrong("candidates is empty".to_owned())) } else { Ok(candidates) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawConfig {
    #[serde(default)]
    tabulator_version: String,
    output_settings: RawOutput,
    cvr_file_sources: Vec<RawSource>,
    candidates: Vec<RawCandidate>,
    rules: RawRules,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawOutput {
    contest_name: String,
    #[serde(rename = "tabulateByPrecinct")]
    precinct: bool,
    #[serde(rename = "tabulateByBatch")]
    batch: bool,
}

#[derive(Deserialize)]
struct RawCandidate {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    code: Option<String>,
    #[serde(default)]
    excluded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSource {
    file_path: String,
    provider: Provider,
    #[serde(default)]
    contest_id: String,
    #[serde(default)]
    first_vote_column_index: Text,
    #[serde(default)]
    first_vote_row_index: Text,
    #[serde(default)]
    id_column_index: Text,
    #[serde(default)]
    batch_column_index: Text,
    #[serde(default)]
    precinct_column_index: Text,
    #[serde(default)]
    overvote_delimiter: Text,
    #[serde(default)]
    overvote_label: Text,
    #[serde(default, alias = "undervoteLabel")]
    skipped_rank_label: Text,
    #[serde(default)]
    undeclared_write_in_label: Text,
    #[serde(default)]
    treat_blank_as_undeclared_write_in: bool,
}

impl RawSource {
    fn read(self, ranks: Option<u16>) -> Result<ConfigSource, TabulateError> {
        let table = matches!(self.provider, Provider::Ess | Provider::GenericCsv);
        let first = |index: &Text, name| match place(index, name)? {
            None if table => Err(wrong(format!("{name} is missing"))),
            index => Ok(index.unwrap_or(0)),
        };
        let layout = Layout {
            first_vote_column: first(&self.first_vote_column_index, "firstVoteColumnIndex")?,
            first_vote_row: first(&self.first_vote_row_index, "firstVoteRowIndex")?,
            id_column: place(&self.id_column_index, "idColumnIndex")?,
            batch_column: place(&self.batch_column_index, "batchColumnIndex")?,
            precinct_column: place(&self.precinct_column_index, "precinctColumnIndex")?,
            ranks,
            overvote_label: self.overvote_label.0,
            overvote_delimiter: self.overvote_delimiter.0,
            skipped_label: self.skipped_rank_label.0,
            write_in_label: self.undeclared_write_in_label.0,
            blank_is_write_in: self.treat_blank_as_undeclared_write_in,
        };
        Ok(ConfigSource { path: self.file_path, provider: self.provider, contest: self.contest_id, layout })
    }
}

/// A column or row, told from 1, as from 0.
fn place(index: &Text, name: &str) -> Result<Option<u32>, TabulateError> {
    match index.number::<u32>(name)? {
        Some(0) => Err(wrong(format!("{name} is 0; columns and rows count from 1"))),
        index => Ok(index.map(|index| index - 1)),
    }
}

/// A number or text: RCTab writes numbers as text, people write them as numbers.
#[derive(Deserialize, Default)]
#[serde(from = "serde_json::Value")]
struct Text(String);

impl From<serde_json::Value> for Text {
    fn from(value: serde_json::Value) -> Self {
        Self(match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        })
    }
}

impl Text {
    /// The number; `None` where there is nothing.
    fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, TabulateError> {
        let text = self.0.trim();
        let number = (!text.is_empty()).then(|| text.parse()).transpose();
        number.map_err(|_| wrong(format!("{name} is “{text}”, and not a number of its range")))
    }

    /// The number; `None` where there is nothing or the word for "any".
    fn number_or(&self, any: &str, name: &str) -> Result<Option<u32>, TabulateError> {
        if self.0.trim().eq_ignore_ascii_case(any) { Ok(None) } else { self.number(name) }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawRules {
    tiebreak_mode: String,
    overvote_rule: String,
    winner_election_mode: String,
    random_seed: Text,
    number_of_winners: Text,
    multi_seat_bottoms_up_percentage_threshold: Text,
    decimal_places_for_vote_arithmetic: Text,
    minimum_vote_threshold: Text,
    max_skipped_ranks_allowed: Text,
    max_rankings_allowed: Text,
    non_integer_winning_threshold: bool,
    does_first_round_determine_threshold: bool,
    hare_quota: bool,
    batch_elimination: bool,
    cutoff_elimination: bool,
    continue_until_two_candidates_remain: bool,
    stop_tabulation_early_after_round: Text,
    exhaust_on_duplicate_candidate: bool,
}

impl RawRules {
    fn read(&self, version: &str) -> Result<Rules, TabulateError> {
        let winners = self.number_of_winners.number("numberOfWinners")?;
        let share = &self.multi_seat_bottoms_up_percentage_threshold.0;
        // RCTab 2.0 no longer looks at it.
        let minimum =
            if version.starts_with("1.") { self.minimum_vote_threshold.number("minimumVoteThreshold")? } else { None };
        Ok(Rules {
            mode: self.mode()?,
            winners: winners.ok_or_else(|| wrong("numberOfWinners is missing".to_owned()))?,
            ties: self.ties()?,
            overvotes: self.overvotes()?,
            decimal_places: self
                .decimal_places_for_vote_arithmetic
                .number("decimalPlacesForVoteArithmetic")?
                .unwrap_or(4),
            share_percent: Decimal::parse(share.trim()),
            max_skipped_ranks: self.max_skipped_ranks_allowed.number_or("unlimited", "maxSkippedRanksAllowed")?,
            fractional_threshold: self.non_integer_winning_threshold,
            first_round_sets_threshold: self.does_first_round_determine_threshold,
            hare_quota: self.hare_quota,
            batch_elimination: self.batch_elimination,
            cutoff_elimination: self.cutoff_elimination,
            minimum_votes: minimum.unwrap_or(0),
            until_two_remain: self.continue_until_two_candidates_remain,
            last_round: self.stop_tabulation_early_after_round.number("stopTabulationEarlyAfterRound")?,
            exhaust_on_duplicate: self.exhaust_on_duplicate_candidate,
        })
    }

    fn ranks(&self) -> Result<Option<u16>, TabulateError> {
        let most = self.max_rankings_allowed.number_or("max", "maxRankingsAllowed")?;
        if most == Some(0) {
            return Err(wrong("maxRankingsAllowed is 0".to_owned()));
        }
        Ok(most.and_then(|most| u16::try_from(most).ok()))
    }

    fn mode(&self) -> Result<ElectionMode, TabulateError> {
        Ok(match self.winner_election_mode.as_str() {
            "singleWinnerMajority" => ElectionMode::SingleWinnerMajority,
            "multiWinnerAllowOnlyOneWinnerPerRound" => ElectionMode::OneWinnerPerRound,
            "multiWinnerAllowMultipleWinnersPerRound" => ElectionMode::ManyWinnersPerRound,
            "bottomsUp" => ElectionMode::BottomsUp,
            "bottomsUpUsingPercentageThreshold" => ElectionMode::BottomsUpByShare,
            "multiPassIrv" => ElectionMode::MultiPass,
            other => return Err(wrong(format!("winnerElectionMode is “{other}”"))),
        })
    }

    fn overvotes(&self) -> Result<OvervoteRule, TabulateError> {
        Ok(match self.overvote_rule.as_str() {
            "alwaysSkipToNextRank" => OvervoteRule::AlwaysSkip,
            "exhaustImmediately" => OvervoteRule::Exhaust,
            "exhaustIfMultipleContinuing" => OvervoteRule::ExhaustIfSeveralContinue,
            other => return Err(wrong(format!("overvoteRule is “{other}”"))),
        })
    }

    fn ties(&self) -> Result<TieRule, TabulateError> {
        let seed = || {
            let seed = self.random_seed.number("randomSeed")?;
            seed.ok_or_else(|| wrong("randomSeed is missing, and tiebreakMode draws lots".to_owned()))
        };
        Ok(match self.tiebreak_mode.as_str() {
            "random" => TieRule::Random { seed: seed()? },
            "stopCountingAndAsk" => TieRule::Ask,
            "previousRoundCountsThenRandom" => TieRule::EarlierRoundsThenRandom { seed: seed()? },
            "previousRoundCountsThenAsk" => TieRule::EarlierRoundsThenAsk,
            "useCandidateOrder" => TieRule::CandidateOrder,
            "generatePermutation" => TieRule::DrawnOrder { seed: seed()? },
            other => return Err(wrong(format!("tiebreakMode is “{other}”"))),
        })
    }
}
