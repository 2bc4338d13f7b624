//! Which of the forms of evidence some bytes have, and its judgement.

use pollwarden_ledger::{Bundle, BundleError, MAX_NOTE, Policy, TlogProof};

use crate::asked::Asked;
use crate::case::Case;
use crate::fault::{Fault, Unreadable};
use crate::report::{Report, Subject};
use crate::split;

/// How far in the name of a JSON form stands.
const HEAD: usize = 256;

/// Judges evidence: an evidence bundle, a proof of one entry whose `extra` is the entry, a signed checkpoint, or a record
/// of a split log.
///
/// # Errors
/// Where the bytes are none of these. Evidence that was recognised and does not hold is a report.
pub fn verify(bytes: &[u8], policy: &Policy, asked: &Asked) -> Result<Report, Unreadable> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let json = head.trim_start().starts_with('{');
    if json && head.contains("pollwarden evidence") {
        return bundle(bytes, policy, asked);
    }
    if json && head.contains("pollwarden split view") {
        return Ok(split::judge(bytes, policy));
    }
    if head.starts_with("c2sp.org/tlog-proof") {
        return Ok(match TlogProof::parse(bytes) {
            Ok(proof) => Case::of_proof(proof).judge(policy, asked),
            Err(why) => Report::refused(Subject::Proof, &Fault::Proof(why)),
        });
    }
    if let Some(checkpoint) = note(bytes).filter(|_| !json) {
        let case = Case { subject: Subject::Checkpoint, checkpoint: checkpoint.to_owned(), items: Vec::new() };
        return Ok(case.judge(policy, asked));
    }
    Err(Unreadable::Unknown)
}

fn bundle(bytes: &[u8], policy: &Policy, asked: &Asked) -> Result<Report, Unreadable> {
    match Bundle::parse(bytes) {
        Ok(bundle) => Ok(Case::of_bundle(bundle).judge(policy, asked)),
        Err(why @ (BundleError::TooLong | BundleError::Format(_))) => Err(Unreadable::Bundle(why)),
        Err(why) => Ok(Report::refused(Subject::Bundle, &Fault::Bundle(why))),
    }
}

/// What looks like a signed note: an empty line, and behind it a line that begins as signatures do.
fn note(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (bytes.len() <= MAX_NOTE && text.contains("\n\n— ")).then_some(text)
}
