//! Arguments of `pollwarden count`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Show;

#[derive(Debug, Subcommand)]
pub(crate) enum Count {
    /// Say whether the reported outcome is right, as far as manifest, records, results and audited cards tell
    #[command(after_help = AUDIT)]
    Audit {
        /// The folder with manifest, cast vote records, results, audit.toml and the audit board's rows
        dir: PathBuf,
        /// Don't measure how small a change would have been noticed
        #[arg(long)]
        no_limit: bool,
        #[command(flatten)]
        show: Show,
    },
    /// Say how many cards to draw, before any is drawn
    #[command(after_help = PLAN)]
    Plan(Plan),
    /// Enter manifest, records and settings in the office's ledger, before the seed is drawn
    #[command(after_help = COMMIT)]
    Commit {
        /// The folder with manifest, cast vote records and audit.toml
        dir: PathBuf,
        /// The office's folder, whose ledger it is
        #[arg(long, value_name = "OFFICE")]
        office: PathBuf,
    },
    /// Draw cards by the public seed, and write the entry sheet for the audit board
    #[command(after_help = DRAW)]
    Draw {
        /// The folder with manifest, cast vote records and audit.toml
        dir: PathBuf,
        /// How many draws, for each contest where audit.toml says style = true [default: as audit.toml's rounds say, a contest's own
        /// before the audit's]
        #[arg(long, value_name = "N")]
        size: Option<u64>,
        /// Leave out the first N draws, of each contest where audit.toml says style = true: those of earlier rounds
        #[arg(long, default_value_t = 0, value_name = "N")]
        skip: u64,
        /// Write the entry sheet to FILE instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// The measured risk of each contest after the draws looked at so far, and the size of the next round
    #[command(after_help = RISK)]
    Risk {
        /// The folder with manifest, cast vote records, audit.toml and the audit board's rows
        dir: PathBuf,
    },
    /// Audit the audit: draw again from seed and manifest alone, and name every missing, extra, double or unmappable card
    #[command(after_help = REPLAY)]
    Replay {
        /// The folder with manifest, cast vote records, audit.toml and the audit board's rows
        dir: PathBuf,
        /// Write what became of each drawn card to FILE as CSV
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Count cast vote records, as votes by choice or in rounds
    #[command(after_help = TABULATE)]
    Tabulate {
        /// Cast vote records: files, a folder or an archive of them
        #[arg(required_unless_present = "config", conflicts_with = "config")]
        records: Option<PathBuf>,
        /// Count by an RCTab configuration: its rules, and the records that it names
        #[arg(long, value_name = "CONFIG.json")]
        config: Option<PathBuf>,
        /// Count this contest only
        #[arg(long, value_name = "NAME", conflicts_with = "config")]
        contest: Option<String>,
        /// How many choices a voter may make in contests of which the export doesn't say it
        #[arg(long, value_name = "N", conflicts_with = "config", value_parser = clap::value_parser!(u32).range(1..=1000))]
        votes_allowed: Option<u32>,
        /// How to write the counts
        #[arg(long, value_enum, default_value = "plain", value_name = "FORMAT", conflicts_with = "config")]
        format: Counts,
        /// The election's day, such as 2026-11-03: a NIST report must say it
        #[arg(long, value_name = "DAY", value_parser = day, required_if_eq_any([("format", "err-json"), ("format", "err-xml")]))]
        date: Option<jiff::civil::Date>,
        /// The kind of election: a NIST report must say it
        #[arg(
            long = "type",
            value_enum,
            value_name = "TYPE",
            required_if_eq_any([("format", "err-json"), ("format", "err-xml")])
        )]
        kind: Option<ElectionKind>,
        /// Write them to FILE instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// The folder with audit.toml, manifest, and cast vote records or results; or give --cards and --votes
    #[arg(required_unless_present = "cards", conflicts_with_all = ["cards", "votes", "winners", "votes_allowed"])]
    pub(crate) dir: Option<PathBuf>,
    /// Cards that could hold the contest
    #[arg(long, value_name = "N", requires = "votes")]
    pub(crate) cards: Option<u64>,
    /// Votes of a choice; once for each
    #[arg(long, value_name = "NAME=VOTES", value_parser = votes)]
    pub(crate) votes: Vec<(String, u64)>,
    /// How many are elected
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) winners: usize,
    /// How many a voter may choose
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) votes_allowed: u32,
    /// The largest chance that a wrong outcome is let stand [default: audit.toml's, else 0.05]
    #[arg(long, value_name = "SHARE")]
    pub(crate) risk_limit: Option<f64>,
    /// How sure the first round is to end the audit if the outcome is right
    #[arg(long, default_value_t = 0.9, value_name = "SHARE")]
    pub(crate) quantile: f64,
    /// Cards of which the machine misses or adds a vote, expected: from 0 to 0.4
    #[arg(long, default_value_t = 0.001, value_name = "SHARE", value_parser = errors)]
    pub(crate) errors: f64,
}

