//! The command line: what can be asked, and the help that teaches it.

mod count;
mod ledger;
mod mail;
mod proof;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cluster::OnCluster;
pub(crate) use count::{Count, Counts, ElectionKind, Plan};
pub(crate) use ledger::{Circle, Judgement, Keys, Ledger, OfLedger, VerifyEvidence, Witness};
pub(crate) use mail::{Fetch, Mail, Milter, Record};
pub(crate) use proof::{Commit, Prove, Verify};

/// An independent observer for an election office.
///
/// From what an office already keeps (web logs, voter rolls, mail, ballots and results) it says whether anyone
/// interfered, what it could not see, and rests each answer on evidence that an outsider can check.
#[derive(Debug, Parser)]
#[command(name = "pollwarden", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) limits: Limits,
    /// When to use colour (NO_COLOR is honoured)
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Terminal")]
    pub(crate) color: Color,
    /// Show no progress bars
    #[arg(long, global = true, help_heading = "Terminal")]
    pub(crate) no_progress: bool,
}

const EXIT_CODES: &str = "\
Start here:
  pollwarden init DIR      look at an office's folder and write office.toml
  pollwarden assess DIR    answer every question from what is there

Exit codes: 0 nothing found, 1 something found, 2 the run failed, 3 could not tell.
Pollwarden works offline. It asks a database that you name for its rows, and witnesses that you name to
cosign the ledger: they get its size and root, nothing of what was said. `verify` reads a published log
whose address you give. Nothing else ever leaves this machine.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at an office's folder and write office.toml from what is there
    Init(Init),
    /// Answer every question from an office's folder
    Assess(Assess),
    /// Access logs: was anyone in our websites, and how many records left?
    #[command(subcommand)]
    Web(Web),
    /// Voter-roll extracts: did any registration change without an authorised cause?
    #[command(subcommand)]
    Roll(Roll),
    /// Manifests, cast vote records, results and audited cards: is the reported outcome right?
    #[command(subcommand)]
    Count(Count),
    /// Messages: who was sent a lure or a threat, as whom, and who else got it?
    #[command(subcommand)]
    Mail(Mail),
    /// Say how small an attack on the websites would have been noticed
    Limit(Limit),
    /// Ask your own question in SQL, over exactly the tables that the detectors see
    Query(Query),
    /// Say what a detector looks for, why, what it cannot see, and what to do when it fires
    Explain(Explain),
    /// Check evidence of an office's answers, offline, with a public key alone
    Verify(VerifyEvidence),
    /// What the office said, in a log that it can't rewrite unseen: list, evidence, files before an audit's draw
    #[command(subcommand)]
    Ledger(Ledger),
    /// Keys of a log or of a witness
    #[command(subcommand)]
    Keys(Keys),
    /// Cosign the logs of other offices
    Witness(Witness),
    /// Write a whole invented office with a scripted campaign in it, for training and for trying Pollwarden out
    Exercise(Exercise),
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    Serve(crate::cluster::Serve),
}

/// How answers are shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Show {
    /// How to write the answer
    #[arg(long, value_enum, default_value = "plain", value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Write the answer to FILE instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Whose findings to show: each for a clerk deserves action; an analyst sees odd things too
    #[arg(long, value_enum, default_value = "clerk", value_name = "WHO")]
    pub(crate) audience: Audience,
    /// Enter the answer in the ledger of this office's folder (`assess` always enters its own)
    #[arg(long, value_name = "OFFICE")]
    pub(crate) enter: Option<PathBuf>,
}

/// How much a run may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Memory for rows and queries, in MiB; past it, rows go to temporary files
    #[arg(long, global = true, default_value_t = 512, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..))]
    pub(crate) memory: u64,
    /// Threads to use [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text to read aloud
    Plain,
    /// JSON version 1, for scripts
    Json,
    /// One self-contained page
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Audience {
    Clerk,
    Analyst,
    Examiner,
}

