//! The keys of a log, and the entry that changes them.

use super::error::LogError;
use crate::{Algorithm, Entry, Rotation, SignedNote, Signer};

/// The log that keys sign for.
pub(super) fn origin(signers: &[Signer]) -> Result<String, LogError> {
    let [first, further @ ..] = signers else { return Err(LogError::Signers("a log needs a key to sign with")) };
    if first.key().algorithm() != Algorithm::Ed25519 {
        return Err(LogError::Signers(
            "the first key of a log must be of type 1 (Ed25519), which every verifier reads",
        ));
    }
    let beside = |signer: &Signer| signer.key().algorithm() == Algorithm::MlDsa44Cosignature;
    if further.len() > 1 || !further.iter().all(beside) {
        return Err(LogError::Signers("beside its first key, a log can have one of type 6 (ML-DSA-44) and no other"));
    }
    let name = first.key().name();
    if further.iter().any(|signer| signer.key().name() != name) {
        return Err(LogError::Signers("the keys of a log must have one name"));
    }
    Ok(name.to_owned())
}

/// The entry of a change from old keys to new ones.
pub(super) fn entry(old: &[Signer], new: &[Signer]) -> Result<Vec<u8>, LogError> {
    let name = origin(new)?;
    if name != old[0].key().name() {
        return Err(LogError::Signers("the new keys have another name than the log: it would be another log"));
    }
    if old.iter().any(|old| new.iter().any(|new| new.key().public() == old.key().public())) {
        return Err(LogError::Signers("a new key is one that the log has already"));
    }
    let keys = new.iter().map(|signer| signer.key().clone()).collect();
    let mut note = SignedNote::new(Rotation { origin: name, keys }.to_string())?;
    for signer in [&old[0], &new[0]] {
        note.push(signer.sign(&note, 0).ok_or(LogError::Signers("a key can't sign the change of keys"))?);
    }
    Ok(Entry::Rotation(note.to_text()).to_bytes())
}
