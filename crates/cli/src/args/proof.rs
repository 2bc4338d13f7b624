//! `pollwarden roll commit`, `prove` and `verify`.

use std::path::PathBuf;

use clap::Args;

use super::OfficeFile;

#[derive(Debug, Args)]
#[command(after_help = COMMIT)]
pub(crate) struct Commit {
    /// The extract: a file, a folder of part files, or an archive of either
    pub(crate) snapshot: PathBuf,
    /// The office's secret for commitments, 32 bytes; made where there is none
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Write the commitment to this file, to be published
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Also publish the extract's own digest: only where anybody may have the extract
    #[arg(long)]
    pub(crate) publish_digest: bool,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
}

const COMMIT: &str = "\
The commitment is one small file: a root that stands for every record, the number of records, and nothing of any voter.
Publish it on the day of the extract, where it can't be taken back (a newspaper, a public notice, other offices). Later
`roll prove` shows what changed since, and `roll verify` lets anybody check that, who need not see the roll.

Keep the key in the office and keep it safe: whoever has it can find out whose records a proof is about, and without it
nothing can be proven from commitments made with it. Use the same key for every extract that is to be compared.

Example: pollwarden roll commit september.txt --key roll.key --out september.json";

#[derive(Debug, Args)]
#[command(after_help = PROVE)]
pub(crate) struct Prove {
    /// The earlier extract, as it was committed to
    pub(crate) a: PathBuf,
    /// The later extract
    pub(crate) b: PathBuf,
    /// The secret that both commitments were made with
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Write the proof to this file, to be given away
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Open this voter's record, which must differ; may be given several times
    #[arg(long, value_name = "VOTER_ID", requires = "openings")]
    pub(crate) open: Vec<String>,
    /// Write the opened records to this file: it holds voters' data, for those alone who may see them, such as a court
    #[arg(long, value_name = "FILE", requires = "open")]
    pub(crate) openings: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
}

const PROVE: &str = "\
The proof says how many records were changed, are gone and are new, each under a key that names nobody, and that no other
record differs. It shows no voter's data.

Examples:
  pollwarden roll prove september.txt october.txt --key roll.key --out roll.proof
  pollwarden roll prove september.txt october.txt --key roll.key --out roll.proof --open AA1234 --openings court.json";

#[derive(Debug, Args)]
#[command(after_help = VERIFY)]
pub(crate) struct Verify {
    /// The proof that `roll prove` wrote
    pub(crate) proof: PathBuf,
    /// The published commitment to the earlier extract
    #[arg(long = "a", value_name = "COMMITMENT")]
    pub(crate) a: PathBuf,
    /// The published commitment to the later extract
    #[arg(long = "b", value_name = "COMMITMENT")]
    pub(crate) b: PathBuf,
    /// Opened records to check against the proof
    #[arg(long, value_name = "FILE")]
    pub(crate) openings: Option<PathBuf>,
    /// List every record that differs: kind, key, commitments
    #[arg(long)]
    pub(crate) list: bool,
}

const VERIFY: &str = "\
Needs nothing but these files: no roll, no key, no network. Get the commitments from where they were published, not from
whoever hands you the proof. docs/proof.md says what the bytes mean, for those who would rather write a verifier themselves.

Exit codes: 0 verified, 1 refused, 2 a file can't be read, 3 verified, but rows were left out of the commitments.

Example: pollwarden roll verify roll.proof --a september.json --b october.json";