impl From<Audience> for pollwarden_core::Audience {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Clerk => Self::Clerk,
            Audience::Analyst => Self::Analyst,
            Audience::Examiner => Self::Examiner,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The office's folder, with subfolders such as web/ and roll/
    pub(crate) dir: PathBuf,
    /// Replace an office.toml that is there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Assess {
    /// The office's folder, with subfolders such as web/ and roll/
    pub(crate) dir: PathBuf,
    /// Keep the archive here instead of DIR/.pollwarden
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
    /// Don't measure how small an attack would have been noticed: quicker, but "nothing found" then says less
    #[arg(long)]
    pub(crate) no_limit: bool,
    /// Don't enter the answers in the office's ledger: nobody outside can then check when they were given, or that they stand
    #[arg(long)]
    pub(crate) no_ledger: bool,
    #[command(flatten)]
    pub(crate) on: OnCluster,
    #[command(flatten)]
    pub(crate) show: Show,
}

#[derive(Debug, Args)]
#[command(after_help = LIMIT)]
pub(crate) struct Limit {
    /// An office's folder, or access logs: files, folders or archives of them
    #[arg(required = true, value_name = "DIR|LOG")]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) attacks: Attacks,
    /// Measure this threat only; may be given several times
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::limits::names()))]
    pub(crate) threat: Vec<String>,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
    #[command(flatten)]
    pub(crate) show: Show,
}

const LIMIT: &str = "\
Simulated attacks in the shape of this very portal (its own pages, sizes of answers, browsers and hours) are mixed into its
untouched rows, one at a time, and the detectors are asked again. The limit is the smallest size of which at least 95 in
100 are found: a finding for the clerk names one of the attack's addresses. Sizes between are a fifth apart.

Examples:
  pollwarden limit examples/county
  pollwarden limit access.log* --threat sequential-harvest --threat distributed-harvest --trials 200
  pollwarden limit examples/county --threat sequential-harvest --size 84 --size 8 --seed 7     checks a limit afresh
  pollwarden limit examples/county --format html --output limits.html";

/// Simulated attacks, whatever the sensor.
#[derive(Debug, Args)]
pub(crate) struct Attacks {
    /// The same seed makes the same attacks, and so the same limits
    #[arg(long, default_value_t = 2026)]
    pub(crate) seed: u64,
    /// Attacks that measure each limit; more make its interval narrower
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    pub(crate) trials: u32,
    /// Search for no limit, but measure attacks of this size; may be given several times
    #[arg(long, value_name = "SIZE", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) size: Vec<u64>,
}

/// The office's own settings.
#[derive(Debug, Args)]
pub(crate) struct OfficeFile {
    /// The office's settings: known addresses, trusted proxies, log format, time zone, key column
    #[arg(long, value_name = "office.toml")]
    pub(crate) office: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Web {
    /// Read access logs and say who broke in and how many records left
    #[command(
        after_help = "Example: pollwarden web scan /var/log/nginx/access.log* --format html --output report.html"
    )]
    Scan {
        /// Logs, folders of logs or archives of them: plain, gzip, zstd or xz
        #[arg(required = true)]
        logs: Vec<PathBuf>,
        /// A folder of Sigma rules to run too, beside those that office.toml names
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
        #[command(flatten)]
        office: OfficeFile,
        #[command(flatten)]
        show: Show,
    },
    /// Judge single requests: JSON lines in, JSON lines out
    #[command(after_help = CLASSIFY)]
    Classify,
}

const CLASSIFY: &str = "\
Reads a request a line from standard input, with the keys id, method, target, headers and body, and writes a line each:
id, classes (any of sqli xss traversal rce scanner), score and evidence (place and decoded text).

Example: echo '{\"id\":\"1\",\"method\":\"GET\",\"target\":\"/v?id=1%27%20or%201=1--\"}' | pollwarden web classify";

