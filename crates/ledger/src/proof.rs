//! Proofs in one file (C2SP tlog-proof): an entry's place, the way to the root, and the checkpoint.

use std::fmt::Write as _;

use crate::note::MAX_NOTE;
use crate::{Hash, text};

/// The longest proof read, in bytes.
pub const MAX_TLOG_PROOF: usize = MAX_NOTE + 128 * 1024;
/// A tree has at most so many levels.
const MAX_HASHES: usize = 63;
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That some entry is in a log. Nothing of it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// What the application adds. Nobody signed it.
    pub extra: Option<Vec<u8>>,
    /// The entry's place, from 0.
    pub index: u64,
    /// Hashes from the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a proof is refused before anything of it is checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Longer than any.
    #[error("it has more than {MAX_TLOG_PROOF} bytes; a proof has at most as many")]
    TooLong,
    /// Not text.
    #[error("it is no proof: it is not UTF-8")]
    NotText,
    /// A line that should be another.
    #[error("line {line} should be {expected}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
}

impl TlogProof {
    /// Reads a proof.
    ///
    /// # Errors
    /// Where it is none, with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogProofError> {
        if bytes.len() > MAX_TLOG_PROOF {
            return Err(TlogProofError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TlogProofError::NotText)?;
        let unexpected = |line, expected| TlogProofError::Line { line, expected };
        let (head, checkpoint) = text.split_once("\n\n").ok_or(unexpected(1, "followed by an empty line somewhere"))?;
        let mut lines = head.split('\n').enumerate().map(|(i, line)| (i + 1, line)).peekable();
        if lines.next().is_none_or(|(_, line)| line != HEADER) {
            return Err(unexpected(1, HEADER));
        }
        let extra = lines.next_if(|(_, line)| line.starts_with("extra "));
        let extra =
            extra.map(|(n, line)| text::decode(&line[6..]).ok_or(unexpected(n, "extra and base64"))).transpose()?;
        let (line, index) = lines.next().unwrap_or((2, ""));
        let index =
            index.strip_prefix("index ").and_then(text::decimal).ok_or(unexpected(line, "index and a number"))?;
        let hash = |(n, line): (usize, &str)| Hash::parse(line).ok_or(unexpected(n, "a hash in base64"));
        let proof: Vec<Hash> = lines.map(hash).collect::<Result<_, _>>()?;
        if proof.len() > MAX_HASHES {
            return Err(unexpected(MAX_HASHES + 3, "an empty line: no tree is that high"));
        }
        Ok(Self { extra, index, proof, checkpoint: checkpoint.to_owned() })
    }

    /// The proof as a file, best named `….tlog-proof`.
    pub fn to_text(&self) -> String {
        let mut file = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            let _ = writeln!(file, "extra {}", text::encode(extra));
        }
        let _ = writeln!(file, "index {}", self.index);
        self.proof.iter().for_each(|hash| _ = writeln!(file, "{hash}"));
        let _ = write!(file, "\n{}", self.checkpoint);
        file
    }
}
