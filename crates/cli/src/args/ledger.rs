//! `pollwarden ledger`, `verify`, `keys` and `witness`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// List what the office said, by its places in the log
    List {
        #[command(flatten)]
        of: OfLedger,
    },
    /// Write the evidence for something that was said, opened as far as its readers may see
    #[command(after_help = BUNDLE)]
    Bundle {
        #[command(flatten)]
        of: OfLedger,
        /// Who will read it; each sees what those before see, and more
        #[arg(long = "for", value_enum, default_value = "public", value_name = "WHO")]
        circle: Circle,
        /// The place of what was said, as `ledger list` shows it [default: the last]
        #[arg(long, value_name = "N")]
        entry: Option<u64>,
        /// Everything that was ever said
        #[arg(long, conflicts_with = "entry")]
        all: bool,
        /// Write it to this file
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
    },
    /// Enter files by digest: manifests, cast vote records and plans before the seed of an audit is drawn
    #[command(after_help = ENTER)]
    Enter {
        #[command(flatten)]
        of: OfLedger,
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What they are to the office; anybody with a bundle may read it
        #[arg(long, value_name = "WORDS")]
        label: String,
    },
    /// Write the proof that one entry is in the log, as a file of its own (C2SP tlog-proof)
    Receipt {
        #[command(flatten)]
        of: OfLedger,
        /// The entry's place
        #[arg(long, value_name = "N")]
        entry: u64,
        /// Write it to this file, best named ….tlog-proof
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
    },
    /// Ask the witnesses that office.toml names to cosign the log as it stands
    Cosign {
        #[command(flatten)]
        of: OfLedger,
    },
    /// Derive the whole log again from its entries, and say what is damaged
    Fsck {
        #[command(flatten)]
        of: OfLedger,
    },
    /// Change the log's keys, by an entry that the old key and the new one sign
    Rotate {
        #[command(flatten)]
        of: OfLedger,
    },
}

/// Whose ledger.
#[derive(Debug, Args)]
pub(crate) struct OfLedger {
    /// The office's folder
    pub(crate) office: PathBuf,
    /// The office's archive, where it is not OFFICE/.pollwarden
    #[arg(long, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Circle {
    /// Anybody: verdicts, coverage, limits, how many findings and how grave
    Public,
    /// Another election office: also what to look for at home
    Office,
    /// A court or an auditor: everything
    Court,
}

const BUNDLE: &str = "\
The same entries under the same root serve every reader: a section that is not opened stays a commitment, and can be opened
later. A bundle for a court names files and lines, and voters by keyed hashes: give it to those alone who may see that.

Examples:
  pollwarden ledger bundle office --out evidence.json
  pollwarden ledger bundle office --for court --entry 58 --out court.json";

const ENTER: &str = "\
An audit is worth something only if what it draws from was fixed before the seed was known:
  pollwarden ledger enter office --label \"ballot manifest\" manifest.csv
  pollwarden ledger enter office --label \"audit plan\" plan.json
  … the seed is drawn in public …
  pollwarden ledger enter office --label seed seed.txt
  pollwarden ledger bundle office --for court --all --out audit.json";

#[derive(Debug, Args)]
#[command(after_help = VERIFY)]
pub(crate) struct VerifyEvidence {
    /// An evidence bundle, a .tlog-proof, a signed checkpoint, a record of a split log, or a published log: its folder or address
    #[arg(value_name = "BUNDLE|DIR|URL")]
    pub(crate) evidence: String,
    /// A public key of the log, or a file of such keys; get it from somewhere else than the evidence
    #[arg(long, value_name = "KEY|FILE")]
    pub(crate) key: Vec<String>,
    /// A public key of a witness, or a file of such keys
    #[arg(long, value_name = "KEY|FILE")]
    pub(crate) witness: Vec<String>,
    /// How many of the witnesses must have cosigned [default: all of them]
    #[arg(long, value_name = "N")]
    pub(crate) quorum: Option<usize>,
    /// Whom to trust, as a file (C2SP tlog-policy), instead of keys
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "witness", "quorum"])]
    pub(crate) policy: Option<PathBuf>,
    /// A signed checkpoint that you kept: has the published log only grown since?
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) since: Option<PathBuf>,
    /// A file that you hold: is it one that the evidence rests on?
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// How to write the judgement
    #[arg(long, value_enum, default_value = "plain", value_name = "FORMAT")]
    pub(crate) format: Judgement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Judgement {
    /// Text to read aloud
    Plain,
    /// JSON, for scripts
    Json,
}

const VERIFY: &str = "\
Needs nothing but the evidence and a public key: no office, no secret, and no network unless an address is given. Get the key from
somewhere else than the evidence: in print, from another office, from a page that you trust. Without a key it can't be told whose
word it is.

Exit codes: 0 verified, 1 refused, 2 it can't be read, 3 something is missing to tell.

Examples:
  pollwarden verify evidence.json --key county.example/ledger+9c26974a+AWQe…
  pollwarden verify evidence.json --key keys.txt --witness witness.txt --quorum 2 --file access.log
  pollwarden verify https://county.example/ledger --key keys.txt --since checkpoint-of-may";

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make new keys of a log or a witness, in a file that only you can read
    #[command(after_help = "Examples:\n  \
        pollwarden keys new --name county.example/ledger --out ledger.key\n  \
        pollwarden keys new --witness --name county.example/witness --out witness.key --passphrase-file words.txt")]
    New {
        /// The name that goes with them for good: an address of the office's without https://
        #[arg(long)]
        name: String,
        /// Write them to this file, which must not be there yet
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Keys of a witness, who cosigns the logs of others
        #[arg(long)]
        witness: bool,
        /// No ML-DSA-44 key beside that of Ed25519, for readers that know only the latter
        #[arg(long)]
        ed25519_only: bool,
        /// Encrypt them with the first line of this file
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Show the public keys of a file of keys, to publish them
    Show {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(after_help = WITNESS)]
pub(crate) struct Witness {
    /// The witness's keys, as `pollwarden keys new --witness` makes them
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// What opens them: the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The public keys of the logs to cosign for: a file with a key a line
    #[arg(long, value_name = "FILE")]
    pub(crate) logs: PathBuf,
    /// Keep what was cosigned, and forks that were seen, in this folder: without it the witness must not go on under its name
    #[arg(long, value_name = "DIR")]
    pub(crate) state: PathBuf,
    /// Begin a witness that never cosigned anything: at its first start only, so that one whose folder was lost does not begin anew
    #[arg(long)]
    pub(crate) new: bool,
    /// Where to listen; put a web server with a certificate in front of it
    #[arg(long, default_value = "127.0.0.1:7380", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
}

const WITNESS: &str = "\
A witness says that a log only grew: it cosigns a checkpoint after it has checked the proof from the one that it cosigned last, and
keeps that first. It refuses a fork, and records it in STATE as a file that `pollwarden verify` accepts as proof.

Example:
  pollwarden keys new --witness --name county.example/witness --out witness.key
  pollwarden witness --key witness.key --logs neighbours.txt --state witness/ --new   # the first time; later without --new";