#[derive(Debug, Subcommand)]
pub(crate) enum Roll {
    /// Measure how small a manipulation of the roll would have been noticed, with the log and without it
    Limit(RollLimit),
    /// Compare two extracts, record by record and field by field, and name each change's cause
    #[command(after_help = "Examples:\n  \
        pollwarden roll diff september.txt october.txt --with log/ --changes changes.csv\n  \
        pollwarden roll diff september.txt 'postgres://clerk@db.example/registration?table=voters'\n  \
        pollwarden roll diff 2026-09-05 october.txt --archive office/.pollwarden\n\n\
        The file that --changes writes holds voters' data: keep it in the office.")]
    Diff {
        /// The earlier extract: a file, a folder of part files, an archive of either, a database's address, or the day of a kept
        /// snapshot
        a: PathBuf,
        /// The later extract
        b: PathBuf,
        /// The archive with kept snapshots: A and B may then be days, such as 2026-10-03, or names that `roll kept` shows
        #[arg(long, value_name = "DIR")]
        archive: Option<PathBuf>,
        /// The folder with the transaction log: transactions.csv, batches.csv, orders.csv, operators.csv, calendar.json
        #[arg(long, value_name = "DIR")]
        with: Option<PathBuf>,
        /// Write every change to this file as CSV
        #[arg(long, value_name = "OUT.csv")]
        changes: Option<PathBuf>,
        #[command(flatten)]
        on: OnCluster,
        #[command(flatten)]
        office: OfficeFile,
        #[command(flatten)]
        show: Show,
    },
    /// Commit to every record of an extract, in one small file to publish
    Commit(Commit),
    /// Prove which records differ between two extracts that were committed to, and show nothing else
    Prove(Prove),
    /// Check such a proof, without the rolls and without any secret
    Verify(Verify),
    /// Find records of one extract that may be of one person: leads with a probability each, never a removal list
    #[command(after_help = DUPLICATES)]
    Duplicates {
        /// The extract: a file, a folder of part files, an archive of either, or the day of a kept snapshot
        snapshot: PathBuf,
        /// The archive with kept snapshots
        #[arg(long, value_name = "DIR")]
        archive: Option<PathBuf>,
        /// Show pairs of at least this probability of being one person
        #[arg(long, default_value = "0.5", value_name = "P", value_parser = probability)]
        threshold: f64,
        /// Write the pairs to this file as CSV: both ids, the probability, what agrees and what differs
        #[arg(long, value_name = "PAIRS.csv")]
        out: Option<PathBuf>,
        #[command(flatten)]
        office: OfficeFile,
        #[command(flatten)]
        show: Show,
    },
    /// Write an extract of the roll from the office's database, which office.toml names
    #[command(after_help = EXTRACT)]
    Extract {
        /// The office's settings, with `source` and `table` or `query` in its section for the roll
        #[arg(long, value_name = "office.toml")]
        office: PathBuf,
        /// The file to write, which must not be there yet; compressed where its name ends in .zst
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Keep extracts in an archive, so that later ones are compared more quickly, and even when the files are gone
    #[command(after_help = "Example: pollwarden roll keep september.txt --archive office/.pollwarden\n\
        The archive then holds the voters' records: keep it in the office. `assess` keeps the extracts it sees by itself.")]
    Keep {
        /// Extracts: files, folders of part files, or archives of either
        #[arg(required = true)]
        snapshots: Vec<PathBuf>,
        /// The archive; it is made where there is none
        #[arg(long, value_name = "DIR")]
        archive: PathBuf,
        #[command(flatten)]
        office: OfficeFile,
    },
    /// List the snapshots that an archive keeps
    Kept {
        /// The archive, such as OFFICE/.pollwarden
        #[arg(long, value_name = "DIR")]
        archive: PathBuf,
    },
    /// Remove a kept snapshot from an archive; what other snapshots share with it stays
    Forget {
        /// Its day, such as 2026-10-03, or a name that `roll kept` shows
        snapshot: String,
        /// The archive, such as OFFICE/.pollwarden
        #[arg(long, value_name = "DIR")]
        archive: PathBuf,
    },
}

fn probability(text: &str) -> Result<f64, String> {
    let given: f64 = text.parse().map_err(|_| "expected a number between 0.001 and 1, such as 0.9".to_owned())?;
    if (0.001..=1.0).contains(&given) {
        Ok(given)
    } else {
        Err("expected a number between 0.001 and 1, such as 0.9".into())
    }
}

const DUPLICATES: &str = "\
A pair is a lead to look into, not proof. People who share name and birth date are common: of such pairs most are two
different people, and a voter who is struck off by a wrong match loses the vote (Goel et al. 2020). Look at both records and
their documents, and write to the voter at both addresses.

Each probability is learnt from the extract itself: how rare each value is, what members of a household share, which slips
are usual. The answer says how many of the pairs shown are expected to be two people.
The file that --out writes names voters: it is made readable for you alone; keep it in the office.

Examples:
  pollwarden roll duplicates october.txt
  pollwarden roll duplicates october.txt --threshold 0.95 --out pairs.csv";
const EXTRACT: &str = "\
office.toml names the database, which is only ever read:
  [roll]
  source = \"postgres://clerk@db.example/registration\"     or \"sqlite:/path/to/roll.db\"
  table = \"voters\"                                        or query = \"SELECT …\"

The password is taken from the address, from the file that password_file names, from PGPASSWORD or from ~/.pgpass. Over a
network the server must prove itself by its certificate (sslmode=verify-full), unless the address ends with another sslmode.
`pollwarden assess` takes such an extract by itself each time. The file holds voters' data: only its owner may read it.

Example: pollwarden roll extract --office office.toml --out roll_2026-10-03.csv.zst";

#[derive(Debug, Args)]
#[command(after_help = ROLL_LIMIT)]
pub(crate) struct RollLimit {
    /// The earlier extract: a file, a folder of part files, an archive of either, or the day of a kept snapshot
    pub(crate) a: PathBuf,
    /// The later extract
    pub(crate) b: PathBuf,
    /// The archive with kept snapshots
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
    /// The folder with the transaction log
    #[arg(long, value_name = "DIR")]
    pub(crate) with: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) attacks: Attacks,
    /// Measure this threat only; may be given several times
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(crate::roll_limits::names()))]
    pub(crate) threat: Vec<String>,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
    #[command(flatten)]
    pub(crate) show: Show,
}