fn votes(text: &str) -> Result<(String, u64), String> {
    let wrong = || format!("expected NAME=VOTES such as \"Ada Zed=4812\", not {text}");
    let (name, votes) = text.rsplit_once('=').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), votes.trim().replace(',', "").parse().map_err(|_| wrong())?))
}

/// Votes missed and added, each by one or (of ten such cards one) by two, are together less than all cards.
fn errors(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=0.4).contains(share));
    share.ok_or_else(|| format!("expected a share of the cards from 0 to 0.4, such as 0.001, not {text}"))
}

fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse().map_err(|_| format!("expected a day such as 2026-11-03, not {text}"))
}

/// Kinds of elections, by the standard's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ElectionKind {
    /// A general election
    General,
    /// A primary in which only a party's voters vote
    PartisanPrimaryClosed,
    /// A primary in which a voter chooses a party's ballot
    PartisanPrimaryOpen,
    /// Another primary
    Primary,
    /// A runoff
    Runoff,
    /// A special election
    Special,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Counts {
    /// A table to look at
    Plain,
    /// NIST Election Results Reporting version 2, JSON
    ErrJson,
    /// NIST Election Results Reporting version 2, XML
    ErrXml,
}

const AUDIT: &str = "\
The folder holds what the office has: a ballot manifest, cast vote records (Dominion, ES&S, Hart, Clear Ballot, Unisyn, NIST),
results (NIST, Clarity, CSV), the audit board's rows, and audit.toml, which says what is audited:

  risk_limit = 0.05
  seed = \"61841592034017364822\"    drawn in public, after manifest and records were entered in the ledger
  draw = \"arlo\"                    or \"colorado\", \"consistent\": by which published rule cards are drawn
  replacement = false              true is needed by the method \"stratified\"
  style = false                    true: only cards whose records hold a contest are drawn for it
  rounds = [120]                   draws of each round
  left_out = [\"Board of Parks\"]    contests not audited; the answer says so

  [[contest]]
  name = \"County Clerk\"
  winners = 1                      how many are elected: needed where no file says and a voter may choose several
  votes_allowed = 1                how many a voter may choose, where no file says
  rule = \"plurality\"               or \"approval\", \"supermajority\" (with share = 0.6667), \"irv\"
  method = \"comparison\"            or \"polling\" (without records), \"batch-comparison\", \"stratified\"
  polling_rule = \"bravo\"           or \"minerva\", \"providence\", which need rounds: they are looked at after each
  reported_winners = [\"Ada Zed\"]   where no results file says
  choices = [\"Ada Zed\", \"Ben Yew\"]   where neither records nor results list them
  rounds = [40]                    this contest's, for batches or style, where not the audit's
  cards = 5200                     at most so many cards hold the contest: needed with style = true unless results say its ballots
  hand_count = { \"Ada Zed\" = 1234, \"Ben Yew\" = 1100 }   a full hand count, with every choice that has votes, decides

Exit 0: every contest's outcome is confirmed; 1: something was found; 3: it can't be told (draw more cards).

Example: pollwarden count audit examples/county/count";
const PLAN: &str = "\
Examples:
  pollwarden count plan examples/county/count
  pollwarden count plan --cards 100000 --votes 'Ada Zed=51000' --votes 'Ben Yew=48000' --risk-limit 0.05";
const COMMIT: &str = "\
A draw proves something only if everything it is drawn from was fixed before. Read the receipt aloud, or have witnesses cosign it
(pollwarden ledger cosign), then roll the dice. Anybody who is later given the files can check that they are the ones. `count audit`
(with --enter OFFICE, or in the office's folder), `count risk` and `assess` hold them against the ledger; of audit.toml the seed, rounds
and hand_count may be written later.

Example: pollwarden count commit examples/county/count --office examples/county";
const DRAW: &str = "\
Commit first (pollwarden count commit): the draw proves something only if it came later.
People fill in the sheet's contest columns: the choice's name; several with `;` between, in order of rank where they are ranked; `blank`
for no valid vote; `not on card`; and `not found` in the column status. Put it into the folder when it is done. A cell that a spreadsheet
would compute (=, +, -, @) has an apostrophe before it, which is no part of the name.

Example: pollwarden count draw examples/county/count --output round-1.csv";
const RISK: &str = "\
Exit 0: every contest's outcome is confirmed; 3: it can't be told yet (draw more, or count by hand).

Example: pollwarden count risk examples/county/count";
const REPLAY: &str = "\
A card that was drawn and has no row was not audited; one that has a row and no record shows a fault of the export; one that has
neither is missing altogether. Each counts against the reported winners.

Example: pollwarden count replay examples/county/count --output cards.csv";
const TABULATE: &str = "\
Ranked contests are not written to NIST reports: they are left out and named. Exit 0: everything was counted; 3: something could not be
read, is in doubt or was left out, as standard error says.

Examples:
  pollwarden count tabulate examples/county/count
  pollwarden count tabulate --config mayor_config.json
  pollwarden count tabulate export/ --format err-json --date 2026-11-03 --type general --output results.json";
