//! What a log asks of a witness: to cosign its newest checkpoint.

use pollwarden_ledger::{
    AddCheckpoint, Checkpoint, CheckpointError, MAX_NOTE, NoteError, Resources, SignatureLine, SignedNote, TileError,
    Tiles, VerifierKey, consistency_proof,
};

use crate::answer::SIZE;
use crate::http::{AddressError, Http, Reply};

/// Where the witness goes on meanwhile, others ask for the same log: so often it is followed.
const ROUNDS: usize = 4;

/// A witness's cosignatures of a checkpoint, each checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignatures {
    /// The lines, to be put below the checkpoint.
    pub lines: Vec<SignatureLine>,
    /// When the witness says it signed: seconds since 1970.
    pub time: u64,
}

/// Why a witness's cosignature can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The witness's address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The log's own checkpoint.
    #[error("this log's own checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The log's own tiles.
    #[error("this log's own tiles: {0}")]
    Tiles(#[from] TileError),
    /// No answer.
    #[error("{address} does not answer: {why}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why.
        why: String,
    },
    /// The witness is ahead of the log.
    #[error(
        "the witness has cosigned this log with {witness} entries, and it has {log} here: the folder was restored from an old \
         backup, or a second copy of the log goes on elsewhere. Enter nothing more until you know which"
    )]
    Ahead {
        /// The witness's size.
        witness: u64,
        /// The log's.
        log: u64,
    },
    /// The witness saw another tree.
    #[error(
        "the witness has cosigned another tree of this log, which this one does not continue: entries were changed or taken \
         away here, or its key signed elsewhere too. Enter nothing more until you know which; the witness says: {0}"
    )]
    Inconsistent(String),
    /// The witness does not know the log.
    #[error("the witness does not know this log: send its operator the log's public key; the witness says: {0}")]
    UnknownLog(String),
    /// The witness knows another key.
    #[error("the witness knows the log by another key: send its operator the one it has now; the witness says: {0}")]
    OtherKey(String),
    /// Another refusal.
    #[error("the witness answers {status}, {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        said: String,
    },
    /// Others ask for the same log all the time.
    #[error("the witness goes on with this log while it is asked: somebody else submits it too; try again later")]
    Busy,
    /// No answer of a witness.
    #[error("the answer is none of a witness: {0}")]
    NoWitness(&'static str),
    /// Lines that can't be read.
    #[error("the witness's lines: {0}")]
    Lines(NoteError),
    /// No line of a known key.
    #[error("none of the witness's lines is by a key that you know for it: is it another witness?")]
    NotByWitness,
    /// A false line of a known key.
    #[error("the cosignature of {0} is false, or states no time")]
    False(String),
}

/// Asks the witness at `address` to cosign `checkpoint`, signed by its log, whose tiles are in `log`. `last` is the size that it
/// cosigned last, where known: then one request is enough. What it answers is checked against `keys`, its known ones.
///
/// # Errors
/// Where it does not cosign, or its cosignatures are not sound.
pub fn ask(
    address: &str,
    keys: &[VerifierKey],
    log: &dyn Resources,
    checkpoint: &str,
    last: Option<u64>,
) -> Result<Cosignatures, AskError> {
    let http = Http::new(address)?;
    let note = SignedNote::parse(checkpoint.as_bytes()).map_err(CheckpointError::from)?;
    let size = Checkpoint::parse(note.unverified_text())?.size;
    let tiles = Tiles::new(log, size);
    let mut old = last.filter(|last| *last <= size).unwrap_or(0);
    for _ in 0..ROUNDS {
        let proof = consistency_proof(&tiles, old)?;
        let request = AddCheckpoint { old, proof, checkpoint: checkpoint.to_owned() };
        let reply = http.post("add-checkpoint", &request.to_text(), MAX_NOTE);
        let reply = reply.map_err(|why| AskError::Unreachable { address: address.to_owned(), why })?;
        match reply.status {
            200 => return valid_lines(&reply.body, &note, keys),
            409 => old = known(&reply, old, size)?,
            _ => return Err(refusal(&reply)),
        }
    }
    Err(AskError::Busy)
}

/// The lines of an answer that are sound cosignatures of `checkpoint` by one of `keys`. Lines of other keys say nothing.
///
/// # Errors
/// Where none is, or a line of one of `keys` is false.
pub fn valid_lines(answer: &[u8], checkpoint: &SignedNote, keys: &[VerifierKey]) -> Result<Cosignatures, AskError> {
    let lines = SignatureLine::parse_all(answer).map_err(AskError::Lines)?;
    let (mut sound, mut time) = (Vec::new(), 0);
    for key in keys {
        let Some(line) = lines.iter().find(|line| line.name == key.name() && line.id == key.id()) else { continue };
        let stated = stated(checkpoint, key, line).ok_or_else(|| AskError::False(key.name().to_owned()))?;
        time = time.max(stated);
        sound.push(line.clone());
    }
    if sound.is_empty() { Err(AskError::NotByWitness) } else { Ok(Cosignatures { lines: sound, time }) }
}

fn stated(checkpoint: &SignedNote, key: &VerifierKey, line: &SignatureLine) -> Option<u64> {
    let mut note = SignedNote::new(checkpoint.unverified_text()).ok()?;
    note.push(line.clone());
    let verified = note.verify([key]).ok()?;
    verified.signed().first()?.1.time
}

/// The size that the witness cosigned last.
fn known(reply: &Reply, asked: u64, size: u64) -> Result<u64, AskError> {
    if reply.form.split(';').next().unwrap_or_default().trim() != SIZE {
        return Err(AskError::NoWitness("409 without the size that it cosigned last"));
    }
    let line = std::str::from_utf8(&reply.body).ok().and_then(|body| body.strip_suffix('\n'));
    let number = line.filter(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    let known: u64 = number.and_then(|line| line.parse().ok()).ok_or(AskError::NoWitness("409 with no size in it"))?;
    if known > size {
        return Err(AskError::Ahead { witness: known, log: size });
    }
    // Older witnesses say so of another root at the same size.
    if known == asked && known == size {
        return Err(AskError::Inconsistent(format!("409 for the size {known} that was sent")));
    }
    if known == asked { Err(AskError::NoWitness("409 with the size that was sent")) } else { Ok(known) }
}

fn refusal(reply: &Reply) -> AskError {
    let said = reply.words();
    match reply.status {
        403 => AskError::OtherKey(said),
        404 => AskError::UnknownLog(said),
        422 => AskError::Inconsistent(said),
        status => AskError::Refused { status, said },
    }
}
