//! The office's secret, and what it makes of records: keys that name nobody, and commitments that show nothing.
//!
//! A record's salt is a keyed hash of the record itself (as RFC 6979 derives a nonce from what is signed). So an unchanged
//! record has the same commitment in every snapshot, as unchanged parts of two trees must; without the secret nobody can
//! try the few values that a party or a birth date may have; and to show one record's salt, as in court, gives nothing
//! away about any other record, nor about the same voter's records of other days.

use hmac::{Hmac, KeyInit as _, Mac as _};
use pollwarden_core::Digest;
use sha2::{Digest as _, Sha256};

use super::trie::{BlindedKey, Commitment};

/// What stands before the hashed bytes of each kind; 0 to 2 are those of the tree.
const RECORD: u8 = 3;
const COMMITMENT: u8 = 4;

/// The office's secret for commitments.
#[derive(Clone)]
pub struct OfficeSecret {
    keys: Hmac<Sha256>,
    salts: Hmac<Sha256>,
    sources: Hmac<Sha256>,
}

/// What must be known, beside a record, to check its commitment. 32 bytes.
pub(super) type Salt = [u8; 32];

impl OfficeSecret {
    /// From 32 random bytes. Each use has a key of its own, so that neither gives away another, nor the voter keys of
    /// findings where the same secret makes those.
    pub fn new(secret: &[u8; 32]) -> Self {
        let own = |label: &[u8]| keyed(&tag(&keyed(secret), label));
        Self {
            keys: own(b"pollwarden roll proof 1: key"),
            salts: own(b"pollwarden roll proof 1: salt"),
            sources: own(b"pollwarden roll proof 1: source"),
        }
    }

    /// The key that stands for a voter: HMAC-SHA-256 (RFC 2104) cut to 128 bits, as its section 5 allows.
    pub(super) fn key(&self, voter_id: &str) -> BlindedKey {
        let [key @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = tag(&self.keys, voter_id.as_bytes());
        BlindedKey(key)
    }

    pub(super) fn salt(&self, canonical: &[u8]) -> Salt {
        tag(&self.salts, &digest(canonical))
    }

    pub(super) fn commitment(&self, canonical: &[u8]) -> Commitment {
        let digest = digest(canonical);
        bind(&tag(&self.salts, &digest), &digest)
    }

    /// A source's digest, for the office alone to make again. The bare digest of an extract would let whoever has an
    /// earlier extract try out what the few changed records now say.
    pub(super) fn source(&self, source: Digest) -> [u8; 32] {
        tag(&self.sources, &source.0)
    }
}

impl std::fmt::Debug for OfficeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfficeSecret(…)")
    }
}

/// The commitment that a salt and a record give: no secret is needed to check one.
pub(super) fn commitment_of(salt: &Salt, canonical: &[u8]) -> Commitment {
    bind(salt, &digest(canonical))
}

fn digest(canonical: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([RECORD]).chain_update(canonical).finalize().into()
}

fn bind(salt: &Salt, digest: &[u8; 32]) -> Commitment {
    Commitment(Sha256::new().chain_update([COMMITMENT]).chain_update(salt).chain_update(digest).finalize().into())
}

fn keyed(secret: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).expect("HMAC takes a key of any length")
}

fn tag(keyed: &Hmac<Sha256>, bytes: &[u8]) -> [u8; 32] {
    keyed.clone().chain_update(bytes).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commitments_are_checked_by_salt_and_depend_on_secret_and_record() {
        let (ours, theirs) = (OfficeSecret::new(&[1; 32]), OfficeSecret::new(&[2; 32]));
        assert_eq!(commitment_of(&ours.salt(b"AA1"), b"AA1"), ours.commitment(b"AA1"));
        assert_ne!(ours.commitment(b"AA1"), theirs.commitment(b"AA1"));
        assert_ne!(ours.commitment(b"AA1"), ours.commitment(b"AA2"));
        assert_ne!(ours.salt(b"AA1"), ours.salt(b"AA2"));
        assert_ne!(ours.key("AA1"), theirs.key("AA1"));
        let voter_key = pollwarden_core::VoterKeyer::new(&[1; 32]).key("AA1");
        assert_ne!(ours.key("AA1").to_string(), voter_key, "findings and proofs are not to be joined");
        assert_eq!(format!("{ours:?}"), "OfficeSecret(…)");
    }
}