const ROLL_LIMIT: &str = "\
Voters of this very roll are removed, moved, renamed or invented, a few or many at a time, beside the real changes, and the
detectors are asked again: once with the log and once as if there were none. The limit is the smallest number of voters of which
at least 95 in 100 attacks are found: a finding for the clerk names at least half of the attack's voters.

Examples:
  pollwarden roll limit september.txt october.txt --with log/
  pollwarden roll limit september.txt october.txt --threat removal --threat mail-redirect --trials 200";

#[derive(Debug, Args)]
#[command(
    after_help = "Example: pollwarden query --from examples/county \"SELECT client, count(*) AS n FROM requests GROUP BY 1 ORDER BY 2 DESC LIMIT 10\""
)]
pub(crate) struct Query {
    /// A SELECT statement
    #[arg(required_unless_present = "list")]
    pub(crate) sql: Option<String>,
    /// An office's folder that was assessed, or plain files to read now
    #[arg(long, required = true, value_name = "PATH", num_args = 1..)]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) on: OnCluster,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
    /// List the tables and their columns
    #[arg(long)]
    pub(crate) list: bool,
    /// How to write the rows
    #[arg(long, value_enum, default_value = "table", value_name = "FORMAT")]
    pub(crate) format: Rows,
    /// Write the rows to FILE instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rows {
    /// A table to look at
    Table,
    /// JSON, a line a row
    Json,
    /// CSV with a header
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A detector, such as web/sql-injection; all are listed where none is named
    pub(crate) detector: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Exercise {
    /// A folder that does not exist yet, or is empty
    pub(crate) dir: PathBuf,
    /// The same seed makes the same office
    #[arg(long, default_value_t = 2026)]
    pub(crate) seed: u64,
}
